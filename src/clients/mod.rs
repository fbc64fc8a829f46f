//! Clients: who comes, recognised when they come again, found by the beginnings of their words.
//!
//! A booking never asks whether the person is known: [`find_or_make()`] decides. Somebody is attached to a known client
//! only when the exact mail address or phone number **and** the name agree; otherwise a new client is made and the
//! resemblance is written on the list of **possible duplicates**, for people to settle. A client merged into another
//! one stays as an alias that leads to the survivor. **Words** are the folded parts of name, mail and phone.

mod consents;
mod find_or_make;
mod mailbox;
mod search;
mod store;
mod tags;

pub use consents::{
    ConsentLine, ConsentPurpose, Decision, WORDING_VERSION, consents_of, decide, standing_consent, wording, write_down,
};
pub use find_or_make::{ClientDetails, find_or_make};
pub use mailbox::{ContactChange, PEOPLE_MAX, change_contact, of_mailbox};
pub use search::{ClientHit, search};
pub use store::{ClientView, PossibleDuplicate, Standing, possible_duplicates, survivor, view};
pub use tags::{TAG_CHARACTERS_MAX, TagRefused, add_tag, known_tags, remove_tag, tags_of};
