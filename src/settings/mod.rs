//! Settings: how the clinic looks, which languages it speaks, what a law wants to be read, who sees what.
//!
//! All of it lies in the row of the clinic, beside it in pictures and texts of law. Every save names the version its
//! form was made from, writes a line to the audit, and raises the counter that the catalogue in memory watches. A
//! **picture** that somebody uploads is never kept as it came: it is read within limits, made small and written anew.

mod house;
mod legal;
mod look;
pub mod pictures;
mod store;
pub mod web;

pub use house::{HouseRefused, edit_languages, edit_privacy};
pub use legal::{BODY_CHARACTERS_MAX, LegalRefused, LegalText, edit_legal, legal_for_readers, legal_texts, rendered};
pub use look::{LogoChange, LookRefused, edit_look};
pub use store::{ClinicSettings, KeptImage, clinic_settings, image};
