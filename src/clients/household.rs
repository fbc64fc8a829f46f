//! Who lives together: joining somebody's household, and leaving it.

use super::edit::living;
use super::history;
use super::person::{Person, PersonValues};
use super::store;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{ClientId, HouseholdId, StaffUserId};

/// More people do not live together; a longer list is a mistake somewhere.
pub const MEMBERS_MAX: usize = 20;

/// Why a household stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HouseholdRefused {
    /// Nobody of this number, an alias, or somebody erased.
    Unknown,
    /// Nobody lives with oneself.
    Oneself,
    /// There are enough in it.
    Full,
}

fn present(conn: &mut Conn, id: ClientId) -> Result<Person, Bad<HouseholdRefused>> {
    match living(conn, id) {
        Ok(person) => Ok(person),
        Err(Bad::Refused(_)) => Err(Bad::Refused(HouseholdRefused::Unknown)),
        Err(Bad::Fault(fault)) => Err(Bad::Fault(fault)),
    }
}

/// Somebody living who is not the client itself; nothing otherwise.
pub(super) fn stranger(conn: &mut Conn, id: Option<ClientId>, other: ClientId) -> Result<Option<Person>, Fault> {
    if id == Some(other) {
        return Ok(None);
    }
    match living(conn, other) {
        Ok(person) => Ok(Some(person)),
        Err(Bad::Refused(_)) => Ok(None),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}

/// Moves a client into the household of `other`; a new one is made when `other` lives alone.
pub fn join_household(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: ClientId,
    other: ClientId,
) -> Result<(), Bad<HouseholdRefused>> {
    if id == other {
        return Err(Bad::Refused(HouseholdRefused::Oneself));
    }
    store::person::lock(tx, &[id, other])?;
    let (person, host) = (present(tx.conn, id)?, present(tx.conn, other)?);
    let household = match host.household {
        Some(household) if person.household == Some(household) => return Ok(()),
        Some(household) => {
            if MEMBERS_MAX <= store::person::members(tx.conn, household, id)?.len() {
                return Err(Bad::Refused(HouseholdRefused::Full));
            }
            household
        }
        None => {
            let household = store::person::make_household(tx, &host.view.last_name)?;
            settle(tx, by, &host, Some(household))?;
            household
        }
    };
    settle(tx, by, &person, Some(household))?;
    Ok(())
}

/// Takes a client out of the household; one person alone is none.
pub fn leave_household(tx: &mut Tx<'_>, by: StaffUserId, id: ClientId) -> Result<(), Bad<HouseholdRefused>> {
    store::person::lock(tx, &[id])?;
    let person = present(tx.conn, id)?;
    if person.household.is_some() {
        settle(tx, by, &person, None)?;
    }
    Ok(())
}

fn settle(tx: &mut Tx<'_>, by: StaffUserId, person: &Person, household: Option<HouseholdId>) -> Result<(), Fault> {
    let before = person.values();
    let after = PersonValues { household, ..before.clone() };
    history::write_differences(tx, person.view.id, Actor::Staff(by), (&before, &after))?;
    store::person::move_to(tx, person.view.id, household)?;
    if let Some(old) = person.household {
        store::person::tidy_household(tx, old)?;
    }
    Ok(())
}
