//! The forms for notes and alerts.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};

use super::Answer;
use super::client::{self, address_of};
use crate::clients::{self, ALERTS_MAX, NoteKind, NoteRefused};
use crate::db::{Bad, Never};
use crate::domain::ids::NoteId;
use crate::i18n::Texts;
use crate::web::auth::{Staff, see_other};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// Writes a note or an alert; a provider may for clients he or she may open.
pub async fn add_note(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = staff.form(&app, &body)?;
    let person = super::find(&app, &staff, &id).await?;
    let kind = NoteKind::parse(form.value("kind")).ok_or(Problem::Nonsense)?;
    let field = match kind {
        NoteKind::Note => "note",
        NoteKind::Alert => "alert",
    };
    let (by, client, typed) = (staff.user.id, person.view.id, form.value(field).to_owned());
    let written = app.db.write(app.clock.now(), move |tx| clients::add_note(tx, by, client, kind, &typed)).await;
    match written {
        Ok(()) => Ok(see_other(&format!("{}#notes-title", address_of(client, "noted")))),
        Err(Bad::Refused(NoteRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            form.fail(field, refusal(staff.t, kind, refused));
            client::show(&app, &staff, &request, person, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn refusal(t: Texts, kind: NoteKind, refused: NoteRefused) -> String {
    let most = match kind {
        NoteKind::Note => clients::NOTE_MAX,
        NoteKind::Alert => clients::ALERT_MAX,
    };
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    match refused {
        NoteRefused::Empty | NoteRefused::Unknown => t.text("client-note-empty"),
        NoteRefused::TooLong => t.with("client-note-long", &[("most", &count(most))]),
        NoteRefused::TooMany => t.with("client-alert-many", &[("most", &count(ALERTS_MAX))]),
    }
}

/// Puts a note away.
pub async fn archive_note(app: AppData, staff: Staff, id: Path<(String, String)>, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let (client, note) = id.into_inner();
    let client = super::find(&app, &staff, &client).await?.view.id;
    let note: NoteId = note.parse().map_err(|_wrong| Problem::NotFound)?;
    let by = staff.user.id;
    let written = app
        .db
        .write(app.clock.now(), move |tx| clients::archive_note(tx, by, client, note).map_err(Bad::<Never>::Fault));
    written.await?;
    Ok(see_other(&format!("{}#notes-title", address_of(client, "archived"))))
}
