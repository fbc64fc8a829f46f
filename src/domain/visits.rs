//! Several services in one visit: back to back, each beginning when the one before ends, found as one free span.
//!
//! Starts lie on the grid of the first service's provider; what follows begins when it begins. Where two neighbours have
//! the same provider, the buffers between them fall away for the provider, and where they have the same room, for the
//! room: nobody leaves, so nothing has to be made ready. Everybody else keeps the buffers of the service alone.
//!
//! The order is the asker's. Like [`slots`](super::slots) this knows nothing of lead time and horizon.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use super::ids::{ProviderId, RoomId};
use super::slots::{DayCalendar, ProviderDay, RoomDay, ServiceRules, grid};
use super::span::{Span, SpanSet};
use super::time::DayClock;

/// No visit has more services.
pub const PARTS_MAX: usize = 3;
/// So many ways to take one start are worth trying.
const WAYS_MAX: usize = 120;
/// So many choices of rooms are worth trying with the same people.
const ROOM_WAYS_MAX: usize = 12;
/// The search for one start gives up after so many steps: far more than a clinic of twenty needs, who all do everything.
const STEPS_MAX: u32 = 20_000;

/// These services cannot be had in one visit, whenever it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongVisit {
    /// One service is no visit of several.
    #[error("a visit has at least two services")]
    TooFew,
    /// More than [`PARTS_MAX`].
    #[error("a visit has at most {PARTS_MAX} services")]
    TooMany,
    /// The same service more than once.
    #[error("a visit has each service once")]
    Twice,
    /// A group appointment has a time of its own.
    #[error("a group appointment cannot be part of a visit")]
    Class,
    /// There is no place where all of them can be had.
    #[error("these services are not offered at the same location")]
    NotTogether,
}

/// One service of a visit, in the order of the visit. All calendars are of the same day and location.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// What the service asks.
    pub rules: &'a ServiceRules,
    /// The day as that service sees it.
    pub calendar: &'a DayCalendar,
    /// With whom; none is anyone.
    pub wanted: Option<ProviderId>,
}

/// One complete way to write one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartCandidate {
    /// With whom.
    pub provider: ProviderId,
    /// Where, when the service needs a room.
    pub room: Option<RoomId>,
    /// What the provider is occupied for.
    pub provider_span: Span,
    /// What the room is occupied for.
    pub room_span: Option<Span>,
    /// When the service begins.
    pub starts_at: DateTime<Utc>,
    /// When the service ends; the next part begins then.
    pub ends_at: DateTime<Utc>,
}

/// One complete way to write a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitCandidate {
    /// When the first service begins.
    pub starts_at: DateTime<Utc>,
    /// When the last service ends.
    pub ends_at: DateTime<Utc>,
    /// In the order that was asked for; never empty.
    pub parts: Vec<PartCandidate>,
}

/// Every start that day from which all parts fit, earliest first, each with its best way.
pub fn free_visits(parts: &[Part<'_>]) -> Vec<VisitCandidate> {
    let Some(search) = Search::of(parts) else {
        return Vec::new();
    };
    search.starts().into_iter().filter_map(|starts_at| search.ways(starts_at, 1).pop()).collect()
}

/// Every way to take this start, best first: the fewest changes of provider, then part by part whoever has the fewest
/// appointments that day, then the lower id; with the same people the fewest changes of room.
pub fn candidates(parts: &[Part<'_>], starts_at: DateTime<Utc>) -> Vec<VisitCandidate> {
    Search::of(parts).map_or_else(Vec::new, |search| search.ways(starts_at, WAYS_MAX))
}

/// Whether anybody could take this start if nothing at all were booked: tells "closed" from "taken".
pub fn anybody_works(parts: &[Part<'_>], starts_at: DateTime<Utc>) -> bool {
    let idle = |part: &Part<'_>| {
        let mut calendar = part.calendar.clone();
        calendar.providers.iter_mut().for_each(|day| day.busy = SpanSet::new());
        calendar.rooms.iter_mut().for_each(|day| day.busy = SpanSet::new());
        calendar
    };
    let idle: Vec<DayCalendar> = parts.iter().map(idle).collect();
    let parts: Vec<Part<'_>> = parts.iter().zip(&idle).map(|(part, calendar)| Part { calendar, ..*part }).collect();
    Search::of(&parts).is_some_and(|search| !search.ways(starts_at, 1).is_empty())
}

/// One part with whoever could give it, in the order in which they are tried.
struct Stage<'a> {
    rules: &'a ServiceRules,
    rooms: &'a [RoomDay],
    providers: Vec<&'a ProviderDay>,
}

/// A provider for one part, and when the service itself lasts.
#[derive(Clone, Copy)]
struct Turn<'a> {
    provider: &'a ProviderDay,
    service: Span,
}

struct Search<'a> {
    stages: Vec<Stage<'a>>,
    /// The grid of each provider of the first part.
    grids: Vec<(ProviderId, Vec<DateTime<Utc>>)>,
}

impl<'a> Search<'a> {
    /// Nothing for parts that no visit can have.
    fn of(parts: &[Part<'a>]) -> Option<Self> {
        let first = parts.first()?;
        if PARTS_MAX < parts.len() || parts.iter().any(|part| 1 < part.rules.capacity) {
            return None;
        }
        let stage = |part: &Part<'a>| {
            let asked = |day: &&ProviderDay| part.wanted.is_none_or(|wanted| wanted == day.provider);
            let mut providers: Vec<&ProviderDay> = part.calendar.providers.iter().filter(asked).collect();
            providers.sort_by_key(|day| (day.booked_count, day.provider));
            Stage { rules: part.rules, rooms: &part.calendar.rooms, providers }
        };
        let stages: Vec<Stage<'a>> = parts.iter().map(stage).collect();
        let clock = DayClock::of(first.calendar.day, first.calendar.zone);
        let of_provider = |day: &&ProviderDay| (day.provider, grid(&clock, &day.working, first.rules.slot_minutes));
        let grids = stages.first()?.providers.iter().map(of_provider).collect();
        Some(Self { stages, grids })
    }

    fn starts(&self) -> BTreeSet<DateTime<Utc>> {
        self.grids.iter().flat_map(|(_, starts)| starts.iter().copied()).collect()
    }

    fn begins(&self, provider: ProviderId, starts_at: DateTime<Utc>) -> bool {
        self.grids.iter().any(|(id, starts)| *id == provider && starts.binary_search(&starts_at).is_ok())
    }

    /// At most `limit` ways from this start, best first.
    fn ways(&self, starts_at: DateTime<Utc>, limit: usize) -> Vec<VisitCandidate> {
        let mut found = Vec::new();
        let mut steps = STEPS_MAX;
        for changes in 0..self.stages.len() {
            let mut turns = Vec::new();
            let mut take = |turns: &[Turn<'a>]| {
                found.extend(self.housed(turns, limit.saturating_sub(found.len()).min(ROOM_WAYS_MAX)));
                if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            if self.line_up(starts_at, changes, &mut turns, &mut steps, &mut take).is_break() {
                break;
            }
        }
        found
    }

    /// Tells `take` every order of providers that has exactly so many changes and is free for the services.
    fn line_up(
        &self,
        starts_at: DateTime<Utc>,
        changes: usize,
        turns: &mut Vec<Turn<'a>>,
        steps: &mut u32,
        take: &mut dyn FnMut(&[Turn<'a>]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(stage) = self.stages.get(turns.len()) else {
            return if changes == 0 && self.is_free(turns) { take(turns) } else { ControlFlow::Continue(()) };
        };
        let before = turns.last().map(|turn| turn.provider.provider);
        for provider in &stage.providers {
            *steps = steps.saturating_sub(1);
            if *steps == 0 {
                return ControlFlow::Break(());
            }
            let changed = usize::from(before.is_some_and(|before| before != provider.provider));
            let (Some(left), Ok(service)) =
                (changes.checked_sub(changed), Span::lasting(starts_at, provider.duration_minutes))
            else {
                continue;
            };
            let begins = before.is_some() || self.begins(provider.provider, starts_at);
            if begins && provider.working.open.covers(service) && !provider.busy.overlaps(service) {
                turns.push(Turn { provider, service });
                let stop = self.line_up(service.ends_at(), left, turns, steps, take);
                turns.pop();
                stop?;
            }
        }
        ControlFlow::Continue(())
    }

    /// What each provider is occupied for: buffers only where somebody else goes before or comes after.
    fn provider_spans(&self, turns: &[Turn<'a>]) -> Vec<Span> {
        let people: Vec<ProviderId> = turns.iter().map(|turn| turn.provider.provider).collect();
        self.spans(turns, &people)
    }

    /// The services with the buffers that remain when neighbours of one `owner` need none between them.
    fn spans<T: PartialEq>(&self, turns: &[Turn<'a>], owners: &[T]) -> Vec<Span> {
        let same = |one: usize, other: usize| match (owners.get(one), owners.get(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        let span = |(index, (turn, stage)): (usize, (&Turn<'a>, &Stage<'a>))| {
            let stays_before = index.checked_sub(1).is_some_and(|before| same(before, index));
            let before = if stays_before { 0 } else { stage.rules.buffer_before_minutes };
            let after = if same(index, index + 1) { 0 } else { stage.rules.buffer_after_minutes };
            turn.service.buffered(before, after)
        };
        turns.iter().zip(&self.stages).enumerate().map(span).collect()
    }

    /// Whether the providers are free with their buffers, and nobody's buffers reach into their own next turn.
    fn is_free(&self, turns: &[Turn<'a>]) -> bool {
        let spans = self.provider_spans(turns);
        let people: Vec<ProviderId> = turns.iter().map(|turn| turn.provider.provider).collect();
        let idle = turns.iter().zip(&spans).all(|(turn, span)| !turn.provider.busy.overlaps(*span));
        idle && !clashes(&people, &spans)
    }

    /// The turns with rooms, at most `limit` ways.
    fn housed(&self, turns: &[Turn<'a>], limit: usize) -> Vec<VisitCandidate> {
        let mut found = Vec::new();
        for changes in 0..self.stages.len() {
            self.find_rooms(turns, changes, &mut Vec::new(), limit, &mut found);
        }
        found
    }

    fn find_rooms(
        &self,
        turns: &[Turn<'a>],
        changes: usize,
        rooms: &mut Vec<Option<&'a RoomDay>>,
        limit: usize,
        found: &mut Vec<VisitCandidate>,
    ) {
        let (Some(stage), Some(turn)) = (self.stages.get(rooms.len()), turns.get(rooms.len())) else {
            if changes == 0 {
                found.extend(self.candidate(turns, rooms));
            }
            return;
        };
        let before = rooms.last().copied();
        let choices: Vec<Option<&'a RoomDay>> = if stage.rules.needs_room {
            stage.rooms.iter().filter(|day| !day.busy.overlaps(turn.service)).map(Some).collect()
        } else {
            vec![None]
        };
        for room in choices {
            let id = |day: Option<&RoomDay>| day.map(|day| day.room);
            let changed = usize::from(before.is_some_and(|before| id(before) != id(room)));
            let Some(left) = changes.checked_sub(changed) else { continue };
            if limit <= found.len() {
                return;
            }
            rooms.push(room);
            self.find_rooms(turns, left, rooms, limit, found);
            rooms.pop();
        }
    }

    /// The visit with these rooms, if they are free with their buffers.
    fn candidate(&self, turns: &[Turn<'a>], rooms: &[Option<&'a RoomDay>]) -> Option<VisitCandidate> {
        let owners: Vec<Option<RoomId>> = rooms.iter().map(|room| room.map(|day| day.room)).collect();
        let room_spans = self.spans(turns, &owners);
        let idle = rooms.iter().zip(&room_spans).all(|(room, span)| room.is_none_or(|day| !day.busy.overlaps(*span)));
        if !idle || clashes(&owners, &room_spans) {
            return None;
        }
        let spans = self.provider_spans(turns).into_iter().zip(room_spans);
        let part =
            |((turn, room), (provider_span, room_span)): ((&Turn<'a>, &Option<RoomId>), (Span, Span))| PartCandidate {
                provider: turn.provider.provider,
                room: *room,
                provider_span,
                room_span: room.map(|_| room_span),
                starts_at: turn.service.starts_at(),
                ends_at: turn.service.ends_at(),
            };
        let (first, last) = (turns.first()?, turns.last()?);
        Some(VisitCandidate {
            starts_at: first.service.starts_at(),
            ends_at: last.service.ends_at(),
            parts: turns.iter().zip(&owners).zip(spans).map(part).collect(),
        })
    }
}

/// Something that owns two spans which overlap; "no room" owns nothing.
trait Owner: PartialEq {
    fn is_something(&self) -> bool;
}

impl Owner for ProviderId {
    fn is_something(&self) -> bool {
        true
    }
}

impl Owner for Option<RoomId> {
    fn is_something(&self) -> bool {
        self.is_some()
    }
}

/// Whether one owner would be in two parts at once.
fn clashes<T: Owner>(owners: &[T], spans: &[Span]) -> bool {
    let mut seen: Vec<(&T, Span)> = Vec::new();
    for (owner, span) in owners.iter().zip(spans).filter(|(owner, _)| owner.is_something()) {
        if seen.iter().any(|(other, taken)| *other == owner && taken.overlaps(*span)) {
            return true;
        }
        seen.push((owner, *span));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hours::{HoursKind, MinuteSpan, ProviderHours, WeeklyHours, WorkingDay, working_spans};
    use crate::domain::slots::{self, random};
    use crate::domain::span::later;
    use chrono::{Datelike, NaiveDate};
    use chrono_tz::Tz;
    use proptest::prelude::*;

    const ZONE: Tz = Tz::America__Los_Angeles;

    fn rules(before: u32, after: u32, needs_room: bool) -> ServiceRules {
        ServiceRules {
            duration_minutes: 30,
            buffer_before_minutes: before,
            buffer_after_minutes: after,
            capacity: 1,
            party_min: 1,
            party_max: 1,
            needs_room,
            lead_minutes: 0,
            horizon_days: 30,
            slot_minutes: 30,
        }
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date")
    }

    fn works(starts: i32, ends: i32) -> WorkingDay {
        let minutes = MinuteSpan::new(starts * 60, ends * 60).expect("a part of a day");
        let weekday = day().weekday();
        let row = WeeklyHours { kind: HoursKind::Work, weekday, minutes, valid_from: None, valid_until: None };
        working_spans(&ProviderHours { weekly: vec![row], ..ProviderHours::default() }, &[], day(), ZONE)
    }

    fn at(hour: u32, minute: u32) -> DateTime<Utc> {
        DayClock::of(day(), ZONE).instant(hour * 60 + minute)
    }

    fn person(provider: i64, minutes: u32, booked_count: u32) -> ProviderDay {
        ProviderDay {
            provider: ProviderId::new(provider),
            duration_minutes: minutes,
            working: works(9, 12),
            busy: SpanSet::new(),
            booked_count,
        }
    }

    fn calendar(providers: Vec<ProviderDay>, rooms: &[i64]) -> DayCalendar {
        let room = |room: &i64| RoomDay { room: RoomId::new(*room), busy: SpanSet::new() };
        DayCalendar { day: day(), zone: ZONE, providers, rooms: rooms.iter().map(room).collect(), classes: vec![] }
    }

    fn people(way: &VisitCandidate) -> Vec<i64> {
        way.parts.iter().map(|part| part.provider.get()).collect()
    }

    #[test]
    fn parts_follow_one_another_and_the_best_way_changes_nobody() {
        let (short, long) = (rules(0, 0, false), rules(0, 0, false));
        let checkup = calendar(vec![person(1, 30, 5), person(2, 30, 0)], &[]);
        let cleaning = calendar(vec![person(1, 60, 5)], &[]);
        let parts = [
            Part { rules: &short, calendar: &checkup, wanted: None },
            Part { rules: &long, calendar: &cleaning, wanted: None },
        ];
        let free = free_visits(&parts);
        assert_eq!(
            free.iter().map(|way| way.starts_at).collect::<Vec<_>>(),
            [at(9, 0), at(9, 30), at(10, 0), at(10, 30)]
        );
        assert_eq!(free.iter().map(people).collect::<Vec<_>>(), vec![vec![1, 1]; 4]);
        let ways = candidates(&parts, at(10, 30));
        assert_eq!(ways.iter().map(people).collect::<Vec<_>>(), [vec![1, 1], vec![2, 1]]);
        assert_eq!((ways[0].starts_at, ways[0].ends_at), (at(10, 30), at(12, 0)));
        let wanted = [Part { wanted: Some(ProviderId::new(2)), ..parts[0] }, parts[1]];
        assert_eq!(candidates(&wanted, at(9, 0)).iter().map(people).collect::<Vec<_>>(), [vec![2, 1]]);
        let missing = [parts[0], Part { wanted: Some(ProviderId::new(2)), ..parts[1] }];
        assert!(free_visits(&missing).is_empty());
    }

    #[test]
    fn who_stays_needs_no_buffers_between() {
        let with_buffers = rules(10, 15, true);
        let together = calendar(vec![person(1, 30, 0)], &[7]);
        let part = Part { rules: &with_buffers, calendar: &together, wanted: None };
        let way = candidates(&[part, part], at(9, 30)).remove(0);
        let span = |from, to| Span::new(from, to).expect("not empty");
        assert_eq!(way.parts[0].provider_span, span(at(9, 20), at(10, 0)));
        assert_eq!(way.parts[1].provider_span, span(at(10, 0), at(10, 45)));
        assert_eq!(way.parts[0].room_span, Some(span(at(9, 20), at(10, 0))));
        assert_eq!(way.parts[1].room_span, Some(span(at(10, 0), at(10, 45))));
        // Another person in the same room: only the room stays.
        let other = calendar(vec![person(2, 30, 0)], &[7]);
        let way = candidates(&[part, Part { calendar: &other, ..part }], at(9, 30)).remove(0);
        assert_eq!(way.parts[0].provider_span, span(at(9, 20), at(10, 15)));
        assert_eq!(way.parts[1].provider_span, span(at(9, 50), at(10, 45)));
        assert_eq!(way.parts[0].room_span, Some(span(at(9, 20), at(10, 0))));
    }

    #[test]
    fn one_part_does_not_stand_in_anothers_way() {
        let with_buffers = rules(0, 40, true);
        let first = calendar(vec![person(1, 30, 0)], &[7]);
        let second = calendar(vec![person(2, 30, 0)], &[8]);
        let part = Part { rules: &with_buffers, calendar: &first, wanted: None };
        // Room 7 and provider 1 are still made ready when the third part would need them again.
        let back_again = [part, Part { calendar: &second, ..part }, part];
        assert!(free_visits(&back_again).is_empty());
        assert!(!anybody_works(&back_again, at(9, 0)));
        let short = rules(0, 30, true);
        let back_again = back_again.map(|part| Part { rules: &short, ..part });
        assert_eq!(candidates(&back_again, at(9, 0)).iter().map(people).collect::<Vec<_>>(), [vec![1, 2, 1]]);
    }

    #[test]
    fn classes_and_long_visits_are_nothing() {
        let alone = rules(0, 0, false);
        let class = ServiceRules { capacity: 2, ..alone.clone() };
        let calendar = calendar(vec![person(1, 30, 0)], &[]);
        let part = Part { rules: &alone, calendar: &calendar, wanted: None };
        assert!(free_visits(&[]).is_empty());
        assert!(free_visits(&[part; 4]).is_empty());
        assert!(free_visits(&[part, Part { rules: &class, ..part }]).is_empty());
        assert_eq!(free_visits(&[part; 3]).len(), 4);
    }

    #[test]
    fn taken_is_not_closed() {
        let alone = rules(0, 0, false);
        let mut full = calendar(vec![person(1, 30, 0)], &[]);
        full.providers[0].busy = SpanSet::from(Span::new(at(9, 0), at(12, 0)).expect("not empty"));
        let part = Part { rules: &alone, calendar: &full, wanted: None };
        assert!(candidates(&[part; 2], at(9, 0)).is_empty());
        assert!(anybody_works(&[part; 2], at(9, 0)));
        assert!(!anybody_works(&[part; 2], at(11, 30)));
    }

    /// Calendars of several services at one place: the people and rooms are the same, what they take differs.
    fn places() -> impl Strategy<Value = (Vec<ServiceRules>, Vec<DayCalendar>)> {
        let service = (0..30_u32, 0..30_u32, any::<bool>(), proptest::collection::vec(1..12_u32, 4), 0..16_u8);
        (random::calendars(), proptest::collection::vec(service, 1..=PARTS_MAX)).prop_map(|(calendar, services)| {
            let mut found = (Vec::new(), Vec::new());
            for (before, after, needs_room, lengths, offered) in services {
                found.0.push(ServiceRules { slot_minutes: 15, ..rules(before, after, needs_room) });
                let mut seen = DayCalendar { classes: vec![], ..calendar.clone() };
                for (day, fives) in seen.providers.iter_mut().zip(lengths) {
                    day.duration_minutes = fives * 5;
                }
                let mut place = 0;
                seen.providers.retain(|_| {
                    place += 1;
                    offered & (1 << (place - 1)) != 0 || place == 1
                });
                found.1.push(seen);
            }
            found
        })
    }

    fn parts<'a>((rules, calendars): &'a (Vec<ServiceRules>, Vec<DayCalendar>)) -> Vec<Part<'a>> {
        rules.iter().zip(calendars).map(|(rules, calendar)| Part { rules, calendar, wanted: None }).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn visits_are_contiguous_inside_hours_and_overlap_nothing(place in places()) {
            let parts = parts(&place);
            for best in free_visits(&parts) {
                let ways = candidates(&parts, best.starts_at);
                prop_assert_eq!(ways.first(), Some(&best));
                for way in ways {
                    let mut next = way.starts_at;
                    let mut taken: Vec<(i64, Span)> = Vec::new();
                    for (part, asked) in way.parts.iter().zip(&parts) {
                        prop_assert_eq!(part.starts_at, next);
                        next = part.ends_at;
                        let service = Span::new(part.starts_at, part.ends_at).expect("not empty");
                        let full = asked.rules.occupied_by(service);
                        let day = asked.calendar.providers.iter().find(|day| day.provider == part.provider);
                        let day = day.expect("somebody who offers it");
                        prop_assert_eq!(service.minutes(), i64::from(day.duration_minutes));
                        prop_assert!(day.working.open.covers(service));
                        prop_assert!(!day.busy.overlaps(part.provider_span));
                        prop_assert!(part.provider_span.covers(service) && full.covers(part.provider_span));
                        taken.push((part.provider.get(), part.provider_span));
                        prop_assert_eq!(part.room.is_some(), asked.rules.needs_room);
                        if let (Some(room), Some(span)) = (part.room, part.room_span) {
                            let day = asked.calendar.rooms.iter().find(|day| day.room == room).expect("a room");
                            prop_assert!(!day.busy.overlaps(span) && span.covers(service) && full.covers(span));
                            taken.push((1_000 + room.get(), span));
                        }
                    }
                    prop_assert_eq!(next, way.ends_at);
                    for (index, (owner, span)) in taken.iter().enumerate() {
                        let mut others = taken.iter().skip(index + 1).filter(|(other, _)| other == owner);
                        prop_assert!(others.all(|(_, other)| !other.overlaps(*span)));
                    }
                }
            }
        }

        #[test]
        fn more_busy_never_gives_more(place in places(), start in 0_u32..1500, length in 1_u32..300) {
            let before: Vec<_> = free_visits(&parts(&place)).into_iter().map(|way| way.starts_at).collect();
            let (rules, mut calendars) = place;
            let first = calendars.first().expect("a part");
            let from = later(DayClock::of(first.day, first.zone).instant(0), start);
            let more = SpanSet::from(Span::lasting(from, length).expect("not empty"));
            let busiest = first.providers.first().map(|day| day.provider);
            for calendar in &mut calendars {
                for day in calendar.providers.iter_mut().filter(|day| Some(day.provider) == busiest) {
                    day.busy = day.busy.union(&more);
                }
                for day in calendar.rooms.iter_mut().take(1) {
                    day.busy = day.busy.union(&more);
                }
            }
            for way in free_visits(&parts(&(rules, calendars))) {
                prop_assert!(before.contains(&way.starts_at));
            }
        }

        #[test]
        fn a_visit_of_one_part_is_what_the_service_alone_offers(rules in random::rules(), calendar in random::calendars()) {
            let rules = ServiceRules { capacity: 1, ..rules };
            let calendar = DayCalendar { classes: vec![], ..calendar };
            let part = [Part { rules: &rules, calendar: &calendar, wanted: None }];
            let alone = slots::free_slots(&rules, &calendar, 1);
            let starts: Vec<_> = free_visits(&part).into_iter().map(|way| way.starts_at).collect();
            prop_assert_eq!(&starts, &alone.iter().map(|slot| slot.starts_at).collect::<Vec<_>>());
            for starts_at in starts {
                let alone = slots::candidates(&rules, &calendar, 1, starts_at, None);
                let visits = candidates(&part, starts_at);
                prop_assert_eq!(alone.len(), visits.len());
                for (one, visit) in alone.iter().zip(&visits) {
                    let part = &visit.parts[0];
                    prop_assert_eq!((one.provider, one.room, one.ends_at), (part.provider, part.room, part.ends_at));
                    prop_assert_eq!(one.span, part.provider_span);
                    prop_assert_eq!(part.room_span, one.room.map(|_| one.span));
                }
            }
        }
    }
}
