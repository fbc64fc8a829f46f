//! Pages of the catalogue, for owner and manager.
//!
//! Every form carries the version it was made from. When somebody else was faster, the page comes back with what was
//! typed, says by each field what stands there now, and saves over it only when asked again.

mod archive;
pub mod clashes;
mod clinic;
mod closures;
mod days;
mod fields;
mod hours;
mod locations;
mod overview;
mod own_time_off;
mod policy;
mod prices;
mod providers;
mod reasons;
mod rooms;
mod services;
mod terms;

use std::str::FromStr;

use actix_web::HttpResponse;
use chrono::NaiveDate;

use super::{Catalog, EditRefused};
use crate::app::App;
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::see_other;
use crate::web::form::Form;
use crate::web::page::{Page, Tone};
use crate::web::problem::Problem;

pub use archive::{archive, delete, restore};
pub use clinic::{clinic_page, save_clinic};
pub use closures::{closure_page, closures_page, remove_closure, save_closure};
pub use days::{add_exception, add_time_off, days_page, decide_time_off, remove_exception, remove_time_off};
pub use hours::{hours_page, save_hours};
pub use locations::{location_page, locations_page, save_location};
pub use overview::overview_page;
pub use own_time_off::{own_time_off_page, request_time_off, withdraw_time_off};
pub use prices::{add_price, prices_page, remove_price};
pub use providers::{provider_page, providers_page, save_provider, tabs as provider_tabs, weekday};
pub use reasons::{archive_reason, place_reason, reason_page, reasons_page, restore_reason, save_reason};
pub use rooms::{room_page, save_room};
pub use services::{save_service, service_page, services_page};
pub use terms::{provider_terms_page, save_provider_terms, save_service_terms, service_terms_page};

type Answer = Result<HttpResponse, Problem>;

/// The word in place of an identifier that asks for something new.
const NEW: &str = "new";

/// A new thing, or one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which<I> {
    New,
    Known(I),
}

fn which<I: FromStr>(text: &str) -> Result<Which<I>, Problem> {
    if text == NEW { Ok(Which::New) } else { known(text).map(Which::Known) }
}

fn known<I: FromStr>(text: &str) -> Result<I, Problem> {
    text.parse().ok().ok_or(Problem::NotFound)
}

/// The numbers of rows that have no identifier of their own are written like identifiers.
fn known_row(text: &str) -> Result<i64, Problem> {
    crate::domain::ids::decode(text).ok().ok_or(Problem::NotFound)
}

/// One step of the way back.
#[derive(Debug, Clone)]
struct Crumb {
    href: String,
    text: String,
}

impl Crumb {
    fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }

    fn services(t: Texts) -> Self {
        Self::new("/staff/catalog/services", t.text("catalog-services"))
    }

    fn providers(t: Texts) -> Self {
        Self::new("/staff/catalog/providers", t.text("catalog-providers"))
    }

    fn locations(t: Texts) -> Self {
        Self::new("/staff/catalog/locations", t.text("catalog-locations"))
    }

    fn closures(t: Texts) -> Self {
        Self::new("/staff/catalog/closures", t.text("catalog-closures"))
    }
}

/// A link among several, one of which is where we are.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
    /// Whether it is this page.
    pub current: bool,
}

impl Tab {
    fn new(href: impl Into<String>, text: impl Into<String>, current: bool) -> Self {
        Self { href: href.into(), text: text.into(), current }
    }
}

/// How something is taken out of use, or brought back.
#[derive(Debug, Clone)]
struct Ending {
    /// Its page; the deeds stand below it.
    base: String,
    version: i64,
    is_archived: bool,
    can_delete: bool,
    /// What stays when it is archived.
    to_come: i64,
}

/// Answers a change: back to `place`, which says what was done.
fn done(place: &str, word: &str) -> HttpResponse {
    see_other(&format!("{place}?done={word}"))
}

/// The same, and how many appointments lie in the way.
fn done_with_booked(place: &str, word: &str, booked: usize) -> HttpResponse {
    see_other(&format!("{place}?done={word}&booked={booked}"))
}

/// A refusal on a page without fields: back to `place`, which says so.
fn not_done(place: &str, refused: EditRefused) -> Answer {
    match refused {
        EditRefused::Gone => Err(Problem::NotFound),
        EditRefused::Changed => Ok(done(place, "changed")),
    }
}

/// Says at the top of the page what the query says was done.
fn telling(page: Page, query: &str) -> Page {
    let asked = Form::parse(query);
    let t = page.t;
    let booked: i64 = asked.value("booked").parse().unwrap_or(0);
    let page = match asked.value("done") {
        "saved" => page.saying(Tone::Success, t.text("catalog-done-saved")),
        "added" => page.saying(Tone::Success, t.text("catalog-done-added")),
        "archived" => page.saying(Tone::Success, t.text("catalog-done-archived")),
        "restored" => page.saying(Tone::Success, t.text("catalog-done-restored")),
        "deleted" => page.saying(Tone::Success, t.text("catalog-done-deleted")),
        "changed" => page.saying(Tone::Warning, t.text("catalog-done-changed")),
        "in-use" => page.saying(Tone::Warning, t.text("catalog-done-in-use")),
        _ => return page,
    };
    if booked > 0 {
        return page.saying(Tone::Warning, t.with("catalog-done-booked", &[("count", &booked)]));
    }
    page
}

/// Somebody else was faster: by every field that differs stands what is there now, and the next press saves over it.
fn contested(mut form: Form, current: &Form, names: &[&str], version: i64, t: Texts) -> Form {
    for name in names {
        if form.value(name).trim() != current.value(name).trim() {
            let now = current.value(name);
            let sentence = match now {
                "" => t.text("catalog-now-empty"),
                _ => t.with("catalog-now", &[("value", &now)]),
            };
            form.fail(name, sentence);
        }
    }
    form.filled("version", version.to_string())
}

fn seen_version(form: &Form) -> i64 {
    form.value("version").trim().parse().unwrap_or(-1)
}

/// Today where the clinic is: at its first location.
fn today(app: &App, catalog: &Catalog) -> NaiveDate {
    let zone = catalog.locations.first().map_or(chrono_tz::Tz::UTC, |location| location.zone);
    time::local_day(app.clock.now(), zone)
}
