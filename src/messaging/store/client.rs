//! What messages about a client as such need to know.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::booking::clinic_facts;
use super::people::{self, Contact};
use crate::db::schema::{appointments, bookings, clients, providers, services};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;
use crate::messaging::templates::{ClinicFacts, Reader};

/// A client as she is at this moment.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct ClientFacts {
    pub(in crate::messaging) reader: Option<Reader>,
    pub(in crate::messaging) clinic: ClinicFacts,
    /// When the latest booking that stands begins, or began.
    pub(in crate::messaging) last_start: Option<DateTime<Utc>>,
    /// Service and provider of the last visit, as our pages name them, while both can still be booked.
    pub(in crate::messaging) last_visit: Option<(String, String)>,
}

/// The client, or none when she is unknown.
pub(in crate::messaging) fn client_to_mail(conn: &mut Conn, id: ClientId) -> Result<Option<ClientFacts>, Fault> {
    let contact: Option<Contact> = clients::table.find(id.get()).select(people::CONTACT).first(conn).optional()?;
    let Some(contact) = contact else {
        return Ok(None);
    };
    let guardians = people::guardians_of(conn, [&contact])?;
    let last_start: Option<NaiveDateTime> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq(id.get()))
        .filter(bookings::status.eq_any([BookingStatus::Requested.as_str(), BookingStatus::Booked.as_str()]))
        .order(appointments::starts_at.desc())
        .select(appointments::starts_at)
        .first(conn)
        .optional()?;
    let last: Option<(String, String)> = bookings::table
        .inner_join(appointments::table.inner_join(services::table).inner_join(providers::table))
        .filter(bookings::client_id.eq(id.get()))
        .filter(bookings::status.eq(BookingStatus::Completed.as_str()))
        .filter(services::archived_at.is_null())
        .filter(services::online.eq(true))
        .filter(providers::archived_at.is_null())
        .order(appointments::starts_at.desc())
        .select((services::slug, providers::slug))
        .first(conn)
        .optional()?;
    Ok(Some(ClientFacts {
        reader: contact.reader(&guardians),
        clinic: clinic_facts(conn)?,
        last_start: last_start.map(|start| start.and_utc()),
        last_visit: last,
    }))
}
