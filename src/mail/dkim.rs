//! DKIM signatures (RFC 6376), relaxed/relaxed, over the very bytes that travel.
//!
//! lettre signs a message before it becomes bytes, does not see the headers of a multipart body and cannot sign a header
//! once more than it occurs. So the signature is made here, over the finished letter, and put in front of it.

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};

use super::Letter;
use crate::chance;

/// What is signed, where it occurs. The sender is signed once more than it occurs, so that nobody can add another one.
const SIGNED: [&str; 12] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "mime-version",
    "content-type",
    "in-reply-to",
    "references",
    "list-unsubscribe",
    "list-unsubscribe-post",
];
/// The header signed once more than it occurs.
const OVERSIGNED: &str = "from";
/// The size of keys made here: what all receivers take and DNS can hold.
const RSA_BITS: usize = 2048;
/// A string of a TXT record holds at most so many characters.
const TXT_MAX: usize = 255;
/// Base64 is folded into lines of so many characters.
const FOLD: usize = 70;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Not PEM, or something else than a private key.
    #[error("it holds no private key in PEM form (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)")]
    NotPem,
    /// Damaged, or of a kind nobody signs mail with.
    #[error("the key is neither RSA of 2048 to 4096 bits nor Ed25519")]
    Unfit,
    /// It could not be made.
    #[error("no key could be made")]
    NotMade,
}

/// A private key that signs letters.
pub enum DkimKey {
    /// Understood by everybody.
    Rsa(Box<RsaKeyPair>),
    /// Short, and not yet understood by everybody (RFC 8463).
    Ed25519(Box<Ed25519KeyPair>),
}

impl DkimKey {
    /// Makes an RSA key and answers it in PKCS#8 form, ready for [`DkimKey::from_pkcs8`]. Takes a second or so.
    pub fn make() -> Result<Vec<u8>, BadKey> {
        let key = rsa::RsaPrivateKey::new(&mut Chance, RSA_BITS).map_err(|_no_primes| BadKey::NotMade)?;
        key.to_pkcs8_der().map(|der| der.as_bytes().to_vec()).map_err(|_encoding| BadKey::NotMade)
    }

    /// Reads a key in PKCS#8 form.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, BadKey> {
        match RsaKeyPair::from_pkcs8(der) {
            Ok(key) => Ok(Self::Rsa(Box::new(key))),
            Err(_) => match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                Ok(key) => Ok(Self::Ed25519(Box::new(key))),
                Err(_) => Err(BadKey::Unfit),
            },
        }
    }

    /// Reads a key file.
    pub fn from_pem(text: &str) -> Result<Self, BadKey> {
        let der = |label: &str| {
            let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
            let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
            let body: String = body.split_whitespace().collect();
            BASE64.decode(body.as_bytes()).ok()
        };
        if let Some(der) = der("PRIVATE KEY") {
            return Self::from_pkcs8(&der);
        }
        let der = der("RSA PRIVATE KEY").ok_or(BadKey::NotPem)?;
        RsaKeyPair::from_der(&der).map(|key| Self::Rsa(Box::new(key))).map_err(|_rejected| BadKey::Unfit)
    }

    /// What the DNS must say for receivers to check signatures: the text of the TXT record.
    pub fn record(&self) -> String {
        match self {
            Self::Rsa(key) => {
                let public = BASE64.encode(&subject_public_key_info(key.public_key().as_ref()));
                format!("v=DKIM1; k=rsa; p={public}")
            }
            Self::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(key.public_key().as_ref())),
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
                Some(signature)
            }
            // RFC 8463: the hash is what is signed.
            Self::Ed25519(key) => Some(key.sign(&Sha256::digest(text)).as_ref().to_vec()),
        }
    }
}

/// A text of the DNS as zone files write it: strings of at most 255 characters.
pub fn zone_file_text(record: &str) -> String {
    let characters: Vec<char> = record.chars().collect();
    let strings: Vec<String> =
        characters.chunks(TXT_MAX).map(|chunk| format!("\"{}\"", chunk.iter().collect::<String>())).collect();
    strings.join(" ")
}

/// Signs letters for one domain.
pub struct DkimSigner {
    domain: String,
    selector: String,
    key: DkimKey,
}

impl DkimSigner {
    /// Signs for `domain` with the key that its DNS holds under `selector`.
    pub const fn new(domain: String, selector: String, key: DkimKey) -> Self {
        Self { domain, selector, key }
    }

    /// The letter with its signature in front; nothing when it cannot be signed, and then it travels without.
    pub(super) fn signed(&self, letter: &Letter, now: DateTime<Utc>) -> Option<Letter> {
        let mut bytes = self.header(&letter.bytes, now)?;
        bytes.extend_from_slice(&letter.bytes);
        Some(Letter { bytes, ..letter.clone() })
    }

    fn header(&self, letter: &[u8], now: DateTime<Utc>) -> Option<Vec<u8>> {
        let (head, body) = split(letter)?;
        let headers = headers(head);
        let mut names = Vec::new();
        let mut text = Vec::new();
        for name in SIGNED {
            let found = headers.iter().filter(|(known, _)| known == name);
            // Of headers that occur twice the last one is signed first (RFC 6376, 5.4.2).
            for (_, value) in found.rev() {
                names.push(name);
                text.extend_from_slice(format!("{name}:").as_bytes());
                text.extend_from_slice(value);
                text.extend_from_slice(b"\r\n");
            }
            if name == OVERSIGNED {
                names.push(name);
            }
        }
        let unsigned = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={};\r\n\ts={}; t={}; h={};\r\n\tbh={};\r\n\tb=",
            self.key.algorithm(),
            self.domain,
            self.selector,
            now.timestamp(),
            folded_names(&names),
            BASE64.encode(&Sha256::digest(relaxed_body(body))),
        );
        let (_, own) = unsigned.split_once(':')?;
        text.extend_from_slice(b"dkim-signature:");
        text.extend_from_slice(&relaxed_value(own.as_bytes()));
        let signature = BASE64.encode(&self.key.sign(&text)?);
        let lines: Vec<&str> = signature.as_bytes().chunks(FOLD).filter_map(|line| str::from_utf8(line).ok()).collect();
        Some(format!("{unsigned}{}\r\n", lines.join("\r\n\t ")).into_bytes())
    }
}

impl std::fmt::Debug for DkimSigner {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "DkimSigner({} of {})", self.selector, self.domain)
    }
}

/// The names, some to a line.
fn folded_names(names: &[&str]) -> String {
    let lines: Vec<String> = names.chunks(5).map(|line| line.join(":")).collect();
    lines.join(":\r\n\t ")
}

/// Headers with the line end of the last one, and the body.
fn split(letter: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = letter.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = letter.split_at(at + 2);
    Some((head, rest.get(2..)?))
}

/// Names in small letters and relaxed values, in order.
fn headers(head: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for line in lines(head) {
        match (line.first(), found.last_mut()) {
            (Some(b' ' | b'\t'), Some((_, value))) => value.extend_from_slice(line),
            _ => {
                let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
                let (name, value) = line.split_at(colon);
                let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
                found.push((name, value.get(1..).unwrap_or_default().to_vec()));
            }
        }
    }
    for (_, value) in &mut found {
        *value = relaxed_value(value);
    }
    found
}

/// The lines without their ends; the end of the last one opens no further line.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\r\n").unwrap_or(text);
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// RFC 6376, 3.4.2: unfolded, runs of white space as one space, none at either end.
fn relaxed_value(value: &[u8]) -> Vec<u8> {
    let words = value.split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// RFC 6376, 3.4.4: runs of white space as one space, none at the end of a line, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len());
    let mut text_ends = 0;
    for line in lines(body) {
        let mut in_space = false;
        for byte in line {
            if matches!(byte, b' ' | b'\t') {
                in_space = true;
            } else {
                if in_space {
                    relaxed.push(b' ');
                }
                in_space = false;
                relaxed.push(*byte);
                text_ends = relaxed.len() + 2;
            }
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    relaxed.truncate(text_ends);
    relaxed
}

/// A public RSA key as the DNS holds it: with the name of its algorithm around it (RFC 5280, 4.1.2.7).
fn subject_public_key_info(key: &[u8]) -> Vec<u8> {
    // rsaEncryption, no parameters.
    const ALGORITHM: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = der(0x03, &[&[0], key].concat());
    der(0x30, &[&ALGORITHM[..], &bits].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    let head = match length {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head.as_slice(), content].concat()
}

/// The house's source of chance in the form that the maker of keys takes.
struct Chance;

impl CryptoRng for Chance {}

impl RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        chance::fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        chance::fill(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 8463, appendix A.
    const ED25519_SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    fn ed25519() -> DkimKey {
        // The frame of PKCS#8 around the 32 bytes.
        let frame = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        let seed = BASE64.decode(ED25519_SEED.as_bytes()).unwrap();
        DkimKey::from_pkcs8(&[&frame[..], &seed].concat()).unwrap()
    }

    #[test]
    fn the_record_of_the_standards_own_key() {
        assert_eq!(ed25519().record(), "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    }

    #[test]
    fn the_canonical_forms_of_the_standard() {
        // RFC 6376, 3.4.5.
        let letter = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (head, body) = split(letter).unwrap();
        let expected = [("a".to_owned(), b"X".to_vec()), ("b".to_owned(), b"Y Z".to_vec())];
        assert_eq!(headers(head), expected);
        assert_eq!(relaxed_body(body), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b""), b"");
    }

    #[test]
    fn a_record_fits_into_strings_of_the_dns() {
        let written = zone_file_text(&"x".repeat(400));
        assert_eq!(written, format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(145)));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(DkimKey::from_pem("").err(), Some(BadKey::NotPem));
        assert_eq!(
            DkimKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").err(),
            Some(BadKey::NotPem)
        );
        let damaged = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(DkimKey::from_pem(damaged).err(), Some(BadKey::Unfit));
    }

    proptest! {
        #[test]
        fn any_letter_is_signed_or_left_alone(letter in proptest::collection::vec(any::<u8>(), 0..400)) {
            let signer = DkimSigner::new("clinic.example".into(), "rebook".into(), ed25519());
            let _never_panics = signer.header(&letter, DateTime::UNIX_EPOCH);
        }

        #[test]
        fn white_space_that_relays_touch_changes_nothing(words in proptest::collection::vec("[a-z.]{1,8}", 1..6)) {
            let one = words.join(" ") + "\r\n";
            let other = words.join(" \t ") + "  \r\n\r\n";
            prop_assert_eq!(relaxed_body(one.as_bytes()), relaxed_body(other.as_bytes()));
        }
    }
}
