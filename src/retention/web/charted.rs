//! What the people behind a cell of a chart are called.

use super::chart;
use super::cohorts::period_name;
use super::value;
use crate::domain::charted::{self, Charted};
use crate::domain::cohorts::{Grain, Measure};
use crate::domain::frequency::OFTEN;
use crate::domain::insight::Insight;
use crate::domain::worth::{By, Worth};
use crate::i18n::Texts;
use crate::retention::charts::{self, Line};

/// Who they are, and what that means.
pub(super) fn said(t: Texts, insight: &Insight, charted: &Charted) -> (String, String) {
    match charted {
        Charted::Cohort { grain, start, measure, after } => {
            let first = grain.first_day(grain.period(*start)).unwrap_or(*start);
            let meaning = match measure {
                Measure::During => t.text("cohorts-meaning-during"),
                Measure::Until => t.text("cohorts-meaning-until"),
            };
            (cohort(t, *grain, *measure, &period_name(t, *grain, first), *after), meaning)
        }
        Charted::Frequency(bin) => {
            let visits = match *bin {
                0 => t.text("frequency-none"),
                OFTEN => t.with("frequency-often", &[("count", &OFTEN)]),
                bin => chart::count(t, bin),
            };
            (t.with("chart-people-visits", &[("visits", &visits)]), t.text("frequency-spread-meaning"))
        }
        Charted::Group(by, word) => {
            let (by_name, group) = (value::by_name(t, *by), group(t, insight, *by, word));
            let what = t.with("chart-people-group", &[("by", &by_name), ("group", &group)]);
            let meaning = match by {
                By::Segment => t.text("segments-meaning"),
                _ => t.text("worth-groups-meaning"),
            };
            (what, meaning)
        }
    }
}

fn cohort(t: Texts, grain: Grain, measure: Measure, period: &str, after: Option<u32>) -> String {
    let Some(after) = after else { return t.with("chart-people-cohort", &[("period", &period)]) };
    let after = match grain {
        Grain::Month => t.with("cohorts-month-after", &[("number", &after)]),
        Grain::Quarter => t.with("cohorts-quarter-after", &[("number", &after)]),
    };
    match measure {
        Measure::During => t.with("chart-people-cell", &[("period", &period), ("after", &after)]),
        Measure::Until => t.with("chart-people-again", &[("period", &period), ("after", &after)]),
    }
}

fn group(t: Texts, insight: &Insight, by: By, word: &str) -> String {
    let Some(group) = charted::group(insight, by, word) else { return word.to_owned() };
    let (name, word) = charts::named(&insight.population, group);
    value::group_name(t, &Line { group, name, word, worth: Worth::default() })
}
