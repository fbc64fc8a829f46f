//! `/staff/worklists/unsent`: what did not go out, with what to do about it.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono_tz::Tz;

use super::rule_words::rule_name;
use super::rules::place_of;
use super::{badge, kind_text, outcome_text, reader_text, reason_text};
use crate::clients;
use crate::db::{Bad, Never};
use crate::domain::ids::MessageId;
use crate::domain::messages::{Audience, MessageState};
use crate::domain::time;
use crate::i18n::Texts;
use crate::messaging::{self, LogLine, UNSENT_DAYS, Unsent};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

const PLACE: &str = "/staff/worklists/unsent";

#[derive(Template)]
#[template(path = "messaging/unsent.html")]
struct UnsentPage {
    page: Page,
    lead: String,
    entries: Vec<Entry>,
    off: Vec<Off>,
    is_manager: bool,
}

/// What one person did not get about one booking.
struct Entry {
    ids: Vec<MessageId>,
    who: String,
    client: Option<String>,
    phone: Option<String>,
    booking: Option<(String, String)>,
    advice: String,
    first: MessageId,
    lines: Vec<Line>,
}

struct Line {
    href: String,
    what: String,
    state: String,
    badge: &'static str,
    reason: String,
    when: String,
}

/// A rule that is off, and what it did not send.
struct Off {
    href: String,
    name: String,
    count: i64,
}

/// The worklist.
pub async fn unsent_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let now = app.0.clock.now();
    let found = app.0.db.read(move |conn| {
        let list = messaging::unsent(conn, now)?;
        let mut phones = Vec::with_capacity(list.entries.len());
        for entry in &list.entries {
            let client = entry.lines.first().and_then(|line| line.to.client);
            phones.push(match client {
                Some(client) => clients::view(conn, client)?.and_then(|view| view.phone),
                None => None,
            });
        }
        Ok((list, phones, messaging::kept_rules(conn)?))
    });
    let (list, phones, rules) = found.await?;
    let t = desk.t;
    let zone = desk.catalog.locations.first().map_or(Tz::UTC, |location| location.zone);
    let page = desk.page(&request, Nav::Worklists, t.text("message-unsent-title"));
    let page = match Form::parse(request.query_string()).value("done") {
        "settled" => page.saying(Tone::Success, t.text("message-unsent-settled")),
        _ => page,
    };
    let off = list.switched_off.iter().filter_map(|(id, count)| {
        let kept = rules.iter().find(|kept| kept.rule.id == *id && kept.rule.active_from.is_none())?;
        Some(Off { href: place_of(*id), name: rule_name(t, &kept.rule), count: *count })
    });
    let shown = UnsentPage {
        page,
        lead: t.with("message-unsent-lead", &[("days", &UNSENT_DAYS)]),
        off: off.collect(),
        entries: list
            .entries
            .into_iter()
            .zip(phones)
            .filter_map(|(entry, phone)| shown(t, zone, &entry, phone))
            .collect(),
        is_manager: desk.role.is_manager(),
    };
    Ok(page::html(StatusCode::OK, &shown))
}

fn shown(t: Texts, zone: Tz, entry: &Unsent, phone: Option<String>) -> Option<Entry> {
    let first = entry.lines.first()?;
    Some(Entry {
        ids: entry.lines.iter().map(|line| line.line.id).collect(),
        who: reader_text(t, &first.to),
        client: first.to.client.map(|id| format!("/staff/clients/{id}")),
        phone,
        booking: first.booking.as_ref().map(|(id, reference)| (format!("/staff/bookings/{id}"), reference.clone())),
        advice: advice(t, first),
        first: first.line.id,
        lines: entry.lines.iter().map(|line| shown_line(t, zone, line)).collect(),
    })
}

fn shown_line(t: Texts, zone: Tz, found: &LogLine) -> Line {
    let line = &found.line;
    let local = time::local(line.sent_at.unwrap_or(line.due_at), zone);
    Line {
        href: format!("/staff/messages/{}", line.id),
        what: kind_text(t, line.kind),
        state: outcome_text(t, line.state, found.is_bounced),
        badge: badge(line.state, found.is_bounced),
        reason: reason_text(t, line.state, line.reason.as_deref()),
        when: format!("{}, {}", t.date_medium(local.date()), t.time(local.time())),
    }
}

/// What to do about it.
fn advice(t: Texts, found: &LogLine) -> String {
    let is_to_client = matches!(found.to.audience, Audience::Client | Audience::Mailbox);
    match (found.line.state, found.line.reason.as_deref()) {
        _ if !is_to_client => t.text("message-unsent-do-team"),
        (MessageState::Sent, _) | (_, Some("bad_address" | "refused" | "bounced")) => {
            t.text("message-unsent-do-correct")
        }
        (_, Some("no_address")) => t.text("message-unsent-do-add"),
        (_, Some("no_channel")) => t.text("message-unsent-do-channel"),
        (MessageState::Uncertain, _) => t.text("message-unsent-do-ask"),
        _ => t.text("message-unsent-do-call"),
    }
}

/// Takes messages off the list.
pub async fn settle(app: AppData, desk: Desk, body: Bytes) -> Answer {
    let form = desk.form(&app.0, &body)?;
    let ids: Vec<MessageId> = form.values("message").iter().filter_map(|text| text.parse().ok()).collect();
    let by = desk.user.id;
    let write = app
        .0
        .db
        .write(app.0.clock.now(), move |tx| -> Result<_, Bad<Never>> { Ok(messaging::settle_unsent(tx, by, &ids)?) });
    write.await.map_err(Bad::into_fault)?;
    // One message is taken off on its own page, and its page says so.
    let back: Option<MessageId> = form.value("back").parse().ok();
    Ok(see_other(&match back {
        Some(id) => format!("/staff/messages/{id}?done=settled"),
        None => format!("{PLACE}?done=settled"),
    }))
}
