//! Running late: what happened compared with what was planned.

use chrono::{DateTime, Utc};

use super::booking::BookingStatus;

/// A visit as planned, and as it went so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub status: BookingStatus,
    /// When it was to begin.
    pub starts_at: DateTime<Utc>,
    /// When it was to end.
    pub ends_at: DateTime<Utc>,
    /// When the client came.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
}

/// How a visit keeps its time. Minutes are whole and above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lateness {
    /// Nothing to say.
    None,
    /// The client should be here.
    Overdue(i64),
    /// The client is here, and the time has come: so long since then.
    Waiting(i64),
    /// It began so much later than planned.
    StartedLate(i64),
    /// It should be over.
    RunsOver(i64),
}

/// What is to be said of one visit now.
pub fn lateness(now: DateTime<Utc>, visit: &Progress) -> Lateness {
    let after = |since: DateTime<Utc>| (now - since).num_minutes();
    match visit.status {
        BookingStatus::Booked if after(visit.starts_at) > 0 => Lateness::Overdue(after(visit.starts_at)),
        BookingStatus::Arrived => {
            // Whoever comes early waits from the time that was agreed.
            let since = visit.arrived_at.map_or(visit.starts_at, |at| at.max(visit.starts_at));
            if after(since) > 0 { Lateness::Waiting(after(since)) } else { Lateness::None }
        }
        BookingStatus::InProgress => {
            let late = visit.started_at.map_or(0, |at| (at - visit.starts_at).num_minutes());
            if after(visit.ends_at) > 0 {
                Lateness::RunsOver(after(visit.ends_at))
            } else if late > 0 {
                Lateness::StartedLate(late)
            } else {
                Lateness::None
            }
        }
        _ => Lateness::None,
    }
}

/// By how many minutes a provider is behind: by how much later than planned whoever is next can begin, when the client
/// of now takes as long as planned. A client who is not here delays nobody.
pub fn minutes_behind(now: DateTime<Utc>, day: &[Progress]) -> i64 {
    let expected_end = |visit: &Progress| {
        let began = visit.started_at.unwrap_or(visit.starts_at);
        now.max(began + (visit.ends_at - visit.starts_at))
    };
    let under_way = day.iter().filter(|visit| visit.status == BookingStatus::InProgress);
    let current = under_way.max_by_key(|visit| visit.starts_at);
    let free_from = current.map_or(now, expected_end);
    let waits = |visit: &&Progress| match visit.status {
        BookingStatus::Arrived => true,
        BookingStatus::Booked => now <= visit.starts_at,
        _ => false,
    };
    let next = day.iter().filter(waits).min_by_key(|visit| visit.starts_at);
    let behind = match (next, current) {
        (Some(next), _) => free_from - next.starts_at,
        (None, Some(current)) => free_from - current.ends_at,
        (None, None) => return 0,
    };
    behind.num_minutes().max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
    }

    /// Planned for half an hour.
    fn visit(status: BookingStatus, starts: i64, arrived: Option<i64>, started: Option<i64>) -> Progress {
        Progress {
            status,
            starts_at: at(starts),
            ends_at: at(starts + 30),
            arrived_at: arrived.map(at),
            started_at: started.map(at),
        }
    }

    #[test]
    fn one_visit() {
        use BookingStatus::{Arrived, Booked, Completed, InProgress, NoShow};
        let table = [
            (0, visit(Booked, 0, None, None), Lateness::None),
            (9, visit(Booked, 0, None, None), Lateness::Overdue(9)),
            (-5, visit(Arrived, 0, Some(-10), None), Lateness::None),
            (12, visit(Arrived, 0, Some(-10), None), Lateness::Waiting(12)),
            (12, visit(Arrived, 0, Some(5), None), Lateness::Waiting(7)),
            (12, visit(Arrived, 0, None, None), Lateness::Waiting(12)),
            (20, visit(InProgress, 0, None, Some(10)), Lateness::StartedLate(10)),
            (20, visit(InProgress, 0, None, Some(-5)), Lateness::None),
            (42, visit(InProgress, 0, None, Some(10)), Lateness::RunsOver(12)),
            (90, visit(Completed, 0, None, Some(10)), Lateness::None),
            (90, visit(NoShow, 0, None, None), Lateness::None),
        ];
        for (now, visit, expected) in table {
            assert_eq!(lateness(at(now), &visit), expected, "{now}: {visit:?}");
        }
    }

    #[test]
    fn a_provider_and_the_day() {
        use BookingStatus::{Arrived, Booked, Completed, InProgress};
        let table: [(i64, Vec<Progress>, i64); 7] = [
            (0, Vec::new(), 0),
            // Began 15 minutes late, and the next comes right after it.
            (20, vec![visit(InProgress, 0, None, Some(15)), visit(Booked, 30, None, None)], 15),
            // A free half hour catches it up.
            (20, vec![visit(InProgress, 0, None, Some(15)), visit(Booked, 60, None, None)], 0),
            (40, vec![visit(InProgress, 0, None, Some(0))], 10),
            (42, vec![visit(Completed, 0, None, Some(0)), visit(Arrived, 30, Some(25), None)], 12),
            // Somebody who does not come keeps nobody waiting.
            (42, vec![visit(Booked, 30, None, None)], 0),
            (42, vec![visit(Booked, 30, None, None), visit(Booked, 60, None, None)], 0),
        ];
        for (now, day, expected) in table {
            assert_eq!(minutes_behind(at(now), &day), expected, "{now}: {day:?}");
        }
    }
}
