//! When somebody is due again for a kind of visit, whose turn it is on the ladder of reminders, and what stands against it.
//!
//! The date follows the last completed visit that triggers the recall: so many months and days after it, or after the
//! client's own rhythm. One that was set by hand holds until the next visit. Reminders are counted from the date, so a
//! date that comes back (a completion is undone) finds its reminders told already.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::ids::RuleId;
use super::message_rules::{Offset, Rule, Trigger};
use super::messages::Channel;
use super::rebooking::{self, DueBy};
use super::time;

/// Somebody is due from so many days before the date.
pub const DUE_BEFORE_DAYS: i64 = 14;
/// And overdue after so many days beyond it.
pub const DUE_AFTER_DAYS: i64 = 14;
/// Whoever is overdue for longer has forgotten us, and is won back in another way.
pub const LAPSED_DAYS: i64 = 365;
/// After a reminder nothing is said about the same recall for so many days, unless its ladder has narrower steps.
pub const SPACING_DAYS: i64 = 7;
/// A visit that is over but not yet settled still counts as booked for so long.
pub const UNSETTLED_DAYS: i64 = 2;
/// Nothing is set by hand, or paused, further ahead.
pub const AHEAD_DAYS_MAX: i64 = 5 * 366;
/// More reminders of one date are pestering.
pub const REMINDERS_MAX: i32 = 12;

/// Months and days, as in `6m1d`.
pub type Every = (u16, u16);

/// A date that somebody set by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manual {
    /// When it is due.
    pub due: NaiveDate,
    /// The last visit when it was set; a later one sets it aside.
    pub since: Option<NaiveDate>,
}

impl Manual {
    /// Whether it still holds.
    pub fn holds(&self, last_day: Option<NaiveDate>) -> bool {
        last_day <= self.since
    }
}

/// A recall of one client as far as its date goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dates {
    /// The last visit that triggers it.
    pub last_day: Option<NaiveDate>,
    /// What follows from it.
    pub computed_due: Option<NaiveDate>,
    /// What somebody set.
    pub manual: Option<Manual>,
    /// What holds.
    pub due_day: Option<NaiveDate>,
    /// Rises whenever that changes.
    pub cycle: i32,
}

/// The last of the visits, and when the next is due: after `every`, else after the client's own rhythm where three gaps
/// or more say one.
pub fn computed(visits: &[NaiveDate], every: Option<Every>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let Some(last) = visits.iter().max().copied() else { return (None, None) };
    let due = match rebooking::due_by(every, visits) {
        DueBy::Usual => None,
        known => Some(rebooking::due_day(last, known)),
    };
    (Some(last), due)
}

/// The dates after a look at the visits; none where there was nothing before and nothing makes it due.
pub fn renewed(before: Option<Dates>, visits: &[NaiveDate], every: Option<Every>) -> Option<Dates> {
    let (last_day, computed_due) = computed(visits, every);
    if before.is_none() && last_day.is_none() {
        return None;
    }
    let before = before.unwrap_or_default();
    Some(settled(Dates { last_day, computed_due, ..before }, before.due_day))
}

/// The dates with another date by hand, or with none.
pub fn with_manual(before: Dates, due: Option<NaiveDate>) -> Dates {
    let manual = due.map(|due| Manual { due, since: before.last_day });
    settled(Dates { manual, ..before }, before.due_day)
}

/// Says what holds; a date that is another one begins a new cycle.
fn settled(dates: Dates, was: Option<NaiveDate>) -> Dates {
    let by_hand = dates.manual.filter(|manual| manual.holds(dates.last_day)).map(|manual| manual.due);
    let due_day = by_hand.or(dates.computed_due);
    let cycle = if dates.cycle == 0 || due_day != was { dates.cycle + 1 } else { dates.cycle };
    Dates { due_day, cycle, ..dates }
}

/// Why somebody is not reminded of a kind of visit any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyDisabled {
    /// Asked for it.
    Declined,
    /// Goes to somebody else.
    Elsewhere,
    /// Needs it no longer, says whoever treats.
    NotNeeded,
    /// Something else, in words.
    Other,
}

impl WhyDisabled {
    /// Every reason, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Declined, Self::Elsewhere, Self::NotNeeded, Self::Other];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Elsewhere => "elsewhere",
            Self::NotNeeded => "not_needed",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// How a recall stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Somebody said: no more.
    Disabled,
    /// Not before this day.
    Paused(NaiveDate),
    /// A visit of that kind is booked.
    Booked,
    /// Nothing makes it due.
    Undated,
    /// Not yet due.
    Ahead,
    /// Within the days around the date.
    Due,
    /// Beyond them.
    Overdue,
}

/// What a standing is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// When it is due.
    pub due_day: Option<NaiveDate>,
    /// Until when it is paused.
    pub paused_until: Option<NaiveDate>,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Whether a visit of that kind is booked.
    pub is_booked: bool,
}

/// How it stands; the first that applies.
pub fn standing(facts: &Facts, today: NaiveDate) -> Standing {
    if facts.is_disabled {
        return Standing::Disabled;
    }
    if facts.is_booked {
        return Standing::Booked;
    }
    if let Some(until) = facts.paused_until.filter(|until| today < *until) {
        return Standing::Paused(until);
    }
    let Some(due) = facts.due_day else { return Standing::Undated };
    match today.signed_duration_since(due).num_days() {
        days if days < -DUE_BEFORE_DAYS => Standing::Ahead,
        days if days <= DUE_AFTER_DAYS => Standing::Due,
        _ => Standing::Overdue,
    }
}

/// One rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The rule that says it.
    pub rule: RuleId,
    /// So many days after the date, before it where negative.
    pub days: i64,
    /// At this minute of the day.
    pub at_minute: i64,
}

impl Step {
    /// The rung that a rule is; nothing where it is none.
    pub const fn of(rule: &Rule) -> Option<Self> {
        let Offset::Days { days, at_minute } = rule.offset else { return None };
        match rule.trigger {
            Trigger::BeforeRecall => Some(Self { rule: rule.id, days: -days, at_minute }),
            Trigger::AfterRecall => Some(Self { rule: rule.id, days, at_minute }),
            _ => None,
        }
    }

    /// When its turn comes.
    pub fn moment(&self, due: NaiveDate, zone: Tz) -> DateTime<Utc> {
        let day = shifted(due, self.days);
        wall(day, self.at_minute, zone)
    }
}

fn shifted(day: NaiveDate, by: i64) -> NaiveDate {
    let days = Days::new(by.unsigned_abs());
    let moved = if by < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) };
    moved.unwrap_or(day)
}

fn wall(day: NaiveDate, at_minute: i64, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    time::instant(midnight + TimeDelta::minutes(at_minute.clamp(0, 1_439)), zone)
}

/// The rungs of those rules that are on and travel this way, the first to come first.
pub fn ladder<'a>(rules: impl IntoIterator<Item = &'a Rule>, channel: Channel) -> Vec<Step> {
    let mut steps: Vec<Step> = rules.into_iter().filter(|rule| rule.channel == channel).filter_map(Step::of).collect();
    steps.sort_unstable_by_key(|step| (step.days, step.at_minute, step.rule));
    steps
}

/// Whose turn it is, and until when: the last rung whose moment has come. One that announces the date ends with the day
/// before it; the last of all ends when the client is lost.
pub fn turn(ladder: &[Step], due: NaiveDate, zone: Tz, by: DateTime<Utc>) -> Option<(usize, DateTime<Utc>)> {
    let place = ladder.iter().rposition(|step| step.moment(due, zone) <= by)?;
    let step = ladder.get(place)?;
    let last_day = if step.days < 0 { due } else { shifted(due, LAPSED_DAYS) };
    let own_end = time::day_span(last_day, zone).starts_at();
    let end = ladder.get(place + 1).map_or(own_end, |next| next.moment(due, zone).min(own_end));
    (by < end).then_some((place, end))
}

/// The rung that comes next, and when.
pub fn next_step(ladder: &[Step], due: NaiveDate, zone: Tz, now: DateTime<Utc>) -> Option<(Step, DateTime<Utc>)> {
    ladder.iter().map(|step| (*step, step.moment(due, zone))).find(|(_, moment)| now < *moment)
}

/// How many days must lie between a reminder on this rung and the one before it.
pub fn spacing(ladder: &[Step], place: usize) -> i64 {
    let own = ladder.get(place).map_or(0, |step| step.days);
    let before = place.checked_sub(1).and_then(|before| ladder.get(before));
    before.map_or(SPACING_DAYS, |before| (own - before.days).clamp(1, SPACING_DAYS))
}

/// One reminder that was told, or waits to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// By which rule.
    pub rule: RuleId,
    /// Of which date.
    pub of: NaiveDate,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether the rung may speak of the date: it has not yet, not too much was said, and not just now.
pub fn may_tell(
    ladder: &[Step],
    place: usize,
    (due, now): (NaiveDate, DateTime<Utc>),
    told: &[Told],
    most: i32,
) -> bool {
    let Some(step) = ladder.get(place) else { return false };
    let of_this_date = || told.iter().filter(|one| one.of == due);
    let was_told = of_this_date().any(|one| one.rule == step.rule);
    let has_room = usize::try_from(most).is_ok_and(|most| of_this_date().count() < most);
    // An hour less, so that a mail that left late does not push the next one by a day.
    let since = now - TimeDelta::days(spacing(ladder, place)) + TimeDelta::hours(1);
    !was_told && has_room && told.iter().all(|one| one.at < since)
}

/// Who is called first: whom nobody called today; then the overdue, the latest date first, because whoever has just
/// become overdue still remembers; then those who are due, the earliest first.
pub fn order(due: NaiveDate, today: NaiveDate, called_today: bool) -> (bool, bool, i64) {
    let late = today.signed_duration_since(due).num_days();
    (called_today, late <= DUE_AFTER_DAYS, if late > DUE_AFTER_DAYS { late } else { -late })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn steps() -> Vec<Step> {
        let step = |rule, days| Step { rule: RuleId::new(rule), days, at_minute: 600 };
        vec![step(1, -14), step(2, 0), step(3, 14), step(4, 45)]
    }

    #[test]
    fn the_date_follows_the_last_visit() {
        let table = [
            ("six months and a day", vec![day(2026, 3, 2)], Some((6, 1)), Some(day(2026, 9, 3))),
            ("a short month", vec![day(2026, 8, 31)], Some((6, 0)), Some(day(2027, 2, 28))),
            (
                "the last of several",
                vec![day(2026, 1, 1), day(2026, 3, 2), day(2025, 1, 1)],
                Some((3, 0)),
                Some(day(2026, 6, 2)),
            ),
            (
                "a rhythm of thirty days",
                vec![day(2026, 1, 1), day(2026, 1, 31), day(2026, 3, 2), day(2026, 4, 1)],
                None,
                Some(day(2026, 5, 1)),
            ),
            ("two gaps are no rhythm", vec![day(2026, 1, 1), day(2026, 1, 31), day(2026, 3, 2)], None, None),
            ("no visit", vec![], Some((6, 0)), None),
        ];
        for (what, visits, every, due) in table {
            assert_eq!(computed(&visits, every).1, due, "{what}");
        }
    }

    #[test]
    fn a_date_by_hand_holds_until_the_next_visit() {
        let first = renewed(None, &[day(2026, 3, 2)], Some((6, 0))).unwrap();
        assert_eq!((first.due_day, first.cycle), (Some(day(2026, 9, 2)), 1));
        let by_hand = with_manual(first, Some(day(2026, 6, 1)));
        assert_eq!((by_hand.due_day, by_hand.cycle), (Some(day(2026, 6, 1)), 2));
        let again = renewed(Some(by_hand), &[day(2026, 3, 2)], Some((12, 0))).unwrap();
        assert_eq!((again.due_day, again.cycle), (Some(day(2026, 6, 1)), 2), "another interval changes nothing");
        let visited = renewed(Some(again), &[day(2026, 3, 2), day(2026, 6, 5)], Some((6, 0))).unwrap();
        assert_eq!((visited.due_day, visited.cycle), (Some(day(2026, 12, 5)), 3));
        let undone = renewed(Some(visited), &[day(2026, 3, 2)], Some((6, 0))).unwrap();
        assert_eq!((undone.due_day, undone.cycle), (Some(day(2026, 6, 1)), 4), "the visit never was");
        let gone = renewed(Some(with_manual(undone, None)), &[], Some((6, 0))).unwrap();
        assert_eq!((gone.due_day, gone.last_day), (None, None));
        assert_eq!(renewed(None, &[], Some((6, 0))), None);
    }

    #[test]
    fn how_it_stands() {
        let due = Facts { due_day: Some(day(2026, 6, 15)), ..Facts::default() };
        let on = |facts: Facts, month, date| standing(&facts, day(2026, month, date));
        assert_eq!(on(due, 5, 31), Standing::Ahead);
        assert_eq!(on(due, 6, 1), Standing::Due);
        assert_eq!(on(due, 6, 29), Standing::Due);
        assert_eq!(on(due, 6, 30), Standing::Overdue);
        assert_eq!(on(Facts { is_booked: true, ..due }, 6, 30), Standing::Booked);
        assert_eq!(on(Facts { is_disabled: true, is_booked: true, ..due }, 6, 30), Standing::Disabled);
        let paused = Facts { paused_until: Some(day(2026, 7, 1)), ..due };
        assert_eq!(on(paused, 6, 30), Standing::Paused(day(2026, 7, 1)));
        assert_eq!(on(paused, 7, 1), Standing::Overdue, "the pause is over");
        assert_eq!(on(Facts::default(), 6, 30), Standing::Undated);
    }

    #[test]
    fn the_rungs_have_their_turns() {
        let (ladder, due) = (steps(), day(2026, 6, 15));
        let whose = |text: &str| turn(&ladder, due, Tz::UTC, at(text)).map(|(place, _)| place);
        assert_eq!(whose("2026-06-01T09:59:00Z"), None);
        assert_eq!(whose("2026-06-01T10:00:00Z"), Some(0));
        assert_eq!(whose("2026-06-14T23:59:00Z"), Some(0));
        assert_eq!(whose("2026-06-15T09:59:00Z"), None, "what announces the date is over on it");
        assert_eq!(whose("2026-06-15T10:00:00Z"), Some(1));
        assert_eq!(whose("2026-07-29T12:00:00Z"), Some(2));
        assert_eq!(whose("2026-07-30T10:00:00Z"), Some(3));
        assert_eq!(whose("2027-06-14T10:00:00Z"), Some(3));
        assert_eq!(whose("2027-06-15T10:00:00Z"), None, "lost");
        assert_eq!(next_step(&ladder, due, Tz::UTC, at("2026-06-20T10:00:00Z")).map(|(step, _)| step.days), Some(14));
        assert_eq!(turn(&[], due, Tz::UTC, at("2026-06-20T10:00:00Z")), None);
    }

    #[test]
    fn nothing_is_said_twice_or_too_soon() {
        let (ladder, due) = (steps(), day(2026, 6, 15));
        let told = |rule, text: &str| Told { rule: RuleId::new(rule), of: due, at: at(text) };
        let now = at("2026-06-29T10:00:00Z");
        let zero = told(2, "2026-06-15T10:00:05Z");
        assert!(may_tell(&ladder, 2, (due, now), &[zero], 4));
        assert!(!may_tell(&ladder, 2, (due, now), &[zero, told(3, "2026-06-29T10:00:00Z")], 4), "told");
        assert!(!may_tell(&ladder, 2, (due, now), &[zero], 1), "enough");
        assert!(!may_tell(&ladder, 2, (due, now), &[told(2, "2026-06-26T10:00:00Z")], 4), "just told");
        let other = Told { of: day(2026, 1, 1), ..told(3, "2026-01-15T10:00:00Z") };
        assert!(may_tell(&ladder, 2, (due, now), &[other], 1), "of another date");
        let weekly = [-14, -11, 0].map(|days| Step { rule: RuleId::new(days + 20), days, at_minute: 600 });
        assert_eq!([spacing(&weekly, 0), spacing(&weekly, 1), spacing(&weekly, 2)], [7, 3, 7]);
    }

    #[test]
    fn whoever_just_became_overdue_is_called_first() {
        let today = day(2026, 7, 1);
        let mut days = [day(2026, 7, 10), day(2026, 5, 1), day(2026, 6, 25), day(2026, 6, 10)];
        days.sort_by_key(|due| order(*due, today, false));
        assert_eq!(days, [day(2026, 6, 10), day(2026, 5, 1), day(2026, 6, 25), day(2026, 7, 10)]);
        assert!(order(day(2026, 7, 10), today, false) < order(day(2026, 6, 10), today, true));
    }

    #[test]
    fn words_are_read_back() {
        for reason in WhyDisabled::ALL {
            assert_eq!(WhyDisabled::parse(reason.as_str()), Some(reason));
        }
    }

    proptest! {
        /// Looking twice changes nothing, and the order of visits does not matter.
        #[test]
        fn looking_again_changes_nothing(
            offsets in prop::collection::vec(0_u64..2_000, 0..8),
            every in prop::option::of((0_u16..24, 1_u16..40)),
            manual in prop::option::of(0_u64..3_000),
        ) {
            let visits: Vec<NaiveDate> = offsets.iter().map(|days| day(2020, 1, 31) + Days::new(*days)).collect();
            let first = renewed(None, &visits, every);
            let first = first.map(|dates| match manual {
                Some(days) => with_manual(dates, Some(day(2020, 1, 1) + Days::new(days))),
                None => dates,
            });
            let mut turned = visits.clone();
            turned.reverse();
            prop_assert_eq!(first.and_then(|dates| renewed(Some(dates), &turned, every)), first);
        }

        /// Through any year of ticks each rung speaks at most once of a date, and never two within the spacing.
        #[test]
        fn a_year_of_ticks(silent in prop::collection::vec(any::<bool>(), 400), most in 0_i32..6) {
            let (ladder, due) = (steps(), day(2026, 6, 15));
            let mut told: Vec<Told> = Vec::new();
            for (days, silent) in silent.iter().enumerate() {
                let now = at("2026-05-20T12:00:00Z") + TimeDelta::days(i64::try_from(days).unwrap());
                let Some((place, _)) = turn(&ladder, due, Tz::UTC, now) else { continue };
                if !silent && may_tell(&ladder, place, (due, now), &told, most) {
                    told.push(Told { rule: ladder[place].rule, of: due, at: now });
                }
            }
            prop_assert!(told.len() <= usize::try_from(most).unwrap().min(4));
            prop_assert!(told.windows(2).all(|pair| pair[0].rule < pair[1].rule && pair[0].at + TimeDelta::days(6) < pair[1].at));
        }
    }
}
