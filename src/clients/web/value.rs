//! What a client is worth and whether he comes back, as a part of his page.

use crate::domain::client_state::{ClientState, OWN_GAPS_MIN};
use crate::domain::lifetime::Score;
use crate::domain::money::Money;
use crate::i18n::Texts;
use crate::retention::ClientValue;

/// Fewer visits say nothing about a year.
const YEAR_VISITS_MIN: u32 = 3;
/// Somebody who came within so short a time says nothing about a year either.
const YEAR_DAYS_MIN: i64 = 90;

/// One line.
pub(super) struct ValueLine {
    pub icon: &'static str,
    pub label: String,
    pub value: String,
    pub detail: String,
    pub is_known: bool,
}

/// What its template shows; no line where nobody came yet.
pub(super) struct ValueSection {
    pub lines: Vec<ValueLine>,
}

impl ValueSection {
    /// The section in the reader's language.
    pub(super) fn new(t: Texts, value: Option<&ClientValue>) -> Self {
        let Some(value) = value else {
            return Self { lines: Vec::new() };
        };
        let mut lines = vec![state(t, value), rhythm(t, value), visits(t, value), so_far(t, value)];
        lines.extend(expected(t, value));
        lines.extend(risk(t, value));
        Self { lines }
    }
}

fn known(icon: &'static str, label: String, value: String, detail: String) -> ValueLine {
    ValueLine { icon, label, value, detail, is_known: true }
}

fn unknown(icon: &'static str, label: String, why: String) -> ValueLine {
    ValueLine { icon, label, value: why, detail: String::new(), is_known: false }
}

fn state(t: Texts, value: &ClientValue) -> ValueLine {
    let standing = value.standing;
    let since = t.with("value-since", &[("date", &t.date_medium(standing.since))]);
    let detail = match standing.state {
        ClientState::Booked => String::new(),
        ClientState::Lost => t.text("value-lost-means"),
        _ => t.with("value-due", &[("date", &t.date_medium(value.stood.due))]),
    };
    known("person", t.text("value-state"), format!("{} {since}", state_text(t, standing.state)), detail)
}

/// The name of a state.
pub(super) fn state_text(t: Texts, state: ClientState) -> String {
    match state {
        ClientState::Booked => t.text("value-booked"),
        ClientState::Lost => t.text("value-lost"),
        ClientState::AtRisk => t.text("value-at-risk"),
        ClientState::Overdue => t.text("value-overdue"),
        ClientState::Due => t.text("value-is-due"),
        ClientState::New => t.text("value-new"),
        ClientState::Active => t.text("value-active"),
    }
}

fn rhythm(t: Texts, value: &ClientValue) -> ValueLine {
    let label = t.text("value-rhythm");
    let gaps = i64::from(value.figures.visits.saturating_sub(1));
    let is_enough = usize::try_from(gaps).is_ok_and(|gaps| OWN_GAPS_MIN <= gaps);
    match value.figures.median_gap_days.filter(|_| is_enough) {
        Some(days) => {
            let every = t.with("value-rhythm-days", &[("days", &whole(days))]);
            known("clock", label, every, t.with("value-rhythm-gaps", &[("gaps", &gaps)]))
        }
        None => {
            let why = t.with("value-rhythm-unknown", &[("days", &whole(value.stood.gap_days))]);
            unknown("clock", label, why)
        }
    }
}

fn visits(t: Texts, value: &ClientValue) -> ValueLine {
    let figures = &value.figures;
    let count =
        t.with("value-visits-since", &[("count", &i64::from(figures.visits)), ("date", &t.date_medium(figures.first))]);
    let span = (figures.last - figures.first).num_days();
    let detail = if figures.visits < YEAR_VISITS_MIN || span < YEAR_DAYS_MIN {
        t.text("value-visits-year-unknown")
    } else {
        // Tenths, so that no float is printed: gaps a year, from the first visit to the last.
        let tenths = (i64::from(figures.visits) - 1) * 36_525 / (span * 10);
        let number = format!("{}{}{}", tenths / 10, t.decimal_sign(), tenths % 10);
        t.with("value-visits-year", &[("number", &number)])
    };
    known("calendar", t.text("value-visits"), count, detail)
}

fn so_far(t: Texts, value: &ClientValue) -> ValueLine {
    let money = |minor: i64| t.money(Money::new(minor, value.currency));
    let (revenue, margin) = (value.figures.revenue_minor, value.margin_minor);
    let detail = if margin == revenue {
        t.text("value-so-far-means")
    } else {
        t.with("value-margin", &[("amount", &money(margin))])
    };
    known("tag", t.text("value-so-far"), money(revenue), detail)
}

/// What a model expects, in plain words.
fn expected(t: Texts, value: &ClientValue) -> Vec<ValueLine> {
    let money = |minor: i64| t.money(Money::new(minor, value.currency));
    let label = t.text("value-next-year");
    let Some(score) = &value.score else {
        return vec![unknown("chart", label, t.text("value-unknown"))];
    };
    let year = score.value_12;
    let range = t.with("value-range", &[("low", &money(year.low)), ("high", &money(year.high))]);
    let percent = t.with("value-percent", &[("percent", &whole(score.alive * 100.0))]);
    vec![
        known("tag", label, money(year.expected), range),
        known("check", t.text("value-alive"), percent, again(t, score)),
    ]
}

/// When people like this come again.
fn again(t: Texts, score: &Score) -> String {
    match (score.next.middle, score.next.early) {
        (Some(day), _) => t.with("value-half", &[("date", &t.date_medium(day))]),
        (None, Some(day)) => t.with("value-quarter", &[("date", &t.date_medium(day))]),
        (None, None) => t.text("value-few"),
    }
}

fn risk(t: Texts, value: &ClientValue) -> Option<ValueLine> {
    let minor = value.standing.at_risk_minor;
    let amount = t.money(Money::new(minor, value.currency));
    (0 < minor).then(|| known("alert", t.text("value-risk"), amount, t.text("value-risk-means")))
}

#[expect(clippy::cast_possible_truncation, reason = "days and percent, far inside of i64")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
