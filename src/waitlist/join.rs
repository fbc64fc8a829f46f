//! Puts somebody on the list.

use super::store::{self, NewEntry};
use crate::booking::book::{OnceKey, Who};
use crate::booking::offer::Shop;
use crate::booking::once::{self, KeyReused};
use crate::catalog::{Catalog, Location, Service};
use crate::clients::{self, ClientView};
use crate::db::{Bad, Fault, Tx, portable};
use crate::domain::booking::Actor;
use crate::domain::ids::{ClientId, ServiceId, WaitlistEntryId};
use crate::domain::messages::{MessageKind, Recipient, Subject};
use crate::domain::slots::{self, WrongParty};
use crate::domain::time;
use crate::domain::waitlist::{self, Wish, WrongWish};
use crate::messaging::{self, Notice};

/// One client has no more wishes at once.
pub const OPEN_ENTRIES_MAX: usize = 10;
/// Longer notes are refused at the doors.
pub const NOTE_CHARACTERS_MAX: usize = 500;

/// Somebody wants to wait.
#[derive(Debug, Clone)]
pub struct JoinRequest {
    /// For which service.
    pub service: ServiceId,
    /// For which times.
    pub wish: Wish,
    /// Whether to call when something opens today.
    pub short_notice: bool,
    /// Who waits.
    pub who: Who,
    /// What the client wants the clinic to know.
    pub note: String,
    /// The language to write in; a known client's own where it is left out.
    pub language: Option<String>,
    /// Where the client came from.
    pub source: Option<String>,
    /// Who asks.
    pub actor: Actor,
    /// The form's or the call's key.
    pub once: Option<OnceKey>,
}

/// Somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Which entry.
    pub entry: WaitlistEntryId,
    /// False when an earlier call with the same key had made it.
    pub fresh: bool,
}

/// Why somebody is not put on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinRefused {
    /// No such service, or clients cannot book it.
    UnknownService,
    /// Nobody waits for this service.
    NoWaitlist,
    /// No such location, or the service is not to be had there.
    UnknownLocation,
    /// No such provider, or not for this service, or not there.
    UnknownProvider,
    /// The party does not fit the service.
    WrongParty(WrongParty),
    /// The wished times make no sense.
    WrongWish(WrongWish),
    /// Who wants to be called needs a phone.
    PhoneNeeded,
    /// The client is not known.
    UnknownClient,
    /// This client waits for the very same already.
    AlreadyWaiting,
    /// This client waits for [`OPEN_ENTRIES_MAX`] things.
    TooMany,
    /// The same key came with something else before.
    KeyReused,
}

/// Puts somebody on the list and confirms it by mail (as a row); or leaves no trace.
pub fn join(tx: &mut Tx<'_>, shop: &Shop, request: &JoinRequest) -> Result<Joined, Bad<JoinRefused>> {
    // Load
    let reused = |bad: Bad<KeyReused>| bad.map(|KeyReused| JoinRefused::KeyReused);
    if let Some(entry) = once::earlier(tx, request.once.as_ref()).map_err(reused)? {
        return Ok(Joined { entry, fresh: false });
    }
    let catalog = shop.catalogs.current_in(tx)?;

    // Decide
    let wish = decide(tx, &catalog, request).map_err(Bad::Refused)?;
    let client = client_of(tx, &request.who)?;
    let view = clients::view(tx.conn, client)?.ok_or(Bad::Refused(JoinRefused::UnknownClient))?;
    if request.short_notice && view.phone.is_none() {
        return Err(Bad::Refused(JoinRefused::PhoneNeeded));
    }
    refuse_more(tx, client, request.service, &wish)?;

    // Apply
    let id: WaitlistEntryId = tx.new_id();
    let new = NewEntry {
        id,
        client,
        service: request.service,
        wish: &wish,
        short_notice: request.short_notice,
        language: request.language.as_deref().unwrap_or_else(|| view.language.tag()),
        note: &request.note,
        source: request.source.as_deref(),
        actor: request.actor,
    };
    store::insert_entry(tx, &new)?;
    once::remember(tx, request.once.as_ref(), id)?;
    confirm(tx, &view, &new)?;
    Ok(Joined { entry: id, fresh: true })
}

fn decide(tx: &Tx<'_>, catalog: &Catalog, request: &JoinRequest) -> Result<Wish, JoinRefused> {
    let is_staff = matches!(request.actor, Actor::Staff(_));
    let visible = |service: &&Service| service.online || is_staff;
    let service = catalog.service(request.service).filter(visible).ok_or(JoinRefused::UnknownService)?;
    if !service.waitlist && !is_staff {
        return Err(JoinRefused::NoWaitlist);
    }
    slots::check_party(&service.rules, request.wish.party).map_err(JoinRefused::WrongParty)?;
    let places = places_of(catalog, service, &request.wish)?;
    let today = places.iter().map(|place| time::local_day(tx.now, place.zone)).min();
    let latest = places.iter().map(|place| slots::latest_day(&service.rules, tx.now, place.zone)).max();
    let (today, latest) = today.zip(latest).ok_or(JoinRefused::UnknownLocation)?;
    waitlist::checked(&request.wish, today, latest).map_err(JoinRefused::WrongWish)
}

/// Where the wish could come true.
fn places_of<'a>(catalog: &'a Catalog, service: &Service, wish: &Wish) -> Result<Vec<&'a Location>, JoinRefused> {
    let mut places = catalog.locations_for(service.id);
    if let Some(wanted) = wish.location {
        places.retain(|place| place.id == wanted);
    }
    if places.is_empty() {
        return Err(JoinRefused::UnknownLocation);
    }
    if let Some(provider) = wish.provider {
        let offers = catalog.terms.contains_key(&(service.id, provider));
        places.retain(|place| offers && catalog.hours.contains_key(&(provider, place.id)));
    }
    if places.is_empty() { Err(JoinRefused::UnknownProvider) } else { Ok(places) }
}

fn client_of(tx: &mut Tx<'_>, who: &Who) -> Result<ClientId, Bad<JoinRefused>> {
    match who {
        Who::Named(details) => Ok(clients::find_or_make(tx, details)?),
        Who::Known(id) => match clients::view(tx.conn, *id)? {
            Some(_) => Ok(clients::survivor(tx.conn, *id)?),
            None => Err(Bad::Refused(JoinRefused::UnknownClient)),
        },
    }
}

/// The very same wish twice, or too many of them.
fn refuse_more(tx: &mut Tx<'_>, client: ClientId, service: ServiceId, wish: &Wish) -> Result<(), Bad<JoinRefused>> {
    portable::lock_names(tx.conn, &[format!("waitlist client {client}")])?;
    let open = store::open_entries_of_client(tx.conn, client)?;
    if open.iter().any(|entry| entry.service == service && entry.wish == *wish) {
        return Err(Bad::Refused(JoinRefused::AlreadyWaiting));
    }
    if OPEN_ENTRIES_MAX <= open.len() {
        return Err(Bad::Refused(JoinRefused::TooMany));
    }
    Ok(())
}

/// Tells whoever has an address; who has only a phone was told at the desk.
fn confirm(tx: &mut Tx<'_>, client: &ClientView, entry: &NewEntry<'_>) -> Result<(), Fault> {
    if client.email.is_none() {
        return Ok(());
    }
    let notice = Notice {
        subject: Subject::WaitlistEntry(entry.id),
        kind: MessageKind::WaitlistJoined,
        recipient: Recipient::Client(client.id),
        language: entry.language.to_owned(),
        version: 0,
        expires_at: tx.now + chrono::TimeDelta::days(1),
    };
    messaging::tell(tx, &notice)
}
