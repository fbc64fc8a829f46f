//! What every page shares: the frame, the languages, the files the browser loads, the kept form.
//!
//! Nothing here knows a business rule. Slices build a [`page::Page`], put it into their askama template and answer
//! with [`page::html`].

pub mod api;
pub mod assets;
pub mod auth;
pub mod edge;
pub mod form;
pub mod limits;
pub mod metrics;
pub mod operators;
pub mod page;
pub mod problem;
pub mod theme;
pub mod trace;

pub use crate::i18n;
