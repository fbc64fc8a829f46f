//! What a body says about the wanted time, and the key that makes a call count once.

use actix_web::HttpRequest;
use chrono::{DateTime, NaiveDateTime, Utc};

use serde::Deserialize;
use utoipa::ToSchema;

use super::refused;
use crate::booking::book::Wish;
use crate::booking::once::OnceKey;
use crate::booking::visits::{VisitWish, WantedPart};
use crate::catalog::Catalog;
use crate::domain::booking::Actor;
use crate::web::api::body::Object;
use crate::web::api::query::clamped_party;
use crate::web::api::{Refusal, Wrong, refusal};

/// The longest `Idempotency-Key`.
const KEY_LENGTH_MAX: usize = 255;

/// The fields that holds and bookings share, as they came.
pub(crate) struct WishFields<'a> {
    pub service: Option<&'a str>,
    pub start: Option<&'a str>,
    pub provider: Option<&'a str>,
    pub location: Option<&'a str>,
    pub party: Option<i64>,
}

/// Reads them; nothing when one is wrong.
pub(crate) fn read(fields: &WishFields<'_>, catalog: &Catalog, wrong: &mut Wrong) -> Option<Wish> {
    let service = wrong.required("/service", fields.service).and_then(|text| {
        let found = catalog.service_named(text).filter(|service| service.online);
        known(wrong, "/service", ("unknown_service", refused::NO_SUCH_SERVICE), found.map(|service| service.id))
    });
    let starts_at = wrong.required("/start", fields.start).and_then(|text| instant(text, wrong));
    let provider = match fields.provider {
        Some(text) => {
            let found = catalog.provider_named(text).map(|provider| provider.id);
            Some(known(wrong, "/provider", ("unknown_provider", refused::NOT_BY_THEM), found)?)
        }
        None => None,
    };
    let location = match fields.location {
        Some(text) => {
            let found = catalog.location_named(text).map(|location| location.id);
            Some(known(wrong, "/location", ("unknown_location", refused::NOT_HERE), found)?)
        }
        None => None,
    };
    let party = clamped_party(fields.party.unwrap_or(1));
    Some(Wish { service: service?, location, provider, party, starts_at: starts_at?, actor: Actor::Client })
}

/// Another service of the same visit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AlsoService)]
pub struct AlsoBody {
    /// Identifier or slug.
    #[schema(value_type = String, required = true, examples("whitening"))]
    service: Option<String>,
    /// Identifier or slug; anyone when it is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
}

/// Reads what comes right after the first service; nothing when one is wrong, and no visit without any.
pub(super) fn read_also(
    also: Option<&[Object<AlsoBody>]>,
    first: Option<&Wish>,
    catalog: &Catalog,
    wrong: &mut Wrong,
) -> Option<VisitWish> {
    let also = also.filter(|also| !also.is_empty())?;
    let mut parts = Vec::with_capacity(also.len() + 1);
    for Object(part) in also {
        let service = wrong.required("/also", part.service.as_deref()).and_then(|text| {
            let found = catalog.service_named(text).filter(|service| service.online);
            known(wrong, "/also", ("unknown_service", refused::NO_SUCH_SERVICE), found.map(|service| service.id))
        });
        let provider = match part.provider.as_deref() {
            Some(text) => {
                let found = catalog.provider_named(text).map(|provider| provider.id);
                Some(known(wrong, "/also", ("unknown_provider", refused::NOT_BY_THEM), found))
            }
            None => None,
        };
        if let (Some(service), true) = (service, provider != Some(None)) {
            parts.push(WantedPart { service, provider: provider.flatten() });
        }
    }
    let first = first?;
    if first.party != 1 {
        wrong.add("/party", "party_too_large", "a visit of several services is for one person");
    }
    parts.insert(0, WantedPart { service: first.service, provider: first.provider });
    Some(VisitWish { parts, location: first.location, starts_at: first.starts_at, actor: first.actor })
}

pub(crate) fn known<T>(
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

/// An instant carries its offset: a wall time alone could be any of several moments, or none.
pub(crate) fn instant(text: &str, wrong: &mut Wrong) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => Some(instant.to_utc()),
        Err(_) => {
            let wall = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
            if wall.iter().any(|format| NaiveDateTime::parse_from_str(text, format).is_ok()) {
                let detail = "the offset is missing: write 2026-12-01T09:00:00-08:00, as availability answers it";
                wrong.add("/start", "offset_missing", detail);
            } else {
                wrong.add("/start", "not_an_instant", "must be an instant as 2026-12-01T09:00:00-08:00 (RFC 3339)");
            }
            None
        }
    }
}

/// Reads `Idempotency-Key`.
pub(crate) fn once_key(request: &HttpRequest, scope: String, body_hash: &str) -> Result<Option<OnceKey>, Refusal> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || KEY_LENGTH_MAX < key.len() || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let detail = "must be 1 to 255 printable ASCII characters; a random UUID is best";
        return Err(Refusal::invalid(vec![refusal::in_header("Idempotency-Key", "not_a_key", detail)]));
    }
    Ok(Some(OnceKey { scope, key: key.to_owned(), body_hash: body_hash.to_owned() }))
}
