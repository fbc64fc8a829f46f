//! `/staff/messages`: what was said to whom, and why something was not.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono_tz::Tz;

use super::{Section, SectionTab, kind_text, reason_text, section_tabs, state_text};
use crate::domain::messages::MessageState;
use crate::i18n::Texts;
use crate::messaging::{LogFilter, LogLine, QueueState, message_log};
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// The newest so many are shown; a booking's page shows all of its own.
const LINES_MAX: i64 = 100;

#[derive(Template)]
#[template(path = "messaging/log.html")]
struct LogPage {
    page: Page,
    sections: Vec<SectionTab>,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
}

struct Tab {
    href: String,
    text: String,
    is_current: bool,
}

struct Line {
    what: String,
    to: String,
    booking: Option<(String, String)>,
    state: String,
    badge: &'static str,
    reason: String,
    when: String,
}

/// The newest messages of a kind of standing.
pub async fn log_page(app: AppData, desk: Desk, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let app = app.0;
    let t = desk.t;
    let filter = LogFilter::parse(Form::parse(request.query_string()).value("show")).unwrap_or(LogFilter::Problems);
    let found = app.db.read(move |conn| message_log(conn, filter, LINES_MAX)).await?;
    let zone = app.catalog().await?.locations.first().map_or(Tz::UTC, |location| location.zone);
    let page = desk.page(&request, Nav::Messages, t.text("message-log-title"));
    let page = match app.queue.state() {
        QueueState::Running => page,
        QueueState::Waiting { .. } => page.saying(Tone::Warning, t.text("message-log-waiting")),
        QueueState::Stopped { since, .. } => {
            page.saying(Tone::Error, t.with("message-log-stopped", &[("since", &t.moment(since, zone))]))
        }
    };
    let lines = found.into_iter().map(|line| shown(t, zone, line)).collect();
    Ok(page::html(StatusCode::OK, &LogPage { page, sections: section_tabs(&desk, Section::Log), tabs: tabs(t, filter), lines }))
}

fn tabs(t: Texts, current: LogFilter) -> Vec<Tab> {
    let tab = |filter: LogFilter, text: String| Tab {
        href: format!("/staff/messages?show={}", filter.as_str()),
        text,
        is_current: filter == current,
    };
    vec![
        tab(LogFilter::Problems, t.text("message-log-problems")),
        tab(LogFilter::Waiting, t.text("message-log-due")),
        tab(LogFilter::Sent, t.text("message-log-sent")),
        tab(LogFilter::All, t.text("message-log-all")),
    ]
}

fn shown(t: Texts, zone: Tz, found: LogLine) -> Line {
    let LogLine { line, to, booking } = found;
    Line {
        what: kind_text(t, line.kind),
        to,
        booking: booking.map(|(id, reference)| (format!("/staff/bookings/{id}"), reference)),
        state: state_text(t, line.state),
        badge: badge(line.state),
        reason: reason_text(t, line.state, line.reason.as_deref()),
        when: t.moment(line.sent_at.unwrap_or(line.due_at), zone),
    }
}

const fn badge(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending | MessageState::Leased => "booked",
        MessageState::Sent => "completed",
        MessageState::Retry | MessageState::Uncertain => "requested",
        MessageState::Dead => "declined",
        MessageState::Cancelled | MessageState::Skipped => "cancelled",
    }
}
