//! The owner's pages: who comes back, who is lost, what one is worth, what advertising and mails bring.

use actix_web::HttpResponse;

use crate::web::problem::Problem;

pub mod frame;
mod overview;

pub use overview::overview_page;

type Answer = Result<HttpResponse, Problem>;
