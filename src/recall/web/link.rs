//! `/r/{token}`: the page behind the link of a reminder. It books what somebody is due for, or puts it off, without
//! signing in. Seeing it changes nothing; every deed is a form that is posted.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Months, NaiveDate, SecondsFormat, Utc};

use crate::app::App;
use crate::booking::book_recall::{self, BookRecallRefused, FreeTimes, Spot};
use crate::booking::facts;
use crate::catalog::Catalog;
use crate::clients::{self, ClientView};
use crate::db::Bad;
use crate::domain::ids::{BookingId, RecallId};
use crate::domain::messages::greeting_name;
use crate::domain::recall::{Standing, WhyDisabled, standing};
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::keys::{Keys, Purpose};
use crate::recall::{self, Change, Recall};
use crate::web::auth::see_other;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Brand, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// A time as a button.
struct SpotWords {
    start: String,
    location: String,
    provider: String,
    hours: String,
    with: String,
    place: String,
}

/// The times of one day.
struct DayWords {
    day: String,
    spots: Vec<SpotWords>,
}

#[derive(Template)]
#[template(path = "recall/link.html")]
struct LinkPage {
    page: Page,
    sentences: Vec<String>,
    what: String,
    usual: String,
    zone: String,
    /// Whether times may be chosen.
    may_book: bool,
    days: Vec<DayWords>,
    is_others: bool,
    /// The page with other times; empty where there is none.
    more: String,
    /// Back to the times that fit.
    fewer: String,
    /// The page of the booking there is.
    booked: String,
    /// The pages on which anybody books.
    book: String,
    may_put_off: bool,
    /// Whether what was put off can be taken up again.
    may_resume: bool,
    base: String,
    lang: String,
}

/// An opened link.
struct Opened {
    recall: Recall,
    client: ClientView,
    catalog: Arc<Catalog>,
    today: NaiveDate,
    t: Texts,
    brand: Brand,
    now: DateTime<Utc>,
    query: Form,
}

impl Opened {
    fn lang(&self) -> Option<Language> {
        self.query.given("lang").and_then(Language::parse)
    }
}

/// The recall that a token opens; or the page that says it opens nothing.
async fn open(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<Result<Opened, HttpResponse>, Problem> {
    let catalog = app.catalog().await?;
    let (brand, now) = (Brand::of(&catalog.clinic), app.clock.now());
    let id: Option<RecallId> = Keys::thing_of(token);
    let found = app.db.read(move |conn| {
        let Some(recall) = id.map(|id| recall::recall(conn, id, now)).transpose()?.flatten() else {
            return Ok(None);
        };
        let client = clients::view(conn, recall.client)?;
        Ok(client.map(|client| (recall, client)))
    });
    let opens = |recall: &Recall| app.keys.opens(token, Purpose::Recall, recall.id, recall.link_generation);
    let Some((recall, client)) = found.await?.filter(|(recall, _)| opens(recall)) else {
        let t = page::texts_for(request, None, brand.language);
        let page = Page::public(t, brand, request, t.text("recall-link-unknown-title"));
        let sentence = t.text("recall-link-unknown");
        return Ok(Err(private(page::error_page(StatusCode::NOT_FOUND, page, &sentence, None))));
    };
    let t = page::texts_for(request, Some(client.language), brand.language);
    let today = super::today(&catalog, now);
    let query = Form::parse(request.query_string());
    Ok(Ok(Opened { recall, client, catalog, today, t, brand, now, query }))
}

/// The link is a key: no cache keeps what it opens.
fn private(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

/// `GET /r/{token}`
pub async fn show(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    match open(&app, &request, &path).await? {
        Ok(opened) => render(&app, &request, &opened, &path, (StatusCode::OK, None)).await,
        Err(unknown) => Ok(unknown),
    }
}

async fn render(
    app: &Arc<App>,
    request: &HttpRequest,
    opened: &Opened,
    token: &str,
    (status, wrong): (StatusCode, Option<String>),
) -> Answer {
    let may_book = book_recall::may_book(&opened.recall, opened.today).is_ok();
    let service = opened.catalog.service(opened.recall.book_service).filter(|service| service.online);
    let others = opened.query.given("from").and_then(|text| text.parse::<NaiveDate>().ok());
    let free = if may_book && service.is_some() {
        let (shared, asked, now) = (Arc::clone(app), opened.recall.clone(), opened.now);
        Some(app.db.read(move |conn| book_recall::free_times(conn, &shared.shop, &asked, others, now)).await?)
    } else {
        None
    };
    let booking = opened.recall.booked.map(|(booking, _)| booking);
    let booked = match booking {
        Some(booking) => link_of(app, booking).await?,
        None => String::new(),
    };
    Ok(private(page::html(status, &page_of(request, opened, token, free.as_ref(), (booked, wrong)))))
}

async fn link_of(app: &Arc<App>, booking: BookingId) -> Result<String, Problem> {
    let found = app.db.read(move |conn| facts::booking(conn, booking)).await?;
    let token = found.map(|found| app.keys.capability(Purpose::Manage, booking, found.link_generation));
    Ok(token.map_or_else(String::new, |token| format!("/m/{token}")))
}

fn page_of(
    request: &HttpRequest,
    opened: &Opened,
    token: &str,
    free: Option<&FreeTimes>,
    (booked, wrong): (String, Option<String>),
) -> LinkPage {
    let (t, recall) = (opened.t, &opened.recall);
    let page = Page::public(t, opened.brand.clone(), request, title(opened, free.is_some()));
    let page = match (wrong, notice(opened)) {
        (Some(wrong), _) => page.saying(Tone::Error, wrong),
        (None, Some((tone, text))) => page.saying(tone, text),
        (None, None) => page,
    };
    let lang = opened.lang().map(|lang| format!("?lang={lang}")).unwrap_or_default();
    let base = format!("/r/{token}");
    let with = |from: NaiveDate| match opened.lang() {
        Some(lang) => format!("{base}?from={from}&lang={lang}"),
        None => format!("{base}?from={from}"),
    };
    let is_others = opened.query.has("from") && free.is_some();
    let usual = free.and_then(|free| free.usual.as_ref());
    let service = opened.catalog.service(recall.book_service).filter(|service| service.online);
    let stands = standing(&recall.facts(), opened.today);
    LinkPage {
        sentences: sentences(opened, free, stands),
        what: service.map_or_else(|| recall.name.clone(), |service| service.name.clone()),
        usual: usual.map(|visit| visit.provider_name.clone()).unwrap_or_default(),
        zone: t.zone(super::zone_of(&opened.catalog)),
        may_book: free.is_some(),
        days: free.map(|free| days(opened, free)).unwrap_or_default(),
        is_others,
        more: free.and_then(|free| free.next_from).map(with).unwrap_or_default(),
        fewer: if is_others { format!("{base}{lang}") } else { String::new() },
        book: match service {
            Some(service) => format!("/book/{}{lang}", service.slug),
            None => format!("/book{lang}"),
        },
        may_put_off: booked.is_empty() && matches!(stands, Standing::Ahead | Standing::Due | Standing::Overdue),
        may_resume: matches!(stands, Standing::Paused(_))
            || recall.disabled.as_ref().is_some_and(|(_, why, _)| *why == WhyDisabled::Declined),
        booked: if booked.is_empty() { booked } else { format!("{booked}{lang}") },
        page,
        base,
        lang,
    }
}

fn title(opened: &Opened, is_free: bool) -> String {
    let t = opened.t;
    match standing(&opened.recall.facts(), opened.today) {
        Standing::Booked => t.text("recall-link-title-booked"),
        Standing::Paused(_) => t.text("recall-link-title-paused"),
        Standing::Disabled => t.text("recall-link-title-off"),
        _ if !is_free => t.text("recall-link-title-not-due"),
        _ => t.text("recall-link-title"),
    }
}

fn sentences(opened: &Opened, free: Option<&FreeTimes>, stands: Standing) -> Vec<String> {
    let (t, recall) = (opened.t, &opened.recall);
    match stands {
        Standing::Booked => {
            let when = recall.booked.map(|(_, start)| t.date_time(start)).unwrap_or_default();
            vec![t.with("recall-link-booked", &[("when", &when)])]
        }
        Standing::Paused(until) => vec![t.with("recall-link-paused", &[("day", &t.date_long(until))])],
        Standing::Disabled => vec![t.text("recall-link-off")],
        _ if free.is_none() => vec![t.text("recall-link-not-due")],
        _ => {
            let hello = greeting_name(&opened.client.first_name);
            let hello = hello.map(|name| t.with("recall-link-hello", &[("name", &name)]));
            let due = recall.dates.due_day.map(|due| {
                let day = t.date_long(due);
                match opened.today < due {
                    true => t.with("recall-link-due-on", &[("what", &recall.name), ("day", &day)]),
                    false => t.with("recall-link-due-since", &[("what", &recall.name), ("day", &day)]),
                }
            });
            hello.into_iter().chain(due).collect()
        }
    }
}

fn notice(opened: &Opened) -> Option<(Tone, String)> {
    let t = opened.t;
    match opened.query.value("done") {
        "later" => Some((Tone::Success, t.text("recall-link-done-later"))),
        "stopped" => Some((Tone::Success, t.text("recall-link-done-stopped"))),
        "resumed" => Some((Tone::Success, t.text("recall-link-done-resumed"))),
        _ => None,
    }
}

fn days(opened: &Opened, free: &FreeTimes) -> Vec<DayWords> {
    let (t, catalog) = (opened.t, &opened.catalog);
    let mut days: Vec<(NaiveDate, DayWords)> = Vec::new();
    for spot in &free.spots {
        let place = catalog.location(spot.location);
        let local = time::local(spot.starts_at, place.map_or(super::zone_of(catalog), |place| place.zone));
        let words = SpotWords {
            start: spot.starts_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            location: spot.location.to_string(),
            provider: spot.provider.to_string(),
            hours: t.time(local.time()),
            with: catalog.provider(spot.provider).map(|provider| provider.name.clone()).unwrap_or_default(),
            place: place.filter(|_| catalog.locations.len() > 1).map(|place| place.name.clone()).unwrap_or_default(),
        };
        match days.last_mut() {
            Some((day, known)) if *day == local.date() => known.spots.push(words),
            _ => days.push((local.date(), DayWords { day: t.date_long(local.date()), spots: vec![words] })),
        }
    }
    days.into_iter().map(|(_, words)| words).collect()
}

/// `POST /r/{token}/book`: the chosen time, for whoever is due.
pub async fn book(app: AppData, request: HttpRequest, path: web::Path<String>, body: web::Bytes) -> Answer {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    let form = Form::parse(&String::from_utf8_lossy(&body));
    let t = opened.t;
    let start = DateTime::parse_from_rfc3339(form.value("start")).ok().map(|start| start.to_utc());
    let chosen = start.zip(form.value("location").parse().ok()).zip(form.value("provider").parse().ok());
    let Some(((starts_at, location), provider)) = chosen else {
        let wrong = (StatusCode::UNPROCESSABLE_ENTITY, Some(t.text("recall-link-choose")));
        return render(&app, &request, &opened, &path, wrong).await;
    };
    let spot = Spot { starts_at, location, provider };
    let (shared, id, today) = (Arc::clone(&app), opened.recall.id, opened.today);
    let language = t.language().tag().to_owned();
    let booked =
        app.db.write(opened.now, move |tx| book_recall::book(tx, &shared.shop, (id, today), &spot, &language)).await;
    match booked {
        Ok(booked) => {
            app.metrics.booked(Door::Page);
            app.bell.notify_one();
            let place = link_of(&app, booked.booking).await?;
            let lang = opened.lang().map_or(String::new(), |lang| format!("&lang={lang}"));
            Ok(private(see_other(&format!("{place}?new=1{lang}"))))
        }
        // Somebody pressed twice, or was faster by another way: the page says what is booked.
        Err(Bad::Refused(BookRecallRefused::Booked(_) | BookRecallRefused::NotDue | BookRecallRefused::Unknown)) => {
            Ok(back(&opened, &path, ""))
        }
        Err(Bad::Refused(BookRecallRefused::Time(_))) => {
            let wrong = (StatusCode::CONFLICT, Some(t.text("recall-link-taken")));
            render(&app, &request, &opened, &path, wrong).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn back(opened: &Opened, token: &str, done: &str) -> HttpResponse {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !done.is_empty() {
        query.append_pair("done", done);
    }
    if let Some(lang) = opened.lang() {
        query.append_pair("lang", lang.tag());
    }
    let query = query.finish();
    private(see_other(&if query.is_empty() { format!("/r/{token}") } else { format!("/r/{token}?{query}") }))
}

/// `POST /r/{token}/later`: not now, ask me again in a month.
pub async fn later(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    let until = opened.today.checked_add_months(Months::new(1)).unwrap_or(opened.today);
    put(&app, opened, &path, (&[Change::Pause(Some(until))], "later")).await
}

/// `POST /r/{token}/stop`: no more reminders of this.
pub async fn stop(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    put(&app, opened, &path, (&[Change::Disable(WhyDisabled::Declined, String::new())], "stopped")).await
}

/// `POST /r/{token}/resume`: remind me again.
pub async fn resume(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    // What the clinic ended, the clinic begins again.
    let is_own = opened.recall.disabled.as_ref().is_none_or(|(_, why, _)| *why == WhyDisabled::Declined);
    let changes = if is_own { [Change::Pause(None), Change::Enable].to_vec() } else { Vec::new() };
    put(&app, opened, &path, (&changes, "resumed")).await
}

async fn put(app: &Arc<App>, opened: Opened, token: &str, (changes, done): (&[Change], &str)) -> Answer {
    let (id, today, changes) = (opened.recall.id, opened.today, changes.to_vec());
    let written = app.db.write(opened.now, move |tx| {
        for change in &changes {
            recall::change(tx, None, (id, None), change, today)?;
        }
        Ok(())
    });
    match written.await {
        Ok(()) => Ok(back(&opened, token, done)),
        Err(Bad::Refused(_)) => Ok(back(&opened, token, "")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
