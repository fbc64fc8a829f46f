//! Why it was not booked, in words.

use crate::booking::book::BookRefused;
use crate::booking::offer::{OfferRefused, OfferedDay};
use crate::booking::visits::VisitRefused;
use crate::catalog::Catalog;
use crate::domain::slots::WrongParty;
use crate::i18n::Texts;

/// A refused visit in the words of a refused booking; what is never a visit was refused by its field.
pub(super) fn as_of_one(refused: VisitRefused) -> BookRefused {
    match refused {
        VisitRefused::Part(_, why) => why,
        VisitRefused::Impossible(_) => BookRefused::UnknownService,
    }
}

/// The same of times that were asked for.
pub(super) fn offer_of_visit(refused: &VisitRefused) -> OfferRefused {
    match refused {
        VisitRefused::Part(_, BookRefused::UnknownProvider) => OfferRefused::UnknownProvider,
        VisitRefused::Part(_, BookRefused::UnknownService) => OfferRefused::UnknownService,
        VisitRefused::Part(..) | VisitRefused::Impossible(_) => OfferRefused::UnknownLocation,
    }
}

/// Whether another time would do: then the newest ones are offered beside what was typed.
pub(super) fn is_about_time(refused: &BookRefused) -> bool {
    match refused {
        BookRefused::SlotTaken
        | BookRefused::Closed
        | BookRefused::Breaks(_)
        | BookRefused::Past
        | BookRefused::TooSoon { .. }
        | BookRefused::TooFar { .. } => true,
        BookRefused::UnknownService
        | BookRefused::UnknownLocation
        | BookRefused::UnknownProvider
        | BookRefused::LocationNeeded
        | BookRefused::WrongParty(_)
        | BookRefused::UnknownClient
        | BookRefused::KeyReused
        | BookRefused::PriceTooLarge => false,
    }
}

/// Why no times can be shown.
pub(super) fn offer_refusal(t: Texts, free: &Result<Vec<OfferedDay>, OfferRefused>) -> Option<String> {
    match free.as_ref().err()? {
        OfferRefused::UnknownService => Some(t.text("agenda-choose-service")),
        OfferRefused::UnknownLocation => Some(t.text("desk-not-here")),
        OfferRefused::UnknownProvider => Some(t.text("desk-not-with")),
        OfferRefused::WrongParty(wrong) => Some(party_refusal(t, *wrong)),
        OfferRefused::WrongDays => Some(t.text("agenda-day-wrong")),
    }
}

fn party_refusal(t: Texts, wrong: WrongParty) -> String {
    match wrong {
        WrongParty::TooSmall { party_min } => t.with("why-party-too-small", &[("people", &i64::from(party_min))]),
        WrongParty::TooLarge { party_max } => t.with("why-party-too-large", &[("people", &i64::from(party_max))]),
    }
}

/// Why it was not booked, in the reader's language.
pub(in crate::agenda::web) fn refusal(t: Texts, catalog: &Catalog, refused: &BookRefused) -> String {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    match refused {
        BookRefused::UnknownService => t.text("agenda-choose-service"),
        BookRefused::UnknownLocation => t.text("desk-not-here"),
        BookRefused::UnknownProvider => t.text("desk-not-with"),
        BookRefused::LocationNeeded => t.text("agenda-choose-location"),
        BookRefused::WrongParty(wrong) => party_refusal(t, *wrong),
        BookRefused::Past => t.text("why-past"),
        BookRefused::TooSoon { earliest } => t.with("why-too-soon", &[("earliest", &t.moment(*earliest, zone))]),
        BookRefused::TooFar { latest_day } => t.with("why-too-far", &[("day", &t.date_long(*latest_day))]),
        BookRefused::Closed => t.text("desk-closed"),
        BookRefused::SlotTaken | BookRefused::Breaks(_) => t.text("desk-taken"),
        BookRefused::UnknownClient => t.text("desk-client-unknown"),
        BookRefused::KeyReused => t.text("desk-key-reused"),
        BookRefused::PriceTooLarge => t.text("desk-price"),
    }
}
