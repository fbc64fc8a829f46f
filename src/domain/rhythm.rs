//! How often somebody comes: the gap between visits that stands in the middle of all of them.

use chrono::{Datelike, NaiveDate};

/// Fewer visits than this make no rhythm.
pub const VISITS_MIN: usize = 3;

/// The median of the days between visits; nothing where there are fewer than three days with one. Visits on one day are
/// one visit.
pub fn median_gap_days(visits: &[NaiveDate]) -> Option<i64> {
    let mut days = visits.to_vec();
    days.sort_unstable();
    days.dedup();
    if days.len() < VISITS_MIN {
        return None;
    }
    let mut gaps: Vec<i64> =
        days.iter().zip(days.iter().skip(1)).map(|(one, next)| (*next - *one).num_days()).collect();
    gaps.sort_unstable();
    let upper = gaps.get(gaps.len() / 2).copied()?;
    let lower = gaps.get((gaps.len() - 1) / 2).copied()?;
    Some((lower + upper + 1) / 2)
}

/// How old somebody born on `born` is on `day`, in full years; nothing before birth. Who was born on a leap day is a year
/// older on the first of March of other years.
pub fn age_on(born: NaiveDate, day: NaiveDate) -> Option<u32> {
    day.years_since(born).or_else(|| (born.year() == day.year() && born <= day).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn a_rhythm_needs_three_visits() {
        assert_eq!(median_gap_days(&[]), None);
        assert_eq!(median_gap_days(&[day(2026, 1, 1), day(2026, 2, 1), day(2026, 2, 1)]), None);
        assert_eq!(median_gap_days(&[day(2026, 1, 1), day(2026, 1, 11), day(2026, 1, 31)]), Some(15));
        let odd = [day(2026, 1, 1), day(2026, 1, 8), day(2026, 1, 18), day(2027, 1, 18)];
        assert_eq!(median_gap_days(&odd), Some(10), "one long pause does not change the rhythm");
    }

    #[test]
    fn people_get_older_on_their_birthday() {
        let born = day(2000, 2, 29);
        assert_eq!(age_on(born, day(2026, 2, 28)), Some(25));
        assert_eq!(age_on(born, day(2026, 3, 1)), Some(26));
        assert_eq!(age_on(born, day(1999, 3, 1)), None);
        assert_eq!(age_on(born, born), Some(0));
    }
}
