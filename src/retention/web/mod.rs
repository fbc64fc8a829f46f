//! The owner's pages: who comes back, who is lost, what one is worth, what advertising and mails bring.

use actix_web::HttpResponse;

use crate::web::page::{Page, Tone};
use crate::web::problem::Problem;

mod at_risk;
mod chart;
mod charted;
mod cohorts;
mod digest;
mod figures;
pub mod frame;
mod frequency;
mod messages;
mod missed;
mod overview;
mod people;
pub mod reckoning;
mod returning;
pub mod segments;
pub mod sources;
pub mod sources_people;
mod sources_words;
mod value;

pub use at_risk::at_risk_page;
pub use cohorts::cohorts_page;
pub use digest::choose_digest;
pub use frequency::frequency_page;
pub use messages::messages_page;
pub use missed::missed_page;
pub use overview::overview_page;
pub use people::people_page;
pub use returning::returning_page;
pub use value::value_page;

/// The page, saying what it could not make out of a choice in its address.
fn said_wrong(page: Page, asked: &frame::Asked) -> Page {
    match asked.form.error("by") {
        "" => page,
        sentence => page.saying(Tone::Error, sentence.to_owned()),
    }
}

type Answer = Result<HttpResponse, Problem>;
