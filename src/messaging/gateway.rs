//! Setting up the gateway for text messages, and trying it out.
//!
//! What was typed is judged as a whole before it is kept: the template is written once with an example, so that a body
//! that could never be sent is refused here and not at night.

use super::carriers::sms::{self, BadBody, BodyForm, BodyValues, Credentials, Gateway, Preset};
use super::store::{self, audit};
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{MessageId, StaffUserId};
use crate::domain::recognise::PhoneNumber;
use crate::keys::Keys;
use crate::outgoing::{Outgoing, WrongTarget};

/// The longest name or number that stands as the sender.
pub(super) const SENDER_CHARACTERS_MAX: usize = 20;
/// The longest body template.
pub(super) const BODY_CHARACTERS_MAX: usize = 4_000;
/// The longest value of a header, and of a user, password or token.
pub(super) const SECRET_CHARACTERS_MAX: usize = 1_000;
/// The longest pointer into an answer.
pub(super) const POINTER_CHARACTERS_MAX: usize = 200;
/// The longest text of a test.
pub(super) const TEST_CHARACTERS_MAX: usize = 300;
/// As many headers may be added.
const HEADERS_MAX: usize = 10;
/// A test that could not leave in this time is not worth it any more.
const TEST_EXPIRES_MINUTES: i64 = 30;
/// Headers that we write ourselves, or that say how the call is read.
const OUR_HEADERS: [&str; 8] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "transfer-encoding",
    "upgrade",
];

/// What is wrong with a gateway as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GatewayFlaw {
    /// A gateway that is switched on needs an address, and it must be one that may be called.
    Address(WrongTarget),
    /// No sender, or one that no gateway takes.
    Sender,
    /// Not the code of a country.
    CountryCode,
    /// The body cannot be written.
    Body(BadBody),
    /// The body never names the number, or never the text.
    BodyWithout(&'static str),
    /// This line of the headers is none, or is one of ours.
    Header(String),
    /// The place in the answer is no JSON pointer; which field.
    Pointer(&'static str),
    /// It is said where success stands, but not what stands there then.
    NoSuccessValue,
    /// Name and password belong together.
    NoPassword,
    /// The token is missing.
    NoToken,
    /// Somebody else saved meanwhile.
    Changed,
}

/// Everything that speaks against the gateway; nothing when it can be kept.
pub(super) fn flaws(gateway: &Gateway, outgoing: &Outgoing, may_demo: bool) -> Vec<GatewayFlaw> {
    let mut found = Vec::new();
    if gateway.preset == Preset::Demo && may_demo {
        return found;
    }
    if let Err(wrong) = outgoing.target(&gateway.url) {
        found.push(GatewayFlaw::Address(wrong));
    }
    let sender = gateway.sender.as_str();
    let fits = |c: char| c.is_ascii_alphanumeric() || "+ .-_&".contains(c);
    if sender.is_empty() || SENDER_CHARACTERS_MAX < sender.chars().count() || !sender.chars().all(fits) {
        found.push(GatewayFlaw::Sender);
    }
    let code = gateway.country_code.as_str();
    if 3 < code.len() || code.starts_with('0') || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        found.push(GatewayFlaw::CountryCode);
    }
    found.extend(flaw_of_body(gateway));
    for (name, value) in &gateway.credentials.headers {
        if !is_header(name, value) {
            found.push(GatewayFlaw::Header(name.clone()));
        }
    }
    if HEADERS_MAX < gateway.credentials.headers.len() {
        found.push(GatewayFlaw::Header(HEADERS_MAX.to_string()));
    }
    let is_pointer = |text: &str| text.is_empty() || (text.starts_with('/') && text.len() <= POINTER_CHARACTERS_MAX);
    if !is_pointer(&gateway.success_pointer) {
        found.push(GatewayFlaw::Pointer("success_pointer"));
    }
    if !is_pointer(&gateway.reference_pointer) {
        found.push(GatewayFlaw::Pointer("reference_pointer"));
    }
    if !gateway.success_pointer.is_empty() && gateway.success_value.trim().is_empty() {
        found.push(GatewayFlaw::NoSuccessValue);
    }
    found
}

fn flaw_of_body(gateway: &Gateway) -> Option<GatewayFlaw> {
    // Two signs that stand nowhere else, so that it shows whether they arrive.
    let (number, text) = ("+4915550100999", "Termin morgen 10:00 \"äöü\" & <Gruß>\n€");
    let values = BodyValues { number, text, sender: &gateway.sender, reference: "0123456789ABC" };
    let written = match sms::body(&gateway.body, gateway.form, values) {
        Ok(written) => written,
        Err(bad) => return Some(GatewayFlaw::Body(bad)),
    };
    if !written.contains("15550100999") {
        return Some(GatewayFlaw::BodyWithout("number"));
    }
    (!written.contains("Termin")).then_some(GatewayFlaw::BodyWithout("text"))
}

fn is_header(name: &str, value: &str) -> bool {
    let token = |c: char| c.is_ascii_alphanumeric() || "-_.!#$%&'*+^`|~".contains(c);
    let is_ours = OUR_HEADERS.contains(&name.to_ascii_lowercase().as_str());
    let is_name = !name.is_empty() && name.len() <= 60 && name.chars().all(token) && !is_ours;
    let is_value = !value.is_empty() && value.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    is_name && is_value && value.chars().count() <= SECRET_CHARACTERS_MAX
}

/// What a preset begins with.
pub(super) fn beginning(preset: Preset) -> Gateway {
    let empty = Gateway {
        preset,
        enabled: true,
        sender: String::new(),
        url: String::new(),
        form: BodyForm::Json,
        credentials: Credentials::default(),
        body: String::new(),
        success_pointer: String::new(),
        success_value: String::new(),
        reference_pointer: String::new(),
        country_code: String::new(),
    };
    match preset {
        Preset::Form => Gateway {
            url: "https://api.twilio.com/2010-04-01/Accounts/ACCOUNT/Messages.json".to_owned(),
            form: BodyForm::Form,
            body: "To={{ number }}&From={{ sender }}&Body={{ text }}".to_owned(),
            reference_pointer: "/sid".to_owned(),
            ..empty
        },
        Preset::Json => Gateway {
            body: "{\"to\": \"{{ number }}\", \"from\": \"{{ sender }}\", \"text\": \"{{ text }}\"}".to_owned(),
            reference_pointer: "/id".to_owned(),
            ..empty
        },
        Preset::None | Preset::Demo => empty,
    }
}

/// Keeps the gateway.
pub(super) fn save(
    tx: &mut Tx<'_>,
    keys: &Keys,
    by: StaffUserId,
    gateway: &Gateway,
    row_version: i64,
) -> Result<(), Bad<GatewayFlaw>> {
    let sealed = gateway.credentials.seal(keys).ok_or_else(|| Fault::other("the gateway could not be sealed"))?;
    if !store::calls::save_gateway(tx, gateway, &sealed, row_version)? {
        return Err(Bad::Refused(GatewayFlaw::Changed));
    }
    audit::note(tx, by, if gateway.enabled { "sms_gateway_set" } else { "sms_gateway_off" }, "sms_gateway", 1)?;
    Ok(())
}

/// Why there is no test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoTest {
    /// It is no phone number, or one of no country.
    Number,
    /// The gateway is not set up, or switched off.
    NoGateway,
}

/// Plans a text message to a number that somebody typed: a row like any other, so what becomes of it can be followed.
pub(super) fn plan_test(
    tx: &mut Tx<'_>,
    keys: &Keys,
    by: StaffUserId,
    (number, text): (&str, &str),
    language: &str,
) -> Result<MessageId, Bad<NoTest>> {
    let (gateway, _) = store::calls::gateway(tx.conn, keys)?;
    if !gateway.is_usable() {
        return Err(Bad::Refused(NoTest::NoGateway));
    }
    let number = PhoneNumber::parse(number).ok().and_then(|number| number.international(&gateway.country_code));
    let number = number.ok_or(Bad::Refused(NoTest::Number))?;
    let id = store::calls::add_text_test(tx, by, (&number, text), language, TEST_EXPIRES_MINUTES)?;
    audit::note(tx, by, "sms_tested", "message", id.get())?;
    Ok(id)
}
