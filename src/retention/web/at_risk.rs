//! Whom to ask back now: due, overdue and at risk, by what a call is expected to gain.

use actix_web::HttpRequest;
use askama::Template;

use super::frame::{self, Asked, Frame, Tab};
use super::people::{contacts_of, name_of};
use super::{Answer, figures};
use crate::app::App;
use crate::db::Fault;
use crate::domain::client_state::ClientState;
use crate::domain::ids::ClientId;
use crate::domain::money::Currency;
use crate::i18n::Texts;
use crate::retention::kept::{self, today_at};
use crate::retention::people::{self, LastContact, Somebody};
use crate::retention::words;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

/// People of one page.
const LINES: usize = 50;
/// People of one file.
const EXPORTED_MAX: usize = 20_000;

struct Line {
    name: String,
    href: String,
    state: String,
    since: String,
    last: String,
    contact: String,
    phone: String,
    book: String,
    expected: String,
    at_risk: String,
    gain: String,
    may_be_asked: bool,
}

#[derive(Template)]
#[template(path = "retention/at_risk.html")]
struct AtRiskPage {
    page: Page,
    frame: Frame,
    sums: Vec<(String, String, String)>,
    lines: Vec<Line>,
    states: Vec<(String, String, bool)>,
    newer: String,
    older: String,
}

/// The page.
pub async fn at_risk_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let now = app.0.clock.now();
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, now));
    let insight = kept::insight(&app.0).await?;
    let currency = insight.population.currency;
    let all = people::whom_to_ask(&insight);
    let chosen = ClientState::parse(asked.form.value("state"));
    let found: Vec<Somebody> = all.iter().filter(|one| chosen.is_none() || one.state == chosen).copied().collect();
    if asked.csv_table().is_some() {
        return file(&app.0, t, found.get(..EXPORTED_MAX).unwrap_or(&found)).await;
    }
    let number: usize = asked.form.value("page").parse().unwrap_or(0);
    let begin = number.saturating_mul(LINES).min(found.len());
    let mut on_page: Vec<Somebody> = found.iter().skip(begin).take(LINES).copied().collect();
    let ids: Vec<ClientId> = on_page.iter().map(|one| one.client).collect();
    // What is shown of a large clinic may be of the morning; whoever has booked since is called by nobody.
    let ahead = app.0.db.read(move |conn| people::booked_ahead(conn, &ids, now)).await?;
    on_page.retain(|one| !ahead.contains(&one.client));
    let names = contacts_of(&app.0, &on_page).await?;
    let ids: Vec<ClientId> = on_page.iter().map(|one| one.client).collect();
    let last = app.0.db.read(move |conn| people::last_contacts(conn, &ids)).await?;
    let zone = owner.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let line = |one: &Somebody| {
        let contact = names.get(&one.client);
        Line {
            name: name_of(t, contact),
            href: format!("/staff/clients/{}", one.client),
            state: one.state.map(|state| words::state_name(t, state)).unwrap_or_default(),
            since: one.since.map(|day| t.date_medium(day)).unwrap_or_default(),
            last: one.last_day.map(|day| t.date_medium(day)).unwrap_or_default(),
            contact: last.get(&one.client).map(|last| contact_text(t, *last, zone)).unwrap_or_default(),
            phone: contact.and_then(|contact| contact.phone.clone()).unwrap_or_default(),
            book: format!("/staff/book?client={}", one.client),
            expected: figures::money(t, one.value_minor, currency),
            at_risk: figures::money(t, one.at_risk_minor, currency),
            gain: figures::money(t, one.gain_minor, currency),
            may_be_asked: one.may_be_asked,
        }
    };
    let page = owner.page(&request, Nav::Owner, t.text("owner-tab-at-risk"));
    let address = page.address.clone();
    let turned = |to: usize| page::with_query(&address, "page", &to.to_string());
    let as_of = t.with("owner-window-today", &[("day", &t.date_medium(asked.today))]);
    let shown = AtRiskPage {
        sums: sums(t, &all, currency),
        states: state_links(t, &asked, chosen),
        lines: on_page.iter().map(line).collect(),
        newer: if number > 0 { turned(number - 1) } else { String::new() },
        older: if begin + LINES < found.len() { turned(number + 1) } else { String::new() },
        frame: Frame::new(t, Some(Tab::AtRisk), asked, as_of).without_period(),
        page,
    };
    Ok(page::html(actix_web::http::StatusCode::OK, &shown))
}

const STATES: [ClientState; 3] = [ClientState::Due, ClientState::Overdue, ClientState::AtRisk];

/// How many stand so, and what is at risk with them.
fn sums(t: Texts, all: &[Somebody], currency: Currency) -> Vec<(String, String, String)> {
    let sum = |state: ClientState| {
        let of_state = all.iter().filter(|one| one.state == Some(state));
        let count = u64::try_from(of_state.clone().count()).unwrap_or(u64::MAX);
        let minor = of_state.map(|one| one.at_risk_minor).sum();
        (words::state_name(t, state), figures::people_text(t, count), figures::money(t, minor, currency))
    };
    STATES.into_iter().map(sum).collect()
}

fn state_links(t: Texts, asked: &Asked, chosen: Option<ClientState>) -> Vec<(String, String, bool)> {
    let everybody = (asked.link("/owner/at-risk", &[]), t.text("owner-everybody"), chosen.is_none());
    let link = |state: ClientState| {
        let href = asked.link("/owner/at-risk", &[("state", state.as_str())]);
        (href, words::state_name(t, state), chosen == Some(state))
    };
    std::iter::once(everybody).chain(STATES.into_iter().map(link)).collect()
}

fn contact_text(t: Texts, last: LastContact, zone: chrono_tz::Tz) -> String {
    let when = t.date_medium(crate::domain::time::local_day(last.at, zone));
    if last.was_call {
        t.with("owner-contact-call", &[("when", &when)])
    } else {
        t.with("owner-contact-message", &[("when", &when)])
    }
}

async fn file(
    app: &std::sync::Arc<App>,
    t: Texts,
    found: &[Somebody],
) -> Result<actix_web::HttpResponse, crate::web::problem::Problem> {
    let names = contacts_of(app, found).await?;
    let head = [
        "client",
        "name",
        "phone",
        "email",
        "state",
        "since",
        "last_visit",
        "expected_minor",
        "at_risk_minor",
        "gain_minor",
        "may_be_asked",
    ];
    let row = |one: &Somebody| {
        let contact = names.get(&one.client);
        let of = |text: Option<&String>| text.cloned().unwrap_or_default();
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            one.client.to_string(),
            name_of(t, contact),
            of(contact.and_then(|contact| contact.phone.as_ref())),
            of(contact.and_then(|contact| contact.email.as_ref())),
            one.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            day(one.since),
            day(one.last_day),
            one.value_minor.to_string(),
            one.at_risk_minor.to_string(),
            one.gain_minor.to_string(),
            one.may_be_asked.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    frame::csv_file("at-risk", &head.map(str::to_owned), &rows).map_err(|fault: Fault| fault.into())
}
