//! What a client agreed to, why we do not write, and the client's tags: a part of the client's page, and its forms.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Path};
use chrono_tz::Tz;

use super::Answer;
use crate::app::App;
use crate::clients::{
    self, ClientView, ConsentLine, ConsentPurpose, Decision, TAG_CHARACTERS_MAX, TagRefused, WORDING_VERSION,
};
use crate::db::{Bad, Conn, Fault, Never};
use crate::domain::consent::{ConsentOrigin, SuppressionOrigin, allows};
use crate::domain::ids::ClientId;
use crate::domain::messages::Channel;
use crate::domain::time;
use crate::i18n::Texts;
use crate::keys::Keys;
use crate::messaging::discipline::{self, SuppressionLine, opt_in};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{Page, Tone};
use crate::web::problem::Problem;

/// What the tables say.
pub(super) struct Agreed {
    consents: Vec<ConsentLine>,
    suppressions: Vec<SuppressionLine>,
    tags: Vec<String>,
    known_tags: Vec<String>,
}

impl Agreed {
    /// The tags of the client.
    pub(super) fn tags(&self) -> &[String] {
        &self.tags
    }

    pub(super) fn load(conn: &mut Conn, keys: &Keys, client: &ClientView) -> Result<Self, Fault> {
        let hash = |channel, address: &String| discipline::address_hash(keys, channel, address);
        let by_mail = client.email.as_ref().map(|email| hash(Channel::Mail, email));
        let by_phone = client.phone.as_ref().map(|phone| hash(Channel::Sms, phone));
        let hashes: Vec<String> = by_mail.into_iter().chain(by_phone).collect();
        Ok(Self {
            consents: clients::consents_of(conn, client.id)?,
            suppressions: discipline::suppressions_of(conn, &hashes)?,
            tags: clients::tags_of(conn, client.id)?,
            known_tags: clients::known_tags(conn)?,
        })
    }
}

/// A purpose, and how the client stands to it.
pub(super) struct PurposeLine {
    pub(super) word: &'static str,
    pub(super) wording: String,
    pub(super) is_granted: bool,
    pub(super) since: String,
}

/// A decision of the past.
pub(super) struct DecisionLine {
    pub(super) said: String,
    pub(super) wording: String,
    pub(super) how: String,
}

/// What the page shows.
pub(super) struct Agreements {
    pub(super) base: String,
    pub(super) purposes: Vec<PurposeLine>,
    pub(super) decisions: Vec<DecisionLine>,
    /// Why we do not write, the newest first.
    pub(super) against: Vec<String>,
    pub(super) has_mailbox: bool,
    /// Whether advertising is stopped for a reason that staff may take back.
    pub(super) may_allow: bool,
    /// Whether nothing stands against the mailbox.
    pub(super) may_stop: bool,
    /// Whether the owner of the mailbox objected.
    pub(super) has_objected: bool,
    /// Each with what its button says.
    pub(super) tags: Vec<(String, String)>,
    pub(super) suggested: Vec<String>,
    pub(super) tag_max: usize,
}

impl Agreements {
    pub(super) fn new(t: Texts, zone: Tz, clinic: &str, client: &ClientView, agreed: Agreed) -> Self {
        let standing: Vec<&SuppressionLine> =
            agreed.suppressions.iter().filter(|line| line.lifted_at.is_none()).collect();
        let day = |at| t.date_medium(time::local_day(at, zone));
        let purpose = |purpose: ConsentPurpose| {
            let line = clients::standing_consent(&agreed.consents, purpose);
            let since = line.map(|line| (line.granted, day(line.at)));
            PurposeLine {
                word: purpose.as_str(),
                wording: clients::wording(t, purpose, clinic),
                is_granted: line.is_some_and(|line| allows(line.granted, &line.origin)),
                since: match since {
                    Some((true, day)) => t.with("agreements-since", &[("date", &day)]),
                    Some((false, day)) => t.with("agreements-taken-back", &[("date", &day)]),
                    None => t.text("agreements-never"),
                },
            }
        };
        let against = |line: &&SuppressionLine| {
            let day = day(line.at);
            let why = match line.origin {
                SuppressionOrigin::Bounce => t.with("agreements-bounced", &[("date", &day)]),
                SuppressionOrigin::Staff => t.with("agreements-noted", &[("date", &day)]),
                _ => t.with("agreements-unsubscribed", &[("date", &day)]),
            };
            if line.channel == Channel::Sms { t.with("agreements-by-phone", &[("why", &why)]) } else { why }
        };
        Self {
            base: format!("/staff/clients/{}", client.id),
            purposes: ConsentPurpose::ALL.map(purpose).into(),
            decisions: agreed.consents.iter().map(|line| decision_line(t, zone, line)).collect(),
            against: standing.iter().map(against).collect(),
            has_mailbox: client.email.is_some(),
            may_allow: standing.iter().any(|line| line.channel == Channel::Mail && !line.origin.is_objection()),
            may_stop: !standing.iter().any(|line| line.channel == Channel::Mail),
            has_objected: standing.iter().any(|line| line.channel == Channel::Mail && line.origin.is_objection()),
            suggested: agreed.known_tags.into_iter().filter(|tag| !agreed.tags.contains(tag)).collect(),
            tags: agreed
                .tags
                .into_iter()
                .map(|tag| {
                    let remove = t.with("agreements-tag-remove", &[("tag", &tag)]);
                    (tag, remove)
                })
                .collect(),
            tag_max: TAG_CHARACTERS_MAX,
        }
    }
}

fn decision_line(t: Texts, zone: Tz, line: &ConsentLine) -> DecisionLine {
    let what = match line.purpose {
        Some(ConsentPurpose::Recall) => t.text("portal-purpose-recall"),
        Some(ConsentPurpose::News) => t.text("portal-purpose-news"),
        Some(ConsentPurpose::Surveys) => t.text("portal-purpose-surveys"),
        None => t.text("portal-purpose-other"),
    };
    let said = if line.granted {
        t.with("portal-decision-given", &[("what", &what)])
    } else {
        t.with("portal-decision-taken-back", &[("what", &what)])
    };
    let origin = match (ConsentOrigin::parse(&line.origin), &line.by) {
        (Some(ConsentOrigin::Portal), _) => t.text("agreements-origin-portal"),
        (Some(ConsentOrigin::DoubleOptIn), _) => t.text("agreements-origin-double-opt-in"),
        (Some(ConsentOrigin::Desk), Some(name)) => t.with("agreements-origin-desk-by", &[("name", name)]),
        (Some(ConsentOrigin::Desk), None) => t.text("agreements-origin-desk"),
        (Some(ConsentOrigin::Unsubscribe), _) => t.text("agreements-origin-unsubscribe"),
        (Some(ConsentOrigin::Undone), _) => t.text("agreements-origin-undone"),
        (None, _) => t.text("agreements-origin-other"),
    };
    let at = time::local(line.at, zone);
    let when = format!("{}, {}", t.date_medium(at.date()), t.time(at.time()));
    let version = line.wording_version;
    let values: [(&str, &dyn crate::i18n::Argument); 3] =
        [("origin", &origin), ("when", &when), ("version", &i64::from(version))];
    DecisionLine { said, wording: line.wording.clone(), how: t.with("agreements-how", &values) }
}

/// What a form of this part led to.
pub(super) fn with_notice(page: Page, t: Texts, request: &HttpRequest) -> Page {
    match Form::parse(request.query_string()).value("done") {
        "consent" => page.saying(Tone::Success, t.text("agreements-done-consent")),
        "mailbox" => page.saying(Tone::Success, t.text("agreements-done-mailbox")),
        "tag" => page.saying(Tone::Success, t.text("agreements-done-tag")),
        "objected" => page.saying(Tone::Warning, t.text("agreements-objected")),
        "tag-empty" => page.saying(Tone::Error, t.text("agreements-tag-empty")),
        "tag-long" => {
            let most = i64::try_from(TAG_CHARACTERS_MAX).unwrap_or_default();
            page.saying(Tone::Error, t.with("agreements-tag-long", &[("most", &most)]))
        }
        "tag-many" => page.saying(Tone::Error, t.text("agreements-tag-many")),
        _ => page,
    }
}

/// The client of an address, and the form that was sent. Nothing is agreed with somebody who was erased.
async fn opened(app: &Arc<App>, desk: &Desk, id: &str, body: &[u8]) -> Result<(ClientView, Form), Problem> {
    let form = desk.form(app, body)?;
    let person = super::find(app, desk, id).await?;
    if person.erased_at.is_some() {
        return Err(Problem::NotFound);
    }
    Ok((person.view, form))
}

fn back(client: ClientId, done: &str) -> Answer {
    let part = if done.starts_with("tag") { "tags-title" } else { "agreements-title" };
    Ok(see_other(&format!("/staff/clients/{client}?done={done}#{part}")))
}

/// Notes that a client agreed at the desk, or took it back there. An objection of the mailbox's owner stays.
pub async fn note_consent(app: AppData, desk: Desk, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let (client, form) = opened(&app, &desk, &id, &body).await?;
    let purpose = ConsentPurpose::parse(form.value("purpose")).ok_or(Problem::Nonsense)?;
    let granted = form.is("granted", "yes");
    let decision = Decision {
        purpose,
        granted,
        wording: clients::wording(Texts::new(client.language), purpose, &desk.catalog.clinic.name),
        wording_version: WORDING_VERSION,
        origin: ConsentOrigin::Desk.as_str(),
        by: Some(desk.user.id),
    };
    let (keys, id) = (app.keys.clone(), client.id);
    let written = app.db.write(app.clock.now(), move |tx| {
        if let Some(email) = client.email.as_deref().filter(|_| granted)
            && opt_in::has_objected(tx.conn, &keys, email)?
        {
            return Ok::<_, Bad<Never>>(false);
        }
        clients::decide(tx, id, std::slice::from_ref(&decision))?;
        Ok(true)
    });
    back(id, if written.await? { "consent" } else { "objected" })
}

/// Notes that the owner of the mailbox wants no advertising, or takes such a note or a bounce back.
pub async fn note_objection(app: AppData, desk: Desk, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let (client, form) = opened(&app, &desk, &id, &body).await?;
    let Some(email) = client.email.clone() else { return back(client.id, "") };
    let (keys, stops) = (app.keys.clone(), form.is("what", "stop"));
    let written = app.db.write(app.clock.now(), move |tx| {
        if stops {
            opt_in::object_for(tx, &keys, &email)?;
        } else {
            opt_in::lift_for_staff(tx, &keys, &email)?;
        }
        Ok::<_, Bad<Never>>(())
    });
    written.await?;
    back(client.id, "mailbox")
}

/// Puts a tag on a client.
pub async fn add_tag(app: AppData, desk: Desk, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let (client, form) = opened(&app, &desk, &id, &body).await?;
    let (id, typed) = (client.id, form.value("tag").to_owned());
    match app.db.write(app.clock.now(), move |tx| clients::add_tag(tx, id, &typed)).await {
        Ok(()) => back(id, "tag"),
        Err(Bad::Refused(TagRefused::Empty)) => back(id, "tag-empty"),
        Err(Bad::Refused(TagRefused::TooLong)) => back(id, "tag-long"),
        Err(Bad::Refused(TagRefused::TooMany)) => back(id, "tag-many"),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Takes a tag off a client.
pub async fn remove_tag(app: AppData, desk: Desk, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let (client, form) = opened(&app, &desk, &id, &body).await?;
    let (id, tag) = (client.id, form.value("tag").to_owned());
    let written =
        app.db.write(app.clock.now(), move |tx| clients::remove_tag(tx, id, &tag).map_err(Bad::<Never>::Fault));
    written.await?;
    back(id, "tag")
}
