//! The worklist: dates of series that could not be booked, until somebody settles them.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use chrono::{DateTime, Utc};

use super::rows::{instant_of, instant_text, slot_of, slot_text, trouble_text};
use super::rule_form::Options;
use crate::app::App;
use crate::db::Bad;
use crate::domain::ids::{ClientId, SeriesId};
use crate::domain::time;
use crate::recurrence::settle::{self, SettleRefused, Settlement};
use crate::recurrence::{self, Gap};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// As many dates are shown; the first come first.
const GAPS_SHOWN: i64 = 50;

struct GapView {
    series: SeriesId,
    slot: String,
    when: String,
    why: String,
    client: ClientId,
    client_name: String,
    phone: Option<String>,
    service: String,
    options: Options,
}

#[derive(Template)]
#[template(path = "recurrence/worklist.html")]
struct WorklistPage {
    page: Page,
    gaps: Vec<GapView>,
}

/// `GET /staff/worklists/series`
pub async fn worklist_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let t = desk.t;
    let notice = match Form::parse(request.query_string()).value("done") {
        "booked" => Some((Tone::Success, t.text("recurrence-gap-booked"))),
        "left_out" => Some((Tone::Success, t.text("recurrence-gap-left-out"))),
        _ => None,
    };
    show(&app.0, &desk, &request, (StatusCode::OK, notice)).await
}

async fn show(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    (status, notice): (StatusCode, Option<(Tone, String)>),
) -> Answer {
    let (t, now) = (desk.t, app.clock.now());
    let shared = Arc::clone(app);
    let found = app.db.read(move |conn| {
        let mut found: Vec<(Gap, Vec<DateTime<Utc>>, chrono_tz::Tz)> = Vec::new();
        for gap in recurrence::gaps(conn, recurrence::gaps_from(now), GAPS_SHOWN)? {
            let alternatives = settle::alternatives(conn, &shared.shop, now, (gap.series, gap.slot))?;
            let zone = recurrence::series(conn, gap.series)?.map_or(chrono_tz::UTC, |series| series.zone);
            found.push((gap, alternatives, zone));
        }
        Ok(found)
    });
    let view = |(gap, alternatives, zone): (Gap, Vec<DateTime<Utc>>, chrono_tz::Tz)| GapView {
        series: gap.series,
        slot: slot_text(gap.slot),
        when: format!("{}, {}", t.date_long(gap.slot.date()), t.time(gap.slot.time())),
        why: gap.why.map(|why| trouble_text(t, why)).unwrap_or_default(),
        client: gap.client,
        client_name: gap.client_name,
        phone: gap.client_phone,
        service: gap.service_name,
        options: alternatives
            .into_iter()
            .map(|at| {
                let local = time::local(at, zone);
                (instant_text(at), format!("{}, {}", t.date_short(local.date()), t.time(local.time())))
            })
            .collect(),
    };
    let gaps = found.await?.into_iter().map(view).collect();
    let page = desk.page(request, Nav::Worklists, t.text("recurrence-worklist-title"));
    let page = match notice {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    Ok(page::html(status, &WorklistPage { page, gaps }))
}

/// `POST /staff/worklists/series`
pub async fn settle_gap(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let series: Option<SeriesId> = form.value("series").parse().ok();
    let (Some(series), Some(slot)) = (series, slot_of(form.value("slot"))) else {
        return Err(Problem::Nonsense);
    };
    let settlement = match (form.value("action"), instant_of(form.value("at"))) {
        ("leave_out", _) => Settlement::LeaveOut,
        (_, Some(at)) => Settlement::Book(at),
        _ => return Err(Problem::Nonsense),
    };
    let (shared, actor) = (Arc::clone(&app), desk.actor());
    let outcome = app
        .db
        .write(app.clock.now(), move |tx| settle::settle(tx, &shared.shop, (series, slot), settlement, actor))
        .await;
    match outcome {
        Ok(()) => {
            app.bell.notify_one();
            let done = if settlement == Settlement::LeaveOut { "left_out" } else { "booked" };
            Ok(see_other(&format!("/staff/worklists/series?done={done}")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => {
            let text = match refused {
                SettleRefused::Unknown => desk.t.text("recurrence-gap-settled"),
                SettleRefused::NotBookable(_) => desk.t.text("recurrence-conflict-notice"),
            };
            show(&app, &desk, &request, (StatusCode::CONFLICT, Some((Tone::Warning, text)))).await
        }
    }
}
