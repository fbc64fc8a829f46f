//! What was told, is about to be, or was not, and why.

use actix_web::HttpRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::range::{Range, RangeQuery};
use crate::domain::time;
use crate::messaging::{self, LogFilter, LogLine, LogShow};
use crate::programs::api::StaffProgram;
use crate::web::api::list::{self, List};
use crate::web::api::refusal::ProblemDocument;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;

/// More than a quarter of a year of a large clinic has.
const MESSAGES_MAX: i64 = 100_000;

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageShape {
    /// Identifier.
    id: String,
    /// What it says, such as `confirmation` or `reminder`.
    kind: &'static str,
    /// `mail`, `sms` or `webhook`.
    channel: &'static str,
    /// Where it stands, such as `pending`, `sent`, `skipped` or `dead`.
    state: &'static str,
    /// Why, in one word, where it was not sent.
    reason: Option<String>,
    /// When it is, or was, to leave.
    #[schema(value_type = String, format = DateTime)]
    due_at: String,
    /// When it left.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<String>,
    /// Whether it came back.
    bounced: bool,
    /// Identifier of the client it is to or about.
    client: Option<String>,
    /// Identifier of the booking it is about.
    booking: Option<String>,
}

/// Messages of some days, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/messages",
    operation_id = "list_messages",
    tag = "desk",
    params(RangeQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "By the moment they are due, the last first, of all locations",
            body = List<MessageShape>),
        (status = 422, description = "`invalid` with `errors` by parameter", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn list(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let Range { span: (from, until), wanted, .. } = Range::read(&catalog, &request)?;
    let filter = LogFilter { from: Some(from), until: Some(until), ..LogFilter::default() };
    let lines =
        app.db.read(move |conn| messaging::message_log(conn, LogShow::All, &filter, None, MESSAGES_MAX)).await?;
    api::json(&list::page(&lines, &wanted, |line| line.line.id.to_string(), shape)?)
}

fn shape(line: &LogLine) -> MessageShape {
    let instant = |at| time::rfc3339(at, chrono_tz::UTC);
    MessageShape {
        id: line.line.id.to_string(),
        kind: line.line.kind.as_str(),
        channel: line.channel.as_str(),
        state: line.line.state.as_str(),
        reason: line.line.reason.clone(),
        due_at: instant(line.line.due_at),
        sent_at: line.line.sent_at.map(instant),
        bounced: line.is_bounced,
        client: line.to.client.map(|id| id.to_string()),
        booking: line.booking.as_ref().map(|(id, _)| id.to_string()),
    }
}
