//! What clients and providers are told, and how it reaches them.
//!
//! Deeds of other slices never send mail. They call [`plan_for`] inside their write, which makes the rows of `messages`
//! agree with what the booking deserves, or [`tell`] for what is not about one booking; [`Deliverer`] sends what is due,
//! later and elsewhere. The words this slice owns: *message* (a row), *due*, *lease* (who is sending it, until when), *outcome* (what became of an attempt).
//!
//! **No deed and no page sends mail**, and nothing is rendered before it is sent.

pub mod bounces;
pub mod calendar_file;
mod calendar_series;
mod carriers;
mod deliver;
pub mod discipline;
mod edit_rules;
mod edit_settings;
pub mod edit_templates;
mod endpoints;
mod gateway;
mod letters;
mod masked;
mod outcome;
mod plan;
mod plan_clients;
mod plan_recalls;
mod preview;
mod queue;
mod resend;
mod store;
mod templates;
mod try_template;
mod unsent;
pub mod web;
pub mod words;

pub use calendar_series::{OneOf, write_one};
pub use carriers::{Caller, Carrier};
pub use deliver::{DeliverReport, Deliverer, DelivererParts, Links, Pace, Spent};
pub use edit_rules::{
    KeptRule, OWN_RULES_MAX, RuleChoices, RuleRefused, RuleSaved, RuleTally, add_rule, archive_rule, concerned_by,
    copy_rule, edit_rule, kept_rule, kept_rules, restore_rule, rule_choices, rule_tallies, switch_rule_off,
    switch_rule_on,
};
pub use edit_settings::{
    KeptSettings, LATE_GRACE_MINUTES_MAX, MARKETING_PER_WEEK, MASS_PER_DAY, SettingsChanged, SettingsDetails,
    TRANSACTIONAL_PER_WEEK, edit_settings, kept_settings,
};
pub use edit_templates::{plan_kept, plan_mail_test};
pub use letters::waitlist::wish_lines;
pub use plan::{Notice, PlanReport, plan_all, plan_changed_rules, plan_for, rulebook, tell, untell};
pub use plan_clients::{Concerned, count_concerned};
pub use plan_recalls::{Obstacle, Reminding, reminding};
pub use preview::{Preview, Supposed, preview_cancellation, preview_now};
pub use queue::{Queue, QueueState};
pub use resend::{REPETITIONS_MAX, ResendRefused, may_resend, may_resend_now, resend};
pub use store::ended::OtherTimesWish;
pub use store::one_message::{AttemptLine, MessageView, SentText, Visit, attempts_of, message_view, sent_text};
pub use store::portal::{ClientMessage, messages_to_client};
pub use store::series::one_of;
pub use store::{LogFilter, LogLine, LogPlace, LogReader, LogShow, MessageLine, count_log, message_log, messages_of};
pub use templates::{
    BookedFacts, ClinicFacts, LocationFacts, MailFacts, MailLinks, OtherTime, Reader, RenderedMail, Sender, render,
};
pub use try_template::{Tried, TriedWith};
pub use unsent::{UNSENT_DAYS, Unsent, UnsentList, count_unsent, settle_unsent, unsent};
