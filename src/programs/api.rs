//! The door for programs: who asks by a token of the clinic's own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest};
use chrono::TimeDelta;

use super::store;
use super::token::{self, Scope};
use super::{Program, TOKEN_PREFIX};
use crate::app::App;
use crate::db::{Bad, Never};
use crate::domain::booking::Actor;
use crate::web::api::refusal::{self, ApiError, Refusal};
use crate::web::edge::AppData;

/// When a program last asked is written at most so often: a program that reads all day must not write all day.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A program with a token of scope `staff` or wider.
#[derive(Debug, Clone)]
pub struct StaffProgram(pub Program);

impl StaffProgram {
    /// As the history names it: whoever made its token.
    pub const fn actor(&self) -> Actor {
        Actor::Staff(self.0.made_by)
    }
}

impl FromRequest for StaffProgram {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(asking(&request, Scope::Staff).await?)) })
    }
}

/// A program with a token of scope `owner`.
#[derive(Debug, Clone)]
pub struct OwnerProgram(pub Program);

impl FromRequest for OwnerProgram {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(asking(&request, Scope::Owner).await?)) })
    }
}

/// The token of `Authorization: Bearer`, when there is one.
pub fn bearer_of(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

/// The program that asks, when a program asks: for calls that a link opens as well.
pub async fn program_if_any(app: &Arc<App>, request: &HttpRequest, needed: Scope) -> Result<Option<Program>, ApiError> {
    let Some(bearer) = bearer_of(request).filter(|bearer| bearer.starts_with(TOKEN_PREFIX)) else {
        return Ok(None);
    };
    let Some(program) = app.db.read(move |conn| token::opened_by(conn, &bearer)).await? else {
        let detail = "this token is none of ours, or it was taken back";
        return Err(refused(StatusCode::UNAUTHORIZED, "token_unknown", detail).into());
    };
    if !program.scope.covers(needed) {
        let detail = "this call needs a token of scope `owner`";
        return Err(refused(StatusCode::FORBIDDEN, "scope_too_narrow", detail).into());
    }
    note_use(app, &program).await?;
    Ok(Some(program))
}

async fn asking(request: &HttpRequest, needed: Scope) -> Result<Program, ApiError> {
    let Some(app) = request.app_data::<AppData>().map(|app| Arc::clone(&app.0)) else {
        return Err(crate::web::problem::Problem::NotFound.into());
    };
    match program_if_any(&app, request, needed).await? {
        Some(program) => Ok(program),
        None => {
            let detail = "send a token of the clinic's, made under Programs, as Authorization: Bearer TOKEN";
            Err(refused(StatusCode::UNAUTHORIZED, "token_needed", detail).into())
        }
    }
}

fn refused(status: StatusCode, code: &'static str, detail: &'static str) -> Refusal {
    Refusal::new(status, code, detail).about(refusal::in_header("Authorization", code, detail))
}

async fn note_use(app: &Arc<App>, program: &Program) -> Result<(), ApiError> {
    let now = app.clock.now();
    if program.last_used_at.is_some_and(|last| now < last + USE_NOTED_EVERY) {
        return Ok(());
    }
    let id = program.id;
    app.db.write(now, move |tx| Ok::<_, Bad<Never>>(store::note_use(tx, id)?)).await?;
    Ok(())
}
