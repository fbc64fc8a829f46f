//! Server-sent events: a calendar that is open learns that something changed and asks for its days anew.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;

use super::super::Answer;
use crate::agenda::live::Listener;
use crate::web::auth::Staff;
use crate::web::edge::AppData;
use crate::web::form::Form;

/// A line that means nothing, so that nobody between us thinks that the connection is dead.
const BEAT: Duration = Duration::from_secs(15);
/// So often a line is sent before the browser has to come again, with a session that still holds.
const BEATS_MAX: u32 = 16;

struct Telling {
    listener: Listener,
    known: String,
    beats: u32,
    is_greeted: bool,
}

/// Says `changed` whenever something is newer than `since`. Who does not say what he knows is told nothing.
pub async fn live(app: AppData, _staff: Staff, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let listener = form.given("since").and_then(|_| app.0.live.listen(&app.0.db));
    let Some(listener) = listener else {
        return Ok(HttpResponse::NoContent().finish());
    };
    let telling = Telling { listener, known: form.value("since").to_owned(), beats: 0, is_greeted: false };
    let lines = stream::unfold(telling, |telling| async move {
        let (line, telling) = next(telling).await?;
        Some((Ok::<Bytes, actix_web::Error>(Bytes::from(line)), telling))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Each line leaves at once: nothing is kept back to be packed.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(lines))
}

async fn next(mut telling: Telling) -> Option<(String, Telling)> {
    if !telling.is_greeted {
        telling.is_greeted = true;
        return Some(("retry: 2000\n\n".to_owned(), telling));
    }
    if BEATS_MAX <= telling.beats {
        return None;
    }
    let known = telling.known.clone();
    match tokio::time::timeout(BEAT, telling.listener.change_from(&known)).await {
        Ok(Some(newest)) => {
            telling.known.clone_from(&newest);
            Some((format!("event: changed\nid: {newest}\ndata: {newest}\n\n"), telling))
        }
        Ok(None) => None,
        Err(_elapsed) => {
            telling.beats += 1;
            Some((": still here\n\n".to_owned(), telling))
        }
    }
}
