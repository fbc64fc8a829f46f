//! The same in a text message: one sentence, one link.

use crate::domain::messages::MessageKind;
use crate::i18n::{Argument, Texts};
use crate::messaging::words::engine::Vars;
use crate::messaging::words::{self, OwnText, sms};

/// Our words for a kind that travels by text message; `value` gives what stands in a placeholder's place.
pub(in crate::messaging) fn built_in(
    t: Texts,
    kind: MessageKind,
    value: &dyn Fn(&'static str) -> String,
) -> Option<String> {
    let key = match kind {
        MessageKind::Confirmation => "words-sms-confirmation",
        MessageKind::RequestReceived => "words-sms-request-received",
        MessageKind::Approved => "words-sms-approved",
        MessageKind::Declined => "words-sms-declined",
        MessageKind::Change => "words-sms-change",
        MessageKind::Cancellation => "words-sms-cancellation",
        MessageKind::Reminder => "words-sms-reminder",
        MessageKind::MissedYou => "words-sms-missed-you",
        MessageKind::Recall => "recall-sms",
        MessageKind::WaitlistOffer => "words-sms-waitlist-offer",
        MessageKind::ProviderRequest => "words-sms-provider-request",
        MessageKind::ProviderBooked => "words-sms-provider-booked",
        MessageKind::ProviderCancelled => "words-sms-provider-cancelled",
        MessageKind::ProviderReminder => "words-sms-provider-reminder",
        _ => return None,
    };
    let names = [
        ("clinic", "clinic"),
        ("when", "when"),
        ("until", "until"),
        ("manage", "manage_url"),
        ("book", "book_url"),
        ("offer", "offer_url"),
        ("agenda", "agenda_url"),
    ];
    let values: Vec<(&str, String)> = names.into_iter().map(|(phrase, name)| (phrase, value(name))).collect();
    let values: Vec<(&str, &dyn Argument)> =
        values.iter().map(|(name, value)| (*name, value as &dyn Argument)).collect();
    Some(t.with(key, &values))
}

/// The text of a message, in the clinic's words where it has some. Words that fail are replaced by ours.
pub(in crate::messaging) fn compose(t: Texts, kind: MessageKind, vars: &Vars, own: Option<&OwnText>) -> Option<String> {
    let worded = own.and_then(|own| match words::compose_plain(own, vars) {
        Ok(text) => Some(text),
        Err(complaint) => {
            let sentence = complaint.sentence(Texts::new(crate::i18n::Language::En));
            tracing::error!(
                kind = kind.as_str(),
                "a template of the clinic's failed, so Rebook's words were used: {sentence}"
            );
            None
        }
    });
    let ours = || {
        let text = built_in(t, kind, &|name| vars.get(name).cloned().unwrap_or_default())?;
        Some(sms::thrifty(&text))
    };
    worded.or_else(ours)
}
