//! Times that came free for today and tomorrow, and who could take them.

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;

use super::{Person, Tried, store};
use crate::catalog::Catalog;
use crate::db::{Conn, Fault};
use crate::domain::ids::{BookingId, LocationId, ProviderId, ServiceId, WaitlistEntryId};
use crate::domain::time;
use crate::domain::waitlist as turns;
use crate::domain::worklists::{self, Hole, Worklist};
use crate::waitlist::{self, Entry, Filter};

/// As many holes are shown.
const HOLES_MAX: i64 = 60;
/// As many entries of the waitlist are asked.
const ENTRIES_MAX: i64 = 300;
/// As many people are named for one hole.
const CANDIDATES_MAX: usize = 6;
/// Nobody comes within less than this.
const MINUTES_TO_COME: i64 = 20;

/// A time that came free.
#[derive(Debug, Clone)]
pub struct OpenHole {
    /// The booking that was there.
    pub booking: BookingId,
    /// What it was.
    pub service_name: String,
    /// With whom.
    pub provider: ProviderId,
    /// The name.
    pub provider_name: String,
    /// Where.
    pub location: LocationId,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// On which clocks.
    pub zone: Tz,
    /// When it came free.
    pub freed_at: DateTime<Utc>,
    /// Who could come, in their order.
    pub candidates: Vec<Candidate>,
}

/// Somebody who asked to be called at short notice.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The wish.
    pub entry: WaitlistEntryId,
    /// For which service.
    pub service: ServiceId,
    /// Who.
    pub person: Person,
    /// Since when they wait.
    pub since: DateTime<Utc>,
    /// The calls about it.
    pub tried: Option<Tried>,
}

/// Times of today and tomorrow that were called off and are still free, the next first.
pub fn holes(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<Vec<OpenHole>, Fault> {
    let mut holes = open(conn, catalog, now)?;
    if holes.is_empty() {
        return Ok(holes);
    }
    let mut entries: Vec<Entry> = waitlist::listed(conn, Filter::default(), ENTRIES_MAX)?
        .into_iter()
        .filter(|line| line.offer.is_none() && line.entry.short_notice)
        .map(|line| line.entry)
        .collect();
    let clients: Vec<_> = entries.iter().map(|entry| entry.client).collect();
    let callable = store::attempts::callable(conn, &clients)?;
    entries.retain(|entry| callable.contains(&entry.client));
    entries.sort_by_key(|entry| turns::priority(&entry.turn(), true));
    let tried = store::attempts::of_clients(conn, Worklist::ShortNotice, &clients, now)?;
    for hole in &mut holes {
        let fitting = entries.iter().filter(|entry| fits(catalog, hole, entry)).take(CANDIDATES_MAX);
        hole.candidates = fitting
            .map(|entry| Candidate {
                entry: entry.id,
                service: entry.service,
                person: Person { client: entry.client, name: entry.name(), phone: entry.phone.clone() },
                since: entry.created_at,
                tried: store::attempts::about(&tried, entry.client, None),
            })
            .collect();
    }
    Ok(holes)
}

/// How many they are.
pub(super) fn count(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<usize, Fault> {
    Ok(open(conn, catalog, now)?.len())
}

fn open(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<Vec<OpenHole>, Fault> {
    let Some(place) = catalog.locations.first() else {
        return Ok(Vec::new());
    };
    let tomorrow = time::local_day(now, place.zone).checked_add_days(Days::new(1));
    let until = tomorrow.map_or(now, |day| time::day_span(day, place.zone).ends_at());
    let from = now + chrono::TimeDelta::minutes(MINUTES_TO_COME);
    let places = catalog.locations.iter().map(|place| place.id.get()).collect();
    store::holes::load(conn, places, now, (from, until), HOLES_MAX)
}

fn fits(catalog: &Catalog, hole: &OpenHole, entry: &Entry) -> bool {
    let Some(service) = catalog.service(entry.service) else {
        return false;
    };
    let performs = catalog.providers_for(service.id, hole.location).iter().any(|known| known.id == hole.provider);
    let own = catalog.terms.get(&(service.id, hole.provider)).and_then(|terms| terms.duration_minutes);
    let minutes = own.unwrap_or(service.rules.duration_minutes);
    let length = hole.ends_at.signed_duration_since(hole.starts_at).num_minutes();
    let hole = Hole {
        provider: hole.provider,
        location: hole.location,
        local_start: time::local(hole.starts_at, hole.zone),
        minutes: u32::try_from(length).unwrap_or(0),
    };
    performs && service.rules.capacity == 1 && worklists::could_take(&hole, &entry.wish, minutes)
}
