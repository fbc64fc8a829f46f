//! What is told about a way into the client's own area.

use chrono::{DateTime, Utc};

use super::frame::{self, Action, Draft, Head};
use super::{Composed, Desk};
use crate::clients;
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientLinkId;
use crate::domain::messages::Reason;
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;
use crate::messaging::store;
use crate::messaging::templates::{ClinicFacts, NotRendered, Reader};
use crate::messaging::words::OwnText;
use crate::messaging::words::engine::Vars;

/// What is true of it now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct PortalMail {
    link: ClientLinkId,
    is_used: bool,
    expires_at: DateTime<Utc>,
    /// The address as the clinic has it, which is not what a stranger typed.
    address: Option<String>,
    /// Who reads the mailbox, when it is one person.
    name: String,
    clinic: ClinicFacts,
}

pub(super) fn load(conn: &mut Conn, id: ClientLinkId) -> Result<Option<PortalMail>, Fault> {
    let Some(link) = store::portal::link(conn, id)? else {
        return Ok(None);
    };
    let people = clients::of_mailbox(conn, &link.email_key)?;
    let name = match people.as_slice() {
        [one] => one.first_name.clone(),
        _ => String::new(),
    };
    let address = people.iter().find_map(|person| person.email.clone());
    Ok(Some(PortalMail {
        link: id,
        is_used: link.is_used,
        expires_at: link.expires_at,
        address,
        name,
        clinic: link.clinic,
    }))
}

impl PortalMail {
    /// Why the message must not go out as things stand.
    pub(super) fn objection(&self, _message: &Claimed, now: DateTime<Utc>) -> Option<Reason> {
        match &self.address {
            None => Some(Reason::NoAddress),
            Some(_) if self.is_used => Some(Reason::Superseded),
            Some(_) if self.expires_at <= now => Some(Reason::Expired),
            Some(_) => None,
        }
    }

    /// Writes the mail.
    pub(super) fn compose(
        &self,
        message: &Claimed,
        desk: &Desk<'_>,
        own: Option<&OwnText>,
        now: DateTime<Utc>,
    ) -> Result<Composed, NotRendered> {
        let t = Texts::new(message.language);
        let minutes = ((self.expires_at - now).num_seconds() + 59) / 60;
        let draft = Draft {
            kind: message.kind,
            subject: t.with("portal-mail-subject", &[("clinic", &self.clinic.name)]),
            preview: t.with("portal-mail-preview", &[("minutes", &minutes)]),
            heading: t.text("portal-mail-heading"),
            lead: t.text("portal-mail-lead"),
            rows: Vec::new(),
            notes: vec![t.with("portal-mail-once", &[("minutes", &minutes)]), t.text("portal-mail-not-you")],
            actions: vec![Action { label: t.text("portal-mail-action"), url: desk.links.portal_link(self.link) }],
            invitation: None,
            vars: Vars::from([("minutes", minutes.to_string())]),
        };
        let head = Head {
            language: message.language,
            reader_name: &self.name,
            clinic: &self.clinic,
            location: None,
            why: t.with("portal-mail-why", &[("clinic", &self.clinic.name)]),
            unsubscribe: None,
        };
        Ok(Composed {
            sender: desk.sender_for(&self.clinic),
            reader: Reader { name: self.name.clone(), address: self.address.clone().unwrap_or_default() },
            reply_to: self.clinic.email.clone(),
            mail: frame::render(draft, &head, own)?,
        })
    }
}
