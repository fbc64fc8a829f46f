//! Workload W, on which speed is measured: locations of ten providers, ten rooms and five services of thirty minutes,
//! each with 20,000 appointments of 2,000 clients from twelve months back to three ahead.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc, Weekday};
use indicatif::ProgressBar;

use super::chance::Chance;
use super::store::workload as store;
use super::{BuildRefused, catalogue};
use crate::db::{Bad, Db, Fault};
use crate::domain::time;

/// Providers of a location, and rooms.
pub(super) const PROVIDERS: usize = 10;
/// Services, the same at every location.
pub(super) const SERVICES: usize = 5;
/// How long each takes, and how far apart times are.
pub(super) const SERVICE_MINUTES: i32 = 30;
/// Clients of a location.
pub(super) const CLIENTS: usize = 2_000;
const APPOINTMENTS: i64 = 20_000;
const DAYS_BACK: i64 = 365;
const DAYS_AHEAD: i64 = 91;
/// From nine to five with lunch from twelve to one.
pub(super) const WORK: (i32, i32) = (540, 1_020);
/// Lunch.
pub(super) const LUNCH: (i32, i32) = (720, 780);
/// More locations than this nobody measures with.
pub const LOCATIONS_MAX: u32 = 200;

/// What became of one appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Completed,
    NoShow,
    Cancelled,
    ToCome,
}

/// One appointment with its one booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) provider: usize,
    pub(super) service: usize,
    pub(super) client: usize,
    pub(super) starts: NaiveDateTime,
    pub(super) created: NaiveDateTime,
    pub(super) fate: Fate,
}

/// Builds `locations` such locations into an empty, migrated database.
pub fn build(db: &Db, now: DateTime<Utc>, locations: u32, bar: &ProgressBar) -> Result<(), Bad<BuildRefused>> {
    let zone = time::zone_named(catalogue::ZONE).map_err(Fault::other)?;
    if !db.read_blocking(super::store::is_empty)? {
        return Err(Bad::Refused(BuildRefused::NotEmpty));
    }
    let wall = time::local(now, zone);
    let locations = locations.min(LOCATIONS_MAX);
    bar.set_length(u64::from(locations));
    let shop = db.write_blocking(now, |tx| Ok::<_, Bad<BuildRefused>>(store::open_shop(tx.conn)?))?;
    let numbers = std::sync::Arc::new(store::Numbers::new());
    for number in 1..=locations {
        let loads = std::sync::Arc::new(loads(wall, &mut Chance::new(u64::from(number))));
        let (shop, numbers) = (shop.clone(), std::sync::Arc::clone(&numbers));
        db.write_blocking(now, move |tx| {
            let place = store::Place { number, zone, wall };
            Ok::<_, Bad<BuildRefused>>(store::add_location(tx.conn, &shop, &place, &loads, &numbers)?)
        })?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The appointments of one location: 20,000 of all its times, each as likely as the others.
pub(super) fn loads(now: NaiveDateTime, chance: &mut Chance) -> Vec<Load> {
    let times = times(now.date());
    let mut left = i64::try_from(times.len() * PROVIDERS).unwrap_or(0);
    let mut wanted = APPOINTMENTS.min(left);
    let mut list = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
    for starts in times {
        for provider in 0..PROVIDERS {
            if chance.between(1, left) <= wanted {
                wanted -= 1;
                list.push(load(now, starts, provider, chance));
            }
            left -= 1;
        }
    }
    list
}

fn times(today: NaiveDate) -> Vec<NaiveDateTime> {
    let days = (-DAYS_BACK..=DAYS_AHEAD).map(|offset| today + Duration::days(offset));
    let working = days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    let step = usize::try_from(SERVICE_MINUTES).unwrap_or(30);
    let minutes: Vec<i32> = (WORK.0..LUNCH.0).step_by(step).chain((LUNCH.1..WORK.1).step_by(step)).collect();
    working
        .flat_map(|day| minutes.iter().map(move |minute| super::calendar::at_minute(day, *minute)).collect::<Vec<_>>())
        .collect()
}

fn load(now: NaiveDateTime, starts: NaiveDateTime, provider: usize, chance: &mut Chance) -> Load {
    let below = |chance: &mut Chance, end: usize| {
        let last = i64::try_from(end).unwrap_or(1) - 1;
        usize::try_from(chance.between(0, last)).unwrap_or(0)
    };
    let fate = match chance.between(1, 100) {
        _ if now.date() <= starts.date() => Fate::ToCome,
        1..=88 => Fate::Completed,
        89..=92 => Fate::NoShow,
        _ => Fate::Cancelled,
    };
    Load {
        provider,
        service: below(chance, SERVICES),
        client: below(chance, CLIENTS),
        starts,
        created: starts.min(now) - Duration::minutes(chance.between(1_500, 60_000)),
        fate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_has_what_the_contract_says() {
        let now = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap().and_hms_opt(10, 20, 0).unwrap();
        let loads = loads(now, &mut Chance::new(1));
        assert_eq!(loads.len(), 20_000);
        let ahead = loads.iter().filter(|load| load.fate == Fate::ToCome).count();
        assert!((3_500..4_700).contains(&ahead), "{ahead}");
        let mut places: Vec<_> = loads.iter().map(|load| (load.provider, load.starts)).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 20_000);
    }
}
