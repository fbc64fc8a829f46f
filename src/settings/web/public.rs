//! What everybody may see of the settings: pictures and texts of law.

use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::legal::kind_text;
use super::{Answer, Rendered};
use crate::catalog::LegalKind;
use crate::settings;
use crate::web::edge::{self, AppData};
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

/// Names of ours are not longer.
const NAME_BYTES_MAX: usize = 64;

/// A picture. Its name is made of what is in it, so it never changes.
pub async fn image(app: AppData, name: Path<String>) -> Answer {
    let name = name.into_inner();
    let is_ours = name.len() <= NAME_BYTES_MAX && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if !is_ours {
        return Err(Problem::NotFound);
    }
    let found = app.0.db.read(move |conn| settings::image(conn, &name)).await?;
    let kept = found.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kept.media_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
        .body(kept.bytes))
}

#[derive(Template)]
#[template(path = "settings/public_legal.html")]
struct PublicLegalPage {
    page: Page,
    language: &'static str,
    text: Rendered,
}

/// A text of law, in the reader's language where there is one.
pub async fn legal(app: AppData, request: HttpRequest, kind: Path<String>) -> Answer {
    let app = app.0;
    let kind = LegalKind::parse(&kind).ok_or(Problem::NotFound)?;
    let brand = edge::brand(&app).await;
    let t = page::texts_for(&request, None, brand.language);
    let (wanted, clinic) = (t.language(), brand.language);
    let found = app.db.read(move |conn| settings::legal_for_readers(conn, kind, wanted, clinic)).await?;
    let text = found.ok_or(Problem::NotFound)?;
    let page = Page::public(t, brand, &request, kind_text(t, kind));
    let shown = PublicLegalPage { page, language: text.language.tag(), text: Rendered(settings::rendered(&text.body)) };
    Ok(page::html(StatusCode::OK, &shown))
}
