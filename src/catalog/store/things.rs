//! What locations, rooms, providers and services have in common: a version, an archive, an end.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::catalog::change::Thing;
use crate::db::schema::{
    closures, hour_exceptions, locations, providers, rooms, service_providers, services, time_off, weekly_hours,
};
use crate::db::{Conn, Fault, Tx};

/// The same statement on the table of whatever `thing` is.
macro_rules! on_table_of {
    ($thing:expr, |$table:ident, $id:ident| $statement:expr) => {
        match $thing {
            Thing::Location(which) => {
                use locations as $table;
                let $id = which.get();
                $statement
            }
            Thing::Room(which) => {
                use rooms as $table;
                let $id = which.get();
                $statement
            }
            Thing::Provider(which) => {
                use providers as $table;
                let $id = which.get();
                $statement
            }
            Thing::Service(which) => {
                use services as $table;
                let $id = which.get();
                $statement
            }
        }
    };
}

/// The version of the row; nothing when there is none.
pub fn version(conn: &mut Conn, thing: Thing) -> Result<Option<i64>, Fault> {
    let version =
        on_table_of!(thing, |table, id| table::table.find(id).select(table::row_version).first(conn).optional()?);
    Ok(version)
}

/// False when the version was not `seen`, or there is no such row.
pub fn raise_version_from(tx: &mut Tx<'_>, thing: Thing, seen: i64) -> Result<bool, Fault> {
    let changed = on_table_of!(thing, |table, id| {
        diesel::update(table::table.filter(table::id.eq(id)).filter(table::row_version.eq(seen)))
            .set(table::row_version.eq(seen.saturating_add(1)))
            .execute(tx.conn)?
    });
    Ok(changed == 1)
}

pub fn raise_version(tx: &mut Tx<'_>, thing: Thing) -> Result<(), Fault> {
    on_table_of!(thing, |table, id| {
        diesel::update(table::table.find(id)).set(table::row_version.eq(table::row_version + 1)).execute(tx.conn)?
    });
    Ok(())
}

pub fn set_archived(tx: &mut Tx<'_>, thing: Thing, at: Option<NaiveDateTime>) -> Result<(), Fault> {
    on_table_of!(thing, |table, id| {
        diesel::update(table::table.find(id)).set(table::archived_at.eq(at)).execute(tx.conn)?
    });
    Ok(())
}

/// Deletes the row and what is only part of it.
pub fn delete(tx: &mut Tx<'_>, thing: Thing) -> Result<(), Fault> {
    delete_parts(tx, thing)?;
    on_table_of!(thing, |table, id| diesel::delete(table::table.find(id)).execute(tx.conn)?);
    Ok(())
}

fn delete_parts(tx: &mut Tx<'_>, thing: Thing) -> Result<(), Fault> {
    match thing {
        Thing::Location(id) => {
            let id = id.get();
            diesel::delete(weekly_hours::table.filter(weekly_hours::location_id.eq(id))).execute(tx.conn)?;
            diesel::delete(hour_exceptions::table.filter(hour_exceptions::location_id.eq(id))).execute(tx.conn)?;
            diesel::delete(closures::table.filter(closures::location_id.eq(id))).execute(tx.conn)?;
            diesel::delete(rooms::table.filter(rooms::location_id.eq(id))).execute(tx.conn)?;
        }
        Thing::Room(_) => {}
        Thing::Provider(id) => {
            let id = id.get();
            diesel::delete(weekly_hours::table.filter(weekly_hours::provider_id.eq(id))).execute(tx.conn)?;
            diesel::delete(hour_exceptions::table.filter(hour_exceptions::provider_id.eq(id))).execute(tx.conn)?;
            diesel::delete(time_off::table.filter(time_off::provider_id.eq(id))).execute(tx.conn)?;
            diesel::delete(service_providers::table.filter(service_providers::provider_id.eq(id))).execute(tx.conn)?;
        }
        Thing::Service(id) => {
            let of_service = service_providers::table.filter(service_providers::service_id.eq(id.get()));
            diesel::delete(of_service).execute(tx.conn)?;
        }
    }
    Ok(())
}
