//! What reception wrote about some patients: alerts, notes, tags, and two pairs that may be one person.

use chrono::Duration;
use diesel::prelude::*;

use super::{Writer, Written};
use crate::db::schema::{client_notes, client_tags, possible_duplicates};

const ALERTS: [&str; 4] =
    ["Penicillin allergy", "Prefers mornings", "Latex allergy", "Anxious: allow ten minutes more"];
const NOTES: [&str; 4] = [
    "Asked about whitening; send the price list after the next check-up.",
    "Travels a lot for work, best reached by mail.",
    "Wants the same hygienist every time.",
    "Insurance changed in spring.",
];
const TAGS: [&str; 3] = ["braces", "implant plan", "vip"];

/// Every so many patients something is written about one of them.
const PATIENTS_BETWEEN: usize = 23;
/// So many patients have something written about them.
const NOTED: usize = 24;
/// Pairs on the worklist.
const PAIRS: usize = 2;

impl Writer<'_> {
    /// Writes them in the receptionist's name.
    pub(super) fn notes(&mut self, patients: &[i64], desk: Option<i64>) -> Written {
        let Some(desk) = desk else { return Ok(()) };
        let now = self.plan.anchor.now;
        let known: Vec<i64> = self
            .plan
            .people
            .patients
            .iter()
            .zip(patients)
            .filter(|(patient, _)| patient.arrives < now - Duration::days(60))
            .map(|(_, id)| *id)
            .collect();
        let numbers = self.numbers(31);
        let chosen = known.iter().step_by(PATIENTS_BETWEEN).take(NOTED);
        let texts = ALERTS.iter().cycle().zip(NOTES.iter().cycle()).zip(TAGS.iter().cycle());
        for ((client, ((alert, note), tag)), days) in chosen.zip(texts).zip(7_i64..) {
            let at = self.utc(now - Duration::days(days));
            for (kind, text) in [("alert", alert), ("note", note)] {
                diesel::insert_into(client_notes::table)
                    .values((
                        client_notes::id.eq(numbers.next(at)),
                        client_notes::client_id.eq(client),
                        client_notes::kind.eq(kind),
                        client_notes::text.eq(*text),
                        client_notes::at.eq(at),
                        client_notes::staff_user_id.eq(desk),
                    ))
                    .execute(self.conn)?;
            }
            diesel::insert_into(client_tags::table)
                .values((client_tags::client_id.eq(client), client_tags::tag.eq(*tag), client_tags::created_at.eq(at)))
                .execute(self.conn)?;
        }
        self.pairs(patients)
    }

    /// Parents and children share a mailbox: the first pairs somebody has to look at.
    fn pairs(&mut self, patients: &[i64]) -> Written {
        let at = self.utc(self.plan.anchor.now - Duration::days(3));
        let people = &self.plan.people.patients;
        let wards = people.iter().zip(patients).filter_map(|(patient, id)| {
            let guardian = patients.get(patient.guardian?)?;
            Some((*id, *guardian))
        });
        let pairs: Vec<(i64, i64)> = wards.take(PAIRS).collect();
        for (child, guardian) in pairs {
            diesel::insert_into(possible_duplicates::table)
                .values((
                    possible_duplicates::client_id.eq(child),
                    possible_duplicates::other_id.eq(guardian),
                    possible_duplicates::reason.eq("same_phone"),
                    possible_duplicates::created_at.eq(at),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }
}
