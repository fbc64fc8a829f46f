//! Pages of money: a client's account, receipts, a day's closing, and what other pages show of it.

pub mod account;
pub mod day;
pub mod receipts;
pub mod section;
pub mod words;

use actix_web::HttpResponse;

use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;
