//! Loads what `domain::slots` needs to know of some days at one location: who works, and what is taken.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::store::{self, Occupied};
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Conn, Fault};
use crate::domain::hours::{self, ProviderHours};
use crate::domain::ids::{AppointmentId, Id, ProviderId, RoomId};
use crate::domain::slots::{DayCalendar, OpenClass, ProviderDay, RoomDay};
use crate::domain::span::{Span, SpanSet, earlier, later};
use crate::domain::time;

/// The longest buffer a service may have on one side; so far beyond a day's ends its occupations are looked for.
const BUFFER_MINUTES_MAX: u32 = 240;

/// Which calendars are asked for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub catalog: &'a Catalog,
    pub service: &'a Service,
    pub location: &'a Location,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// An appointment that shall not stand in its own way.
    pub ignoring: Option<AppointmentId>,
}

/// A day's calendar, and until when it holds if nobody writes: the end of the first hold in it.
pub(super) struct LoadedDay {
    pub calendar: DayCalendar,
    pub changes_at: Option<DateTime<Utc>>,
}

/// The calendars of each day of the scope, by one read of everything that is taken in it.
pub(super) fn load_days(conn: &mut Conn, scope: &Scope<'_>, now: DateTime<Utc>) -> Result<Vec<LoadedDay>, Fault> {
    load_days_without(conn, scope, scope.ignoring.as_slice(), now)
}

/// The same as if none of these appointments stood there.
pub(super) fn load_days_without(
    conn: &mut Conn,
    scope: &Scope<'_>,
    without: &[AppointmentId],
    now: DateTime<Utc>,
) -> Result<Vec<LoadedDay>, Fault> {
    let offered = scope.catalog.providers_for(scope.service.id, scope.location.id);
    let providers: Vec<ProviderId> = offered.iter().map(|provider| provider.id).collect();
    let days = days_of(scope);
    match reach(&days) {
        Some(whole) => load(conn, scope, &providers, (&days, whole), without, now),
        None => Ok(Vec::new()),
    }
}

/// The calendar of one day as far as it matters to one start with one provider: nobody else's, and nothing that begins
/// after or ended before. A booking reads a few rows by it where the whole day would be hundreds.
pub(super) fn load_start(
    conn: &mut Conn,
    scope: &Scope<'_>,
    (provider, starts_at): (ProviderId, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<LoadedDay, Fault> {
    let offered = scope.catalog.providers_for(scope.service.id, scope.location.id);
    let providers: Vec<ProviderId> = offered.iter().map(|known| known.id).filter(|id| *id == provider).collect();
    let minutes = scope.catalog.duration_minutes(scope.service, provider);
    let whole = match Span::lasting(starts_at, minutes) {
        Ok(service) => scope.service.rules.occupied_by(service),
        Err(_too_short) => return load_day(conn, scope, now),
    };
    let without = scope.ignoring.as_slice();
    let day = load(conn, scope, &providers, (&days_of(scope), whole), without, now)?.pop();
    day.ok_or_else(|| Fault::other("a calendar of no days was asked for"))
}

fn days_of(scope: &Scope<'_>) -> Vec<(NaiveDate, Span)> {
    let days = scope.first.iter_days().take_while(|day| *day <= scope.last);
    days.map(|day| (day, time::day_span(day, scope.location.zone))).collect()
}

fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    providers: &[ProviderId],
    (days, whole): (&[(NaiveDate, Span)], Span),
    without: &[AppointmentId],
    now: DateTime<Utc>,
) -> Result<Vec<LoadedDay>, Fault> {
    let rooms = rooms_of(scope);
    let resources: Vec<i64> =
        providers.iter().map(|id| id.number()).chain(rooms.iter().map(|id| id.number())).collect();
    let taken = store::occupied(conn, &resources, whole, now)?;
    let classes = load_classes(conn, scope, whole, now)?;
    let taken = taken.into_iter().filter(|block| !block.is_of_any(without));
    let mut by_day = spread(days, taken);
    let day_of = |(index, (day, span)): (usize, &(NaiveDate, Span))| {
        let taken = by_day.get_mut(index).map(std::mem::take).unwrap_or_default();
        assemble(scope, providers, &rooms, (*day, *span), &taken, &classes)
    };
    Ok(days.iter().enumerate().map(day_of).collect())
}

/// The calendar of one day.
pub(super) fn load_day(conn: &mut Conn, scope: &Scope<'_>, now: DateTime<Utc>) -> Result<LoadedDay, Fault> {
    let day = load_days(conn, scope, now)?.pop();
    day.ok_or_else(|| Fault::other("a calendar of no days was asked for"))
}

fn rooms_of(scope: &Scope<'_>) -> Vec<RoomId> {
    match &scope.service.room_kind {
        Some(kind) => scope.catalog.rooms_of_kind(scope.location.id, kind).map(|room| room.id).collect(),
        None => Vec::new(),
    }
}

/// From the first day's start to the last day's end, with room for buffers on both sides.
fn reach(days: &[(NaiveDate, Span)]) -> Option<Span> {
    let (_, first) = days.first()?;
    let (_, last) = days.last()?;
    Span::new(earlier(first.starts_at(), BUFFER_MINUTES_MAX), later(last.ends_at(), BUFFER_MINUTES_MAX)).ok()
}

fn load_classes(conn: &mut Conn, scope: &Scope<'_>, whole: Span, now: DateTime<Utc>) -> Result<Vec<OpenClass>, Fault> {
    if scope.service.rules.capacity <= 1 {
        return Ok(Vec::new());
    }
    store::open_classes(conn, scope.service.id, scope.location.id, whole, now)
}

/// Puts what is taken beside each day it could matter to; both are in order of time.
fn spread(days: &[(NaiveDate, Span)], taken: impl Iterator<Item = Occupied>) -> Vec<Vec<Occupied>> {
    let mut by_day: Vec<Vec<Occupied>> = days.iter().map(|_| Vec::new()).collect();
    for block in taken {
        let first = days.partition_point(|(_, day)| later(day.ends_at(), BUFFER_MINUTES_MAX) <= block.starts_at);
        for (place, (_, day)) in by_day.iter_mut().zip(days).skip(first) {
            if block.ends_at <= earlier(day.starts_at(), BUFFER_MINUTES_MAX) {
                break;
            }
            place.push(block.clone());
        }
    }
    by_day
}

fn assemble(
    scope: &Scope<'_>,
    providers: &[ProviderId],
    rooms: &[RoomId],
    (day, span): (NaiveDate, Span),
    taken: &[Occupied],
    classes: &[OpenClass],
) -> LoadedDay {
    let mut by_resource: HashMap<i64, Vec<&Occupied>> = HashMap::new();
    for block in taken {
        by_resource.entry(block.resource).or_default().push(block);
    }
    let busy = |resource: i64| -> SpanSet {
        let blocks = by_resource.get(&resource).into_iter().flatten();
        blocks.filter_map(|block| Span::new(block.starts_at, block.ends_at).ok()).collect()
    };
    let booked_count = |resource: i64| -> u32 {
        let blocks = by_resource.get(&resource).into_iter().flatten();
        let today = blocks.filter(|block| span.contains(block.starts_at)).filter_map(|block| block.appointment());
        u32::try_from(today.collect::<HashSet<_>>().len()).unwrap_or(u32::MAX)
    };
    let provider_day = |id: &ProviderId| ProviderDay {
        provider: *id,
        duration_minutes: scope.catalog.duration_minutes(scope.service, *id),
        working: hours::working_spans(
            hours_of(scope, *id),
            scope.catalog.closures_of(scope.location.id),
            day,
            scope.location.zone,
        ),
        busy: busy(id.number()),
        booked_count: booked_count(id.number()),
    };
    let of_day = |class: &&OpenClass| span.contains(class.starts_at) && Some(class.appointment) != scope.ignoring;
    LoadedDay {
        changes_at: taken.iter().filter_map(|block| block.held_until).min(),
        calendar: DayCalendar {
            day,
            zone: scope.location.zone,
            providers: providers.iter().map(provider_day).collect(),
            rooms: rooms.iter().map(|id| RoomDay { room: *id, busy: busy(id.number()) }).collect(),
            classes: classes.iter().filter(of_day).cloned().collect(),
        },
    }
}

static NEVER_WORKS: ProviderHours =
    ProviderHours { weekly: Vec::new(), exceptions: Vec::new(), time_off: Vec::new(), leaves_on: None };

fn hours_of<'a>(scope: &Scope<'a>, provider: ProviderId) -> &'a ProviderHours {
    scope.catalog.hours.get(&(provider, scope.location.id)).unwrap_or(&NEVER_WORKS)
}

/// The day before and after, for callers that look around a date.
pub(super) fn neighbours(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let before = day.checked_sub_days(Days::new(1)).unwrap_or(day);
    let after = day.checked_add_days(Days::new(1)).unwrap_or(day);
    (before, after)
}
