//! Who waits for which times, whose turn it is, and for how long a place is kept for somebody.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::ids::{LocationId, ProviderId, WaitlistEntryId};
use super::span::{Span, earlier, later};
use super::time;

/// After so many offers without an answer an entry is parked: nobody reads there.
pub const UNANSWERED_MAX: u32 = 3;
/// A place that begins within so many minutes is offered at short notice.
pub const SHORT_NOTICE_MINUTES: u32 = 24 * 60;
/// An offer that would be open for less is not made: nobody could answer it.
pub const OFFER_MINUTES_MIN: u32 = 5;
/// Offers are made from this hour of the location's day.
pub const OFFERS_FROM_HOUR: u32 = 7;
/// No offer is made from this hour on.
pub const OFFERS_UNTIL_HOUR: u32 = 21;
/// The minutes of a day's wall clock.
pub const DAY_MINUTES: u32 = 24 * 60;

/// Days of the week; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Every day.
    pub const ALL: Self = Self(0x7f);

    /// The days in the bits of a number, Monday is 1; nothing for none or for more than seven.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits == 0 || 0x7f < bits { None } else { Some(Self(bits)) }
    }

    /// These days; nothing for none.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        Self::from_bits(days.into_iter().fold(0, |bits, day| bits | bit(day)))
    }

    /// As bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the day is among them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// The days, Monday first.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.has(*day))
    }
}

/// The week, Monday first.
pub const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// Which times somebody waits for. All of it must agree with a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// Where; none is anywhere.
    pub location: Option<LocationId>,
    /// For how many people.
    pub party: u16,
    /// The first day, on the calendar of the location.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// On which days of the week.
    pub weekdays: Weekdays,
    /// The first minute of the wall clock at which it may begin.
    pub from_minute: u32,
    /// The first minute at which it may no longer begin.
    pub until_minute: u32,
}

impl Wish {
    /// Whether a place with this provider, here, beginning at this wall time, is one that was asked for.
    pub fn fits(&self, local_start: NaiveDateTime, provider: ProviderId, location: LocationId) -> bool {
        self.provider.is_none_or(|wanted| wanted == provider)
            && self.location.is_none_or(|wanted| wanted == location)
            && self.fits_time(local_start)
    }

    /// Whether this wall time is one that was asked for.
    pub fn fits_time(&self, local_start: NaiveDateTime) -> bool {
        let (day, minute) = (local_start.date(), local_start.hour() * 60 + local_start.minute());
        (self.first_day..=self.last_day).contains(&day)
            && self.weekdays.has(day.weekday())
            && (self.from_minute..self.until_minute).contains(&minute)
    }
}

/// Why a wish makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongWish {
    /// The last day is before the first.
    #[error("the last day is before the first")]
    DaysReversed,
    /// All of it has passed.
    #[error("these days have passed")]
    Past,
    /// It begins beyond what can be booked.
    #[error("only days until {latest_day} can be booked")]
    TooFar {
        /// The last day that can be booked.
        latest_day: NaiveDate,
    },
    /// No day between the two is one of the weekdays.
    #[error("none of these days is one of the weekdays")]
    NoSuchWeekday,
    /// The two times of day are the wrong way round.
    #[error("the time of day ends before it begins")]
    TimesReversed,
}

/// Checks a wish, and cuts its days to those that can be booked: `today` to `latest_day`.
pub fn checked(wish: &Wish, today: NaiveDate, latest_day: NaiveDate) -> Result<Wish, WrongWish> {
    if wish.last_day < wish.first_day {
        return Err(WrongWish::DaysReversed);
    }
    if wish.last_day < today {
        return Err(WrongWish::Past);
    }
    if latest_day < wish.first_day {
        return Err(WrongWish::TooFar { latest_day });
    }
    if DAY_MINUTES < wish.until_minute || wish.until_minute <= wish.from_minute {
        return Err(WrongWish::TimesReversed);
    }
    let wish = Wish { first_day: wish.first_day.max(today), last_day: wish.last_day.min(latest_day), ..wish.clone() };
    let days = wish.first_day.iter_days().take_while(|day| *day <= wish.last_day).take(WEEK.len());
    if days.into_iter().any(|day| wish.weekdays.has(day.weekday())) { Ok(wish) } else { Err(WrongWish::NoSuchWeekday) }
}

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// It is offered places.
    Waiting,
    /// It took one.
    Booked,
    /// The client or the clinic took it off the list.
    Withdrawn,
    /// Its last day has passed.
    Expired,
    /// Several offers were not answered; staff decide.
    Parked,
}

impl EntryStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Booked, Self::Withdrawn, Self::Expired, Self::Parked];

    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Booked => "booked",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Parked => "parked",
        }
    }

    /// Reads what [`EntryStatus::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// Whether it is still on the list.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Parked)
    }
}

/// How an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OfferStatus {
    /// The place is kept.
    Open,
    /// It was taken.
    Accepted,
    /// It was not wanted.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// The clinic, or leaving the list, took it back.
    Withdrawn,
}

impl OfferStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Accepted, Self::Declined, Self::Expired, Self::Withdrawn];

    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads what [`OfferStatus::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// How it stands at this moment: an open one that ran out is expired even before anybody wrote that down.
    pub fn at(self, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Self {
        if self == Self::Open && expires_at <= now { Self::Expired } else { self }
    }
}

/// How an entry stands after an offer ran out and `unanswered` of them in a row did.
pub const fn after_silence(unanswered: u32) -> EntryStatus {
    if UNANSWERED_MAX <= unanswered { EntryStatus::Parked } else { EntryStatus::Waiting }
}

/// What decides whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Which entry.
    pub entry: WaitlistEntryId,
    /// Where staff put it: lower comes earlier, nobody touched is 0.
    pub position: i32,
    /// Whether it wants to be called when something opens today.
    pub short_notice: bool,
    /// Since when it waits.
    pub waits_since: DateTime<Utc>,
}

/// The order rule: who comes first sorts first.
///
/// Where staff put somebody counts before anything else. For a place today or tomorrow (`is_soon`), whoever asked to be
/// called at short notice comes next. Then the longest waiting. Recall and the value of a client may feed this key
/// later, between short notice and waiting time; nothing else decides the order, so nothing else would change.
pub fn priority(turn: &Turn, is_soon: bool) -> (i32, bool, DateTime<Utc>, WaitlistEntryId) {
    (turn.position, is_soon && !turn.short_notice, turn.waits_since, turn.entry)
}

/// Whether a local day is today or tomorrow.
pub fn is_soon(day: NaiveDate, today: NaiveDate) -> bool {
    day <= today || today.succ_opt() == Some(day)
}

/// How long places are kept, as the clinic says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferRules {
    /// Usually.
    pub offer_minutes: u32,
    /// When the place begins within a day.
    pub short_notice_minutes: u32,
    /// How long before the start a place must be booked.
    pub lead_minutes: u32,
}

/// Until when a place that begins at `starts_at` is kept, if it may be offered now at all.
///
/// Offers, at short notice too, are made between 7:00 and 21:00 on the clocks of the location, are never open beyond
/// the last moment at which the place could be booked, and are not made when too little of that is left.
pub fn offer_until(now: DateTime<Utc>, zone: Tz, starts_at: DateTime<Utc>, rules: OfferRules) -> Option<DateTime<Utc>> {
    let hour = time::local(now, zone).hour();
    if !(OFFERS_FROM_HOUR..OFFERS_UNTIL_HOUR).contains(&hour) {
        return None;
    }
    let is_short = starts_at <= later(now, SHORT_NOTICE_MINUTES);
    let minutes = if is_short { rules.short_notice_minutes } else { rules.offer_minutes };
    let until = later(now, minutes).min(earlier(starts_at, rules.lead_minutes));
    (later(now, OFFER_MINUTES_MIN) <= until).then_some(until)
}

/// Whether a place is the same as one that was offered before: the same start, or one that overlaps it, begun some
/// minutes earlier or later.
pub fn was_offered(offered: &[Span], place: Span) -> bool {
    offered.iter().any(|before| before.overlaps(place))
}

/// Where staff move an entry in the order of its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Before everybody.
    First,
    /// One place earlier.
    Up,
    /// One place later.
    Down,
}

impl Move {
    /// Reads the word of a button.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "first" => Some(Self::First),
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }
}

/// The positions that change when `moved` is moved in `order`, which is everybody who waits for a service, in order.
///
/// Only those whom staff placed, now or before, get numbers, all below zero; the others keep 0 and so go on being
/// ordered by the rule. Nothing changes where there is nowhere to go.
pub fn reordered(order: &[(WaitlistEntryId, i32)], moved: WaitlistEntryId, to: Move) -> Vec<(WaitlistEntryId, i32)> {
    let Some(from) = order.iter().position(|(entry, _)| *entry == moved) else {
        return Vec::new();
    };
    let target = match to {
        Move::First => 0,
        Move::Up => from.saturating_sub(1),
        Move::Down => (from + 1).min(order.len() - 1),
    };
    if target == from && (to != Move::First || order.first().is_some_and(|(_, position)| *position != 0)) {
        return Vec::new();
    }
    let mut entries: Vec<WaitlistEntryId> = order.iter().map(|(entry, _)| *entry).collect();
    entries.remove(from);
    entries.insert(target, moved);
    // Whoever stands before somebody placed must be placed too, or the rule would put him after.
    let before: HashMap<WaitlistEntryId, i32> = order.iter().copied().collect();
    let touched = entries.iter().rposition(|entry| before.get(entry).is_some_and(|position| *position != 0));
    let placed = touched.unwrap_or(0).max(target) + 1;
    let count = i32::try_from(placed).unwrap_or(i32::MAX);
    let numbered = entries.into_iter().take(placed).zip(-count..0);
    numbered.filter(|(entry, position)| before.get(entry) != Some(position)).collect()
}

/// A part of the day as forms offer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOfDay {
    /// The whole day.
    Any,
    /// Until noon.
    Morning,
    /// From noon on.
    Afternoon,
}

impl PartOfDay {
    /// Noon, in minutes of the day.
    const NOON: u32 = 12 * 60;

    /// Reads the word of a form.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "any" => Some(Self::Any),
            "morning" => Some(Self::Morning),
            "afternoon" => Some(Self::Afternoon),
            _ => None,
        }
    }

    /// Its first minute, and the first after it.
    pub const fn minutes(self) -> (u32, u32) {
        match self {
            Self::Any => (0, DAY_MINUTES),
            Self::Morning => (0, Self::NOON),
            Self::Afternoon => (Self::NOON, DAY_MINUTES),
        }
    }

    /// The part with exactly these bounds.
    pub fn of(from_minute: u32, until_minute: u32) -> Option<Self> {
        [Self::Any, Self::Morning, Self::Afternoon]
            .into_iter()
            .find(|part| part.minutes() == (from_minute, until_minute))
    }
}

/// A minute of the day as a time; the end of the day is its last minute.
pub fn clock_of(minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(minute / 60, minute % 60, 0)
        .unwrap_or_else(|| NaiveTime::MIN.overflowing_sub_signed(TimeDelta::minutes(1)).0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    const LA: Tz = Tz::America__Los_Angeles;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, day).expect("a date")
    }

    fn wall(date: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
        date.and_hms_opt(hour, minute, 0).expect("a time")
    }

    /// A moment of June in Los Angeles.
    fn june(date: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        time::instant(wall(day(date), hour, minute), LA)
    }

    fn wish() -> Wish {
        Wish {
            provider: None,
            location: None,
            party: 1,
            first_day: day(2),
            last_day: day(12),
            weekdays: Weekdays::of([Weekday::Tue, Weekday::Wed]).expect("some"),
            from_minute: 9 * 60,
            until_minute: 12 * 60,
        }
    }

    #[test]
    fn only_what_was_asked_for_fits() {
        let (ada, ben, here, there) = (ProviderId::new(1), ProviderId::new(2), LocationId::new(3), LocationId::new(4));
        // 2 June 2026 is a Tuesday.
        let cases = [
            (wall(day(2), 9, 0), true),
            (wall(day(2), 8, 59), false),
            (wall(day(2), 11, 59), true),
            (wall(day(2), 12, 0), false),
            (wall(day(3), 9, 0), true),
            (wall(day(4), 9, 0), false),
            (wall(day(1), 9, 0), false),
            (wall(day(10), 9, 0), true),
            (wall(day(16), 9, 0), false),
        ];
        for (start, fits) in cases {
            assert_eq!(wish().fits(start, ada, here), fits, "{start}");
        }
        let picky = Wish { provider: Some(ada), location: Some(here), ..wish() };
        assert!(picky.fits(wall(day(2), 9, 0), ada, here));
        assert!(!picky.fits(wall(day(2), 9, 0), ben, here));
        assert!(!picky.fits(wall(day(2), 9, 0), ada, there));
    }

    #[test]
    fn wishes_are_cut_to_what_can_be_booked_or_refused() {
        let (today, latest) = (day(3), day(20));
        let cut = checked(&wish(), today, latest).expect("fine");
        assert_eq!((cut.first_day, cut.last_day), (day(3), day(12)));
        let cases = [
            (Wish { first_day: day(12), last_day: day(2), ..wish() }, WrongWish::DaysReversed),
            (Wish { first_day: day(1), last_day: day(2), ..wish() }, WrongWish::Past),
            (Wish { first_day: day(21), last_day: day(30), ..wish() }, WrongWish::TooFar { latest_day: latest }),
            (Wish { until_minute: 9 * 60, ..wish() }, WrongWish::TimesReversed),
            (Wish { until_minute: 1441, ..wish() }, WrongWish::TimesReversed),
            // Thursday to Monday has neither Tuesday nor Wednesday.
            (Wish { first_day: day(4), last_day: day(8), ..wish() }, WrongWish::NoSuchWeekday),
        ];
        for (wish, wrong) in cases {
            assert_eq!(checked(&wish, today, latest), Err(wrong), "{wish:?}");
        }
    }

    fn turn(entry: i64, position: i32, short_notice: bool, waits: i64) -> Turn {
        let since = Utc.timestamp_opt(1_800_000_000 + waits, 0).single().expect("a moment");
        Turn { entry: WaitlistEntryId::new(entry), position, short_notice, waits_since: since }
    }

    fn order(turns: &[Turn], is_soon: bool) -> Vec<i64> {
        let mut turns = turns.to_vec();
        turns.sort_by_key(|turn| priority(turn, is_soon));
        turns.iter().map(|turn| turn.entry.get()).collect()
    }

    #[test]
    fn staff_then_short_notice_then_the_longest_waiting() {
        let turns = [turn(1, 0, false, 10), turn(2, 0, true, 30), turn(3, 0, false, 20), turn(4, -1, false, 40)];
        assert_eq!(order(&turns, false), [4, 1, 3, 2]);
        assert_eq!(order(&turns, true), [4, 2, 1, 3]);
        assert!(is_soon(day(3), day(3)) && is_soon(day(4), day(3)) && !is_soon(day(5), day(3)));
    }

    #[test]
    fn offers_have_an_end_that_leaves_time_to_come() {
        let rules = OfferRules { offer_minutes: 120, short_notice_minutes: 20, lead_minutes: 60 };
        let until = |now, start| offer_until(now, LA, start, rules);
        let cases = [
            (june(1, 8, 0), june(5, 9, 0), Some(june(1, 10, 0))),
            (june(1, 8, 0), june(2, 8, 0), Some(june(1, 8, 20))),
            (june(1, 8, 0), june(2, 8, 1), Some(june(1, 10, 0))),
            // The lead time cuts it, or leaves too little.
            (june(1, 8, 0), june(1, 9, 15), Some(june(1, 8, 15))),
            (june(1, 8, 0), june(1, 9, 5), Some(june(1, 8, 5))),
            (june(1, 8, 0), june(1, 9, 4), None),
            (june(1, 8, 0), june(1, 7, 0), None),
            // Nobody is woken.
            (june(1, 6, 59), june(5, 9, 0), None),
            (june(1, 7, 0), june(5, 9, 0), Some(june(1, 9, 0))),
            (june(1, 20, 59), june(2, 9, 0), Some(june(1, 21, 19))),
            (june(1, 21, 0), june(2, 9, 0), None),
            (june(1, 23, 0), june(2, 9, 0), None),
        ];
        for (now, start, expected) in cases {
            assert_eq!(until(now, start), expected, "{now} {start}");
        }
    }

    #[test]
    fn silence_parks_and_words_are_read_back() {
        assert_eq!([1, 2, 3, 4].map(after_silence).map(EntryStatus::is_open), [true; 4]);
        assert_eq!([1, 2].map(after_silence), [EntryStatus::Waiting; 2]);
        assert_eq!([3, 4].map(after_silence), [EntryStatus::Parked; 2]);
        assert!(EntryStatus::ALL.into_iter().all(|status| EntryStatus::parse(status.as_str()) == Some(status)));
        assert!(OfferStatus::ALL.into_iter().all(|status| OfferStatus::parse(status.as_str()) == Some(status)));
        let end = june(1, 9, 0);
        assert_eq!(OfferStatus::Open.at(june(1, 8, 59), end), OfferStatus::Open);
        assert_eq!(OfferStatus::Open.at(end, end), OfferStatus::Expired);
        assert_eq!(OfferStatus::Declined.at(end, end), OfferStatus::Declined);
    }

    #[test]
    fn a_place_that_overlaps_one_offered_before_is_the_same() {
        let place = |hour, minute| Span::lasting(june(2, hour, minute), 60).expect("a span");
        let offered = [place(9, 0)];
        assert!(was_offered(&offered, place(9, 0)) && was_offered(&offered, place(9, 45)));
        assert!(!was_offered(&offered, place(10, 0)) && !was_offered(&[], place(9, 0)));
    }

    #[test]
    fn minutes_are_times() {
        assert_eq!(clock_of(0), NaiveTime::MIN);
        assert_eq!(clock_of(750), NaiveTime::from_hms_opt(12, 30, 0).expect("a time"));
        assert_eq!(clock_of(1440), NaiveTime::from_hms_opt(23, 59, 0).expect("a time"));
        assert_eq!(PartOfDay::of(720, 1440), Some(PartOfDay::Afternoon));
        assert_eq!(PartOfDay::of(720, 900), None);
    }

    proptest! {
        #[test]
        fn weekdays_are_bits(bits in 1_u8..128) {
            let days = Weekdays::from_bits(bits).expect("some");
            prop_assert_eq!(Weekdays::of(days.days()), Some(days));
            prop_assert_eq!(days.days().count(), usize::try_from(bits.count_ones()).unwrap_or(0));
        }

        #[test]
        fn an_offer_never_ends_late(now in 1_780_000_000_i64..1_790_000_000, ahead in 0_i64..500_000, lead in 0_u32..5_000) {
            let now = Utc.timestamp_opt(now, 0).single().expect("a moment");
            let start = now + TimeDelta::seconds(ahead);
            let rules = OfferRules { offer_minutes: 120, short_notice_minutes: 20, lead_minutes: lead };
            if let Some(until) = offer_until(now, LA, start, rules) {
                prop_assert!(later(now, OFFER_MINUTES_MIN) <= until && until <= later(now, 120));
                prop_assert!(until <= earlier(start, lead));
                prop_assert!((7..21).contains(&time::local(now, LA).hour()));
            }
        }

        /// After a move, sorting by the rule gives the order that was asked for, and nobody else's order changed.
        #[test]
        fn moving_moves_one(
            placed in 0_usize..5,
            count in 1_usize..10,
            moves in proptest::collection::vec((0_usize..10, 0_usize..3), 1..12),
        ) {
            let mut turns: Vec<Turn> = (0..count)
                .map(|number| {
                    let number = i64::try_from(number).expect("small");
                    turn(number, 0, false, number)
                })
                .collect();
            for (number, turn) in turns.iter_mut().take(placed).enumerate() {
                turn.position = i32::try_from(number).expect("small") - 20;
            }
            for (who, to) in moves {
                turns.sort_by_key(|turn| priority(turn, false));
                let who = who % turns.len();
                let to = [Move::First, Move::Up, Move::Down][to];
                let order: Vec<_> = turns.iter().map(|turn| (turn.entry, turn.position)).collect();
                let mut expected: Vec<_> = order.iter().map(|(entry, _)| *entry).collect();
                let moved = expected.remove(who);
                let target = match to { Move::First => 0, Move::Up => who.saturating_sub(1), Move::Down => (who + 1).min(expected.len()) };
                expected.insert(target, moved);
                for (entry, position) in reordered(&order, moved, to) {
                    let found = turns.iter_mut().find(|turn| turn.entry == entry).expect("of the list");
                    found.position = position;
                }
                turns.sort_by_key(|turn| priority(turn, false));
                let after: Vec<_> = turns.iter().map(|turn| turn.entry).collect();
                prop_assert_eq!(after, expected);
                prop_assert!(turns.iter().all(|turn| turn.position <= 0));
            }
        }
    }
}
