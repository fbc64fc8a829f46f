//! Loads everybody who ever came, with every visit and every amount, from a few scans of whole tables.

use std::collections::HashMap;
use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rayon::prelude::*;

use super::store::population::{self as store, BookingRow, ClientRow, DueRow, LineRow, Whose, ended};
use crate::db::{Conn, Db, Fault};
use crate::domain::ids::{ClientId, LocationId, ProviderId, RecallTypeId, ServiceId};
use crate::domain::ledger::EntryKind;
use crate::domain::money::Currency;
use crate::domain::population::{
    Amount, Due, KINDS_MAX, Kind, Offered, OtherBooking, Outcome, Person, Population, Visit,
};
use crate::domain::revenue::{Account, Line};
use crate::domain::time;

const DAY_SECONDS: i64 = 86_400;
/// The first of January 1970 as chrono counts days.
const EPOCH_DAY: i32 = 719_163;
/// Changes of one zone's clocks in all the years that are looked at.
const CLOCK_CHANGES_MAX: usize = 1_000;

/// Everybody, as of `today`.
pub fn population(conn: &mut Conn, today: NaiveDate) -> Result<Population, Fault> {
    load(conn, &Whose::Everybody, today)
}

/// Only those of these numbers: a client with the aliases.
pub(super) fn population_of(conn: &mut Conn, family: &[i64], today: NaiveDate) -> Result<Population, Fault> {
    load(conn, &Whose::These(family.to_vec()), today)
}

fn load(conn: &mut Conn, whose: &Whose, today: NaiveDate) -> Result<Population, Fault> {
    let frame = Frame::load(conn, today)?;
    let clients = store::clients(conn, whose)?;
    let bookings = store::bookings(conn, whose)?;
    let appointments = match whose {
        Whose::Everybody => store::appointments(conn)?,
        Whose::These(_) => store::appointments_of(conn, &bookings)?,
    };
    let lines = store::lines(conn, whose)?;
    let dues = store::dues(conn, whose, today)?;
    Ok(assembled(frame, &clients, bookings, appointments, lines, dues))
}

/// What is loaded of bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Everything.
    Everything,
    /// Days of visits and money, which is all that figures of clients are made of; whatever did not become a visit is to come.
    FiguresOnly,
}

/// Everybody, loaded by three connections side by side. What is written meanwhile may be in one scan and not in another:
/// for whoever looks afterwards whether anything was written.
pub(super) fn population_of_all(db: &Db, today: NaiveDate, depth: Depth) -> Result<Population, Fault> {
    let everybody = &Whose::Everybody;
    let (bookings, appointments, lines) = std::thread::scope(|scope| {
        let appointments = scope.spawn(|| db.read_blocking(store::appointments));
        let lines = scope.spawn(|| db.read_blocking(|conn| store::lines(conn, everybody)));
        let bookings = db.read_blocking(|conn| match depth {
            Depth::Everything => store::bookings(conn, everybody),
            Depth::FiguresOnly => store::narrow_bookings(conn),
        });
        (bookings, joined_thread(appointments), joined_thread(lines))
    });
    let (bookings, appointments, lines) = (bookings?, appointments?, lines?);
    let (frame, clients, dues) = db.read_blocking(|conn| {
        let frame = Frame::load(conn, today)?;
        Ok((frame, store::clients(conn, everybody)?, store::dues(conn, everybody, today)?))
    })?;
    Ok(assembled(frame, &clients, bookings, appointments, lines, dues))
}

fn joined_thread<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T, Fault>>) -> Result<T, Fault> {
    thread.join().map_err(|_panic| Fault::other("a scan of a table ended unexpectedly"))?
}

fn assembled(
    frame: Frame,
    clients: &[ClientRow],
    bookings: Vec<BookingRow>,
    appointments: Vec<store::AppointmentRow>,
    lines: Vec<LineRow>,
    dues: Vec<DueRow>,
) -> Population {
    let survivors = survivors(clients);
    let parts = joined(&frame, bookings, appointments, &survivors);
    let read = lines;
    let lines = placed(&frame, &read, &parts, &survivors);
    drop(read);
    gathered(frame, clients, parts.sorted(), &lines, dues, &survivors)
}

/// What a clinic is, beside its people.
struct Frame {
    empty: Population,
    margins: Vec<i64>,
    kinds_of_services: Vec<u32>,
    services: Places,
    providers: Places,
    locations: Places,
    clocks: Vec<Clock>,
}

impl Frame {
    fn load(conn: &mut Conn, today: NaiveDate) -> Result<Self, Fault> {
        let clinic = store::clinic(conn)?;
        let services = store::services(conn)?;
        let providers = store::providers(conn)?;
        let locations = store::locations(conn)?;
        let kinds = store::kinds(conn)?;
        let currency = match &clinic {
            Some(clinic) => clinic.currency.parse().map_err(|error| Fault::corrupt("clinic", "currency", 1, error))?,
            None => Currency::Usd,
        };
        let months = clinic.and_then(|clinic| u32::try_from(clinic.lost_after_months).ok());
        let places = Places::of(services.iter().map(|service| service.id));
        let kind = |row: store::KindRow| Kind {
            id: RecallTypeId::new(row.id),
            name: row.name,
            every_days: row.every_days,
            triggers: row.triggers.iter().filter_map(|service| places.find(*service)).collect(),
        };
        let empty = Population {
            today,
            currency,
            lost_after_months: months.unwrap_or(18),
            people: Vec::new(),
            visits: Vec::new(),
            amounts: Vec::new(),
            bookings: Vec::new(),
            dues: Vec::new(),
            kinds: kinds.into_iter().take(KINDS_MAX).map(kind).collect(),
            services: services
                .iter()
                .map(|service| Offered {
                    id: ServiceId::new(service.id),
                    name: service.name.clone(),
                    usual_gap_days: service.recall_interval.as_deref().and_then(store::days_of),
                })
                .collect(),
            providers: providers.iter().map(|(id, name)| offered(ProviderId::new(*id), name)).collect(),
            locations: locations.iter().map(|(id, name, _)| offered(LocationId::new(*id), name)).collect(),
            sources: Vec::new(),
        };
        let zone = |(id, _, zone): &(i64, String, String)| {
            time::zone_named(zone).map_err(|error| Fault::corrupt("locations", "zone", id, error))
        };
        let zones = locations.iter().map(zone).collect::<Result<Vec<Tz>, Fault>>()?;
        Ok(Self {
            kinds_of_services: empty.kinds_of_services(),
            margins: services.iter().map(|service| i64::from(service.margin_basis_points)).collect(),
            services: places,
            providers: Places::of(providers.iter().map(|(id, _)| *id)),
            locations: Places::of(locations.iter().map(|(id, _, _)| *id)),
            clocks: zones.iter().map(|zone| Clock::of(*zone, today)).collect(),
            empty,
        })
    }

    /// The day at the clinic, whose clock is that of its first location.
    fn clinic_day(&self, seconds: i64) -> i32 {
        self.clocks.first().map_or(0, |clock| clock.offset(seconds)).saturating_add(seconds).div_euclid_day()
    }

    /// The day at a location, else at the clinic.
    fn day_at(&self, location: Option<u32>, seconds: i64) -> i32 {
        match location.and_then(|place| self.clocks.get(to_place(place))) {
            Some(clock) => clock.offset(seconds).saturating_add(seconds).div_euclid_day(),
            None => self.clinic_day(seconds),
        }
    }
}

fn offered<I>(id: I, name: &str) -> Offered<I> {
    Offered { id, name: name.to_owned(), usual_gap_days: None }
}

trait InDays {
    fn div_euclid_day(self) -> i32;
}

impl InDays for i64 {
    fn div_euclid_day(self) -> i32 {
        i32::try_from(self.div_euclid(DAY_SECONDS)).unwrap_or(0)
    }
}

/// Where a number stands in a list.
struct Places(Vec<(i64, u32)>);

impl Places {
    fn of(ids: impl Iterator<Item = i64>) -> Self {
        let mut places: Vec<(i64, u32)> = ids.zip(0..).collect();
        places.sort_unstable();
        Self(places)
    }

    fn find(&self, id: i64) -> Option<u32> {
        let at = self.0.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.0.get(at).map(|(_, place)| *place)
    }
}

/// The clocks of a zone: from when on they are so many seconds ahead.
struct Clock {
    zone: Tz,
    today: NaiveDate,
    steps: OnceLock<Vec<(i64, i64)>>,
}

impl Clock {
    const fn of(zone: Tz, today: NaiveDate) -> Self {
        Self { zone, today, steps: OnceLock::new() }
    }

    /// Read when first asked for: one client knows one or two places.
    fn steps(zone: Tz, today: NaiveDate) -> Vec<(i64, i64)> {
        let from = DateTime::<Utc>::UNIX_EPOCH;
        let until = today.and_time(chrono::NaiveTime::MIN).and_utc() + chrono::TimeDelta::days(3_660);
        let changes = time::clock_changes(zone, from, until, CLOCK_CHANGES_MAX);
        changes.iter().map(|change| (change.at.timestamp(), i64::from(change.after_seconds))).collect()
    }

    fn offset(&self, seconds: i64) -> i64 {
        let steps = self.steps.get_or_init(|| Self::steps(self.zone, self.today));
        let after = steps.partition_point(|(from, _)| *from <= seconds);
        steps.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }
}

/// Whom merged clients are now; empty where nobody was merged.
fn survivors(clients: &[ClientRow]) -> HashMap<i64, i64> {
    let into: HashMap<i64, i64> =
        clients.iter().filter_map(|client| client.merged_into.map(|into| (client.id, into))).collect();
    let follow = |start: i64| {
        let mut id = start;
        // A circle cannot be made; should there be one, it is left after as many steps as there are aliases.
        for _ in 0..into.len() {
            match into.get(&id) {
                Some(next) => id = *next,
                None => break,
            }
        }
        id
    };
    into.keys().map(|id| (*id, follow(*id))).collect()
}

fn survivor_of(survivors: &HashMap<i64, i64>, id: i64) -> i64 {
    if survivors.is_empty() { id } else { survivors.get(&id).copied().unwrap_or(id) }
}

/// A booking with what its appointment says.
#[derive(Clone, Copy)]
struct Part {
    client: i64,
    local_start: i64,
    id: i64,
    service: u32,
    provider: u32,
    location: u32,
    minutes: u32,
    booked_on: i32,
    ended_on: i32,
    outcome: i32,
    tax_basis_points: i32,
    by_client: bool,
}

/// The bookings in the order of their own numbers, in which lines of money look them up.
struct Parts(Vec<Part>);

impl Parts {
    fn find(&self, cursor: &mut Cursor, booking: i64) -> Option<&Part> {
        cursor.find(&self.0, booking, |part| part.id)
    }

    /// By client and time.
    fn sorted(mut self) -> Vec<Part> {
        self.0.par_sort_unstable_by_key(|part| (part.client, part.local_start, part.id));
        self.0
    }
}

/// Looks things up by number in a list sorted by it. What is asked for one after the other mostly lies so, and is then found
/// without a search.
#[derive(Default)]
struct Cursor(usize);

impl Cursor {
    fn find<'a, T>(&mut self, list: &'a [T], id: i64, of: impl Fn(&T) -> i64) -> Option<&'a T> {
        if let Some(next) = list.get(self.0).filter(|next| of(next) == id) {
            self.0 += 1;
            return Some(next);
        }
        let at = list.binary_search_by_key(&id, of).ok()?;
        self.0 = at + 1;
        list.get(at)
    }
}

fn joined(
    frame: &Frame,
    bookings: Vec<BookingRow>,
    mut appointments: Vec<store::AppointmentRow>,
    survivors: &HashMap<i64, i64>,
) -> Parts {
    sort_by_id(&mut appointments, |row| row.id);
    let part = |cursor: &mut Cursor, row: &BookingRow| {
        let appointment = cursor.find(&appointments, row.appointment, |one| one.id)?;
        Some(Part {
            client: survivor_of(survivors, row.client),
            local_start: appointment.local_start,
            id: row.id,
            service: frame.services.find(appointment.service)?,
            provider: frame.providers.find(appointment.provider)?,
            location: frame.locations.find(appointment.location)?,
            minutes: u32::try_from(row.minutes).unwrap_or(0),
            booked_on: frame.clinic_day(row.created),
            // What was missed before it was written down when, ended on its day.
            ended_on: row.ended.map_or_else(|| appointment.local_start.div_euclid_day(), |at| frame.clinic_day(at)),
            outcome: row.outcome,
            tax_basis_points: row.tax_basis_points,
            by_client: row.by_client,
        })
    };
    let mut parts: Vec<Part> = bookings.par_iter().map_init(Cursor::default, part).flatten_iter().collect();
    drop(bookings);
    sort_by_id(&mut parts, |part| part.id);
    Parts(parts)
}

fn sort_by_id<T: Send>(list: &mut [T], id: impl Fn(&T) -> i64 + Sync) {
    if !list.is_sorted_by_key(&id) {
        list.par_sort_unstable_by_key(id);
    }
}

/// A line of money with its place and rate.
struct PlacedLine {
    client: i64,
    occurred: i64,
    id: i64,
    day: i32,
    service: Option<u32>,
    line: Line,
}

fn placed(frame: &Frame, lines: &[LineRow], parts: &Parts, survivors: &HashMap<i64, i64>) -> Vec<PlacedLine> {
    let place = |cursor: &mut Cursor, row: &LineRow| {
        let part = row.booking.and_then(|booking| parts.find(cursor, booking));
        let service = part.map(|part| part.service);
        let margin = service.and_then(|place| frame.margins.get(to_place(place)).copied());
        let location = row.location.and_then(|id| frame.locations.find(id)).or_else(|| part.map(|part| part.location));
        PlacedLine {
            client: survivor_of(survivors, row.client),
            occurred: row.occurred,
            id: row.id,
            day: frame.day_at(location, row.occurred),
            service,
            line: Line {
                kind: kind_of(row.kind),
                minor: row.minor,
                tax_minor: row.tax_minor,
                tax_basis_points: part.map_or(0, |part| i64::from(part.tax_basis_points)),
                margin_basis_points: margin.unwrap_or(crate::domain::ledger::BASIS_POINTS),
            },
        }
    };
    let mut placed: Vec<PlacedLine> = lines.par_iter().map_init(Cursor::default, place).collect();
    placed.par_sort_unstable_by_key(|line| (line.client, line.occurred, line.id));
    placed
}

const fn kind_of(number: i32) -> EntryKind {
    match number {
        0 => EntryKind::Charge,
        1 => EntryKind::Payment,
        2 => EntryKind::Refund,
        _ => EntryKind::WriteOff,
    }
}

fn gathered(
    frame: Frame,
    clients: &[ClientRow],
    parts: Vec<Part>,
    lines: &[PlacedLine],
    mut dues: Vec<DueRow>,
    survivors: &HashMap<i64, i64>,
) -> Population {
    for due in &mut dues {
        due.client = survivor_of(survivors, due.client);
    }
    dues.sort_by_key(|due| (due.client, due.kind));
    let mut gather = Gather { sources: HashMap::new(), masks: &frame.kinds_of_services, into: frame.empty };
    gather.into.visits.reserve(parts.len());
    gather.into.amounts.reserve(lines.len());
    let (mut parts, mut lines, mut dues) = (parts.as_slice(), lines, dues.as_slice());
    for client in clients.iter().filter(|client| client.merged_into.is_none()) {
        let own_parts = take(&mut parts, client.id, |part| part.client);
        let own_lines = take(&mut lines, client.id, |line| line.client);
        let own_dues = take(&mut dues, client.id, |due| due.client);
        if !own_parts.is_empty() {
            gather.person(client, own_parts, own_lines, own_dues);
        }
    }
    gather.into
}

/// The stretch of one client from the head of a list that is sorted by client; what nobody owns is passed over.
fn take<'a, T>(list: &mut &'a [T], client: i64, owner: impl Fn(&T) -> i64) -> &'a [T] {
    let skipped = list.iter().take_while(|one| owner(one) < client).count();
    let rest = list.get(skipped..).unwrap_or(&[]);
    let own = rest.iter().take_while(|one| owner(one) == client).count();
    let (own, rest) = rest.split_at_checked(own).unwrap_or((&[], &[]));
    *list = rest;
    own
}

struct Gather<'a> {
    sources: HashMap<String, u32>,
    masks: &'a [u32],
    into: Population,
}

impl Gather<'_> {
    fn person(&mut self, client: &ClientRow, parts: &[Part], lines: &[PlacedLine], dues: &[DueRow]) {
        let before = self.ends();
        let source = client.source.as_deref().map(str::trim).filter(|source| !source.is_empty());
        let source = source.map(|source| self.source(source));
        for part in parts {
            self.part(part, before.0);
        }
        let mut account = Account::default();
        for line in lines {
            let earned = account.take(&line.line);
            if earned.minor != 0 || earned.margin_minor != 0 {
                self.into.amounts.push(Amount {
                    day: date(line.day),
                    minor: earned.minor,
                    margin_minor: earned.margin_minor,
                    service: line.service,
                });
            }
        }
        self.into.dues.extend(dues.iter().map(|due| Due {
            recall_type: RecallTypeId::new(due.kind),
            day: due.day,
            every_days: due.every_days,
            is_silent: due.is_silent,
        }));
        let after = self.ends();
        self.into.people.push(Person {
            client: ClientId::new(client.id),
            source,
            may_be_asked: client.may_be_asked,
            visits: before.0..after.0,
            amounts: before.1..after.1,
            bookings: before.2..after.2,
            dues: before.3..after.3,
        });
    }

    fn ends(&self) -> (u32, u32, u32, u32) {
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let into = &self.into;
        (end(into.visits.len()), end(into.amounts.len()), end(into.bookings.len()), end(into.dues.len()))
    }

    fn source(&mut self, name: &str) -> u32 {
        if let Some(place) = self.sources.get(name) {
            return *place;
        }
        let place = u32::try_from(self.into.sources.len()).unwrap_or(u32::MAX);
        self.into.sources.push(name.to_owned());
        self.sources.insert(name.to_owned(), place);
        place
    }

    /// Adds a booking to the visits of the person, which begin at `first`, or to what did not become one.
    fn part(&mut self, part: &Part, first: u32) {
        let (day, booked_on) = (date(part.local_start.div_euclid_day()), date(part.booked_on));
        let Part { service, provider, location, minutes, by_client, .. } = *part;
        if part.outcome != ended::COMPLETED {
            let outcome = outcome_of(part.outcome);
            let ended_on = (outcome != Outcome::Coming).then(|| date(part.ended_on));
            self.into.bookings.push(OtherBooking { day, booked_on, ended_on, outcome, service, provider, by_client });
            return;
        }
        let kinds = self.masks.get(to_place(service)).copied().unwrap_or(0);
        let own = self.into.visits.get_mut(to_place(first)..).and_then(<[Visit]>::last_mut);
        match own.filter(|last| last.day == day) {
            Some(same) => {
                same.minutes = same.minutes.saturating_add(minutes);
                same.booked_on = same.booked_on.min(booked_on);
                same.kinds |= kinds;
            }
            None => {
                self.into.visits.push(Visit { day, booked_on, service, provider, location, minutes, by_client, kinds });
            }
        }
    }
}

const fn outcome_of(number: i32) -> Outcome {
    match number {
        ended::COMING => Outcome::Coming,
        ended::MISSED => Outcome::Missed,
        ended::IN_TIME => Outcome::CancelledInTime,
        ended::LATE => Outcome::CancelledLate,
        _ => Outcome::CancelledByClinic,
    }
}

fn date(day: i32) -> NaiveDate {
    day.checked_add(EPOCH_DAY).and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or_default()
}

fn to_place(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_finds_what_is_there_in_any_order() {
        let list = [3_i64, 5, 8, 13, 21];
        let mut cursor = Cursor::default();
        for wanted in [3, 5, 8, 8, 21, 4, 13, 21, 22, 3, 5, -1] {
            let found = cursor.find(&list, wanted, |one| *one).copied();
            assert_eq!(found, list.contains(&wanted).then_some(wanted));
        }
    }

    #[test]
    fn a_client_who_was_merged_twice_is_the_last_one() {
        let row = |id, merged_into| ClientRow { id, merged_into, source: None, may_be_asked: true };
        let found = survivors(&[row(1, None), row(2, Some(1)), row(3, Some(2)), row(4, None)]);
        assert_eq!((found.len(), survivor_of(&found, 3), survivor_of(&found, 2)), (2, 1, 1));
        assert_eq!((survivor_of(&found, 4), survivor_of(&found, 99)), (4, 99));
    }
}
