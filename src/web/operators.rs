//! What operators ask: is it alive, is it ready, what does it count.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::app::App;
use crate::clock::Clock;
use crate::db::migrations;
use crate::db::vitals::{self, Vitals};
use crate::domain::time;
use crate::messaging::{Queue, QueueState};
use crate::web::edge::AppData;
use crate::web::metrics::QueueMoves;

/// A database that takes longer than this to answer counts as away.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/plain").body("alive\n")
}

/// How everything is, for whoever decides whether to send requests here.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: &'static str,
    engine: &'static str,
    schema: &'static str,
    scheduler: Scheduler,
    messages: Messages,
    limits: &'static str,
    zone_data: String,
    version: &'static str,
    now: DateTime<Utc>,
    /// How far this machine's clock is ahead of the database's, where that has one of its own, and what to do about it.
    clock_ahead_seconds: Option<i64>,
    clock_says: Option<&'static str>,
}

#[derive(Serialize)]
struct Scheduler {
    last_beat: Option<DateTime<Utc>>,
    age_seconds: Option<i64>,
}

#[derive(Serialize)]
struct Messages {
    /// `running`, `waiting` (the mail server is away) or `stopped` (it refuses us), as this process knows it.
    queue: &'static str,
    says: Option<&'static str>,
    oldest_due_seconds: Option<i64>,
    dead: Option<i64>,
    channels: Vec<ChannelHealth>,
}

/// One way messages travel.
#[derive(Serialize)]
struct ChannelHealth {
    channel: &'static str,
    /// As above; missing where every receiver has a queue of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<&'static str>,
    oldest_due_seconds: Option<i64>,
}

/// `GET /readyz`: 200 when the database answers and its schema is this program's, else 503.
pub async fn ready(app: AppData) -> HttpResponse {
    let now = app.clock.now();
    let asked = ask(&app, now).await;
    let beat = app.metrics.last_beat();
    let (vitals, is_current, shared) = match &asked {
        Some((vitals, is_current, shared)) => (Some(vitals), *is_current, *shared),
        None => (None, false, None),
    };
    let ahead = shared.map(|shared| (Clock::System.now() - shared).num_seconds());
    let is_wrong = ahead.is_some_and(|seconds| vitals::CLOCKS_APART_MAX_SECONDS < seconds.abs());
    let is_ready = vitals.is_some() && is_current;
    let readiness = Readiness {
        status: if is_ready { "ready" } else { "not_ready" },
        database: if vitals.is_some() { "ok" } else { "away" },
        engine: app.db.engine().name(),
        schema: match (vitals.is_some(), is_current) {
            (false, _) => "unknown",
            (true, true) => "current",
            (true, false) => "behind",
        },
        scheduler: Scheduler { last_beat: beat, age_seconds: beat.map(|beat| (now - beat).num_seconds()) },
        messages: messages(vitals, &app.queue.state(), &app.sms_queue.state(), now),
        limits: if app.limits.are_on() { "on" } else { "off" },
        zone_data: time::zone_data_version(),
        version: env!("CARGO_PKG_VERSION"),
        now,
        clock_ahead_seconds: ahead,
        clock_says: is_wrong
            .then_some("this machine's clock differs from the database's: let both follow a time server"),
    };
    let mut answer = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.insert_header((header::CACHE_CONTROL, "no-store")).json(readiness)
}

fn messages(vitals: Option<&Vitals>, mail: &QueueState, sms: &QueueState, now: DateTime<Utc>) -> Messages {
    let age = |due: Option<DateTime<Utc>>| due.map(|due| (now - due).num_seconds());
    let dead = |vitals: &Vitals| vitals.messages.iter().find(|(state, _)| *state == "dead").map(|(_, count)| *count);
    let channel = |(channel, due): &(&'static str, Option<DateTime<Utc>>)| ChannelHealth {
        channel,
        queue: match *channel {
            "mail" => Some(state_word(mail)),
            "sms" => Some(state_word(sms)),
            _ => None,
        },
        oldest_due_seconds: age(*due),
    };
    let says = match mail {
        QueueState::Running => None,
        QueueState::Waiting { why, .. } | QueueState::Stopped { why, .. } => Some(*why),
    };
    Messages {
        queue: state_word(mail),
        says,
        oldest_due_seconds: vitals.and_then(|vitals| age(vitals.oldest_due)),
        dead: vitals.and_then(dead),
        channels: vitals.map(|vitals| vitals.oldest_due_by_channel.iter().map(channel).collect()).unwrap_or_default(),
    }
}

const fn state_word(queue: &QueueState) -> &'static str {
    match queue {
        QueueState::Running => "running",
        QueueState::Waiting { .. } => "waiting",
        QueueState::Stopped { .. } => "stopped",
    }
}

/// What the database says; nothing when it does not answer in time.
async fn ask(app: &Arc<App>, now: DateTime<Utc>) -> Option<(Vitals, bool, Option<DateTime<Utc>>)> {
    let db = app.db.clone();
    let asked = tokio::task::spawn_blocking(move || {
        // A schema that is behind may lack the very tables that are asked for.
        let is_current = migrations::is_current(&db);
        let vitals = db.read_blocking(|conn| vitals::read(conn, now));
        (vitals, is_current, db.read_blocking(vitals::clock))
    });
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok((Ok(vitals), is_current, shared))) => Some((vitals, is_current, shared.ok().flatten())),
        _ => None,
    }
}

/// `GET /metrics`, in the text format of Prometheus and OpenMetrics.
pub async fn metrics(app: AppData) -> HttpResponse {
    let now = app.clock.now();
    let read = app.db.read(move |conn| Ok((vitals::read(conn, now)?, vitals::last_day(conn, now)?)));
    let asked = tokio::time::timeout(PATIENCE, read).await;
    let (vitals, last_day) = asked.ok().and_then(Result::ok).unzip();
    let moves = |channel, queue: &Queue| QueueMoves { channel, moves: queue.state() == QueueState::Running };
    let queues = [moves("mail", &app.queue), moves("sms", &app.sms_queue)];
    app.metrics.of_messages(last_day.as_ref(), &queues);
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(app.metrics.text(vitals.as_ref(), now))
}
