//! Amounts of a column: whether comma or dot marks the decimals is found out from all of them.

use super::{Sample, Trouble};

/// Amounts are kept in parts of a ten-thousandth, which every currency fits.
pub const PARTS: i64 = 10_000;

/// What an amount says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It can only be this.
    Plain,
    /// `1,234`: one thousand, or one and a bit.
    OpenComma,
    /// `1.234`: the same with a dot.
    OpenDot,
}

/// An amount as it is written. What is open is read as thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// In [`PARTS`].
    pub parts: i64,
    /// What it says about itself.
    pub reading: Reading,
    decimal: Option<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Comma,
    Dot,
}

/// Reads a field: digits with marks, a sign before or behind, a currency around it. Nothing for what is no amount.
pub fn read(field: &[u8]) -> Option<Written> {
    let is_around = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'$' | 0x80..);
    let start = field.iter().position(|byte| !is_around(byte))?;
    let end = field.iter().rposition(|byte| !is_around(byte))?;
    let mut body = field.get(start..=end)?;
    let mut is_negative = false;
    if let [sign @ (b'-' | b'+'), rest @ ..] = body {
        (is_negative, body) = (*sign == b'-', rest);
    } else if let [rest @ .., b'-'] = body {
        (is_negative, body) = (true, rest);
    } else if let [b'(', rest @ .., b')'] = body {
        (is_negative, body) = (true, rest);
    }
    while let [byte, rest @ ..] = body
        && is_around(byte)
    {
        body = rest;
    }
    let written = unsigned(body)?;
    Some(if is_negative { Written { parts: -written.parts, ..written } } else { written })
}

fn unsigned(body: &[u8]) -> Option<Written> {
    let last_mark = body.iter().rposition(|byte| matches!(byte, b',' | b'.'));
    let Some(place) = last_mark else {
        return Some(Written { parts: digits(body)?.checked_mul(PARTS)?, reading: Reading::Plain, decimal: None });
    };
    let (before, after) = (body.get(..place)?, body.get(place + 1..)?);
    let mark = if body.get(place) == Some(&b',') { Mark::Comma } else { Mark::Dot };
    let other = if mark == Mark::Comma { Mark::Dot } else { Mark::Comma };
    let has = |mark: Mark| before.contains(if mark == Mark::Comma { &b',' } else { &b'.' });
    let thousands = || digits(before)?.checked_mul(1000)?.checked_add(digits(after)?)?.checked_mul(PARTS);
    match (has(mark), has(other), after.len()) {
        // 1,234,567: the same mark twice can only part thousands.
        (true, false, 3) => Some(Written { parts: thousands()?, reading: Reading::Plain, decimal: Some(other) }),
        (true, ..) => None,
        (false, false, 3) if !before.is_empty() && before.len() <= 3 && before != b"0" => {
            let reading = if mark == Mark::Comma { Reading::OpenComma } else { Reading::OpenDot };
            Some(Written { parts: thousands()?, reading, decimal: None })
        }
        (false, ..) => {
            let whole = if before.is_empty() { 0 } else { digits(before)? };
            let parts = whole.checked_mul(PARTS)?.checked_add(fraction(after)?)?;
            Some(Written { parts, reading: Reading::Plain, decimal: Some(mark) })
        }
    }
}

/// The digits as a number; marks of thousands in between are passed over.
fn digits(bytes: &[u8]) -> Option<i64> {
    let mut value: i64 = 0;
    let mut is_empty = true;
    for byte in bytes {
        match byte {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                is_empty = false;
            }
            b',' | b'.' | b'\'' | b' ' | b'_' | 0x80.. => {}
            _ => return None,
        }
    }
    (!is_empty).then_some(value)
}

/// Digits behind the mark, in [`PARTS`]; what is finer is left out.
fn fraction(bytes: &[u8]) -> Option<i64> {
    let mut parts = 0;
    let mut worth = PARTS;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        worth /= 10;
        parts += i64::from(byte - b'0') * worth;
    }
    Some(parts)
}

/// What is known of the column so far.
#[derive(Debug, Default)]
pub struct Column {
    comma: Option<Sample>,
    dot: Option<Sample>,
    open_comma: Option<Sample>,
}

/// What marks the decimals in the whole column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimals {
    is_comma: bool,
}

impl Column {
    /// Learns from one field.
    pub fn learn(&mut self, written: &Written, line: u64, field: &[u8]) {
        let seen = match (written.decimal, written.reading) {
            (Some(Mark::Comma), _) => &mut self.comma,
            (Some(Mark::Dot), _) => &mut self.dot,
            (None, Reading::OpenComma) => &mut self.open_comma,
            (None, Reading::Plain | Reading::OpenDot) => return,
        };
        if seen.is_none() {
            *seen = Some(Sample::new(line, field));
        }
    }

    /// What holds for the whole column. A lone dot is a decimal unless commas are.
    pub fn decimals(&self) -> Result<Decimals, Trouble> {
        match (&self.comma, &self.dot, &self.open_comma) {
            (Some(comma), Some(dot), _) => Err(Trouble::MixedAmounts(comma.clone(), dot.clone())),
            (Some(_), None, _) => Ok(Decimals { is_comma: true }),
            (None, None, Some(open)) => Err(Trouble::AmbiguousAmounts(open.clone())),
            _ => Ok(Decimals { is_comma: false }),
        }
    }
}

impl Decimals {
    /// The amount, in [`PARTS`].
    pub const fn amount(self, parts: i64, reading: Reading) -> i64 {
        match (reading, self.is_comma) {
            (Reading::OpenComma, true) | (Reading::OpenDot, false) => parts / 1000,
            _ => parts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(fields: &[&str]) -> Result<Vec<i64>, Trouble> {
        let mut column = Column::default();
        let written: Vec<Written> = fields.iter().map(|field| read(field.as_bytes()).expect("an amount")).collect();
        for (line, (field, written)) in (2..).zip(fields.iter().zip(&written)) {
            column.learn(written, line, field.as_bytes());
        }
        let decimals = column.decimals()?;
        Ok(written.iter().map(|one| decimals.amount(one.parts, one.reading)).collect())
    }

    #[test]
    fn the_column_says_what_marks_decimals() {
        assert_eq!(column(&["12.50", "-3", "1,234.5", "1,234"]), Ok(vec![125_000, -30_000, 12_345_000, 12_340_000]));
        assert_eq!(
            column(&["12,50", "1.234", "1.234,56 €", "1,234"]),
            Ok(vec![125_000, 12_340_000, 12_345_600, 12_340])
        );
        assert_eq!(
            column(&["12.345", "$ 7", "EUR -5", "(4)", "3-"]),
            Ok(vec![123_450, 70_000, -50_000, -40_000, -30_000])
        );
        assert_eq!(column(&["1,234,567", "0.125", "1'000.00"]), Ok(vec![12_345_670_000, 1_250, 10_000_000]));
        assert!(matches!(column(&["1", "1,234"]), Err(Trouble::AmbiguousAmounts(sample)) if sample.line == 3));
        assert!(matches!(column(&["1,5", "1.5"]), Err(Trouble::MixedAmounts(..))));
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for field in ["", "free", "1,2,3", "--5", "1.2.3,4,5", "12a4", "99999999999999999999"] {
            assert_eq!(read(field.as_bytes()), None, "{field}");
        }
    }
}
