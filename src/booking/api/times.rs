//! Free times as JSON. Written straight into text: it is the most asked question there is.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::booking::offer::{FreeTime, OfferedDay};
use crate::domain::ids::{self, LocationId};
use crate::domain::slots::Choice;
use crate::domain::time::{self, DayClock};

/// A free time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FreeSlot {
    /// When it begins, with offset.
    #[schema(value_type = String, format = DateTime, examples("2026-12-01T09:00:00-08:00"))]
    start: String,
    /// When it ends, with offset.
    #[schema(value_type = String, format = DateTime, examples("2026-12-01T09:30:00-08:00"))]
    end: String,
    /// Identifier of the location.
    location: String,
    /// Identifiers of who is free then.
    providers: Vec<String>,
    /// Places left; 1 unless it is a group.
    left: u16,
}

/// In which offset instants are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Face {
    /// One offset for the whole day.
    Steady(i32),
    /// Clocks change that day, or the day is another zone's.
    Changing(Tz),
}

impl Face {
    /// For the slots of one local day of `zone`.
    pub(super) fn of_day(day: NaiveDate, zone: Tz) -> Self {
        let clock = DayClock::of(day, zone);
        if clock.is_steady() {
            Self::Steady(time::offset_seconds(clock.instant(12 * 60), zone))
        } else {
            Self::Changing(zone)
        }
    }

    fn write(self, out: &mut String, instant: DateTime<Utc>) {
        let offset = match self {
            Self::Steady(offset) => offset,
            Self::Changing(zone) => time::offset_seconds(instant, zone),
        };
        time::push_rfc3339(out, instant, offset);
    }
}

/// Writes the day's free times one after the other, separated by commas.
pub(super) fn write_day(out: &mut String, day: &OfferedDay, face: Face) {
    let mut first = true;
    for (slot, choices) in day.slots() {
        let choices: Vec<&Choice> = choices.collect();
        for group in by_end(&choices) {
            if !first {
                out.push(',');
            }
            first = false;
            write_slot(out, slot.starts_at, day.location, &group, face);
        }
    }
}

/// Writes one free time.
pub(super) fn write_time(out: &mut String, (location, slot): &FreeTime, face: Face) {
    let choices: Vec<&Choice> = slot.choices.iter().collect();
    for (place, group) in by_end(&choices).into_iter().enumerate() {
        if 0 < place {
            out.push(',');
        }
        write_slot(out, slot.starts_at, *location, &group, face);
    }
}

/// Providers with a duration of their own end at another time: they make a slot of their own.
fn by_end<'a>(choices: &[&'a Choice]) -> Vec<Vec<&'a Choice>> {
    let Some(first) = choices.first() else {
        return Vec::new();
    };
    if choices.iter().all(|choice| choice.ends_at == first.ends_at) {
        return vec![choices.to_vec()];
    }
    let mut ends: Vec<DateTime<Utc>> = choices.iter().map(|choice| choice.ends_at).collect();
    ends.sort_unstable();
    ends.dedup();
    let ending = |end: DateTime<Utc>| choices.iter().copied().filter(|choice| choice.ends_at == end).collect();
    ends.into_iter().map(ending).collect()
}

fn write_slot(out: &mut String, starts_at: DateTime<Utc>, location: LocationId, choices: &[&Choice], face: Face) {
    let Some(one) = choices.first() else {
        return;
    };
    out.push_str("{\"start\":\"");
    face.write(out, starts_at);
    out.push_str("\",\"end\":\"");
    face.write(out, one.ends_at);
    out.push_str("\",\"location\":\"");
    ids::push(out, location.get());
    out.push_str("\",\"providers\":[");
    for (place, choice) in choices.iter().enumerate() {
        out.push_str(if place == 0 { "\"" } else { ",\"" });
        ids::push(out, choice.provider.get());
        out.push('"');
    }
    out.push_str("],\"left\":");
    let left = choices.iter().map(|choice| choice.left).max().unwrap_or(0);
    out.push_str(&left.to_string());
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ProviderId;
    use crate::domain::slots::Slot;
    use chrono::TimeDelta;

    #[test]
    fn providers_who_take_longer_make_a_slot_of_their_own() {
        let starts_at = DateTime::from_timestamp(1_796_144_400, 0).unwrap();
        let choice = |provider, minutes| Choice {
            provider: ProviderId::new(provider),
            ends_at: starts_at + TimeDelta::minutes(minutes),
            left: 1,
        };
        let slot = Slot { starts_at, choices: vec![choice(1, 30), choice(2, 45), choice(3, 30)] };
        let mut out = String::from("[");
        write_time(&mut out, &(LocationId::new(9), slot), Face::Steady(-8 * 3600));
        out.push(']');
        let value: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(value.as_array().unwrap().len(), 2);
        assert_eq!(value[0]["providers"].as_array().unwrap().len(), 2);
        assert_eq!(value[1]["providers"][0], ProviderId::new(2).to_string());
        assert_eq!(value[0]["start"], value[1]["start"]);
        assert_ne!(value[0]["end"], value[1]["end"]);
    }
}
