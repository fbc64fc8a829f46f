//! Whether a message may leave: consent, objection, quiet hours, caps, and one letter for a household.
//!
//! The rules are in `domain::discipline`. Here is what they are asked about ([`hold_back`], just before messages are
//! handed over), how consent is proven ([`opt_in`]) and how advertising is stopped ([`unsubscribe`]).
//!
//! An **address** is kept as a keyed hash ([`address_hash`]), so that an objection outlives the person's data and holds
//! for whoever comes with the same address later.

mod hold_back;
pub mod opt_in;
mod store;
pub mod unsubscribe;

pub(super) use hold_back::{Leaving, are_still_allowed, claim_companions, hold_back};
pub(super) use store::{ConsentRequestRow, agreed, consent_request};
pub use store::{SuppressionLine, purposes_in_use, suppressions_of};

use crate::db::{Fault, Tx};
use crate::domain::consent::SuppressionOrigin;
use crate::domain::ids::MessageId;
use crate::domain::messages::Channel;
use crate::domain::recognise::PhoneNumber;
use crate::keys::Keys;

/// An address as it is kept for caps and suppressions. It cannot be read back, and is the same for every way to write
/// the same address.
pub fn address_hash(keys: &Keys, channel: Channel, address: &str) -> String {
    match channel {
        Channel::Mail => keys.hashed("address", &address.trim().to_ascii_lowercase()),
        Channel::Sms => {
            let number = PhoneNumber::parse(address).map_or_else(|_| address.trim().to_owned(), |number| number.key());
            keys.hashed("number", &number)
        }
        Channel::Webhook => keys.hashed("endpoint", address.trim()),
    }
}

/// From now on nothing of this purpose goes to the address. What stands already is kept as it is; an objection of the
/// owner stands in place of a bounce.
pub fn suppress(
    tx: &mut Tx<'_>,
    (channel, address_hash): (Channel, &str),
    purpose: Suppressed,
    origin: SuppressionOrigin,
    message: Option<MessageId>,
) -> Result<(), Fault> {
    store::suppress(tx, (channel, address_hash), purpose, origin, message)
}

/// What an address does not get any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suppressed {
    /// Advertising.
    Marketing,
    /// Anything.
    All,
}

impl Suppressed {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::All => "all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one_hash_however_it_is_written() {
        let keys = Keys::fixed([7; 32]);
        let hash = |channel, text: &str| address_hash(&keys, channel, text);
        assert_eq!(hash(Channel::Mail, " Ana@Client.Example "), hash(Channel::Mail, "ana@client.example"));
        assert_eq!(hash(Channel::Sms, "+49 171 1234567"), hash(Channel::Sms, "0171 1234567"));
        assert_ne!(hash(Channel::Mail, "ana@client.example"), hash(Channel::Sms, "ana@client.example"));
        assert_ne!(
            hash(Channel::Mail, "a@b.example"),
            address_hash(&Keys::fixed([8; 32]), Channel::Mail, "a@b.example")
        );
        assert!(!hash(Channel::Mail, "ana@client.example").contains("ana"));
    }
}
