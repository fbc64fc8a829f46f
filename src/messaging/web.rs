//! Pages of messaging: what was said to whom and why not (staff), and the mails of the demo.

pub mod channels;
pub mod consent;
pub mod endpoints;
pub mod kept;
pub mod log;
pub mod message;
pub mod rule_editor;
mod rule_words;
pub mod rules;
pub mod settings;
pub mod templates;
pub mod unsent;
pub mod unsubscribe;

pub use rule_words::{rule_name, when_text};

use crate::domain::messages::{Audience, MessageKind, MessageState};
use crate::i18n::Texts;
use crate::messaging::LogReader;
use crate::web::auth::Staff;

/// A part of the pages of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What was said, and what was not.
    Log,
    /// What is said when.
    Rules,
    /// In which words.
    Texts,
    /// By text message, and to other programs.
    Channels,
    /// What holds for all messages.
    Settings,
}

/// A link to a part, for `messaging/tabs.html`; the page has them as `sections`.
#[derive(Debug, Clone)]
pub struct SectionTab {
    href: &'static str,
    text: String,
    is_current: bool,
}

/// The parts whoever runs the clinic may open; the desk has the log alone and needs no tabs.
pub fn section_tabs(staff: &Staff, current: Section) -> Vec<SectionTab> {
    if !staff.role.is_manager() {
        return Vec::new();
    }
    let t = staff.t;
    let tab =
        |section: Section, href: &'static str, text: String| SectionTab { href, text, is_current: section == current };
    vec![
        tab(Section::Log, "/staff/messages", t.text("message-section-log")),
        tab(Section::Rules, "/staff/messages/rules", t.text("message-section-rules")),
        tab(Section::Texts, "/staff/messages/templates", t.text("message-section-texts")),
        tab(Section::Channels, "/staff/messages/channels", t.text("message-section-channels")),
        tab(Section::Settings, "/staff/messages/settings", t.text("message-section-settings")),
    ]
}

/// What a message says, in a word or two.
pub fn kind_text(t: Texts, kind: MessageKind) -> String {
    match kind {
        MessageKind::Confirmation => t.text("agenda-message-confirmation"),
        MessageKind::RequestReceived => t.text("agenda-message-request-received"),
        MessageKind::Approved => t.text("agenda-message-approved"),
        MessageKind::Declined => t.text("agenda-message-declined"),
        MessageKind::Change => t.text("agenda-message-change"),
        MessageKind::Cancellation => t.text("agenda-message-cancellation"),
        MessageKind::ProviderRequest => t.text("agenda-message-provider-request"),
        MessageKind::ProviderBooked => t.text("agenda-message-provider-booked"),
        MessageKind::ProviderCancelled => t.text("agenda-message-provider-cancelled"),
        MessageKind::SeriesBooked => t.text("agenda-message-series-booked"),
        MessageKind::SeriesChanged => t.text("agenda-message-series-changed"),
        MessageKind::SeriesCancelled => t.text("agenda-message-series-cancelled"),
        MessageKind::SeriesGaps => t.text("agenda-message-series-gaps"),
        MessageKind::SeriesGapsDesk => t.text("agenda-message-series-gaps-desk"),
        MessageKind::ProviderSeries => t.text("agenda-message-provider-series"),
        MessageKind::WaitlistJoined => t.text("agenda-message-waitlist-joined"),
        MessageKind::WaitlistOffer => t.text("agenda-message-waitlist-offer"),
        MessageKind::PortalLink => t.text("agenda-message-portal-link"),
        MessageKind::Reminder => t.text("message-kind-reminder"),
        MessageKind::ProviderReminder => t.text("message-kind-provider-reminder"),
        MessageKind::ThankYou => t.text("message-kind-thank-you"),
        MessageKind::MissedYou => t.text("message-kind-missed-you"),
        MessageKind::ComeBack => t.text("message-kind-come-back"),
        MessageKind::Birthday => t.text("message-kind-birthday"),
        MessageKind::Recall => t.text("recall-message-kind"),
        MessageKind::ConfirmConsent => t.text("message-kind-confirm-consent"),
        MessageKind::Event => t.text("message-kind-event"),
        MessageKind::Digest => t.text("owner-digest"),
        MessageKind::Test => t.text("message-kind-test"),
    }
}

/// Where a message stands.
pub fn state_text(t: Texts, state: MessageState) -> String {
    match state {
        MessageState::Pending | MessageState::Leased => t.text("agenda-message-state-waiting"),
        MessageState::Sent => t.text("agenda-message-state-sent"),
        MessageState::Retry => t.text("agenda-message-state-retry"),
        MessageState::Dead => t.text("agenda-message-state-dead"),
        MessageState::Cancelled => t.text("agenda-message-state-cancelled"),
        MessageState::Skipped => t.text("agenda-message-state-skipped"),
        MessageState::Uncertain => t.text("agenda-message-state-uncertain"),
    }
}

/// Where a message stands, as far as anybody knows: what was sent may have come back.
fn outcome_text(t: Texts, state: MessageState, is_bounced: bool) -> String {
    if is_bounced { t.text("message-log-bounced") } else { state_text(t, state) }
}

/// The class of the badge of a standing.
const fn badge(state: MessageState, is_bounced: bool) -> &'static str {
    match state {
        _ if is_bounced => "declined",
        MessageState::Pending | MessageState::Leased => "booked",
        MessageState::Sent => "completed",
        MessageState::Retry | MessageState::Uncertain => "requested",
        MessageState::Dead => "declined",
        MessageState::Cancelled | MessageState::Skipped => "cancelled",
    }
}

/// Who was to read it, by name, or by what they are.
fn reader_text(t: Texts, reader: &LogReader) -> String {
    match reader.audience {
        Audience::Clinic => t.text("message-log-to-clinic"),
        Audience::Mailbox if reader.name.is_empty() => t.text("message-log-to-mailbox"),
        _ => reader.name.clone(),
    }
}

/// Why, in a sentence; nothing for what was sent.
pub fn reason_text(t: Texts, state: MessageState, reason: Option<&str>) -> String {
    if state == MessageState::Sent {
        return String::new();
    }
    match reason {
        None => String::new(),
        Some("no_address") => t.text("agenda-reason-no-address"),
        Some("bad_address") => t.text("agenda-reason-bad-address"),
        Some("do_not_contact") => t.text("agenda-reason-do-not-contact"),
        Some("expired") => t.text("agenda-reason-expired"),
        Some("superseded") => t.text("agenda-reason-superseded"),
        Some("refused") => t.text("agenda-reason-refused"),
        Some("server_busy" | "unreachable" | "no_reply") => t.text("agenda-reason-server"),
        Some("queue_stopped") => t.text("agenda-reason-queue-stopped"),
        Some("not_rendered") => t.text("message-reason-not-rendered"),
        Some("switched_off") => t.text("message-reason-switched-off"),
        Some("just_told") => t.text("message-reason-just-told"),
        Some("coalesced") => t.text("message-reason-coalesced"),
        Some("no_consent") => t.text("message-reason-no-consent"),
        Some("unsubscribed") => t.text("message-reason-unsubscribed"),
        Some("bounced") => t.text("message-reason-bounced"),
        Some("quiet_hours") => t.text("message-reason-quiet-hours"),
        Some("capped") => t.text("message-reason-capped"),
        Some("daily_cap") => t.text("message-reason-daily-cap"),
        Some("no_channel") => t.text("message-reason-no-channel"),
        Some("no_rule") => t.text("message-reason-no-rule"),
        Some(other) => other.to_owned(),
    }
}
