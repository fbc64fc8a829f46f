//! What a wish of the desk would break, in sentences, with whom it overlaps and when.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use chrono_tz::Tz;

use super::why;
use crate::booking::BookingFacts;
use crate::booking::facts;
use crate::db::{Conn, Fault};
use crate::domain::ids::AppointmentId;
use crate::domain::overriding::{Acknowledged, Breach, Occupant};
use crate::domain::time;
use crate::i18n::Texts;

/// Of a class that is in the way, as many people are named.
const NAMED_MAX: usize = 5;
/// As many bookings of one appointment are read.
const BOOKINGS_MAX: i64 = 50;

/// The status of the page that warns: a conflict where somebody else is in the way.
pub(super) fn status(breaches: &[Breach]) -> StatusCode {
    let is_conflict = breaches.iter().any(Breach::is_about_others);
    if is_conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The warning beside a form that may be sent again.
pub(super) struct Warning {
    pub heading: String,
    pub sentences: Vec<String>,
    /// What the form sends back: everything that was shown.
    pub acknowledged: String,
    /// Whether somebody else is at that time.
    pub stands_beside: bool,
    /// Whether it is another list than the one that was acknowledged before.
    pub is_more: bool,
}

/// What is in the way, with the bookings that overlap.
#[derive(Default)]
pub(super) struct Broken {
    breaches: Vec<Breach>,
    overlapped: HashMap<AppointmentId, Vec<BookingFacts>>,
}

impl Broken {
    /// Looks up who is overlapped.
    pub fn load(conn: &mut Conn, breaches: &[Breach]) -> Result<Self, Fault> {
        let mut overlapped = HashMap::new();
        for breach in breaches {
            if let Breach::Overlap(Occupant::Appointment(appointment)) = breach {
                let mut bookings = facts::bookings_of_appointment(conn, *appointment, BOOKINGS_MAX)?;
                bookings.retain(|booking| booking.status.is_live());
                overlapped.insert(*appointment, bookings);
            }
        }
        Ok(Self { breaches: breaches.to_vec(), overlapped })
    }

    /// The warning; none when nothing is broken. `acknowledged` is what the form had sent.
    pub fn warning(&self, t: Texts, zone: Tz, acknowledged: &str) -> Option<Warning> {
        if self.breaches.is_empty() {
            return None;
        }
        let sentences: Vec<String> = self.breaches.iter().flat_map(|breach| self.sentences(t, zone, breach)).collect();
        Some(Warning {
            heading: t.with("move-desk-warning", &[("count", &self.breaches.len())]),
            sentences,
            acknowledged: Acknowledged::text_of(&self.breaches),
            stands_beside: !self.overlapped.is_empty(),
            is_more: !acknowledged.is_empty(),
        })
    }

    fn sentences(&self, t: Texts, zone: Tz, breach: &Breach) -> Vec<String> {
        match breach {
            Breach::Calendar(reason) => vec![why::words(t, zone, reason)],
            Breach::OverCapacity { left } => vec![t.with("move-desk-over-capacity", &[("left", left)])],
            Breach::PastDeadline { deadline } => {
                vec![t.with("move-desk-past-deadline", &[("deadline", &t.moment(*deadline, zone))])]
            }
            Breach::Overlap(Occupant::Block(_)) => vec![t.text("move-desk-blocked")],
            Breach::Overlap(Occupant::Appointment(appointment)) => {
                let bookings = self.overlapped.get(appointment).map_or(&[][..], Vec::as_slice);
                if bookings.is_empty() {
                    return vec![t.text("move-desk-overlap-hold")];
                }
                bookings.iter().take(NAMED_MAX).map(|booking| overlap(t, booking)).collect()
            }
        }
    }
}

fn overlap(t: Texts, booking: &BookingFacts) -> String {
    let clock = |at| t.time(time::local(at, booking.zone).time());
    t.with(
        "move-desk-overlap",
        &[
            ("provider", &booking.provider_name),
            ("name", &booking.client_name()),
            ("service", &booking.service_name),
            ("from", &clock(booking.starts_at)),
            ("to", &clock(booking.ends_at)),
        ],
    )
}

/// The rules of a line of history, in the reader's language.
pub(super) fn rules_text(t: Texts, broke: &str) -> String {
    let word = |word: &str| match word {
        "overlap" => t.text("move-rule-overlap"),
        "blocked" => t.text("move-rule-blocked"),
        "over_capacity" => t.text("move-rule-over-capacity"),
        "past_deadline" => t.text("move-rule-past-deadline"),
        "outside_hours" => t.text("move-rule-outside-hours"),
        "off_grid" => t.text("move-rule-off-grid"),
        "break" => t.text("move-rule-break"),
        "closure" => t.text("move-rule-closure"),
        "time_off" => t.text("move-rule-time-off"),
        "not_here" => t.text("move-rule-not-here"),
        "provider_left" => t.text("move-rule-provider-left"),
        "no_room" => t.text("move-rule-no-room"),
        _ => t.text("move-rule-other"),
    };
    broke.split(',').map(word).collect::<Vec<_>>().join(", ")
}
