//! Completes a visit: what it costs in the end is charged, and what is paid on the spot is taken, in the same write.

use super::answer;
use super::cancel::{self, ChangeRefused};
use crate::db::{Bad, Fault, Tx};
use crate::domain::bill::{self, Charge, Discount, Item, WrongBill};
use crate::domain::booking::Actor;
use crate::domain::ids::BookingId;
use crate::domain::ledger::Method;
use crate::messaging;
use crate::money;
use crate::recall;
use crate::retention;

/// What is paid on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid {
    /// Nothing; it stays open.
    Later,
    /// All of it.
    All(Method),
    /// A part, in minor units.
    Part(Method, i64),
}

/// A visit that is over.
#[derive(Debug, Clone)]
pub struct Completion {
    /// Which.
    pub booking: BookingId,
    /// Who says so.
    pub actor: Actor,
    /// The version the asker has seen, when he names one.
    pub expected_version: Option<i64>,
    /// What is charged in place of the agreed price, in minor units.
    pub price_minor: Option<i64>,
    /// What came on top.
    pub extras: Vec<Item>,
    /// What is taken off the whole.
    pub discount: Discount,
    /// Why it is.
    pub discount_reason: String,
    /// What is paid.
    pub paid: Paid,
}

impl Completion {
    /// The agreed price is charged, nothing is paid.
    pub const fn plain(booking: BookingId, actor: Actor, expected_version: Option<i64>) -> Self {
        Self {
            booking,
            actor,
            expected_version,
            price_minor: None,
            extras: Vec::new(),
            discount: Discount::None,
            discount_reason: String::new(),
            paid: Paid::Later,
        }
    }
}

/// Why a visit is not completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompleteRefused {
    /// As for every other change.
    Change(ChangeRefused),
    /// The bill makes no sense.
    Bill(WrongBill),
    /// More is paid than it costs, or nothing at all.
    Paid,
}

/// Completes the booking, charges it and takes what is paid.
pub fn complete(tx: &mut Tx<'_>, completion: &Completion) -> Result<(), Bad<CompleteRefused>> {
    // Load
    let (id, actor) = (completion.booking, completion.actor);
    let refused = |bad: Bad<ChangeRefused>| bad.map(CompleteRefused::Change);
    let before = cancel::load(tx, id, completion.expected_version).map_err(refused)?;
    let booked = money::booked_price(tx.conn, id)?;
    let booked = booked.ok_or_else(|| Fault::corrupt("bookings", "appointment_id", id, "no such appointment"))?;

    // Decide
    let after = before.status.complete();
    let after = after.map_err(|wrong| Bad::Refused(CompleteRefused::Change(ChangeRefused::WrongStatus(wrong.from))))?;
    let service = Item {
        name: booked.service_name.clone(),
        minor: completion.price_minor.unwrap_or(booked.price.minor),
        tax_basis_points: booked.tax_basis_points,
    };
    let items: Vec<Item> = std::iter::once(service).chain(completion.extras.iter().cloned()).collect();
    let charges =
        bill::bill(&items, completion.discount).map_err(|wrong| Bad::Refused(CompleteRefused::Bill(wrong)))?;
    let paid = paid(&charges, completion.paid).map_err(Bad::Refused)?;

    // Apply
    answer::change(tx, &before, after, actor).map_err(refused)?;
    money::charge(tx, (id, &booked), &charges, paid, &completion.discount_reason, actor)?;
    messaging::plan_for(tx, id)?;
    retention::refresh(tx, booked.client)?;
    Ok(recall::refresh(tx, before.client)?)
}

fn paid(charges: &[Charge], paid: Paid) -> Result<Option<(Method, i64)>, CompleteRefused> {
    let total = bill::total(charges);
    match paid {
        Paid::Later => Ok(None),
        Paid::All(method) => Ok(Some((method, total))),
        Paid::Part(method, minor) if (1..=total).contains(&minor) => Ok(Some((method, minor))),
        Paid::Part(..) => Err(CompleteRefused::Paid),
    }
}
