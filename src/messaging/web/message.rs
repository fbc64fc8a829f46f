//! `/staff/messages/{message}`: one message, from the rule that wanted it to the mailbox, and its text as it was sent.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::kept::MAIL_POLICY;
use super::rule_editor::channel_text;
use super::rule_words::{rule_name, when_text};
use super::rules::place_of;
use super::{Section, SectionTab, badge, kind_text, outcome_text, reader_text, reason_text, section_tabs};
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::MessageId;
use crate::domain::messages::{Audience, Channel, MessageState, Purpose};
use crate::i18n::Texts;
use crate::messaging::{self, AttemptLine, KeptRule, MessageView, REPETITIONS_MAX, ResendRefused, SentText};
use crate::web::auth::{Desk, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, CONTENT_SECURITY_POLICY, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// A step on the way of a message.
struct Step {
    icon: &'static str,
    tone: &'static str,
    title: String,
    when: Option<String>,
    detail: Option<String>,
    link: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "messaging/message.html")]
struct MessagePage {
    page: Page,
    sections: Vec<SectionTab>,
    id: MessageId,
    state: String,
    badge: &'static str,
    reason: String,
    to: String,
    client: Option<String>,
    address: Option<String>,
    channel: String,
    purpose: String,
    booking: Option<(String, String)>,
    steps: Vec<Step>,
    subject: Option<String>,
    text: Option<SentText>,
    again: Option<String>,
    not_again: Option<String>,
    is_open: bool,
    is_over: bool,
    is_desk: bool,
}

struct Everything {
    view: MessageView,
    rule: Option<KeptRule>,
    attempts: Vec<AttemptLine>,
    text: Option<SentText>,
    again: Result<(), ResendRefused>,
}

fn load(conn: &mut Conn, id: MessageId, now: DateTime<Utc>) -> Result<Option<Everything>, Fault> {
    let Some(view) = messaging::message_view(conn, id)? else {
        return Ok(None);
    };
    let rule = match view.rule {
        Some(rule) => messaging::kept_rule(conn, rule)?,
        None => None,
    };
    let attempts = messaging::attempts_of(conn, id)?;
    let again = messaging::may_resend_now(conn, &view, now)?;
    Ok(Some(Everything { text: messaging::sent_text(conn, id)?, rule, attempts, again, view }))
}

/// The desk sees every message; a provider those about the own bookings.
fn may_see(staff: &Staff, view: &MessageView) -> bool {
    let is_own = view.visit.is_some_and(|visit| staff.user.provider == Some(visit.provider));
    staff.role.is_desk() || is_own
}

async fn find(app: &AppData, staff: &Staff, path: &str) -> Result<Everything, Problem> {
    let id: MessageId = path.parse().ok().ok_or(Problem::NotFound)?;
    let now = app.0.clock.now();
    let found = app.0.db.read(move |conn| load(conn, id, now)).await?;
    found.filter(|found| may_see(staff, &found.view)).ok_or(Problem::NotFound)
}

/// One message.
pub async fn message_page(app: AppData, staff: Staff, request: HttpRequest, path: Path<String>) -> Answer {
    let found = find(&app, &staff, &path).await?;
    let t = staff.t;
    let page = staff.page(&request, Nav::Messages, kind_text(t, found.view.line.line.kind));
    let page = match Form::parse(request.query_string()).value("done") {
        "again" => page.saying(Tone::Success, t.text("message-page-done-again")),
        "settled" => page.saying(Tone::Success, t.text("message-unsent-settled")),
        _ => page,
    };
    let mut response = page::html(StatusCode::OK, &shown(&staff, page, found));
    // The text stands in a frame of its own.
    let policy = format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'");
    if let Ok(policy) = header::HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

fn shown(staff: &Staff, page: Page, found: Everything) -> MessagePage {
    let t = staff.t;
    let view = &found.view;
    let (line, is_desk) = (&view.line.line, staff.role.is_desk());
    let zone = zone_of(staff, view);
    let is_bounced = view.bounced.is_some();
    let address = view.line.to.address.as_deref();
    let problem = matches!(line.state, MessageState::Dead | MessageState::Uncertain | MessageState::Skipped);
    MessagePage {
        sections: section_tabs(staff, Section::Log),
        id: line.id,
        state: outcome_text(t, line.state, is_bounced),
        badge: badge(line.state, is_bounced),
        reason: reason_text(t, line.state, line.reason.as_deref()),
        to: reader_text(t, &view.line.to),
        client: view.line.to.client.filter(|_| is_desk).map(|id| format!("/staff/clients/{id}")),
        address: address.map(|address| if is_desk { address.to_owned() } else { masked(address) }),
        channel: channel_text(t, view.line.channel),
        purpose: match view.purpose {
            Purpose::Transactional => t.text("message-rules-purpose-transactional"),
            Purpose::Marketing => t.text("message-rules-purpose-marketing"),
        },
        booking: view.line.booking.as_ref().map(|(id, reference)| (format!("/staff/bookings/{id}"), reference.clone())),
        steps: steps(staff, zone, &found),
        subject: view.subject.clone(),
        again: (is_desk && found.again.is_ok()).then(|| again_label(t, view)),
        not_again: found.again.err().filter(|_| is_desk && line.state.is_final()).map(|why| refused_text(t, why)),
        is_open: is_desk && view.settled_at.is_none() && (is_bounced || problem),
        is_over: line.state.is_final(),
        is_desk,
        text: found.text,
        page,
    }
}

fn zone_of(staff: &Staff, view: &MessageView) -> Tz {
    let home = staff.catalog.locations.first().map_or(Tz::UTC, |location| location.zone);
    view.visit.map_or(home, |visit| visit.zone)
}

fn again_label(t: Texts, view: &MessageView) -> String {
    match view.line.line.state {
        MessageState::Sent if view.bounced.is_none() => t.text("message-page-again"),
        _ => t.text("message-page-now"),
    }
}

/// Why it cannot be sent once more.
fn refused_text(t: Texts, refused: ResendRefused) -> String {
    match refused {
        ResendRefused::Gone | ResendRefused::NotByHand => t.text("message-page-not-by-hand"),
        ResendRefused::Advertising => t.text("message-page-not-advertising"),
        ResendRefused::UnderWay => t.text("message-page-not-under-way"),
        ResendRefused::NoLongerTrue => t.text("message-page-not-true"),
        ResendRefused::NoAddress => t.text("message-page-not-address"),
        ResendRefused::TooOften => t.with("message-page-not-often", &[("max", &REPETITIONS_MAX)]),
    }
}

/// `a…@example.com`, `…123`: enough to recognise, too little to write to.
fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}…@{domain}", name.chars().take(1).collect::<String>()),
        None => {
            let kept: Vec<char> = address.chars().rev().take(3).collect();
            format!("…{}", kept.into_iter().rev().collect::<String>())
        }
    }
}

fn at_text(t: Texts, zone: Tz, moment: DateTime<Utc>) -> Option<String> {
    Some(t.moment(moment, zone))
}

/// The way of a message, in the order of time.
fn steps(staff: &Staff, zone: Tz, found: &Everything) -> Vec<Step> {
    let (t, view) = (staff.t, &found.view);
    let at = |moment: DateTime<Utc>| at_text(t, zone, moment);
    let line = &view.line.line;
    let mut steps = vec![rule_step(staff, found)];
    let is_again = view.slot.starts_with("again-");
    steps.push(Step {
        icon: "edit",
        tone: "",
        title: if is_again { t.text("message-page-step-by-hand") } else { t.text("message-page-step-planned") },
        when: at(line.created_at),
        detail: None,
        link: None,
    });
    if !line.state.is_final() || line.state == MessageState::Sent || line.created_at < line.due_at {
        steps.push(Step {
            icon: "clock",
            tone: "",
            title: t.text("message-page-step-due"),
            when: at(line.due_at),
            detail: due_text(t, found),
            link: None,
        });
    }
    // Reports come after the server took it, attempts before.
    let is_report = |attempt: &&AttemptLine| matches!(attempt.outcome.as_str(), "bounced" | "delayed");
    let attempts = found.attempts.iter().filter(|attempt| !is_report(attempt));
    steps.extend(attempts.map(|attempt| attempt_step(t, zone, attempt)));
    steps.extend(ending_steps(t, zone, view));
    steps.extend(found.attempts.iter().filter(is_report).map(|attempt| attempt_step(t, zone, attempt)));
    if let Some(at) = view.settled_at {
        let title = t.text("message-page-step-settled");
        steps.push(Step { icon: "check", tone: "", title, when: at_text(t, zone, at), detail: None, link: None });
    }
    steps
}

fn rule_step(staff: &Staff, found: &Everything) -> Step {
    let t = staff.t;
    match &found.rule {
        Some(kept) => {
            let name = rule_name(t, &kept.rule);
            let may_edit = staff.role.is_manager() && !kept.is_archived;
            Step {
                icon: "list",
                tone: "",
                title: t.with("message-page-step-rule", &[("name", &name)]),
                when: None,
                detail: Some(when_text(t, kept.rule.trigger, kept.rule.offset)),
                link: may_edit.then(|| (place_of(kept.rule.id), t.text("message-page-open-rule"))),
            }
        }
        None => Step {
            icon: "list",
            tone: "",
            title: t.text("message-page-step-no-rule"),
            when: None,
            detail: Some(t.text("message-page-step-no-rule-detail")),
            link: None,
        },
    }
}

/// Why it was due just then.
fn due_text(t: Texts, found: &Everything) -> Option<String> {
    let (view, line) = (&found.view, &found.view.line.line);
    if line.state == MessageState::Retry {
        return Some(t.text("message-page-due-retry"));
    }
    if line.due_at <= line.created_at + chrono::TimeDelta::seconds(1) {
        return Some(t.text("message-page-due-at-once"));
    }
    let rule = &found.rule.as_ref()?.rule;
    let when = when_text(t, rule.trigger, rule.offset);
    Some(match view.visit {
        Some(visit) => {
            let start = t.moment(visit.starts_at, visit.zone);
            t.with("message-page-due-visit", &[("when", &when), ("start", &start)])
        }
        None => when,
    })
}

fn attempt_step(t: Texts, zone: Tz, attempt: &AttemptLine) -> Step {
    let code = attempt.code.map(|code| t.with("message-page-code", &[("code", &code.to_string())]));
    let said = Some(attempt.detail.trim()).filter(|said| !said.is_empty()).map(str::to_owned);
    let detail = match (code, said) {
        (Some(code), Some(said)) => Some(format!("{code}: {said}")),
        (code, said) => code.or(said),
    };
    let (tone, outcome) = match attempt.outcome.as_str() {
        "accepted" => ("good", t.text("message-page-attempt-taken")),
        "busy" => ("bad", t.text("message-page-attempt-later")),
        "refused" => ("bad", t.text("message-page-attempt-refused")),
        "unreachable" => ("bad", t.text("message-page-attempt-unreachable")),
        "silent" => ("bad", t.text("message-page-attempt-silent")),
        "unwelcome" => ("bad", t.text("message-page-attempt-unwelcome")),
        "bounced" => ("bad", t.text("message-page-report-bounced")),
        "delayed" => ("", t.text("message-page-report-delayed")),
        other => ("", reason_text(t, MessageState::Dead, Some(other))),
    };
    let title = match attempt.outcome.as_str() {
        "bounced" | "delayed" => outcome,
        _ => t.with("message-page-step-attempt", &[("outcome", &outcome)]),
    };
    Step { icon: "mail", tone, title, when: Some(t.moment(attempt.at, zone)), detail, link: None }
}

fn ending_steps(t: Texts, zone: Tz, view: &MessageView) -> Vec<Step> {
    let line = &view.line.line;
    let step = |icon, tone, title: String, when: Option<DateTime<Utc>>, detail| Step {
        icon,
        tone,
        title,
        when: when.map(|at| t.moment(at, zone)),
        detail,
        link: None,
    };
    let reason = Some(reason_text(t, line.state, line.reason.as_deref())).filter(|text| !text.is_empty());
    let mut steps = Vec::new();
    if let Some(at) = view.handing_over_at.filter(|_| line.state != MessageState::Sent) {
        steps.push(step("mail", "", t.text("message-page-step-handed"), Some(at), None));
    }
    match line.state {
        MessageState::Sent => {
            steps.push(step("check", "good", sent_title(t, view), line.sent_at, sent_detail(t, view)));
        }
        MessageState::Dead => steps.push(step("close", "bad", t.text("message-page-step-dead"), view.dead_at, reason)),
        MessageState::Skipped => {
            steps.push(step("close", "bad", t.text("message-page-step-skipped"), view.skipped_at, reason));
        }
        MessageState::Cancelled => {
            steps.push(step("close", "", t.text("message-page-step-cancelled"), view.cancelled_at, reason));
        }
        MessageState::Uncertain => {
            steps.push(step("alert", "bad", t.text("message-page-step-uncertain"), None, reason));
        }
        MessageState::Retry => {
            steps.push(step("clock", "", t.text("message-page-step-retry"), Some(line.due_at), reason));
        }
        MessageState::Pending | MessageState::Leased => {}
    }
    let other = |id: &MessageId| (format!("/staff/messages/{id}"), t.text("message-page-open-message"));
    if let Some(carrier) = &view.carried_by {
        let shared = step("people", "", t.text("message-page-step-carried"), None, None);
        steps.push(Step { link: Some(other(carrier)), ..shared });
    }
    for carried in &view.carries {
        let shared = step("people", "", t.text("message-page-step-carries"), None, None);
        steps.push(Step { link: Some(other(carried)), ..shared });
    }
    if let Some((at, status)) = &view.bounced {
        let status = status.as_ref().map(|status| t.with("message-page-bounce-status", &[("status", status)]));
        steps.push(step("alert", "bad", t.text("message-page-step-bounced"), Some(*at), status));
    }
    steps
}

fn sent_title(t: Texts, view: &MessageView) -> String {
    match view.line.channel {
        Channel::Mail => t.text("message-page-step-sent-mail"),
        Channel::Sms => t.text("message-page-step-sent-sms"),
        Channel::Webhook => t.text("message-page-step-sent-call"),
    }
}

fn sent_detail(t: Texts, view: &MessageView) -> Option<String> {
    let code = view.last_code.map(|code| t.with("message-page-code", &[("code", &code.to_string())]));
    let reference = view.remote_reference.as_ref().map(|name| t.with("message-page-reference", &[("reference", name)]));
    let parts: Vec<String> = code.into_iter().chain(reference).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The HTML of a message as it was sent, for the frame: no scripts, nothing from elsewhere.
pub async fn message_html(app: AppData, staff: Staff, path: Path<String>) -> Answer {
    let found = find(&app, &staff, &path).await?;
    let text = found.text.filter(|text| !text.html.is_empty()).ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(text.html))
}

#[derive(Template)]
#[template(path = "messaging/again.html")]
struct AgainPage {
    page: Page,
    sections: Vec<SectionTab>,
    id: MessageId,
    what: String,
    to: String,
    address: Option<String>,
    bounced: Option<String>,
    label: String,
}

/// Asks whether a message is to be sent once more.
pub async fn again_page(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>) -> Answer {
    let found = find(&app, &desk, &path).await?;
    let (t, view) = (desk.t, &found.view);
    if let Err(refused) = found.again {
        let page = desk.page(&request, Nav::Messages, t.text("message-page-again"));
        return Ok(page::error_page(StatusCode::CONFLICT, page, &refused_text(t, refused), None));
    }
    let zone = zone_of(&desk, view);
    let shown = AgainPage {
        page: desk.page(&request, Nav::Messages, t.text("message-page-again-title")),
        sections: section_tabs(&desk, Section::Log),
        id: view.line.line.id,
        what: kind_text(t, view.line.line.kind),
        to: reader_text(t, &view.line.to),
        address: view.line.to.address.clone().filter(|_| view.line.to.audience != Audience::Clinic),
        bounced: view
            .bounced
            .as_ref()
            .map(|(at, _)| t.with("message-page-again-bounced", &[("when", &t.moment(*at, zone))])),
        label: again_label(t, view),
    };
    Ok(page::html(StatusCode::OK, &shown))
}

/// Sends a message once more.
pub async fn send_again(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    desk.form(&app.0, &body)?;
    let id: MessageId = path.parse().ok().ok_or(Problem::NotFound)?;
    let by = desk.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| messaging::resend(tx, by, id)).await {
        Ok(made) => {
            app.0.bell.notify_one();
            Ok(see_other(&format!("/staff/messages/{made}?done=again")))
        }
        Err(Bad::Refused(ResendRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            let page = desk.page(&request, Nav::Messages, desk.t.text("message-page-again"));
            Ok(page::error_page(StatusCode::CONFLICT, page, &refused_text(desk.t, refused), None))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_can_be_recognised_and_not_used() {
        assert_eq!(masked("ana.lima@client.example"), "a…@client.example");
        assert_eq!(masked("+1 213 555 0100"), "…100");
        assert_eq!((masked("@"), masked("")), ("…@".to_owned(), "…".to_owned()));
    }
}
