//! How long people stay clients: the Kaplan-Meier curve of the time from the first visit to the day on which somebody was
//! lost, with whoever is still here counted as long as he was seen.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::population::{OtherBooking, Visit};

/// The 97.5th percentile of the normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// How long somebody was seen, and whether it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// Days from the first visit.
    pub days: u32,
    /// Whether he was lost then; otherwise he was still here.
    pub is_lost: bool,
}

/// The curve behind one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Days from the first visit.
    pub days: u32,
    /// How many were seen so long.
    pub at_risk: u32,
    /// How many were lost on that day.
    pub lost: u32,
    /// The share that stays beyond it.
    pub share: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The days on which somebody was lost, with the share that stays beyond each. The interval is that of the logarithm of
/// minus the logarithm (Greenwood's variance), which never leaves 0 to 1.
pub fn kaplan_meier(spells: &[Spell]) -> Vec<Step> {
    let mut by_day: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for spell in spells {
        let (lost, here) = by_day.entry(spell.days).or_default();
        *(if spell.is_lost { lost } else { here }) += 1;
    }
    let (mut at_risk, mut share, mut greenwood) = (u32::try_from(spells.len()).unwrap_or(u32::MAX), 1.0, 0.0);
    let mut steps = Vec::new();
    for (days, (lost, here)) in by_day {
        if lost > 0 {
            let (ends, seen) = (f64::from(lost), f64::from(at_risk));
            share *= 1.0 - ends / seen;
            greenwood += ends / (seen * (seen - ends));
            let (low, high) = interval(share, greenwood);
            steps.push(Step { days, at_risk, lost, share, low, high });
        }
        at_risk = at_risk.saturating_sub(lost + here);
    }
    steps
}

fn interval(share: f64, greenwood: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 || !greenwood.is_finite() {
        return (share, share);
    }
    let spread = NORMAL_975 * greenwood.sqrt() / share.ln().abs();
    (share.powf(spread.exp()), share.powf((-spread).exp()))
}

/// The share that is still here after so many days; everybody before the first was lost.
pub fn share_after(steps: &[Step], days: u32) -> Option<&Step> {
    steps.iter().take_while(|step| step.days <= days).last()
}

/// The days after which half of them were lost; nothing while more than half stay.
pub fn median_days(steps: &[Step]) -> Option<u32> {
    steps.iter().find(|step| step.share <= 0.5).map(|step| step.days)
}

/// How many were seen for at least so many days: beyond few, a curve says nothing.
pub fn seen_for(spells: &[Spell], days: u32) -> u32 {
    u32::try_from(spells.iter().filter(|spell| spell.days >= days).count()).unwrap_or(u32::MAX)
}

/// From the first visit to the first day on which the limit was passed with nothing booked, or to today. Whoever came
/// back later was lost then all the same.
pub fn spell(visits: &[Visit], bookings: &[OtherBooking], lost_after_months: u32, today: NaiveDate) -> Option<Spell> {
    let first = visits.first()?.day;
    let days = |until: NaiveDate| u32::try_from((until - first).num_days()).unwrap_or(0);
    for (place, visit) in visits.iter().enumerate() {
        let Some(limit) = visit.day.checked_add_months(Months::new(lost_after_months)) else { continue };
        if limit >= today {
            break;
        }
        // A visit that was booked before the limit was passed keeps him, however far it lies.
        let is_kept = visits.get(place + 1).is_some_and(|next| next.day <= limit || next.booked_on <= limit)
            || bookings.iter().any(|booking| {
                booking.booked_on <= limit && booking.day > limit && booking.ended_on.is_none_or(|ended| ended > limit)
            });
        if !is_kept {
            return Some(Spell { days: days(limit), is_lost: true });
        }
    }
    Some(Spell { days: days(today), is_lost: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cohorts::tests::{day, visit};
    use proptest::prelude::*;

    /// Remission of 21 leukaemia patients under 6-mercaptopurine (Freireich et al. 1963), weeks; the second word says
    /// whether it ended. The printed curve and log-log intervals are those of the textbooks.
    #[test]
    fn the_published_example_comes_out() {
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let going_on = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let spells: Vec<Spell> = ended
            .iter()
            .map(|days| Spell { days: *days, is_lost: true })
            .chain(going_on.iter().map(|days| Spell { days: *days, is_lost: false }))
            .collect();
        let printed = [
            (6, 21, 3, 0.8571, 0.6197, 0.9516),
            (7, 17, 1, 0.8067, 0.5631, 0.9228),
            (10, 15, 1, 0.7529, 0.5032, 0.8894),
            (13, 12, 1, 0.6902, 0.4316, 0.8491),
            (16, 11, 1, 0.6275, 0.3675, 0.8049),
            (22, 7, 1, 0.5378, 0.2678, 0.7468),
            (23, 6, 1, 0.4482, 0.1881, 0.6801),
        ];
        let steps = kaplan_meier(&spells);
        assert_eq!(steps.len(), printed.len());
        for (step, (days, at_risk, lost, share, low, high)) in steps.iter().zip(printed) {
            assert_eq!((step.days, step.at_risk, step.lost), (days, at_risk, lost));
            for (found, wanted) in [(step.share, share), (step.low, low), (step.high, high)] {
                assert!((found - wanted).abs() < 0.000_06, "day {days}: {found} is not {wanted}");
            }
        }
        assert_eq!(median_days(&steps), Some(23));
        assert_eq!(share_after(&steps, 5), None);
        assert_eq!(share_after(&steps, 12).map(|step| step.days), Some(10));
        assert_eq!(seen_for(&spells, 32), 4);
    }

    #[test]
    fn somebody_is_lost_when_the_limit_passes_with_nothing_booked() {
        let (first, today) = (day(2020, 1, 31), day(2026, 1, 1));
        let spell_of = |days: &[NaiveDate]| {
            let visits: Vec<Visit> = days.iter().map(|day| visit(*day)).collect();
            spell(&visits, &[], 18, today)
        };
        // The limit of 31 January 2020 is 31 July 2021: 547 days.
        assert_eq!(spell_of(&[first]), Some(Spell { days: 547, is_lost: true }));
        assert_eq!(spell_of(&[first, day(2024, 1, 1)]), Some(Spell { days: 547, is_lost: true }), "came back");
        assert_eq!(spell_of(&[day(2025, 12, 1)]), Some(Spell { days: 31, is_lost: false }));
        assert_eq!(spell_of(&[]), None);
        let mut late = visit(day(2021, 9, 1));
        late.booked_on = day(2021, 7, 1);
        let kept = spell(&[visit(first), late], &[], 18, day(2021, 12, 1));
        assert_eq!(kept, Some(Spell { days: 670, is_lost: false }), "had it booked when the limit passed");
    }

    #[test]
    fn when_all_are_lost_nobody_is_left() {
        let steps = kaplan_meier(&[Spell { days: 3, is_lost: true }, Spell { days: 9, is_lost: true }]);
        let last = steps.last().unwrap();
        assert!(last.share.abs() < 1e-12 && last.low.abs() < 1e-12 && last.high.abs() < 1e-12);
        assert!(kaplan_meier(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_curve_only_falls_and_stays_within_its_interval(
            spells in prop::collection::vec((0_u32..4000, any::<bool>()), 0..200),
        ) {
            let spells: Vec<Spell> = spells.into_iter().map(|(days, is_lost)| Spell { days, is_lost }).collect();
            let mut before = 1.0;
            for step in kaplan_meier(&spells) {
                prop_assert!(step.share <= before && step.share >= -1e-12);
                prop_assert!(step.low <= step.share + 1e-12 && step.share <= step.high + 1e-12);
                prop_assert!((0.0..=1.0).contains(&step.low) && step.high <= 1.0);
                before = step.share;
            }
        }
    }
}
