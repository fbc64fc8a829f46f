//! `/m/{token}/move`: another time for a booking. The same picker as for a new one, then from and to side by side, then
//! one POST. Seeing changes nothing, and a refusal leaves the booking where it is.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Months, NaiveDate, Utc};

use super::manage::{open, private};
use super::month::{self, MonthView, ShownMonth, TimeButton, TimeGroup, first_of};
use super::times::{PersonLink, PlaceLink, instant_of, instant_text};
use super::visit::{self, Stop, Visit, initials, see_other};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::book::BookRefused;
use crate::booking::offer::FreeTime;
use crate::booking::place::Exactly;
use crate::catalog::{Catalog, Location, Provider, Service};
use crate::db::{Bad, Conn, Fault};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::policy::{self, MoveRefused};
use crate::domain::{slots, time};
use crate::i18n::Texts;
use crate::rescheduling::alternatives::{self, Range};
use crate::rescheduling::{Destination, Move, RescheduleRefused, reschedule, wanted_parts_of};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

/// No horizon is looked through further for the next free time.
const MONTHS_MAX: u32 = 13;

/// The first free time in another month.
struct Jump {
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "booking/move.html")]
struct PickPage {
    page: Page,
    back: String,
    service: String,
    now_when: String,
    now_with: String,
    rule: String,
    places: Vec<PlaceLink>,
    people: Vec<PersonLink>,
    month: MonthView,
    day_title: String,
    groups: Vec<TimeGroup>,
    next_free: Option<Jump>,
    action: String,
    hidden: Vec<(&'static str, String)>,
    zone: String,
    zone_name: &'static str,
    first_instant: String,
}

/// One side of a move.
struct Side {
    when: String,
    hours: String,
    provider: String,
    place: String,
    differs: bool,
}

#[derive(Template)]
#[template(path = "booking/move_confirm.html")]
struct ConfirmPage {
    page: Page,
    service: String,
    from: Side,
    to: Side,
    same_place: bool,
    rules: Vec<String>,
    action: String,
    hidden: Vec<(&'static str, String)>,
    other: String,
    keep: String,
    form: Form,
    zone: String,
    reason_max: usize,
}

#[derive(Template)]
#[template(path = "booking/move_refused.html")]
struct RefusedPage {
    page: Page,
    sentence: String,
    back: String,
}

/// Where the booking shall go, as far as it has been said.
#[derive(Clone)]
struct Asked<'a> {
    service: &'a Service,
    location: &'a Location,
    provider: Option<&'a Provider>,
    start: Option<DateTime<Utc>>,
    reason: String,
}

/// Where the booking could be: everywhere its service is offered, or all services of its visit.
fn places_of<'a>(catalog: &'a Catalog, facts: &BookingFacts, service: &Service) -> Vec<&'a Location> {
    let mut places = catalog.locations_for(service.id);
    for part in &facts.parts {
        let here = catalog.locations_for(part.service);
        places.retain(|place| here.iter().any(|known| known.id == place.id));
    }
    places
}

impl<'a> Asked<'a> {
    /// What the form or the address says; what it does not say stays as it is.
    fn read(catalog: &'a Catalog, facts: &BookingFacts, form: &Form) -> Option<Self> {
        let service = catalog.service(facts.service).filter(|service| service.online)?;
        let places = places_of(catalog, facts, service);
        let named = form.given("location").and_then(|name| catalog.location_named(name)).map(|place| place.id);
        let here = |id| places.iter().find(|place| place.id == id).copied();
        let location = here(named.unwrap_or(facts.location)).or_else(|| places.first().copied())?;
        let offering = catalog.providers_for(service.id, location.id);
        let provider = match form.given("provider") {
            Some("any") => None,
            Some(name) => catalog.provider_named(name).map(|provider| provider.id),
            None => Some(facts.provider),
        };
        Some(Self {
            service,
            location,
            provider: provider.and_then(|id| offering.into_iter().find(|provider| provider.id == id)),
            start: form.given("start").and_then(instant_of),
            reason: form.value("reason").to_owned(),
        })
    }

    fn pairs(&self, visit: &Visit) -> Vec<(&'static str, String)> {
        let provider = self.provider.map_or_else(|| "any".to_owned(), |provider| provider.slug.clone());
        let mut pairs = vec![("location", self.location.slug.clone()), ("provider", provider)];
        if !self.reason.trim().is_empty() {
            pairs.push(("reason", self.reason.clone()));
        }
        if let Some(lang) = visit.chosen_language() {
            pairs.push(("lang", lang.tag().to_owned()));
        }
        pairs
    }

    fn href(&self, visit: &Visit, token: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs(visit));
        query.extend_pairs(more);
        format!("/m/{token}/move?{}", query.finish())
    }

    fn range(&self, from: NaiveDate, to: NaiveDate) -> Range {
        let provider = self.provider.map(|provider| provider.id);
        Range { provider, location: Some(self.location.id), from, to, as_staff: false }
    }
}

/// `GET /m/{token}/move`
pub async fn move_page(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(show(&app, &request, &path).await)
}

async fn show(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<HttpResponse, Stop> {
    let (visit, facts) = open(app, request, token).await?;
    if let Err(refused) = policy::may_move(visit.now, &facts.movable(), Actor::Client) {
        return Ok(refused_page(&visit, &facts, token, refused, StatusCode::OK));
    }
    let Some(asked) = Asked::read(&visit.catalog, &facts, &visit.query) else {
        return Ok(refused_page(&visit, &facts, token, MoveRefused::NotAllowed, StatusCode::OK));
    };
    match asked.start {
        Some(start) if visit.query.given("date").is_none() => Ok(confirm(&visit, &facts, token, &asked, start)),
        _ => pick(app, &visit, &facts, (token, &asked), None, StatusCode::OK).await,
    }
}

fn lang_of(visit: &Visit) -> String {
    visit.chosen_language().map_or(String::new(), |lang| format!("?lang={lang}"))
}

fn refused_page(
    visit: &Visit,
    facts: &BookingFacts,
    token: &str,
    refused: MoveRefused,
    status: StatusCode,
) -> HttpResponse {
    let back = format!("/m/{token}{}", lang_of(visit));
    let page = visit.page(visit.t.text("move-refused-title"));
    private(page::html(status, &RefusedPage { page, sentence: refusal(visit.t, facts, refused), back }))
}

/// Why it cannot be moved here any more.
pub(super) fn refusal(t: Texts, facts: &BookingFacts, refused: MoveRefused) -> String {
    match refused {
        MoveRefused::TooLate { deadline } => t.with("move-too-late", &[("deadline", &t.moment(deadline, facts.zone))]),
        MoveRefused::TooOften { moves_max } => t.with("move-too-often", &[("count", &moves_max)]),
        MoveRefused::NotAllowed => t.text("move-not-allowed"),
        MoveRefused::AlreadyStarted => t.text("move-started"),
        MoveRefused::NotMovable { .. } => t.text("move-not-movable"),
    }
}

/// Until when and how often it can be moved.
pub(super) fn rule(visit: &Visit, facts: &BookingFacts) -> String {
    let t = visit.t;
    let left = facts.moves_max.saturating_sub(facts.moves);
    let deadline = policy::move_deadline(facts.starts_at, facts.move_notice_minutes);
    if facts.status == BookingStatus::Requested || deadline <= visit.now || facts.move_notice_minutes == 0 {
        return t.with("move-until-start", &[("count", &left)]);
    }
    t.with("move-until", &[("deadline", &t.moment(deadline, facts.zone)), ("count", &left)])
}

struct Free {
    days: Vec<(NaiveDate, Vec<FreeTime>)>,
    month: NaiveDate,
    day: Option<NaiveDate>,
    next: Option<DateTime<Utc>>,
}

async fn pick(
    app: &Arc<App>,
    visit: &Visit,
    facts: &BookingFacts,
    (token, asked): (&str, &Asked<'_>),
    wrong: Option<(Tone, String)>,
    status: StatusCode,
) -> Result<HttpResponse, Stop> {
    let t = visit.t;
    let zone = asked.location.zone;
    let today = time::local_day(visit.now, zone);
    let latest = slots::latest_day(&asked.service.rules, visit.now, zone);
    let free = load(app, visit, facts, asked, (today, latest)).await?;
    let shown = ShownMonth { month: free.month, today, latest, day: free.day };
    let count = |day: NaiveDate| free.days.iter().find(|(known, _)| *known == day).map_or(0, |(_, times)| times.len());
    let href = |name: &str, value: &str| asked.href(visit, token, &[(name, value)]);
    let groups = groups(t, asked, &free);
    let first_instant = groups.first().and_then(|group| group.times.first()).map(|time| time.value.clone());
    let page = visit.page(t.text("move-title"));
    let page = match wrong {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let shown = PickPage {
        back: format!("/m/{token}{}", lang_of(visit)),
        service: facts.visit_name(),
        now_when: t.moment(facts.starts_at, facts.zone),
        now_with: t.with("move-with-at", &[("provider", &facts.visit_providers()), ("place", &facts.location_name)]),
        rule: rule(visit, facts),
        places: place_links(visit, facts, token, asked),
        people: person_links(visit, token, asked, &free),
        month: month::month_view(t, shown, &count, &href),
        day_title: free.day.map(|day| t.date_long(day)).unwrap_or_default(),
        groups,
        next_free: free.next.map(|at| jump(t, asked, at, &href)),
        action: format!("/m/{token}/move#times"),
        hidden: asked.pairs(visit),
        zone: t.zone(zone),
        zone_name: zone.name(),
        first_instant: first_instant.unwrap_or_default(),
        page,
    };
    Ok(private(page::html(status, &shown)))
}

fn jump(t: Texts, asked: &Asked<'_>, at: DateTime<Utc>, href: &dyn Fn(&str, &str) -> String) -> Jump {
    let local = time::local(at, asked.location.zone);
    let (date, clock) = (t.date_short(local.date()), t.time(local.time()));
    let href = format!("{}#times", href("date", &local.date().to_string()));
    Jump { text: t.with("date-time", &[("date", &date), ("time", &clock)]), href }
}

fn groups(t: Texts, asked: &Asked<'_>, free: &Free) -> Vec<TimeGroup> {
    let is_class = asked.service.rules.capacity > 1;
    let shown = free.days.iter().find(|(day, _)| Some(*day) == free.day);
    let times = shown.into_iter().flat_map(|(_, times)| times).map(|(_, slot)| {
        let local = time::local(slot.starts_at, asked.location.zone).time();
        let left = slot.choices.iter().map(|choice| choice.left).max().unwrap_or(0);
        let left = if is_class { t.with("book-left", &[("count", &left)]) } else { String::new() };
        (local, TimeButton { value: instant_text(slot.starts_at), text: t.time(local), left })
    });
    month::parts_of_day(t, times)
}

fn place_links(visit: &Visit, facts: &BookingFacts, token: &str, asked: &Asked<'_>) -> Vec<PlaceLink> {
    let places = places_of(&visit.catalog, facts, asked.service);
    if places.len() < 2 {
        return Vec::new();
    }
    let link = |place: &&Location| {
        let works = |provider: &&Provider| visit.catalog.hours.contains_key(&(provider.id, place.id));
        let there = Asked { location: place, provider: asked.provider.filter(works), ..asked.clone() };
        PlaceLink {
            text: place.name.clone(),
            href: there.href(visit, token, &[]),
            current: place.id == asked.location.id,
        }
    };
    places.iter().map(link).collect()
}

fn person_links(visit: &Visit, token: &str, asked: &Asked<'_>, free: &Free) -> Vec<PersonLink> {
    let offering = visit.catalog.providers_for(asked.service.id, asked.location.id);
    if offering.len() < 2 {
        return Vec::new();
    }
    // The day stays, so that one can look who is there.
    let day = free.day.map(|day| day.to_string());
    let more: Vec<(&str, &str)> = day.iter().map(|day| ("date", day.as_str())).collect();
    let link = |provider: Option<&Provider>| PersonLink {
        text: provider.map_or_else(|| visit.t.text("book-anyone"), |provider| provider.name.clone()),
        initials: provider.map(|provider| initials(&provider.name)).unwrap_or_default(),
        href: String::new(),
        current: asked.provider.map(|chosen| chosen.id) == provider.map(|provider| provider.id),
    };
    let all = std::iter::once(None).chain(offering.into_iter().map(Some));
    let with = all.map(|provider| PersonLink {
        href: Asked { provider, ..asked.clone() }.href(visit, token, &more),
        ..link(provider)
    });
    with.collect()
}

async fn load(
    app: &Arc<App>,
    visit: &Visit,
    facts: &BookingFacts,
    asked: &Asked<'_>,
    (today, latest): (NaiveDate, NaiveDate),
) -> Result<Free, Fault> {
    let date = visit.query.given("date").and_then(|text| text.parse::<NaiveDate>().ok());
    let month = visit.query.given("month").and_then(|text| format!("{text}-01").parse::<NaiveDate>().ok());
    // Whoever says nothing looks around the day the booking has.
    let own = time::local_day(facts.starts_at, asked.location.zone);
    let inside = |day: &NaiveDate| (today..=latest).contains(day);
    let day = date.or_else(|| asked.start.map(|at| time::local_day(at, asked.location.zone))).filter(inside);
    let wished = day.or(month.filter(|month| (first_of(today)..=latest).contains(month))).unwrap_or(own);
    let first = first_of(wished.clamp(today, latest.max(today)));
    let (shop, facts, now) = (Arc::clone(app), facts.clone(), visit.now);
    let range = asked.range(today, latest);
    let is_open = month.is_some() && day.is_none();
    app.db
        .read(move |conn| {
            let days = month_of(conn, &shop, now, &facts, (&range, first))?;
            let has_times = |wanted: NaiveDate| days.iter().any(|(day, times)| *day == wanted && !times.is_empty());
            let near = if is_open { first } else { own.max(today) };
            let free_from = |from| days.iter().find(|(day, times)| from <= *day && !times.is_empty());
            let first_free = free_from(near).or_else(|| free_from(first)).map(|(day, _)| *day);
            let chosen = day.or(Some(own).filter(|own| !is_open && has_times(*own))).or(first_free);
            let next = match chosen {
                Some(day) if has_times(day) => None,
                _ => next_free(conn, &shop, now, &facts, (&range, chosen.unwrap_or(first).max(today)))?,
            };
            Ok(Free { days, month: first, day: chosen, next })
        })
        .await
}

type DayTimes = (NaiveDate, Vec<FreeTime>);

fn month_of(
    conn: &mut Conn,
    app: &App,
    now: DateTime<Utc>,
    facts: &BookingFacts,
    (range, first): (&Range, NaiveDate),
) -> Result<Vec<DayTimes>, Fault> {
    let last = (first + Months::new(1)).pred_opt().unwrap_or(first);
    let asked = Range { from: first, to: last, ..*range };
    match alternatives::free_days(conn, &app.shop, now, facts, &asked) {
        Ok(days) => Ok(days.iter().map(|day| (day.day, alternatives::others_of(day, facts).collect())).collect()),
        Err(Bad::Refused(_)) => Ok(Vec::new()),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}

/// The first free time after a day, and when there is none the first of all.
fn next_free(
    conn: &mut Conn,
    app: &App,
    now: DateTime<Utc>,
    facts: &BookingFacts,
    (range, after): (&Range, NaiveDate),
) -> Result<Option<DateTime<Utc>>, Fault> {
    for from in [after, range.from] {
        let mut first = first_of(from);
        for _ in 0..MONTHS_MAX {
            if range.to < first {
                break;
            }
            let days = month_of(conn, app, now, facts, (range, first))?;
            let mut later = days.iter().filter(|(day, _)| from <= *day).flat_map(|(_, times)| times);
            if let Some((_, slot)) = later.next() {
                return Ok(Some(slot.starts_at));
            }
            first = first + Months::new(1);
        }
    }
    Ok(None)
}

fn side(t: Texts, at: DateTime<Utc>, minutes: i64, provider: String, place: &Location) -> Side {
    let local = time::local(at, place.zone);
    let ends = time::local(at + chrono::TimeDelta::minutes(minutes), place.zone);
    Side {
        when: t.date_long(local.date()),
        hours: t.time_range(local.time(), ends.time()),
        provider,
        place: place.name.clone(),
        differs: false,
    }
}

/// How long a visit takes with the providers it would have.
fn visit_minutes(catalog: &Catalog, facts: &BookingFacts, asked: &Asked<'_>) -> u32 {
    let provider = asked.provider.map(|provider| provider.id);
    let parts = wanted_parts_of(catalog, facts, provider, asked.location.id);
    let minutes = parts.iter().filter_map(|part| {
        let service = catalog.service(part.service)?;
        let usual = service.rules.duration_minutes;
        Some(part.provider.map_or(usual, |provider| catalog.duration_minutes(service, provider)))
    });
    minutes.sum()
}

fn confirm(visit: &Visit, facts: &BookingFacts, token: &str, asked: &Asked<'_>, start: DateTime<Utc>) -> HttpResponse {
    let page = visit.page(visit.t.text("move-confirm-title"));
    private(page::html(StatusCode::OK, &confirm_view(visit, facts, page, (token, asked), start)))
}

fn confirm_view(
    visit: &Visit,
    facts: &BookingFacts,
    page: Page,
    (token, asked): (&str, &Asked<'_>),
    start: DateTime<Utc>,
) -> ConfirmPage {
    let t = visit.t;
    let old_place = visit.catalog.location(facts.location).unwrap_or(asked.location);
    let old_minutes = (facts.visit_ends_at() - facts.visit_starts_at()).num_minutes();
    let minutes = if facts.is_part() {
        visit_minutes(&visit.catalog, facts, asked)
    } else {
        asked.provider.map_or(asked.service.rules.duration_minutes, |provider| {
            visit.catalog.duration_minutes(asked.service, provider.id)
        })
    };
    let name = match asked.provider {
        Some(provider) if provider.id == facts.provider => facts.visit_providers(),
        Some(provider) => provider.name.clone(),
        None => t.text("book-anyone"),
    };
    let same_provider = asked.provider.is_some_and(|provider| provider.id == facts.provider);
    let mut hidden: Vec<_> = asked.pairs(visit).into_iter().filter(|(name, _)| *name != "reason").collect();
    hidden.push(("start", instant_text(start)));
    hidden.push(("version", facts.row_version.to_string()));
    let day = time::local_day(start, asked.location.zone).to_string();
    ConfirmPage {
        service: facts.visit_name(),
        from: side(t, facts.visit_starts_at(), old_minutes, facts.visit_providers(), old_place),
        to: Side { differs: !same_provider, ..side(t, start, i64::from(minutes), name, asked.location) },
        same_place: old_place.id == asked.location.id,
        rules: rules_after(visit, facts, start),
        action: format!("/m/{token}/move{}", lang_of(visit)),
        hidden,
        other: format!("{}#times", asked.href(visit, token, &[("date", &day)])),
        keep: format!("/m/{token}{}", lang_of(visit)),
        form: Form::new().filled("reason", asked.reason.clone()),
        zone: t.zone(asked.location.zone),
        reason_max: crate::booking::cancel::REASON_CHARACTERS_MAX,
        page,
    }
}

/// What will hold once it has moved.
fn rules_after(visit: &Visit, facts: &BookingFacts, start: DateTime<Utc>) -> Vec<String> {
    let t = visit.t;
    let deadline = policy::cancel_deadline(start, facts.cancel_notice_minutes);
    let cancel = if deadline <= visit.now {
        t.text("move-then-binding")
    } else {
        t.with("move-then-cancel", &[("deadline", &t.moment(deadline, facts.zone))])
    };
    let left = facts.moves_max.saturating_sub(facts.moves).saturating_sub(1);
    let mut rules = vec![cancel, t.with("move-then-left", &[("count", &left)])];
    rules.extend(Some(facts.cancel_policy.clone()).filter(|text| !text.is_empty()));
    rules
}

/// `POST /m/{token}/move`
pub async fn move_booking(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(move_to(&app, &request, &path, &body).await)
}

async fn move_to(app: &Arc<App>, request: &HttpRequest, token: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let form = Form::parse(&String::from_utf8_lossy(body));
    let (visit, facts) = open(app, request, token).await?;
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("&lang={lang}"));
    let done = see_other(format!("/m/{token}?moved=1{lang}"));
    let Some(asked) = Asked::read(&visit.catalog, &facts, &form) else {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(refused_page(&visit, &facts, token, MoveRefused::NotAllowed, unprocessable));
    };
    let Some(starts_at) = asked.start else {
        let said = Some((Tone::Error, visit.t.text("book-gone-place")));
        return pick(app, &visit, &facts, (token, &asked), said, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let provider = asked.provider.map(|provider| provider.id);
    let wish = Move {
        booking: facts.id,
        to: Destination { starts_at, provider, location: Some(asked.location.id) },
        actor: Actor::Client,
        reason: form.given("reason").map(str::to_owned),
        expected_version: form.given("version").and_then(|text| text.parse().ok()),
        overriding: None,
        once: None,
        exactly: Exactly::default(),
        is_silent: false,
    };
    let shop = Arc::clone(app);
    let outcome = app.db.write(visit.now, move |tx| reschedule(tx, &shop.shop, &wish)).await;
    let refused = match outcome {
        Ok(_) => {
            app.bell.notify_one();
            return Ok(done);
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(refused)) => refused,
    };
    // Pressed twice: it has moved, and the page says so.
    let is_there = facts.starts_at == starts_at && provider.is_none_or(|provider| provider == facts.provider);
    match refused {
        RescheduleRefused::Changed | RescheduleRefused::SameTime if is_there && 0 < facts.moves => Ok(done),
        RescheduleRefused::Policy(refused) => {
            Ok(refused_page(&visit, &facts, token, refused, StatusCode::UNPROCESSABLE_ENTITY))
        }
        RescheduleRefused::Changed | RescheduleRefused::Unknown | RescheduleRefused::KeyReused => {
            Ok(see_other(format!("/m/{token}?changed=1{lang}")))
        }
        RescheduleRefused::SameTime => {
            let said = Some((Tone::Warning, visit.t.text("move-same-time")));
            pick(app, &visit, &facts, (token, &asked), said, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        RescheduleRefused::NotBookable(why) => {
            let (status, text) = not_bookable(&visit, &asked, starts_at, &why);
            pick(app, &visit, &facts, (token, &asked), Some((Tone::Warning, text)), status).await
        }
        RescheduleRefused::Breaks(_) => {
            let (status, text) = not_bookable(&visit, &asked, starts_at, &BookRefused::SlotTaken);
            pick(app, &visit, &facts, (token, &asked), Some((Tone::Warning, text)), status).await
        }
    }
}

fn not_bookable(
    visit: &Visit,
    asked: &Asked<'_>,
    starts_at: DateTime<Utc>,
    refused: &BookRefused,
) -> (StatusCode, String) {
    let t = visit.t;
    let place = asked.location;
    let text = match refused {
        BookRefused::SlotTaken => {
            let wanted = t.date_time(time::local(starts_at, place.zone));
            return (StatusCode::CONFLICT, t.with("move-gone", &[("time", &wanted)]));
        }
        BookRefused::Past => t.text("book-gone-past"),
        BookRefused::TooSoon { .. } => {
            let minutes = visit.catalog.rules_at(asked.service, place).lead_minutes;
            t.with("book-gone-soon", &[("notice", &t.notice(i64::from(minutes)))])
        }
        BookRefused::TooFar { latest_day } => t.with("book-gone-far", &[("day", &t.date_long(*latest_day))]),
        BookRefused::Closed => t.text("book-gone-closed"),
        _ => t.text("book-gone-place"),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, text)
}
