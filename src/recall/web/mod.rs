//! Pages of recalls: the one behind the link of a reminder, the catalogue's types, and what staff do with one recall.

pub mod desk;
pub mod link;
pub mod types;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::catalog::{Catalog, RecallInterval};
use crate::domain::recall::WhyDisabled;
use crate::domain::time;
use crate::i18n::Texts;

/// Today on the clocks of the clinic's first place.
pub(crate) fn today(catalog: &Catalog, now: DateTime<Utc>) -> NaiveDate {
    time::local_day(now, zone_of(catalog))
}

fn zone_of(catalog: &Catalog) -> Tz {
    catalog.locations.first().map_or(Tz::UTC, |place| place.zone)
}

/// An interval in words.
pub(crate) fn every_text(t: Texts, every: RecallInterval) -> String {
    match (every.months(), every.days()) {
        (months, 0) => t.with("recall-every-months", &[("months", &months)]),
        (0, days) => t.with("recall-every-days", &[("days", &days)]),
        (months, days) => t.with("recall-every-both", &[("months", &months), ("days", &days)]),
    }
}

/// Why somebody is not reminded any more, in words.
pub(crate) fn why_text(t: Texts, why: WhyDisabled) -> String {
    match why {
        WhyDisabled::Declined => t.text("recall-why-declined"),
        WhyDisabled::Elsewhere => t.text("recall-why-elsewhere"),
        WhyDisabled::NotNeeded => t.text("recall-why-not-needed"),
        WhyDisabled::Other => t.text("recall-why-other"),
    }
}
