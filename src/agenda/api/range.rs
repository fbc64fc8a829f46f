//! Some days at some locations, as several lists of the desk are asked for.

use actix_web::HttpRequest;
use chrono::{DateTime, Days, Utc};
use utoipa::IntoParams;

use crate::catalog::{Catalog, Location};
use crate::domain::time;
use crate::web::api::list::{self, Wanted};
use crate::web::api::query::Asked;
use crate::web::api::refusal::Refusal;

/// Days of one question.
const DAYS_MAX: u64 = 92;

/// Which days, and where.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct RangeQuery {
    /// The first day, on the clocks of the location.
    #[param(value_type = String, format = Date)]
    from: (),
    /// The last day; at most 92 days in all.
    #[param(value_type = String, format = Date)]
    to: (),
    /// Only here: identifier or slug.
    #[param(value_type = Option<String>)]
    location: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

/// What was asked for.
pub(super) struct Range {
    /// The locations, all where none was named.
    pub(super) places: Vec<Location>,
    /// From the first midnight of all of them to their last.
    pub(super) span: (DateTime<Utc>, DateTime<Utc>),
    /// Which page.
    pub(super) wanted: Wanted,
}

impl Range {
    pub(super) fn read(catalog: &Catalog, request: &HttpRequest) -> Result<Self, Refusal> {
        let mut asked = Asked::read(request.query_string(), &["from", "to", "location", "limit", "cursor"]);
        let (from, to) = (asked.required_day("from"), asked.required_day("to"));
        let places = places(catalog, &mut asked);
        let wanted = list::wanted(&mut asked);
        if let (Some(from), Some(to)) = (from, to)
            && (to < from || from.checked_add_days(Days::new(DAYS_MAX)).is_some_and(|end| end <= to))
        {
            asked.wrong("to", "out_of_range", format!("must lie 0 to {} days after from", DAYS_MAX - 1));
        }
        asked.refuse()?;
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        let first = places.iter().map(|place| time::day_span(from, place.zone).starts_at()).min().unwrap_or_default();
        let last = places.iter().map(|place| time::day_span(to, place.zone).ends_at()).max().unwrap_or_default();
        Ok(Self { places, span: (first, last), wanted })
    }
}

/// The named location, else all of them.
pub(super) fn places(catalog: &Catalog, asked: &mut Asked<'_>) -> Vec<Location> {
    let Some(text) = asked.text("location").map(str::to_owned) else {
        return catalog.locations.clone();
    };
    let known = catalog.location_named(&text);
    if known.is_none() {
        asked.wrong("location", "unknown_location", "no location has this identifier or slug");
    }
    known.into_iter().cloned().collect()
}
