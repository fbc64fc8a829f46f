//! The ledger as a table for accountants: comma-separated, amounts as plain decimals.

use chrono_tz::Tz;

use super::store::LedgerEntry;
use crate::db::Fault;
use crate::domain::ids::{BookingId, ClientId, EntryId, LocationId};
use crate::domain::money::Money;
use crate::domain::time;

const HEAD: [&str; 15] = [
    "day",
    "time",
    "kind",
    "method",
    "amount",
    "tax",
    "tax_percent",
    "discount",
    "currency",
    "item",
    "note",
    "client",
    "booking",
    "entry",
    "reverses",
];

/// The lines as CSV, on the clocks of each line's place; `zone_of` knows them.
pub fn csv(entries: &[LedgerEntry], zone_of: impl Fn(Option<LocationId>) -> Tz) -> Result<Vec<u8>, Fault> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEAD).map_err(Fault::other)?;
    for entry in entries {
        let local = time::local(entry.occurred_at, zone_of(entry.location));
        let decimal = |minor: i64| Money::new(minor, entry.amount.currency).plain();
        let record = [
            local.date().to_string(),
            local.time().format("%H:%M").to_string(),
            entry.kind.as_str().to_owned(),
            harmless(entry.method.as_deref().unwrap_or_default()),
            decimal(entry.amount.minor),
            decimal(entry.tax_minor),
            percent(entry.tax_basis_points),
            decimal(entry.discount_minor),
            entry.amount.currency.code().to_owned(),
            harmless(&entry.item),
            harmless(&entry.note),
            ClientId::to_string(&entry.client),
            entry.booking.as_ref().map(BookingId::to_string).unwrap_or_default(),
            EntryId::to_string(&entry.id),
            entry.reverses.as_ref().map(EntryId::to_string).unwrap_or_default(),
        ];
        out.write_record(&record).map_err(Fault::other)?;
    }
    out.into_inner().map_err(|error| Fault::other(error.to_string()))
}

/// Basis points as percent: `7.70`.
pub fn percent(basis_points: i64) -> String {
    format!("{}.{:02}", basis_points / 100, basis_points % 100)
}

/// Spreadsheets take a cell that begins like a formula for one, so such a cell begins with an apostrophe.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!((harmless("Cleaning"), harmless("")), ("Cleaning".to_owned(), String::new()));
        assert_eq!((percent(770), percent(0), percent(10_000)), ("7.70".into(), "0.00".into(), "100.00".into()));
    }
}
