//! What messages about a recall need to know, and what was told of it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::booking::clinic_facts;
use super::people::{self, Contact};
use crate::db::schema::{clients, messages};
use crate::db::{Conn, Fault};
use crate::domain::ids::{RecallId, RuleId};
use crate::domain::messages::{Channel, MessageState, Reason};
use crate::domain::recall::Told;
use crate::domain::time;
use crate::messaging::templates::{ClinicFacts, Reader};
use crate::recall::{self, LastVisit, Recall};

/// Reminders of one page of recalls.
const TOLD_MAX: i64 = 50_000;

/// What was told of these recalls on a channel, or waits to be. What was put aside as no longer true was not told.
pub(in crate::messaging) fn told(
    conn: &mut Conn,
    ids: &[RecallId],
    channel: Channel,
) -> Result<HashMap<RecallId, Vec<Told>>, Fault> {
    type Row = (Option<i64>, Option<i64>, String, NaiveDateTime, Option<NaiveDateTime>, String, Option<String>);
    let mut found: HashMap<RecallId, Vec<Told>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = messages::table
        .filter(messages::recall_id.assume_not_null().eq_any(numbers))
        .filter(messages::channel.eq(channel.as_str()))
        .filter(messages::state.ne(MessageState::Cancelled.as_str()))
        .order(messages::id)
        .limit(TOLD_MAX)
        .select((
            messages::recall_id,
            messages::rule_id,
            messages::slot,
            messages::due_at,
            messages::sent_at,
            messages::state,
            messages::reason,
        ))
        .load(conn)?;
    for (recall, rule, slot, due_at, sent_at, state, reason) in rows {
        let (Some(recall), Some(rule), Ok(of)) = (recall, rule, slot.parse::<NaiveDate>()) else { continue };
        let is_untrue = state == MessageState::Skipped.as_str()
            && matches!(reason.as_deref().and_then(Reason::parse), Some(Reason::Superseded | Reason::SwitchedOff));
        if !is_untrue {
            let told = Told { rule: RuleId::new(rule), of, at: sent_at.unwrap_or(due_at).and_utc() };
            found.entry(RecallId::new(recall)).or_default().push(told);
        }
    }
    Ok(found)
}

/// A recall as it is at this moment.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct RecallFacts {
    pub(in crate::messaging) recall: Recall,
    pub(in crate::messaging) reader: Option<Reader>,
    pub(in crate::messaging) clinic: ClinicFacts,
    /// The given name of whoever is due.
    pub(in crate::messaging) client: String,
    /// Whether somebody else reads it.
    pub(in crate::messaging) is_for_another: bool,
    /// Whether the client may still be asked to come.
    pub(in crate::messaging) is_here: bool,
    pub(in crate::messaging) usual: Option<LastVisit>,
    /// Today, on the clocks of the clinic.
    pub(in crate::messaging) today: NaiveDate,
}

/// The recall, or none when it is not there any more.
pub(in crate::messaging) fn recall_to_mail(
    conn: &mut Conn,
    id: RecallId,
    now: DateTime<Utc>,
) -> Result<Option<RecallFacts>, Fault> {
    let Some(recall) = recall::recall(conn, id, now)? else { return Ok(None) };
    let contact: Contact = clients::table.find(recall.client.get()).select(people::CONTACT).first(conn)?;
    type Gone = (Option<NaiveDateTime>, Option<i64>, Option<NaiveDateTime>);
    let (archived, merged, erased): Gone = clients::table
        .find(recall.client.get())
        .select((clients::archived_at, clients::merged_into_id, clients::erased_at))
        .first(conn)?;
    let guardians = people::guardians_of(conn, [&contact])?;
    let reader = contact.reader(&guardians);
    let place = (recall.client, recall.recall_type);
    let usual = recall::last_visits(conn, &[place])?.remove(&place);
    let zone = super::candidates::zone_of_clinic(conn)?;
    let zone = zone.and_then(|zone| time::zone_named(&zone).ok()).unwrap_or(chrono_tz::UTC);
    Ok(Some(RecallFacts {
        is_for_another: reader.as_ref().is_some_and(|reader| reader.name != contact.first_name),
        client: contact.first_name,
        reader,
        clinic: clinic_facts(conn)?,
        is_here: archived.is_none() && merged.is_none() && erased.is_none(),
        usual,
        today: time::local_day(now, zone),
        recall,
    }))
}

/// What became of the reminders of a recall.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::messaging) struct Newest {
    /// When the last one left.
    pub(in crate::messaging) sent_at: Option<DateTime<Utc>>,
    /// Why the newest one did not.
    pub(in crate::messaging) held: Option<(MessageState, Reason)>,
}

/// What became of the reminders of these recalls.
pub(in crate::messaging) fn newest(conn: &mut Conn, ids: &[RecallId]) -> Result<HashMap<RecallId, Newest>, Fault> {
    type Row = (Option<i64>, Option<NaiveDateTime>, String, Option<String>);
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = messages::table
        .filter(messages::recall_id.assume_not_null().eq_any(numbers))
        .order(messages::id)
        .limit(TOLD_MAX)
        .select((messages::recall_id, messages::sent_at, messages::state, messages::reason))
        .load(conn)?;
    let mut found: HashMap<RecallId, Newest> = HashMap::new();
    for (recall, sent_at, state, reason) in rows {
        let Some(recall) = recall else { continue };
        let row = found.entry(RecallId::new(recall)).or_default();
        row.sent_at = row.sent_at.max(sent_at.map(|at| at.and_utc()));
        let state =
            MessageState::parse(&state).filter(|state| matches!(state, MessageState::Skipped | MessageState::Dead));
        let reason = reason.as_deref().and_then(Reason::parse).filter(|reason| *reason != Reason::Superseded);
        row.held = state.zip(reason);
    }
    Ok(found)
}
