//! Clients: who comes, recognised when they come again, found by the beginnings of their words.
//!
//! A booking never asks whether the person is known: [`find_or_make()`] decides. Somebody is attached to a known client
//! only when the exact mail address or phone number **and** the name agree; otherwise a new client is made and the
//! resemblance is written on the list of **possible duplicates**, for people to settle. A client merged into another
//! one stays as an alias that leads to the survivor. **Words** are the folded parts of name, mail and phone. An
//! **alert** is a note that stands at the head of every page about the client. Every field that changes leaves a line of
//! **history**, every look at a client a **view**. Whoever is **erased** stays as a number on which the figures stand.

mod cards;
mod consents;
mod edit;
mod erase;
mod find_or_make;
mod history;
mod household;
mod listing;
mod mailbox;
mod merge;
mod notes;
mod person;
mod search;
mod store;
mod tags;
mod views;
pub mod web;

pub use cards::{ClientCard, Relation, Relative, cards, fill_in_birth_date, household};
pub use consents::{
    ConsentLine, ConsentPurpose, Decision, WORDING_VERSION, consents_of, decide, standing_consent, wording, write_down,
};
pub use edit::{EditRefused, PersonDetails, SOURCE_CHARACTERS_MAX, edit, known_as, make};
pub use erase::{ErasePreview, EraseRefused, Erasure, MONEY_KEPT_YEARS, erase, owed_and_paid, preview_erasure};
pub use find_or_make::{ClientDetails, find_or_make};
pub use history::{Change, ChangeLine, changes_of};
pub use household::{HouseholdRefused, MEMBERS_MAX, join_household, leave_household};
pub use listing::{
    DuplicatePair, ListFilter, ListLine, count_open_duplicates, lines_of, list, not_the_same, open_duplicates,
};
pub use mailbox::{ContactChange, PEOPLE_MAX, change_contact, of_mailbox};
pub use merge::{ComparedField, MergePreview, MergeRefused, Moved, Pair, ids_of, merge, preview_merge};
pub use notes::{
    ALERT_MAX, ALERTS_MAX, NOTE_MAX, NoteKind, NoteLine, NoteRefused, add_note, alerts_of, archive_note, notes_of,
};
pub use person::{Person, PersonValues, Relatives, person, relatives};
pub use search::{ClientHit, Found, Likeness, find, like, search};
pub use store::{ClientView, PossibleDuplicate, Standing, people_version, possible_duplicates, survivor, view};
pub use tags::{TAG_CHARACTERS_MAX, TagRefused, add_tag, known_tags, remove_tag, tags_of};
pub use views::{
    VIEW_STEP_MINUTES, ViewFilter, ViewLine, Viewed, is_new_view, may_provider_open, note_export, note_view, viewers,
    views, visit_days,
};
