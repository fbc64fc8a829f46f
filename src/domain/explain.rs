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
    // A class stands in its provider's way like any appointment; only then is its being full the reason.
    match classes.iter().max_by_key(|class| class.seats_left) {
        Some(class) if provider.busy.overlaps(occupied) => reasons.extend(class_full(class, party)),
        _ => reasons.extend(why_not_idle(&provider.busy, service, occupied)),
    }
    if rules.needs_room && free_rooms(calendar, occupied).next().is_none() {
        reasons.push(WhyNot::NoRoom);
    }
    reasons
}

fn class_full(class: &OpenClass, party: u16) -> Vec<WhyNot> {
    if party <= class.seats_left { Vec::new() } else { vec![WhyNot::ClassFull { left: class.seats_left }] }
}

/// What hours, absences and the grid of starts say against one provider's service then.
pub fn why_not_open(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    provider: &ProviderDay,
    service: Span,
) -> Vec<WhyNot> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hours::{
        Closure, HourException, HoursKind, MinuteSpan, ProviderHours, TimeOff, WeeklyHours, working_spans,
    };
    use crate::domain::ids::{AppointmentId, RoomId};
    use crate::domain::slots::random::{calendars, rules};
    use crate::domain::slots::{RoomDay, free_slots};
    use chrono::Datelike;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    const ZONE: Tz = Tz::America__Los_Angeles;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date")
    }

    fn wall(hour: u32, minute: u32) -> NaiveDateTime {
        day().and_hms_opt(hour, minute, 0).expect("a time")
    }

    fn at(hour: u32, minute: u32) -> DateTime<Utc> {
        time::instant(wall(hour, minute), ZONE)
    }

    fn checkup() -> ServiceRules {
        ServiceRules {
            duration_minutes: 60,
            buffer_before_minutes: 10,
            buffer_after_minutes: 10,
            capacity: 1,
            party_min: 1,
            party_max: 1,
            needs_room: false,
            lead_minutes: 60,
            horizon_days: 10,
            slot_minutes: 30,
        }
    }

    /// 9 to 17 with lunch at noon.
    fn hours() -> ProviderHours {
        let row = |kind, starts, ends| WeeklyHours {
            kind,
            weekday: day().weekday(),
            minutes: MinuteSpan::new(starts * 60, ends * 60).expect("a part of a day"),
            valid_from: None,
            valid_until: None,
        };
        let weekly = vec![row(HoursKind::Work, 9, 17), row(HoursKind::Break, 12, 13)];
        ProviderHours { weekly, ..ProviderHours::default() }
    }

    fn calendar(hours: &ProviderHours, closures: &[Closure]) -> DayCalendar {
        let provider = ProviderDay {
            provider: ProviderId::new(1),
            duration_minutes: 60,
            working: working_spans(hours, closures, day(), ZONE),
            busy: SpanSet::new(),
            booked_count: 0,
        };
        DayCalendar { day: day(), zone: ZONE, providers: vec![provider], rooms: vec![], classes: vec![] }
    }

    fn with(rules: &ServiceRules, calendar: &DayCalendar, wall: NaiveDateTime) -> Vec<WhyNot> {
        let answer = explain(rules, calendar, at(7, 0), 1, wall, None);
        answer.providers.into_iter().flat_map(|answer| answer.why_not).collect()
    }

    #[test]
    fn hours_and_grid_speak() {
        let calendar = calendar(&hours(), &[]);
        let fits = |open_until| WhyNot::DurationDoesNotFit { open_until };
        let cases = [
            (wall(9, 0), vec![]),
            (wall(16, 0), vec![]),
            (wall(9, 10), vec![WhyNot::OffGrid]),
            (wall(8, 0), vec![WhyNot::OutsideHours, WhyNot::OffGrid]),
            (wall(12, 0), vec![WhyNot::Break]),
            (wall(11, 30), vec![WhyNot::Break, fits(at(12, 0))]),
            (wall(16, 30), vec![fits(at(17, 0))]),
            (wall(17, 0), vec![WhyNot::OutsideHours, WhyNot::OffGrid]),
        ];
        for (asked, expected) in cases {
            assert_eq!(with(&checkup(), &calendar, asked), expected, "{asked}");
        }
    }

    #[test]
    fn absences_speak() {
        let off = |minutes| TimeOff { first_day: day(), last_day: day(), minutes };
        let mut away = hours();
        away.time_off = vec![off(None)];
        assert_eq!(with(&checkup(), &calendar(&away, &[]), wall(9, 0)), [WhyNot::TimeOff]);
        let mut gone = hours();
        gone.leaves_on = Some(day());
        assert_eq!(with(&checkup(), &calendar(&gone, &[]), wall(9, 0)), [WhyNot::ProviderLeft]);
        let closure = Closure { first_day: day(), last_day: day(), name: "Thanksgiving".to_owned() };
        let closed = calendar(&hours(), &[closure]);
        assert_eq!(with(&checkup(), &closed, wall(9, 0)), [WhyNot::Closed { name: "Thanksgiving".to_owned() }]);
        let mut elsewhere = hours();
        elsewhere.exceptions = vec![HourException { day: day(), minutes: None, note: "course".to_owned() }];
        let answer = with(&checkup(), &calendar(&elsewhere, &[]), wall(9, 0));
        assert_eq!(answer, [WhyNot::NotHere { note: "course".to_owned() }, WhyNot::OutsideHours, WhyNot::OffGrid]);
    }

    #[test]
    fn bookings_rooms_and_classes_speak() {
        let mut calendar = calendar(&hours(), &[]);
        let span = |from, until| Span::new(from, until).expect("not empty");
        calendar.providers[0].busy = span(at(10, 0), at(11, 0)).into();
        let rules = ServiceRules { needs_room: true, ..checkup() };
        assert_eq!(with(&checkup(), &calendar, wall(9, 30)), [WhyNot::Booked { until: at(11, 0) }]);
        let touches = WhyNot::BufferTouches { from: at(10, 0), until: at(11, 0) };
        assert_eq!(with(&checkup(), &calendar, wall(11, 0)), std::slice::from_ref(&touches));
        assert_eq!(with(&rules, &calendar, wall(11, 0)), [touches, WhyNot::NoRoom]);
        calendar.rooms = vec![RoomDay { room: RoomId::new(1), busy: span(at(14, 0), at(17, 0)).into() }];
        assert_eq!(with(&rules, &calendar, wall(13, 0)), [WhyNot::NoRoom]);
        calendar.classes = vec![OpenClass {
            appointment: AppointmentId::new(1),
            provider: ProviderId::new(1),
            starts_at: at(10, 0),
            ends_at: at(11, 0),
            seats_left: 0,
        }];
        assert_eq!(with(&checkup(), &calendar, wall(10, 0)), [WhyNot::ClassFull { left: 0 }]);
        calendar.classes[0].seats_left = 1;
        assert_eq!(with(&checkup(), &calendar, wall(10, 0)), []);
    }

    #[test]
    fn the_moment_of_asking_speaks() {
        let calendar = calendar(&hours(), &[]);
        let ask = |now, party, wall, wanted| explain(&checkup(), &calendar, now, party, wall, wanted).for_everyone;
        let days = chrono::TimeDelta::days;
        assert_eq!(ask(at(7, 0), 1, wall(9, 0), None), []);
        assert_eq!(ask(at(9, 30), 1, wall(9, 0), None), [WhyNot::Past]);
        assert_eq!(ask(at(8, 30), 1, wall(9, 0), None), [WhyNot::TooSoon { earliest: at(9, 30) }]);
        let latest_day = day() - days(1);
        assert_eq!(ask(at(9, 0) - days(11), 1, wall(9, 0), None), [WhyNot::TooFar { latest_day }]);
        assert_eq!(ask(at(7, 0), 0, wall(9, 0), None), [WhyNot::PartyTooSmall { party_min: 1 }]);
        assert_eq!(ask(at(7, 0), 2, wall(9, 0), None), [WhyNot::PartyTooLarge { party_max: 1 }]);
        assert_eq!(ask(at(7, 0), 1, wall(9, 0) + days(1), None), [WhyNot::OtherDay]);
        assert_eq!(ask(at(7, 0), 1, wall(9, 0), Some(ProviderId::new(2))), [WhyNot::NobodyOffersIt]);
    }

    #[test]
    fn a_time_the_clocks_jump_over_speaks() {
        let jump = NaiveDate::from_ymd_opt(2026, 3, 8).expect("a date");
        let calendar = DayCalendar { day: jump, zone: ZONE, providers: vec![], rooms: vec![], classes: vec![] };
        let asked = jump.and_hms_opt(2, 30, 0).expect("a time");
        let answer = explain(&checkup(), &calendar, at(7, 0) - chrono::TimeDelta::days(265), 1, asked, None);
        assert!(answer.for_everyone.contains(&WhyNot::DoesNotExist), "{answer:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn free_is_what_is_offered(
            rules in rules(), calendar in calendars(), party in 0_u16..4, ahead in -300_i64..6_000, shift in 0_u32..5,
        ) {
            let clock = DayClock::of(calendar.day, calendar.zone);
            let now = clock.instant(720) - chrono::TimeDelta::minutes(ahead);
            let slots = free_slots(&rules, &calendar, party);
            for minute in (0..24 * 60).filter(|minute| minute % 15 == 0 || minute % 35 == shift) {
                let wall = calendar.day.and_hms_opt(minute / 60, minute % 60, 0).expect("a time");
                let answer = explain(&rules, &calendar, now, party, wall, None);
                let starts_at = clock.instant(minute);
                let slot = slots.iter().find(|slot| slot.starts_at == starts_at && clock.exists(minute));
                let slot = slot.filter(|_| within_rules(&rules, now, calendar.zone, starts_at).is_ok());
                prop_assert_eq!(answer.is_free(), slot.is_some(), "{} {:?}", wall, answer);
                for provider in (6..11).map(ProviderId::new) {
                    let offered = slot.is_some_and(|slot| slot.choices.iter().any(|choice| choice.provider == provider));
                    let wanted = explain(&rules, &calendar, now, party, wall, Some(provider));
                    prop_assert_eq!(answer.is_free_with(provider), offered, "{} {:?}", wall, answer);
                    prop_assert_eq!(wanted.is_free(), offered, "{} {:?}", wall, wanted);
                    let silent = wanted.for_everyone.is_empty() && wanted.providers.iter().all(ProviderAnswer::is_free);
                    prop_assert_eq!(silent, offered, "a reason is always given");
                }
            }
        }
    }
}
