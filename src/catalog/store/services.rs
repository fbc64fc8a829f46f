//! Services as their page has them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{ROWS_MAX, free_slug, number, policy_level};
use crate::catalog::edit_service::ServiceDetails;
use crate::catalog::listed::ServiceView;
use crate::catalog::wording::{Label, Line, Prose};
use crate::db::schema::services;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::ServiceId;
use crate::domain::slots::ServiceRules;

#[derive(Queryable, Selectable)]
#[diesel(table_name = services)]
struct ServiceRow {
    id: i64,
    slug: String,
    category: String,
    name: String,
    description: String,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    price_minor: i64,
    tax_basis_points: i32,
    extra_person_minor: i64,
    capacity: i32,
    party_min: i32,
    party_max: i32,
    room_kind: Option<String>,
    lead_minutes: Option<i32>,
    horizon_days: i32,
    slot_minutes: i32,
    move_notice_minutes: Option<i32>,
    cancel_notice_minutes: Option<i32>,
    moves_max: Option<i32>,
    cancel_policy: Option<String>,
    recall_interval: Option<String>,
    online: bool,
    needs_approval: bool,
    client_series: bool,
    waitlist: bool,
    position: i32,
    archived_at: Option<NaiveDateTime>,
    row_version: i64,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = services, treat_none_as_null = true)]
struct ServiceValues<'a> {
    category: &'a str,
    name: &'a str,
    description: &'a str,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    price_minor: i64,
    tax_basis_points: i32,
    extra_person_minor: i64,
    capacity: i32,
    party_min: i32,
    party_max: i32,
    room_kind: Option<&'a str>,
    lead_minutes: Option<i32>,
    horizon_days: i32,
    slot_minutes: i32,
    move_notice_minutes: Option<i32>,
    cancel_notice_minutes: Option<i32>,
    moves_max: Option<i32>,
    cancel_policy: Option<&'a str>,
    recall_interval: Option<String>,
    online: bool,
    needs_approval: bool,
    client_series: bool,
    waitlist: bool,
    position: i32,
}

fn values(details: &ServiceDetails) -> Result<ServiceValues<'_>, Fault> {
    let (rules, policy) = (&details.rules, &details.policy);
    Ok(ServiceValues {
        category: details.category.as_str(),
        name: details.name.as_str(),
        description: details.description.as_str(),
        duration_minutes: number(rules.duration_minutes)?,
        buffer_before_minutes: number(rules.buffer_before_minutes)?,
        buffer_after_minutes: number(rules.buffer_after_minutes)?,
        price_minor: details.price_minor,
        tax_basis_points: number(details.tax_basis_points)?,
        extra_person_minor: details.extra_person_minor,
        capacity: i32::from(rules.capacity),
        party_min: i32::from(rules.party_min),
        party_max: i32::from(rules.party_max),
        room_kind: details.room_kind.as_ref().map(Label::as_str),
        lead_minutes: policy.lead_minutes.map(number).transpose()?,
        horizon_days: number(rules.horizon_days)?,
        slot_minutes: number(rules.slot_minutes)?,
        move_notice_minutes: policy.move_notice_minutes.map(number).transpose()?,
        cancel_notice_minutes: policy.cancel_notice_minutes.map(number).transpose()?,
        moves_max: policy.moves_max.map(i32::from),
        cancel_policy: policy.text.as_deref(),
        recall_interval: details.recall_interval.map(|interval| interval.to_string()),
        online: details.online,
        needs_approval: details.needs_approval,
        client_series: details.client_series,
        waitlist: details.waitlist,
        position: details.position,
    })
}

impl ServiceRow {
    fn rules(&self) -> Result<ServiceRules, Fault> {
        let minutes = |column: &str, value: i32| {
            u32::try_from(value).map_err(|error| Fault::corrupt("services", column, self.id, error))
        };
        let people = |column: &str, value: i32| {
            u16::try_from(value).map_err(|error| Fault::corrupt("services", column, self.id, error))
        };
        Ok(ServiceRules {
            duration_minutes: minutes("duration_minutes", self.duration_minutes)?,
            buffer_before_minutes: minutes("buffer_before_minutes", self.buffer_before_minutes)?,
            buffer_after_minutes: minutes("buffer_after_minutes", self.buffer_after_minutes)?,
            capacity: people("capacity", self.capacity)?,
            party_min: people("party_min", self.party_min)?,
            party_max: people("party_max", self.party_max)?,
            needs_room: self.room_kind.is_some(),
            lead_minutes: minutes("lead_minutes", self.lead_minutes.unwrap_or(0))?,
            horizon_days: minutes("horizon_days", self.horizon_days)?,
            slot_minutes: minutes("slot_minutes", self.slot_minutes)?,
        })
    }
}

impl TryFrom<ServiceRow> for ServiceView {
    type Error = Fault;
    fn try_from(row: ServiceRow) -> Result<Self, Fault> {
        let corrupt = |column: &str, what: String| Fault::corrupt("services", column, row.id, what);
        let notices = (row.lead_minutes, row.move_notice_minutes, row.cancel_notice_minutes);
        let interval = row.recall_interval.as_deref().map(str::parse).transpose();
        let details = ServiceDetails {
            rules: row.rules()?,
            policy: policy_level("services", row.id, notices, row.moves_max, row.cancel_policy)?,
            recall_interval: interval.map_err(|error: crate::catalog::recall_interval::NotAnInterval| {
                corrupt("recall_interval", error.to_string())
            })?,
            category: Line::stored(row.category),
            name: Label::stored(row.name),
            description: Prose::stored(row.description),
            room_kind: row.room_kind.map(Label::stored),
            price_minor: row.price_minor,
            tax_basis_points: i64::from(row.tax_basis_points),
            extra_person_minor: row.extra_person_minor,
            online: row.online,
            needs_approval: row.needs_approval,
            client_series: row.client_series,
            waitlist: row.waitlist,
            position: row.position,
        };
        Ok(Self {
            id: ServiceId::new(row.id),
            slug: row.slug,
            version: row.row_version,
            is_archived: row.archived_at.is_some(),
            details,
        })
    }
}

pub fn find(conn: &mut Conn, id: ServiceId) -> Result<Option<ServiceView>, Fault> {
    let row = services::table.find(id.get()).select(ServiceRow::as_select()).first(conn).optional()?;
    row.map(ServiceView::try_from).transpose()
}

/// Archived ones too.
pub fn load(conn: &mut Conn) -> Result<Vec<ServiceView>, Fault> {
    let rows: Vec<ServiceRow> = services::table
        .order((services::position, services::id))
        .limit(ROWS_MAX)
        .select(ServiceRow::as_select())
        .load(conn)?;
    rows.into_iter().map(ServiceView::try_from).collect()
}

pub fn insert(tx: &mut Tx<'_>, details: &ServiceDetails) -> Result<ServiceId, Fault> {
    let id: ServiceId = tx.new_id();
    let slug = free_slug(details.name.as_str(), id, |slug| {
        let same: i64 = services::table.filter(services::slug.eq(slug)).count().get_result(tx.conn)?;
        Ok(same > 0)
    })?;
    diesel::insert_into(services::table)
        .values((services::id.eq(id.get()), services::slug.eq(slug), values(details)?))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn update(tx: &mut Tx<'_>, id: ServiceId, details: &ServiceDetails) -> Result<(), Fault> {
    diesel::update(services::table.find(id.get())).set(&values(details)?).execute(tx.conn)?;
    Ok(())
}

/// Whether any service has a price.
pub fn has_prices(conn: &mut Conn) -> Result<bool, Fault> {
    let priced = services::table.filter(services::price_minor.gt(0).or(services::extra_person_minor.gt(0)));
    let first: Option<i64> = priced.select(services::id).order(services::id).first(conn).optional()?;
    Ok(first.is_some())
}
