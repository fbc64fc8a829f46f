//! The clinic's own words: templates that are filled with facts, and what they may say.
//!
//! The built-in words stay in the files of phrases. Where the clinic wrote something of its own, it is a row of
//! `message_template_texts`; without one a message is made from the phrases directly and no template runs. What the
//! editor shows as the text to begin with is made from the same phrases ([`sources`]), so an update never overwrites
//! anybody's words, and taking them back is deleting a row.
//!
//! One way leads through here: [`engine`] fills a template and leaves marks where values stand, [`blocks`] reads what the
//! clinic wrote as CommonMark (or [`own_html`] as HTML), and only then the values are put in. Nothing a value holds is
//! ever read as anything but words.

pub(in crate::messaging) mod blocks;
pub mod check;
pub(in crate::messaging) mod engine;
pub(in crate::messaging) mod own_html;
pub mod placeholders;
pub(in crate::messaging) mod samples;
mod scan;
pub mod sms;
pub mod sources;

use std::collections::HashMap;

use self::blocks::Block;
use self::check::{Complaint, Field, Wrong};
use self::engine::{Filled, NotFilled, Vars};
use crate::domain::ids::{RuleId, TemplateId};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind, one_line};
use crate::messaging::deliver::Claimed;
use crate::messaging::letters::frame::Row;

/// Characters of a subject that leaves the house.
const SUBJECT_SENT_MAX: usize = 250;

/// What the clinic wrote in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnText {
    /// The subject line; empty for text messages.
    pub subject: String,
    /// The text.
    pub body: String,
    /// HTML instead of what is made from the text.
    pub html: Option<String>,
}

/// The name under which the text of a kind itself is kept.
pub fn template_of(kind: MessageKind, channel: Channel) -> String {
    format!("{}.{}", kind.as_str(), channel.as_str())
}

/// Everything the clinic wrote that a batch of messages may need.
#[derive(Debug, Clone, Default)]
pub(in crate::messaging) struct OwnTexts {
    pub(in crate::messaging) texts: HashMap<(String, Language), OwnText>,
    pub(in crate::messaging) of_rules: HashMap<RuleId, TemplateId>,
}

impl OwnTexts {
    /// The clinic's words for a message in its reader's language: the rule's template, else the text of the kind.
    /// Nothing where Rebook's words are used.
    pub(in crate::messaging) fn find(&self, message: &Claimed, channel: Channel) -> Option<&OwnText> {
        let of_rule = message.rule.and_then(|rule| self.of_rules.get(&rule)).map(ToString::to_string);
        let names = of_rule.into_iter().chain([template_of(message.kind, channel)]);
        names.into_iter().find_map(|name| self.texts.get(&(name, message.language)))
    }

    /// The clinic's words for every mail of a kind.
    pub(in crate::messaging) fn of_kind(&self, kind: MessageKind, language: Language) -> Option<&OwnText> {
        self.texts.get(&(template_of(kind, Channel::Mail), language))
    }
}

/// A message in the clinic's words.
#[derive(Debug)]
pub(in crate::messaging) struct Worded {
    pub(in crate::messaging) subject: String,
    pub(in crate::messaging) blocks: Vec<Block>,
    /// HTML of the clinic's own, before it is written anew.
    pub(in crate::messaging) html: Option<Filled>,
}

/// Fills a text of the clinic's with what is known.
pub(in crate::messaging) fn compose(
    own: &OwnText,
    kind: MessageKind,
    vars: &Vars,
    rows: &[Row],
) -> Result<Worded, Complaint> {
    let shown = |name: &&&'static str| placeholders::of(kind).any(|known| known.name == **name && known.in_subject);
    let open: Vars = vars.iter().filter(|(name, _)| shown(name)).map(|(name, value)| (*name, value.clone())).collect();
    let filled = engine::fill(own.subject.trim(), &open, &[]).map_err(|error| in_field(Field::Subject, error))?;
    let subject: String = one_line(&filled.plain(&filled.text)).chars().take(SUBJECT_SENT_MAX).collect();
    if subject.is_empty() {
        return Err(in_field(Field::Subject, NotFilled { line: None, wrong: Wrong::Empty }));
    }
    let in_body = |error| in_field(Field::Body, error);
    let filled = engine::fill(&own.body, vars, rows).map_err(in_body)?;
    let blocks = blocks::read(&filled).map_err(|wrong| in_body(NotFilled { line: None, wrong }))?;
    if blocks.is_empty() {
        return Err(in_body(NotFilled { line: None, wrong: Wrong::Empty }));
    }
    let html = own.html.as_deref().filter(|html| !html.trim().is_empty());
    let html = html.map(|html| engine::fill(html, vars, rows)).transpose();
    Ok(Worded { subject, blocks, html: html.map_err(|error| in_field(Field::Html, error))? })
}

/// Fills a text message.
pub(in crate::messaging) fn compose_plain(own: &OwnText, vars: &Vars) -> Result<String, Complaint> {
    let in_body = |error| in_field(Field::Body, error);
    let filled = engine::fill(&own.body, vars, &[]).map_err(in_body)?;
    let text = sms::thrifty(filled.plain(&filled.text).trim());
    if text.is_empty() {
        return Err(in_body(NotFilled { line: None, wrong: Wrong::Empty }));
    }
    if sms::size(&text).parts > check::SMS_PARTS_MAX {
        return Err(in_body(NotFilled { line: None, wrong: Wrong::TooBig }));
    }
    Ok(text)
}

fn in_field(field: Field, error: NotFilled) -> Complaint {
    Complaint { field, line: error.line, wrong: error.wrong, meant: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::messages::Audience;
    use crate::i18n::Texts;
    use crate::messaging::letters::frame::{self, Draft, Head};
    use crate::messaging::templates::{self, MailFacts, MailLinks, RenderedMail, Sender};
    use crate::messaging::words::engine::OPEN;
    use chrono::{DateTime, TimeZone, Utc};
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 28, 9, 0, 0).unwrap()
    }

    fn links() -> MailLinks {
        MailLinks {
            portal: "https://clinic.example/portal".into(),
            unsubscribe: "https://clinic.example/u/abc".into(),
            ..templates::tests::links()
        }
    }

    fn with<T>(kind: MessageKind, facts: &MailFacts, say: impl FnOnce(Draft, &Head<'_>) -> T) -> T {
        let sender = Sender { name: "Clinic".into(), address: "booking@clinic.example".into() };
        let draft = match samples::other(Texts::new(facts.language), kind, facts, &links()) {
            Some(draft) => draft,
            None => templates::draft(facts, &links(), &sender, now()).expect("a draft"),
        };
        say(draft, &templates::head(facts, &links()))
    }

    fn rendered(kind: MessageKind, facts: &MailFacts, own: Option<&OwnText>) -> RenderedMail {
        with(kind, facts, |draft, head| match own {
            Some(own) => frame::render_strictly(draft, head, own).expect("good words").expect("a mail"),
            None => frame::render(draft, head, None).expect("a mail"),
        })
    }

    fn checked(own: &OwnText, kind: MessageKind, channel: Channel) -> Vec<Complaint> {
        let facts = templates::tests::facts(kind, Language::En);
        with(kind, &facts, |draft, head| {
            check::check(own, kind, channel, (&frame::all_vars(&draft, head), &draft.rows))
        })
    }

    fn own(subject: &str, body: &str, html: Option<&str>) -> OwnText {
        OwnText { subject: subject.into(), body: body.into(), html: html.map(str::to_owned) }
    }

    #[test]
    fn the_text_of_the_editor_says_what_the_mail_says() {
        for language in Language::all() {
            for kind in sources::EDITABLE {
                let source = sources::built_in(kind, Channel::Mail, language).expect("words");
                let facts = templates::tests::facts(kind, language);
                let (direct, filled) = (rendered(kind, &facts, None), rendered(kind, &facts, Some(&source)));
                assert_eq!(direct.subject, filled.subject, "{kind:?} {language:?}");
                assert_eq!(direct.text, filled.text, "{kind:?} {language:?}");
                assert_eq!(direct.html, filled.html, "{kind:?} {language:?}");
                assert!(!direct.text.contains("words-") && !direct.text.contains("{{"), "{}", direct.text);
                assert!(direct.subject.len() > 5 && !direct.subject.contains("Root canal"), "{}", direct.subject);
                assert!(checked(&source, kind, Channel::Mail).is_empty(), "{kind:?}");
            }
        }
    }

    #[test]
    fn every_placeholder_of_a_kind_has_a_value() {
        for kind in sources::EDITABLE {
            let facts = templates::tests::facts(kind, Language::En);
            with(kind, &facts, |draft, head| {
                let vars = frame::all_vars(&draft, head);
                for known in placeholders::of(kind).filter(|known| !known.is_part) {
                    assert!(vars.contains_key(known.name), "{kind:?}: {}", known.name);
                }
            });
        }
    }

    #[test]
    fn text_messages_are_short_and_plain() {
        let mut count = 0;
        for kind in sources::EDITABLE {
            for language in Language::all() {
                let Some(source) = sources::built_in(kind, Channel::Sms, language) else { continue };
                count += 1;
                assert!(checked(&source, kind, Channel::Sms).is_empty(), "{kind:?}");
                let facts = templates::tests::facts(kind, language);
                let text = with(kind, &facts, |draft, head| {
                    let vars = frame::all_vars(&draft, head);
                    let direct = crate::messaging::letters::text::compose(Texts::new(language), kind, &vars, None);
                    assert_eq!(direct, compose_plain(&source, &vars).ok(), "{kind:?}");
                    direct.expect("a text")
                });
                let size = sms::size(&text);
                assert!(!size.is_wide && size.parts <= 2, "{kind:?} {language:?}: {size:?} {text}");
                assert!(!text.contains("Root canal") && !text.contains("Ana"), "{text}");
            }
        }
        assert_eq!(count, 28);
        assert!(!checked(&own("", "{{ details }}", None), MessageKind::Reminder, Channel::Sms).is_empty());
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        let wrong = |subject: &str, body: &str, html: Option<&str>| {
            let found = checked(&own(subject, body, html), MessageKind::Confirmation, Channel::Mail);
            let first = found.into_iter().next().expect("a complaint");
            assert!(!first.sentence(Texts::new(Language::De)).contains("words-"));
            (first.field, first.line, first.wrong)
        };
        let (subject, body) = ("Hello", "Hi {{ name }}");
        assert_eq!(wrong("", body, None), (Field::Subject, None, Wrong::Empty));
        assert_eq!(wrong("a\nb", body, None), (Field::Subject, None, Wrong::Lines));
        assert_eq!(wrong(&"a".repeat(201), body, None), (Field::Subject, None, Wrong::TooLong(200)));
        assert_eq!(wrong("{{ service }}", body, None), (Field::Subject, None, Wrong::InSubject("service".into())));
        assert_eq!(wrong("{{ name }}", body, None), (Field::Subject, None, Wrong::InSubject("name".into())));
        assert_eq!(wrong(subject, " \n ", None), (Field::Body, None, Wrong::Empty));
        assert_eq!(wrong(subject, "a\n\n{{ nmae }}", None), (Field::Body, Some(3), Wrong::Placeholder("nmae".into())));
        assert_eq!(wrong(subject, "a\n{% if name %}\nb", None).1, Some(3), "the end is missing at the end");
        assert!(matches!(wrong(subject, "{{ name", None).2, Wrong::Syntax(_)));
        assert!(matches!(wrong(subject, "{{ name | }}", None).2, Wrong::Syntax(_)));
        assert_eq!(wrong(subject, "\n{{ name|shout }}", None), (Field::Body, Some(2), Wrong::Filter("shout".into())));
        assert_eq!(wrong(subject, "{% include 'x' %}", None).2, Wrong::Statement("include".into()));
        assert_eq!(wrong(subject, "{{ name * 1000000 }}", None).2, Wrong::Sign('*'));
        let turns = "{% for a in clinic %}";
        let endless = format!("{}x{}", turns.repeat(12), "{% endfor %}".repeat(12));
        assert_eq!(wrong(subject, &endless, None).2, Wrong::Endless);
        let long = format!(
            "{}{}{}",
            "{% for a in clinic %}{% for b in clinic %}",
            "x".repeat(2_000),
            "{% endfor %}{% endfor %}"
        );
        assert_eq!(wrong(subject, &long, None).2, Wrong::TooBig);
        assert_eq!(wrong(subject, body, Some("<p>\n<script>")), (Field::Html, Some(2), Wrong::Tag("script".into())));
        assert_eq!(wrong(subject, body, Some("<p>{{ nmae }}</p>")).2, Wrong::Placeholder("nmae".into()));
        assert_eq!(
            checked(&own(subject, "{{ nmae }}", None), MessageKind::Confirmation, Channel::Mail)
                .first()
                .and_then(|c| c.meant),
            Some("name")
        );
    }

    #[test]
    fn words_that_fail_are_replaced_by_ours() {
        let facts = templates::tests::facts(MessageKind::Confirmation, Language::En);
        let ours = rendered(MessageKind::Confirmation, &facts, None);
        for broken in [
            own("{{ x }}", "a", None),
            own("a", "{{ x }}", None),
            own("a", "{% for", None),
            own("a", "b", Some("{{ x }}")),
        ] {
            let mail = with(MessageKind::Confirmation, &facts, |draft, head| frame::render(draft, head, Some(&broken)));
            assert_eq!(mail.expect("a mail").text, ours.text);
        }
    }

    #[test]
    fn advertising_can_always_be_ended() {
        for kind in [MessageKind::ThankYou, MessageKind::ComeBack, MessageKind::Birthday] {
            let facts = templates::tests::facts(kind, Language::De);
            for words in [None, Some(own("Hallo", "Nur das.", Some("<p>Nur das.</p>")))] {
                let mail = rendered(kind, &facts, words.as_ref());
                assert!(
                    mail.text.contains("https://clinic.example/u/abc") && mail.html.contains("/u/abc"),
                    "{}",
                    mail.text
                );
            }
        }
    }

    #[test]
    fn a_provider_gets_no_links_of_the_client() {
        for kind in sources::EDITABLE.into_iter().filter(|kind| kind.audience() == Audience::Provider) {
            assert!(
                placeholders::of(kind)
                    .all(|known| !["manage_url", "portal_url", "unsubscribe_url"].contains(&known.name))
            );
        }
    }

    proptest! {
        #[test]
        fn no_value_breaks_out(name in "[\\PC]{0,30}|[<>\"'&*_#`\\[\\](){}%\r\n\u{202e}\u{200b}a.:/@-]{0,30}") {
            let mut facts = templates::tests::facts(MessageKind::Confirmation, Language::En);
            facts.booking.service = name.clone();
            facts.booking.provider = name.clone();
            facts.booking.staff_reason = Some(name.clone());
            facts.reader.name = name.clone();
            let words = own(
                "{{ when }}: {{ provider }}",
                "# Hello {{ name }}\n\n**{{ service }}** with *{{ provider }}*\n\n[See {{ service }}]({{ manage_url }})\n\n- {{ reason }}.\n\n{{ details }}",
                Some("<p title=\"{{ service }}\">{{ service }}</p><a href=\"{{ manage_url }}\">{{ provider }}</a>{{ details }}"),
            );
            let mail = rendered(MessageKind::Confirmation, &facts, Some(&words));
            let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}');
            prop_assert!(!mail.subject.chars().any(|c| c.is_control() || turns(c)), "{}", mail.subject);
            let has_marks = mail.text.contains(OPEN) || mail.html.contains(OPEN);
            prop_assert!(!has_marks);
            let tags = mail.html.matches('<').count() - mail.html.matches("<br>").count();
            facts.booking.service = "x".into();
            facts.booking.provider = "x".into();
            facts.reader.name = "x".into();
            let plain = rendered(MessageKind::Confirmation, &facts, Some(&words));
            prop_assert_eq!(tags, plain.html.matches('<').count() - plain.html.matches("<br>").count());
        }
    }
}
