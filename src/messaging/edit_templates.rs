//! The clinic's own words: kept, taken back, tried, sent as a test; and templates of its own beside those of the kinds.
//!
//! A text that does not work is not kept: it is tried with real facts first. Where two people write at once, the second
//! is told, and nothing is lost.

use chrono::{DateTime, TimeDelta, Utc};

use super::deliver::Links;
use super::store::templates as rows;
use super::try_template::{Scene, Tried};
use super::words::check::Complaint;
use super::words::{OwnText, sources, template_of};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{MessageId, StaffUserId, TemplateId};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind, one_line};

pub use super::store::templates::{OwnTemplate, own_templates};

/// Characters of a template's name.
pub const NAME_MAX: usize = 80;
/// Templates beside those of the kinds.
const TEMPLATES_MAX: usize = 200;
/// A test that did not leave by then is worth nothing.
const TEST_HOURS: i64 = 2;

/// A template of a kind, or one of the clinic's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Under which name its texts are kept.
    pub key: String,
    /// What it says.
    pub kind: MessageKind,
    /// How it travels.
    pub channel: Channel,
    /// The clinic's own one: which, its name, and whether it is out of use.
    pub own: Option<(TemplateId, String, bool)>,
}

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateRefused {
    /// There is no such template.
    Gone,
    /// Somebody else was faster; this is the version that stands now.
    Changed(i64),
    /// The text does not work.
    Wrong(Vec<Complaint>),
    /// A template needs a name, and not too long a one.
    Nameless,
    /// There are templates enough.
    TooMany,
}

/// A text with its version, and who wrote it when.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The words.
    pub text: OwnText,
    /// Its version; 0 for Rebook's words.
    pub version: i64,
    /// When the clinic wrote it, and who did; nothing for Rebook's words.
    pub written: Option<(DateTime<Utc>, Option<String>)>,
}

/// The template of that name: `reminder.mail`, or an identifier.
pub fn find_template(conn: &mut Conn, name: &str) -> Result<Option<Template>, Fault> {
    for kind in sources::EDITABLE {
        for channel in [Channel::Mail, Channel::Sms] {
            if template_of(kind, channel) == name {
                let is_there = sources::built_in(kind, channel, Language::En).is_some();
                return Ok(is_there.then(|| Template { key: name.to_owned(), kind, channel, own: None }));
            }
        }
    }
    let Ok(id) = name.parse::<TemplateId>() else {
        return Ok(None);
    };
    let found = own_templates(conn)?.into_iter().find(|template| template.id == id);
    Ok(found.map(of_own))
}

/// A template of the clinic's own, as any other.
pub fn of_own(template: OwnTemplate) -> Template {
    let OwnTemplate { id, kind, channel, name, is_archived, .. } = template;
    Template { key: id.to_string(), kind, channel, own: Some((id, name, is_archived)) }
}

/// What stands there now: the clinic's words, else those of the kind, else Rebook's.
pub fn text_of(conn: &mut Conn, template: &Template, language: Language) -> Result<Shown, Fault> {
    let mut all = rows::all_texts(conn)?;
    all.retain(|kept| kept.language == language);
    let (mut own, mut of_kind) = (None, None);
    let kind_key = template_of(template.kind, template.channel);
    for kept in all {
        if kept.template == template.key {
            own = Some(kept);
        } else if kept.template == kind_key {
            of_kind = Some(kept.text);
        }
    }
    if let Some(kept) = own {
        let written = Some((kept.updated_at, kept.updated_by));
        return Ok(Shown { text: kept.text, version: kept.row_version, written });
    }
    let built_in = sources::built_in(template.kind, template.channel, language);
    let text = of_kind.or(built_in).ok_or_else(|| Fault::other("a template without words"))?;
    Ok(Shown { text, version: 0, written: None })
}

/// Keeps a text that works. `version` is the one it was made from.
pub fn save_text(
    tx: &mut Tx<'_>,
    links: &dyn Links,
    by: StaffUserId,
    (template, language): (&Template, Language),
    text: &OwnText,
    version: i64,
) -> Result<(), Bad<TemplateRefused>> {
    let now = tx.now;
    let stands = rows::version_of(tx.conn, &template.key, language)?;
    if stands != version {
        return Err(Bad::Refused(TemplateRefused::Changed(stands)));
    }
    let scene = Scene::load(tx.conn, links, now, (template.kind, language), None)?;
    let complaints = scene.complaints(text, template.channel)?;
    if !complaints.is_empty() {
        return Err(Bad::Refused(TemplateRefused::Wrong(complaints)));
    }
    rows::keep_text(tx, (&template.key, language), text, version + 1, by)?;
    Ok(())
}

/// Takes the clinic's words back, so that Rebook's stand again.
pub fn reset_text(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (template, language): (&Template, Language),
) -> Result<(), Bad<TemplateRefused>> {
    rows::forget_text(tx, (&template.key, language), by)?;
    Ok(())
}

/// How a text looks, with the booking called so, or the newest one that fits.
pub fn try_text(
    conn: &mut Conn,
    links: &dyn Links,
    now: DateTime<Utc>,
    (template, language): (&Template, Language),
    text: &OwnText,
    reference: Option<&str>,
) -> Result<Tried, Fault> {
    Scene::load(conn, links, now, (template.kind, language), reference)?.tried(text, template.channel)
}

/// Sends a text to whoever writes it, as a message like any other.
pub fn send_test(
    tx: &mut Tx<'_>,
    links: &dyn Links,
    to: StaffUserId,
    (template, language): (&Template, Language),
    text: &OwnText,
    reference: Option<&str>,
) -> Result<MessageId, Bad<TemplateRefused>> {
    let now = tx.now;
    let scene = Scene::load(tx.conn, links, now, (template.kind, language), reference)?;
    let complaints = scene.complaints(text, template.channel)?;
    if !complaints.is_empty() || template.channel != Channel::Mail {
        return Err(Bad::Refused(TemplateRefused::Wrong(complaints)));
    }
    let mail = scene.mail(Some(text))?;
    Ok(rows::add_test(tx, to, language, &mail, now + TimeDelta::hours(TEST_HOURS))?)
}

/// Plans a plain test mail to somebody who works here: a row like any other, so what becomes of it can be followed.
pub fn plan_mail_test(
    tx: &mut Tx<'_>,
    to: StaffUserId,
    language: Language,
    (subject, text): (&str, &str),
) -> Result<MessageId, Fault> {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mail = super::RenderedMail {
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: format!("<!doctype html><html lang=\"{}\"><body><p>{plain}</p></body></html>", language.tag()),
        invitation: None,
    };
    let expires_at = tx.now + TimeDelta::hours(TEST_HOURS);
    rows::add_test(tx, to, language, &mail, expires_at)
}

/// Plans a mail to somebody who works here whose text is written already: a row like any other.
pub fn plan_kept(
    tx: &mut Tx<'_>,
    kind: MessageKind,
    to: StaffUserId,
    language: Language,
    mail: &super::RenderedMail,
    expires_at: DateTime<Utc>,
) -> Result<MessageId, Fault> {
    rows::add_kept(tx, kind, to, language, mail, expires_at)
}

/// Makes a template of the clinic's own beside that of its kind.
pub fn add_template(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    kind: MessageKind,
    channel: Channel,
    name: &str,
) -> Result<TemplateId, Bad<TemplateRefused>> {
    let name = one_line(name);
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Err(Bad::Refused(TemplateRefused::Nameless));
    }
    if sources::built_in(kind, channel, Language::En).is_none() {
        return Err(Bad::Refused(TemplateRefused::Gone));
    }
    if own_templates(tx.conn)?.len() >= TEMPLATES_MAX {
        return Err(Bad::Refused(TemplateRefused::TooMany));
    }
    Ok(rows::add_template(tx, (kind, channel, &name), by)?)
}

/// Takes a template out of use, or brings it back. Rules that name it say the words of their kind meanwhile.
pub fn retire_template(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: TemplateId,
    retired: bool,
) -> Result<(), Bad<TemplateRefused>> {
    if rows::retire_template(tx, id, retired, by)? { Ok(()) } else { Err(Bad::Refused(TemplateRefused::Gone)) }
}

/// A template in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which.
    pub template: Template,
    /// Languages with words of the clinic's, and whether they still work.
    pub own_words: Vec<(Language, bool)>,
    /// Rules that speak in it: a word of ours or the clinic's name.
    pub rules: Vec<String>,
}

/// Every template: those of the kinds, then the clinic's own.
pub fn all_templates(conn: &mut Conn, links: &dyn Links, now: DateTime<Utc>) -> Result<Vec<Listed>, Fault> {
    use crate::domain::message_rules::Trigger;
    use crate::domain::messages::Audience;
    let texts = rows::all_texts(conn)?;
    let rules = rows::rules_by_template(conn)?;
    let of_kinds = sources::EDITABLE.into_iter().flat_map(|kind| {
        [Channel::Mail, Channel::Sms].into_iter().filter_map(move |channel| {
            sources::built_in(kind, channel, Language::En)?;
            Some(Template { key: template_of(kind, channel), kind, channel, own: None })
        })
    });
    let templates: Vec<Template> = of_kinds.chain(own_templates(conn)?.into_iter().map(of_own)).collect();
    let mut listed = Vec::with_capacity(templates.len());
    for template in templates {
        let mut own_words = Vec::new();
        for kept in texts.iter().filter(|kept| kept.template == template.key) {
            let scene = Scene::load(conn, links, now, (template.kind, kept.language), None)?;
            own_words.push((kept.language, scene.complaints(&kept.text, template.channel)?.is_empty()));
        }
        let own_id = template.own.as_ref().map(|(id, ..)| *id);
        let speaks =
            |(names, _, fires_on, audience, channel): &&(Option<TemplateId>, String, String, String, String)| {
                let kind = Trigger::parse(fires_on).zip(Audience::parse(audience)).and_then(|(on, to)| on.kind(to));
                *names == own_id && kind == Some(template.kind) && channel == template.channel.as_str()
            };
        let rules = rules.iter().filter(speaks).map(|(_, name, ..)| name.clone()).collect();
        listed.push(Listed { template, own_words, rules });
    }
    Ok(listed)
}
