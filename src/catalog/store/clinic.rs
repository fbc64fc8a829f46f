//! The one row of the clinic.

use diesel::prelude::*;

use super::{email, number, phone};
use crate::catalog::edit_clinic::ClinicDetails;
use crate::catalog::wording::{Color, Label, Line};
use crate::db::schema::{bookings, clinic, ledger_entries};
use crate::db::{Conn, Fault, Tx};
use crate::domain::language::Language;
use crate::domain::policy::Policy;
use crate::domain::recognise::{EmailAddress, PhoneNumber};

const ID: i64 = 1;

#[derive(Queryable, Selectable)]
#[diesel(table_name = clinic)]
struct ClinicRow {
    name: String,
    tagline: String,
    email: Option<String>,
    phone: Option<String>,
    currency: String,
    language: String,
    accent_color: String,
    cancel_notice_minutes: i32,
    cancel_policy: String,
    lead_minutes: i32,
    move_notice_minutes: i32,
    moves_max: i32,
    offer_minutes: i32,
    short_notice_offer_minutes: i32,
    row_version: i64,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = clinic, treat_none_as_null = true)]
struct ClinicValues<'a> {
    name: &'a str,
    tagline: &'a str,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    currency: &'a str,
    language: &'a str,
    accent_color: &'a str,
    cancel_notice_minutes: i32,
    cancel_policy: &'a str,
    lead_minutes: i32,
    move_notice_minutes: i32,
    moves_max: i32,
    offer_minutes: i32,
    short_notice_offer_minutes: i32,
}

fn values(details: &ClinicDetails) -> Result<ClinicValues<'_>, Fault> {
    Ok(ClinicValues {
        name: details.name.as_str(),
        tagline: details.tagline.as_str(),
        email: details.email.as_ref().map(EmailAddress::as_str),
        phone: details.phone.as_ref().map(PhoneNumber::as_str),
        currency: details.currency.code(),
        language: details.language.tag(),
        accent_color: details.accent_color.as_str(),
        cancel_notice_minutes: number(details.policy.cancel_notice_minutes)?,
        cancel_policy: &details.policy.text,
        lead_minutes: number(details.policy.lead_minutes)?,
        move_notice_minutes: number(details.policy.move_notice_minutes)?,
        moves_max: i32::from(details.policy.moves_max),
        offer_minutes: number(details.offer_minutes)?,
        short_notice_offer_minutes: number(details.short_notice_offer_minutes)?,
    })
}

pub fn find(conn: &mut Conn) -> Result<Option<(ClinicDetails, i64)>, Fault> {
    let row: Option<ClinicRow> = clinic::table.find(ID).select(ClinicRow::as_select()).first(conn).optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let corrupt = |column: &str, what: String| Fault::corrupt("clinic", column, ID, what);
    let minutes = |column: &str, value: i32| u32::try_from(value).map_err(|error| corrupt(column, error.to_string()));
    let details = ClinicDetails {
        name: Label::stored(row.name),
        tagline: Line::stored(row.tagline),
        email: email("clinic", ID, row.email)?,
        phone: phone("clinic", ID, row.phone)?,
        currency: row.currency.parse().map_err(|error| Fault::corrupt("clinic", "currency", ID, error))?,
        language: Language::parse(&row.language).ok_or_else(|| corrupt("language", row.language.clone()))?,
        accent_color: Color::parse(&row.accent_color).map_err(|error| corrupt("accent_color", error.to_string()))?,
        policy: Policy {
            lead_minutes: minutes("lead_minutes", row.lead_minutes)?,
            move_notice_minutes: minutes("move_notice_minutes", row.move_notice_minutes)?,
            cancel_notice_minutes: minutes("cancel_notice_minutes", row.cancel_notice_minutes)?,
            moves_max: u16::try_from(row.moves_max).map_err(|error| corrupt("moves_max", error.to_string()))?,
            text: row.cancel_policy,
        },
        offer_minutes: minutes("offer_minutes", row.offer_minutes)?,
        short_notice_offer_minutes: minutes("short_notice_offer_minutes", row.short_notice_offer_minutes)?,
    };
    Ok(Some((details, row.row_version)))
}

pub fn insert(tx: &mut Tx<'_>, details: &ClinicDetails) -> Result<(), Fault> {
    diesel::insert_into(clinic::table).values((clinic::id.eq(ID), values(details)?)).execute(tx.conn)?;
    Ok(())
}

pub fn update(tx: &mut Tx<'_>, details: &ClinicDetails) -> Result<(), Fault> {
    diesel::update(clinic::table.find(ID)).set(&values(details)?).execute(tx.conn)?;
    Ok(())
}

pub fn raise_version_from(tx: &mut Tx<'_>, seen: i64) -> Result<bool, Fault> {
    let row = clinic::table.filter(clinic::id.eq(ID)).filter(clinic::row_version.eq(seen));
    Ok(diesel::update(row).set(clinic::row_version.eq(seen.saturating_add(1))).execute(tx.conn)? == 1)
}

/// Whether money was ever asked for or moved.
pub fn has_amounts(conn: &mut Conn) -> Result<bool, Fault> {
    let booked: Option<i64> = bookings::table.select(bookings::id).order(bookings::id).first(conn).optional()?;
    let moved = ledger_entries::table.select(ledger_entries::id).order(ledger_entries::id);
    let moved: Option<i64> = moved.first(conn).optional()?;
    Ok(booked.is_some() || moved.is_some())
}
