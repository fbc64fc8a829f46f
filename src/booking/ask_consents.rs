//! What the client ticked while booking: the mailbox is asked whether that is so.

use super::book::Booked;
use super::facts;
use crate::clients::ConsentPurpose;
use crate::db::{Fault, Tx};
use crate::domain::language::Language;
use crate::domain::recognise::EmailAddress;
use crate::keys::Keys;
use crate::messaging::discipline::opt_in::{self, Ticked};

/// The boxes that were ticked.
#[derive(Debug, Clone)]
pub struct Ticks {
    /// For what.
    pub purposes: Vec<ConsentPurpose>,
    /// The address that was typed; without one there is nobody to ask.
    pub email: Option<EmailAddress>,
    /// The language it was read in.
    pub language: Language,
    /// The clinic's name, which stands in the words.
    pub clinic: String,
    /// Where: `booking_page` or `api`.
    pub origin: &'static str,
}

/// Asks the mailbox, as part of the write that booked; sending the same form twice asks once.
pub fn ask_consents(tx: &mut Tx<'_>, keys: &Keys, booked: Booked, ticks: &Ticks) -> Result<(), Fault> {
    let Some(email) = ticks.email.clone().filter(|_| booked.fresh && !ticks.purposes.is_empty()) else {
        return Ok(());
    };
    let Some(booking) = facts::booking(tx.conn, booked.booking)? else { return Ok(()) };
    let ticked = Ticked {
        client: booking.client,
        email,
        purposes: ticks.purposes.clone(),
        language: ticks.language,
        clinic: ticks.clinic.clone(),
        origin: ticks.origin,
    };
    opt_in::ask(tx, keys, &ticked)
}
