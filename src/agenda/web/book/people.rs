//! Who is calling: hits of the box, the chosen client, those who may be the one that is typed in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::shortly;
use super::wanted::half_typed;
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::facts;
use crate::catalog::Catalog;
use crate::clients::{self, ClientCard, Found, Likeness, Relation, Relative, Standing};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;
use crate::domain::recognise::DuplicateReason;
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Staff;
use crate::web::form::Form;

/// As many clients are offered; whoever is not among them needs another word.
const HITS_SHOWN: i64 = 12;
/// As many bookings of the chosen client are looked at.
const BOOKINGS_READ: i64 = 40;
/// As many of those to come are shown.
const UPCOMING_SHOWN: usize = 5;

/// A client that was found, in words.
pub(super) struct HitLine {
    pub id: ClientId,
    pub name: String,
    pub born: String,
    pub phone: Option<String>,
    pub last: String,
    pub next: String,
    pub household: Option<String>,
    pub alerts: String,
    pub tags: Vec<String>,
    pub standing: String,
    pub is_similar: bool,
}

/// Somebody who may be the one that is typed in.
pub(super) struct AlikeLine {
    pub line: HitLine,
    pub why: String,
}

/// Somebody who could be booked for instead.
pub(super) struct RelativeLine {
    pub id: ClientId,
    pub text: String,
}

/// The chosen client.
pub(super) struct Panel {
    pub line: HitLine,
    pub alerts: Vec<String>,
    pub upcoming: Vec<(String, String)>,
    pub usual: String,
    pub relatives: Vec<RelativeLine>,
    pub told: String,
    pub is_told: bool,
    /// What they had last, for the fields that are empty.
    pub service: String,
    pub provider: String,
}

/// Everybody the page shows.
pub(super) struct People {
    pub panel: Option<Panel>,
    pub hits: Vec<HitLine>,
    pub alike: Vec<AlikeLine>,
}

/// What is known of the chosen client.
struct Chosen {
    card: ClientCard,
    email: Option<String>,
    relatives: Vec<Relative>,
    bookings: Vec<BookingFacts>,
}

impl People {
    /// Whoever the form names.
    pub async fn load(app: &Arc<App>, desk: &Staff, form: &Form) -> Result<Self, Fault> {
        let (t, now) = (desk.t, app.clock.now());
        let client = form.given("client").and_then(|text| text.parse::<ClientId>().ok());
        let (text, typed) = (form.value("q").to_owned(), half_typed(form, t));
        let (chosen, hits, alike) = app
            .db
            .read(move |conn| {
                let chosen = client.map(|client| chosen(conn, now, client)).transpose()?.flatten();
                if chosen.is_some() {
                    return Ok((chosen, Vec::new(), Vec::new()));
                }
                let alike = typed.map(|typed| likenesses(conn, now, &typed)).transpose()?.unwrap_or_default();
                Ok((None, found(conn, now, &text)?, alike))
            })
            .await?;
        let zone = zone_of(&desk.catalog);
        Ok(Self {
            panel: chosen.map(|chosen| panel(t, now, zone, chosen)),
            hits: hits.into_iter().map(|(card, similar)| hit_line(t, zone, card, similar)).collect(),
            alike: alike.into_iter().map(|(card, likeness)| alike_line(t, zone, card, likeness)).collect(),
        })
    }

    /// The form with what the client had last, where nothing else is said.
    pub fn with_usual(&self, form: Form, catalog: &Catalog) -> Form {
        let Some(panel) = self.panel.as_ref().filter(|_| form.given("service").is_none()) else {
            return form;
        };
        if catalog.service_named(&panel.service).is_none() {
            return form;
        }
        let provider = if form.given("provider").is_some() { form.value("provider") } else { panel.provider.as_str() };
        let provider = provider.to_owned();
        form.filled("service", panel.service.clone()).filled("provider", provider)
    }
}

pub(super) fn zone_of(catalog: &Catalog) -> Tz {
    catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone)
}

/// Clients the box finds.
pub(super) fn found(conn: &mut Conn, now: DateTime<Utc>, text: &str) -> Result<Vec<(ClientCard, bool)>, Fault> {
    let found: Vec<Found> = clients::find(conn, text, HITS_SHOWN)?;
    let similar: Vec<ClientId> = found.iter().filter(|found| found.is_similar).map(|found| found.hit.id).collect();
    let cards = clients::cards(conn, now, found.into_iter().map(|found| found.hit).collect())?;
    Ok(cards
        .into_iter()
        .map(|card| {
            let is_similar = similar.contains(&card.hit.id);
            (card, is_similar)
        })
        .collect())
}

/// Clients who may be the one that is typed in.
pub(super) fn likenesses(
    conn: &mut Conn,
    now: DateTime<Utc>,
    typed: &clients::ClientDetails,
) -> Result<Vec<(ClientCard, Likeness)>, Fault> {
    let alike = clients::like(conn, typed)?;
    let how: Vec<(ClientId, Likeness)> = alike.iter().map(|(hit, likeness)| (hit.id, *likeness)).collect();
    let cards = clients::cards(conn, now, alike.into_iter().map(|(hit, _)| hit).collect())?;
    Ok(cards
        .into_iter()
        .filter_map(|card| {
            let likeness = how.iter().find(|(id, _)| *id == card.hit.id)?.1;
            Some((card, likeness))
        })
        .collect())
}

fn chosen(conn: &mut Conn, now: DateTime<Utc>, client: ClientId) -> Result<Option<Chosen>, Fault> {
    if clients::view(conn, client)?.is_none() {
        return Ok(None);
    }
    let client = clients::survivor(conn, client)?;
    let Some(view) = clients::view(conn, client)? else {
        return Ok(None);
    };
    let hit = clients::ClientHit {
        id: view.id,
        first_name: view.first_name,
        last_name: view.last_name,
        email: view.email.clone(),
        phone: view.phone,
    };
    let relatives = clients::household(conn, client)?;
    let bookings = facts::bookings_of_client(conn, client, BOOKINGS_READ)?;
    let card = clients::cards(conn, now, vec![hit])?.into_iter().next();
    Ok(card.map(|card| Chosen { card, email: view.email, relatives, bookings }))
}

/// The panel of one client, for the page and for scripts.
pub(super) async fn panel_of(app: &Arc<App>, desk: &Staff, client: ClientId) -> Result<Option<Panel>, Fault> {
    let now = app.clock.now();
    let chosen = app.db.read(move |conn| chosen(conn, now, client)).await?;
    Ok(chosen.map(|chosen| panel(desk.t, now, zone_of(&desk.catalog), chosen)))
}

fn panel(t: Texts, now: DateTime<Utc>, zone: Tz, chosen: Chosen) -> Panel {
    let Chosen { card, email, relatives, bookings } = chosen;
    let (is_told, told) = match (card.standing, &email) {
        (Standing::DoNotContact, _) => (false, t.text("desk-told-not-wanted")),
        (_, None) => (false, t.text("desk-told-nothing")),
        (_, Some(email)) => (true, t.with("desk-told-by-mail", &[("email", email)])),
    };
    let mut coming: Vec<&BookingFacts> =
        bookings.iter().filter(|booking| booking.status.is_live() && now < booking.ends_at).collect();
    coming.reverse();
    let upcoming = coming.iter().take(UPCOMING_SHOWN).map(|booking| {
        let what = t.with(
            "desk-upcoming-line",
            &[
                ("when", &shortly(t, booking.starts_at, booking.zone)),
                ("service", &booking.service_name),
                ("provider", &booking.provider_name),
            ],
        );
        (format!("/staff/bookings/{}", booking.id), what)
    });
    let upcoming = upcoming.collect();
    let last = bookings.iter().find(|booking| {
        matches!(booking.status, BookingStatus::Completed | BookingStatus::Arrived | BookingStatus::InProgress)
    });
    let usual = last.map(|booking| {
        t.with("desk-usual", &[("service", &booking.service_name), ("provider", &booking.provider_name)])
    });
    Panel {
        alerts: card.alerts.clone(),
        upcoming,
        usual: usual.unwrap_or_default(),
        relatives: relatives.iter().map(|relative| relative_line(t, relative)).collect(),
        told,
        is_told,
        service: last.map(|booking| booking.service.to_string()).unwrap_or_default(),
        provider: last.map(|booking| booking.provider.to_string()).unwrap_or_default(),
        line: hit_line(t, zone, card, false),
    }
}

fn relative_line(t: Texts, relative: &Relative) -> RelativeLine {
    let name = relative.hit.name();
    let text = match (relative.relation, relative.birth_date) {
        (Relation::Ward, Some(born)) => {
            t.with("desk-for-child-born", &[("name", &name), ("born", &t.date_medium(born))])
        }
        (Relation::Ward, None) => t.with("desk-for-child", &[("name", &name)]),
        (Relation::Guardian, _) => t.with("desk-for-guardian", &[("name", &name)]),
        (Relation::Household, Some(born)) => {
            t.with("desk-for-born", &[("name", &name), ("born", &t.date_medium(born))])
        }
        (Relation::Household, None) => t.with("desk-for", &[("name", &name)]),
    };
    RelativeLine { id: relative.hit.id, text }
}

pub(super) fn hit_line(t: Texts, zone: Tz, card: ClientCard, is_similar: bool) -> HitLine {
    let day = |at: DateTime<Utc>| t.date_medium(time::local_day(at, zone));
    HitLine {
        id: card.hit.id,
        name: card.hit.name(),
        born: card.birth_date.map(|born| t.date_medium(born)).unwrap_or_default(),
        phone: card.hit.phone,
        last: card.last_visit.map(|at| t.with("desk-last-visit", &[("day", &day(at))])).unwrap_or_default(),
        next: card
            .next_visit
            .map(|at| t.with("desk-next-visit", &[("when", &shortly(t, at, zone))]))
            .unwrap_or_default(),
        household: card.household,
        alerts: card.alerts.join(" · "),
        tags: card.tags,
        standing: match card.standing {
            Standing::Present => String::new(),
            Standing::Moved => t.text("client-standing-moved"),
            Standing::Deceased => t.text("client-standing-deceased"),
            Standing::DoNotContact => t.text("client-standing-do-not-contact"),
        },
        is_similar,
    }
}

pub(super) fn alike_line(t: Texts, zone: Tz, card: ClientCard, likeness: Likeness) -> AlikeLine {
    let why = match likeness {
        Likeness::Same => t.text("desk-like-same"),
        Likeness::Shares(DuplicateReason::SameEmail) => t.text("clients-same-email"),
        Likeness::Shares(DuplicateReason::SamePhone) => t.text("clients-same-phone"),
        Likeness::Shares(DuplicateReason::SameName) => t.text("clients-same-name"),
        Likeness::SimilarName => t.text("desk-like-name"),
    };
    AlikeLine { line: hit_line(t, zone, card, false), why }
}
