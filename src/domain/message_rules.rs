//! What is said when, to whom and how: the rules that the clinic switches on, edits and orders.
//!
//! A rule is data. [`super::messages::deserved`] asks every rule what it has to say about a booking as it stands now;
//! what a rule says is a [`MessageKind`], which follows from its trigger and its audience, in the words of a template.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::consent::ConsentPurpose;
use super::ids::{EndpointId, LocationId, ProviderId, RuleId, ServiceId, TemplateId};
use super::messages::{Audience, Channel, MessageKind, Purpose};

/// What makes a rule speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// Somebody wishes a time that the clinic must approve.
    Requested,
    /// A booking was made.
    Booked,
    /// A wish was granted.
    Approved,
    /// A wish was not granted, or nobody answered it in time.
    Declined,
    /// Time or place changed.
    Rescheduled,
    /// It does not take place, whoever said so.
    Cancelled,
    /// The client called it off.
    CancelledByClient,
    /// The clinic called it off.
    CancelledByClinic,
    /// Some time before it starts.
    BeforeStart,
    /// Some time after it was completed.
    AfterVisit,
    /// Nobody came.
    NoShow,
    /// Some time after the last visit of a client who has no booking to come.
    AfterLastVisit,
    /// The client's birthday.
    Birthday,
    /// A place on the waitlist is kept for somebody.
    WaitlistOffer,
    /// Some days before a visit of a kind is due again.
    BeforeRecall,
    /// On the day on which it is due, or some days after.
    AfterRecall,
}

impl Trigger {
    /// Every trigger there is, in the order in which it is shown.
    pub const ALL: [Self; 16] = [
        Self::Requested,
        Self::Booked,
        Self::Approved,
        Self::Declined,
        Self::Rescheduled,
        Self::Cancelled,
        Self::CancelledByClient,
        Self::CancelledByClinic,
        Self::BeforeStart,
        Self::AfterVisit,
        Self::NoShow,
        Self::AfterLastVisit,
        Self::Birthday,
        Self::WaitlistOffer,
        Self::BeforeRecall,
        Self::AfterRecall,
    ];

    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Booked => "booked",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Rescheduled => "rescheduled",
            Self::Cancelled => "cancelled",
            Self::CancelledByClient => "cancelled_by_client",
            Self::CancelledByClinic => "cancelled_by_clinic",
            Self::BeforeStart => "before_start",
            Self::AfterVisit => "after_visit",
            Self::NoShow => "no_show",
            Self::AfterLastVisit => "after_last_visit",
            Self::Birthday => "birthday",
            Self::WaitlistOffer => "waitlist_offer",
            Self::BeforeRecall => "before_recall",
            Self::AfterRecall => "after_recall",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == word)
    }

    /// Whether the rule speaks of a client as such and may concern everybody on the books at once.
    pub const fn is_about_client(self) -> bool {
        matches!(self, Self::AfterLastVisit | Self::Birthday | Self::BeforeRecall | Self::AfterRecall)
    }

    /// Whether it is a rung of the ladder of recalls, which is counted in days from the date.
    pub const fn is_recall(self) -> bool {
        matches!(self, Self::BeforeRecall | Self::AfterRecall)
    }

    /// Whether the moment lies some time away from what happened, so that the rule needs an offset.
    pub const fn has_offset(self) -> bool {
        matches!(
            self,
            Self::BeforeStart
                | Self::AfterVisit
                | Self::NoShow
                | Self::AfterLastVisit
                | Self::Birthday
                | Self::BeforeRecall
                | Self::AfterRecall
        )
    }

    /// What is said to this audience; nothing where the two do not fit.
    pub const fn kind(self, audience: Audience) -> Option<MessageKind> {
        match audience {
            Audience::Client => Some(match self {
                Self::Requested => MessageKind::RequestReceived,
                Self::Booked => MessageKind::Confirmation,
                Self::Approved => MessageKind::Approved,
                Self::Declined => MessageKind::Declined,
                Self::Rescheduled => MessageKind::Change,
                Self::Cancelled | Self::CancelledByClient | Self::CancelledByClinic => MessageKind::Cancellation,
                Self::BeforeStart => MessageKind::Reminder,
                Self::AfterVisit => MessageKind::ThankYou,
                Self::NoShow => MessageKind::MissedYou,
                Self::AfterLastVisit => MessageKind::ComeBack,
                Self::Birthday => MessageKind::Birthday,
                Self::WaitlistOffer => MessageKind::WaitlistOffer,
                Self::BeforeRecall | Self::AfterRecall => MessageKind::Recall,
            }),
            Audience::Provider | Audience::Clinic => match self {
                Self::Requested => Some(MessageKind::ProviderRequest),
                Self::Booked | Self::Approved | Self::Rescheduled => Some(MessageKind::ProviderBooked),
                Self::Declined | Self::Cancelled | Self::CancelledByClient | Self::CancelledByClinic => {
                    Some(MessageKind::ProviderCancelled)
                }
                Self::BeforeStart => Some(MessageKind::ProviderReminder),
                Self::AfterVisit
                | Self::NoShow
                | Self::AfterLastVisit
                | Self::Birthday
                | Self::WaitlistOffer
                | Self::BeforeRecall
                | Self::AfterRecall => None,
            },
            Audience::Endpoint => match self {
                Self::WaitlistOffer
                | Self::AfterLastVisit
                | Self::Birthday
                | Self::BeforeRecall
                | Self::AfterRecall => None,
                _ => Some(MessageKind::Event),
            },
            Audience::Mailbox | Audience::Staff => None,
        }
    }
}

/// How far from what happened the moment lies. Before or after follows from the trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// So many minutes of elapsed time.
    Elapsed(i64),
    /// So many days, at this minute of the day on the clock of the location: "the day before at 17:00".
    Days {
        /// How many days.
        days: i64,
        /// Minutes after midnight, 0 to 1439.
        at_minute: i64,
    },
}

impl Offset {
    /// From the two columns: minutes, and the minute of the day where the offset counts days.
    pub const fn of_columns(offset_minutes: i64, at_minute: Option<i64>) -> Self {
        match at_minute {
            Some(at_minute) => Self::Days { days: offset_minutes / 1_440, at_minute },
            None => Self::Elapsed(offset_minutes),
        }
    }

    /// The two columns.
    pub const fn columns(self) -> (i64, Option<i64>) {
        match self {
            Self::Elapsed(minutes) => (minutes, None),
            Self::Days { days, at_minute } => (days * 1_440, Some(at_minute)),
        }
    }
}

/// Whose bookings a rule speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acquaintance {
    /// Everybody's.
    #[default]
    Anybody,
    /// A client's who was never here before.
    FirstVisit,
    /// A client's who was here before.
    Returning,
}

/// When a rule applies. Empty lists and missing values ask for nothing; everything that is asked for must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// One of these services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceId>,
    /// One of these categories, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// One of these providers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<ProviderId>,
    /// One of these locations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<LocationId>,
    /// New or returning.
    pub acquaintance: Acquaintance,
    /// The client has one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The booking's language is one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// The booking came from one of these sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// Whom and what a rule is asked about. What is not known fulfils no condition that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concern {
    /// What is, or was last, booked.
    pub service: Option<ServiceId>,
    /// Its category, by name.
    pub category: String,
    /// Who performs it.
    pub provider: Option<ProviderId>,
    /// Where.
    pub location: Option<LocationId>,
    /// Whether the client was here before.
    pub was_here: bool,
    /// The client's tags.
    pub tags: Vec<String>,
    /// In which language the client is written to.
    pub language: String,
    /// Where the booking came from.
    pub source: Option<String>,
}

impl Conditions {
    /// Whether everything that is asked for holds.
    pub fn hold(&self, concern: &Concern) -> bool {
        let acquaintance = match self.acquaintance {
            Acquaintance::Anybody => true,
            Acquaintance::FirstVisit => !concern.was_here,
            Acquaintance::Returning => concern.was_here,
        };
        acquaintance
            && asks_nothing_or(&self.services, |wanted| concern.service == Some(*wanted))
            && asks_nothing_or(&self.categories, |wanted| concern.category == *wanted)
            && asks_nothing_or(&self.providers, |wanted| concern.provider == Some(*wanted))
            && asks_nothing_or(&self.locations, |wanted| concern.location == Some(*wanted))
            && asks_nothing_or(&self.tags, |wanted| concern.tags.contains(wanted))
            && asks_nothing_or(&self.languages, |wanted| concern.language == *wanted)
            && asks_nothing_or(&self.sources, |wanted| concern.source.as_ref() == Some(wanted))
    }
}

fn asks_nothing_or<T>(wanted: &[T], is: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(is)
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which one.
    pub id: RuleId,
    /// The word of a built-in rule.
    pub code: Option<String>,
    /// The clinic's name for it; a built-in one without a name has Rebook's.
    pub name: String,
    /// What makes it speak.
    pub trigger: Trigger,
    /// How far away.
    pub offset: Offset,
    /// To whom.
    pub audience: Audience,
    /// How.
    pub channel: Channel,
    /// The program that is called, for webhooks.
    pub endpoint: Option<EndpointId>,
    /// In which words; without one in the built-in ones of its kind.
    pub template: Option<TemplateId>,
    /// Why.
    pub purpose: Purpose,
    /// What the client must have agreed to, for advertising.
    pub consent: Option<ConsentPurpose>,
    /// When it applies.
    pub conditions: Conditions,
    /// Of several that a cap does not let through, the highest goes first; 0 to 100.
    pub priority: i32,
    /// Since when it is on; nothing while it is off.
    pub active_from: Option<DateTime<Utc>>,
    /// Rises with every change.
    pub row_version: i64,
}

impl Rule {
    /// What it says.
    pub const fn kind(&self) -> Option<MessageKind> {
        self.trigger.kind(self.audience)
    }

    /// Whether it is on at `now`.
    pub fn is_on(&self, now: DateTime<Utc>) -> bool {
        self.active_from.is_some_and(|from| from <= now)
    }

    /// Its part of the natural key of what it plans: the word of a built-in rule, else its identifier.
    pub fn key(&self) -> String {
        match &self.code {
            Some(code) => code.clone(),
            None => format!("rule-{}", self.id),
        }
    }
}

/// Every rule of the clinic that is kept, in the order of identifiers, and what planning needs to know beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rulebook {
    /// The rules, on and off.
    pub rules: Vec<Rule>,
    /// A reminder whose moment had passed by at most so many minutes is still sent.
    pub late_grace_minutes: i64,
}

impl Rulebook {
    /// The rule, if it is kept.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Whether the rule is on at `now`; one that is archived is not.
    pub fn is_on(&self, id: RuleId, now: DateTime<Utc>) -> bool {
        self.rule(id).is_some_and(|rule| rule.is_on(now))
    }

    /// Rules about what happened at `at`: on by then, so that nothing is said about what lies before.
    pub fn on_at(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.active_from.is_some_and(|from| from <= at))
    }

    /// Whether any rule asks for tags.
    pub fn asks_for_tags(&self) -> bool {
        self.rules.iter().any(|rule| !rule.conditions.tags.is_empty())
    }

    /// Whether any rule asks whether somebody was here before.
    pub fn asks_for_acquaintance(&self) -> bool {
        self.rules.iter().any(|rule| rule.conditions.acquaintance != Acquaintance::Anybody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concern() -> Concern {
        Concern {
            service: Some(ServiceId::new(1)),
            category: "Preventive".to_owned(),
            provider: Some(ProviderId::new(2)),
            location: Some(LocationId::new(3)),
            was_here: true,
            tags: vec!["vip".to_owned(), "nervous".to_owned()],
            language: "de".to_owned(),
            source: Some("website".to_owned()),
        }
    }

    #[test]
    fn everything_that_is_asked_for_must_hold() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let none = Conditions::default();
        let table: Vec<(&str, Conditions, bool)> = vec![
            ("nothing asked", none.clone(), true),
            ("its service", Conditions { services: vec![ServiceId::new(9), ServiceId::new(1)], ..none.clone() }, true),
            ("another service", Conditions { services: vec![ServiceId::new(9)], ..none.clone() }, false),
            ("its category", Conditions { categories: words(&["Preventive"]), ..none.clone() }, true),
            ("another category", Conditions { categories: words(&["Surgery"]), ..none.clone() }, false),
            ("its provider", Conditions { providers: vec![ProviderId::new(2)], ..none.clone() }, true),
            ("another provider", Conditions { providers: vec![ProviderId::new(1)], ..none.clone() }, false),
            ("its place", Conditions { locations: vec![LocationId::new(3)], ..none.clone() }, true),
            ("another place", Conditions { locations: vec![LocationId::new(4)], ..none.clone() }, false),
            ("returning", Conditions { acquaintance: Acquaintance::Returning, ..none.clone() }, true),
            ("new", Conditions { acquaintance: Acquaintance::FirstVisit, ..none.clone() }, false),
            ("a tag", Conditions { tags: words(&["staff", "vip"]), ..none.clone() }, true),
            ("no such tag", Conditions { tags: words(&["staff"]), ..none.clone() }, false),
            ("the language", Conditions { languages: words(&["de"]), ..none.clone() }, true),
            ("another language", Conditions { languages: words(&["en"]), ..none.clone() }, false),
            ("the source", Conditions { sources: words(&["website"]), ..none.clone() }, true),
            ("another source", Conditions { sources: words(&["import"]), ..none.clone() }, false),
            (
                "one of two does not hold",
                Conditions { tags: words(&["vip"]), languages: words(&["en"]), ..none },
                false,
            ),
        ];
        for (name, conditions, expected) in table {
            assert_eq!(conditions.hold(&concern()), expected, "{name}");
            if conditions.acquaintance == Acquaintance::Anybody {
                let asks = conditions != Conditions::default();
                assert_eq!(conditions.hold(&Concern::default()), !asks, "{name}: nothing is known");
            }
        }
        let stranger = Concern { was_here: false, ..concern() };
        assert!(Conditions { acquaintance: Acquaintance::FirstVisit, ..Conditions::default() }.hold(&stranger));
    }

    #[test]
    fn offsets_come_back_from_their_columns() {
        for offset in [Offset::Elapsed(0), Offset::Elapsed(4_320), Offset::Days { days: 3, at_minute: 1_020 }] {
            let (minutes, at_minute) = offset.columns();
            assert_eq!(Offset::of_columns(minutes, at_minute), offset);
        }
    }
}
