//! Starts a series: all its dates are booked in one write, or none.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::preview::{self, Checked, Decision, Plan, PlanRefused, SeriesWish, State, Trouble};
use super::store::{self, ExceptionKind, NewSeries};
use super::tell::{self, News};
use crate::booking::book::{self, BookRefused, BookingRequest, OnceKey, Who, Wish};
use crate::booking::hold;
use crate::booking::offer::Shop;
use crate::booking::once::{self, KeyReused};
use crate::clients;
use crate::db::{Bad, Fault, Tx, portable};
use crate::domain::ids::{BookingId, ClientId, SeriesId};
use crate::domain::recurrence::{DATES_MAX, RuleRefused};

/// What becomes of one date, as somebody decided it with the plan before him.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// Booked at this time.
    Book(DateTime<Utc>),
    /// Left out, and what stood in the way if anything did.
    LeaveOut(Option<Trouble>),
}

/// A series to start.
#[derive(Debug, Clone)]
pub struct StartSeries {
    /// What is wanted; the rule with the dates added at the end.
    pub wish: SeriesWish,
    /// Who comes.
    pub who: Who,
    /// Every date that is booked now, by its slot.
    pub dates: BTreeMap<NaiveDateTime, Decided>,
    /// What the client wrote for the clinic.
    pub note: String,
    /// In which language to write to the client.
    pub language: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// The form's or the call's key.
    pub once: Option<OnceKey>,
}

impl StartSeries {
    /// The dates of a settled plan; what is undecided is left out of the answer, and the deed refuses it.
    pub fn dates_of(plan: &Plan) -> BTreeMap<NaiveDateTime, Decided> {
        let decided = plan.rows.iter().filter_map(|row| match (row.decision, row.state) {
            (Decision::Book(at), _) => Some((row.slot, Decided::Book(at))),
            (Decision::LeaveOut, State::Trouble(trouble)) => Some((row.slot, Decided::LeaveOut(Some(trouble)))),
            (Decision::LeaveOut, State::Free | State::TooFar) => Some((row.slot, Decided::LeaveOut(None))),
            (Decision::Later | Decision::Open, _) => None,
        });
        decided.collect()
    }
}

/// What was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// The series.
    pub series: SeriesId,
    /// False when an earlier call with the same key had started it.
    pub fresh: bool,
}

/// Why it was not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartRefused {
    /// It could not even be planned.
    Plan(PlanRefused),
    /// These dates are nobody's decision: they are missing, or are none of the rule's.
    Undecided(Vec<NaiveDateTime>),
    /// These dates are not free any more; nothing was booked.
    Conflicts(Vec<(NaiveDateTime, BookRefused)>),
    /// Every date was left out.
    NothingToBook,
    /// The client is not known.
    UnknownClient,
    /// The same key came with something else before.
    KeyReused,
}

impl From<KeyReused> for StartRefused {
    fn from(_reused: KeyReused) -> Self {
        Self::KeyReused
    }
}

/// Books every date, writes the series and its exceptions, tells those concerned once (as rows); or leaves no trace.
pub fn start_series(tx: &mut Tx<'_>, shop: &Shop, request: &StartSeries) -> Result<Started, Bad<StartRefused>> {
    // Load
    if let Some(series) = once::earlier(tx, request.once.as_ref()).map_err(|bad| bad.map(StartRefused::from))? {
        return Ok(Started { series, fresh: false });
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let wish = &request.wish;

    // Decide
    let checked =
        preview::check(&catalog, tx.now, wish).map_err(|refusal| Bad::Refused(StartRefused::Plan(refusal)))?;
    check_dates(&checked, request).map_err(Bad::Refused)?;
    let client = client_of(tx, &request.who)?;

    // Apply
    if let Some(hold) = wish.hold {
        hold::give_up(tx, shop, hold)?;
    }
    let id: SeriesId = tx.new_id();
    store::insert(tx, &new_series(request, &checked, (id, client)))?;
    lock(tx, &checked)?;
    book_all(tx, shop, request, (id, client))?;
    for (slot, decided) in &request.dates {
        if let Decided::LeaveOut(why) = decided {
            store::except(tx, id, *slot, ExceptionKind::LeftOut, *why)?;
        }
    }
    once::remember(tx, request.once.as_ref(), id)?;
    let providers = store::instances(tx.conn, id)?.iter().map(|instance| instance.provider).collect();
    tell::tell(tx, id, News::Booked, &providers)?;
    Ok(Started { series: id, fresh: true })
}

/// Every date that is to be booked now must be decided, and nothing else may be.
fn check_dates(checked: &Checked<'_>, request: &StartSeries) -> Result<(), StartRefused> {
    let wish = &request.wish;
    let rule: BTreeSet<NaiveDateTime> = wish.rule.dates_until(wish.start, checked.last_day(wish)).into_iter().collect();
    if DATES_MAX < request.dates.len() {
        return Err(StartRefused::Plan(PlanRefused::Rule(RuleRefused::TooMany)));
    }
    let decided: BTreeSet<NaiveDateTime> = request.dates.keys().copied().collect();
    let wrong: Vec<NaiveDateTime> = rule.symmetric_difference(&decided).copied().collect();
    if !wrong.is_empty() {
        return Err(StartRefused::Undecided(wrong));
    }
    let books = request.dates.values().any(|decided| matches!(decided, Decided::Book(_)));
    if books { Ok(()) } else { Err(StartRefused::NothingToBook) }
}

fn client_of(tx: &mut Tx<'_>, who: &Who) -> Result<ClientId, Bad<StartRefused>> {
    match who {
        Who::Named(details) => Ok(clients::find_or_make(tx, details)?),
        Who::Known(id) => match clients::view(tx.conn, *id)? {
            Some(_) => Ok(clients::survivor(tx.conn, *id)?),
            None => Err(Bad::Refused(StartRefused::UnknownClient)),
        },
    }
}

fn new_series<'a>(
    request: &'a StartSeries,
    checked: &Checked<'_>,
    (id, client): (SeriesId, ClientId),
) -> NewSeries<'a> {
    let wish = &request.wish;
    let last = wish.rule.last(wish.start).map(|last| last.date());
    let is_whole = last.is_some_and(|last| last <= checked.last_day(wish));
    NewSeries {
        id,
        reference: book::reference_of(id.get()),
        client,
        service: wish.service,
        provider: wish.provider,
        location: wish.location,
        party: wish.party,
        rule: &wish.rule,
        zone: checked.location.zone,
        start: wish.start,
        extended_to: if is_whole { store::finished() } else { checked.horizon },
        language: &request.language,
        note: &request.note,
        source: request.source.as_deref(),
        actor: wish.actor,
    }
}

/// Takes every lock the dates could need in one sorted order, so that two series never wait for each other.
pub(super) fn lock(tx: &mut Tx<'_>, checked: &Checked<'_>) -> Result<(), Fault> {
    let providers = checked.catalog.providers_for(checked.service.id, checked.location.id);
    let mut numbers: Vec<i64> = providers.iter().map(|provider| provider.id.get()).collect();
    if let Some(kind) = &checked.service.room_kind {
        numbers.extend(checked.catalog.rooms_of_kind(checked.location.id, kind).map(|room| room.id.get()));
    }
    portable::lock_resources(tx.conn, &numbers)
}

/// Books date by date and goes on after a refusal, so that all of them are named at once.
fn book_all(
    tx: &mut Tx<'_>,
    shop: &Shop,
    request: &StartSeries,
    (id, client): (SeriesId, ClientId),
) -> Result<(), Bad<StartRefused>> {
    let mut refused = Vec::new();
    for (slot, decided) in &request.dates {
        let Decided::Book(starts_at) = decided else { continue };
        let instance = BookingRequest {
            wish: Wish {
                service: request.wish.service,
                location: Some(request.wish.location),
                provider: request.wish.provider,
                party: request.wish.party,
                starts_at: *starts_at,
                actor: request.wish.actor,
            },
            who: Who::Known(client),
            hold: None,
            note: request.note.clone(),
            language: request.language.clone(),
            source: request.source.clone(),
            overriding: None,
            once: None,
        };
        match book_instance(tx, shop, &instance, (id, *slot)) {
            Ok(_) => {}
            Err(Bad::Refused(why)) => refused.push((*slot, why)),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Bad::Refused(StartRefused::Conflicts(refused))) }
}

/// Books one date of a series; the message about the whole tells of it.
pub(super) fn book_instance(
    tx: &mut Tx<'_>,
    shop: &Shop,
    request: &BookingRequest,
    (id, slot): (SeriesId, NaiveDateTime),
) -> Result<BookingId, Bad<BookRefused>> {
    let adopt = move |tx: &mut Tx<'_>, booking: BookingId| store::adopt(tx, booking, id, slot);
    book::book_quietly(tx, shop, request, &adopt)
}
