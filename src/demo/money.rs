//! What a visit costs and how it is paid: at the desk, by an insurer weeks later, never, or given back.

use chrono::{Duration, NaiveDateTime};

use super::anchor::Anchor;
use super::catalogue::Offer;
use super::chance::Chance;
use super::plan::{EntryKind, PlannedEntry};

/// The price of a party at the time of booking. Prices rose twice since the opening, always to full five dollars.
pub(crate) fn price_then(anchor: &Anchor, offer: &Offer, party: i32, booked: NaiveDateTime) -> i64 {
    let service = offer.service;
    let now = offer.price_minor() + service.extra_person_minor * i64::from(party - 1);
    let percent = match (anchor.now - booked).num_days() {
        ..365 => 100,
        365..730 => 95,
        _ => 90,
    };
    if percent == 100 || service.capacity > 1 { now } else { now * percent / 100 / 500 * 500 }
}

/// The ledger rows of a completed visit, as far as they have happened by now.
pub(crate) fn paid_for(
    anchor: &Anchor,
    price_minor: i64,
    completed: NaiveDateTime,
    chance: &mut Chance,
) -> Vec<PlannedEntry> {
    if price_minor == 0 {
        return Vec::new();
    }
    let row = |at, kind, amount_minor, method, note| PlannedEntry { at, kind, amount_minor, method, note };
    let pay = |at, amount_minor, method| row(at, EntryKind::Payment, amount_minor, Some(method), "");
    let soon = completed + Duration::minutes(chance.between(1, 5));
    let mut later = |from: i64, to: i64| {
        let day = completed.date() + Duration::days(chance.between(from, to));
        day.and_hms_opt(9, 30, 0).unwrap_or(completed) + Duration::minutes(chance.between(0, 400))
    };
    let (insurer_day, letter_day, write_off_day, refund_day) =
        (later(10, 35), later(5, 40), later(150, 190), later(3, 20));
    let share = price_minor / 5;
    let mut rows = vec![row(completed, EntryKind::Charge, price_minor, None, "")];
    match chance.between(1, 1_000) {
        1..=580 => rows.push(pay(soon, price_minor, "card")),
        581..=670 => rows.push(pay(soon, price_minor, "cash")),
        671..=930 => rows.extend([pay(soon, share, "card"), pay(insurer_day, price_minor - share, "insurance")]),
        931..=978 => rows.push(pay(letter_day, price_minor, "check")),
        979..=988 => rows.extend([
            pay(soon, price_minor, "card"),
            row(refund_day, EntryKind::Refund, price_minor / 2, Some("card"), "Goodwill after a long wait"),
        ]),
        _ => rows.push(row(write_off_day, EntryKind::WriteOff, price_minor, None, "Not collectable")),
    }
    rows.retain(|entry| entry.at <= anchor.now);
    rows
}
