//! Rules as their pages read and write them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::db::schema::{bookings, client_tags, message_endpoints, message_rules, message_settings, message_templates};
use crate::db::schema::{messages, sms_gateway};
use crate::db::{Conn, Fault, Tx};
use crate::domain::consent::ConsentPurpose;
use crate::domain::ids::{EndpointId, RuleId, TemplateId};
use crate::domain::message_rules::{Conditions, Offset, Rule, Trigger};
use crate::domain::messages::{Audience, Channel, MessageKind, Purpose};
use crate::domain::rule_checks::{KnownTemplate, RuleDraft, SetUp};

/// More rules than any clinic can keep in mind.
pub(in crate::messaging) const RULES_MAX: i64 = 200;
/// Words that are proposed for a condition.
const WORDS_PROPOSED_MAX: i64 = 30;
const THINGS_MAX: i64 = 200;

/// A rule with what only its pages care about.
#[derive(Debug, Clone)]
pub struct KeptRule {
    /// The rule.
    pub rule: Rule,
    /// Whether it was put away.
    pub is_archived: bool,
}

/// The columns of a rule, in the order of the table.
#[derive(Queryable)]
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
    _created_at: NaiveDateTime,
    archived_at: Option<NaiveDateTime>,
}

fn kept(row: RuleRow) -> Result<KeptRule, Fault> {
    let id = RuleId::new(row.id);
    let corrupt = |column: &str| Fault::corrupt("message_rules", column, id, "unknown word");
    let consent = row.consent.as_deref().map(|word| ConsentPurpose::parse(word).ok_or_else(|| corrupt("consent")));
    let rule = Rule {
        id,
        code: row.code,
        name: row.name,
        trigger: Trigger::parse(&row.fires_on).ok_or_else(|| corrupt("fires_on"))?,
        offset: Offset::of_columns(i64::from(row.offset_minutes), row.at_minute.map(i64::from)),
        audience: Audience::parse(&row.audience).ok_or_else(|| corrupt("audience"))?,
        channel: Channel::parse(&row.channel).ok_or_else(|| corrupt("channel"))?,
        endpoint: row.endpoint_id.map(EndpointId::new),
        template: row.template_id.map(TemplateId::new),
        purpose: Purpose::parse(&row.purpose).ok_or_else(|| corrupt("purpose"))?,
        consent: consent.transpose()?,
        conditions: serde_json::from_str(&row.conditions)
            .map_err(|error| Fault::corrupt("message_rules", "conditions", id, error))?,
        priority: row.priority,
        active_from: row.active_from.map(|at| at.and_utc()),
        row_version: row.row_version,
    };
    Ok(KeptRule { rule, is_archived: row.archived_at.is_some() })
}

/// Every rule, the built-in ones first.
pub fn kept_rules(conn: &mut Conn) -> Result<Vec<KeptRule>, Fault> {
    let rows: Vec<RuleRow> = message_rules::table.order(message_rules::id).limit(RULES_MAX).load(conn)?;
    rows.into_iter().map(kept).collect()
}

/// The rules that are not put away.
pub(in crate::messaging) fn live_rules(conn: &mut Conn) -> Result<Vec<Rule>, Fault> {
    let rows: Vec<RuleRow> = message_rules::table
        .filter(message_rules::archived_at.is_null())
        .order(message_rules::id)
        .limit(RULES_MAX)
        .load(conn)?;
    rows.into_iter().map(|row| Ok(kept(row)?.rule)).collect()
}

/// One rule.
pub fn kept_rule(conn: &mut Conn, id: RuleId) -> Result<Option<KeptRule>, Fault> {
    let row: Option<RuleRow> = message_rules::table.find(id.get()).first(conn).optional()?;
    row.map(kept).transpose()
}

/// How much of a rule is under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleTally {
    /// Rows that wait for their time.
    pub waiting: i64,
    /// Rows that left since the asked moment.
    pub sent: i64,
}

/// What is waiting, and what was sent since `since`, by rule.
pub fn rule_tallies(conn: &mut Conn, since: DateTime<Utc>) -> Result<HashMap<RuleId, RuleTally>, Fault> {
    let mut tallies: HashMap<RuleId, RuleTally> = HashMap::new();
    let waiting: Vec<(Option<i64>, i64)> = messages::table
        .filter(messages::state.eq_any(["pending", "retry", "leased"]))
        .filter(messages::rule_id.is_not_null())
        .group_by(messages::rule_id)
        .order(messages::rule_id)
        .limit(RULES_MAX)
        .select((messages::rule_id, count_star()))
        .load(conn)?;
    let sent: Vec<(Option<i64>, i64)> = messages::table
        .filter(messages::state.eq("sent"))
        .filter(messages::due_at.ge(since.naive_utc()))
        .filter(messages::rule_id.is_not_null())
        .group_by(messages::rule_id)
        .order(messages::rule_id)
        .limit(RULES_MAX)
        .select((messages::rule_id, count_star()))
        .load(conn)?;
    for (rule, count) in waiting {
        tallies.entry(RuleId::new(rule.unwrap_or_default())).or_default().waiting = count;
    }
    for (rule, count) in sent {
        tallies.entry(RuleId::new(rule.unwrap_or_default())).or_default().sent = count;
    }
    Ok(tallies)
}

/// How many rows of a rule wait for their time.
pub fn waiting_of_rule(conn: &mut Conn, rule: RuleId) -> Result<i64, Fault> {
    let waiting = messages::table
        .filter(messages::rule_id.eq(rule.get()))
        .filter(messages::state.eq_any(["pending", "retry", "leased"]));
    Ok(waiting.select(count_star()).first(conn)?)
}

/// What rules can use at this moment.
pub(in crate::messaging) fn set_up(conn: &mut Conn) -> Result<SetUp, Fault> {
    let sms: Option<bool> = sms_gateway::table.select(sms_gateway::enabled).first(conn).optional()?;
    let endpoints = endpoints(conn)?.into_iter().map(|(id, _)| id).collect();
    let rows: Vec<(i64, String, String, String)> = message_templates::table
        .filter(message_templates::archived_at.is_null())
        .order(message_templates::id)
        .limit(THINGS_MAX)
        .select((message_templates::id, message_templates::kind, message_templates::channel, message_templates::name))
        .load(conn)?;
    // A text of a kind that is no more fits no rule.
    let template = |(id, kind, channel, name): (i64, String, String, String)| {
        Some(KnownTemplate {
            id: TemplateId::new(id),
            kind: MessageKind::parse(&kind)?,
            channel: Channel::parse(&channel)?,
            name,
        })
    };
    Ok(SetUp { sms: sms.unwrap_or(false), endpoints, templates: rows.into_iter().filter_map(template).collect() })
}

/// Programs that may be called, and what the clinic calls them.
pub(in crate::messaging) fn endpoints(conn: &mut Conn) -> Result<Vec<(EndpointId, String)>, Fault> {
    let rows: Vec<(i64, String)> = message_endpoints::table
        .filter(message_endpoints::disabled_at.is_null())
        .filter(message_endpoints::archived_at.is_null())
        .order(message_endpoints::id)
        .limit(THINGS_MAX)
        .select((message_endpoints::id, message_endpoints::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (EndpointId::new(id), name)).collect())
}

/// Tags that clients have, and sources that bookings came from: proposed where a condition is typed.
pub(in crate::messaging) fn words_in_use(conn: &mut Conn) -> Result<(Vec<String>, Vec<String>), Fault> {
    let tags = client_tags::table
        .select(client_tags::tag)
        .distinct()
        .order(client_tags::tag)
        .limit(WORDS_PROPOSED_MAX)
        .load(conn)?;
    let sources: Vec<Option<String>> = bookings::table
        .filter(bookings::source.is_not_null())
        .select(bookings::source)
        .distinct()
        .order(bookings::source)
        .limit(WORDS_PROPOSED_MAX)
        .load(conn)?;
    Ok((tags, sources.into_iter().flatten().collect()))
}

fn conditions_text(conditions: &Conditions) -> Result<String, Fault> {
    serde_json::to_string(conditions).map_err(Fault::other)
}

fn offset_columns(offset: Offset) -> Result<(i32, Option<i32>), Fault> {
    let (minutes, at_minute) = offset.columns();
    let at_minute = at_minute.map(i32::try_from).transpose().map_err(Fault::other)?;
    Ok((i32::try_from(minutes).map_err(Fault::other)?, at_minute))
}

/// Writes a new rule, switched off.
pub(in crate::messaging) fn insert(tx: &mut Tx<'_>, id: RuleId, draft: &RuleDraft) -> Result<(), Fault> {
    let (minutes, at_minute) = offset_columns(draft.offset)?;
    diesel::insert_into(message_rules::table)
        .values((
            message_rules::id.eq(id.get()),
            message_rules::name.eq(draft.name.trim()),
            message_rules::fires_on.eq(draft.trigger.as_str()),
            message_rules::offset_minutes.eq(minutes),
            message_rules::at_minute.eq(at_minute),
            message_rules::audience.eq(draft.audience.as_str()),
            message_rules::channel.eq(draft.channel.as_str()),
            message_rules::endpoint_id.eq(draft.endpoint.map(EndpointId::get)),
            message_rules::template_id.eq(draft.template.map(TemplateId::get)),
            message_rules::purpose.eq(draft.purpose.as_str()),
            message_rules::consent.eq(draft.consent.map(ConsentPurpose::as_str)),
            message_rules::conditions.eq(conditions_text(&draft.conditions)?),
            message_rules::priority.eq(draft.priority),
            message_rules::row_version.eq(1_i64),
            message_rules::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Writes a rule as it is wanted, if it is still at the version that was seen.
pub(in crate::messaging) fn update(
    tx: &mut Tx<'_>,
    id: RuleId,
    seen: i64,
    draft: &RuleDraft,
    active_from: Option<DateTime<Utc>>,
) -> Result<bool, Fault> {
    let (minutes, at_minute) = offset_columns(draft.offset)?;
    let done = diesel::update(message_rules::table.find(id.get()))
        .filter(message_rules::row_version.eq(seen))
        .set((
            message_rules::name.eq(draft.name.trim()),
            message_rules::offset_minutes.eq(minutes),
            message_rules::at_minute.eq(at_minute),
            message_rules::audience.eq(draft.audience.as_str()),
            message_rules::channel.eq(draft.channel.as_str()),
            message_rules::endpoint_id.eq(draft.endpoint.map(EndpointId::get)),
            message_rules::template_id.eq(draft.template.map(TemplateId::get)),
            message_rules::purpose.eq(draft.purpose.as_str()),
            message_rules::consent.eq(draft.consent.map(ConsentPurpose::as_str)),
            message_rules::conditions.eq(conditions_text(&draft.conditions)?),
            message_rules::priority.eq(draft.priority),
            message_rules::active_from.eq(active_from.map(|at| at.naive_utc())),
            message_rules::row_version.eq(message_rules::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}

/// Switches a rule on from a moment, or off, if it is still at the version that was seen.
pub(in crate::messaging) fn set_active(
    tx: &mut Tx<'_>,
    id: RuleId,
    seen: i64,
    from: Option<DateTime<Utc>>,
) -> Result<bool, Fault> {
    let done = diesel::update(message_rules::table.find(id.get()))
        .filter(message_rules::row_version.eq(seen))
        .set((
            message_rules::active_from.eq(from.map(|at| at.naive_utc())),
            message_rules::row_version.eq(message_rules::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}

/// Puts a rule away, switched off, or brings it back, switched off.
pub(in crate::messaging) fn set_archived(
    tx: &mut Tx<'_>,
    id: RuleId,
    seen: i64,
    at: Option<DateTime<Utc>>,
) -> Result<bool, Fault> {
    let done = diesel::update(message_rules::table.find(id.get()))
        .filter(message_rules::row_version.eq(seen))
        .set((
            message_rules::archived_at.eq(at.map(|at| at.naive_utc())),
            message_rules::active_from.eq(None::<NaiveDateTime>),
            message_rules::row_version.eq(message_rules::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}

/// How many rules of the clinic's own there are.
pub(in crate::messaging) fn own_rules(conn: &mut Conn) -> Result<i64, Fault> {
    let own = message_rules::table.filter(message_rules::code.is_null());
    Ok(own.select(count_star()).first(conn)?)
}

/// Says that the rows of all messages must be brought in line with the rules again.
pub(in crate::messaging) fn raise_rules_version(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::update(message_settings::table.find(1))
        .set(message_settings::rules_version.eq(message_settings::rules_version + 1))
        .execute(tx.conn)?;
    Ok(())
}
