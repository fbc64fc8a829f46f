//! A visit from arrival to the next one, and two records that are one person, as reception does it in a browser.

use crate::demo::Demo;
use crate::phone::{Window, webdriver};

#[test]
fn a_visit_ends_with_the_next_one_booked() {
    let Some(webdriver) = webdriver() else { return };
    let demo = Demo::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let desk = Window::desk(&webdriver, &demo.base).await;
        desk.signs_in("receptionist").await;
        arrives_and_is_billed(&desk).await;
        becomes_one(&desk).await;
        desk.close().await;
    });
}

async fn arrives_and_is_billed(desk: &Window) {
    desk.opens("/staff?view=list").await;
    let arrive = desk.attribute("form[action$='/arrive']", "action").await;
    let booking = arrive.strip_suffix("/arrive").unwrap().to_owned();
    desk.opens(&booking).await;
    desk.goes("form[action$='/arrive'] button").await;
    // The click can be taken back, and then made again.
    desk.goes("form[action$='/undo'] button").await;
    desk.opens(&booking).await;
    desk.goes("form[action$='/arrive'] button").await;
    desk.opens(&booking).await;
    desk.goes("form[action$='/start'] button").await;
    desk.opens(&booking).await;
    desk.goes("form[action$='/complete'] button").await;
    assert_eq!(desk.path().await, format!("{booking}/next"), "{}", desk.text().await);
    desk.is_accessible().await;
    desk.goes(".next-times button").await;
    desk.shows("Booked").await;
    assert_ne!(desk.path().await, booking, "another booking");
    desk.is_accessible().await;
}

async fn becomes_one(desk: &Window) {
    desk.opens("/staff/worklists/duplicates").await;
    desk.goes("main a[href*='/merge']").await;
    desk.is_accessible().await;
    desk.goes("form[method=post][action$='/merge'] button").await;
    desk.shows("one now").await;
    desk.is_accessible().await;
}
