//! A row of visits: a booking that is over, with its money, on an appointment that occupies nothing.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::catalog::{Found, LocationCard, ServiceCard};
use super::clients::{remember, settle, today};
use super::file::Row;
use super::map::{Field, named};
use super::pass::{Before, Hand, Kept, Pass};
use super::row::{NOON, Reading, Who, instant};
use super::services::{self, NewService};
use super::store;
use crate::catalog::Label;
use crate::clients::Standing;
use crate::db::Fault;
use crate::domain::booking::IMPORTED_EVENT;
use crate::domain::imports::{AmountColumn, digest, minutes_of};
use crate::domain::ledger::{self, Method};
use crate::domain::time;

/// Files that say of visits before that day are wrong about the century.
const OLDEST_YEAR: i32 = 1970;

/// What became of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Completed,
    Missed,
    Cancelled,
    CancelledLate,
    CancelledByClinic,
    /// The map leaves it out.
    Skip,
}

impl Outcome {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "completed" => Self::Completed,
            "no_show" => Self::Missed,
            "cancelled" => Self::Cancelled,
            "cancelled_late" => Self::CancelledLate,
            "cancelled_by_clinic" => Self::CancelledByClinic,
            "skip" => Self::Skip,
            _ => return None,
        })
    }

    const fn status(self) -> &'static str {
        match self {
            Self::Completed | Self::Skip => "completed",
            Self::Missed => "no_show",
            Self::Cancelled | Self::CancelledLate | Self::CancelledByClinic => "cancelled",
        }
    }

    const fn ended_by(self) -> Option<&'static str> {
        match self {
            Self::Completed | Self::Missed | Self::Skip => None,
            Self::Cancelled | Self::CancelledLate => Some("client"),
            Self::CancelledByClinic => Some("staff"),
        }
    }
}

/// Who the client of a row is, as far as the row says.
enum Client {
    /// Somebody whom the other program's key or the name alone names, and who came before.
    Known(i64),
    /// Somebody with name and contact, and the key to remember him by.
    Told(Box<Who>, Option<u64>),
}

/// When something was, and where.
struct Times {
    location: LocationCard,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    minutes: u32,
    booked_at: DateTime<Utc>,
}

/// Money of a visit in minor units.
struct Money {
    charged: i64,
    paid: i64,
    method: Option<Method>,
}

/// A name that the map says to make, or what of ours it is.
enum Part<T> {
    Ours(T),
    Create(Label),
}

/// A row that makes sense.
struct Visit {
    client: Client,
    service: Part<ServiceCard>,
    provider: Part<i64>,
    times: Times,
    money: Money,
    outcome: Outcome,
    note: String,
}

/// Takes one row, or says why not.
pub(super) fn take(pass: &mut Pass<'_, '_>, row: &Row) -> Result<(), Fault> {
    if !pass.has_shape(row) {
        return Ok(());
    }
    let key = match pass.value(row, Field::Key) {
        "" => digest(&["visit", &format!("{:?}", row.fields)]),
        key => digest(&[key]),
    };
    let kept = pass.keys.get(&key).copied();
    if matches!(pass.before(row, kept), Before::Settled) {
        return Ok(());
    }
    let mut reading = Reading::new(pass.layout, row, today(pass));
    let outcome = outcome(pass, &mut reading);
    if outcome == Some(Outcome::Skip) {
        pass.counts.left_out += 1;
        return Ok(());
    }
    let visit = read(pass, &mut reading, outcome);
    let wrong = std::mem::take(&mut reading.wrong);
    let Some(visit) = visit.filter(|_| wrong.is_empty()) else {
        pass.refuse(row, &wrong);
        return Ok(());
    };
    let made = write(pass, row, &visit)?;
    let Some(id) = made else { return Ok(()) };
    let content = Pass::content(row);
    pass.keys.insert(key, Kept { content, local: id, is_of_this_run: true });
    pass.buffer.keys.push(store::KeyRow::new("visit", pass.layout.from(), key, content, id, pass.now));
    pass.rest()
}

fn outcome(pass: &mut Pass<'_, '_>, reading: &mut Reading<'_>) -> Option<Outcome> {
    let Some(text) = reading.given(Field::Status) else { return Some(Outcome::Completed) };
    let word = named(&reading.layout.map.statuses, text).unwrap_or(text);
    let found = Outcome::parse(word);
    if found.is_none() {
        pass.counts.add_unknown("statuses", text);
        reading.fail(Field::Status, "is not known; say what it is under [statuses] of the map");
    }
    found
}

fn read(pass: &mut Pass<'_, '_>, reading: &mut Reading<'_>, outcome: Option<Outcome>) -> Option<Visit> {
    let client = client(pass, reading);
    let service = service(pass, reading);
    let provider = provider(pass, reading);
    let length = match &service {
        Some(Part::Ours(card)) => card.minutes,
        _ => 30,
    };
    let times = times(pass, reading, length);
    if let (Some(client), Some(times)) = (&client, &times) {
        let born = match client {
            Client::Known(id) => pass.births.get(id).copied(),
            Client::Told(who, _) => who.born,
        };
        let day = time::local_day(times.starts_at, times.location.zone);
        if born.is_some_and(|born| day < born) {
            reading.fail(Field::Start, format!("is before the client was born ({})", born.unwrap_or_default()));
        }
    }
    let money = money(pass, reading);
    let note = reading.note().unwrap_or_default();
    Some(Visit {
        client: client?,
        service: service?,
        provider: provider?,
        times: times?,
        money: money?,
        outcome: outcome?,
        note,
    })
}

fn client(pass: &Pass<'_, '_>, reading: &mut Reading<'_>) -> Option<Client> {
    let key = reading.given(Field::ClientKey).map(|key| digest(&[key]));
    if let Some(kept) = key.and_then(|key| pass.clients.get(&key)) {
        return Some(Client::Known(kept.local));
    }
    let has_name = [Field::Name, Field::FirstName, Field::LastName].iter().any(|field| reading.given(*field).is_some());
    if key.is_some() && !has_name {
        reading.fail(Field::ClientKey, "is no client that was imported from there: import the clients first");
        return None;
    }
    let who = reading.who(pass.shop.language)?;
    if key.is_some() || who.email.is_some() || who.phone.is_some() {
        return Some(Client::Told(Box::new(who), key));
    }
    if !reading.layout.map.same_name_is_same_client {
        reading.wrong.push(
            "names a client without key, mail address or phone number, who may be anybody of that name \
             (same_name_is_same_client = true in the map takes them for one)"
                .to_owned(),
        );
        return None;
    }
    let by_name = digest(&["name alone", &who.keys().name_key]);
    match pass.clients.get(&by_name) {
        Some(kept) => Some(Client::Known(kept.local)),
        None => Some(Client::Told(Box::new(who), Some(by_name))),
    }
}

fn service(pass: &mut Pass<'_, '_>, reading: &mut Reading<'_>) -> Option<Part<ServiceCard>> {
    let Some(text) = reading.given(Field::Service) else {
        reading.wrong.push("names no service".to_owned());
        return None;
    };
    match pass.shop.services.of(text, &reading.layout.map.services) {
        Found::Ours(card) => Some(Part::Ours(card.clone())),
        Found::Create => label(reading, Field::Service, text).map(Part::Create),
        Found::Unknown => {
            pass.counts.add_unknown("services", text);
            reading.fail(
                Field::Service,
                "is no service of the clinic; say which one it is, or \"create\", under [services] of the map",
            );
            None
        }
    }
}

fn label(reading: &mut Reading<'_>, field: Field, text: &str) -> Option<Label> {
    let label = Label::parse(text);
    if let Err(wrong) = &label {
        reading.fail(field, format!("is no name: {wrong}"));
    }
    label.ok()
}

fn provider(pass: &mut Pass<'_, '_>, reading: &mut Reading<'_>) -> Option<Part<i64>> {
    let Some(text) = reading.given(Field::Provider) else {
        if let Some(only) = pass.shop.providers.only() {
            return Some(Part::Ours(*only));
        }
        reading.wrong.push("names no provider; a default can be given in the map".to_owned());
        return None;
    };
    match pass.shop.providers.of(text, &reading.layout.map.providers) {
        Found::Ours(id) => Some(Part::Ours(*id)),
        Found::Create => label(reading, Field::Provider, text).map(Part::Create),
        Found::Unknown => {
            pass.counts.add_unknown("providers", text);
            reading.fail(
                Field::Provider,
                "is no provider of the clinic; say who it is, or \"create\", under [providers] of the map",
            );
            None
        }
    }
}

fn location(pass: &mut Pass<'_, '_>, reading: &mut Reading<'_>) -> Option<LocationCard> {
    let only = pass.shop.locations.only().cloned();
    let Some(text) = reading.given(Field::Location) else {
        if only.is_none() {
            reading.wrong.push("names no location; a default can be given in the map".to_owned());
        }
        return only;
    };
    match pass.shop.locations.of(text, &reading.layout.map.locations) {
        Found::Ours(card) => Some(card.clone()),
        // Programs write the address or nothing of use where there is one location only.
        _ if only.is_some() => only,
        _ => {
            pass.counts.add_unknown("locations", text);
            reading.fail(
                Field::Location,
                "is no location of the clinic; say which one it is under [locations] of the map",
            );
            None
        }
    }
}

fn times(pass: &mut Pass<'_, '_>, reading: &mut Reading<'_>, usual_minutes: u32) -> Option<Times> {
    let location = location(pass, reading)?;
    let zone = reading.layout.map.zone.unwrap_or(location.zone);
    let starts_at = start(reading, zone)?;
    let minutes = minutes(reading, starts_at, zone, usual_minutes)?;
    let ends_at = starts_at + TimeDelta::minutes(i64::from(minutes));
    if pass.now < ends_at {
        reading.fail(Field::Start, "is still to come: import brings what is over; what is to come is booked");
        return None;
    }
    let booked_at = reading.moment(Field::Created, zone).unwrap_or(starts_at).min(starts_at);
    Some(Times { location, starts_at, ends_at, minutes, booked_at })
}

fn start(reading: &mut Reading<'_>, zone: Tz) -> Option<DateTime<Utc>> {
    if reading.given(Field::Start).is_none() {
        reading.wrong.push("says no day".to_owned());
        return None;
    }
    let Some((day, clock, offset)) = reading.day(Field::Start) else {
        reading.fail(Field::Start, "is no date, or not written as the others of its column");
        return None;
    };
    let beside = match reading.given(Field::Time) {
        None => None,
        Some(text) => match crate::domain::imports::moment(text).filter(|found| found.date.is_empty()) {
            Some(found) => found.time,
            None => {
                reading.fail(Field::Time, "is no time of day");
                return None;
            }
        },
    };
    let starts_at = instant(day.and_time(clock.or(beside).unwrap_or(NOON)), offset, zone);
    if starts_at < oldest() {
        reading.fail(Field::Start, format!("is before {OLDEST_YEAR}"));
        return None;
    }
    Some(starts_at)
}

fn oldest() -> DateTime<Utc> {
    let day = chrono::NaiveDate::from_ymd_opt(OLDEST_YEAR, 1, 1).unwrap_or_default();
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn minutes(reading: &mut Reading<'_>, starts_at: DateTime<Utc>, zone: Tz, usual: u32) -> Option<u32> {
    if reading.given(Field::End).is_some() {
        let ends_at = reading.moment(Field::End, zone)?;
        let minutes = (ends_at - starts_at).num_minutes();
        let Some(minutes) = u32::try_from(minutes).ok().filter(|minutes| (1..=1_440).contains(minutes)) else {
            reading.fail(Field::End, "is not after the start, or more than a day");
            return None;
        };
        return Some(minutes);
    }
    match reading.given(Field::Duration).map(minutes_of) {
        None => Some(usual),
        Some(Some(minutes)) => Some(minutes),
        Some(None) => {
            reading.fail(Field::Duration, "is no length");
            None
        }
    }
}

fn money(pass: &Pass<'_, '_>, reading: &mut Reading<'_>) -> Option<Money> {
    let mut amount = |field: Field| match reading.given(field) {
        None => Some(None),
        Some(text) => match AmountColumn::read(text, reading.layout.decimal(field), pass.shop.currency) {
            Ok(minor) => Some(Some(minor)),
            Err(wrong) => {
                reading.fail(field, wrong);
                None
            }
        },
    };
    let charged = amount(Field::Amount)?.unwrap_or(0);
    let paid = amount(Field::Paid)?.unwrap_or_else(|| charged.max(0));
    if paid < 0 {
        reading.fail(Field::Paid, "is less than nothing");
        return None;
    }
    let method = reading.given(Field::Method).and_then(|text| {
        let word = named(&reading.layout.map.methods, text).unwrap_or(text).to_lowercase();
        Method::parse(&word)
    });
    Some(Money { charged, paid, method })
}

/// Writes what the row became, and answers its number; nothing where it is booked already.
fn write(pass: &mut Pass<'_, '_>, row: &Row, visit: &Visit) -> Result<Option<i64>, Fault> {
    let service = match &visit.service {
        Part::Ours(card) => card.clone(),
        Part::Create(label) => {
            let name = label.as_str().to_owned();
            let new = NewService::named(label.clone(), Some(visit.times.minutes));
            let id = services::make(pass, &new, true)?;
            ServiceCard { id, name, minutes: new.minutes, tax_basis_points: 0 }
        }
    };
    let provider = match &visit.provider {
        Part::Ours(id) => *id,
        Part::Create(label) => make_provider(pass, label)?,
    };
    let (client, language) = match &visit.client {
        Client::Known(id) => (*id, pass.shop.language),
        Client::Told(who, key) => {
            let id = settle(pass, who, Standing::Present, visit.times.booked_at)?;
            if let Some(key) = *key {
                remember(pass, key, id, 0);
            }
            (id, who.language)
        }
    };
    let times = &visit.times;
    if visit.money.charged < 0 {
        pass.counts.refunds += 1;
        return Ok(Some(refund(pass, client, times, &visit.money)));
    }
    if !pass.is_own(client) && store::is_booked(pass.hand.conn(), client, service.id, times.starts_at.naive_utc())? {
        pass.counts.doubled += 1;
        pass.leave_out(row, "is in Rebook already: the same client, service and time");
        return Ok(None);
    }
    match visit.outcome {
        Outcome::Completed | Outcome::Skip => pass.counts.completed += 1,
        Outcome::Missed => pass.counts.missed += 1,
        Outcome::Cancelled | Outcome::CancelledLate | Outcome::CancelledByClinic => pass.counts.cancelled += 1,
    }
    pass.counts.charged_minor = pass.counts.charged_minor.saturating_add(visit.money.charged);
    let booking = pass.number();
    let appointment = pass.number();
    let released = (visit.outcome.status() == "cancelled").then(|| times.starts_at.naive_utc());
    pass.buffer.appointments.push(store::AppointmentRow {
        id: appointment,
        location_id: times.location.id,
        service_id: service.id,
        provider_id: provider,
        starts_at: times.starts_at.naive_utc(),
        ends_at: times.ends_at.naive_utc(),
        local_start: time::local(times.starts_at, times.location.zone),
        zone: times.location.zone.name(),
        zone_version: time::zone_data_version(),
        capacity: 1,
        released_at: released,
        created_at: times.booked_at.naive_utc(),
    });
    let row = booking_row(pass, visit, (booking, appointment), (client, language), &service);
    pass.buffer.bookings.push(row);
    // History says when it came into our books: from here on it counts as told.
    let event = pass.number();
    pass.buffer.events.push(store::EventRow {
        id: event,
        booking_id: booking,
        at: pass.now.naive_utc(),
        actor: "system",
        kind: IMPORTED_EVENT,
        after_state: visit.outcome.status(),
    });
    post(pass, (booking, client), times, &visit.money, service.tax_basis_points);
    Ok(Some(booking))
}

fn make_provider(pass: &mut Pass<'_, '_>, label: &Label) -> Result<i64, Fault> {
    pass.counts.providers += 1;
    let id = match &mut pass.hand {
        Hand::Look(_) => pass.number(),
        Hand::Write(tx) => store::make_provider(tx, label)?,
    };
    pass.shop.providers.add(id, &[label.as_str()]);
    Ok(id)
}

fn booking_row(
    pass: &Pass<'_, '_>,
    visit: &Visit,
    (booking, appointment): (i64, i64),
    (client, language): (i64, crate::domain::language::Language),
    service: &ServiceCard,
) -> store::BookingRow {
    let at = |is: bool, moment: DateTime<Utc>| -> Option<NaiveDateTime> { is.then(|| moment.naive_utc()) };
    let status = visit.outcome.status();
    store::BookingRow {
        id: booking,
        reference: store::reference(booking),
        appointment_id: appointment,
        client_id: client,
        status,
        party: 1,
        service_name: service.name.clone(),
        duration_minutes: i32::try_from(visit.times.minutes).unwrap_or(30),
        price_minor: visit.money.charged,
        tax_basis_points: service.tax_basis_points,
        currency: pass.shop.currency.code(),
        cancel_notice_minutes: 0,
        cancel_policy: "",
        language: language.tag(),
        note: visit.note.clone(),
        created_at: visit.times.booked_at.naive_utc(),
        created_by: "system",
        completed_at: at(status == "completed", visit.times.ends_at),
        missed_at: at(status == "no_show", visit.times.starts_at),
        ended_at: at(status == "cancelled", visit.times.starts_at),
        ended_by: visit.outcome.ended_by(),
        late_cancellation: visit.outcome == Outcome::CancelledLate,
        told_version: 0,
    }
}

/// Charge and payment on the day of the visit.
fn post(pass: &mut Pass<'_, '_>, (booking, client): (i64, i64), times: &Times, money: &Money, tax_rate: i32) {
    let lines = [("charge", money.charged, None), ("payment", money.paid, money.method)];
    for (kind, minor, method) in lines.into_iter().filter(|(_, minor, _)| 0 < *minor) {
        let id = pass.number();
        let taxed = kind == "charge";
        pass.buffer.lines.push(store::LineRow {
            id,
            client_id: client,
            booking_id: Some(booking),
            kind,
            amount_minor: minor,
            currency: pass.shop.currency.code(),
            method: method.map(Method::as_str),
            occurred_at: times.ends_at.naive_utc(),
            recorded_at: pass.now.naive_utc(),
            note: "",
            tax_minor: if taxed { ledger::tax_in(minor, i64::from(tax_rate)).unwrap_or(0) } else { 0 },
            tax_basis_points: if taxed { tax_rate } else { 0 },
            location_id: times.location.id,
        });
    }
}

/// Money that was given back, on its own day; nobody came for it. What it leaves open in the account is given up beside it:
/// the past is settled.
fn refund(pass: &mut Pass<'_, '_>, client: i64, times: &Times, money: &Money) -> i64 {
    let id = pass.number();
    for (kind, id, method) in [("refund", id, money.method.map(Method::as_str)), ("write_off", pass.number(), None)] {
        pass.buffer.lines.push(store::LineRow {
            id,
            client_id: client,
            booking_id: None,
            kind,
            amount_minor: -money.charged,
            currency: pass.shop.currency.code(),
            method,
            occurred_at: times.starts_at.naive_utc(),
            recorded_at: pass.now.naive_utc(),
            note: "",
            tax_minor: 0,
            tax_basis_points: 0,
            location_id: times.location.id,
        });
    }
    id
}
