//! A client's account: every line, what is open, payments, refunds, write-offs, and taking a line back.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::Answer;
use super::words::{self, EntryLine};
use crate::app::App;
use crate::booking::{BookingFacts, facts};
use crate::chance;
use crate::clients::{self, ClientView};
use crate::db::Bad;
use crate::domain::ids::{BookingId, ClientId, EntryId, LocationId};
use crate::domain::ledger::{self, Method};
use crate::domain::money::Money;
use crate::i18n::Texts;
use crate::money::{self, Account, Deed, LedgerEntry, PostRefused, Posting, ReverseRefused};
use crate::web::auth::{self, Desk, Manager, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const NOTE_CHARACTERS_MAX: usize = 500;
const KEY_BYTES_MAX: usize = 100;

struct AccountLine {
    entry: EntryLine,
    id: EntryId,
    booking: Option<String>,
    can_reverse: bool,
}

/// What was typed into one of the forms, and what is wrong with it.
#[derive(Default)]
struct Typed {
    is_open: bool,
    amount: String,
    amount_error: String,
    note: String,
    note_error: String,
}

impl Typed {
    fn of(form: &Form) -> Self {
        Self {
            is_open: true,
            amount: form.value("amount").to_owned(),
            amount_error: form.error("amount").to_owned(),
            note: form.value("note").to_owned(),
            note_error: form.error("note").to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "money/account.html")]
struct AccountPage {
    page: Page,
    form: Form,
    pay: Typed,
    refund: Typed,
    write_off: Typed,
    client: ClientView,
    lines: Vec<AccountLine>,
    balance_text: String,
    balance: String,
    owes: bool,
    refundable: String,
    can_refund: bool,
    is_manager: bool,
    booking: Option<(String, String)>,
    locations: Vec<(String, String)>,
    methods: Vec<(String, String)>,
    currency: &'static str,
    action: String,
    once: String,
}

/// The account.
pub async fn account_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let asked = Form::parse(request.query_string());
    let form = Form::new().filled("booking", asked.value("booking")).filled("back", asked.value("back"));
    show(&app.0, &desk, &request, &id, (StatusCode::OK, form, "")).await
}

struct Loaded {
    client: ClientView,
    entries: Vec<LedgerEntry>,
    booking: Option<BookingFacts>,
}

async fn show(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    id: &str,
    (status, form, of): (StatusCode, Form, &'static str),
) -> Answer {
    let id = id.parse::<ClientId>().map_err(|_wrong| Problem::NotFound)?;
    let booking = form.value("booking").parse::<BookingId>().ok();
    let found = app.db.read(move |conn| {
        if clients::view(conn, id)?.is_none() {
            return Ok(None);
        }
        let id = clients::survivor(conn, id)?;
        let Some(client) = clients::view(conn, id)? else {
            return Ok(None);
        };
        let entries = money::ledger_of_client(conn, id)?;
        let booking = match booking {
            Some(booking) => facts::booking(conn, booking)?.filter(|booking| booking.client == id),
            None => None,
        };
        Ok(Some(Loaded { client, entries, booking }))
    });
    let found = found.await?.ok_or(Problem::NotFound)?;
    Ok(page::html(status, &account_view(staff, request, (form, of), found)))
}

fn account_view(staff: &Staff, request: &HttpRequest, (form, of): (Form, &'static str), found: Loaded) -> AccountPage {
    let (t, catalog) = (staff.t, &staff.catalog);
    let Loaded { client, entries, booking } = found;
    let currency = catalog.clinic.currency;
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let of_booking = |entry: &&LedgerEntry| booking.as_ref().is_none_or(|booking| entry.booking == Some(booking.id));
    let lines: Vec<ledger::Line> = entries.iter().filter(of_booking).map(LedgerEntry::line).collect();
    let all = money::lines_of(&entries);
    let (open, back) = (ledger::outstanding(&lines), ledger::refundable(&lines).min(ledger::refundable(&all)));
    let balance = ledger::balance(&all).unwrap_or(0);
    let title = t.with("money-account-title", &[("name", &format!("{} {}", client.first_name, client.last_name))]);
    let page = staff.page(request, Nav::Clients, title);
    let asked = Form::parse(request.query_string());
    let page = match words::done(t, asked.value("done")) {
        Some(text) => page.saying(Tone::Success, text),
        None => page,
    };
    let plain = |minor: i64| Money::new(minor, currency).plain().replace('.', &t.decimal_sign().to_string());
    let usual =
        |amount: i64| Typed { amount: if amount > 0 { plain(amount) } else { String::new() }, ..Typed::default() };
    let typed = |name: &str, amount: i64| if of == name { Typed::of(&form) } else { usual(amount) };
    let (pay, refund, write_off) = (typed("payment", open), typed("refund", 0), typed("write-off", open));
    let form = if form.has("method") { form } else { form.filled("method", Method::Card.as_str()) };
    let taken_back: Vec<EntryId> = entries.iter().filter_map(|entry| entry.reverses).collect();
    AccountPage {
        lines: entries
            .iter()
            .map(|entry| AccountLine {
                id: entry.id,
                booking: entry.booking.map(|booking| format!("/staff/bookings/{booking}")),
                can_reverse: entry.reverses.is_none() && !taken_back.contains(&entry.id),
                entry: EntryLine::new(t, zone, entry),
            })
            .collect(),
        balance_text: words::balance_text(t, balance),
        balance: t.money(Money::new(balance.abs(), currency)),
        owes: open > 0,
        refundable: t.money(Money::new(back, currency)),
        can_refund: back > 0,
        is_manager: staff.role.is_manager(),
        booking: booking.map(|booking| {
            (
                booking.id.to_string(),
                format!("{}, {}", booking.service_name, t.date_medium(booking.local_start().date())),
            )
        }),
        locations: catalog.locations.iter().map(|place| (place.id.to_string(), place.name.clone())).collect(),
        methods: words::methods(t),
        currency: currency.code(),
        action: format!("/staff/clients/{}/money", client.id),
        once: chance::token(),
        page,
        form,
        pay,
        refund,
        write_off,
        client,
    }
}

/// What every form of the account has in common.
fn asked(form: &mut Form, staff: &Staff, id: &str, deed: Option<Deed>) -> Result<Option<Posting>, Problem> {
    let (t, currency) = (staff.t, staff.catalog.clinic.currency);
    let client = id.parse::<ClientId>().map_err(|_wrong| Problem::NotFound)?;
    let booking = match form.given("booking") {
        Some(text) => Some(text.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?),
        None => None,
    };
    let amount = Money::parse_typed(form.value("amount"), currency, t.decimal_sign());
    if amount.is_none_or(|amount| amount.minor == 0) {
        form.fail("amount", words::wrong_amount(t, currency));
    }
    let note = form.value("note").trim().to_owned();
    if NOTE_CHARACTERS_MAX < note.chars().count() {
        form.fail("note", t.with("money-wrong-text", &[("max", &NOTE_CHARACTERS_MAX)]));
    }
    let named = form.given("location").and_then(|text| text.parse::<LocationId>().ok());
    let known = named.filter(|id| staff.catalog.location(*id).is_some());
    let location = known.or(staff.catalog.locations.first().map(|place| place.id));
    let once = form.given("once").filter(|key| key.len() <= KEY_BYTES_MAX).map(str::to_owned);
    let (Some(deed), Some(amount), false) = (deed, amount, form.has_errors()) else {
        return Ok(None);
    };
    let account = Account { client, booking };
    Ok(Some(Posting { deed, account, location, amount, note, once, by: staff.actor() }))
}

fn method(form: &mut Form, t: Texts) -> Option<Method> {
    let method = Method::parse(form.value("method"));
    if method.is_none() {
        form.fail("method", t.text("money-wrong-method"));
    }
    method
}

fn back(form: &Form, id: &str, done: &str) -> actix_web::HttpResponse {
    let here = format!("/staff/clients/{id}/money");
    let back = auth::safe_next(form.value("back")).unwrap_or(&here);
    see_other(&page::with_query(back, "done", done))
}

/// Takes a payment.
pub async fn pay(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let mut form = desk.form(&app.0, &body)?;
    let deed = method(&mut form, desk.t).map(Deed::Payment);
    post(&app, &desk, &request, &id, (form, deed), ("payment", "paid")).await
}

/// Gives money back.
pub async fn give_back(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let mut form = desk.form(&app.0, &body)?;
    let deed = method(&mut form, desk.t).map(Deed::Refund);
    post(&app, &desk, &request, &id, (form, deed), ("refund", "refunded")).await
}

/// Gives up what is owed.
pub async fn give_up(app: AppData, who: Manager, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let mut form = who.form(&app.0, &body)?;
    form.required("note", who.t);
    post(&app, &who, &request, &id, (form, Some(Deed::WriteOff)), ("write-off", "written-off")).await
}

/// `section` is the part of the page a refusal goes back to, `done` what the page says afterwards.
async fn post(
    app: &AppData,
    staff: &Staff,
    request: &HttpRequest,
    id: &str,
    (mut form, deed): (Form, Option<Deed>),
    (section, done): (&'static str, &str),
) -> Answer {
    let t = staff.t;
    let Some(posting) = asked(&mut form, staff, id, deed)? else {
        return show(&app.0, staff, request, id, (StatusCode::UNPROCESSABLE_ENTITY, form, section)).await;
    };
    let (deed, currency) = (posting.deed, posting.amount.currency);
    match app.0.db.write(app.0.clock.now(), move |tx| money::post(tx, &posting)).await {
        Ok(_) => Ok(back(&form, id, done)),
        Err(Bad::Refused(PostRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(PostRefused::Amount)) => {
            form.fail("amount", t.text("money-wrong-range"));
            show(&app.0, staff, request, id, (StatusCode::UNPROCESSABLE_ENTITY, form, section)).await
        }
        Err(Bad::Refused(PostRefused::TooMuch { at_most })) => {
            let most = t.money(Money::new(at_most, currency));
            let sentence = match deed {
                Deed::Payment(_) | Deed::Refund(_) => t.with("money-refund-too-much", &[("amount", &most)]),
                Deed::WriteOff => t.with("money-write-off-too-much", &[("amount", &most)]),
            };
            form.fail("amount", sentence);
            show(&app.0, staff, request, id, (StatusCode::UNPROCESSABLE_ENTITY, form, section)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Takes a line back.
pub async fn take_back(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    id: Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let (client, entry) = id.into_inner();
    let form = who.form(&app.0, &body)?;
    let entry = entry.parse::<EntryId>().map_err(|_wrong| Problem::NotFound)?;
    let (by, note) = (who.actor(), String::new());
    match app.0.db.write(app.0.clock.now(), move |tx| money::reverse(tx, entry, &note, by)).await {
        Ok(_) => Ok(back(&form, &client, "reversed")),
        Err(Bad::Refused(ReverseRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            let mut form = form;
            form.fail(
                "entry",
                match refused {
                    ReverseRefused::Already | ReverseRefused::Unknown => who.t.text("money-reverse-already"),
                    ReverseRefused::Refunded => who.t.text("money-reverse-refunded"),
                },
            );
            show(&app.0, &who, &request, &client, (StatusCode::CONFLICT, form, "entry")).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
