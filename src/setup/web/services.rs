//! The third step: services of a trade.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, Frame, StepLink, frame, on_from, wrong_text};
use crate::app::App;
use crate::catalog::{BUFFER_MINUTES, DURATION_MINUTES, Label, Line, RecallInterval, SetupStep};
use crate::db::Bad;
use crate::domain::money::{Currency, Money};
use crate::i18n::Texts;
use crate::setup::services::ROOMS_MAX;
use crate::setup::trades::{Offer, Trade};
use crate::setup::{self, ServiceStepRefused, TakenService};
use crate::web::auth::Manager;
use crate::web::form::Form;
use crate::web::page::{self, Page};

/// How many rooms are offered at first.
const USUAL_ROOMS: u32 = 2;

/// One service of the list.
struct Row {
    number: usize,
    is_taken: bool,
    name: String,
    category: String,
    minutes: String,
    price: String,
    error: String,
}

#[derive(Template)]
#[template(path = "setup/services.html")]
struct ServicesPage {
    page: Page,
    steps: Vec<StepLink>,
    progress: String,
    base: String,
    form: Form,
    trades: Vec<(String, String, bool)>,
    trade: String,
    rows: Vec<Row>,
    room: String,
    rooms_max: u32,
    currency: String,
    there: usize,
}

pub(super) fn show_first(who: &Manager, request: &HttpRequest) -> HttpResponse {
    let asked = Form::parse(request.query_string());
    let trade = Trade::parse(asked.value("trade"));
    let mut form = Form::new().filled("rooms", USUAL_ROOMS.to_string());
    for (number, offer) in trade.map(Trade::offers).unwrap_or_default().iter().enumerate() {
        if offer.is_usual {
            form = form.filled(&format!("take{number}"), "on");
        }
        form = form
            .filled(&format!("name{number}"), who.t.text(offer.name))
            .filled(&format!("minutes{number}"), offer.minutes.to_string());
    }
    show(who, request, StatusCode::OK, trade, form)
}

fn show(who: &Manager, request: &HttpRequest, status: StatusCode, trade: Option<Trade>, form: Form) -> HttpResponse {
    let Frame { page, steps, progress, base } = frame(who, request, SetupStep::Services);
    let t = who.t;
    let row = |(number, offer): (usize, &Offer)| Row {
        number,
        is_taken: form.has(&format!("take{number}")),
        name: form.value(&format!("name{number}")).to_owned(),
        category: t.text(offer.category),
        minutes: form.value(&format!("minutes{number}")).to_owned(),
        price: form.value(&format!("price{number}")).to_owned(),
        error: form.error(&format!("name{number}")).to_owned(),
    };
    let shown = ServicesPage {
        page,
        steps,
        progress,
        base,
        trades: Trade::ALL
            .into_iter()
            .map(|known| (known.word().to_owned(), t.text(known.name()), Some(known) == trade))
            .collect(),
        trade: trade.map(|trade| trade.word().to_owned()).unwrap_or_default(),
        rows: trade.map(Trade::offers).unwrap_or_default().iter().enumerate().map(row).collect(),
        room: trade.map(|trade| t.text(trade.room())).unwrap_or_default(),
        rooms_max: ROOMS_MAX,
        currency: who.catalog.clinic.currency.code().to_owned(),
        there: who.catalog.services.len(),
        form,
    };
    page::html(status, &shown)
}

/// The ticked rows; what is wrong with one is said in it.
fn taken(form: &mut Form, t: Texts, trade: Trade, currency: Currency) -> Vec<TakenService> {
    let mut taken = Vec::new();
    for (number, offer) in trade.offers().iter().enumerate() {
        if form.has(&format!("take{number}")) {
            match one(form, t, (number, offer), currency) {
                Ok(service) => taken.push(service),
                Err(sentence) => form.fail(&format!("name{number}"), sentence),
            }
        }
    }
    taken
}

fn one(form: &Form, t: Texts, (number, offer): (usize, &Offer), currency: Currency) -> Result<TakenService, String> {
    let name = Label::parse(form.value(&format!("name{number}"))).map_err(|wrong| wrong_text(t, wrong))?;
    let minutes: Option<u32> = form.value(&format!("minutes{number}")).trim().parse().ok();
    let duration_minutes = minutes.filter(|minutes| DURATION_MINUTES.contains(minutes)).ok_or_else(|| {
        t.with("setup-wrong-minutes", &[("min", DURATION_MINUTES.start()), ("max", DURATION_MINUTES.end())])
    })?;
    let price_minor = match form.given(&format!("price{number}")) {
        None => 0,
        Some(text) => Money::parse_amount(text, currency).ok_or_else(|| t.text("setup-wrong-price"))?.minor,
    };
    Ok(TakenService {
        name,
        category: Line::parse(&t.text(offer.category)).unwrap_or_default(),
        duration_minutes,
        buffer_after_minutes: offer.buffer.min(*BUFFER_MINUTES.end()),
        price_minor,
        recall: offer.recall.parse::<RecallInterval>().ok(),
        needs_room: offer.needs_room,
    })
}

pub(super) async fn save(app: &Arc<App>, who: &Manager, request: &HttpRequest, mut form: Form) -> Answer {
    let t = who.t;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(trade) = Trade::parse(form.value("trade")) else {
        form.fail("trade", t.text("setup-trade-choose"));
        return Ok(show(who, request, unprocessable, None, form));
    };
    let services = taken(&mut form, t, trade, who.catalog.clinic.currency);
    let rooms: Option<u32> = form.given("rooms").map_or(Some(0), |text| text.parse().ok());
    let rooms = rooms.filter(|rooms| *rooms <= ROOMS_MAX);
    if rooms.is_none() {
        form.fail("rooms", t.with("setup-wrong-rooms", &[("max", &ROOMS_MAX)]));
    }
    let kind = Label::parse(&t.text(trade.room())).ok();
    let (Some(rooms), Some(kind)) = (rooms.filter(|_| !form.has_errors()), kind) else {
        return Ok(show(who, request, unprocessable, Some(trade), form));
    };
    let by = who.user.id;
    let write = app.db.write(app.clock.now(), move |tx| setup::take_services(tx, by, &services, (&kind, rooms)));
    match write.await {
        Ok(()) => Ok(on_from(SetupStep::Services)),
        Err(Bad::Refused(refused)) => {
            let sentence = match refused {
                ServiceStepRefused::Nothing => t.text("setup-services-nothing"),
                ServiceStepRefused::NoLocation => t.text("setup-clinic-first"),
                ServiceStepRefused::OutOfRange => t.text("setup-services-range"),
            };
            form.fail("trade", sentence);
            Ok(show(who, request, unprocessable, Some(trade), form))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
