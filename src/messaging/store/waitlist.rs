//! What mails about the waitlist need to know.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::booking::{PlaceRow, clinic_facts, location_facts};
use crate::db::schema::{clients, locations, providers, services, waitlist_entries, waitlist_offers};
use crate::db::{Conn, Fault};
use crate::domain::ids::{LocationId, OfferId, ProviderId, ServiceId, WaitlistEntryId};
use crate::domain::message_rules::Concern;
use crate::domain::waitlist::{EntryStatus, OfferStatus, Weekdays, Wish};
use crate::messaging::templates::{ClinicFacts, LocationFacts, Reader};

/// A wish as it is at this moment.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct EntryMail {
    pub(in crate::messaging) id: WaitlistEntryId,
    pub(in crate::messaging) link_generation: i32,
    pub(in crate::messaging) status: EntryStatus,
    pub(in crate::messaging) reader: Option<Reader>,
    pub(in crate::messaging) clinic: ClinicFacts,
    pub(in crate::messaging) service: String,
    pub(in crate::messaging) provider: Option<String>,
    pub(in crate::messaging) location: Option<String>,
    pub(in crate::messaging) wish: Wish,
}

/// A place offered to it.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct OfferMail {
    pub(in crate::messaging) id: OfferId,
    pub(in crate::messaging) status: OfferStatus,
    pub(in crate::messaging) starts_at: DateTime<Utc>,
    pub(in crate::messaging) ends_at: DateTime<Utc>,
    pub(in crate::messaging) expires_at: DateTime<Utc>,
    pub(in crate::messaging) provider: String,
    pub(in crate::messaging) location: LocationFacts,
}

#[derive(Queryable)]
struct EntryRow {
    entry: (i64, i32, String, Option<i64>, Option<i64>, i32),
    times: (NaiveDate, NaiveDate, i32, i32, i32),
    client: (String, Option<String>, String),
    service: String,
}

pub(in crate::messaging) fn entry(conn: &mut Conn, id: WaitlistEntryId) -> Result<Option<EntryMail>, Fault> {
    let row: Option<EntryRow> = waitlist_entries::table
        .inner_join(clients::table)
        .inner_join(services::table)
        .filter(waitlist_entries::id.eq(id.get()))
        .select((
            (
                waitlist_entries::id,
                waitlist_entries::link_generation,
                waitlist_entries::status,
                waitlist_entries::provider_id,
                waitlist_entries::location_id,
                waitlist_entries::party,
            ),
            (
                waitlist_entries::first_day,
                waitlist_entries::last_day,
                waitlist_entries::weekdays,
                waitlist_entries::from_minute,
                waitlist_entries::until_minute,
            ),
            (clients::first_name, clients::email, clients::standing),
            services::name,
        ))
        .first(conn)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (id, link_generation, status, provider, location, party) = row.entry;
    let (first_day, last_day, weekdays, from_minute, until_minute) = row.times;
    let (name, email, standing) = row.client;
    let corrupt = |column: &str| Fault::corrupt("waitlist_entries", column, id, "not a value of ours");
    let weekdays = u8::try_from(weekdays).ok().and_then(Weekdays::from_bits);
    let wish = Wish {
        provider: None,
        location: None,
        party: u16::try_from(party).unwrap_or(u16::MAX),
        first_day,
        last_day,
        weekdays: weekdays.ok_or_else(|| corrupt("weekdays"))?,
        from_minute: u32::try_from(from_minute).unwrap_or(0),
        until_minute: u32::try_from(until_minute).unwrap_or(0),
    };
    Ok(Some(EntryMail {
        id: WaitlistEntryId::new(id),
        link_generation,
        status: EntryStatus::parse(&status).ok_or_else(|| corrupt("status"))?,
        reader: email.filter(|_| standing == "present").map(|address| Reader { name, address }),
        clinic: clinic_facts(conn)?,
        service: row.service,
        provider: match provider {
            Some(id) => providers::table.find(id).select(providers::name).first(conn).optional()?,
            None => None,
        },
        location: match location {
            Some(id) => locations::table.find(id).select(locations::name).first(conn).optional()?,
            None => None,
        },
        wish,
    }))
}

#[derive(Queryable)]
struct OfferRow {
    offer: (i64, i64, String, NaiveDateTime, NaiveDateTime, NaiveDateTime),
    provider: String,
    place: PlaceRow,
}

pub(in crate::messaging) fn offer(conn: &mut Conn, id: OfferId) -> Result<Option<(WaitlistEntryId, OfferMail)>, Fault> {
    let row: Option<OfferRow> = waitlist_offers::table
        .inner_join(providers::table)
        .inner_join(locations::table)
        .filter(waitlist_offers::id.eq(id.get()))
        .select((
            (
                waitlist_offers::id,
                waitlist_offers::entry_id,
                waitlist_offers::status,
                waitlist_offers::starts_at,
                waitlist_offers::ends_at,
                waitlist_offers::expires_at,
            ),
            providers::name,
            PlaceRow::as_select(),
        ))
        .first(conn)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (id, entry, status, starts_at, ends_at, expires_at) = row.offer;
    let status = OfferStatus::parse(&status);
    let mail = OfferMail {
        id: OfferId::new(id),
        status: status.ok_or_else(|| Fault::corrupt("waitlist_offers", "status", id, "not a value of ours"))?,
        starts_at: starts_at.and_utc(),
        ends_at: ends_at.and_utc(),
        expires_at: expires_at.and_utc(),
        provider: row.provider,
        location: location_facts(id, row.place)?,
    };
    Ok(Some((WaitlistEntryId::new(entry), mail)))
}

/// What rules may ask about an offer.
pub(in crate::messaging) fn concern_of(conn: &mut Conn, id: OfferId) -> Result<Concern, Fault> {
    let row: Option<(i64, i64, i64, String)> = waitlist_offers::table
        .inner_join(waitlist_entries::table.inner_join(services::table))
        .filter(waitlist_offers::id.eq(id.get()))
        .select((services::id, waitlist_offers::provider_id, waitlist_offers::location_id, services::category))
        .first(conn)
        .optional()?;
    let Some((service, provider, location, category)) = row else { return Ok(Concern::default()) };
    Ok(Concern {
        service: Some(ServiceId::new(service)),
        category,
        provider: Some(ProviderId::new(provider)),
        location: Some(LocationId::new(location)),
        ..Concern::default()
    })
}
