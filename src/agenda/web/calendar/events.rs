//! Columns, cards and shades of some days, as JSON.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Days, NaiveDate};

use super::super::{Answer, day_of};
use super::{Filters, View};
use crate::agenda::calendar::{self, Asked, Found};
use crate::agenda::store::calendar as rows;
use crate::booking::block;
use crate::catalog::Location;
use crate::db::{Conn, Fault};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::domain::time;
use crate::web::auth::Staff;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::problem::Problem;

/// A month with the days of its first and last week.
const DAYS_MAX: i64 = 45;
/// More blocks stand in six weeks of no clinic.
const BLOCKS_MAX: i64 = 2_000;

/// What the calendar shows from one day to another. A provider sees the own column.
pub async fn events(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let filters = Filters::of(&form, &staff);
    let (from, until) = range(&form).ok_or(Problem::Nonsense)?;
    let is_desk = staff.role.is_desk();
    // Somebody who performs nothing has no column of the own.
    if !is_desk && filters.provider.is_none() {
        return Ok(json("{\"stamp\":\"\",\"offset\":\"+00:00\",\"resources\":[],\"events\":[]}".to_owned()));
    }
    let is_month = filters.view == Some(View::Month);
    let asked = |places| Asked {
        catalog: &staff.catalog,
        places,
        from,
        until,
        columns: filters.columns,
        paint: filters.paint,
        provider: filters.provider,
        service: filters.service,
        may_move: is_desk,
        own: if is_desk { None } else { staff.user.provider },
    };
    let wanted = Wanted { from, until, provider: filters.provider, service: filters.service };
    let places = filters.places.clone();
    let body = if is_month {
        let (starts, stamp) = app
            .0
            .db
            .read(move |conn| {
                let stamp = rows::newest(conn)?;
                let (ids, span) = reach(&places, &wanted);
                Ok((rows::starts_on_calendar(conn, &ids, span, (wanted.provider, wanted.service))?, stamp))
            })
            .await?;
        serde_json::to_string(&calendar::count(&asked(&filters.places), &starts, stamp))
    } else {
        let found = app.0.db.read(move |conn| read(conn, &places, &wanted)).await?;
        serde_json::to_string(&calendar::lay_out(&asked(&filters.places), &found))
    };
    Ok(json(body.map_err(|error| Problem::Fault(Fault::other(error.to_string())))?))
}

#[derive(Clone, Copy)]
struct Wanted {
    from: NaiveDate,
    until: NaiveDate,
    provider: Option<ProviderId>,
    service: Option<ServiceId>,
}

fn range(form: &Form) -> Option<(NaiveDate, NaiveDate)> {
    let from = form.given("from").and_then(day_of)?;
    let until = form.given("to").and_then(day_of)?;
    let days = (until - from).num_days();
    (0 < days && days <= DAYS_MAX).then_some((from, until))
}

/// From the first midnight of all places to their last.
fn reach(
    places: &[Location],
    wanted: &Wanted,
) -> (Vec<LocationId>, (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>)) {
    let last = wanted.until.checked_sub_days(Days::new(1)).unwrap_or(wanted.until);
    let zones = || places.iter().map(|place| place.zone).chain(places.is_empty().then_some(chrono_tz::UTC));
    let first = zones().map(|zone| time::day_span(wanted.from, zone).starts_at()).min().unwrap_or_default();
    let end = zones().map(|zone| time::day_span(last, zone).ends_at()).max().unwrap_or_default();
    (places.iter().map(|place| place.id).collect(), (first, end))
}

fn read(conn: &mut Conn, places: &[Location], wanted: &Wanted) -> Result<Found, Fault> {
    // The stamp first: what comes in between makes the answer look older than it is, never newer.
    let stamp = rows::newest(conn)?;
    let (ids, span) = reach(places, wanted);
    let bookings = rows::bookings_on_calendar(conn, &ids, span, wanted.provider)?;
    let clients: Vec<_> = bookings.iter().map(|booking| booking.client).collect();
    Ok(Found {
        alerts: rows::with_alert(conn, &clients)?,
        blocks: block::blocks_between(conn, &ids, span, BLOCKS_MAX)?,
        bookings,
        stamp,
    })
}

fn json(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(body)
}
