//! The rows of what is known of clients: figures, states, and the history they are made of.

pub(super) mod population;
