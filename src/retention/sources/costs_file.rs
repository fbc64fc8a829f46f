//! Costs as a table: the file that the page gives is the file it takes.

use chrono::NaiveDate;
use csv::ReaderBuilder;

use super::{COSTS_MAX, Entered};
use crate::domain::imports::AmountColumn;
use crate::domain::money::Currency;
use crate::domain::recognise::fold;
use crate::domain::sources::name_of;

/// What is wrong with a file of costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongFile {
    /// It has no columns source, month and amount.
    Columns,
    /// No source stands on this line.
    Source(u64),
    /// No month stands on this line.
    Month(u64),
    /// No amount stands on this line, or one below nought.
    Amount(u64),
    /// Thousands or cents? It cannot be told.
    Unclear(u64),
    /// A source and month stand there twice.
    Twice(u64),
    /// It is longer than anybody's costs.
    TooLong,
}

/// Reads the whole file, or says what is wrong with it.
pub fn read_costs(bytes: &[u8], currency: Currency) -> Result<Vec<Entered>, WrongFile> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.contains(';') {
        b';'
    } else if first.contains('\t') {
        b'\t'
    } else {
        b','
    };
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_no_table| WrongFile::Columns)?.clone();
    let column =
        |names: [&str; 2]| header.iter().position(|own| names.contains(&fold(own).as_str())).ok_or(WrongFile::Columns);
    let places = [column(["source", "quelle"])?, column(["month", "monat"])?, column(["amount", "betrag"])?];
    let mut rows: Vec<(u64, [String; 3])> = Vec::new();
    let mut amounts = AmountColumn::default();
    for record in reader.records() {
        let record = record.map_err(|_no_table| WrongFile::Columns)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = places.map(|place| record.get(place).unwrap_or_default().trim().to_owned());
        if cells.iter().all(String::is_empty) {
            continue;
        }
        amounts.look(line, &cells[2]);
        rows.push((line, cells));
        if COSTS_MAX < rows.len() {
            return Err(WrongFile::TooLong);
        }
    }
    let decimal = amounts.settle(None).map_err(|trouble| match trouble {
        crate::domain::imports::AmountTrouble::Mixed(_, example)
        | crate::domain::imports::AmountTrouble::Unclear(example) => WrongFile::Unclear(example.line),
    })?;
    let mut entries: Vec<Entered> = Vec::with_capacity(rows.len());
    for (line, [source, month, amount]) in rows {
        // A cell that a spreadsheet would take for a formula was given out with an apostrophe.
        let source = name_of(source.trim_start_matches('\'')).ok_or(WrongFile::Source(line))?;
        let month = month_of(&month).ok_or(WrongFile::Month(line))?;
        let minor = match amount.as_str() {
            "" => None,
            text => {
                let minor = AmountColumn::read(text, decimal, currency).map_err(|_wrong| WrongFile::Amount(line))?;
                Some(minor).filter(|minor| 0 <= *minor).map(Some).ok_or(WrongFile::Amount(line))?
            }
        };
        if entries.iter().any(|known| known.source == source && known.month == month) {
            return Err(WrongFile::Twice(line));
        }
        entries.push(Entered { source, month, minor });
    }
    Ok(entries)
}

/// `2026-11`, `2026-11-01`, `11/2026`, `11.2026`.
pub fn month_of(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.trim().split(['-', '/', '.']).collect();
    let (year, month) = match parts.as_slice() {
        [year, month] | [year, month, "01" | "1"] if year.len() == 4 => (year, month),
        [month, year] if year.len() == 4 => (year, month),
        _ => return None,
    };
    let year: i32 = year.parse().ok().filter(|year| (1990..2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Entered>, WrongFile> {
        read_costs(text.as_bytes(), Currency::Usd)
    }

    #[test]
    fn a_table_of_costs_is_read() {
        let found = read("source,month,amount\nGoogle,2026-11,\"1,200.50\"\nRadio,10/2026,\n").unwrap();
        let month = |month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
        assert_eq!(found[0], Entered { source: "Google".to_owned(), month: month(11), minor: Some(120_050) });
        assert_eq!(found[1], Entered { source: "Radio".to_owned(), month: month(10), minor: None });
        assert_eq!(read("\u{feff}Quelle;Monat;Betrag\nGoogle;2026-11;1.200,50\n").unwrap()[0].minor, Some(120_050));
    }

    #[test]
    fn what_is_wrong_is_said_by_its_line() {
        for (text, wanted) in [
            ("a,b\n1,2\n", WrongFile::Columns),
            ("source,month,amount\n,2026-11,5\n", WrongFile::Source(2)),
            ("source,month,amount\nGoogle,November,5\n", WrongFile::Month(2)),
            ("source,month,amount\nGoogle,2026-13,5\n", WrongFile::Month(2)),
            ("source,month,amount\nGoogle,2026-11,-5\n", WrongFile::Amount(2)),
            ("source,month,amount\nGoogle,2026-11,much\n", WrongFile::Amount(2)),
            ("source,month,amount\nGoogle,2026-11,\"1,200\"\n", WrongFile::Unclear(2)),
            ("source,month,amount\nGoogle,2026-11,5\nGoogle,2026-11,6\n", WrongFile::Twice(3)),
        ] {
            assert_eq!(read(text), Err(wanted), "{text}");
        }
    }
}
