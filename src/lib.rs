//! Rebook: appointment booking that brings clients back.
//!
//! Two doors lead in: [`routes`] (people: every URL) and [`schedule`] (time: every clock-driven job). Behind them are
//! slices named after what the business does; under them is [`domain`], the business as plain functions. Read in this
//! order:
//!
//! 1. [`domain`]: what is free, who may what, what is deserved; its glossary names everything.
//! 2. [`booking`], [`messaging`], [`catalog`], [`clients`], [`accounts`]: the slices. Each begins with a paragraph for a
//!    newcomer; a file is a deed.
//! 3. [`db`]: the one way to read and the one way to write, on two engines.
//! 4. [`web`], [`server`], [`commands`], [`app`]: the doors and what is handed to everyone.
//!
//! ARCHITECTURE.md says what must hold, and what is deliberately not here.
pub mod accounts;
pub mod agenda;
pub mod app;
pub mod booking;
pub mod catalog;
pub mod chance;
pub mod clients;
pub mod clock;
pub mod commands;
pub mod config;
pub mod db;
pub mod demo;
pub mod digest;
pub mod domain;
pub mod failpoint;
pub mod feeds;
pub mod i18n;
pub mod import;
pub mod keys;
pub mod mail;
pub mod messaging;
pub mod money;
pub mod outgoing;
pub mod portal;
pub mod programs;
pub mod recall;
pub mod recurrence;
pub mod rescheduling;
pub mod retention;
pub mod routes;
pub mod schedule;
pub mod server;
pub mod settings;
pub mod setup;
pub mod telemetry;
pub mod waitlist;
pub mod web;
pub mod worklists;
pub mod zone_data;
