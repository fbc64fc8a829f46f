//! Booking for a client: what and when, who comes, done. The state stands in the address, so every step can be
//! reloaded, and nothing needs a script.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use sha2::{Digest, Sha256};

use super::broken::{self, Broken, Warning};
use super::why::party_of;
use super::{
    Answer, Options, address, day_of, language_options, location_options, provider_options, service_options, time_of,
};
use crate::agenda::day;
use crate::app::App;
use crate::booking::book::{self, BookRefused, Booked, BookingRequest, OnceKey, Who, Wish};
use crate::booking::offer::{self, OfferRefused, OfferedDay, Question};
use crate::booking::visits::{self, VisitQuestion, VisitRefused, VisitRequest, VisitWish, WantedPart};
use crate::catalog::{Catalog, Location, Service};
use crate::chance;
use crate::clients::{self, ClientDetails, ClientHit, ClientView};
use crate::db::{Bad, Fault};
use crate::domain::ids::{ClientId, LocationId, ProviderId, ServiceId};
use crate::domain::overriding::{Acknowledged, Breach};
use crate::domain::recognise::{EmailAddress, PersonName, PhoneNumber, WrongContact};
use crate::domain::slots::WrongParty;
use crate::domain::time;
use crate::domain::visits::WrongVisit;
use crate::i18n::{Language, Texts};
use crate::web::auth::{Desk, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Nav, Page, Tone};

/// As many clients are offered; whoever is not among them needs another word.
const HITS_SHOWN: i64 = 20;
/// As many other times are offered when the chosen one is gone.
const OTHER_TIMES_SHOWN: usize = 24;
const NOTE_CHARACTERS_MAX: usize = 2_000;
/// The largest language-free part of a form's key.
const KEY_BYTES_MAX: usize = 100;

struct FreeTime {
    text: String,
    href: String,
    is_chosen: bool,
    who: String,
}

struct FreePart {
    heading: String,
    times: Vec<FreeTime>,
}

struct FreePlace {
    name: String,
    parts: Vec<FreePart>,
}

struct HitLine {
    hit: ClientHit,
    href: String,
}

#[derive(Template)]
#[template(path = "agenda/book.html")]
struct BookPage {
    page: Page,
    form: Form,
    services: Options,
    more_services: Options,
    locations: Options,
    providers: Options,
    languages: Options,
    has_service: bool,
    asks_party: bool,
    places: Vec<FreePlace>,
    day_text: String,
    previous: String,
    next: String,
    next_free: Option<(String, String)>,
    other_times: Options,
    asks_other_time: bool,
    warning: Option<Warning>,
    why: String,
    chosen: Option<String>,
    client: Option<ClientView>,
    other_client: String,
    repeat: String,
    hits: Vec<HitLine>,
    was_sought: bool,
    once: String,
    note_max: usize,
}

/// What is wanted, as far as it is said and makes sense.
#[derive(Debug, Clone)]
struct State {
    service: Option<ServiceId>,
    /// What follows right after in the same visit.
    also: Vec<ServiceId>,
    location: Option<LocationId>,
    provider: Option<ProviderId>,
    party: u16,
    day: NaiveDate,
    start: Option<DateTime<Utc>>,
    client: Option<ClientId>,
}

/// The page, at whatever step its address says.
pub async fn book_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    show(&app.0, &desk, &request, form, Shown::Asked).await
}

/// Books.
pub async fn book(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let Some(wanted) = request_of(&mut form, &desk) else {
        return show(&app, &desk, &request, form, Shown::Incomplete).await;
    };
    let shared = Arc::clone(&app);
    let also = also_of(&mut form, &desk.catalog, Some(wanted.wish.service), desk.t);
    let booked = app.db.write(app.clock.now(), move |tx| {
        let mut wanted = wanted.clone();
        if let Who::Known(client) = wanted.who {
            let view = clients::view(tx.conn, client)?.ok_or(Bad::Refused(BookRefused::UnknownClient))?;
            wanted.language = view.language.tag().to_owned();
        }
        if also.is_empty() {
            return book::book(tx, &shared.shop, &wanted);
        }
        let visit = VisitRequest::of(visit_wish(&wanted.wish, &also), wanted);
        visits::book(tx, &shared.shop, &visit).map_err(|bad| bad.map(as_of_one))
    });
    match booked.await {
        Ok(Booked { booking, fresh }) => {
            if fresh {
                app.metrics.booked(Door::Desk);
            }
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/bookings/{booking}?done=booked")))
        }
        Err(Bad::Refused(refused)) => {
            let status = match refused {
                BookRefused::SlotTaken | BookRefused::KeyReused => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            if let BookRefused::Breaks(broken) = refused {
                return show(&app, &desk, &request, form, Shown::Broken(broken)).await;
            }
            let text = refusal(desk.t, &desk.catalog, &refused);
            show(&app, &desk, &request, form, Shown::Refused(status, text, is_about_time(&refused))).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// What follows the first service, as the form says; what can never be one visit is said by its field and left out.
fn also_of(form: &mut Form, catalog: &Catalog, first: Option<ServiceId>, t: Texts) -> Vec<ServiceId> {
    let Some(first) = first else {
        return Vec::new();
    };
    let mut also = Vec::new();
    for field in ["then", "then2"] {
        let Some(text) = form.given(field) else { continue };
        let named = catalog.service_named(text).map(|service| service.id);
        let all: Vec<WantedPart> =
            std::iter::once(first).chain(also.iter().copied()).chain(named).map(anybody).collect();
        match (named, visits::check(catalog, &all, true)) {
            (Some(service), Ok(_)) => also.push(service),
            (None, _) => form.fail(field, t.text("agenda-choose-service")),
            (_, Err(refused)) => form.fail(field, never_one_visit(t, &refused)),
        }
    }
    also
}

fn anybody(service: ServiceId) -> WantedPart {
    WantedPart { service, provider: None }
}

/// Why services cannot be one visit.
fn never_one_visit(t: Texts, refused: &VisitRefused) -> String {
    match refused {
        VisitRefused::Impossible(WrongVisit::Twice) => t.text("agenda-visit-twice"),
        VisitRefused::Impossible(WrongVisit::Class) => t.text("agenda-visit-class"),
        VisitRefused::Impossible(WrongVisit::NotTogether | WrongVisit::TooFew | WrongVisit::TooMany)
        | VisitRefused::Part(..) => t.text("agenda-visit-not-together"),
    }
}

fn visit_wish(first: &Wish, also: &[ServiceId]) -> VisitWish {
    let part = WantedPart { service: first.service, provider: first.provider };
    VisitWish {
        parts: std::iter::once(part).chain(also.iter().copied().map(anybody)).collect(),
        location: first.location,
        starts_at: first.starts_at,
        actor: first.actor,
    }
}

/// A refused visit in the words of a refused booking; what is never a visit was refused by its field.
fn as_of_one(refused: VisitRefused) -> BookRefused {
    match refused {
        VisitRefused::Part(_, why) => why,
        VisitRefused::Impossible(_) => BookRefused::UnknownService,
    }
}

/// Whether another time would do: then the newest ones are offered beside what was typed.
fn is_about_time(refused: &BookRefused) -> bool {
    match refused {
        BookRefused::SlotTaken
        | BookRefused::Closed
        | BookRefused::Breaks(_)
        | BookRefused::Past
        | BookRefused::TooSoon { .. }
        | BookRefused::TooFar { .. } => true,
        BookRefused::UnknownService
        | BookRefused::UnknownLocation
        | BookRefused::UnknownProvider
        | BookRefused::LocationNeeded
        | BookRefused::WrongParty(_)
        | BookRefused::UnknownClient
        | BookRefused::KeyReused
        | BookRefused::PriceTooLarge => false,
    }
}

fn request_of(form: &mut Form, desk: &Desk) -> Option<BookingRequest> {
    let (t, catalog) = (desk.t, &desk.catalog);
    // By name or identifier, as in the address of the page.
    let service = form.given("service").and_then(|text| catalog.service_named(text)).map(|service| service.id);
    if service.is_none() {
        form.fail("service", t.text("agenda-choose-service"));
    }
    let chosen = start_of(form.value("start"));
    if chosen.is_none() {
        form.fail("start", t.text("desk-choose-time"));
    }
    let party = party_of(form, t);
    also_of(form, catalog, service, t);
    let who = who_of(form, t);
    let note = form.value("note").trim().to_owned();
    if note.chars().count() > NOTE_CHARACTERS_MAX {
        form.fail("note", t.with("desk-note-too-long", &[("characters", &NOTE_CHARACTERS_MAX)]));
    }
    if form.has_errors() {
        return None;
    }
    let who = who?;
    let language = match &who {
        Who::Named(details) => details.language,
        Who::Known(_) => t.language(),
    };
    let (starts_at, place) = chosen?;
    let wish = Wish {
        service: service?,
        location: place.or_else(|| named_location(form, catalog)),
        provider: form.given("provider").and_then(|text| catalog.provider_named(text)).map(|provider| provider.id),
        party: party?,
        starts_at,
        actor: desk.actor(),
    };
    let once = once_of(form);
    Some(BookingRequest {
        wish,
        who,
        hold: None,
        note,
        language: language.tag().to_owned(),
        source: None,
        overriding: desk.role.may_override().then(|| Acknowledged::parse(form.value("acknowledged"))),
        once,
    })
}

fn named_location(form: &Form, catalog: &Catalog) -> Option<LocationId> {
    form.given("location").and_then(|text| catalog.location_named(text)).map(|place| place.id)
}

/// Sending the same form twice books once.
fn once_of(form: &Form) -> Option<OnceKey> {
    let key = form.given("once").filter(|key| key.len() <= KEY_BYTES_MAX)?;
    let fields = [
        "service",
        "then",
        "then2",
        "location",
        "provider",
        "party",
        "start",
        "client",
        "first_name",
        "last_name",
        "email",
        "phone",
        "note",
    ];
    let mut hash = Sha256::new();
    for field in fields {
        hash.update(form.value(field).as_bytes());
        hash.update([0]);
    }
    let body_hash = data_encoding::HEXLOWER.encode(&hash.finalize());
    Some(OnceKey { scope: "form".to_owned(), key: key.to_owned(), body_hash })
}

fn who_of(form: &mut Form, t: Texts) -> Option<Who> {
    if let Some(text) = form.given("client") {
        let client = text.parse::<ClientId>().ok();
        if client.is_none() {
            form.fail("client", t.text("desk-client-unknown"));
        }
        return client.map(Who::Known);
    }
    let first_name = name_of(form, "first_name", t);
    let last_name = name_of(form, "last_name", t);
    let email = email_of(form, t);
    let phone = phone_of(form, t);
    if form.given("email").is_none() && form.given("phone").is_none() {
        form.fail("email", t.text("desk-contact-needed"));
    }
    if form.has_errors() {
        return None;
    }
    let language = Language::parse(form.value("language")).unwrap_or(t.language());
    Some(Who::Named(ClientDetails {
        first_name: first_name?,
        last_name: last_name?,
        email,
        phone,
        language,
        zone: None,
        source: None,
    }))
}

fn name_of(form: &mut Form, field: &str, t: Texts) -> Option<PersonName> {
    match PersonName::parse(form.value(field)) {
        Ok(name) => Some(name),
        Err(wrong) => {
            let sentence = match wrong {
                WrongContact::Missing => t.text("field-required"),
                WrongContact::TooLong => t.text("desk-name-too-long"),
                WrongContact::LooksLikeLink => t.text("desk-name-link"),
                WrongContact::Unprintable | WrongContact::NotAnEmail | WrongContact::NotAPhone => {
                    t.text("desk-name-unprintable")
                }
            };
            form.fail(field, sentence);
            None
        }
    }
}

fn email_of(form: &mut Form, t: Texts) -> Option<EmailAddress> {
    let parsed = EmailAddress::parse(form.given("email")?).ok();
    if parsed.is_none() {
        form.fail("email", t.text("desk-email-wrong"));
    }
    parsed
}

fn phone_of(form: &mut Form, t: Texts) -> Option<PhoneNumber> {
    let parsed = PhoneNumber::parse(form.given("phone")?).ok();
    if parsed.is_none() {
        form.fail("phone", t.text("desk-phone-wrong"));
    }
    parsed
}

/// A chosen time: an instant, and where it was chosen from a list of several places also the place.
fn start_of(text: &str) -> Option<(DateTime<Utc>, Option<LocationId>)> {
    let (start, place) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let start = DateTime::parse_from_rfc3339(start).ok()?.to_utc();
    Some((start, place.parse().ok()))
}

/// Why the page is shown.
enum Shown {
    /// Somebody looks at it.
    Asked,
    /// What was sent lacks something, which is said by the field.
    Incomplete,
    /// What was sent is refused: with which status and sentence, and whether another time would do.
    Refused(StatusCode, String, bool),
    /// What was sent breaks rules, and may be sent again knowingly.
    Broken(Vec<Breach>),
}

impl Shown {
    fn status(&self) -> StatusCode {
        match self {
            Self::Asked => StatusCode::OK,
            Self::Incomplete => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(status, ..) => *status,
            Self::Broken(breaches) => broken::status(breaches),
        }
    }

    const fn was_sent(&self) -> bool {
        !matches!(self, Self::Asked)
    }

    const fn asks_for_other_times(&self) -> bool {
        matches!(self, Self::Refused(_, _, true) | Self::Broken(_))
    }
}

struct Loaded {
    free: Result<Vec<OfferedDay>, OfferRefused>,
    next_free: Vec<OfferedDay>,
    client: Option<ClientView>,
    hits: Vec<ClientHit>,
    broken: Broken,
}

async fn show(app: &Arc<App>, desk: &Staff, request: &HttpRequest, mut form: Form, shown: Shown) -> Answer {
    let (t, now) = (desk.t, app.clock.now());
    let state = state_of(&mut form, &desk.catalog, now, t);
    let (asked, shared, text) = (state.clone(), Arc::clone(app), form.value("q").to_owned());
    // A time that was never one is asked for again beside what was typed.
    let others = shown.asks_for_other_times()
        || (shown.was_sent() && ["start", "service"].iter().any(|field| !form.error(field).is_empty()));
    let breaches = match &shown {
        Shown::Broken(breaches) => breaches.clone(),
        Shown::Asked | Shown::Incomplete | Shown::Refused(..) => Vec::new(),
    };
    let loaded = app.db.read(move |conn| {
        let loaded = load(conn, &shared, now, (&asked, others), &text)?;
        Ok(Loaded { broken: Broken::load(conn, &breaches)?, ..loaded })
    });
    let loaded = loaded.await?;
    let page = desk.page(request, Nav::Agenda, t.text("desk-title"));
    let status = shown.status();
    let wrong = match shown {
        Shown::Refused(_, text, _) => Some(text),
        Shown::Asked | Shown::Incomplete => offer_refusal(t, &loaded),
        Shown::Broken(_) => None,
    };
    let page = match wrong {
        Some(text) => page.saying(Tone::Error, text),
        None => page,
    };
    Ok(page::html(status, &view(desk, page, form, (&state, others), loaded)))
}

fn load(
    conn: &mut crate::db::Conn,
    app: &App,
    now: DateTime<Utc>,
    (state, others): (&State, bool),
    text: &str,
) -> Result<Loaded, Fault> {
    let mut loaded = Loaded {
        free: Ok(Vec::new()),
        next_free: Vec::new(),
        client: None,
        hits: Vec::new(),
        broken: Broken::default(),
    };
    if let Some(service) = state.service {
        let question = Question {
            service,
            location: state.location,
            provider: state.provider,
            party: state.party,
            from: state.day,
            to: state.day,
            own_hold: None,
            as_staff: true,
        };
        loaded.free = match free_days(conn, app, now, (&question, &state.also)) {
            Ok(days) => Ok(days),
            Err(Bad::Refused(refused)) => Err(refused),
            Err(Bad::Fault(fault)) => return Err(fault),
        };
        let is_empty = loaded.free.as_ref().is_ok_and(|days| days.iter().all(OfferedDay::is_empty));
        if is_empty || others {
            let wanted = if others { OTHER_TIMES_SHOWN } else { 1 };
            loaded.next_free = match next_free(conn, app, now, (&question, &state.also), wanted) {
                Ok(days) => days,
                Err(Bad::Refused(_)) => Vec::new(),
                Err(Bad::Fault(fault)) => return Err(fault),
            };
        }
    }
    match state.client {
        Some(client) => loaded.client = clients::view(conn, client)?,
        None => loaded.hits = clients::search(conn, text, HITS_SHOWN)?,
    }
    Ok(loaded)
}

type Wanted<'a> = (&'a Question, &'a [ServiceId]);

fn free_days(
    conn: &mut crate::db::Conn,
    app: &App,
    now: DateTime<Utc>,
    wanted: Wanted<'_>,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    match visit_question(wanted) {
        None => offer::free_days(conn, &app.shop, now, wanted.0),
        Some(visit) => {
            visits::free_days(conn, &app.shop, now, &visit).map_err(|bad| bad.map(|refused| offer_of_visit(&refused)))
        }
    }
}

fn next_free(
    conn: &mut crate::db::Conn,
    app: &App,
    now: DateTime<Utc>,
    wanted: Wanted<'_>,
    limit: usize,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    match visit_question(wanted) {
        None => offer::next_free(conn, &app.shop, now, wanted.0, limit),
        Some(visit) => visits::next_free(conn, &app.shop, now, &visit, limit)
            .map_err(|bad| bad.map(|refused| offer_of_visit(&refused))),
    }
}

fn visit_question((question, also): Wanted<'_>) -> Option<VisitQuestion> {
    if also.is_empty() {
        return None;
    }
    let first = WantedPart { service: question.service, provider: question.provider };
    Some(VisitQuestion {
        parts: std::iter::once(first).chain(also.iter().copied().map(anybody)).collect(),
        location: question.location,
        from: question.from,
        to: question.to,
        own_hold: None,
        without: Vec::new(),
        as_staff: question.as_staff,
    })
}

fn offer_of_visit(refused: &VisitRefused) -> OfferRefused {
    match refused {
        VisitRefused::Part(_, BookRefused::UnknownProvider) => OfferRefused::UnknownProvider,
        VisitRefused::Part(_, BookRefused::UnknownService) => OfferRefused::UnknownService,
        VisitRefused::Part(..) | VisitRefused::Impossible(_) => OfferRefused::UnknownLocation,
    }
}

/// Reads the state; what is said wrongly is said by its field.
fn state_of(form: &mut Form, catalog: &Catalog, now: DateTime<Utc>, t: Texts) -> State {
    let service = form.given("service").and_then(|text| catalog.service_named(text)).map(|service| service.id);
    if form.given("service").is_some() && service.is_none() {
        form.fail("service", t.text("agenda-choose-service"));
    }
    let location = form.given("location").and_then(|text| catalog.location_named(text)).map(|place| place.id);
    let provider = form.given("provider").and_then(|text| catalog.provider_named(text)).map(|provider| provider.id);
    let places: Vec<_> = match location.and_then(|id| catalog.location(id)) {
        Some(place) => vec![place],
        None => catalog.locations.iter().collect(),
    };
    let today = day::today(now, &places);
    let typed = form.given("day").map(str::to_owned);
    let day = typed.as_deref().and_then(day_of);
    if typed.is_some() && day.is_none() {
        form.fail("day", t.text("agenda-day-wrong"));
    }
    let party = party_of(form, t).unwrap_or(1);
    let also = also_of(form, catalog, service, t);
    let start = start_of(form.value("start")).map(|(start, _)| start);
    let start = start.or_else(|| typed_start(form, day.unwrap_or(today), &places, t));
    State {
        service,
        also,
        location,
        provider,
        party,
        day: day.unwrap_or(today),
        start,
        client: form.given("client").and_then(|text| text.parse().ok()),
    }
}

/// A time of the day that was typed instead of chosen among the free ones.
fn typed_start(form: &mut Form, day: NaiveDate, places: &[&Location], t: Texts) -> Option<DateTime<Utc>> {
    form.given("clock")?;
    let Some(clock) = time_of(form.value("clock")) else {
        form.fail("clock", t.text("agenda-time-wrong"));
        return None;
    };
    let [place] = places else {
        form.fail("clock", t.text("agenda-choose-location"));
        return None;
    };
    let wall = day.and_time(clock);
    if !time::exists(wall, place.zone) {
        form.fail("clock", t.text("move-desk-no-such-time"));
        return None;
    }
    Some(time::instant(wall, place.zone))
}

fn view(desk: &Staff, page: Page, form: Form, (state, others): (&State, bool), loaded: Loaded) -> BookPage {
    let (t, catalog) = (desk.t, &desk.catalog);
    let service = state.service.and_then(|id| catalog.service(id));
    let days = loaded.free.unwrap_or_default();
    let place = state.location.or_else(|| days.first().map(|day| day.location)).and_then(|id| catalog.location(id));
    let zone = place.or(catalog.locations.first()).map_or(chrono_tz::UTC, |place| place.zone);
    let start = form.given("start").map(str::to_owned);
    let start = start.or_else(|| state.start.map(|at| time::rfc3339(at, zone))).unwrap_or_default();
    let form = form.filled("start", start);
    let zone_of = |id: LocationId| catalog.location(id).map_or(chrono_tz::UTC, |place| place.zone);
    let chosen = state.start.map(|start| {
        let place = state.location.or_else(|| days.first().map(|day| day.location));
        t.moment(start, place.map_or(chrono_tz::UTC, zone_of))
    });
    let to_day = |day: Option<NaiveDate>| {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        link(&form, &[("day", &day), ("start", "")])
    };
    let next_free = loaded.next_free.first().map(|day| (t.date_long(day.day), to_day(Some(day.day))));
    let mut other_times = if others { time_options(t, catalog, &loaded.next_free) } else { Vec::new() };
    let warning = loaded.broken.warning(t, zone, form.value("acknowledged"));
    if let (Some(_), Some(chosen)) = (&warning, &chosen) {
        let as_chosen = t.with("move-desk-as-chosen", &[("when", chosen)]);
        other_times.insert(0, (form.value("start").to_owned(), as_chosen));
    }
    let with_client = |hit: ClientHit| {
        let href = link(&form, &[("client", &hit.id.to_string()), ("q", "")]);
        HitLine { hit, href }
    };
    BookPage {
        services: service_options(catalog, t.text("agenda-choose")),
        more_services: more_services(catalog, t.text("agenda-visit-nothing")),
        locations: location_options(catalog, t.text("agenda-all-locations")),
        providers: provider_options(catalog, t.text("agenda-anyone")),
        languages: language_options(),
        has_service: service.is_some(),
        asks_party: service.is_some_and(asks_party),
        places: days
            .iter()
            .filter(|day| !day.is_empty())
            .map(|day| free_place(t, catalog, &form, state, day))
            .collect(),
        day_text: t.date_long(state.day),
        previous: to_day(state.day.pred_opt()),
        next: to_day(state.day.succ_opt()),
        next_free,
        other_times,
        asks_other_time: others,
        warning,
        why: address(
            "/staff/explain",
            &[
                ("service", form.value("service")),
                ("location", form.value("location")),
                ("provider", form.value("provider")),
                ("day", &state.day.to_string()),
                ("time", "09:00"),
            ],
        ),
        chosen,
        other_client: link(&form, &[("client", "")]),
        repeat: repeat_link(&form),
        hits: loaded.hits.into_iter().map(with_client).collect(),
        was_sought: form.given("q").is_some(),
        client: loaded.client,
        once: form.given("once").map_or_else(chance::token, str::to_owned),
        note_max: NOTE_CHARACTERS_MAX,
        form: kept(form, state, t),
        page,
    }
}

/// What can be part of a visit: everything but classes.
fn more_services(catalog: &Catalog, none: String) -> Options {
    let single = catalog.services.iter().filter(|service| service.rules.capacity == 1);
    let services = single.map(|service| (service.id.to_string(), service.name.clone()));
    std::iter::once((String::new(), none)).chain(services).collect()
}

/// Free times as a choice inside the form, so that nothing typed is lost.
fn time_options(t: Texts, catalog: &Catalog, days: &[OfferedDay]) -> Options {
    let mut options = Vec::new();
    for day in days {
        let Some(place) = catalog.location(day.location) else {
            continue;
        };
        let several = catalog.locations.len() > 1;
        options.extend(day.slots().map(|(slot, _)| {
            let local = time::local(slot.starts_at, place.zone);
            let when = format!("{}, {}", t.date_short(local.date()), t.time(local.time()));
            let text = if several { format!("{when} · {}", place.name) } else { when };
            (format!("{} {}", time::rfc3339(slot.starts_at, place.zone), place.id), text)
        }));
    }
    options.truncate(OTHER_TIMES_SHOWN);
    options
}

/// The form as the page shows it: the state as it was understood, what was typed as it was typed.
fn kept(form: Form, state: &State, t: Texts) -> Form {
    let language = form.given("language").unwrap_or(t.language().tag()).to_owned();
    let day = form.given("day").map_or_else(|| state.day.to_string(), str::to_owned);
    let party = form.given("party").map_or_else(|| "1".to_owned(), str::to_owned);
    let id = |id: Option<String>| id.unwrap_or_default();
    let also = |place: usize, field: &str| match form.error(field) {
        "" => id(state.also.get(place).map(ToString::to_string)),
        _ => form.value(field).to_owned(),
    };
    let (then, then2) = (also(0, "then"), also(1, "then2"));
    form.filled("then", then)
        .filled("then2", then2)
        .filled("language", language)
        .filled("day", day)
        .filled("party", party)
        .filled("service", id(state.service.map(|id| id.to_string())))
        .filled("provider", id(state.provider.map(|id| id.to_string())))
        .filled("location", id(state.location.map(|id| id.to_string())))
}

fn asks_party(service: &Service) -> bool {
    service.rules.party_max > 1
}

/// Where the chosen time is repeated.
fn repeat_link(form: &Form) -> String {
    let names = ["service", "provider", "location", "party", "start", "client"];
    address("/staff/series/new", &names.map(|name| (name, form.value(name))))
}

/// This page with some of its state changed.
fn link(form: &Form, changed: &[(&str, &str)]) -> String {
    let names = ["service", "then", "then2", "location", "provider", "party", "day", "start", "client", "q"];
    let value = |name: &'static str| {
        let fresh = changed.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        (name, fresh.unwrap_or_else(|| form.value(name)))
    };
    address("/staff/book", &names.map(value))
}

/// Free times of one place, by part of the day.
fn free_place(t: Texts, catalog: &Catalog, form: &Form, state: &State, day: &OfferedDay) -> FreePlace {
    let place = catalog.location(day.location);
    let zone = place.map_or(chrono_tz::UTC, |place| place.zone);
    let location = day.location.to_string();
    let mut parts: [(String, Vec<FreeTime>); 3] = [
        (t.text("desk-morning"), Vec::new()),
        (t.text("desk-afternoon"), Vec::new()),
        (t.text("desk-evening"), Vec::new()),
    ];
    for (slot, choices) in day.slots() {
        let clock = time::local(slot.starts_at, zone).time();
        let names: Vec<&str> = choices
            .filter_map(|choice| catalog.provider(choice.provider))
            .map(|provider| provider.name.as_str())
            .collect();
        let start = time::rfc3339(slot.starts_at, zone);
        let href = link(form, &[("start", &start), ("location", &location)]);
        let is_chosen = state.start == Some(slot.starts_at) && state.location == Some(day.location);
        let free = FreeTime { text: t.time(clock), href: format!("{href}#who"), is_chosen, who: names.join(", ") };
        if let Some((_, times)) = parts.get_mut(part_of(clock)) {
            times.push(free);
        }
    }
    let parts = parts.into_iter().filter(|(_, times)| !times.is_empty());
    FreePlace {
        name: place.map(|place| place.name.clone()).unwrap_or_default(),
        parts: parts.map(|(heading, times)| FreePart { heading, times }).collect(),
    }
}

/// Morning, afternoon, evening.
fn part_of(clock: NaiveTime) -> usize {
    match clock.hour() {
        0..12 => 0,
        12..17 => 1,
        _ => 2,
    }
}

fn offer_refusal(t: Texts, loaded: &Loaded) -> Option<String> {
    match loaded.free.as_ref().err()? {
        OfferRefused::UnknownService => Some(t.text("agenda-choose-service")),
        OfferRefused::UnknownLocation => Some(t.text("desk-not-here")),
        OfferRefused::UnknownProvider => Some(t.text("desk-not-with")),
        OfferRefused::WrongParty(wrong) => Some(party_refusal(t, *wrong)),
        OfferRefused::WrongDays => Some(t.text("agenda-day-wrong")),
    }
}

fn party_refusal(t: Texts, wrong: WrongParty) -> String {
    match wrong {
        WrongParty::TooSmall { party_min } => t.with("why-party-too-small", &[("people", &i64::from(party_min))]),
        WrongParty::TooLarge { party_max } => t.with("why-party-too-large", &[("people", &i64::from(party_max))]),
    }
}

/// Why it was not booked, in the reader's language.
pub(super) fn refusal(t: Texts, catalog: &Catalog, refused: &BookRefused) -> String {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    match refused {
        BookRefused::UnknownService => t.text("agenda-choose-service"),
        BookRefused::UnknownLocation => t.text("desk-not-here"),
        BookRefused::UnknownProvider => t.text("desk-not-with"),
        BookRefused::LocationNeeded => t.text("agenda-choose-location"),
        BookRefused::WrongParty(wrong) => party_refusal(t, *wrong),
        BookRefused::Past => t.text("why-past"),
        BookRefused::TooSoon { earliest } => t.with("why-too-soon", &[("earliest", &t.moment(*earliest, zone))]),
        BookRefused::TooFar { latest_day } => t.with("why-too-far", &[("day", &t.date_long(*latest_day))]),
        BookRefused::Closed => t.text("desk-closed"),
        BookRefused::SlotTaken | BookRefused::Breaks(_) => t.text("desk-taken"),
        BookRefused::UnknownClient => t.text("desk-client-unknown"),
        BookRefused::KeyReused => t.text("desk-key-reused"),
        BookRefused::PriceTooLarge => t.text("desk-price"),
    }
}
