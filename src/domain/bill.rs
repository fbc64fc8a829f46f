//! What a visit costs in the end: the agreed price, what came on top, less a discount, with the tax in each line.

use super::ledger::{self, AMOUNT_MAX_MINOR, BASIS_POINTS};

/// More extras than this belong on another bill.
pub const EXTRAS_MAX: usize = 10;

/// Something that is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is, as the receipt says it.
    pub name: String,
    /// Minor units, the tax in it.
    pub minor: i64,
    /// The tax rate.
    pub tax_basis_points: i64,
}

/// What is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// Nothing.
    None,
    /// Minor units of the whole.
    Amount(i64),
    /// Basis points of the whole, half a unit rounded up.
    Share(i64),
}

/// One line as it is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// What it is.
    pub name: String,
    /// What the client pays for it.
    pub minor: i64,
    /// What was taken off.
    pub discount_minor: i64,
    /// The tax rate.
    pub tax_basis_points: i64,
    /// The tax in what is paid.
    pub tax_minor: i64,
}

/// Why there is no bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongBill {
    /// An amount is negative or beyond all reason; the place of its item.
    Amount(usize),
    /// A tax rate that is none; the place of its item.
    Tax(usize),
    /// More is taken off than there is, or a negative amount.
    Discount,
    /// More lines than a bill has.
    TooMany,
}

/// The lines of a bill. Their sum is the total; a discount is shared out over the lines by their size, to the unit.
pub fn bill(items: &[Item], discount: Discount) -> Result<Vec<Charge>, WrongBill> {
    if items.len() > EXTRAS_MAX + 1 {
        return Err(WrongBill::TooMany);
    }
    for (place, item) in items.iter().enumerate() {
        if !(0..=AMOUNT_MAX_MINOR).contains(&item.minor) {
            return Err(WrongBill::Amount(place));
        }
        if !(0..=BASIS_POINTS).contains(&item.tax_basis_points) {
            return Err(WrongBill::Tax(place));
        }
    }
    let gross: i64 = items.iter().map(|item| item.minor).sum();
    let off = taken_off(gross, discount).ok_or(WrongBill::Discount)?;
    let shares = shared_out(&items.iter().map(|item| item.minor).collect::<Vec<_>>(), gross, off);
    let charge = |(place, (item, share)): (usize, (&Item, i64))| {
        let minor = item.minor - share;
        let tax_minor = ledger::tax_in(minor, item.tax_basis_points).ok_or(WrongBill::Tax(place))?;
        Ok(Charge {
            name: item.name.clone(),
            minor,
            discount_minor: share,
            tax_basis_points: item.tax_basis_points,
            tax_minor,
        })
    };
    items.iter().zip(shares).enumerate().map(charge).collect()
}

/// What all lines cost together.
pub fn total(charges: &[Charge]) -> i64 {
    charges.iter().map(|charge| charge.minor).fold(0, i64::saturating_add)
}

fn taken_off(gross: i64, discount: Discount) -> Option<i64> {
    let off = match discount {
        Discount::None => 0,
        Discount::Amount(minor) => minor,
        Discount::Share(share) if (0..=BASIS_POINTS).contains(&share) => {
            let exact = i128::from(gross) * i128::from(share);
            i64::try_from((2 * exact + i128::from(BASIS_POINTS)) / (2 * i128::from(BASIS_POINTS))).ok()?
        }
        Discount::Share(_) => return None,
    };
    (0..=gross).contains(&off).then_some(off)
}

/// Each line's part of what is taken off: rounded down, and the units that are left go to the largest remainders.
fn shared_out(amounts: &[i64], gross: i64, off: i64) -> Vec<i64> {
    if gross == 0 || off == 0 {
        return vec![0; amounts.len()];
    }
    let exact = |amount: &i64| i128::from(*amount) * i128::from(off);
    let mut shares: Vec<i64> =
        amounts.iter().map(|amount| i64::try_from(exact(amount) / i128::from(gross)).unwrap_or(0)).collect();
    let left = off - shares.iter().sum::<i64>();
    let mut order: Vec<(i128, usize)> =
        amounts.iter().enumerate().map(|(place, amount)| (exact(amount) % i128::from(gross), place)).collect();
    order.sort_by_key(|(rest, place)| (std::cmp::Reverse(*rest), *place));
    let more = usize::try_from(left).unwrap_or(0);
    for (_, place) in order.into_iter().take(more) {
        if let Some(share) = shares.get_mut(place) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(minor: i64, tax_basis_points: i64) -> Item {
        Item { name: "Cleaning".to_owned(), minor, tax_basis_points }
    }

    #[test]
    fn price_extras_and_discount() {
        let items = [item(9_500, 0), item(1_100, 1_000)];
        let charges = bill(&items, Discount::None).unwrap();
        assert_eq!((total(&charges), charges[1].tax_minor), (10_600, 100));
        let charges = bill(&items, Discount::Share(1_000)).unwrap();
        assert_eq!((total(&charges), charges[0].discount_minor, charges[1].minor), (9_540, 950, 990));
        assert_eq!(charges[1].tax_minor, 90);
        let charges = bill(&items, Discount::Amount(10_600)).unwrap();
        assert_eq!((total(&charges), charges[0].tax_minor), (0, 0));
        assert_eq!(bill(&[], Discount::None), Ok(Vec::new()));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(bill(&[item(-1, 0)], Discount::None), Err(WrongBill::Amount(0)));
        assert_eq!(bill(&[item(1, 0), item(AMOUNT_MAX_MINOR + 1, 0)], Discount::None), Err(WrongBill::Amount(1)));
        assert_eq!(bill(&[item(1, 10_001)], Discount::None), Err(WrongBill::Tax(0)));
        for wrong in [Discount::Amount(-1), Discount::Amount(101), Discount::Share(-1), Discount::Share(10_001)] {
            assert_eq!(bill(&[item(100, 0)], wrong), Err(WrongBill::Discount), "{wrong:?}");
        }
        assert_eq!(bill(&vec![item(1, 0); EXTRAS_MAX + 2], Discount::None), Err(WrongBill::TooMany));
    }

    proptest! {
        #[test]
        fn the_sum_of_the_lines_is_the_total(
            amounts in prop::collection::vec((0_i64..=AMOUNT_MAX_MINOR, 0_i64..=BASIS_POINTS), 1..=EXTRAS_MAX + 1),
            share in 0_i64..=BASIS_POINTS,
        ) {
            let items: Vec<Item> = amounts.iter().map(|(minor, rate)| item(*minor, *rate)).collect();
            let gross: i64 = amounts.iter().map(|(minor, _)| minor).sum();
            let charges = bill(&items, Discount::Share(share)).unwrap();
            let off: i64 = charges.iter().map(|charge| charge.discount_minor).sum();
            prop_assert_eq!(total(&charges) + off, gross);
            prop_assert_eq!(Some(off), taken_off(gross, Discount::Share(share)));
            for (charge, (minor, rate)) in charges.iter().zip(&amounts) {
                prop_assert!(0 <= charge.minor && charge.minor + charge.discount_minor == *minor);
                prop_assert_eq!(Some(charge.tax_minor), ledger::tax_in(charge.minor, *rate));
            }
        }

        #[test]
        fn every_unit_of_a_discount_is_given(amounts in prop::collection::vec(0_i64..10_000, 1..8), part in 0_i64..=10_000) {
            let items: Vec<Item> = amounts.iter().map(|minor| item(*minor, 700)).collect();
            let gross: i64 = amounts.iter().sum();
            let off = gross * part / 10_000;
            prop_assert_eq!(total(&bill(&items, Discount::Amount(off)).unwrap()), gross - off);
        }
    }
}
