//! Everything about one client as a file, for a request under GDPR art. 15 or 20.

use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::Answer;
use crate::clients;
use crate::db::{Bad, Never};
use crate::portal;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// The file. It is asked for by a form, because giving out a whole record is written down.
pub async fn export(app: AppData, manager: Manager, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    manager.form(&app, &body)?;
    let client = super::find(&app, &manager, &id).await?.view.id;
    let (by, now, address) = (manager.user.id, app.clock.now(), super::address_of(&app, &request));
    let written = app
        .db
        .write(now, move |tx| clients::note_export(tx, by, client, address.as_deref()).map_err(Bad::<Never>::Fault));
    written.await?;
    let found = app.db.read(move |conn| portal::export_for_clinic(conn, client)).await?;
    let text = portal::export_text(&found.ok_or(Problem::NotFound)?, now, &manager.catalog.clinic.name)?;
    let name = format!("attachment; filename=\"client-{client}.json\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(text))
}
