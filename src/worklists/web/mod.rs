//! Pages of worklists.

pub mod deeds;
pub mod hub;
pub mod lists;
mod rows;

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Counts, Tried};
use crate::catalog::Catalog;
use crate::domain::time;
use crate::domain::worklists::{Outcome, Worklist};
use crate::i18n::Texts;
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// One list in the row of tabs and on the hub.
struct Tab {
    href: &'static str,
    icon: &'static str,
    title: String,
    about: String,
    count: usize,
    current: bool,
}

/// Every list, what concerns today first.
fn tabs(t: Texts, counts: &Counts, current: Option<Worklist>) -> Vec<Tab> {
    let tab = |href, icon, (title, about): (String, String), count| Tab {
        href,
        icon,
        title,
        about,
        count,
        current: current.is_some_and(|list| address(list) == href),
    };
    vec![
        tab(address(Worklist::Confirmations), "phone", words(t, Worklist::Confirmations), counts.confirmations),
        tab(
            "/staff/requests",
            "inbox",
            (t.text("agenda-worklist-requests"), t.text("agenda-worklist-requests-about")),
            counts.requests,
        ),
        tab(address(Worklist::ShortNotice), "clock", words(t, Worklist::ShortNotice), counts.short_notice),
        tab(address(Worklist::Waitlist), "people", words(t, Worklist::Waitlist), counts.waitlist),
        tab(address(Worklist::Recall), "calendar", words(t, Worklist::Recall), counts.recalls),
        tab(address(Worklist::Unscheduled), "calendar-add", words(t, Worklist::Unscheduled), counts.unscheduled),
        tab(
            "/staff/worklists/unsent",
            "mail",
            (t.text("message-unsent-title"), t.text("message-unsent-about")),
            counts.unsent,
        ),
        tab(
            "/staff/worklists/series",
            "calendar",
            (t.text("recurrence-worklist"), t.text("recurrence-worklist-about")),
            counts.series,
        ),
        tab(
            "/staff/worklists/clashes",
            "alert",
            (t.text("agenda-worklist-clashes"), t.text("agenda-worklist-clashes-about")),
            counts.clashes,
        ),
    ]
}

/// Where a list stands.
const fn address(list: Worklist) -> &'static str {
    match list {
        Worklist::Confirmations => "/staff/worklists/confirmations",
        Worklist::Unscheduled => "/staff/worklists/unscheduled",
        Worklist::Waitlist => "/staff/worklists/waitlist",
        Worklist::ShortNotice => "/staff/worklists/short-notice",
        Worklist::Recall => "/staff/worklists/recall",
    }
}

/// Name and purpose of a list.
fn words(t: Texts, list: Worklist) -> (String, String) {
    match list {
        Worklist::Confirmations => (t.text("worklists-confirmations"), t.text("worklists-confirmations-about")),
        Worklist::Unscheduled => (t.text("worklists-unscheduled"), t.text("worklists-unscheduled-about")),
        Worklist::Waitlist => (t.text("worklists-waitlist"), t.text("worklists-waitlist-about")),
        Worklist::ShortNotice => (t.text("worklists-short-notice"), t.text("worklists-short-notice-about")),
        Worklist::Recall => (t.text("recall-list"), t.text("recall-list-about")),
    }
}

/// What came of a call.
fn outcome_text(t: Texts, outcome: Outcome) -> String {
    match outcome {
        Outcome::Reached => t.text("worklists-outcome-reached"),
        Outcome::NoAnswer => t.text("worklists-outcome-no-answer"),
        Outcome::MessageLeft => t.text("worklists-outcome-message-left"),
        Outcome::WrongNumber => t.text("worklists-outcome-wrong-number"),
    }
}

/// The clocks of the clinic's first place: lists are made for a day, and a day needs one.
fn zone_of(catalog: &Catalog) -> Tz {
    catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone)
}

/// A moment close to now, as people say it.
fn lately(t: Texts, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (then, today) = (time::local(at, zone), time::local_day(now, zone));
    let clock = t.time(then.time());
    if then.date() == today {
        t.with("worklists-today-at", &[("time", &clock)])
    } else if then.date().succ_opt() == Some(today) {
        t.with("worklists-yesterday-at", &[("time", &clock)])
    } else if today.succ_opt() == Some(then.date()) {
        t.with("worklists-tomorrow-at", &[("time", &clock)])
    } else {
        format!("{}, {clock}", t.date_short(then.date()))
    }
}

/// The calls about a row, in a sentence.
fn tried_text(t: Texts, tried: &Tried, now: DateTime<Utc>, zone: Tz) -> String {
    let count = i64::try_from(tried.count).unwrap_or(i64::MAX);
    t.with(
        "worklists-tried",
        &[
            ("count", &count),
            ("when", &lately(t, tried.last_at, now, zone)),
            ("who", &tried.by),
            ("outcome", &outcome_text(t, tried.outcome)),
        ],
    )
}
