//! Why a time is not free, in full: every reason that holds, for every provider who was asked for.
//!
//! It looks at one wall time directly and knows nothing of the set arithmetic of [`super::slots`]; a property holds the
//! two to the same answer.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::hours::AwayReason;
use super::ids::ProviderId;
use super::slots::{
    DayCalendar, OpenClass, ProviderDay, ServiceRules, TooSoonOrFar, WrongParty, check_party, free_rooms, grid,
    within_rules,
};
use super::span::{Span, SpanSet};
use super::time::{self, DayClock};

/// One reason why a time is not free.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WhyNot {
    /// Nobody (or not the provider asked for) offers the service at the location.
    NobodyOffersIt,
    /// Fewer people than the service takes.
    PartyTooSmall {
        /// The smallest party.
        party_min: u16,
    },
    /// More people than the service takes.
    PartyTooLarge {
        /// The largest party.
        party_max: u16,
    },
    /// The clocks jump over this wall time.
    DoesNotExist,
    /// The calendar that was asked is of another day.
    OtherDay,
    /// It is over.
    Past,
    /// Inside the lead time.
    TooSoon {
        /// The first instant outside it.
        earliest: DateTime<Utc>,
    },
    /// Beyond the horizon.
    TooFar {
        /// The last local day inside it.
        latest_day: NaiveDate,
    },
    /// The location is closed.
    Closed {
        /// What people call the closure.
        name: String,
    },
    /// The provider works here no more.
    ProviderLeft,
    /// The provider has approved time off.
    TimeOff,
    /// An exception says "not here" on this date.
    NotHere {
        /// Why, for the staff.
        note: String,
    },
    /// The provider has a break.
    Break,
    /// The provider does not work at that time of the day.
    OutsideHours,
    /// It would start inside hours and end outside them.
    DurationDoesNotFit {
        /// When the hours end that it starts in.
        open_until: DateTime<Utc>,
    },
    /// Not one of the starts that are offered.
    OffGrid,
    /// The group appointment at this time has too few seats left.
    ClassFull {
        /// Seats left.
        left: u16,
    },
    /// The provider is taken.
    Booked {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The provider is free for the service, but not for the time kept before or after it.
    BufferTouches {
        /// What the buffers run into starts here.
        from: DateTime<Utc>,
        /// And ends here.
        until: DateTime<Utc>,
    },
    /// Every room of the kind is taken.
    NoRoom,
}

/// Whether one provider could be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderAnswer {
    /// Who.
    pub provider: ProviderId,
    /// Every reason against it; none means free.
    pub why_not: Vec<WhyNot>,
}

impl ProviderAnswer {
    /// Whether nothing of the provider's speaks against it.
    pub const fn is_free(&self) -> bool {
        self.why_not.is_empty()
    }
}

/// The answer about one wall time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The wall time, in the calendar's zone.
    pub wall: NaiveDateTime,
    /// The instant it means.
    pub starts_at: DateTime<Utc>,
    /// Reasons that hold whoever is asked for.
    pub for_everyone: Vec<WhyNot>,
    /// Per provider who was asked for, in the order of the calendar.
    pub providers: Vec<ProviderAnswer>,
}

impl Explanation {
    /// Whether it can be booked.
    pub fn is_free(&self) -> bool {
        self.for_everyone.is_empty() && self.providers.iter().any(ProviderAnswer::is_free)
    }

    /// Whether it can be booked with this provider.
    pub fn is_free_with(&self, provider: ProviderId) -> bool {
        let free = |answer: &ProviderAnswer| answer.provider == provider && answer.is_free();
        self.for_everyone.is_empty() && self.providers.iter().any(free)
    }
}

/// Says of a wall time in the calendar's zone whether it is free, and everything that speaks against it if it is not.
pub fn explain(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    now: DateTime<Utc>,
    party: u16,
    wall: NaiveDateTime,
    wanted: Option<ProviderId>,
) -> Explanation {
    let starts_at = time::instant(wall, calendar.zone);
    let asked = |provider: ProviderId| wanted.is_none_or(|wanted| wanted == provider);
    let mut providers: Vec<ProviderAnswer> = Vec::new();
    for day in calendar.providers.iter().filter(|day| asked(day.provider)) {
        let why_not = why_not_with(rules, calendar, day, party, starts_at);
        providers.push(ProviderAnswer { provider: day.provider, why_not });
    }
    for class in calendar.classes.iter().filter(|class| class.starts_at == starts_at && asked(class.provider)) {
        if providers.iter().all(|answer| answer.provider != class.provider) {
            providers.push(ProviderAnswer { provider: class.provider, why_not: class_full(class, party) });
        }
    }
    let mut for_everyone = why_not_at(rules, calendar, now, party, wall);
    if providers.is_empty() {
        for_everyone.push(WhyNot::NobodyOffersIt);
    }
    Explanation { wall, starts_at, for_everyone, providers }
}

/// What the party, the clock and the moment of asking say.
fn why_not_at(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    now: DateTime<Utc>,
    party: u16,
    wall: NaiveDateTime,
) -> Vec<WhyNot> {
    let mut reasons = Vec::new();
    match check_party(rules, party) {
        Ok(()) => {}
        Err(WrongParty::TooSmall { party_min }) => reasons.push(WhyNot::PartyTooSmall { party_min }),
        Err(WrongParty::TooLarge { party_max }) => reasons.push(WhyNot::PartyTooLarge { party_max }),
    }
    if wall.date() != calendar.day {
        reasons.push(WhyNot::OtherDay);
    }
    if !time::exists(wall, calendar.zone) {
        reasons.push(WhyNot::DoesNotExist);
    }
    match within_rules(rules, now, calendar.zone, time::instant(wall, calendar.zone)) {
        Ok(()) => {}
        Err(TooSoonOrFar::Past) => reasons.push(WhyNot::Past),
        Err(TooSoonOrFar::TooSoon { earliest }) => reasons.push(WhyNot::TooSoon { earliest }),
        Err(TooSoonOrFar::TooFar { latest_day }) => reasons.push(WhyNot::TooFar { latest_day }),
    }
    reasons
}

/// What the provider's hours, grid, calendar and the rooms say.
fn why_not_with(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    provider: &ProviderDay,
    party: u16,
    starts_at: DateTime<Utc>,
) -> Vec<WhyNot> {
    let of_provider = |class: &&OpenClass| class.provider == provider.provider && class.starts_at == starts_at;
    let classes: Vec<&OpenClass> = calendar.classes.iter().filter(of_provider).collect();
    if classes.iter().any(|class| party <= class.seats_left) {
        return Vec::new();
    }
    let Ok(service) = Span::lasting(starts_at, provider.duration_minutes) else {
        return vec![WhyNot::DurationDoesNotFit { open_until: starts_at }];
    };
    let mut reasons = why_not_open(rules, calendar, provider, service);
    let occupied = service.buffered(rules.buffer_before_minutes, rules.buffer_after_minutes);
    match classes.iter().max_by_key(|class| class.seats_left) {
        Some(class) => reasons.extend(class_full(class, party)),
        None => reasons.extend(why_not_idle(&provider.busy, service, occupied)),
    }
    if rules.needs_room && free_rooms(calendar, occupied).next().is_none() {
        reasons.push(WhyNot::NoRoom);
    }
    reasons
}

fn class_full(class: &OpenClass, party: u16) -> Vec<WhyNot> {
    if party <= class.seats_left { Vec::new() } else { vec![WhyNot::ClassFull { left: class.seats_left }] }
}

fn why_not_open(rules: &ServiceRules, calendar: &DayCalendar, provider: &ProviderDay, service: Span) -> Vec<WhyNot> {
    let working = &provider.working;
    let mut reasons = Vec::new();
    for away in working.away.iter().filter(|away| away.span.overlaps(service)) {
        let reason = why_away(&away.reason);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let written: SpanSet = working.work.iter().copied().collect();
    if !written.contains(service.starts_at()) {
        reasons.push(WhyNot::OutsideHours);
    } else if !working.open.covers(service) {
        let open_until = working.open.at(service.starts_at()).map(Span::ends_at);
        reasons.extend(open_until.map(|open_until| WhyNot::DurationDoesNotFit { open_until }));
    }
    let clock = DayClock::of(calendar.day, calendar.zone);
    if !grid(&clock, working, rules.slot_minutes).contains(&service.starts_at()) {
        reasons.push(WhyNot::OffGrid);
    }
    reasons
}

fn why_away(reason: &AwayReason) -> WhyNot {
    match reason {
        AwayReason::Break => WhyNot::Break,
        AwayReason::TimeOff => WhyNot::TimeOff,
        AwayReason::Closed { name } => WhyNot::Closed { name: name.clone() },
        AwayReason::Left => WhyNot::ProviderLeft,
        AwayReason::NotHere { note } => WhyNot::NotHere { note: note.clone() },
    }
}

fn why_not_idle(busy: &SpanSet, service: Span, occupied: Span) -> Option<WhyNot> {
    if let Some(taken) = busy.first_overlap(service) {
        let until = taken.ends_at();
        return Some(WhyNot::Booked { until });
    }
    let touched = busy.first_overlap(occupied)?;
    Some(WhyNot::BufferTouches { from: touched.starts_at(), until: touched.ends_at() })
}
