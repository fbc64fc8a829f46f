//! What messages brought back: bookings that were made soon after one, by the last message before the booking.
//!
//! It is a diagnostic and no proof: some would have booked anyway. What a message really does is measured by leaving it out
//! for some (a holdout group).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ids::ClientId;
use super::insight::Insight;
use super::population::{Person, Population};

/// A booking within so many days of a message is taken as its doing.
pub const ATTRIBUTION_DAYS: i64 = 14;

/// A message that reached somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// Whom it was about.
    pub client: ClientId,
    /// The local day on which it left.
    pub day: NaiveDate,
    /// Place of its kind in the list of kinds that is counted.
    pub kind: u32,
}

/// What one kind of message brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Brought {
    /// Messages that left.
    pub sent: i64,
    /// People they were about.
    pub people: i64,
    /// Bookings made within [`ATTRIBUTION_DAYS`] whose last message it was.
    pub booked: i64,
    /// People who made them.
    pub people_booked: i64,
    /// Those bookings that became a visit.
    pub completed: i64,
    /// What came in on the days of these visits, in minor units without tax.
    pub revenue_minor: i64,
}

/// A booking of somebody: when it was made, and the day of the visit it became.
struct Made {
    on: NaiveDate,
    visit: Option<NaiveDate>,
}

/// What each kind brought, in the order of the kinds. `told` must be in order.
pub fn brought_back(insight: &Insight, told: &[Told], kinds: usize) -> Vec<Brought> {
    let population = &insight.population;
    let mut lines = vec![Brought::default(); kinds];
    for of_one in told.chunk_by(|one, next| one.client == next.client) {
        let mut people: BTreeMap<u32, bool> = BTreeMap::new();
        for message in of_one {
            people.entry(message.kind).or_default();
            if let Some(line) = line_of(&mut lines, message.kind) {
                line.sent += 1;
            }
        }
        let person = of_one.first().and_then(|message| population.person(message.client));
        for made in person.into_iter().flat_map(|person| bookings(population, person)) {
            let before = of_one.iter().rev().find(|message| message.day <= made.on);
            let Some(message) = before.filter(|message| (made.on - message.day).num_days() <= ATTRIBUTION_DAYS) else {
                continue;
            };
            people.insert(message.kind, true);
            let came_in = made.visit.zip(person).map_or(0, |(day, person)| came_in_on(population, person, day));
            if let Some(line) = line_of(&mut lines, message.kind) {
                line.booked += 1;
                line.completed += i64::from(made.visit.is_some());
                line.revenue_minor += came_in;
            }
        }
        for (kind, has_booked) in people {
            if let Some(line) = line_of(&mut lines, kind) {
                line.people += 1;
                line.people_booked += i64::from(has_booked);
            }
        }
    }
    lines
}

fn line_of(lines: &mut [Brought], kind: u32) -> Option<&mut Brought> {
    lines.get_mut(usize::try_from(kind).ok()?)
}

fn bookings(population: &Population, person: &Person) -> Vec<Made> {
    let visits = population.visits_of(person).iter().map(|visit| Made { on: visit.booked_on, visit: Some(visit.day) });
    let others = population.bookings_of(person).iter().map(|booking| Made { on: booking.booked_on, visit: None });
    visits.chain(others).collect()
}

fn came_in_on(population: &Population, person: &Person, day: NaiveDate) -> i64 {
    population.amounts_of(person).iter().filter(|amount| amount.day == day).map(|amount| amount.minor).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{LocationId, ProviderId, ServiceId};
    use crate::domain::money::Currency;
    use crate::domain::population::{Amount, Offered, Visit};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn clinic() -> Insight {
        let visit = |on: &str, booked: &str| Visit {
            day: day(on),
            booked_on: day(booked),
            service: 0,
            provider: 0,
            location: 0,
            minutes: 30,
            by_client: true,
            kinds: 0,
        };
        let amount = |on: &str, minor| Amount { day: day(on), minor, margin_minor: minor, service: None };
        let population = Population {
            today: day("2026-11-30"),
            currency: Currency::Eur,
            lost_after_months: 18,
            people: vec![Person {
                client: ClientId::new(7),
                source: None,
                may_be_asked: true,
                visits: 0..3,
                amounts: 0..3,
                bookings: 0..0,
                dues: 0..0,
            }],
            visits: vec![
                visit("2026-01-10", "2026-01-01"),
                visit("2026-03-20", "2026-03-14"),
                visit("2026-06-20", "2026-06-01"),
            ],
            amounts: vec![amount("2026-01-10", 5_000), amount("2026-03-20", 7_000), amount("2026-06-20", 9_000)],
            bookings: Vec::new(),
            dues: Vec::new(),
            kinds: Vec::new(),
            services: vec![Offered { id: ServiceId::new(1), name: String::new(), usual_gap_days: None }],
            providers: vec![Offered { id: ProviderId::new(1), name: String::new(), usual_gap_days: None }],
            locations: vec![Offered { id: LocationId::new(1), name: String::new(), usual_gap_days: None }],
            sources: Vec::new(),
        };
        Insight { population, standings: vec![None], scores: vec![None] }
    }

    #[test]
    fn a_booking_belongs_to_the_last_message_of_the_fortnight_before() {
        let told = |on: &str, kind| Told { client: ClientId::new(7), day: day(on), kind };
        // The second visit was booked 14 days after a message of kind 0 and 4 after one of kind 1; the third 20 days after.
        let told = [told("2026-02-28", 0), told("2026-03-10", 1), told("2026-05-12", 0)];
        let lines = brought_back(&clinic(), &told, 2);
        assert_eq!(lines[0], Brought { sent: 2, people: 1, ..Brought::default() });
        let brought = Brought { sent: 1, people: 1, booked: 1, people_booked: 1, completed: 1, revenue_minor: 7_000 };
        assert_eq!(lines[1], brought);
    }

    #[test]
    fn whoever_is_not_known_any_more_was_told_and_brought_nothing() {
        let told = [Told { client: ClientId::new(9), day: day("2026-03-10"), kind: 0 }];
        assert_eq!(brought_back(&clinic(), &told, 1), [Brought { sent: 1, people: 1, ..Brought::default() }]);
    }
}
