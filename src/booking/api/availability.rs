//! What is free.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use utoipa::{IntoParams, ToSchema};

use super::refused;
use super::times::{self, Face, FreeSlot};
use crate::app::App;
use crate::booking::book::BookRefused;
use crate::booking::offer::{self, DAYS_MAX, FreeTime, OfferRefused, OfferedDay, Question};
use crate::booking::visits::{self, VisitQuestion, VisitRefused, WantedPart};
use crate::catalog::Catalog;
use crate::catalog::api::{location_in, provider_in, service_in};
use crate::db::{Bad, Conn};
use crate::domain::ids::LocationId;
use crate::domain::slots::WrongParty;
use crate::domain::time;
use crate::web::api::query::Asked;
use crate::web::api::refusal;
use crate::web::api::{self, Answer, ApiError, Refusal};
use crate::web::edge::AppData;

/// Free times of `next` when nobody says how many.
const NEXT_USUAL: usize = 5;
/// Free times of `next` at most.
const NEXT_MAX: usize = 50;

/// Which free times.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct AvailabilityQuery {
    /// Identifier or slug.
    #[param(value_type = String, example = "check-up")]
    service: (),
    /// The first day, local to the location.
    #[param(value_type = String, format = Date, example = "2026-12-01")]
    from: (),
    /// The last day; at most 92 days in all.
    #[param(value_type = String, format = Date, example = "2026-12-31")]
    to: (),
    /// Only with this provider: identifier or slug.
    #[param(value_type = Option<String>)]
    provider: (),
    /// Only here: identifier or slug.
    #[param(value_type = Option<String>)]
    location: (),
    /// What follows right after in the same visit: up to two more services, separated by commas, each as `service` or
    /// `service:provider`. A free time is then one from which all of them fit back to back; it ends with the last, and
    /// its provider is the first one's.
    #[param(value_type = Option<String>, example = "whitening")]
    also: (),
    /// How many people come.
    #[param(value_type = Option<u16>, minimum = 1, default = 1)]
    party: (),
    /// IANA name of the zone in whose offset instants are written; days stay those of the location.
    #[param(value_type = Option<String>, example = "Europe/Berlin")]
    zone: (),
}

const DAYS_QUERY: &[&str] = &["service", "also", "from", "to", "provider", "location", "party", "zone"];

/// Which first free times.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct NextQuery {
    /// Identifier or slug.
    #[param(value_type = String, example = "check-up")]
    service: (),
    /// Only from this day on.
    #[param(value_type = Option<String>, format = Date)]
    from: (),
    /// Only with this provider: identifier or slug.
    #[param(value_type = Option<String>)]
    provider: (),
    /// Only here: identifier or slug.
    #[param(value_type = Option<String>)]
    location: (),
    /// What follows right after in the same visit, as for availability.
    #[param(value_type = Option<String>, example = "whitening")]
    also: (),
    /// How many people come.
    #[param(value_type = Option<u16>, minimum = 1, default = 1)]
    party: (),
    /// IANA name of the zone in whose offset instants are written.
    #[param(value_type = Option<String>, example = "Europe/Berlin")]
    zone: (),
    /// How many free times.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 50, default = 5)]
    limit: (),
}

const NEXT_QUERY: &[&str] = &["service", "also", "from", "provider", "location", "party", "zone", "limit"];

/// The free times of some days.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the answer for the document; it is written as text")]
pub(crate) struct Availability {
    /// IANA name of the zone whose days these are; null when locations of several zones are in it.
    #[schema(value_type = Option<String>, examples("America/Los_Angeles"))]
    zone: (),
    /// Every day that was asked for, with its free times in order.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<FreeSlot>>)]
    days: (),
}

/// The first free times.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the answer for the document; it is written as text")]
pub(crate) struct NextTimes {
    /// IANA name of the zone of the locations; null when there are several.
    #[schema(value_type = Option<String>, examples("America/Los_Angeles"))]
    zone: (),
    /// The free times in order.
    #[schema(value_type = Vec<FreeSlot>)]
    data: (),
}

/// Free times of up to 92 days.
///
/// Every day asked for is in the answer, with an empty list where nothing is free. Days are local to the location.
#[utoipa::path(
    get,
    path = "/api/v1/availability",
    tag = "availability",
    params(AvailabilityQuery),
    responses(
        (status = 200, description = "Free times by day", body = Availability),
        (status = 422, description = "`invalid`, `party_too_small`, `party_too_large`, `unknown_service`, \
            `unknown_provider`, `unknown_location`, `visit_impossible`", body = refusal::ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn days(app: AppData, request: HttpRequest) -> Answer {
    let now = app.clock.now();
    let query = request.query_string().to_owned();
    let shared = Arc::clone(&app);
    let read = app.db.read(move |conn| Ok(free_days(conn, &shared, now, &query))).await?;
    Ok(api::json_text(read?))
}

/// The first free times from now on.
#[utoipa::path(
    get,
    path = "/api/v1/availability/next",
    tag = "availability",
    params(NextQuery),
    responses(
        (status = 200, description = "The first free times", body = NextTimes),
        (status = 422, description = "As for availability", body = refusal::ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn next(app: AppData, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let now = app.clock.now();
    let query = request.query_string().to_owned();
    let shared = Arc::clone(&app);
    let read = app.db.read(move |conn| Ok(next_times(conn, &shared, now, &query))).await?;
    Ok(api::json_text(read?))
}

fn free_days(conn: &mut Conn, app: &App, now: DateTime<Utc>, query: &str) -> Result<String, ApiError> {
    let catalog = app.shop.catalogs.current(conn)?;
    let mut asked = Asked::read(query, DAYS_QUERY);
    let (from, to) = (asked.required_day("from"), asked.required_day("to"));
    check_days(&mut asked, from, to);
    let read = question(&mut asked, &catalog, from.zip(to));
    asked.refuse()?;
    let Some((question, shown_in)) = read else {
        return Err(Refusal::invalid(Vec::new()).into());
    };
    let also = also_in(&mut asked, &catalog);
    asked.refuse()?;
    let offered = match visit_question(&question, also) {
        Some(visit) => visits::free_days(conn, &app.shop, now, &visit).map_err(visit_error)?,
        None => offer::free_days_of(conn, &app.shop, &catalog, now, &question).map_err(api_error)?,
    };
    Ok(write_days(&catalog, &question, &offered, shown_in))
}

fn check_days(asked: &mut Asked<'_>, from: Option<NaiveDate>, to: Option<NaiveDate>) {
    let Some((from, to)) = from.zip(to) else {
        return;
    };
    let days = (to - from).num_days();
    if days < 0 {
        asked.wrong("to", "before_from", "the last day is before the first");
    } else if DAYS_MAX <= days.unsigned_abs() {
        asked.wrong("to", "too_many_days", format!("at most {DAYS_MAX} days at a time"));
    }
}

/// Reads what both calls ask; nothing when something was wrong.
fn question(
    asked: &mut Asked<'_>,
    catalog: &Catalog,
    days: Option<(NaiveDate, NaiveDate)>,
) -> Option<(Question, Option<Tz>)> {
    let _noted = asked.required("service");
    let service = service_in(asked, catalog);
    let (provider, location) = (provider_in(asked, catalog), location_in(asked, catalog));
    let (party, shown_in) = (asked.party(), zone_in(asked));
    let (from, to) = days?;
    let question = Question { service: service?, location, provider, party, from, to, own_hold: None, as_staff: false };
    Some((question, shown_in))
}

/// What `also` names; what is unknown is said by its parameter.
fn also_in(asked: &mut Asked<'_>, catalog: &Catalog) -> Vec<WantedPart> {
    let text = asked.text("also").unwrap_or_default().to_owned();
    let mut parts = Vec::new();
    for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let (name, person) = one.split_once(':').unwrap_or((one, ""));
        let service = catalog.service_named(name).filter(|service| service.online);
        let provider = catalog.provider_named(person);
        match service {
            None => asked.wrong("also", "unknown_service", refused::NO_SUCH_SERVICE),
            Some(_) if !person.is_empty() && provider.is_none() => {
                asked.wrong("also", "unknown_provider", refused::NOT_BY_THEM);
            }
            Some(service) => {
                parts.push(WantedPart { service: service.id, provider: provider.map(|known| known.id) });
            }
        }
    }
    parts
}

/// The question about a visit, when more than one service is asked for.
fn visit_question(question: &Question, also: Vec<WantedPart>) -> Option<VisitQuestion> {
    if also.is_empty() {
        return None;
    }
    let first = WantedPart { service: question.service, provider: question.provider };
    Some(VisitQuestion {
        parts: std::iter::once(first).chain(also).collect(),
        location: question.location,
        from: question.from,
        to: question.to,
        own_hold: None,
        without: Vec::new(),
        as_staff: false,
    })
}

/// Why there are no times for a visit, in the API's words.
fn visit_error(bad: Bad<VisitRefused>) -> ApiError {
    let in_query = |parameter: &'static str, code, detail: &'static str| {
        Refusal::unprocessable(code, detail).about(refusal::in_query(parameter, code, detail))
    };
    let refusal = match bad {
        Bad::Fault(fault) => return fault.into(),
        Bad::Refused(VisitRefused::Impossible(wrong)) => {
            let field = refusal::in_query("also", "visit_impossible", wrong.to_string());
            let refusal = Refusal::unprocessable("visit_impossible", wrong.to_string()).about(field);
            refusal.with("why", refused::word_of(wrong))
        }
        Bad::Refused(VisitRefused::Part(position, why)) => {
            let parameter = if position == 0 { "service" } else { "also" };
            match why {
                BookRefused::UnknownProvider if position == 0 => {
                    in_query("provider", "unknown_provider", refused::NOT_BY_THEM)
                }
                BookRefused::UnknownProvider => in_query(parameter, "unknown_provider", refused::NOT_BY_THEM),
                BookRefused::UnknownLocation => in_query("location", "unknown_location", refused::NOT_HERE),
                _ => in_query(parameter, "unknown_service", refused::NO_SUCH_SERVICE),
            }
        }
    };
    refusal.into()
}

fn zone_in(asked: &mut Asked<'_>) -> Option<Tz> {
    let zone = time::zone_named(asked.text("zone")?);
    if zone.is_err() {
        asked.wrong("zone", "unknown_zone", "must be the IANA name of a zone, as Europe/Berlin");
    }
    zone.ok()
}

/// Why there are no times, in the API's words.
pub(super) fn api_error(bad: Bad<OfferRefused>) -> ApiError {
    match bad {
        Bad::Fault(fault) => fault.into(),
        Bad::Refused(refusal) => offer_refused(refusal).into(),
    }
}

fn offer_refused(refusal: OfferRefused) -> Refusal {
    let in_query = |parameter: &'static str, code, detail: &'static str| {
        Refusal::unprocessable(code, detail).about(refusal::in_query(parameter, code, detail))
    };
    match refusal {
        OfferRefused::UnknownService => in_query("service", "unknown_service", refused::NO_SUCH_SERVICE),
        OfferRefused::UnknownLocation => in_query("location", "unknown_location", refused::NOT_HERE),
        OfferRefused::UnknownProvider => in_query("provider", "unknown_provider", refused::NOT_BY_THEM),
        OfferRefused::WrongParty(wrong) => {
            let code = match wrong {
                WrongParty::TooSmall { .. } => "party_too_small",
                WrongParty::TooLarge { .. } => "party_too_large",
            };
            refused::wrong_party(wrong).about(refusal::in_query("party", code, wrong.to_string()))
        }
        OfferRefused::WrongDays => in_query("to", "too_many_days", "the days are in the wrong order, or too many"),
    }
}

/// The zone of everything in question, when it is one.
fn common_zone(catalog: &Catalog, question: &Question) -> Option<Tz> {
    let at = |id: LocationId| catalog.location(id).map(|location| location.zone);
    if let Some(location) = question.location {
        return at(location);
    }
    let mut zones = catalog.locations_for(question.service).into_iter().map(|location| location.zone);
    let first = zones.next()?;
    zones.all(|zone| zone == first).then_some(first)
}

fn write_zone(out: &mut String, zone: Option<Tz>) {
    match zone {
        Some(zone) => {
            out.push_str("{\"zone\":\"");
            out.push_str(zone.name());
            out.push('"');
        }
        None => out.push_str("{\"zone\":null"),
    }
}

fn write_days(catalog: &Catalog, question: &Question, offered: &[OfferedDay], shown_in: Option<Tz>) -> String {
    let mut out = String::with_capacity(256 + 3_000 * offered.len());
    write_zone(&mut out, common_zone(catalog, question));
    out.push_str(",\"days\":{");
    let one_place = offered.first().is_none_or(|first| offered.iter().all(|day| day.location == first.location));
    let mut rest = offered;
    for (place, day) in question.from.iter_days().take_while(|day| *day <= question.to).enumerate() {
        out.push_str(if place == 0 { "\"" } else { ",\"" });
        out.push_str(&day.to_string());
        out.push_str("\":[");
        if one_place {
            // The days of one location come in order: each is taken from the front.
            if let Some((today, others)) = rest.split_first().filter(|(today, _)| today.day == day) {
                rest = others;
                write_day(&mut out, catalog, today, shown_in);
            }
        } else {
            write_merged(&mut out, catalog, offered.iter().filter(|offer| offer.day == day), shown_in);
        }
        out.push(']');
    }
    out.push_str("}}");
    out
}

fn face(catalog: &Catalog, day: &OfferedDay, shown_in: Option<Tz>) -> Face {
    let own = catalog.location(day.location).map_or(Tz::UTC, |location| location.zone);
    match shown_in.filter(|shown| *shown != own) {
        Some(other) => Face::Changing(other),
        None => Face::of_day(day.day, own),
    }
}

/// What was written about a whole day once is kept with it; only another zone is written anew.
fn write_day(out: &mut String, catalog: &Catalog, day: &OfferedDay, shown_in: Option<Tz>) {
    let written = |day: &OfferedDay| {
        let mut text = String::new();
        times::write_day(&mut text, day, face(catalog, day, None));
        text.into_boxed_str()
    };
    let kept = if shown_in.is_none() { day.whole_text(written) } else { None };
    match kept {
        Some(text) => out.push_str(text),
        None => times::write_day(out, day, face(catalog, day, shown_in)),
    }
}

/// Several locations on one day, in order of time.
fn write_merged<'a>(
    out: &mut String,
    catalog: &Catalog,
    days: impl Iterator<Item = &'a OfferedDay>,
    shown_in: Option<Tz>,
) {
    let mut all: Vec<(FreeTime, Face)> = Vec::new();
    for day in days {
        let face = face(catalog, day, shown_in);
        all.extend(offer::times_of(day).map(|time| (time, face)));
    }
    write_times(out, all);
}

fn write_times(out: &mut String, mut all: Vec<(FreeTime, Face)>) {
    all.sort_by_key(|((location, slot), _)| (slot.starts_at, *location));
    for (place, (time, face)) in all.iter().enumerate() {
        if 0 < place {
            out.push(',');
        }
        times::write_time(out, time, *face);
    }
}

fn next_times(conn: &mut Conn, app: &App, now: DateTime<Utc>, query: &str) -> Result<String, ApiError> {
    let catalog = app.shop.catalogs.current(conn)?;
    let mut asked = Asked::read(query, NEXT_QUERY);
    let limit = asked.number("limit", 1, NEXT_MAX, NEXT_USUAL);
    // Somewhere it is still yesterday; each location begins with its own today.
    let yesterday = now.date_naive().checked_sub_days(Days::new(1)).unwrap_or_default();
    let from = asked.day("from").unwrap_or(yesterday).max(yesterday);
    let read = question(&mut asked, &catalog, Some((from, from)));
    asked.refuse()?;
    let Some((question, shown_in)) = read else {
        return Err(Refusal::invalid(Vec::new()).into());
    };
    let also = also_in(&mut asked, &catalog);
    asked.refuse()?;
    let offered = match visit_question(&question, also) {
        Some(visit) => visits::next_free(conn, &app.shop, now, &visit, limit).map_err(visit_error)?,
        None => offer::next_free(conn, &app.shop, now, &question, limit).map_err(api_error)?,
    };
    let mut all: Vec<(FreeTime, Face)> = Vec::new();
    for day in &offered {
        let face = face(&catalog, day, shown_in);
        all.extend(offer::times_of(day).map(|time| (time, face)));
    }
    all.sort_by_key(|((location, slot), _)| (slot.starts_at, *location));
    all.truncate(limit);
    let mut out = String::new();
    write_zone(&mut out, common_zone(&catalog, &question));
    out.push_str(",\"data\":[");
    write_times(&mut out, all);
    out.push_str("]}");
    Ok(out)
}
