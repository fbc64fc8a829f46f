//! `rebook measure`: how fast messages are planned and leave, and figures are made, on workload W. Hidden: it bends the data to its purpose.

use clap::Subcommand;

use super::{Failure, Place, runtime};
use crate::demo::measure;

/// What is measured.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Wanted {
    /// Plans what is to be told of every booking to come: rows, seconds
    Plan,
    /// Hands over what is due: messages, seconds, and the share of each step
    Deliver {
        /// At most so many
        #[arg(long, default_value_t = 10_000)]
        most: i64,
    },
    /// Lets messages fall due under the scheduler: median, 99 %, longest delay in milliseconds, and what never left
    Punctual {
        /// So many
        #[arg(long, default_value_t = 1_000)]
        messages: i64,
    },
    /// Makes all figures anew where none are kept, and again where all are right: visits, seconds, seconds
    Figures,
}

pub(super) fn measure(place: &Place, wanted: Wanted) -> Result<(), Failure> {
    let app = place.open()?;
    let runtime = runtime()?;
    match wanted {
        Wanted::Figures => {
            let done = measure::figures(&app).map_err(Failure::from_error)?;
            println!("{} {:.3} {:.3}", done.visits, done.fresh.as_secs_f64(), done.again.as_secs_f64());
        }
        Wanted::Plan => {
            let done = runtime.block_on(measure::plan(&app)).map_err(Failure::from_error)?;
            println!("{} {:.3}", done.messages, done.took.as_secs_f64());
        }
        Wanted::Deliver { most } => {
            let done = runtime.block_on(measure::deliver(&app, most)).map_err(Failure::from_error)?;
            let spent = done.spent;
            let steps = [spent.claim, spent.prepare, spent.hand_over, spent.complete];
            let all: f64 = steps.iter().map(std::time::Duration::as_secs_f64).sum();
            let shares = steps.map(|step| format!("{:.0}", 100.0 * step.as_secs_f64() / all.max(f64::EPSILON)));
            println!("{} {:.3} {}", done.sent, done.took.as_secs_f64(), shares.join(" "));
        }
        Wanted::Punctual { messages } => {
            let done = runtime.block_on(measure::punctual(&app, messages)).map_err(Failure::from_error)?;
            let at = |share: usize| done.delays.get(done.delays.len() * share / 100).copied().unwrap_or(-1);
            let longest = done.delays.last().copied().unwrap_or(-1);
            println!("{} {} {longest} {}", at(50), at(99), done.missing);
        }
    }
    Ok(())
}
