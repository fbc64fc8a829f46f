//! A provider is ill: who is concerned, what they are told, and who has to be called.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveTime, Timelike, Utc};

use super::booking::{ReasonGroup, reason_groups};
use super::{Answer, BookingLine, Options, address, day_of, provider_options, time_of};
use crate::agenda::day;
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::call_off_day::{self, BOOKINGS_MAX, CallOff, CallOffRefused, Stretch};
use crate::booking::cancel::REASON_CHARACTERS_MAX;
use crate::db::{Bad, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::hours::MinuteSpan;
use crate::domain::ids::BookingId;
use crate::domain::messages::{MessageKind, MessageState};
use crate::i18n::{Language, Texts};
use crate::messaging::{self, MessageLine, Preview, Supposed};
use crate::schedule::AppLinks;
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// The last minute of a day and the first of the next one, for "until" left empty.
const DAY_MINUTES: i32 = 1_440;

/// A booking that may be called off.
struct Choice {
    line: BookingLine,
    /// What the form sends for it: its identifier and the version that was seen.
    value: String,
    is_chosen: bool,
    has_mail: bool,
    /// Whether it has begun, so that nobody means it by accident.
    has_begun: bool,
}

/// A booking that was called off.
struct Told {
    line: BookingLine,
    /// What became of the mail about it.
    news: String,
    was_told: bool,
}

#[derive(Template)]
#[template(path = "agenda/call_off.html")]
struct CallOffPage {
    page: Page,
    form: Form,
    providers: Options,
    provider: String,
    is_asked: bool,
    when: String,
    choices: Vec<Choice>,
    told: Vec<Told>,
    to_call: Vec<Told>,
    reasons: Vec<ReasonGroup>,
    words_max: usize,
    can_close: bool,
    preview: Option<Preview>,
    preview_of: String,
}

/// Chooses provider and time, and shows who is concerned.
pub async fn call_off_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let mut form = Form::parse(request.query_string());
    let t = desk.t;
    let notice = form.given("done").and_then(|count| count.parse::<i64>().ok()).map(|count| match count {
        0 => t.text("calloff-done-closed"),
        _ => t.with("calloff-done", &[("count", &count)]),
    });
    let stretch = if form.has("provider") { stretch_of(&desk, &mut form) } else { None };
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let form = form.filled("close", "on").filled("offer", "on");
    show(&app.0, &desk, &request, (status, form), stretch, notice.map(|text| (Tone::Success, text))).await
}

/// Reads provider, day and hours; what is wrong is said by the field.
fn stretch_of(desk: &Desk, form: &mut Form) -> Option<Stretch> {
    let t = desk.t;
    let provider = desk.catalog.provider_named(form.value("provider")).map(|provider| provider.id);
    if provider.is_none() {
        form.fail("provider", t.text("calloff-wrong-provider"));
    }
    let day = day_of(form.value("day"));
    if day.is_none() {
        form.fail("day", t.text("calloff-wrong-day"));
    }
    let part = part_of(t, form);
    Some(Stretch { provider: provider?, day: day?, part: part? })
}

fn part_of(t: Texts, form: &mut Form) -> Option<Option<MinuteSpan>> {
    let minute = |time: NaiveTime| i32::try_from(time.hour() * 60 + time.minute()).unwrap_or(0);
    let mut read = |name: &'static str, otherwise: i32| match form.given(name).map(time_of) {
        None => Some(otherwise),
        Some(Some(time)) => Some(minute(time)),
        Some(None) => {
            form.fail(name, t.text("calloff-wrong-time"));
            None
        }
    };
    let (from, until) = (read("from", 0), read("until", DAY_MINUTES));
    let (from, until) = (from?, until?);
    if (from, until) == (0, DAY_MINUTES) {
        return Some(None);
    }
    match MinuteSpan::new(from, until) {
        Ok(part) => Some(Some(part)),
        Err(_) => {
            form.fail("until", t.text("calloff-wrong-order"));
            None
        }
    }
}

async fn show(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    (status, form): (StatusCode, Form),
    stretch: Option<Stretch>,
    notice: Option<(Tone, String)>,
) -> Answer {
    let (t, now) = (desk.t, app.clock.now());
    let found = match stretch.clone() {
        None => Vec::new(),
        Some(stretch) => app.db.read(move |conn| bookings_and_news(conn, &stretch)).await?,
    };
    let (preview, preview_of) = preview(app, &form, &found).await?;
    let places: Vec<_> = desk.catalog.locations.iter().collect();
    let today = day::today(now, &places);
    let form = if form.given("day").is_none() { form.filled("day", today.to_string()) } else { form };
    // The provider may have come by name; the list names them by identifier.
    let form = match &stretch {
        Some(stretch) => form.filled("provider", stretch.provider.to_string()),
        None => form,
    };
    let was_sent = form.has("csrf");
    let (mut choices, mut told, mut to_call) = (Vec::new(), Vec::new(), Vec::new());
    for (facts, news) in found {
        if facts.status.cancel().is_ok() {
            choices.push(choice(t, &form, was_sent, facts, now));
        } else if facts.status == BookingStatus::Cancelled && facts.ended_by.as_deref() == Some("staff") {
            let told_or_not = told_of(t, facts, news.as_ref());
            if told_or_not.was_told { told.push(told_or_not) } else { to_call.push(told_or_not) }
        }
    }
    let is_untouched = told.is_empty() && to_call.is_empty();
    let provider = stretch.as_ref().and_then(|stretch| desk.catalog.provider(stretch.provider));
    let page = desk.page(request, Nav::Agenda, t.text("calloff-title"));
    let page = match notice {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let shown = CallOffPage {
        page,
        providers: provider_options(&desk.catalog, t.text("cancelling-choose")),
        provider: provider.map(|provider| provider.name.clone()).unwrap_or_default(),
        is_asked: stretch.is_some(),
        when: stretch.as_ref().map(|stretch| when(t, stretch)).unwrap_or_default(),
        can_close: (is_untouched || !choices.is_empty())
            && stretch.as_ref().is_some_and(|stretch| today <= stretch.day),
        choices,
        told,
        to_call,
        reasons: reason_groups(desk),
        words_max: REASON_CHARACTERS_MAX,
        preview,
        preview_of,
        form,
    };
    Ok(page::html(status, &shown))
}

/// The mail to the first of those chosen whom a mail reaches, when it is asked for.
async fn preview(app: &Arc<App>, form: &Form, found: &[BookingAndNews]) -> Result<(Option<Preview>, String), Fault> {
    let chosen = chosen(form).unwrap_or_default();
    let is_chosen = |facts: &&BookingFacts| chosen.iter().any(|(id, _)| *id == facts.id);
    let reached = found.iter().map(|(facts, _)| facts).filter(is_chosen).find(|facts| facts.client_email.is_some());
    let Some(facts) = reached.filter(|_| form.is("step", "preview")) else {
        return Ok((None, String::new()));
    };
    let (links, now, form) = (AppLinks(Arc::clone(app)), app.clock.now(), form.clone());
    let whose = (facts.id, Language::parse(&facts.language).unwrap_or_default());
    let read = app.db.read(move |conn| {
        let supposed = Supposed {
            reason_code: form.given("reason_code"),
            typed: form.given("words"),
            offers_other_times: form.has("offer"),
        };
        messaging::preview_cancellation(conn, &links, now, whose, &supposed)
    });
    Ok((read.await?, facts.client_name()))
}

type BookingAndNews = (BookingFacts, Option<MessageLine>);

/// The bookings of the stretch, and the mail about its end for each that was called off.
fn bookings_and_news(conn: &mut crate::db::Conn, stretch: &Stretch) -> Result<Vec<BookingAndNews>, Fault> {
    let mut found = Vec::new();
    for booking in call_off_day::concerned(conn, stretch)? {
        let news = if booking.status == BookingStatus::Cancelled {
            let messages = messaging::messages_of(conn, booking.id)?;
            messages.into_iter().rev().find(|message| message.kind == MessageKind::Cancellation)
        } else {
            None
        };
        found.push((booking, news));
    }
    Ok(found)
}

fn choice(t: Texts, form: &Form, was_sent: bool, facts: BookingFacts, now: DateTime<Utc>) -> Choice {
    let has_begun = facts.starts_at <= now;
    let value = format!("{}.{}", facts.id, facts.row_version);
    let sent = |chosen: &String| chosen.split('.').next() == Some(&facts.id.to_string());
    Choice {
        is_chosen: if was_sent { form.values("booking").iter().any(sent) } else { !has_begun },
        has_mail: facts.client_email.is_some(),
        has_begun,
        value,
        line: BookingLine::new(t, facts),
    }
}

/// What became of the mail. Without one the client has to be called.
fn told_of(t: Texts, facts: BookingFacts, news: Option<&MessageLine>) -> Told {
    let (news, was_told) = match news {
        Some(line) => {
            let reason = messaging::web::reason_text(t, line.state, line.reason.as_deref());
            let state = messaging::web::state_text(t, line.state);
            let news = if reason.is_empty() { state } else { format!("{state}: {reason}") };
            (news, !matches!(line.state, MessageState::Skipped | MessageState::Dead))
        }
        None => (t.text("calloff-no-mail"), false),
    };
    Told { line: BookingLine::new(t, facts), news, was_told }
}

fn when(t: Texts, stretch: &Stretch) -> String {
    let day = t.date_long(stretch.day);
    let Some(part) = stretch.part else {
        return day;
    };
    let clock = |minute: u16| NaiveTime::from_hms_opt(u32::from(minute / 60) % 24, u32::from(minute % 60), 0);
    let (from, until) = (clock(part.starts_minute()), clock(part.ends_minute()));
    match (from, until) {
        (Some(from), Some(until)) => format!("{day}, {}", t.time_range(from, until)),
        _ => day,
    }
}

/// Calls off what is chosen, in one write.
pub async fn call_off(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(stretch) = stretch_of(&desk, &mut form) else {
        return show(&app, &desk, &request, (unprocessable, form), None, None).await;
    };
    let Some(bookings) = chosen(&form) else {
        return Err(Problem::Nonsense);
    };
    if form.is("step", "preview") {
        return show(&app, &desk, &request, (StatusCode::OK, form), Some(stretch), None).await;
    }
    let wish = CallOff {
        stretch: stretch.clone(),
        bookings,
        reason_code: form.given("reason_code").map(str::to_owned),
        words: form.given("words").map(str::to_owned),
        offers_other_times: form.has("offer"),
        closes: form.has("close"),
        by: desk.user.id,
    };
    let shared = Arc::clone(&app);
    let done = app.db.write(app.clock.now(), move |tx| call_off_day::call_off(tx, &shared.shop, &wish)).await;
    match done {
        Ok(count) => {
            app.bell.notify_one();
            Ok(to_result(&form, count))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refusal)) => {
            let status = match refusal {
                CallOffRefused::Changed(_) => StatusCode::CONFLICT,
                _ => unprocessable,
            };
            let sentence = refusal_text(&desk, &mut form, &refusal);
            show(&app, &desk, &request, (status, form), Some(stretch), Some((Tone::Error, sentence))).await
        }
    }
}

/// What was ticked; nothing when it is no list of ours.
fn chosen(form: &Form) -> Option<Vec<(BookingId, i64)>> {
    let one = |text: &String| {
        let (id, version) = text.split_once('.')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    };
    form.values("booking").iter().map(one).collect()
}

/// The page of the same stretch, which says who was told and who has to be called.
fn to_result(form: &Form, count: usize) -> HttpResponse {
    let kept = ["provider", "day", "from", "until"].map(|name| (name, form.value(name)));
    let place = address("/staff/call-off", &kept);
    see_other(&page::with_query(&place, "done", &count.to_string()))
}

fn refusal_text(desk: &Desk, form: &mut Form, refusal: &CallOffRefused) -> String {
    let t = desk.t;
    match refusal {
        CallOffRefused::NothingChosen => t.text("calloff-nothing"),
        CallOffRefused::TooMany => t.with("calloff-many", &[("max", &BOOKINGS_MAX)]),
        CallOffRefused::Changed(bookings) => t.with("calloff-changed", &[("count", &bookings.len())]),
        CallOffRefused::UnknownReason => {
            let sentence = t.text("cancelling-reason-unknown");
            form.fail("reason_code", sentence.clone());
            sentence
        }
        CallOffRefused::TimeOff(_) => t.text("calloff-not-closed"),
    }
}
