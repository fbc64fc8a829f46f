//! `rebook user add` and `rebook user reset`: the way in when no page lets you.

use clap::Subcommand;

use super::{Failure, Place};
use crate::accounts::token::SecretToken;
use crate::accounts::{self, CommandRefused, LINK_LIFE_MINUTES};
use crate::db::Bad;

/// What is done to a user.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Adds somebody and prints a link to set the password. Example: rebook user add --role owner ana@example.com
    Add {
        /// owner, manager or receptionist
        #[arg(long)]
        role: String,
        /// What they sign in with
        email: String,
    },
    /// Prints a link to set a new password, or takes the second factor away. Example: rebook user reset ana@example.com
    Reset {
        /// Take the second factor away instead: for whoever lost phone and recovery codes
        #[arg(long)]
        second_factor: bool,
        /// What they sign in with
        email: String,
    },
}

pub(super) fn user(place: &Place, command: &UserCommand) -> Result<(), Failure> {
    let app = place.open()?;
    let (now, token) = (app.clock.now(), SecretToken::fresh());
    let path = match command {
        UserCommand::Add { role, email } => accounts::add_user(&app.db, now, role, email, &token),
        UserCommand::Reset { email, second_factor: true } => {
            accounts::reset_second_factor(&app.db, now, email).map_err(failure)?;
            println!("The second factor of {email} was taken away. Signing in asks for the password alone.");
            return Ok(());
        }
        UserCommand::Reset { email, second_factor: false } => accounts::reset_user(&app.db, now, email, &token),
    };
    let path = path.map_err(failure)?;
    println!("Open this link within {LINK_LIFE_MINUTES} minutes and choose a password; it works once:");
    println!("{}", app.link(&path));
    Ok(())
}

fn failure(bad: Bad<CommandRefused>) -> Failure {
    match bad {
        Bad::Refused(refused) => Failure::from_error(refused),
        Bad::Fault(fault) => Failure::from_error(fault),
    }
}
