//! Money: what was charged, paid, given back and given up, and taking a payment.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::range::{Range, RangeQuery};
use crate::booking::api::refused::key_reused;
use crate::booking::api::wish::once_key;
use crate::booking::once::{self, KeyReused};
use crate::db::Bad;
use crate::domain::ids::{BookingId, ClientId, EntryId};
use crate::domain::ledger::Method;
use crate::domain::money::Money as Amount;
use crate::domain::time;
use crate::money::{self, Account, Deed, LedgerEntry, PostRefused, Posting};
use crate::programs::api::StaffProgram;
use crate::web::api::list::{self, List};
use crate::web::api::refusal::{ApiError, ProblemDocument, Refusal};
use crate::web::api::shapes::Money;
use crate::web::api::{self, Answer, JsonBody, Wrong};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// More than a quarter of a year of a large clinic has.
const ENTRIES_MAX: i64 = 100_000;
/// Longer remarks are refused.
const NOTE_CHARACTERS_MAX: usize = 500;

/// A line of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub(crate) struct EntryShape {
    /// Identifier.
    id: String,
    /// `charge`, `payment`, `refund` or `write_off`.
    kind: &'static str,
    /// How much; negative where it takes back another line.
    amount: Money,
    /// The tax in it, in minor units.
    tax: i64,
    /// Identifier of the client.
    client: String,
    /// Identifier of the booking, where it belongs to one.
    booking: Option<String>,
    /// `card`, `cash`, `transfer` or `voucher`, of payments and refunds.
    method: Option<String>,
    /// What was charged.
    item: String,
    /// A remark.
    note: String,
    /// When it took place.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: String,
    /// Identifier of the line that it takes back.
    reverses: Option<String>,
}

/// Money that came in, or goes back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPayment)]
pub struct PaymentBody {
    /// Identifier of the client.
    #[schema(value_type = String, required = true)]
    client: Option<String>,
    /// Identifier of the booking it is for.
    #[schema(nullable = false)]
    booking: Option<String>,
    /// `payment` (when left out) or `refund`.
    #[schema(nullable = false)]
    kind: Option<String>,
    /// `card`, `cash`, `transfer` or `voucher`.
    #[schema(value_type = String, required = true)]
    method: Option<String>,
    /// How much, in minor units of the clinic's currency.
    #[schema(value_type = i64, required = true, minimum = 1)]
    amount: Option<i64>,
    /// A remark.
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

/// The ledger of some days.
#[utoipa::path(
    get,
    path = "/api/v1/payments",
    operation_id = "list_payments",
    tag = "desk",
    params(RangeQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "Charges, payments, refunds and write-offs by the moment they took place; with \
            `location` those that are noted there", body = List<EntryShape>),
        (status = 422, description = "`invalid` with `errors` by parameter", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn list(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let Range { places, span, wanted } = Range::read(&catalog, &request)?;
    let only = places.first().map(|place| place.id).filter(|_| places.len() < catalog.locations.len());
    let entries = app.db.read(move |conn| money::ledger_between(conn, only, span, ENTRIES_MAX)).await?;
    api::json(&list::page(&entries, &wanted, |entry| entry.id.to_string(), shape)?)
}

fn shape(entry: &LedgerEntry) -> EntryShape {
    EntryShape {
        id: entry.id.to_string(),
        kind: entry.kind.as_str(),
        amount: entry.amount.into(),
        tax: entry.tax_minor,
        client: entry.client.to_string(),
        booking: entry.booking.map(|id| id.to_string()),
        method: entry.method.clone(),
        item: entry.item.clone(),
        note: entry.note.clone(),
        occurred_at: time::rfc3339(entry.occurred_at, chrono_tz::UTC),
        reverses: entry.reverses.map(|id| id.to_string()),
    }
}

/// Why a call to take money was refused.
enum TakeRefused {
    Key(KeyReused),
    Post(PostRefused),
}

/// Takes a payment, or gives one back.
#[utoipa::path(
    post,
    path = "/api/v1/payments",
    operation_id = "post_payment",
    tag = "desk",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent twice, it counts once")),
    request_body = PaymentBody,
    security(("staff_token" = [])),
    responses(
        (status = 201, description = "The line", body = EntryShape),
        (status = 404, description = "`not_found`: no such client, or the booking is somebody else's",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`too_much` with `at_most`: more than was paid and not given back yet",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by field, `idempotency_key_reused`", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn post(app: AppData, program: StaffProgram, request: HttpRequest, body: JsonBody<PaymentBody>) -> Answer {
    let catalog = api::catalog(&app).await?;
    let once = once_key(&request, format!("api payments {}", program.0.id), &body.hash)?;
    let posting = posting(&program, &body.value, catalog.clinic.currency)?;
    let posted = app.db.write(app.clock.now(), move |tx| {
        let reused = |bad: Bad<KeyReused>| bad.map(TakeRefused::Key);
        let id = match once::earlier::<EntryId>(tx, once.as_ref()).map_err(reused)? {
            Some(earlier) => earlier,
            None => {
                let id = money::post(tx, &posting).map_err(|bad| bad.map(TakeRefused::Post))?;
                once::remember(tx, once.as_ref(), id)?;
                id
            }
        };
        Ok(money::entry(tx.conn, id)?)
    });
    let entry = posted.await.map_err(refused)?.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(shape(&entry)))
}

fn posting(
    program: &StaffProgram,
    body: &PaymentBody,
    currency: crate::domain::money::Currency,
) -> Result<Posting, Refusal> {
    let mut wrong = Wrong::default();
    let client = wrong.required("/client", body.client.as_deref()).and_then(|text| {
        text.parse::<ClientId>().map_err(|_not_an_id| wrong.add("/client", "not_an_id", "no client has this id")).ok()
    });
    let booking = body.booking.as_deref().and_then(|text| {
        let id = text.parse::<BookingId>();
        id.map_err(|_not_an_id| wrong.add("/booking", "not_an_id", "no booking has this id")).ok()
    });
    let method = wrong.required("/method", body.method.as_deref()).and_then(|word| {
        let known = Method::parse(word);
        known.or_else(|| {
            wrong.add("/method", "unknown_method", "must be card, cash, transfer or voucher");
            None
        })
    });
    let amount = wrong.required("/amount", body.amount);
    let is_refund = match body.kind.as_deref() {
        None | Some("payment") => false,
        Some("refund") => true,
        Some(_) => {
            wrong.add("/kind", "unknown_kind", "must be payment or refund");
            false
        }
    };
    let note = wrong.text("/note", body.note.as_deref(), NOTE_CHARACTERS_MAX);
    wrong.refuse()?;
    let (Some(client), Some(method), Some(minor)) = (client, method, amount) else {
        return Err(Refusal::invalid(Vec::new()));
    };
    Ok(Posting {
        deed: if is_refund { Deed::Refund(method) } else { Deed::Payment(method) },
        account: Account { client, booking },
        location: None,
        amount: Amount::new(minor, currency),
        note: note.unwrap_or_default(),
        once: None,
        by: program.actor(),
    })
}

fn refused(bad: Bad<TakeRefused>) -> ApiError {
    match bad {
        Bad::Fault(fault) => fault.into(),
        Bad::Refused(TakeRefused::Key(KeyReused)) => key_reused().into(),
        Bad::Refused(TakeRefused::Post(PostRefused::Unknown)) => Problem::NotFound.into(),
        Bad::Refused(TakeRefused::Post(PostRefused::Amount)) => {
            let mut wrong = Wrong::default();
            wrong.add("/amount", "out_of_range", "must be more than nothing, and believable");
            wrong.refuse().err().map_or_else(|| Problem::NotFound.into(), ApiError::from)
        }
        Bad::Refused(TakeRefused::Post(PostRefused::TooMuch { at_most })) => {
            let detail = "this is more than was paid and not given back yet";
            Refusal::conflict("too_much", detail).with("at_most", at_most).into()
        }
    }
}
