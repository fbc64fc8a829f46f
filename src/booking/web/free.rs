//! What the pages ask of the calendar: the free times of one service, or of a visit of several.

use chrono::{DateTime, NaiveDate, Utc};

use super::visit::Picked;
use crate::app::App;
use crate::booking::offer::{self, OfferedDay, Question};
use crate::booking::visits::{self, VisitQuestion};
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{HoldId, LocationId};

/// What is asked, for whichever days.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    One(Question),
    Several(VisitQuestion),
}

impl Wanted {
    /// The question behind what has been chosen; the visitor's own hold does not stand in the way.
    pub fn of(picked: &Picked<'_>, location: Option<LocationId>, own_hold: Option<HoldId>) -> Self {
        let (from, to) = (NaiveDate::default(), NaiveDate::default());
        if picked.also.is_empty() {
            let provider = picked.provider.map(|provider| provider.id);
            let (service, party) = (picked.service.id, picked.party);
            return Self::One(Question { service, location, provider, party, from, to, own_hold, as_staff: false });
        }
        let (parts, without) = (picked.wanted_parts(), Vec::new());
        Self::Several(VisitQuestion { parts, location, from, to, own_hold, without, as_staff: false })
    }

    /// The days from `from` to `to`; none when it cannot be had at all.
    pub fn days(
        &self,
        conn: &mut Conn,
        app: &App,
        now: DateTime<Utc>,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<OfferedDay>, Fault> {
        match self {
            Self::One(question) => {
                none_if_refused(offer::free_days(conn, &app.shop, now, &Question { from, to, ..question.clone() }))
            }
            Self::Several(question) => {
                let question = VisitQuestion { from, to, ..question.clone() };
                none_if_refused(visits::free_days(conn, &app.shop, now, &question))
            }
        }
    }

    /// The first free times from `from` on.
    pub fn next(
        &self,
        conn: &mut Conn,
        app: &App,
        now: DateTime<Utc>,
        from: NaiveDate,
        limit: usize,
    ) -> Result<Vec<OfferedDay>, Fault> {
        match self {
            Self::One(question) => {
                let question = Question { from, to: from, ..question.clone() };
                none_if_refused(offer::next_free(conn, &app.shop, now, &question, limit))
            }
            Self::Several(question) => {
                let question = VisitQuestion { from, to: from, ..question.clone() };
                none_if_refused(visits::next_free(conn, &app.shop, now, &question, limit))
            }
        }
    }
}

fn none_if_refused<R>(outcome: Result<Vec<OfferedDay>, Bad<R>>) -> Result<Vec<OfferedDay>, Fault> {
    match outcome {
        Ok(days) => Ok(days),
        Err(Bad::Refused(_)) => Ok(Vec::new()),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}
