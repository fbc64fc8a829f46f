//! The file of an export: JSON that people and programs read (GDPR art. 15 and 20).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::export::{Export, LINES_MAX, Record};
use crate::booking::BookingFacts;
use crate::booking::facts::HistoryLine;
use crate::clients::{ConsentPurpose, Viewed};
use crate::db::Fault;
use crate::domain::merging::PersonField;
use crate::domain::time;

/// The whole file, made at `now` by the clinic of this name.
pub fn export_text(export: &Export, now: DateTime<Utc>, clinic: &str) -> Result<String, Fault> {
    let mut file = as_json(export);
    if let Some(fields) = file.as_object_mut() {
        fields.insert("made_at".to_owned(), json!(now.to_rfc3339()));
        fields.insert("clinic".to_owned(), json!(clinic));
        if let Some(record) = &export.record {
            fields.insert("record".to_owned(), record_json(record));
        }
    }
    serde_json::to_string_pretty(&file).map_err(Fault::other)
}

/// What the clinic wrote. Who of the staff looked is not the client's to know; when, is.
fn record_json(record: &Record) -> Value {
    let people = &record.relatives;
    json!({
        "row_version": record.person.row_version,
        "household": people.household.iter().map(|hit| hit.id.to_string()).collect::<Vec<_>>(),
        "guardian": people.guardian.as_ref().map(|hit| hit.id.to_string()),
        "payer": people.payer.as_ref().map(|hit| hit.id.to_string()),
        "tags": record.tags,
        "notes": record.notes.iter().map(|note| json!({
            "kind": note.kind.as_str(),
            "text": note.text,
            "at": note.at.to_rfc3339(),
            "archived_at": note.archived_at.map(|at| at.to_rfc3339()),
        })).collect::<Vec<_>>(),
        "contact_attempts": record.attempts.iter().map(|attempt| json!({
            "at": attempt.at.to_rfc3339(),
            "outcome": attempt.outcome,
            "note": attempt.note,
        })).collect::<Vec<_>>(),
        "changes": record.changes.iter().map(|change| json!({
            "at": change.at.to_rfc3339(),
            "by": change.actor,
            "field": change.field.map(PersonField::as_str),
            "before": change.before,
            "after": change.after,
        })).collect::<Vec<_>>(),
        "looked_at": record.views.iter().map(|view| json!({
            "at": view.at.to_rfc3339(),
            "what": view.what.map(Viewed::as_str),
        })).collect::<Vec<_>>(),
    })
}

fn as_json(export: &Export) -> Value {
    let client = &export.client;
    let cut = |count: usize| i64::try_from(count).is_ok_and(|count| LINES_MAX <= count);
    json!({
        "client": {
            "id": client.id.to_string(),
            "first_name": client.first_name,
            "last_name": client.last_name,
            "email": client.email,
            "phone": client.phone,
            "language": client.language.tag(),
            "zone": client.zone.map(chrono_tz::Tz::name),
            "birth_date": client.birth_date.map(|day| day.to_string()),
            "source": client.source,
            "standing": client.standing.to_string(),
            "known_since": client.created_at.to_rfc3339(),
        },
        "bookings": export.bookings.iter().zip(&export.events).map(booking_json).collect::<Vec<_>>(),
        "payments": export.money.iter().map(|entry| json!({
            "kind": entry.kind.as_str(),
            "amount_minor": entry.amount.minor,
            "currency": entry.amount.currency.to_string(),
            "method": entry.method,
            "at": entry.occurred_at.to_rfc3339(),
        })).collect::<Vec<_>>(),
        "messages": export.messages.iter().map(|message| json!({
            "kind": message.kind.as_str(),
            "state": message.state.as_str(),
            "subject": message.subject,
            "sent_at": message.sent_at.map(|at| at.to_rfc3339()),
            "planned_at": message.created_at.to_rfc3339(),
            "booking": message.reference,
        })).collect::<Vec<_>>(),
        "message_texts": export.texts.iter().map(|text| json!({
            "subject": text.subject,
            "text": text.body,
            "at": text.at.to_rfc3339(),
        })).collect::<Vec<_>>(),
        "consents": export.consents.iter().map(|line| json!({
            "purpose": line.purpose.map(ConsentPurpose::as_str),
            "granted": line.granted,
            "wording": line.wording,
            "wording_version": line.wording_version,
            "origin": line.origin,
            "at": line.at.to_rfc3339(),
        })).collect::<Vec<_>>(),
        "series": export.series.iter().map(|line| json!({
            "reference": line.reference,
            "service": line.service,
            "first": line.first.to_string(),
            "rule": line.rule,
        })).collect::<Vec<_>>(),
        "waitlist": export.waiting.iter().map(|line| json!({
            "service": line.service,
            "first_day": line.first_day.to_string(),
            "last_day": line.last_day.to_string(),
        })).collect::<Vec<_>>(),
        "is_cut": cut(export.bookings.len()) || cut(export.messages.len()),
    })
}

fn booking_json((booking, events): (&BookingFacts, &Vec<HistoryLine>)) -> Value {
    let written = |at| time::rfc3339(at, booking.zone);
    json!({
        "reference": booking.reference,
        "status": booking.status.as_str(),
        "start": written(booking.starts_at),
        "end": written(booking.ends_at),
        "zone": booking.zone.name(),
        "service": booking.service_name,
        "provider": booking.provider_name,
        "location": booking.location_name,
        "party": booking.party,
        "price_minor": booking.price.minor,
        "currency": booking.price.currency.to_string(),
        "note": booking.note,
        "source": booking.source,
        "language": booking.language,
        "booked_at": written(booking.created_at),
        "ended_at": booking.ended_at.map(written),
        "ended_by": booking.ended_by,
        "ended_reason_code": booking.ended_reason_code,
        "ended_reason": booking.ended_reason,
        "late_cancellation": booking.late_cancellation,
        "history": events.iter().map(|event| json!({
            "at": written(event.at),
            "by": event.actor,
            "what": event.kind,
            "before": event.before,
            "after": event.after,
            "reason": event.reason,
        })).collect::<Vec<_>>(),
    })
}
