//! Bookings: made by anyone, read and cancelled by whoever holds the manage token.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refused;
use super::wish::{self, AlsoBody, WishFields};
use crate::app::App;
use crate::booking::book::{self, BookRefused, Booked, BookingRequest, Who, Wish};
use crate::booking::cancel::{self, Cancellation, REASON_CHARACTERS_MAX};
use crate::booking::facts::{self, BookingFacts};
use crate::booking::hold;
use crate::booking::visits::{self, VisitRefused, VisitRequest, VisitWish};
use crate::booking::{self, Ticks};
use crate::catalog::Catalog;
use crate::clients::{ClientDetails, ConsentPurpose};
use crate::db::{Bad, Fault};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::language::Language;
use crate::domain::recognise::{EmailAddress, PersonName, PhoneNumber, WrongContact};
use crate::domain::{policy, time};
use crate::failpoint::{self, Point};
use crate::keys::Purpose;
use crate::programs::Scope;
use crate::programs::api::{bearer_of, program_if_any};
use crate::web::api::body::Object;
use crate::web::api::refusal::{self, ApiError, ProblemDocument};
use crate::web::api::shapes::Money;
use crate::web::api::{self, Answer, JsonBody, MaybeJsonBody, Refusal, Wrong};
use crate::web::edge::AppData;
use crate::web::metrics::Door;
use crate::web::problem::Problem;

/// Codes are slugs of short texts.
const REASON_CODE_CHARACTERS_MAX: usize = 80;
const SOURCE_CHARACTERS_MAX: usize = 60;
const NOTE_CHARACTERS_MAX: usize = 1000;
/// Longer language tags are none (RFC 5646 asks for 35 at least).
const LANGUAGE_CHARACTERS_MAX: usize = 35;

/// A booking that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBooking)]
pub struct BookingBody {
    /// Identifier or slug.
    #[schema(value_type = String, required = true, examples("check-up"))]
    service: Option<String>,
    /// When it begins, with offset, as availability answers it.
    #[schema(value_type = String, format = DateTime, required = true)]
    start: Option<String>,
    /// Identifier or slug; anyone when it is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Identifier or slug; needed only where the time is free at several locations.
    #[schema(nullable = false)]
    location: Option<String>,
    /// What follows right after, in the same visit: one or two more services, back to back.
    #[schema(value_type = Vec<AlsoBody>, max_items = 2, required = false, nullable = false)]
    also: Option<Vec<Object<AlsoBody>>>,
    /// How many people come.
    #[schema(minimum = 1, default = 1, nullable = false)]
    party: Option<i64>,
    /// Identifiers of extras; there are none yet.
    #[schema(max_items = 0, nullable = false)]
    extras: Option<Vec<String>>,
    /// The hold that keeps the time.
    #[schema(nullable = false)]
    hold: Option<String>,
    /// Who comes.
    #[schema(value_type = ClientBody, required = true)]
    client: Option<Object<ClientBody>>,
    /// Where the client came from.
    #[schema(max_length = 60, nullable = false)]
    source: Option<String>,
    /// What the client wants the clinic to know.
    #[schema(max_length = 1000, nullable = false)]
    note: Option<String>,
    /// What the client agreed to be written about, by a box of your own that nobody had ticked before. Counts once the
    /// client confirms it by the link in a mail that is sent to the address; it is sent at most once a day, and not to
    /// somebody who agreed already. `recall`: reminders that a visit is due; `news`: news and offers; `surveys`:
    /// questions how it was.
    #[schema(max_items = 3, nullable = false)]
    consents: Option<Vec<String>>,
}

/// Who comes. An address or a phone number is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewClient)]
pub struct ClientBody {
    /// Given name.
    #[schema(value_type = String, required = true, max_length = 60)]
    first_name: Option<String>,
    /// Family name.
    #[schema(value_type = String, required = true, max_length = 60)]
    last_name: Option<String>,
    /// Where the confirmation goes.
    #[schema(format = Email, max_length = 254, nullable = false)]
    email: Option<String>,
    /// Whom to call.
    #[schema(examples("+1 213 555 0100"), nullable = false)]
    phone: Option<String>,
    /// Language tag to write in; the clinic's own where Rebook does not speak it.
    #[schema(examples("en"), nullable = false)]
    language: Option<String>,
    /// IANA name of the zone the client lives in.
    #[schema(examples("America/Los_Angeles"), nullable = false)]
    zone: Option<String>,
}

/// One client's place in an appointment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct BookingShape {
    /// Identifier.
    id: String,
    /// What people read out on the phone.
    #[schema(examples("K7RM2XQD"))]
    reference: String,
    /// Where it stands.
    #[schema(value_type = Status)]
    status: &'static str,
    /// When it begins, on the clocks of its location.
    #[schema(value_type = String, format = DateTime)]
    start: String,
    /// When it ends; of a visit, when its last service does.
    #[schema(value_type = String, format = DateTime)]
    end: String,
    /// IANA name of the location's zone.
    zone: &'static str,
    /// Identifier of the service.
    service: String,
    /// Its name when it was booked.
    service_name: String,
    /// Identifier of the provider.
    provider: String,
    /// The name.
    provider_name: String,
    /// Identifier of the location.
    location: String,
    /// Its name.
    location_name: String,
    /// How many people come.
    party: u16,
    /// What it costs, as agreed; of a visit, all its services together.
    price: Money,
    /// The services of a visit in their order; left out for a booking of one service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    visit: Vec<VisitPartShape>,
    /// Who comes.
    client: ClientShape,
    /// Where the client came from.
    source: Option<String>,
    /// What the client wrote for the clinic.
    note: String,
    /// Until when the client may cancel; null when there is nothing to cancel any more.
    #[schema(value_type = Option<String>, format = DateTime)]
    cancellable_until: Option<String>,
    /// Until when the client may move it; null when the client cannot move it any more.
    #[schema(value_type = Option<String>, format = DateTime)]
    movable_until: Option<String>,
    /// How often the client may still move it.
    moves_left: u16,
    /// The policy in the clinic's words, as agreed.
    cancel_policy: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// When it ended without a visit.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<String>,
    /// Why.
    ended_reason: Option<String>,
    /// The code of the reason that was picked.
    ended_reason_code: Option<String>,
    /// Rises with every change; send it as `If-Match`.
    row_version: i64,
    /// Opens this booking and no other: the bearer token of the calls below. Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    manage_token: Option<String>,
    /// The page where the client sees and cancels it. Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    manage_url: Option<String>,
}

/// One service of a visit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitPart)]
pub(crate) struct VisitPartShape {
    /// Identifier of the service.
    service: String,
    /// Its name when it was booked.
    service_name: String,
    /// Identifier of the provider.
    provider: String,
    /// The name.
    provider_name: String,
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    start: String,
    /// When it ends; the next one begins then.
    #[schema(value_type = String, format = DateTime)]
    end: String,
    /// What it costs, as agreed.
    price: Money,
    /// Where it stands.
    #[schema(value_type = Status)]
    status: &'static str,
}

/// Who comes. Address and phone number are left out: somebody who is recognised by one of them keeps what the clinic
/// has, and a stranger who types a name and a phone number must not be told the address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client)]
pub(crate) struct ClientShape {
    /// Given name.
    first_name: String,
    /// Family name.
    last_name: String,
    /// In which language messages about this booking are written.
    language: String,
}

/// Where a booking stands.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words of the status for the document")]
pub(crate) enum Status {
    Requested,
    Booked,
    Arrived,
    InProgress,
    Completed,
    NoShow,
    Cancelled,
    Declined,
    Expired,
}

/// Why it is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Cancellation)]
pub struct CancelBody {
    /// The code of a reason from the clinic's list for clients, as `no_time` or `ill`.
    #[schema(max_length = 80, nullable = false)]
    reason_code: Option<String>,
    /// In the client's words.
    #[schema(max_length = 500, nullable = false)]
    reason: Option<String>,
}

/// Books a time.
///
/// Services that need approval answer with a booking that is `requested`. Without `location` the time must be free at
/// one location only.
#[utoipa::path(
    post,
    path = "/api/v1/bookings",
    tag = "bookings",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sending it again with the same body answers \
        with the same booking; with another body it is refused. Use a random UUID", max_length = 255)),
    request_body = BookingBody,
    responses(
        (status = 201, description = "Booked, or requested", body = BookingShape, headers(
            ("Location" = String, description = "Where the booking is read"),
            ("ETag" = String, description = "Its version"))),
        (status = 400, description = "`broken_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`slot_taken`, with free times around it", body = refused::SlotTaken,
            content_type = "application/problem+json"),
        (status = 413, description = "`too_large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`not_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by field, `unknown_service`, `unknown_provider`, \
            `unknown_location`, `location_needed`, `party_too_small`, `party_too_large`, `past`, `too_soon` with \
            `earliest`, `too_far` with `latest_day`, `closed`, `hold_expired`, `visit_impossible` with `why`, \
            `idempotency_key_reused`",
            body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn book(app: AppData, request: HttpRequest, body: JsonBody<BookingBody>) -> Answer {
    let now = app.clock.now();
    let catalog = api::catalog(&app).await?;
    let once = wish::once_key(&request, "api".to_owned(), &body.hash)?;
    let mut wanted = wanted(&app, &catalog, &body.value)?;
    wanted.once = once;
    let ticks = ticks(&catalog, &body.value, &wanted)?;
    let (shared, asked) = (Arc::clone(&app), wanted.clone());
    let also = visit_wanted(&catalog, &body.value, &wanted.wish)?;
    if let Some(wish) = also {
        return book_visit(&app, now, VisitRequest::of(wish, wanted), ticks).await;
    }
    let written = app.db.write(now, move |tx| {
        let booked = book::book(tx, &shared.shop, &asked)?;
        booking::ask_consents(tx, &shared.keys, booked, &ticks)?;
        Ok::<_, Bad<BookRefused>>(booked)
    });
    match written.await {
        Ok(booked) => created(&app, booked).await,
        Err(Bad::Refused(why)) => {
            let names_hold = body.value.hold.is_some();
            Err(refused::booking(&app, &wanted.wish, names_hold, why).await)
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// The visit a body asks for, when it asks for more than one service.
fn visit_wanted(catalog: &Catalog, body: &BookingBody, first: &Wish) -> Result<Option<VisitWish>, ApiError> {
    let mut wrong = Wrong::default();
    let wish = wish::read_also(body.also.as_deref(), Some(first), catalog, &mut wrong);
    wrong.refuse()?;
    Ok(wish)
}

/// What the client ticked on the caller's own page.
fn ticks(catalog: &Catalog, body: &BookingBody, wanted: &BookingRequest) -> Result<Ticks, ApiError> {
    let mut wrong = Wrong::default();
    let mut purposes = Vec::new();
    for word in body.consents.iter().flatten() {
        match ConsentPurpose::parse(word) {
            Some(purpose) => purposes.push(purpose),
            None => wrong.add("/consents", "unknown_consent", "must be recall, news or surveys"),
        }
    }
    wrong.refuse()?;
    let (email, language) = match &wanted.who {
        Who::Named(details) => (details.email.clone(), details.language),
        Who::Known(_) => (None, Language::default()),
    };
    Ok(Ticks { purposes, email, language, clinic: catalog.clinic.name.clone(), origin: "api" })
}

async fn book_visit(app: &Arc<App>, now: DateTime<Utc>, wanted: VisitRequest, ticks: Ticks) -> Answer {
    let (shared, asked) = (Arc::clone(app), wanted.clone());
    let written = app.db.write(now, move |tx| {
        let booked = visits::book(tx, &shared.shop, &asked)?;
        booking::ask_consents(tx, &shared.keys, booked, &ticks)?;
        Ok::<_, Bad<VisitRefused>>(booked)
    });
    match written.await {
        Ok(booked) => created(app, booked).await,
        Err(Bad::Refused(why)) => Err(refused::visit(app, &wanted.wish, wanted.hold.is_some(), why).await),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn wanted(app: &App, catalog: &Catalog, body: &BookingBody) -> Result<BookingRequest, ApiError> {
    let mut wrong = Wrong::default();
    let fields = WishFields {
        service: body.service.as_deref(),
        start: body.start.as_deref(),
        provider: body.provider.as_deref(),
        location: body.location.as_deref(),
        party: body.party,
    };
    let wish = wish::read(&fields, catalog, &mut wrong);
    if body.extras.as_ref().is_some_and(|extras| !extras.is_empty()) {
        wrong.add("/extras", "unknown_extra", "the clinic offers no extras");
    }
    let hold = body.hold.as_deref().and_then(|text| {
        let held = hold::named(&app.keys, text);
        if held.is_none() {
            wrong.add("/hold", "unknown_hold", "no hold of ours is named so");
        }
        held
    });
    let source = wrong.line("/source", body.source.as_deref(), SOURCE_CHARACTERS_MAX);
    let note = wrong.text("/note", body.note.as_deref(), NOTE_CHARACTERS_MAX).unwrap_or_default();
    let client = wrong.required("/client", body.client.as_ref().map(|client| &client.0));
    let details = client.and_then(|client| client_details(client, catalog, source.clone(), &mut wrong));
    wrong.refuse()?;
    let (Some(wish), Some(details)) = (wish, details) else {
        return Err(Problem::Nonsense.into());
    };
    Ok(BookingRequest {
        wish,
        language: details.language.tag().to_owned(),
        who: Who::Named(details),
        hold,
        note,
        source,
        overriding: None,
        once: None,
    })
}

/// Who comes, or what is wrong with it. For every call that names somebody.
pub(crate) fn client_details(
    client: &ClientBody,
    catalog: &Catalog,
    source: Option<String>,
    wrong: &mut Wrong,
) -> Option<ClientDetails> {
    let first_name = contact(wrong, "/client/first_name", client.first_name.as_deref(), PersonName::parse);
    let last_name = contact(wrong, "/client/last_name", client.last_name.as_deref(), PersonName::parse);
    let given = |text: &Option<String>| text.as_deref().map(str::trim).is_some_and(|text| !text.is_empty());
    let (has_email, has_phone) = (given(&client.email), given(&client.phone));
    let email =
        if has_email { contact(wrong, "/client/email", client.email.as_deref(), EmailAddress::parse) } else { None };
    let phone =
        if has_phone { contact(wrong, "/client/phone", client.phone.as_deref(), PhoneNumber::parse) } else { None };
    if !has_email && !has_phone {
        wrong.add("/client/email", "contact_needed", "an e-mail address or a phone number is needed");
    }
    let language = language(client.language.as_deref(), catalog, wrong);
    let zone = match client.zone.as_deref() {
        None => None,
        Some(text) => match time::zone_named(text) {
            Ok(zone) => Some(zone),
            Err(error) => {
                wrong.add("/client/zone", "unknown_zone", error.to_string());
                None
            }
        },
    };
    Some(ClientDetails { first_name: first_name?, last_name: last_name?, email, phone, language, zone, source })
}

fn contact<T>(
    wrong: &mut Wrong,
    pointer: &'static str,
    text: Option<&str>,
    parse: fn(&str) -> Result<T, WrongContact>,
) -> Option<T> {
    let text = wrong.required(pointer, text)?;
    match parse(text) {
        Ok(value) => Some(value),
        Err(error) => {
            wrong.add(pointer, contact_code(error), error.to_string());
            None
        }
    }
}

const fn contact_code(wrong: WrongContact) -> &'static str {
    match wrong {
        WrongContact::Missing => "required",
        WrongContact::TooLong => "too_long",
        WrongContact::Unprintable => "unprintable",
        WrongContact::LooksLikeLink => "looks_like_link",
        WrongContact::NotAnEmail => "not_an_email",
        WrongContact::NotAPhone => "not_a_phone",
    }
}

fn language(tag: Option<&str>, catalog: &Catalog, wrong: &mut Wrong) -> Language {
    let own = Language::parse(&catalog.clinic.language).unwrap_or_default();
    let Some(tag) = tag else {
        return own;
    };
    let shaped = (2..=LANGUAGE_CHARACTERS_MAX).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !shaped {
        wrong.add("/client/language", "not_a_language", "must be a language tag, as en or de-AT");
    }
    Language::parse(tag).unwrap_or(own)
}

async fn created(app: &Arc<App>, booked: Booked) -> Answer {
    failpoint::reach(Point::BookAfterCommit);
    if booked.fresh {
        app.metrics.booked(Door::Api);
        app.bell.notify_one();
    }
    let found = facts_of(app, booked.booking).await?;
    let facts = found.ok_or_else(|| Fault::other("a booking that was just made is not there"))?;
    let token = app.keys.capability(Purpose::Manage, facts.id, facts.link_generation);
    let mut shape = shape(&facts);
    shape.manage_url = Some(app.link(&format!("/m/{token}")));
    shape.manage_token = Some(token);
    let place = format!("/api/v1/bookings/{}", facts.id);
    let mut answer = answer(StatusCode::CREATED, &facts, &shape)?;
    if let Ok(place) = header::HeaderValue::try_from(place) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

pub(super) fn answer(status: StatusCode, facts: &BookingFacts, shape: &BookingShape) -> Answer {
    Ok(HttpResponse::build(status)
        .insert_header((header::ETAG, format!("\"{}\"", facts.row_version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(api::to_text(shape)?))
}

pub(super) async fn facts_of(app: &Arc<App>, id: BookingId) -> Result<Option<BookingFacts>, Fault> {
    app.db.read(move |conn| facts::booking(conn, id)).await
}

pub(super) fn shape(facts: &BookingFacts) -> BookingShape {
    let written = |instant| time::rfc3339(instant, facts.zone);
    let cancellable_until = match facts.status {
        BookingStatus::Requested => Some(facts.starts_at),
        BookingStatus::Booked => Some(policy::cancel_deadline(facts.starts_at, facts.cancel_notice_minutes)),
        _ => None,
    };
    let moves_left = facts.moves_max.saturating_sub(facts.moves);
    let movable_until = match facts.status {
        _ if moves_left == 0 => None,
        BookingStatus::Requested => Some(facts.starts_at),
        BookingStatus::Booked => Some(policy::move_deadline(facts.starts_at, facts.move_notice_minutes)),
        _ => None,
    };
    BookingShape {
        id: facts.id.to_string(),
        reference: facts.reference.clone(),
        status: facts.status.as_str(),
        start: written(facts.starts_at),
        end: written(facts.visit_ends_at()),
        zone: facts.zone.name(),
        service: facts.service.to_string(),
        service_name: facts.service_name.clone(),
        provider: facts.provider.to_string(),
        provider_name: facts.provider_name.clone(),
        location: facts.location.to_string(),
        location_name: facts.location_name.clone(),
        party: facts.party,
        price: facts.visit_price().into(),
        visit: facts.parts.iter().map(visit_part).collect(),
        client: ClientShape {
            first_name: facts.client_first_name.clone(),
            last_name: facts.client_last_name.clone(),
            language: facts.language.clone(),
        },
        source: facts.source.clone(),
        note: facts.note.clone(),
        cancellable_until: cancellable_until.map(written),
        movable_until: movable_until.map(written),
        moves_left,
        cancel_policy: facts.cancel_policy.clone(),
        created_at: written(facts.created_at),
        ended_at: facts.ended_at.map(written),
        ended_reason: facts.ended_reason.clone(),
        ended_reason_code: facts.ended_reason_code.clone(),
        row_version: facts.row_version,
        manage_token: None,
        manage_url: None,
    }
}

fn visit_part(part: &BookingFacts) -> VisitPartShape {
    let written = |instant| time::rfc3339(instant, part.zone);
    VisitPartShape {
        service: part.service.to_string(),
        service_name: part.service_name.clone(),
        provider: part.provider.to_string(),
        provider_name: part.provider_name.clone(),
        start: written(part.starts_at),
        end: written(part.ends_at),
        price: part.price.into(),
        status: part.status.as_str(),
    }
}

/// Reads a booking.
#[utoipa::path(
    get,
    path = "/api/v1/bookings/{id}",
    tag = "bookings",
    params(("id" = String, Path, description = "The `id` of the booking")),
    security(("manage_token" = []), ("staff_token" = [])),
    responses(
        (status = 200, description = "The booking", body = BookingShape,
            headers(("ETag" = String, description = "Its version"))),
        (status = 401, description = "`token_needed`: no bearer token", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: unknown, or the token opens another booking",
            body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn read(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let (facts, _) = opened(&app, &request, &path.into_inner()).await?;
    answer(StatusCode::OK, &facts, &shape(&facts))
}

/// Cancels a booking.
#[utoipa::path(
    post,
    path = "/api/v1/bookings/{id}/cancel",
    tag = "bookings",
    params(
        ("id" = String, Path, description = "The `id` of the booking"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `ETag` or `row_version`")
    ),
    request_body(content = Option<CancelBody>, description = "May be left out"),
    security(("manage_token" = []), ("staff_token" = [])),
    responses(
        (status = 200, description = "The booking, cancelled", body = BookingShape,
            headers(("ETag" = String, description = "Its version"))),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: unknown, or the token opens another booking",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`wrong_status` with `booking_status`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 412, description = "`changed`: not the version of `If-Match` any more", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`too_late` with `deadline` and `phone`, `already_started`, `unknown_reason`, `invalid`",
            body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn cancel(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: MaybeJsonBody<CancelBody>,
) -> Answer {
    let (facts, actor) = opened(&app, &request, &path.into_inner()).await?;
    let mut wrong = Wrong::default();
    let reason = wrong.text("/reason", body.0.reason.as_deref(), REASON_CHARACTERS_MAX);
    let reason_code = wrong.line("/reason_code", body.0.reason_code.as_deref(), REASON_CODE_CHARACTERS_MAX);
    wrong.refuse()?;
    let expected_version = if_match(&request);
    let asked = Cancellation { booking: facts.id, actor, reason_code, reason, expected_version };
    let shared = Arc::clone(&app);
    let done = app.db.write(app.clock.now(), move |tx| cancel::cancel(tx, &shared.shop, &asked)).await;
    match done {
        Ok(()) => {}
        Err(Bad::Refused(why)) => {
            let catalog = app.catalog().await?;
            return Err(refused::change(&catalog, &facts, expected_version.is_some(), &why));
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    }
    app.bell.notify_one();
    let after = facts_of(&app, facts.id).await?.ok_or(Problem::NotFound)?;
    answer(StatusCode::OK, &after, &shape(&after))
}

/// The booking the token opens, and who asks: its client by the manage token, or staff by a program's. Unknown and not
/// yours look the same from outside.
pub(super) async fn opened(app: &Arc<App>, request: &HttpRequest, id: &str) -> Result<(BookingFacts, Actor), ApiError> {
    if let Some(program) = program_if_any(app, request, Scope::Staff).await? {
        let id: BookingId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
        let facts = facts_of(app, id).await?.ok_or(Problem::NotFound)?;
        return Ok((facts, Actor::Staff(program.made_by)));
    }
    let token = bearer(request)?;
    let id: BookingId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let facts = facts_of(app, id).await?.ok_or(Problem::NotFound)?;
    if app.keys.opens(&token, Purpose::Manage, facts.id, facts.link_generation) {
        Ok((facts, Actor::Client))
    } else {
        Err(Problem::NotFound.into())
    }
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(request: &HttpRequest) -> Result<String, Refusal> {
    match bearer_of(request) {
        Some(token) => Ok(token),
        None => {
            let detail = "send the booking's manage token as Authorization: Bearer TOKEN";
            let field = refusal::in_header("Authorization", "token_needed", detail);
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "token_needed", detail).about(field))
        }
    }
}

/// The version of `If-Match`; one that is no version of ours matches nothing.
pub(crate) fn if_match(request: &HttpRequest) -> Option<i64> {
    let value = request.headers().get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    if value == "*" {
        return None;
    }
    let version = value.trim_start_matches("W/").trim_matches('"');
    Some(version.parse().unwrap_or(-1))
}
