//! Passwords: argon2id with 19 MiB, 2 passes, 1 lane, and a bound on how many are worked on at the same time.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::db::Fault;

/// Kibibytes of memory one hash takes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// As many hashes at once, so that a flood of sign-ins takes neither all memory nor all processors.
const HASHES_AT_ONCE_MAX: usize = 4;
/// Longer than this nobody waits for a turn; the answer is then 503.
const TURN_WAIT_MAX: Duration = Duration::from_secs(8);
/// A password is at least as long (OWASP ASVS 5.0, 6.2.1 asks for 8).
pub const CHARACTERS_MIN: usize = 10;
/// And at most as long; whole sentences fit.
pub const CHARACTERS_MAX: usize = 200;

/// What everybody tries first, without digits and signs around it.
const COMMON: [&str; 16] = [
    "password",
    "passwort",
    "passwordpassword",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "iloveyou",
    "letmein",
    "welcome",
    "willkommen",
    "administrator",
    "rebook",
    "changeme",
    "receptionist",
    "dragon",
    "football",
];

static TURNS: Semaphore = Semaphore::const_new(HASHES_AT_ONCE_MAX);

/// What unknown users are compared with, so that they take as long as known ones.
static NOBODYS_HASH: LazyLock<Option<String>> =
    LazyLock::new(|| hash_now("nobody has this password", b"nobody's salt 16").ok());

/// A password somebody chose, good enough to keep. Never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer than [`CHARACTERS_MIN`] characters.
    TooShort,
    /// More than [`CHARACTERS_MAX`] characters.
    TooLong,
    /// One of those that everybody tries first.
    TooCommon,
    /// The second one typed differs.
    Differs,
}

impl Password {
    /// Takes what was typed twice. Spaces and every sign count; nothing is cut off.
    pub fn parse(typed: &str, again: &str) -> Result<Self, PasswordProblem> {
        let characters = typed.chars().count();
        if characters < CHARACTERS_MIN {
            return Err(PasswordProblem::TooShort);
        }
        if characters > CHARACTERS_MAX {
            return Err(PasswordProblem::TooLong);
        }
        if is_common(typed) {
            return Err(PasswordProblem::TooCommon);
        }
        if typed != again {
            return Err(PasswordProblem::Differs);
        }
        Ok(Self(typed.to_owned()))
    }

    /// A password set by a program for data that is made up (the demo), not checked.
    pub fn for_demo(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(hidden)")
    }
}

fn is_common(typed: &str) -> bool {
    let lower = typed.to_lowercase();
    let core = lower.trim_matches(|character: char| !character.is_alphabetic());
    let distinct: std::collections::BTreeSet<char> = lower.chars().collect();
    distinct.len() < 4 || COMMON.contains(&core) || "01234567890123456789".contains(lower.as_str())
}

/// The text to keep in the database. `salt` is fresh chance.
pub async fn hash(password: Password, salt: [u8; 16]) -> Result<String, Fault> {
    in_turn(move || hash_now(&password.0, &salt)).await?
}

/// [`hash`] for commands, which are alone.
pub fn hash_blocking(password: &Password, salt: [u8; 16]) -> Result<String, Fault> {
    hash_now(&password.0, &salt)
}

/// Whether `typed` is the password kept as `kept`. Without one it takes as long and is wrong.
pub async fn verify(typed: String, kept: Option<String>) -> Result<bool, Fault> {
    in_turn(move || {
        let against = kept.as_deref().or(NOBODYS_HASH.as_deref()).unwrap_or_default();
        // A longer text cannot be right, and hashing it would be work for nothing; the length is not secret.
        let typed = if typed.chars().count() > CHARACTERS_MAX { "" } else { typed.as_str() };
        let hash =
            PasswordHash::new(against).map_err(|error| Fault::corrupt("staff_users", "password_hash", "?", error))?;
        let right = Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok();
        Ok(right && kept.is_some())
    })
    .await?
}

fn hash_now(password: &str, salt: &[u8; 16]) -> Result<String, Fault> {
    let wrong = |error: &dyn fmt::Display| Fault::other(error.to_string());
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| wrong(&error))?;
    let salt = SaltString::encode_b64(salt).map_err(|error| wrong(&error))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon.hash_password(password.as_bytes(), &salt).map_err(|error| wrong(&error))?.to_string())
}

/// Runs the work on a thread that may be busy, when its turn has come.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let turn = tokio::time::timeout(TURN_WAIT_MAX, TURNS.acquire()).await;
    let _turn = turn.map_err(Fault::unavailable)?.map_err(Fault::other)?;
    tokio::task::spawn_blocking(work).await.map_err(Fault::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let problem = |typed: &str| Password::parse(typed, typed).err();
        assert_eq!(problem("short"), Some(PasswordProblem::TooShort));
        assert_eq!(problem(&"long ".repeat(50)), Some(PasswordProblem::TooLong));
        for common in ["Password123!", "aaaaaaaaaaaa", "1234567890", "willkommen2026"] {
            assert_eq!(problem(common), Some(PasswordProblem::TooCommon), "{common}");
        }
        assert_eq!(Password::parse("correct horse", "correct hose").err(), Some(PasswordProblem::Differs));
        assert_eq!(problem("correct horse"), None);
        assert_eq!(problem("これは十文字以上のパス"), None);
    }

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let kept = hash(Password::for_demo("correct horse"), [7; 16]).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse".into(), Some(kept.clone())).await.unwrap());
        assert!(!verify("correct hors".into(), Some(kept.clone())).await.unwrap());
        assert!(!verify("x".repeat(100_000), Some(kept)).await.unwrap());
        assert!(!verify("nobody has this password".into(), None).await.unwrap());
    }
}
