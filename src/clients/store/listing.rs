//! Lists of clients with the dates beside them, and pairs that resemble each other.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{exists, max, min, not};
use diesel::prelude::*;

use super::{HitRow, Standing};
use crate::clients::listing::{DuplicatePair, ListFilter, ListLine};
use crate::clients::search::ClientHit;
use crate::db::schema::{appointments, bookings, client_tags as tags, clients, possible_duplicates as duplicates};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;
use crate::domain::recognise::DuplicateReason;

/// More tags of one page of clients are not read.
const TAGS_MAX: i64 = 2_000;
/// A longer history says nothing more about a rhythm.
const VISITS_MAX: i64 = 1_000;

fn live() -> Vec<&'static str> {
    BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str).collect()
}

pub fn list(conn: &mut Conn, filter: &ListFilter, now: DateTime<Utc>, limit: i64) -> Result<Vec<ListLine>, Fault> {
    let mut query = clients::table
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .order(clients::id.desc())
        .limit(limit)
        .select(HitRow::as_select())
        .into_boxed();
    if let Some(tag) = &filter.tag {
        let tagged = tags::table.filter(tags::tag.eq(tag.clone())).select(tags::client_id);
        query = query.filter(clients::id.eq_any(tagged));
    }
    if let Some(standing) = filter.standing {
        query = query.filter(clients::standing.eq(standing.word()));
    }
    if filter.without_upcoming {
        let coming = bookings::table
            .inner_join(appointments::table)
            .filter(bookings::client_id.eq(clients::id))
            .filter(bookings::status.eq_any(live()))
            .filter(appointments::starts_at.ge(now.naive_utc()));
        query = query.filter(not(exists(coming)));
    }
    if let Some(before) = filter.before {
        query = query.filter(clients::id.lt(before.get()));
    }
    let rows: Vec<HitRow> = query.load(conn)?;
    lines_of(conn, rows.into_iter().map(ClientHit::from).collect(), now)
}

pub fn lines_of(conn: &mut Conn, hits: Vec<ClientHit>, now: DateTime<Utc>) -> Result<Vec<ListLine>, Fault> {
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id.get()).collect();
    let own = bookings::table.inner_join(appointments::table).filter(bookings::client_id.eq_any(ids.clone()));
    let last: HashMap<i64, Option<NaiveDateTime>> = own
        .clone()
        .filter(bookings::status.eq(BookingStatus::Completed.as_str()))
        .group_by(bookings::client_id)
        .select((bookings::client_id, max(appointments::starts_at)))
        .load::<(i64, Option<NaiveDateTime>)>(conn)?
        .into_iter()
        .collect();
    let next: HashMap<i64, Option<NaiveDateTime>> = own
        .filter(bookings::status.eq_any(live()))
        .filter(appointments::starts_at.ge(now.naive_utc()))
        .group_by(bookings::client_id)
        .select((bookings::client_id, min(appointments::starts_at)))
        .load::<(i64, Option<NaiveDateTime>)>(conn)?
        .into_iter()
        .collect();
    let standings: HashMap<i64, String> = clients::table
        .filter(clients::id.eq_any(ids.clone()))
        .order(clients::id)
        .limit(i64::try_from(ids.len()).unwrap_or(i64::MAX))
        .select((clients::id, clients::standing))
        .load::<(i64, String)>(conn)?
        .into_iter()
        .collect();
    let mut tagged: HashMap<i64, Vec<String>> = HashMap::new();
    let rows: Vec<(i64, String)> = tags::table
        .filter(tags::client_id.eq_any(ids))
        .order((tags::client_id, tags::tag))
        .limit(TAGS_MAX)
        .select((tags::client_id, tags::tag))
        .load(conn)?;
    for (client, tag) in rows {
        tagged.entry(client).or_default().push(tag);
    }
    let moment =
        |found: &HashMap<i64, Option<NaiveDateTime>>, id: i64| found.get(&id).copied().flatten().map(|at| at.and_utc());
    let line = |hit: ClientHit| {
        let id = hit.id.get();
        let standing = standings.get(&id).and_then(|word| Standing::parse(word)).unwrap_or(Standing::Present);
        ListLine {
            last_visit: moment(&last, id),
            next_visit: moment(&next, id),
            tags: tagged.get(&id).cloned().unwrap_or_default(),
            standing,
            hit,
        }
    };
    Ok(hits.into_iter().map(line).collect())
}

pub fn visit_days(conn: &mut Conn, client: ClientId) -> Result<Vec<NaiveDate>, Fault> {
    let mut starts: Vec<NaiveDateTime> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq(client.get()))
        .filter(bookings::status.eq(BookingStatus::Completed.as_str()))
        .order(appointments::starts_at.desc())
        .limit(VISITS_MAX)
        .select(appointments::local_start)
        .load(conn)?;
    starts.reverse();
    Ok(starts.into_iter().map(|start| start.date()).collect())
}

type PairRow = (i64, i64, String, NaiveDateTime);

pub fn open_duplicates(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<DuplicatePair>, Fault> {
    let rows: Vec<PairRow> = duplicates::table
        .filter(duplicates::settled_at.is_null())
        .order((duplicates::created_at.desc(), duplicates::client_id, duplicates::other_id))
        .limit(limit)
        .select((duplicates::client_id, duplicates::other_id, duplicates::reason, duplicates::created_at))
        .load(conn)?;
    let mut ids: Vec<ClientId> = rows.iter().flat_map(|row| [ClientId::new(row.0), ClientId::new(row.1)]).collect();
    ids.sort();
    ids.dedup();
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let hits: Vec<HitRow> = clients::table
        .filter(clients::id.eq_any(numbers))
        .order(clients::id)
        .limit(2 * limit)
        .select(HitRow::as_select())
        .load(conn)?;
    let lines = lines_of(conn, hits.into_iter().map(ClientHit::from).collect(), now)?;
    let by_id: HashMap<i64, ListLine> = lines.into_iter().map(|line| (line.hit.id.get(), line)).collect();
    let pair = |(one, other, reason, at): PairRow| {
        let reason = DuplicateReason::parse(&reason)
            .ok_or_else(|| Fault::corrupt("possible_duplicates", "reason", one, "no such reason"));
        let pair = by_id.get(&one).cloned().zip(by_id.get(&other).cloned())?;
        Some(reason.map(|reason| DuplicatePair { one: pair.0, other: pair.1, reason, at: at.and_utc() }))
    };
    rows.into_iter().filter_map(pair).collect()
}

pub fn count_open_duplicates(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(duplicates::table.filter(duplicates::settled_at.is_null()).count().get_result(conn)?)
}

/// False when it was settled before, or nobody had noticed a resemblance.
pub fn settle(tx: &mut Tx<'_>, one: ClientId, other: ClientId) -> Result<bool, Fault> {
    let (one, other) = (one.get(), other.get());
    let either = (duplicates::client_id.eq(one).and(duplicates::other_id.eq(other)))
        .or(duplicates::client_id.eq(other).and(duplicates::other_id.eq(one)));
    let open = duplicates::table.filter(duplicates::settled_at.is_null()).filter(either);
    Ok(diesel::update(open).set(duplicates::settled_at.eq(tx.now_naive())).execute(tx.conn)? > 0)
}
