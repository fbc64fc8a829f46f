//! The worklist of records that may be one person.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use super::list::ClientLine;
use super::{Answer, reason_text};
use crate::clients::{self, DuplicatePair};
use crate::db::{Bad, Never};
use crate::domain::ids::ClientId;
use crate::domain::time;
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// As many pairs are shown; settled ones make room for others.
const PAIRS_SHOWN: i64 = 50;

/// Two records side by side.
struct PairRow {
    one: ClientLine,
    other: ClientLine,
    reason: String,
    when: String,
    merge: String,
}

#[derive(Template)]
#[template(path = "clients/duplicates.html")]
struct DuplicatesPage {
    page: Page,
    pairs: Vec<PairRow>,
    more: i64,
}

/// Pairs nobody has settled.
pub async fn duplicates_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let now = app.0.clock.now();
    let found = app.0.db.read(move |conn| {
        Ok((clients::open_duplicates(conn, now, PAIRS_SHOWN)?, clients::count_open_duplicates(conn)?))
    });
    let (pairs, count) = found.await?;
    let t = desk.t;
    let page = desk.page(&request, Nav::Worklists, t.text("client-duplicates-title"));
    let page = match Form::parse(request.query_string()).value("done") {
        "apart" => page.saying(Tone::Success, t.text("client-done-apart")),
        _ => page,
    };
    let more = count.saturating_sub(i64::try_from(pairs.len()).unwrap_or(i64::MAX));
    let pairs = pairs.into_iter().map(|pair| pair_row(&desk, pair)).collect();
    Ok(page::html(StatusCode::OK, &DuplicatesPage { page, pairs, more }))
}

fn pair_row(desk: &Desk, pair: DuplicatePair) -> PairRow {
    let (t, zone) = (desk.t, super::zone_of(desk));
    // The record that was there first is proposed to stay.
    let (older, newer) =
        if pair.one.hit.id < pair.other.hit.id { (pair.one, pair.other) } else { (pair.other, pair.one) };
    PairRow {
        merge: format!("/staff/clients/{}/merge?with={}", older.hit.id, newer.hit.id),
        one: ClientLine::new(t, zone, older),
        other: ClientLine::new(t, zone, newer),
        reason: reason_text(t, pair.reason),
        when: t.date_medium(time::local_day(pair.at, zone)),
    }
}

/// Says that two records are two people.
pub async fn tell_apart(app: AppData, desk: Desk, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let id = |name: &str| form.value(name).parse::<ClientId>().map_err(|_wrong| Problem::Nonsense);
    let (one, other, by) = (id("one")?, id("other")?, desk.user.id);
    let written =
        app.db.write(app.clock.now(), move |tx| clients::not_the_same(tx, by, one, other).map_err(Bad::<Never>::Fault));
    written.await?;
    let place = if form.is("back", "client") {
        format!("/staff/clients/{one}?done=saved")
    } else {
        "/staff/worklists/duplicates?done=apart".to_owned()
    };
    Ok(see_other(&place))
}
