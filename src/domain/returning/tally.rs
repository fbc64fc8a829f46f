//! What one person adds to a figure.

use chrono::{Days as DayCount, NaiveDate};

use super::story::Story;
use super::{After, Figure, RECALL_GRACE_DAYS};
use crate::domain::population::{Outcome, Visit};
use crate::domain::reporting::{Days, months_after};

/// What counts, and out of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// What counts.
    pub part: i64,
    /// Out of what.
    pub of: i64,
}

impl Tally {
    const fn new(part: i64, of: i64) -> Self {
        Self { part, of }
    }

    fn yes(counts: bool) -> Self {
        Self { part: i64::from(counts), of: 1 }
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { part: self.part.saturating_add(other.part), of: self.of.saturating_add(other.of) }
    }
}

/// What the person adds to `figure` over its window; `provider` narrows what is counted by visit to one.
pub fn tally(figure: Figure, story: &Story<'_>, window: Days, provider: Option<u32>) -> Tally {
    match figure {
        Figure::Retention => retention(story, window),
        Figure::Churn => churn(story, window),
        Figure::SecondVisit => second_visit(story, window),
        Figure::Return(which, wait) => returns(story, window, which, wait, provider),
        Figure::Rebooked => rebooked(story, window, provider),
        Figure::RecallRate => recall_rate(story, window),
        Figure::NoShow => broken(story, window, Outcome::Missed, provider),
        Figure::LateCancellation => broken(story, window, Outcome::CancelledLate, provider),
        Figure::NewVisits => new_visits(story, window),
        Figure::NewRevenue => new_revenue(story, window),
        Figure::OwnGap => own_gap(story, window),
        Figure::AtRisk => story.standing.map_or_else(Tally::default, |standing| Tally::new(standing.at_risk_minor, 1)),
        Figure::WorthSoFar => worth_so_far(story, window),
        Figure::WorthExpected => story
            .standing
            .filter(|_| story.score.is_some())
            .map_or_else(Tally::default, |standing| Tally::new(standing.value_minor, 1)),
    }
}

/// How the number of clients moved between the beginning of two days, for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Moved {
    pub start: i64,
    pub new: i64,
    pub returned: i64,
    pub lost: i64,
    pub end: i64,
}

pub(super) fn moved(story: &Story<'_>, window: Days) -> Moved {
    let mut moved = Moved::default();
    for (place, spell) in story.spells.iter().enumerate() {
        moved.start += i64::from(spell.covers_start_of(window.from));
        moved.end += i64::from(spell.covers_start_of(window.until));
        if window.contains(spell.from) {
            if place == 0 { moved.new += 1 } else { moved.returned += 1 }
        }
        moved.lost += i64::from(spell.lost_on.is_some_and(|lost| window.contains(lost)));
    }
    moved
}

/// (CE − CN − CR) of CS.
fn retention(story: &Story<'_>, window: Days) -> Tally {
    let moved = moved(story, window);
    Tally::new(moved.end - moved.new - moved.returned, moved.start)
}

/// Lost, out of the days on which he was a client: divided by the days of the window, these are the average number.
fn churn(story: &Story<'_>, window: Days) -> Tally {
    let days = |from: NaiveDate, until: NaiveDate| (until.min(window.until) - from.max(window.from)).num_days().max(0);
    let of = story.spells.iter().map(|spell| days(spell.from, spell.lost_on.unwrap_or(window.until))).sum();
    Tally::new(moved(story, window).lost, of)
}

fn second_visit(story: &Story<'_>, window: Days) -> Tally {
    match story.first_day() {
        Some(first) if window.contains(first) => {
            let until = months_after(first, 12);
            Tally::yes(story.visits.get(1).is_some_and(|second| second.day <= until))
        }
        _ => Tally::default(),
    }
}

/// The visits of the window, each with its place.
fn visits_in<'a>(
    story: &'a Story<'_>,
    window: Days,
    provider: Option<u32>,
) -> impl Iterator<Item = (usize, &'a Visit)> {
    let is_meant = move |visit: &Visit| window.contains(visit.day) && provider.is_none_or(|one| visit.provider == one);
    story.visits.iter().enumerate().filter(move |(_, visit)| is_meant(visit))
}

fn returns(story: &Story<'_>, window: Days, which: After, wait: u16, provider: Option<u32>) -> Tally {
    let meant = visits_in(story, window, provider).filter(|(place, _)| (*place == 0) == (which == After::First));
    meant.fold(Tally::default(), |tally, (place, visit)| {
        let until = later(visit.day, wait);
        tally.and(Tally::yes(story.visits.get(place + 1).is_some_and(|next| next.day <= until)))
    })
}

fn rebooked(story: &Story<'_>, window: Days, provider: Option<u32>) -> Tally {
    let meant = visits_in(story, window, provider);
    meant.fold(Tally::default(), |tally, (_, visit)| tally.and(Tally::yes(story.is_booked_beyond(visit.day))))
}

/// Each prescribed date in the window: whether a visit of the kind, or a booking, was there within the grace.
fn recall_rate(story: &Story<'_>, window: Days) -> Tally {
    let mut tally = Tally::default();
    for due in story.dues.iter().filter(|due| !due.is_silent) {
        let Some(every_days) = due.every_days else { continue };
        let every = DayCount::new(u64::from(every_days));
        let kind = story.population.kinds.iter().position(|kind| kind.id == due.recall_type);
        let is_of = |visit: &&Visit| kind.is_some_and(|kind| visit.is_of(kind));
        let mut of_kind = story.visits.iter().filter(is_of).peekable();
        while let Some(visit) = of_kind.next() {
            let Some(day) = visit.day.checked_add_days(every).filter(|day| window.contains(*day)) else { continue };
            let until = later(day, RECALL_GRACE_DAYS);
            let came = of_kind.peek().is_some_and(|next| next.day <= until || next.booked_on <= until);
            tally = tally.and(Tally::yes(came || story.is_booked_beyond(until)));
        }
    }
    tally
}

/// Days on which somebody was expected to the last moment, and those of them with `outcome` and no visit.
fn broken(story: &Story<'_>, window: Days, outcome: Outcome, provider: Option<u32>) -> Tally {
    let came = i64::try_from(visits_in(story, window, provider).count()).unwrap_or(0);
    let mut tally = Tally::new(0, came);
    let mut last: Option<NaiveDate> = None;
    for booking in story.bookings.iter().filter(|booking| window.contains(booking.day)) {
        let is_broken = matches!(booking.outcome, Outcome::Missed | Outcome::CancelledLate);
        let is_meant = provider.is_none_or(|one| booking.provider == one);
        if !is_broken || !is_meant || last == Some(booking.day) || has_visit_on(story, booking.day) {
            continue;
        }
        last = Some(booking.day);
        tally = tally.and(Tally::yes(day_outcome(story, booking.day) == outcome));
    }
    tally
}

/// Missed when anything of the day was missed, else called off too late.
fn day_outcome(story: &Story<'_>, day: NaiveDate) -> Outcome {
    let of_day = story.bookings.iter().filter(|booking| booking.day == day);
    let missed = of_day.clone().any(|booking| booking.outcome == Outcome::Missed);
    if missed { Outcome::Missed } else { Outcome::CancelledLate }
}

pub(super) fn has_visit_on(story: &Story<'_>, day: NaiveDate) -> bool {
    story.visits.binary_search_by_key(&day, |visit| visit.day).is_ok()
}

fn new_visits(story: &Story<'_>, window: Days) -> Tally {
    visits_in(story, window, None).fold(Tally::default(), |tally, (place, _)| tally.and(Tally::yes(place == 0)))
}

/// What comes in up to the day of the first visit is new, everything after it is of somebody who came back.
fn new_revenue(story: &Story<'_>, window: Days) -> Tally {
    let first = story.first_day();
    story.amounts.iter().filter(|amount| window.contains(amount.day)).fold(Tally::default(), |tally, amount| {
        let is_new = first.is_none_or(|first| amount.day <= first);
        tally.and(Tally::new(if is_new { amount.minor } else { 0 }, amount.minor))
    })
}

/// The person's own median gap in days, from three visits on.
fn own_gap(story: &Story<'_>, window: Days) -> Tally {
    let days: Vec<NaiveDate> =
        story.visits.iter().map(|visit| visit.day).take_while(|day| *day < window.until).collect();
    if days.len() < 3 {
        return Tally::default();
    }
    let mut gaps: Vec<i64> =
        days.iter().zip(days.iter().skip(1)).map(|(one, next)| (*next - *one).num_days()).collect();
    gaps.sort_unstable();
    Tally::new(median(&gaps).unwrap_or(0), 1)
}

/// The middle of a sorted list; between two, the mean rounded up.
pub(super) fn median(sorted: &[i64]) -> Option<i64> {
    let high = *sorted.get(sorted.len() / 2)?;
    if !sorted.len().is_multiple_of(2) {
        return Some(high);
    }
    let low = *sorted.get(sorted.len() / 2 - 1)?;
    Some(low + (high - low + 1) / 2)
}

fn worth_so_far(story: &Story<'_>, window: Days) -> Tally {
    if story.first_day().is_none_or(|first| window.until <= first) {
        return Tally::default();
    }
    let amounts = story.amounts.iter().filter(|amount| amount.day < window.until);
    Tally::new(amounts.map(|amount| amount.minor).sum(), 1)
}

fn later(day: NaiveDate, count: u16) -> NaiveDate {
    day.checked_add_days(DayCount::new(u64::from(count))).unwrap_or(NaiveDate::MAX)
}
