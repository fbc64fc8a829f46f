//! The instance's own keys, and what is made of them: links that open one booking, and tokens in forms.
//!
//! Keys are made at first start and live in the database, wrapped by `secret.key` where one is set, so that a backup
//! restores every link that was ever mailed.

pub mod dkim;
mod store;

use std::str::FromStr;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Duration, Utc};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::chance;
use crate::config::Secret;
use crate::db::{Db, Fault};
use crate::domain::ids::{self, BookingId, Id};

const LINKS: &str = "links";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Capability tokens carry so many bits of the code.
const CODE_BYTES: usize = 16;

/// What a link allows. One purpose never opens another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// See, move and cancel one booking.
    Manage,
    /// See, change and end one series.
    Series,
    /// See one wish on the waitlist, answer its offers, withdraw it.
    Waitlist,
    /// Enter the client's own area, once.
    Portal,
    /// Read one calendar.
    Feed,
    /// Say that one really agreed, once.
    Consent,
    /// Stop advertising, for who got one message.
    Unsubscribe,
    /// Say that one message came back.
    Bounce,
    /// Book what one client is due for, or put it off.
    Recall,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Manage => "manage",
            Self::Series => "series",
            Self::Waitlist => "waitlist",
            Self::Portal => "portal",
            Self::Feed => "feed",
            Self::Consent => "consent",
            Self::Unsubscribe => "unsubscribe",
            Self::Bounce => "bounce",
            Self::Recall => "recall",
        }
    }
}

/// The keys cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// Sealed under another `secret.key`, or damaged.
    #[error("the instance keys in the database are sealed under another secret.key; set the one they were made with")]
    WrongSecret,
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The instance's keys, ready to use.
#[derive(Clone)]
pub struct Keys {
    links: [u8; KEY_BYTES],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Keys(hidden)")
    }
}

impl Keys {
    /// Reads the keys, making them on the first start. `secret` is empty where none is set.
    pub fn load_or_make(db: &Db, now: DateTime<Utc>, secret: &str) -> Result<Self, KeysError> {
        let sealed = match store::read(db, LINKS)? {
            Some(sealed) => sealed,
            None => make(db, now, secret)?,
        };
        let opened = open(&sealed, secret).ok_or(KeysError::WrongSecret)?;
        Ok(Self { links: opened.try_into().map_err(|_wrong_length: Vec<u8>| KeysError::WrongSecret)? })
    }

    /// Keys that are known, for tests of what is made of them.
    pub const fn fixed(links: [u8; KEY_BYTES]) -> Self {
        Self { links }
    }

    /// A keyed hash, for what must not be read back: visitor addresses in holds and limits.
    pub fn hashed(&self, purpose: &str, text: &str) -> String {
        HEXLOWER.encode(self.code(&["hash", purpose, text]).get(..CODE_BYTES).unwrap_or_default())
    }

    /// The token that opens one thing for one purpose until its generation rises: 13 + 26 characters.
    pub fn capability(&self, purpose: Purpose, thing: impl Id, generation: i32) -> String {
        let name = ids::encode(thing.number());
        let code = self.code(&["capability", purpose.word(), &name, &generation.to_string()]);
        let code = data_encoding::BASE32_NOPAD.encode(code.get(..CODE_BYTES).unwrap_or_default());
        format!("{name}{code}").to_ascii_lowercase()
    }

    /// Which thing a token speaks of. Proves nothing yet: see [`Keys::opens`].
    pub fn thing_of<T: FromStr>(token: &str) -> Option<T> {
        token.get(..13)?.parse().ok()
    }

    /// Which booking a token speaks of. Proves nothing yet: see [`Keys::opens`].
    pub fn booking_of(token: &str) -> Option<BookingId> {
        Self::thing_of(token)
    }

    /// Whether the token opens this thing for this purpose at this generation. Takes the same time either way.
    pub fn opens(&self, token: &str, purpose: Purpose, thing: impl Id, generation: i32) -> bool {
        let right = self.capability(purpose, thing, generation);
        token.to_ascii_lowercase().as_bytes().ct_eq(right.as_bytes()).into()
    }

    /// A form's token: when it was made, and a code over that and `subject`. Works without cookies.
    pub fn form_token(&self, subject: &str, now: DateTime<Utc>) -> String {
        let moment = ids::encode(now.timestamp_millis());
        let code = self.code(&["form", subject, &moment]);
        format!("{moment}{}", HEXLOWER.encode(code.get(..CODE_BYTES).unwrap_or_default()))
    }

    /// Whether the form was made by us for `subject` and not longer ago than `lifetime`.
    pub fn is_form_token(&self, token: &str, subject: &str, now: DateTime<Utc>, lifetime: Duration) -> bool {
        let made =
            token.get(..13).and_then(|moment| ids::decode(moment).ok()).and_then(DateTime::from_timestamp_millis);
        let Some(made) = made else {
            return false;
        };
        let right = self.form_token(subject, made);
        let genuine: bool = token.as_bytes().ct_eq(right.as_bytes()).into();
        genuine && made <= now + Duration::minutes(1) && now - made <= lifetime
    }

    /// Seals a small secret that the clinic typed, so that whoever reads the table cannot use it. `purpose` says what it
    /// is for: what was sealed for one purpose cannot be opened for another.
    pub fn seal(&self, purpose: &str, text: &str) -> Option<String> {
        let mut nonce = [0_u8; NONCE_BYTES];
        chance::fill(&mut nonce);
        let sealed = self.sealer(purpose).encrypt(XNonce::from_slice(&nonce), text.as_bytes()).ok()?;
        Some(format!("{}:{}", BASE64.encode(&nonce), BASE64.encode(&sealed)))
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose; nothing when it is not ours or was changed.
    pub fn unseal(&self, purpose: &str, sealed: &str) -> Option<Secret> {
        let (nonce, body) = sealed.split_once(':')?;
        let nonce = BASE64.decode(nonce.as_bytes()).ok().filter(|nonce| nonce.len() == NONCE_BYTES)?;
        let body = BASE64.decode(body.as_bytes()).ok()?;
        let opened = self.sealer(purpose).decrypt(XNonce::from_slice(&nonce), body.as_slice()).ok()?;
        Some(Secret::new(String::from_utf8(opened).ok()?))
    }

    fn sealer(&self, purpose: &str) -> XChaCha20Poly1305 {
        let mut key = [0_u8; KEY_BYTES];
        for (byte, drawn) in key.iter_mut().zip(self.code(&["seal", purpose])) {
            *byte = drawn;
        }
        XChaCha20Poly1305::new(Key::from_slice(&key))
    }

    /// A further key that the instance keeps beside this one, unsealed; nothing when it was never made.
    fn find(db: &Db, secret: &str, name: &'static str) -> Result<Option<Vec<u8>>, KeysError> {
        let sealed = store::read(db, name)?;
        sealed.map(|sealed| open(&sealed, secret).ok_or(KeysError::WrongSecret)).transpose()
    }

    /// Keeps a further key unless there is one already, and answers the one that is kept.
    fn keep(db: &Db, now: DateTime<Utc>, secret: &str, name: &'static str, key: &[u8]) -> Result<Vec<u8>, KeysError> {
        let sealed = seal(key, secret).ok_or(KeysError::WrongSecret)?;
        let kept = store::keep_first(db, now, name, sealed)?;
        open(&kept, secret).ok_or(KeysError::WrongSecret)
    }

    fn code(&self, parts: &[&str]) -> Vec<u8> {
        // HMAC takes keys of any length; the fallback is never reached.
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&self.links) else {
            return Vec::new();
        };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().to_vec()
    }
}

/// Several processes may start at once: whoever writes first wins, and the others read his.
fn make(db: &Db, now: DateTime<Utc>, secret: &str) -> Result<String, KeysError> {
    let mut key = [0_u8; KEY_BYTES];
    chance::fill(&mut key);
    let sealed = seal(&key, secret).ok_or(KeysError::WrongSecret)?;
    Ok(store::keep_first(db, now, LINKS, sealed)?)
}

fn wrapping(secret: &str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(&Sha256::digest(secret.as_bytes())))
}

fn seal(key: &[u8], secret: &str) -> Option<String> {
    if secret.is_empty() {
        return Some(format!("plain:{}", BASE64.encode(key)));
    }
    let mut nonce = [0_u8; NONCE_BYTES];
    chance::fill(&mut nonce);
    let sealed = wrapping(secret).encrypt(XNonce::from_slice(&nonce), key).ok()?;
    Some(format!("sealed:{}:{}", BASE64.encode(&nonce), BASE64.encode(&sealed)))
}

fn open(sealed: &str, secret: &str) -> Option<Vec<u8>> {
    if let Some(plain) = sealed.strip_prefix("plain:") {
        return BASE64.decode(plain.as_bytes()).ok();
    }
    let (nonce, body) = sealed.strip_prefix("sealed:")?.split_once(':')?;
    let nonce = BASE64.decode(nonce.as_bytes()).ok().filter(|nonce| nonce.len() == NONCE_BYTES)?;
    let body = BASE64.decode(body.as_bytes()).ok()?;
    wrapping(secret).decrypt(XNonce::from_slice(&nonce), body.as_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::fixed([7; KEY_BYTES])
    }

    #[test]
    fn a_token_opens_one_booking_of_one_generation() {
        let booking = BookingId::new(12_345);
        let token = keys().capability(Purpose::Manage, booking, 0);
        assert_eq!(token.len(), 39);
        assert_eq!(Keys::booking_of(&token), Some(booking));
        assert!(keys().opens(&token, Purpose::Manage, booking, 0));
        assert!(keys().opens(&token.to_ascii_uppercase(), Purpose::Manage, booking, 0));
        assert!(!keys().opens(&token, Purpose::Manage, booking, 1));
        assert!(!keys().opens(&token, Purpose::Manage, BookingId::new(12_346), 0));
        assert!(!keys().opens(&token, Purpose::Series, booking, 0), "one purpose never opens another");
        assert!(!Keys::fixed([8; KEY_BYTES]).opens(&token, Purpose::Manage, booking, 0));
    }

    #[test]
    fn a_form_token_ages_and_belongs_to_its_subject() {
        let made = DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let token = keys().form_token("book", made);
        let hour = Duration::hours(1);
        assert!(keys().is_form_token(&token, "book", made + hour, hour));
        assert!(!keys().is_form_token(&token, "book", made + hour + Duration::seconds(1), hour));
        assert!(!keys().is_form_token(&token, "cancel", made, hour));
        for wrong in ["", "0", "é234567890123", token.split_at(20).0] {
            assert!(!keys().is_form_token(wrong, "book", made, hour), "{wrong}");
        }
    }

    #[test]
    fn a_small_secret_is_opened_for_its_purpose_only() {
        let sealed = keys().seal("gateway", "pässword").unwrap();
        assert!(!sealed.contains("word"));
        assert_ne!(keys().seal("gateway", "pässword").unwrap(), sealed, "never the same twice");
        let opened =
            |keys: Keys, purpose: &str, text: &str| keys.unseal(purpose, text).map(|it| it.reveal().to_owned());
        assert_eq!(opened(keys(), "gateway", &sealed).as_deref(), Some("pässword"));
        assert_eq!(opened(keys(), "endpoint", &sealed), None);
        assert_eq!(opened(Keys::fixed([8; KEY_BYTES]), "gateway", &sealed), None);
        for wrong in ["", ":", "a:b", "é", sealed.split_at(40).0] {
            assert_eq!(opened(keys(), "gateway", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sealed_keys_need_their_secret() {
        let sealed = seal(&[1, 2, 3], "a secret").unwrap();
        assert_eq!(open(&sealed, "a secret"), Some(vec![1, 2, 3]));
        assert_eq!(open(&sealed, "another"), None);
        assert_eq!(open(&seal(&[1, 2, 3], "").unwrap(), ""), Some(vec![1, 2, 3]));
    }
}
