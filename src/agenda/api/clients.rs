//! Who the clients are.

use actix_web::{HttpRequest, web};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::clients::{self, ClientHit};
use crate::domain::ids::ClientId;
use crate::programs::api::StaffProgram;
use crate::web::api::list::{LIMIT_MAX, List};
use crate::web::api::query::Asked;
use crate::web::api::refusal::ProblemDocument;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// Hits when nobody says how many.
const HITS_USUAL: usize = 20;

/// Whom to find.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct ClientsQuery {
    /// Words of a name, a mail address, a phone number.
    #[param(value_type = String)]
    q: (),
    /// At most so many.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 20)]
    limit: (),
}

/// A client of the clinic.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnownClient)]
pub(crate) struct KnownClientShape {
    /// Identifier.
    id: String,
    /// Given name.
    first_name: String,
    /// Family name.
    last_name: String,
    /// Mail address.
    email: Option<String>,
    /// Phone number.
    phone: Option<String>,
}

/// Finds clients.
#[utoipa::path(
    get,
    path = "/api/v1/clients",
    operation_id = "find_clients",
    tag = "desk",
    params(ClientsQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The best hits; there is no next page", body = List<KnownClientShape>),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn find(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let mut asked = Asked::read(request.query_string(), &["q", "limit"]);
    let words = asked.required("q").unwrap_or_default().to_owned();
    let limit = asked.number("limit", 1, LIMIT_MAX, HITS_USUAL);
    asked.refuse()?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let hits = app.db.read(move |conn| clients::search(conn, &words, limit)).await?;
    let data: Vec<_> = hits.iter().map(shape).collect();
    api::json(&List { total: data.len(), next_cursor: None, data })
}

fn shape(hit: &ClientHit) -> KnownClientShape {
    KnownClientShape {
        id: hit.id.to_string(),
        first_name: hit.first_name.clone(),
        last_name: hit.last_name.clone(),
        email: hit.email.clone(),
        phone: hit.phone.clone(),
    }
}

/// Reads a client. One who was merged into another answers as the one who stayed.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}",
    operation_id = "read_client",
    tag = "desk",
    params(("id" = String, Path, description = "The `id` of the client")),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The client", body = KnownClientShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn read(app: AppData, _program: StaffProgram, id: web::Path<String>) -> Answer {
    let client: ClientId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let found = app.db.read(move |conn| match clients::view(conn, client)? {
        Some(_) => {
            let standing = clients::survivor(conn, client)?;
            clients::view(conn, standing)
        }
        None => Ok(None),
    });
    let found = found.await?.ok_or(Problem::NotFound)?;
    api::json(&KnownClientShape {
        id: found.id.to_string(),
        first_name: found.first_name,
        last_name: found.last_name,
        email: found.email,
        phone: found.phone,
    })
}
