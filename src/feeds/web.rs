//! The calendar file under its secret address, and the pages on which the address is made, changed and ended.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::{Feed, FeedOwner, FeedTexts};
use crate::app::App;
use crate::catalog::web::{Tab, provider_tabs};
use crate::db::{Bad, Never};
use crate::domain::ids::{FeedId, ProviderId};
use crate::domain::language::Language;
use crate::i18n::Texts;
use crate::keys::{Keys, Purpose};
use crate::web::auth::{Manager, Staff, see_other};
use crate::web::edge::{self, AppData};
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// What is longer ago has left the calendar.
const PAST_DAYS: i64 = 60;
/// Its place among the pages of a provider.
const CALENDAR_TAB: usize = 4;
/// Programs that ask more often get what they have.
const FRESH: &str = "private, max-age=300";

/// The address of a feed, as calendar programs are given it.
pub fn address(app: &App, feed: FeedId) -> String {
    app.link(&format!("/calendar/{}.ics", app.keys.capability(Purpose::Feed, feed, 0)))
}

/// `GET /calendar/{token}`: the calendar, for whoever knows its address.
pub async fn calendar(app: AppData, request: HttpRequest, token: Path<String>) -> Answer {
    let app = app.0;
    let token = token.strip_suffix(".ics").unwrap_or(&token).to_owned();
    let id: FeedId = Keys::thing_of(&token).ok_or(Problem::NotFound)?;
    if !app.keys.opens(&token, Purpose::Feed, id, 0) {
        return Err(Problem::NotFound);
    }
    let from = app.clock.now() - TimeDelta::days(PAST_DAYS);
    let found = app.db.read(move |conn| {
        let Some(feed) = super::opened(conn, id)? else { return Ok(None) };
        let language = super::store::language_of(conn, feed.owner)?;
        Ok(Some((feed, language, super::entries(conn, feed.owner, from)?)))
    });
    let (feed, language, entries) = found.await?.ok_or(Problem::NotFound)?;
    let brand = edge::brand(&app).await;
    let t = Texts::new(Language::parse(&language).unwrap_or(brand.language));
    let page = match feed.owner {
        FeedOwner::Provider(_) => app.link("/staff"),
        FeedOwner::Client(_) => app.link("/portal"),
    };
    let file = super::file(&feed, &entries, &FeedTexts { t, clinic: &brand.name, page: &page });
    Ok(unless_known(&request, file))
}

/// 304 for a program that has this very file.
fn unless_known(request: &HttpRequest, file: String) -> HttpResponse {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(file.as_bytes()));
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, FRESH))
        .insert_header(("X-Robots-Tag", "noindex"))
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"appointments.ics\""));
    if is_known { answer.finish() } else { answer.body(file) }
}

/// What a page shows of an owner's calendar address.
pub struct FeedCard {
    /// The address; empty while there is none.
    pub address: String,
    /// The same for programs that subscribe on a tap.
    pub subscribe: String,
    /// Since when.
    pub since: String,
    /// Where the buttons send.
    pub action: String,
}

impl FeedCard {
    /// The card of an owner.
    pub async fn of(app: &Arc<App>, t: Texts, owner: FeedOwner, action: String) -> Result<Self, Problem> {
        let feed = app.db.read(move |conn| super::feed_of(conn, owner)).await?;
        let zone = app.catalog().await?.locations.first().map_or(chrono_tz::Tz::UTC, |location| location.zone);
        let address = feed.map(|feed| address(app, feed.id)).unwrap_or_default();
        let since = |feed: Feed| t.with("feeds-since", &[("moment", &t.moment(feed.created_at, zone))]);
        let subscribe = address.split_once("://").map(|(_, rest)| format!("webcal://{rest}")).unwrap_or_default();
        Ok(Self { address, subscribe, since: feed.map(since).unwrap_or_default(), action })
    }
}

#[derive(Template)]
#[template(path = "feeds/provider.html")]
struct ProviderFeedPage {
    page: Page,
    tabs: Vec<Tab>,
    card: FeedCard,
}

/// The calendar of somebody who works here, on her own page.
pub async fn own_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let provider = staff.user.provider.ok_or(Problem::NotFound)?;
    show(&app.0, &staff, &request, (provider, "/staff/me/calendar".to_owned()), Vec::new()).await
}

/// Makes or ends one's own address.
pub async fn save_own(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let form = staff.form(&app.0, &body)?;
    let provider = staff.user.provider.ok_or(Problem::NotFound)?;
    save(&app.0, FeedOwner::Provider(provider), &form).await?;
    Ok(see_other("/staff/me/calendar?done=1"))
}

/// The calendar of any provider, for who runs the clinic.
pub async fn provider_page(app: AppData, who: Manager, request: HttpRequest, id: Path<String>) -> Answer {
    let provider: ProviderId = id.parse().ok().ok_or(Problem::NotFound)?;
    let known = who.catalog.providers.iter().any(|known| known.id == provider);
    if !known {
        return Err(Problem::NotFound);
    }
    let action = format!("/staff/catalog/providers/{provider}/calendar");
    let tabs = provider_tabs(who.t, provider, CALENDAR_TAB);
    show(&app.0, &who, &request, (provider, action), tabs).await
}

/// Makes or ends a provider's address.
pub async fn save_provider(app: AppData, who: Manager, id: Path<String>, body: Bytes) -> Answer {
    let form = who.form(&app.0, &body)?;
    let provider: ProviderId = id.parse().ok().ok_or(Problem::NotFound)?;
    if !who.catalog.providers.iter().any(|known| known.id == provider) {
        return Err(Problem::NotFound);
    }
    save(&app.0, FeedOwner::Provider(provider), &form).await?;
    Ok(see_other(&format!("/staff/catalog/providers/{provider}/calendar?done=1")))
}

async fn show(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    (provider, action): (ProviderId, String),
    tabs: Vec<Tab>,
) -> Answer {
    let name = staff.catalog.providers.iter().find(|known| known.id == provider).map(|known| known.name.clone());
    let title = match name.filter(|_| !tabs.is_empty()) {
        Some(name) => name,
        None => staff.t.text("feeds-title"),
    };
    let page = staff.page(request, Nav::None, title);
    let page = match Form::parse(request.query_string()).value("done") {
        "1" => page.saying(Tone::Success, staff.t.text("feeds-saved")),
        _ => page,
    };
    let card = FeedCard::of(app, staff.t, FeedOwner::Provider(provider), action).await?;
    Ok(page::html(StatusCode::OK, &ProviderFeedPage { page, tabs, card }))
}

/// Does what the button says: `make` an address in place of the old one, or `revoke` it.
pub async fn save(app: &Arc<App>, owner: FeedOwner, form: &Form) -> Result<(), Problem> {
    let makes = form.value("do") == "make";
    let written = app.db.write::<_, Never, _>(app.clock.now(), move |tx| {
        if makes {
            super::make(tx, owner)?
        } else {
            return Ok(super::revoke(tx, owner)?);
        };
        Ok(())
    });
    written.await.map_err(Bad::into_fault)?;
    Ok(())
}
