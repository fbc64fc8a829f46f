//! The question whether somebody really agreed, to whoever reads the mailbox.

use chrono::{DateTime, Utc};

use super::frame::{self, Action, Draft, Head, Row};
use super::{Composed, Desk};
use crate::clients;
use crate::db::{Conn, Fault};
use crate::domain::ids::ConsentRequestId;
use crate::domain::messages::Reason;
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;
use crate::messaging::discipline::{self, ConsentRequestRow};
use crate::messaging::store;
use crate::messaging::templates::{ClinicFacts, NotRendered, Reader};
use crate::messaging::words::engine::Vars;

/// What is true of it now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct ConsentMail {
    id: ConsentRequestId,
    request: ConsentRequestRow,
    /// The address as the clinic has it, while it is still the one that was typed.
    reader: Option<Reader>,
    clinic: ClinicFacts,
}

pub(super) fn load(conn: &mut Conn, id: ConsentRequestId) -> Result<Option<ConsentMail>, Fault> {
    let Some(request) = discipline::consent_request(conn, id)? else {
        return Ok(None);
    };
    let client = clients::view(conn, request.client)?;
    let reader = client.and_then(|client| {
        let address = client.email.filter(|email| email.eq_ignore_ascii_case(&request.email_key))?;
        Some(Reader { name: client.first_name, address })
    });
    let clinic = store::clinic_facts(conn)?;
    Ok(Some(ConsentMail { id, request, reader, clinic }))
}

impl ConsentMail {
    /// Why the message must not go out as things stand.
    pub(super) fn objection(&self, _message: &Claimed, now: DateTime<Utc>) -> Option<Reason> {
        match &self.reader {
            None => Some(Reason::NoAddress),
            Some(_) if self.request.confirmed_at.is_some() => Some(Reason::Superseded),
            Some(_) if self.request.expires_at <= now => Some(Reason::Expired),
            Some(_) => None,
        }
    }

    /// Writes the mail.
    pub(super) fn compose(&self, message: &Claimed, desk: &Desk<'_>) -> Result<Composed, NotRendered> {
        let t = Texts::new(message.language);
        let clinic = &self.clinic.name;
        let until = t.date_long(self.request.expires_at.date_naive());
        let draft = Draft {
            kind: message.kind,
            vars: Vars::new(),
            subject: t.with("consents-mail-subject", &[("clinic", clinic)]),
            preview: t.text("consents-mail-preview"),
            heading: t.text("consents-mail-heading"),
            lead: t.with("consents-mail-lead", &[("clinic", clinic)]),
            rows: vec![Row::plain(t.text("consents-mail-words"), self.request.wording.clone())],
            notes: vec![t.with("consents-mail-not-you", &[("date", &until)]), t.text("consents-mail-undo")],
            actions: vec![Action { label: t.text("consents-mail-action"), url: desk.links.consent(self.id) }],
            invitation: None,
        };
        let reader = self.reader.clone().unwrap_or(Reader { name: String::new(), address: String::new() });
        let head = Head {
            language: message.language,
            reader_name: &reader.name,
            clinic: &self.clinic,
            location: None,
            why: t.with("consents-mail-why", &[("clinic", clinic)]),
            unsubscribe: None,
        };
        let mail = frame::render(draft, &head, None)?;
        Ok(Composed { sender: desk.sender_for(&self.clinic), reader, reply_to: self.clinic.email.clone(), mail })
    }
}
