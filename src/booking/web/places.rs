//! The step that asks where, when a service can be had at several locations.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::free::Wanted;
use super::steps::{self, At, Chosen, Step};
use super::visit::{Picked, Stop, Visit};
use crate::app::App;
use crate::domain::ids::LocationId;
use crate::domain::time;
use crate::web::page::{self, Page};

struct PlaceChoice {
    name: String,
    href: String,
    address: String,
    next_free: String,
}

#[derive(Template)]
#[template(path = "booking/places.html")]
struct PlacesPage {
    page: Page,
    steps: Vec<Step>,
    chosen: Chosen,
    places: Vec<PlaceChoice>,
}

/// The page.
pub(super) async fn show(app: &Arc<App>, visit: &Visit, picked: &Picked<'_>) -> Result<HttpResponse, Stop> {
    let catalog = &visit.catalog;
    let mut places = Vec::new();
    for place in picked.places(catalog) {
        if picked.provider.is_some_and(|provider| !catalog.hours.contains_key(&(provider.id, place.id))) {
            continue;
        }
        let next = next_at(app, visit, picked, place.id).await?;
        let local = next.map(|starts_at| time::local(starts_at, place.zone));
        let text = |local: chrono::NaiveDateTime| {
            let (date, time) = (visit.t.date_short(local.date()), visit.t.time(local.time()));
            visit.t.with("date-time", &[("date", &date), ("time", &time)])
        };
        let date = visit.query.given("date").unwrap_or_default();
        let more: &[(&str, &str)] = if date.is_empty() { &[] } else { &[("date", date)] };
        places.push(PlaceChoice {
            name: place.name.clone(),
            href: Picked { location: Some(place), ..picked.clone() }.href("", more),
            address: place.address(),
            next_free: local.map(text).unwrap_or_default(),
        });
    }
    let page = visit.page(format!("{} · {}", visit.t.text("book-place-title"), picked.service.name));
    let page = Page { indexed: super::times::is_stable(visit), ..page };
    let steps = steps::steps(visit, At::Place, Some(picked));
    let shown = PlacesPage { page, steps, chosen: steps::chosen(visit, picked, None), places };
    Ok(page::html(StatusCode::OK, &shown))
}

async fn next_at(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    location: LocationId,
) -> Result<Option<chrono::DateTime<chrono::Utc>>, Stop> {
    let (shop, now) = (Arc::clone(app), visit.now);
    let yesterday = now.date_naive().pred_opt().unwrap_or_default();
    let wanted = Wanted::of(picked, Some(location), None);
    let days = app.db.read(move |conn| wanted.next(conn, &shop, now, yesterday, 1)).await?;
    Ok(days.iter().filter_map(|day| day.slots().next().map(|(slot, _)| slot.starts_at)).min())
}
