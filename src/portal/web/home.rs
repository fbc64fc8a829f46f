//! What is to come, what was, and what was written.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::visitor::{self, PortalVisitor, name_of};
use super::{Answer, Part, PersonChoice, Tab, door, private};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::facts;
use crate::db::Fault;
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId, SeriesId, WaitlistEntryId};
use crate::domain::messages::MessageState;
use crate::domain::recall::{Standing, standing as recall_standing};
use crate::domain::time;
use crate::keys::Purpose;
use crate::messaging::{self, ClientMessage};
use crate::portal;
use crate::recall;
use crate::web::auth::see_other;
use crate::web::edge::AppData;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

/// As many bookings of one person are looked at; older ones are in the file to download.
const BOOKINGS_MAX: i64 = 200;
/// As many messages of one person are shown.
const MESSAGES_MAX: i64 = 100;

/// A booking as its client sees it.
struct BookingCard {
    href: String,
    day: String,
    hours: String,
    service: String,
    provider: String,
    place: String,
    who: String,
    status: &'static str,
    status_text: String,
    /// Where the same is booked again; empty when it is not to be had online any more.
    again: String,
}

/// A series or a wish, and the page on which it is changed.
struct StandingLine {
    href: String,
    what: String,
    when: String,
    who: String,
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage {
    page: Page,
    tabs: Vec<Tab>,
    people: Vec<PersonChoice>,
    coming: Vec<BookingCard>,
    series: Vec<StandingLine>,
    waiting: Vec<StandingLine>,
    due: Vec<StandingLine>,
    book: String,
    last: Option<BookingCard>,
}

#[derive(Template)]
#[template(path = "portal/past.html")]
struct PastPage {
    page: Page,
    tabs: Vec<Tab>,
    people: Vec<PersonChoice>,
    past: Vec<BookingCard>,
}

/// The way in, or what is to come.
pub async fn home_page(app: AppData, request: HttpRequest) -> Answer {
    let app = app.0;
    let Some(visitor) = visitor::visitor_if_any(&app, &request).await? else {
        return Ok(door::sign_in_page(&app, &request).await);
    };
    let (coming, past) = bookings(&app, &visitor).await?;
    let (series, waiting) = standing(&app, &visitor).await?;
    let due = due(&app, &visitor).await?;
    let kept = |booking: &&BookingFacts| !booking.status.gave_seat_back();
    let shown = HomePage {
        page: visitor.page(&request, title(&visitor)),
        tabs: visitor.tabs(Part::Coming),
        people: visitor.choices(),
        last: past.iter().find(kept).map(|booking| card(&visitor, booking)).filter(|card| !card.again.is_empty()),
        coming: coming.iter().map(|booking| card(&visitor, booking)).collect(),
        series,
        waiting,
        due,
        book: visitor.page(&request, String::new()).link("/book"),
    };
    Ok(private(page::html(StatusCode::OK, &shown)))
}

/// The series and wishes of whoever is shown.
async fn standing(app: &Arc<App>, visitor: &PortalVisitor) -> Result<(Vec<StandingLine>, Vec<StandingLine>), Fault> {
    let shown: Vec<ClientId> = visitor.session.shown().iter().map(|person| person.id).collect();
    let (series, waiting) = app.db.read(move |conn| portal::standing_of(conn, &shown)).await?;
    let t = visitor.t;
    let who = |client: ClientId| {
        let person = visitor.session.person(client).filter(|_| visitor.shows_names());
        person.map(name_of).unwrap_or_default()
    };
    let series = series.into_iter().map(|line| StandingLine {
        href: format!("/portal/series/{}", line.id),
        when: t.with("portal-series-since", &[("date", &t.date_medium(line.first.date()))]),
        who: who(line.client),
        what: line.service,
    });
    let waiting = waiting.into_iter().map(|line| StandingLine {
        href: format!("/portal/waitlist/{}", line.id),
        when: format!("{} – {}", t.date_medium(line.first_day), t.date_medium(line.last_day)),
        who: who(line.client),
        what: line.service,
    });
    Ok((series.collect(), waiting.collect()))
}

/// What is due again, with the page that books it.
async fn due(app: &Arc<App>, visitor: &PortalVisitor) -> Result<Vec<StandingLine>, Fault> {
    let shown: Vec<ClientId> = visitor.session.shown().iter().map(|person| person.id).collect();
    let now = visitor.now;
    let found = app.db.read(move |conn| recall::recalls_of(conn, &shown, now)).await?;
    let t = visitor.t;
    let today = recall::web::today(&visitor.catalog, now);
    let line = |one: recall::Recall| {
        let due = one.dates.due_day?;
        let is_open =
            matches!(recall_standing(&one.facts(), today), Standing::Ahead | Standing::Due | Standing::Overdue);
        let person = visitor.session.person(one.client).filter(|_| visitor.shows_names());
        let token = app.keys.capability(Purpose::Recall, one.id, one.link_generation);
        is_open.then(|| StandingLine {
            href: format!("/r/{token}"),
            when: t.with("recall-portal-due", &[("day", &t.date_long(due))]),
            who: person.map(name_of).unwrap_or_default(),
            what: one.name,
        })
    };
    Ok(found.into_iter().filter_map(line).collect())
}

/// Opens the page of one series: there it is changed and ended.
pub async fn series(app: AppData, visitor: PortalVisitor, request: HttpRequest, id: Path<String>) -> Answer {
    let app = app.0;
    let id: SeriesId = id.parse().ok().ok_or(Problem::NotFound)?;
    let session = visitor.session.clone();
    let found = app.db.read(move |conn| portal::own_series(conn, &session, id)).await?;
    let own = found.ok_or(Problem::NotFound)?;
    let token = app.keys.capability(Purpose::Series, own.id, own.link_generation);
    Ok(private(see_other(&visitor.page(&request, String::new()).link(&format!("/s/{token}")))))
}

/// Opens the page of one wish on the waitlist.
pub async fn wish(app: AppData, visitor: PortalVisitor, request: HttpRequest, id: Path<String>) -> Answer {
    let app = app.0;
    let id: WaitlistEntryId = id.parse().ok().ok_or(Problem::NotFound)?;
    let session = visitor.session.clone();
    let found = app.db.read(move |conn| portal::own_wish(conn, &session, id)).await?;
    let own = found.ok_or(Problem::NotFound)?;
    let token = app.keys.capability(Purpose::Waitlist, own.id, own.link_generation);
    Ok(private(see_other(&visitor.page(&request, String::new()).link(&format!("/w/{token}")))))
}

/// A greeting by name where it is one person.
fn title(visitor: &PortalVisitor) -> String {
    match visitor.session.shown().as_slice() {
        [one] => visitor.t.with("portal-hello", &[("name", &one.first_name)]),
        _ => visitor.t.text("portal-title"),
    }
}

/// What was, and what did not come about.
pub async fn past_page(app: AppData, visitor: PortalVisitor, request: HttpRequest) -> Answer {
    let (_, past) = bookings(&app.0, &visitor).await?;
    let shown = PastPage {
        page: visitor.page(&request, visitor.t.text("portal-tab-past")),
        tabs: visitor.tabs(Part::Past),
        people: visitor.choices(),
        past: past.iter().map(|booking| card(&visitor, booking)).collect(),
    };
    Ok(private(page::html(StatusCode::OK, &shown)))
}

/// What is to come, the next first; and everything else, the newest first.
async fn bookings(app: &Arc<App>, visitor: &PortalVisitor) -> Result<(Vec<BookingFacts>, Vec<BookingFacts>), Fault> {
    let shown: Vec<ClientId> = visitor.session.shown().iter().map(|person| person.id).collect();
    let read = app.db.read(move |conn| {
        let mut all = Vec::new();
        for person in shown {
            all.extend(facts::as_visits(facts::bookings_of_client(conn, person, BOOKINGS_MAX)?));
        }
        Ok(all)
    });
    let now = visitor.now;
    let (mut coming, mut past): (Vec<_>, Vec<_>) =
        read.await?.into_iter().partition(|booking| booking.status.is_live() && now < booking.visit_ends_at());
    coming.sort_by_key(|booking| (booking.starts_at, booking.id));
    past.sort_by_key(|booking| std::cmp::Reverse((booking.starts_at, booking.id)));
    Ok((coming, past))
}

fn card(visitor: &PortalVisitor, booking: &BookingFacts) -> BookingCard {
    let t = visitor.t;
    let ends = time::local(booking.visit_ends_at(), booking.zone).time();
    let person = visitor.session.person(booking.client).filter(|_| visitor.shows_names());
    BookingCard {
        href: format!("/portal/bookings/{}", booking.id),
        day: t.date_long(booking.local_start().date()),
        hours: t.time_range(booking.local_start().time(), ends),
        service: booking.visit_name(),
        provider: booking.visit_providers(),
        place: booking.location_name.clone(),
        who: person.map(name_of).unwrap_or_default(),
        status: booking.status.as_str(),
        status_text: status_text(visitor, booking.status),
        again: again(visitor, booking),
    }
}

fn status_text(visitor: &PortalVisitor, status: BookingStatus) -> String {
    let t = visitor.t;
    match status {
        BookingStatus::Requested => t.text("status-requested"),
        BookingStatus::Booked => t.text("status-booked"),
        BookingStatus::Arrived => t.text("status-arrived"),
        BookingStatus::InProgress => t.text("status-in-progress"),
        BookingStatus::Completed => t.text("status-completed"),
        BookingStatus::NoShow => t.text("status-no-show"),
        BookingStatus::Cancelled => t.text("status-cancelled"),
        BookingStatus::Declined => t.text("status-declined"),
        BookingStatus::Expired => t.text("status-expired"),
    }
}

/// The booking page with the same service, place and provider, as far as they are still to be had.
fn again(visitor: &PortalVisitor, booking: &BookingFacts) -> String {
    let catalog = &visitor.catalog;
    let Some(service) = catalog.service(booking.service).filter(|service| service.online) else {
        return String::new();
    };
    let mut address = format!("/book/{}", service.slug);
    if let Some(location) = catalog.location(booking.location) {
        address = page::with_query(&address, "location", &location.slug);
    }
    let performs = catalog.terms.contains_key(&(service.id, booking.provider));
    if let Some(provider) = catalog.provider(booking.provider).filter(|_| performs) {
        address = page::with_query(&address, "provider", &provider.slug);
    }
    let also = booking.parts.iter().skip(1).filter_map(|part| catalog.service(part.service));
    let also: Vec<&str> = also.filter(|service| service.online).map(|service| service.slug.as_str()).collect();
    if !also.is_empty() {
        address = page::with_query(&address, "also", &also.join(","));
    }
    address
}

/// Opens the page of one booking: there it is moved, cancelled and put into a calendar.
pub async fn booking(app: AppData, visitor: PortalVisitor, request: HttpRequest, id: Path<String>) -> Answer {
    let app = app.0;
    let id: BookingId = id.parse().ok().ok_or(Problem::NotFound)?;
    let found = app.db.read(move |conn| facts::booking(conn, id)).await?;
    let own = found.filter(|booking| visitor.session.person(booking.client).is_some()).ok_or(Problem::NotFound)?;
    let token = app.keys.capability(Purpose::Manage, own.id, own.link_generation);
    let place = visitor.page(&request, String::new()).link(&format!("/m/{token}"));
    Ok(private(see_other(&place)))
}

/// Acts for one person of the household, or for all of them.
pub async fn act_for(app: AppData, visitor: PortalVisitor, body: Bytes) -> Answer {
    let app = app.0;
    let form = visitor.form(&app, &body)?;
    let person = match form.given("person") {
        None => None,
        Some(id) => Some(visitor.person(id)?.id),
    };
    let session = visitor.session;
    if !app.db.write(app.clock.now(), move |tx| portal::act_for(tx, &session, person)).await? {
        return Err(Problem::NotFound);
    }
    let back = form.given("back").filter(|back| is_own_page(back)).unwrap_or("/portal");
    Ok(see_other(back))
}

/// Where somebody may be sent after choosing a person: a list of this area, and nowhere else.
fn is_own_page(address: &str) -> bool {
    matches!(address, "/portal" | "/portal/past" | "/portal/messages" | "/portal/people")
}

struct MessageRow {
    what: String,
    when: String,
    about: String,
    who: String,
}

#[derive(Template)]
#[template(path = "portal/messages.html")]
struct MessagesPage {
    page: Page,
    tabs: Vec<Tab>,
    people: Vec<PersonChoice>,
    rows: Vec<MessageRow>,
    shows_names: bool,
}

/// What was mailed, and when.
pub async fn messages_page(app: AppData, visitor: PortalVisitor, request: HttpRequest) -> Answer {
    let shown: Vec<(ClientId, String)> =
        visitor.session.shown().iter().map(|person| (person.id, name_of(person))).collect();
    let read = app.0.db.read(move |conn| {
        let mut all: Vec<(String, ClientMessage)> = Vec::new();
        for (person, name) in shown {
            let messages = messaging::messages_to_client(conn, person, MESSAGES_MAX)?;
            all.extend(messages.into_iter().map(|message| (name.clone(), message)));
        }
        Ok(all)
    });
    let mut sent: Vec<(String, ClientMessage)> =
        read.await?.into_iter().filter(|(_, message)| message.state == MessageState::Sent).collect();
    sent.sort_by_key(|(_, message)| std::cmp::Reverse(message.sent_at));
    let t = visitor.t;
    let zone = visitor.catalog.locations.first().map_or(chrono_tz::Tz::UTC, |location| location.zone);
    let row = |(who, message): (String, ClientMessage)| {
        let at = message.sent_at.unwrap_or(message.created_at);
        let local = time::local(at, zone);
        MessageRow {
            what: messaging::web::kind_text(t, message.kind),
            when: format!("{}, {}", t.date_medium(local.date()), t.time(local.time())),
            about: message.subject.unwrap_or_default(),
            who,
        }
    };
    let shown = MessagesPage {
        page: visitor.page(&request, t.text("portal-tab-messages")),
        tabs: visitor.tabs(Part::Messages),
        people: visitor.choices(),
        shows_names: visitor.shows_names(),
        rows: sent.into_iter().map(row).collect(),
    };
    Ok(private(page::html(StatusCode::OK, &shown)))
}
