//! The addresses, and what stands in a calendar.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Feed, FeedOwner};
use crate::db::schema::{appointments, bookings, calendar_feeds as feeds, clients, locations, providers, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{AppointmentId, BookingId, ClientId, FeedId, ProviderId};
use crate::domain::span::Span;

type FeedRow = (i64, Option<i64>, Option<i64>, NaiveDateTime);

pub(super) fn live_feed(conn: &mut Conn, id: FeedId) -> Result<Option<Feed>, Fault> {
    let row: Option<FeedRow> = feeds::table
        .find(id.get())
        .filter(feeds::revoked_at.is_null())
        .select((feeds::id, feeds::provider_id, feeds::client_id, feeds::created_at))
        .first(conn)
        .optional()?;
    let Some(feed) = row.and_then(feed) else { return Ok(None) };
    let is_here: i64 = match feed.owner {
        FeedOwner::Provider(id) => {
            providers::table.find(id.get()).filter(providers::archived_at.is_null()).count().get_result(conn)?
        }
        FeedOwner::Client(id) => clients::table
            .find(id.get())
            .filter(clients::archived_at.is_null())
            .filter(clients::merged_into_id.is_null())
            .count()
            .get_result(conn)?,
    };
    Ok((is_here > 0).then_some(feed))
}

pub(super) fn live_feed_of(conn: &mut Conn, owner: FeedOwner) -> Result<Option<Feed>, Fault> {
    let live = feeds::table
        .filter(feeds::revoked_at.is_null())
        .order(feeds::id.desc())
        .select((feeds::id, feeds::provider_id, feeds::client_id, feeds::created_at))
        .into_boxed();
    let own = match owner {
        FeedOwner::Provider(id) => live.filter(feeds::provider_id.eq(id.get())),
        FeedOwner::Client(id) => live.filter(feeds::client_id.eq(id.get())),
    };
    let row: Option<FeedRow> = own.first(conn).optional()?;
    Ok(row.and_then(feed))
}

fn feed((id, provider, client, created_at): FeedRow) -> Option<Feed> {
    let provider = provider.map(|id| FeedOwner::Provider(ProviderId::new(id)));
    let owner = provider.or_else(|| client.map(|id| FeedOwner::Client(ClientId::new(id))))?;
    Some(Feed { id: FeedId::new(id), owner, created_at: created_at.and_utc() })
}

pub(super) fn insert(tx: &mut Tx<'_>, owner: FeedOwner) -> Result<FeedId, Fault> {
    let id: FeedId = tx.new_id();
    let (provider, client) = match owner {
        FeedOwner::Provider(id) => (Some(id.get()), None),
        FeedOwner::Client(id) => (None, Some(id.get())),
    };
    diesel::insert_into(feeds::table)
        .values((
            feeds::id.eq(id.get()),
            feeds::provider_id.eq(provider),
            feeds::client_id.eq(client),
            feeds::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub(super) fn revoke(tx: &mut Tx<'_>, owner: FeedOwner) -> Result<(), Fault> {
    let now = Some(tx.now_naive());
    let live = feeds::table.filter(feeds::revoked_at.is_null());
    match owner {
        FeedOwner::Provider(id) => diesel::update(live.filter(feeds::provider_id.eq(id.get())))
            .set(feeds::revoked_at.eq(now))
            .execute(tx.conn)?,
        FeedOwner::Client(id) => diesel::update(live.filter(feeds::client_id.eq(id.get())))
            .set(feeds::revoked_at.eq(now))
            .execute(tx.conn)?,
    };
    Ok(())
}

/// One block of a calendar.
#[derive(Debug, Clone)]
pub struct FeedEntry {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The booking and its reference; nothing where several stand in one appointment.
    pub booking: Option<(BookingId, String)>,
    /// Whether it waits for an answer.
    pub is_requested: bool,
    /// The SEQUENCE of the entry.
    pub schedule_version: i32,
    /// How many bookings it holds.
    pub bookings: usize,
    /// From when to when.
    pub span: Span,
    /// When it was booked: it does not change as long as the entry does not.
    pub written_at: DateTime<Utc>,
    /// Where.
    pub place: String,
}

/// Longer calendars are cut at their far end.
const ENTRIES_MAX: i64 = 2_000;

/// Live statuses and those of visits that took place.
const SHOWN: [BookingStatus; 5] = [
    BookingStatus::Requested,
    BookingStatus::Booked,
    BookingStatus::Arrived,
    BookingStatus::InProgress,
    BookingStatus::Completed,
];

#[derive(Queryable)]
struct EntryRow {
    booking: (i64, String, String, i32, NaiveDateTime),
    block: (i64, NaiveDateTime, NaiveDateTime),
    place: (String, String, String),
}

/// What stands in an owner's calendar from `from` on, the earliest first.
pub fn entries(conn: &mut Conn, owner: FeedOwner, from: DateTime<Utc>) -> Result<Vec<FeedEntry>, Fault> {
    let shown = bookings::table
        .inner_join(appointments::table.inner_join(locations::table))
        .filter(bookings::status.eq_any(SHOWN.map(BookingStatus::as_str)))
        .filter(appointments::ends_at.gt(from.naive_utc()))
        .order((appointments::starts_at, appointments::id, bookings::id))
        .limit(ENTRIES_MAX)
        .select((
            (bookings::id, bookings::reference, bookings::status, bookings::schedule_version, bookings::created_at),
            (appointments::id, appointments::starts_at, appointments::ends_at),
            (locations::name, locations::street, locations::city),
        ))
        .into_boxed();
    let own = match owner {
        FeedOwner::Provider(id) => shown.filter(appointments::provider_id.eq(id.get())),
        FeedOwner::Client(id) => shown.filter(bookings::client_id.eq(id.get())),
    };
    let rows: Vec<EntryRow> = own.load(conn)?;
    let mut entries: Vec<FeedEntry> = Vec::with_capacity(rows.len());
    for row in rows {
        let entry = entry(row)?;
        match entries.last_mut().filter(|last| last.appointment == entry.appointment) {
            Some(last) => {
                last.booking = None;
                last.bookings += 1;
                last.is_requested &= entry.is_requested;
                last.schedule_version = last.schedule_version.max(entry.schedule_version);
            }
            None => entries.push(entry),
        }
    }
    Ok(entries)
}

fn entry(row: EntryRow) -> Result<FeedEntry, Fault> {
    let (booking, reference, status, schedule_version, created_at) = row.booking;
    let (appointment, starts_at, ends_at) = row.block;
    let (name, street, city) = row.place;
    let span = Span::new(starts_at.and_utc(), ends_at.and_utc())
        .map_err(|error| Fault::corrupt("appointments", "ends_at", AppointmentId::new(appointment), error))?;
    let place: Vec<String> = [name, street, city].into_iter().filter(|part| !part.trim().is_empty()).collect();
    Ok(FeedEntry {
        appointment: AppointmentId::new(appointment),
        booking: Some((BookingId::new(booking), reference)),
        is_requested: status == BookingStatus::Requested.as_str(),
        schedule_version,
        bookings: 1,
        span,
        written_at: created_at.and_utc(),
        place: place.join(", "),
    })
}

/// The language of whoever reads the calendar; empty is the clinic's.
pub(super) fn language_of(conn: &mut Conn, owner: FeedOwner) -> Result<String, Fault> {
    let found: Option<String> = match owner {
        FeedOwner::Client(id) => clients::table.find(id.get()).select(clients::language).first(conn).optional()?,
        FeedOwner::Provider(id) => staff_users::table
            .filter(staff_users::provider_id.eq(id.get()))
            .order(staff_users::id)
            .select(staff_users::language)
            .first(conn)
            .optional()?,
    };
    Ok(found.unwrap_or_default())
}
