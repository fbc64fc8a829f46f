//! What programs of others are told: JSON, one event about one booking, as the booking stands when the call is made.
//!
//! The shape is a promise (`docs/api.md`): the booking as the API answers it, without what people wrote in their own
//! words. Who comes is told only to endpoints that asked for it.

use chrono_tz::Tz;
use serde::Serialize;

use crate::db::{Conn, Fault};
use crate::domain::message_rules::Trigger;
use crate::domain::messages::{Outcome, Reason};
use crate::domain::time;
use crate::messaging::deliver::Claimed;
use crate::messaging::store::event::{self, EventFacts};

#[derive(Serialize)]
struct Event<'a> {
    id: String,
    r#type: &'static str,
    created_at: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    booking: Booking<'a>,
}

#[derive(Serialize)]
struct Booking<'a> {
    id: String,
    reference: &'a str,
    status: &'a str,
    schedule_version: i32,
    row_version: i64,
    appointment: String,
    start: String,
    end: String,
    zone: &'static str,
    service: String,
    service_name: &'a str,
    provider: String,
    provider_name: &'a str,
    location: String,
    location_name: &'a str,
    party: i32,
    price: Price,
    series: Option<String>,
    visit: Option<String>,
    source: Option<&'a str>,
    language: &'a str,
    created_at: String,
    ended_at: Option<String>,
    ended_by: Option<&'a str>,
    ended_reason_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Client<'a>>,
}

#[derive(Serialize)]
struct Price {
    amount: i64,
    currency: &'static str,
}

#[derive(Serialize)]
struct Client<'a> {
    id: String,
    first_name: &'a str,
    last_name: &'a str,
    email: Option<&'a str>,
    phone: Option<&'a str>,
}

/// What an event is called.
pub(in crate::messaging) const fn name_of(trigger: Trigger) -> Option<&'static str> {
    Some(match trigger {
        Trigger::Requested => "booking.requested",
        Trigger::Booked => "booking.created",
        Trigger::Approved => "booking.approved",
        Trigger::Declined => "booking.declined",
        Trigger::Rescheduled => "booking.rescheduled",
        Trigger::Cancelled | Trigger::CancelledByClient | Trigger::CancelledByClinic => "booking.cancelled",
        Trigger::BeforeStart => "booking.reminder",
        Trigger::AfterVisit => "booking.completed",
        Trigger::NoShow => "booking.no_show",
        Trigger::AfterLastVisit
        | Trigger::Birthday
        | Trigger::WaitlistOffer
        | Trigger::BeforeRecall
        | Trigger::AfterRecall => return None,
    })
}

/// Writes the body of the call. A later version of the booking has an event of its own, so an older one is not told.
pub(in crate::messaging) fn compose(
    conn: &mut Conn,
    message: &Claimed,
    with_contact: bool,
) -> Result<Result<String, Outcome>, Fault> {
    let superseded = Err(Outcome::Skip(Reason::Superseded));
    let (Some(booking), Some(rule)) = (message.subject.booking(), message.rule) else {
        return Ok(superseded);
    };
    let Some(facts) = event::event_facts(conn, booking)? else {
        return Ok(superseded);
    };
    let Some(name) = event::trigger_of(conn, rule)?.and_then(name_of) else {
        return Ok(superseded);
    };
    if facts.schedule_version != message.schedule_version {
        return Ok(superseded);
    }
    Ok(written(&facts, name, message, with_contact).ok_or(Outcome::GiveUp(Reason::NotRendered)))
}

fn written(facts: &EventFacts, name: &'static str, message: &Claimed, with_contact: bool) -> Option<String> {
    let zone = facts.zone;
    let client = with_contact.then(|| Client {
        id: facts.client.id.to_string(),
        first_name: &facts.client.first_name,
        last_name: &facts.client.last_name,
        email: facts.client.email.as_deref(),
        phone: facts.client.phone.as_deref(),
    });
    let event = Event {
        id: message.id.to_string(),
        r#type: name,
        created_at: time::rfc3339(message.due_at, Tz::UTC),
        data: Data {
            booking: Booking {
                id: facts.id.to_string(),
                reference: &facts.reference,
                status: &facts.status,
                schedule_version: facts.schedule_version,
                row_version: facts.row_version,
                appointment: facts.appointment.to_string(),
                start: time::rfc3339(facts.starts_at, zone),
                end: time::rfc3339(facts.ends_at, zone),
                zone: zone.name(),
                service: facts.service.to_string(),
                service_name: &facts.service_name,
                provider: facts.provider.to_string(),
                provider_name: &facts.provider_name,
                location: facts.location.to_string(),
                location_name: &facts.location_name,
                party: facts.party,
                price: Price { amount: facts.price.minor, currency: facts.price.currency.code() },
                series: facts.series.map(|id| id.to_string()),
                visit: facts.visit.map(|id| id.to_string()),
                source: facts.source.as_deref(),
                language: &facts.language,
                created_at: time::rfc3339(facts.created_at, zone),
                ended_at: facts.ended_at.map(|at| time::rfc3339(at, zone)),
                ended_by: facts.ended_by.as_deref(),
                ended_reason_code: facts.ended_reason_code.as_deref(),
                client,
            },
        },
    };
    serde_json::to_string(&event).ok()
}
