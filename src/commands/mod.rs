//! The commands: what `rebook --help` lists. Exit 0 ok, 1 failed, 2 wrong use; errors say what to do.

mod backup;
mod bounce;
mod clv;
mod demo;
mod dkim;
mod doctor;
mod figures;
mod import;
mod measure;
mod migrate;
mod openapi;
mod report;
mod serve;
mod tick;
mod user;
mod workload;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Layers, Settings};
#[cfg(debug_assertions)]
use crate::failpoint;
use crate::telemetry;

/// What went wrong, in a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// The sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Any error, in its own words.
    pub fn from_error(error: impl std::error::Error) -> Self {
        Self(error.to_string())
    }
}

/// Appointment booking that brings clients back.
#[derive(Debug, Parser)]
#[command(name = "rebook", version, about, long_about = None)]
pub struct CommandLine {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the settings and the data are.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// A settings file over the defaults (see config/default.toml)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The directory of data that `rebook demo` made
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a dental clinic with three years behind it, and serves it. Example: rebook demo --port 8080
    Demo {
        #[command(flatten)]
        wanted: demo::Wanted,
    },
    /// Makes data to measure with. Example: rebook workload --dir /tmp/w --locations 10
    #[command(hide = true)]
    Workload {
        #[command(flatten)]
        wanted: workload::Wanted,
    },
    /// Measures messages on such data. Example: rebook measure deliver --most 10000
    #[command(hide = true, subcommand)]
    Measure(measure::Wanted),
    /// The server: pages, API, scheduler. Example: rebook serve --config /etc/rebook.toml
    Serve,
    /// Brings the schema of the database up. Example: rebook migrate --config /etc/rebook.toml
    Migrate,
    /// Checks settings, database, mail, clock and zone data, and says what to do. Example: rebook doctor
    Doctor,
    /// One pass of everything that is due, then exits. Example: rebook tick --dir rebook-demo --at 2026-12-01T09:00:00Z
    Tick {
        /// As if it were this moment; a time in the future only with demo data or --pretend
        #[arg(long, value_name = "RFC3339")]
        at: Option<DateTime<Utc>>,
        /// Allows a time in the future on real data
        #[arg(long)]
        pretend: bool,
    },
    /// Takes a delivery report from standard input, as a mail server pipes it. Example: rebook bounce < MAIL
    Bounce,
    /// Makes the DKIM key once and prints what the DNS must hold. Example: rebook dkim --domain clinic.example
    Dkim {
        /// The key's name in the DNS; without it, mail.dkim_selector or "rebook"
        #[arg(long, value_name = "NAME")]
        selector: Option<String>,
        /// The domain that signs; without it, mail.dkim_domain or the sender's
        #[arg(long, value_name = "DOMAIN")]
        domain: Option<String>,
    },
    /// Who comes back and what that is worth, by models on any transaction log. Example: rebook clv visits.csv --json
    Clv {
        #[command(flatten)]
        wanted: clv::Wanted,
    },
    /// A consistent copy of the SQLite database while it runs. Example: rebook backup /backups/rebook.db
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
    },
    /// Makes the figures of all clients anew from history, or compares them with it. Example: rebook figures --check
    Figures {
        #[command(flatten)]
        wanted: figures::Wanted,
    },
    /// Prints the OpenAPI document of the API. Example: rebook openapi > openapi.json
    #[command(name = "openapi")]
    OpenApi,
    /// Puts a copy back after checking it; the server must be stopped. Example: rebook restore /backups/rebook.db
    Restore {
        /// The copy
        file: PathBuf,
        /// Replaces a database that is there
        #[arg(long)]
        force: bool,
    },
    /// History in, from a CSV file of another program. Example: rebook import visits visits.csv --map map.toml --dry-run
    Import {
        #[command(flatten)]
        wanted: import::Wanted,
    },
    /// The owner's figures.
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// The first owner, and lost passwords: prints a link that works once.
    #[command(subcommand)]
    User(user::UserCommand),
}

/// Runs one command.
pub fn run(line: CommandLine) -> Result<(), Failure> {
    crate::zone_data::offer_system_zone_data();
    #[cfg(debug_assertions)]
    if let Ok(words) = std::env::var("REBOOK_FAILPOINT") {
        failpoint::arm(&words).map_err(Failure::new)?;
    }
    match line.command {
        Command::Demo { wanted } => demo::demo(&line.place, &wanted),
        Command::Workload { wanted } => workload::workload(&line.place, &wanted),
        Command::Measure(wanted) => measure::measure(&line.place, wanted),
        Command::Serve => serve::serve(&line.place),
        Command::Migrate => migrate::migrate(&line.place),
        Command::Doctor => doctor::doctor(&line.place),
        Command::Tick { at, pretend } => tick::tick(&line.place, at, pretend),
        Command::Bounce => bounce::bounce(&line.place),
        Command::Dkim { selector, domain } => dkim::dkim(&line.place, selector.as_deref(), domain.as_deref()),
        Command::Import { wanted } => import::import(&line.place, &wanted),
        Command::Clv { wanted } => clv::clv(&line.place, &wanted),
        Command::Backup { file } => backup::backup(&line.place, &file),
        Command::Figures { wanted } => figures::figures(&line.place, &wanted),
        Command::OpenApi => openapi::openapi(),
        Command::Restore { file, force } => backup::restore(&line.place, &file, force),
        Command::Report(command) => report::report(&line.place, &command),
        Command::User(command) => user::user(&line.place, &command),
    }
}

impl Place {
    /// The layers of settings: defaults, the file, the environment, and the demo's directory where one is named.
    pub fn layers(&self) -> Result<Layers, Failure> {
        let mut layers = Layers::new().map_err(Failure::from_error)?;
        if let Some(file) = &self.config {
            layers = layers.file(file).map_err(Failure::from_error)?;
        }
        layers = layers.environment(std::env::vars_os()).map_err(Failure::from_error)?;
        match &self.dir {
            Some(dir) => in_directory(layers, dir),
            None => Ok(layers),
        }
    }

    /// The settings.
    pub fn settings(&self) -> Result<Settings, Failure> {
        self.layers()?.settings().map_err(Failure::from_error)
    }

    /// The clock: the machine's, or the one a demo directory shares among its commands.
    pub fn clock(&self) -> Result<Clock, Failure> {
        match &self.dir {
            Some(dir) => demo_clock(dir),
            None => Ok(machine_clock()),
        }
    }

    /// Settings read, logging started, database open and up to date.
    pub fn open(&self) -> Result<Arc<App>, Failure> {
        let settings = self.settings()?;
        telemetry::start(&settings.log).map_err(Failure::from_error)?;
        let app = App::open(settings, self.clock()?, self.dir.is_some()).map_err(Failure::from_error)?;
        Ok(Arc::new(app))
    }
}

/// Database and mails of the data that `demo` made in `dir`.
pub fn in_directory(layers: Layers, dir: &Path) -> Result<Layers, Failure> {
    let database = format!("sqlite://{}", dir.join("rebook.db").display());
    let mail = format!("dir://{}", dir.join("mail").display());
    let layers = layers.given("--dir", "database.url", &database).map_err(Failure::from_error)?;
    layers.given("--dir", "mail.url", &mail).map_err(Failure::from_error)
}

/// The file in a demo directory that says how far its clock is from the machine's, in milliseconds.
pub const CLOCK_FILE: &str = "clock-offset-ms";

fn demo_clock(dir: &Path) -> Result<Clock, Failure> {
    let file = dir.join(CLOCK_FILE);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let milliseconds = text.trim().parse().map_err(|_not_a_number| unreadable(&file))?;
            let offset = chrono::TimeDelta::try_milliseconds(milliseconds).ok_or_else(|| unreadable(&file))?;
            Ok(Clock::Offset(offset))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Clock::System),
        Err(error) => Err(Failure::new(format!("{} cannot be read: {error}", file.display()))),
    }
}

/// The machine's clock; tests of the program move it, which only a debug build allows.
fn machine_clock() -> Clock {
    #[cfg(debug_assertions)]
    if let Some(clock) = std::env::var("REBOOK_CLOCK_OFFSET_MS").ok().and_then(|words| failpoint::moved_clock(&words)) {
        return clock;
    }
    Clock::System
}

fn unreadable(file: &Path) -> Failure {
    Failure::new(format!("{} does not hold a number of milliseconds; remove it or run demo --fresh", file.display()))
}

/// A runtime for commands that wait for something.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::from_error)
}
