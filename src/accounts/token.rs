//! Random tokens of 256 bits: they leave the house, only their hash stays.

use std::fmt;

use sha2::{Digest, Sha256};

/// Bytes of chance in a token.
pub const TOKEN_BYTES: usize = 32;

/// A session's or a link's token. Never shows itself by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl SecretToken {
    /// From chance: `SecretToken::new(bytes)` with bytes of [`crate::chance::fill`].
    pub fn new(chance: [u8; TOKEN_BYTES]) -> Self {
        Self(hex(&chance))
    }

    /// A fresh one.
    pub fn fresh() -> Self {
        let mut bytes = [0; TOKEN_BYTES];
        crate::chance::fill(&mut bytes);
        Self::new(bytes)
    }

    /// Reads what somebody brought; nothing when it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == TOKEN_BYTES * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The token itself, for the cookie or the link.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps. 256 bits of chance need no salt and no slow hash.
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex(&Sha256::digest(self.0.as_bytes())))
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SecretToken(hidden)")
    }
}

/// The hash under which a token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token that was not drawn but made by the instance's keys.
    pub fn of(token: &str) -> Self {
        Self(hex(&Sha256::digest(token.to_ascii_lowercase().as_bytes())))
    }

    /// As the database holds it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The hash under which a subject of failed sign-ins is kept: nobody reads addresses out of that table.
pub(super) fn subject_hash(kind: &str, subject: &str) -> String {
    hex(&Sha256::digest(format!("rebook sign-in\n{kind}\n{subject}").as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back_and_hide_themselves() {
        let token = SecretToken::new([0xAB; TOKEN_BYTES]);
        assert_eq!(SecretToken::parse(token.reveal()).as_ref(), Some(&token));
        assert_ne!(token.hash().as_str(), token.reveal());
        assert!(!format!("{token:?}").contains("abab"));
        for wrong in ["", "ab", &"g".repeat(64), &"a".repeat(63), &"ä".repeat(32)] {
            assert_eq!(SecretToken::parse(wrong), None, "{wrong}");
        }
    }
}
