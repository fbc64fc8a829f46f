//! What services cost from which day on.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::ROWS_MAX;
use crate::catalog::DatedPrice;
use crate::db::schema::service_prices;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::ServiceId;

type Row = (i64, NaiveDate, i64, i32);

fn price((_, valid_from, price_minor, rate): Row) -> DatedPrice {
    DatedPrice { valid_from, price_minor, tax_basis_points: i64::from(rate) }
}

/// The prices of every service, the earliest first.
pub fn load_all(conn: &mut Conn) -> Result<HashMap<ServiceId, Vec<DatedPrice>>, Fault> {
    let rows: Vec<Row> =
        service_prices::table.order((service_prices::service_id, service_prices::valid_from)).load(conn)?;
    let mut prices: HashMap<ServiceId, Vec<DatedPrice>> = HashMap::new();
    for row in rows {
        prices.entry(ServiceId::new(row.0)).or_default().push(price(row));
    }
    Ok(prices)
}

/// The prices of one service, the earliest first.
pub fn load(conn: &mut Conn, service: ServiceId) -> Result<Vec<DatedPrice>, Fault> {
    let own = service_prices::table.filter(service_prices::service_id.eq(service.get()));
    let rows: Vec<Row> = own.order(service_prices::valid_from).limit(ROWS_MAX).load(conn)?;
    Ok(rows.into_iter().map(price).collect())
}

pub fn insert(tx: &mut Tx<'_>, service: ServiceId, price: &DatedPrice) -> Result<(), Fault> {
    diesel::insert_into(service_prices::table)
        .values((
            service_prices::service_id.eq(service.get()),
            service_prices::valid_from.eq(price.valid_from),
            service_prices::price_minor.eq(price.price_minor),
            service_prices::tax_basis_points.eq(super::number(price.tax_basis_points)?),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, service: ServiceId, valid_from: NaiveDate) -> Result<bool, Fault> {
    let gone = diesel::delete(service_prices::table.find((service.get(), valid_from))).execute(tx.conn)?;
    Ok(gone == 1)
}
