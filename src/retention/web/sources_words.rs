//! Sources in words: lines of the tables, advice, and what is wrong with a file.

use crate::domain::formulas::Advice;
use crate::domain::money::{Currency, Money};
use crate::domain::sources::Line;
use crate::i18n::Texts;
use crate::retention::sources::WrongFile;

/// A line of a table about sources.
pub(super) struct LineView {
    /// The source, or the month.
    pub(super) name: String,
    /// Where the name leads; empty where nowhere.
    pub(super) href: String,
    pub(super) clients: String,
    /// The people; empty where there are none.
    pub(super) people_href: String,
    pub(super) cost: String,
    pub(super) cost_each: String,
    pub(super) so_far: String,
    pub(super) next_12: String,
    pub(super) next_36: String,
    /// The range of it; empty where nothing is known.
    pub(super) range: String,
    pub(super) worth: String,
    /// `earn`, `keep`, `change`, or nothing.
    pub(super) advice_word: &'static str,
    pub(super) advice: String,
    /// For the field in which the cost is entered.
    pub(super) field: String,
    /// What stands in it.
    pub(super) typed: String,
}

pub(super) fn money(t: Texts, minor: i64, currency: Currency) -> String {
    t.money(Money::new(minor, currency))
}

/// The line with every cell in words; what is not known says so.
pub(super) fn line_view(t: Texts, name: String, line: &Line, currency: Currency) -> LineView {
    let sum = &line.sum;
    let known = |minor: Option<i64>| minor.map_or_else(|| unknown(t, line), |minor| money(t, minor, currency));
    let next_36 = sum.next_36_each();
    let advice = line.advice();
    LineView {
        name,
        href: String::new(),
        clients: sum.clients.to_string(),
        people_href: String::new(),
        cost: line.cost.map_or_else(|| t.text("sources-no-cost"), |minor| money(t, minor, currency)),
        cost_each: match (line.cost, line.cost_each()) {
            (None, _) => t.text("sources-no-cost"),
            (Some(_), None) => t.text("sources-nobody"),
            (Some(_), Some(minor)) => money(t, minor, currency),
        },
        so_far: known(sum.so_far_each()),
        next_12: known(sum.next_12_each()),
        next_36: known(next_36.map(|interval| interval.expected)),
        range: next_36.map_or_else(String::new, |interval| {
            let (low, high) = (money(t, interval.low, currency), money(t, interval.high, currency));
            t.with("sources-range", &[("low", &low), ("high", &high)])
        }),
        worth: known(sum.worth_each()),
        advice_word: advice.map_or("", Advice::as_str),
        advice: advice_text(t, line, advice),
        field: String::new(),
        typed: String::new(),
    }
}

fn unknown(t: Texts, line: &Line) -> String {
    if line.sum.clients == 0 {
        t.text("sources-none")
    } else if line.sum.is_small() {
        t.text("sources-small")
    } else {
        t.text("sources-no-model")
    }
}

fn advice_text(t: Texts, line: &Line, advice: Option<Advice>) -> String {
    match advice {
        Some(Advice::Earn) => t.text("sources-advice-earn"),
        Some(Advice::Keep) => t.text("sources-advice-keep"),
        Some(Advice::Change) if line.sum.clients == 0 => t.text("sources-advice-nobody"),
        Some(Advice::Change) => t.text("sources-advice-change"),
        None if line.cost.unwrap_or(0) == 0 => t.text("sources-advice-free"),
        None => unknown(t, line),
    }
}

/// What is wrong with a file of costs.
pub(super) fn file_text(t: Texts, wrong: WrongFile) -> String {
    let at = |line: u64| i64::try_from(line).unwrap_or(0);
    match wrong {
        WrongFile::Columns => t.text("sources-file-columns"),
        WrongFile::Source(line) => t.with("sources-file-source", &[("line", &at(line))]),
        WrongFile::Month(line) => t.with("sources-file-month", &[("line", &at(line))]),
        WrongFile::Amount(line) => t.with("sources-file-amount", &[("line", &at(line))]),
        WrongFile::Unclear(line) => t.with("sources-file-unclear", &[("line", &at(line))]),
        WrongFile::Twice(line) => t.with("sources-file-twice", &[("line", &at(line))]),
        WrongFile::TooLong => t.text("sources-file-long"),
    }
}
