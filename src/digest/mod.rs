//! The monthly mail of figures to the owners: planned once for each owner and month, on the first working morning.
//!
//! It says what the page of that month says, from the same report; bars are cells of tables, because mail programs draw
//! nothing else, and the text part says the same in words.

mod letter;
mod store;

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

use crate::app::App;
use crate::catalog::Catalog;
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::messages::MessageKind;
use crate::domain::reporting::{Comparison, Days, Period, first_of_month};
use crate::domain::time;
use crate::messaging;
use crate::retention::brought_back::brought_back;
use crate::retention::reports::report_of;

/// The hour of the morning at which it leaves, at the clinic.
const HOUR: u32 = 7;
/// Days of the month in which a mail that was missed is still sent.
const DAYS: u32 = 10;
/// A mail that did not leave by then is old news.
const LIFE: TimeDelta = TimeDelta::days(7);

/// Plans the mails that are due at `now`; answers how many.
pub async fn plan_due(app: &Arc<App>, now: DateTime<Utc>) -> Result<usize, Fault> {
    let catalog = app.catalog().await?;
    let Some(days) = month_due(&catalog, now) else {
        return Ok(0);
    };
    let owners = app.db.read(move |conn| store::owners_without(conn, days.from)).await?;
    if owners.is_empty() {
        return Ok(0);
    }
    let report = report_of(app, days, Comparison::default().days(days)).await?.content;
    let brought = brought_back(app, days).await?.content;
    let mut planned = 0;
    for owner in owners {
        // A month in which nobody came has nothing to say, and counts as dealt with.
        let mail = (report.outcomes.visits > 0).then(|| {
            let link = app.link(&format!("/owner?period=own&from={}&to={}", days.from, days.last()));
            letter::write(&catalog, owner.language, &report, &brought, &link)
        });
        let language = owner.language;
        let id = owner.id;
        let written = app.db.write::<_, Never, _>(now, move |tx| {
            if !store::begin(tx, id, days.from)? {
                return Ok(false);
            }
            if let Some(mail) = &mail {
                messaging::plan_kept(tx, MessageKind::Digest, id, language, mail, tx.now + LIFE)?;
            }
            Ok(mail.is_some())
        });
        planned += usize::from(written.await.map_err(Bad::into_fault)?);
    }
    if planned > 0 {
        app.bell.notify_one();
    }
    Ok(planned)
}

/// The month whose figures are due at `now`: the one before, from the first working morning on.
fn month_due(catalog: &Catalog, now: DateTime<Utc>) -> Option<Days> {
    let zone = catalog.locations.first()?.zone;
    let local = time::local(now, zone);
    let today = local.date();
    let first = first_working_day(today);
    let morning = NaiveTime::from_hms_opt(HOUR, 0, 0)?;
    let has_begun = first < today || (first == today && morning.hour() <= local.hour());
    (has_begun && today.day() <= DAYS).then(|| Period::LastMonth.days(today))
}

/// The first day of the month that is neither Saturday nor Sunday.
fn first_working_day(today: NaiveDate) -> NaiveDate {
    let is_working = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    first_of_month(today).iter_days().find(is_working).unwrap_or(today)
}

/// Whether an owner wants the mail.
pub fn is_wanted(conn: &mut Conn, owner: StaffUserId) -> Result<bool, Fault> {
    store::is_wanted(conn, owner)
}

/// Wants it, or does not want it any more.
pub fn want(tx: &mut Tx<'_>, owner: StaffUserId, wanted: bool) -> Result<(), Fault> {
    store::want(tx, owner, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_working_day_is_no_weekend() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_working_day(day("2026-11-23")), day("2026-11-02"));
        assert_eq!(first_working_day(day("2026-12-09")), day("2026-12-01"));
    }
}
