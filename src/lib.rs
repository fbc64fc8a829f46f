//! Rebook.
pub mod accounts;
pub mod booking;
pub mod catalog;
pub mod chance;
pub mod clients;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod domain;
pub mod i18n;
pub mod keys;
pub mod mail;
pub mod messaging;
pub mod telemetry;
pub mod web;
