//! The clinic's rules as planning reads them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{message_rules, message_settings};
use crate::db::{Conn, Fault, Tx};
use crate::domain::consent::ConsentPurpose;
use crate::domain::ids::{EndpointId, RuleId, TemplateId};
use crate::domain::message_rules::{Offset, Rule, Rulebook, Trigger};
use crate::domain::messages::{Audience, Channel, Purpose};

/// More rules than any clinic can keep in mind.
const RULES_MAX: i64 = 500;

#[derive(Queryable, Selectable)]
#[diesel(table_name = message_rules)]
struct RuleRow {
    id: i64,
    code: Option<String>,
    name: String,
    fires_on: String,
    offset_minutes: i32,
    at_minute: Option<i32>,
    audience: String,
    channel: String,
    endpoint_id: Option<i64>,
    template_id: Option<i64>,
    purpose: String,
    consent: Option<String>,
    conditions: String,
    priority: i32,
    active_from: Option<NaiveDateTime>,
    row_version: i64,
}

fn rule(row: RuleRow) -> Result<Rule, Fault> {
    let id = RuleId::new(row.id);
    let corrupt = |column: &'static str| move || Fault::corrupt("message_rules", column, id, "unknown word");
    let consent = row.consent.as_deref().map(|word| ConsentPurpose::parse(word).ok_or_else(corrupt("consent")));
    Ok(Rule {
        id,
        code: row.code,
        name: row.name,
        trigger: Trigger::parse(&row.fires_on).ok_or_else(corrupt("fires_on"))?,
        offset: Offset::of_columns(i64::from(row.offset_minutes), row.at_minute.map(i64::from)),
        audience: Audience::parse(&row.audience).ok_or_else(corrupt("audience"))?,
        channel: Channel::parse(&row.channel).ok_or_else(corrupt("channel"))?,
        endpoint: row.endpoint_id.map(EndpointId::new),
        template: row.template_id.map(TemplateId::new),
        purpose: Purpose::parse(&row.purpose).ok_or_else(corrupt("purpose"))?,
        consent: consent.transpose()?,
        conditions: serde_json::from_str(&row.conditions)
            .map_err(|error| Fault::corrupt("message_rules", "conditions", id, error))?,
        priority: row.priority,
        active_from: row.active_from.map(|at| at.and_utc()),
        row_version: row.row_version,
    })
}

/// The rules that are kept, and how late a reminder may be.
pub(in crate::messaging) fn rulebook(conn: &mut Conn, late_grace_minutes: i64) -> Result<Rulebook, Fault> {
    let rows: Vec<RuleRow> = message_rules::table
        .filter(message_rules::archived_at.is_null())
        .order(message_rules::id)
        .limit(RULES_MAX)
        .select(RuleRow::as_select())
        .load(conn)?;
    let rules = rows.into_iter().map(rule).collect::<Result<_, _>>()?;
    Ok(Rulebook { rules, late_grace_minutes })
}

/// What one pass over all bookings needs of the settings.
#[derive(Debug, Clone, Copy, Queryable)]
pub(in crate::messaging) struct Versions {
    /// Rises with every change of a rule.
    pub(in crate::messaging) rules: i64,
    /// The version that all rows agree with.
    pub(in crate::messaging) planned: i64,
    /// People one rule about clients as such reaches in a day.
    pub(in crate::messaging) mass_per_day: i32,
}

pub(in crate::messaging) fn versions(conn: &mut Conn) -> Result<Versions, Fault> {
    Ok(message_settings::table
        .select((message_settings::rules_version, message_settings::planned_version, message_settings::mass_per_day))
        .first(conn)?)
}

/// Notes that all rows agree with this version of the rules.
pub(in crate::messaging) fn note_planned(tx: &mut Tx<'_>, version: i64) -> Result<(), Fault> {
    diesel::update(message_settings::table.filter(message_settings::planned_version.lt(version)))
        .set(message_settings::planned_version.eq(version))
        .execute(tx.conn)?;
    Ok(())
}
