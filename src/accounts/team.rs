//! The team: who works here, added and disabled by the owner; and one's own password.

use super::audit::{AuditAction, By, record_user};
use super::role::Role;
use super::store::{self, StaffUser};
use super::token::TokenHash;
use crate::db::{Bad, Conn, Fault, Never, Tx, portable};
use crate::domain::ids::{ProviderId, StaffUserId};
use crate::domain::language::Language;
use crate::domain::recognise::{EmailAddress, PersonName};

/// Changes of the team wait for each other, so that the last owner stays.
const TEAM_LOCK: i64 = -3;

/// Somebody who is to work here.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they sign in with.
    pub email: EmailAddress,
    /// What they are called.
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
    /// The provider they are; a provider must be one.
    pub provider: Option<ProviderId>,
    /// The language of their pages.
    pub language: Language,
}

/// Why the team stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRefused {
    /// Somebody signs in with this mail address already.
    EmailTaken,
    /// The role of a provider needs a provider.
    ProviderNeeded,
    /// There is no such provider.
    NoSuchProvider,
    /// There is no such user.
    NoSuchUser,
    /// Nobody could let the others in any more.
    LastOwner,
    /// The role is above that of whoever gives it.
    RoleAbove,
    /// Somebody else changed the user after the form was made.
    Changed,
}

/// Everybody, by name.
pub fn team(conn: &mut Conn) -> Result<Vec<StaffUser>, Fault> {
    store::team(conn)
}

/// Adds a user without a password; they set it by a link.
pub fn add(tx: &mut Tx<'_>, by: impl Into<By>, user: &NewUser) -> Result<StaffUserId, Bad<TeamRefused>> {
    let id = insert_user(tx, user, None)?;
    record_user(tx, AuditAction::UserAdded, by, Some(id))?;
    Ok(id)
}

/// The row alone, with a password where there is one: for data that is made (the demo).
pub fn insert_user(
    tx: &mut Tx<'_>,
    user: &NewUser,
    password_hash: Option<&str>,
) -> Result<StaffUserId, Bad<TeamRefused>> {
    provider_fits(tx, user.role, user.provider)?;
    portable::lock_resources(tx.conn, &[TEAM_LOCK])?;
    if store::by_email_key(tx.conn, &user.email.key())?.is_some() {
        return Err(Bad::Refused(TeamRefused::EmailTaken));
    }
    Ok(store::insert_user(tx, user, password_hash)?)
}

/// The role of a provider names one who works here.
fn provider_fits(tx: &mut Tx<'_>, role: Role, provider: Option<ProviderId>) -> Result<(), Bad<TeamRefused>> {
    match (role, provider) {
        (Role::Provider, None) => Err(Bad::Refused(TeamRefused::ProviderNeeded)),
        (_, Some(provider)) if !store::provider_is_there(tx.conn, provider)? => {
            Err(Bad::Refused(TeamRefused::NoSuchProvider))
        }
        _ => Ok(()),
    }
}

/// A user as the owner's page has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetails {
    /// What they sign in with.
    pub email: EmailAddress,
    /// What they are called.
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
    /// The provider they are.
    pub provider: Option<ProviderId>,
    /// The language of their pages.
    pub language: Language,
}

/// One user; nothing when unknown.
pub fn member(conn: &mut Conn, user: StaffUserId) -> Result<Option<StaffUser>, Fault> {
    store::user(conn, user)
}

/// Changes a user that was seen at version `seen`; `giver` is the role of whoever does it.
pub fn edit(
    tx: &mut Tx<'_>,
    (by, giver): (By, Role),
    user: StaffUserId,
    seen: i64,
    details: &UserDetails,
) -> Result<(), Bad<TeamRefused>> {
    portable::lock_resources(tx.conn, &[TEAM_LOCK])?;
    let found = store::user(tx.conn, user)?.ok_or(Bad::Refused(TeamRefused::NoSuchUser))?;
    if !giver.may_give(details.role) {
        return Err(Bad::Refused(TeamRefused::RoleAbove));
    }
    provider_fits(tx, details.role, details.provider)?;
    let is_other = |(other, _): &(StaffUser, Option<String>)| other.id != user;
    if store::by_email_key(tx.conn, &details.email.key())?.as_ref().is_some_and(is_other) {
        return Err(Bad::Refused(TeamRefused::EmailTaken));
    }
    let gives_up = found.role.is_owner() && !details.role.is_owner() && found.disabled_at.is_none();
    if gives_up && store::active_owners(tx.conn)? <= 1 {
        return Err(Bad::Refused(TeamRefused::LastOwner));
    }
    if !store::update_user(tx, user, seen, details)? {
        return Err(Bad::Refused(TeamRefused::Changed));
    }
    let action = if found.role == details.role { AuditAction::UserChanged } else { AuditAction::RoleChanged };
    record_user(tx, action, by, Some(user))?;
    Ok(())
}

/// Lets a user sign in no more, from this moment; what they did stays.
pub fn disable(tx: &mut Tx<'_>, by: By, user: StaffUserId) -> Result<(), Bad<TeamRefused>> {
    portable::lock_resources(tx.conn, &[TEAM_LOCK])?;
    let Some(found) = store::user(tx.conn, user)? else {
        return Err(Bad::Refused(TeamRefused::NoSuchUser));
    };
    if found.role.is_owner() && found.disabled_at.is_none() && store::active_owners(tx.conn)? <= 1 {
        return Err(Bad::Refused(TeamRefused::LastOwner));
    }
    store::set_disabled(tx, user, Some(tx.now))?;
    store::sessions::delete_sessions_of(tx, user)?;
    store::void_links_of(tx, user)?;
    record_user(tx, AuditAction::UserDisabled, by, Some(user))?;
    Ok(())
}

/// Lets a user sign in again.
pub fn enable(tx: &mut Tx<'_>, by: By, user: StaffUserId) -> Result<(), Bad<TeamRefused>> {
    if store::user(tx.conn, user)?.is_none() {
        return Err(Bad::Refused(TeamRefused::NoSuchUser));
    }
    store::set_disabled(tx, user, None)?;
    record_user(tx, AuditAction::UserEnabled, by, Some(user))?;
    Ok(())
}

/// Sets one's own new password and ends every other session.
pub fn change_password(
    tx: &mut Tx<'_>,
    (user, by): (StaffUserId, By),
    session: &TokenHash,
    password_hash: &str,
) -> Result<(), Bad<Never>> {
    store::set_password(tx, user, password_hash)?;
    store::sessions::delete_other_sessions(tx, user, session)?;
    record_user(tx, AuditAction::PasswordChanged, by, Some(user))?;
    Ok(())
}

/// Sets the language of one's own pages.
pub fn change_language(tx: &mut Tx<'_>, user: StaffUserId, language: Language) -> Result<(), Bad<Never>> {
    store::set_language(tx, user, language)?;
    Ok(())
}

/// One's password as it is kept, to compare the old one with.
pub fn kept_password(conn: &mut Conn, user: StaffUserId) -> Result<Option<String>, Fault> {
    store::password_hash(conn, user)
}
