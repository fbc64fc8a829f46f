//! `/c/{token}`: the page behind the question whether somebody really agreed. Looking changes nothing; the button does.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono_tz::Tz;

use crate::app::App;
use crate::db::{Bad, Never};
use crate::domain::ids::ConsentRequestId;
use crate::domain::time;
use crate::keys::{Keys, Purpose};
use crate::messaging::discipline::opt_in::{self, Question, Stands};
use crate::web::edge::{self, AppData};
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

#[derive(Template)]
#[template(path = "messaging/consent.html")]
struct ConsentPage {
    page: Page,
    wording: Vec<String>,
    is_open: bool,
    /// On which day it was confirmed; empty when it was not.
    confirmed: String,
    address: String,
}

/// `GET /c/{token}`: what would be agreed to, and a button.
pub async fn consent_page(app: AppData, request: HttpRequest, token: Path<String>) -> Answer {
    let app = app.0;
    let (id, now) = (opened(&app, &token)?, app.clock.now());
    let question = app.db.read(move |conn| opt_in::question(conn, id, now)).await?;
    show(&app, &request, question.ok_or(Problem::NotFound)?).await
}

/// `POST /c/{token}`: yes, I agreed.
pub async fn confirm(app: AppData, request: HttpRequest, token: Path<String>) -> Answer {
    let app = app.0;
    let (id, now, keys) = (opened(&app, &token)?, app.clock.now(), app.keys.clone());
    let written = app.db.write(now, move |tx| {
        opt_in::confirm(tx, &keys, id)?;
        Ok::<_, Bad<Never>>(opt_in::question(tx.conn, id, tx.now)?)
    });
    show(&app, &request, written.await?.ok_or(Problem::NotFound)?).await
}

/// The question a token opens.
fn opened(app: &App, token: &str) -> Result<ConsentRequestId, Problem> {
    let id: ConsentRequestId = Keys::thing_of(token).ok_or(Problem::NotFound)?;
    if app.keys.opens(token, Purpose::Consent, id, 0) { Ok(id) } else { Err(Problem::NotFound) }
}

async fn show(app: &Arc<App>, request: &HttpRequest, question: Question) -> Answer {
    let brand = edge::brand(app).await;
    let t = page::texts_for(request, Some(question.language), brand.language);
    let zone = app.catalog().await?.locations.first().map_or(Tz::UTC, |place| place.zone);
    let (status, title, confirmed) = match question.stands {
        Stands::Open => (StatusCode::OK, t.text("consents-page-title"), String::new()),
        Stands::Confirmed(at) => {
            (StatusCode::OK, t.text("consents-page-done-title"), t.date_long(time::local_day(at, zone)))
        }
        Stands::Void => (StatusCode::GONE, t.text("consents-page-void-title"), String::new()),
    };
    let shown = ConsentPage {
        page: Page::public(t, brand, request, title),
        wording: question.wording,
        is_open: question.stands == Stands::Open,
        confirmed,
        address: request.uri().path_and_query().map_or_else(String::new, |address| address.as_str().to_owned()),
    };
    let mut response = page::html(status, &shown);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    Ok(response)
}
