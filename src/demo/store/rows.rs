//! The rows as the tables take them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Contact;
use crate::db::schema::{
    acquisition_costs, appointments, booking_events, bookings, client_words, clients, households, ledger_entries,
    occupations, seats,
};
use crate::demo::catalogue as shop;
use crate::demo::people::{AcquisitionCost, Patient};

#[derive(Insertable)]
#[diesel(table_name = households)]
pub(in crate::demo) struct HouseholdRow {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) name: String,
}

#[derive(Insertable)]
#[diesel(table_name = clients, treat_none_as_default_value = false)]
pub(in crate::demo) struct ClientRow<'a> {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) first_name: &'a str,
    pub(in crate::demo) last_name: &'a str,
    pub(in crate::demo) email: Option<&'a str>,
    pub(in crate::demo) phone: Option<&'a str>,
    pub(in crate::demo) email_key: Option<String>,
    pub(in crate::demo) phone_key: Option<String>,
    pub(in crate::demo) name_key: String,
    pub(in crate::demo) language: &'a str,
    pub(in crate::demo) birth_date: NaiveDate,
    pub(in crate::demo) household_id: Option<i64>,
    pub(in crate::demo) guardian_id: Option<i64>,
    pub(in crate::demo) payer_id: Option<i64>,
    pub(in crate::demo) source: &'a str,
    pub(in crate::demo) created_at: NaiveDateTime,
}

impl<'a> ClientRow<'a> {
    pub(super) fn of(
        patient: &'a Patient,
        id: i64,
        created_at: NaiveDateTime,
        contact: &Contact,
        household_id: Option<i64>,
        guardian_id: Option<i64>,
    ) -> Self {
        Self {
            id,
            first_name: &patient.first_name,
            last_name: &patient.last_name,
            email: patient.email.as_deref(),
            phone: patient.phone.as_deref(),
            email_key: contact.keys.email_key.clone(),
            phone_key: contact.keys.phone_key.clone(),
            name_key: contact.keys.name_key.clone(),
            language: patient.language,
            birth_date: patient.born,
            household_id,
            guardian_id,
            payer_id: guardian_id,
            source: patient.source,
            created_at,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = client_words)]
pub(in crate::demo) struct WordRow {
    pub(in crate::demo) client_id: i64,
    pub(in crate::demo) word: String,
}

#[derive(Insertable)]
#[diesel(table_name = acquisition_costs)]
pub(in crate::demo) struct CostRow {
    pub(in crate::demo) source: &'static str,
    pub(in crate::demo) month: NaiveDate,
    pub(in crate::demo) amount_minor: i64,
    pub(in crate::demo) currency: &'static str,
}

impl CostRow {
    pub(super) const fn of(cost: &AcquisitionCost) -> Self {
        Self { source: cost.source, month: cost.month, amount_minor: cost.amount_minor, currency: shop::CURRENCY }
    }
}

#[derive(Insertable)]
#[diesel(table_name = appointments, treat_none_as_default_value = false)]
pub(in crate::demo) struct AppointmentRow<'a> {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) location_id: i64,
    pub(in crate::demo) service_id: i64,
    pub(in crate::demo) provider_id: i64,
    pub(in crate::demo) room_id: Option<i64>,
    pub(in crate::demo) starts_at: NaiveDateTime,
    pub(in crate::demo) ends_at: NaiveDateTime,
    pub(in crate::demo) local_start: NaiveDateTime,
    pub(in crate::demo) zone: &'a str,
    pub(in crate::demo) zone_version: &'a str,
    pub(in crate::demo) capacity: i32,
    pub(in crate::demo) released_at: Option<NaiveDateTime>,
    pub(in crate::demo) created_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = occupations)]
pub(in crate::demo) struct OccupationRow {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) appointment_id: i64,
    pub(in crate::demo) resource_id: i64,
    pub(in crate::demo) resource_kind: &'static str,
    pub(in crate::demo) starts_at: NaiveDateTime,
    pub(in crate::demo) ends_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = bookings, treat_none_as_default_value = false)]
pub(in crate::demo) struct BookingRow<'a> {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) reference: String,
    pub(in crate::demo) appointment_id: i64,
    pub(in crate::demo) client_id: i64,
    pub(in crate::demo) visit_group_id: Option<i64>,
    pub(in crate::demo) status: &'a str,
    pub(in crate::demo) party: i32,
    pub(in crate::demo) service_name: &'a str,
    pub(in crate::demo) duration_minutes: i32,
    pub(in crate::demo) price_minor: i64,
    pub(in crate::demo) currency: &'a str,
    pub(in crate::demo) cancel_notice_minutes: i32,
    pub(in crate::demo) cancel_policy: &'a str,
    pub(in crate::demo) language: &'a str,
    pub(in crate::demo) source: Option<&'a str>,
    pub(in crate::demo) note: &'a str,
    pub(in crate::demo) schedule_version: i32,
    pub(in crate::demo) row_version: i64,
    pub(in crate::demo) created_at: NaiveDateTime,
    pub(in crate::demo) created_by: &'a str,
    pub(in crate::demo) client_confirmed_at: Option<NaiveDateTime>,
    pub(in crate::demo) tax_basis_points: i32,
    pub(in crate::demo) arrived_at: Option<NaiveDateTime>,
    pub(in crate::demo) started_at: Option<NaiveDateTime>,
    pub(in crate::demo) missed_at: Option<NaiveDateTime>,
    pub(in crate::demo) completed_at: Option<NaiveDateTime>,
    pub(in crate::demo) ended_at: Option<NaiveDateTime>,
    pub(in crate::demo) ended_by: Option<&'a str>,
    pub(in crate::demo) ended_reason: Option<&'a str>,
    pub(in crate::demo) late_cancellation: bool,
}

#[derive(Insertable)]
#[diesel(table_name = seats)]
pub(in crate::demo) struct SeatRow {
    pub(in crate::demo) appointment_id: i64,
    pub(in crate::demo) seat_no: i32,
    pub(in crate::demo) booking_id: i64,
}

#[derive(Insertable)]
#[diesel(table_name = booking_events, treat_none_as_default_value = false)]
pub(in crate::demo) struct EventRow {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) booking_id: i64,
    pub(in crate::demo) at: NaiveDateTime,
    pub(in crate::demo) actor: &'static str,
    pub(in crate::demo) staff_user_id: Option<i64>,
    pub(in crate::demo) kind: &'static str,
    pub(in crate::demo) before_state: Option<&'static str>,
    pub(in crate::demo) after_state: Option<&'static str>,
    pub(in crate::demo) reason: Option<&'static str>,
}

#[derive(Insertable)]
#[diesel(table_name = ledger_entries, treat_none_as_default_value = false)]
pub(in crate::demo) struct LedgerRow {
    pub(in crate::demo) id: i64,
    pub(in crate::demo) client_id: i64,
    pub(in crate::demo) booking_id: i64,
    pub(in crate::demo) kind: &'static str,
    pub(in crate::demo) amount_minor: i64,
    pub(in crate::demo) currency: &'static str,
    pub(in crate::demo) method: Option<&'static str>,
    pub(in crate::demo) occurred_at: NaiveDateTime,
    pub(in crate::demo) recorded_at: NaiveDateTime,
    pub(in crate::demo) recorded_by: Option<i64>,
    pub(in crate::demo) note: &'static str,
    pub(in crate::demo) item: &'static str,
    pub(in crate::demo) tax_minor: i64,
    pub(in crate::demo) tax_basis_points: i32,
    pub(in crate::demo) location_id: Option<i64>,
}
