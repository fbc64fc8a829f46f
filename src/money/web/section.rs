//! The money of one booking, as a part of the booking's page.

use super::words::{self, EntryLine};
use crate::booking::BookingFacts;
use crate::chance;
use crate::db::{Conn, Fault};
use crate::domain::ledger::{self, EntryKind};
use crate::domain::money::Money;
use crate::money::{self, LedgerEntry};
use crate::web::auth::Staff;

/// What is read for it.
pub struct BookingMoney {
    entries: Vec<LedgerEntry>,
}

impl BookingMoney {
    /// Reads it.
    pub fn load(conn: &mut Conn, booking: &BookingFacts) -> Result<Self, Fault> {
        Ok(Self { entries: money::ledger_of_booking(conn, booking.id)? })
    }
}

/// What its template shows.
pub struct Section {
    /// The lines, the oldest first.
    pub lines: Vec<EntryLine>,
    /// What the balance is called.
    pub balance_text: String,
    /// The balance without its sign.
    pub balance: String,
    /// Whether something is owed.
    pub owes: bool,
    /// What is owed, for a form.
    pub owed: String,
    /// Whether anything was charged.
    pub has_charges: bool,
    /// Whether the reader works at the desk.
    pub is_desk: bool,
    /// The page of the client's account.
    pub account: String,
    /// The booking.
    pub booking: String,
    /// One click for all that is owed: method, text, the form's key.
    pub pay_now: Vec<(&'static str, String, String)>,
}

impl Section {
    /// The section for somebody who works here.
    pub fn new(staff: &Staff, booking: &BookingFacts, found: &BookingMoney) -> Self {
        let t = staff.t;
        let lines = money::lines_of(&found.entries);
        let balance = ledger::balance(&lines).unwrap_or(0);
        let amount = |minor: i64| Money::new(minor, booking.price.currency);
        let owed = t.money(amount(balance.max(0)));
        Self {
            lines: found.entries.iter().map(|entry| EntryLine::new(t, booking.zone, entry)).collect(),
            balance_text: words::balance_text(t, balance),
            balance: t.money(amount(balance.abs())),
            owes: balance > 0,
            owed: amount(balance.max(0)).plain().replace('.', &t.decimal_sign().to_string()),
            has_charges: ledger::sum_of(&lines, EntryKind::Charge) > 0,
            is_desk: staff.role.is_desk(),
            account: format!("/staff/clients/{}/money", booking.client),
            booking: booking.id.to_string(),
            pay_now: vec![
                ("card", t.with("money-pay-card", &[("amount", &owed)]), chance::token()),
                ("cash", t.with("money-pay-cash", &[("amount", &owed)]), chance::token()),
            ],
        }
    }
}
