//! Locations with their rooms.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::archive::ending;
use super::fields::{Reader, units};
use super::policy::{self, Hints};
use super::{Answer, Crumb, Ending, Which, contested, done, seen_version, telling, which};
use crate::catalog::{self, Edit, EditRefused, Line, LocationDetails, LocationView, RoomView, Thing};
use crate::db::Bad;
use crate::domain::ids::LocationId;
use crate::domain::recognise::{EmailAddress, PhoneNumber};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const NAMES: [&str; 11] =
    ["name", "zone", "street", "postal_code", "city", "region", "country", "phone", "email", "directions", "position"];

/// A room in the list of its location.
struct RoomLine {
    href: String,
    name: String,
    kind: String,
    is_archived: bool,
}

/// A location in the list.
struct LocationLine {
    id: String,
    href: String,
    name: String,
    address: String,
    zone: String,
    is_archived: bool,
    rooms: Vec<RoomLine>,
}

#[derive(Template)]
#[template(path = "catalog/locations.html")]
struct LocationsPage {
    page: Page,
    locations: Vec<LocationLine>,
    archived: Vec<LocationLine>,
}

#[derive(Template)]
#[template(path = "catalog/location.html")]
struct LocationPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    action: String,
    zones: Vec<(String, String)>,
    units: Vec<(String, String)>,
    hints: Hints,
    ending: Option<Ending>,
}

/// Every location with its rooms.
pub async fn locations_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let t = who.t;
    let (locations, rooms) =
        app.0.db.read(|conn| Ok((catalog::locations_to_edit(conn)?, catalog::rooms_to_edit(conn)?))).await?;
    let lines = locations.iter().map(|location| line(t, location, &rooms));
    let (archived, locations) = lines.partition(|line: &LocationLine| line.is_archived);
    let page = who.page(&request, Nav::Catalog, t.text("catalog-locations"));
    let page = telling(page, request.query_string());
    Ok(page::html(StatusCode::OK, &LocationsPage { page, locations, archived }))
}

fn line(t: Texts, location: &LocationView, rooms: &[RoomView]) -> LocationLine {
    let details = &location.details;
    let parts = [&details.street, &details.city, &details.region, &details.postal_code];
    let address: Vec<&str> = parts.into_iter().map(Line::as_str).filter(|part| !part.is_empty()).collect();
    let own = rooms.iter().filter(|room| room.location == location.id);
    LocationLine {
        id: location.id.to_string(),
        href: format!("/staff/catalog/locations/{}", location.id),
        name: details.name.to_string(),
        address: address.join(", "),
        zone: t.zone(details.zone),
        is_archived: location.is_archived,
        rooms: own
            .map(|room| RoomLine {
                href: format!("/staff/catalog/rooms/{}", room.id),
                name: room.details.name.to_string(),
                kind: room.details.kind.to_string(),
                is_archived: room.is_archived,
            })
            .collect(),
    }
}

/// One location, or an empty form for a new one.
pub async fn location_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let which = which(&path)?;
    let (form, found) = match which {
        Which::New => (new_form(&who), None),
        Which::Known(id) => {
            let found = find(&app, id).await?;
            (filled(&found), Some(found))
        }
    };
    show(&app, &who, &request, StatusCode::OK, form, found).await
}

/// Saves a location.
pub async fn save_location(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let which: Which<LocationId> = which(&path)?;
    let mut reader = Reader::new(who.form(&app.0, &body)?, who.t);
    let Some(details) = details(&mut reader, who.t) else {
        let found = found(&app, which).await?;
        return show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, found).await;
    };
    let edit = match which {
        Which::New => Edit::New,
        Which::Known(id) => Edit::Existing { id, seen: seen_version(&reader.form) },
    };
    let by = who.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::edit_location(tx, by, edit, &details)).await {
        Ok(id) => Ok(done(&format!("/staff/catalog/locations/{id}"), "saved")),
        Err(Bad::Refused(EditRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Refused(EditRefused::Changed)) => {
            let found = found(&app, which).await?.ok_or(Problem::NotFound)?;
            let form = contested(
                reader.form,
                &filled(&found),
                &[&NAMES[..], &policy::NAMES[..]].concat(),
                found.version,
                who.t,
            );
            show(&app, &who, &request, StatusCode::CONFLICT, form, Some(found)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn find(app: &AppData, id: LocationId) -> Result<LocationView, Problem> {
    app.0.db.read(move |conn| catalog::location_to_edit(conn, id)).await?.ok_or(Problem::NotFound)
}

async fn found(app: &AppData, which: Which<LocationId>) -> Result<Option<LocationView>, Problem> {
    match which {
        Which::New => Ok(None),
        Which::Known(id) => find(app, id).await.map(Some),
    }
}

fn details(reader: &mut Reader, t: Texts) -> Option<LocationDetails> {
    let name = reader.label("name");
    let zone = time::zone_named(reader.form.value("zone")).ok();
    if zone.is_none() {
        reader.form.fail("zone", t.text("catalog-wrong-zone"));
    }
    let street = reader.line("street");
    let postal_code = reader.line("postal_code");
    let city = reader.line("city");
    let region = reader.line("region");
    let country = reader.line("country");
    let phone = reader.phone("phone");
    let email = reader.email("email");
    let directions = reader.prose("directions");
    let position = reader.position();
    let policy = policy::read(reader);
    Some(LocationDetails {
        name: name?,
        zone: zone?,
        street: street?,
        postal_code: postal_code?,
        city: city?,
        region: region?,
        country: country?,
        phone: phone?,
        email: email?,
        directions: directions?,
        position: position?,
        policy: policy?,
    })
}

/// A new location is as a rule in the zone of the others, and stands after them.
fn new_form(who: &Manager) -> Form {
    let first = who.catalog.locations.first();
    let position = who.catalog.locations.len() + 1;
    Form::new()
        .filled("zone", first.map_or("", |location| location.zone.name()))
        .filled("country", first.map_or("", |location| location.country.as_str()))
        .filled("position", position.to_string())
}

fn filled(location: &LocationView) -> Form {
    let details = &location.details;
    let form = Form::new()
        .filled("version", location.version.to_string())
        .filled("name", details.name.as_str())
        .filled("zone", details.zone.name())
        .filled("street", details.street.as_str())
        .filled("postal_code", details.postal_code.as_str())
        .filled("city", details.city.as_str())
        .filled("region", details.region.as_str())
        .filled("country", details.country.as_str())
        .filled("phone", details.phone.as_ref().map_or("", PhoneNumber::as_str))
        .filled("email", details.email.as_ref().map_or("", EmailAddress::as_str))
        .filled("directions", details.directions.as_str())
        .filled("position", details.position.to_string());
    policy::fill(form, &details.policy)
}

async fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    found: Option<LocationView>,
) -> Result<HttpResponse, Problem> {
    let t = who.t;
    let title = found.as_ref().map_or_else(|| t.text("catalog-location-new"), |it| it.details.name.to_string());
    let mut page = telling(who.page(request, Nav::Catalog, title), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let action = found
        .as_ref()
        .map_or("/staff/catalog/locations/new".to_owned(), |it| format!("/staff/catalog/locations/{}", it.id));
    let ending = match &found {
        Some(it) => Some(ending(app, Thing::Location(it.id), action.clone(), it.version, it.is_archived).await?),
        None => None,
    };
    let trail = vec![Crumb::locations(t)];
    let zones = zones(form.value("zone"), t);
    let (units, hints) = (units(t), Hints::above(t, &who.catalog.clinic.policy));
    Ok(page::html(status, &LocationPage { page, form, trail, action, zones, units, hints, ending }))
}

/// Every zone people live in, and the chosen one even when it is of another kind.
fn zones(chosen: &str, t: Texts) -> Vec<(String, String)> {
    let mut names: Vec<&str> = time::zone_names().to_vec();
    if !chosen.is_empty() && time::zone_named(chosen).is_ok() && !names.contains(&chosen) {
        names.push(chosen);
    }
    let mut zones = vec![(String::new(), t.text("catalog-zone-choose"))];
    zones.extend(names.into_iter().map(|name| (name.to_owned(), name.replace('_', " "))));
    zones
}
