//! Pages of the client's own area.

mod door;
mod home;
mod person;
mod visitor;

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::web::problem::Problem;

pub use door::{ask_for_link, link_page, sign_out, sign_out_everywhere, use_link};
pub use home::{act_for, booking, home_page, messages_page, past_page, series, wish};
pub use person::{download, people_page, person_page, save_calendar, save_consents, save_contact};

type Answer = Result<HttpResponse, Problem>;

/// What is shown here belongs to one mailbox: no cache keeps it.
fn private(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

/// A part of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Coming,
    Past,
    Messages,
    People,
}

/// One tab.
struct Tab {
    href: &'static str,
    text: String,
    is_current: bool,
}

fn tabs(t: crate::i18n::Texts, current: Part) -> Vec<Tab> {
    let tab = |part: Part, href: &'static str, text: String| Tab { href, text, is_current: part == current };
    vec![
        tab(Part::Coming, "/portal", t.text("portal-tab-coming")),
        tab(Part::Past, "/portal/past", t.text("portal-tab-past")),
        tab(Part::Messages, "/portal/messages", t.text("portal-tab-messages")),
        tab(Part::People, "/portal/people", t.text("portal-tab-people")),
    ]
}

/// Somebody who reads the mailbox, to be chosen.
struct PersonChoice {
    id: String,
    href: String,
    name: String,
    is_chosen: bool,
}
