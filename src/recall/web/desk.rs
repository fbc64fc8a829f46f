//! One recall in the hands of the desk: its dates, and what is done about them. The section on the client's page.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{every_text, why_text};
use crate::app::App;
use crate::catalog::RecallInterval;
use crate::clients;
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{ClientId, RecallId, RecallTypeId};
use crate::domain::recall::{Standing, WhyDisabled, standing};
use crate::domain::time;
use crate::i18n::Texts;
use crate::recall::{self, Change, ChangeRefused, NOTE_CHARACTERS_MAX, Recall, RecallType};
use crate::web::auth::{self, Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// The badge's class: those of bookings that look alike.
const fn badge(stands: Standing) -> &'static str {
    match stands {
        Standing::Booked => "booked",
        Standing::Overdue => "no_show",
        Standing::Due => "requested",
        Standing::Ahead => "completed",
        Standing::Disabled | Standing::Paused(_) | Standing::Undated => "cancelled",
    }
}

/// How it stands, in a word.
fn standing_text(t: Texts, stands: Standing) -> String {
    match stands {
        Standing::Booked => t.text("recall-standing-booked"),
        Standing::Overdue => t.text("recall-standing-overdue"),
        Standing::Due => t.text("recall-standing-due"),
        Standing::Ahead => t.text("recall-standing-ahead"),
        Standing::Disabled => t.text("recall-standing-disabled"),
        Standing::Paused(_) => t.text("recall-standing-paused"),
        Standing::Undated => t.text("recall-standing-undated"),
    }
}

/// One recall on the client's page.
pub(crate) struct RecallLine {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) standing: String,
    pub(crate) class: &'static str,
    /// When it is due and from what that follows, or what stands against it.
    pub(crate) about: String,
}

/// The section on the client's page.
pub(crate) struct Section {
    pub(crate) lines: Vec<RecallLine>,
    /// Types of which a date can be set for the first time.
    pub(crate) addable: Vec<(String, String)>,
    /// The least day that may be set.
    pub(crate) today: String,
}

/// What the section is made of.
pub(crate) fn load(
    conn: &mut Conn,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<(Vec<Recall>, Vec<RecallType>), Fault> {
    Ok((recall::recalls_of(conn, &[client], now)?, recall::types(conn)?))
}

/// The section; nothing where the clinic has no recall types.
pub(crate) fn section(
    t: Texts,
    (found, types): (Vec<Recall>, Vec<RecallType>),
    today: NaiveDate,
    zone: Tz,
) -> Option<Section> {
    if types.is_empty() && found.is_empty() {
        return None;
    }
    let line = |recall: &Recall| {
        let stands = standing(&recall.facts(), today);
        RecallLine {
            href: format!("/staff/recalls/{}", recall.id),
            name: recall.name.clone(),
            standing: standing_text(t, stands),
            class: badge(stands),
            about: about(t, recall, stands, zone),
        }
    };
    let is_new = |kind: &&RecallType| found.iter().all(|recall| recall.recall_type != kind.id);
    Some(Section {
        addable: types.iter().filter(is_new).map(|kind| (kind.id.to_string(), kind.name.clone())).collect(),
        lines: found.iter().map(line).collect(),
        today: today.to_string(),
    })
}

fn about(t: Texts, recall: &Recall, stands: Standing, zone: Tz) -> String {
    let mut said = Vec::new();
    match (stands, recall.booked) {
        (Standing::Booked, Some((_, start))) => {
            said.push(t.with("recall-about-booked", &[("when", &t.date_medium(start.date()))]));
        }
        (Standing::Paused(until), _) => said.push(t.with("recall-about-paused", &[("day", &t.date_medium(until))])),
        _ => {}
    }
    if let Some((at, why, note)) = &recall.disabled {
        let day = t.date_medium(time::local_day(*at, zone));
        let why = if note.is_empty() { why_text(t, *why) } else { format!("{} ({note})", why_text(t, *why)) };
        said.push(t.with("recall-about-disabled", &[("day", &day), ("why", &why)]));
    }
    said.push(match recall.dates.due_day {
        Some(due) if recall.by_hand().is_some() => t.with("recall-about-by-hand", &[("day", &t.date_medium(due))]),
        Some(due) => t.with("recall-about-due", &[("day", &t.date_medium(due))]),
        None => t.text("recall-about-undated"),
    });
    said.extend(recall.dates.last_day.map(|day| t.with("recall-about-last", &[("day", &t.date_medium(day))])));
    said.join(" · ")
}

#[derive(Template)]
#[template(path = "recall/recall.html")]
struct RecallPage {
    page: Page,
    form: Form,
    client: String,
    client_href: String,
    name: String,
    standing: String,
    class: &'static str,
    about: String,
    every: String,
    booking: String,
    book: String,
    action: String,
    back: String,
    is_manual: bool,
    is_paused: bool,
    is_disabled: bool,
    reasons: Vec<(String, String)>,
    note_max: usize,
}

async fn found(app: &Arc<App>, id: &str) -> Result<(Recall, RecallType, clients::ClientView), Problem> {
    let id: RecallId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let now = app.clock.now();
    let found = app.db.read(move |conn| {
        let Some(recall) = recall::recall(conn, id, now)? else { return Ok(None) };
        let (kind, client) = (recall::recall_type(conn, recall.recall_type)?, clients::view(conn, recall.client)?);
        Ok(kind.zip(client).map(|(kind, client)| (recall, kind, client)))
    });
    found.await?.ok_or(Problem::NotFound)
}

/// One recall, with everything that can be done about it.
pub async fn recall_page(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>) -> Answer {
    let (recall, kind, client) = found(&app.0, &path).await?;
    let asked = Form::parse(request.query_string());
    let form = filled(&recall).filled("back", asked.value("back"));
    let said = asked.is("done", "recall").then(|| (Tone::Success, desk.t.text("recall-done")));
    Ok(show(&app.0, &desk, &request, (recall, kind, client), (StatusCode::OK, form, said)))
}

fn filled(recall: &Recall) -> Form {
    let every = |part: Option<u16>| part.map(|part| part.to_string()).unwrap_or_default();
    Form::new()
        .filled("version", recall.row_version.to_string())
        .filled("due", recall.dates.due_day.map(|day| day.to_string()).unwrap_or_default())
        .filled("until", recall.paused_until.map(|day| day.to_string()).unwrap_or_default())
        .filled("months", every(recall.every.map(RecallInterval::months)))
        .filled("days", every(recall.every.map(RecallInterval::days)))
}

fn show(
    app: &App,
    desk: &Desk,
    request: &HttpRequest,
    (recall, kind, client): (Recall, RecallType, clients::ClientView),
    (status, form, said): (StatusCode, Form, Option<(Tone, String)>),
) -> HttpResponse {
    let (t, now) = (desk.t, app.clock.now());
    let (today, zone) = (super::today(&desk.catalog, now), super::zone_of(&desk.catalog));
    let stands = standing(&recall.facts(), today);
    let name = format!("{} {}", client.first_name, client.last_name);
    let page = desk.page(request, Nav::Clients, t.with("recall-title", &[("what", &recall.name), ("name", &name)]));
    let page = match said {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let own = recall.every.map(|every| t.with("recall-every-own", &[("every", &every_text(t, every))]));
    let client_href = format!("/staff/clients/{}", client.id);
    let shown = RecallPage {
        back: auth::safe_next(form.value("back")).unwrap_or(&client_href).to_owned(),
        standing: standing_text(t, stands),
        class: badge(stands),
        about: about(t, &recall, stands, zone),
        every: own.unwrap_or_else(|| match kind.every {
            Some(every) => t.with("recall-every-type", &[("every", &every_text(t, every))]),
            None => t.text("recall-every-rhythm"),
        }),
        booking: recall.booked.map(|(booking, _)| format!("/staff/bookings/{booking}")).unwrap_or_default(),
        book: format!("/staff/book?client={}&service={}", client.id, recall.book_service),
        action: format!("/staff/recalls/{}", recall.id),
        is_manual: recall.by_hand().is_some(),
        is_paused: recall.paused_until.is_some_and(|until| today < until),
        is_disabled: recall.disabled.is_some(),
        reasons: WhyDisabled::ALL.iter().map(|why| (why.as_str().to_owned(), why_text(t, *why))).collect(),
        note_max: NOTE_CHARACTERS_MAX,
        name: recall.name.clone(),
        client: name,
        client_href,
        page,
        form,
    };
    page::html(status, &shown)
}

/// Does one thing to a recall.
pub async fn change(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let (known, kind, client) = found(&app, &path).await?;
    let (t, id) = (desk.t, known.id);
    let today = super::today(&desk.catalog, app.clock.now());
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some((field, wanted)) = read(&mut form, t, today) else {
        return Ok(show(&app, &desk, &request, (known, kind, client), (unprocessable, form, None)));
    };
    let seen: i64 = form.value("version").trim().parse().unwrap_or(-1);
    let by = Some(desk.user.id);
    let written =
        app.db.write(app.clock.now(), move |tx| recall::change(tx, by, (id, Some(seen)), &wanted, today)).await;
    let refused = match written {
        Ok(_) => {
            app.counts.forget();
            return Ok(see_other(&after(&form, id)));
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(refused)) => refused,
    };
    let sentence = match refused {
        ChangeRefused::Unknown => return Err(Problem::NotFound),
        ChangeRefused::Changed => {
            let (fresh, kind, client) = found(&app, &path).await?;
            let form = filled(&fresh).filled("back", form.value("back"));
            let said = Some((Tone::Warning, t.text("recall-contested")));
            return Ok(show(&app, &desk, &request, (fresh, kind, client), (StatusCode::CONFLICT, form, said)));
        }
        ChangeRefused::WrongDay => t.text("recall-wrong-day"),
        ChangeRefused::WrongNote => t.with("recall-wrong-note", &[("max", &NOTE_CHARACTERS_MAX)]),
    };
    form.fail(field, sentence);
    Ok(show(&app, &desk, &request, (known, kind, client), (unprocessable, form, None)))
}

/// Back to where it was sent from; to the recall itself from its own page.
fn after(form: &Form, id: RecallId) -> String {
    let own = format!("/staff/recalls/{id}");
    let place = page::with_query(auth::safe_next(form.value("back")).unwrap_or(&own), "done", "recall");
    match form.value("at").parse::<u16>() {
        Ok(at) => format!("{place}#row-{at}"),
        Err(_) => place,
    }
}

/// What is wanted, and by which field it is said when it cannot be.
fn read(form: &mut Form, t: Texts, today: NaiveDate) -> Option<(&'static str, Change)> {
    let months = |count: u32| today.checked_add_months(Months::new(count)).unwrap_or(today);
    let deed = form.value("deed").to_owned();
    Some(match deed.as_str() {
        "due" => ("due", Change::Due(Some(day(form, t, "due")?))),
        "undue" => ("due", Change::Due(None)),
        "pause" => ("until", Change::Pause(Some(day(form, t, "until")?))),
        "pause-1" => ("until", Change::Pause(Some(months(1)))),
        "pause-3" => ("until", Change::Pause(Some(months(3)))),
        "pause-6" => ("until", Change::Pause(Some(months(6)))),
        "unpause" => ("until", Change::Pause(None)),
        "enable" => ("note", Change::Enable),
        "every" => ("months", Change::Every(interval(form, t)?)),
        "disable" => {
            let Some(why) = WhyDisabled::parse(form.value("reason")) else {
                form.fail("reason", t.text("field-required"));
                return None;
            };
            ("note", Change::Disable(why, form.value("note").to_owned()))
        }
        other => {
            let why = other.strip_prefix("disable-").and_then(WhyDisabled::parse);
            ("note", Change::Disable(why?, String::new()))
        }
    })
}

fn day(form: &mut Form, t: Texts, name: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(form.value(name).trim(), "%Y-%m-%d").ok();
    if day.is_none() {
        form.fail(name, t.text("recall-no-day"));
    }
    day
}

/// The two fields of an interval; both empty is what the type says.
pub(super) fn interval(form: &mut Form, t: Texts) -> Option<Option<RecallInterval>> {
    let number = |name: &str| form.given(name).map_or(Ok(0), |text| text.trim().parse::<u16>());
    let (Ok(months), Ok(days)) = (number("months"), number("days")) else {
        form.fail("months", t.text("recall-wrong-interval"));
        return None;
    };
    if months == 0 && days == 0 {
        return Some(None);
    }
    match RecallInterval::new(months, days) {
        Ok(every) => Some(Some(every)),
        Err(_not_one) => {
            form.fail("months", t.text("recall-wrong-interval"));
            None
        }
    }
}

/// Sets a first date of a kind for a client.
pub async fn add(app: AppData, desk: Desk, path: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let client: ClientId = path.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let here = format!("/staff/clients/{client}");
    let kind: RecallTypeId = form.value("type").parse().map_err(|_not_an_id| Problem::NotFound)?;
    let Ok(due) = NaiveDate::parse_from_str(form.value("due").trim(), "%Y-%m-%d") else {
        return Ok(see_other(&format!("{here}?done=recall-no-day")));
    };
    let (by, today) = (desk.user.id, super::today(&desk.catalog, app.clock.now()));
    let written = app.db.write(app.clock.now(), move |tx| recall::add(tx, by, (client, kind), due, today)).await;
    match written {
        Ok(_) => {
            app.counts.forget();
            Ok(see_other(&format!("{here}?done=recall")))
        }
        Err(Bad::Refused(ChangeRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(_)) => Ok(see_other(&format!("{here}?done=recall-wrong-day"))),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
