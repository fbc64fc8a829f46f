//! The ledger's arithmetic: what is owed, what can be given back, and the tax in an amount. Whole minor units throughout.

/// No single amount is larger: ten million units of a currency with cents. More is a slip of the finger.
pub const AMOUNT_MAX_MINOR: i64 = 1_000_000_000;

/// A whole in basis points.
pub const BASIS_POINTS: i64 = 10_000;

/// What a line of the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// The clinic asks for money.
    Charge,
    /// The client paid.
    Payment,
    /// The clinic gave back.
    Refund,
    /// The clinic gave up.
    WriteOff,
}

impl EntryKind {
    /// Every kind, in the order in which sums are shown.
    pub const ALL: [Self; 4] = [Self::Charge, Self::Payment, Self::Refund, Self::WriteOff];

    /// Reads the word in the ledger.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The word in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::WriteOff => "write_off",
        }
    }

    /// Whether the line raises what the client owes.
    pub const fn raises(self) -> bool {
        match self {
            Self::Charge | Self::Refund => true,
            Self::Payment | Self::WriteOff => false,
        }
    }
}

/// How money changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Notes and coins.
    Cash,
    /// A card at the desk.
    Card,
    /// A bank transfer.
    Transfer,
    /// A voucher.
    Voucher,
}

impl Method {
    /// Every method, in the order in which it is offered.
    pub const ALL: [Self; 4] = [Self::Card, Self::Cash, Self::Transfer, Self::Voucher];

    /// Reads the word in the ledger.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// The word in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Card => "card",
            Self::Transfer => "transfer",
            Self::Voucher => "voucher",
        }
    }
}

/// A line as sums see it. The amount of a line that takes back another one is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: EntryKind,
    /// Minor units.
    pub minor: i64,
}

/// What is still owed: charges and refunds less payments and what was written off. Negative when too much was paid.
/// Nothing when the number would not fit.
pub fn balance(lines: &[Line]) -> Option<i64> {
    lines.iter().try_fold(0_i64, |sum, line| {
        if line.kind.raises() { sum.checked_add(line.minor) } else { sum.checked_sub(line.minor) }
    })
}

/// The sum of one kind.
pub fn sum_of(lines: &[Line], kind: EntryKind) -> i64 {
    lines.iter().filter(|line| line.kind == kind).map(|line| line.minor).fold(0, i64::saturating_add)
}

/// What can be given back at most: what was paid and not given back yet.
pub fn refundable(lines: &[Line]) -> i64 {
    sum_of(lines, EntryKind::Payment).saturating_sub(sum_of(lines, EntryKind::Refund)).max(0)
}

/// What can be written off at most: what is owed.
pub fn outstanding(lines: &[Line]) -> i64 {
    balance(lines).unwrap_or(0).max(0)
}

/// The tax in an amount that includes it, half a unit rounded up. Nothing for what is no rate or no amount.
pub fn tax_in(gross_minor: i64, basis_points: i64) -> Option<i64> {
    if gross_minor < 0 || !(0..=BASIS_POINTS).contains(&basis_points) {
        return None;
    }
    let whole = i128::from(BASIS_POINTS + basis_points);
    let tax = (2 * i128::from(gross_minor) * i128::from(basis_points) + whole) / (2 * whole);
    i64::try_from(tax).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn line(kind: EntryKind, minor: i64) -> Line {
        Line { kind, minor }
    }

    #[test]
    fn words_are_read_back() {
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::parse(kind.as_str()), Some(kind));
        }
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
        }
        assert_eq!((EntryKind::parse("gift"), Method::parse("later")), (None, None));
    }

    #[test]
    fn what_is_owed_given_back_and_given_up() {
        use EntryKind::{Charge, Payment, Refund, WriteOff};
        let table: [(&[Line], i64, i64, i64); 6] = [
            (&[], 0, 0, 0),
            (&[line(Charge, 9_500)], 9_500, 0, 9_500),
            (&[line(Charge, 9_500), line(Payment, 5_000)], 4_500, 5_000, 4_500),
            (&[line(Charge, 9_500), line(Payment, 9_500), line(Refund, 2_000)], 2_000, 7_500, 2_000),
            (&[line(Charge, 9_500), line(WriteOff, 9_500)], 0, 0, 0),
            (&[line(Charge, 9_500), line(Payment, 9_500), line(Charge, -9_500)], -9_500, 9_500, 0),
        ];
        for (lines, owed, back, open) in table {
            assert_eq!((balance(lines), refundable(lines), outstanding(lines)), (Some(owed), back, open), "{lines:?}");
        }
        assert_eq!(balance(&[line(Charge, i64::MAX), line(Charge, 1)]), None);
    }

    #[test]
    fn tax_is_in_the_amount() {
        let table = [
            (10_700, 700, 700),
            (11_900, 1_900, 1_900),
            (9_500, 0, 0),
            (1, 5_000, 0),
            (3, 10_000, 2),
            (110, 1_000, 10),
        ];
        for (gross, rate, tax) in table {
            assert_eq!(tax_in(gross, rate), Some(tax), "{gross} at {rate}");
        }
        for (gross, rate) in [(-1, 700), (100, -1), (100, 10_001)] {
            assert_eq!(tax_in(gross, rate), None);
        }
    }

    proptest! {
        #[test]
        fn tax_is_the_nearest_unit(gross in 0_i64..=i64::MAX, rate in 0_i64..=BASIS_POINTS) {
            let tax = tax_in(gross, rate).unwrap();
            prop_assert!((0..=gross).contains(&tax));
            let (whole, exact) = (i128::from(BASIS_POINTS + rate), i128::from(gross) * i128::from(rate));
            let apart = 2 * (i128::from(tax) * whole - exact);
            prop_assert!(-whole < apart && apart <= whole, "half a unit goes up");
        }

        #[test]
        fn a_line_taken_back_leaves_nothing(amount in 0_i64..=AMOUNT_MAX_MINOR, place in 0_usize..4) {
            let kind = EntryKind::ALL[place];
            prop_assert_eq!(balance(&[line(kind, amount), line(kind, -amount)]), Some(0));
        }
    }
}
