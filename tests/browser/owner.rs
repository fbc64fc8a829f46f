//! The owner's Monday: every page of figures on a desk and on a phone, with its charts, its tables and its people.

use crate::demo::Demo;
use crate::phone::{Window, webdriver};

/// The pages with charts, and what they hold at least.
const PAGES: [(&str, &str); 4] =
    [("/owner/cohorts", "heat"), ("/owner/frequency", "bar"), ("/owner/value", "range"), ("/owner/segments", "bar")];

/// Every chart of the page is drawn, and not with nothing: its canvas holds more than one colour.
const DRAWN: &str = "
    const figures = [...document.querySelectorAll('figure[data-chart]')];
    if (!figures.length) return false;
    return figures.every((figure) => {
        const canvas = figure.querySelector('canvas');
        if (!canvas || !canvas.width || !canvas.height) return false;
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const colours = new Set();
        for (let at = 0; at < pixels.length && colours.size < 3; at += 4) colours.add(pixels.slice(at, at + 4).join());
        return colours.size > 2;
    });";

async fn charts_are_drawn(window: &Window) {
    for (path, kind) in PAGES {
        window.opens(path).await;
        window.until(DRAWN).await;
        let kinds =
            window.runs("return [...document.querySelectorAll('figure[data-chart]')].map(f => f.dataset.chart)").await;
        assert!(kinds.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind)), "{path}: {kinds}");
        window.is_accessible().await;
        window.fits().await;
        // The table is behind the fold, for keys and readers.
        window.runs("document.querySelectorAll('.chart-table').forEach(fold => fold.open = true)").await;
        window
            .until("return [...document.querySelectorAll('figure[data-chart] table')].every(t => t.checkVisibility())")
            .await;
        window.is_accessible().await;
        window.fits().await;
    }
}

/// A cell's link leads to a list of people with links to each.
async fn a_cell_leads_to_people(window: &Window) {
    window.opens("/owner/cohorts").await;
    window.until(DRAWN).await;
    window.runs("document.querySelector('.chart-table').open = true").await;
    window.goes("figure[data-chart=heat] td a[href*='/owner/people']").await;
    window.until("return document.querySelector(\"main a[href^='/staff/clients/']\") !== null").await;
    window.is_accessible().await;
}

/// Whoever asks one of the five questions has the answer's page within two clicks of the first page.
async fn five_questions_take_two_clicks(window: &Window) {
    for (question, words) in [
        ("/owner/cohorts", "who comes back"),
        ("/owner/at-risk", "whom do I lose"),
        ("/owner/value", "what is one worth"),
        ("/owner/sources", "does advertising pay"),
        ("/owner/messages", "what did the mails earn"),
    ] {
        window.opens("/staff").await;
        window.goes("nav a[href='/owner']").await;
        window.goes(&format!(".tabs a[href^='{question}']")).await;
        assert_eq!(window.path().await.split('?').next(), Some(question), "{words}");
    }
}

async fn a_filter_is_kept(window: &Window) {
    window.opens("/owner/segments").await;
    window.goes("a[href='/owner/segments/new']").await;
    window.is_accessible().await;
    window.types("input[name=name]", "Often here").await;
    window.types("input[name=visits_from]", "2").await;
    window.goes("form[action='/owner/segments'] button").await;
    window.shows("Often here").await;
    window.goes("main th a[href^='/owner/segments/']").await;
    window.shows("at least 2 visits").await;
    window.is_accessible().await;
    window.fits().await;
    window.goes("form[action$='/remove'] button").await;
    window.shows("The filter is removed").await;
}

#[test]
fn the_owner_reads_what_there_is_to_read() {
    let Some(webdriver) = webdriver() else { return };
    let demo = Demo::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for window in [Window::desk(&webdriver, &demo.base).await, Window::phone(&webdriver, &demo.base).await] {
            window.signs_in("owner").await;
            charts_are_drawn(&window).await;
            a_cell_leads_to_people(&window).await;
            five_questions_take_two_clicks(&window).await;
            a_filter_is_kept(&window).await;
            window.close().await;
        }
    });
}
