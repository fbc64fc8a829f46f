//! Whether a message may leave now: consent, objection, quiet hours and caps.
//!
//! Asked once more just before a message is handed over, because days lie between planning and sending. What belongs to
//! somebody's own booking leaves whatever the hour; advertising needs consent that stands and an address that nobody
//! objected for, waits for the end of the quiet hours on the reader's own clock, and is counted.
//!
//! Messages that say the same to one mailbox share a **letter**: caps count letters, not rows.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::messages::{MessageKind, Purpose, Reason};
use super::time;

/// The span in which caps count.
pub const WEEK: TimeDelta = TimeDelta::days(7);
/// Messages that fall due so soon after another one of the same letter travel with it.
pub const TOGETHER_WITHIN: TimeDelta = TimeDelta::hours(3);
/// No letter speaks of more.
pub const LETTER_MAX: usize = 10;
/// A quiet Saturday night, a quiet Sunday, a quiet Monday morning, and room to spare.
const QUIET_STEPS_MAX: usize = 8;

/// What becomes of a message that is about to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It leaves.
    Go,
    /// It never leaves.
    Skip(Reason),
    /// It leaves from then on, if everything still holds.
    Later(DateTime<Utc>, Reason),
    /// It was taken early for a letter that it does not share after all, and waits for its own time.
    NotDue,
}

/// When advertising waits, on the reader's clock. Minutes of the day; the same twice is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// The first quiet minute.
    pub from_minute: u32,
    /// The first minute that is not quiet any more.
    pub until_minute: u32,
    /// Whether Sundays are quiet as a whole.
    pub sundays: bool,
}

impl QuietHours {
    /// Never quiet.
    pub const NONE: Self = Self { from_minute: 0, until_minute: 0, sundays: false };

    /// The wall time at which the quiet that `local` lies in ends; nothing when it is not quiet then.
    fn end_after(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let midnight = local.date().and_time(NaiveTime::MIN);
        let next = midnight.checked_add_days(Days::new(1)).unwrap_or(midnight);
        if self.sundays && local.weekday() == Weekday::Sun {
            return Some(next);
        }
        let at = |day: NaiveDateTime, minute: u32| day + TimeDelta::minutes(i64::from(minute));
        let (minute, from, until) = (local.hour() * 60 + local.minute(), self.from_minute, self.until_minute);
        if from < until {
            return (from <= minute && minute < until).then(|| at(midnight, until));
        }
        if from == until {
            return None;
        }
        if from <= minute { Some(at(next, until)) } else { (minute < until).then(|| at(midnight, until)) }
    }

    /// Whether it is quiet where the clocks show `local`.
    pub fn covers(self, local: NaiveDateTime) -> bool {
        self.end_after(local).is_some()
    }

    /// When it stops being quiet, for a reader in the zone; nothing when it is not quiet now.
    pub fn over_at(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let mut at = now;
        for _ in 0..QUIET_STEPS_MAX {
            let local = time::local(at, zone);
            let Some(end) = self.end_after(local) else { break };
            let reached = time::instant(end, zone);
            // Where clocks are set back they show the end twice; whoever is past the first waits for the second.
            at = if at < reached { reached } else { at + (end - local) };
        }
        (now < at).then_some(at)
    }
}

/// What the clinic keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct House {
    /// When advertising waits.
    pub quiet: QuietHours,
    /// Letters with advertising to one mailbox in a week; 0 is no cap.
    pub marketing_per_week: usize,
    /// Reminders and the like to one mailbox in a week; 0 is no cap.
    pub transactional_per_week: usize,
}

impl House {
    /// Whether letters like this one are counted at all.
    pub const fn counts(self, kind: MessageKind, purpose: Purpose) -> bool {
        is_counted(kind, purpose) && self.cap(purpose) > 0
    }

    /// How many letters of this purpose one mailbox gets in a week.
    const fn cap(self, purpose: Purpose) -> usize {
        match purpose {
            Purpose::Marketing => self.marketing_per_week,
            Purpose::Transactional => self.transactional_per_week,
        }
    }
}

/// Whether the owner of an address objected, or mail to it came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// No advertising, for this reason.
    Marketing(Reason),
    /// Nothing at all, for this reason.
    Everything(Reason),
}

/// A message that is about to leave.
#[derive(Debug, Clone)]
pub struct Departure {
    /// What it says.
    pub kind: MessageKind,
    /// Why.
    pub purpose: Purpose,
    /// Of several that a cap does not let through, the highest goes first.
    pub priority: i32,
    /// From when on it may leave.
    pub due_at: DateTime<Utc>,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// Where it goes, as a keyed hash; nothing for readers whose mailbox is not counted.
    pub mailbox: Option<String>,
    /// Messages with the same key may travel in one letter.
    pub merge_key: Option<String>,
    /// Whether the reader is somebody who can be written to.
    pub may_be_written_to: bool,
    /// Whether the reader agreed to messages of this kind, provably, and has not taken it back.
    pub agreed: bool,
    /// What stands against the address.
    pub suppression: Option<Suppression>,
    /// The clock on the reader's wall.
    pub zone: Tz,
}

/// What tells of a booking, or what the reader asked for himself, always leaves; what the clinic likes to add is
/// counted.
pub const fn is_counted(kind: MessageKind, purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Marketing) || matches!(kind, MessageKind::Reminder | MessageKind::MissedYou)
}

/// Whether one message may leave, caps aside.
pub fn judge(departure: &Departure, house: House, now: DateTime<Utc>) -> Verdict {
    if departure.expires_at <= now {
        return Verdict::Skip(Reason::Expired);
    }
    if !departure.may_be_written_to {
        return Verdict::Skip(Reason::DoNotContact);
    }
    if let Some(Suppression::Everything(reason)) = departure.suppression {
        return Verdict::Skip(reason);
    }
    if departure.purpose == Purpose::Transactional {
        return Verdict::Go;
    }
    if let Some(Suppression::Marketing(reason)) = departure.suppression {
        return Verdict::Skip(reason);
    }
    if !departure.agreed {
        return Verdict::Skip(Reason::NoConsent);
    }
    match house.quiet.over_at(now, departure.zone) {
        Some(over) => wait_until(departure, over, Reason::QuietHours),
        None => Verdict::Go,
    }
}

fn wait_until(departure: &Departure, until: DateTime<Utc>, why: Reason) -> Verdict {
    if until < departure.expires_at { Verdict::Later(until, why) } else { Verdict::Skip(why) }
}

/// When the cap lets one more letter through: now, or when enough of those that left are a week old.
fn free_at(cap: usize, had: &[DateTime<Utc>], now: DateTime<Utc>) -> DateTime<Utc> {
    let mut recent: Vec<DateTime<Utc>> = had.iter().copied().filter(|at| now < *at + WEEK).collect();
    if cap == 0 || recent.len() < cap {
        return now;
    }
    recent.sort_unstable();
    recent.get(recent.len() - cap).map_or(now, |oldest| *oldest + WEEK)
}

/// Letters that left, by mailbox and purpose.
pub type Had = HashMap<(String, Purpose), Vec<DateTime<Utc>>>;

/// What becomes of several messages that were taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What leaves: the places of the messages that share a letter, the first of which names it.
    pub letters: Vec<Vec<usize>>,
    /// What does not, by its place.
    pub held: Vec<(usize, Verdict)>,
}

/// Judges messages that were taken together, in the order of their identifiers: each alone, then by letters, the
/// highest priority first, against what the mailbox `had` this week.
pub fn judge_all(batch: &[Departure], house: House, had: &Had, now: DateTime<Utc>) -> Judgement {
    let mut judgement = Judgement { letters: Vec::new(), held: Vec::new() };
    let mut free = Vec::new();
    for (place, departure) in batch.iter().enumerate() {
        match judge(departure, house, now) {
            Verdict::Go => free.push(place),
            held => judgement.held.push((place, held)),
        }
    }
    let mut letters = letters_of(batch, &free);
    letters.sort_by_key(|letter| {
        let first = letter.first().copied().unwrap_or_default();
        (-batch.get(first).map_or(0, |departure| departure.priority), first)
    });
    let mut had = had.clone();
    for letter in letters {
        let rows: Vec<(usize, &Departure)> =
            letter.iter().filter_map(|place| Some((*place, batch.get(*place)?))).collect();
        match verdict_on_letter(&rows, house, &mut had, now) {
            None => judgement.letters.push(letter),
            Some(held) => judgement.held.extend(held),
        }
    }
    judgement.letters.sort_unstable();
    judgement.held.sort_unstable_by_key(|(place, _)| *place);
    judgement
}

/// Nothing when the letter leaves; then it counts for those after it.
fn verdict_on_letter(
    rows: &[(usize, &Departure)],
    house: House,
    had: &mut Had,
    now: DateTime<Utc>,
) -> Option<Vec<(usize, Verdict)>> {
    if rows.iter().all(|(_, departure)| now < departure.due_at) {
        return Some(rows.iter().map(|(place, _)| (*place, Verdict::NotDue)).collect());
    }
    let (_, first) = rows.first()?;
    let mailbox = first.mailbox.clone().filter(|_| house.counts(first.kind, first.purpose))?;
    let sent = had.entry((mailbox, first.purpose)).or_default();
    let free = free_at(house.cap(first.purpose), sent, now);
    if free <= now {
        sent.push(now);
        return None;
    }
    let held = |(place, departure): &(usize, &Departure)| {
        let quiet = (departure.purpose == Purpose::Marketing).then(|| house.quiet.over_at(free, departure.zone));
        (*place, wait_until(departure, quiet.flatten().unwrap_or(free), Reason::Capped))
    };
    Some(rows.iter().map(held).collect())
}

/// Who shares a letter: the same key and the same mailbox, at most [`LETTER_MAX`] in one.
fn letters_of(batch: &[Departure], free: &[usize]) -> Vec<Vec<usize>> {
    let mut alone: Vec<Vec<usize>> = Vec::new();
    let mut shared: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for place in free {
        let Some(departure) = batch.get(*place) else { continue };
        match (&departure.merge_key, &departure.mailbox) {
            (Some(key), Some(mailbox)) => shared.entry((key, mailbox)).or_default().push(*place),
            _ => alone.push(vec![*place]),
        }
    }
    alone.extend(
        shared.into_values().flat_map(|places| places.chunks(LETTER_MAX).map(<[usize]>::to_vec).collect::<Vec<_>>()),
    );
    alone
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    const NIGHT: QuietHours = QuietHours { from_minute: 20 * 60, until_minute: 8 * 60, sundays: true };
    const HOUSE: House = House { quiet: NIGHT, marketing_per_week: 2, transactional_per_week: 0 };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Advertising, to somebody who agreed, at a quiet-free hour of a Wednesday.
    fn advertising(now: DateTime<Utc>) -> Departure {
        Departure {
            kind: MessageKind::ComeBack,
            purpose: Purpose::Marketing,
            priority: 50,
            due_at: now,
            expires_at: now + TimeDelta::days(30),
            mailbox: Some("ana".to_owned()),
            merge_key: None,
            may_be_written_to: true,
            agreed: true,
            suppression: None,
            zone: Tz::UTC,
        }
    }

    fn noon() -> DateTime<Utc> {
        at("2026-06-03T12:00:00Z")
    }

    #[test]
    fn advertising_needs_consent_and_no_objection() {
        let good = advertising(noon());
        let bounced = Some(Suppression::Marketing(Reason::Bounced));
        let objected = Some(Suppression::Marketing(Reason::Unsubscribed));
        let nothing = Some(Suppression::Everything(Reason::DoNotContact));
        let table = [
            (good.clone(), Verdict::Go),
            (Departure { agreed: false, ..good.clone() }, Verdict::Skip(Reason::NoConsent)),
            (Departure { suppression: bounced, ..good.clone() }, Verdict::Skip(Reason::Bounced)),
            (Departure { suppression: objected, agreed: false, ..good.clone() }, Verdict::Skip(Reason::Unsubscribed)),
            (Departure { suppression: nothing, ..good.clone() }, Verdict::Skip(Reason::DoNotContact)),
            (Departure { may_be_written_to: false, ..good.clone() }, Verdict::Skip(Reason::DoNotContact)),
            (Departure { expires_at: noon(), ..good.clone() }, Verdict::Skip(Reason::Expired)),
        ];
        for (departure, verdict) in table {
            assert_eq!(judge(&departure, HOUSE, noon()), verdict, "{departure:?}");
        }
    }

    #[test]
    fn what_belongs_to_a_booking_leaves_whatever_the_hour() {
        let midnight = at("2026-06-07T02:00:00Z");
        let told = Departure {
            kind: MessageKind::Confirmation,
            purpose: Purpose::Transactional,
            agreed: false,
            suppression: Some(Suppression::Marketing(Reason::Unsubscribed)),
            ..advertising(midnight)
        };
        assert_eq!(judge(&told, HOUSE, midnight), Verdict::Go);
        let silent = Departure { suppression: Some(Suppression::Everything(Reason::Bounced)), ..told.clone() };
        assert_eq!(judge(&silent, HOUSE, midnight), Verdict::Skip(Reason::Bounced));
        let gone = Departure { may_be_written_to: false, ..told };
        assert_eq!(judge(&gone, HOUSE, midnight), Verdict::Skip(Reason::DoNotContact));
    }

    #[test]
    fn quiet_hours_end_on_the_readers_clock() {
        let table = [
            // A Wednesday evening in Berlin is over at 8 on Thursday; the same instant is noon in Los Angeles.
            ("2026-06-03T19:00:00Z", "Europe/Berlin", Some("2026-06-04T06:00:00Z")),
            ("2026-06-03T19:00:00Z", "America/Los_Angeles", None),
            ("2026-06-03T19:00:00Z", "Asia/Tokyo", Some("2026-06-03T23:00:00Z")),
            // The boundaries.
            ("2026-06-03T17:59:59Z", "Europe/Berlin", None),
            ("2026-06-03T18:00:00Z", "Europe/Berlin", Some("2026-06-04T06:00:00Z")),
            ("2026-06-04T05:59:30Z", "Europe/Berlin", Some("2026-06-04T06:00:00Z")),
            ("2026-06-04T06:00:00Z", "Europe/Berlin", None),
            // Saturday evening waits over Sunday until Monday morning; so does a Sunday noon.
            ("2026-06-06T19:00:00Z", "Europe/Berlin", Some("2026-06-08T06:00:00Z")),
            ("2026-06-07T10:00:00Z", "Europe/Berlin", Some("2026-06-08T06:00:00Z")),
            // The nights in which the clocks of Berlin change are one hour shorter and longer.
            ("2026-03-28T20:00:00Z", "Europe/Berlin", Some("2026-03-30T06:00:00Z")),
            ("2026-10-24T20:00:00Z", "Europe/Berlin", Some("2026-10-26T07:00:00Z")),
        ];
        for (now, zone, over) in table {
            let zone: Tz = zone.parse().unwrap();
            assert_eq!(NIGHT.over_at(at(now), zone), over.map(at), "{now} {zone}");
        }
    }

    #[test]
    fn quiet_hours_end_in_gaps_and_folds() {
        let berlin = Tz::Europe__Berlin;
        let quiet = QuietHours { from_minute: 22 * 60, until_minute: 150, sundays: false };
        // 02:30 does not exist on 29 March: the clocks jump from 2 to 3.
        assert_eq!(quiet.over_at(at("2026-03-28T23:00:00Z"), berlin), Some(at("2026-03-29T01:30:00Z")));
        // 02:30 comes twice on 25 October; whoever is between the two waits for the second.
        assert_eq!(quiet.over_at(at("2026-10-24T23:00:00Z"), berlin), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(quiet.over_at(at("2026-10-25T00:40:00Z"), berlin), None);
        assert_eq!(quiet.over_at(at("2026-10-25T01:10:00Z"), berlin), Some(at("2026-10-25T01:30:00Z")));
        assert_eq!(QuietHours::NONE.over_at(at("2026-10-25T01:10:00Z"), berlin), None);
        let lunch = QuietHours { from_minute: 720, until_minute: 780, sundays: false };
        assert_eq!(lunch.over_at(at("2026-06-03T10:30:00Z"), berlin), Some(at("2026-06-03T11:00:00Z")));
    }

    #[test]
    fn what_would_come_too_late_after_the_quiet_is_not_sent() {
        let evening = at("2026-06-03T21:00:00Z");
        let morning = at("2026-06-04T08:00:00Z");
        let waits = advertising(evening);
        assert_eq!(judge(&waits, HOUSE, evening), Verdict::Later(morning, Reason::QuietHours));
        let short = Departure { expires_at: morning, ..waits };
        assert_eq!(judge(&short, HOUSE, evening), Verdict::Skip(Reason::QuietHours));
    }

    #[test]
    fn of_several_the_highest_priority_goes_first() {
        let now = noon();
        let of = |priority, days| Departure { priority, expires_at: now + TimeDelta::days(days), ..advertising(now) };
        let had = Had::from([(("ana".to_owned(), Purpose::Marketing), vec![now - TimeDelta::days(6)])]);
        let judged = judge_all(&[of(20, 30), of(50, 30), of(40, 1)], HOUSE, &had, now);
        assert_eq!(judged.letters, [vec![1]]);
        let free = now + TimeDelta::days(1);
        // A Thursday noon: the week of the one of last Thursday is over then.
        assert_eq!(judged.held, [(0, Verdict::Later(free, Reason::Capped)), (2, Verdict::Skip(Reason::Capped))]);
        let uncapped = House { marketing_per_week: 0, ..HOUSE };
        assert_eq!(judge_all(&[of(20, 30), of(50, 30)], uncapped, &had, now).letters, [vec![0], vec![1]]);
    }

    #[test]
    fn caps_count_each_mailbox_and_purpose_apart_and_never_hold_back_what_was_booked() {
        let now = noon();
        let house = House { transactional_per_week: 1, marketing_per_week: 1, ..HOUSE };
        let kinds = [MessageKind::Confirmation, MessageKind::Change, MessageKind::Reminder, MessageKind::Reminder];
        let mut batch: Vec<Departure> = kinds
            .into_iter()
            .map(|kind| Departure { kind, purpose: Purpose::Transactional, ..advertising(now) })
            .collect();
        batch.push(advertising(now));
        batch.push(Departure { mailbox: Some("rui".to_owned()), ..advertising(now) });
        let judged = judge_all(&batch, house, &Had::new(), now);
        assert_eq!(judged.letters, [vec![0], vec![1], vec![2], vec![4], vec![5]]);
        assert_eq!(judged.held, [(3, Verdict::Later(now + WEEK, Reason::Capped))]);
    }

    #[test]
    fn a_household_shares_a_letter_of_ten_at_most() {
        let now = noon();
        let child = |key: &str, mailbox: &str| Departure {
            kind: MessageKind::Reminder,
            purpose: Purpose::Transactional,
            merge_key: Some(key.to_owned()),
            mailbox: Some(mailbox.to_owned()),
            ..advertising(now)
        };
        let soon = Departure { due_at: now + TimeDelta::hours(2), ..child("day", "ana") };
        let batch = [child("day", "ana"), child("other", "ana"), soon.clone(), child("day", "rui")];
        let judged = judge_all(&batch, HOUSE, &Had::new(), now);
        assert_eq!(judged.letters, [vec![0, 2], vec![1], vec![3]]);
        // Nobody to travel with: it waits for its own time.
        let judged = judge_all(&[child("day", "rui"), soon], HOUSE, &Had::new(), now);
        assert_eq!((judged.letters, judged.held), (vec![vec![0]], vec![(1, Verdict::NotDue)]));
        let many = vec![child("day", "ana"); 23];
        let sizes: Vec<usize> = judge_all(&many, HOUSE, &Had::new(), now).letters.iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 10, 3]);
    }

    const ZONES: [Tz; 5] = [
        Tz::Europe__Berlin,
        Tz::America__Los_Angeles,
        Tz::Australia__Lord_Howe,
        Tz::America__Sao_Paulo,
        Tz::Asia__Tokyo,
    ];

    proptest! {
        #[test]
        fn the_end_of_the_quiet_is_not_quiet_and_lies_ahead(
            minute in 0_i64..2 * 366 * 1440,
            from in 0_u32..1440,
            until in 0_u32..1440,
            sundays: bool,
            zone in 0_usize..ZONES.len(),
        ) {
            let now = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap() + TimeDelta::minutes(minute);
            let quiet = QuietHours { from_minute: from, until_minute: until, sundays };
            let zone = ZONES[zone];
            match quiet.over_at(now, zone) {
                None => prop_assert!(!quiet.covers(time::local(now, zone))),
                Some(over) => {
                    prop_assert!(now < over && over - now < TimeDelta::days(3));
                    prop_assert!(quiet.covers(time::local(now, zone)));
                    prop_assert!(!quiet.covers(time::local(over, zone)), "{now} {over}");
                }
            }
        }

        #[test]
        fn no_mailbox_ever_has_more_than_its_cap_in_a_week(
            cap in 1_usize..5,
            gaps in prop::collection::vec(0_i64..72, 1..60),
        ) {
            let house = House { quiet: QuietHours::NONE, marketing_per_week: cap, transactional_per_week: 0 };
            let (mut now, mut had) = (noon(), Had::new());
            let mut sent: Vec<DateTime<Utc>> = Vec::new();
            for gap in gaps {
                now += TimeDelta::hours(gap);
                let judged = judge_all(&[advertising(now), advertising(now)], house, &had, now);
                sent.extend(judged.letters.iter().map(|_| now));
                had.insert(("ana".to_owned(), Purpose::Marketing), sent.clone());
                for (_, verdict) in judged.held {
                    let Verdict::Later(at, Reason::Capped) = verdict else { panic!("{verdict:?}") };
                    let then = sent.iter().filter(|sent| at < **sent + WEEK).count();
                    prop_assert!(now < at && then < cap, "it is free when it is said to be");
                }
            }
            for from in &sent {
                let within = sent.iter().filter(|at| *from <= **at && **at < *from + WEEK).count();
                prop_assert!(within <= cap);
            }
        }

        #[test]
        fn advertising_never_goes_without_consent(agreed: bool, objected: bool, present: bool, hour in 0_i64..200) {
            let now = noon() + TimeDelta::hours(hour);
            let departure = Departure {
                agreed,
                may_be_written_to: present,
                suppression: objected.then_some(Suppression::Marketing(Reason::Unsubscribed)),
                ..advertising(now)
            };
            let leaves = judge(&departure, HOUSE, now) == Verdict::Go;
            prop_assert!(!leaves || (agreed && present && !objected && !NIGHT.covers(time::local(now, Tz::UTC))));
        }
    }
}
