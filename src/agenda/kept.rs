//! Answers of the calendar that are kept while nothing on it has changed: when something does, every open calendar asks
//! for the same at once.

use std::sync::Arc;

use chrono::NaiveDate;

use super::calendar::{Columns, Paint};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};

/// As many answers are kept; a week of ten providers has some 200 KB.
const ANSWERS_MAX: usize = 64;

/// Everything an answer depends on beside what stands on the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The catalogue that named and coloured it.
    pub catalog_version: i64,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
    /// Where.
    pub places: Vec<LocationId>,
    /// What a column is.
    pub columns: Columns,
    /// What the colours say.
    pub paint: Paint,
    /// Only this provider.
    pub provider: Option<ProviderId>,
    /// Only this service.
    pub service: Option<ServiceId>,
    /// Whether cards may be moved.
    pub may_move: bool,
    /// Whose own column it is.
    pub own: Option<ProviderId>,
    /// Whether bookings are only counted.
    pub is_month: bool,
}

/// The answers of one process.
#[derive(Debug)]
pub struct CalendarKept {
    answers: quick_cache::sync::Cache<Question, (String, Arc<str>)>,
}

impl Default for CalendarKept {
    fn default() -> Self {
        Self { answers: quick_cache::sync::Cache::new(ANSWERS_MAX) }
    }
}

impl CalendarKept {
    /// The answer that was made at this stamp.
    pub fn find(&self, question: &Question, stamp: &str) -> Option<Arc<str>> {
        self.answers.get(question).filter(|(made_at, _)| made_at == stamp).map(|(_, answer)| answer)
    }

    /// Keeps an answer, with the stamp that was read before what it is made of.
    pub fn keep(&self, question: Question, stamp: String, answer: Arc<str>) {
        self.answers.insert(question, (stamp, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_stamp_is_none() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        let question = Question {
            catalog_version: 1,
            from: day(1),
            until: day(8),
            places: vec![LocationId::new(1)],
            columns: Columns::Providers,
            paint: Paint::Service,
            provider: None,
            service: None,
            may_move: true,
            own: None,
            is_month: false,
        };
        let kept = CalendarKept::default();
        assert_eq!(kept.find(&question, "1"), None);
        kept.keep(question.clone(), "1".to_owned(), "[]".into());
        assert_eq!(kept.find(&question, "1").as_deref(), Some("[]"));
        assert_eq!(kept.find(&question, "2"), None);
        assert_eq!(kept.find(&Question { may_move: false, ..question }, "1"), None);
    }
}
