//! When rules with an offset speak. Wall clocks are read through [`super::time`] only.
//!
//! A reminder counts back from the start, everything else counts on from what happened. [`remind`] looks at all
//! reminders of one booking for one reader together: none before there was anything to remind of, none right after the
//! news itself, one instead of several that coincide, and none once the next one has fallen due.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::message_rules::Offset;
use super::messages::Reason;
use super::time;

/// Whoever was told of a time is not reminded of it sooner.
pub const JUST_TOLD: TimeDelta = TimeDelta::minutes(60);
/// Reminders closer together than this are one.
pub const COINCIDE: TimeDelta = TimeDelta::minutes(60);

/// So long before the start; in the days form, on the wall clock of the place.
pub fn before(starts_at: DateTime<Utc>, offset: Offset, zone: Tz) -> DateTime<Utc> {
    match offset {
        Offset::Elapsed(minutes) => shifted(starts_at, -minutes),
        Offset::Days { days, at_minute } => {
            let day = days_from(time::local_day(starts_at, zone), -days);
            at_wall_minute(day, at_minute, zone)
        }
    }
}

/// So long after it happened; in the days form, on the wall clock of the place, and never before it happened.
pub fn after(happened_at: DateTime<Utc>, offset: Offset, zone: Tz) -> DateTime<Utc> {
    match offset {
        Offset::Elapsed(minutes) => shifted(happened_at, minutes),
        Offset::Days { days, at_minute } => {
            let day = days_from(time::local_day(happened_at, zone), days);
            at_wall_minute(day, at_minute, zone).max(happened_at)
        }
    }
}

/// The day on which somebody born on `born` has birthday in `year`; of 29 February in a shorter year, the day before
/// March.
pub fn birthday_in(born: NaiveDate, year: i32) -> Option<NaiveDate> {
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
}

/// When a rule about birthdays speaks of the one on `day`: so many days before, at its minute of the reader's wall clock.
pub fn of_birthday(day: NaiveDate, offset: Offset, zone: Tz) -> DateTime<Utc> {
    match offset {
        Offset::Elapsed(minutes) => shifted(at_wall_minute(day, 0, zone), -minutes),
        Offset::Days { days, at_minute } => at_wall_minute(days_from(day, -days), at_minute, zone),
    }
}

/// From `now` on, the next time the clocks show the minute of the offset; at once where it names none.
pub fn next_minute(now: DateTime<Utc>, offset: Offset, zone: Tz) -> DateTime<Utc> {
    let Offset::Days { at_minute, .. } = offset else { return now };
    let today = time::local_day(now, zone);
    let days = [today, days_from(today, 1), days_from(today, 2)];
    days.into_iter().map(|day| at_wall_minute(day, at_minute, zone)).find(|moment| now <= *moment).unwrap_or(now)
}

/// The first instant of the day after `day` in the zone.
pub fn end_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    time::day_span(day, zone).ends_at()
}

fn shifted(instant: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    TimeDelta::try_minutes(minutes).and_then(|by| instant.checked_add_signed(by)).unwrap_or(instant)
}

fn days_from(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) };
    moved.unwrap_or(day)
}

fn at_wall_minute(day: NaiveDate, minute: i64, zone: Tz) -> DateTime<Utc> {
    let wall = day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(minute.clamp(0, 1_439)));
    time::instant(wall.unwrap_or_default(), zone)
}

/// A reminder as it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// From when on it may leave.
    pub due_at: DateTime<Utc>,
    /// When the next one falls due, or it begins.
    pub expires_at: DateTime<Utc>,
    /// Why it is not sent, if it is not.
    pub skip: Option<Reason>,
}

/// What becomes of the reminders of one booking for one reader on one channel; `moments` in their order in time.
///
/// `told_at` is when the reader learned of this time, if anybody told her. A reminder whose moment had passed by more
/// than `grace` then is none. One that would come within an hour of the news waits until the hour is over, where that
/// still helps: no other reminder follows, and at least half of its notice is left. Otherwise it is left out and says
/// so.
pub fn remind(
    starts_at: DateTime<Utc>,
    told_at: Option<DateTime<Utc>>,
    grace: TimeDelta,
    moments: &[DateTime<Utc>],
) -> Vec<Option<Called>> {
    let mut next: Option<DateTime<Utc>> = None;
    let mut called: Vec<Option<Called>> = Vec::with_capacity(moments.len());
    for moment in moments.iter().rev().copied() {
        let is_too_late = starts_at <= moment || told_at.is_some_and(|told| moment < told - grace);
        if is_too_late {
            called.push(None);
            continue;
        }
        let expires_at = next.unwrap_or(starts_at);
        let waits_until = told_at.map(|told| told + JUST_TOLD).filter(|quiet| moment < *quiet);
        let due_at = waits_until.unwrap_or(moment);
        let helps = waits_until.is_none() || (next.is_none() && (starts_at - moment) / 2 <= starts_at - due_at);
        let coincides = next.is_some_and(|next| next - due_at < COINCIDE);
        let one = match (helps, coincides) {
            (false, _) => Called { due_at: moment, expires_at, skip: Some(Reason::JustTold) },
            (true, true) => Called { due_at, expires_at, skip: Some(Reason::Coalesced) },
            (true, false) => {
                next = Some(due_at);
                Called { due_at, expires_at, skip: None }
            }
        };
        called.push(Some(one));
    }
    called.reverse();
    called
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;
    use chrono_tz::{America, Asia, Atlantic, Australia, Europe, Pacific};
    use proptest::prelude::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        wall(text).and_utc()
    }

    #[test]
    fn the_day_before_at_five_is_five_on_every_wall() {
        let offset = Offset::Days { days: 1, at_minute: 17 * 60 };
        let table = [
            // Clocks change in the night between the reminder and the visit, in both directions.
            (America::Los_Angeles, "2026-03-08 09:00", "2026-03-07 17:00"),
            (America::Los_Angeles, "2026-11-01 09:00", "2026-10-31 17:00"),
            (Europe::Berlin, "2026-03-29 10:00", "2026-03-28 17:00"),
            (Europe::Berlin, "2026-10-25 10:00", "2026-10-24 17:00"),
            (Australia::Lord_Howe, "2026-10-04 09:30", "2026-10-03 17:00"),
            (Australia::Sydney, "2026-04-05 08:00", "2026-04-04 17:00"),
            (Asia::Kolkata, "2026-06-02 09:00", "2026-06-01 17:00"),
            (Asia::Kathmandu, "2026-01-01 00:30", "2025-12-31 17:00"),
            (Pacific::Chatham, "2026-09-27 09:00", "2026-09-26 17:00"),
            (Atlantic::Azores, "2026-03-29 09:00", "2026-03-28 17:00"),
        ];
        for (zone, starts, expected) in table {
            let moment = before(time::instant(wall(starts), zone), offset, zone);
            assert_eq!(time::local(moment, zone), wall(expected), "{zone} {starts}");
        }
    }

    #[test]
    fn elapsed_time_is_elapsed_time() {
        let zone = America::Los_Angeles;
        let starts_at = time::instant(wall("2026-03-08 09:00"), zone);
        let moment = before(starts_at, Offset::Elapsed(24 * 60), zone);
        assert_eq!(starts_at - moment, TimeDelta::hours(24));
        assert_eq!(time::local(moment, zone), wall("2026-03-07 08:00"), "the night is an hour short");
        assert_eq!(after(starts_at, Offset::Elapsed(90), zone) - starts_at, TimeDelta::minutes(90));
        assert_eq!(after(starts_at, Offset::Elapsed(i64::MAX), zone), starts_at, "nonsense moves nothing");
    }

    #[test]
    fn a_wall_minute_in_a_gap_comes_after_it() {
        let moment = before(
            time::instant(wall("2026-03-09 09:00"), America::New_York),
            Offset::Days { days: 1, at_minute: 150 },
            America::New_York,
        );
        assert_eq!(time::local(moment, America::New_York), wall("2026-03-08 03:30"));
    }

    #[test]
    fn what_follows_never_comes_before_what_happened() {
        let zone = Europe::Berlin;
        let done = time::instant(wall("2026-06-02 19:10"), zone);
        assert_eq!(after(done, Offset::Days { days: 0, at_minute: 18 * 60 }, zone), done);
        let next_day = after(done, Offset::Days { days: 1, at_minute: 10 * 60 }, zone);
        assert_eq!(time::local(next_day, zone), wall("2026-06-03 10:00"));
    }

    #[test]
    fn leap_days_are_kept_in_shorter_years() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let born = day(2000, 2, 29);
        assert_eq!(birthday_in(born, 2024), Some(day(2024, 2, 29)));
        assert_eq!(birthday_in(born, 2026), Some(day(2026, 2, 28)));
        assert_eq!(birthday_in(day(1990, 3, 1), 2026), Some(day(2026, 3, 1)));
        let ten = of_birthday(day(2026, 2, 28), Offset::Days { days: 0, at_minute: 600 }, Asia::Tokyo);
        assert_eq!(ten, at("2026-02-28 01:00"));
        assert_eq!(end_of(day(2026, 2, 28), Asia::Tokyo), at("2026-02-28 15:00"));
    }

    /// What becomes of reminders so many minutes before the start, of a time learned so many minutes before it.
    fn outcome(told_before: Option<i64>, offsets: &[i64]) -> Vec<String> {
        let starts_at = at("2026-06-10 12:00");
        let told_at = told_before.map(|minutes| starts_at - TimeDelta::minutes(minutes));
        let moments: Vec<_> = offsets.iter().map(|minutes| starts_at - TimeDelta::minutes(*minutes)).collect();
        let called = remind(starts_at, told_at, TimeDelta::minutes(60), &moments);
        let text = |one: Option<Called>| match one {
            None => "none".to_owned(),
            Some(Called { skip: Some(reason), .. }) => reason.as_str().to_owned(),
            Some(Called { due_at, .. }) => (starts_at - due_at).num_minutes().to_string(),
        };
        called.into_iter().map(text).collect()
    }

    #[test]
    fn reminders_of_bookings_made_late() {
        const DAY: i64 = 24 * 60;
        type Row<'a> = (&'a str, Option<i64>, &'a [i64], &'a [&'a str]);
        let table: &[Row<'_>] = &[
            ("long before", Some(20 * DAY), &[3 * DAY, 120], &["4320", "120"]),
            ("after the first", Some(2 * DAY), &[3 * DAY, 120], &["none", "120"]),
            ("shortly after the first: the second follows", Some(3 * DAY - 30), &[3 * DAY, 120], &["just_told", "120"]),
            ("shortly before the first", Some(3 * DAY + 30), &[3 * DAY, 120], &["just_told", "120"]),
            ("the only one has just passed", Some(DAY - 30), &[DAY], &["1350"]),
            ("the only one is about to come", Some(DAY + 30), &[DAY], &["1410"]),
            ("an hour before it", Some(DAY + 60), &[DAY], &["1440"]),
            ("it passed before the grace", Some(DAY - 61), &[DAY], &["none"]),
            ("too short for another word", Some(115), &[3 * DAY, 120], &["none", "just_told"]),
            ("just long enough", Some(125), &[3 * DAY, 120], &["none", "65"]),
            ("nobody told her", None, &[3 * DAY, 120], &["4320", "120"]),
            ("two at once are the later one", Some(20 * DAY), &[DAY + 20, DAY], &["coalesced", "1440"]),
            ("three in a chain are two", Some(20 * DAY), &[DAY + 80, DAY + 40, DAY], &["1520", "coalesced", "1440"]),
            ("never once it has begun", Some(20 * DAY), &[DAY, 0], &["1440", "none"]),
            ("one is held back into the next: it follows anyway", Some(130), &[125, 60], &["just_told", "60"]),
        ];
        for (name, told_before, offsets, expected) in table {
            assert_eq!(outcome(*told_before, offsets), *expected, "{name}");
        }
    }

    #[test]
    fn each_expires_when_the_next_falls_due() {
        let starts_at = at("2026-06-10 12:00");
        let moments = [starts_at - TimeDelta::days(3), starts_at - TimeDelta::days(1), starts_at - TimeDelta::hours(2)];
        let called = remind(starts_at, None, TimeDelta::zero(), &moments);
        let ends: Vec<_> = called.iter().flatten().map(|one| one.expires_at).collect();
        assert_eq!(ends, [moments[1], moments[2], starts_at]);
    }

    proptest! {
        #[test]
        fn never_in_a_burst_and_never_too_late(
            told in prop::option::of(0_i64..10_000),
            grace in 0_i64..500,
            mut offsets in prop::collection::vec(-60_i64..8_000, 0..6),
        ) {
            offsets.sort_unstable_by(|a, b| b.cmp(a));
            let starts_at = at("2026-06-10 12:00");
            let told_at = told.map(|minutes| starts_at - TimeDelta::minutes(minutes));
            let moments: Vec<_> = offsets.iter().map(|minutes| starts_at - TimeDelta::minutes(*minutes)).collect();
            let called = remind(starts_at, told_at, TimeDelta::minutes(grace), &moments);
            prop_assert_eq!(called.len(), moments.len());
            let sent: Vec<Called> = called.into_iter().flatten().filter(|one| one.skip.is_none()).collect();
            for one in &sent {
                prop_assert!(one.due_at < starts_at && one.due_at < one.expires_at && one.expires_at <= starts_at);
                prop_assert!(told_at.is_none_or(|told| told + JUST_TOLD <= one.due_at));
            }
            for (one, next) in sent.iter().zip(sent.iter().skip(1)) {
                prop_assert!(one.due_at + COINCIDE <= next.due_at);
                prop_assert!(one.expires_at <= next.due_at);
            }
        }
    }
}
