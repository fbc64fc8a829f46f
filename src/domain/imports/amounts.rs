//! Amounts of a column. `1,234` is a thousand here and one and a bit there: the column says which, or it is asked for.

use super::Example;
use crate::domain::ledger::AMOUNT_MAX_MINOR;
use crate::domain::money::Currency;

/// What the values of a column show.
#[derive(Debug, Clone, Default)]
pub struct AmountColumn {
    point: Option<Example>,
    comma: Option<Example>,
    unclear: Option<Example>,
}

/// Why a column cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountTrouble {
    /// Here a point parts the cents, there a comma.
    Mixed(Example, Example),
    /// It cannot be told.
    Unclear(Example),
}

/// Why an amount is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongAmount {
    /// No number.
    #[error("is no amount")]
    NotANumber,
    /// It says another currency than the clinic's.
    #[error("is in another currency than the clinic's")]
    OtherCurrency,
    /// Beyond all reason.
    #[error("is beyond all reason")]
    TooMuch,
}

/// What an amount is made of.
struct Parts {
    is_negative: bool,
    /// Digits, points, commas.
    number: String,
    /// Letters and signs around it.
    currency: String,
}

impl AmountColumn {
    /// Looks at one value.
    pub fn look(&mut self, line: u64, text: &str) {
        let Some(parts) = parts(text) else { return };
        let found = match decimal_of(&parts.number) {
            Decimal::None => return,
            Decimal::Is('.') => &mut self.point,
            Decimal::Is(_) => &mut self.comma,
            Decimal::Unclear => &mut self.unclear,
        };
        if found.is_none() {
            *found = Some(Example::new(line, text));
        }
    }

    /// The sign that parts the cents; `wanted` is what the mapping says.
    pub fn settle(&self, wanted: Option<char>) -> Result<char, AmountTrouble> {
        match (wanted, &self.point, &self.comma, &self.unclear) {
            (Some(sign), ..) => Ok(sign),
            (None, Some(point), Some(comma), _) => Err(AmountTrouble::Mixed(point.clone(), comma.clone())),
            (None, Some(_), None, _) => Ok('.'),
            (None, None, Some(_), _) => Ok(','),
            (None, None, None, Some(example)) => Err(AmountTrouble::Unclear(example.clone())),
            (None, None, None, None) => Ok('.'),
        }
    }

    /// The amount in minor units, negative where money was given back.
    pub fn read(text: &str, decimal: char, currency: Currency) -> Result<i64, WrongAmount> {
        let parts = parts(text).ok_or(WrongAmount::NotANumber)?;
        if !parts.currency.is_empty() && !says(&parts.currency, currency) {
            return Err(WrongAmount::OtherCurrency);
        }
        let minor = minor_of(&parts.number, decimal, currency)?;
        Ok(if parts.is_negative { -minor } else { minor })
    }
}

/// `$1,234.50`, `1.234,50 €`, `-20`, `(20.00)`, `95,-`.
fn parts(text: &str) -> Option<Parts> {
    let text = text.trim();
    let in_brackets = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let text = in_brackets.unwrap_or(text).replace(",-", "");
    let (mut number, mut currency, mut is_negative) = (String::new(), String::new(), in_brackets.is_some());
    for character in text.chars() {
        match character {
            '0'..='9' | '.' | ',' => number.push(character),
            '-' | '\u{2212}' if number.is_empty() && !is_negative => is_negative = true,
            '\'' | '\u{2019}' | '_' if !number.is_empty() => {}
            blank if blank.is_whitespace() => {}
            sign if sign.is_alphabetic() || "$€£¥".contains(sign) => currency.push(sign),
            _ => return None,
        }
    }
    let has_digits = number.bytes().any(|byte| byte.is_ascii_digit());
    (has_digits && currency.chars().count() <= 4).then_some(Parts { is_negative, number, currency })
}

fn says(sign: &str, currency: Currency) -> bool {
    let sign = sign.to_uppercase();
    let dollars = matches!(currency, Currency::Usd | Currency::Cad | Currency::Aud);
    sign == currency.code()
        || sign == currency.symbol()
        || (sign == "$" && dollars)
        || (sign == "FR" && currency == Currency::Chf)
}

enum Decimal {
    /// Whole units.
    None,
    /// This sign parts the cents.
    Is(char),
    /// It may part thousands as well.
    Unclear,
}

fn decimal_of(number: &str) -> Decimal {
    let (points, commas) = (number.matches('.').count(), number.matches(',').count());
    let after = |sign: char| number.rsplit(sign).next().map_or(0, str::len);
    match (points, commas) {
        (0, 0) => Decimal::None,
        (0, 1) if after(',') == 3 => Decimal::Unclear,
        (1, 0) if after('.') == 3 => Decimal::Unclear,
        (0, 1) => Decimal::Is(','),
        (1, 0) => Decimal::Is('.'),
        // Thousands without cents: the other sign would part them.
        (0, _) => Decimal::Is('.'),
        (_, 0) => Decimal::Is(','),
        _ if number.rfind('.') < number.rfind(',') => Decimal::Is(','),
        _ => Decimal::Is('.'),
    }
}

fn minor_of(number: &str, decimal: char, currency: Currency) -> Result<i64, WrongAmount> {
    let (whole, cents) = number.split_once(decimal).unwrap_or((number, ""));
    let decimals = usize::try_from(currency.decimals()).unwrap_or(2);
    let grouping = if decimal == '.' { ',' } else { '.' };
    let mut groups = whole.split(grouping);
    let first = groups.next().unwrap_or_default();
    let is_grouped = groups.clone().count() == 0 || first.len() <= 3;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return Err(WrongAmount::NotANumber);
        }
        digits.push_str(group);
    }
    // More decimals than the currency has are taken where they are noughts: other programs write 95.0000.
    let (kept, beyond) = cents.split_at_checked(cents.len().min(decimals)).unwrap_or((cents, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_grouped || !is_digits(kept) || beyond.bytes().any(|byte| byte != b'0') || !is_digits(&digits) {
        return Err(WrongAmount::NotANumber);
    }
    let text = format!("{digits}{kept:0<decimals$}");
    if 18 < text.trim_start_matches('0').len() {
        return Err(WrongAmount::TooMuch);
    }
    let minor: i64 = text.parse().map_err(|_no_number: std::num::ParseIntError| WrongAmount::NotANumber)?;
    if AMOUNT_MAX_MINOR < minor { Err(WrongAmount::TooMuch) } else { Ok(minor) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, decimal: char) -> Result<i64, WrongAmount> {
        AmountColumn::read(text, decimal, Currency::Usd)
    }

    fn settled(values: &[&str]) -> Result<char, AmountTrouble> {
        let mut column = AmountColumn::default();
        for (text, line) in values.iter().zip(2..) {
            column.look(line, text);
        }
        column.settle(None)
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, decimal, wanted) in [
            ("95", '.', 9_500),
            ("$1,234.50", '.', 123_450),
            ("1.234,50 USD", ',', 123_450),
            ("1'234.50", '.', 123_450),
            ("-20.00", '.', -2_000),
            ("(20.00)", '.', -2_000),
            ("$-20", '.', -2_000),
            ("95,-", ',', 9_500),
            ("95.0000", '.', 9_500),
            ("0", '.', 0),
            (".50", '.', 50),
        ] {
            assert_eq!(read(text, decimal), Ok(wanted), "{text}");
        }
        for text in ["", "free", "1.2.3", "12,34.5", "--5", "5-", "95.005", "$"] {
            assert_eq!(read(text, '.'), Err(WrongAmount::NotANumber), "{text}");
        }
        assert_eq!(read("95 €", '.'), Err(WrongAmount::OtherCurrency));
        assert_eq!(read("99999999999999999999", '.'), Err(WrongAmount::TooMuch));
        assert_eq!(read("10000001", '.'), Err(WrongAmount::TooMuch));
        assert_eq!(AmountColumn::read("¥ 9,500", '.', Currency::Jpy), Ok(9_500));
    }

    #[test]
    fn a_column_says_what_parts_the_cents_or_is_asked() {
        assert_eq!(settled(&["95", "12,50", "1.234"]), Ok(','));
        assert_eq!(settled(&["95", "12.50", "1,234"]), Ok('.'));
        assert_eq!(settled(&["1,234,567"]), Ok('.'));
        assert_eq!(settled(&["95", ""]), Ok('.'));
        assert_eq!(settled(&["95", "1,234"]), Err(AmountTrouble::Unclear(Example::new(3, "1,234"))));
        assert!(matches!(settled(&["12,50", "12.50"]), Err(AmountTrouble::Mixed(_, _))));
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fall(text in ".{0,30}") {
            let mut column = AmountColumn::default();
            column.look(1, &text);
            for decimal in ['.', ','] {
                let _read = AmountColumn::read(&text, decimal, Currency::Usd);
            }
        }

        #[test]
        fn what_is_written_is_read(minor in -100_000_000_i64..100_000_000) {
            let sign = if minor < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100);
            prop_assert_eq!(read(&text, '.'), Ok(minor));
            prop_assert_eq!(read(&text.replace('.', ","), ','), Ok(minor));
        }
    }
}
