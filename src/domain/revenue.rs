//! What the lines of a client's account bring in, each on its own date.
//!
//! A charge counts with its amount less tax, a line taken back counts against. A write-off and a refund subtract, but money
//! that was given up once is not given up twice:
//!
//! - a refund gives back what was paid in excess first, which never was revenue (a deposit, an overpayment, a charge that
//!   was taken back before). Only what it takes out of money that had been earned subtracts;
//! - that part stands open in the account, as if it were owed. Writing it off settles it and subtracts nothing more, and so
//!   does a payment that brings the money in again: it adds what the refund took.
//!
//! So in the end revenue is what was charged less what was given up, and, once everything is settled, what was kept.
//! Payments alone never count. The tax in a refund or a write-off is that of its booking's price; without a booking there
//! is no rate, and the whole amount subtracts.

use super::ledger::{self, EntryKind};

/// A line of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: EntryKind,
    /// Minor units, the tax in it; negative where it takes back another line.
    pub minor: i64,
    /// The tax in it, for charges; negative likewise.
    pub tax_minor: i64,
    /// The tax rate of the booking it belongs to, for the other kinds.
    pub tax_basis_points: i64,
    /// What is left of it when what the service costs is paid, in basis points.
    pub margin_basis_points: i64,
}

/// What a line brings in: revenue without tax, and the margin in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Earned {
    /// Minor units without tax.
    pub minor: i64,
    /// What is left when what the services cost is paid.
    pub margin_minor: i64,
}

/// An account on its way through its lines, oldest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Account {
    /// What is owed; negative when too much was paid.
    balance: i64,
    /// What refunds took out of earned money and nobody settled yet.
    open: i64,
    /// What was subtracted for it.
    taken: Earned,
}

impl Account {
    /// Takes the next line and says what it brings in.
    pub fn take(&mut self, line: &Line) -> Earned {
        let before = self.balance;
        let sign = if line.kind.raises() { 1 } else { -1 };
        self.balance = self.balance.saturating_add(sign * line.minor);
        match line.kind {
            EntryKind::Charge => plus(earned(line.minor - line.tax_minor, line), self.settle()),
            EntryKind::Payment => self.settle(),
            EntryKind::WriteOff => plus(minus(earned(net(line), line)), self.settle()),
            EntryKind::Refund if line.minor < 0 => {
                let back = self.give_back(self.open.saturating_add(line.minor).max(0));
                plus(back, self.settle())
            }
            EntryKind::Refund => {
                let excess = before.min(0).saturating_neg();
                let dug = line.minor.saturating_sub(excess).max(0);
                let part = Line { minor: dug, ..*line };
                let taken = earned(net(&part), line);
                self.open = self.open.saturating_add(dug);
                self.taken = plus(self.taken, taken);
                minus(taken)
            }
        }
    }

    /// No more of it stands open than is owed at all.
    fn settle(&mut self) -> Earned {
        let owed = self.balance.max(0);
        if self.open <= owed {
            return Earned::default();
        }
        self.give_back(owed)
    }

    /// Leaves `rest` of what is open, and says what comes back.
    fn give_back(&mut self, rest: i64) -> Earned {
        let kept = Earned {
            minor: share(self.taken.minor, rest, self.open),
            margin_minor: share(self.taken.margin_minor, rest, self.open),
        };
        let back = plus(self.taken, minus(kept));
        (self.open, self.taken) = (rest, kept);
        back
    }
}

fn earned(minor: i64, line: &Line) -> Earned {
    Earned { minor, margin_minor: share(minor, line.margin_basis_points, ledger::BASIS_POINTS) }
}

/// What is left of the line without the tax of its booking.
fn net(line: &Line) -> i64 {
    let tax = ledger::tax_in(line.minor.saturating_abs(), line.tax_basis_points).unwrap_or(0);
    line.minor - line.minor.signum() * tax
}

const fn plus(one: Earned, other: Earned) -> Earned {
    Earned {
        minor: one.minor.saturating_add(other.minor),
        margin_minor: one.margin_minor.saturating_add(other.margin_minor),
    }
}

const fn minus(one: Earned) -> Earned {
    Earned { minor: one.minor.saturating_neg(), margin_minor: one.margin_minor.saturating_neg() }
}

/// `part` of `whole` of an amount, towards nothing.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    i64::try_from(i128::from(amount) * i128::from(part) / i128::from(whole)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use EntryKind::{Charge, Payment, Refund, WriteOff};

    fn line(kind: EntryKind, minor: i64) -> Line {
        Line { kind, minor, tax_minor: 0, tax_basis_points: 0, margin_basis_points: 10_000 }
    }

    fn run(lines: &[Line]) -> Vec<i64> {
        let mut account = Account::default();
        lines.iter().map(|line| account.take(line).minor).collect()
    }

    #[test]
    fn each_line_on_its_own_date() {
        type Row = (&'static str, &'static [(EntryKind, i64)], &'static [i64]);
        let table: [Row; 12] = [
            ("paid", &[(Charge, 95), (Payment, 95)], &[95, 0]),
            ("given back", &[(Charge, 95), (Payment, 95), (Refund, 20)], &[95, 0, -20]),
            ("given up", &[(Charge, 95), (WriteOff, 95)], &[95, -95]),
            ("a deposit given back", &[(Payment, 50), (Refund, 50)], &[0, 0]),
            ("an overpayment", &[(Charge, 95), (Payment, 115), (Refund, 20)], &[95, 0, 0]),
            ("half an overpayment", &[(Charge, 95), (Payment, 105), (Refund, 20)], &[95, 0, -10]),
            (
                "taken back, then paid out",
                &[(Charge, 95), (Payment, 95), (Charge, -95), (Refund, 95)],
                &[95, 0, -95, 0],
            ),
            (
                "paid out, then taken back",
                &[(Charge, 95), (Payment, 95), (Refund, 95), (Charge, -95)],
                &[95, 0, -95, 0],
            ),
            (
                "given back and written off",
                &[(Charge, 95), (Payment, 95), (Refund, 20), (WriteOff, 20)],
                &[95, 0, -20, 0],
            ),
            (
                "given back and paid again",
                &[(Charge, 95), (Payment, 95), (Refund, 95), (Payment, 95)],
                &[95, 0, -95, 95],
            ),
            (
                "the refund was a mistake",
                &[(Charge, 95), (Payment, 95), (Refund, 20), (Refund, -20)],
                &[95, 0, -20, 20],
            ),
            (
                "an old overpayment, then a visit that is owed",
                &[(Charge, 100), (Payment, 120), (Refund, 20), (Charge, 95), (Refund, 10), (Payment, 95)],
                &[100, 0, 0, 95, -10, 0],
            ),
        ];
        for (name, lines, brought) in table {
            let lines: Vec<Line> = lines.iter().map(|(kind, minor)| line(*kind, *minor)).collect();
            assert_eq!(run(&lines), brought, "{name}");
        }
    }

    #[test]
    fn tax_and_costs_are_taken_out() {
        let charge =
            Line { kind: Charge, minor: 11_900, tax_minor: 1_900, tax_basis_points: 0, margin_basis_points: 7_500 };
        let back =
            Line { kind: Refund, minor: 5_950, tax_minor: 0, tax_basis_points: 1_900, margin_basis_points: 7_500 };
        let paid = Line { kind: Payment, minor: 11_900, ..back };
        let mut account = Account::default();
        assert_eq!(account.take(&charge), Earned { minor: 10_000, margin_minor: 7_500 });
        assert_eq!(account.take(&paid), Earned::default());
        assert_eq!(account.take(&back), Earned { minor: -5_000, margin_minor: -3_750 });
        assert_eq!(
            account.take(&Line { kind: Refund, minor: -5_950, ..back }),
            Earned { minor: 5_000, margin_minor: 3_750 }
        );
    }

    proptest! {
        /// Without tax, whatever happened: charged less written off is the most, what was kept is the least, and once
        /// nothing is owed or in excess both are the same.
        #[test]
        fn settled_accounts_brought_in_what_was_kept(
            steps in prop::collection::vec((0_usize..4, 1_i64..200), 0..40),
        ) {
            let mut lines: Vec<Line> = steps.iter().map(|(kind, minor)| line(EntryKind::ALL[*kind], *minor)).collect();
            let balance = |lines: &[Line]| lines.iter().map(|one| if one.kind.raises() { one.minor } else { -one.minor }).sum::<i64>();
            let owed = balance(&lines);
            match owed {
                1.. => lines.push(line(Payment, owed)),
                0 => {}
                _ => lines.push(line(Refund, -owed)),
            }
            let sum = |kind| lines.iter().filter(|one| one.kind == kind).map(|one| one.minor).sum::<i64>();
            prop_assert_eq!(run(&lines).iter().sum::<i64>(), sum(Payment) - sum(Refund));
            prop_assert_eq!(sum(Payment) - sum(Refund), sum(Charge) - sum(WriteOff));
        }
    }
}
