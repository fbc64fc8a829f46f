//! Book, move, read the mail, cancel; sign in, see the agenda.

use chrono::{DateTime, TimeDelta, Utc};

use crate::demo::Demo;
use crate::phone::{Window, webdriver};

const FIRST_FREE_DAY: &str = "a.day";
const FIRST_TIME: &str = "button.time";

#[test]
fn a_patient_books_on_a_phone_and_the_desk_sees_it() {
    let Some(webdriver) = webdriver() else { return };
    let demo = Demo::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let phone = Window::phone(&webdriver, &demo.base).await;
        let booked = patient_books(&phone).await;
        desk_sees(&webdriver, &demo, &booked).await;
        manager_looks_at_messages(&webdriver, &demo).await;
        patient_moves(&phone).await;
        patient_cancels(&phone).await;
        phone.close().await;
    });
}

/// What the desk must find again.
struct BookedThing {
    reference: String,
    day: String,
}

async fn patient_books(phone: &Window) -> BookedThing {
    phone.opens("/").await;
    looked_at(phone).await;
    phone.goes("a.button[href^='/book']").await;
    looked_at(phone).await;
    phone.goes(".service a[href*='/book/']").await;
    if !phone.has(FIRST_TIME).await && !phone.has(FIRST_FREE_DAY).await {
        // Several locations: the first will do.
        phone.goes(".service a").await;
    }
    looked_at(phone).await;
    if !phone.has(FIRST_TIME).await {
        phone.goes(FIRST_FREE_DAY).await;
    }
    phone.goes(FIRST_TIME).await;
    looked_at(phone).await;

    // What is missing is said by the field, and what was typed stays.
    phone.types("#f-first_name", "Marisol").await;
    phone.types("#f-email", "marisol@client.example").await;
    phone.goes("form[method=post] button:not([type=button])").await;
    assert_eq!(phone.value("#f-first_name").await, "Marisol");
    looked_at(phone).await;
    phone.types("#f-last_name", "Quintero").await;
    phone.goes("form[method=post] button:not([type=button])").await;
    assert!(phone.path().await.starts_with("/m/"), "{}", phone.text().await);
    looked_at(phone).await;
    let reference = phone.finds(".reference").await.text().await.unwrap();
    let instant = phone.attribute("[data-instant]", "data-instant").await;
    let instant: DateTime<Utc> = instant.parse().unwrap_or_else(|error| panic!("{instant}: {error}"));
    // The clinic's winter time.
    let day = (instant - TimeDelta::hours(8)).date_naive().to_string();
    BookedThing { reference, day }
}

/// From the page of the booking to another time, and back to it.
async fn patient_moves(phone: &Window) {
    phone.goes("a[href*='/move']").await;
    looked_at(phone).await;
    if !phone.has(FIRST_TIME).await {
        phone.goes(FIRST_FREE_DAY).await;
    }
    phone.goes(FIRST_TIME).await;
    looked_at(phone).await;
    phone.types("#f-reason", "The bus is late").await;
    phone.goes("form[action*='/move'] button").await;
    assert!(!phone.path().await.contains("/move"), "{}", phone.text().await);
    phone.shows("has moved").await;
    looked_at(phone).await;
}

async fn patient_cancels(phone: &Window) {
    phone.opens("/dev/mail").await;
    phone.shows("marisol@client.example").await;
    looked_at(phone).await;
    phone.opens(&phone.link_beside("marisol@client.example").await).await;
    looked_at(phone).await;
    let manage = phone.attribute("a[href*='/m/']", "href").await;
    phone.opens(&manage).await;
    phone.taps("details.more summary").await;
    phone.types("#f-reason", "A cold").await;
    phone.goes("form[action*='/cancel'] button").await;
    assert!(!phone.has("form[action*='/cancel']").await, "it can be cancelled once");
    looked_at(phone).await;
}

async fn desk_sees(webdriver: &str, demo: &Demo, booked: &BookedThing) {
    let desk = Window::desk(webdriver, &demo.base).await;
    desk.opens("/staff").await;
    looked_at(&desk).await;
    desk.signs_in("receptionist").await;
    looked_at(&desk).await;
    desk.opens(&format!("/staff?day={}", booked.day)).await;
    desk.shows("Quintero").await;
    looked_at(&desk).await;
    assert!(!booked.reference.is_empty());
    desk.close().await;
}

/// The pages of messages, wide and on a phone: the log, one message, rules, the editor, settings.
async fn manager_looks_at_messages(webdriver: &str, demo: &Demo) {
    for window in [Window::desk(webdriver, &demo.base).await, Window::phone(webdriver, &demo.base).await] {
        window.signs_in("manager").await;
        for path in [
            "/staff/messages/rules",
            "/staff/messages/rules/new",
            "/staff/messages/rules/new?trigger=before_start",
            "/staff/messages/rules/new?trigger=after_last_visit",
            "/staff/messages/settings",
            "/staff/worklists/unsent",
            "/staff/messages",
        ] {
            window.opens(path).await;
            looked_at(&window).await;
        }
        window.goes("tbody th a[href^='/staff/messages/']").await;
        looked_at(&window).await;
        window.close().await;
    }
}

async fn looked_at(window: &Window) {
    window.fits().await;
    window.is_accessible().await;
}
