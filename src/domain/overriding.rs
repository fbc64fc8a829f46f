//! Which rules a wish of the desk breaks, so that staff may break them knowingly.
//!
//! Nothing is refused here. A wish is weighed against one provider's calendar; what speaks against it is named, and
//! whoever may override is asked about exactly that. [`Acknowledged`] is the answer: a wish that breaks more by the time
//! it is written is asked about again.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::explain::{self, WhyNot};
use super::ids::{AppointmentId, BlockId, ProviderId, RoomId};
use super::slots::{Candidate, DayCalendar, OpenClass, ProviderDay, ServiceRules, check_party, free_rooms};
use super::span::Span;

/// A list of answers is cut after so many; nobody reads more.
const ACKNOWLEDGED_MAX: usize = 40;

/// What a provider or room is taken by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occupant {
    /// Somebody's appointment, or a place kept for somebody.
    Appointment(AppointmentId),
    /// Time that staff blocked.
    Block(BlockId),
}

/// One rule that a wish breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// Hours, absences, the grid of starts or the rooms speak against it.
    Calendar(WhyNot),
    /// The provider has another appointment then, buffers included, or the time is blocked.
    Overlap(Occupant),
    /// The group appointment has fewer seats left than are wanted.
    OverCapacity {
        /// Seats left.
        left: u16,
    },
    /// The client could not move it any more.
    PastDeadline {
        /// Until when it was possible.
        deadline: DateTime<Utc>,
    },
}

impl Breach {
    /// The rule in one word, as history keeps it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Calendar(why) => word_of(why),
            Self::Overlap(Occupant::Appointment(_)) => "overlap",
            Self::Overlap(Occupant::Block(_)) => "blocked",
            Self::OverCapacity { .. } => "over_capacity",
            Self::PastDeadline { .. } => "past_deadline",
        }
    }

    /// Whether somebody else is in the way, and not only the clinic's own rules.
    pub const fn is_about_others(&self) -> bool {
        match self {
            Self::Overlap(_) | Self::OverCapacity { .. } => true,
            Self::Calendar(_) | Self::PastDeadline { .. } => false,
        }
    }

    /// What is acknowledged: the word, and whose appointment it is about.
    pub fn token(&self) -> String {
        match self {
            Self::Overlap(Occupant::Appointment(appointment)) => format!("overlap:{appointment}"),
            Self::Overlap(Occupant::Block(block)) => format!("blocked:{block}"),
            other => other.word().to_owned(),
        }
    }
}

const fn word_of(why: &WhyNot) -> &'static str {
    match why {
        WhyNot::Closed { .. } => "closure",
        WhyNot::ProviderLeft => "provider_left",
        WhyNot::TimeOff => "time_off",
        WhyNot::NotHere { .. } => "not_here",
        WhyNot::Break => "break",
        WhyNot::OutsideHours | WhyNot::DurationDoesNotFit { .. } => "outside_hours",
        WhyNot::OffGrid => "off_grid",
        WhyNot::NoRoom => "no_room",
        WhyNot::ClassFull { .. } => "over_capacity",
        WhyNot::Booked { .. } | WhyNot::BufferTouches { .. } => "overlap",
        WhyNot::TooSoon { .. } => "lead_time",
        WhyNot::TooFar { .. } => "horizon",
        WhyNot::NobodyOffersIt => "nobody_offers_it",
        WhyNot::PartyTooSmall { .. } | WhyNot::PartyTooLarge { .. } => "party",
        WhyNot::DoesNotExist | WhyNot::OtherDay | WhyNot::Past => "time",
    }
}

/// The words of all of them, each once, as history keeps them; nothing when nothing is broken.
pub fn words(breaches: &[Breach]) -> Option<String> {
    let words: BTreeSet<&str> = breaches.iter().map(Breach::word).collect();
    (!words.is_empty()).then(|| words.into_iter().collect::<Vec<_>>().join(","))
}

/// What somebody was shown and decided to break all the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acknowledged(Vec<String>);

impl Acknowledged {
    /// Reads what [`Acknowledged::text_of`] wrote; what is not understood covers nothing.
    pub fn parse(text: &str) -> Self {
        let tokens = text.split(',').map(str::trim).filter(|token| !token.is_empty());
        Self(tokens.take(ACKNOWLEDGED_MAX).map(str::to_owned).collect())
    }

    /// The text that acknowledges all of these.
    pub fn text_of(breaches: &[Breach]) -> String {
        let tokens: BTreeSet<String> = breaches.iter().map(Breach::token).collect();
        tokens.into_iter().collect::<Vec<_>>().join(",")
    }

    /// Whether everything that is broken was acknowledged.
    pub fn covers(&self, breaches: &[Breach]) -> bool {
        breaches.iter().all(|breach| self.0.contains(&breach.token()))
    }
}

/// A way to write the wish whatever speaks against it, and what does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// With whom, where, for how long.
    pub candidate: Candidate,
    /// What it breaks; nothing means that it is free.
    pub breaches: Vec<Breach>,
}

/// What stands on the providers' calendars.
pub type TakenBy = (ProviderId, Occupant, Span);

/// The way that breaks least, with the provider who was asked for or with anybody. Nothing when nobody offers the
/// service there, or the party is none the service takes: these are no rules to break.
pub fn weigh(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    party: u16,
    starts_at: DateTime<Utc>,
    wanted: Option<ProviderId>,
    taken: &[TakenBy],
) -> Option<Weighed> {
    check_party(rules, party).ok()?;
    let asked = |day: &&ProviderDay| wanted.is_none_or(|wanted| wanted == day.provider);
    let ways = calendar.providers.iter().filter(asked);
    let ways = ways.filter_map(|day| weigh_with(rules, calendar, day, party, starts_at, taken));
    ways.min_by_key(|way| (way.breaches.len(), way.candidate.provider))
}

fn weigh_with(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    day: &ProviderDay,
    party: u16,
    starts_at: DateTime<Utc>,
    taken: &[TakenBy],
) -> Option<Weighed> {
    let of_provider = |class: &&OpenClass| class.provider == day.provider && class.starts_at == starts_at;
    let class = calendar.classes.iter().filter(of_provider).max_by_key(|class| class.seats_left);
    let service = Span::lasting(starts_at, day.duration_minutes).ok()?;
    let span = rules.occupied_by(service);
    // A class stands in its provider's way like any appointment; only then is it the one to be joined beyond its seats.
    if let Some(class) = class.filter(|class| party <= class.seats_left || day.busy.overlaps(span)) {
        return weigh_class(rules, class, party);
    }
    let hours = explain::why_not_open(rules, calendar, day, service);
    let mut breaches: Vec<Breach> = hours.into_iter().map(Breach::Calendar).collect();
    let overlapping = taken.iter().filter(|(provider, _, other)| *provider == day.provider && other.overlaps(span));
    breaches.extend(overlapping.map(|(_, occupant, _)| Breach::Overlap(*occupant)));
    let mut room: Option<RoomId> = None;
    if rules.needs_room {
        room = free_rooms(calendar, span).next();
        if room.is_none() {
            breaches.push(Breach::Calendar(WhyNot::NoRoom));
            room = calendar.rooms.first().map(|day| day.room);
        }
    }
    let mut named = BTreeSet::new();
    breaches.retain(|breach| named.insert(breach.token()));
    let ends_at = service.ends_at();
    Some(Weighed { candidate: Candidate { provider: day.provider, room, appointment: None, span, ends_at }, breaches })
}

fn weigh_class(rules: &ServiceRules, class: &OpenClass, party: u16) -> Option<Weighed> {
    let span = rules.occupied_by(Span::new(class.starts_at, class.ends_at).ok()?);
    let full = class.seats_left < party;
    let candidate = Candidate {
        provider: class.provider,
        room: None,
        appointment: Some(class.appointment),
        span,
        ends_at: class.ends_at,
    };
    let breaches = if full { vec![Breach::OverCapacity { left: class.seats_left }] } else { Vec::new() };
    Some(Weighed { candidate, breaches })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slots::random::{calendars, rules};
    use crate::domain::slots::{candidates, free_slots};
    use proptest::prelude::*;

    #[test]
    fn acknowledging_covers_what_was_shown_and_nothing_else() {
        let one = Breach::Overlap(Occupant::Appointment(AppointmentId::new(7)));
        let other = Breach::Overlap(Occupant::Appointment(AppointmentId::new(8)));
        let same_number = Breach::Overlap(Occupant::Block(BlockId::new(7)));
        let closed = Breach::Calendar(WhyNot::Closed { name: "Easter".to_owned() });
        let shown = Acknowledged::parse(&Acknowledged::text_of(&[closed.clone(), one.clone()]));
        assert!(shown.covers(&[]));
        assert!(shown.covers(std::slice::from_ref(&one)));
        assert!(shown.covers(&[one.clone(), closed.clone()]));
        assert!(!shown.covers(&[one.clone(), other.clone()]), "another overlap is asked about again");
        assert!(!shown.covers(&[same_number]));
        assert!(!Acknowledged::default().covers(std::slice::from_ref(&closed)));
        assert!(!Acknowledged::parse("overlap,, closure ,<script>").covers(std::slice::from_ref(&one)));
        assert_eq!(words(&[one, other, closed]).as_deref(), Some("closure,overlap"));
        assert_eq!(words(&[]), None);
    }

    #[test]
    fn words_and_tokens_can_be_told_apart_in_a_list() {
        let whys = [
            WhyNot::Break,
            WhyNot::TimeOff,
            WhyNot::OutsideHours,
            WhyNot::OffGrid,
            WhyNot::NoRoom,
            WhyNot::ProviderLeft,
            WhyNot::NotHere { note: "a, b".to_owned() },
            WhyNot::Closed { name: "x,y".to_owned() },
        ];
        for why in whys {
            assert!(!Breach::Calendar(why).token().contains(','));
        }
    }

    proptest! {
        /// What is offered breaks nothing, and what breaks nothing could have been taken.
        #[test]
        fn breaking_nothing_is_being_free(calendar in calendars(), rules in rules(), minute in 0_i64..288) {
            let taken: Vec<TakenBy> = calendar
                .providers
                .iter()
                .flat_map(|day| day.busy.iter().map(|span| (day.provider, Occupant::Appointment(AppointmentId::new(1)), span)))
                .collect();
            for slot in free_slots(&rules, &calendar, 1) {
                let known = |provider| calendar.providers.iter().any(|day| day.provider == provider);
                for choice in slot.choices.iter().filter(|choice| known(choice.provider)) {
                    let way = weigh(&rules, &calendar, 1, slot.starts_at, Some(choice.provider), &taken);
                    prop_assert_eq!(way.map(|way| way.breaches), Some(Vec::new()));
                }
            }
            let span = crate::domain::time::day_span(calendar.day, calendar.zone);
            let starts_at = span.starts_at() + chrono::TimeDelta::minutes(5 * minute);
            if let Some(way) = weigh(&rules, &calendar, 1, starts_at, None, &taken) && way.breaches.is_empty() {
                let ways = candidates(&rules, &calendar, 1, starts_at, Some(way.candidate.provider));
                prop_assert!(!ways.is_empty());
            }
        }
    }
}
