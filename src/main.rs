//! The thin binary: reads the command line and hands it on.

use std::process::ExitCode;

use clap::Parser;
use rebook::commands::{self, CommandLine};

fn main() -> ExitCode {
    match commands::run(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("rebook: {failure}");
            ExitCode::FAILURE
        }
    }
}
