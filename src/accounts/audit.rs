//! What happened to accounts: who, what, when. Never a name, an address or a token.

use super::store;
use crate::db::{Fault, Tx};
use crate::domain::ids::StaffUserId;

/// What is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried, and it was wrong.
    SignInFailed,
    /// Too many had failed; nothing was looked at.
    SignInRefused,
    /// Somebody signed out.
    SignedOut,
    /// All sessions of a user were ended.
    SessionsEnded,
    /// The first owner was made.
    OwnerMade,
    /// A user was added.
    UserAdded,
    /// A user may not sign in any more.
    UserDisabled,
    /// A user may sign in again.
    UserEnabled,
    /// A link to set a password was made.
    LinkMade,
    /// A password was set by link.
    LinkUsed,
    /// Somebody changed their own password.
    PasswordChanged,
}

impl AuditAction {
    /// The word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignInRefused => "sign_in_refused",
            Self::SignedOut => "signed_out",
            Self::SessionsEnded => "sessions_ended",
            Self::OwnerMade => "owner_made",
            Self::UserAdded => "user_added",
            Self::UserDisabled => "user_disabled",
            Self::UserEnabled => "user_enabled",
            Self::LinkMade => "link_made",
            Self::LinkUsed => "link_used",
            Self::PasswordChanged => "password_changed",
        }
    }
}

/// Writes down that `by` (nobody, when not signed in) did `action` to the account `about`.
pub fn record(
    tx: &mut Tx<'_>,
    action: AuditAction,
    by: Option<StaffUserId>,
    about: Option<StaffUserId>,
) -> Result<(), Fault> {
    store::insert_audit(tx, action.word(), by, about)
}
