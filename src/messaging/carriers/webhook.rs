//! Calls of programs of others: signed, so that the other side can know that it was us and that the call is fresh.
//!
//! `Rebook-Signature: t=UNIX,v1=HEX` where HEX is HMAC-SHA256 over `t.body` with the endpoint's secret. Whatever is not
//! a 2xx is tried again until the message expires; 410 says that nobody wants to hear it any more.

use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Delivered, attempt, idempotency_key};
use crate::config::Secret;
use crate::keys::Keys;
use crate::mail::Handover;
use crate::messaging::deliver::Claimed;
use crate::outgoing::{Answer, Call, NoAnswer, Outgoing};

/// What secrets of endpoints are sealed for.
const SEALED_FOR: &str = "endpoint";
/// Chance in a secret.
const SECRET_BYTES: usize = 32;
const GONE: u16 = 410;

/// A program of somebody else, as it is called.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Endpoint {
    pub(in crate::messaging) target: String,
    pub(in crate::messaging) secret: Secret,
}

/// A new secret: the text for whoever checks signatures, and its sealed form for the table.
pub(in crate::messaging) fn new_secret(keys: &Keys) -> Option<(Secret, String)> {
    let mut bytes = [0_u8; SECRET_BYTES];
    crate::chance::fill(&mut bytes);
    let text = format!("rbk_{}", HEXLOWER.encode(&bytes));
    let sealed = keys.seal(SEALED_FOR, &text)?;
    Some((Secret::new(text), sealed))
}

/// Opens a sealed secret.
pub(in crate::messaging) fn open_secret(keys: &Keys, sealed: &str) -> Option<Secret> {
    keys.unseal(SEALED_FOR, sealed)
}

impl Endpoint {
    /// The call that says `body`; nothing when the address may not be called any more.
    pub(super) fn call(&self, outgoing: &Outgoing, message: &Claimed, body: &str, now: DateTime<Utc>) -> Option<Call> {
        let target = outgoing.target(&self.target).ok()?;
        let id = idempotency_key(message);
        let headers = vec![
            ("rebook-signature".to_owned(), Secret::new(signature(&self.secret, now.timestamp(), body))),
            ("rebook-delivery".to_owned(), Secret::new(id.clone())),
            ("idempotency-key".to_owned(), Secret::new(id)),
        ];
        Some(Call { target, content_type: "application/json".to_owned(), headers, body: body.to_owned() })
    }
}

/// What `Rebook-Signature` says.
fn signature(secret: &Secret, at: i64, body: &str) -> String {
    // HMAC takes keys of any length; the fallback is never reached.
    let code = <Hmac<Sha256> as Mac>::new_from_slice(secret.reveal().as_bytes()).map(|mut mac| {
        mac.update(format!("{at}.{body}").as_bytes());
        HEXLOWER.encode(&mac.finalize().into_bytes())
    });
    format!("t={at},v1={}", code.unwrap_or_default())
}

/// From the answer to what became of the call.
pub(super) fn judged(answered: &Result<Answer, NoAnswer>, now: DateTime<Utc>, took: Duration) -> Delivered {
    let handover = match answered {
        Ok(answer) => match answer.status {
            200..=299 => Handover::Accepted(answer.status),
            GONE => Handover::Refused(Some(GONE)),
            other => Handover::Busy(Some(other)),
        },
        Err(NoAnswer::Private) => Handover::Unreachable("the name leads into a private network"),
        Err(NoAnswer::Unreachable(why)) => Handover::Unreachable(why),
        Err(NoAnswer::BadHeader) => Handover::Unreachable("a header cannot be sent"),
        Err(NoAnswer::Silent(_)) => Handover::Uncertain,
    };
    let retry_at = answered.as_ref().ok().and_then(|answer| answer.retry_at(now));
    let attempt = attempt(answered, &handover, took);
    Delivered { handover, attempt: Some(attempt), reference: None, retry_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_others_compute() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
        let signed = signature(&Secret::new("secret"), 1_700_000_000, "{\"a\":1}");
        let (time, code) = signed.split_once(",v1=").unwrap();
        assert_eq!(time, "t=1700000000");
        assert_eq!(code, "49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686");
        assert_ne!(signed, signature(&Secret::new("secret"), 1_700_000_001, "{\"a\":1}"));
        assert_ne!(signed, signature(&Secret::new("secret"), 1_700_000_000, "{\"a\":2}"));
        assert_ne!(signed, signature(&Secret::new("other"), 1_700_000_000, "{\"a\":1}"));
    }

    #[test]
    fn secrets_are_sealed() {
        let keys = Keys::fixed([3; 32]);
        let (secret, sealed) = new_secret(&keys).unwrap();
        assert!(!sealed.contains(secret.reveal()));
        assert_eq!(open_secret(&keys, &sealed).unwrap().reveal(), secret.reveal());
        assert!(open_secret(&Keys::fixed([4; 32]), &sealed).is_none());
    }
}
