//! What a model reads of one client: how often he came, and when last.

use super::special::real;

/// One client. All times are in one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Visits after the first (`x`).
    pub repeats: u32,
    /// From first to last visit (`tx`).
    pub recency: f64,
    /// From first visit to now (`T`).
    pub age: f64,
    /// The logarithms of the gaps between visits, summed (`litt`).
    pub log_gaps: f64,
}

impl Row {
    /// A row as it can be: last visit not after now, whoever came once has no recency, no gap of nothing.
    pub fn new(repeats: u32, recency: f64, age: f64, log_gaps: f64) -> Option<Self> {
        let is_finite = recency.is_finite() && age.is_finite() && log_gaps.is_finite();
        let is_ordered = 0.0 <= recency && recency <= age;
        let is_whole = if repeats == 0 { recency == 0.0 } else { recency > 0.0 };
        (is_finite && is_ordered && is_whole).then_some(Self { repeats, recency, age, log_gaps })
    }

    /// The row of somebody who came on these days, as it is on the day `now`: days are sorted, several visits of one day
    /// are one, visits after `now` are left out. `unit_days` is the length of the unit. Nothing for whoever never came.
    pub fn from_days(days: &[i32], now: i32, unit_days: f64) -> Option<Self> {
        let mut past = days.iter().copied().take_while(|day| *day <= now);
        let first = past.next()?;
        let (mut last, mut repeats, mut log_gaps) = (first, 0, 0.0);
        for day in past {
            if day > last {
                log_gaps += ((f64::from(day) - f64::from(last)) / unit_days).ln();
                repeats += 1;
                last = day;
            }
        }
        let since_first = |day: i32| (f64::from(day) - f64::from(first)) / unit_days;
        Self::new(repeats, since_first(last), since_first(now), log_gaps)
    }

    /// Time since the last visit.
    pub fn pause(&self) -> f64 {
        self.age - self.recency
    }
}

/// Many clients, a column for each figure.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// See [`Row::repeats`].
    pub repeats: Vec<u32>,
    /// See [`Row::recency`].
    pub recency: Vec<f64>,
    /// See [`Row::age`].
    pub age: Vec<f64>,
    /// See [`Row::log_gaps`].
    pub log_gaps: Vec<f64>,
}

impl Rows {
    /// How many.
    pub fn len(&self) -> usize {
        self.repeats.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.repeats.is_empty()
    }

    /// Adds one.
    pub fn push(&mut self, row: Row) {
        self.repeats.push(row.repeats);
        self.recency.push(row.recency);
        self.age.push(row.age);
        self.log_gaps.push(row.log_gaps);
    }

    /// The row at a place.
    pub fn get(&self, place: usize) -> Option<Row> {
        Some(Row {
            repeats: *self.repeats.get(place)?,
            recency: *self.recency.get(place)?,
            age: *self.age.get(place)?,
            log_gaps: *self.log_gaps.get(place)?,
        })
    }

    /// Everyone, in order.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        let times = self.recency.iter().zip(&self.age).zip(&self.log_gaps);
        self.repeats.iter().zip(times).map(|(repeats, ((recency, age), log_gaps))| Row {
            repeats: *repeats,
            recency: *recency,
            age: *age,
            log_gaps: *log_gaps,
        })
    }

    /// Gaps between visits, of everybody.
    pub fn gaps(&self) -> u64 {
        self.repeats.iter().map(|repeats| u64::from(*repeats)).sum()
    }

    /// About `wanted` of them, spread evenly: the whole is known from a part long before it is known to all digits.
    pub fn sample(&self, wanted: usize) -> Self {
        let step = self.len().div_ceil(wanted.max(1)).max(1);
        let mut sample = Self::default();
        for place in (0..self.len()).step_by(step) {
            if let Some(row) = self.get(place) {
                sample.push(row);
            }
        }
        sample
    }

    /// The usual time between two visits while somebody comes: the unit in which rates are near one. One where nobody
    /// came twice.
    pub fn usual_gap(&self) -> f64 {
        let time: f64 = self.recency.iter().sum();
        let gaps: f64 = self.repeats.iter().map(|repeats| f64::from(*repeats)).sum();
        if gaps > 0.0 && time > 0.0 {
            return time / gaps;
        }
        let age = self.age.iter().sum::<f64>() / real(self.len().max(1));
        if age > 0.0 { age } else { 1.0 }
    }
}

impl FromIterator<Row> for Rows {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let mut gathered = Self::default();
        for row in rows {
            gathered.push(row);
        }
        gathered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_made_of_days() {
        let row = Row::from_days(&[10, 10, 24, 24, 47, 99], 50, 1.0).expect("came");
        assert_eq!((row.repeats, row.recency, row.age, row.pause()), (2, 37.0, 40.0, 3.0));
        assert!((row.log_gaps - (14.0_f64.ln() + 23.0_f64.ln())).abs() < 1e-15);
        let weeks = Row::from_days(&[10, 24], 31, 7.0).expect("came");
        assert_eq!((weeks.recency, weeks.age), (2.0, 3.0));
        assert_eq!(Row::from_days(&[], 50, 1.0), None);
        assert_eq!(Row::from_days(&[60], 50, 1.0), None, "who comes later is not yet a client");
        let today = Row::from_days(&[50], 50, 1.0).expect("came");
        assert_eq!((today.repeats, today.age), (0, 0.0));
        assert!(Row::from_days(&[i32::MIN, i32::MAX], i32::MAX, 1.0).is_none_or(|row| row.age > 0.0));
    }

    #[test]
    fn impossible_rows_are_refused() {
        assert_eq!(Row::new(1, 5.0, 4.0, 0.0), None);
        assert_eq!(Row::new(0, 1.0, 4.0, 0.0), None);
        assert_eq!(Row::new(1, 0.0, 4.0, 0.0), None);
        assert_eq!(Row::new(0, 0.0, f64::NAN, 0.0), None);
        assert_eq!(Row::new(0, 0.0, -1.0, 0.0), None);
    }

    #[test]
    fn a_sample_is_spread() {
        let rows: Rows = (0..100).filter_map(|age| Row::new(0, 0.0, f64::from(age), 0.0)).collect();
        assert_eq!(rows.sample(10).age, [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
        assert_eq!(rows.sample(1000).len(), 100);
        assert_eq!(Rows::default().sample(10).len(), 0);
    }
}
