//! `/u/{token}`: the page behind the link in the foot of advertising. Looking changes nothing; a POST stops it at once.
//!
//! Mail programs post here themselves (RFC 8058), without cookie, without our form and from anywhere: the path is a named
//! exemption from the check of origins (`routes::may_come_from_anywhere`), and the answer is never a redirect.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::clients::ConsentPurpose;
use crate::db::{Bad, Never};
use crate::domain::consent::SuppressionOrigin;
use crate::domain::ids::MessageId;
use crate::i18n::Texts;
use crate::keys::{Keys, Purpose};
use crate::messaging::discipline::unsubscribe::{self, Extent, Found};
use crate::web::edge::{self, AppData};
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

#[derive(Template)]
#[template(path = "messaging/unsubscribe.html")]
struct UnsubscribePage {
    page: Page,
    /// What messages like this one are, when there is more than one kind.
    these: String,
    is_stopped: bool,
    are_these_stopped: bool,
    base: String,
    lang: String,
}

/// `GET /u/{token}`: what would stop, and a button.
pub async fn unsubscribe_page(app: AppData, request: HttpRequest, token: Path<String>) -> Answer {
    let app = app.0;
    let message = opened(&app, &token)?;
    let (shared, keys) = (Arc::clone(&app), app.keys.clone());
    let found = shared.db.read(move |conn| unsubscribe::look(conn, &keys, message)).await?;
    show(&app, &request, &token, found.ok_or(Problem::NotFound)?, None).await
}

/// `POST /u/{token}`: stops it, by the button of the page or by the mail program's own.
pub async fn stop(app: AppData, request: HttpRequest, token: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let message = opened(&app, &token)?;
    let text = String::from_utf8_lossy(&body);
    // Also as multipart/form-data, which RFC 8058 allows.
    let is_one_click = text.contains("List-Unsubscribe") && text.contains("One-Click");
    let form = Form::parse(&text);
    let (extent, origin) = match form.value("what") {
        "these" if !is_one_click => (Extent::These, SuppressionOrigin::Unsubscribe),
        _ if is_one_click => (Extent::Everything, SuppressionOrigin::OneClick),
        _ => (Extent::Everything, SuppressionOrigin::Unsubscribe),
    };
    let keys = app.keys.clone();
    let written = app.db.write(app.clock.now(), move |tx| {
        if !unsubscribe::stop(tx, &keys, message, extent, origin)? {
            return Ok::<_, Bad<Never>>(None);
        }
        Ok(unsubscribe::look(tx.conn, &keys, message)?)
    });
    let found = written.await?.ok_or(Problem::NotFound)?;
    if is_one_click {
        return Ok(private(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("unsubscribed\n")));
    }
    show(&app, &request, &token, found, Some(|t| t.text("unsubscribe-done"))).await
}

/// `POST /u/{token}/undo`: it was a mistake.
pub async fn undo(app: AppData, request: HttpRequest, token: Path<String>) -> Answer {
    let app = app.0;
    let message = opened(&app, &token)?;
    let keys = app.keys.clone();
    let written = app.db.write(app.clock.now(), move |tx| {
        if !unsubscribe::undo(tx, &keys, message)? {
            return Ok::<_, Bad<Never>>(None);
        }
        Ok(unsubscribe::look(tx.conn, &keys, message)?)
    });
    let found = written.await?.ok_or(Problem::NotFound)?;
    show(&app, &request, &token, found, Some(|t| t.text("unsubscribe-undone"))).await
}

/// The message a token opens.
fn opened(app: &App, token: &str) -> Result<MessageId, Problem> {
    let message: MessageId = Keys::thing_of(token).ok_or(Problem::NotFound)?;
    if app.keys.opens(token, Purpose::Unsubscribe, message, 0) { Ok(message) } else { Err(Problem::NotFound) }
}

async fn show(
    app: &Arc<App>,
    request: &HttpRequest,
    token: &str,
    found: Found,
    done: Option<fn(Texts) -> String>,
) -> Answer {
    let brand = edge::brand(app).await;
    let t = page::texts_for(request, Some(found.language), brand.language);
    let page = Page::public(t, brand, request, t.text("unsubscribe-title"));
    let page = match done {
        Some(said) => page.saying(Tone::Success, said(t)),
        None => page,
    };
    let lang = Form::parse(request.query_string());
    let lang = lang.given("lang").map_or_else(String::new, |lang| page::with_query("", "lang", lang));
    let shown = UnsubscribePage {
        page,
        these: found.purpose.map(|purpose| these(t, purpose)).unwrap_or_default(),
        is_stopped: found.is_stopped,
        are_these_stopped: found.are_these_stopped,
        base: format!("/u/{token}"),
        lang,
    };
    Ok(private(page::html(StatusCode::OK, &shown)))
}

/// What messages of a purpose are.
fn these(t: Texts, purpose: ConsentPurpose) -> String {
    match purpose {
        ConsentPurpose::Recall => t.text("unsubscribe-recall"),
        ConsentPurpose::News => t.text("unsubscribe-news"),
        ConsentPurpose::Surveys => t.text("unsubscribe-surveys"),
    }
}

/// The link is a key: no cache keeps what it opens.
fn private(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}
