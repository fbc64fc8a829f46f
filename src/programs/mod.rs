//! Programs of others that act for the clinic: a practice system, a telephone system, a script. Each has a **token** of its
//! own, made by the owner, shown once and kept as a hash; it opens the calls of its **scope** and can be taken back at any
//! moment. What a program does stands in the history under whoever made its token.

pub mod api;
mod store;
mod token;
pub mod web;

pub use store::{Program, programs};
pub use token::{NAME_CHARACTERS_MAX, PROGRAMS_MAX, ProgramRefused, Scope, TOKEN_PREFIX, make, opened_by, revoke};
