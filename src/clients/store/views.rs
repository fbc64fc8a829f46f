//! The rows of looks at clients.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::clients::views::{ViewFilter, ViewLine, Viewed};
use crate::db::schema::{appointments, bookings, client_views as views, clients, clinic, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, ProviderId, StaffUserId};

/// More users are not offered in the filter.
const VIEWERS_MAX: i64 = 200;

pub fn was_seen(
    conn: &mut Conn,
    (user, client): (StaffUserId, ClientId),
    what: Viewed,
    since: DateTime<Utc>,
) -> Result<bool, Fault> {
    let newest: Option<i64> = views::table
        .filter(views::client_id.eq(client.get()))
        .filter(views::at.gt(since.naive_utc()))
        .filter(views::staff_user_id.eq(user.get()))
        .filter(views::what.eq(what.as_str()))
        .order(views::at.desc())
        .select(views::id)
        .first(conn)
        .optional()?;
    Ok(newest.is_some())
}

pub fn insert(
    tx: &mut Tx<'_>,
    (user, client): (StaffUserId, ClientId),
    what: Viewed,
    address: Option<&str>,
) -> Result<(), Fault> {
    diesel::insert_into(views::table)
        .values((
            views::id.eq(tx.new_number()),
            views::at.eq(tx.now_naive()),
            views::staff_user_id.eq(user.get()),
            views::client_id.eq(client.get()),
            views::what.eq(what.as_str()),
            views::address.eq(address),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type ViewRow = (i64, NaiveDateTime, (i64, String), (i64, String, String), String, Option<String>);

pub fn load(conn: &mut Conn, filter: ViewFilter, limit: i64) -> Result<Vec<ViewLine>, Fault> {
    let mut query = views::table
        .inner_join(staff_users::table)
        .inner_join(clients::table)
        .order(views::id.desc())
        .limit(limit)
        .select((
            views::id,
            views::at,
            (staff_users::id, staff_users::name),
            (clients::id, clients::first_name, clients::last_name),
            views::what,
            views::address,
        ))
        .into_boxed();
    if let Some(user) = filter.user {
        query = query.filter(views::staff_user_id.eq(user.get()));
    }
    if let Some(client) = filter.client {
        query = query.filter(views::client_id.eq(client.get()));
    }
    if let Some(from) = filter.from {
        query = query.filter(views::at.ge(from.naive_utc()));
    }
    if let Some(until) = filter.until {
        query = query.filter(views::at.lt(until.naive_utc()));
    }
    if let Some(before) = filter.before {
        query = query.filter(views::id.lt(before));
    }
    let rows: Vec<ViewRow> = query.load(conn)?;
    let line = |(id, at, (user, user_name), (client, first, last), what, address): ViewRow| ViewLine {
        id,
        at: at.and_utc(),
        user: StaffUserId::new(user),
        user_name,
        client: ClientId::new(client),
        client_name: format!("{first} {last}"),
        what: Viewed::parse(&what),
        address,
    };
    Ok(rows.into_iter().map(line).collect())
}

pub fn viewers(conn: &mut Conn) -> Result<Vec<(StaffUserId, String)>, Fault> {
    let rows: Vec<(i64, String)> = staff_users::table
        .order((staff_users::name, staff_users::id))
        .limit(VIEWERS_MAX)
        .select((staff_users::id, staff_users::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (StaffUserId::new(id), name)).collect())
}

pub fn may_provider_open(conn: &mut Conn, provider: ProviderId, client: ClientId) -> Result<bool, Fault> {
    let sees: Option<String> = clinic::table.select(clinic::providers_see).first(conn).optional()?;
    if sees.as_deref() == Some("all") {
        return Ok(true);
    }
    let met: Option<i64> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq(client.get()))
        .filter(appointments::provider_id.eq(provider.get()))
        .order(bookings::id)
        .select(bookings::id)
        .first(conn)
        .optional()?;
    Ok(met.is_some())
}
