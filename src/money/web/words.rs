//! Kinds, methods and refusals in the reader's language.

use chrono_tz::Tz;

use crate::domain::ledger::{EntryKind, Method};
use crate::domain::money::{Currency, Money};
use crate::domain::time;
use crate::i18n::Texts;
use crate::money::LedgerEntry;

/// A kind of line.
pub fn kind_text(t: Texts, kind: EntryKind) -> String {
    match kind {
        EntryKind::Charge => t.text("agenda-money-charge"),
        EntryKind::Payment => t.text("agenda-money-payment"),
        EntryKind::Refund => t.text("agenda-money-refund"),
        EntryKind::WriteOff => t.text("agenda-money-write-off"),
    }
}

/// A way to pay. What no form offers stands as it was written.
pub fn method_text(t: Texts, word: &str) -> String {
    match Method::parse(word) {
        Some(Method::Cash) => t.text("money-method-cash"),
        Some(Method::Card) => t.text("money-method-card"),
        Some(Method::Transfer) => t.text("money-method-transfer"),
        Some(Method::Voucher) => t.text("money-method-voucher"),
        None => word.to_owned(),
    }
}

/// The ways to pay, as a choice.
pub fn methods(t: Texts) -> Vec<(String, String)> {
    Method::ALL.iter().map(|method| (method.as_str().to_owned(), method_text(t, method.as_str()))).collect()
}

/// The same with paying later.
pub fn methods_and_later(t: Texts) -> Vec<(String, String)> {
    let later = ("later".to_owned(), t.text("money-method-later"));
    methods(t).into_iter().chain([later]).collect()
}

/// What an amount should look like.
pub fn wrong_amount(t: Texts, currency: Currency) -> String {
    let example = Money::new(9_550, currency).plain().replace('.', &t.decimal_sign().to_string());
    t.with("money-wrong-amount", &[("example", &example)])
}

/// What was done, as addresses say it.
pub fn done(t: Texts, word: &str) -> Option<String> {
    match word {
        "paid" => Some(t.text("money-done-paid")),
        "refunded" => Some(t.text("money-done-refunded")),
        "written-off" => Some(t.text("money-done-written-off")),
        "reversed" => Some(t.text("money-done-reversed")),
        "nothing-charged" => Some(t.text("money-receipt-nothing")),
        _ => None,
    }
}

/// A line of the ledger in a table.
pub struct EntryLine {
    /// What it is: a charge by its item, a payment by its method.
    pub what: String,
    /// What else is known: tax, discount, the remark, that it takes back another line.
    pub about: String,
    /// The amount; negative where it takes back another line.
    pub amount: String,
    /// When.
    pub when: String,
}

impl EntryLine {
    /// A line as people read it.
    pub fn new(t: Texts, zone: Tz, entry: &LedgerEntry) -> Self {
        let kind = kind_text(t, entry.kind);
        let what = match (entry.kind, entry.method.as_deref()) {
            (EntryKind::Charge, _) if !entry.item.is_empty() => entry.item.clone(),
            (_, Some(method)) => t.with("money-kind-method", &[("kind", &kind), ("method", &method_text(t, method))]),
            _ => kind,
        };
        let money = |minor: i64| t.money(Money::new(minor, entry.amount.currency));
        let mut about = Vec::new();
        if entry.reverses.is_some() {
            about.push(t.text("money-reversal"));
        }
        if entry.tax_minor != 0 {
            let percent = t.percent(entry.tax_basis_points);
            about.push(t.with("money-tax-in-it", &[("tax", &money(entry.tax_minor)), ("percent", &percent)]));
        }
        if entry.discount_minor != 0 {
            about.push(t.with("money-discount-given", &[("discount", &money(entry.discount_minor))]));
        }
        if !entry.note.is_empty() {
            about.push(entry.note.clone());
        }
        Self {
            what,
            about: about.join(" · "),
            amount: t.money(entry.amount),
            when: t.date_medium(time::local_day(entry.occurred_at, zone)),
        }
    }
}

/// What a balance is called: owed, settled, or too much.
pub fn balance_text(t: Texts, minor: i64) -> String {
    match minor {
        0 => t.text("money-balance-settled"),
        1.. => t.text("money-balance-open"),
        _ => t.text("money-balance-credit"),
    }
}
