//! `rebook import`

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Place};
use crate::app::App;
use crate::db::Fault;
use crate::domain::money::Currency;
use crate::import::{self, Counts, Finding, ImportTrouble, Kind, Map, Plan, Verdict};
use crate::retention;

/// What a file holds.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// People: names, mail, phone, birth date, language, source, standing, note
    Clients,
    /// What they came for, what they missed and called off, with amounts
    Visits,
    /// What the clinic does
    Services,
}

/// What `import` is told.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// What the file holds
    what: What,
    /// The file: CSV with a first line that names the columns
    file: PathBuf,
    /// A mapping file (TOML) for what the file cannot say itself; see docs/import.md
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Says of every row what would become of it, and writes nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn import(place: &Place, wanted: &Wanted) -> Result<(), Failure> {
    let kind = match wanted.what {
        What::Clients => Kind::Clients,
        What::Visits => Kind::Visits,
        What::Services => Kind::Services,
    };
    let map = match &wanted.map {
        Some(file) => Map::read(file).map_err(Failure::from_error)?,
        None => Map::default(),
    };
    let app = place.open()?;
    let length = std::fs::metadata(&wanted.file).map_or(0, |data| data.len());
    let bar = bar(length);
    let now = app.clock.now();
    bar.set_message("reading");
    let plan = import::plan(kind, wanted.file.clone(), map, &bar).map_err(|trouble| failure(&bar, &trouble))?;
    bar.suspend(|| eprintln!("{}", how_it_is_read(&plan)));
    bar.set_message("checking");
    let mut out = std::io::stdout().lock();
    let mut tell = |finding: &Finding| {
        let word = match finding.verdict {
            Verdict::Refused => "refused",
            Verdict::LeftOut => "left out",
        };
        // A pipe that was closed is no reason to stop counting.
        bar.suspend(|| {
            let _closed = writeln!(out, "line {}: {word}: {}", finding.line, finding.why);
        });
    };
    let checked = import::check(&app.db, &plan, now, &bar, &mut tell).map_err(|trouble| failure(&bar, &trouble))?;
    if wanted.dry_run || 0 < checked.refused {
        bar.finish_and_clear();
        drop(out);
        println!("{}", sums(&checked, "would be", app_currency(&app)?));
        return verdict(&checked, wanted.dry_run);
    }
    drop(out);
    bar.set_message("writing");
    let done = import::carry_out(&app.db, &plan, now, &bar).map_err(|trouble| failure(&bar, &trouble))?;
    bar.set_message("figures");
    let made = figures(&app, now, &bar);
    bar.finish_and_clear();
    println!("{}", sums(&done, "are", app_currency(&app)?));
    made.map_err(|fault| {
        Failure::new(format!("everything is imported, but the figures could not be made: {fault}; run rebook figures"))
    })
}

/// Figures, states and values with what came in.
fn figures(app: &App, now: DateTime<Utc>, bar: &ProgressBar) -> Result<(), Fault> {
    let catalog = app.db.read_blocking(|conn| app.shop.catalogs.current(conn))?;
    let today = retention::kept::today_at(&catalog, now);
    import::make_figures(&app.db, &app.clock, (now, today), bar)
}

fn failure(bar: &ProgressBar, trouble: &ImportTrouble) -> Failure {
    bar.finish_and_clear();
    Failure::new(trouble.to_string())
}

fn app_currency(app: &App) -> Result<Currency, Failure> {
    app.db.read_blocking(import::currency).map_err(Failure::from_error)
}

fn verdict(checked: &Counts, is_dry: bool) -> Result<(), Failure> {
    if checked.refused == 0 {
        return Ok(());
    }
    let wrote = if is_dry { "" } else { "; nothing was written" };
    Err(Failure::new(format!("{} of {} rows are refused{wrote}", checked.refused, checked.rows)))
}

fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg:10} {bar:32} {percent:>3} %  {bytes_per_sec}");
    let bar = ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn how_it_is_read(plan: &Plan) -> String {
    let layout = &plan.layout;
    let program = layout.preset.map_or("a file of its own kind", |preset| preset.name());
    let mut text = format!("Read as {program}.");
    if !layout.unread.is_empty() {
        text.push_str(&format!(" Columns that are not read: {}.", layout.unread.join(", ")));
    }
    text
}

/// The sums of a run, one a line; what is nought is not said.
fn sums(counts: &Counts, are: &str, currency: Currency) -> String {
    let money = format!("{}.{:02} {}", counts.charged_minor / 100, counts.charged_minor % 100, currency.code());
    let lines = [
        (counts.rows, "rows read".to_owned()),
        (counts.clients, format!("clients {are} made")),
        (counts.recognised, "were known already, by name and contact".to_owned()),
        (counts.completed, format!("visits {are} made, charged {money} in all")),
        (counts.missed, format!("missed visits {are} made")),
        (counts.cancelled, format!("visits that were called off {are} made")),
        (counts.refunds, format!("refunds {are} made")),
        (counts.services, format!("services {are} made")),
        (counts.providers, format!("providers {are} made")),
        (counts.known, "rows were imported before".to_owned()),
        (counts.doubled, "rows are there twice, or booked already".to_owned()),
        (counts.left_out, "rows are left out by their status".to_owned()),
        (counts.refused, "rows are refused".to_owned()),
    ];
    let mut text: Vec<String> = lines
        .into_iter()
        .filter(|(number, _)| 0 < *number)
        .map(|(number, what)| format!("{number:>10}  {what}"))
        .collect();
    if !counts.unknown.is_empty() {
        text.push("Names that nobody knows, for the map:".to_owned());
        text.extend(counts.unknown.iter().map(|((what, name), rows)| format!("{rows:>10}  [{what}] \"{name}\"")));
    }
    if text.is_empty() { "Nothing is in the file.".to_owned() } else { text.join("\n") }
}
