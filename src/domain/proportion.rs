//! Shares of counted people and what can be said of them: intervals, differences, and how many people it takes.
//!
//! All intervals are of 95 in 100 cases. Where nobody was counted, nothing is said.

/// The standard normal quantile that leaves 2.5 of 100 on each side.
const Z_95: f64 = 1.959_963_984_540_054;
/// The standard normal quantile of a test that finds what is there in 80 of 100 cases.
const Z_80: f64 = 0.841_621_233_572_914;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Of whom it is true.
    pub part: u64,
    /// Who was asked.
    pub of: u64,
}

/// A share or a difference of shares with the range in which it lies in 95 of 100 cases; all as parts of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// What was counted.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Estimate {
    /// Whether the range leaves out nought: of a difference, that it is known to be one.
    pub fn leaves_out_nought(&self) -> bool {
        0.0 < self.low || self.high < 0.0
    }

    /// The same as parts of a hundred.
    pub fn in_hundred(self) -> Self {
        Self { value: self.value * 100.0, low: self.low * 100.0, high: self.high * 100.0 }
    }
}

impl Share {
    /// `part` of `of`; never more than all.
    pub fn new(part: u64, of: u64) -> Self {
        Self { part: part.min(of), of }
    }

    /// The share as a part of one; nothing of nobody.
    pub fn rate(self) -> Option<f64> {
        (0 < self.of).then(|| count(self.part) / count(self.of))
    }

    /// The share with Wilson's interval, which stays between nought and one and holds for small numbers too.
    pub fn wilson(self) -> Option<Estimate> {
        let value = self.rate()?;
        let people = count(self.of);
        let z2 = Z_95 * Z_95;
        let scale = 1.0 + z2 / people;
        let middle = (value + z2 / (2.0 * people)) / scale;
        let half = Z_95 * (value * (1.0 - value) / people + z2 / (4.0 * people * people)).sqrt() / scale;
        // Nobody of all, and all of them, touch the ends exactly; rounding would miss them.
        let low = if self.part == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.part == self.of { 1.0 } else { (middle + half).min(1.0) };
        Some(Estimate { value, low, high })
    }
}

/// By how much the first share exceeds the second, with Newcombe's interval (from the two Wilson intervals).
pub fn difference(first: Share, second: Share) -> Option<Estimate> {
    let (one, other) = (first.wilson()?, second.wilson()?);
    let value = one.value - other.value;
    let below = (one.value - one.low).hypot(other.high - other.value);
    let above = (one.high - one.value).hypot(other.value - other.low);
    Some(Estimate { value, low: value - below, high: value + above })
}

/// How many people each of two groups must have, so that a change from one rate to the other is found in 80 of 100 cases
/// at the usual level of 5. Nothing where the rates are equal or none of both.
pub fn needed_for_each(from: f64, to: f64) -> Option<u64> {
    let is_rate = |rate: f64| (0.0..=1.0).contains(&rate);
    if !is_rate(from) || !is_rate(to) || (to - from).abs() < 1e-9 {
        return None;
    }
    let spread = from * (1.0 - from) + to * (1.0 - to);
    let needed = (Z_95 + Z_80).powi(2) * spread / (to - from).powi(2);
    Some(whole(needed.ceil()).max(1))
}

/// Answers to "would you recommend us", 0 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recommendations {
    /// Answered 9 or 10.
    pub promoters: u64,
    /// Answered 7 or 8.
    pub passives: u64,
    /// Answered 0 to 6.
    pub detractors: u64,
}

impl Recommendations {
    /// Counts answers; what is beyond 10 is no answer.
    pub fn of(answers: impl IntoIterator<Item = u8>) -> Self {
        let mut counted = Self::default();
        for answer in answers {
            match answer {
                9 | 10 => counted.promoters += 1,
                7 | 8 => counted.passives += 1,
                0..=6 => counted.detractors += 1,
                _ => {}
            }
        }
        counted
    }

    /// Everybody who answered.
    pub fn answers(self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The net promoter score (F6) from -1 to 1 with its interval, by the standard error of the difference of two shares
    /// of one group.
    pub fn net_promoter_score(self) -> Option<Estimate> {
        let answers = self.answers();
        let promoters = Share::new(self.promoters, answers).rate()?;
        let detractors = Share::new(self.detractors, answers).rate()?;
        let value = promoters - detractors;
        let error = ((promoters + detractors - value * value) / count(answers)).max(0.0).sqrt();
        Some(Estimate { value, low: (value - Z_95 * error).max(-1.0), high: (value + Z_95 * error).min(1.0) })
    }
}

/// Answers to "were you content", 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Satisfaction {
    /// How many gave each answer, 1 first.
    pub given: [u64; 5],
}

impl Satisfaction {
    /// Counts answers; what is not 1 to 5 is no answer.
    pub fn of(answers: impl IntoIterator<Item = u8>) -> Self {
        let mut counted = Self::default();
        for answer in answers {
            let place = usize::from(answer).checked_sub(1);
            if let Some(number) = place.and_then(|place| counted.given.get_mut(place)) {
                *number += 1;
            }
        }
        counted
    }

    /// Everybody who answered.
    pub fn answers(self) -> u64 {
        self.given.iter().sum()
    }

    /// Who gave 4 or 5 (F7).
    pub fn content(self) -> Share {
        Share::new(self.given.iter().skip(3).sum(), self.answers())
    }

    /// The mean answer (F7).
    pub fn mean(self) -> Option<f64> {
        let sum: u64 = self.given.iter().zip(1..).map(|(number, answer)| number * answer).sum();
        (0 < self.answers()).then(|| count(sum) / count(self.answers()))
    }
}

#[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of people is not negative; `as` stops at the largest number"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() < within, "{found} is not {wanted}");
    }

    #[test]
    fn wilson_gives_the_published_interval() {
        let found = Share::new(10, 100).wilson().unwrap();
        near(found.value, 0.1, 1e-12);
        near(found.low, 0.055_229, 5e-7);
        near(found.high, 0.174_366, 5e-7);
    }

    #[test]
    fn wilson_stays_between_nobody_and_all() {
        for of in [1, 2, 5, 1_000_000] {
            let none = Share::new(0, of).wilson().unwrap();
            let all = Share::new(of, of).wilson().unwrap();
            assert_eq!((none.low, all.high), (0.0, 1.0));
            assert!(0.0 < none.high && none.high < 1.0 && 0.0 < all.low && all.low < 1.0);
        }
        assert_eq!(Share::new(0, 0).wilson(), None);
        assert_eq!(Share::new(7, 5), Share { part: 5, of: 5 });
    }

    #[test]
    fn newcombe_gives_the_published_differences() {
        let known = difference(Share::new(56, 70), Share::new(48, 80)).unwrap();
        near(known.value, 0.2, 1e-12);
        near(known.low, 0.0524, 5e-5);
        near(known.high, 0.3339, 5e-5);
        assert!(known.leaves_out_nought());

        let open = difference(Share::new(60, 400), Share::new(20, 200)).unwrap();
        near(open.value, 0.05, 1e-12);
        near(open.low, -0.0087, 5e-5);
        near(open.high, 0.1014, 5e-5);
        assert!(!open.leaves_out_nought());

        assert_eq!(difference(Share::new(1, 2), Share::new(0, 0)), None);
    }

    #[test]
    fn so_many_people_find_a_difference() {
        assert_eq!(needed_for_each(0.10, 0.15), Some(683));
        assert_eq!(needed_for_each(0.20, 0.25), Some(1_091));
        assert_eq!(needed_for_each(0.25, 0.20), Some(1_091));
        assert_eq!(needed_for_each(0.2, 0.2), None);
        assert_eq!(needed_for_each(f64::NAN, 0.2), None);
        assert_eq!(needed_for_each(-0.1, 0.2), None);
    }

    #[test]
    fn net_promoter_score_with_its_interval() {
        let answers = [9_u8; 50].into_iter().chain([7; 30]).chain([6; 20]);
        let found = Recommendations::of(answers).net_promoter_score().unwrap().in_hundred();
        near(found.value, 30.0, 1e-9);
        near(found.low, 14.69, 5e-3);
        near(found.high, 45.31, 5e-3);
        assert_eq!(Recommendations::of([11, 200]).net_promoter_score(), None);
        let alike = Recommendations::of([10, 10, 10]).net_promoter_score().unwrap();
        assert_eq!((alike.value, alike.low, alike.high), (1.0, 1.0, 1.0));
    }

    #[test]
    fn satisfaction_counts_fours_and_fives() {
        let answers = Satisfaction::of([5, 4, 4, 3, 1, 0, 9]);
        assert_eq!(answers.answers(), 5);
        assert_eq!(answers.content(), Share::new(3, 5));
        near(answers.content().rate().unwrap(), 0.6, 1e-12);
        near(answers.mean().unwrap(), 3.4, 1e-12);
        assert_eq!(Satisfaction::default().mean(), None);
        assert_eq!(Satisfaction::default().content().wilson(), None);
    }
}
