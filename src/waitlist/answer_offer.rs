//! Yes or no to a place that is kept.

use super::store::{self, Entry, Offer};
use crate::booking::book::{self, BookRefused, BookingRequest, Who, Wish};
use crate::booking::hold;
use crate::booking::offer::Shop;
use crate::db::{Bad, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{BookingId, OfferId, WaitlistEntryId};
use crate::domain::messages::Subject;
use crate::domain::waitlist::{EntryStatus, OfferStatus};
use crate::messaging;

/// The place is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// By this booking.
    pub booking: BookingId,
    /// False when it had been accepted before.
    pub fresh: bool,
}

/// Why an answer changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerRefused {
    /// This entry was never offered that.
    Unknown,
    /// It was answered, or ended, before.
    Ended(OfferStatus),
    /// The place cannot be booked any more.
    NotBookable(BookRefused),
}

/// Books the place that is kept; the entry leaves the list in the same write. Accepting twice is harmless.
pub fn accept(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (entry, offer): (WaitlistEntryId, OfferId),
    actor: Actor,
) -> Result<Accepted, Bad<AnswerRefused>> {
    // Load
    let (entry, offer) = load(tx, entry, offer)?;

    // Decide
    match (offer.status.at(tx.now, offer.expires_at), offer.booking) {
        (OfferStatus::Accepted, Some(booking)) => return Ok(Accepted { booking, fresh: false }),
        (OfferStatus::Open, _) if entry.status.is_open() => {}
        (OfferStatus::Open, _) => return Err(Bad::Refused(AnswerRefused::Ended(OfferStatus::Withdrawn))),
        (status, _) => return Err(Bad::Refused(AnswerRefused::Ended(status))),
    }

    // Apply
    let request = booking_of(&entry, &offer, actor);
    let booked = book::book(tx, shop, &request).map_err(|bad| bad.map(AnswerRefused::NotBookable))?;
    if !store::end_offer(tx, offer.id, OfferStatus::Accepted, Some(booked.booking))? {
        return Err(Bad::Refused(AnswerRefused::Ended(OfferStatus::Expired)));
    }
    store::end_entry(tx, entry.id, EntryStatus::Booked, Some(booked.booking))?;
    messaging::untell(tx, Subject::Offer(offer.id))?;
    Ok(Accepted { booking: booked.booking, fresh: true })
}

/// Lets the place go to the next one; the entry goes on waiting. Declining twice is harmless.
pub fn decline(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (entry, offer): (WaitlistEntryId, OfferId),
) -> Result<(), Bad<AnswerRefused>> {
    let (entry, offer) = load(tx, entry, offer)?;
    match offer.status {
        OfferStatus::Open => {}
        OfferStatus::Declined => return Ok(()),
        ended => return Err(Bad::Refused(AnswerRefused::Ended(ended))),
    }
    if !store::end_offer(tx, offer.id, OfferStatus::Declined, None)? {
        return Err(Bad::Refused(AnswerRefused::Ended(OfferStatus::Expired)));
    }
    hold::free_place(tx, shop, offer.hold)?;
    if entry.status.is_open() {
        // Somebody reads there: what ran out before is forgotten.
        store::set_silence(tx, entry.id, EntryStatus::Waiting, 0)?;
    }
    messaging::untell(tx, Subject::Offer(offer.id))?;
    Ok(())
}

fn load(tx: &mut Tx<'_>, entry: WaitlistEntryId, offer: OfferId) -> Result<(Entry, Offer), Bad<AnswerRefused>> {
    super::lock(tx, entry)?;
    let unknown = || Bad::Refused(AnswerRefused::Unknown);
    let found = store::entry(tx.conn, entry)?.ok_or_else(unknown)?;
    let offered = store::offer_with_id(tx.conn, offer)?.filter(|offer| offer.entry == entry);
    Ok((found, offered.ok_or_else(unknown)?))
}

fn booking_of(entry: &Entry, offer: &Offer, actor: Actor) -> BookingRequest {
    BookingRequest {
        wish: Wish {
            service: entry.service,
            location: Some(offer.location),
            provider: Some(offer.provider),
            party: entry.wish.party,
            starts_at: offer.starts_at,
            actor,
        },
        who: Who::Known(entry.client),
        hold: Some(offer.hold),
        note: entry.note.clone(),
        language: entry.language.clone(),
        source: entry.source.clone(),
        overriding: None,
        once: None,
    }
}
