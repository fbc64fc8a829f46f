//! Moments as seconds, read without a calendar in between: millions of them are read at once.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::Pg;
use diesel::sql_types::Timestamp;
use diesel::sqlite::Sqlite;

/// The first of January 1970 as chrono counts days.
const EPOCH_DAY: i32 = 719_163;
const DAY_SECONDS: i64 = 86_400;

/// Whole seconds since 1970 of a moment, or of a wall time as if it were one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub struct Seconds(pub i64);

impl FromSql<Timestamp, Sqlite> for Seconds {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        Ok(Self(match plainly(text.as_bytes()) {
            Some(seconds) => seconds,
            None => NaiveDateTime::parse_from_str(text, "%F %T%.f")?.and_utc().timestamp(),
        }))
    }
}

impl FromSql<Timestamp, Pg> for Seconds {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value)?.and_utc().timestamp()))
    }
}

/// Reads `2026-11-22 10:00:00`, whatever comes after; nothing where it is written in another way.
fn plainly(text: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, _, h1, h2, b':', n1, n2, b':', s1, s2, ..] = text else {
        return None;
    };
    let two = |tens: &u8, ones: &u8| {
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
        Some(digit(tens)? * 10 + digit(ones)?)
    };
    let year = i32::try_from(two(y1, y2)? * 100 + two(y3, y4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, two(m1, m2)?, two(d1, d2)?)?;
    let of_day = two(h1, h2)? * 3_600 + two(n1, n2)? * 60 + two(s1, s2)?;
    Some(i64::from(day.num_days_from_ce() - EPOCH_DAY) * DAY_SECONDS + i64::from(of_day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_ways_of_writing_are_left_to_chrono() {
        for text in ["", "2026-11-22", "2026-11-22 10:00", "x026-11-22 10:00:00", "2026-02-30 10:00:00"] {
            assert_eq!(plainly(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn read_like_chrono_reads(seconds in -2_000_000_000_i64..20_000_000_000, nanos in 0_u32..1_000_000_000) {
            let at = chrono::DateTime::from_timestamp(seconds, nanos).unwrap().naive_utc();
            prop_assert_eq!(plainly(at.format("%F %T%.f").to_string().as_bytes()), Some(seconds));
        }
    }
}
