//! Rebook's words as the text of a template: made from the same phrases that mails are made from, with placeholders in
//! the places of values. The editor begins with it, and what is taken back returns to it.

use super::OwnText;
use crate::domain::messages::{Channel, MessageKind};
use crate::i18n::{Language, Texts};
use crate::messaging::letters::{client, recall, series, text};
use crate::messaging::templates::phrases;

/// Kinds whose words the clinic may change, in the order in which they are shown.
pub const EDITABLE: [MessageKind; 25] = [
    MessageKind::Confirmation,
    MessageKind::RequestReceived,
    MessageKind::Approved,
    MessageKind::Declined,
    MessageKind::Change,
    MessageKind::Cancellation,
    MessageKind::Reminder,
    MessageKind::ThankYou,
    MessageKind::MissedYou,
    MessageKind::ComeBack,
    MessageKind::Birthday,
    MessageKind::Recall,
    MessageKind::WaitlistJoined,
    MessageKind::WaitlistOffer,
    MessageKind::SeriesBooked,
    MessageKind::SeriesChanged,
    MessageKind::SeriesCancelled,
    MessageKind::SeriesGaps,
    MessageKind::PortalLink,
    MessageKind::ProviderRequest,
    MessageKind::ProviderBooked,
    MessageKind::ProviderCancelled,
    MessageKind::ProviderReminder,
    MessageKind::ProviderSeries,
    MessageKind::SeriesGapsDesk,
];

/// What is computed where it is needed: the heading and the first sentence of kinds that say it in several ways.
const HEADING: &str = "{{ heading }}";
const LEAD: &str = "{{ lead }}";

/// Rebook's words for a kind; nothing where there are none.
pub fn built_in(kind: MessageKind, channel: Channel, language: Language) -> Option<OwnText> {
    let t = Texts::new(language);
    match channel {
        Channel::Mail => mail(t, kind),
        Channel::Sms => {
            let body = text::built_in(t, kind, &placeholder)?;
            Some(OwnText { subject: String::new(), body, html: None })
        }
        Channel::Webhook => None,
    }
}

fn placeholder(name: &'static str) -> String {
    format!("{{{{ {name} }}}}")
}

fn mail(t: Texts, kind: MessageKind) -> Option<OwnText> {
    let [when, clinic, until, minutes, count] = ["when", "clinic", "until", "minutes", "count"].map(placeholder);
    let said = |key: &'static str| t.text(key);
    let (subject, heading, lead) = match kind {
        MessageKind::Cancellation | MessageKind::ProviderBooked => {
            let words = phrases(kind, 0)?;
            let subject = t.with(words.subject, &[("when", &when), ("clinic", &clinic)]);
            // By whom it was called off, or whether it is new or moved, decides what is said.
            let heading = if kind == MessageKind::Cancellation { said(words.heading) } else { HEADING.to_owned() };
            (subject, heading, LEAD.to_owned())
        }
        MessageKind::SeriesBooked
        | MessageKind::SeriesChanged
        | MessageKind::SeriesCancelled
        | MessageKind::SeriesGaps
        | MessageKind::SeriesGapsDesk
        | MessageKind::ProviderSeries => series::words(t, kind, &count, true),
        MessageKind::WaitlistJoined => (
            said("waitlist-mail-joined-subject"),
            said("waitlist-mail-joined-heading"),
            said("waitlist-mail-joined-lead"),
        ),
        MessageKind::WaitlistOffer => (
            t.with("waitlist-mail-offer-subject", &[("when", &when)]),
            said("waitlist-mail-offer-heading"),
            t.with("waitlist-mail-offer-lead", &[("until", &until)]),
        ),
        MessageKind::PortalLink => (
            t.with("portal-mail-subject", &[("clinic", &clinic), ("minutes", &minutes)]),
            said("portal-mail-heading"),
            said("portal-mail-lead"),
        ),
        MessageKind::ComeBack | MessageKind::Birthday => {
            let [subject, heading, lead, _] = client::phrases(kind);
            (t.with(subject, &[("clinic", &clinic)]), said(heading), t.with(lead, &[("clinic", &clinic)]))
        }
        // Before the date something else is said than after it.
        MessageKind::Recall => {
            let [subject, heading, ..] = recall::PHRASES;
            (t.with(subject, &[("clinic", &clinic)]), said(heading), LEAD.to_owned())
        }
        _ => {
            let words = phrases(kind, 0)?;
            let subject = t.with(words.subject, &[("when", &when), ("clinic", &clinic)]);
            (subject, said(words.heading), said(words.lead))
        }
    };
    let body = format!(
        "# {heading}\n\n{{{{ greeting }}}}\n\n{lead}\n\n{{{{ details }}}}\n\n{{{{ buttons }}}}\n\n{{{{ notes }}}}\n"
    );
    Some(OwnText { subject, body, html: None })
}
