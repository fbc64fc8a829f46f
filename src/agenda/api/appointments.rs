//! What stands on the calendar.

use actix_web::HttpRequest;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::range;
use crate::booking::BookingFacts;
use crate::booking::api::bookings::Status;
use crate::booking::facts;
use crate::catalog::{Catalog, Location};
use crate::domain::ids::ProviderId;
use crate::domain::time;
use crate::programs::api::StaffProgram;
use crate::web::api::list::{self, List};
use crate::web::api::query::Asked;
use crate::web::api::refusal::ProblemDocument;
use crate::web::api::shapes::Money;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;

/// Days of one question.
const DAYS_MAX: u64 = 92;
/// A quarter of a year of a large location is less.
const BOOKINGS_MAX: i64 = 50_000;

/// Which appointments.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct AppointmentsQuery {
    /// The first day, on the clocks of the location.
    #[param(value_type = String, format = Date)]
    from: (),
    /// The last day; at most 92 days in all.
    #[param(value_type = String, format = Date)]
    to: (),
    /// Only here: identifier or slug.
    #[param(value_type = Option<String>)]
    location: (),
    /// Only with this provider: identifier or slug.
    #[param(value_type = Option<String>)]
    provider: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

const QUERY: &[&str] = &["from", "to", "location", "provider", "limit", "cursor"];

/// A block on the calendar, with everybody who has a place in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appointment)]
pub(crate) struct AppointmentShape {
    /// Identifier.
    id: String,
    /// When it begins, on the clocks of its location.
    #[schema(value_type = String, format = DateTime)]
    start: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    end: String,
    /// IANA name of the location's zone.
    zone: &'static str,
    /// Identifier of the location.
    location: String,
    /// Identifier of the provider.
    provider: String,
    /// The name.
    provider_name: String,
    /// Identifier of the room, where it has one.
    room: Option<String>,
    /// Identifier of the service.
    service: String,
    /// Its name when it was booked.
    service_name: String,
    /// Who has a place in it; those who gave it back stand here too.
    bookings: Vec<PlaceShape>,
}

/// One client's place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppointmentBooking)]
pub(crate) struct PlaceShape {
    /// Identifier of the booking.
    id: String,
    /// What people read out on the phone.
    reference: String,
    /// Where it stands.
    #[schema(value_type = Status)]
    status: &'static str,
    /// How many people come.
    party: u16,
    /// What it costs, as agreed.
    price: Money,
    /// What the client wrote for the clinic.
    note: String,
    /// Identifier of the client.
    client: String,
    /// Given name.
    first_name: String,
    /// Family name.
    last_name: String,
    /// Mail address.
    email: Option<String>,
    /// Phone number.
    phone: Option<String>,
    /// Rises with every change; send it as `If-Match`.
    row_version: i64,
}

/// What stands on the calendar.
#[utoipa::path(
    get,
    path = "/api/v1/appointments",
    operation_id = "list_appointments",
    tag = "desk",
    params(AppointmentsQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "By start, a block each", body = List<AppointmentShape>),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by parameter", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn list(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let mut asked = Asked::read(request.query_string(), QUERY);
    let (from, to) = (asked.required_day("from"), asked.required_day("to"));
    let places = range::places(&catalog, &mut asked);
    let provider = provider(&catalog, &mut asked);
    let wanted = list::wanted(&mut asked);
    if let (Some(from), Some(to)) = (from, to)
        && (to < from || from.checked_add_days(Days::new(DAYS_MAX)).is_some_and(|end| end <= to))
    {
        asked.wrong("to", "out_of_range", format!("must lie 0 to {} days after from", DAYS_MAX - 1));
    }
    asked.refuse()?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(crate::web::problem::Problem::NotFound.into());
    };
    let bookings = app.db.read(move |conn| {
        let mut found = Vec::new();
        for place in &places {
            let (starts_at, ends_at) = (start_of(from, place), time::day_span(to, place.zone).ends_at());
            found.extend(facts::bookings_between(conn, Some(place.id), starts_at, ends_at, BOOKINGS_MAX)?);
        }
        Ok(found)
    });
    let mut bookings = bookings.await?;
    bookings.retain(|booking| provider.is_none_or(|provider| provider == booking.provider));
    bookings.sort_by_key(|booking| (booking.starts_at, booking.appointment, booking.id));
    let blocks = bookings.chunk_by(|one, next| one.appointment == next.appointment);
    let blocks: Vec<_> = blocks.filter_map(|block| block.first().map(|first| (first, block))).collect();
    let id = |(first, _): &(&BookingFacts, &[BookingFacts])| first.appointment.to_string();
    api::json(&list::page(&blocks, &wanted, id, |(first, block)| shape(first, block))?)
}

fn start_of(day: NaiveDate, place: &Location) -> chrono::DateTime<chrono::Utc> {
    time::day_span(day, place.zone).starts_at()
}

fn provider(catalog: &Catalog, asked: &mut Asked<'_>) -> Option<ProviderId> {
    let text = asked.text("provider").map(str::to_owned)?;
    let known = catalog.provider_named(&text);
    if known.is_none() {
        asked.wrong("provider", "unknown_provider", "no provider has this identifier or slug");
    }
    known.map(|provider| provider.id)
}

fn shape(first: &BookingFacts, block: &[BookingFacts]) -> AppointmentShape {
    AppointmentShape {
        id: first.appointment.to_string(),
        start: time::rfc3339(first.starts_at, first.zone),
        end: time::rfc3339(first.ends_at, first.zone),
        zone: first.zone.name(),
        location: first.location.to_string(),
        provider: first.provider.to_string(),
        provider_name: first.provider_name.clone(),
        room: first.room.map(|room| room.to_string()),
        service: first.service.to_string(),
        service_name: first.service_name.clone(),
        bookings: block.iter().map(place).collect(),
    }
}

/// One booking as the calendar shows it.
pub(super) fn place(booking: &BookingFacts) -> PlaceShape {
    PlaceShape {
        id: booking.id.to_string(),
        reference: booking.reference.clone(),
        status: booking.status.as_str(),
        party: booking.party,
        price: booking.price.into(),
        note: booking.note.clone(),
        client: booking.client.to_string(),
        first_name: booking.client_first_name.clone(),
        last_name: booking.client_last_name.clone(),
        email: booking.client_email.clone(),
        phone: booking.client_phone.clone(),
        row_version: booking.row_version,
    }
}
