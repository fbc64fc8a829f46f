//! Calls that are sent twice and count once.
//!
//! A key is written in the same transaction as what it made, bound to the hash of what was sent. Only what succeeded is
//! kept: a refused call may be sent again with the same key.

use std::fmt::Display;
use std::str::FromStr;

use super::store;
use crate::db::{Bad, Fault, Tx, portable};

/// The key of a form or an API call, so that sending it twice books once.
#[derive(Debug, Clone)]
pub struct OnceKey {
    /// Whose keys these are: `form` or `api`.
    pub scope: String,
    /// The key.
    pub key: String,
    /// Hash of what was sent; the same key with something else is refused.
    pub body_hash: String,
}

/// The same key came with something else before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyReused;

/// What an earlier call with this key made. Calls with one key wait for each other.
pub(crate) fn earlier<T>(tx: &mut Tx<'_>, once: Option<&OnceKey>) -> Result<Option<T>, Bad<KeyReused>>
where
    T: FromStr,
    T::Err: Display,
{
    let Some(once) = once else {
        return Ok(None);
    };
    portable::lock_words(tx.conn, &format!("once {} {}", once.scope, once.key))?;
    let Some(earlier) = store::earlier_call(tx.conn, &once.scope, &once.key)? else {
        return Ok(None);
    };
    if earlier.body_hash != once.body_hash {
        return Err(Bad::Refused(KeyReused));
    }
    let made = earlier.response.parse();
    Ok(Some(made.map_err(|error| Fault::corrupt("idempotency_keys", "response", &once.key, error))?))
}

/// Keeps what the call made, for as long as keys are kept.
pub(crate) fn remember(tx: &mut Tx<'_>, once: Option<&OnceKey>, made: impl Display) -> Result<(), Fault> {
    let Some(once) = once else {
        return Ok(());
    };
    match store::remember_call(tx, (&once.scope, &once.key), &once.body_hash, &made.to_string()) {
        // The other call committed between our look and now: run again, and find it.
        Err(error) if portable::is_duplicate(&error) => Err(Fault::lost_race(error)),
        other => Ok(other?),
    }
}
