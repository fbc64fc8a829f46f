//! Pages of the waitlist: joining it from the booking pages, the page behind an entry's link, and the staff's list.
//!
//! Seeing a page changes nothing: accepting, declining, withdrawing and everything staff do are forms that are posted.

mod contact;
mod entry;
mod join;
mod staff;
mod staff_add;
mod staff_entry;
mod wish_form;

pub use entry::{accept, decline, show, stay, withdraw};
pub use join::{join, join_page};
pub use staff::list_page;
pub use staff_add::{add, add_page};
pub use staff_entry::{accept_for, arrange, decline_for, entry_page, offer_by_hand, remove};

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::catalog::Catalog;
use crate::i18n::Texts;
use crate::messaging::wish_lines;
use crate::waitlist::Entry;

/// The link is a key: no cache keeps what it opens.
fn private(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

/// A wish in words.
struct WishWords {
    service: String,
    times: Vec<String>,
    provider: String,
    place: String,
    party: String,
}

impl WishWords {
    fn new(t: Texts, catalog: &Catalog, entry: &Entry) -> Self {
        let service = catalog.service(entry.service);
        let provider = entry.wish.provider.and_then(|id| catalog.provider(id));
        let place = entry.wish.location.and_then(|id| catalog.location(id));
        Self {
            service: service.map_or_else(|| t.text("waitlist-service-gone"), |service| service.name.clone()),
            times: wish_lines(t, &entry.wish),
            provider: provider.map_or_else(|| t.text("book-anyone"), |provider| provider.name.clone()),
            place: match place {
                Some(place) => place.name.clone(),
                None if catalog.locations.len() > 1 => t.text("waitlist-any-place"),
                None => String::new(),
            },
            party: if entry.wish.party > 1 {
                t.with("book-people", &[("count", &entry.wish.party)])
            } else {
                String::new()
            },
        }
    }
}
