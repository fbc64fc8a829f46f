//! Reception at the calendar: by mouse, by finger and by keyboard. Runs against a demo clinic of its own.

use crate::demo::Demo;
use crate::phone::{Window, webdriver};

/// Somebody who can still be moved, in the first column that has one, as `[x, y, height, id]` of the card's middle.
const CARD: &str = "const card = [...document.querySelectorAll('.ec-event.is-booked')].find(one => {
      const box = one.getBoundingClientRect();
      const shows = y => one.contains(document.elementFromPoint(box.left + box.width / 2, y));
      return box.height > 30 && shows(box.top + 4) && shows(box.bottom - 4) && box.bottom < innerHeight - 180
        && one.querySelector('.ec-resizer');
    });
    if (!card) return null;
    const box = card.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2, box.height, card.querySelector('[data-card]').dataset.card]";
/// A quarter of an hour is so high.
const QUARTER: f64 = 24.0;

/// The dialog asks, and nothing has changed yet.
async fn is_asked(desk: &Window) {
    desk.finds("dialog[open] [data-outcome]").await;
}

async fn puts_back(desk: &Window) {
    desk.taps("dialog[open] [data-put-back]").await;
    desk.until("return !document.querySelector('dialog[open]')").await;
}

/// A day to come on which people are booked.
async fn opens_a_busy_day(window: &Window, view: &str) {
    for day in ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-08"] {
        window.opens(&format!("/staff?date={day}&view={view}")).await;
        window.finds(".ec-event").await;
        if !window.runs(CARD).await.is_null() {
            return;
        }
    }
    panic!("nobody is booked on any of these days");
}

#[test]
fn reception_works_in_the_calendar() {
    let Some(webdriver) = webdriver() else { return };
    let demo = Demo::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let desk = Window::desk(&webdriver, &demo.base).await;
        desk.signs_in("receptionist").await;
        opens_a_busy_day(&desk, "day").await;
        desk.is_accessible().await;
        by_mouse(&desk).await;
        by_keyboard(&desk).await;
        blocks_time_and_finds_one(&desk).await;
        for view in ["week", "month", "list"] {
            desk.opens(&format!("/staff?date=2026-12-01&view={view}")).await;
            if view != "list" {
                desk.finds(".ec-event").await;
            }
            desk.is_accessible().await;
        }
        hears_of_others(&webdriver, &demo, &desk).await;
        desk.close().await;
        by_finger(&webdriver, &demo).await;
    });
}

async fn by_mouse(desk: &Window) {
    let card = desk.runs(CARD).await;
    let (x, y, height) = (card[0].as_f64().unwrap(), card[1].as_f64().unwrap(), card[2].as_f64().unwrap());
    desk.drags((x, y), (x, y + 4.0 * QUARTER)).await;
    is_asked(desk).await;
    desk.is_accessible().await;
    puts_back(desk).await;
    desk.drags((x, y + height / 2.0 - 3.0), (x, y + height / 2.0 - 3.0 + 2.0 * QUARTER)).await;
    is_asked(desk).await;
    puts_back(desk).await;
    // Left where it was put.
    desk.drags((x, y), (x, y + QUARTER)).await;
    is_asked(desk).await;
    if desk.has("dialog[open] input[name=tell][value=no]").await {
        desk.taps("dialog[open] input[name=tell][value=no]").await;
    }
    if desk.has("dialog[open] [data-confirm]").await {
        desk.taps("dialog[open] [data-confirm]").await;
        desk.until("return document.querySelector('[data-calendar-says]').textContent.length > 0").await;
    } else {
        puts_back(desk).await;
    }
    desk.until("return !document.querySelector('dialog[open]')").await;
    desk.runs("document.querySelector('.ec-event [data-card]').closest('.ec-event').click()").await;
    desk.finds("[data-calendar-panel]:not([hidden]) [data-panel-title]").await;
    desk.is_accessible().await;
    desk.taps("[data-panel-close]").await;
}

async fn by_keyboard(desk: &Window) {
    desk.runs("document.activeElement.blur()").await;
    desk.presses("\u{e015}").await;
    desk.until("return document.activeElement.matches('.ec-event')").await;
    // A card that may be moved; then down and to the side, and back by Escape.
    let id = desk.runs(CARD).await[3].as_str().unwrap().to_owned();
    desk.runs(&format!("document.querySelector('[data-card=\"{id}\"]').closest('.ec-event').focus()")).await;
    desk.presses("m").await;
    for key in ["\u{e015}", "\u{e015}"] {
        desk.presses(key).await;
    }
    let moved = format!("document.querySelector('[data-card=\"{id}\"]').closest('.ec-event')");
    desk.until(&format!("return document.activeElement === {moved}")).await;
    desk.presses("\u{e007}").await;
    is_asked(desk).await;
    desk.presses("\u{e00c}").await;
    desk.until("return !document.querySelector('dialog[open]')").await;
    desk.presses("?").await;
    desk.finds("[data-calendar-help][open]").await;
}

async fn blocks_time_and_finds_one(desk: &Window) {
    desk.taps("[data-block]").await;
    desk.finds("[data-calendar-panel] [data-block-form]").await;
    desk.is_accessible().await;
    desk.types("[data-calendar-panel] input[name=reason]", "Team meeting").await;
    desk.runs("const who = document.querySelector('[data-calendar-panel] select[name=provider]'); who.value = who.options[1].value").await;
    desk.runs("document.querySelector('[data-calendar-panel] input[name=time]').value = '07:00'").await;
    desk.goes("[data-calendar-panel] [data-block-form] button").await;
    desk.until("return [...document.querySelectorAll('.ec-event.is-block')].some(one => one.innerText.includes('Team meeting'))")
        .await;
    desk.taps("[data-find]").await;
    desk.finds("[data-calendar-panel] [data-find-form]").await;
    desk.runs("const what = document.querySelector('[data-find-form] select[name=service]'); what.value = what.options[1].value")
        .await;
    desk.taps("[data-find-form] button").await;
    desk.finds("[data-calendar-panel] .find-times a").await;
    desk.is_accessible().await;
    desk.goes("[data-calendar-panel] .find-times a").await;
    assert_eq!(desk.path().await, "/staff/book");
}

/// What one does, the other sees without loading the page again.
async fn hears_of_others(webdriver: &str, demo: &Demo, desk: &Window) {
    opens_a_busy_day(desk, "day").await;
    let other = Window::desk(webdriver, &demo.base).await;
    other.signs_in("manager").await;
    other.opens("/staff/calendar/block?date=2026-12-01&time=06:30").await;
    other.types("input[name=reason]", "Delivery").await;
    other.runs("const who = document.querySelector('select[name=provider]'); who.value = who.options[1].value").await;
    let day = desk.attribute("[data-calendar-page]", "data-date").await;
    other.runs(&format!("document.querySelector('input[name=date]').value = '{day}'")).await;
    other.goes("[data-block-form] button").await;
    desk.until(
        "return [...document.querySelectorAll('.ec-event.is-block')].some(one => one.innerText.includes('Delivery'))",
    )
    .await;
    other.close().await;
}

async fn by_finger(webdriver: &str, demo: &Demo) {
    let phone = Window::phone(webdriver, &demo.base).await;
    phone.signs_in("provider").await;
    phone.opens("/staff").await;
    assert!(!phone.has(".ec-event").await, "a phone shows the list");
    phone.fits().await;
    phone.is_accessible().await;
    let reception = Window::phone(webdriver, &demo.base).await;
    phone.close().await;
    reception.signs_in("receptionist").await;
    let one =
        "const first = document.querySelector('#f-provider option:nth-child(2)'); return first ? first.value : ''";
    let provider = reception.runs(one).await.as_str().unwrap_or_default().to_owned();
    reception.opens(&format!("/staff?date=2026-12-01&view=day&provider={provider}")).await;
    reception.finds("[data-calendar] .ec-main").await;
    reception.fits().await;
    reception.is_accessible().await;
    let card = reception.runs(CARD).await;
    if !card.is_null() {
        let (x, y) = (card[0].as_f64().unwrap(), card[1].as_f64().unwrap());
        reception.drags_by_finger((x, y), (x, y + 2.0 * QUARTER)).await;
        is_asked(&reception).await;
        puts_back(&reception).await;
    }
    reception.close().await;
}
