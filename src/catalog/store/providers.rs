//! Providers as their page has them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{ROWS_MAX, email, free_slug};
use crate::catalog::edit_provider::ProviderDetails;
use crate::catalog::listed::ProviderView;
use crate::catalog::wording::{Color, Label, Line, Prose};
use crate::db::schema::providers;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::ProviderId;
use crate::domain::recognise::EmailAddress;

#[derive(Queryable, Selectable)]
#[diesel(table_name = providers)]
struct ProviderRow {
    id: i64,
    slug: String,
    name: String,
    title: String,
    bio: String,
    languages: String,
    color: String,
    email: Option<String>,
    leaves_on: Option<NaiveDate>,
    position: i32,
    archived_at: Option<NaiveDateTime>,
    row_version: i64,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = providers, treat_none_as_null = true)]
struct ProviderValues<'a> {
    name: &'a str,
    title: &'a str,
    bio: &'a str,
    languages: &'a str,
    color: &'a str,
    email: Option<&'a str>,
    leaves_on: Option<NaiveDate>,
    position: i32,
}

impl<'a> From<&'a ProviderDetails> for ProviderValues<'a> {
    fn from(details: &'a ProviderDetails) -> Self {
        Self {
            name: details.name.as_str(),
            title: details.title.as_str(),
            bio: details.bio.as_str(),
            languages: details.languages.as_str(),
            color: details.color.as_str(),
            email: details.email.as_ref().map(EmailAddress::as_str),
            leaves_on: details.leaves_on,
            position: details.position,
        }
    }
}

impl TryFrom<ProviderRow> for ProviderView {
    type Error = Fault;
    fn try_from(row: ProviderRow) -> Result<Self, Fault> {
        let details = ProviderDetails {
            name: Label::stored(row.name),
            title: Line::stored(row.title),
            bio: Prose::stored(row.bio),
            languages: Line::stored(row.languages),
            color: Color::parse(&row.color).map_err(|error| Fault::corrupt("providers", "color", row.id, error))?,
            email: email("providers", row.id, row.email)?,
            leaves_on: row.leaves_on,
            position: row.position,
        };
        Ok(Self {
            id: ProviderId::new(row.id),
            slug: row.slug,
            version: row.row_version,
            is_archived: row.archived_at.is_some(),
            details,
        })
    }
}

pub fn find(conn: &mut Conn, id: ProviderId) -> Result<Option<ProviderView>, Fault> {
    let row = providers::table.find(id.get()).select(ProviderRow::as_select()).first(conn).optional()?;
    row.map(ProviderView::try_from).transpose()
}

/// Archived ones too.
pub fn load(conn: &mut Conn) -> Result<Vec<ProviderView>, Fault> {
    let rows: Vec<ProviderRow> = providers::table
        .order((providers::position, providers::id))
        .limit(ROWS_MAX)
        .select(ProviderRow::as_select())
        .load(conn)?;
    rows.into_iter().map(ProviderView::try_from).collect()
}

pub fn insert(tx: &mut Tx<'_>, details: &ProviderDetails) -> Result<ProviderId, Fault> {
    let id: ProviderId = tx.new_id();
    let slug = free_slug(details.name.as_str(), id, |slug| {
        let same: i64 = providers::table.filter(providers::slug.eq(slug)).count().get_result(tx.conn)?;
        Ok(same > 0)
    })?;
    diesel::insert_into(providers::table)
        .values((providers::id.eq(id.get()), providers::slug.eq(slug), ProviderValues::from(details)))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn update(tx: &mut Tx<'_>, id: ProviderId, details: &ProviderDetails) -> Result<(), Fault> {
    diesel::update(providers::table.find(id.get())).set(&ProviderValues::from(details)).execute(tx.conn)?;
    Ok(())
}
