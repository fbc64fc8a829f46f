//! The clinic's own words, and texts that lie beside their message.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::booking::clinic_facts;
use super::{audit, planning};
use crate::db::schema::{
    appointments, bookings, message_rules, message_template_texts, message_templates, message_texts, messages,
    staff_users,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, MessageId, RuleId, StaffUserId, TemplateId};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind, PlannedMessage, Recipient, Subject};
use crate::messaging::templates::{ClinicFacts, Reader, RenderedMail};
use crate::messaging::words::{OwnText, OwnTexts};

/// Texts of one clinic: kinds, channels, languages, and templates of its own.
const TEXTS_MAX: i64 = 2_000;
/// Templates beside those of the kinds.
const TEMPLATES_MAX: i64 = 500;
/// Rules that say with which template.
const RULES_MAX: i64 = 2_000;

type TextRow = (String, String, String, String, Option<String>, i64, NaiveDateTime, Option<String>);

/// A text as it is kept.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct KeptOwn {
    pub(in crate::messaging) template: String,
    pub(in crate::messaging) language: Language,
    pub(in crate::messaging) text: OwnText,
    pub(in crate::messaging) row_version: i64,
    pub(in crate::messaging) updated_at: DateTime<Utc>,
    pub(in crate::messaging) updated_by: Option<String>,
}

/// Everything the clinic wrote itself.
pub(in crate::messaging) fn all_texts(conn: &mut Conn) -> Result<Vec<KeptOwn>, Fault> {
    let rows: Vec<TextRow> = message_template_texts::table
        .left_join(staff_users::table.on(message_template_texts::updated_by.eq(staff_users::id.nullable())))
        .order((message_template_texts::template, message_template_texts::language))
        .limit(TEXTS_MAX)
        .select((
            message_template_texts::template,
            message_template_texts::language,
            message_template_texts::subject,
            message_template_texts::body,
            message_template_texts::html,
            message_template_texts::row_version,
            message_template_texts::updated_at,
            staff_users::name.nullable(),
        ))
        .load(conn)?;
    let kept = |(template, language, subject, body, html, row_version, at, updated_by): TextRow| {
        // A language that is not spoken any more keeps its words until it is spoken again.
        let language = Language::parse(&language)?;
        let text = OwnText { subject, body, html };
        Some(KeptOwn { template, language, text, row_version, updated_at: at.and_utc(), updated_by })
    };
    Ok(rows.into_iter().filter_map(kept).collect())
}

/// The same as messages need it, with the templates that rules name.
pub(in crate::messaging) fn own_texts(conn: &mut Conn) -> Result<OwnTexts, Fault> {
    let rows: Vec<(String, String, String, String, Option<String>)> = message_template_texts::table
        .order((message_template_texts::template, message_template_texts::language))
        .limit(TEXTS_MAX)
        .select((
            message_template_texts::template,
            message_template_texts::language,
            message_template_texts::subject,
            message_template_texts::body,
            message_template_texts::html,
        ))
        .load(conn)?;
    if rows.is_empty() {
        return Ok(OwnTexts::default());
    }
    let text = |(template, language, subject, body, html): (String, String, String, String, Option<String>)| {
        Some(((template, Language::parse(&language)?), OwnText { subject, body, html }))
    };
    let texts: HashMap<_, _> = rows.into_iter().filter_map(text).collect();
    let of_rules: Vec<(i64, Option<i64>)> = message_rules::table
        .inner_join(message_templates::table.on(message_rules::template_id.eq(message_templates::id.nullable())))
        .filter(message_templates::archived_at.is_null())
        .order(message_rules::id)
        .limit(RULES_MAX)
        .select((message_rules::id, message_rules::template_id))
        .load(conn)?;
    let of_rule = |(rule, template): (i64, Option<i64>)| Some((RuleId::new(rule), TemplateId::new(template?)));
    Ok(OwnTexts { texts, of_rules: of_rules.into_iter().filter_map(of_rule).collect() })
}

/// A template of the clinic's own.
#[derive(Debug, Clone)]
pub struct OwnTemplate {
    /// Which one.
    pub id: TemplateId,
    /// What it says.
    pub kind: MessageKind,
    /// How it travels.
    pub channel: Channel,
    /// The clinic's name for it.
    pub name: String,
    /// Whether it is out of use.
    pub is_archived: bool,
    /// Rises with every change.
    pub row_version: i64,
}

/// Every template of the clinic's own, by name.
pub fn own_templates(conn: &mut Conn) -> Result<Vec<OwnTemplate>, Fault> {
    type Row = (i64, String, String, String, Option<NaiveDateTime>, i64);
    let rows: Vec<Row> = message_templates::table
        .order((message_templates::name, message_templates::id))
        .limit(TEMPLATES_MAX)
        .select((
            message_templates::id,
            message_templates::kind,
            message_templates::channel,
            message_templates::name,
            message_templates::archived_at,
            message_templates::row_version,
        ))
        .load(conn)?;
    let template = |(id, kind, channel, name, archived_at, row_version): Row| {
        let id = TemplateId::new(id);
        let corrupt = |column: &'static str| Fault::corrupt("message_templates", column, id, "unknown word");
        Ok(OwnTemplate {
            id,
            kind: MessageKind::parse(&kind).ok_or_else(|| corrupt("kind"))?,
            channel: Channel::parse(&channel).ok_or_else(|| corrupt("channel"))?,
            name,
            is_archived: archived_at.is_some(),
            row_version,
        })
    };
    rows.into_iter().map(template).collect()
}

/// Makes a template of the clinic's own.
pub(in crate::messaging) fn add_template(
    tx: &mut Tx<'_>,
    (kind, channel, name): (MessageKind, Channel, &str),
    by: StaffUserId,
) -> Result<TemplateId, Fault> {
    let id: TemplateId = tx.new_id();
    diesel::insert_into(message_templates::table)
        .values((
            message_templates::id.eq(id.get()),
            message_templates::kind.eq(kind.as_str()),
            message_templates::channel.eq(channel.as_str()),
            message_templates::name.eq(name),
            message_templates::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    audit::note(tx, by, "add", "message_template", id.get())?;
    Ok(id)
}

/// Takes a template out of use, or brings it back. Rules that name it use the words of their kind meanwhile.
pub(in crate::messaging) fn retire_template(
    tx: &mut Tx<'_>,
    id: TemplateId,
    retired: bool,
    by: StaffUserId,
) -> Result<bool, Fault> {
    let at = retired.then(|| tx.now_naive());
    let done = diesel::update(message_templates::table.find(id.get()))
        .set((
            message_templates::archived_at.eq(at),
            message_templates::row_version.eq(message_templates::row_version + 1),
        ))
        .execute(tx.conn)?;
    if done > 0 {
        audit::note(tx, by, if retired { "archive" } else { "restore" }, "message_template", id.get())?;
    }
    Ok(done > 0)
}

/// The version of a text; 0 where Rebook's words stand.
pub(in crate::messaging) fn version_of(conn: &mut Conn, template: &str, language: Language) -> Result<i64, Fault> {
    let version: Option<i64> = message_template_texts::table
        .find((template, language.tag()))
        .select(message_template_texts::row_version)
        .first(conn)
        .optional()?;
    Ok(version.unwrap_or(0))
}

/// Keeps a text.
pub(in crate::messaging) fn keep_text(
    tx: &mut Tx<'_>,
    (template, language): (&str, Language),
    text: &OwnText,
    version: i64,
    by: StaffUserId,
) -> Result<(), Fault> {
    let now = tx.now_naive();
    let columns = (
        message_template_texts::subject.eq(&text.subject),
        message_template_texts::body.eq(&text.body),
        message_template_texts::html.eq(text.html.as_deref()),
        message_template_texts::row_version.eq(version),
        message_template_texts::updated_at.eq(now),
        message_template_texts::updated_by.eq(Some(by.get())),
    );
    let kept =
        diesel::update(message_template_texts::table.find((template, language.tag()))).set(columns).execute(tx.conn)?;
    if kept == 0 {
        diesel::insert_into(message_template_texts::table)
            .values((
                message_template_texts::template.eq(template),
                message_template_texts::language.eq(language.tag()),
                columns,
            ))
            .execute(tx.conn)?;
    }
    audit::note(tx, by, "save", "message_text", object_of(template))
}

/// Forgets a text, so that Rebook's words stand again.
pub(in crate::messaging) fn forget_text(
    tx: &mut Tx<'_>,
    (template, language): (&str, Language),
    by: StaffUserId,
) -> Result<bool, Fault> {
    let gone = diesel::delete(message_template_texts::table.find((template, language.tag()))).execute(tx.conn)?;
    if gone > 0 {
        audit::note(tx, by, "reset", "message_text", object_of(template))?;
    }
    Ok(gone > 0)
}

/// The texts of kinds have no number.
fn object_of(template: &str) -> i64 {
    template.parse::<TemplateId>().map_or(0, TemplateId::get)
}

/// A text that lies beside its message, and who reads it.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct KeptText {
    pub(in crate::messaging) subject: String,
    pub(in crate::messaging) body: String,
    pub(in crate::messaging) html: String,
    pub(in crate::messaging) reader: Option<Reader>,
    pub(in crate::messaging) clinic: ClinicFacts,
}

/// The text of a test.
pub(in crate::messaging) fn kept_text(conn: &mut Conn, id: MessageId) -> Result<Option<KeptText>, Fault> {
    type Row = (String, String, String, Option<(String, String, Option<NaiveDateTime>)>);
    let row: Option<Row> = message_texts::table
        .inner_join(messages::table)
        .left_join(staff_users::table.on(messages::staff_user_id.eq(staff_users::id.nullable())))
        .filter(message_texts::message_id.eq(id.get()))
        .select((
            message_texts::subject,
            message_texts::body,
            message_texts::html,
            (staff_users::name, staff_users::email, staff_users::disabled_at).nullable(),
        ))
        .first(conn)
        .optional()?;
    let Some((subject, body, html, staff)) = row else {
        return Ok(None);
    };
    let reader = staff.filter(|(.., disabled_at)| disabled_at.is_none());
    let reader = reader.map(|(name, address, _)| Reader { name, address });
    Ok(Some(KeptText { subject, body, html, reader, clinic: clinic_facts(conn)? }))
}

/// Plans a test: the row and its text.
pub(in crate::messaging) fn add_test(
    tx: &mut Tx<'_>,
    to: StaffUserId,
    language: Language,
    mail: &RenderedMail,
    expires_at: DateTime<Utc>,
) -> Result<MessageId, Fault> {
    add_kept(tx, MessageKind::Test, to, language, mail, expires_at)
}

/// The same for any mail to staff whose text is written before it leaves.
pub(in crate::messaging) fn add_kept(
    tx: &mut Tx<'_>,
    kind: MessageKind,
    to: StaffUserId,
    language: Language,
    mail: &RenderedMail,
    expires_at: DateTime<Utc>,
) -> Result<MessageId, Fault> {
    let number: MessageId = tx.new_id();
    let recipient = Recipient::Staff(to);
    let planned = PlannedMessage::at_once(Subject::Kept(number), kind, recipient, 0, tx.now, expires_at);
    let frame = planning::frame(tx.conn)?;
    planning::insert(tx, std::slice::from_ref(&planned), language.tag(), &frame)?;
    let id: i64 =
        messages::table.filter(messages::natural_key.eq(planned.natural_key())).select(messages::id).first(tx.conn)?;
    let id = MessageId::new(id);
    diesel::insert_into(message_texts::table)
        .values((
            message_texts::message_id.eq(id.get()),
            message_texts::subject.eq(&mail.subject),
            message_texts::body.eq(&mail.text),
            message_texts::html.eq(&mail.html),
            message_texts::at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The newest booking that a message of this kind could be about; of another standing when there is none.
pub(in crate::messaging) fn fitting_booking(conn: &mut Conn, kind: MessageKind) -> Result<Option<BookingId>, Fault> {
    let wanted = match kind {
        MessageKind::RequestReceived | MessageKind::ProviderRequest => BookingStatus::Requested,
        MessageKind::Declined => BookingStatus::Declined,
        MessageKind::Cancellation | MessageKind::ProviderCancelled => BookingStatus::Cancelled,
        MessageKind::ThankYou => BookingStatus::Completed,
        MessageKind::MissedYou => BookingStatus::NoShow,
        _ => BookingStatus::Booked,
    };
    let newest = bookings::table.order(bookings::id.desc()).select(bookings::id).limit(1);
    let fitting: Option<i64> = newest.filter(bookings::status.eq(wanted.as_str())).first(conn).optional()?;
    let any: Option<i64> = match fitting {
        Some(id) => Some(id),
        None => newest.first(conn).optional()?,
    };
    Ok(any.map(BookingId::new))
}

/// The booking that people call so.
pub(in crate::messaging) fn booking_called(conn: &mut Conn, reference: &str) -> Result<Option<BookingId>, Fault> {
    let id: Option<i64> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::reference.eq(reference))
        .select(bookings::id)
        .first(conn)
        .optional()?;
    Ok(id.map(BookingId::new))
}

/// A rule that speaks in a template: the template, and the rule's word or name.
type RuleOfTemplate = (Option<TemplateId>, String, String, String, String);

/// Which rules speak in which template.
pub(in crate::messaging) fn rules_by_template(conn: &mut Conn) -> Result<Vec<RuleOfTemplate>, Fault> {
    type Row = (Option<i64>, Option<String>, String, String, String, String);
    let rows: Vec<Row> = message_rules::table
        .filter(message_rules::archived_at.is_null())
        .order(message_rules::id)
        .limit(RULES_MAX)
        .select((
            message_rules::template_id,
            message_rules::code,
            message_rules::name,
            message_rules::fires_on,
            message_rules::audience,
            message_rules::channel,
        ))
        .load(conn)?;
    let rule = |(template, code, name, fires_on, audience, channel): Row| {
        let name = if name.is_empty() { code.unwrap_or_default() } else { name };
        (template.map(TemplateId::new), name, fires_on, audience, channel)
    };
    Ok(rows.into_iter().map(rule).collect())
}
