//! Locations as their page has them.

use diesel::prelude::*;

use super::{ROWS_MAX, email, free_slug, number, phone, policy_level};
use crate::catalog::edit_location::LocationDetails;
use crate::catalog::listed::LocationView;
use crate::catalog::wording::{Label, Line, Prose};
use crate::db::schema::locations;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::LocationId;
use crate::domain::recognise::{EmailAddress, PhoneNumber};
use crate::domain::time;

#[derive(Queryable, Selectable)]
#[diesel(table_name = locations)]
struct LocationRow {
    id: i64,
    slug: String,
    name: String,
    zone: String,
    street: String,
    postal_code: String,
    city: String,
    region: String,
    country: String,
    phone: Option<String>,
    email: Option<String>,
    directions: String,
    position: i32,
    lead_minutes: Option<i32>,
    move_notice_minutes: Option<i32>,
    cancel_notice_minutes: Option<i32>,
    moves_max: Option<i32>,
    cancel_policy: Option<String>,
    archived_at: Option<chrono::NaiveDateTime>,
    row_version: i64,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = locations, treat_none_as_null = true)]
struct LocationValues<'a> {
    name: &'a str,
    zone: &'a str,
    street: &'a str,
    postal_code: &'a str,
    city: &'a str,
    region: &'a str,
    country: &'a str,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    directions: &'a str,
    position: i32,
    lead_minutes: Option<i32>,
    move_notice_minutes: Option<i32>,
    cancel_notice_minutes: Option<i32>,
    moves_max: Option<i32>,
    cancel_policy: Option<&'a str>,
}

impl<'a> TryFrom<&'a LocationDetails> for LocationValues<'a> {
    type Error = Fault;
    fn try_from(details: &'a LocationDetails) -> Result<Self, Fault> {
        let policy = &details.policy;
        Ok(Self {
            name: details.name.as_str(),
            zone: details.zone.name(),
            street: details.street.as_str(),
            postal_code: details.postal_code.as_str(),
            city: details.city.as_str(),
            region: details.region.as_str(),
            country: details.country.as_str(),
            phone: details.phone.as_ref().map(PhoneNumber::as_str),
            email: details.email.as_ref().map(EmailAddress::as_str),
            directions: details.directions.as_str(),
            position: details.position,
            lead_minutes: policy.lead_minutes.map(number).transpose()?,
            move_notice_minutes: policy.move_notice_minutes.map(number).transpose()?,
            cancel_notice_minutes: policy.cancel_notice_minutes.map(number).transpose()?,
            moves_max: policy.moves_max.map(i32::from),
            cancel_policy: policy.text.as_deref(),
        })
    }
}

impl TryFrom<LocationRow> for LocationView {
    type Error = Fault;
    fn try_from(row: LocationRow) -> Result<Self, Fault> {
        let notices = (row.lead_minutes, row.move_notice_minutes, row.cancel_notice_minutes);
        let details = LocationDetails {
            policy: policy_level("locations", row.id, notices, row.moves_max, row.cancel_policy)?,
            name: Label::stored(row.name),
            zone: time::zone_named(&row.zone).map_err(|error| Fault::corrupt("locations", "zone", row.id, error))?,
            street: Line::stored(row.street),
            postal_code: Line::stored(row.postal_code),
            city: Line::stored(row.city),
            region: Line::stored(row.region),
            country: Line::stored(row.country),
            phone: phone("locations", row.id, row.phone)?,
            email: email("locations", row.id, row.email)?,
            directions: Prose::stored(row.directions),
            position: row.position,
        };
        Ok(Self {
            id: LocationId::new(row.id),
            slug: row.slug,
            version: row.row_version,
            is_archived: row.archived_at.is_some(),
            details,
        })
    }
}

pub fn find(conn: &mut Conn, id: LocationId) -> Result<Option<LocationView>, Fault> {
    let row = locations::table.find(id.get()).select(LocationRow::as_select()).first(conn).optional()?;
    row.map(LocationView::try_from).transpose()
}

/// Archived ones too.
pub fn load(conn: &mut Conn) -> Result<Vec<LocationView>, Fault> {
    let rows: Vec<LocationRow> = locations::table
        .order((locations::position, locations::id))
        .limit(ROWS_MAX)
        .select(LocationRow::as_select())
        .load(conn)?;
    rows.into_iter().map(LocationView::try_from).collect()
}

pub fn insert(tx: &mut Tx<'_>, details: &LocationDetails) -> Result<LocationId, Fault> {
    let id: LocationId = tx.new_id();
    let slug = free_slug(details.name.as_str(), id, |slug| {
        let same: i64 = locations::table.filter(locations::slug.eq(slug)).count().get_result(tx.conn)?;
        Ok(same > 0)
    })?;
    diesel::insert_into(locations::table)
        .values((locations::id.eq(id.get()), locations::slug.eq(slug), LocationValues::try_from(details)?))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn update(tx: &mut Tx<'_>, id: LocationId, details: &LocationDetails) -> Result<(), Fault> {
    diesel::update(locations::table.find(id.get())).set(&LocationValues::try_from(details)?).execute(tx.conn)?;
    Ok(())
}
