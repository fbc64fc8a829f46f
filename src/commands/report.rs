//! `rebook report retention`: the owner's figures on the terminal, as a table, as CSV or as JSON.

use chrono::NaiveDate;
use clap::Subcommand;

use super::{Failure, Place, runtime};
use crate::domain::language::Language;
use crate::domain::reporting::{Comparison, Days, Period};
use crate::i18n::Texts;
use crate::retention::kept::today_at;
use crate::retention::paper::{self, Paper};
use crate::retention::{reports, words};

/// Which report.
#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// Who comes back, who is lost, what one is worth. Example: rebook report retention --from 2026-01-01 --to 2026-06-30
    Retention {
        /// The first day; without it, twelve months before the last
        #[arg(long, value_name = "DAY")]
        from: Option<NaiveDate>,
        /// The last day; without it, today
        #[arg(long, value_name = "DAY")]
        to: Option<NaiveDate>,
        /// Everything, with definitions, for programs
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// The figures as a table for spreadsheets
        #[arg(long)]
        csv: bool,
    },
}

pub(super) fn report(place: &Place, command: &ReportCommand) -> Result<(), Failure> {
    let ReportCommand::Retention { from, to, json, csv } = command;
    let app = place.open()?;
    let made = runtime()?.block_on(async {
        let catalog = app.catalog().await?;
        let today = today_at(&catalog, app.clock.now());
        let days = days_of(*from, *to, today);
        let Some(days) = days else { return Ok(None) };
        reports::report_of(&app, days, Comparison::default().days(days)).await.map(Some)
    });
    let made = made.map_err(|fault: crate::db::Fault| Failure::from_error(fault))?;
    let made =
        made.ok_or_else(|| Failure::new("--from lies after --to, or after today: give days such as 2026-06-30"))?;
    let t = Texts::new(Language::En);
    let paper = paper::paper(t, &made.content);
    if *json {
        println!("{}", serde_json::to_string_pretty(&paper).map_err(Failure::from_error)?);
    } else if *csv {
        print!("{}", as_csv(&paper)?);
    } else {
        print!("{}", as_text(t, &paper, made.content.days));
    }
    Ok(())
}

/// The same days as the page has for the same words.
fn days_of(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Option<Days> {
    let last = to.unwrap_or(today).min(today);
    let first = from.unwrap_or_else(|| Period::LastTwelveMonths.days(last).from);
    (first <= last).then(|| Days::through(first, last))
}

fn as_csv(paper: &Paper) -> Result<String, Failure> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(paper::TABLE_HEAD).map_err(Failure::from_error)?;
    for row in paper::rows(paper) {
        out.write_record(&row).map_err(Failure::from_error)?;
    }
    let bytes = out.into_inner().map_err(|error| Failure::new(error.to_string()))?;
    String::from_utf8(bytes).map_err(Failure::from_error)
}

fn as_text(t: Texts, paper: &Paper, days: Days) -> String {
    let mut text = format!("{}, as of {}\n\n", words::days_text(t, days), paper.as_of);
    let name_width = paper.figures.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
    for line in &paper.figures {
        let definition = if line.value.is_some() {
            let currency = paper::currency_called(&paper.currency);
            let part = words::part_text(t, line.which.0, line.numerator, currency);
            let of = words::of_text(t, line.which.0, line.denominator, currency);
            format!("{part} of {of}, {} people", line.people)
        } else {
            String::new()
        };
        text.push_str(&format!("{:name_width$}  {:<14}  {definition}\n", line.name, line.text));
    }
    let moves = paper.movements;
    text.push_str(&format!(
        "\nclients at the start {}, new {}, won back {}, lost {}, at the end {}\n\n",
        moves.clients_at_start, moves.new, moves.reactivated, moves.lost, moves.clients_at_end
    ));
    for state in &paper.states {
        text.push_str(&format!("{:<10} {:>8}  (+{} −{} this month)\n", state.name, state.now, state.came, state.went));
    }
    text.push_str("\n--json explains each figure: window, unit, what counts and out of what\n");
    text
}
