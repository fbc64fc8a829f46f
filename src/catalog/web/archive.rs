//! Archiving, restoring and deleting, the same for locations, rooms, providers and services.

use actix_web::web::{Bytes, Path};

use super::{Answer, Ending, done, known, not_done, seen_version};
use crate::catalog::{self, DeleteRefused, Thing};
use crate::db::Bad;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// What the address names.
fn thing(kind: &str, id: &str) -> Result<Thing, Problem> {
    match kind {
        "locations" => Ok(Thing::Location(known(id)?)),
        "rooms" => Ok(Thing::Room(known(id)?)),
        "providers" => Ok(Thing::Provider(known(id)?)),
        "services" => Ok(Thing::Service(known(id)?)),
        _ => Err(Problem::NotFound),
    }
}

/// The box at the end of the page of something that is there.
pub(super) async fn ending(
    app: &AppData,
    thing: Thing,
    base: String,
    version: i64,
    is_archived: bool,
) -> Result<Ending, Problem> {
    let now = app.0.clock.now();
    let uses = app.0.db.read(move |conn| catalog::uses_of(conn, thing, now)).await?;
    Ok(Ending { base, version, is_archived, can_delete: !uses.ever, to_come: uses.to_come })
}

/// Takes something out of use.
pub async fn archive(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (kind, id) = path.into_inner();
    let thing = thing(&kind, &id)?;
    let (seen, by) = (seen_version(&who.form(&app.0, &body)?), who.user.id);
    let place = format!("/staff/catalog/{kind}/{id}");
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::archive(tx, by, thing, seen)).await {
        Ok(()) => Ok(done(&place, "archived")),
        Err(Bad::Refused(refused)) => not_done(&place, refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Brings something back.
pub async fn restore(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (kind, id) = path.into_inner();
    let thing = thing(&kind, &id)?;
    let (seen, by) = (seen_version(&who.form(&app.0, &body)?), who.user.id);
    let place = format!("/staff/catalog/{kind}/{id}");
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::restore(tx, by, thing, seen)).await {
        Ok(()) => Ok(done(&place, "restored")),
        Err(Bad::Refused(refused)) => not_done(&place, refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Deletes something that was never used.
pub async fn delete(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (kind, id) = path.into_inner();
    let thing = thing(&kind, &id)?;
    let (seen, by) = (seen_version(&who.form(&app.0, &body)?), who.user.id);
    let place = format!("/staff/catalog/{kind}/{id}");
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::delete(tx, by, thing, seen)).await {
        Ok(()) => {
            // Rooms are listed with their locations.
            let list = if kind == "rooms" { "locations" } else { kind.as_str() };
            Ok(done(&format!("/staff/catalog/{list}"), "deleted"))
        }
        Err(Bad::Refused(DeleteRefused::InUse)) => Ok(done(&place, "in-use")),
        Err(Bad::Refused(DeleteRefused::Edit(refused))) => not_done(&place, refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
