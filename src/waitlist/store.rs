//! The tables of the waitlist.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::schema::{clients, waitlist_entries, waitlist_offers};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{
    BookingId, ClientId, HoldId, LocationId, OfferId, ProviderId, ServiceId, StaffUserId, WaitlistEntryId,
};
use crate::domain::span::Span;
use crate::domain::waitlist::{EntryStatus, OfferStatus, Turn, Weekdays, Wish};

/// More open entries of one client than the limit allows are never looked at.
const ENTRIES_OF_CLIENT_MAX: i64 = 100;
/// As many former offers of one entry are looked at; more in the future would be more than one a quarter of an hour.
const FORMER_OFFERS_MAX: i64 = 20_000;

/// Somebody who waits, with who it is.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which.
    pub id: WaitlistEntryId,
    /// Who waits.
    pub client: ClientId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// For which service.
    pub service: ServiceId,
    /// For which times.
    pub wish: Wish,
    /// Whether to call when something opens today.
    pub short_notice: bool,
    /// How it stands.
    pub status: EntryStatus,
    /// Where staff put it.
    pub position: i32,
    /// Offers that ran out since it last answered.
    pub unanswered: u32,
    /// Not offered anything before this.
    pub skipped_until: Option<DateTime<Utc>>,
    /// What it became.
    pub booking: Option<BookingId>,
    /// The language to write in.
    pub language: String,
    /// What the client wrote.
    pub note: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// Rises when its links are revoked.
    pub link_generation: i32,
    /// Rises with every change.
    pub row_version: i64,
    /// Since when it waits.
    pub created_at: DateTime<Utc>,
    /// Whether the clinic put it on the list.
    pub by_staff: bool,
    /// When it left the list.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Entry {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// What decides whose turn it is.
    pub fn turn(&self) -> Turn {
        Turn { entry: self.id, position: self.position, short_notice: self.short_notice, waits_since: self.created_at }
    }
}

/// A place kept, or that was kept, for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub id: OfferId,
    /// For whom.
    pub entry: WaitlistEntryId,
    /// What keeps it.
    pub hold: HoldId,
    /// With whom.
    pub provider: ProviderId,
    /// Where.
    pub location: LocationId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How it stands in the row; see [`OfferStatus::at`].
    pub status: OfferStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it is open.
    pub expires_at: DateTime<Utc>,
    /// When it was answered, or ended.
    pub answered_at: Option<DateTime<Utc>>,
    /// What it became.
    pub booking: Option<BookingId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = waitlist_entries)]
struct EntryRow {
    id: i64,
    client_id: i64,
    service_id: i64,
    provider_id: Option<i64>,
    location_id: Option<i64>,
    party: i32,
    first_day: NaiveDate,
    last_day: NaiveDate,
    weekdays: i32,
    from_minute: i32,
    until_minute: i32,
    short_notice: bool,
    status: String,
    position: i32,
    unanswered: i32,
    skipped_until: Option<NaiveDateTime>,
    booking_id: Option<i64>,
    language: String,
    note: String,
    source: Option<String>,
    link_generation: i32,
    row_version: i64,
    created_at: NaiveDateTime,
    created_by: String,
    ended_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct WhoRow {
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = waitlist_offers)]
struct OfferRow {
    id: i64,
    entry_id: i64,
    hold_id: i64,
    provider_id: i64,
    location_id: i64,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    status: String,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    answered_at: Option<NaiveDateTime>,
    booking_id: Option<i64>,
}

fn corrupt(column: &'static str, row: i64) -> Fault {
    Fault::corrupt("waitlist_entries", column, row, "not a value of ours")
}

fn entry_of((row, who): (EntryRow, WhoRow)) -> Result<Entry, Fault> {
    let weekdays = u8::try_from(row.weekdays).ok().and_then(Weekdays::from_bits);
    let minute = |value: i32| u32::try_from(value).unwrap_or(0);
    Ok(Entry {
        id: WaitlistEntryId::new(row.id),
        client: ClientId::new(row.client_id),
        first_name: who.first_name,
        last_name: who.last_name,
        email: who.email,
        phone: who.phone,
        service: ServiceId::new(row.service_id),
        wish: Wish {
            provider: row.provider_id.map(ProviderId::new),
            location: row.location_id.map(LocationId::new),
            party: u16::try_from(row.party).unwrap_or(u16::MAX),
            first_day: row.first_day,
            last_day: row.last_day,
            weekdays: weekdays.ok_or_else(|| corrupt("weekdays", row.id))?,
            from_minute: minute(row.from_minute),
            until_minute: minute(row.until_minute),
        },
        short_notice: row.short_notice,
        status: EntryStatus::parse(&row.status).ok_or_else(|| corrupt("status", row.id))?,
        position: row.position,
        unanswered: minute(row.unanswered),
        skipped_until: row.skipped_until.map(|until| until.and_utc()),
        booking: row.booking_id.map(BookingId::new),
        language: row.language,
        note: row.note,
        source: row.source,
        link_generation: row.link_generation,
        row_version: row.row_version,
        created_at: row.created_at.and_utc(),
        by_staff: row.created_by == "staff",
        ended_at: row.ended_at.map(|ended| ended.and_utc()),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "rows are turned into values one by one")]
fn offer_of(row: OfferRow) -> Result<Offer, Fault> {
    let status = OfferStatus::parse(&row.status);
    let wrong = || Fault::corrupt("waitlist_offers", "status", row.id, "not a value of ours");
    Ok(Offer {
        id: OfferId::new(row.id),
        entry: WaitlistEntryId::new(row.entry_id),
        hold: HoldId::new(row.hold_id),
        provider: ProviderId::new(row.provider_id),
        location: LocationId::new(row.location_id),
        starts_at: row.starts_at.and_utc(),
        ends_at: row.ends_at.and_utc(),
        status: status.ok_or_else(wrong)?,
        created_at: row.created_at.and_utc(),
        expires_at: row.expires_at.and_utc(),
        answered_at: row.answered_at.map(|at| at.and_utc()),
        booking: row.booking_id.map(BookingId::new),
    })
}

/// The entry, or nothing.
pub fn entry(conn: &mut Conn, id: WaitlistEntryId) -> Result<Option<Entry>, Fault> {
    let row: Option<(EntryRow, WhoRow)> = waitlist_entries::table
        .inner_join(clients::table)
        .filter(waitlist_entries::id.eq(id.get()))
        .select((EntryRow::as_select(), WhoRow::as_select()))
        .first(conn)
        .optional()?;
    row.map(entry_of).transpose()
}

/// What a client still waits for, the oldest first.
pub fn open_entries_of_client(conn: &mut Conn, client: ClientId) -> Result<Vec<Entry>, Fault> {
    let rows: Vec<(EntryRow, WhoRow)> = waitlist_entries::table
        .inner_join(clients::table)
        .filter(waitlist_entries::client_id.eq(client.get()))
        .filter(waitlist_entries::status.eq_any([EntryStatus::Waiting.as_str(), EntryStatus::Parked.as_str()]))
        .order((waitlist_entries::created_at, waitlist_entries::id))
        .limit(ENTRIES_OF_CLIENT_MAX)
        .select((EntryRow::as_select(), WhoRow::as_select()))
        .load(conn)?;
    rows.into_iter().map(entry_of).collect()
}

/// Who may be offered something now: waiting, not skipped, and nothing kept for him; by service, in order of the list.
pub(super) fn in_turn(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Entry>, Fault> {
    let open = waitlist_offers::table
        .filter(waitlist_offers::entry_id.eq(waitlist_entries::id))
        .filter(waitlist_offers::status.eq(OfferStatus::Open.as_str()));
    let rows: Vec<(EntryRow, WhoRow)> = waitlist_entries::table
        .inner_join(clients::table)
        .filter(waitlist_entries::status.eq(EntryStatus::Waiting.as_str()))
        .filter(waitlist_entries::skipped_until.is_null().or(waitlist_entries::skipped_until.le(now.naive_utc())))
        .filter(not(exists(open)))
        .order((waitlist_entries::position, waitlist_entries::created_at, waitlist_entries::id))
        .limit(limit)
        .select((EntryRow::as_select(), WhoRow::as_select()))
        .load(conn)?;
    rows.into_iter().map(entry_of).collect()
}

/// Whether anybody waits at all.
pub(super) fn is_anybody_waiting(conn: &mut Conn) -> Result<bool, Fault> {
    let waiting = waitlist_entries::table.filter(waitlist_entries::status.eq(EntryStatus::Waiting.as_str()));
    Ok(diesel::select(exists(waiting)).get_result(conn)?)
}

/// Everybody who waits for a service with where staff put them, in order of the list.
pub(super) fn order_of(conn: &mut Conn, service: ServiceId, limit: i64) -> Result<Vec<(WaitlistEntryId, i32)>, Fault> {
    let rows: Vec<(i64, i32)> = waitlist_entries::table
        .filter(waitlist_entries::service_id.eq(service.get()))
        .filter(waitlist_entries::status.eq_any([EntryStatus::Waiting.as_str(), EntryStatus::Parked.as_str()]))
        .order((waitlist_entries::position, waitlist_entries::created_at, waitlist_entries::id))
        .limit(limit)
        .select((waitlist_entries::id, waitlist_entries::position))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, position)| (WaitlistEntryId::new(id), position)).collect())
}

/// Which entries staff look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one service only.
    pub service: Option<ServiceId>,
    /// Of one client only.
    pub client: Option<ClientId>,
}

/// An entry of the staff's list with what is kept for it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Who waits.
    pub entry: Entry,
    /// What is kept.
    pub offer: Option<Offer>,
}

/// Everybody on the list, by service and in order of the list; the first `limit`.
pub fn listed(conn: &mut Conn, filter: Filter, limit: i64) -> Result<Vec<Listed>, Fault> {
    let mut query = waitlist_entries::table
        .inner_join(clients::table)
        .filter(waitlist_entries::status.eq_any([EntryStatus::Waiting.as_str(), EntryStatus::Parked.as_str()]))
        .into_boxed();
    if let Some(service) = filter.service {
        query = query.filter(waitlist_entries::service_id.eq(service.get()));
    }
    if let Some(client) = filter.client {
        query = query.filter(waitlist_entries::client_id.eq(client.get()));
    }
    let rows: Vec<(EntryRow, WhoRow)> = query
        .order((
            waitlist_entries::service_id,
            waitlist_entries::position,
            waitlist_entries::created_at,
            waitlist_entries::id,
        ))
        .limit(limit)
        .select((EntryRow::as_select(), WhoRow::as_select()))
        .load(conn)?;
    let entries = rows.into_iter().map(entry_of).collect::<Result<Vec<_>, _>>()?;
    let mut open: HashMap<WaitlistEntryId, Offer> = HashMap::new();
    let rows: Vec<OfferRow> = waitlist_offers::table
        .filter(waitlist_offers::status.eq(OfferStatus::Open.as_str()))
        .order(waitlist_offers::id)
        .limit(limit)
        .select(OfferRow::as_select())
        .load(conn)?;
    for row in rows {
        let offer = offer_of(row)?;
        open.insert(offer.entry, offer);
    }
    Ok(entries
        .into_iter()
        .map(|entry| {
            let offer = open.remove(&entry.id);
            Listed { entry, offer }
        })
        .collect())
}

/// An entry that is about to be written.
pub(super) struct NewEntry<'a> {
    pub id: WaitlistEntryId,
    pub client: ClientId,
    pub service: ServiceId,
    pub wish: &'a Wish,
    pub short_notice: bool,
    pub language: &'a str,
    pub note: &'a str,
    pub source: Option<&'a str>,
    pub actor: Actor,
}

pub(super) fn insert_entry(tx: &mut Tx<'_>, new: &NewEntry<'_>) -> Result<(), Fault> {
    let wish = new.wish;
    let minute = |value: u32| i32::try_from(value).unwrap_or(0);
    diesel::insert_into(waitlist_entries::table)
        .values((
            waitlist_entries::id.eq(new.id.get()),
            waitlist_entries::client_id.eq(new.client.get()),
            waitlist_entries::service_id.eq(new.service.get()),
            waitlist_entries::provider_id.eq(wish.provider.map(ProviderId::get)),
            waitlist_entries::location_id.eq(wish.location.map(LocationId::get)),
            waitlist_entries::party.eq(i32::from(wish.party)),
            waitlist_entries::first_day.eq(wish.first_day),
            waitlist_entries::last_day.eq(wish.last_day),
            waitlist_entries::weekdays.eq(i32::from(wish.weekdays.bits())),
            waitlist_entries::from_minute.eq(minute(wish.from_minute)),
            waitlist_entries::until_minute.eq(minute(wish.until_minute)),
            waitlist_entries::short_notice.eq(new.short_notice),
            waitlist_entries::status.eq(EntryStatus::Waiting.as_str()),
            waitlist_entries::language.eq(new.language),
            waitlist_entries::note.eq(new.note),
            waitlist_entries::source.eq(new.source),
            waitlist_entries::created_at.eq(tx.now_naive()),
            waitlist_entries::created_by.eq(new.actor.as_str()),
            waitlist_entries::staff_user_id.eq(new.actor.staff_user().map(StaffUserId::get)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes an open entry off the list; answers false when it was off already.
pub(super) fn end_entry(
    tx: &mut Tx<'_>,
    id: WaitlistEntryId,
    status: EntryStatus,
    booking: Option<BookingId>,
) -> Result<bool, Fault> {
    let changed = diesel::update(
        waitlist_entries::table
            .filter(waitlist_entries::id.eq(id.get()))
            .filter(waitlist_entries::status.eq_any([EntryStatus::Waiting.as_str(), EntryStatus::Parked.as_str()])),
    )
    .set((
        waitlist_entries::status.eq(status.as_str()),
        waitlist_entries::booking_id.eq(booking.map(BookingId::get)),
        waitlist_entries::ended_at.eq(tx.now_naive()),
        waitlist_entries::row_version.eq(waitlist_entries::row_version + 1),
    ))
    .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Writes how an open entry stands and how often it kept silent.
pub(super) fn set_silence(
    tx: &mut Tx<'_>,
    id: WaitlistEntryId,
    status: EntryStatus,
    unanswered: u32,
) -> Result<(), Fault> {
    diesel::update(waitlist_entries::table.find(id.get()))
        .set((
            waitlist_entries::status.eq(status.as_str()),
            waitlist_entries::unanswered.eq(i32::try_from(unanswered).unwrap_or(i32::MAX)),
            waitlist_entries::row_version.eq(waitlist_entries::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_skipped(tx: &mut Tx<'_>, id: WaitlistEntryId, until: Option<DateTime<Utc>>) -> Result<(), Fault> {
    diesel::update(waitlist_entries::table.find(id.get()))
        .set((
            waitlist_entries::skipped_until.eq(until.map(|until| until.naive_utc())),
            waitlist_entries::row_version.eq(waitlist_entries::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_position(tx: &mut Tx<'_>, id: WaitlistEntryId, position: i32) -> Result<(), Fault> {
    diesel::update(waitlist_entries::table.find(id.get()))
        .set((
            waitlist_entries::position.eq(position),
            waitlist_entries::row_version.eq(waitlist_entries::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends entries whose last day is before `day` and for which nothing is kept; answers how many.
pub(super) fn expire_entries(tx: &mut Tx<'_>, day: NaiveDate) -> Result<usize, Fault> {
    let overdue: Vec<i64> = overdue_entries(tx.conn, day)?;
    let now = tx.now_naive();
    let still_open = waitlist_entries::table
        .filter(waitlist_entries::id.eq_any(overdue))
        .filter(waitlist_entries::status.eq_any([EntryStatus::Waiting.as_str(), EntryStatus::Parked.as_str()]));
    Ok(diesel::update(still_open)
        .set((
            waitlist_entries::status.eq(EntryStatus::Expired.as_str()),
            waitlist_entries::ended_at.eq(now),
            waitlist_entries::row_version.eq(waitlist_entries::row_version + 1),
        ))
        .execute(tx.conn)?)
}

/// The entries whose last day is before `day`, as far as nothing is kept for them; the first 500.
pub(super) fn overdue_entries(conn: &mut Conn, day: NaiveDate) -> Result<Vec<i64>, Fault> {
    let open = waitlist_offers::table
        .filter(waitlist_offers::entry_id.eq(waitlist_entries::id))
        .filter(waitlist_offers::status.eq(OfferStatus::Open.as_str()));
    Ok(waitlist_entries::table
        .filter(waitlist_entries::status.eq_any([EntryStatus::Waiting.as_str(), EntryStatus::Parked.as_str()]))
        .filter(waitlist_entries::last_day.lt(day))
        .filter(not(exists(open)))
        .order(waitlist_entries::id)
        .limit(500)
        .select(waitlist_entries::id)
        .load(conn)?)
}

/// The offer, or nothing.
pub fn offer_with_id(conn: &mut Conn, id: OfferId) -> Result<Option<Offer>, Fault> {
    let row: Option<OfferRow> =
        waitlist_offers::table.find(id.get()).select(OfferRow::as_select()).first(conn).optional()?;
    row.map(offer_of).transpose()
}

/// What is kept for an entry.
pub fn open_offer_of(conn: &mut Conn, entry: WaitlistEntryId) -> Result<Option<Offer>, Fault> {
    let row: Option<OfferRow> = waitlist_offers::table
        .filter(waitlist_offers::entry_id.eq(entry.get()))
        .filter(waitlist_offers::status.eq(OfferStatus::Open.as_str()))
        .order(waitlist_offers::id)
        .select(OfferRow::as_select())
        .first(conn)
        .optional()?;
    row.map(offer_of).transpose()
}

/// What an entry was offered, the newest first.
pub fn offers_of(conn: &mut Conn, entry: WaitlistEntryId, limit: i64) -> Result<Vec<Offer>, Fault> {
    let rows: Vec<OfferRow> = waitlist_offers::table
        .filter(waitlist_offers::entry_id.eq(entry.get()))
        .order(waitlist_offers::id.desc())
        .limit(limit)
        .select(OfferRow::as_select())
        .load(conn)?;
    rows.into_iter().map(offer_of).collect()
}

/// Places to come that these entries did not want or did not answer.
pub(super) fn former_offers(
    conn: &mut Conn,
    entries: &[WaitlistEntryId],
    now: DateTime<Utc>,
) -> Result<HashMap<WaitlistEntryId, Vec<Span>>, Fault> {
    let ids: Vec<i64> = entries.iter().map(|entry| entry.get()).collect();
    let rows: Vec<(i64, NaiveDateTime, NaiveDateTime)> = waitlist_offers::table
        .filter(waitlist_offers::entry_id.eq_any(ids))
        .filter(waitlist_offers::status.eq_any([OfferStatus::Declined.as_str(), OfferStatus::Expired.as_str()]))
        .filter(waitlist_offers::ends_at.gt(now.naive_utc()))
        .order(waitlist_offers::id)
        .limit(FORMER_OFFERS_MAX)
        .select((waitlist_offers::entry_id, waitlist_offers::starts_at, waitlist_offers::ends_at))
        .load(conn)?;
    let mut found: HashMap<WaitlistEntryId, Vec<Span>> = HashMap::new();
    for (entry, starts_at, ends_at) in rows {
        if let Ok(span) = Span::new(starts_at.and_utc(), ends_at.and_utc()) {
            found.entry(WaitlistEntryId::new(entry)).or_default().push(span);
        }
    }
    Ok(found)
}

/// Offers whose time has passed, the oldest first.
pub(super) fn overdue_offers(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<OfferId>, Fault> {
    let ids: Vec<i64> = waitlist_offers::table
        .filter(waitlist_offers::status.eq(OfferStatus::Open.as_str()))
        .filter(waitlist_offers::expires_at.le(now.naive_utc()))
        .order((waitlist_offers::expires_at, waitlist_offers::id))
        .limit(limit)
        .select(waitlist_offers::id)
        .load(conn)?;
    Ok(ids.into_iter().map(OfferId::new).collect())
}

pub(super) fn insert_offer(tx: &mut Tx<'_>, offer: &Offer) -> Result<(), diesel::result::Error> {
    diesel::insert_into(waitlist_offers::table)
        .values((
            waitlist_offers::id.eq(offer.id.get()),
            waitlist_offers::entry_id.eq(offer.entry.get()),
            waitlist_offers::hold_id.eq(offer.hold.get()),
            waitlist_offers::provider_id.eq(offer.provider.get()),
            waitlist_offers::location_id.eq(offer.location.get()),
            waitlist_offers::starts_at.eq(offer.starts_at.naive_utc()),
            waitlist_offers::ends_at.eq(offer.ends_at.naive_utc()),
            waitlist_offers::status.eq(offer.status.as_str()),
            waitlist_offers::created_at.eq(offer.created_at.naive_utc()),
            waitlist_offers::expires_at.eq(offer.expires_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends an open offer; answers false when it had ended already. Only what has not run out is accepted.
pub(super) fn end_offer(
    tx: &mut Tx<'_>,
    id: OfferId,
    status: OfferStatus,
    booking: Option<BookingId>,
) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let changes = (
        waitlist_offers::status.eq(status.as_str()),
        waitlist_offers::answered_at.eq(now),
        waitlist_offers::booking_id.eq(booking.map(BookingId::get)),
    );
    let open = waitlist_offers::table
        .filter(waitlist_offers::id.eq(id.get()))
        .filter(waitlist_offers::status.eq(OfferStatus::Open.as_str()));
    let changed = match status {
        OfferStatus::Accepted => {
            diesel::update(open.filter(waitlist_offers::expires_at.gt(now))).set(changes).execute(tx.conn)?
        }
        OfferStatus::Expired => {
            diesel::update(open.filter(waitlist_offers::expires_at.le(now))).set(changes).execute(tx.conn)?
        }
        OfferStatus::Open | OfferStatus::Declined | OfferStatus::Withdrawn => {
            diesel::update(open).set(changes).execute(tx.conn)?
        }
    };
    Ok(changed == 1)
}
