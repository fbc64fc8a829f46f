//! `/staff/messages`: what was said to whom, and why something was not.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use super::rule_editor::channel_text;
use super::rule_words::rule_name;
use super::{Section, SectionTab, badge, kind_text, outcome_text, reader_text, reason_text, section_tabs};
use crate::clients;
use crate::db::{Conn, Fault};
use crate::domain::ids::{ClientId, MessageId};
use crate::domain::messages::{Channel, MessageKind};
use crate::domain::time;
use crate::i18n::Texts;
use crate::messaging::{self, KeptRule, LogFilter, LogLine, LogPlace, LogShow, QueueState};
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// Lines on one page.
const LINES_MAX: i64 = 50;
/// Counting ends here; more is "many".
const COUNTED_MAX: i64 = 1_000;
/// As many clients of a name are looked for.
const CLIENTS_MAX: i64 = 100;

#[derive(Template)]
#[template(path = "messaging/log.html")]
struct LogPage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    tabs: Vec<Tab>,
    kinds: Vec<(String, String)>,
    channels: Vec<(String, String)>,
    rules: Vec<(String, String)>,
    is_filtered: bool,
    who: Option<(String, String)>,
    lines: Vec<Line>,
    older: Option<String>,
    newest: Option<String>,
}

struct Tab {
    href: String,
    text: String,
    count: String,
    is_current: bool,
}

struct Line {
    href: String,
    what: String,
    channel: Option<String>,
    to: String,
    address: Option<String>,
    booking: Option<(String, String)>,
    state: String,
    badge: &'static str,
    reason: String,
    when: String,
}

/// What the address of the page asks for.
struct Asked {
    show: LogShow,
    filter: LogFilter,
    place: Option<LogPlace>,
}

struct Found {
    lines: Vec<LogLine>,
    counts: Vec<(LogShow, usize)>,
    rules: Vec<KeptRule>,
    who: Option<(ClientId, String)>,
}

/// Messages after a filter, the latest first.
pub async fn log_page(app: AppData, desk: Desk, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let app = app.0;
    let t = desk.t;
    let form = Form::parse(request.query_string());
    let zone = desk.catalog.locations.first().map_or(Tz::UTC, |location| location.zone);
    let asked = ask(&form, zone);
    let (show, is_first) = (asked.show, asked.place.is_none());
    let (words, client) = (form.given("q").map(str::to_owned), form.value("client").parse::<ClientId>().ok());
    let found = app.db.read(move |conn| find(conn, asked, words, client)).await?;
    let page = desk.page(&request, Nav::Messages, t.text("message-log-title"));
    let page = match app.queue.state() {
        QueueState::Running => page,
        QueueState::Waiting { .. } => page.saying(Tone::Warning, t.text("message-log-waiting")),
        QueueState::Stopped { since, .. } => {
            page.saying(Tone::Error, t.with("message-log-stopped", &[("since", &t.moment(since, zone))]))
        }
    };
    let lines = found.lines;
    let is_full = LINES_MAX <= i64::try_from(lines.len()).unwrap_or(0);
    let older = lines.last().filter(|_| is_full).map(|last| address(&form, show, Some(last)));
    let filters = ["q", "client", "kind", "channel", "rule", "from", "until"];
    let shown = LogPage {
        sections: section_tabs(&desk, Section::Log),
        tabs: found.counts.into_iter().map(|(of, count)| tab(t, &form, of, count, of == show)).collect(),
        kinds: kind_options(t),
        channels: channel_options(t),
        rules: rule_options(t, &found.rules),
        is_filtered: filters.iter().any(|name| form.given(name).is_some()),
        who: found.who.map(|(id, name)| (format!("/staff/clients/{id}"), name)),
        lines: lines.into_iter().map(|line| shown_line(t, zone, line)).collect(),
        older,
        newest: (!is_first).then(|| address(&form, show, None)),
        page,
        form: form.filled("show", show.as_str()),
    };
    Ok(page::html(StatusCode::OK, &shown))
}

/// Reads the filter; what makes no sense asks for nothing.
fn ask(form: &Form, zone: Tz) -> Asked {
    let filter = LogFilter {
        clients: None,
        kind: MessageKind::parse(form.value("kind")),
        channel: Channel::parse(form.value("channel")),
        rule: form.value("rule").parse().ok(),
        from: day(form.value("from")).map(|from| time::day_span(from, zone).starts_at()),
        until: day(form.value("until")).map(|until| time::day_span(until, zone).ends_at()),
    };
    Asked {
        show: LogShow::parse(form.value("show")).unwrap_or(LogShow::All),
        filter,
        place: place(form.value("after")),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    (2000..=2200).contains(&chrono::Datelike::year(&day)).then_some(day)
}

/// Reads [`place_word`].
fn place(text: &str) -> Option<LogPlace> {
    let (micros, id) = text.split_once('-')?;
    let due_at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some(LogPlace { due_at, id: id.parse::<MessageId>().ok()? })
}

fn place_word(line: &LogLine) -> String {
    format!("{}-{}", line.line.due_at.timestamp_micros(), line.line.id)
}

/// This page with another standing, or behind a line.
fn address(form: &Form, show: LogShow, behind: Option<&LogLine>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("show", show.as_str());
    for name in ["q", "client", "kind", "channel", "rule", "from", "until"] {
        if let Some(value) = form.given(name) {
            query.append_pair(name, value);
        }
    }
    if let Some(line) = behind {
        query.append_pair("after", &place_word(line));
    }
    format!("/staff/messages?{}", query.finish())
}

fn find(conn: &mut Conn, asked: Asked, words: Option<String>, client: Option<ClientId>) -> Result<Found, Fault> {
    let Asked { show, mut filter, place } = asked;
    let known = match client {
        Some(id) => clients::view(conn, id)?.map(|view| (id, format!("{} {}", view.first_name, view.last_name))),
        None => None,
    };
    if let Some((id, _)) = &known {
        filter.clients = Some(vec![*id]);
    } else if let Some(words) = words {
        let hits = clients::search(conn, &words, CLIENTS_MAX)?;
        filter.clients = Some(hits.into_iter().map(|hit| hit.id).collect());
    }
    let mut counts = Vec::with_capacity(LogShow::ALL.len());
    for of in LogShow::ALL {
        counts.push((of, messaging::count_log(conn, of, &filter, COUNTED_MAX)?));
    }
    Ok(Found {
        lines: messaging::message_log(conn, show, &filter, place, LINES_MAX)?,
        counts,
        rules: messaging::kept_rules(conn)?,
        who: known,
    })
}

fn tab(t: Texts, form: &Form, show: LogShow, count: usize, is_current: bool) -> Tab {
    let text = match show {
        LogShow::All => t.text("message-log-all"),
        LogShow::Waiting => t.text("message-log-due"),
        LogShow::Sent => t.text("message-log-sent"),
        LogShow::Problems => t.text("message-log-problems"),
        LogShow::Left => t.text("message-log-left"),
    };
    let is_many = COUNTED_MAX <= i64::try_from(count).unwrap_or(i64::MAX);
    let count = if is_many { t.with("message-log-many", &[("count", &COUNTED_MAX)]) } else { count.to_string() };
    Tab { href: address(form, show, None), text, count, is_current }
}

fn any(t: Texts) -> (String, String) {
    (String::new(), t.text("message-log-any"))
}

fn kind_options(t: Texts) -> Vec<(String, String)> {
    let mut kinds: Vec<(String, String)> =
        MessageKind::ALL.into_iter().map(|kind| (kind.as_str().to_owned(), kind_text(t, kind))).collect();
    kinds.sort_by_key(|(_, text)| text.to_lowercase());
    std::iter::once(any(t)).chain(kinds).collect()
}

fn channel_options(t: Texts) -> Vec<(String, String)> {
    let all = [Channel::Mail, Channel::Sms, Channel::Webhook].into_iter();
    let all = all.map(|channel| (channel.as_str().to_owned(), channel_text(t, channel)));
    std::iter::once(any(t)).chain(all).collect()
}

fn rule_options(t: Texts, rules: &[KeptRule]) -> Vec<(String, String)> {
    let all = rules.iter().map(|kept| (kept.rule.id.to_string(), rule_name(t, &kept.rule)));
    std::iter::once(any(t)).chain(all).collect()
}

fn shown_line(t: Texts, zone: Tz, found: LogLine) -> Line {
    let line = &found.line;
    let local = time::local(line.sent_at.unwrap_or(line.due_at), zone);
    Line {
        href: format!("/staff/messages/{}", line.id),
        what: kind_text(t, line.kind),
        channel: (found.channel != Channel::Mail).then(|| channel_text(t, found.channel)),
        to: reader_text(t, &found.to),
        state: outcome_text(t, line.state, found.is_bounced),
        badge: badge(line.state, found.is_bounced),
        reason: reason_text(t, line.state, line.reason.as_deref()),
        when: format!("{}, {}", t.date_medium(local.date()), t.time(local.time())),
        address: found.to.address,
        booking: found.booking.map(|(id, reference)| (format!("/staff/bookings/{id}"), reference)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_asks_for_nothing() {
        let asked = |query: &str| ask(&Form::parse(query), Tz::America__Los_Angeles);
        let wild = asked("show=<b>&kind=x&channel=y&rule=zz&from=2026-13-01&until=yesterday&after=1");
        assert_eq!((wild.show, wild.filter, wild.place), (LogShow::All, LogFilter::default(), None));
        let day = asked("from=2026-06-01&until=2026-06-01").filter;
        let hours = day.until.zip(day.from).map(|(until, from)| (until - from).num_hours());
        assert_eq!(hours, Some(24), "a day is its own end");
    }
}
