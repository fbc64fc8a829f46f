//! One person's visits and bookings, and the stretches in which the dated rule calls him a client.
//!
//! Somebody becomes a client with the first visit. He is lost on the day after the limit ([`Facts::limit`]) unless something is booked then; a booking that is called off later loses
//! him on that day. With the next visit he is a client again.

use chrono::NaiveDate;

use crate::domain::client_state::Facts;
use crate::domain::insight::{Insight, Standing};
use crate::domain::lifetime::Score;
use crate::domain::population::{Amount, Due, OtherBooking, Outcome, Person, Population, Visit};
use crate::domain::reporting::after;

/// A stretch in which somebody was a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// The visit that began it.
    pub from: NaiveDate,
    /// The day on which he was lost; nothing while he is not.
    pub lost_on: Option<NaiveDate>,
}

impl Spell {
    /// Whether he was a client when the day began.
    pub fn covers_start_of(self, day: NaiveDate) -> bool {
        self.from < day && self.lost_on.is_none_or(|lost| day <= lost)
    }
}

/// One person as the figures see him.
pub struct Story<'a> {
    /// Everybody.
    pub population: &'a Population,
    /// Who.
    pub person: &'a Person,
    /// Visits, first to last.
    pub visits: &'a [Visit],
    /// Other bookings, by day.
    pub bookings: &'a [OtherBooking],
    /// Amounts, by day.
    pub amounts: &'a [Amount],
    /// Prescribed dates.
    pub dues: &'a [Due],
    /// How he stands today.
    pub standing: Option<&'a Standing>,
    /// What a model expects of him.
    pub score: Option<&'a Score>,
    /// The stretches in which he was a client, first to last.
    pub spells: Vec<Spell>,
}

impl<'a> Story<'a> {
    /// The story of the person at this place of [`Population::people`].
    pub fn at(insight: &'a Insight, place: usize) -> Option<Self> {
        let population = &insight.population;
        let person = population.people.get(place)?;
        let (visits, bookings) = (population.visits_of(person), population.bookings_of(person));
        let dues = population.dues_of(person);
        Some(Self {
            population,
            person,
            visits,
            bookings,
            amounts: population.amounts_of(person),
            dues,
            standing: insight.standings.get(place).and_then(Option::as_ref),
            score: insight.scores.get(place).and_then(Option::as_ref),
            spells: spells(population, &Facts::of(population, person), visits, bookings),
        })
    }

    /// The first visit.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.visits.first().map(|visit| visit.day)
    }

    /// Whether he was a client when the day began.
    pub fn is_client_at(&self, day: NaiveDate) -> bool {
        self.spells.iter().any(|spell| spell.covers_start_of(day))
    }

    /// Whether something was booked on `day`, at its end, for a later day.
    pub fn is_booked_beyond(&self, day: NaiveDate) -> bool {
        let other =
            |booking: &OtherBooking| day < booking.day && booking.booked_on <= day && stands_after(booking, day);
        self.visits.iter().any(|visit| day < visit.day && visit.booked_on <= day) || self.bookings.iter().any(other)
    }
}

/// Whether a booking still stood when `day` ended.
fn stands_after(booking: &OtherBooking, day: NaiveDate) -> bool {
    match booking.ended_on {
        Some(ended) => day < ended,
        None => booking.outcome == Outcome::Coming,
    }
}

fn spells(population: &Population, facts: &Facts<'_>, visits: &[Visit], bookings: &[OtherBooking]) -> Vec<Spell> {
    let mut spells: Vec<Spell> = Vec::with_capacity(1);
    for (place, visit) in visits.iter().enumerate() {
        if spells.last().is_none_or(|spell| spell.lost_on.is_some()) {
            spells.push(Spell { from: visit.day, lost_on: None });
        }
        let next = visits.get(place + 1);
        let lost_on = lost_on(after(facts.limit(visit.day)), next, bookings).filter(|lost| *lost <= population.today);
        if let (Some(spell), Some(lost)) = (spells.last_mut(), lost_on) {
            spell.lost_on = Some(lost);
        }
    }
    spells
}

/// The first day from `day` on at which nothing is booked; nothing when the next visit comes before it.
fn lost_on(mut day: NaiveDate, next: Option<&Visit>, bookings: &[OtherBooking]) -> Option<NaiveDate> {
    loop {
        if next.is_some_and(|visit| visit.booked_on <= day || visit.day <= day) {
            return None;
        }
        let covers =
            |booking: &&OtherBooking| booking.booked_on <= day && day <= booking.day && stands_after(booking, day);
        let Some(booking) = bookings.iter().find(covers) else {
            return Some(day);
        };
        // He has it until it is called off or its day is over.
        let over = after(booking.day);
        day = match booking.outcome {
            Outcome::Coming => over,
            _ => booking.ended_on.map_or(over, |ended| ended.min(over)),
        };
    }
}
