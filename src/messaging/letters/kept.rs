//! A test: the text lies beside the message already, as it was when somebody asked for it.

use super::{Composed, Desk};
use crate::db::{Conn, Fault};
use crate::domain::ids::MessageId;
use crate::domain::messages::Reason;
use crate::messaging::store::templates::{self as store, KeptText};
use crate::messaging::templates::RenderedMail;

/// The text and who reads it.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct KeptMail {
    kept: KeptText,
}

pub(super) fn load(conn: &mut Conn, id: MessageId) -> Result<Option<KeptMail>, Fault> {
    Ok(store::kept_text(conn, id)?.map(|kept| KeptMail { kept }))
}

impl KeptMail {
    /// Why the message must not go out as things stand.
    pub(super) fn objection(&self) -> Option<Reason> {
        self.kept.reader.is_none().then_some(Reason::NoAddress)
    }

    /// The mail.
    pub(super) fn compose(&self, desk: &Desk<'_>) -> Option<Composed> {
        let kept = &self.kept;
        Some(Composed {
            sender: desk.sender_for(&kept.clinic),
            reader: kept.reader.clone()?,
            reply_to: kept.clinic.email.clone(),
            mail: RenderedMail {
                subject: kept.subject.clone(),
                text: kept.body.clone(),
                html: kept.html.clone(),
                invitation: None,
            },
        })
    }
}
