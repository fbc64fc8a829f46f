//! Rules in words: what a rule is called, and in one sentence when it says something to whom.

use chrono::NaiveTime;

use crate::catalog::Catalog;
use crate::domain::consent::ConsentPurpose;
use crate::domain::ids::EndpointId;
use crate::domain::language::Language;
use crate::domain::message_rules::{Acquaintance, Conditions, Offset, Rule, Trigger};
use crate::domain::messages::{Audience, Channel};
use crate::domain::rule_checks::RuleDraft;
use crate::i18n::Texts;

/// What happens, as the heading over the rules that speak then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Booking,
    Change,
    Cancellation,
    Before,
    After,
    Away,
    Recall,
}

impl Occasion {
    pub(super) const ALL: [Self; 7] =
        [Self::Booking, Self::Change, Self::Cancellation, Self::Before, Self::After, Self::Recall, Self::Away];

    pub(super) const fn of(trigger: Trigger) -> Self {
        match trigger {
            Trigger::Requested | Trigger::Booked | Trigger::Approved | Trigger::WaitlistOffer => Self::Booking,
            Trigger::Rescheduled => Self::Change,
            Trigger::Declined | Trigger::Cancelled | Trigger::CancelledByClient | Trigger::CancelledByClinic => {
                Self::Cancellation
            }
            Trigger::BeforeStart => Self::Before,
            Trigger::AfterVisit | Trigger::NoShow => Self::After,
            Trigger::AfterLastVisit | Trigger::Birthday => Self::Away,
            Trigger::BeforeRecall | Trigger::AfterRecall => Self::Recall,
        }
    }

    /// The word in the address of its part of the page.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::Change => "change",
            Self::Cancellation => "cancellation",
            Self::Before => "before",
            Self::After => "after",
            Self::Away => "away",
            Self::Recall => "recall",
        }
    }

    pub(super) fn title(self, t: Texts) -> String {
        match self {
            Self::Booking => t.text("message-rules-occasion-booking"),
            Self::Change => t.text("message-rules-occasion-change"),
            Self::Cancellation => t.text("message-rules-occasion-cancellation"),
            Self::Before => t.text("message-rules-occasion-before"),
            Self::After => t.text("message-rules-occasion-after"),
            Self::Away => t.text("message-rules-occasion-away"),
            Self::Recall => t.text("recall-rules-occasion"),
        }
    }
}

/// What a rule is called: by the clinic, or by us.
pub fn rule_name(t: Texts, rule: &Rule) -> String {
    match rule.code.as_deref() {
        _ if !rule.name.is_empty() => rule.name.clone(),
        Some("confirmation") => t.text("message-rule-confirmation"),
        Some("request_received") => t.text("message-rule-request-received"),
        Some("approved") => t.text("message-rule-approved"),
        Some("declined") => t.text("message-rule-declined"),
        Some("change") => t.text("message-rule-change"),
        Some("cancellation") => t.text("message-rule-cancellation"),
        Some("provider_request") => t.text("message-rule-provider-request"),
        Some("provider_booked") => t.text("message-rule-provider-booked"),
        Some("provider_cancelled") => t.text("message-rule-provider-cancelled"),
        Some("waitlist_offer") => t.text("message-rule-waitlist-offer"),
        Some("reminder_early") => t.text("message-rule-reminder-early"),
        Some("reminder_late") => t.text("message-rule-reminder-late"),
        Some("thank_you") => t.text("message-rule-thank-you"),
        Some("missed_you") => t.text("message-rule-missed-you"),
        Some("come_back") => t.text("message-rule-come-back"),
        Some("birthday") => t.text("message-rule-birthday"),
        Some("recall_before") => t.text("recall-rule-before"),
        Some("recall_due") => t.text("recall-rule-due"),
        Some("recall_after") => t.text("recall-rule-after"),
        Some("recall_last") => t.text("recall-rule-last"),
        Some(code) => code.to_owned(),
        None => trigger_text(t, rule.trigger),
    }
}

/// What makes a rule speak, as a choice.
pub(super) fn trigger_text(t: Texts, trigger: Trigger) -> String {
    match trigger {
        Trigger::Requested => t.text("message-rules-when-requested"),
        Trigger::Booked => t.text("message-rules-when-booked"),
        Trigger::Approved => t.text("message-rules-when-approved"),
        Trigger::Declined => t.text("message-rules-when-declined"),
        Trigger::Rescheduled => t.text("message-rules-when-rescheduled"),
        Trigger::Cancelled => t.text("message-rules-when-cancelled"),
        Trigger::CancelledByClient => t.text("message-rules-when-cancelled-by-client"),
        Trigger::CancelledByClinic => t.text("message-rules-when-cancelled-by-clinic"),
        Trigger::BeforeStart => t.text("message-rules-when-before"),
        Trigger::AfterVisit => t.text("message-rules-when-after"),
        Trigger::NoShow => t.text("message-rules-when-no-show"),
        Trigger::AfterLastVisit => t.text("message-rules-when-away"),
        Trigger::Birthday => t.text("message-rules-when-birthday"),
        Trigger::WaitlistOffer => t.text("message-rules-when-waitlist-offer"),
        Trigger::BeforeRecall => t.text("recall-rules-when-before"),
        Trigger::AfterRecall => t.text("recall-rules-when-after"),
    }
}

/// A minute of the day on the wall.
pub(super) fn wall(minute: i64) -> NaiveTime {
    let seconds = u32::try_from(minute.rem_euclid(1_440)).unwrap_or(0) * 60;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN)
}

/// A length of time in the unit people would say it in: `2 hours`, `3 days`, `6 months`.
pub(super) fn span_text(t: Texts, minutes: i64) -> String {
    const MONTH: i64 = 30 * 1_440;
    match minutes {
        _ if minutes >= 3 * MONTH && minutes % MONTH == 0 => {
            t.with("message-rules-span-months", &[("count", &(minutes / MONTH))])
        }
        _ if minutes >= 1_440 && minutes % 1_440 == 0 => {
            t.with("message-rules-span-days", &[("count", &(minutes / 1_440))])
        }
        _ if minutes >= 60 && minutes % 60 == 0 => t.with("message-rules-span-hours", &[("count", &(minutes / 60))]),
        _ => t.with("message-rules-span-minutes", &[("count", &minutes)]),
    }
}

/// When a rule speaks.
pub fn when_text(t: Texts, trigger: Trigger, offset: Offset) -> String {
    let days = |days: i64| t.with("message-rules-span-days", &[("count", &days)]);
    match (trigger, offset) {
        (Trigger::BeforeStart, Offset::Elapsed(minutes)) => {
            t.with("message-rules-before-elapsed", &[("span", &span_text(t, minutes))])
        }
        (Trigger::BeforeStart, Offset::Days { days: count, at_minute }) => {
            let time = t.time(wall(at_minute));
            match count {
                0 => t.with("message-rules-before-same-day", &[("time", &time)]),
                1 => t.with("message-rules-before-day", &[("time", &time)]),
                _ => t.with("message-rules-before-days", &[("span", &days(count)), ("time", &time)]),
            }
        }
        (Trigger::AfterVisit, Offset::Elapsed(0)) => t.text("message-rules-after-at-once"),
        (Trigger::AfterVisit, Offset::Elapsed(minutes)) => {
            t.with("message-rules-after-elapsed", &[("span", &span_text(t, minutes))])
        }
        (Trigger::AfterVisit, Offset::Days { days: 0, at_minute }) => {
            t.with("message-rules-after-same-day", &[("time", &t.time(wall(at_minute)))])
        }
        (Trigger::AfterVisit, Offset::Days { days: count, at_minute }) => {
            t.with("message-rules-after-days", &[("span", &days(count)), ("time", &t.time(wall(at_minute)))])
        }
        (Trigger::NoShow, Offset::Elapsed(0)) => t.text("message-rules-no-show-at-once"),
        (Trigger::NoShow, Offset::Elapsed(minutes)) => {
            t.with("message-rules-no-show-elapsed", &[("span", &span_text(t, minutes))])
        }
        (Trigger::NoShow, Offset::Days { days: 0, at_minute }) => {
            t.with("message-rules-no-show-same-day", &[("time", &t.time(wall(at_minute)))])
        }
        (Trigger::NoShow, Offset::Days { days: count, at_minute }) => {
            t.with("message-rules-no-show-days", &[("span", &days(count)), ("time", &t.time(wall(at_minute)))])
        }
        (Trigger::AfterLastVisit, Offset::Elapsed(minutes)) => {
            t.with("message-rules-away-elapsed", &[("span", &span_text(t, minutes))])
        }
        (Trigger::AfterLastVisit, Offset::Days { days: count, at_minute }) => {
            let span = span_text(t, count * 1_440);
            t.with("message-rules-away-days", &[("span", &span), ("time", &t.time(wall(at_minute)))])
        }
        (Trigger::Birthday, Offset::Days { at_minute, .. }) => {
            t.with("message-rules-birthday-at", &[("time", &t.time(wall(at_minute)))])
        }
        (Trigger::BeforeRecall, Offset::Days { days: count, at_minute }) => {
            t.with("recall-rules-before-days", &[("span", &days(count)), ("time", &t.time(wall(at_minute)))])
        }
        (Trigger::AfterRecall, Offset::Days { days: 0, at_minute }) => {
            t.with("recall-rules-on-the-day", &[("time", &t.time(wall(at_minute)))])
        }
        (Trigger::AfterRecall, Offset::Days { days: count, at_minute }) => {
            t.with("recall-rules-after-days", &[("span", &days(count)), ("time", &t.time(wall(at_minute)))])
        }
        (other, _) => trigger_text(t, other),
    }
}

/// By which way, and to whom.
fn way_text(t: Texts, audience: Audience, channel: Channel, endpoint: &str) -> String {
    match (channel, audience) {
        (Channel::Webhook, _) => t.with("message-rules-way-call", &[("name", &endpoint)]),
        (Channel::Sms, Audience::Client) => t.text("message-rules-way-sms-client"),
        (Channel::Sms, _) => t.text("message-rules-way-sms"),
        (Channel::Mail, Audience::Client) => t.text("message-rules-way-mail-client"),
        (Channel::Mail, Audience::Provider) => t.text("message-rules-way-mail-provider"),
        (Channel::Mail, _) => t.text("message-rules-way-mail-clinic"),
    }
}

/// The rule in one sentence.
pub(super) fn sentence(t: Texts, draft: &RuleDraft, endpoints: &[(EndpointId, String)]) -> String {
    let endpoint = endpoints.iter().find(|(id, _)| Some(*id) == draft.endpoint).map(|(_, name)| name.as_str());
    let when = when_text(t, draft.trigger, draft.offset);
    let way = way_text(t, draft.audience, draft.channel, endpoint.unwrap_or_default());
    t.with("message-rules-sentence", &[("when", &when), ("way", &way)])
}

/// What the conditions ask for, a few words each.
pub(super) fn condition_chips(t: Texts, catalog: &Catalog, asked: &Conditions) -> Vec<String> {
    let mut chips = Vec::new();
    chips.extend(match asked.acquaintance {
        Acquaintance::Anybody => None,
        Acquaintance::FirstVisit => Some(t.text("message-rules-condition-first")),
        Acquaintance::Returning => Some(t.text("message-rules-condition-returning")),
    });
    let gone = || t.text("message-rules-condition-gone");
    let name_of_service = |id| catalog.services.iter().find(|known| known.id == id).map(|known| known.name.clone());
    let services = asked.services.iter().map(|id| name_of_service(*id).unwrap_or_else(gone));
    let providers = asked.providers.iter().map(|id| catalog.provider(*id).map_or_else(gone, |who| who.name.clone()));
    let places = asked.locations.iter().map(|id| catalog.location(*id).map_or_else(gone, |at| at.name.clone()));
    let languages = asked
        .languages
        .iter()
        .map(|tag| Language::parse(tag).map_or_else(|| tag.clone(), |language| language.own_name().to_owned()));
    chips.extend(listed(services));
    chips.extend(listed(asked.categories.iter().cloned()));
    chips.extend(listed(providers));
    chips.extend(listed(places));
    chips.extend(listed(languages));
    let tags: Option<String> = listed(asked.tags.iter().cloned());
    chips.extend(tags.map(|tags| t.with("message-rules-condition-tags", &[("tags", &tags)])));
    let sources: Option<String> = listed(asked.sources.iter().cloned());
    chips.extend(sources.map(|sources| t.with("message-rules-condition-sources", &[("sources", &sources)])));
    chips
}

fn listed(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What somebody agreed to.
pub(super) fn consent_text(t: Texts, consent: ConsentPurpose) -> String {
    match consent {
        ConsentPurpose::Recall => t.text("message-rules-consent-recall"),
        ConsentPurpose::News => t.text("message-rules-consent-news"),
        ConsentPurpose::Surveys => t.text("message-rules-consent-surveys"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_like_sentences() {
        let (en, de) = (Texts::new(Language::En), Texts::new(Language::De));
        let said = |trigger, offset| (when_text(en, trigger, offset), when_text(de, trigger, offset));
        let day_before = said(Trigger::BeforeStart, Offset::Days { days: 1, at_minute: 1_020 });
        assert_eq!(day_before.0, "The day before the appointment at 5:00 PM");
        assert_eq!(day_before.1, "Am Tag vor dem Termin um 17:00 Uhr");
        let early = said(Trigger::BeforeStart, Offset::Elapsed(4_320));
        assert_eq!(early.0, "3 days before the appointment");
        assert_eq!(early.1, "3 Tage vor dem Termin");
        let late = said(Trigger::BeforeStart, Offset::Elapsed(60));
        assert_eq!(late, ("1 hour before the appointment".to_owned(), "1 Stunde vor dem Termin".to_owned()));
        let away = said(Trigger::AfterLastVisit, Offset::Elapsed(259_200));
        assert_eq!(away.0, "6 months after the last visit, when no appointment is booked");
        assert_eq!(
            en.with("message-rules-sentence", &[("when", &early.0), ("way", &"by mail to the client")]),
            "3 days before the appointment, by mail to the client"
        );
    }
}
