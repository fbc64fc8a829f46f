//! Every page of staff, found as people find it: by following links. axe-core looks at each, and nothing sticks out.
//!
//! A page of the route table that no link leads to fails the test, unless it is named below with the reason.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rebook::routes::{self, Who};

use crate::demo::Demo;
use crate::phone::{Window, webdriver};

/// Addresses that are no pages of their own, or that no link of a fresh demo clinic leads to.
const NOT_WALKED: &[(&str, &str)] = &[
    ("/staff/book/client", "a part of the booking page that its script loads"),
    ("/staff/book/times", "a part of the booking page that its script loads"),
    ("/staff/clients/find", "a part of the booking page that its script loads"),
    ("/staff/clients/like", "a part of the booking page that its script loads"),
    ("/staff/money/export", "a file, which a form asks for"),
    ("/staff/calendar/events", "what the calendar's script reads"),
    ("/staff/calendar/live", "a stream that the calendar's script listens to"),
    ("/staff/calendar/bookings/{booking}", "the calendar's panel; the calendar's own test opens it"),
    ("/staff/calendar/blocks/{block}", "the calendar's panel; the calendar's own test opens it"),
    ("/staff/bookings/{booking}/complete", "leads from a visit that is in progress, which the first bookings are not"),
    ("/staff/series/new", "stands on the booking page once client and time are chosen"),
    ("/staff/series/{series}", "nobody the walk meets has one"),
    ("/owner/segments/{segment}", "no filter of the fresh demo is the clinic's own; the owner's own test makes one"),
    ("/staff/messages/{message}/html", "the mail itself, shown in a frame"),
    ("/staff/messages/{message}/again", "no message of the fresh demo may be sent again"),
    ("/staff/messages/rules/{rule}/mass", "no rule of the fresh demo concerns so many"),
    ("/staff/messages/templates/{template}/{language}/reset", "no text of the fresh demo is the clinic's own"),
];

/// So many pages of one kind are looked at: one booking is not like the other.
const OF_A_KIND: usize = 4;

/// Whether the pattern of the table stands for the address.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found || (wanted.starts_with('{') && !found.is_empty()) => {}
            _ => return false,
        }
    }
}

fn patterns() -> Vec<&'static str> {
    let signed_in = |who: &Who| matches!(who, Who::Staff | Who::Desk | Who::Manager | Who::Owner);
    let lines = routes::table().into_iter().filter(|line| line.method == "GET" && signed_in(&line.who));
    lines.map(|line| line.path).collect()
}

/// Walks from the first page along links to every pattern; what is wrong on which page.
async fn walk(window: &Window) -> (BTreeMap<&'static str, usize>, BTreeMap<String, Vec<String>>) {
    let patterns = patterns();
    // The table is matched in its order, so the first that fits is the one that answers.
    let pattern_of = |link: &str| {
        let path = link.split('?').next().unwrap_or(link).to_owned();
        patterns.iter().copied().find(|pattern| fits(pattern, &path))
    };
    let (mut met, mut faults) = (BTreeMap::from([("/staff", 1)]), BTreeMap::new());
    let mut seen = BTreeSet::new();
    let mut ahead = VecDeque::from(["/staff".to_owned()]);
    while let Some(address) = ahead.pop_front() {
        window.opens(&address).await;
        let wrong = window.faults().await;
        if !wrong.is_empty() {
            faults.insert(address, wrong);
        }
        for link in window.links().await.into_iter().filter(|link| !link.contains("lang=")) {
            let Some(pattern) = pattern_of(&link) else { continue };
            let count = met.entry(pattern).or_insert(0);
            if *count < OF_A_KIND
                && !NOT_WALKED.iter().any(|(left_out, _)| *left_out == pattern)
                && seen.insert(link.clone())
            {
                *count += 1;
                ahead.push_back(link);
            }
        }
    }
    (met, faults)
}

#[test]
fn every_page_of_staff_is_reached_by_links_and_usable_by_everybody() {
    let Some(webdriver) = webdriver() else { return };
    let demo = Demo::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for window in [Window::phone(&webdriver, &demo.base).await, Window::dark_desk(&webdriver, &demo.base).await] {
            let scheme = if window.is_dark().await { "dark" } else { "light" };
            window.signs_in("owner").await;
            let (met, faults) = walk(&window).await;
            window.close().await;
            assert!(faults.is_empty(), "{scheme}: {faults:#?}");
            let known: BTreeSet<_> = NOT_WALKED.iter().map(|(pattern, _)| *pattern).collect();
            let missing: Vec<_> = patterns()
                .into_iter()
                .filter(|pattern| !met.contains_key(pattern) && !known.contains(pattern))
                .collect();
            assert!(missing.is_empty(), "no link leads to {missing:#?}");
        }
    });
}
