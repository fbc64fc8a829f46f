//! The words of a text message about a booking, until the clinic has its own: who, what, when, and the link.

use super::{Desk, Matter};
use crate::domain::messages::{Audience, MessageKind, Outcome, Reason, one_line};
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;

/// A text message says at most so much: three parts of what phones put together.
const CHARACTERS_MAX: usize = 450;

/// Writes the text. Names that strangers typed stay out of it.
pub(in crate::messaging) fn compose(matter: &Matter, message: &Claimed, desk: &Desk<'_>) -> Result<String, Outcome> {
    let Matter::Booking(mail) = matter else {
        return Err(Outcome::GiveUp(Reason::NotRendered));
    };
    let t = Texts::new(message.language);
    let start = mail.booked.local_start;
    let (day, time) = (t.date_medium(start.date()), t.time(start.time()));
    let (service, clinic) = (one_line(&mail.booked.service), one_line(&mail.clinic.name));
    let values = [("clinic", &clinic as _), ("service", &service as _), ("day", &day as _), ("time", &time as _)];
    let said = match message.kind {
        MessageKind::Confirmation | MessageKind::Approved | MessageKind::ProviderBooked => {
            t.with("channels-text-booked", &values)
        }
        MessageKind::RequestReceived | MessageKind::ProviderRequest => t.with("channels-text-requested", &values),
        MessageKind::Declined => t.with("channels-text-declined", &values),
        MessageKind::Change => t.with("channels-text-changed", &values),
        MessageKind::Cancellation | MessageKind::ProviderCancelled => t.with("channels-text-cancelled", &values),
        MessageKind::Reminder | MessageKind::ProviderReminder => t.with("channels-text-reminder", &values),
        MessageKind::MissedYou => t.with("channels-text-missed", &values),
        _ => return Err(Outcome::GiveUp(Reason::NotRendered)),
    };
    let with_link = match message.audience {
        Audience::Client => format!("{said} {}", desk.links.manage(mail.booked.id, mail.link_generation)),
        _ => said,
    };
    Ok(with_link.chars().take(CHARACTERS_MAX).collect())
}
