//! The answers everybody asks for on Monday morning: made anew every night, so that nobody waits for them.

pub mod api;

use std::sync::Arc;

use chrono::NaiveDate;

use super::kept::{Kept, Standing, kept};
use crate::app::App;
use crate::db::Fault;
use crate::domain::reporting::{Comparison, Days, Period};
use crate::domain::returning::{Report, ReturnLine, report, returns_by_provider};

/// The name of the report in what is kept.
const REPORT: &str = "report";
/// The name of the returns by provider.
const RETURNS: &str = "returns";

/// The report of these days, kept or made now.
pub async fn report_of(app: &Arc<App>, days: Days, compared: Option<Days>) -> Result<Kept<Report>, Fault> {
    kept(app, REPORT, &key(days, compared), move |insight| report(insight, days, compared)).await
}

/// Returns of these days by provider, kept or made now.
pub async fn returns_of(app: &Arc<App>, days: Days) -> Result<Kept<Vec<ReturnLine>>, Fault> {
    kept(app, RETURNS, &key(days, None), move |insight| returns_by_provider(insight, days)).await
}

/// The days of an answer, as [`kept`] keeps it under them.
pub fn key(days: Days, compared: Option<Days>) -> String {
    match compared {
        Some(compared) => format!("{}..{},{}..{}", days.from, days.until, compared.from, compared.until),
        None => format!("{}..{}", days.from, days.until),
    }
}

/// Which they are, seen from `today`: the report of every period that has a name, and the charts.
pub(super) fn standing(today: NaiveDate) -> Vec<Standing> {
    let of = |period: Period| {
        let days = period.days(today);
        let compared = Comparison::default().days(days);
        [
            Standing::new(REPORT, &key(days, compared), move |insight| report(insight, days, compared)),
            Standing::new(RETURNS, &key(days, None), move |insight| returns_by_provider(insight, days)),
        ]
    };
    Period::NAMED.into_iter().flat_map(of).chain(super::charts::standing()).collect()
}
