//! The first run: while there is no user, a page makes the owner and gives the clinic its name.

use super::audit::{AuditAction, record_user};
use super::role::Role;
use super::store;
use super::team::NewUser;
use crate::catalog;
use crate::db::{Bad, Conn, Fault, Tx, portable};
use crate::domain::ids::StaffUserId;
use crate::domain::money::Currency;

/// All who want to be the first wait for each other; no provider or room has a negative number.
const FIRST_OWNER_LOCK: i64 = -2;

/// What a clinic is called and charges in, before anything else is known of it.
#[derive(Debug, Clone)]
pub struct NewClinic {
    /// Its name, as patients know it.
    pub name: String,
    /// The one currency of its prices.
    pub currency: Currency,
}

/// Why no owner was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstRunRefused {
    /// There is a user already.
    NotTheFirst,
}

/// Whether there is no user yet.
pub fn is_first_run(conn: &mut Conn) -> Result<bool, Fault> {
    Ok(!store::is_anybody_there(conn)?)
}

/// Makes the owner, when there is no user; of many at the same moment one wins.
pub fn make_owner(
    tx: &mut Tx<'_>,
    user: &NewUser,
    password_hash: &str,
    clinic: &NewClinic,
) -> Result<StaffUserId, Bad<FirstRunRefused>> {
    portable::lock_resources(tx.conn, &[FIRST_OWNER_LOCK])?;
    if store::is_anybody_there(tx.conn)? {
        return Err(Bad::Refused(FirstRunRefused::NotTheFirst));
    }
    let owner = NewUser { role: Role::Owner, provider: None, ..user.clone() };
    let id = store::insert_user(tx, &owner, Some(password_hash))?;
    if store::insert_clinic_once(tx, clinic, &owner)? {
        catalog::touch(tx)?;
    }
    record_user(tx, AuditAction::OwnerMade, Some(id), Some(id))?;
    Ok(id)
}
