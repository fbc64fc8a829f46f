//! The tables of the catalogue: read as a whole by [`snapshot`], edited row by row by the others.

pub mod snapshot;

pub(in crate::catalog) mod audit;
pub(in crate::catalog) mod clinic;
pub(in crate::catalog) mod closures;
pub(in crate::catalog) mod exceptions;
pub(in crate::catalog) mod hours;
pub(in crate::catalog) mod locations;
pub(in crate::catalog) mod prices;
pub(in crate::catalog) mod providers;
pub(in crate::catalog) mod reasons;
pub(in crate::catalog) mod rooms;
pub(in crate::catalog) mod services;
pub(in crate::catalog) mod terms;
pub(in crate::catalog) mod things;
pub(in crate::catalog) mod time_off;
pub(in crate::catalog) mod uses;

use std::fmt::Display;

use crate::catalog::wording::slug_of;
use crate::db::Fault;
use crate::domain::hours::MinuteSpan;
use crate::domain::ids::Id;
use crate::domain::policy::PolicyLevel;
use crate::domain::recognise::{EmailAddress, PhoneNumber};

/// More rows of one kind than any clinic has; lists end there.
const ROWS_MAX: i64 = 2_000;
/// As many things of one name get a number behind it; then the identifier.
const NAMESAKES_MAX: u32 = 50;

/// Minutes and people are small; a number that does not fit was never parsed.
fn number(value: impl TryInto<i32, Error: Display>) -> Result<i32, Fault> {
    value.try_into().map_err(|error| Fault::other(error.to_string()))
}

/// A name in links that nobody else has: after the name, with a number when that is taken.
fn free_slug<I: Id + Display>(
    name: &str,
    id: I,
    mut is_taken: impl FnMut(&str) -> Result<bool, Fault>,
) -> Result<String, Fault> {
    let own = id.to_string().to_ascii_lowercase();
    let Some(base) = slug_of(name) else {
        return Ok(own);
    };
    if !is_taken(&base)? {
        return Ok(base);
    }
    for number in 2..=NAMESAKES_MAX {
        let numbered = format!("{base}-{number}");
        if !is_taken(&numbered)? {
            return Ok(numbered);
        }
    }
    Ok(format!("{base}-{own}"))
}

fn email(table: &str, row: i64, text: Option<String>) -> Result<Option<EmailAddress>, Fault> {
    let parse = |text: String| EmailAddress::parse(&text).map_err(|error| Fault::corrupt(table, "email", row, error));
    text.map(parse).transpose()
}

fn phone(table: &str, row: i64, text: Option<String>) -> Result<Option<PhoneNumber>, Fault> {
    let parse = |text: String| PhoneNumber::parse(&text).map_err(|error| Fault::corrupt(table, "phone", row, error));
    text.map(parse).transpose()
}

fn part_of_day(table: &str, row: i64, starts: Option<i32>, ends: Option<i32>) -> Result<Option<MinuteSpan>, Fault> {
    match (starts, ends) {
        (Some(starts), Some(ends)) => {
            MinuteSpan::new(starts, ends).map(Some).map_err(|error| Fault::corrupt(table, "ends_minute", row, error))
        }
        _ => Ok(None),
    }
}

fn starts_minute(minutes: Option<MinuteSpan>) -> Option<i32> {
    minutes.map(|span| i32::from(span.starts_minute()))
}

fn ends_minute(minutes: Option<MinuteSpan>) -> Option<i32> {
    minutes.map(|span| i32::from(span.ends_minute()))
}

fn small(table: &str, column: &str, row: i64, value: i32) -> Result<u32, Fault> {
    u32::try_from(value).map_err(|error| Fault::corrupt(table, column, row, error))
}

fn count(table: &str, column: &str, row: i64, value: i32) -> Result<u16, Fault> {
    u16::try_from(value).map_err(|error| Fault::corrupt(table, column, row, error))
}

/// The settings of one level, as its row holds them.
fn policy_level(
    table: &str,
    row: i64,
    (lead, moving, cancelling): (Option<i32>, Option<i32>, Option<i32>),
    moves_max: Option<i32>,
    text: Option<String>,
) -> Result<PolicyLevel, Fault> {
    let minutes = |column: &str, value: Option<i32>| value.map(|value| small(table, column, row, value)).transpose();
    Ok(PolicyLevel {
        lead_minutes: minutes("lead_minutes", lead)?,
        move_notice_minutes: minutes("move_notice_minutes", moving)?,
        cancel_notice_minutes: minutes("cancel_notice_minutes", cancelling)?,
        moves_max: moves_max.map(|value| count(table, "moves_max", row, value)).transpose()?,
        text,
    })
}
