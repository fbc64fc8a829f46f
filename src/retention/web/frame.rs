//! What the owner's pages share: tabs, the period and its comparison in the address, how a figure says what it means, and
//! tables as files.
//!
//! A page reads [`Asked`] from its address, gets its content from [`crate::retention::kept::kept`], and puts a [`Frame`] into its
//! template, which includes `retention/head.html`. A figure is a [`Figure`]: `{% call r::figure(page, figure) %}` of
//! `retention/parts.html` shows it with its definition and the way to its people. What is asked for with `?as=csv&table=NAME` is
//! answered by [`csv_file`].

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike, NaiveDate};

use crate::db::Fault;
use crate::domain::reporting::{Comparison, Days, OWN, Period};
use crate::i18n::Texts;
use crate::retention::kept::Kept;
use crate::retention::reports::key;
use crate::retention::words::days_text;
use crate::web::auth::Staff;
use crate::web::form::Form;
use crate::web::page;

/// The years a clinic lives in; dates beyond are slips of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// A tab of the owner's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// One glance at everything.
    Overview,
    /// Who comes back, and how soon.
    Returning,
    /// Whom to ask back now.
    AtRisk,
    /// Who did not come, and why.
    Missed,
    /// What messages brought back.
    Messages,
    /// Who comes again, and how long people stay.
    Cohorts,
    /// How often clients come.
    Frequency,
    /// What clients are worth.
    Value,
    /// Kinds of clients.
    Segments,
    /// Where clients come from, and what winning them costs.
    Sources,
    /// What figures are reckoned with.
    Reckoning,
}

/// Says a text in the reader's language.
type Say = fn(Texts) -> String;

/// The tabs: which, address, text; in the order in which an owner asks.
const TABS: &[(Tab, &str, Say)] = &[
    (Tab::Overview, "/owner", |t| t.text("owner-tab-overview")),
    (Tab::Returning, "/owner/returning", |t| t.text("owner-tab-returning")),
    (Tab::Cohorts, "/owner/cohorts", |t| t.text("cohorts-tab")),
    (Tab::Frequency, "/owner/frequency", |t| t.text("frequency-tab")),
    (Tab::AtRisk, "/owner/at-risk", |t| t.text("owner-tab-at-risk")),
    (Tab::Value, "/owner/value", |t| t.text("worth-tab")),
    (Tab::Segments, "/owner/segments", |t| t.text("segments-tab")),
    (Tab::Missed, "/owner/missed", |t| t.text("owner-tab-missed")),
    (Tab::Messages, "/owner/messages", |t| t.text("owner-tab-messages")),
    (Tab::Sources, "/owner/sources", |t| t.text("sources-tab")),
    (Tab::Reckoning, "/owner/settings", |t| t.text("sources-settings-tab")),
];

/// What an address asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The period.
    pub period: Period,
    /// Its days.
    pub days: Days,
    /// What it is compared with.
    pub comparison: Comparison,
    /// The days of that.
    pub compared: Option<Days>,
    /// The day at the clinic.
    pub today: NaiveDate,
    /// What was sent, and what is wrong with it.
    pub form: Form,
    path: String,
}

impl Asked {
    /// Reads the address. What is wrong stands by its field, and the page is that of the last twelve months with
    /// [`Asked::status`] 422.
    pub fn read(staff: &Staff, request: &HttpRequest, today: NaiveDate) -> Self {
        let mut form = Form::parse(request.query_string());
        let period = period_of(&mut form, staff.t, today);
        let comparison = match form.given("compare") {
            None => Comparison::default(),
            Some(word) => match Comparison::parse(word) {
                Some(comparison) => comparison,
                None => {
                    form.fail("compare", staff.t.text("owner-compare-wrong"));
                    Comparison::default()
                }
            },
        };
        let days = period.days(today);
        let compared = comparison.days(days);
        let form = form.filled("period", period.as_str()).filled("compare", comparison.as_str());
        Self { period, days, comparison, compared, today, form, path: request.path().to_owned() }
    }

    /// 200, or 422 where something could not be understood.
    pub fn status(&self) -> StatusCode {
        if self.form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }

    /// The name of the table that is asked for as a file: empty where the page has only one. Nothing for the page itself.
    pub fn csv_table(&self) -> Option<&str> {
        (self.form.value("as") == "csv" && !self.form.has_errors()).then(|| self.form.value("table"))
    }

    /// The days of the period and of the comparison: the key under which answers are kept.
    pub fn key(&self) -> String {
        key(self.days, self.compared)
    }

    /// Another page with the same period and comparison; `more` is added to it.
    pub fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("period", self.period.as_str());
        if let Period::Own(days) = self.period {
            query.append_pair("from", &days.from.to_string()).append_pair("to", &days.last().to_string());
        }
        query.append_pair("compare", self.comparison.as_str());
        for (name, value) in more {
            query.append_pair(name, value);
        }
        format!("{path}?{}", query.finish())
    }

    /// A table of this page as a file.
    pub fn csv_link(&self, table: &str) -> String {
        self.link(&self.path, &[("as", "csv"), ("table", table)])
    }

    /// The people behind a figure: `figure` and what narrows it, as `/owner/people` reads it.
    pub fn people_link(&self, figure: &str, more: &[(&str, &str)]) -> String {
        let mut query = vec![("figure", figure)];
        query.extend_from_slice(more);
        self.link("/owner/people", &query)
    }
}

fn period_of(form: &mut Form, t: Texts, today: NaiveDate) -> Period {
    let word = form.given("period").unwrap_or_default().to_owned();
    let has_days = form.given("from").is_some() || form.given("to").is_some();
    if !has_days && (word.is_empty() || word == OWN) {
        // Whoever wants days of their own is given those of the usual period to change.
        let usual = Period::default();
        return if word.is_empty() { usual } else { Period::Own(usual.days(today)) };
    }
    if word != OWN && !word.is_empty() {
        return Period::parse(&word).unwrap_or_else(|| {
            form.fail("period", t.text("owner-period-wrong"));
            Period::default()
        });
    }
    let mut day = |name: &str| {
        let found = form.given(name).and_then(|text| text.parse::<NaiveDate>().ok());
        let found = found.filter(|day| YEARS.contains(&day.year()));
        if found.is_none() {
            form.fail(name, t.text("owner-day-wrong"));
        }
        found
    };
    match (day("from"), day("to")) {
        (Some(from), Some(to)) if from <= to => Period::Own(Days::through(from, to)),
        (Some(_), Some(_)) => {
            form.fail("to", t.text("owner-days-turned"));
            Period::default()
        }
        _ => Period::default(),
    }
}

/// "As of": today's figures are of this moment, those of a large clinic of last night.
pub fn as_of_text<T>(staff: &Staff, kept: &Kept<T>) -> String {
    let zone = staff.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let when = staff.t.moment(kept.made_at, zone);
    if kept.is_current {
        staff.t.with("owner-as-of", &[("when", &when)])
    } else {
        staff.t.with("owner-as-of-kept", &[("when", &when)])
    }
}

/// A tab as it is shown.
pub struct TabLink {
    /// Where it leads, with the same period.
    pub href: String,
    /// Its text.
    pub text: String,
    /// Whether the page is this one.
    pub current: bool,
}

/// Everything above the content of a page.
pub struct Frame {
    /// What was asked for.
    pub asked: Asked,
    /// The tabs.
    pub tabs: Vec<TabLink>,
    /// The periods that are offered: word and text.
    pub periods: Vec<(String, String)>,
    /// The comparisons.
    pub comparisons: Vec<(String, String)>,
    /// Where the form sends.
    pub path: String,
    /// The chosen days in words.
    pub days_text: String,
    /// The days of the comparison in words; empty where there is none.
    pub compared_text: String,
    /// "As of": the day and moment of the figures.
    pub as_of: String,
    /// Whether the page's figures depend on a period at all.
    pub has_period: bool,
    /// Whether the days are chosen one by one.
    pub has_own_days: bool,
    /// What else the address says and the form keeps.
    pub carried: Vec<(String, String)>,
    /// The first day, for the field.
    pub from: String,
    /// The last day, for the field.
    pub to: String,
}

impl Frame {
    /// The frame of a page whose content is as of `as_of`.
    pub fn new(t: Texts, tab: Option<Tab>, asked: Asked, as_of: String) -> Self {
        let link = |(which, path, text): &(Tab, &str, Say)| TabLink {
            href: asked.link(path, &[]),
            text: text(t),
            current: Some(*which) == tab,
        };
        let typed = |name: &str, day: NaiveDate| match asked.form.given(name) {
            Some(text) if asked.form.has_errors() => text.to_owned(),
            _ => day.to_string(),
        };
        let mut periods: Vec<(String, String)> =
            Period::NAMED.iter().map(|period| (period.as_str().to_owned(), period_text(t, *period))).collect();
        periods.push((OWN.to_owned(), t.text("owner-period-own")));
        let comparison = |known: &Comparison| (known.as_str().to_owned(), comparison_text(t, *known));
        Self {
            tabs: TABS.iter().map(link).collect(),
            periods,
            comparisons: Comparison::ALL.iter().map(comparison).collect(),
            path: asked.path.clone(),
            days_text: days_text(t, asked.days),
            compared_text: asked.compared.map(|days| days_text(t, days)).unwrap_or_default(),
            as_of,
            has_period: true,
            has_own_days: matches!(asked.period, Period::Own(_)) || asked.form.has_errors(),
            carried: Vec::new(),
            from: typed("from", asked.days.from),
            to: typed("to", asked.days.last()),
            asked,
        }
    }

    /// Another page with the same period.
    pub fn href(&self, path: &str) -> String {
        self.asked.link(path, &[])
    }

    /// The address of this page, asked for as a file.
    pub fn csv_here(&self, address: &str) -> String {
        page::with_query(address, "as", "csv")
    }

    /// Whether there is a tab of that address.
    pub fn has(&self, path: &str) -> bool {
        TABS.iter().any(|(_, known, _)| *known == path)
    }

    /// The same, whose form keeps another word of the address.
    #[must_use]
    pub fn carrying(mut self, name: &str, value: &str) -> Self {
        self.carried.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same for a page that is about today alone.
    #[must_use]
    pub fn without_period(mut self) -> Self {
        self.has_period = false;
        self
    }
}

fn period_text(t: Texts, period: Period) -> String {
    match period {
        Period::LastTwelveMonths => t.text("owner-period-last-12-months"),
        Period::ThisMonth => t.text("owner-period-this-month"),
        Period::LastMonth => t.text("owner-period-last-month"),
        Period::ThisYear => t.text("owner-period-this-year"),
        Period::LastYear => t.text("owner-period-last-year"),
        Period::Own(_) => t.text("owner-period-own"),
    }
}

fn comparison_text(t: Texts, comparison: Comparison) -> String {
    match comparison {
        Comparison::Before => t.text("owner-compare-before"),
        Comparison::YearBefore => t.text("owner-compare-year-before"),
        Comparison::Nothing => t.text("owner-compare-none"),
    }
}

/// What a figure means, in plain words.
#[derive(Debug, Clone, Default)]
pub struct Definition {
    /// What it says.
    pub meaning: String,
    /// Which days it looks at.
    pub window: String,
    /// What is counted: clients, visits, bookings.
    pub unit: String,
    /// What is above the line, with its number; empty for a plain count.
    pub numerator: String,
    /// What is below it, with its number; empty for a plain count.
    pub denominator: String,
    /// How many people are behind it.
    pub people: String,
    /// What others reach; empty where nothing is known.
    pub reference: String,
}

/// A figure as it is shown.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    /// A name for its place on the page (`retention`).
    pub anchor: String,
    /// What it is called.
    pub name: String,
    /// Its value, or "not yet known: …".
    pub value: String,
    /// Whether the value is known.
    pub is_known: bool,
    /// Within which range it is likely to lie; empty where nothing says so.
    pub interval: String,
    /// What it was in the days it is compared with; empty where there are none.
    pub before: String,
    /// What it means.
    pub definition: Definition,
    /// The way to the people behind it; empty where there are none.
    pub people_href: String,
}

/// A table as a file. Cells that a spreadsheet would take for a formula begin with an apostrophe.
pub fn csv_file(name: &str, head: &[String], rows: &[Vec<String>]) -> Result<HttpResponse, Fault> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(head).map_err(Fault::other)?;
    for row in rows {
        out.write_record(row.iter().map(|cell| harmless(cell))).map_err(Fault::other)?;
    }
    let body = out.into_inner().map_err(|error| Fault::other(error.to_string()))?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(format!("{name}.csv"))],
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(disposition)
        .body(body))
}

/// A negative number is no formula; everything else that begins like one is made text.
fn harmless(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    if !is_number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_period_is_read_or_refused_by_its_field() {
        let t = Texts::new(Language::En);
        let read = |query: &str| {
            let mut form = Form::parse(query);
            let today = "2026-11-23".parse().unwrap();
            (period_of(&mut form, t, today), form.has_errors())
        };
        assert_eq!(read(""), (Period::LastTwelveMonths, false));
        assert_eq!(read("period=last-month"), (Period::LastMonth, false));
        assert!(matches!(read("period=own&from=2026-01-01&to=2026-01-31"), (Period::Own(_), false)));
        assert!(matches!(read("period=own"), (Period::Own(_), false)));
        assert!(matches!(read("from=2026-01-01&to=2026-01-31"), (Period::Own(_), false)));
        for wrong in [
            "period=ever",
            "period=own&from=2026-01-01",
            "period=own&from=2026-02-30&to=2026-03-01",
            "period=own&from=2026-02-02&to=2026-02-01",
            "period=own&from=0001-01-01&to=2026-02-01",
        ] {
            assert_eq!(read(wrong), (Period::LastTwelveMonths, true), "{wrong}");
        }
    }

    #[test]
    fn no_cell_is_a_formula_and_numbers_stay_numbers() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("-12.50"), "-12.50");
        assert_eq!(harmless("-cmd"), "'-cmd");
    }
}
