//! Two kinds of bad news: refusals, which are part of the business, and faults, which are everything else.

use std::error::Error;
use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// What a deed returns when it did not do it: a refusal of its own kind, or a fault.
#[derive(Debug, thiserror::Error)]
pub enum Bad<R> {
    /// The business says no, and says why.
    #[error("refused")]
    Refused(R),
    /// Something broke.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl<R> Bad<R> {
    /// The same bad news with the refusal said in another deed's words.
    pub fn map<S>(self, words: impl FnOnce(R) -> S) -> Bad<S> {
        match self {
            Self::Refused(refusal) => Bad::Refused(words(refusal)),
            Self::Fault(fault) => Bad::Fault(fault),
        }
    }
}

impl<R> From<DieselError> for Bad<R> {
    fn from(error: DieselError) -> Self {
        Self::Fault(Fault::from(error))
    }
}

/// What sort of fault it is, as far as anybody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The database is away, locked or flooded: worth another try a little later (503).
    Unavailable,
    /// The write lost against another one and may be run again as a whole.
    LostRace,
    /// A row holds what no write of ours could have put there.
    Corrupt,
    /// Anything else (500).
    Other,
}

/// Something broke. Logged once, at the edge, with a reference number; never shown to people in its own words.
#[derive(Debug)]
pub struct Fault {
    kind: FaultKind,
    source: Box<dyn Error + Send + Sync>,
}

impl Fault {
    /// A fault nobody acts on in particular.
    pub fn other(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: FaultKind::Other, source: source.into() }
    }

    /// The database cannot be used at this moment.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: FaultKind::Unavailable, source: source.into() }
    }

    /// A row that no write of ours could have made: which table, column and row, and what is wrong.
    pub fn corrupt(table: &str, column: &str, row: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self { kind: FaultKind::Corrupt, source: format!("{table}.{column} of row {row}: {what}").into() }
    }

    /// The write lost against another one in a way the engine does not name; it is run again as a whole.
    pub fn lost_race(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: FaultKind::LostRace, source: source.into() }
    }

    /// What sort it is.
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    pub(super) fn is_worth_retrying(&self) -> bool {
        self.kind == FaultKind::LostRace
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.source)?;
        let mut cause = self.source.source();
        while let Some(error) = cause {
            write!(out, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

impl From<DieselError> for Fault {
    fn from(error: DieselError) -> Self {
        Self { kind: kind_of(&error), source: Box::new(error) }
    }
}

fn kind_of(error: &DieselError) -> FaultKind {
    let DieselError::DatabaseError(kind, information) = error else {
        return match error {
            DieselError::BrokenTransactionManager => FaultKind::Unavailable,
            _ => FaultKind::Other,
        };
    };
    match kind {
        DatabaseErrorKind::SerializationFailure => FaultKind::LostRace,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => FaultKind::Unavailable,
        _ => kind_by_message(information.message()),
    }
}

/// The engines say these only in words; diesel hands on no code for them.
fn kind_by_message(message: &str) -> FaultKind {
    const LOST: [&str; 1] = ["deadlock detected"];
    const AWAY: [&str; 9] = [
        "database is locked",
        "database table is locked",
        "lock timeout",
        "statement timeout",
        "terminating connection",
        "server closed the connection",
        "no connection to the server",
        "the database system is",
        "disk I/O error",
    ];
    if LOST.iter().any(|known| message.contains(known)) {
        FaultKind::LostRace
    } else if AWAY.iter().any(|known| message.contains(known)) {
        FaultKind::Unavailable
    } else {
        FaultKind::Other
    }
}
