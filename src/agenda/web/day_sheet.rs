//! The day on paper: who comes when, one sheet for each provider.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::calendar::Filters;
use super::{Answer, BookingLine, address, day_of};
use crate::agenda::day;
use crate::agenda::store::calendar as rows;
use crate::booking::{block, facts};
use crate::domain::ids::ClientId;
use crate::domain::time;
use crate::web::auth::Staff;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};

/// More bookings in a day at one place than any clinic has.
const BOOKINGS_MAX: i64 = 2_000;
/// The same of blocked time.
const BLOCKS_MAX: i64 = 500;

struct SheetLine {
    line: BookingLine,
    alerts: String,
}

struct Sheet {
    name: String,
    title: String,
    hours: Vec<String>,
    lines: Vec<SheetLine>,
    blocks: Vec<String>,
}

#[derive(Template)]
#[template(path = "agenda/day_sheet.html")]
struct SheetPage {
    page: Page,
    places: String,
    sheets: Vec<Sheet>,
    printed: String,
    back: String,
}

/// The sheets of a day. A provider has the own one.
pub async fn sheet_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let app = app.0;
    let t = staff.t;
    let asked = Form::parse(request.query_string());
    let filters = Filters::of(&asked, &staff);
    let places = filters.places.clone();
    let today = day::today(app.clock.now(), &places.iter().collect::<Vec<_>>());
    let day = asked.given("day").or(asked.given("date")).and_then(day_of).unwrap_or(today);
    let spans = places.clone();
    let (bookings, blocks, alerts) = app
        .db
        .read(move |conn| {
            let (mut bookings, mut blocks) = (Vec::new(), Vec::new());
            for place in &spans {
                let span = time::day_span(day, place.zone);
                let ends = (span.starts_at(), span.ends_at());
                bookings.extend(facts::bookings_between(conn, Some(place.id), ends.0, ends.1, BOOKINGS_MAX)?);
                blocks.extend(block::blocks_between(conn, &[place.id], ends, BLOCKS_MAX)?);
            }
            bookings.retain(|booking| !booking.status.gave_seat_back());
            bookings.sort_by_key(|booking| (booking.starts_at, booking.id));
            let clients: Vec<ClientId> = bookings.iter().map(|booking| booking.client).collect();
            let mut alerts: HashMap<ClientId, String> = HashMap::new();
            for client in rows::with_alert(conn, &clients)? {
                alerts.insert(client, rows::alerts_of(conn, client)?.join(" · "));
            }
            Ok((bookings, blocks, alerts))
        })
        .await?;
    let provider = if staff.role.is_desk() {
        filters.provider
    } else {
        filters.provider.or(Some(crate::domain::ids::ProviderId::new(0)))
    };
    let plan = day::arrange(&staff.catalog, day, &places.iter().collect::<Vec<_>>(), provider, bookings);
    let clock = |at, zone| time::local(at, zone).time();
    let zone_of = |location| staff.catalog.location(location).map_or(chrono_tz::UTC, |place| place.zone);
    let sheet = |column: day::ProviderColumn| {
        let own = blocks.iter().filter(|block| block.provider == Some(column.provider));
        let blocked = own.map(|block| {
            let zone = zone_of(block.location);
            let hours = t.time_range(clock(block.starts_at, zone), clock(block.ends_at, zone));
            let reason = if block.reason.is_empty() { t.text("calendar-blocked") } else { block.reason.clone() };
            format!("{hours} {reason}")
        });
        let hours = column.work.iter().map(|work| {
            let zone = zone_of(work.location);
            t.time_range(clock(work.starts_at, zone), clock(work.ends_at, zone))
        });
        let line = |facts: crate::booking::BookingFacts| SheetLine {
            alerts: alerts.get(&facts.client).cloned().unwrap_or_default(),
            line: BookingLine::new(t, facts),
        };
        Sheet {
            hours: hours.collect(),
            blocks: blocked.collect(),
            name: column.name,
            title: column.title,
            lines: column.bookings.into_iter().map(line).collect(),
        }
    };
    let zone = places.first().map_or(chrono_tz::UTC, |place| place.zone);
    let shown = SheetPage {
        page: staff.page(&request, Nav::Agenda, t.date_long(day)),
        places: places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join(", "),
        sheets: plan.columns.into_iter().map(sheet).collect(),
        printed: super::shortly(t, app.clock.now(), zone),
        back: address("/staff", &[("date", &day.to_string()), ("location", asked.value("location"))]),
    };
    Ok(page::html(StatusCode::OK, &shown))
}
