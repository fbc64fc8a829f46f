//! A transaction log, `client_id,date,amount` in any order, as rows for the models.
//!
//! It is read once, from anything that gives bytes, and kept in 16 bytes a line: the number of the client, the numbers of the
//! date, and the amount. What a column means (day or month first, comma or dot) is decided when all of it was seen.

pub mod amounts;
pub mod dates;
mod ids;

use std::io::{self, Read};

use rayon::prelude::*;

use super::lifetime::row::Row;
use super::lifetime::special::real_amount;
use super::lifetime::spend::Spend;
use ids::Ids;

/// Refused lines that are named; the others are counted.
const NAMED_MAX: usize = 5;
/// A field that is shown is cut after so many bytes.
const SHOWN_MAX: usize = 40;

/// A field as an example, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The line in the file, the header being the first.
    pub line: u64,
    /// What stands there.
    pub text: String,
}

impl Sample {
    fn new(line: u64, field: &[u8]) -> Self {
        Self { line, text: String::from_utf8_lossy(field.get(..SHOWN_MAX).unwrap_or(field)).into_owned() }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineTrouble {
    /// The client is missing.
    NoClient,
    /// The date is none, or of no century of ours.
    NoDate,
    /// The amount is none.
    NoAmount,
    /// Fields are missing.
    TooShort,
}

/// Why a log cannot be used.
#[derive(Debug)]
pub enum Trouble {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is no table.
    NoTable(String),
    /// The header has no such column; what it has.
    NoColumn(&'static str, Vec<String>),
    /// Dates are written in several ways.
    MixedDates(Vec<Sample>),
    /// Day or month first, nobody can tell.
    AmbiguousDates(Sample),
    /// Comma and dot both mark decimals.
    MixedAmounts(Sample, Sample),
    /// Thousands or decimals, nobody can tell.
    AmbiguousAmounts(Sample),
    /// Lines that cannot be read: the first ones, and how many in all.
    Lines(Vec<(Sample, LineTrouble)>, u64),
    /// There are more clients than can be numbered.
    TooManyClients,
}

/// Compared by what they say, for tests.
impl PartialEq for Trouble {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// A line: who, when, how much.
#[derive(Debug, Clone, Copy)]
struct Entry {
    client: u32,
    /// Until the column is decided its year, first and second number, and how the amount is read; then the day.
    day: i32,
    parts: i64,
}

/// The log, read.
#[derive(Debug)]
pub struct Log {
    entries: Vec<Entry>,
    ids: Ids,
    has_amounts: bool,
    lines: u64,
}

/// A client of the log as he is on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Customer {
    /// Place in the order of first appearance.
    pub number: u32,
    /// How often he came.
    pub row: Row,
    /// What visits after the first brought, in whole units of the currency.
    pub spend: Option<Spend>,
    /// What all visits brought, less what was given back.
    pub total: f64,
    /// The first two gaps, where there are two.
    pub first_gaps: Option<(f64, f64)>,
}

/// The clients of the log as they are on a day.
#[derive(Debug, Default)]
pub struct Customers {
    /// Each, in the order of first appearance.
    pub customers: Vec<Customer>,
    /// Lines after the day, left out.
    pub later_lines: u64,
    /// Negative amounts.
    pub refunds: u64,
    /// Clients with nothing but refunds, left out.
    pub without_visit: u64,
    /// Lines of somebody on a day on which he had one already: one visit.
    pub same_day_lines: u64,
}

/// Where the columns are.
struct Columns {
    client: usize,
    date: usize,
    amount: Option<usize>,
}

const CLIENT_NAMES: &[&str] =
    &["client_id", "client", "customer_id", "customer", "cust_id", "user_id", "id", "kunde", "kunden_id", "patient_id"];
const DATE_NAMES: &[&str] =
    &["date", "day", "visit_date", "order_date", "transaction_date", "datetime", "timestamp", "datum", "tag"];
const AMOUNT_NAMES: &[&str] =
    &["amount", "value", "revenue", "sales", "total", "price", "betrag", "umsatz", "monetary_value"];

impl Log {
    /// Reads a log. `progress` is told of the bytes that were read, now and then.
    pub fn read(input: impl Read, progress: impl FnMut(u64)) -> Result<Self, Trouble> {
        let mut input = Watched { input, progress, bytes: 0 };
        let mut head = vec![0; 64 * 1024];
        let filled = fill(&mut input, &mut head).map_err(Trouble::Unreadable)?;
        head.truncate(filled);
        let body = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let first_line = body.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
        let often = |mark: u8| first_line.iter().filter(|byte| **byte == mark).count();
        let delimiter =
            [b',', b';', b'\t'].into_iter().max_by_key(|mark| (often(*mark), *mark == b',')).unwrap_or(b',');
        let whole = io::Cursor::new(body.to_vec()).chain(&mut input);
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter).flexible(true).buffer_capacity(1 << 18);
        read_records(&mut builder.from_reader(whole))
    }

    /// Whether there is a column of amounts.
    pub const fn has_amounts(&self) -> bool {
        self.has_amounts
    }

    /// Lines with a transaction.
    pub const fn lines(&self) -> u64 {
        self.lines
    }

    /// The last day on which anything happened, as a number of days.
    pub fn last_day(&self) -> Option<i32> {
        self.entries.iter().map(|entry| entry.day).max()
    }

    /// What a client is called in the log.
    pub fn name(&self, number: u32) -> &[u8] {
        self.ids.name(number)
    }

    /// Sorts the lines by client and day, after which [`Self::customers`] can be asked.
    pub fn sort(&mut self) {
        self.entries.par_sort_unstable_by_key(|entry| (entry.client, entry.day, entry.parts));
    }

    /// The clients as they are at the end of the day `until`, in units of so many days. [`Self::sort`] comes first.
    pub fn customers(&self, until: i32, unit_days: f64) -> Customers {
        let mut all = Customers::default();
        let mut days: Vec<i32> = Vec::new();
        for of_client in self.entries.chunk_by(|one, next| one.client == next.client) {
            let known = of_client.partition_point(|entry| entry.day <= until);
            all.later_lines += length(of_client.len() - known);
            let known = of_client.get(..known).unwrap_or(&[]);
            let Some(first_line) = known.first() else { continue };
            days.clear();
            days.extend(known.iter().filter(|entry| entry.parts >= 0).map(|entry| entry.day));
            all.refunds += length(known.len() - days.len());
            let lines = days.len();
            days.dedup();
            all.same_day_lines += length(lines - days.len());
            let Some(row) = Row::from_days(&days, until, unit_days) else {
                all.without_visit += 1;
                continue;
            };
            let first_day = days.first().copied().unwrap_or(until);
            let sum = |from: i32| {
                let parts = known
                    .iter()
                    .filter(|entry| entry.day >= from)
                    .fold(0_i64, |sum, entry| sum.saturating_add(entry.parts));
                real_amount(parts) / real_amount(amounts::PARTS)
            };
            let repeats = f64::from(row.repeats);
            let is_spender = self.has_amounts && row.repeats > 0;
            let spend =
                is_spender.then(|| Spend { repeats: row.repeats, mean: sum(first_day.saturating_add(1)) / repeats });
            let first_gaps = match days.as_slice() {
                [one, two, three, ..] => Some((f64::from(two - one), f64::from(three - two))),
                _ => None,
            };
            let total = if self.has_amounts { sum(i32::MIN) } else { 0.0 };
            all.customers.push(Customer { number: first_line.client, row, spend, total, first_gaps });
        }
        all
    }
}

fn read_records<R: Read>(reader: &mut csv::Reader<R>) -> Result<Log, Trouble> {
    let columns = columns(reader.byte_headers().map_err(of_table)?)?;
    let (mut dates, mut amounts) = (dates::Column::default(), amounts::Column::default());
    let mut log = Log { entries: Vec::new(), ids: Ids::default(), has_amounts: columns.amount.is_some(), lines: 0 };
    let mut bad = Bad::default();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(of_table)? {
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        let (client, date) = (trimmed(record.get(columns.client)), trimmed(record.get(columns.date)));
        if client.is_empty() {
            bad.add(
                line,
                client,
                if record.len() <= columns.client { LineTrouble::TooShort } else { LineTrouble::NoClient },
            );
            continue;
        }
        let Some(written) = dates::read(date).filter(is_possible) else {
            bad.add(line, date, if record.len() <= columns.date { LineTrouble::TooShort } else { LineTrouble::NoDate });
            continue;
        };
        dates.learn(&written, line, date);
        let (mut parts, mut reading) = (0, amounts::Reading::Plain);
        if let Some(column) = columns.amount {
            let field = trimmed(record.get(column));
            match amounts::read(field) {
                Some(amount) => {
                    amounts.learn(&amount, line, field);
                    (parts, reading) = (amount.parts, amount.reading);
                }
                None if field.is_empty() => {}
                None => {
                    bad.add(line, field, LineTrouble::NoAmount);
                    continue;
                }
            }
        }
        let client = log.ids.number(client).ok_or(Trouble::TooManyClients)?;
        log.entries.push(Entry { client, day: packed(&written, reading), parts });
        log.lines += 1;
    }
    bad.into_result()?;
    decide(&mut log, dates.order()?, amounts.decimals()?)?;
    Ok(log)
}

/// What could be a date in one order or the other.
fn is_possible(written: &dates::Written) -> bool {
    let valid = |order| dates::day(written.year, written.first, written.second, order).is_some();
    match written.shape {
        dates::Shape::EndSlash | dates::Shape::EndDash => {
            valid(dates::Order::DayMonth) || valid(dates::Order::MonthDay)
        }
        dates::Shape::EndDot => valid(dates::Order::DayMonth),
        _ => valid(dates::Order::MonthDay),
    }
}

/// Turns what was written into days and amounts, now that the columns are known.
fn decide(log: &mut Log, order: dates::Order, decimals: amounts::Decimals) -> Result<(), Trouble> {
    let mut bad = Bad::default();
    for (line, entry) in (2..).zip(&mut log.entries) {
        let (year, first, second, reading) = unpacked(entry.day);
        match dates::day(year, first, second, order) {
            Some(day) => entry.day = day,
            None => bad.add(line, format!("{first}/{second}/{year}").as_bytes(), LineTrouble::NoDate),
        }
        entry.parts = decimals.amount(entry.parts, reading);
    }
    bad.into_result()
}

fn packed(written: &dates::Written, reading: amounts::Reading) -> i32 {
    let reading = match reading {
        amounts::Reading::Plain => 0,
        amounts::Reading::OpenComma => 1,
        amounts::Reading::OpenDot => 2,
    };
    let year = i32::from(written.year);
    (((year << 6 | i32::from(written.first)) << 6 | i32::from(written.second)) << 2) | reading
}

fn unpacked(packed: i32) -> (u16, u8, u8, amounts::Reading) {
    let reading = match packed & 3 {
        0 => amounts::Reading::Plain,
        1 => amounts::Reading::OpenComma,
        _ => amounts::Reading::OpenDot,
    };
    let small = |bits: i32| u8::try_from(bits & 63).unwrap_or(0);
    (u16::try_from(packed >> 14).unwrap_or(0), small(packed >> 8), small(packed >> 2), reading)
}

fn columns(header: &csv::ByteRecord) -> Result<Columns, Trouble> {
    let names: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_lowercase()).collect();
    let find = |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
    let missing = |column: &'static str| Trouble::NoColumn(column, names.clone());
    let date = find(DATE_NAMES).ok_or_else(|| missing("date"))?;
    let client = find(CLIENT_NAMES).ok_or_else(|| missing("client_id"))?;
    Ok(Columns { client, date, amount: find(AMOUNT_NAMES) })
}

fn of_table(error: csv::Error) -> Trouble {
    let words = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Trouble::Unreadable(error),
        _ => Trouble::NoTable(words),
    }
}

fn trimmed(field: Option<&[u8]>) -> &[u8] {
    field.unwrap_or(&[]).trim_ascii()
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[derive(Default)]
struct Bad {
    named: Vec<(Sample, LineTrouble)>,
    count: u64,
}

impl Bad {
    fn add(&mut self, line: u64, field: &[u8], trouble: LineTrouble) {
        self.count += 1;
        if self.named.len() < NAMED_MAX {
            self.named.push((Sample::new(line, field), trouble));
        }
    }

    fn into_result(self) -> Result<(), Trouble> {
        if self.count == 0 { Ok(()) } else { Err(Trouble::Lines(self.named, self.count)) }
    }
}

/// Bytes on their way, counted.
struct Watched<R, P> {
    input: R,
    progress: P,
    bytes: u64,
}

impl<R: Read, P: FnMut(u64)> Read for Watched<R, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.bytes = self.bytes.saturating_add(length(count));
        (self.progress)(self.bytes);
        Ok(count)
    }
}

fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Log, Trouble> {
        Log::read(text.as_bytes(), |_bytes| {})
    }

    fn day(text: &str) -> i32 {
        chrono::Datelike::num_days_from_ce(&text.parse::<chrono::NaiveDate>().expect("a day"))
    }

    #[test]
    fn a_log_becomes_rows() {
        let text = "\u{feff}Amount;Date;Client_ID\n10,50;05.01.2026;b\n3;05.01.2026;b\n-2,5;20.01.2026;b\n7;19.01.2026;b\n9;01.02.2026;a\n\n-1;02.02.2026;c\n";
        let mut log = read(text).expect("a log");
        log.sort();
        assert_eq!((log.lines(), log.has_amounts(), log.last_day()), (6, true, Some(day("2026-02-02"))));
        let all = log.customers(day("2026-02-02"), 1.0);
        assert_eq!((all.refunds, all.without_visit, all.same_day_lines, all.later_lines), (2, 1, 1, 0));
        let [one, other] = all.customers.as_slice() else { panic!("two clients: {all:?}") };
        assert_eq!((log.name(one.number), one.row.repeats, one.row.recency, one.row.age), (&b"b"[..], 1, 14.0, 28.0));
        assert_eq!((one.total, one.spend), (18.0, Some(Spend { repeats: 1, mean: 4.5 })));
        assert_eq!((log.name(other.number), other.row.repeats, other.spend), (&b"a"[..], 0, None));
        let before = log.customers(day("2026-01-10"), 7.0);
        assert_eq!((before.customers.len(), before.later_lines), (1, 4));
    }

    #[test]
    fn without_amounts_every_line_is_a_visit() {
        let mut log = read("date,customer\n2026-01-01,1\n2026-01-05,1\n").expect("a log");
        log.sort();
        let all = log.customers(day("2026-01-10"), 1.0);
        assert_eq!(all.customers.len(), 1);
        assert_eq!((all.customers[0].row.repeats, all.customers[0].spend, log.has_amounts()), (1, None, false));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        assert!(matches!(read("a,b\n1,2\n"), Err(Trouble::NoColumn("date", names)) if names == ["a", "b"]));
        assert!(matches!(read(""), Err(Trouble::NoColumn(..))));
        let lines = "client_id,date,amount\n1,2026-01-01,5\n,2026-01-01,5\n1,2026-02-30,5\n1,2026-01-01,much\n1\n";
        let Err(Trouble::Lines(named, 4)) = read(lines) else { panic!("four bad lines") };
        let found: Vec<_> = named.iter().map(|(sample, trouble)| (sample.line, *trouble)).collect();
        use LineTrouble::{NoAmount, NoClient, NoDate, TooShort};
        assert_eq!(found, [(3, NoClient), (4, NoDate), (5, NoAmount), (6, TooShort)]);
        let mixed = "client_id,date\n1,2026-01-01\n1,01/02/2026\n1,13.01.2026\n";
        assert!(matches!(read(mixed), Err(Trouble::MixedDates(samples)) if samples.len() == 3));
        assert!(matches!(read("client_id,date\n1,01/02/2026\n"), Err(Trouble::AmbiguousDates(_))));
        let slash = "client_id,date\n1,01/02/2026\n1,30/02/2026\n";
        assert!(matches!(read(slash), Err(Trouble::Lines(..))));
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for reading in [amounts::Reading::Plain, amounts::Reading::OpenComma, amounts::Reading::OpenDot] {
            let written = dates::Written { shape: dates::Shape::EndSlash, year: 2200, first: 31, second: 12 };
            assert_eq!(unpacked(packed(&written, reading)), (2200, 31, 12, reading));
        }
    }
}
