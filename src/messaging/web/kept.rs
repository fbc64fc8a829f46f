//! `/dev/mail`: the mails that stayed here, in the demo and in tests only.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::db::Fault;
use crate::domain::time;
use crate::i18n::Texts;
use crate::mail::{KeptMail, MAILS_LISTED_MAX, MailSummary, Outbox};
use crate::web::edge::{self, AppData};
use crate::web::page::{self, CONTENT_SECURITY_POLICY, Page};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// A mail is shown in a frame of its own: no scripts, nothing from elsewhere, and its links open in the whole window.
pub(super) const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; \
     sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

#[derive(Template)]
#[template(path = "messaging/kept_mails.html")]
struct KeptMailsPage {
    page: Page,
    lines: Vec<Line>,
}

struct Line {
    path: String,
    at: String,
    to: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "messaging/kept_mail.html")]
struct KeptMailPage {
    page: Page,
    id: String,
    at: String,
    mail: MailSummary,
    text: Vec<Piece>,
    links: Vec<String>,
    invitation: Vec<(String, String)>,
}

/// A piece of a text: words, or an address that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    text: String,
    is_link: bool,
}

/// `GET /dev/mail`: the newest first.
pub async fn kept_mails(app: AppData, request: HttpRequest) -> Answer {
    let app = app.0;
    let outbox = outbox(&app)?;
    let mails = outbox.newest(MAILS_LISTED_MAX).await.map_err(Fault::other)?;
    let page = frame(&app, &request, |t| t.text("dev-mail-title")).await;
    let mut lines = Vec::with_capacity(mails.len());
    for mail in &mails {
        let Some(read) = mail.read() else { continue };
        lines.push(Line {
            path: format!("/dev/mail/{}", mail.id),
            at: left_at(&app, page.t, mail).await,
            to: read.to,
            subject: read.subject,
        });
    }
    Ok(page::html(StatusCode::OK, &KeptMailsPage { page, lines }))
}

/// `GET /dev/mail/{id}`: one mail with its links and its invitation.
pub async fn kept_mail(app: AppData, request: HttpRequest, id: Path<String>) -> Answer {
    let app = app.0;
    let (kept, mail) = find(&app, &id).await?;
    let page = frame(&app, &request, |_| mail.subject.clone()).await;
    let at = left_at(&app, page.t, &kept).await;
    let text = pieces(&mail.text);
    let mut links: Vec<String> = Vec::new();
    for piece in text.iter().filter(|piece| piece.is_link) {
        if !links.contains(&piece.text) {
            links.push(piece.text.clone());
        }
    }
    let invitation = mail.calendar.as_deref().map(properties).unwrap_or_default();
    let shown = KeptMailPage { page, id: kept.id, at, mail, text, links, invitation };
    let mut response = page::html(StatusCode::OK, &shown);
    let policy = format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'");
    if let Ok(policy) = header::HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// `GET /dev/mail/{id}/html`: what a mail program shows, for the frame.
pub async fn kept_html(app: AppData, id: Path<String>) -> Answer {
    let (_, mail) = find(&app.0, &id).await?;
    let html = mail.html.replacen("<head>", "<head><base target=\"_top\">", 1);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(html))
}

/// `GET /dev/mail/{id}/invitation.ics`: the invitation as a file.
pub async fn kept_invitation(app: AppData, id: Path<String>) -> Answer {
    let (_, mail) = find(&app.0, &id).await?;
    let file = mail.calendar.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""))
        .body(file))
}

/// `GET /dev/mail/{id}/source`: the mail as it would travel.
pub async fn kept_source(app: AppData, id: Path<String>) -> Answer {
    let (kept, _) = find(&app.0, &id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(kept.bytes))
}

/// Outside the demo these pages do not exist.
fn outbox(app: &App) -> Result<&Outbox, Problem> {
    app.mailer.outbox().filter(|_| app.is_demo).ok_or(Problem::NotFound)
}

async fn find(app: &App, id: &str) -> Result<(KeptMail, MailSummary), Problem> {
    let kept = outbox(app)?.find(id).await.map_err(Fault::other)?.ok_or(Problem::NotFound)?;
    let mail = kept.read().ok_or(Problem::NotFound)?;
    Ok((kept, mail))
}

async fn frame(app: &Arc<App>, request: &HttpRequest, title: impl FnOnce(Texts) -> String) -> Page {
    let brand = edge::brand(app).await;
    let t = page::texts_for(request, None, brand.language);
    Page::public(t, brand, request, title(t))
}

/// When it left, on the clock of the clinic's first location.
async fn left_at(app: &Arc<App>, t: Texts, mail: &KeptMail) -> String {
    let catalog = app.catalog().await.ok();
    let zone = catalog.and_then(|catalog| catalog.locations.first().map(|location| location.zone));
    let local = time::local(mail.at, zone.unwrap_or(chrono_tz::Tz::UTC));
    t.with("mail-when", &[("date", &t.date_short(local.date())), ("time", &t.time(local.time()))])
}

/// Cuts a text at the addresses in it. A full stop or a bracket at the end of an address belongs to the sentence.
fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut words = String::new();
    for part in text.split_inclusive(char::is_whitespace) {
        let token = part.trim_end();
        let is_link = token.starts_with("https://") || token.starts_with("http://");
        if !is_link {
            words.push_str(part);
            continue;
        }
        let address = token.trim_end_matches(['.', ',', ')', ';', ':', '!', '?']);
        found.push(Piece { text: std::mem::take(&mut words), is_link: false });
        found.push(Piece { text: address.to_owned(), is_link: true });
        words.push_str(part.strip_prefix(address).unwrap_or_default());
    }
    found.push(Piece { text: words, is_link: false });
    found.retain(|piece| !piece.text.is_empty());
    found
}

/// The lines of a calendar file as name and value, unfolded.
fn properties(file: &str) -> Vec<(String, String)> {
    let unfolded = file.replace("\r\n ", "").replace("\n ", "");
    let lines = unfolded.lines().filter_map(|line| line.split_once(':'));
    let shown = lines.filter(|(name, _)| !matches!(*name, "BEGIN" | "END" | "VERSION" | "CALSCALE" | "PRODID"));
    shown
        .map(|(name, value)| {
            let value = value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
            (name.split(';').next().unwrap_or(name).to_owned(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_and_sentences_stay() {
        let text = "See it:\nhttps://clinic.example/m/abc\nor (https://clinic.example/book). Bye";
        let links: Vec<String> =
            pieces(text).into_iter().filter(|piece| piece.is_link).map(|piece| piece.text).collect();
        assert_eq!(links, ["https://clinic.example/m/abc"]);
        let whole: String = pieces(text).into_iter().map(|piece| piece.text).collect();
        assert_eq!(whole, text);
        assert!(pieces("javascript:alert(1) ftp://x").iter().all(|piece| !piece.is_link));
        assert!(pieces("").is_empty());
    }

    #[test]
    fn a_calendar_file_is_shown_line_by_line() {
        let file = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nORGANIZER;CN=X:mailto:a@b.example\r\nDESCRIPTION:one\\ntwo\\, th\r\n ree\r\n";
        assert_eq!(
            properties(file),
            [
                ("METHOD".to_owned(), "REQUEST".to_owned()),
                ("ORGANIZER".to_owned(), "mailto:a@b.example".to_owned()),
                ("DESCRIPTION".to_owned(), "one\ntwo, three".to_owned()),
            ]
        );
    }
}
