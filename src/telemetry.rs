//! Logging: readable sentences with dotted fields, on standard error, as text or as JSON.
//!
//! Rules for whoever writes a log line: a sentence a person understands; facts as fields with their unit in the name;
//! a fault once, at the edge, with its reference; never a mail or network address, a name, a token, a key, or the path
//! of a request (capability links carry their token in it): the route's pattern instead.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::{LogFormat, LogSettings};

/// Logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter does not parse; settings check it, so this is for other callers.
    #[error("log.filter cannot be read")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody started it before.
    #[error("logging was started already")]
    Started(#[from] TryInitError),
}

/// Starts logging for the process.
pub fn start(settings: &LogSettings) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    match settings.format {
        LogFormat::Text => {
            registry
                .with(tracing_subscriber::fmt::layer().with_target(false).with_writer(std::io::stderr))
                .try_init()?;
        }
        LogFormat::Json => {
            registry.with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr)).try_init()?;
        }
    }
    Ok(())
}
