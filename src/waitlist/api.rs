//! The waitlist for other programs: joining it, reading an entry with what is kept for it, answering, leaving.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AnswerRefused, Entry, JoinRefused, JoinRequest, NOTE_CHARACTERS_MAX, OPEN_ENTRIES_MAX, Offer};
use crate::app::App;
use crate::booking::api::bookings::{ClientBody, bearer, client_details};
use crate::booking::api::refused::{NO_SUCH_SERVICE, NOT_BY_THEM, NOT_HERE, key_reused, wrong_party};
use crate::booking::api::wish::once_key;
use crate::booking::book::Who;
use crate::booking::facts;
use crate::catalog::Catalog;
use crate::db::{Bad, Fault};
use crate::domain::booking::Actor;
use crate::domain::ids::{OfferId, WaitlistEntryId};
use crate::domain::time;
use crate::domain::waitlist::{DAY_MINUTES, OfferStatus, WEEK, Weekdays, Wish, WrongWish, clock_of};
use crate::keys::Purpose;
use crate::web::api::body::Object;
use crate::web::api::query::clamped_party;
use crate::web::api::refusal::{self, ApiError, ProblemDocument};
use crate::web::api::{self, Answer, JsonBody, Refusal, Wrong};
use crate::web::edge::AppData;
use crate::web::metrics::Door;
use crate::web::problem::Problem;

const SOURCE_CHARACTERS_MAX: usize = 60;

/// Somebody wants to wait.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWaitlistEntry)]
pub struct EntryBody {
    /// Identifier or slug.
    #[schema(value_type = String, required = true, examples("check-up"))]
    service: Option<String>,
    /// Identifier or slug; anyone when it is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Identifier or slug; anywhere when it is left out.
    #[schema(nullable = false)]
    location: Option<String>,
    /// How many people come.
    #[schema(minimum = 1, default = 1, nullable = false)]
    party: Option<i64>,
    /// The first day that suits, on the calendar of the location.
    #[schema(value_type = String, format = Date, required = true)]
    first_day: Option<String>,
    /// The last day that suits; it is cut to the last one that can be booked.
    #[schema(value_type = String, format = Date, required = true)]
    last_day: Option<String>,
    /// Days of the week that suit; all when it is left out.
    #[schema(value_type = Option<Vec<Weekday>>, nullable = false)]
    weekdays: Option<Vec<String>>,
    /// The first wall time at which it may begin.
    #[schema(examples("09:00"), nullable = false)]
    from: Option<String>,
    /// The wall time from which on it may no longer begin.
    #[schema(examples("12:00"), nullable = false)]
    until: Option<String>,
    /// Whether to call when something opens today; needs a phone number.
    #[schema(nullable = false)]
    short_notice: Option<bool>,
    /// Who waits.
    #[schema(value_type = ClientBody, required = true)]
    client: Option<Object<ClientBody>>,
    /// Where the client came from.
    #[schema(max_length = 60, nullable = false)]
    source: Option<String>,
    /// What the client wants the clinic to know.
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

/// Days of the week.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words for the document")]
pub(crate) enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// How an entry stands.
#[derive(Debug, ToSchema)]
#[schema(as = WaitlistStatus, rename_all = "snake_case")]
#[expect(dead_code, reason = "the words for the document")]
pub(crate) enum StatusWord {
    Waiting,
    Booked,
    Withdrawn,
    Expired,
    Parked,
}

/// Somebody who waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitlistEntry)]
pub(crate) struct EntryShape {
    /// Identifier.
    id: String,
    /// How it stands. A parked entry left several offers unanswered.
    #[schema(value_type = StatusWord)]
    status: &'static str,
    /// Identifier of the service.
    service: String,
    /// Identifier of the provider; anyone when null.
    provider: Option<String>,
    /// Identifier of the location; anywhere when null.
    location: Option<String>,
    /// How many people come.
    party: u16,
    /// The first day that suits.
    #[schema(value_type = String, format = Date)]
    first_day: String,
    /// The last day that suits.
    #[schema(value_type = String, format = Date)]
    last_day: String,
    /// Days of the week that suit.
    #[schema(value_type = Vec<Weekday>)]
    weekdays: Vec<&'static str>,
    /// The first wall time at which it may begin.
    #[schema(examples("09:00"))]
    from: String,
    /// The wall time from which on it may no longer begin; `24:00` is the end of the day.
    #[schema(examples("24:00"))]
    until: String,
    /// Whether to call when something opens today.
    short_notice: bool,
    /// Since when it waits.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// When it left the list.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<String>,
    /// The place that is kept for it at this moment.
    offer: Option<OfferShape>,
    /// Identifier of the booking it became.
    booking: Option<String>,
    /// Opens this entry and no other: the bearer token of the calls below. Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    token: Option<String>,
    /// The page where the client sees it, answers offers and leaves the list. Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url: Option<String>,
    /// Opens the booking. Only in the answer that accepted the offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    manage_token: Option<String>,
}

/// A place that is kept until somebody answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitlistOffer)]
pub(crate) struct OfferShape {
    /// Identifier.
    id: String,
    /// When it begins, on the clocks of its location.
    #[schema(value_type = String, format = DateTime)]
    start: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    end: String,
    /// Identifier of the provider.
    provider: String,
    /// Identifier of the location.
    location: String,
    /// Until when it is kept.
    #[schema(value_type = String, format = DateTime)]
    expires_at: String,
}

/// Puts somebody on the waitlist.
///
/// When a place opens that suits, it is kept for one entry at a time and offered by mail; the longest waiting come
/// first.
#[utoipa::path(
    post,
    path = "/api/v1/waitlist",
    tag = "waitlist",
    operation_id = "join_waitlist",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sending it again with the same body answers \
        with the same entry; with another body it is refused", max_length = 255)),
    request_body = EntryBody,
    responses(
        (status = 201, description = "Waiting", body = EntryShape, headers(
            ("Location" = String, description = "Where the entry is read"))),
        (status = 400, description = "`broken_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`already_waiting`, `too_many_entries`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 415, description = "`not_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by field, `unknown_service`, `unknown_provider`, \
            `unknown_location`, `no_waitlist`, `party_too_small`, `party_too_large`, `days_reversed`, `past`, `too_far` \
            with `latest_day`, `no_such_weekday`, `times_reversed`, `phone_needed`, `idempotency_key_reused`",
            body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn join(app: AppData, request: HttpRequest, body: JsonBody<EntryBody>) -> Answer {
    let catalog = api::catalog(&app).await?;
    let once = once_key(&request, "api waitlist".to_owned(), &body.hash)?;
    let wanted = JoinRequest { once, ..wanted(&catalog, &body.value)? };
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| super::join(tx, &shared.shop, &wanted)).await {
        Ok(joined) => {
            app.bell.notify_one();
            let entry = entry_of(&app, joined.entry).await?.ok_or_else(|| Fault::other("an entry is not there"))?;
            let token = app.keys.capability(Purpose::Waitlist, entry.0.id, entry.0.link_generation);
            let mut shape = shape(&catalog, &entry);
            shape.url = Some(app.link(&format!("/w/{token}")));
            shape.token = Some(token);
            let mut answer = answer(StatusCode::CREATED, &shape)?;
            let place = format!("/api/v1/waitlist/{}", joined.entry);
            if let Ok(place) = header::HeaderValue::try_from(place) {
                answer.headers_mut().insert(header::LOCATION, place);
            }
            Ok(answer)
        }
        Err(Bad::Refused(why)) => Err(join_refused(&why).into()),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn wanted(catalog: &Catalog, body: &EntryBody) -> Result<JoinRequest, ApiError> {
    let mut wrong = Wrong::default();
    let service = wrong.required("/service", body.service.as_deref()).and_then(|text| {
        let found = catalog.service_named(text).filter(|service| service.online).map(|service| service.id);
        known(&mut wrong, "/service", ("unknown_service", NO_SUCH_SERVICE), found)
    });
    let provider = body.provider.as_deref().and_then(|text| {
        let found = catalog.provider_named(text).map(|provider| provider.id);
        known(&mut wrong, "/provider", ("unknown_provider", NOT_BY_THEM), found)
    });
    let location = body.location.as_deref().and_then(|text| {
        let found = catalog.location_named(text).map(|place| place.id);
        known(&mut wrong, "/location", ("unknown_location", NOT_HERE), found)
    });
    let first_day = day(&mut wrong, "/first_day", body.first_day.as_deref());
    let last_day = day(&mut wrong, "/last_day", body.last_day.as_deref());
    let weekdays = weekdays(&mut wrong, body.weekdays.as_deref());
    let from_minute = minute(&mut wrong, "/from", body.from.as_deref(), 0);
    let until_minute = minute(&mut wrong, "/until", body.until.as_deref(), DAY_MINUTES);
    let source = wrong.line("/source", body.source.as_deref(), SOURCE_CHARACTERS_MAX);
    let note = wrong.text("/note", body.note.as_deref(), NOTE_CHARACTERS_MAX).unwrap_or_default();
    let client = wrong.required("/client", body.client.as_ref().map(|client| &client.0));
    let details = client.and_then(|client| client_details(client, catalog, source.clone(), &mut wrong));
    wrong.refuse()?;
    let read = || {
        let details = details?;
        Some(JoinRequest {
            service: service?,
            wish: Wish {
                provider,
                location,
                party: clamped_party(body.party.unwrap_or(1)),
                first_day: first_day?,
                last_day: last_day?,
                weekdays: weekdays?,
                from_minute: from_minute?,
                until_minute: until_minute?,
            },
            short_notice: body.short_notice.unwrap_or(false),
            language: Some(details.language.tag().to_owned()),
            who: Who::Named(details),
            note,
            source,
            actor: Actor::Client,
            once: None,
        })
    };
    read().ok_or_else(|| Problem::Nonsense.into())
}

fn known<T>(
    wrong: &mut Wrong,
    pointer: &'static str,
    (code, detail): (&'static str, &'static str),
    found: Option<T>,
) -> Option<T> {
    if found.is_none() {
        wrong.add(pointer, code, detail);
    }
    found
}

fn day(wrong: &mut Wrong, pointer: &'static str, text: Option<&str>) -> Option<NaiveDate> {
    let text = wrong.required(pointer, text)?;
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    if day.is_none() {
        wrong.add(pointer, "not_a_date", "must be a date as 2026-12-01");
    }
    day
}

const fn word(day: chrono::Weekday) -> &'static str {
    match day {
        chrono::Weekday::Mon => "monday",
        chrono::Weekday::Tue => "tuesday",
        chrono::Weekday::Wed => "wednesday",
        chrono::Weekday::Thu => "thursday",
        chrono::Weekday::Fri => "friday",
        chrono::Weekday::Sat => "saturday",
        chrono::Weekday::Sun => "sunday",
    }
}

fn weekdays(wrong: &mut Wrong, words: Option<&[String]>) -> Option<Weekdays> {
    let Some(words) = words else {
        return Some(Weekdays::ALL);
    };
    let days = words.iter().map(|text| WEEK.into_iter().find(|day| word(*day) == text));
    let days: Option<Vec<chrono::Weekday>> = days.collect();
    let found = days.and_then(Weekdays::of);
    if found.is_none() {
        wrong.add("/weekdays", "not_weekdays", "must name at least one of monday to sunday");
    }
    found
}

fn minute(wrong: &mut Wrong, pointer: &'static str, text: Option<&str>, usual: u32) -> Option<u32> {
    let Some(text) = text else {
        return Some(usual);
    };
    if text == "24:00" {
        return Some(DAY_MINUTES);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
    if time.is_none() {
        wrong.add(pointer, "not_a_time", "must be a wall time as 09:00");
    }
    time.map(|time| time.hour() * 60 + time.minute())
}

fn at(pointer: &'static str, code: &'static str, detail: &'static str) -> Refusal {
    Refusal::unprocessable(code, detail).about(refusal::at_pointer(pointer, code, detail))
}

fn join_refused(why: &JoinRefused) -> Refusal {
    match why {
        JoinRefused::UnknownService => at("/service", "unknown_service", NO_SUCH_SERVICE),
        JoinRefused::NoWaitlist => at("/service", "no_waitlist", "nobody waits for this service"),
        JoinRefused::UnknownLocation => at("/location", "unknown_location", NOT_HERE),
        JoinRefused::UnknownProvider => at("/provider", "unknown_provider", NOT_BY_THEM),
        JoinRefused::WrongParty(wrong) => wrong_party(*wrong),
        JoinRefused::WrongWish(wrong) => match *wrong {
            WrongWish::DaysReversed => at("/last_day", "days_reversed", "the last day is before the first"),
            WrongWish::Past => at("/last_day", "past", "these days have passed"),
            WrongWish::TooFar { latest_day } => {
                let detail = "not open for booking yet";
                at("/first_day", "too_far", detail).with("latest_day", latest_day.to_string())
            }
            WrongWish::NoSuchWeekday => at("/weekdays", "no_such_weekday", "none of these days is one of the weekdays"),
            WrongWish::TimesReversed => at("/until", "times_reversed", "the time of day ends before it begins"),
        },
        JoinRefused::PhoneNeeded => {
            at("/client/phone", "phone_needed", "whoever wants to be called needs a phone number")
        }
        JoinRefused::UnknownClient => at("/client", "unknown_client", "no such client"),
        JoinRefused::AlreadyWaiting => {
            Refusal::conflict("already_waiting", "this client waits for the very same already")
        }
        JoinRefused::TooMany => {
            let detail = format!("one client waits for at most {OPEN_ENTRIES_MAX} things");
            Refusal::conflict("too_many_entries", detail)
        }
        JoinRefused::KeyReused => key_reused(),
    }
}

type WithOffer = (Entry, Option<Offer>);

async fn entry_of(app: &Arc<App>, id: WaitlistEntryId) -> Result<Option<WithOffer>, Fault> {
    let now = app.clock.now();
    app.db
        .read(move |conn| {
            let Some(entry) = super::entry(conn, id)? else {
                return Ok(None);
            };
            let offer = super::open_offer_of(conn, id)?;
            let open = |offer: &Offer| offer.status.at(now, offer.expires_at) == OfferStatus::Open;
            Ok(Some((entry, offer.filter(open))))
        })
        .await
}

/// The entry the token opens. Unknown and not yours look the same from outside.
async fn opened(app: &Arc<App>, request: &HttpRequest, id: &str) -> Result<WithOffer, ApiError> {
    let token = bearer(request)?;
    let id: WaitlistEntryId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let found = entry_of(app, id).await?.ok_or(Problem::NotFound)?;
    if app.keys.opens(&token, Purpose::Waitlist, id, found.0.link_generation) {
        Ok(found)
    } else {
        Err(Problem::NotFound.into())
    }
}

fn answer(status: StatusCode, shape: &EntryShape) -> Answer {
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(api::to_text(shape)?))
}

fn shape(catalog: &Catalog, (entry, offer): &WithOffer) -> EntryShape {
    let wish = &entry.wish;
    let clock = |minute: u32| {
        if minute == DAY_MINUTES { "24:00".to_owned() } else { clock_of(minute).format("%H:%M").to_string() }
    };
    EntryShape {
        id: entry.id.to_string(),
        status: entry.status.as_str(),
        service: entry.service.to_string(),
        provider: wish.provider.map(|id| id.to_string()),
        location: wish.location.map(|id| id.to_string()),
        party: wish.party,
        first_day: wish.first_day.to_string(),
        last_day: wish.last_day.to_string(),
        weekdays: wish.weekdays.days().map(word).collect(),
        from: clock(wish.from_minute),
        until: clock(wish.until_minute),
        short_notice: entry.short_notice,
        created_at: time::rfc3339(entry.created_at, Tz::UTC),
        ended_at: entry.ended_at.map(|at| time::rfc3339(at, Tz::UTC)),
        offer: offer.as_ref().map(|offer| offer_shape(catalog, offer)),
        booking: entry.booking.map(|id| id.to_string()),
        token: None,
        url: None,
        manage_token: None,
    }
}

fn offer_shape(catalog: &Catalog, offer: &Offer) -> OfferShape {
    let zone = catalog.location(offer.location).map_or(Tz::UTC, |place| place.zone);
    let written = |instant| time::rfc3339(instant, zone);
    OfferShape {
        id: offer.id.to_string(),
        start: written(offer.starts_at),
        end: written(offer.ends_at),
        provider: offer.provider.to_string(),
        location: offer.location.to_string(),
        expires_at: written(offer.expires_at),
    }
}

/// Reads an entry, with what is kept for it.
#[utoipa::path(
    get,
    path = "/api/v1/waitlist/{id}",
    tag = "waitlist",
    operation_id = "read_waitlist_entry",
    params(("id" = String, Path, description = "The `id` of the entry")),
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "The entry", body = EntryShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: unknown, or the token opens another entry", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn read(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let found = opened(&app, &request, &path).await?;
    let catalog = api::catalog(&app).await?;
    answer(StatusCode::OK, &shape(&catalog, &found))
}

/// Takes an entry off the list. One that left it already is left as it is.
#[utoipa::path(
    post,
    path = "/api/v1/waitlist/{id}/withdraw",
    tag = "waitlist",
    operation_id = "withdraw_waitlist_entry",
    params(("id" = String, Path, description = "The `id` of the entry")),
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "The entry as it stands now", body = EntryShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn withdraw(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let (entry, _) = opened(&app, &request, &path).await?;
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| super::withdraw(tx, &shared.shop, entry.id)).await {
        Ok(_) => {}
        Err(Bad::Refused(_)) => return Err(Problem::NotFound.into()),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    }
    let catalog = api::catalog(&app).await?;
    let after = entry_of(&app, entry.id).await?.ok_or(Problem::NotFound)?;
    answer(StatusCode::OK, &shape(&catalog, &after))
}

/// Takes the place that is kept: it is booked. Accepting twice answers with the same booking.
#[utoipa::path(
    post,
    path = "/api/v1/waitlist/{id}/offers/{offer}/accept",
    tag = "waitlist",
    operation_id = "accept_waitlist_offer",
    params(
        ("id" = String, Path, description = "The `id` of the entry"),
        ("offer" = String, Path, description = "The `id` of the offer")
    ),
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "Booked: `booking` names it, `manage_token` opens it", body = EntryShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`offer_ended` with `offer_status`, `slot_taken`", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn accept(app: AppData, request: HttpRequest, path: web::Path<(String, String)>) -> Answer {
    let (id, offer) = path.into_inner();
    let (entry, _) = opened(&app, &request, &id).await?;
    let offer: OfferId = offer.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let shared = Arc::clone(&app);
    let accepted = app
        .db
        .write(app.clock.now(), move |tx| super::accept(tx, &shared.shop, (entry.id, offer), Actor::Client))
        .await
        .map_err(answer_refused)?;
    if accepted.fresh {
        app.metrics.booked(Door::Api);
    }
    app.bell.notify_one();
    let catalog = api::catalog(&app).await?;
    let after = entry_of(&app, entry.id).await?.ok_or(Problem::NotFound)?;
    let booking = app.db.read(move |conn| facts::booking(conn, accepted.booking)).await?;
    let mut shape = shape(&catalog, &after);
    shape.manage_token =
        booking.map(|booking| app.keys.capability(Purpose::Manage, booking.id, booking.link_generation));
    answer(StatusCode::OK, &shape)
}

/// Lets the place go to the next one. The entry goes on waiting.
#[utoipa::path(
    post,
    path = "/api/v1/waitlist/{id}/offers/{offer}/decline",
    tag = "waitlist",
    operation_id = "decline_waitlist_offer",
    params(
        ("id" = String, Path, description = "The `id` of the entry"),
        ("offer" = String, Path, description = "The `id` of the offer")
    ),
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "Declined", body = EntryShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`offer_ended` with `offer_status`", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn decline(app: AppData, request: HttpRequest, path: web::Path<(String, String)>) -> Answer {
    let (id, offer) = path.into_inner();
    let (entry, _) = opened(&app, &request, &id).await?;
    let offer: OfferId = offer.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let shared = Arc::clone(&app);
    app.db
        .write(app.clock.now(), move |tx| super::decline(tx, &shared.shop, (entry.id, offer)))
        .await
        .map_err(answer_refused)?;
    let catalog = api::catalog(&app).await?;
    let after = entry_of(&app, entry.id).await?.ok_or(Problem::NotFound)?;
    answer(StatusCode::OK, &shape(&catalog, &after))
}

fn answer_refused(bad: Bad<AnswerRefused>) -> ApiError {
    match bad {
        Bad::Refused(AnswerRefused::Unknown) => Problem::NotFound.into(),
        Bad::Refused(AnswerRefused::Ended(status)) => {
            let refusal = Refusal::conflict("offer_ended", "this offer was answered or has ended");
            refusal.with("offer_status", status.as_str()).into()
        }
        Bad::Refused(AnswerRefused::NotBookable(_)) => {
            Refusal::conflict("slot_taken", "the place cannot be booked any more").into()
        }
        Bad::Fault(fault) => fault.into(),
    }
}
