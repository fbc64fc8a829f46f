//! What the owner's figures are called and what they mean, in the reader's language: the same words on the page, in the file,
//! in the answer to a program and in the digest.

use crate::domain::brought_back::Brought;
use crate::domain::client_state::ClientState;
use crate::domain::money::{Currency, Money};
use crate::domain::reporting::{Days, months_before};
use crate::domain::returning::{After, Figure, Measured, Unit};
use crate::i18n::Texts;

/// The words of a figure.
#[derive(Debug, Clone)]
pub struct FigureWords {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub meaning: String,
    /// What counts.
    pub part: String,
    /// Out of what.
    pub of: String,
    /// What is counted.
    pub unit: String,
    /// Why it is not known yet.
    pub not_yet: String,
    /// What others reach; empty where nothing is known.
    pub reference: String,
}

/// The words of `figure`.
pub fn words(t: Texts, figure: Figure) -> FigureWords {
    let (name, meaning, part, of) = names(t, figure);
    FigureWords {
        name,
        meaning,
        part,
        of,
        unit: unit(t, figure),
        not_yet: not_yet(t, figure),
        reference: reference(t, figure),
    }
}

fn names(t: Texts, figure: Figure) -> (String, String, String, String) {
    let four =
        |name: &str, meaning: &str, part: &str, of: &str| (t.text(name), t.text(meaning), t.text(part), t.text(of));
    match figure {
        Figure::Retention => {
            four("owner-retention", "owner-retention-meaning", "owner-retention-part", "owner-retention-of")
        }
        Figure::Churn => four("owner-churn", "owner-churn-meaning", "owner-churn-part", "owner-churn-of"),
        Figure::SecondVisit => {
            four("owner-second-visit", "owner-second-visit-meaning", "owner-second-visit-part", "owner-second-visit-of")
        }
        Figure::Return(which, wait) => {
            let days = i64::from(wait);
            let (name, of) = match which {
                After::First => ("owner-return-first", "owner-return-first-of"),
                After::Later => ("owner-return-later", "owner-return-later-of"),
            };
            (
                t.with(name, &[("days", &days)]),
                t.with("owner-return-meaning", &[("days", &days)]),
                t.with("owner-return-part", &[("days", &days)]),
                t.text(of),
            )
        }
        Figure::Rebooked => {
            four("owner-rebooked", "owner-rebooked-meaning", "owner-rebooked-part", "owner-rebooked-of")
        }
        Figure::RecallRate => {
            four("owner-recall-rate", "owner-recall-rate-meaning", "owner-recall-rate-part", "owner-recall-rate-of")
        }
        Figure::NoShow => four("owner-no-show", "owner-no-show-meaning", "owner-no-show-part", "owner-broken-of"),
        Figure::LateCancellation => four("owner-late", "owner-late-meaning", "owner-late-part", "owner-broken-of"),
        Figure::NewVisits => {
            four("owner-new-visits", "owner-new-visits-meaning", "owner-new-visits-part", "owner-new-visits-of")
        }
        Figure::NewRevenue => {
            four("owner-new-revenue", "owner-new-revenue-meaning", "owner-new-revenue-part", "owner-new-revenue-of")
        }
        Figure::OwnGap => four("owner-own-gap", "owner-own-gap-meaning", "owner-own-gap-part", "owner-own-gap-of"),
        Figure::AtRisk => four("owner-at-risk", "owner-at-risk-meaning", "owner-at-risk-part", "owner-at-risk-of"),
        Figure::WorthSoFar => {
            four("owner-worth-so-far", "owner-worth-so-far-meaning", "owner-worth-so-far-part", "owner-worth-so-far-of")
        }
        Figure::WorthExpected => four(
            "owner-worth-expected",
            "owner-worth-expected-meaning",
            "owner-worth-expected-part",
            "owner-worth-expected-of",
        ),
    }
}

fn unit(t: Texts, figure: Figure) -> String {
    match figure {
        Figure::Retention | Figure::Churn | Figure::SecondVisit | Figure::OwnGap => t.text("owner-unit-clients"),
        Figure::Return(..) | Figure::Rebooked | Figure::NewVisits => t.text("owner-unit-visits"),
        Figure::RecallRate => t.text("owner-unit-dates"),
        Figure::NoShow | Figure::LateCancellation => t.text("owner-unit-expected-days"),
        Figure::NewRevenue | Figure::AtRisk | Figure::WorthSoFar | Figure::WorthExpected => t.text("owner-unit-money"),
    }
}

fn not_yet(t: Texts, figure: Figure) -> String {
    match figure {
        Figure::Retention | Figure::Churn => t.text("owner-not-yet-year"),
        Figure::SecondVisit => t.text("owner-not-yet-second"),
        Figure::Return(_, wait) => t.with("owner-not-yet-return", &[("days", &i64::from(wait))]),
        Figure::RecallRate => t.text("owner-not-yet-recall"),
        Figure::OwnGap => t.text("owner-not-yet-gap"),
        Figure::WorthExpected => t.text("owner-not-yet-model"),
        Figure::AtRisk => t.text("owner-not-yet-states"),
        Figure::Rebooked
        | Figure::NoShow
        | Figure::LateCancellation
        | Figure::NewVisits
        | Figure::NewRevenue
        | Figure::WorthSoFar => t.text("owner-not-yet-visits"),
    }
}

fn reference(t: Texts, figure: Figure) -> String {
    match figure {
        Figure::Retention => t.text("owner-retention-reference"),
        Figure::SecondVisit => t.text("owner-second-visit-reference"),
        Figure::Rebooked => t.text("owner-rebooked-reference"),
        Figure::RecallRate => t.text("owner-recall-rate-reference"),
        _ => String::new(),
    }
}

/// What a state is called.
pub fn state_name(t: Texts, state: ClientState) -> String {
    match state {
        ClientState::Booked => t.text("owner-state-booked"),
        ClientState::Lost => t.text("owner-state-lost"),
        ClientState::AtRisk => t.text("owner-state-at-risk"),
        ClientState::Overdue => t.text("owner-state-overdue"),
        ClientState::Due => t.text("owner-state-due"),
        ClientState::New => t.text("owner-state-new"),
        ClientState::Active => t.text("owner-state-active"),
    }
}

/// What a state means.
pub fn state_meaning(t: Texts, state: ClientState, lost_after_months: u32) -> String {
    match state {
        ClientState::Booked => t.text("owner-state-booked-meaning"),
        ClientState::Lost => t.with("owner-state-lost-meaning", &[("months", &i64::from(lost_after_months))]),
        ClientState::AtRisk => t.text("owner-state-at-risk-meaning"),
        ClientState::Overdue => t.text("owner-state-overdue-meaning"),
        ClientState::Due => t.text("owner-state-due-meaning"),
        ClientState::New => t.text("owner-state-new-meaning"),
        ClientState::Active => t.text("owner-state-active-meaning"),
    }
}

/// The days a figure looked at, in words.
pub fn window_text(t: Texts, figure: Figure, window: Days) -> String {
    if figure.is_of_today() {
        return t.with("owner-window-today", &[("day", &t.date_medium(window.last()))]);
    }
    if window.from <= months_before(window.until, 600) {
        return t.with("owner-window-until", &[("day", &t.date_medium(window.last()))]);
    }
    days_text(t, window)
}

/// Days in words: from and to, both among them.
pub fn days_text(t: Texts, days: Days) -> String {
    t.with("owner-days", &[("from", &t.date_medium(days.from)), ("to", &t.date_medium(days.last()))])
}

/// A share as percent with one decimal.
pub fn percent(t: Texts, share: f64) -> String {
    t.with("owner-percent", &[("value", &t.percent(basis_points(share)))])
}

/// Tenths of a percent are what a clinic's numbers can carry.
#[expect(clippy::cast_possible_truncation, reason = "a share times a thousand, rounded, is far from the ends of i64")]
fn basis_points(share: f64) -> i64 {
    (share * 1_000.0).round() as i64 * 10
}

/// A sum or mean in minor units, rounded to a whole one.
#[expect(clippy::cast_possible_truncation, reason = "a sum of amounts that were i64, rounded")]
pub fn money(t: Texts, minor: f64, currency: Currency) -> String {
    t.money(Money::new(minor.round() as i64, currency))
}

/// A whole number with its thousands apart.
pub fn number(t: Texts, number: i64) -> String {
    let sign = t.text("owner-thousands");
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    if number < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push_str(&sign);
        }
        text.push(digit);
    }
    text
}

/// The value of a figure, or that it is not known yet and why.
pub fn value_text(t: Texts, measured: &Measured, currency: Currency) -> String {
    let Some(value) = measured.value() else {
        return t.with("owner-not-yet", &[("why", &not_yet(t, measured.figure))]);
    };
    match measured.figure.unit() {
        Unit::Share => percent(t, value),
        Unit::DayCount => t.with("owner-days-count", &[("count", &measured.part)]),
        Unit::Sum | Unit::Mean => money(t, value, currency),
    }
}

/// What stands above the line, as its figure counts it.
pub fn part_text(t: Texts, figure: Figure, amount: f64, currency: Currency) -> String {
    match figure.unit() {
        Unit::Sum | Unit::Mean => money(t, amount, currency),
        Unit::Share | Unit::DayCount => of_text(t, figure, amount, currency),
    }
}

/// What stands below it.
pub fn of_text(t: Texts, figure: Figure, amount: f64, currency: Currency) -> String {
    match figure {
        Figure::NewRevenue => money(t, amount, currency),
        _ => number(t, whole(amount)),
    }
}

/// The whole number nearest to it.
#[expect(clippy::cast_possible_truncation, reason = "a count, rounded")]
fn whole(amount: f64) -> i64 {
    amount.round() as i64
}

/// What the mails of a period brought, in one sentence.
pub fn mails_sentence(t: Texts, all: &Brought, currency: Currency) -> String {
    if all.sent == 0 {
        return t.text("owner-mails-none");
    }
    t.with(
        "owner-mails-sentence",
        &[
            ("sent", &number(t, all.sent)),
            ("booked", &number(t, all.booked)),
            ("completed", &number(t, all.completed)),
            ("revenue", &t.money(Money::new(all.revenue_minor, currency))),
        ],
    )
}
