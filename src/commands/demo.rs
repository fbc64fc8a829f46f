//! `rebook demo`: makes the demo clinic where there is none, says how to get in, and serves it.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{CLOCK_FILE, Failure, Place, serve};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Bad;
use crate::demo::{self, BuildRefused, Scale};
use crate::retention;
use crate::telemetry;

/// Where the clinic is made when nothing else is said.
const DIRECTORY: &str = "rebook-demo";

/// What `demo` is told.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// The port on this machine
    #[arg(long)]
    port: Option<u16>,
    /// Makes the clinic anew, and forgets the one that is there
    #[arg(long)]
    fresh: bool,
    /// The moment at which the clinic's clock starts; it runs on from there, in every command with this --dir
    #[arg(long, value_name = "RFC3339")]
    now: Option<DateTime<Utc>>,
    /// Only makes the data
    #[arg(long)]
    no_serve: bool,
}

pub(super) fn demo(place: &Place, wanted: &Wanted) -> Result<(), Failure> {
    let place = Place { dir: Some(place.dir.clone().unwrap_or_else(|| PathBuf::from(DIRECTORY))), ..place.clone() };
    let dir = place.dir.clone().unwrap_or_default();
    let settings = settings(&place, wanted.port)?;
    // The port first: nobody wants to wait for a clinic that cannot be shown.
    let listener = if wanted.no_serve { None } else { Some(listen(settings.server.bind)?) };
    prepare(&dir, wanted)?;
    telemetry::start(&settings.log).map_err(Failure::from_error)?;
    let app = Arc::new(App::open(settings, place.clock()?, true).map_err(Failure::from_error)?);
    let made = make(&app, &dir)?;
    let words = format!("{made}{}", how_to_get_in(&app, listener.is_some()));
    // Whoever closed the pipe does not want to read it; the clinic is there all the same.
    let _unread = std::io::stdout().write_all(words.as_bytes());
    match listener {
        Some(listener) => serve::run(app, listener),
        None => Ok(()),
    }
}

fn settings(place: &Place, port: Option<u16>) -> Result<Settings, Failure> {
    let mut layers = place.layers()?;
    if let Some(port) = port {
        let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string();
        let address = format!("http://localhost:{port}");
        layers = layers.given("--port", "server.bind", &bind).map_err(Failure::from_error)?;
        layers = layers.given("--port", "server.public_url", &address).map_err(Failure::from_error)?;
    }
    layers.settings().map_err(Failure::from_error)
}

fn listen(bind: SocketAddr) -> Result<TcpListener, Failure> {
    let other = |error| Failure::new(format!("cannot listen on {bind}: {error}; choose another with --port"));
    TcpListener::bind(bind).map_err(other)
}

/// The directory, empty of an older clinic when a fresh one is wanted, and its clock.
fn prepare(dir: &Path, wanted: &Wanted) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::new(format!("cannot write to {}: {error}", dir.display()));
    std::fs::create_dir_all(dir.join("mail")).map_err(cannot)?;
    if wanted.fresh {
        forget(dir).map_err(cannot)?;
    }
    if let Some(now) = wanted.now {
        let Clock::Offset(offset) = Clock::running_from(now) else { return Ok(()) };
        std::fs::write(dir.join(CLOCK_FILE), offset.num_milliseconds().to_string()).map_err(cannot)?;
    }
    Ok(())
}

/// Takes away what an earlier `demo` wrote, and nothing else that may lie in the directory.
fn forget(dir: &Path) -> std::io::Result<()> {
    for name in ["rebook.db", "rebook.db-wal", "rebook.db-shm", CLOCK_FILE] {
        match std::fs::remove_file(dir.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    for entry in std::fs::read_dir(dir.join("mail"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml" || extension == "json") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn make(app: &App, dir: &Path) -> Result<String, Failure> {
    let now = app.clock.now();
    let bar = progress_bar();
    let started = app.clock.now();
    match demo::build(&app.db, now, demo::SEED, Scale::CLINIC, &bar) {
        Ok(built) => {
            let fault = |fault| Failure::new(format!("the clinic's figures could not be made: {fault}"));
            retention::renew_all(&app.db, &app.clock, demo::today(now)).map_err(fault)?;
            let seconds = (app.clock.now() - started).max(TimeDelta::zero()).as_seconds_f64();
            let (patients, bookings) = (built.patients, built.bookings);
            Ok(format!(
                "Made the clinic in {}: {patients} patients, {bookings} bookings, in {seconds:.1} s.\n",
                dir.display()
            ))
        }
        Err(Bad::Refused(BuildRefused::NotEmpty)) => {
            bar.finish_and_clear();
            Ok(format!("The clinic in {} is the one made before; --fresh makes it anew for today.\n", dir.display()))
        }
        Err(Bad::Fault(fault)) => Err(Failure::new(format!("the clinic could not be made: {fault}"))),
    }
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg:24} {bar:32} {percent:>3} %");
    let bar = ProgressBar::new(100).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn how_to_get_in(app: &App, serves: bool) -> String {
    let mut lines = Vec::new();
    if let Some(now) = demo::wall_time(app.clock.now()) {
        lines.push(format!("It is {} at the clinic.\n", now.format("%A, %-d %B %Y, %H:%M")));
    }
    if serves {
        let doors = [
            ("Patients book at", "/"),
            ("Staff sign in at", "/staff"),
            ("Mails arrive at", "/dev/mail"),
            ("The API is at", "/api/docs"),
        ];
        lines.extend(doors.map(|(what, path)| format!("  {what:<18} {}", app.link(path))));
        lines.push(String::new());
    }
    lines.extend(demo::sign_ins().into_iter().map(|sign_in| {
        format!("  {:<13} {:<24} {:<22} {}", sign_in.role, sign_in.email, sign_in.password, sign_in.name)
    }));
    if serves {
        lines.push("\nCtrl-C stops it; the data stay.".to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}
