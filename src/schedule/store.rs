//! Which runs of the nightly jobs were begun: the primary key lets one node begin each.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::job_runs;
use crate::db::{Bad, Fault, Tx, portable};

/// Somebody began this run before.
struct BegunBefore;

/// Begins the run of `name` that was scheduled for this moment; false when somebody did before.
pub(super) fn begin(tx: &mut Tx<'_>, name: &str, scheduled_for: DateTime<Utc>) -> Result<bool, Fault> {
    let known: Option<NaiveDateTime> = job_runs::table
        .filter(job_runs::name.eq(name))
        .filter(job_runs::scheduled_for.eq(scheduled_for.naive_utc()))
        .select(job_runs::started_at)
        .first(tx.conn)
        .optional()?;
    if known.is_some() {
        return Ok(false);
    }
    let begun = tx.attempt(|tx| {
        let now = tx.now_naive();
        let row = (
            job_runs::name.eq(name),
            job_runs::scheduled_for.eq(scheduled_for.naive_utc()),
            job_runs::started_at.eq(now),
        );
        match diesel::insert_into(job_runs::table).values(row).execute(tx.conn) {
            Ok(_) => Ok(()),
            Err(error) if portable::is_duplicate(&error) => Err(Bad::Refused(BegunBefore)),
            Err(error) => Err(Bad::from(error)),
        }
    });
    match begun {
        Ok(()) => Ok(true),
        Err(Bad::Refused(BegunBefore)) => Ok(false),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}

/// Notes that the run ended.
pub(super) fn finish(tx: &mut Tx<'_>, name: &str, scheduled_for: DateTime<Utc>) -> Result<(), Fault> {
    let run =
        job_runs::table.filter(job_runs::name.eq(name)).filter(job_runs::scheduled_for.eq(scheduled_for.naive_utc()));
    diesel::update(run).set(job_runs::finished_at.eq(Some(tx.now_naive()))).execute(tx.conn)?;
    Ok(())
}

/// Forgets runs before `moment`.
pub(super) fn forget_before(tx: &mut Tx<'_>, moment: DateTime<Utc>) -> Result<usize, Fault> {
    let old = job_runs::table.filter(job_runs::scheduled_for.lt(moment.naive_utc()));
    Ok(diesel::delete(old).execute(tx.conn)?)
}
