//! What becomes of a booking on its day, and the answer to a request.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::appointments::{self, PlaceShape};
use crate::booking::api::bookings::if_match;
use crate::booking::attendance::{Attendance, attend};
use crate::booking::cancel::{ChangeRefused, REASON_CHARACTERS_MAX};
use crate::booking::undo::{self, UndoRefused};
use crate::booking::{answer, confirm, facts};
use crate::db::{Bad, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::BookingId;
use crate::programs::api::StaffProgram;
use crate::web::api::refusal::{ApiError, ProblemDocument, Refusal};
use crate::web::api::{self, Answer, MaybeJsonBody, Wrong};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// Why a request is declined.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Decline)]
pub struct DeclineBody {
    /// In the clinic's words; the client reads it.
    #[schema(max_length = 500, nullable = false)]
    reason: Option<String>,
}

macro_rules! deed {
    ($(#[$doc:meta])* $name:ident, $path:literal, $run:expr) => {
        $(#[$doc])*
        #[utoipa::path(
            post,
            path = $path,
            tag = "desk",
            params(
                ("id" = String, Path, description = "The `id` of the booking"),
                ("If-Match" = Option<String>, Header, description = "The version you have seen: its `row_version`")
            ),
            security(("staff_token" = [])),
            responses(
                (status = 200, description = "The booking as it is now", body = PlaceShape),
                (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
                    content_type = "application/problem+json"),
                (status = 404, description = "`not_found`", body = ProblemDocument,
                    content_type = "application/problem+json"),
                (status = 409, description = "`wrong_status` with `booking_status`", body = ProblemDocument,
                    content_type = "application/problem+json"),
                (status = 412, description = "`changed`: not the version of `If-Match` any more",
                    body = ProblemDocument, content_type = "application/problem+json")
            )
        )]
        pub async fn $name(app: AppData, program: StaffProgram, request: HttpRequest, id: web::Path<String>) -> Answer {
            change(&app, &program, &request, &id, $run).await
        }
    };
}

deed!(
    /// Approves a request.
    approve,
    "/api/v1/bookings/{id}/approve",
    |tx: &mut Tx<'_>, asked: &Asked| answer::approve(tx, asked.booking, asked.actor, asked.expected_version)
);
deed!(
    /// The client says that they come.
    confirm,
    "/api/v1/bookings/{id}/confirm",
    |tx: &mut Tx<'_>, asked: &Asked| confirm::confirm(tx, asked.booking, asked.actor, asked.expected_version)
);
deed!(
    /// The client is here.
    arrive,
    "/api/v1/bookings/{id}/arrive",
    |tx: &mut Tx<'_>, asked: &Asked| asked.attend(tx, Attendance::Arrived)
);
deed!(
    /// The treatment has begun.
    start,
    "/api/v1/bookings/{id}/start",
    |tx: &mut Tx<'_>, asked: &Asked| asked.attend(tx, Attendance::InProgress)
);
deed!(
    /// The treatment is done; the agreed price is charged.
    complete,
    "/api/v1/bookings/{id}/complete",
    |tx: &mut Tx<'_>, asked: &Asked| asked.attend(tx, Attendance::Completed)
);
deed!(
    /// Nobody came.
    no_show,
    "/api/v1/bookings/{id}/no-show",
    |tx: &mut Tx<'_>, asked: &Asked| asked.attend(tx, Attendance::NoShow)
);

/// Takes the last click of staff back, within a minute.
#[utoipa::path(
    post,
    path = "/api/v1/bookings/{id}/undo",
    tag = "desk",
    params(
        ("id" = String, Path, description = "The `id` of the booking"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `row_version`")
    ),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The booking as it is now", body = PlaceShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_undo`, `too_late`, `slot_taken`, `receipt_issued`",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`changed`: not the version of `If-Match` any more", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn undo(app: AppData, program: StaffProgram, request: HttpRequest, id: web::Path<String>) -> Answer {
    let booking: BookingId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let (actor, expected_version, shared) = (program.actor(), if_match(&request), Arc::clone(&app));
    let undone = app.db.write(app.clock.now(), move |tx| {
        undo::undo(tx, &shared.shop, booking, actor, expected_version).map(|_status| ())
    });
    match undone.await {
        Ok(()) => app.bell.notify_one(),
        Err(Bad::Refused(why)) => return Err(not_undone(why, expected_version.is_some())),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    }
    let after = app.db.read(move |conn| facts::booking(conn, booking)).await?.ok_or(Problem::NotFound)?;
    api::json(&appointments::place(&after))
}

fn not_undone(why: UndoRefused, names_version: bool) -> ApiError {
    match why {
        UndoRefused::Unknown => refused(&ChangeRefused::Unknown, names_version),
        UndoRefused::Changed => refused(&ChangeRefused::Changed, names_version),
        UndoRefused::Nothing => Refusal::conflict("nothing_to_undo", "there is nothing to take back").into(),
        UndoRefused::TooLate => Refusal::conflict("too_late", "the time to take it back is over").into(),
        UndoRefused::Taken(_) => Refusal::conflict("slot_taken", "the place was taken meanwhile").into(),
        UndoRefused::Receipt => {
            Refusal::conflict("receipt_issued", "there is a receipt already; correct its lines instead").into()
        }
    }
}

/// Declines a request.
#[utoipa::path(
    post,
    path = "/api/v1/bookings/{id}/decline",
    tag = "desk",
    params(
        ("id" = String, Path, description = "The `id` of the booking"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `row_version`")
    ),
    request_body(content = Option<DeclineBody>, description = "May be left out"),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The booking as it is now", body = PlaceShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`wrong_status` with `booking_status`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 412, description = "`changed`: not the version of `If-Match` any more", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn decline(
    app: AppData,
    program: StaffProgram,
    request: HttpRequest,
    id: web::Path<String>,
    body: MaybeJsonBody<DeclineBody>,
) -> Answer {
    let mut wrong = Wrong::default();
    let reason = wrong.text("/reason", body.0.reason.as_deref(), REASON_CHARACTERS_MAX);
    wrong.refuse()?;
    let shared = Arc::clone(&app);
    change(&app, &program, &request, &id, move |tx, asked| {
        answer::decline(tx, &shared.shop, asked.booking, asked.actor, reason.as_deref(), asked.expected_version)
    })
    .await
}

/// Which booking, by whom, in which version.
struct Asked {
    booking: BookingId,
    actor: Actor,
    expected_version: Option<i64>,
}

impl Asked {
    fn attend(&self, tx: &mut Tx<'_>, what: Attendance) -> Result<(), Bad<ChangeRefused>> {
        attend(tx, self.booking, what, self.actor, self.expected_version)
    }
}

async fn change(
    app: &AppData,
    program: &StaffProgram,
    request: &HttpRequest,
    id: &str,
    run: impl Fn(&mut Tx<'_>, &Asked) -> Result<(), Bad<ChangeRefused>> + Send + 'static,
) -> Answer {
    let booking: BookingId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let asked = Asked { booking, actor: program.actor(), expected_version: if_match(request) };
    let names_version = asked.expected_version.is_some();
    match app.db.write(app.clock.now(), move |tx| run(tx, &asked)).await {
        Ok(()) => app.bell.notify_one(),
        Err(Bad::Refused(why)) => return Err(refused(&why, names_version)),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    }
    let after = app.db.read(move |conn| facts::booking(conn, booking)).await?.ok_or(Problem::NotFound)?;
    api::json(&appointments::place(&after))
}

fn refused(why: &ChangeRefused, names_version: bool) -> ApiError {
    match why {
        ChangeRefused::Unknown => Problem::NotFound.into(),
        ChangeRefused::WrongStatus(status) => {
            let detail = format!("a booking that is {} cannot be changed so", status.as_str());
            Refusal::conflict("wrong_status", detail).with("booking_status", status.as_str()).into()
        }
        ChangeRefused::Changed if names_version => {
            let detail = "the booking was changed meanwhile; read it again";
            Refusal::new(StatusCode::PRECONDITION_FAILED, "changed", detail).into()
        }
        ChangeRefused::Changed | ChangeRefused::Policy(_) | ChangeRefused::UnknownReason => {
            Refusal::conflict("changed", "the booking was changed at the same moment; try again").into()
        }
    }
}
