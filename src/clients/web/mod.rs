//! Pages of clients: the list, one client, and what is done with one.
//!
//! Everybody who works here may open a client, a provider only those he or she may see; to anybody else the client is not
//! there. Every look at a client's page is written down, beside the answer.

pub mod agreements;
pub mod client;
pub mod duplicates;
pub mod edit;
pub mod erase;
pub mod export;
pub mod list;
pub mod looks;
pub mod merge;
pub mod notes;
mod value;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::App;
use crate::clients::{self, ClientHit, Person, Standing, Viewed};
use crate::db::{Bad, Fault, Never};
use crate::domain::ids::ClientId;
use crate::domain::recognise::DuplicateReason;
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Staff;
use crate::web::edge;
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// Who is meant by an address, for somebody who may open them; an alias leads to the person.
async fn find(app: &Arc<App>, staff: &Staff, id: &str) -> Result<Person, Problem> {
    let id: ClientId = id.parse().map_err(|_wrong| Problem::NotFound)?;
    let (is_desk, provider) = (staff.role.is_desk(), staff.user.provider);
    let found = app.db.read(move |conn| {
        if clients::view(conn, id)?.is_none() {
            return Ok(None);
        }
        let id = clients::survivor(conn, id)?;
        let may = match provider {
            _ if is_desk => true,
            Some(provider) => clients::may_provider_open(conn, provider, id)?,
            None => false,
        };
        if may { clients::person(conn, id) } else { Ok(None) }
    });
    found.await?.ok_or(Problem::NotFound)
}

/// Writes down that a client was looked at. A look that cannot be written down is not given.
async fn note_look(app: &Arc<App>, staff: &Staff, request: &HttpRequest, client: ClientId) -> Result<(), Fault> {
    let (user, now) = (staff.user.id, app.clock.now());
    let is_new = app.db.read(move |conn| clients::is_new_view(conn, user, client, Viewed::Page, now)).await?;
    if !is_new {
        return Ok(());
    }
    let address = address_of(app, request);
    let written = app.db.write(now, move |tx| {
        Ok::<_, Bad<Never>>(clients::note_view(tx, user, client, Viewed::Page, address.as_deref())?)
    });
    written.await.map_err(Bad::into_fault)
}

/// From where somebody asks.
fn address_of(app: &Arc<App>, request: &HttpRequest) -> Option<String> {
    edge::visitor_address(app, request).map(|address| address.to_string())
}

/// The zone in which moments of a client are shown: the first place's.
fn zone_of(staff: &Staff) -> Tz {
    staff.catalog.locations.first().map_or(Tz::UTC, |place| place.zone)
}

/// A moment, short enough for a table.
fn shortly(t: Texts, at: DateTime<Utc>, zone: Tz) -> String {
    let local = time::local(at, zone);
    format!("{}, {}", t.date_medium(local.date()), t.time(local.time()))
}

/// The first letters of a name.
fn initials(person: &Person) -> String {
    let first = |name: &str| name.chars().find(|letter| letter.is_alphanumeric());
    let letters = [first(&person.view.first_name), first(&person.view.last_name)];
    letters.into_iter().flatten().flat_map(char::to_uppercase).collect()
}

/// A standing's name.
fn standing_text(t: Texts, standing: Standing) -> String {
    match standing {
        Standing::Present => t.text("client-standing-present"),
        Standing::Moved => t.text("client-standing-moved"),
        Standing::Deceased => t.text("client-standing-deceased"),
        Standing::DoNotContact => t.text("client-standing-do-not-contact"),
    }
}

/// How two clients resemble each other.
fn reason_text(t: Texts, reason: DuplicateReason) -> String {
    match reason {
        DuplicateReason::SameEmail => t.text("clients-same-email"),
        DuplicateReason::SamePhone => t.text("clients-same-phone"),
        DuplicateReason::SameName => t.text("clients-same-name"),
    }
}

/// A person that a search found, with what a choice of this person leads to.
struct Choice {
    hit: ClientHit,
    /// What tells this person from namesakes.
    about: String,
    href: String,
}

/// The hits of a search, without those who are `but`.
fn choices(hits: Vec<ClientHit>, but: &[ClientId], href: impl Fn(ClientId) -> String) -> Vec<Choice> {
    let others = hits.into_iter().filter(|hit| !but.contains(&hit.id));
    let choice = |hit: ClientHit| {
        let about: Vec<&str> = [hit.phone.as_deref(), hit.email.as_deref()].into_iter().flatten().collect();
        Choice { about: about.join(" · "), href: href(hit.id), hit }
    };
    others.map(choice).collect()
}
