//! The rows of what is known of clients: figures, states, the history they are made of, and what models expect of them.

pub(super) mod figures;
pub(super) mod models;
pub(super) mod population;
pub(super) mod runs;
mod seconds;
pub(super) mod states;
