//! Identifiers: 64-bit, time-ordered (TSID), one type per kind so that two kinds cannot be mixed up.
//!
//! Inside they are integers; outside they are 13 characters of Crockford base32, which sort like the numbers.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 2020-01-01T00:00:00Z; 41 bits of milliseconds from here last until 2089.
const EPOCH_MILLIS: i64 = 1_577_836_800_000;
const CHANCE_BITS: u32 = 22;

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

/// Writes a non-negative number as 13 characters of Crockford base32.
pub fn encode(value: i64) -> String {
    let mut text = String::with_capacity(13);
    push(&mut text, value);
    text
}

/// Writes the same at the end of `out`.
pub fn push(out: &mut String, value: i64) {
    for place in (0..13_u32).rev() {
        let digit = usize::try_from((value >> (place * 5)) & 31).unwrap_or(0);
        out.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'0')));
    }
}

/// Reads what [`encode`] wrote; letters in either case, O as 0, I and L as 1.
pub fn decode(text: &str) -> Result<i64, NotAnId> {
    if text.len() != 13 {
        return Err(NotAnId);
    }
    let mut value: i64 = 0;
    for character in text.bytes() {
        let upper = match character.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        let digit = ALPHABET.iter().position(|known| *known == upper).ok_or(NotAnId)?;
        let digit = i64::try_from(digit).map_err(|_too_large| NotAnId)?;
        value = value.checked_mul(32).and_then(|shifted| shifted.checked_add(digit)).ok_or(NotAnId)?;
    }
    Ok(value)
}

/// Hands out identifiers: milliseconds above, a counter that starts at chance below.
///
/// Two processes collide only when they draw in the same millisecond and 22 bits agree; the primary key refuses
/// the second, and the write is tried again.
#[derive(Debug)]
pub struct IdSource {
    last: AtomicI64,
    offset: i64,
}

impl IdSource {
    /// `chance` spreads several processes apart; tests and the demo give a fixed one.
    pub fn new(chance: u64) -> Self {
        let mask = (1_i64 << CHANCE_BITS) - 1;
        Self { last: AtomicI64::new(0), offset: i64::try_from(chance >> 1).unwrap_or(0) & mask }
    }

    /// The next number: never less than one handed out before, about `now` in its upper bits.
    pub fn next(&self, now: DateTime<Utc>) -> i64 {
        let millis = (now.timestamp_millis() - EPOCH_MILLIS).max(1);
        let fresh = (millis << CHANCE_BITS) | self.offset;
        let step = |last: i64| Some(if fresh > last { fresh } else { last + 1 });
        match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step) {
            Ok(last) | Err(last) => {
                if fresh > last {
                    fresh
                } else {
                    last + 1
                }
            }
        }
    }
}

/// What every identifier type can do.
pub trait Id: Copy {
    /// Wraps the number the database holds.
    fn from_number(number: i64) -> Self;
    /// The number the database holds.
    fn number(self) -> i64;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Wraps the number the database holds.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }
            /// The number the database holds.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl Id for $name {
            fn from_number(number: i64) -> Self {
                Self(number)
            }
            fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&encode(self.0))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                decode(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A place with an address and a zone.
    LocationId,
    /// An operatory or a chair.
    RoomId,
    /// Who performs services.
    ProviderId,
    /// What can be booked.
    ServiceId,
    /// Who comes.
    ClientId,
    /// Clients who share a mailbox.
    HouseholdId,
    /// A block on a calendar.
    AppointmentId,
    /// One client's place in an appointment.
    BookingId,
    /// A place kept for minutes.
    HoldId,
    /// Something told to somebody.
    MessageId,
    /// Somebody who works here and signs in.
    StaffUserId,
    /// Bookings made by one rule.
    SeriesId,
    /// Somebody who waits for a time.
    WaitlistEntryId,
    /// A place kept for somebody who waits.
    OfferId,
    /// A mailed link into the client's own area.
    ClientLinkId,
    /// A key of another program.
    ApiTokenId,
    /// The clinic's own filter of clients.
    SegmentId,
    /// What is said when, to whom and how.
    RuleId,
    /// A text of the clinic's own beside the built-in one.
    TemplateId,
    /// A program of somebody else that is called.
    EndpointId,
    /// A question by mail whether somebody really agreed.
    ConsentRequestId,
    /// A secret address of a calendar.
    FeedId,
    /// Time that is taken without anybody being booked.
    BlockId,
    /// A line of the ledger.
    EntryId,
    /// A numbered paper about money that was taken.
    ReceiptId,
    /// Something the clinic wrote about a client.
    NoteId,
    /// What brings somebody back, and when.
    RecallTypeId,
    /// One client's next visit of a kind.
    RecallId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 0_i64..i64::MAX) {
            prop_assert_eq!(decode(&encode(number)), Ok(number));
        }

        #[test]
        fn text_sorts_like_numbers(a in 0_i64..i64::MAX, b in 0_i64..i64::MAX) {
            prop_assert_eq!(encode(a).cmp(&encode(b)), a.cmp(&b));
        }
    }

    #[test]
    fn refuses_what_is_no_identifier() {
        for text in ["", "1", "ZZZZZZZZZZZZZ", "0000000000U00", "00000000000000", "0000000000 00"] {
            assert_eq!(decode(text), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn a_standing_clock_still_gives_rising_numbers() {
        let source = IdSource::new(7);
        let now = DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(20_000);
        let first = source.next(now);
        let second = source.next(now);
        assert!(first < second);
        assert!(second < source.next(now + chrono::Duration::milliseconds(1)));
    }
}
