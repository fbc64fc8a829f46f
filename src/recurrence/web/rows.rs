//! Rows of dates on which people decide: a select for each, which works without a script.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

use crate::domain::recurrence::{DATES_MAX, End, Rule};
use crate::domain::time;
use crate::i18n::Texts;
use crate::recurrence::Trouble;
use crate::recurrence::preview::{Choice, Decision, Row, State};
use crate::web::form::Form;

/// One thing to choose for a date.
pub(super) struct OptionView {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// A date as a row of a table.
pub(super) struct RowView {
    pub(super) field: String,
    pub(super) date: String,
    pub(super) time: String,
    pub(super) class: &'static str,
    pub(super) state: String,
    pub(super) options: Vec<OptionView>,
    pub(super) is_open: bool,
    pub(super) note: String,
}

/// How slots are written in names of fields and in addresses.
const STAMP: &str = "%Y%m%dT%H%M";

/// The name of a date's field.
fn field(slot: NaiveDateTime) -> String {
    format!("d{}", slot.format(STAMP))
}

/// A slot as forms carry it.
pub(super) fn slot_text(slot: NaiveDateTime) -> String {
    slot.format(STAMP).to_string()
}

/// Reads what [`slot_text`] wrote.
pub(super) fn slot_of(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, STAMP).ok()
}

/// An instant as forms carry it.
pub(super) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads an instant.
pub(super) fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// What was chosen for the dates of a rule.
pub(super) fn choices_of(form: &Form, rule: &Rule, start: NaiveDateTime) -> BTreeMap<NaiveDateTime, Choice> {
    let dates = rule.ending(End::Never).dates(start).take(DATES_MAX);
    let chosen = dates.filter_map(|slot| match form.value(&field(slot)) {
        "out" => Some((slot, Choice::LeaveOut)),
        text => instant_of(text).map(|at| (slot, Choice::MoveTo(at))),
    });
    chosen.collect()
}

/// A date with what it is and what may be chosen for it.
pub(super) fn row_view(t: Texts, row: &Row, zone: Tz) -> RowView {
    let local = row.slot;
    let own = time::instant(local, zone);
    let mut options = Vec::new();
    let option = |value: String, text: String, is_chosen: bool| OptionView { value, text, is_chosen };
    match row.state {
        State::Free => {
            let text = t.with("recurrence-option-keep", &[("time", &t.time(local.time()))]);
            options.push(option(String::new(), text, row.decision == Decision::Book(own)));
        }
        State::Trouble(_) => {
            options.push(option(String::new(), t.text("recurrence-option-choose"), row.decision == Decision::Open));
        }
        State::TooFar => {}
    }
    for at in &row.alternatives {
        let shown = time::local(*at, zone);
        let text = if shown.date() == local.date() {
            t.with("recurrence-option-time", &[("time", &t.time(shown.time()))])
        } else {
            let date = t.date_short(shown.date());
            t.with("recurrence-option-day", &[("date", &date), ("time", &t.time(shown.time()))])
        };
        options.push(option(instant_text(*at), text, row.decision == Decision::Book(*at)));
    }
    if row.state != State::TooFar {
        options.push(option("out".into(), t.text("recurrence-option-out"), row.decision == Decision::LeaveOut));
    }
    RowView {
        field: field(local),
        date: t.date_long(local.date()),
        time: t.time(local.time()),
        class: class(row.state),
        state: state_text(t, row.state),
        is_open: row.decision == Decision::Open,
        note: if row.is_added { t.text("recurrence-added") } else { String::new() },
        options,
    }
}

const fn class(state: State) -> &'static str {
    match state {
        State::Free => "booked",
        State::Trouble(Trouble::Taken) => "cancelled",
        State::Trouble(Trouble::Closed) => "declined",
        State::Trouble(Trouble::DoesNotExist | Trouble::TooSoon) => "expired",
        State::TooFar => "requested",
    }
}

/// What a date is, in the reader's language.
pub(super) fn state_text(t: Texts, state: State) -> String {
    match state {
        State::Free => t.text("recurrence-state-free"),
        State::TooFar => t.text("recurrence-state-too-far"),
        State::Trouble(trouble) => trouble_text(t, trouble),
    }
}

/// What is in the way of a date, in the reader's language.
pub(super) fn trouble_text(t: Texts, trouble: Trouble) -> String {
    match trouble {
        Trouble::Taken => t.text("recurrence-state-taken"),
        Trouble::Closed => t.text("recurrence-state-closed"),
        Trouble::DoesNotExist => t.text("recurrence-state-does-not-exist"),
        Trouble::TooSoon => t.text("recurrence-state-too-soon"),
    }
}
