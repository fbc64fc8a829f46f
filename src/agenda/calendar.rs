//! Lays some days out as the calendar in the browser shows them: columns, cards, and what is shaded behind them.
//!
//! All times are those on the clocks of the place. Colours are classes, or the value of a property of ours.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::store::calendar::CalendarBooking;
use crate::booking::block::BlockRow;
use crate::catalog::{Catalog, Location};
use crate::domain::booking::BookingStatus;
use crate::domain::hours::{self, AwayReason, HoursKind, WorkingDay};
use crate::domain::ids::{AppointmentId, ClientId, ProviderId, ServiceId};
use crate::domain::span::{Span, SpanSet, earlier, later};
use crate::domain::time;

/// Colours that tell services and providers apart.
const HUES: usize = 12;
/// The column of what takes place in no room.
pub const NO_ROOM: &str = "none";

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Columns {
    /// One for each provider.
    Providers,
    /// One for each room.
    Rooms,
}

/// What a card's colour tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// The service.
    Service,
    /// The provider.
    Provider,
    /// Where the booking stands.
    Status,
}

/// What is asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What can be booked.
    pub catalog: &'a Catalog,
    /// Where.
    pub places: &'a [Location],
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
    /// By provider or by room.
    pub columns: Columns,
    /// What colours tell.
    pub paint: Paint,
    /// Only this provider's.
    pub provider: Option<ProviderId>,
    /// Only this service.
    pub service: Option<ServiceId>,
    /// Whether the asker may move things at all.
    pub may_move: bool,
    /// Whose blocks the asker may move when he may move nothing else.
    pub own: Option<ProviderId>,
}

/// Everything that is shown.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    /// Changes whenever something else does.
    pub stamp: String,
    /// How far the clocks of the place are from UTC: `-08:00`.
    pub offset: String,
    /// The columns.
    pub resources: Vec<Column<'a>>,
    /// Cards and shades.
    pub events: Vec<Event<'a>>,
}

/// A column.
#[derive(Debug, Serialize)]
pub struct Column<'a> {
    id: String,
    title: &'a str,
    #[serde(rename = "extendedProps")]
    more: ColumnMore<'a>,
}

#[derive(Debug, Serialize)]
struct ColumnMore<'a> {
    detail: &'a str,
}

/// A card, or a shade behind the cards.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event<'a> {
    id: String,
    resource_ids: Vec<String>,
    start: String,
    end: String,
    all_day: bool,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<&'static str>,
    start_editable: bool,
    duration_editable: bool,
    class_names: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    styles: Vec<String>,
    extended_props: Props<'a>,
}

/// What a card says beside its title.
#[derive(Debug, Serialize, Default)]
struct Props<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    service: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    status: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    provider: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    room: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    confirmed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    alert: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    noted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<usize>,
}

/// What was read for it.
#[derive(Debug, Default)]
pub struct Found {
    /// The bookings that have a place, by time.
    pub bookings: Vec<CalendarBooking>,
    /// Blocked time.
    pub blocks: Vec<BlockRow>,
    /// Which clients have an alert.
    pub alerts: HashSet<ClientId>,
    /// The stamp, read before everything else.
    pub stamp: String,
}

/// The days with their columns, cards and shades.
pub fn lay_out<'a>(asked: &Asked<'a>, found: &'a Found) -> Shown<'a> {
    let mut events: Vec<Event<'a>> = Vec::with_capacity(found.bookings.len() * 2);
    let mut by_appointment: BTreeMap<(NaiveDateTime, AppointmentId), Vec<&'a CalendarBooking>> = BTreeMap::new();
    let wanted = |booking: &&CalendarBooking| {
        asked.provider.is_none_or(|id| id == booking.provider) && asked.service.is_none_or(|id| id == booking.service)
    };
    for booking in found.bookings.iter().filter(wanted) {
        by_appointment.entry((booking.local_start, booking.appointment)).or_default().push(booking);
    }
    let mut busy: HashSet<String> = HashSet::new();
    for bookings in by_appointment.values() {
        let Some(first) = bookings.first() else { continue };
        let column = column_of(asked, first);
        busy.insert(column.clone());
        buffers(asked, first, &column, &mut events);
        events.push(card(asked, bookings, first, column, &found.alerts));
    }
    for block in &found.blocks {
        events.extend(block_card(asked, block));
    }
    let resources = columns(asked, &busy, &mut events);
    let zone = asked.places.first().map_or(chrono_tz::UTC, |place| place.zone);
    Shown { stamp: found.stamp.clone(), offset: offset_text(asked.from, zone), resources, events }
}

fn column_of(asked: &Asked<'_>, booking: &CalendarBooking) -> String {
    match asked.columns {
        Columns::Providers => booking.provider.to_string(),
        Columns::Rooms => booking.room.map_or_else(|| NO_ROOM.to_owned(), |room| room.to_string()),
    }
}

fn card<'a>(
    asked: &Asked<'a>,
    bookings: &[&'a CalendarBooking],
    first: &'a CalendarBooking,
    column: String,
    alerts: &HashSet<ClientId>,
) -> Event<'a> {
    let is_class = 1 < first.capacity;
    let taken: u32 = bookings.iter().map(|booking| u32::from(booking.party)).sum();
    let zone = asked.catalog.location(first.location).map_or(chrono_tz::UTC, |place| place.zone);
    let is_movable = matches!(first.status, BookingStatus::Requested | BookingStatus::Booked);
    let may_move = asked.may_move && is_movable && !is_class && !first.is_part;
    let provider = asked.catalog.provider(first.provider);
    let (hue, styles) = paint(asked, first);
    let class_names = std::iter::once(format!("is-{}", first.status.as_str().replace('_', "-"))).chain(hue);
    Event {
        id: first.booking.to_string(),
        resource_ids: vec![column],
        start: wall(first.local_start),
        end: wall(time::local(first.ends_at, zone)),
        all_day: false,
        title: if is_class { first.service_name.clone() } else { first.name.clone() },
        display: None,
        start_editable: may_move,
        duration_editable: may_move,
        class_names: class_names.collect(),
        styles,
        extended_props: Props {
            kind: if is_class { "class" } else { "booking" },
            id: first.booking.to_string(),
            version: Some(first.row_version),
            service: if is_class { "" } else { &first.service_name },
            status: first.status.as_str(),
            provider: provider.map_or("", |provider| provider.name.as_str()),
            room: first.room.and_then(|id| asked.catalog.room(id)).map_or("", |room| room.name.as_str()),
            confirmed: !is_class && first.is_confirmed,
            alert: bookings.iter().any(|booking| alerts.contains(&booking.client)),
            noted: bookings.iter().any(|booking| !booking.note.is_empty()),
            taken: is_class.then_some(taken),
            seats: is_class.then_some(first.capacity),
            ..Props::default()
        },
    }
}

/// The colour as a class of ours, or as a value where the clinic chose one.
fn paint(asked: &Asked<'_>, booking: &CalendarBooking) -> (Option<String>, Vec<String>) {
    let hue = |place: Option<usize>| place.map(|place| format!("hue-{}", place % HUES));
    match asked.paint {
        Paint::Status => (Some("by-status".to_owned()), Vec::new()),
        Paint::Service => {
            (hue(asked.catalog.services.iter().position(|known| known.id == booking.service)), Vec::new())
        }
        Paint::Provider => {
            let place = asked.catalog.providers.iter().position(|known| known.id == booking.provider);
            let color = asked.catalog.provider(booking.provider).map_or("", |provider| provider.color.as_str());
            let is_color = color.starts_with('#') && color.chars().skip(1).all(|digit| digit.is_ascii_hexdigit());
            if is_color { (None, vec![format!("--event: {color}")]) } else { (hue(place), Vec::new()) }
        }
    }
}

/// What is kept free before and after.
fn buffers<'a>(asked: &Asked<'a>, booking: &CalendarBooking, column: &str, events: &mut Vec<Event<'a>>) {
    let Some(service) = asked.catalog.service(booking.service) else { return };
    let Some(place) = asked.catalog.location(booking.location) else { return };
    let (before, after) = (service.rules.buffer_before_minutes, service.rules.buffer_after_minutes);
    let mut shaded = |from: DateTime<Utc>, until: DateTime<Utc>| {
        let span = (time::local(from, place.zone), time::local(until, place.zone));
        events.push(shade(
            format!("buffer-{}-{}", booking.booking, wall(span.0)),
            column,
            span,
            "buffer",
            String::new(),
        ));
    };
    if 0 < before {
        shaded(earlier(booking.starts_at, before), booking.starts_at);
    }
    if 0 < after {
        shaded(booking.ends_at, later(booking.ends_at, after));
    }
}

fn block_card<'a>(asked: &Asked<'a>, block: &BlockRow) -> Option<Event<'a>> {
    if asked.provider.is_some() && block.provider != asked.provider {
        return None;
    }
    let column = match asked.columns {
        Columns::Providers => block.provider?.to_string(),
        Columns::Rooms => block.room?.to_string(),
    };
    let zone = asked.catalog.location(block.location).map_or(chrono_tz::UTC, |place| place.zone);
    let may_move = asked.may_move || (asked.own.is_some() && block.provider == asked.own);
    Some(Event {
        id: format!("block-{}", block.id),
        resource_ids: vec![column],
        start: wall(time::local(block.starts_at, zone)),
        end: wall(time::local(block.ends_at, zone)),
        all_day: false,
        title: block.reason.clone(),
        display: None,
        start_editable: may_move,
        duration_editable: may_move,
        class_names: vec!["is-block".to_owned()],
        styles: Vec::new(),
        extended_props: Props {
            kind: "block",
            id: block.id.to_string(),
            version: Some(block.row_version),
            ..Props::default()
        },
    })
}

fn shade<'a>(
    id: String,
    column: &str,
    (from, until): (NaiveDateTime, NaiveDateTime),
    class: &str,
    title: String,
) -> Event<'a> {
    Event {
        id,
        resource_ids: vec![column.to_owned()],
        start: wall(from),
        end: wall(until),
        all_day: false,
        title,
        display: Some("background"),
        start_editable: false,
        duration_editable: false,
        class_names: vec![format!("shade-{class}")],
        styles: Vec::new(),
        extended_props: Props { kind: "shade", ..Props::default() },
    }
}

/// The columns that are worth showing, and what is shaded in each.
fn columns<'a>(asked: &Asked<'a>, busy: &HashSet<String>, events: &mut Vec<Event<'a>>) -> Vec<Column<'a>> {
    match asked.columns {
        Columns::Providers => {
            let mut shown = Vec::new();
            let wanted = |id: ProviderId| asked.provider.is_none_or(|only| only == id);
            for provider in asked.catalog.providers.iter().filter(|provider| wanted(provider.id)) {
                let id = provider.id.to_string();
                let is_asked = busy.contains(&id) || asked.provider.is_some();
                if !is_asked
                    && !asked.places.iter().any(|place| asked.catalog.hours.contains_key(&(provider.id, place.id)))
                {
                    continue;
                }
                let (works, shades) = shade_provider(asked, provider.id, &id);
                if works || is_asked {
                    events.extend(shades);
                    shown.push(Column { id, title: &provider.name, more: ColumnMore { detail: &provider.title } });
                }
            }
            shown
        }
        Columns::Rooms => {
            let here = |id| asked.places.iter().any(|place| place.id == id);
            let mut shown = Vec::new();
            for room in asked.catalog.rooms.iter().filter(|room| here(room.location)) {
                let place = asked.catalog.location(room.location).map_or("", |place| place.name.as_str());
                let id = room.id.to_string();
                shade_room(asked, room.location, &id, events);
                let detail = if asked.places.len() > 1 { place } else { "" };
                shown.push(Column { id, title: &room.name, more: ColumnMore { detail } });
            }
            if busy.contains(NO_ROOM) {
                shown.push(Column { id: NO_ROOM.to_owned(), title: "", more: ColumnMore { detail: "" } });
            }
            shown
        }
    }
}

/// Whether there is any work in these days, and shades for when the provider is not there.
fn shade_provider<'a>(asked: &Asked<'a>, provider: ProviderId, column: &str) -> (bool, Vec<Event<'a>>) {
    let mut works = false;
    let mut events = Vec::new();
    for day in days(asked) {
        let mut open = SpanSet::default();
        let mut away: Vec<(Span, &'static str, String)> = Vec::new();
        let mut zone = chrono_tz::UTC;
        for place in asked.places {
            zone = place.zone;
            let Some(hours) = asked.catalog.hours.get(&(provider, place.id)) else { continue };
            let found = hours::working_spans(hours, asked.catalog.closures_of(place.id), day, place.zone);
            away.extend(reasons(&found));
            open = open.union(&found.open);
        }
        works |= !open.is_empty() || away.iter().any(|(_, class, _)| *class == "off");
        let whole = time::day_span(day, zone);
        let shut: SpanSet = std::iter::once(whole).collect();
        for span in shut.minus(&open).iter() {
            let why = away.iter().find(|(reason, ..)| reason.overlaps(span));
            let (class, title) = why.map_or(("closed", ""), |(_, class, title)| (*class, title.as_str()));
            let walls = (time::local(span.starts_at(), zone), time::local(span.ends_at(), zone));
            events.push(shade(format!("shut-{column}-{}", wall(walls.0)), column, walls, class, title.to_owned()));
        }
    }
    (works, events)
}

fn reasons(found: &WorkingDay) -> Vec<(Span, &'static str, String)> {
    let reason = |away: &hours::Away| match &away.reason {
        AwayReason::Break => (away.span, "break", String::new()),
        AwayReason::TimeOff | AwayReason::Left => (away.span, "off", String::new()),
        AwayReason::NotHere { note } => (away.span, "off", note.clone()),
        AwayReason::Closed { name } => (away.span, "closed", name.clone()),
    };
    found.away.iter().map(reason).collect()
}

/// Rooms are shut when their place is.
fn shade_room<'a>(
    asked: &Asked<'a>,
    location: crate::domain::ids::LocationId,
    column: &str,
    events: &mut Vec<Event<'a>>,
) {
    let Some(place) = asked.catalog.location(location) else { return };
    for day in days(asked) {
        let closure = asked.catalog.closures_of(location).iter();
        let Some(closure) = closure.into_iter().find(|one| one.first_day <= day && day <= one.last_day) else {
            continue;
        };
        let whole = time::day_span(day, place.zone);
        let walls = (time::local(whole.starts_at(), place.zone), time::local(whole.ends_at(), place.zone));
        events.push(shade(format!("shut-{column}-{}", wall(walls.0)), column, walls, "closed", closure.name.clone()));
    }
}

fn days(asked: &Asked<'_>) -> impl Iterator<Item = NaiveDate> {
    let until = asked.until;
    asked.from.iter_days().take_while(move |day| *day < until)
}

/// A month as numbers: how much is booked on each day, and what is closed.
pub fn count<'a>(asked: &Asked<'a>, starts: &[(NaiveDateTime, BookingStatus)], stamp: String) -> Shown<'a> {
    let mut numbers: HashMap<NaiveDate, (usize, usize)> = HashMap::new();
    for (at, status) in starts.iter().filter(|(_, status)| !status.gave_seat_back()) {
        let (booked, requested) = numbers.entry(at.date()).or_default();
        if *status == BookingStatus::Requested {
            *requested += 1;
        } else {
            *booked += 1;
        }
    }
    let mut events = Vec::new();
    for day in days(asked) {
        let closed = asked.places.iter().find_map(|place| {
            let mut closures = asked.catalog.closures_of(place.id).iter();
            closures.find(|closure| closure.first_day <= day && day <= closure.last_day)
        });
        if let Some(closure) = closed {
            events.push(whole_day(day, "closed", closure.name.clone(), Props { kind: "closed", ..Props::default() }));
        }
        if let Some((booked, requested)) = numbers.get(&day) {
            let more = Props {
                kind: "day",
                count: Some(*booked),
                requests: (0 < *requested).then_some(*requested),
                ..Props::default()
            };
            events.push(whole_day(day, "day", String::new(), more));
        }
    }
    let zone = asked.places.first().map_or(chrono_tz::UTC, |place| place.zone);
    Shown { stamp, offset: offset_text(asked.from, zone), resources: Vec::new(), events }
}

fn whole_day<'a>(day: NaiveDate, class: &str, title: String, more: Props<'a>) -> Event<'a> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    Event {
        id: format!("{class}-{day}"),
        resource_ids: Vec::new(),
        start: day.to_string(),
        end: next.to_string(),
        all_day: true,
        title,
        display: None,
        start_editable: false,
        duration_editable: false,
        class_names: vec![format!("is-{class}")],
        styles: Vec::new(),
        extended_props: more,
    }
}

/// From which hour to which anybody works, so that nobody scrolls past the night.
pub fn open_hours(catalog: &Catalog, places: &[Location]) -> (u16, u16) {
    let here = |place| places.iter().any(|known| known.id == place);
    let of_places = catalog.hours.iter().filter(|((_, place), _)| here(*place)).map(|(_, hours)| hours);
    let work = of_places.flat_map(|hours| hours.weekly.iter()).filter(|row| row.kind == HoursKind::Work);
    let (mut first, mut last) = (u16::MAX, 0);
    for row in work {
        first = first.min(row.minutes.starts_minute());
        last = last.max(row.minutes.ends_minute());
    }
    if last == 0 { (8, 18) } else { (first / 60, last.div_ceil(60).min(24)) }
}

/// `2026-12-01T09:30:00`: written by hand, for it is written some thousand times.
fn wall(at: NaiveDateTime) -> String {
    let (day, clock) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        day.year(),
        day.month(),
        day.day(),
        clock.hour(),
        clock.minute(),
        clock.second()
    )
}

fn offset_text(day: NaiveDate, zone: Tz) -> String {
    let seconds = time::offset_seconds(time::day_span(day, zone).starts_at() + chrono::TimeDelta::hours(12), zone);
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
