//! The business as plain functions: no database, no clock, no network, nothing of ours outside this folder.
//!
//! Glossary. The same word stands in the schema, the code, the pages and the documents.
//!
//! - **Location**: a place with an address and an IANA zone. **Room**: an operatory or a chair in it.
//! - **Provider**: who performs a **service**, in **hours** (weekly), less **breaks**, **exceptions** for a date,
//!   **time off** and the location's **closures**.
//! - **Client**: who comes (a patient is a client). **Household**: clients who share a mailbox.
//! - **Appointment**: a block on a calendar. **Occupation**: what it takes of one provider or room, buffers included.
//! - **Booking**: one client's place in an appointment. **Seat**: one place. **Hold**: a place kept for minutes.
//! - **Visit**: what a client does on one local day at one location: one booking, or two or three services back to back
//!   (its **parts**), which are booked, moved and cancelled as one.
//! - **Series**: bookings made by one recurrence **rule**; each is an **instance**, and the wall time the rule gave it is
//!   its **slot**, whatever it was moved to. A slot **left out** has no booking on purpose, an **unbookable** one by force.
//! - **Entry**: somebody waits for a time on the waitlist. **Offer**: a place kept for one entry until it answers.
//! - **Entry of the ledger**: a **charge**, **payment**, **refund** or **write-off**; one that takes back another **reverses**
//!   it. **Balance**: what is still owed. **Receipt**: a numbered paper about charges. **Closing**: a day's sums, counted.
//! - **Recall type**: what brings somebody back, and when. **Recall**: one client's date for it; **due** by its interval or his
//!   own **rhythm**. **Population**: everybody who ever came, with every visit and amount. **State**: how a client stands.
//! - **Cohort**: clients by the month of their first visit. **Segment**: clients by how lately, how often and for how much
//!   they came, or by a **filter** of the clinic's own.
//! - **Message**: something told to somebody, first a row. **Schedule version**: rises when time or place change.

pub mod bill;
pub mod booking;
pub mod brought_back;
pub mod charted;
pub mod client_figures;
pub mod client_state;
pub mod cohorts;
pub mod consent;
pub mod discipline;
pub mod explain;
pub mod finding;
pub mod formulas;
pub mod frequency;
pub mod hours;
pub mod ids;
pub mod imports;
pub mod insight;
pub mod language;
pub mod lateness;
pub mod ledger;
pub mod lifetime;
pub mod merging;
pub mod message_rules;
pub mod messages;
pub mod missed;
pub mod moments;
pub mod money;
pub mod overriding;
pub mod policy;
pub mod population;
pub mod proportion;
pub mod rebooking;
pub mod recall;
pub mod recognise;
pub mod recurrence;
pub mod reporting;
pub mod returning;
pub mod revenue;
pub mod rhythm;
pub mod rule_checks;
pub mod segments;
pub mod slots;
pub mod sources;
pub mod span;
pub mod standing;
pub mod survival;
pub mod time;
pub mod transactions;
pub mod visits;
pub mod waitlist;
pub mod week;
pub mod worklists;
pub mod worth;
