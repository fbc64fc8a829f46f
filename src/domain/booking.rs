//! A booking's status, who acts on it, and the reference people read out on the phone.

use chrono::{DateTime, Utc};

use super::ids::StaffUserId;

/// The word in a booking's history that says it came from elsewhere when it was over.
pub const IMPORTED_EVENT: &str = "imported";
/// How long after a click it can be taken back.
pub const UNDO_SECONDS: i64 = 60;

/// How many seconds are left to take back what was done at `done_at`; nothing when the time is over.
pub fn undo_seconds_left(done_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    let passed = (now - done_at).num_seconds();
    (0..=UNDO_SECONDS).contains(&passed).then(|| UNDO_SECONDS - passed)
}

/// Where a booking stands. The arrows, and there are no others:
///
/// - `requested` → `booked` (approve), `declined` (decline), `cancelled` (cancel), `expired` (expire)
/// - `booked` → `arrived` (arrive), `in_progress` (start), `completed` (complete), `no_show`, `cancelled` (cancel)
/// - `arrived` → `in_progress` (start), `completed` (complete), `cancelled` (cancel)
/// - `in_progress` → `completed` (complete)
/// - `completed`, `no_show`, `cancelled`, `declined`, `expired` → nothing
///
/// The desk does not click every step, so `booked` may jump ahead. What staff clicked can be taken back for
/// [`UNDO_SECONDS`]: not an arrow of its own, but a return to where history says it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookingStatus {
    /// Asked for; waits for approval.
    Requested,
    /// Agreed.
    Booked,
    /// The client is there.
    Arrived,
    /// The service is being given.
    InProgress,
    /// It took place.
    Completed,
    /// The client did not come.
    NoShow,
    /// Called off by somebody.
    Cancelled,
    /// Not approved.
    Declined,
    /// Nobody decided in time.
    Expired,
}

/// The arrow does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a booking that is {} cannot become {}", from.as_str(), to.as_str())]
pub struct WrongStatus {
    /// What it is.
    pub from: BookingStatus,
    /// What it was to become.
    pub to: BookingStatus,
}

impl BookingStatus {
    /// Every status, in the order of a booking's life.
    pub const ALL: [Self; 9] = [
        Self::Requested,
        Self::Booked,
        Self::Arrived,
        Self::InProgress,
        Self::Completed,
        Self::NoShow,
        Self::Cancelled,
        Self::Declined,
        Self::Expired,
    ];

    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Booked => "booked",
            Self::Arrived => "arrived",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether it is still to come or under way, and so holds its seat against others.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Requested | Self::Booked | Self::Arrived | Self::InProgress => true,
            Self::Completed | Self::NoShow | Self::Cancelled | Self::Declined | Self::Expired => false,
        }
    }

    /// Whether its seat was given back before the time came; completed and missed bookings keep theirs for history.
    pub const fn gave_seat_back(self) -> bool {
        match self {
            Self::Cancelled | Self::Declined | Self::Expired => true,
            Self::Requested | Self::Booked | Self::Arrived | Self::InProgress | Self::Completed | Self::NoShow => false,
        }
    }

    /// A request is agreed to.
    pub fn approve(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::Booked, &[Self::Requested])
    }

    /// A request is not agreed to.
    pub fn decline(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::Declined, &[Self::Requested])
    }

    /// Called off.
    pub fn cancel(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::Cancelled, &[Self::Requested, Self::Booked, Self::Arrived])
    }

    /// Nobody decided on a request in time.
    pub fn expire(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::Expired, &[Self::Requested])
    }

    /// The client is there.
    pub fn arrive(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::Arrived, &[Self::Booked])
    }

    /// The service begins.
    pub fn start(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::InProgress, &[Self::Booked, Self::Arrived])
    }

    /// The service took place.
    pub fn complete(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::Completed, &[Self::Booked, Self::Arrived, Self::InProgress])
    }

    /// The client did not come.
    pub fn no_show(self) -> Result<Self, WrongStatus> {
        self.become_from(Self::NoShow, &[Self::Booked])
    }

    /// Whether staff may take back that it became this: what they click by mistake.
    pub const fn can_be_undone(self) -> bool {
        match self {
            Self::Arrived | Self::InProgress | Self::Completed | Self::NoShow | Self::Cancelled | Self::Declined => {
                true
            }
            Self::Requested | Self::Booked | Self::Expired => false,
        }
    }

    fn become_from(self, to: Self, allowed: &[Self]) -> Result<Self, WrongStatus> {
        if allowed.contains(&self) { Ok(to) } else { Err(WrongStatus { from: self, to }) }
    }
}

/// Who does something to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The client, by page or link.
    Client,
    /// Somebody who works here.
    Staff(StaffUserId),
    /// Rebook itself, on the clock.
    System,
}

impl Actor {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Staff(_) => "staff",
            Self::System => "system",
        }
    }

    /// Which member of the staff, when it is one.
    pub const fn staff_user(self) -> Option<StaffUserId> {
        match self {
            Self::Staff(user) => Some(user),
            Self::Client | Self::System => None,
        }
    }
}

/// No vowels, so no words; nothing that is mistaken for something else on paper or on the phone (0 O, 1 I, 2 Z, 5 S, 8 B).
const REFERENCE_ALPHABET: &[u8; 26] = b"23456789CDFGHJKLMNPQRTVWXY";
const REFERENCE_LENGTH: usize = 8;

/// How many references there are.
pub const REFERENCES: u64 = 26_u64.pow(8);

/// The reference people read out: eight characters made from chance.
///
/// Different numbers below [`REFERENCES`] give different references, so a counter works where there is no chance. Two
/// draws may agree (about 1 in 200 thousand million); the unique column refuses the second and the deed draws again.
pub fn reference(chance: u64) -> String {
    let mut rest = chance % REFERENCES;
    let mut text = [b'2'; REFERENCE_LENGTH];
    for place in text.iter_mut().rev() {
        let digit = usize::try_from(rest % 26).unwrap_or(0);
        *place = REFERENCE_ALPHABET.get(digit).copied().unwrap_or(b'2');
        rest /= 26;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Reads a reference as people type it: either case, with blanks or dashes.
pub fn read_reference(text: &str) -> Option<String> {
    let typed = text.chars().filter(|character| !character.is_whitespace() && *character != '-');
    let typed: String = typed.map(|character| character.to_ascii_uppercase()).take(REFERENCE_LENGTH + 1).collect();
    let known = typed.bytes().all(|byte| REFERENCE_ALPHABET.contains(&byte));
    (typed.len() == REFERENCE_LENGTH && known).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    type Arrow = fn(BookingStatus) -> Result<BookingStatus, WrongStatus>;

    #[test]
    fn the_arrows_and_no_others() {
        use BookingStatus::*;
        let arrows: [(Arrow, BookingStatus, &[BookingStatus]); 8] = [
            (BookingStatus::approve, Booked, &[Requested]),
            (BookingStatus::decline, Declined, &[Requested]),
            (BookingStatus::expire, Expired, &[Requested]),
            (BookingStatus::cancel, Cancelled, &[Requested, Booked, Arrived]),
            (BookingStatus::arrive, Arrived, &[Booked]),
            (BookingStatus::start, InProgress, &[Booked, Arrived]),
            (BookingStatus::complete, Completed, &[Booked, Arrived, InProgress]),
            (BookingStatus::no_show, NoShow, &[Booked]),
        ];
        for from in BookingStatus::ALL {
            for (arrow, to, allowed) in arrows {
                let expected = if allowed.contains(&from) { Ok(to) } else { Err(WrongStatus { from, to }) };
                assert_eq!(arrow(from), expected, "{from:?} to {to:?}");
                assert!(from.is_live() || arrow(from).is_err(), "{from:?} is final");
            }
        }
    }

    #[test]
    fn a_click_is_taken_back_within_a_minute() {
        let done = DateTime::<Utc>::UNIX_EPOCH;
        let left = |seconds| undo_seconds_left(done, done + chrono::TimeDelta::seconds(seconds));
        assert_eq!((left(0), left(59), left(60), left(61), left(-1)), (Some(60), Some(1), Some(0), None, None));
    }

    #[test]
    fn words_are_read_as_written() {
        for status in BookingStatus::ALL {
            assert_eq!(BookingStatus::parse(status.as_str()), Some(status));
            assert!(!(status.is_live() && status.gave_seat_back()));
        }
        for wrong in ["", "Booked", "confirmed", "in progress"] {
            assert_eq!(BookingStatus::parse(wrong), None);
        }
        let user = StaffUserId::new(5);
        assert_eq!((Actor::Staff(user).as_str(), Actor::Staff(user).staff_user()), ("staff", Some(user)));
        assert_eq!((Actor::System.as_str(), Actor::Client.staff_user()), ("system", None));
    }

    #[test]
    fn a_counter_makes_references_too() {
        let made: HashSet<String> = (0..10_000).map(reference).collect();
        assert_eq!(made.len(), 10_000);
        assert_eq!(reference(0), "22222222");
        assert_eq!(reference(REFERENCES - 1), "YYYYYYYY");
    }

    #[test]
    fn references_are_read_as_people_type_them() {
        assert_eq!(read_reference(" k7rm-2xqd "), Some("K7RM2XQD".to_owned()));
        for wrong in ["", "K7RM2XQ", "K7RM2XQDD", "K7RM2XQ0", "K7RM2XQÄ", "K7RM2XQE"] {
            assert_eq!(read_reference(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_reference_is_read_back(chance: u64) {
            let made = reference(chance);
            prop_assert_eq!(read_reference(&made.to_lowercase()), Some(made));
        }
    }
}
