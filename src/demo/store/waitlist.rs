//! A handful of people who wait, so that the list is not empty: some for full days, one parked, one put first.

use chrono::Duration;
use diesel::prelude::*;

use super::{Writer, Written};
use crate::db::schema::waitlist_entries;
use crate::demo::catalogue as shop;
use crate::domain::waitlist::{EntryStatus, PartOfDay, UNANSWERED_MAX, Weekdays};

/// Somebody of the story who waits.
struct Waiting {
    service: &'static str,
    location: Option<&'static str>,
    provider: Option<&'static str>,
    /// Days from today.
    days: (i64, i64),
    part: PartOfDay,
    short_notice: bool,
    waits_days: i64,
    is_parked: bool,
    position: i32,
    is_skipped: bool,
    note: &'static str,
}

const USUAL: Waiting = Waiting {
    service: "check-up",
    location: Some(shop::SANTA_MONICA),
    provider: None,
    days: (0, 1),
    part: PartOfDay::Any,
    short_notice: false,
    waits_days: 2,
    is_parked: false,
    position: 0,
    is_skipped: false,
    note: "",
};

const WAITING: [Waiting; 7] = [
    Waiting { short_notice: true, waits_days: 6, ..USUAL },
    Waiting { provider: Some(shop::GRACE), part: PartOfDay::Morning, waits_days: 9, ..USUAL },
    Waiting {
        short_notice: true,
        waits_days: 1,
        note: "I work around the corner and can come within 20 minutes.",
        ..USUAL
    },
    Waiting { position: -1, waits_days: 3, note: "Travels on Thursday.", ..USUAL },
    Waiting { service: "gum-care", location: None, days: (2, 20), part: PartOfDay::Afternoon, waits_days: 4, ..USUAL },
    Waiting { service: "whitening", location: None, days: (4, 30), waits_days: 21, is_parked: true, ..USUAL },
    Waiting { service: "filling", location: Some(shop::PASADENA), days: (1, 12), is_skipped: true, ..USUAL },
];

/// Every so many patients one of them waits.
const PATIENTS_BETWEEN: usize = 41;

impl Writer<'_> {
    /// Writes who waits; they were told by hand, so nothing is mailed.
    pub(super) fn waitlist(&mut self, patients: &[i64]) -> Written {
        let anchor = &self.plan.anchor;
        let (today, now) = (anchor.today, anchor.now);
        let reachable = self.plan.people.patients.iter().zip(patients).filter(|(patient, _)| {
            patient.email.is_some()
                && patient.phone.is_some()
                && patient.guardian.is_none()
                && patient.arrives < now - Duration::days(30)
        });
        let clients: Vec<(i64, &str)> =
            reachable.step_by(PATIENTS_BETWEEN).map(|(patient, id)| (*id, patient.language)).collect();
        let numbers = self.numbers(30);
        let mut rows = Vec::new();
        for (waiting, (client, language)) in WAITING.iter().zip(clients) {
            let created_at = self.utc(now - Duration::days(waiting.waits_days));
            let (from, until) = waiting.part.minutes();
            let status = if waiting.is_parked { EntryStatus::Parked } else { EntryStatus::Waiting };
            let unanswered = if waiting.is_parked { i32::try_from(UNANSWERED_MAX).unwrap_or(3) } else { 0 };
            let skipped_until = waiting.is_skipped.then(|| self.utc(now + Duration::hours(20)));
            rows.push((
                (
                    waitlist_entries::id.eq(numbers.next(created_at)),
                    waitlist_entries::client_id.eq(client),
                    waitlist_entries::service_id.eq(self.id(waiting.service)),
                    waitlist_entries::provider_id.eq(waiting.provider.map(|key| self.id(key))),
                    waitlist_entries::location_id.eq(waiting.location.map(|key| self.id(key))),
                    waitlist_entries::party.eq(1),
                    waitlist_entries::first_day.eq(today + Duration::days(waiting.days.0)),
                    waitlist_entries::last_day.eq(today + Duration::days(waiting.days.1)),
                    waitlist_entries::weekdays.eq(i32::from(Weekdays::ALL.bits())),
                    waitlist_entries::from_minute.eq(i32::try_from(from).unwrap_or(0)),
                    waitlist_entries::until_minute.eq(i32::try_from(until).unwrap_or(0)),
                ),
                (
                    waitlist_entries::short_notice.eq(waiting.short_notice),
                    waitlist_entries::status.eq(status.as_str()),
                    waitlist_entries::position.eq(waiting.position),
                    waitlist_entries::unanswered.eq(unanswered),
                    waitlist_entries::skipped_until.eq(skipped_until),
                    waitlist_entries::language.eq(language),
                    waitlist_entries::note.eq(waiting.note),
                    waitlist_entries::created_at.eq(created_at),
                    waitlist_entries::created_by.eq("client"),
                ),
            ));
        }
        for row in rows {
            diesel::insert_into(waitlist_entries::table).values(row).execute(self.conn)?;
        }
        Ok(())
    }
}
