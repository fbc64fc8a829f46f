//! What operators watch: counted here, shown by `/metrics`.
//!
//! Labels come from closed sets only (route patterns, status classes, codes), never from what strangers send.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::db::vitals::{LastDay, Vitals};
use crate::domain::time;
use crate::web::edge::AppData;

/// Put into an answer that refuses, so that refusals are counted by their code.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub &'static str);

/// Which way a booking came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The public page.
    Page,
    /// Staff.
    Desk,
    /// The API.
    Api,
}

impl Door {
    const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Desk => "desk",
            Self::Api => "api",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DoorLabels {
    door: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ChannelLabels {
    channel: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndedLabels {
    channel: String,
    state: String,
    reason: String,
}

/// Whether a channel's queue moves, as this process knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueMoves {
    /// Which channel.
    pub channel: &'static str,
    /// Whether messages leave.
    pub moves: bool,
}

/// Bounds of the histogram of seconds: from a cached answer to one that is too late.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

/// Everything that is counted, by one process since its start.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Histogram>,
    refusals: Family<RefusalLabels, Counter>,
    bookings: Family<DoorLabels, Counter>,
    messages: Family<StateLabels, Gauge>,
    oldest_due_seconds: Gauge,
    channel_due_seconds: Family<ChannelLabels, Gauge>,
    queue_moves: Family<ChannelLabels, Gauge>,
    ended: Family<EndedLabels, Gauge>,
    bounced: Gauge,
    beat_seconds: Gauge,
    last_beat: AtomicI64,
}

impl Metrics {
    /// Nothing counted yet; `engine` is the database's.
    pub fn new(engine: &'static str) -> Self {
        let mut registry = Registry::with_prefix("rebook");
        let requests = Family::new_with_constructor(seconds as fn() -> Histogram);
        let refusals = Family::default();
        let bookings = Family::default();
        let messages = Family::default();
        let (oldest_due_seconds, beat_seconds) = (Gauge::default(), Gauge::default());
        registry.register_with_unit(
            "http_request_duration",
            "Requests by route and status class",
            Unit::Seconds,
            requests.clone(),
        );
        registry.register("http_refusals", "Refused requests by code", refusals.clone());
        registry.register("bookings", "Bookings made, by door", bookings.clone());
        registry.register("messages", "Messages that are not done, by state", messages.clone());
        let help = "How long the oldest due message has waited";
        registry.register_with_unit("messages_oldest_due", help, Unit::Seconds, oldest_due_seconds.clone());
        let (channel_due_seconds, queue_moves) = (Family::default(), Family::default());
        let (ended, bounced) = (Family::default(), Gauge::default());
        let help = "How long the oldest due message of a channel has waited";
        registry.register_with_unit("messages_channel_oldest_due", help, Unit::Seconds, channel_due_seconds.clone());
        let help = "1 while messages of a channel leave, 0 while its server is away or refuses us";
        registry.register("messages_queue_moves", help, queue_moves.clone());
        let help = "How messages ended that were due in the last day, by channel, state and reason";
        registry.register("messages_ended_last_day", help, ended.clone());
        registry.register("messages_bounced_last_day", "Mails that came back in the last day", bounced.clone());
        let help = "How long ago the scheduler last looked at the tables; -1 before the first time";
        registry.register_with_unit("scheduler_beat_age", help, Unit::Seconds, beat_seconds.clone());
        registry.register("build", "This program", build(engine));
        Self {
            registry,
            requests,
            refusals,
            bookings,
            messages,
            oldest_due_seconds,
            channel_due_seconds,
            queue_moves,
            ended,
            bounced,
            beat_seconds,
            last_beat: AtomicI64::new(i64::MIN),
        }
    }

    /// A booking was made.
    pub fn booked(&self, door: Door) {
        self.bookings.get_or_create(&DoorLabels { door: door.word() }).inc();
    }

    /// The scheduler looked at the tables.
    pub fn beat(&self, now: DateTime<Utc>) {
        self.last_beat.store(now.timestamp_millis(), Ordering::Relaxed);
    }

    /// When it last did, in this process.
    pub fn last_beat(&self) -> Option<DateTime<Utc>> {
        let milliseconds = self.last_beat.load(Ordering::Relaxed);
        if milliseconds == i64::MIN { None } else { DateTime::from_timestamp_millis(milliseconds) }
    }

    /// What the database says of the last day, and whether the queues move.
    pub fn of_messages(&self, last_day: Option<&LastDay>, queues: &[QueueMoves]) {
        for QueueMoves { channel, moves } in queues {
            self.queue_moves.get_or_create(&ChannelLabels { channel }).set(i64::from(*moves));
        }
        let Some(last_day) = last_day else { return };
        // What did not happen in this last day any more must not be shown as if it did.
        self.ended.clear();
        for (channel, state, reason, count) in &last_day.ended {
            let labels = EndedLabels { channel: channel.clone(), state: state.clone(), reason: reason.clone() };
            self.ended.get_or_create(&labels).set(*count);
        }
        self.bounced.set(last_day.bounced);
    }

    /// Everything as text; `vitals` are what the database says at this moment, if it can be asked.
    pub fn text(&self, vitals: Option<&Vitals>, now: DateTime<Utc>) -> String {
        if let Some(vitals) = vitals {
            for (state, count) in &vitals.messages {
                self.messages.get_or_create(&StateLabels { state: (*state).to_owned() }).set(*count);
            }
            let waited = |due: Option<DateTime<Utc>>| due.map_or(0, |due| (now - due).num_seconds()).max(0);
            self.oldest_due_seconds.set(waited(vitals.oldest_due));
            for (channel, due) in &vitals.oldest_due_by_channel {
                self.channel_due_seconds.get_or_create(&ChannelLabels { channel }).set(waited(*due));
            }
        }
        self.beat_seconds.set(self.last_beat().map_or(-1, |beat| (now - beat).num_seconds()));
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _written = encode(&mut text, &self.registry);
        text
    }
}

fn build(engine: &'static str) -> Info<Vec<(&'static str, String)>> {
    Info::new(vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("database", engine.to_owned()),
        ("zone_data", time::zone_data_version()),
    ])
}

/// Counts every request with how long it took.
pub async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let answer = next.call(request).await?;
    let Some(app) = answer.request().app_data::<AppData>() else {
        return Ok(answer);
    };
    let labels = RequestLabels {
        method: method_of(answer.request().method()),
        route: answer.request().match_pattern().unwrap_or_else(|| "none".to_owned()),
        status: class_of(answer.status()),
    };
    app.metrics.requests.get_or_create(&labels).observe(started.elapsed().as_secs_f64());
    let refused = answer.response().extensions().get::<Refused>().copied();
    if let Some(Refused(code)) = refused {
        app.metrics.refusals.get_or_create(&RefusalLabels { code }).inc();
    }
    Ok(answer)
}

fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let metrics = Metrics::new("sqlite");
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(metrics.last_beat(), None);
        metrics.beat(now);
        metrics.booked(Door::Api);
        let due = now - chrono::TimeDelta::seconds(90);
        let channels = vec![("mail", Some(due)), ("sms", None)];
        let vitals = Vitals { messages: vec![("pending", 3)], oldest_due: Some(due), oldest_due_by_channel: channels };
        let refused = ("mail".to_owned(), "dead".to_owned(), "refused".to_owned(), 2);
        let last_day = LastDay { ended: vec![refused], bounced: 4 };
        metrics.of_messages(Some(&last_day), &[QueueMoves { channel: "sms", moves: true }]);
        let text = metrics.text(Some(&vitals), now + chrono::TimeDelta::seconds(5));
        for line in [
            "rebook_bookings_total{door=\"api\"} 1",
            "rebook_messages{state=\"pending\"} 3",
            "rebook_messages_oldest_due_seconds 95",
            "rebook_messages_channel_oldest_due_seconds{channel=\"mail\"} 95",
            "rebook_messages_channel_oldest_due_seconds{channel=\"sms\"} 0",
            "rebook_messages_queue_moves{channel=\"sms\"} 1",
            "rebook_messages_ended_last_day{channel=\"mail\",state=\"dead\",reason=\"refused\"} 2",
            "rebook_messages_bounced_last_day 4",
            "rebook_scheduler_beat_age_seconds 5",
            "database=\"sqlite\"",
            "# EOF",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }
}
