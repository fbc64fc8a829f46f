//! `rebook bounce < MAIL`

use super::{Failure, Place};
use crate::db::Bad;
use crate::messaging::bounces::collect::take_from;
use crate::messaging::bounces::report::{MAIL_BYTES_MAX, NoReport};
use crate::messaging::bounces::{Refused, Taken};

/// Exit 0 also for mails that are no reports: a mail server that gets anything else sends the mail back or tries again.
pub(super) fn bounce(place: &Place) -> Result<(), Failure> {
    let app = place.open()?;
    let taken = take_from(&app.db, &app.keys, app.clock.now(), std::io::stdin().lock())
        .map_err(|error| Failure::new(format!("the mail cannot be read from standard input: {error}")))?;
    match taken {
        Ok(Taken::Ignored(NoReport::TooLarge)) => {
            Err(Failure::new(format!("the mail is larger than {} MB; it is no delivery report", MAIL_BYTES_MAX >> 20)))
        }
        Ok(Taken::Ignored(NoReport::NoMail)) => {
            Err(Failure::new("standard input holds no mail; use: rebook bounce < MAIL"))
        }
        Ok(taken) => {
            println!("{taken}");
            Ok(())
        }
        Err(Bad::Refused(refused @ Refused::Forged)) => Err(Failure::from_error(refused)),
        Err(Bad::Fault(fault)) => Err(Failure::from_error(fault)),
    }
}
