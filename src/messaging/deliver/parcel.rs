//! What is handed over for a letter: a mail, a text message or a call, made at the last moment.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Inner, Prepared};
use crate::db::Fault;
use crate::domain::messages::{self, Audience, Channel, Outcome, Purpose, Reason, Subject};
use crate::domain::recognise::PhoneNumber;
use crate::mail::{Letter, LetterParts, MailParty, Unsubscribe, compose};
use crate::messaging::carriers::{KeptText, Parcel, webhook};
use crate::messaging::deliver::Claimed;
use crate::messaging::letters::{self, Composed, Desk, Matter};
use crate::messaging::masked::masked;
use crate::messaging::templates::OtherTime;
use crate::messaging::{outcome, store};

/// Why there is nothing to hand over.
pub(super) enum NoParcel {
    /// This becomes of the message.
    Settled(Outcome),
    /// It says nothing about the message: it is taken up again.
    NotNow,
}

impl NoParcel {
    fn away(fault: &Fault) -> Self {
        tracing::warn!("a message could not be made ready and is taken up again: {fault}");
        Self::NotNow
    }
}

impl Inner {
    /// Makes what is handed over.
    pub(super) async fn parcel(&self, prepared: &Prepared, now: DateTime<Utc>) -> Result<Parcel, NoParcel> {
        match self.carrier.channel() {
            Channel::Mail => {
                let others = self.other_times(prepared, now).await;
                let (letter, text) = self.letter(prepared, &others, now).map_err(NoParcel::Settled)?;
                Ok(Parcel::Mail { letter, text, is_kept: is_text_kept(&prepared.claimed) })
            }
            Channel::Sms => self.text(prepared).await,
            Channel::Webhook => self.event(prepared).await,
        }
    }

    /// A text message: by the gateway as it is set up now, to the number as it stands now.
    async fn text(&self, prepared: &Prepared) -> Result<Parcel, NoParcel> {
        let keys = self.carrier.caller().ok_or(NoParcel::NotNow)?.keys.clone();
        let message = prepared.claimed.clone();
        let read = self.db.read(move |conn| {
            let (gateway, _) = store::calls::gateway(conn, &keys)?;
            let kept = match message.subject {
                Subject::Kept(id) => store::calls::kept_text(conn, id)?,
                _ => None,
            };
            Ok((gateway, store::calls::number_for(conn, &message)?, kept))
        });
        let (gateway, reach, kept) = read.await.map_err(|fault| NoParcel::away(&fault))?;
        if !gateway.is_usable() {
            return Err(NoParcel::Settled(Outcome::Skip(Reason::NoChannel)));
        }
        let typed = match reach {
            store::calls::Reachable::Number(typed) => typed,
            store::calls::Reachable::Nowhere => return Err(NoParcel::Settled(Outcome::Skip(Reason::NoAddress))),
            store::calls::Reachable::DoNotContact => {
                return Err(NoParcel::Settled(Outcome::Skip(Reason::DoNotContact)));
            }
        };
        let number = PhoneNumber::parse(&typed).ok().and_then(|number| number.international(&gateway.country_code));
        let number = number.ok_or(NoParcel::Settled(Outcome::GiveUp(Reason::BadAddress)))?;
        let desk = Desk { links: self.links.as_ref(), sender: &self.sender, others: &[] };
        let text = match kept {
            Some(text) => text,
            None => prepared.matter.compose_text(&prepared.claimed, &desk).map_err(NoParcel::Settled)?,
        };
        Ok(Parcel::Text { gateway: Arc::new(gateway), number, text })
    }

    /// A call: of the endpoint as it is set up now, about the booking as it stands now.
    async fn event(&self, prepared: &Prepared) -> Result<Parcel, NoParcel> {
        let keys = self.carrier.caller().ok_or(NoParcel::NotNow)?.keys.clone();
        let message = prepared.claimed.clone();
        let read = self.db.read(move |conn| {
            let found = match message.endpoint {
                Some(id) => store::calls::endpoint(conn, id)?,
                None => None,
            };
            let Some(endpoint) = found.filter(store::calls::EndpointRow::is_on) else {
                return Ok(Err(Outcome::Skip(Reason::SwitchedOff)));
            };
            let body = letters::event::compose(conn, &message, endpoint.with_contact)?;
            Ok(body.map(|body| (endpoint, body)))
        });
        let (row, body) = read.await.map_err(|fault| NoParcel::away(&fault))?.map_err(NoParcel::Settled)?;
        // Sealed by another instance: somebody has to make a new secret, which the page says.
        let secret = webhook::open_secret(&keys, &row.secret_sealed);
        let secret = secret.ok_or(NoParcel::Settled(Outcome::GiveUp(Reason::NotRendered)))?;
        Ok(Parcel::Call { endpoint: Arc::new(webhook::Endpoint { target: row.url, secret }), body })
    }

    /// What is free changes by the minute, so it is looked up when the mail leaves. A mail without it is better than none.
    async fn other_times(&self, prepared: &Prepared, now: DateTime<Utc>) -> Vec<OtherTime> {
        let Some(wish) = letters::promised(&prepared.claimed, &prepared.matter) else {
            return Vec::new();
        };
        let links = Arc::clone(&self.links);
        let found = self.db.read(move |conn| links.other_times(conn, now, &wish)).await;
        found.unwrap_or_else(|fault| {
            tracing::warn!(message.id = %prepared.claimed.id, "no other times could be looked up: {fault}");
            Vec::new()
        })
    }

    fn letter(
        &self,
        prepared: &Prepared,
        others: &[OtherTime],
        now: DateTime<Utc>,
    ) -> Result<(Letter, KeptText), Outcome> {
        let desk = Desk { links: self.links.as_ref(), sender: &self.sender, others };
        let composed = if prepared.carried.is_empty() {
            prepared.matter.compose(&prepared.claimed, &desk, now)?
        } else {
            let together: Vec<(&Claimed, &Matter)> = prepared.messages().collect();
            Matter::compose_together(&together, &desk, now)?
        };
        let Composed { sender, reader, reply_to, mail } = composed;
        let text = KeptText { subject: mail.subject.clone(), body: masked(&mail.text), html: masked(&mail.html) };
        let parts = LetterParts {
            from: MailParty { name: sender.name, address: sender.address },
            reply_to: reply_to.map(|address| MailParty { name: String::new(), address }),
            to: MailParty { name: messages::greeting_name(&reader.name).unwrap_or_default(), address: reader.address },
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            invitation: mail.invitation,
            message_id: prepared.claimed.message_id.clone(),
            in_reply_to: prepared.thread.clone(),
            date: now,
            bounces_to: self.links.bounces_to(prepared.claimed.id),
            unsubscribe: (prepared.claimed.purpose == Purpose::Marketing)
                .then(|| Unsubscribe { url: self.links.unsubscribe(prepared.claimed.id), mailto: None }),
        };
        let letter = compose(&parts).map_err(outcome::of_bad_letter)?;
        Ok((letter, text))
    }
}

/// What a stranger had sent to a mailbox is nobody's record, and a test has its text from the beginning.
fn is_text_kept(message: &Claimed) -> bool {
    message.audience != Audience::Mailbox && !matches!(message.subject, Subject::Kept(_))
}
