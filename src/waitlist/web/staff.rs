//! `/staff/waitlist`: everybody who waits, by service and in order, and whom to call today.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

use super::WishWords;
use super::entry::status_text;
use super::wish_form::Options;
use crate::catalog::Catalog;
use crate::domain::ids::{ServiceId, WaitlistEntryId};
use crate::domain::time;
use crate::domain::waitlist::{EntryStatus, OfferStatus};
use crate::i18n::Texts;
use crate::waitlist::{self, Entry, Filter, Listed, Offer};
use crate::web::auth::{Desk, Staff};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<actix_web::HttpResponse, Problem>;

/// As many are shown; a longer list is looked at by service.
const ENTRIES_SHOWN: i64 = 500;

/// What of the list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    All,
    Waiting,
    Offered,
    Call,
    Parked,
}

impl View {
    const ALL: [Self; 5] = [Self::All, Self::Waiting, Self::Offered, Self::Call, Self::Parked];

    const fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Call => "call",
            Self::Parked => "parked",
        }
    }

    fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.word() == text).unwrap_or(Self::All)
    }

    fn text(self, t: Texts) -> String {
        match self {
            Self::All => t.text("waitlist-view-all"),
            Self::Waiting => t.text("waitlist-view-waiting"),
            Self::Offered => t.text("waitlist-view-offered"),
            Self::Call => t.text("waitlist-view-call"),
            Self::Parked => t.text("waitlist-view-parked"),
        }
    }

    fn shows(self, line: &Listed, is_offered: bool, may_today: bool) -> bool {
        match self {
            Self::All => true,
            Self::Waiting => line.entry.status == EntryStatus::Waiting && !is_offered,
            Self::Offered => is_offered,
            // Whom to call: at short notice when something opens today, and whoever has a place and no address.
            Self::Call => {
                line.entry.phone.is_some()
                    && (line.entry.short_notice && may_today || is_offered && line.entry.email.is_none())
            }
            Self::Parked => line.entry.status == EntryStatus::Parked,
        }
    }
}

struct Tab {
    text: String,
    count: usize,
    href: String,
    current: bool,
}

/// One who waits, as a line.
pub(super) struct EntryLine {
    pub id: WaitlistEntryId,
    pub name: String,
    pub client: String,
    pub phone: Option<String>,
    pub wish: WishWords,
    pub since: String,
    pub status: &'static str,
    pub status_text: String,
    /// What is kept, and until when.
    pub offer: String,
    pub short_notice: bool,
    pub skipped: String,
    pub note: String,
    pub must_call: bool,
    pub is_parked: bool,
    pub is_first: bool,
    pub is_last: bool,
    pub number: usize,
}

struct Group {
    service: String,
    lines: Vec<EntryLine>,
}

#[derive(Template)]
#[template(path = "waitlist/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    tabs: Vec<Tab>,
    services: Options,
    groups: Vec<Group>,
    is_empty: bool,
    is_call_list: bool,
    nobody_waits: bool,
    here: String,
}

/// `GET /staff/waitlist`
pub async fn list_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let (t, catalog, now) = (desk.t, &desk.catalog, app.clock.now());
    let form = Form::parse(request.query_string());
    let service = form.given("service").and_then(|text| catalog.service_named(text)).map(|service| service.id);
    let filter = Filter { service, client: None };
    let listed = app.db.read(move |conn| waitlist::listed(conn, filter, ENTRIES_SHOWN)).await?;
    let view = View::parse(form.value("view"));
    let shown = |view: View, line: &Listed| view.shows(line, is_offered(line, now), may_today(catalog, line, now));
    let tabs = View::ALL.into_iter().map(|known| Tab {
        text: known.text(t),
        count: listed.iter().filter(|line| shown(known, line)).count(),
        href: address(known.word(), form.value("service")),
        current: known == view,
    });
    let tabs = tabs.collect();
    let nobody_waits = listed.is_empty();
    let mut groups = groups(&desk, &listed, now);
    for group in &mut groups {
        group.1.retain(|(line, _)| shown(view, line));
    }
    let groups: Vec<Group> = groups
        .into_iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(service, lines)| Group { service, lines: lines.into_iter().map(|(_, line)| line).collect() })
        .collect();
    let page = desk.page(&request, Nav::Waitlist, t.text("waitlist-staff-title"));
    let page = match done(t, form.value("done")) {
        Some(text) => page.saying(Tone::Success, text),
        None => page,
    };
    let every = std::iter::once((String::new(), t.text("waitlist-all-services")));
    let names = catalog.services.iter().map(|service| (service.slug.clone(), service.name.clone()));
    let shown = ListPage {
        page,
        tabs,
        services: every.chain(names).collect(),
        is_empty: groups.is_empty(),
        groups,
        is_call_list: view == View::Call,
        nobody_waits,
        here: address(view.word(), form.value("service")),
        form,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

fn address(view: &str, service: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("view", view), ("service", service)].iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { "/staff/waitlist".to_owned() } else { format!("/staff/waitlist?{query}") }
}

/// What was just done, in words.
pub(super) fn done(t: Texts, word: &str) -> Option<String> {
    match word {
        "moved" => Some(t.text("waitlist-done-moved")),
        "skipped" => Some(t.text("waitlist-done-skipped")),
        "unskipped" => Some(t.text("waitlist-done-unskipped")),
        "resumed" => Some(t.text("waitlist-done-resumed")),
        "removed" => Some(t.text("waitlist-done-removed")),
        "offered" => Some(t.text("waitlist-done-offered")),
        "declined" => Some(t.text("waitlist-done-declined")),
        "added" => Some(t.text("waitlist-done-added")),
        _ => None,
    }
}

fn is_offered(line: &Listed, now: DateTime<Utc>) -> bool {
    line.offer.as_ref().is_some_and(|offer| offer.status.at(now, offer.expires_at) == OfferStatus::Open)
}

/// Whether a place today would be one that was asked for.
fn may_today(catalog: &Catalog, line: &Listed, now: DateTime<Utc>) -> bool {
    let wish = &line.entry.wish;
    let places = catalog.locations.iter().filter(|place| wish.location.is_none_or(|wanted| wanted == place.id));
    let mut days = places.map(|place| time::local_day(now, place.zone));
    days.any(|today| wish.fits_time(today.and_time(crate::domain::waitlist::clock_of(wish.from_minute))))
}

type Lines<'a> = Vec<(&'a Listed, EntryLine)>;

/// By service, in the clinic's order of services and the list's order of people.
fn groups<'a>(desk: &Staff, listed: &'a [Listed], now: DateTime<Utc>) -> Vec<(String, Lines<'a>)> {
    let catalog = &desk.catalog;
    let mut services: Vec<ServiceId> = Vec::new();
    for line in listed {
        if !services.contains(&line.entry.service) {
            services.push(line.entry.service);
        }
    }
    services.sort_by_key(|id| catalog.services.iter().position(|service| service.id == *id).unwrap_or(usize::MAX));
    let group = |id: ServiceId| {
        let of_service: Vec<&Listed> = listed.iter().filter(|line| line.entry.service == id).collect();
        let count = of_service.len();
        let lines = of_service.into_iter().enumerate().map(|(index, line)| {
            let offer = line.offer.as_ref().filter(|_| is_offered(line, now));
            let shown = EntryLine {
                is_first: index == 0 && line.entry.position != 0,
                is_last: index + 1 == count,
                number: index + 1,
                ..entry_line(desk.t, catalog, &line.entry, offer, now)
            };
            (line, shown)
        });
        let name = catalog.service(id).map(|service| service.name.clone());
        (name.unwrap_or_else(|| desk.t.text("waitlist-service-gone")), lines.collect())
    };
    services.into_iter().map(group).collect()
}

/// One who waits, in words.
pub(super) fn entry_line(
    t: Texts,
    catalog: &Catalog,
    entry: &Entry,
    offer: Option<&Offer>,
    now: DateTime<Utc>,
) -> EntryLine {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let skipped = entry.skipped_until.filter(|until| now < *until);
    EntryLine {
        id: entry.id,
        name: entry.name(),
        client: format!("/staff/clients/{}", entry.client),
        phone: entry.phone.clone(),
        wish: WishWords::new(t, catalog, entry),
        since: t.date_medium(time::local_day(entry.created_at, zone)),
        status: match entry.status {
            EntryStatus::Waiting if offer.is_some() => "booked",
            EntryStatus::Waiting => "requested",
            EntryStatus::Parked => "no_show",
            EntryStatus::Booked => "completed",
            EntryStatus::Withdrawn => "cancelled",
            EntryStatus::Expired => "expired",
        },
        status_text: status_text(t, entry.status, offer.is_some()),
        offer: offer.map(|offer| offer_text(t, catalog, offer)).unwrap_or_default(),
        short_notice: entry.short_notice,
        skipped: skipped
            .map(|until| t.with("waitlist-skipped-until", &[("until", &t.date_time(time::local(until, zone)))]))
            .unwrap_or_default(),
        note: entry.note.clone(),
        must_call: offer.is_some() && entry.email.is_none(),
        is_parked: entry.status == EntryStatus::Parked,
        is_first: false,
        is_last: false,
        number: 0,
    }
}

/// `Tue, Dec 1, 9:00 AM with Dr. Maya Okafor, kept until 10:20 AM`.
pub(super) fn offer_text(t: Texts, catalog: &Catalog, offer: &Offer) -> String {
    let place = catalog.location(offer.location);
    let zone = place.map_or(chrono_tz::UTC, |place| place.zone);
    let start = time::local(offer.starts_at, zone);
    let until = time::local(offer.expires_at, zone);
    let when = format!("{}, {}", t.date_short(start.date()), t.time(start.time()));
    let provider = catalog.provider(offer.provider).map(|provider| provider.name.clone()).unwrap_or_default();
    let same_day = until.date() == time::local_day(offer.created_at, zone);
    let until = if same_day { t.time(until.time()) } else { t.date_time(until) };
    t.with("waitlist-kept", &[("when", &when), ("provider", &provider), ("until", &until)])
}
