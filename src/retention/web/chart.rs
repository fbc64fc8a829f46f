//! A chart is a table: the server writes the table, the browser draws the chart from it, and a file holds the same.

use crate::domain::lifetime::Interval;
use crate::domain::money::{Currency, Money};
use crate::i18n::Texts;

/// How it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line for each column.
    Line,
    /// Bars side by side.
    Bar,
    /// Shades.
    Heat,
    /// A falling staircase with a band.
    Survival,
    /// A range for each row.
    Range,
}

impl Kind {
    /// The word in `data-chart`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Bar => "bar",
            Self::Heat => "heat",
            Self::Survival => "survival",
            Self::Range => "range",
        }
    }
}

/// What its numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Shares of one.
    Share,
    /// Minor units of a currency.
    Amount(Currency),
}

impl Unit {
    /// The word in `data-unit`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Share => "percent",
            Self::Amount(_) => "money",
        }
    }
}

/// A cell: what is read, and what is drawn.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// As people read it.
    pub text: String,
    /// What is drawn; nothing where nothing is known.
    pub value: Option<String>,
    /// The lower end of its range.
    pub low: Option<String>,
    /// The upper end.
    pub high: Option<String>,
    /// As a program reads it.
    pub plain: String,
    /// The people behind it; empty where there is no way to them.
    pub href: String,
    /// How dark a cell of a heat map is, 0 to 5.
    pub shade: u8,
}

impl Cell {
    /// Words.
    pub fn words(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { plain: text.clone(), text, ..Self::default() }
    }

    /// So many.
    pub fn count(t: Texts, number: impl Into<i64>) -> Self {
        let number = number.into();
        let plain = number.to_string();
        Self { text: count(t, number), value: Some(plain.clone()), plain, ..Self::default() }
    }

    /// A number with one decimal, where it is known.
    pub fn decimal(t: Texts, number: Option<f64>) -> Self {
        let Some(number) = number else { return Self::words(UNKNOWN) };
        let plain = format!("{number:.3}");
        Self { text: decimal(t, number), value: Some(plain.clone()), plain, ..Self::default() }
    }

    /// A share of one, where it is known.
    pub fn share(t: Texts, share: Option<f64>) -> Self {
        let Some(share) = share else { return Self::words(UNKNOWN) };
        let plain = format!("{share:.4}");
        Self { text: percent(t, share), value: Some(plain.clone()), plain, ..Self::default() }
    }

    /// An amount, where it is known.
    pub fn amount(t: Texts, currency: Currency, minor: Option<i64>) -> Self {
        let Some(minor) = minor else { return Self::words(UNKNOWN) };
        let plain = Money::new(minor, currency).plain();
        Self { text: amount(t, currency, minor), value: Some(minor.to_string()), plain, ..Self::default() }
    }

    /// An expected amount with its range.
    pub fn range(t: Texts, currency: Currency, range: Option<Interval>) -> Self {
        let Some(range) = range else { return Self::words(UNKNOWN) };
        let mut cell = Self::amount(t, currency, Some(range.expected));
        cell.text = ranged(t, currency, range);
        (cell.low, cell.high) = (Some(range.low.to_string()), Some(range.high.to_string()));
        cell
    }

    /// The same with a range of shares.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Self {
        (self.low, self.high) = (Some(format!("{low:.4}")), Some(format!("{high:.4}")));
        self
    }

    /// The same, leading to people.
    #[must_use]
    pub fn leading_to(mut self, href: String) -> Self {
        self.href = href;
        self
    }

    /// The same, shaded as a share of the darkest.
    #[must_use]
    pub fn shaded(mut self, share: f64, darkest: f64) -> Self {
        let parts = [0.02, 0.2, 0.4, 0.6, 0.8];
        let darkness = if darkest > 0.0 { share / darkest } else { 0.0 };
        self.shade = u8::try_from(parts.iter().filter(|part| **part <= darkness).count()).unwrap_or(0);
        self
    }
}

/// What stands where nothing is known.
pub const UNKNOWN: &str = "–";

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub text: String,
    /// Whether it is read and not drawn.
    pub is_read_only: bool,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its head.
    pub text: String,
    /// As a program reads it.
    pub plain: String,
    /// Where its head leads; empty where it leads nowhere.
    pub href: String,
    /// Whether it is read and not drawn.
    pub is_read_only: bool,
    /// Its cells.
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row that is drawn.
    pub fn new(text: impl Into<String>, cells: Vec<Cell>) -> Self {
        let text = text.into();
        Self { plain: text.clone(), text, href: String::new(), is_read_only: false, cells }
    }

    /// The same, whose head leads somewhere.
    #[must_use]
    pub fn leading_to(mut self, href: String) -> Self {
        self.href = href;
        self
    }

    /// The same under another name for programs.
    #[must_use]
    pub fn called(mut self, plain: impl Into<String>) -> Self {
        self.plain = plain.into();
        self
    }

    /// The same, read and not drawn.
    #[must_use]
    pub fn only_read(mut self) -> Self {
        self.is_read_only = true;
        self
    }
}

/// A table that becomes a chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// How it is drawn.
    pub kind: Kind,
    /// What its numbers are.
    pub unit: Unit,
    /// What it shows, in a sentence.
    pub caption: String,
    /// What its rows are.
    pub row_title: String,
    /// Its columns, without the heads of the rows.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Chart {
    /// Of these columns; those that begin with a dash are read and not drawn.
    pub fn new(kind: Kind, unit: Unit, caption: String, row_title: String) -> Self {
        Self { kind, unit, caption, row_title, columns: Vec::new(), rows: Vec::new() }
    }

    /// With another column that is drawn.
    #[must_use]
    pub fn drawing(mut self, text: impl Into<String>) -> Self {
        self.columns.push(Column { text: text.into(), is_read_only: false });
        self
    }

    /// With another column that is read and not drawn.
    #[must_use]
    pub fn reading(mut self, text: impl Into<String>) -> Self {
        self.columns.push(Column { text: text.into(), is_read_only: true });
        self
    }

    /// With these rows.
    #[must_use]
    pub fn of(mut self, rows: Vec<Row>) -> Self {
        self.rows = rows;
        self
    }

    /// The head of a column, by its place.
    pub fn label(&self, place: &usize) -> &str {
        self.columns.get(*place).map_or("", |column| column.text.as_str())
    }

    /// The currency's code, for the axis.
    pub fn currency(&self) -> &'static str {
        match self.unit {
            Unit::Amount(currency) => currency.code(),
            Unit::Count | Unit::Share => "",
        }
    }

    /// The decimals of the minor unit.
    pub fn decimals(&self) -> u32 {
        match self.unit {
            Unit::Amount(currency) => currency.decimals(),
            Unit::Count | Unit::Share => 0,
        }
    }

    /// The head of the file; a range has a column for each of its ends.
    pub fn file_head(&self) -> Vec<String> {
        let first = std::iter::once(self.row_title.clone());
        let ranged =
            |place: usize| self.rows.iter().any(|row| row.cells.get(place).is_some_and(|cell| cell.low.is_some()));
        let columns = self.columns.iter().enumerate().flat_map(|(place, column)| {
            let mut heads = vec![column.text.clone()];
            if ranged(place) {
                heads.extend([format!("{} (min)", column.text), format!("{} (max)", column.text)]);
            }
            heads
        });
        first.chain(columns).collect()
    }

    /// The rows of the file.
    pub fn file_rows(&self) -> Vec<Vec<String>> {
        let ranged =
            |place: usize| self.rows.iter().any(|row| row.cells.get(place).is_some_and(|cell| cell.low.is_some()));
        let end = |text: &Option<String>| match (self.unit, text) {
            (Unit::Amount(currency), Some(minor)) => {
                minor.parse().map(|minor| Money::new(minor, currency).plain()).unwrap_or_default()
            }
            (_, text) => text.clone().unwrap_or_default(),
        };
        let line = |row: &Row| {
            let mut line = vec![row.plain.clone()];
            for (place, cell) in row.cells.iter().enumerate() {
                line.push(if cell.plain == UNKNOWN { String::new() } else { cell.plain.clone() });
                if ranged(place) {
                    line.extend([end(&cell.low), end(&cell.high)]);
                }
            }
            line
        };
        self.rows.iter().map(line).collect()
    }
}

/// `1,312` or `1.312`.
pub fn count(t: Texts, number: impl Into<i64>) -> String {
    let number: i64 = number.into();
    let digits = number.unsigned_abs().to_string();
    let thousands = if t.decimal_sign() == ',' { '.' } else { ',' };
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    text
}

/// `2.5` or `2,5`.
pub fn decimal(t: Texts, number: f64) -> String {
    format!("{number:.1}").replace('.', &t.decimal_sign().to_string())
}

/// `62%`, or `62 %` where that is written.
pub fn percent(t: Texts, share: f64) -> String {
    t.with("chart-percent", &[("share", &format!("{:.0}", share * 100.0))])
}

/// An amount without its cents, for figures that are not known to the cent.
pub fn amount(t: Texts, currency: Currency, minor: i64) -> String {
    let unit = 10_i64.saturating_pow(currency.decimals());
    let is_small = minor.abs() < 100 * unit;
    let whole = if is_small { minor } else { minor.saturating_add(unit / 2).div_euclid(unit) * unit };
    let text = t.money(Money::new(whole, currency));
    if is_small && minor != 0 {
        return text;
    }
    let cents = format!("{}{}", t.decimal_sign(), "0".repeat(usize::try_from(currency.decimals()).unwrap_or(0)));
    if currency.decimals() == 0 { text } else { text.replacen(&cents, "", 1) }
}

/// "$410 (between $300 and $520)".
pub fn ranged(t: Texts, currency: Currency, range: Interval) -> String {
    let of = |minor| amount(t, currency, minor);
    t.with("chart-range", &[("value", &of(range.expected)), ("low", &of(range.low)), ("high", &of(range.high))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let (en, de) = (Texts::new(Language::En), Texts::new(Language::De));
        assert_eq!(
            (count(en, 1_234_567), count(de, -1312), count(en, 12)),
            ("1,234,567".into(), "-1.312".into(), "12".into())
        );
        assert_eq!((decimal(en, 2.46), decimal(de, 2.46)), ("2.5".to_owned(), "2,5".to_owned()));
        assert_eq!((percent(en, 0.615), percent(de, 0.05)), ("62%".to_owned(), "5\u{a0}%".to_owned()));
        assert_eq!(amount(en, Currency::Usd, 123_456), "$1,235");
        assert_eq!(amount(de, Currency::Eur, 123_456), "1.235\u{a0}€");
        assert_eq!((amount(en, Currency::Usd, 950), amount(en, Currency::Usd, 0)), ("$9.50".into(), "$0".into()));
        assert_eq!(amount(en, Currency::Jpy, 12_345), "¥12,345");
    }

    #[test]
    fn a_file_says_what_the_table_says() {
        let en = Texts::new(Language::En);
        let usd = Currency::Usd;
        let known = Cell::range(en, usd, Some(Interval { low: 100, expected: 250, high: 400 }));
        let chart = Chart::new(Kind::Range, Unit::Amount(usd), "c".into(), "Source".into())
            .reading("Clients")
            .drawing("Expected")
            .of(vec![
                Row::new("A", vec![Cell::count(en, 1200), known]),
                Row::new("B", vec![Cell::count(en, 2), Cell::range(en, usd, None)]),
            ]);
        assert_eq!(chart.file_head(), ["Source", "Clients", "Expected", "Expected (min)", "Expected (max)"]);
        assert_eq!(chart.file_rows()[0], ["A", "1200", "2.50", "1.00", "4.00"]);
        assert_eq!(chart.file_rows()[1], ["B", "2", "", "", ""]);
    }

    #[test]
    fn shades_grow_with_the_share() {
        let shade = |share: f64| Cell::default().shaded(share, 0.5).shade;
        assert_eq!([shade(0.0), shade(0.05), shade(0.1), shade(0.5)], [0, 1, 2, 5]);
        assert_eq!(Cell::default().shaded(0.0, 0.0).shade, 0);
    }
}
