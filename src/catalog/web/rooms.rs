//! One room.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::archive::ending;
use super::fields::Reader;
use super::{Answer, Crumb, Ending, Which, contested, done, known, seen_version, telling, which};
use crate::catalog::{self, EditRefused, LocationView, RoomDetails, RoomView, Thing};
use crate::db::Bad;
use crate::domain::ids::{LocationId, RoomId};
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const NAMES: [&str; 3] = ["name", "kind", "position"];

#[derive(Template)]
#[template(path = "catalog/room.html")]
struct RoomPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    action: String,
    kind_hint: String,
    ending: Option<Ending>,
}

/// One room, or an empty form for a new one at `?location=`.
pub async fn room_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    match which(&path)? {
        Which::New => {
            let asked = Form::parse(request.query_string());
            let location = location(&app, known(asked.value("location"))?).await?;
            let position = who.catalog.rooms.len() + 1;
            let form = Form::new().filled("position", position.to_string());
            show(&app, &who, &request, StatusCode::OK, form, &location, None).await
        }
        Which::Known(id) => {
            let room = find(&app, id).await?;
            let location = location(&app, room.location).await?;
            show(&app, &who, &request, StatusCode::OK, filled(&room), &location, Some(room)).await
        }
    }
}

/// Saves a room; a new one belongs to the location of the form.
pub async fn save_room(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let which: Which<RoomId> = which(&path)?;
    let mut reader = Reader::new(who.form(&app.0, &body)?, who.t);
    let room = match which {
        Which::New => None,
        Which::Known(id) => Some(find(&app, id).await?),
    };
    let place = match &room {
        Some(room) => room.location,
        None => known(reader.form.value("location"))?,
    };
    let location = location(&app, place).await?;
    let Some(details) = details(&mut reader) else {
        return show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, &location, room).await;
    };
    let (seen, by) = (seen_version(&reader.form), who.user.id);
    let saved = app.0.db.write(app.0.clock.now(), move |tx| match which {
        Which::New => catalog::add_room(tx, by, place, &details),
        Which::Known(id) => catalog::edit_room(tx, by, id, seen, &details).map(|()| id),
    });
    match saved.await {
        Ok(_) => Ok(done("/staff/catalog/locations", "saved")),
        Err(Bad::Refused(EditRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Refused(EditRefused::Changed)) => {
            let room = match which {
                Which::New => return Err(Problem::NotFound),
                Which::Known(id) => find(&app, id).await?,
            };
            let form = contested(reader.form, &filled(&room), &NAMES, room.version, who.t);
            show(&app, &who, &request, StatusCode::CONFLICT, form, &location, Some(room)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn find(app: &AppData, id: RoomId) -> Result<RoomView, Problem> {
    app.0.db.read(move |conn| catalog::room_to_edit(conn, id)).await?.ok_or(Problem::NotFound)
}

async fn location(app: &AppData, id: LocationId) -> Result<LocationView, Problem> {
    app.0.db.read(move |conn| catalog::location_to_edit(conn, id)).await?.ok_or(Problem::NotFound)
}

fn details(reader: &mut Reader) -> Option<RoomDetails> {
    let name = reader.label("name");
    let kind = reader.label("kind");
    let position = reader.position();
    Some(RoomDetails { name: name?, kind: kind?, position: position? })
}

fn filled(room: &RoomView) -> Form {
    Form::new()
        .filled("version", room.version.to_string())
        .filled("name", room.details.name.as_str())
        .filled("kind", room.details.kind.as_str())
        .filled("position", room.details.position.to_string())
}

async fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    location: &LocationView,
    room: Option<RoomView>,
) -> Result<HttpResponse, Problem> {
    let t = who.t;
    let title = room.as_ref().map_or_else(|| t.text("catalog-room-new"), |room| room.details.name.to_string());
    let mut page = telling(who.page(request, Nav::Catalog, title), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let action =
        room.as_ref().map_or("/staff/catalog/rooms/new".to_owned(), |room| format!("/staff/catalog/rooms/{}", room.id));
    let ending = match &room {
        Some(room) => Some(ending(app, Thing::Room(room.id), action.clone(), room.version, room.is_archived).await?),
        None => None,
    };
    let here = format!("/staff/catalog/locations/{}", location.id);
    let trail = vec![Crumb::locations(t), Crumb::new(here, location.details.name.as_str())];
    let kinds = kinds(who);
    let kind_hint = match kinds.as_str() {
        "" => t.text("catalog-room-kind-hint"),
        _ => t.with("catalog-room-kind-known", &[("kinds", &kinds)]),
    };
    let form = form.filled("location", location.id.to_string());
    Ok(page::html(status, &RoomPage { page, form, trail, action, kind_hint, ending }))
}

fn kinds(who: &Manager) -> String {
    let mut kinds: Vec<&str> = who.catalog.rooms.iter().map(|room| room.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.truncate(12);
    kinds.join(", ")
}
