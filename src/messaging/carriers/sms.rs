//! Text messages: one call of whatever gateway the clinic uses, written by the clinic as a template.
//!
//! Values are encoded where they are put in, as the content type asks for, so nothing that somebody typed can leave its
//! place: a quote stays inside its string, an ampersand inside its field. Whether the gateway took the message is said by
//! the status, and by a place in the answer where one is named: there are gateways that answer 200 with an error.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use minijinja::value::Value;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, context};
use serde::{Deserialize, Serialize};

use super::{Delivered, attempt, idempotency_key};
use crate::config::Secret;
use crate::keys::Keys;
use crate::mail::{Handover, LetterParts, MailParty, Outbox, compose};
use crate::messaging::deliver::Claimed;
use crate::outgoing::{Answer, Call, NoAnswer, Outgoing};

/// What headers of the gateway are sealed for.
const SEALED_FOR: &str = "sms_gateway";
/// Steps a body template may take.
const FUEL: u64 = 10_000;
/// Longer bodies are mistakes of the template.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Longer references are none.
const REFERENCE_CHARACTERS_MAX: usize = 100;

/// What the form is filled with to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::messaging) enum Preset {
    /// Nothing is set up.
    #[default]
    None,
    /// A form with `To`, `From` and `Body`, and a name and password.
    Form,
    /// JSON, and a token.
    Json,
    /// Kept in the browser, in the demo only.
    Demo,
}

impl Preset {
    /// The word in the database and in the form.
    pub(in crate::messaging) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Form => "form",
            Self::Json => "json",
            Self::Demo => "demo",
        }
    }

    /// Reads [`Self::as_str`].
    pub(in crate::messaging) fn parse(word: &str) -> Option<Self> {
        [Self::None, Self::Form, Self::Json, Self::Demo].into_iter().find(|preset| preset.as_str() == word)
    }
}

/// How the body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::messaging) enum BodyForm {
    /// `application/json`
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `text/xml`
    Xml,
}

impl BodyForm {
    /// The content type, which is also the word in the database and in the form.
    pub(in crate::messaging) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }

    /// Reads [`Self::content_type`].
    pub(in crate::messaging) fn parse(text: &str) -> Option<Self> {
        [Self::Json, Self::Form, Self::Xml].into_iter().find(|form| form.content_type() == text)
    }

    /// A value so that it stays where it is put.
    fn encoded(self, text: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::String(text.to_owned()).to_string();
                quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
            }
            Self::Form => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Xml => text.chars().fold(String::new(), |mut out, character| {
                match character {
                    '&' => out.push_str("&amp;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '"' => out.push_str("&quot;"),
                    '\'' => out.push_str("&apos;"),
                    '\n' | '\r' | '\t' => {
                        // Writing to a text cannot fail.
                        let _written = write!(out, "&#{};", u32::from(character));
                    }
                    // No other control character can stand in XML.
                    other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => {}
                    other => out.push(other),
                }
                out
            }),
        }
    }
}

/// What the gateway wants to know of us; sealed as one text.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::messaging) struct Credentials {
    /// With a password it makes Basic authentication.
    #[serde(default)]
    pub(in crate::messaging) user: String,
    #[serde(default)]
    pub(in crate::messaging) password: String,
    /// Makes Bearer authentication.
    #[serde(default)]
    pub(in crate::messaging) token: String,
    /// More headers, name and value.
    #[serde(default)]
    pub(in crate::messaging) headers: Vec<(String, String)>,
}

impl Credentials {
    /// Seals them for the table.
    pub(in crate::messaging) fn seal(&self, keys: &Keys) -> Option<String> {
        keys.seal(SEALED_FOR, &serde_json::to_string(self).ok()?)
    }

    /// Opens what was sealed; nothing was stored where it is empty.
    pub(in crate::messaging) fn open(keys: &Keys, sealed: &str) -> Option<Self> {
        if sealed.is_empty() {
            return Some(Self::default());
        }
        serde_json::from_str(keys.unseal(SEALED_FOR, sealed)?.reveal()).ok()
    }

    fn as_headers(&self) -> Vec<(String, Secret)> {
        let mut headers: Vec<(String, Secret)> =
            self.headers.iter().map(|(name, value)| (name.clone(), Secret::new(value))).collect();
        if !self.token.is_empty() {
            headers.push(("authorization".to_owned(), Secret::new(format!("Bearer {}", self.token))));
        } else if !self.user.is_empty() || !self.password.is_empty() {
            let both = BASE64.encode(format!("{}:{}", self.user, self.password).as_bytes());
            headers.push(("authorization".to_owned(), Secret::new(format!("Basic {both}"))));
        }
        headers
    }
}

/// The gateway as the clinic set it up.
#[derive(Clone)]
pub(in crate::messaging) struct Gateway {
    pub(in crate::messaging) preset: Preset,
    pub(in crate::messaging) enabled: bool,
    pub(in crate::messaging) sender: String,
    pub(in crate::messaging) url: String,
    pub(in crate::messaging) form: BodyForm,
    pub(in crate::messaging) credentials: Credentials,
    pub(in crate::messaging) body: String,
    pub(in crate::messaging) success_pointer: String,
    pub(in crate::messaging) success_value: String,
    pub(in crate::messaging) reference_pointer: String,
    pub(in crate::messaging) country_code: String,
}

/// What a body template may name.
#[derive(Debug, Clone, Copy)]
pub(in crate::messaging) struct BodyValues<'a> {
    pub(in crate::messaging) number: &'a str,
    pub(in crate::messaging) text: &'a str,
    pub(in crate::messaging) sender: &'a str,
    pub(in crate::messaging) reference: &'a str,
}

/// Why a body could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::messaging) enum BadBody {
    /// The template is wrong; the line, and what is wrong with it.
    Template(usize, String),
    /// What came out is not JSON.
    NotJson,
    /// It is too long.
    TooLong,
}

/// Writes the body.
pub(in crate::messaging) fn body(template: &str, form: BodyForm, values: BodyValues<'_>) -> Result<String, BadBody> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(20);
    environment.remove_filter("safe");
    environment.set_formatter(move |out, _, value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.write_str(&form.encoded(&text)).ok().ok_or_else(|| ErrorKind::WriteFailure.into())
    });
    let wrong = |error: &minijinja::Error| {
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        BadBody::Template(error.line().unwrap_or(1), what)
    };
    let read = environment.template_from_str(template).map_err(|error| wrong(&error))?;
    let BodyValues { number, text, sender, reference } = values;
    let written = read.render(context! { number, text, sender, reference }).map_err(|error| wrong(&error))?;
    if written.len() > BODY_BYTES_MAX {
        return Err(BadBody::TooLong);
    }
    if form == BodyForm::Json && serde_json::from_str::<serde::de::IgnoredAny>(&written).is_err() {
        return Err(BadBody::NotJson);
    }
    Ok(written)
}

impl Gateway {
    /// Whether messages can leave by it.
    pub(in crate::messaging) fn is_usable(&self) -> bool {
        let has_address = self.preset == Preset::Demo || !(self.url.is_empty() || self.body.is_empty());
        self.enabled && self.preset != Preset::None && has_address
    }

    /// The call that sends `text`; nothing when the settings do not make one.
    pub(super) fn call(&self, outgoing: &Outgoing, message: &Claimed, number: &str, text: &str) -> Option<Call> {
        let reference = idempotency_key(message);
        let values = BodyValues { number, text, sender: &self.sender, reference: &reference };
        let body = body(&self.body, self.form, values).ok()?;
        let mut headers = self.credentials.as_headers();
        headers.push(("idempotency-key".to_owned(), Secret::new(reference.clone())));
        let target = outgoing.target(&self.url).ok()?;
        Some(Call { target, content_type: self.form.content_type().to_owned(), headers, body })
    }

    /// From the answer to what became of the message.
    pub(super) fn judged(&self, answered: &Result<Answer, NoAnswer>, now: DateTime<Utc>, took: Duration) -> Delivered {
        let handover = match answered {
            Ok(answer) => self.of_status(answer),
            Err(NoAnswer::Private) => Handover::Unwelcome(None, "the address of the gateway is private"),
            Err(NoAnswer::BadHeader) => Handover::Unwelcome(None, "a header of the gateway cannot be sent"),
            Err(NoAnswer::Unreachable(why)) => Handover::Unreachable(why),
            Err(NoAnswer::Silent(_)) => Handover::Uncertain,
        };
        let retry_at = answered.as_ref().ok().and_then(|answer| answer.retry_at(now));
        let reference = answered.as_ref().ok().and_then(|answer| at(&answer.body, &self.reference_pointer));
        let reference = reference.map(|text| text.chars().take(REFERENCE_CHARACTERS_MAX).collect());
        let attempt = attempt(answered, &handover, took);
        Delivered { handover, attempt: Some(attempt), reference, retry_at }
    }

    fn of_status(&self, answer: &Answer) -> Handover {
        let code = Some(answer.status);
        match answer.status {
            200..=299 if self.says_success(&answer.body) => Handover::Accepted(answer.status),
            200..=299 => Handover::Refused(code),
            401 | 403 => Handover::Unwelcome(code, "the gateway refuses our sign-in"),
            300..=399 | 404 | 405 => Handover::Unwelcome(code, "there is no gateway at its address"),
            408 | 425 | 429 | 500..=599 => Handover::Busy(code),
            _ => Handover::Refused(code),
        }
    }

    /// Whether the answer says that it worked, where the settings name the place.
    fn says_success(&self, body: &str) -> bool {
        if self.success_pointer.is_empty() {
            return true;
        }
        at(body, &self.success_pointer)
            .is_some_and(|found| self.success_value.split(',').any(|wanted| wanted.trim() == found))
    }
}

/// What stands at a JSON pointer, as text.
fn at(body: &str, pointer: &str) -> Option<String> {
    if pointer.is_empty() {
        return None;
    }
    let answer: serde_json::Value = serde_json::from_str(body).ok()?;
    match answer.pointer(pointer)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null => Some("null".to_owned()),
        other @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => Some(other.to_string()),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}

/// Keeps a text message beside the mails of the demo.
pub(super) async fn keep(outbox: &Outbox, number: &str, text: &str, now: DateTime<Utc>) -> Delivered {
    let sender = "sms@rebook.invalid".to_owned();
    let parts = LetterParts {
        from: MailParty { name: "SMS".to_owned(), address: sender.clone() },
        reply_to: None,
        to: MailParty { name: format!("SMS {number}"), address: sender },
        subject: format!("SMS {number}"),
        text: text.to_owned(),
        html: String::new(),
        invitation: None,
        message_id: format!("sms-{}@rebook.invalid", now.timestamp_nanos_opt().unwrap_or_default()),
        in_reply_to: None,
        date: now,
        bounces_to: None,
        unsubscribe: None,
    };
    let Ok(letter) = compose(&parts) else {
        return Handover::Refused(None).into();
    };
    match outbox.keep(&letter, now).await {
        Ok(()) => Handover::Accepted(200).into(),
        Err(_) => Handover::Unreachable("the directory for mails cannot be written").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "\", \"to\": \"+1900\n&From=x</Body><To>é\u{0}\u{1b} {{ text }} ' \\";

    fn values(text: &str) -> BodyValues<'_> {
        BodyValues { number: "+4917112345", text, sender: "Clinic", reference: "0ABC" }
    }

    #[test]
    fn nothing_breaks_out_of_json() {
        let template = r#"{"to": "{{ number }}", "text": "{{ text }}", "ref": "{{ reference }}"}"#;
        let written = body(template, BodyForm::Json, values(NASTY)).unwrap();
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!((&read["to"], &read["text"]), (&"+4917112345".into(), &NASTY.into()));
        assert_eq!(read.as_object().unwrap().len(), 3);
    }

    #[test]
    fn nothing_breaks_out_of_a_form() {
        let template = "To={{ number }}&From={{ sender }}&Body={{ text }}";
        let written = body(template, BodyForm::Form, values(NASTY)).unwrap();
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(written.as_bytes()).map(|(a, b)| (a.into_owned(), b.into_owned())).collect();
        let wanted = [("To", "+4917112345"), ("From", "Clinic"), ("Body", NASTY)];
        assert_eq!(fields, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn nothing_breaks_out_of_xml() {
        let written = body("<sms to='{{ number }}'>{{ text }}</sms>", BodyForm::Xml, values(NASTY)).unwrap();
        assert_eq!(written.matches('<').count(), 2, "{written}");
        assert!(!written.contains('\u{0}') && !written.contains('\u{1b}') && written.contains("&quot;, &quot;to"));
    }

    #[test]
    fn templates_are_judged_before_they_are_used() {
        let check = |template: &str| body(template, BodyForm::Json, values("x"));
        assert_eq!(check("{\"a\": {{ text }}}"), Err(BadBody::NotJson));
        assert!(matches!(check("{\n\"a\": \"{{ nobody }}\"}"), Err(BadBody::Template(2, _))));
        assert!(matches!(check("{{ text"), Err(BadBody::Template(1, _))));
        assert!(matches!(check("{{ text | safe }}"), Err(BadBody::Template(..))));
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(matches!(check(endless), Err(BadBody::Template(..))));
    }

    fn gateway() -> Gateway {
        Gateway {
            preset: Preset::Json,
            enabled: true,
            sender: "Clinic".into(),
            url: "https://gateway.example.com/send".into(),
            form: BodyForm::Json,
            credentials: Credentials::default(),
            body: String::new(),
            success_pointer: "/result/status".into(),
            success_value: "queued, sent,0".into(),
            reference_pointer: "/messages/0/id".into(),
            country_code: "49".into(),
        }
    }

    #[test]
    fn an_error_with_status_200_is_an_error() {
        let says = |body: &str| gateway().says_success(body);
        assert!(says(r#"{"result": {"status": "sent"}}"#));
        assert!(says(r#"{"result": {"status": 0}}"#));
        assert!(!says(r#"{"result": {"status": "error"}}"#));
        assert!(!says(r#"{"result": "sent"}"#));
        assert!(!says("OK"));
        assert!(!says(""));
        assert!(Gateway { success_pointer: String::new(), ..gateway() }.says_success("whatever"));
        assert_eq!(at(r#"{"messages": [{"id": "SM1"}]}"#, "/messages/0/id").as_deref(), Some("SM1"));
    }

    #[test]
    fn credentials_become_one_header() {
        let keys = Keys::fixed([3; 32]);
        let named = Credentials { user: "ac".into(), password: "pw".into(), ..Credentials::default() };
        let sealed = named.seal(&keys).unwrap();
        assert!(!sealed.contains("pw"));
        let headers = Credentials::open(&keys, &sealed).unwrap().as_headers();
        assert_eq!(
            headers.first().map(|(name, value)| (name.as_str(), value.reveal())),
            Some(("authorization", "Basic YWM6cHc="))
        );
        let token = Credentials { token: "t".into(), ..named };
        assert_eq!(token.as_headers().first().map(|(_, value)| value.reveal()), Some("Bearer t"));
        assert!(Credentials::open(&Keys::fixed([4; 32]), &sealed).is_none());
    }
}
