//! `rebook user add` and `rebook user reset`: the way in when no page lets you.

use chrono::{DateTime, Utc};

use super::audit::By;
use super::link::{LinkPurpose, make_link};
use super::role::Role;
use super::second_factor::reset_factor;
use super::store;
use super::team::{NewUser, TeamRefused, add};
use super::token::SecretToken;
use crate::db::{Bad, Db, Fault};
use crate::domain::language::Language;
use crate::domain::recognise::{EmailAddress, PersonName};

/// Why a command did nothing, in words for the terminal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandRefused {
    /// The mail address is none.
    #[error("'{0}' is not a mail address, as owner@example.com")]
    NotAnAddress(String),
    /// The role is none.
    #[error(
        "'{0}' is not a role a command can give: owner, manager or receptionist (providers are added on the team page, where you pick which provider they are)"
    )]
    NotARole(String),
    /// The address is taken.
    #[error("somebody signs in with this mail address already; `rebook user reset EMAIL` gives them a new password")]
    EmailTaken,
    /// Nobody has the address.
    #[error("nobody signs in with this mail address; `rebook user add --role owner EMAIL` adds somebody")]
    NoSuchUser,
    /// The user was disabled.
    #[error("this user was disabled by an owner; an owner enables them on the team page")]
    Disabled,
}

/// Adds a user; answers the path of the link that lets them set a password, good once and for half an hour.
pub fn add_user(
    db: &Db,
    now: DateTime<Utc>,
    role: &str,
    email: &str,
    token: &SecretToken,
) -> Result<String, Bad<CommandRefused>> {
    let role = Role::parse(role)
        .filter(|role| *role != Role::Provider)
        .ok_or_else(|| Bad::Refused(CommandRefused::NotARole(role.to_owned())))?;
    let email = address(email)?;
    let name = name_from(&email)?;
    let new = NewUser { email, name, role, provider: None, language: Language::default() };
    let link = token.hash();
    db.write_blocking(now, move |tx| {
        let user = add(tx, By::default(), &new).map_err(|bad| {
            bad.map(|refused| match refused {
                TeamRefused::EmailTaken => CommandRefused::EmailTaken,
                TeamRefused::ProviderNeeded | TeamRefused::NoSuchProvider => {
                    CommandRefused::NotARole(Role::Provider.word().to_owned())
                }
                TeamRefused::NoSuchUser | TeamRefused::LastOwner | TeamRefused::RoleAbove | TeamRefused::Changed => {
                    CommandRefused::NoSuchUser
                }
            })
        })?;
        make_link(tx, By::default(), user, LinkPurpose::Invite, &link).map_err(|bad| Bad::Fault(bad.into_fault()))
    })?;
    Ok(path_of(token))
}

/// Makes a link to set a new password; answers its path.
pub fn reset_user(
    db: &Db,
    now: DateTime<Utc>,
    email: &str,
    token: &SecretToken,
) -> Result<String, Bad<CommandRefused>> {
    let email = address(email)?;
    let link = token.hash();
    db.write_blocking(now, move |tx| {
        let Some((user, _)) = store::by_email_key(tx.conn, &email.key())? else {
            return Err(Bad::Refused(CommandRefused::NoSuchUser));
        };
        if user.disabled_at.is_some() {
            return Err(Bad::Refused(CommandRefused::Disabled));
        }
        make_link(tx, By::default(), user.id, LinkPurpose::Reset, &link).map_err(|bad| Bad::Fault(bad.into_fault()))
    })?;
    Ok(path_of(token))
}

/// Takes the second factor of a user away who can show neither a code nor a recovery code; ends their sessions.
pub fn reset_second_factor(db: &Db, now: DateTime<Utc>, email: &str) -> Result<(), Bad<CommandRefused>> {
    let email = address(email)?;
    db.write_blocking(now, move |tx| {
        let Some((user, _)) = store::by_email_key(tx.conn, &email.key())? else {
            return Err(Bad::Refused(CommandRefused::NoSuchUser));
        };
        reset_factor(tx, By::default(), user.id).map_err(|bad| Bad::Fault(bad.into_fault()))
    })
}

/// The path of a link's page.
pub(super) fn path_of(token: &SecretToken) -> String {
    format!("/staff/link/{}", token.reveal())
}

fn address(text: &str) -> Result<EmailAddress, Bad<CommandRefused>> {
    EmailAddress::parse(text).map_err(|_wrong| Bad::Refused(CommandRefused::NotAnAddress(text.to_owned())))
}

/// What somebody is called of whom only the mail address is known.
fn name_from(email: &EmailAddress) -> Result<PersonName, Bad<CommandRefused>> {
    let local = email.as_str().split('@').next().unwrap_or_default().replace(['.', '_', '-', '+', '/'], " ");
    PersonName::parse(&local)
        .or_else(|_wrong| PersonName::parse("Staff"))
        .map_err(|wrong| Bad::Fault(Fault::other(wrong)))
}
