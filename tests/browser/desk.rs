//! Booking a caller and working through a list, by keyboard, in a real browser.

use crate::demo::Demo;
use crate::phone::{Window, webdriver};

const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";

/// Sees to it that a free time of the chosen service is on the page.
async fn sees_times(window: &Window) {
    if window.value("#f-service").await.is_empty() {
        window.finds("#f-service").await.select_by_index(1).await.unwrap();
    }
    for _ in 0..3 {
        window.finds("#times .day-steps").await;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        if window.has("#times .time-list input[name=start]").await {
            return;
        }
        window.taps("#times .actions [data-day]").await;
    }
    panic!("no free time:\n{}", window.text().await);
}

#[test]
fn a_caller_is_booked_and_a_list_is_worked_through() {
    let Some(webdriver) = webdriver() else { return };
    let demo = Demo::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let window = Window::desk(&webdriver, &demo.base).await;
        window.signs_in("receptionist").await;
        books_a_known_caller(&window).await;
        books_somebody_new(&window).await;
        works_through_a_list(&window).await;
        window.close().await;
        let phone = Window::phone(&webdriver, &demo.base).await;
        phone.signs_in("receptionist").await;
        for path in ["/staff/book", "/staff/worklists", "/staff/worklists/unscheduled"] {
            phone.opens(path).await;
            phone.is_accessible().await;
            phone.fits().await;
        }
        phone.close().await;
    });
}

async fn books_a_known_caller(window: &Window) {
    window.opens("/staff/book").await;
    window.is_accessible().await;
    window.types("#f-q", "ma").await;
    window.finds("#hits [role=option][data-client]").await;
    window.is_accessible().await;
    window.finds("#f-q").await.send_keys(DOWN).await.unwrap();
    window.finds("#f-q").await.send_keys(ENTER).await.unwrap();
    window.finds("#client-panel .chosen").await;
    sees_times(window).await;
    window.is_accessible().await;
    // From the first time Enter would book; a time has to be chosen first.
    window.finds("#times .time-list input[name=start]").await.send_keys(" ").await.unwrap();
    window.goes(".book-send button").await;
    assert!(window.path().await.starts_with("/staff/bookings/"), "{}", window.text().await);
    window.shows("Booked.").await;
}

async fn books_somebody_new(window: &Window) {
    window.opens("/staff/book").await;
    window.types("#f-q", "Zebulon Quint").await;
    window.finds("#hit-new").await;
    window.taps("#hit-new").await;
    assert_eq!(window.value("#f-first_name").await, "Zebulon");
    assert_eq!(window.value("#f-last_name").await, "Quint");
    window.types("#f-phone", "+1 213 555 0188").await;
    sees_times(window).await;
    window.finds("#times .time-list input[name=start]").await.send_keys(" ").await.unwrap();
    window.goes(".book-send button").await;
    window.shows("Zebulon Quint").await;
}

async fn works_through_a_list(window: &Window) {
    window.opens("/staff/worklists").await;
    window.is_accessible().await;
    window.opens("/staff/worklists/unscheduled").await;
    window.is_accessible().await;
    let name = window.finds(".work-row .who a").await.text().await.unwrap();
    window.taps(".work-row .work-more summary").await;
    window.goes(".work-row button[name=outcome][value=no_answer]").await;
    window.shows("The call is written down.").await;
    window.shows("Called once").await;
    window.shows(&name).await;
}
