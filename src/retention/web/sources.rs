//! Does advertising pay? Sources with their clients, costs and worth; where costs are entered, and sources made one.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;

use super::Answer;
use super::frame::{self, Asked, Frame, Tab};
use super::sources_words::{LineView, file_text, line_view, money};
use crate::db::{Bad, Never};
use crate::domain::ledger::AMOUNT_MAX_MINOR;
use crate::domain::money::{Currency, Money};
use crate::domain::sources::{self as arithmetic, Cost, Line, Won};
use crate::retention::kept::{Kept, kept, today_at};
use crate::retention::sources::{self, CostChange, Entered, RenameRefused, month_of, read_costs};
use crate::settings::web::upload;
use crate::web::auth::{Owner, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};

/// The address.
pub(super) const PLACE: &str = "/owner/sources";
/// A file of more is no table of costs.
const FILE_BYTES_MAX: usize = 1 << 20;
/// Changes that are shown.
const CHANGES_SHOWN: i64 = 20;
/// Months in which costs of one source are entered at once.
const MONTHS_MAX: usize = 36;

#[derive(Template)]
#[template(path = "retention/sources.html")]
struct SourcesPage {
    page: Page,
    frame: Frame,
    form: Form,
    lines: Vec<LineView>,
    /// All sources that cost money, together.
    total: Option<LineView>,
    /// The source whose months are shown.
    chosen: Option<String>,
    months: Vec<LineView>,
    /// For fields in which a source is typed.
    known: Vec<String>,
    alike: Vec<(String, String)>,
    changes: Vec<ChangeView>,
    csv_href: String,
    months_csv_href: String,
    costs_csv_href: String,
    /// What forms send along, so that the page comes back as it was.
    query: String,
    /// The same without the source, for the form that chooses one.
    hidden: Vec<(String, String)>,
    currency: &'static str,
}

/// A change as it is shown.
struct ChangeView {
    when: String,
    who: String,
    what: String,
    amount: String,
}

/// Everything the page is made of.
struct Content {
    won: Kept<Vec<Won>>,
    costs: Vec<Cost>,
    known: Vec<String>,
    changes: Vec<CostChange>,
}

async fn content(app: &AppData) -> Result<Content, crate::db::Fault> {
    let won = kept(&app.0, "sources", "", arithmetic::won).await?;
    let read = app
        .0
        .db
        .read(|conn| Ok((sources::costs(conn)?, sources::known(conn)?, sources::changes(conn, CHANGES_SHOWN)?)));
    let (costs, known, changes) = read.await?;
    Ok(Content { won, costs, known, changes })
}

/// Sources with their clients, costs and worth.
pub async fn sources_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let status = asked.status();
    let said = match asked.form.value("done") {
        "saved" => Some(owner.t.text("sources-saved")),
        "same" => Some(owner.t.text("sources-same")),
        "renamed" => Some(owner.t.text("sources-renamed")),
        _ => None,
    };
    show(&app, &owner, &request, (status, asked, Form::new()), said).await
}

async fn show(
    app: &AppData,
    owner: &Owner,
    request: &HttpRequest,
    (status, asked, form): (StatusCode, Asked, Form),
    said: Option<String>,
) -> Answer {
    let t = owner.t;
    let content = content(app).await?;
    let currency = owner.catalog.clinic.currency;
    let months = arithmetic::months_in(asked.days);
    let lines = arithmetic::by_source(&content.won.content, &content.costs, &months);
    let chosen = asked.form.given("source").and_then(arithmetic::name_of);
    let of_months = chosen.as_ref().map_or_else(Vec::new, |source| {
        let some: Vec<NaiveDate> = months.iter().rev().take(MONTHS_MAX).rev().copied().collect();
        arithmetic::by_month(&content.won.content, &content.costs, source, &some)
    });
    if let Some(table) = asked.csv_table() {
        return table_file(owner, table, &lines, &of_months, &content.costs);
    }
    let source_words: Vec<(&str, &str)> = chosen.iter().map(|source| ("source", source.as_str())).collect();
    let own = asked.link(PLACE, &source_words);
    let query = own.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let plain = asked.link(PLACE, &[]);
    let plain = plain.split_once('?').map_or("", |(_, query)| query);
    let hidden = url::form_urlencoded::parse(plain.as_bytes()).into_owned().collect();
    let csv = |table: &str| {
        let mut words = source_words.clone();
        words.extend([("as", "csv"), ("table", table)]);
        asked.link(PLACE, &words)
    };
    let (csv_href, months_csv_href, costs_csv_href) = (csv("sources"), csv("months"), csv("costs"));
    let views = lines.iter().map(|line| source_view(owner, &asked, line)).collect();
    let together = arithmetic::together(&lines);
    let total = (together.cost.is_some() && 1 < lines.len())
        .then(|| line_view(t, t.text("sources-together"), &together, currency));
    let month_views = of_months.iter().map(|(month, line)| month_view(owner, &form, *month, line)).collect();
    let mut page = owner.page(request, Nav::Owner, t.text("sources-title"));
    if let Some(said) = said {
        page = page.saying(Tone::Success, said);
    }
    let as_of = frame::as_of_text(owner, &content.won);
    let mut frame = Frame::new(t, Some(Tab::Sources), asked, as_of);
    frame.path = PLACE.to_owned();
    if let Some(source) = &chosen {
        frame = frame.carrying("source", source);
    }
    let shown = SourcesPage {
        page,
        frame,
        form,
        lines: views,
        total,
        months: month_views,
        alike: arithmetic::alike(&content.known),
        known: content.known,
        changes: content.changes.into_iter().map(|change| change_view(owner, change)).collect(),
        csv_href,
        months_csv_href,
        costs_csv_href,
        query,
        hidden,
        chosen,
        currency: currency.symbol(),
    };
    Ok(page::html(status, &shown))
}

fn source_view(owner: &Owner, asked: &Asked, line: &Line) -> LineView {
    let t = owner.t;
    let name = line.source.clone().unwrap_or_else(|| t.text("sources-unknown"));
    let mut view = line_view(t, name, line, owner.catalog.clinic.currency);
    if let Some(source) = &line.source {
        view.href = format!("{}#months", asked.link(PLACE, &[("source", source)]));
    }
    if 0 < line.sum.clients {
        let source = line.source.as_deref().unwrap_or_default();
        view.people_href = asked.link("/owner/sources/people", &[("source", source)]);
    }
    view
}

/// The field of a month's cost.
fn field_of(month: NaiveDate) -> String {
    format!("cost-{}", month.format("%Y-%m"))
}

fn month_view(owner: &Owner, form: &Form, month: NaiveDate, line: &Line) -> LineView {
    let t = owner.t;
    let mut view = line_view(t, t.month(month), line, owner.catalog.clinic.currency);
    view.field = field_of(month);
    let plain = || line.cost.map(|minor| plain_amount(minor, owner)).unwrap_or_default();
    view.typed = if form.has(&view.field) { form.value(&view.field).to_owned() } else { plain() };
    view
}

/// An amount as it is typed.
fn plain_amount(minor: i64, owner: &Owner) -> String {
    let currency = owner.catalog.clinic.currency;
    match currency.decimals() {
        0 => minor.to_string(),
        _ => format!("{}{}{:02}", minor / 100, owner.t.decimal_sign(), minor % 100),
    }
}

fn change_view(owner: &Owner, change: CostChange) -> ChangeView {
    let (t, currency) = (owner.t, owner.catalog.clinic.currency);
    let zone = owner.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let amount =
        |minor: Option<i64>| minor.map_or_else(|| t.text("sources-no-cost"), |minor| money(t, minor, currency));
    ChangeView {
        when: t.moment(change.at, zone),
        who: change.by.unwrap_or_else(|| t.text("sources-by-nobody")),
        what: t.with("sources-change-what", &[("source", &change.source), ("month", &t.month(change.month))]),
        amount: t
            .with("sources-change-amount", &[("before", &amount(change.before)), ("after", &amount(change.after))]),
    }
}

/// A table of the page as a file; amounts are plain numbers.
fn table_file(
    owner: &Owner,
    table: &str,
    lines: &[Line],
    months: &[(NaiveDate, Line)],
    costs: &[Cost],
) -> Result<HttpResponse, crate::web::problem::Problem> {
    let t = owner.t;
    let currency = owner.catalog.clinic.currency;
    let number = |minor: Option<i64>| minor.map(|minor| plain_number(minor, currency)).unwrap_or_default();
    let head = |first: &str| {
        [first, "clients", "cost", "cost_per_client", "so_far_per_client", "expected_12", "expected_36", "advice"]
            .map(str::to_owned)
            .to_vec()
    };
    let cells = |name: String, line: &Line| {
        vec![
            name,
            line.sum.clients.to_string(),
            number(line.cost),
            number(line.cost_each()),
            number(line.sum.so_far_each()),
            number(line.sum.next_12_each()),
            number(line.sum.next_36_each().map(|interval| interval.expected)),
            line.advice().map(|advice| advice.as_str().to_owned()).unwrap_or_default(),
        ]
    };
    let file = match table {
        "costs" => {
            let head = ["source", "month", "amount"].map(str::to_owned);
            let rows: Vec<Vec<String>> = costs
                .iter()
                .map(|cost| {
                    let month = cost.month.format("%Y-%m").to_string();
                    vec![cost.source.clone(), month, plain_number(cost.minor, currency)]
                })
                .collect();
            frame::csv_file("costs", &head, &rows)?
        }
        "months" => {
            let rows: Vec<Vec<String>> =
                months.iter().map(|(month, line)| cells(month.format("%Y-%m").to_string(), line)).collect();
            frame::csv_file("source-by-month", &head("month"), &rows)?
        }
        _ => {
            let name = |line: &Line| line.source.clone().unwrap_or_else(|| t.text("sources-unknown"));
            let rows: Vec<Vec<String>> = lines.iter().map(|line| cells(name(line), line)).collect();
            frame::csv_file("sources", &head("source"), &rows)?
        }
    };
    Ok(file)
}

fn plain_number(minor: i64, currency: Currency) -> String {
    match currency.decimals() {
        0 => minor.to_string(),
        _ => format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100),
    }
}

/// Back to the page as it was.
fn back(request: &HttpRequest, done: &str) -> HttpResponse {
    see_other(&format!("{PLACE}?{}&done={done}", request.query_string()))
}

/// Saves the costs of one source.
pub async fn save_costs(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let t = owner.t;
    let currency = owner.catalog.clinic.currency;
    let mut form = owner.form(&app.0, &body)?;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let source = asked.form.given("source").and_then(arithmetic::name_of);
    if source.is_none() {
        form.fail("source", t.text("sources-name-wrong"));
    }
    let fields: Vec<(String, String)> = form
        .fields()
        .filter(|(name, _)| name.starts_with("cost-"))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut entries = Vec::new();
    for (name, typed) in fields {
        let month = name.strip_prefix("cost-").and_then(month_of);
        let minor = Money::parse_typed(&typed, currency, t.decimal_sign()).map(|money| money.minor);
        match (month, minor) {
            (None, _) => form.fail("source", t.text("sources-month-wrong")),
            (Some(month), None) if typed.is_empty() => {
                entries.push(Entered { source: source.clone().unwrap_or_default(), month, minor: None });
            }
            (Some(month), Some(minor)) if minor <= AMOUNT_MAX_MINOR => {
                entries.push(Entered { source: source.clone().unwrap_or_default(), month, minor: Some(minor) });
            }
            (Some(_), _) => form.fail(&name, t.text("sources-amount-wrong")),
        }
    }
    if form.has_errors() {
        return show(&app, &owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, asked, form), None).await;
    }
    let changed = enter(&app, &owner, entries, currency).await?;
    Ok(back(&request, if changed == 0 { "same" } else { "saved" }))
}

async fn enter(
    app: &AppData,
    owner: &Owner,
    entries: Vec<Entered>,
    currency: Currency,
) -> Result<usize, crate::db::Fault> {
    let by = owner.by();
    let written = app.0.db.write(app.0.clock.now(), move |tx| -> Result<usize, Bad<Never>> {
        Ok(sources::enter(tx, by, &entries, currency)?)
    });
    written.await.map_err(Bad::into_fault)
}

/// Takes a table of costs.
pub async fn take_file(app: AppData, owner: Owner, request: HttpRequest, body: Multipart) -> Answer {
    let t = owner.t;
    let currency = owner.catalog.clinic.currency;
    let read = upload::read(&request, body, FILE_BYTES_MAX).await;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let mut form = match read.wrong {
        // Nothing was read: there is no token to look at, so nothing is done but to say so.
        Some(upload::Wrong::TooLargeAtOnce) => Form::new(),
        _ => owner.own(&app.0, read.form)?,
    };
    let entries = match (read.wrong, read.file) {
        (Some(_), _) => Err(t.text("sources-file-long")),
        (None, None) => Err(t.text("sources-file-none")),
        (None, Some(file)) => read_costs(&file, currency).map_err(|wrong| file_text(t, wrong)),
    };
    match entries {
        Ok(entries) => {
            let changed = enter(&app, &owner, entries, currency).await?;
            Ok(back(&request, if changed == 0 { "same" } else { "saved" }))
        }
        Err(sentence) => {
            form.fail("file", sentence);
            show(&app, &owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, asked, form), None).await
        }
    }
}

/// Calls a source by another name, or makes two of them one.
pub async fn rename(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let t = owner.t;
    let currency = owner.catalog.clinic.currency;
    let mut form = owner.form(&app.0, &body)?;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let from = form.given("was").map(str::to_owned);
    let into = form.given("into").and_then(arithmetic::name_of);
    if from.is_none() {
        form.fail("was", t.text("sources-rename-which"));
    }
    if into.is_none() {
        form.fail("into", t.text("sources-name-wrong"));
    }
    if let (Some(from), Some(into)) = (from, into) {
        let by = owner.by();
        let written = app.0.db.write(app.0.clock.now(), move |tx| sources::rename(tx, by, &from, &into, currency));
        match written.await {
            Ok(()) => return Ok(see_other(&format!("{PLACE}?done=renamed"))),
            Err(Bad::Refused(RenameRefused::Unknown)) => form.fail("was", t.text("sources-rename-which")),
            Err(Bad::Refused(RenameRefused::Same)) => form.fail("into", t.text("sources-rename-same")),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    show(&app, &owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, asked, form), None).await
}
