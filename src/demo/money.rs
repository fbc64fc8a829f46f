//! What a visit costs and how it is paid: at the desk, by an insurer weeks later, never, or given back.

use chrono::{Duration, NaiveDateTime};

use super::anchor::Anchor;
use super::catalogue::{Offer, PRODUCT_TAX, PRODUCTS, Service};
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

/// A visit that is over.
pub(crate) struct Done {
    pub(crate) service: &'static Service,
    pub(crate) price_minor: i64,
    pub(crate) completed: NaiveDateTime,
}

/// The ledger rows of a completed visit, as far as they have happened by now.
pub(crate) fn paid_for(anchor: &Anchor, done: &Done, chance: &mut Chance) -> Vec<PlannedEntry> {
    let completed = done.completed;
    if done.price_minor == 0 {
        return Vec::new();
    }
    let row = |at, kind, amount_minor, method, note| PlannedEntry {
        at,
        kind,
        amount_minor,
        method,
        note,
        item: "",
        tax_basis_points: 0,
    };
    let charge = |item, amount_minor, tax_basis_points| PlannedEntry {
        item,
        tax_basis_points,
        ..row(completed, EntryKind::Charge, amount_minor, None, "")
    };
    let pay = |at, amount_minor, method| row(at, EntryKind::Payment, amount_minor, Some(method), "");
    let soon = completed + Duration::minutes(chance.between(1, 5));
    let mut later = |from: i64, to: i64| {
        let day = completed.date() + Duration::days(chance.between(from, to));
        day.and_hms_opt(9, 30, 0).unwrap_or(completed) + Duration::minutes(chance.between(0, 400))
    };
    let (insurer_day, letter_day, write_off_day, refund_day) =
        (later(10, 35), later(5, 40), later(150, 190), later(3, 20));
    let mut rows = vec![charge(done.service.name, done.price_minor, done.service.tax_basis_points)];
    // Every twelfth or so takes something home.
    if let Some((item, price)) = PRODUCTS.get(usize::try_from(chance.between(0, 36)).unwrap_or(usize::MAX)) {
        rows.push(charge(item, *price, PRODUCT_TAX));
    }
    let total: i64 = rows.iter().map(|charge| charge.amount_minor).sum();
    let share = total / 5;
    match chance.between(1, 1_000) {
        1..=540 => rows.push(pay(soon, total, "card")),
        541..=650 => rows.push(pay(soon, total, "cash")),
        651..=665 => rows.push(pay(soon, total, "voucher")),
        666..=930 => rows.extend([pay(soon, share, "card"), pay(insurer_day, total - share, "transfer")]),
        931..=978 => rows.push(pay(letter_day, total, "transfer")),
        979..=988 => rows.extend([
            pay(soon, total, "card"),
            row(refund_day, EntryKind::Refund, total / 2, Some("card"), "Goodwill after a long wait"),
        ]),
        _ => rows.push(row(write_off_day, EntryKind::WriteOff, total, None, "Not collectable")),
    }
    rows.retain(|entry| entry.at <= anchor.now);
    rows
}
