//! Whether a rule can be kept as it was typed: what fits together, what is set up, and what the law leaves nobody to
//! choose.

use super::consent::ConsentPurpose;
use super::ids::{EndpointId, TemplateId};
use super::message_rules::{Conditions, Offset, Rule, Trigger};
use super::messages::{Audience, Channel, MessageKind, Purpose};

/// The least time between a reminder and what it reminds of.
pub const BEFORE_MINUTES_MIN: i64 = 5;
/// The most time before or after one appointment: a year.
pub const NEAR_MINUTES_MAX: i64 = 525_600;
/// The least time after the last visit: a day.
pub const AWAY_MINUTES_MIN: i64 = 1_440;
/// The most time after the last visit: ten years.
pub const AWAY_MINUTES_MAX: i64 = 5_256_000;
/// The longest name, in characters.
pub const RULE_NAME_CHARACTERS_MAX: usize = 80;
/// As many words one condition may list.
pub const CONDITION_WORDS_MAX: usize = 20;

/// A rule as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// What the clinic calls it; a built-in one has a name of ours.
    pub name: String,
    /// What makes it speak.
    pub trigger: Trigger,
    /// How far away.
    pub offset: Offset,
    /// To whom.
    pub audience: Audience,
    /// How.
    pub channel: Channel,
    /// The program that is called.
    pub endpoint: Option<EndpointId>,
    /// In which words; without one in the built-in ones.
    pub template: Option<TemplateId>,
    /// Why.
    pub purpose: Purpose,
    /// What the client must have agreed to.
    pub consent: Option<ConsentPurpose>,
    /// When it applies.
    pub conditions: Conditions,
    /// Of several that a cap does not let through, the highest goes first; 0 to 100.
    pub priority: i32,
}

impl RuleDraft {
    /// A rule as it stands.
    pub fn of(rule: &Rule) -> Self {
        Self {
            name: rule.name.clone(),
            trigger: rule.trigger,
            offset: rule.offset,
            audience: rule.audience,
            channel: rule.channel,
            endpoint: rule.endpoint,
            template: rule.template,
            purpose: rule.purpose,
            consent: rule.consent,
            conditions: rule.conditions.clone(),
            priority: rule.priority,
        }
    }

    /// The same wish for a built-in rule, of which only time, words, conditions and rank can be changed.
    #[must_use]
    pub fn for_built_in(self, rule: &Rule) -> Self {
        Self {
            name: String::new(),
            trigger: rule.trigger,
            audience: rule.audience,
            channel: rule.channel,
            endpoint: rule.endpoint,
            purpose: rule.purpose,
            consent: rule.consent,
            ..self
        }
    }

    /// What it says; nothing where trigger and audience do not fit.
    pub const fn kind(&self) -> Option<MessageKind> {
        self.trigger.kind(self.audience)
    }

    /// Whether it would reach other people, or at another time, than `rule` does.
    pub fn reaches_others_than(&self, rule: &Rule) -> bool {
        self.offset != rule.offset
            || self.conditions != rule.conditions
            || self.audience != rule.audience
            || self.channel != rule.channel
            || self.consent != rule.consent
    }

    /// Everything that keeps it from being kept; nothing when it can be.
    pub fn flaws(&self, set_up: &SetUp, is_built_in: bool) -> Vec<Flaw> {
        let mut found = Vec::new();
        let name = self.name.trim();
        if !is_built_in && name.is_empty() {
            found.push(Flaw::NoName);
        }
        if RULE_NAME_CHARACTERS_MAX < name.chars().count() || name.chars().any(char::is_control) {
            found.push(Flaw::BadName { max: RULE_NAME_CHARACTERS_MAX });
        }
        found.extend(self.flaw_of_offset());
        found.extend(self.flaw_of_way(set_up));
        found.extend(self.flaw_of_words(set_up));
        found.extend(self.flaw_of_purpose());
        found.extend(self.flaw_of_conditions());
        if !(0..=100).contains(&self.priority) {
            found.push(Flaw::BadPriority);
        }
        found
    }

    fn flaw_of_offset(&self) -> Option<Flaw> {
        let (min, max) = reach_of(self.trigger);
        match (self.trigger, self.offset) {
            (Trigger::Birthday, Offset::Days { days: 0, .. }) => None,
            (Trigger::Birthday, _) => Some(Flaw::NoTimeOfDay),
            (trigger, Offset::Elapsed(_)) if trigger.is_recall() => Some(Flaw::NoTimeOfDay),
            (trigger, offset) if !trigger.has_offset() => {
                (offset != Offset::Elapsed(0)).then_some(Flaw::TooFar { minutes_max: 0 })
            }
            (_, Offset::Elapsed(minutes)) if minutes < min => Some(Flaw::TooNear { minutes_min: min }),
            (_, Offset::Elapsed(minutes)) if max < minutes => Some(Flaw::TooFar { minutes_max: max }),
            (_, Offset::Days { at_minute, .. }) if !(0..1_440).contains(&at_minute) => Some(Flaw::NoTimeOfDay),
            // Days are counted on the calendar, so the day of the appointment itself is one.
            (_, Offset::Days { days, .. }) if days < min / 1_440 => Some(Flaw::TooNear { minutes_min: min }),
            (_, Offset::Days { days, .. }) if max / 1_440 < days => Some(Flaw::TooFar { minutes_max: max }),
            _ => None,
        }
    }

    fn flaw_of_way(&self, set_up: &SetUp) -> Option<Flaw> {
        if self.kind().is_none() {
            return Some(Flaw::NothingToSay);
        }
        match (self.channel, self.audience) {
            (Channel::Webhook, Audience::Endpoint) => match self.endpoint {
                Some(endpoint) if set_up.endpoints.contains(&endpoint) => None,
                _ => Some(Flaw::NoEndpoint),
            },
            (Channel::Webhook, _) | (_, Audience::Endpoint) => Some(Flaw::NoEndpoint),
            (Channel::Sms, Audience::Client) => (!set_up.sms).then_some(Flaw::NoGateway),
            (Channel::Sms, _) => Some(Flaw::TextMessageToOthers),
            (Channel::Mail, _) => None,
        }
    }

    fn flaw_of_words(&self, set_up: &SetUp) -> Option<Flaw> {
        let wanted = self.template?;
        let known = set_up.templates.iter().find(|known| known.id == wanted);
        let fits = known.is_some_and(|known| Some(known.kind) == self.kind() && known.channel == self.channel);
        (!fits).then_some(Flaw::OtherWords)
    }

    fn flaw_of_purpose(&self) -> Option<Flaw> {
        let advertises = self.kind().is_some_and(|kind| kind.purpose() == Purpose::Marketing);
        match (self.purpose, self.consent) {
            (Purpose::Transactional, _) if advertises => Some(Flaw::IsAdvertising),
            (Purpose::Marketing, _) if self.audience != Audience::Client => Some(Flaw::AdvertisingToOthers),
            (Purpose::Marketing, None) => Some(Flaw::NoConsent),
            (Purpose::Transactional, Some(_)) => Some(Flaw::ConsentOfNoUse),
            (Purpose::Marketing, Some(_)) | (Purpose::Transactional, None) => None,
        }
    }

    fn flaw_of_conditions(&self) -> Option<Flaw> {
        let asked = &self.conditions;
        let lists = [&asked.tags, &asked.sources];
        let too_many = lists.iter().any(|list| CONDITION_WORDS_MAX < list.len());
        let too_long = lists.iter().flat_map(|list| list.iter()).any(|word| 60 < word.chars().count());
        (too_many || too_long).then_some(Flaw::TooManyWords { max: CONDITION_WORDS_MAX })
    }
}

/// The least and the most minutes between what happens and the message.
pub const fn reach_of(trigger: Trigger) -> (i64, i64) {
    match trigger {
        Trigger::BeforeStart => (BEFORE_MINUTES_MIN, NEAR_MINUTES_MAX),
        Trigger::AfterVisit | Trigger::NoShow => (0, NEAR_MINUTES_MAX),
        Trigger::AfterLastVisit => (AWAY_MINUTES_MIN, AWAY_MINUTES_MAX),
        Trigger::BeforeRecall => (1_440, 60 * 1_440),
        Trigger::AfterRecall => (0, 300 * 1_440),
        _ => (0, 0),
    }
}

/// A text of the clinic's own, as far as rules care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTemplate {
    /// Which.
    pub id: TemplateId,
    /// What it says.
    pub kind: MessageKind,
    /// How it travels.
    pub channel: Channel,
    /// What the clinic calls it.
    pub name: String,
}

/// What messages can use at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetUp {
    /// Whether text messages can leave.
    pub sms: bool,
    /// Programs that may be called.
    pub endpoints: Vec<EndpointId>,
    /// Texts of the clinic's own.
    pub templates: Vec<KnownTemplate>,
}

/// Why a rule cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It has no name to find it by.
    NoName,
    /// The name is too long, or holds what cannot be shown.
    BadName {
        /// As many characters fit.
        max: usize,
    },
    /// There is nothing to say to this audience about this.
    NothingToSay,
    /// Nearer than makes sense.
    TooNear {
        /// The least minutes.
        minutes_min: i64,
    },
    /// Farther than makes sense.
    TooFar {
        /// The most minutes.
        minutes_max: i64,
    },
    /// The time of day is missing or none.
    NoTimeOfDay,
    /// No gateway for text messages is set up.
    NoGateway,
    /// Text messages go to clients only.
    TextMessageToOthers,
    /// The program is missing, unknown or switched off.
    NoEndpoint,
    /// The text says something else, or travels in another way.
    OtherWords,
    /// What it says is advertising, whatever anybody calls it.
    IsAdvertising,
    /// Advertising is for clients.
    AdvertisingToOthers,
    /// Advertising without naming what must have been agreed to.
    NoConsent,
    /// A consent is named, but nobody is asked for one.
    ConsentOfNoUse,
    /// A list of words is too long, or one of them is.
    TooManyWords {
        /// As many words fit.
        max: usize,
    },
    /// The rank is not between 0 and 100.
    BadPriority,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::RuleId;

    fn reminder() -> RuleDraft {
        RuleDraft {
            name: "The evening before".to_owned(),
            trigger: Trigger::BeforeStart,
            offset: Offset::Days { days: 1, at_minute: 1_020 },
            audience: Audience::Client,
            channel: Channel::Mail,
            endpoint: None,
            template: None,
            purpose: Purpose::Transactional,
            consent: None,
            conditions: Conditions::default(),
            priority: 50,
        }
    }

    fn flaws(draft: &RuleDraft) -> Vec<Flaw> {
        draft.flaws(&SetUp::default(), false)
    }

    #[test]
    fn a_plain_reminder_can_be_kept() {
        assert_eq!(flaws(&reminder()), []);
        let nameless = RuleDraft { name: "  ".to_owned(), ..reminder() };
        assert_eq!(flaws(&nameless), [Flaw::NoName]);
        assert_eq!(nameless.flaws(&SetUp::default(), true), [], "a built-in one has a name of ours");
    }

    #[test]
    fn moments_keep_to_what_makes_sense() {
        let at = |trigger, offset| flaws(&RuleDraft { trigger, offset, ..reminder() });
        assert_eq!(at(Trigger::BeforeStart, Offset::Elapsed(0)), [Flaw::TooNear { minutes_min: 5 }]);
        assert_eq!(at(Trigger::BeforeStart, Offset::Elapsed(5)), []);
        assert_eq!(at(Trigger::BeforeStart, Offset::Days { days: 0, at_minute: 420 }), [], "on the day at seven");
        assert_eq!(at(Trigger::BeforeStart, Offset::Elapsed(525_601)), [Flaw::TooFar { minutes_max: 525_600 }]);
        assert_eq!(at(Trigger::BeforeStart, Offset::Days { days: 1, at_minute: 1_440 }), [Flaw::NoTimeOfDay]);
        assert_eq!(at(Trigger::Booked, Offset::Elapsed(10)), [Flaw::TooFar { minutes_max: 0 }]);
        assert_eq!(at(Trigger::NoShow, Offset::Elapsed(0)), []);
        assert!(at(Trigger::AfterLastVisit, Offset::Elapsed(60)).contains(&Flaw::TooNear { minutes_min: 1_440 }));
        assert!(at(Trigger::Birthday, Offset::Elapsed(60)).contains(&Flaw::NoTimeOfDay));
    }

    #[test]
    fn advertising_is_advertising_whatever_it_is_called() {
        for trigger in [Trigger::AfterVisit, Trigger::AfterLastVisit, Trigger::Birthday] {
            let offset = if trigger == Trigger::Birthday {
                Offset::Days { days: 0, at_minute: 600 }
            } else {
                Offset::Days { days: 30, at_minute: 600 }
            };
            let honest = RuleDraft {
                trigger,
                offset,
                purpose: Purpose::Marketing,
                consent: Some(ConsentPurpose::News),
                ..reminder()
            };
            assert_eq!(flaws(&honest), [], "{trigger:?}");
            let sly = RuleDraft { purpose: Purpose::Transactional, consent: None, ..honest.clone() };
            assert_eq!(flaws(&sly), [Flaw::IsAdvertising], "{trigger:?}");
            assert_eq!(flaws(&RuleDraft { consent: None, ..honest }), [Flaw::NoConsent], "{trigger:?}");
        }
    }

    #[test]
    fn a_way_must_be_set_up() {
        let text_message = RuleDraft { channel: Channel::Sms, ..reminder() };
        assert_eq!(flaws(&text_message), [Flaw::NoGateway]);
        let gateway = SetUp { sms: true, ..SetUp::default() };
        assert_eq!(text_message.flaws(&gateway, false), []);
        let to_provider = RuleDraft { audience: Audience::Provider, ..text_message };
        assert_eq!(to_provider.flaws(&gateway, false), [Flaw::TextMessageToOthers]);

        let endpoint = EndpointId::new(7);
        let call = RuleDraft {
            trigger: Trigger::Booked,
            offset: Offset::Elapsed(0),
            audience: Audience::Endpoint,
            channel: Channel::Webhook,
            endpoint: Some(endpoint),
            ..reminder()
        };
        assert_eq!(flaws(&call), [Flaw::NoEndpoint]);
        assert_eq!(call.flaws(&SetUp { endpoints: vec![endpoint], ..SetUp::default() }, false), []);
        let birthday = RuleDraft { trigger: Trigger::Birthday, offset: Offset::Days { days: 0, at_minute: 0 }, ..call };
        assert!(flaws(&birthday).contains(&Flaw::NothingToSay));
    }

    #[test]
    fn words_must_say_what_the_rule_says() {
        let id = TemplateId::new(3);
        let own = |kind, channel| SetUp {
            templates: vec![KnownTemplate { id, kind, channel, name: "Ours".to_owned() }],
            ..SetUp::default()
        };
        let draft = RuleDraft { template: Some(id), ..reminder() };
        assert_eq!(draft.flaws(&own(MessageKind::Reminder, Channel::Mail), false), []);
        for wrong in [own(MessageKind::Reminder, Channel::Sms), own(MessageKind::Birthday, Channel::Mail)] {
            assert_eq!(draft.flaws(&wrong, false), [Flaw::OtherWords]);
        }
        assert_eq!(flaws(&draft), [Flaw::OtherWords], "it is gone");
    }

    #[test]
    fn a_built_in_rule_keeps_what_it_is() {
        let rule = Rule {
            id: RuleId::new(1),
            code: Some("reminder_early".to_owned()),
            name: String::new(),
            trigger: Trigger::BeforeStart,
            offset: Offset::Elapsed(4_320),
            audience: Audience::Client,
            channel: Channel::Mail,
            endpoint: None,
            template: None,
            purpose: Purpose::Transactional,
            consent: None,
            conditions: Conditions::default(),
            priority: 80,
            active_from: None,
            row_version: 1,
        };
        let wanted = RuleDraft {
            trigger: Trigger::Booked,
            audience: Audience::Clinic,
            purpose: Purpose::Marketing,
            consent: Some(ConsentPurpose::News),
            ..reminder()
        };
        let kept = wanted.for_built_in(&rule);
        assert_eq!((kept.trigger, kept.audience, kept.purpose), (Trigger::BeforeStart, Audience::Client, rule.purpose));
        assert_eq!(kept.offset, Offset::Days { days: 1, at_minute: 1_020 });
        assert!(kept.reaches_others_than(&rule) && !RuleDraft::of(&rule).reaches_others_than(&rule));
    }
}
