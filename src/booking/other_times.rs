//! Other times for a booking that the clinic called off: the next days that fit, about the same time of day.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::offer::{self, FreeTime, Question, Shop};
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::domain::time;

/// As many times are looked at; some days of a busy clinic.
const TIMES_MAX: usize = 120;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which service.
    pub service: ServiceId,
    /// Where.
    pub location: LocationId,
    /// With whom where that is as good as with somebody else.
    pub provider: ProviderId,
    /// For how many people.
    pub party: u16,
    /// When the booking was that is called off.
    pub starts_at: DateTime<Utc>,
}

/// A time that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherTime {
    /// When, on the clock of the place.
    pub local_start: NaiveDateTime,
    /// The provider's name.
    pub provider: String,
    /// The page on which it is one press away from being booked.
    pub path: String,
}

/// At most `limit` times, in order, on different days as far as there are.
pub fn other_times(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    wanted: &Wanted,
    limit: usize,
) -> Result<Vec<OtherTime>, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let (Some(service), Some(place)) = (catalog.service(wanted.service), catalog.location(wanted.location)) else {
        return Ok(Vec::new());
    };
    let today = time::local_day(now, place.zone);
    let question = Question {
        service: wanted.service,
        location: Some(wanted.location),
        provider: None,
        party: wanted.party,
        from: today,
        to: today,
        own_hold: None,
        as_staff: false,
    };
    let days = match offer::next_free(conn, shop, now, &question, TIMES_MAX) {
        Ok(days) => days,
        Err(Bad::Refused(_)) => return Ok(Vec::new()),
        Err(Bad::Fault(fault)) => return Err(fault),
    };
    let found: Vec<FreeTime> = days.iter().flat_map(offer::times_of).collect();
    let wall = |at: DateTime<Utc>| time::local(at, place.zone);
    let starts: Vec<NaiveDateTime> = found.iter().map(|(_, slot)| wall(slot.starts_at)).collect();
    let chosen = spread(&starts, wall(wanted.starts_at), limit);
    let told = |(_, slot): &FreeTime| {
        let own = slot.choices.iter().find(|choice| choice.provider == wanted.provider);
        let provider = catalog.provider(own.or(slot.choices.first())?.provider)?;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("location", &place.slug);
        query.append_pair("provider", &provider.slug);
        if 1 < wanted.party {
            query.append_pair("party", &wanted.party.to_string());
        }
        query.append_pair("start", &slot.starts_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        let path = format!("/book/{}/details?{}", service.slug, query.finish());
        Some(OtherTime { local_start: wall(slot.starts_at), provider: provider.name.clone(), path })
    };
    Ok(chosen.into_iter().filter_map(|number| found.get(number)).filter_map(told).collect())
}

/// Which of the times to name: of each day the one closest to the old time of day; where there are fewer days than
/// times wanted, the earliest of the others.
fn spread(starts: &[NaiveDateTime], old: NaiveDateTime, limit: usize) -> Vec<usize> {
    let apart = |start: &NaiveDateTime| (start.time() - old.time()).abs();
    let mut best: Vec<(NaiveDate, usize)> = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        match best.iter_mut().find(|(day, _)| *day == start.date()) {
            None => best.push((start.date(), number)),
            Some((_, chosen)) => {
                let is_closer = starts.get(*chosen).is_none_or(|known| apart(start) < apart(known));
                if is_closer {
                    *chosen = number;
                }
            }
        }
    }
    let mut chosen: Vec<usize> = best.into_iter().map(|(_, number)| number).take(limit).collect();
    let others: Vec<usize> = (0..starts.len()).filter(|number| !chosen.contains(number)).collect();
    chosen.extend(others.into_iter().take(limit.saturating_sub(chosen.len())));
    chosen.sort_by_key(|number| starts.get(*number).copied());
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_days_come_before_the_next_minute() {
        let at = |day: u32, hour: u32| NaiveDate::from_ymd_opt(2026, 6, day).unwrap().and_hms_opt(hour, 0, 0).unwrap();
        let starts = [at(2, 9), at(2, 14), at(3, 9), at(3, 15), at(4, 16), at(5, 9)];
        assert_eq!(spread(&starts, at(1, 14), 3), [1, 3, 4]);
        assert_eq!(spread(&[at(2, 9), at(2, 10), at(2, 14), at(2, 15)], at(1, 14), 3), [0, 1, 2]);
        assert_eq!(spread(&[at(2, 9)], at(1, 14), 3), [0]);
        assert!(spread(&[], at(1, 14), 3).is_empty());
    }
}
