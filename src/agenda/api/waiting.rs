//! Who waits for a time.

use actix_web::HttpRequest;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::time;
use crate::programs::api::StaffProgram;
use crate::waitlist::{self, Filter, Listed};
use crate::web::api::list::{self, List};
use crate::web::api::query::Asked;
use crate::web::api::refusal::ProblemDocument;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;

/// More wait nowhere.
const ENTRIES_MAX: i64 = 20_000;

/// Whom.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct WaitingQuery {
    /// Only for this service: identifier or slug.
    #[param(value_type = Option<String>)]
    service: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

/// Somebody who waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingEntry)]
pub(crate) struct WaitingShape {
    /// Identifier.
    id: String,
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
    /// Identifier of the service.
    service: String,
    /// `waiting` or `parked`.
    status: &'static str,
    /// The first day that suits.
    #[schema(value_type = String, format = Date)]
    first_day: String,
    /// The last day that suits.
    #[schema(value_type = String, format = Date)]
    last_day: String,
    /// Whether to call when something opens today.
    short_notice: bool,
    /// Whether a place is kept at the moment.
    offered: bool,
    /// What the client wrote.
    note: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
}

/// Everybody on the waitlist, by service and turn.
#[utoipa::path(
    get,
    path = "/api/v1/waitlist",
    operation_id = "list_waitlist",
    tag = "desk",
    params(WaitingQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "By service, in the order of the list", body = List<WaitingShape>),
        (status = 422, description = "`invalid` with `errors` by parameter", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn list(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let mut asked = Asked::read(request.query_string(), &["service", "limit", "cursor"]);
    let named = asked.text("service").map(str::to_owned);
    let service = named.as_deref().and_then(|text| catalog.service_named(text)).map(|service| service.id);
    if named.is_some() && service.is_none() {
        asked.wrong("service", "unknown_service", "no service has this identifier or slug");
    }
    let wanted = list::wanted(&mut asked);
    asked.refuse()?;
    let filter = Filter { service, client: None };
    let entries = app.db.read(move |conn| waitlist::listed(conn, filter, ENTRIES_MAX)).await?;
    api::json(&list::page(&entries, &wanted, |listed| listed.entry.id.to_string(), shape)?)
}

fn shape(listed: &Listed) -> WaitingShape {
    let entry = &listed.entry;
    WaitingShape {
        id: entry.id.to_string(),
        client: entry.client.to_string(),
        first_name: entry.first_name.clone(),
        last_name: entry.last_name.clone(),
        email: entry.email.clone(),
        phone: entry.phone.clone(),
        service: entry.service.to_string(),
        status: entry.status.as_str(),
        first_day: entry.wish.first_day.to_string(),
        last_day: entry.wish.last_day.to_string(),
        short_notice: entry.short_notice,
        offered: listed.offer.is_some(),
        note: entry.note.clone(),
        created_at: time::rfc3339(entry.created_at, chrono_tz::UTC),
    }
}
