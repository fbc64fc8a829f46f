//! The calendar entry of a series: one UID, a rule, the dates left out, and the dates that differ from the rule.
//!
//! A rule is kept on the wall clock of its place, so the file carries the zone's clock changes (VTIMEZONE) as this
//! program knows them. A date that was moved is an entry of its own with RECURRENCE-ID; so is the mail about one date
//! that is moved or called off later. The SEQUENCE rises with every version of the series and of each of its dates.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use icalendar::{Component, Event, Parameter, Property};

use super::calendar_file::{self, CalendarEntry, Method};
use crate::domain::ids::SeriesId;
use crate::domain::recurrence::{End, Rule};
use crate::domain::time::{self, ClockChange};

/// How wall times are written.
const STAMP: &str = "%Y%m%dT%H%M%S";
/// A rule without end carries the clock changes of so many years; readers go on by their own.
const OPEN_YEARS: i64 = 10;
const CHANGES_MAX: usize = 40;

/// A series as calendars keep it.
#[derive(Debug, Clone)]
pub(super) struct SeriesEntry {
    /// What every date has in common: the first one's times, the UID of the series, its SEQUENCE.
    pub common: CalendarEntry,
    /// The zone of its place.
    pub zone: Tz,
    /// The first date of the rule.
    pub start: NaiveDateTime,
    /// How long each takes.
    pub minutes: i64,
    /// The rule.
    pub rule: Rule,
    /// Dates of the rule on which nothing takes place.
    pub left_out: Vec<NaiveDateTime>,
    /// Dates that take place at another time than the rule says.
    pub moved: Vec<Moved>,
}

/// A date at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    /// The wall time of the rule.
    pub slot: NaiveDateTime,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
}

/// Which date of which series a mail about one date speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOf {
    /// The UID of the series.
    pub uid: String,
    /// The SEQUENCE of the series and its dates together.
    pub sequence: i32,
    /// The wall time of the rule.
    pub slot: NaiveDateTime,
    /// The zone of its place.
    pub zone: Tz,
}

/// The UID of a series, the same for as long as it exists.
pub(super) fn uid(series: SeriesId, reference: &str) -> String {
    let reference: String = reference.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("rebook-series-{series}-{reference}")
}

/// Writes the whole series, or takes it back.
pub(super) fn write(method: Method, entry: &SeriesEntry) -> String {
    let mut calendar = calendar_file::empty(method);
    let mut master = calendar_file::timeless(method, &entry.common);
    let end = entry.start.checked_add_signed(TimeDelta::minutes(entry.minutes)).unwrap_or(entry.start);
    at(&mut master, entry.zone, ("DTSTART", entry.start));
    at(&mut master, entry.zone, ("DTEND", end));
    master.append_property(Property::new("RRULE", entry.rule.calendar_text(entry.zone)));
    for slot in &entry.left_out {
        master.append_multi_property(zoned("EXDATE", *slot, entry.zone));
    }
    calendar.push(master.done());
    if method != Method::Cancel {
        for moved in &entry.moved {
            calendar.push(override_of(method, entry, moved));
        }
    }
    let last = match entry.rule.end {
        End::Never => entry.common.starts_at + TimeDelta::days(366 * OPEN_YEARS),
        End::After(_) | End::Until(_) => {
            let last = entry.rule.last(entry.start).unwrap_or(entry.start);
            time::instant(last, entry.zone) + TimeDelta::days(366)
        }
    };
    with_zone(&calendar.to_string(), entry.zone, (entry.common.starts_at, last))
}

/// Writes one date of a series, or takes it back; the others stay as they are.
pub fn write_one(method: Method, entry: &CalendarEntry, one: &OneOf) -> String {
    let mut calendar = calendar_file::empty(method);
    let common = CalendarEntry { uid: one.uid.clone(), sequence: one.sequence, ..entry.clone() };
    let mut event = calendar_file::timeless(method, &common);
    place(&mut event, one.zone, one.slot, (entry.starts_at, entry.ends_at));
    calendar.push(event.done());
    let slot = time::instant(one.slot, one.zone);
    let (first, last) = (slot.min(entry.starts_at), slot.max(entry.ends_at));
    with_zone(&calendar.to_string(), one.zone, (first, last + TimeDelta::days(366)))
}

fn override_of(method: Method, entry: &SeriesEntry, moved: &Moved) -> Event {
    let mut event = calendar_file::timeless(method, &entry.common);
    place(&mut event, entry.zone, moved.slot, (moved.starts_at, moved.ends_at));
    event.done()
}

fn place(event: &mut Event, zone: Tz, slot: NaiveDateTime, (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>)) {
    at(event, zone, ("RECURRENCE-ID", slot));
    at(event, zone, ("DTSTART", time::local(starts_at, zone)));
    at(event, zone, ("DTEND", time::local(ends_at, zone)));
}

fn at(event: &mut Event, zone: Tz, (name, wall): (&str, NaiveDateTime)) {
    event.append_property(zoned(name, wall, zone));
}

fn zoned(name: &str, wall: NaiveDateTime, zone: Tz) -> Property {
    let mut property = Property::new(name, wall.format(STAMP).to_string());
    property.append_parameter(Parameter::new("TZID", zone.name()));
    property.done()
}

/// Puts the zone's clock changes before the first entry, and folds the lines.
fn with_zone(file: &str, zone: Tz, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> String {
    let (head, entries) = file.split_once("BEGIN:VEVENT").unwrap_or((file, ""));
    let changes = time::clock_changes(zone, from, until, CHANGES_MAX);
    let mut out = format!("{head}BEGIN:VTIMEZONE\r\nTZID:{}\r\n", zone.name());
    for (number, change) in changes.iter().enumerate() {
        observance(&mut out, change, number == 0);
    }
    out.push_str("END:VTIMEZONE\r\nBEGIN:VEVENT");
    out.push_str(entries);
    calendar_file::folded(&out)
}

/// One rule of the zone: what holds at first has held for long, the others begin with their change.
fn observance(out: &mut String, change: &ClockChange, is_first: bool) {
    let kind = if change.is_summer { "DAYLIGHT" } else { "STANDARD" };
    let onset = change.at.naive_utc().checked_add_signed(TimeDelta::seconds(i64::from(change.before_seconds)));
    let onset = match onset {
        Some(onset) if !is_first => onset.format(STAMP).to_string(),
        _ => "19700101T000000".to_owned(),
    };
    let lines = [
        format!("BEGIN:{kind}"),
        format!("DTSTART:{onset}"),
        format!("TZOFFSETFROM:{}", offset(change.before_seconds)),
        format!("TZOFFSETTO:{}", offset(change.after_seconds)),
        format!("TZNAME:{}", change.name),
        format!("END:{kind}"),
    ];
    for line in lines {
        out.push_str(&line);
        out.push_str("\r\n");
    }
}

/// `+0530`; seconds only where there are some.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (minutes, rest) = (seconds.unsigned_abs() / 60, seconds.unsigned_abs() % 60);
    let text = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
    if rest == 0 { text } else { format!("{text}{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::calendar_file::EntryStatus;
    use calcard::icalendar::{ICalendar, ICalendarComponentType};

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a wall time")
    }

    fn entry(rule: &str) -> SeriesEntry {
        let zone = Tz::America__Los_Angeles;
        let start = wall("2026-10-20 09:00");
        let starts_at = time::instant(start, zone);
        SeriesEntry {
            common: CalendarEntry {
                uid: uid(SeriesId::new(77), "K7Q2-MX"),
                sequence: 4,
                starts_at,
                ends_at: starts_at + TimeDelta::minutes(45),
                written_at: starts_at,
                organizer: None,
                attendee: None,
                status: EntryStatus::Confirmed,
                summary: "Appointment, Pacific Crest".into(),
                description: "Reference".into(),
                location: "Santa Monica".into(),
                url: None,
            },
            zone,
            start,
            minutes: 45,
            rule: Rule::parse(rule, start, zone).expect("a rule"),
            left_out: vec![wall("2026-11-03 09:00"), wall("2026-11-17 09:00")],
            moved: vec![Moved {
                slot: wall("2026-12-01 09:00"),
                starts_at: time::instant(wall("2026-12-02 14:00"), zone),
                ends_at: time::instant(wall("2026-12-02 14:45"), zone),
            }],
        }
    }

    #[test]
    fn a_series_is_one_entry_with_its_rule_and_its_exceptions() {
        let file = write(Method::Request, &entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10"));
        for line in [
            "DTSTART;TZID=America/Los_Angeles:20261020T090000\r\n",
            "DTEND;TZID=America/Los_Angeles:20261020T094500\r\n",
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10\r\n",
            "EXDATE;TZID=America/Los_Angeles:20261103T090000\r\n",
            "EXDATE;TZID=America/Los_Angeles:20261117T090000\r\n",
            "RECURRENCE-ID;TZID=America/Los_Angeles:20261201T090000\r\n",
            "DTSTART;TZID=America/Los_Angeles:20261202T140000\r\n",
            "SEQUENCE:4\r\n",
            "METHOD:REQUEST\r\n",
        ] {
            assert!(file.contains(line), "{line}\n{file}");
        }
        assert_eq!(file.matches("UID:rebook-series-").count(), 2);
        assert_eq!(file.matches("BEGIN:VTIMEZONE").count(), 1);
        let calendar = ICalendar::parse(&file).expect("a calendar");
        let events = calendar.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent);
        assert_eq!(events.count(), 2);
        assert!(file.split("\r\n").all(|line| line.len() <= 75));
    }

    #[test]
    fn the_zone_stands_in_the_file_as_its_clocks_are_set() {
        let file = write(Method::Request, &entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10"));
        let summer = "BEGIN:DAYLIGHT\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:-0700\r\nTZOFFSETTO:-0700\r\nTZNAME:PDT\r\nEND:DAYLIGHT\r\n";
        let winter = "BEGIN:STANDARD\r\nDTSTART:20261101T020000\r\nTZOFFSETFROM:-0700\r\nTZOFFSETTO:-0800\r\nTZNAME:PST\r\nEND:STANDARD\r\n";
        assert!(file.contains(summer) && file.contains(winter), "{file}");
        let open = write(Method::Request, &entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"));
        assert!(open.matches("BEGIN:STANDARD").count() >= 10, "{open}");
        assert_eq!([0, -12_600, 20_700, -27_001].map(offset), ["+0000", "-0330", "+0545", "-073001"]);
    }

    #[test]
    fn the_end_of_a_rule_is_an_instant() {
        let file = write(Method::Request, &entry("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T090000"));
        assert!(file.contains("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T170000Z\r\n"), "{file}");
    }

    #[test]
    fn one_date_is_named_by_the_time_the_rule_gave_it() {
        let series = entry("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10");
        let one =
            OneOf { uid: series.common.uid.clone(), sequence: 9, slot: wall("2026-12-29 09:00"), zone: series.zone };
        let file = write_one(Method::Cancel, &series.common, &one);
        assert!(file.contains("METHOD:CANCEL\r\n") && file.contains("STATUS:CANCELLED\r\n"));
        assert!(file.contains("RECURRENCE-ID;TZID=America/Los_Angeles:20261229T090000\r\n"));
        assert!(file.contains("SEQUENCE:9\r\n") && !file.contains("RRULE"));
        let whole = write(Method::Cancel, &series);
        assert!(whole.contains("RRULE") && !whole.contains("RECURRENCE-ID"));
    }
}
