//! `rebook clv`: the models alone, on any transaction log, without a database.

mod answer;
mod trouble;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::time::Instant;

use chrono::{Datelike as _, NaiveDate};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::{Failure, Place};
use crate::domain::lifetime::choose::{Choice, as_asked, choose, wheat_morrison};
use crate::domain::lifetime::model::{Family, Model};
use crate::domain::lifetime::row::Rows;
use crate::domain::lifetime::spend::{FittedSpend, Spend};
use crate::domain::lifetime::value;
use crate::domain::transactions::{Customer, Customers, Log};
use answer::{Answer, ClientLine};

/// Days of a month, on average.
const MONTH_DAYS: f64 = 30.4375;
/// Nobody looks further ahead.
const HORIZON_DAYS_MAX: f64 = 36_525.0;

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Asked {
    /// Chooses by itself: a rhythm if there is one
    Auto,
    /// BG/NBD
    BgNbd,
    /// MBG/NBD
    MbgNbd,
    /// Pareto/NBD
    ParetoNbd,
    /// BG/CNBD-k
    BgCnbd,
    /// MBG/CNBD-k
    MbgCnbd,
}

/// The unit of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    /// Days
    Day,
    /// Weeks
    Week,
}

impl Unit {
    const fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }
}

/// What `clv` is told.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// The log: CSV whose first line names the columns client_id, date and, if there are any, amount; - is standard input
    file: PathBuf,
    /// Which model
    #[arg(long, value_enum, default_value = "auto")]
    model: Asked,
    /// The rhythm of a CNBD model; without it the one that fits best
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=12))]
    k: Option<u32>,
    /// The day on which it is looked at; without it the last day in the log
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
    /// The unit of times
    #[arg(long, value_enum, default_value = "day")]
    unit: Unit,
    /// How many units ahead visits are expected; without it a year
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    horizon: Option<u32>,
    /// By how much money a month later is worth less: 0.01 is one in a hundred
    #[arg(long, value_name = "RATE", default_value = "0", value_parser = rate)]
    discount: f64,
    /// One JSON document instead of CSV
    #[arg(long)]
    json: bool,
    /// Leaves the clients out: only what the fit says
    #[arg(long)]
    summary: bool,
}

pub(super) fn clv(place: &Place, wanted: &Wanted) -> Result<(), Failure> {
    let started = Instant::now();
    let mut log = read(wanted)?;
    log.sort();
    let today = place.clock()?.now().date_naive();
    let until = match (wanted.until, log.last_day()) {
        (Some(until), _) => until.num_days_from_ce(),
        (None, Some(last)) => last.min(today.num_days_from_ce()),
        (None, None) => return Err(Failure::new("the log holds no transactions")),
    };
    let customers = log.customers(until, wanted.unit.days());
    if customers.customers.is_empty() {
        return Err(Failure::new("nobody came until that day: give a later --until, or a log with earlier visits"));
    }
    let rows: Rows = customers.customers.iter().map(|customer| customer.row).collect();
    let read_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let choice = choice(wanted, &rows);
    let fit_seconds = started.elapsed().as_secs_f64();
    let spend = log.has_amounts().then(|| FittedSpend::of(&spends(&customers)));
    let lines = if wanted.summary { Vec::new() } else { lines(wanted, &log, &customers, &choice, spend.as_ref()) };
    let answer = Answer {
        choice: &choice,
        spend: spend.as_ref(),
        log: &log,
        customers: &customers,
        until: NaiveDate::from_num_days_from_ce_opt(until),
        unit: wanted.unit.as_str(),
        unit_days: wanted.unit.days(),
        horizon: horizon(wanted),
        discount: wanted.discount,
        regularity: wheat_morrison(customers.customers.iter().filter_map(|customer| customer.first_gaps)),
        seconds: (read_seconds, fit_seconds),
        lines,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = if wanted.json { answer.write_json(&mut out) } else { answer.write_csv(&mut out) };
    match written.and_then(|()| out.flush()) {
        // Whoever reads only the first lines has what he wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::new(format!("the answer cannot be written: {error}"))),
        Ok(()) => Ok(()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (0.0..1.0).contains(rate));
    rate.ok_or_else(|| "a rate from 0 to below 1, for example 0.01".to_owned())
}

fn read(wanted: &Wanted) -> Result<Log, Failure> {
    let named = wanted.file.display().to_string();
    if named == "-" {
        return Log::read(io::stdin().lock(), |_bytes| {})
            .map_err(|trouble| trouble::failure("standard input", &trouble));
    }
    let unreadable = |error: io::Error| Failure::new(format!("{named} cannot be read: {error}"));
    let file = File::open(&wanted.file).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let bar = if io::stderr().is_terminal() { bar(length) } else { ProgressBar::hidden() };
    let log = Log::read(Box::new(file) as Box<dyn Read>, |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    log.map_err(|trouble| trouble::failure(&named, &trouble))
}

fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("reading {wide_bar} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn choice(wanted: &Wanted, rows: &Rows) -> Choice {
    let family = match wanted.model {
        Asked::Auto => return choose(rows),
        Asked::BgNbd => Family::BgNbd,
        Asked::MbgNbd => Family::MbgNbd,
        Asked::ParetoNbd => Family::ParetoNbd,
        Asked::BgCnbd => Family::BgCnbd,
        Asked::MbgCnbd => Family::MbgCnbd,
    };
    as_asked(rows, family, wanted.k)
}

fn spends(customers: &Customers) -> Vec<Spend> {
    customers.customers.iter().filter_map(|customer| customer.spend).collect()
}

/// How far ahead, in units.
fn horizon(wanted: &Wanted) -> f64 {
    let asked = wanted.horizon.map(f64::from);
    let most = HORIZON_DAYS_MAX / wanted.unit.days();
    asked
        .unwrap_or(match wanted.unit {
            Unit::Day => 365.0,
            Unit::Week => 52.0,
        })
        .min(most)
}

/// The ends of months until the horizon; one where money later is worth as much.
fn ends(horizon: f64, unit_days: f64, discount: f64) -> Vec<f64> {
    let month = MONTH_DAYS / unit_days;
    let mut ends = Vec::new();
    if discount > 0.0 {
        let months = (1_u32..).map(|count| f64::from(count) * month);
        ends.extend(months.take_while(|end| *end < horizon));
    }
    ends.push(horizon);
    ends
}

fn lines<'a>(
    wanted: &Wanted,
    log: &'a Log,
    customers: &Customers,
    choice: &Choice,
    spend: Option<&FittedSpend>,
) -> Vec<ClientLine<'a>> {
    let horizon = horizon(wanted);
    let ends = ends(horizon, wanted.unit.days(), wanted.discount);
    let model = choice.fit.as_ref().map(|fit| &fit.model);
    let line = |customer: &Customer| line(log, customer, model, spend, &ends, wanted.discount);
    customers.customers.par_iter().map(line).collect()
}

fn line<'a>(
    log: &'a Log,
    customer: &Customer,
    model: Option<&Model>,
    spend: Option<&FittedSpend>,
    ends: &[f64],
    discount: f64,
) -> ClientLine<'a> {
    let row = &customer.row;
    let expected = model.and_then(|model| value::expected(model, row, ends, discount).last().copied());
    let amount = spend.map(|spend| spend.expected(customer.spend.as_ref()));
    let horizon = ends.last().copied().unwrap_or(0.0);
    ClientLine {
        client_id: String::from_utf8_lossy(log.name(customer.number)),
        frequency: row.repeats,
        recency: row.recency,
        age: row.age,
        alive: model.map(|model| model.alive(row)),
        returns: model.map(|model| model.comes_within(row, horizon)),
        expected_visits: expected.map(|expected| expected.visits),
        amount_so_far: spend.map(|_| customer.total),
        expected_amount: amount,
        expected_value: expected.zip(amount).map(|(expected, amount)| expected.discounted_visits * amount),
    }
}
