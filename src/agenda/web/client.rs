//! Clients: finding one, and what is known of one.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::agreements::{self, Agreed, Agreements};
use super::{Answer, BookingLine, address, entry_text};
use crate::agenda::{self, LedgerEntry};
use crate::booking::facts::VisitCounts;
use crate::booking::{BookingFacts, facts};
use crate::clients::{self, ClientHit, ClientView, PossibleDuplicate, Standing};
use crate::domain::ids::ClientId;
use crate::domain::money::Money;
use crate::domain::recognise::DuplicateReason;
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// As many hits are shown; whoever is not among them needs another word.
const HITS_SHOWN: i64 = 50;
/// As many bookings of one client are shown.
const BOOKINGS_SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "clients/search.html")]
struct SearchPage {
    page: Page,
    form: Form,
    hits: Vec<ClientHit>,
    was_asked: bool,
    is_cut: bool,
}

/// Clients by the beginnings of words.
pub async fn search_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let text = form.value("q").to_owned();
    let hits = app.0.db.read(move |conn| clients::search(conn, &text, HITS_SHOWN)).await?;
    let page = desk.page(&request, Nav::Clients, desk.t.text("clients-title"));
    let was_asked = form.given("q").is_some();
    let is_cut = i64::try_from(hits.len()).unwrap_or(i64::MAX) >= HITS_SHOWN;
    Ok(page::html(StatusCode::OK, &SearchPage { page, form, hits, was_asked, is_cut }))
}

struct MoneyLine {
    what: String,
    amount: String,
    when: String,
}

struct DuplicateLine {
    hit: ClientHit,
    reason: String,
}

#[derive(Template)]
#[template(path = "clients/client.html")]
struct ClientPage {
    page: Page,
    client: ClientView,
    standing: String,
    since: String,
    birth_date: String,
    coming: Vec<BookingLine>,
    past: Vec<BookingLine>,
    money: Vec<MoneyLine>,
    balance: String,
    counts: VisitCounts,
    duplicates: Vec<DuplicateLine>,
    book: String,
    agreements: Agreements,
}

struct Everything {
    client: ClientView,
    bookings: Vec<BookingFacts>,
    counts: VisitCounts,
    money: Vec<LedgerEntry>,
    duplicates: Vec<PossibleDuplicate>,
    agreed: Agreed,
}

/// One client: contact, bookings, money, who may be the same person. A merged one leads to the survivor.
pub async fn client_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<ClientId>().map_err(|_wrong| Problem::NotFound)?;
    let keys = app.0.keys.clone();
    let found = app.0.db.read(move |conn| {
        if clients::view(conn, id)?.is_none() {
            return Ok(None);
        }
        let id = clients::survivor(conn, id)?;
        let Some(client) = clients::view(conn, id)? else {
            return Ok(None);
        };
        Ok(Some(Everything {
            bookings: facts::bookings_of_client(conn, id, BOOKINGS_SHOWN)?,
            counts: facts::visit_counts(conn, id)?,
            money: agenda::ledger_of_client(conn, id)?,
            duplicates: clients::possible_duplicates(conn, id)?,
            agreed: Agreed::load(conn, &keys, &client)?,
            client,
        }))
    });
    let found = found.await?.ok_or(Problem::NotFound)?;
    if found.client.id != id {
        return Ok(see_other(&format!("/staff/clients/{}", found.client.id)));
    }
    let (t, now) = (desk.t, app.0.clock.now());
    let zone = desk.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let client = found.client;
    let page = desk.page(&request, Nav::Clients, format!("{} {}", client.first_name, client.last_name));
    let page = agreements::with_notice(page, t, &request);
    let (mut coming, past): (Vec<_>, Vec<_>) =
        found.bookings.into_iter().partition(|booking| booking.starts_at >= now && booking.status.is_live());
    coming.reverse();
    let lines = |bookings: Vec<BookingFacts>| bookings.into_iter().map(|facts| BookingLine::new(t, facts)).collect();
    let balance = balance_of(&found.money, desk.catalog.clinic.currency);
    let shown = ClientPage {
        page,
        standing: standing_text(t, client.standing),
        since: t.date_medium(time::local_day(client.created_at, zone)),
        birth_date: client.birth_date.map(|day| t.date_medium(day)).unwrap_or_default(),
        coming: lines(coming),
        past: lines(past),
        money: found.money.iter().map(|entry| money_line(t, zone, entry)).collect(),
        balance: t.money(balance),
        counts: found.counts,
        duplicates: found.duplicates.into_iter().map(|pair| duplicate_line(t, pair)).collect(),
        book: address("/staff/book", &[("client", &client.id.to_string())]),
        agreements: Agreements::new(t, zone, &desk.catalog.clinic.name, &client, found.agreed),
        client,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

/// What the client owes: charges and refunds less payments and what was written off.
fn balance_of(entries: &[LedgerEntry], currency: crate::domain::money::Currency) -> Money {
    let nothing = Money::new(0, currency);
    entries.iter().fold(nothing, |balance, entry| {
        let signed = if entry.kind.raises() { entry.amount.minor } else { -entry.amount.minor };
        balance.plus(Money::new(signed, entry.amount.currency)).unwrap_or(balance)
    })
}

fn money_line(t: Texts, zone: chrono_tz::Tz, entry: &LedgerEntry) -> MoneyLine {
    let when = t.date_medium(time::local_day(entry.occurred_at, zone));
    MoneyLine { what: entry_text(t, entry.kind), amount: t.money(entry.amount), when }
}

fn duplicate_line(t: Texts, pair: PossibleDuplicate) -> DuplicateLine {
    let reason = match pair.reason {
        DuplicateReason::SameEmail => t.text("clients-same-email"),
        DuplicateReason::SamePhone => t.text("clients-same-phone"),
        DuplicateReason::SameName => t.text("clients-same-name"),
    };
    DuplicateLine { hit: pair.other, reason }
}

/// Nothing for an ordinary client.
fn standing_text(t: Texts, standing: Standing) -> String {
    match standing {
        Standing::Present => String::new(),
        Standing::Moved => t.text("clients-standing-moved"),
        Standing::Deceased => t.text("clients-standing-deceased"),
        Standing::DoNotContact => t.text("clients-standing-do-not-contact"),
    }
}
