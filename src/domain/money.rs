//! Money is a whole number of minor units (cents) with its currency, and is only added to its like.

use std::fmt;
use std::str::FromStr;

/// A currency of our table (ISO 4217), with the number of its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Currency {
    /// US dollar.
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Swiss franc.
    Chf,
    /// Canadian dollar.
    Cad,
    /// Australian dollar.
    Aud,
    /// Japanese yen, which has no decimals.
    Jpy,
}

/// The text is not a currency of our table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a currency Rebook knows: USD, EUR, GBP, CHF, CAD, AUD or JPY")]
pub struct NotACurrency;

impl Currency {
    /// Every currency of the table, in the order in which it is offered.
    pub const ALL: [Self; 7] = [Self::Usd, Self::Eur, Self::Gbp, Self::Chf, Self::Cad, Self::Aud, Self::Jpy];

    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Chf => "CHF",
            Self::Cad => "CAD",
            Self::Aud => "AUD",
            Self::Jpy => "JPY",
        }
    }

    /// The sign people write.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Usd => "$",
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Chf => "CHF",
            Self::Cad => "CA$",
            Self::Aud => "A$",
            Self::Jpy => "¥",
        }
    }

    /// How many decimals the minor unit has.
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Jpy => 0,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;
    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        Self::ALL.into_iter().find(|known| known.code() == text).ok_or(NotACurrency)
    }
}

/// An amount in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Minor units: cents, pence, or whole yen.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The sum, or nothing when the currencies differ or the number would not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self::new(self.minor.checked_add(other.minor)?, self.currency))
    }

    /// Reads what people type into a price field: `95`, `95.00`, `95,50`. Never negative.
    pub fn parse_amount(text: &str, currency: Currency) -> Option<Self> {
        let text = text.trim();
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let decimals = usize::try_from(currency.decimals()).ok()?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || fraction.len() > decimals || !digits(whole) || !digits(fraction) {
            return None;
        }
        let padded = format!("{whole}{fraction:0<decimals$}");
        Some(Self::new(padded.parse().ok()?, currency))
    }

    /// Reads an amount as people of a language type it, with or without points between thousands: `1,234.56` where
    /// `decimal` is a point, `1.234,56` where it is a comma. What can only be meant one way is taken in both; never
    /// negative.
    pub fn parse_typed(text: &str, currency: Currency, decimal: char) -> Option<Self> {
        let text = text.trim().replace(['\u{a0}', '\u{202f}', ' '], "");
        let decimals = usize::try_from(currency.decimals()).ok()?;
        let last = text.rfind(['.', ',']);
        let sign_at = |place: usize| text.get(place..).and_then(|rest| rest.chars().next());
        let Some((place, sign)) = last.and_then(|place| Some((place, sign_at(place)?))) else {
            return Self::parse_amount(&text, currency);
        };
        let (whole, rest) = text.split_at(place);
        let fraction = rest.get(1..)?;
        let is_mixed = whole.contains(['.', ',']);
        let is_decimal = if is_mixed { !whole.contains(sign) } else { sign == decimal || fraction.len() != 3 };
        let grouping = if is_decimal { if sign == '.' { ',' } else { '.' } } else { sign };
        let (whole, fraction) = if is_decimal { (whole, fraction) } else { (text.as_str(), "") };
        if fraction.len() > decimals || (is_decimal && fraction.is_empty()) {
            return None;
        }
        let mut groups = whole.split(grouping);
        let first = groups.next()?;
        let rest: Vec<&str> = groups.collect();
        let is_grouped =
            rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
        if !is_grouped {
            return None;
        }
        Self::parse_amount(&format!("{first}{}.{fraction}", rest.concat()), currency)
    }

    /// The amount as a plain decimal for form fields and CSV: `95.00`.
    pub fn plain(self) -> String {
        let decimals = self.currency.decimals();
        if decimals == 0 {
            return self.minor.to_string();
        }
        let unit = 10_i64.pow(decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        let absolute = self.minor.unsigned_abs();
        let unit = unit.unsigned_abs();
        let width = usize::try_from(decimals).unwrap_or(2);
        format!("{sign}{}.{:0width$}", absolute / unit, absolute % unit)
    }
}

/// What a booking costs: the price for the smallest party, and a fee for every person beyond it.
///
/// Nothing when the amount would not fit.
pub fn price_of_party(price_minor: i64, extra_person_minor: i64, party: u16, party_min: u16) -> Option<i64> {
    let extra_people = i64::from(party.saturating_sub(party_min));
    price_minor.checked_add(extra_person_minor.checked_mul(extra_people)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prices_as_people_type_them() {
        let cents = |text| Money::parse_amount(text, Currency::Usd).map(|money| money.minor);
        assert_eq!(cents("95"), Some(9_500));
        assert_eq!(cents(" 95.5 "), Some(9_550));
        assert_eq!(cents("95,50"), Some(9_550));
        for wrong in ["", "-1", "1.234", "1e3", "9999999999", "1.2.3", "$5", "٣"] {
            assert_eq!(cents(wrong), None, "{wrong}");
        }
        assert_eq!(Money::parse_amount("500", Currency::Jpy).map(|money| money.minor), Some(500));
        assert_eq!(Money::parse_amount("500.5", Currency::Jpy), None);
    }

    #[test]
    fn reads_amounts_as_a_language_writes_them() {
        let (point, comma) = ('.', ',');
        let cents = |text, decimal| Money::parse_typed(text, Currency::Eur, decimal).map(|money| money.minor);
        for (text, english, german) in [
            ("95", Some(9_500), Some(9_500)),
            ("95.5", Some(9_550), Some(9_550)),
            ("95,50", Some(9_550), Some(9_550)),
            ("1.234", None, Some(123_400)),
            ("1,234", Some(123_400), None),
            ("1.234,56", Some(123_456), Some(123_456)),
            ("1,234.56", Some(123_456), Some(123_456)),
            ("1 234,56", Some(123_456), Some(123_456)),
            ("1.234.567", Some(123_456_700), Some(123_456_700)),
        ] {
            assert_eq!((cents(text, point), cents(text, comma)), (english, german), "{text}");
        }
        for wrong in
            ["", "-5", "1.2345", "12.34,567", "1,23,456.7", "1.234.56", ".", "5.", ",5", "1e3", "9.999.999.999", "٣"]
        {
            assert_eq!((cents(wrong, point), cents(wrong, comma)), (None, None), "{wrong}");
        }
        assert_eq!(Money::parse_typed("1,500", Currency::Jpy, point).map(|money| money.minor), Some(1_500));
        assert_eq!(Money::parse_typed("15,5", Currency::Jpy, point), None);
    }

    #[test]
    fn writes_plain_decimals() {
        assert_eq!(Money::new(9_505, Currency::Usd).plain(), "95.05");
        assert_eq!(Money::new(-5, Currency::Eur).plain(), "-0.05");
        assert_eq!(Money::new(500, Currency::Jpy).plain(), "500");
    }

    #[test]
    fn adds_only_its_like() {
        let one = Money::new(1, Currency::Usd);
        assert_eq!(one.plus(one), Some(Money::new(2, Currency::Usd)));
        assert_eq!(one.plus(Money::new(1, Currency::Eur)), None);
        assert_eq!(one.plus(Money::new(i64::MAX, Currency::Usd)), None);
    }

    #[test]
    fn a_friend_costs_his_fee() {
        assert_eq!(price_of_party(5_000, 1_500, 1, 1), Some(5_000));
        assert_eq!(price_of_party(5_000, 1_500, 3, 1), Some(8_000));
        assert_eq!(price_of_party(5_000, 1_500, 2, 2), Some(5_000));
        assert_eq!(price_of_party(1, i64::MAX, 3, 1), None);
    }
}
