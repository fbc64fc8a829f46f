//! Series, their instances and exceptions.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::preview::Trouble;
use crate::db::schema::{appointments, bookings, clients, messages, providers, series, series_exceptions, services};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::{AppointmentId, BookingId, ClientId, LocationId, ProviderId, SeriesId, ServiceId};
use crate::domain::recurrence::{End, Rule};
use crate::domain::time;

/// Instances of one series that are read: years of daily ones.
const INSTANCES_MAX: i64 = 4_000;

/// The last local day of a series that needs no extending any more.
pub(super) const fn finished() -> NaiveDate {
    match NaiveDate::from_ymd_opt(9999, 12, 31) {
        Some(day) => day,
        None => NaiveDate::MAX,
    }
}

/// One series.
#[derive(Debug, Clone)]
pub struct Series {
    /// Which.
    pub id: SeriesId,
    /// What people read out.
    pub reference: String,
    /// Who comes.
    pub client: ClientId,
    /// Which service.
    pub service: ServiceId,
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// Where.
    pub location: LocationId,
    /// How many people come.
    pub party: u16,
    /// The rule.
    pub rule: Rule,
    /// The zone of its place.
    pub zone: Tz,
    /// The first date on the wall clock.
    pub start: NaiveDateTime,
    /// The last local day up to which instances were made.
    pub extended_to: NaiveDate,
    /// The language in which the client is written to.
    pub language: String,
    /// What the client wrote for the clinic.
    pub note: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// Rises with its dates; the SEQUENCE of its calendar entry.
    pub schedule_version: i32,
    /// Rises when its links are revoked.
    pub link_generation: i32,
    /// Rises with every change.
    pub row_version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was given up as a whole.
    pub ended_at: Option<DateTime<Utc>>,
    /// The series that took over from here.
    pub continued_by: Option<SeriesId>,
}

impl Series {
    /// Whether dates are still to be booked for it.
    pub fn grows(&self) -> bool {
        self.ended_at.is_none() && self.extended_to < finished()
    }
}

type SeriesRow = (
    (i64, String, i64, i64, Option<i64>, i64, i32),
    (String, String, NaiveDateTime, NaiveDate),
    (String, String, Option<String>),
    (i32, i32, i64, NaiveDateTime, Option<NaiveDateTime>, Option<i64>),
);

/// One series, or none when it is unknown.
pub fn series(conn: &mut Conn, id: SeriesId) -> Result<Option<Series>, Fault> {
    let row: Option<SeriesRow> = series::table
        .find(id.get())
        .select((
            (
                series::id,
                series::reference,
                series::client_id,
                series::service_id,
                series::provider_id,
                series::location_id,
                series::party,
            ),
            (series::rule, series::zone, series::local_start, series::extended_to),
            (series::language, series::note, series::source),
            (
                series::schedule_version,
                series::link_generation,
                series::row_version,
                series::created_at,
                series::ended_at,
                series::continued_by_id,
            ),
        ))
        .first(conn)
        .optional()?;
    row.map(series_of).transpose()
}

fn series_of((who, when, said, versions): SeriesRow) -> Result<Series, Fault> {
    let (id, reference, client, service, provider, location, party) = who;
    let (rule, zone, start, extended_to) = when;
    let (schedule_version, link_generation, row_version, created_at, ended_at, continued_by) = versions;
    let (language, note, source) = said;
    let zone = time::zone_named(&zone).map_err(|error| Fault::corrupt("series", "zone", id, error))?;
    let rule = Rule::parse(&rule, start, zone).map_err(|error| Fault::corrupt("series", "rule", id, error))?;
    let party = u16::try_from(party).map_err(|error| Fault::corrupt("series", "party", id, error))?;
    Ok(Series {
        id: SeriesId::new(id),
        reference,
        client: ClientId::new(client),
        service: ServiceId::new(service),
        provider: provider.map(ProviderId::new),
        location: LocationId::new(location),
        party,
        rule,
        zone,
        start,
        extended_to,
        language,
        note,
        source,
        schedule_version,
        link_generation,
        row_version,
        created_at: created_at.and_utc(),
        ended_at: ended_at.map(|at| at.and_utc()),
        continued_by: continued_by.map(SeriesId::new),
    })
}

/// A series that is about to be made.
pub(super) struct NewSeries<'a> {
    pub id: SeriesId,
    pub reference: String,
    pub client: ClientId,
    pub service: ServiceId,
    pub provider: Option<ProviderId>,
    pub location: LocationId,
    pub party: u16,
    pub rule: &'a Rule,
    pub zone: Tz,
    pub start: NaiveDateTime,
    pub extended_to: NaiveDate,
    pub language: &'a str,
    pub note: &'a str,
    pub source: Option<&'a str>,
    pub actor: Actor,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &NewSeries<'_>) -> Result<(), Fault> {
    let staff = match new.actor {
        Actor::Staff(user) => Some(user.get()),
        Actor::Client | Actor::System => None,
    };
    diesel::insert_into(series::table)
        .values((
            series::id.eq(new.id.get()),
            series::reference.eq(&new.reference),
            series::client_id.eq(new.client.get()),
            series::service_id.eq(new.service.get()),
            series::provider_id.eq(new.provider.map(ProviderId::get)),
            series::location_id.eq(new.location.get()),
            series::party.eq(i32::from(new.party)),
            series::rule.eq(new.rule.to_string()),
            series::zone.eq(new.zone.name()),
            series::local_start.eq(new.start),
            series::open_ended.eq(new.rule.end == End::Never),
            series::extended_to.eq(new.extended_to),
            series::language.eq(new.language),
            series::note.eq(new.note),
            series::source.eq(new.source),
            series::created_at.eq(tx.now_naive()),
            series::created_by.eq(new.actor.as_str()),
            series::staff_user_id.eq(staff),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What changes of a series as a whole.
pub(super) struct Rewritten<'a> {
    pub rule: &'a Rule,
    pub start: NaiveDateTime,
    pub provider: Option<ProviderId>,
    pub extended_to: NaiveDate,
    /// By whom it was given up, when it was.
    pub ended_by: Option<Actor>,
    pub continued_by: Option<SeriesId>,
}

/// Writes a new version, unless somebody changed the series since it was read; answers whether it was written.
pub(super) fn rewrite(tx: &mut Tx<'_>, before: &Series, new: &Rewritten<'_>) -> Result<bool, Fault> {
    let unchanged =
        series::table.filter(series::id.eq(before.id.get())).filter(series::row_version.eq(before.row_version));
    let changed = diesel::update(unchanged)
        .set((
            series::rule.eq(new.rule.to_string()),
            series::local_start.eq(new.start),
            series::provider_id.eq(new.provider.map(ProviderId::get)),
            series::open_ended.eq(new.rule.end == End::Never),
            series::extended_to.eq(new.extended_to),
            series::ended_at.eq(new.ended_by.map(|_| tx.now_naive())),
            series::ended_by.eq(new.ended_by.map(Actor::as_str)),
            series::continued_by_id.eq(new.continued_by.map(SeriesId::get)),
            series::schedule_version.eq(series::schedule_version + 1),
            series::row_version.eq(series::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Another version of the same dates: a date was settled or came to nothing.
pub(super) fn raise(tx: &mut Tx<'_>, id: SeriesId) -> Result<(), Fault> {
    diesel::update(series::table.find(id.get()))
        .set((
            series::schedule_version.eq(series::schedule_version + 1),
            series::row_version.eq(series::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Raises the version by what instances take along that leave the series, so that its SEQUENCE never falls.
pub(super) fn raise_by(tx: &mut Tx<'_>, id: SeriesId, versions: i32) -> Result<(), Fault> {
    diesel::update(series::table.find(id.get()))
        .set(series::schedule_version.eq(series::schedule_version + versions))
        .execute(tx.conn)?;
    Ok(())
}

/// The versions of the instances from a slot on, added up.
pub(super) fn versions_from(conn: &mut Conn, id: SeriesId, from: NaiveDateTime) -> Result<i32, Fault> {
    let versions: Vec<i32> = bookings::table
        .filter(bookings::series_id.eq(id.get()))
        .filter(bookings::series_slot.ge(from))
        .select(bookings::schedule_version)
        .load(conn)?;
    Ok(versions.into_iter().sum())
}

/// Says up to which day instances were made, unless somebody else did meanwhile; answers whether it was written.
pub(super) fn extend_to(tx: &mut Tx<'_>, before: &Series, day: NaiveDate) -> Result<bool, Fault> {
    let unchanged =
        series::table.filter(series::id.eq(before.id.get())).filter(series::row_version.eq(before.row_version));
    let changed = diesel::update(unchanged)
        .set((series::extended_to.eq(day), series::row_version.eq(series::row_version + 1)))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Series of a service whose instances end before `day`, those that end first on top.
pub(super) fn behind(conn: &mut Conn, service: ServiceId, day: NaiveDate, limit: i64) -> Result<Vec<SeriesId>, Fault> {
    let ids: Vec<i64> = series::table
        .filter(series::service_id.eq(service.get()))
        .filter(series::ended_at.is_null())
        .filter(series::extended_to.lt(day))
        .order((series::extended_to, series::id))
        .limit(limit)
        .select(series::id)
        .load(conn)?;
    Ok(ids.into_iter().map(SeriesId::new).collect())
}

/// A booking of a series.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The booking.
    pub booking: BookingId,
    /// The wall time the rule gave it.
    pub slot: NaiveDateTime,
    /// Where it stands.
    pub status: BookingStatus,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Its appointment.
    pub appointment: AppointmentId,
    /// With whom.
    pub provider: ProviderId,
    /// The name.
    pub provider_name: String,
    /// Where.
    pub location: LocationId,
    /// Rises with its time and place.
    pub schedule_version: i32,
    /// Rises when its links are revoked.
    pub link_generation: i32,
    /// How long before the start the client may cancel, as agreed.
    pub cancel_notice_minutes: u32,
}

impl Instance {
    /// Whether it takes place at another time than the rule says.
    pub fn was_moved(&self, zone: Tz) -> bool {
        time::local(self.starts_at, zone) != self.slot
    }

    /// Whether it belongs in the client's calendar: to come, under way, or done.
    pub const fn stands(&self) -> bool {
        !self.status.gave_seat_back()
    }
}

type InstanceRow = ((i64, NaiveDateTime, String, i32, i32, i32), (i64, NaiveDateTime, NaiveDateTime, i64, i64), String);

/// The bookings of a series in order of their slots; of a slot that was booked twice the one that stands.
pub fn instances(conn: &mut Conn, id: SeriesId) -> Result<Vec<Instance>, Fault> {
    let rows: Vec<InstanceRow> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table))
        .filter(bookings::series_id.eq(id.get()))
        .filter(bookings::series_slot.is_not_null())
        .order((bookings::series_slot, bookings::id))
        .limit(INSTANCES_MAX)
        .select((
            (
                bookings::id,
                bookings::series_slot.assume_not_null(),
                bookings::status,
                bookings::schedule_version,
                bookings::link_generation,
                bookings::cancel_notice_minutes,
            ),
            (
                appointments::id,
                appointments::starts_at,
                appointments::ends_at,
                appointments::provider_id,
                appointments::location_id,
            ),
            providers::name,
        ))
        .load(conn)?;
    let mut found: Vec<Instance> = Vec::with_capacity(rows.len());
    for (booking, block, provider_name) in rows {
        let (id, slot, status, schedule_version, link_generation, notice) = booking;
        let (appointment, starts_at, ends_at, provider, location) = block;
        let status = BookingStatus::parse(&status);
        let instance = Instance {
            booking: BookingId::new(id),
            slot,
            status: status.ok_or_else(|| Fault::corrupt("bookings", "status", id, "unknown status"))?,
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            appointment: AppointmentId::new(appointment),
            provider: ProviderId::new(provider),
            provider_name,
            location: LocationId::new(location),
            schedule_version,
            link_generation,
            cancel_notice_minutes: u32::try_from(notice).unwrap_or(0),
        };
        match found.last_mut().filter(|last| last.slot == slot) {
            Some(last) if instance.stands() => *last = instance,
            Some(_) => {}
            None => found.push(instance),
        }
    }
    Ok(found)
}

/// Makes a booking an instance; a message about the whole series tells the client of it.
pub(super) fn adopt(tx: &mut Tx<'_>, booking: BookingId, id: SeriesId, slot: NaiveDateTime) -> Result<(), Fault> {
    diesel::update(bookings::table.find(booking.get()))
        .set((
            bookings::series_id.eq(id.get()),
            bookings::series_slot.eq(slot),
            bookings::told_version.eq(bookings::schedule_version),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The next version of a booking is told of by a message about the whole series.
pub(super) fn told_by_series(tx: &mut Tx<'_>, booking: BookingId) -> Result<(), Fault> {
    diesel::update(bookings::table.find(booking.get()))
        .set(bookings::told_version.eq(bookings::schedule_version + 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Which series a booking is an instance of, and its slot.
pub fn slot_of_booking(conn: &mut Conn, booking: BookingId) -> Result<Option<(SeriesId, NaiveDateTime)>, Fault> {
    let row: Option<(Option<i64>, Option<NaiveDateTime>)> = bookings::table
        .find(booking.get())
        .select((bookings::series_id, bookings::series_slot))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(id, slot)| Some((SeriesId::new(id?), slot?))))
}

/// Why a date of the rule has no booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionKind {
    /// On purpose.
    LeftOut,
    /// It could not be booked.
    Unbookable,
}

impl ExceptionKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::LeftOut => "left_out",
            Self::Unbookable => "unbookable",
        }
    }
}

/// A date of the rule without a booking.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Which date.
    pub slot: NaiveDateTime,
    /// On purpose or by force.
    pub kind: ExceptionKind,
    /// What stood in the way.
    pub why: Option<Trouble>,
    /// Whether nobody needs to look at it any more.
    pub is_settled: bool,
}

type ExceptionRow = (NaiveDateTime, String, Option<String>, Option<NaiveDateTime>);

fn exception_of((slot, kind, why, settled): ExceptionRow) -> Exception {
    Exception {
        slot,
        kind: if kind == "unbookable" { ExceptionKind::Unbookable } else { ExceptionKind::LeftOut },
        why: why.as_deref().and_then(Trouble::parse),
        is_settled: settled.is_some(),
    }
}

/// The exceptions of a series in order.
pub fn exceptions(conn: &mut Conn, id: SeriesId) -> Result<Vec<Exception>, Fault> {
    let rows: Vec<ExceptionRow> = series_exceptions::table
        .filter(series_exceptions::series_id.eq(id.get()))
        .order(series_exceptions::slot)
        .limit(INSTANCES_MAX)
        .select((
            series_exceptions::slot,
            series_exceptions::kind,
            series_exceptions::why,
            series_exceptions::settled_at,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(exception_of).collect())
}

/// Keeps that a date has no booking; a second time changes nothing.
pub(super) fn except(
    tx: &mut Tx<'_>,
    id: SeriesId,
    slot: NaiveDateTime,
    kind: ExceptionKind,
    why: Option<Trouble>,
) -> Result<(), Fault> {
    let known: i64 = series_exceptions::table.find((id.get(), slot)).count().get_result(tx.conn)?;
    if known > 0 {
        return Ok(());
    }
    diesel::insert_into(series_exceptions::table)
        .values((
            series_exceptions::series_id.eq(id.get()),
            series_exceptions::slot.eq(slot),
            series_exceptions::kind.eq(kind.as_str()),
            series_exceptions::why.eq(why.map(Trouble::as_str)),
            series_exceptions::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Somebody settled a date; answers false when it was settled before or never open.
pub(super) fn settle(tx: &mut Tx<'_>, id: SeriesId, slot: NaiveDateTime, actor: Actor) -> Result<bool, Fault> {
    let staff = match actor {
        Actor::Staff(user) => Some(user.get()),
        Actor::Client | Actor::System => None,
    };
    let open = series_exceptions::table
        .filter(series_exceptions::series_id.eq(id.get()))
        .filter(series_exceptions::slot.eq(slot))
        .filter(series_exceptions::kind.eq("unbookable"))
        .filter(series_exceptions::settled_at.is_null());
    let changed = diesel::update(open)
        .set((series_exceptions::settled_at.eq(tx.now_naive()), series_exceptions::settled_by.eq(staff)))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Nobody needs to look at the dates from `from` on any more.
pub(super) fn settle_from(tx: &mut Tx<'_>, id: SeriesId, from: NaiveDateTime) -> Result<(), Fault> {
    let open = series_exceptions::table
        .filter(series_exceptions::series_id.eq(id.get()))
        .filter(series_exceptions::slot.ge(from))
        .filter(series_exceptions::settled_at.is_null());
    diesel::update(open).set(series_exceptions::settled_at.eq(tx.now_naive())).execute(tx.conn)?;
    Ok(())
}

/// Moves instances and exceptions to the slots (and the series) of a changed rule.
///
/// All leave their old names before any takes a new one, because the new name of one may be the old one of another.
pub(super) fn rename_slots(
    tx: &mut Tx<'_>,
    from: SeriesId,
    to: SeriesId,
    pairs: &[(NaiveDateTime, NaiveDateTime)],
) -> Result<(), Fault> {
    let mut instances: Vec<(i64, NaiveDateTime)> = Vec::new();
    type Kept = (String, Option<String>, NaiveDateTime, Option<NaiveDateTime>, Option<i64>);
    let mut kept: Vec<(NaiveDateTime, Kept)> = Vec::new();
    for (old, new) in pairs {
        let of_slot = bookings::table
            .filter(bookings::series_id.eq(from.get()))
            .filter(bookings::series_slot.eq(*old))
            .order(bookings::id);
        let ids: Vec<i64> = of_slot.select(bookings::id).load(tx.conn)?;
        instances.extend(ids.into_iter().map(|id| (id, *new)));
        let row: Option<Kept> = series_exceptions::table
            .find((from.get(), *old))
            .select((
                series_exceptions::kind,
                series_exceptions::why,
                series_exceptions::created_at,
                series_exceptions::settled_at,
                series_exceptions::settled_by,
            ))
            .first(tx.conn)
            .optional()?;
        if let Some(row) = row {
            diesel::delete(series_exceptions::table.find((from.get(), *old))).execute(tx.conn)?;
            kept.push((*new, row));
        }
    }
    for (booking, slot) in instances {
        diesel::update(bookings::table.find(booking))
            .set((bookings::series_id.eq(to.get()), bookings::series_slot.eq(slot)))
            .execute(tx.conn)?;
    }
    for (slot, (kind, why, created_at, settled_at, settled_by)) in kept {
        diesel::insert_into(series_exceptions::table)
            .values((
                series_exceptions::series_id.eq(to.get()),
                series_exceptions::slot.eq(slot),
                series_exceptions::kind.eq(kind),
                series_exceptions::why.eq(why),
                series_exceptions::created_at.eq(created_at),
                series_exceptions::settled_at.eq(settled_at),
                series_exceptions::settled_by.eq(settled_by),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// A date on the worklist.
#[derive(Debug, Clone)]
pub struct Gap {
    /// Whose series.
    pub series: SeriesId,
    /// Which date.
    pub slot: NaiveDateTime,
    /// What stood in the way.
    pub why: Option<Trouble>,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    /// Who was to come.
    pub client: ClientId,
    /// The name.
    pub client_name: String,
    /// The phone number.
    pub client_phone: Option<String>,
    /// For what.
    pub service_name: String,
}

/// Dates that could not be booked and that nobody has settled, the first date on top.
pub fn gaps(conn: &mut Conn, after: NaiveDateTime, limit: i64) -> Result<Vec<Gap>, Fault> {
    type Row = (i64, NaiveDateTime, Option<String>, NaiveDateTime, (i64, String, String, Option<String>), String);
    let rows: Vec<Row> = series_exceptions::table
        .inner_join(series::table.inner_join(clients::table).inner_join(services::table))
        .filter(series_exceptions::kind.eq("unbookable"))
        .filter(series_exceptions::settled_at.is_null())
        .filter(series_exceptions::slot.ge(after))
        .order((series_exceptions::slot, series_exceptions::series_id))
        .limit(limit)
        .select((
            series_exceptions::series_id,
            series_exceptions::slot,
            series_exceptions::why,
            series_exceptions::created_at,
            (clients::id, clients::first_name, clients::last_name, clients::phone),
            services::name,
        ))
        .load(conn)?;
    let gap = |(id, slot, why, since, client, service_name): Row| Gap {
        series: SeriesId::new(id),
        slot,
        why: why.as_deref().and_then(Trouble::parse),
        since: since.and_utc(),
        client: ClientId::new(client.0),
        client_name: format!("{} {}", client.1, client.2),
        client_phone: client.3,
        service_name,
    };
    Ok(rows.into_iter().map(gap).collect())
}

/// From which wall time on dates matter to the worklist: today on the westernmost clock.
pub fn gaps_from(now: DateTime<Utc>) -> NaiveDateTime {
    (now - chrono::TimeDelta::hours(12)).naive_utc()
}

/// How many dates wait on the worklist.
pub fn gaps_open(conn: &mut Conn, after: NaiveDateTime) -> Result<i64, Fault> {
    Ok(series_exceptions::table
        .filter(series_exceptions::kind.eq("unbookable"))
        .filter(series_exceptions::settled_at.is_null())
        .filter(series_exceptions::slot.ge(after))
        .count()
        .get_result(conn)?)
}

/// Whether the client's mail that the series is booked has left, or is leaving.
pub(super) fn was_announced(conn: &mut Conn, id: SeriesId) -> Result<bool, Fault> {
    let left: i64 = messages::table
        .filter(messages::series_id.eq(id.get()))
        .filter(messages::kind.eq("series_booked"))
        .filter(messages::state.eq_any(["sent", "leased", "uncertain"]))
        .count()
        .get_result(conn)?;
    Ok(left > 0)
}
