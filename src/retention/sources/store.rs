//! The rows of costs, of who changed them, and of what figures are reckoned with.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::CostChange;
use super::settings::{FigureSettings, ServiceMargin};
use crate::db::schema::{
    acquisition_cost_changes as cost_changes, acquisition_costs as costs_table, change_counters, clients, clinic,
    keeping_costs, services, staff_users,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, ServiceId, StaffUserId};
use crate::domain::money::Currency;
use crate::domain::sources::Cost;

/// More costs than any clinic enters.
const COSTS_MAX: i64 = 100_000;
/// More sources are not told apart.
const SOURCES_MAX: i64 = 2_000;
/// Services of one clinic.
const SERVICES_MAX: i64 = 5_000;

pub(super) fn costs(conn: &mut Conn) -> Result<Vec<Cost>, Fault> {
    let rows: Vec<(String, NaiveDate, i64)> = costs_table::table
        .order((costs_table::source, costs_table::month))
        .limit(COSTS_MAX)
        .select((costs_table::source, costs_table::month, costs_table::amount_minor))
        .load(conn)?;
    Ok(rows.into_iter().map(|(source, month, minor)| Cost { source, month, minor }).collect())
}

pub(super) fn cost(conn: &mut Conn, source: &str, month: NaiveDate) -> Result<Option<i64>, Fault> {
    Ok(costs_table::table.find((source, month)).select(costs_table::amount_minor).first(conn).optional()?)
}

pub(super) fn known(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let of_clients: Vec<Option<String>> = clients::table
        .filter(clients::source.is_not_null())
        .filter(clients::merged_into_id.is_null())
        .select(clients::source)
        .distinct()
        .order(clients::source)
        .limit(SOURCES_MAX)
        .load(conn)?;
    let of_costs: Vec<String> = costs_table::table
        .select(costs_table::source)
        .distinct()
        .order(costs_table::source)
        .limit(SOURCES_MAX)
        .load(conn)?;
    let mut names: Vec<String> =
        of_clients.into_iter().flatten().chain(of_costs).filter(|name| !name.trim().is_empty()).collect();
    names.sort_by_key(|name| (name.to_lowercase(), name.clone()));
    names.dedup();
    Ok(names)
}

/// Names of clients; who was erased has none.
pub(super) fn names(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, String>, Fault> {
    let mut names = HashMap::new();
    for some in ids.chunks(500) {
        let numbers: Vec<i64> = some.iter().map(|id| id.get()).collect();
        let rows: Vec<(i64, String, String)> = clients::table
            .filter(clients::id.eq_any(numbers))
            .filter(clients::erased_at.is_null())
            .order(clients::id)
            .select((clients::id, clients::first_name, clients::last_name))
            .load(conn)?;
        names.extend(rows.into_iter().map(|(id, first, last)| (ClientId::new(id), format!("{first} {last}"))));
    }
    Ok(names)
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    source: &str,
    month: NaiveDate,
    minor: Option<i64>,
    currency: Currency,
) -> Result<(), Fault> {
    diesel::delete(costs_table::table.find((source, month))).execute(tx.conn)?;
    if let Some(minor) = minor {
        diesel::insert_into(costs_table::table)
            .values((
                costs_table::source.eq(source),
                costs_table::month.eq(month),
                costs_table::amount_minor.eq(minor),
                costs_table::currency.eq(currency.code()),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    by: Option<StaffUserId>,
    (source, month): (&str, NaiveDate),
    before: Option<i64>,
    after: Option<i64>,
) -> Result<i64, Fault> {
    let id = tx.new_number();
    diesel::insert_into(cost_changes::table)
        .values((
            cost_changes::id.eq(id),
            cost_changes::source.eq(source),
            cost_changes::month.eq(month),
            cost_changes::before_minor.eq(before),
            cost_changes::after_minor.eq(after),
            cost_changes::at.eq(tx.now_naive()),
            cost_changes::staff_user_id.eq(by.map(StaffUserId::get)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub(super) fn changes(conn: &mut Conn, limit: i64) -> Result<Vec<CostChange>, Fault> {
    type Row = (NaiveDateTime, Option<String>, String, NaiveDate, Option<i64>, Option<i64>);
    let rows: Vec<Row> = cost_changes::table
        .left_join(staff_users::table.on(cost_changes::staff_user_id.eq(staff_users::id.nullable())))
        .order((cost_changes::at.desc(), cost_changes::id.desc()))
        .limit(limit)
        .select((
            cost_changes::at,
            staff_users::name.nullable(),
            cost_changes::source,
            cost_changes::month,
            cost_changes::before_minor,
            cost_changes::after_minor,
        ))
        .load(conn)?;
    let change =
        |(at, by, source, month, before, after): Row| CostChange { at: at.and_utc(), by, source, month, before, after };
    Ok(rows.into_iter().map(change).collect())
}

pub(super) fn rename_clients(tx: &mut Tx<'_>, from: &str, into: &str) -> Result<(), Fault> {
    diesel::update(clients::table.filter(clients::source.eq(from))).set(clients::source.eq(into)).execute(tx.conn)?;
    Ok(())
}

/// Whatever is kept of figures is made anew.
pub(super) fn touch(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::update(change_counters::table.find("figures"))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn settings(conn: &mut Conn) -> Result<FigureSettings, Fault> {
    let (lost_after_months, discount_basis_points): (i32, i32) =
        clinic::table.find(1_i64).select((clinic::lost_after_months, clinic::discount_basis_points)).first(conn)?;
    let margins: Vec<(i64, String, i32)> = services::table
        .filter(services::archived_at.is_null())
        .order((services::position, services::id))
        .limit(SERVICES_MAX)
        .select((services::id, services::name, services::margin_basis_points))
        .load(conn)?;
    let keeping: Vec<(NaiveDate, i64)> = keeping_costs::table
        .order(keeping_costs::month.desc())
        .limit(1_200)
        .select((keeping_costs::month, keeping_costs::amount_minor))
        .load(conn)?;
    Ok(FigureSettings {
        lost_after_months,
        discount_basis_points,
        margins: margins
            .into_iter()
            .map(|(id, name, basis_points)| ServiceMargin { service: ServiceId::new(id), name, basis_points })
            .collect(),
        keeping,
    })
}

pub(super) fn save(tx: &mut Tx<'_>, wanted: &FigureSettings, currency: Currency) -> Result<(), Fault> {
    diesel::update(clinic::table.find(1_i64))
        .set((
            clinic::lost_after_months.eq(wanted.lost_after_months),
            clinic::discount_basis_points.eq(wanted.discount_basis_points),
        ))
        .execute(tx.conn)?;
    for margin in &wanted.margins {
        diesel::update(services::table.find(margin.service.get()))
            .set(services::margin_basis_points.eq(margin.basis_points))
            .execute(tx.conn)?;
    }
    for (month, minor) in &wanted.keeping {
        diesel::delete(keeping_costs::table.find(*month)).execute(tx.conn)?;
        if 0 < *minor {
            diesel::insert_into(keeping_costs::table)
                .values((
                    keeping_costs::month.eq(*month),
                    keeping_costs::amount_minor.eq(*minor),
                    keeping_costs::currency.eq(currency.code()),
                ))
                .execute(tx.conn)?;
        }
    }
    touch(tx)
}
