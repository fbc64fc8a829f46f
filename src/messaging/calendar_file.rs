//! Calendar entries (RFC 5545, 5546): the invitation in a mail, its withdrawal, and the file to download.
//!
//! A booking has one UID for life and its schedule version is the SEQUENCE, so calendars move or remove the entry they
//! have instead of adding another. Instants are written in UTC: nothing is left to a reader's zone data.
//!
//! What stands in an entry: people share calendars with families and employers, and phones show entries on locked
//! screens. So SUMMARY names the clinic and never the treatment, and DESCRIPTION holds the reference, how to reach the
//! clinic and the link to manage the booking.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Parameter, Property};

use crate::domain::ids::BookingId;
use crate::domain::messages::one_line;

/// RFC 5545, 3.1.
const LINE_OCTETS_MAX: usize = 75;

/// What a calendar is asked to do with the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Add it, or replace an older version of it.
    Request,
    /// Take it out.
    Cancel,
    /// A file somebody opens: nothing to answer.
    Publish,
}

impl Method {
    /// The word in METHOD and in the mail part's `method` parameter, which must be equal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// A name and a mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// As people call it.
    pub name: String,
    /// Where mail reaches it.
    pub address: String,
}

/// Whether the entry is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryStatus {
    /// Wished for, not yet answered.
    Tentative,
    /// It takes place.
    Confirmed,
    /// It does not.
    Cancelled,
}

/// One calendar entry.
#[derive(Debug, Clone)]
pub struct CalendarEntry {
    /// See [`uid`].
    pub uid: String,
    /// The schedule version.
    pub sequence: i32,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// When this version of the entry was written.
    pub written_at: DateTime<Utc>,
    /// The clinic: the same in every version, or calendars refuse the change. A file to download may go without.
    pub organizer: Option<Party>,
    /// Who is invited: the reader of the mail and nobody else.
    pub attendee: Option<Party>,
    /// Whether it is certain.
    pub status: EntryStatus,
    /// The line a calendar shows.
    pub summary: String,
    /// Several lines.
    pub description: String,
    /// Where.
    pub location: String,
    /// The page of the booking.
    pub url: Option<String>,
}

/// The UID of a booking, the same for as long as the booking exists, whatever address the clinic moves to.
pub fn uid(booking: BookingId, reference: &str) -> String {
    let reference: String = reference.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("rebook-{booking}-{reference}")
}

/// Writes the file: CRLF line ends, lines folded at 75 octets, special characters escaped.
pub fn write(method: Method, entry: &CalendarEntry) -> String {
    let mut calendar = empty(method);
    calendar.push(event(method, entry));
    folded(&calendar.to_string())
}

/// A calendar that programs fetch again and again: its name, how often, and every entry.
pub fn write_feed(name: &str, entries: &[CalendarEntry]) -> String {
    let mut calendar = empty(Method::Publish);
    calendar
        .append_property(Property::new("NAME", one_line(name)))
        .append_property(Property::new("X-WR-CALNAME", one_line(name)))
        .append_property(Property::new("REFRESH-INTERVAL;VALUE=DURATION", "PT1H"))
        .append_property(Property::new("X-PUBLISHED-TTL", "PT1H"));
    for entry in entries {
        calendar.push(event(Method::Publish, entry));
    }
    folded(&calendar.to_string())
}

/// A file without entries.
pub(super) fn empty(method: Method) -> Calendar {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Rebook//Appointments//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", method.as_str()));
    calendar
}

/// Lines of at most 75 octets, the space of a continued line included, never inside a character. The crate's own
/// folding lets some lines grow to 76.
pub(super) fn folded(file: &str) -> String {
    let mut out = String::with_capacity(file.len() + file.len() / 32);
    for line in file.replace("\r\n ", "").split_inclusive("\r\n") {
        let mut octets = 0;
        for character in line.trim_end_matches("\r\n").chars() {
            if octets + character.len_utf8() > LINE_OCTETS_MAX {
                out.push_str("\r\n ");
                octets = 1;
            }
            out.push(character);
            octets += character.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

fn event(method: Method, entry: &CalendarEntry) -> Event {
    let mut event = timeless(method, entry);
    event.starts(entry.starts_at).ends(entry.ends_at);
    event.done()
}

/// Everything about an entry but when it takes place.
pub(super) fn timeless(method: Method, entry: &CalendarEntry) -> Event {
    let mut event = Event::new();
    event
        .uid(&entry.uid)
        .sequence(u32::try_from(entry.sequence).unwrap_or(0))
        .timestamp(entry.written_at)
        .summary(&one_line(&entry.summary))
        .description(&lines(&entry.description))
        .location(&one_line(&entry.location))
        .status(status(method, entry.status))
        .append_property(Property::new("TRANSP", transparency(method, entry.status)))
        .append_property(Property::new("CLASS", "PRIVATE"));
    if let Some(url) = &entry.url {
        event.append_property(Property::new("URL", one_line(url)));
    }
    if let Some(organizer) = &entry.organizer {
        event.append_property(party("ORGANIZER", organizer).done());
    }
    if let Some(attendee) = &entry.attendee {
        // She chose the time herself: nothing to accept, nobody waits for an answer.
        let attendee = party("ATTENDEE", attendee)
            .append_parameter(Parameter::new("ROLE", "REQ-PARTICIPANT"))
            .append_parameter(Parameter::new("PARTSTAT", "ACCEPTED"))
            .append_parameter(Parameter::new("RSVP", "FALSE"))
            .done();
        event.append_multi_property(attendee);
    }
    event.done()
}

const fn status(method: Method, status: EntryStatus) -> EventStatus {
    match (method, status) {
        (Method::Cancel, _) | (_, EntryStatus::Cancelled) => EventStatus::Cancelled,
        (_, EntryStatus::Tentative) => EventStatus::Tentative,
        (_, EntryStatus::Confirmed) => EventStatus::Confirmed,
    }
}

/// A cancelled entry that a calendar keeps must not make its owner look busy.
const fn transparency(method: Method, status: EntryStatus) -> &'static str {
    match (method, status) {
        (Method::Cancel, _) | (_, EntryStatus::Cancelled) => "TRANSPARENT",
        (_, EntryStatus::Tentative | EntryStatus::Confirmed) => "OPAQUE",
    }
}

fn party(key: &str, party: &Party) -> Property {
    // A double quote has no escape in a parameter (RFC 5545, 3.1), and one at both ends would be taken as ours.
    let name = one_line(&party.name).replace('"', "'");
    let mut property = Property::new(key, format!("mailto:{}", one_line(&party.address).replace(' ', "")));
    if !name.is_empty() {
        property.append_parameter(Parameter::new("CN", &name));
    }
    property.done()
}

/// Several lines, each without control characters.
fn lines(text: &str) -> String {
    text.lines().map(one_line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use calcard::icalendar::{ICalendar, ICalendarProperty, ICalendarValue};
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn entry() -> CalendarEntry {
        CalendarEntry {
            uid: uid(BookingId::new(77), "K7Q2-MX"),
            sequence: 3,
            starts_at: Utc.with_ymd_and_hms(2026, 12, 1, 17, 0, 0).unwrap(),
            ends_at: Utc.with_ymd_and_hms(2026, 12, 1, 18, 0, 0).unwrap(),
            written_at: Utc.with_ymd_and_hms(2026, 11, 22, 2, 0, 0).unwrap(),
            organizer: Some(Party { name: "Dental, Pacific; \"Crest\"".into(), address: "desk@clinic.example".into() }),
            attendee: Some(Party { name: "Ana María".into(), address: "ana@mail.example".into() }),
            status: EntryStatus::Confirmed,
            summary: "Appointment, Pacific Crest; Dental".into(),
            description: "Reference K7Q2-MX\nhttps://clinic.example/m/abc\n\nÜber 日本語, semi; back\\slash".into(),
            location: "12 Main St, Suite 4, Seattle".into(),
            url: Some("https://clinic.example/m/abc?x=1,2;3".into()),
        }
    }

    fn text_of(calendar: &ICalendar, wanted: &ICalendarProperty) -> Option<String> {
        calendar.components.iter().flat_map(|component| component.entries.iter()).find(|e| e.name == *wanted).and_then(
            |found| match found.values.first() {
                Some(ICalendarValue::Text(text)) => Some(text.clone()),
                Some(ICalendarValue::Integer(number)) => Some(number.to_string()),
                other => other.map(|value| format!("{value:?}")),
            },
        )
    }

    #[test]
    fn an_independent_reader_reads_the_invitation() {
        let entry = entry();
        let file = write(Method::Request, &entry);
        let calendar = ICalendar::parse(&file).expect("a calendar");
        let read = |property| text_of(&calendar, &property);
        assert_eq!(read(ICalendarProperty::Uid).as_deref(), Some(entry.uid.as_str()));
        assert_eq!(read(ICalendarProperty::Sequence).as_deref(), Some("3"));
        assert_eq!(read(ICalendarProperty::Summary).as_deref(), Some(entry.summary.as_str()));
        assert_eq!(read(ICalendarProperty::Description).as_deref(), Some(entry.description.as_str()));
        assert_eq!(read(ICalendarProperty::Location).as_deref(), Some(entry.location.as_str()));
        assert!(file.contains("METHOD:REQUEST\r\n") && file.contains("STATUS:CONFIRMED\r\n"));
        assert!(file.contains("DTSTART:20261201T170000Z\r\n") && file.contains("DTEND:20261201T180000Z\r\n"));
        assert!(file.contains("DTSTAMP:20261122T020000Z\r\n"));
        let unfolded = file.replace("\r\n ", "");
        assert!(
            unfolded.contains("ORGANIZER;CN=\"Dental, Pacific; 'Crest'\":mailto:desk@clinic.example\r\n"),
            "{file}"
        );
    }

    #[test]
    fn a_withdrawal_names_the_same_entry() {
        let file = write(Method::Cancel, &entry());
        assert!(file.contains("METHOD:CANCEL\r\n") && file.contains("STATUS:CANCELLED\r\n"));
        assert!(file.contains("TRANSP:TRANSPARENT\r\n"));
        assert!(file.contains(&format!("UID:{}\r\n", entry().uid)));
    }

    #[test]
    fn a_download_goes_without_people() {
        let file = write(Method::Publish, &CalendarEntry { organizer: None, attendee: None, ..entry() });
        assert!(file.contains("METHOD:PUBLISH\r\n") && !file.contains("ORGANIZER") && !file.contains("ATTENDEE"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_stays_inside_its_line(summary in "\\PC{0,120}|[\\r\\n\\t:;,\\\\\"\\x00A]{0,60}", name in "\\PC{0,90}|[\\r\\n\":;,=]{0,30}") {
            let mut entry = entry();
            entry.summary = summary.clone();
            entry.location.clone_from(&summary);
            entry.description = format!("{summary}\nBEGIN:VALARM\r\n{name}");
            entry.attendee = Some(Party { name, address: "a@b.example".into() });
            let file = write(Method::Request, &entry);
            prop_assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
            prop_assert!(!file.split("\r\n").any(|line| line == "BEGIN:VALARM"));
            let calendar = ICalendar::parse(&file).expect("a calendar");
            prop_assert_eq!(text_of(&calendar, &ICalendarProperty::Summary).unwrap_or_default(), one_line(&summary));
        }
    }
}
