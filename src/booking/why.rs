//! Says why a time is not free, for the desk.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::calendar::{self, Scope};
use super::offer::Shop;
use crate::db::{Conn, Fault};
use crate::domain::explain::{Explanation, explain};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct WhyQuestion {
    /// Which service.
    pub service: ServiceId,
    /// Where.
    pub location: LocationId,
    /// With whom; none asks about everybody.
    pub provider: Option<ProviderId>,
    /// For how many people.
    pub party: u16,
    /// The wall time there.
    pub wall: NaiveDateTime,
}

/// Everything that speaks against the time, per provider; none when the service or location is unknown.
pub fn why_not(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &WhyQuestion,
) -> Result<Option<Explanation>, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let (Some(service), Some(location)) = (catalog.service(question.service), catalog.location(question.location))
    else {
        return Ok(None);
    };
    let day = question.wall.date();
    let scope = Scope { catalog: &catalog, service, location, first: day, last: day, ignoring: None };
    let calendar = calendar::load_day(conn, &scope, now)?.calendar;
    Ok(Some(explain(&service.rules, &calendar, now, question.party, question.wall, question.provider)))
}
