//! `/book/{service}`: the month with its free days, the times of one day, and keeping one of them.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Months, NaiveDate, SecondsFormat, Utc};

use super::clinic::NextFree;
use super::free::Wanted;
use super::month::{self, MonthView, ShownMonth, TimeButton, TimeGroup, first_of};
use super::steps::{self, At, Chosen, Step};
use super::together::{self, Addable, VisitPart};
use super::visit::{self, Missed, Picked, Stop, Visit, hold_name, hold_named, initials, see_other};
use super::{details, places};
use crate::app::App;
use crate::booking::book::{BookRefused, Wish};
use crate::booking::hold::{self, HoldLimits, HoldRefused, HoldRequest};
use crate::booking::offer::OfferedDay;
use crate::booking::visits::{self, VisitHoldRefused, VisitHoldRequest, VisitRefused, VisitWish};
use crate::catalog::Location;
use crate::db::{Bad, Conn, Fault};
use crate::domain::booking::Actor;
use crate::domain::ids::HoldId;
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::edge::{self, AppData};
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

/// Rows of party sizes longer than this would be a puzzle; larger parties write the number into the address.
const PARTY_CHOICES_MAX: u16 = 12;

/// A choice among a few, as a link.
pub(super) struct PlaceLink {
    pub text: String,
    pub href: String,
    pub current: bool,
}

/// A person to choose, as a link.
pub(super) struct PersonLink {
    pub text: String,
    pub initials: String,
    pub href: String,
    pub current: bool,
}

/// Who could give one of the further services of a visit.
struct PartPeople {
    label: String,
    people: Vec<PersonLink>,
}

#[derive(Template)]
#[template(path = "booking/times.html")]
struct TimesPage {
    page: Page,
    steps: Vec<Step>,
    chosen: Chosen,
    places: Vec<PlaceLink>,
    people: Vec<PersonLink>,
    parties: Vec<PlaceLink>,
    party_note: String,
    also_people: Vec<PartPeople>,
    parts: Vec<VisitPart>,
    addable: Vec<Addable>,
    month: MonthView,
    day_title: String,
    groups: Vec<TimeGroup>,
    next_free: Option<NextFree>,
    /// Where somebody waits for what is not free; empty where nobody can.
    waitlist: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    zone: String,
    zone_name: &'static str,
    first_instant: String,
}

/// An instant as forms carry it.
pub(super) fn instant_text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads an instant of a form or an address.
pub(super) fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc())
}

/// `GET /book/{service}`
pub async fn times(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(show(&app, &request, &path).await)
}

async fn show(app: &Arc<App>, request: &HttpRequest, name: &str) -> Result<HttpResponse, Stop> {
    let visit = Visit::begin(app, request).await?;
    let service = visit.service(name)?;
    let picked = Picked::read(&visit.catalog, service, &visit.query);
    match picked.location {
        Some(place) => show_times(app, &visit, &picked, place).await,
        None if picked.places(&visit.catalog).is_empty() => Ok(nobody(&visit)),
        None => places::show(app, &visit, &picked).await,
    }
}

/// A service that nobody offers at the moment.
fn nobody(visit: &Visit) -> HttpResponse {
    let page = visit.page(visit.t.text("book-none-title"));
    page::error_page(StatusCode::OK, page, &visit.t.text("book-none-text"), None)
}

/// What the page shows of the calendar.
struct Free {
    /// Every day of the shown month that can be asked for.
    days: Vec<OfferedDay>,
    /// The first of the month that is shown.
    month: NaiveDate,
    /// The chosen day, or the first free one.
    day: Option<NaiveDate>,
    /// The first free time from the chosen day on, when that day has none.
    next: Option<DateTime<Utc>>,
}

async fn show_times(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    place: &Location,
) -> Result<HttpResponse, Stop> {
    let today = time::local_day(visit.now, place.zone);
    let latest = picked.latest_day(place, visit.now);
    let date = |name: &str| visit.query.given(name).and_then(|text| text.parse::<NaiveDate>().ok());
    let month = visit.query.given("month").and_then(|text| format!("{text}-01").parse().ok());
    let wish = Wished { date: date("date"), month, today, latest };
    let free = load(app, visit, picked, place, wish).await?;
    let page = visit.page(format!("{} · {}", visit.t.text("book-time-title"), picked.service.name));
    let page = Page { indexed: is_stable(visit), ..page };
    let page = match notice(visit, picked, wish, latest) {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let groups = groups(visit, picked, place, &free);
    let first_instant = groups.first().and_then(|group| group.times.first()).map(|time| time.value.clone());
    let day = free.day.map(|day| day.to_string());
    let more: Vec<(&str, &str)> = day.iter().map(|day| ("date", day.as_str())).collect();
    // Another visit may fit on other days: only a day that was chosen stays.
    let wished: Vec<(&str, &str)> = visit.query.given("date").iter().map(|day| ("date", *day)).collect();
    let mut hidden = picked.pairs();
    hidden.push(("token", app.keys.form_token("time", visit.now)));
    if let Some(hold) = visit.query.given("hold") {
        hidden.push(("hold", hold.to_owned()));
    }
    let shown = TimesPage {
        page,
        steps: steps::steps(visit, At::Time, Some(picked)),
        chosen: steps::chosen(visit, picked, None),
        places: place_links(visit, picked),
        people: person_links(visit, picked, place, &more),
        parties: party_links(visit, picked),
        party_note: party_note(visit, picked),
        also_people: also_people(visit, picked, place, &more),
        parts: together::parts(visit, picked, &wished),
        addable: together::addable(visit, picked, &wished),
        month: month_view_of(visit, picked, &free, wish),
        day_title: free.day.map(|day| visit.t.date_long(day)).unwrap_or_default(),
        groups,
        waitlist: waitlist_link(visit, picked, &free),
        next_free: free.next.map(|starts_at| jump(visit, picked, place, starts_at)),
        action: format!("/book/{}/time", picked.service.slug),
        hidden,
        zone: visit.t.zone(place.zone),
        zone_name: place.zone.name(),
        first_instant: first_instant.unwrap_or_default(),
    };
    Ok(page::html(StatusCode::OK, &shown))
}

#[derive(Debug, Clone, Copy)]
struct Wished {
    date: Option<NaiveDate>,
    month: Option<NaiveDate>,
    today: NaiveDate,
    latest: NaiveDate,
}

impl Wished {
    /// The day asked for, if it can be booked at all.
    fn day(self) -> Option<NaiveDate> {
        self.date.filter(|day| self.today <= *day && *day <= self.latest)
    }

    /// The first day of the month asked for, if anything in it can be booked.
    fn month(self) -> Option<NaiveDate> {
        let month = self.day().or(self.month).map(first_of)?;
        (first_of(self.today) <= month && month <= self.latest).then_some(month)
    }
}

async fn load(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    place: &Location,
    wish: Wished,
) -> Result<Free, Fault> {
    let (shop, now) = (Arc::clone(app), visit.now);
    let own_hold = visit.query.given("hold").and_then(|text| hold_named(app, text));
    let wanted = Wanted::of(picked, Some(place.id), own_hold);
    let zone = place.zone;
    app.db
        .read(move |conn| {
            let anywhere = match wish.month() {
                Some(_) => None,
                None => first_from(conn, &shop, now, &wanted, wish.today)?,
            };
            let month = wish.month().or_else(|| anywhere.map(|at| first_of(time::local_day(at, zone))));
            let month = month.unwrap_or_else(|| first_of(wish.today));
            let last = (month + Months::new(1)).pred_opt().unwrap_or(month);
            let days = wanted.days(conn, &shop, now, (month, last))?;
            let first_free = days.iter().find(|day| !day.is_empty()).map(|day| day.day);
            let day = wish.day().or(first_free);
            let shown = days.iter().find(|offered| Some(offered.day) == day).is_some_and(|offered| !offered.is_empty());
            let next = match (shown, anywhere) {
                (true, _) => None,
                (false, Some(at)) => Some(at),
                (false, None) => {
                    let from = day.unwrap_or(month).max(wish.today);
                    match first_from(conn, &shop, now, &wanted, from)? {
                        Some(at) => Some(at),
                        None => first_from(conn, &shop, now, &wanted, wish.today)?,
                    }
                }
            };
            Ok(Free { days, month, day, next })
        })
        .await
}

/// The first free time from a day on.
fn first_from(
    conn: &mut Conn,
    app: &App,
    now: DateTime<Utc>,
    wanted: &Wanted,
    from: NaiveDate,
) -> Result<Option<DateTime<Utc>>, Fault> {
    Ok(wanted.next(conn, app, now, from, 1)?.iter().filter_map(first_start).min())
}

fn first_start(day: &OfferedDay) -> Option<DateTime<Utc>> {
    day.slots().next().map(|(slot, _)| slot.starts_at)
}

/// Search engines list the page of a service, not each of its days.
pub(super) fn is_stable(visit: &Visit) -> bool {
    ["date", "month", "hold", "why", "provider", "party", "source", "also"].iter().all(|name| !visit.query.has(name))
}

/// What must be said before anything is chosen: why the last choice did not work, or what the address asked in vain.
fn notice(visit: &Visit, picked: &Picked<'_>, wish: Wished, latest: NaiveDate) -> Option<(Tone, String)> {
    let t = visit.t;
    if let Some(why) = visit.query.given("why").and_then(Why::parse) {
        return Some((Tone::Warning, why.sentence(visit, picked, latest)));
    }
    match picked.missed {
        Some(Missed::Choice) => return Some((Tone::Warning, t.text("book-gone-place"))),
        Some(Missed::Party) => return Some((Tone::Warning, wrong_party(t, picked))),
        Some(Missed::Together) => return Some((Tone::Warning, t.text("book-visit-not-together"))),
        None => {}
    }
    if wish.date.is_none() && visit.query.given("date").is_some() {
        return Some((Tone::Warning, t.text("book-no-such-day")));
    }
    if wish.date.is_some_and(|day| wish.latest < day) {
        return Some((Tone::Warning, t.with("book-gone-far", &[("day", &t.date_long(latest))])));
    }
    if wish.date.is_some_and(|day| day < wish.today) {
        return Some((Tone::Warning, t.text("book-gone-past")));
    }
    None
}

fn wrong_party(t: Texts, picked: &Picked<'_>) -> String {
    let rules = &picked.service.rules;
    t.with("book-party-wrong", &[("from", &rules.party_min), ("to", &rules.party_max)])
}

/// Why a time could not be kept, as a word in the address of the page that offers the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Taken,
    Past,
    Soon,
    Far,
    Closed,
    Choice,
    Party,
    Old,
}

impl Why {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Taken, "taken"),
        (Self::Past, "past"),
        (Self::Soon, "soon"),
        (Self::Far, "far"),
        (Self::Closed, "closed"),
        (Self::Choice, "choice"),
        (Self::Party, "party"),
        (Self::Old, "old"),
    ];

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(why, _)| *why)
    }

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(why, _)| *why == self).map_or("", |(_, word)| word)
    }

    fn of(refusal: &BookRefused) -> Self {
        match refusal {
            BookRefused::SlotTaken => Self::Taken,
            BookRefused::Past => Self::Past,
            BookRefused::TooSoon { .. } => Self::Soon,
            BookRefused::TooFar { .. } => Self::Far,
            BookRefused::Closed => Self::Closed,
            BookRefused::WrongParty(_) => Self::Party,
            _ => Self::Choice,
        }
    }

    fn sentence(self, visit: &Visit, picked: &Picked<'_>, latest: NaiveDate) -> String {
        let t = visit.t;
        match self {
            Self::Taken => {
                let at = visit.query.given("at").and_then(instant_of).zip(picked.location);
                let time = at.map(|(at, place)| t.date_time(time::local(at, place.zone)));
                t.with("book-gone", &[("time", &time.unwrap_or_else(|| t.text("book-gone-that")))])
            }
            Self::Past => t.text("book-gone-past"),
            Self::Soon => {
                let notice = t.notice(i64::from(picked.service.rules.lead_minutes));
                t.with("book-gone-soon", &[("notice", &notice)])
            }
            Self::Far => t.with("book-gone-far", &[("day", &t.date_long(latest))]),
            Self::Closed => t.text("book-gone-closed"),
            Self::Choice => t.text("book-gone-place"),
            Self::Party => wrong_party(t, picked),
            Self::Old => t.text("book-form-old"),
        }
    }
}

/// What a refused booking is called on the page with the details.
pub(super) fn refusal_sentence(visit: &Visit, picked: &Picked<'_>, refusal: &BookRefused, at: DateTime<Utc>) -> String {
    let t = visit.t;
    match (Why::of(refusal), picked.location) {
        (Why::Taken, Some(place)) => t.with("book-gone", &[("time", &t.date_time(time::local(at, place.zone)))]),
        (why, place) => {
            let latest = place.map_or_else(|| visit.now.date_naive(), |place| picked.latest_day(place, visit.now));
            why.sentence(visit, picked, latest)
        }
    }
}

fn place_links(visit: &Visit, picked: &Picked<'_>) -> Vec<PlaceLink> {
    let places = picked.places(&visit.catalog);
    if places.len() < 2 {
        return Vec::new();
    }
    let current = picked.location.map(|place| place.id);
    let link = |place: &Location| PlaceLink {
        text: place.name.clone(),
        href: picked.at(&visit.catalog, place).href("", &[]),
        current: Some(place.id) == current,
    };
    places.into_iter().map(link).collect()
}

fn person_links(visit: &Visit, picked: &Picked<'_>, place: &Location, more: &[(&str, &str)]) -> Vec<PersonLink> {
    people_of(visit, picked, place, 0, more)
}

/// Who could give the part at `index`, with links that keep everything else. The day stays, so that one can look who
/// is there.
fn people_of(
    visit: &Visit,
    picked: &Picked<'_>,
    place: &Location,
    index: usize,
    more: &[(&str, &str)],
) -> Vec<PersonLink> {
    let parts = picked.parts();
    let Some(part) = parts.get(index).copied() else {
        return Vec::new();
    };
    let offering = visit.catalog.providers_for(part.service.id, place.id);
    if offering.len() < 2 {
        return Vec::new();
    }
    let link = |provider: Option<&crate::catalog::Provider>| {
        let chosen: Vec<_> = parts
            .iter()
            .enumerate()
            .map(|(other, part)| if other == index { (part.service, provider) } else { (part.service, part.provider) })
            .map(|(service, provider)| super::visit::Also { service, provider })
            .collect();
        picked.with_parts(&chosen).href("", more)
    };
    let anyone = PersonLink {
        text: visit.t.text("book-anyone"),
        initials: String::new(),
        href: link(None),
        current: part.provider.is_none(),
    };
    let people = offering.into_iter().map(|provider| PersonLink {
        text: provider.name.clone(),
        initials: initials(&provider.name),
        href: link(Some(provider)),
        current: part.provider.is_some_and(|chosen| chosen.id == provider.id),
    });
    std::iter::once(anyone).chain(people).collect()
}

/// The same for each further service of a visit.
fn also_people(visit: &Visit, picked: &Picked<'_>, place: &Location, more: &[(&str, &str)]) -> Vec<PartPeople> {
    let people = |(index, part): (usize, &super::visit::Also<'_>)| PartPeople {
        label: visit.t.with("book-visit-with", &[("service", &part.service.name)]),
        people: people_of(visit, picked, place, index + 1, more),
    };
    let all = picked.also.iter().enumerate().map(people);
    all.filter(|part| !part.people.is_empty()).collect()
}

fn party_links(visit: &Visit, picked: &Picked<'_>) -> Vec<PlaceLink> {
    let rules = &picked.service.rules;
    if rules.party_max < 2 {
        return Vec::new();
    }
    let most = rules.party_max.min(rules.party_min.saturating_add(PARTY_CHOICES_MAX - 1)).max(picked.party);
    let link = |party: u16| PlaceLink {
        text: visit.t.with("book-people", &[("count", &party)]),
        href: Picked { party, ..picked.clone() }.href("", &[]),
        current: party == picked.party,
    };
    (rules.party_min..=most).map(link).collect()
}

fn party_note(visit: &Visit, picked: &Picked<'_>) -> String {
    let service = picked.service;
    if service.extra_person_minor == 0 || service.rules.party_max <= service.rules.party_min {
        return String::new();
    }
    let fee = crate::domain::money::Money::new(service.extra_person_minor, visit.catalog.clinic.currency);
    visit.t.with("book-party-fee", &[("included", &service.rules.party_min), ("fee", &visit.t.money(fee))])
}

fn month_view_of(visit: &Visit, picked: &Picked<'_>, free: &Free, wish: Wished) -> MonthView {
    let shown = ShownMonth { month: free.month, today: wish.today, latest: wish.latest, day: free.day };
    let count = |day: NaiveDate| {
        let offered = free.days.iter().find(|offered| offered.day == day);
        offered.map_or(0, |offered| offered.slots().count())
    };
    month::month_view(visit.t, shown, &count, &|name, value| picked.href("", &[(name, value)]))
}

fn groups(visit: &Visit, picked: &Picked<'_>, place: &Location, free: &Free) -> Vec<TimeGroup> {
    let t = visit.t;
    let shown = free.days.iter().find(|offered| Some(offered.day) == free.day);
    let times = shown.into_iter().flat_map(OfferedDay::slots).map(|(slot, choices)| {
        let local = time::local(slot.starts_at, place.zone).time();
        let left = choices.map(|choice| choice.left).max().unwrap_or(0);
        let is_class = picked.service.rules.capacity > 1;
        let left = if is_class { t.with("book-left", &[("count", &left)]) } else { String::new() };
        (local, TimeButton { value: instant_text(slot.starts_at), text: t.time(local), left })
    });
    month::parts_of_day(t, times)
}

/// The form that waits for a time, with the day where it is full.
fn waitlist_link(visit: &Visit, picked: &Picked<'_>, free: &Free) -> String {
    if !picked.service.waitlist {
        return String::new();
    }
    let is_full = |day: &NaiveDate| !free.days.iter().any(|offered| offered.day == *day && !offered.is_empty());
    let full = free.day.filter(is_full).or(free.day.filter(|_| visit.query.given("date").is_some()));
    let day = full.map(|day| day.to_string());
    picked.href("/waitlist", &day.iter().map(|day| ("date", day.as_str())).collect::<Vec<_>>())
}

fn jump(visit: &Visit, picked: &Picked<'_>, place: &Location, starts_at: DateTime<Utc>) -> NextFree {
    let local = time::local(starts_at, place.zone);
    let day = local.date().to_string();
    let (date, time) = (visit.t.date_short(local.date()), visit.t.time(local.time()));
    NextFree {
        text: visit.t.with("date-time", &[("date", &date), ("time", &time)]),
        place: place.name.clone(),
        href: format!("{}#times", picked.href("", &[("date", &day)])),
    }
}

/// `POST /book/{service}/time`: keeps the time, then asks who is coming.
pub async fn keep(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(keep_time(&app, &request, &path, &body).await)
}

async fn keep_time(app: &Arc<App>, request: &HttpRequest, name: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let form = Form::parse(&String::from_utf8_lossy(body));
    let visit = Visit::begin(app, request).await?;
    let service = visit.service(name)?;
    let picked = Picked::read(&visit.catalog, service, &form);
    let back = |why: Why, more: &[(&str, &str)]| {
        let pairs: Vec<(&str, &str)> = std::iter::once(("why", why.word())).chain(more.iter().copied()).collect();
        Ok(see_other(picked.href("", &pairs)))
    };
    let Some(starts_at) = form.given("start").and_then(instant_of) else {
        return back(Why::Choice, &[]);
    };
    if !app.keys.is_form_token(form.value("token"), "time", visit.now, details::FORM_LIFETIME) {
        return back(Why::Old, &[]);
    }
    let kept = hold_time(app, &visit, &picked, &form, starts_at).await;
    let start = instant_text(starts_at);
    match kept {
        Ok(held) => Ok(see_other(picked.href("/details", &[("start", &start), ("hold", &hold_name(app, held))]))),
        // Too many holds are no reason to turn somebody away: the time is asked for without one.
        Err(Bad::Refused(HoldRefused::TooMany)) => Ok(see_other(picked.href("/details", &[("start", &start)]))),
        Err(Bad::Refused(HoldRefused::NotBookable(refusal))) => {
            let day = picked.location.map(|place| time::local_day(starts_at, place.zone).to_string());
            let day = day.unwrap_or_default();
            back(Why::of(&refusal), &[("at", &start), ("date", &day)])
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn hold_time(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    form: &Form,
    starts_at: DateTime<Utc>,
) -> Result<HoldId, Bad<HoldRefused>> {
    let shop = Arc::clone(app);
    let settings = &app.settings.booking;
    let limits = HoldLimits { minutes: settings.hold_minutes, per_visitor_and_day: settings.holds_per_visitor_and_day };
    let visitor_key = app.keys.hashed("visitor", &visitor(app, &visit.request));
    let replaces = form.given("hold").and_then(|text| hold_named(app, text));
    if picked.also.is_empty() {
        let request = HoldRequest { wish: wish(picked, starts_at), visitor_key, replaces };
        let held = app.db.write(visit.now, move |tx| hold::hold(tx, &shop.shop, limits, &request)).await?;
        return Ok(held.id);
    }
    let request = VisitHoldRequest { wish: visit_wish(picked, starts_at), visitor_key, replaces };
    let held = app.db.write(visit.now, move |tx| visits::hold(tx, &shop.shop, limits, &request)).await;
    let held = held.map_err(|bad| {
        bad.map(|refused| match refused {
            VisitHoldRefused::TooMany => HoldRefused::TooMany,
            VisitHoldRefused::NotBookable(why) => HoldRefused::NotBookable(as_of_one(why)),
        })
    })?;
    Ok(held.id)
}

/// What a refused visit is called where a refused booking has a sentence. Services that are never a visit were sorted
/// out when the address was read.
pub(super) fn as_of_one(refused: VisitRefused) -> BookRefused {
    match refused {
        VisitRefused::Part(_, why) => why,
        VisitRefused::Impossible(_) => BookRefused::UnknownService,
    }
}

/// The visit that is wanted, as the deeds know it.
pub(super) fn visit_wish(picked: &Picked<'_>, starts_at: DateTime<Utc>) -> VisitWish {
    VisitWish {
        parts: picked.wanted_parts(),
        location: picked.location.map(|place| place.id),
        starts_at,
        actor: Actor::Client,
    }
}

/// The visitor's address, where there is one.
fn visitor(app: &App, request: &HttpRequest) -> String {
    edge::visitor_address(app, request).map(|address| address.to_string()).unwrap_or_default()
}

/// The time that is wanted, as the deeds know it.
pub(super) fn wish(picked: &Picked<'_>, starts_at: DateTime<Utc>) -> Wish {
    Wish {
        service: picked.service.id,
        location: picked.location.map(|place| place.id),
        provider: picked.provider.map(|provider| provider.id),
        party: picked.party,
        starts_at,
        actor: Actor::Client,
    }
}
