//! How far the first steps went, and the week that waits for providers.

use diesel::prelude::*;

use super::week::Week;
use crate::catalog::SetupStep;
use crate::db::schema::clinic;
use crate::db::{Conn, Fault, Tx};

const CLINIC: i64 = 1;

pub(super) fn step(conn: &mut Conn) -> Result<Option<SetupStep>, Fault> {
    let word: Option<String> = clinic::table.find(CLINIC).select(clinic::setup_step).first(conn).optional()?;
    Ok(word.and_then(|word| SetupStep::parse(&word)))
}

pub(super) fn set_step(tx: &mut Tx<'_>, step: SetupStep) -> Result<(), Fault> {
    diesel::update(clinic::table.find(CLINIC)).set(clinic::setup_step.eq(step.word())).execute(tx.conn)?;
    Ok(())
}

/// The week that was told of, or the usual one.
pub fn kept_week(conn: &mut Conn) -> Result<Week, Fault> {
    let text: Option<String> = clinic::table.find(CLINIC).select(clinic::setup_hours).first(conn).optional()?;
    Ok(text.and_then(|text| Week::read(&text)).unwrap_or_else(Week::usual))
}

pub(super) fn keep_week(tx: &mut Tx<'_>, week: &str) -> Result<(), Fault> {
    diesel::update(clinic::table.find(CLINIC)).set(clinic::setup_hours.eq(week)).execute(tx.conn)?;
    Ok(())
}
