//! Makes a token for a program, and takes it back.

use super::store::{self, Program};
use crate::accounts::token::SecretToken;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{ApiTokenId, StaffUserId};

/// Longer names are cut by nobody's screen.
pub const NAME_CHARACTERS_MAX: usize = 60;
/// A clinic with more programs than this has lost sight of them.
pub const PROGRAMS_MAX: i64 = 100;
/// So that a token is recognised where it must not be: in a repository, in a mail.
pub const TOKEN_PREFIX: &str = "rebook_";

/// Which calls a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The day's work: appointments, bookings, clients.
    Staff,
    /// The owner's figures as well.
    Owner,
}

impl Scope {
    /// Every scope, the narrowest first.
    pub const ALL: [Self; 2] = [Self::Staff, Self::Owner];

    /// The word in the table and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Owner => "owner",
        }
    }

    /// Reads [`Scope::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// Whether a token of this scope opens calls that need `needed`.
    pub const fn covers(self, needed: Self) -> bool {
        match (self, needed) {
            (Self::Owner, _) | (Self::Staff, Self::Staff) => true,
            (Self::Staff, Self::Owner) => false,
        }
    }
}

/// Why no token is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramRefused {
    /// There are too many already.
    TooMany,
    /// There is no such program, or its token is taken back.
    Unknown,
}

/// Writes the token's hash. The token itself is shown once by whoever drew it.
pub fn make(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    name: &str,
    scope: Scope,
    token: &SecretToken,
) -> Result<ApiTokenId, Bad<ProgramRefused>> {
    if PROGRAMS_MAX <= store::standing(tx.conn)? {
        return Err(Bad::Refused(ProgramRefused::TooMany));
    }
    Ok(store::insert(tx, by, name, scope, &token.hash())?)
}

/// From this moment on the token opens nothing.
pub fn revoke(tx: &mut Tx<'_>, program: ApiTokenId) -> Result<(), Bad<ProgramRefused>> {
    if store::revoke(tx, program)? { Ok(()) } else { Err(Bad::Refused(ProgramRefused::Unknown)) }
}

/// The program whose token this is.
pub fn opened_by(conn: &mut Conn, bearer: &str) -> Result<Option<Program>, Fault> {
    match bearer.strip_prefix(TOKEN_PREFIX).and_then(SecretToken::parse) {
        Some(token) => store::by_token(conn, &token.hash()),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_itself_and_what_is_narrower() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.word()), Some(scope));
            assert!(scope.covers(scope));
            assert!(Scope::Owner.covers(scope));
        }
        assert!(!Scope::Staff.covers(Scope::Owner));
        assert_eq!(Scope::parse("admin"), None);
    }
}
