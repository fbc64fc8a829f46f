//! `rebook figures`: what is kept of each client, made anew from history, or held against it.

use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Place};
use crate::app::App;
use crate::db::Fault;
use crate::retention::{self, Rebuilt};

/// So many differing clients are named.
const NAMED_MAX: usize = 20;

/// What `figures` is told.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// Changes nothing: compares what is kept with the history, and fails with the clients that differ
    #[arg(long)]
    check: bool,
}

pub(super) fn figures(place: &Place, wanted: &Wanted) -> Result<(), Failure> {
    let app = place.open()?;
    let fault = |fault: Fault| Failure::new(format!("the figures could not be made: {fault}"));
    let today = today(&app).map_err(fault)?;
    if wanted.check {
        let differing = app.db.read_blocking(|conn| retention::check(conn, today)).map_err(fault)?;
        if differing.is_empty() {
            println!("Every client's figures are those of the history.");
            return Ok(());
        }
        let named: Vec<String> = differing.iter().take(NAMED_MAX).map(ToString::to_string).collect();
        let more = if differing.len() > NAMED_MAX { ", …" } else { "" };
        let (count, named) = (differing.len(), named.join(", "));
        return Err(Failure::new(format!(
            "{count} clients have other figures than their history: {named}{more}; `rebook figures` makes them anew"
        )));
    }
    let started = app.clock.now();
    let Rebuilt { visits, people, changed } = retention::rebuild(&app.db, started, today, &bar()).map_err(fault)?;
    let seconds = (app.clock.now() - started).as_seconds_f64().max(0.001);
    let rate = rate(visits, seconds);
    println!(
        "{visits} visits of {people} clients in {seconds:.2} s: {rate:.0} visits a second; {changed} rows changed."
    );
    retention::renew_all(&app.db, &app.clock, today).map_err(fault)
}

#[expect(clippy::cast_precision_loss, reason = "visits are counted in millions")]
fn rate(visits: usize, seconds: f64) -> f64 {
    visits as f64 / seconds
}

fn today(app: &App) -> Result<chrono::NaiveDate, Fault> {
    let catalog = app.db.read_blocking(|conn| app.shop.catalogs.current(conn))?;
    Ok(retention::kept::today_at(&catalog, app.clock.now()))
}

/// Shows how far it is, and how many rows a second.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} figures {bar:32} {pos}/{len} rows, {per_sec}");
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
