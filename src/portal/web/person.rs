//! One person's own data: contact, language, consents, and all of it as a file.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::visitor::{PortalVisitor, name_of};
use super::{Answer, Part, PersonChoice, Tab, private};
use crate::app::App;
use crate::clients::{self, ClientView, ConsentLine, ConsentPurpose, ContactChange, Decision};
use crate::db::{Bad, Never};
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::domain::recognise::PhoneNumber;
use crate::domain::time;
use crate::feeds::FeedOwner;
use crate::feeds::web::{self as feeds, FeedCard};
use crate::i18n::Texts;
use crate::messaging::discipline::opt_in;
use crate::portal;
use crate::web::auth::see_other;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "portal/people.html")]
struct PeoplePage {
    page: Page,
    tabs: Vec<Tab>,
    people: Vec<PersonChoice>,
    shown: Vec<PersonChoice>,
}

/// A purpose, and how the person decided.
struct ConsentRow {
    name: &'static str,
    wording: String,
    is_granted: bool,
    since: String,
}

#[derive(Template)]
#[template(path = "portal/person.html")]
struct PersonPage {
    page: Page,
    tabs: Vec<Tab>,
    people: Vec<PersonChoice>,
    base: String,
    name: String,
    email: String,
    form: Form,
    languages: Vec<(String, String)>,
    consents: Vec<ConsentRow>,
    decisions: Vec<(String, String)>,
    calendar: FeedCard,
}

/// The person that is acted for; a list when there are several.
pub async fn people_page(visitor: PortalVisitor, request: HttpRequest) -> Answer {
    if let [one] = visitor.session.shown().as_slice() {
        let place = visitor.page(&request, String::new()).link(&format!("/portal/people/{}", one.id));
        return Ok(see_other(&place));
    }
    let shown = PeoplePage {
        page: visitor.page(&request, visitor.t.text("portal-tab-people")),
        tabs: visitor.tabs(Part::People),
        people: visitor.choices(),
        shown: visitor.choices().into_iter().filter(|person| !person.id.is_empty()).collect(),
    };
    Ok(private(page::html(StatusCode::OK, &shown)))
}

/// Contact, language, consents and the file of one person.
pub async fn person_page(app: AppData, visitor: PortalVisitor, request: HttpRequest, id: Path<String>) -> Answer {
    let person = visitor.person(&id)?.clone();
    let form =
        Form::new().filled("phone", person.phone.clone().unwrap_or_default()).filled("language", person.language.tag());
    let notice = match Form::parse(request.query_string()).value("done") {
        "contact" => Some((Tone::Success, visitor.t.text("portal-saved"))),
        "consents" => Some((Tone::Success, visitor.t.text("portal-consents-saved"))),
        "calendar" => Some((Tone::Success, visitor.t.text("feeds-saved"))),
        _ => None,
    };
    show(&app.0, &visitor, &request, &person, (StatusCode::OK, form), notice).await
}

async fn show(
    app: &Arc<App>,
    visitor: &PortalVisitor,
    request: &HttpRequest,
    person: &ClientView,
    (status, form): (StatusCode, Form),
    notice: Option<(Tone, String)>,
) -> Answer {
    let (t, id) = (visitor.t, person.id);
    let lines = app.db.read(move |conn| clients::consents_of(conn, id)).await?;
    let page = visitor.page(request, t.text("portal-person-title"));
    let page = match notice {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let shown = PersonPage {
        page,
        tabs: visitor.tabs(Part::People),
        people: visitor.choices(),
        base: format!("/portal/people/{id}"),
        name: name_of(person),
        email: person.email.clone().unwrap_or_default(),
        form,
        languages: Language::all().map(|known| (known.tag().to_owned(), known.own_name().to_owned())).to_vec(),
        consents: ConsentPurpose::ALL.into_iter().map(|purpose| consent_row(visitor, &lines, purpose)).collect(),
        decisions: lines.iter().map(|line| decision_row(visitor, line)).collect(),
        calendar: FeedCard::of(app, t, FeedOwner::Client(id), format!("/portal/people/{id}/calendar")).await?,
    };
    Ok(private(page::html(status, &shown)))
}

fn purpose_text(t: Texts, purpose: Option<ConsentPurpose>) -> String {
    match purpose {
        Some(ConsentPurpose::Recall) => t.text("portal-purpose-recall"),
        Some(ConsentPurpose::News) => t.text("portal-purpose-news"),
        Some(ConsentPurpose::Surveys) => t.text("portal-purpose-surveys"),
        None => t.text("portal-purpose-other"),
    }
}

fn day_of(visitor: &PortalVisitor, at: chrono::DateTime<chrono::Utc>) -> String {
    let zone = visitor.catalog.locations.first().map_or(chrono_tz::Tz::UTC, |location| location.zone);
    visitor.t.date_medium(time::local_day(at, zone))
}

fn consent_row(visitor: &PortalVisitor, lines: &[ConsentLine], purpose: ConsentPurpose) -> ConsentRow {
    let t = visitor.t;
    let standing = clients::standing_consent(lines, purpose);
    let since = standing.map(|line| {
        let day = day_of(visitor, line.at);
        if line.granted {
            t.with("portal-consent-since", &[("date", &day)])
        } else {
            t.with("portal-consent-taken-back", &[("date", &day)])
        }
    });
    ConsentRow {
        name: purpose.as_str(),
        wording: clients::wording(t, purpose, &visitor.catalog.clinic.name),
        is_granted: standing.is_some_and(|line| line.granted),
        since: since.unwrap_or_default(),
    }
}

fn decision_row(visitor: &PortalVisitor, line: &ConsentLine) -> (String, String) {
    let t = visitor.t;
    let what = purpose_text(t, line.purpose);
    let said = if line.granted {
        t.with("portal-decision-given", &[("what", &what)])
    } else {
        t.with("portal-decision-taken-back", &[("what", &what)])
    };
    (day_of(visitor, line.at), said)
}

/// Saves phone number and language.
pub async fn save_contact(
    app: AppData,
    visitor: PortalVisitor,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> Answer {
    let app = app.0;
    let mut form = visitor.form(&app, &body)?;
    let person = visitor.person(&id)?.clone();
    let t = visitor.t;
    let phone = match form.given("phone").map(PhoneNumber::parse) {
        None => Some(None),
        Some(Ok(phone)) => Some(Some(phone)),
        Some(Err(_)) => {
            form.fail("phone", t.text("portal-phone-wrong"));
            None
        }
    };
    let language = Language::parse(form.value("language"));
    if language.is_none() {
        form.fail("language", t.text("portal-language-wrong"));
    }
    let (Some(phone), Some(language)) = (phone, language) else {
        return show(&app, &visitor, &request, &person, (StatusCode::UNPROCESSABLE_ENTITY, form), None).await;
    };
    let (client, change) = (person.id, ContactChange { phone, language });
    let written = app.db.write(app.clock.now(), move |tx| {
        clients::change_contact(tx, client, &change)?;
        // What is booked already is told in the new language too.
        crate::booking::speak(tx, client, change.language)?;
        Ok::<(), Bad<Never>>(())
    });
    written.await?;
    Ok(see_other(&format!("/portal/people/{client}?done=contact")))
}

/// Writes down what is agreed to and what is taken back.
pub async fn save_consents(app: AppData, visitor: PortalVisitor, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = visitor.form(&app, &body)?;
    let client: ClientId = visitor.person(&id)?.id;
    let decide = |purpose: ConsentPurpose| Decision {
        purpose,
        granted: form.is("consent", purpose.as_str()),
        wording: clients::wording(visitor.t, purpose, &visitor.catalog.clinic.name),
        wording_version: clients::WORDING_VERSION,
        origin: "portal",
        by: None,
    };
    let decisions = ConsentPurpose::ALL.map(decide);
    let (keys, mailbox) = (app.keys.clone(), visitor.session.email_key.clone());
    let written = app.db.write(app.clock.now(), move |tx| {
        let lines = clients::consents_of(tx.conn, client)?;
        let stood = |purpose| clients::standing_consent(&lines, purpose).is_some_and(|line| line.granted);
        // Whoever agrees anew, signed in by a mail to this very mailbox, takes an earlier objection back.
        if decisions.iter().any(|decision| decision.granted && !stood(decision.purpose)) {
            opt_in::allow_again(tx, &keys, &mailbox)?;
        }
        clients::decide(tx, client, &decisions)?;
        Ok::<_, Bad<Never>>(())
    });
    written.await?;
    Ok(see_other(&format!("/portal/people/{client}?done=consents")))
}

/// Everything that is kept about one person, as a file.
pub async fn download(app: AppData, visitor: PortalVisitor, id: Path<String>) -> Answer {
    let client = visitor.person(&id)?.id;
    let (session, now) = (visitor.session.clone(), visitor.now);
    let found = app.0.db.read(move |conn| portal::export_of(conn, &session, client)).await?;
    let export = found.ok_or(Problem::NotFound)?;
    let body = portal::export_text(&export, now, &visitor.catalog.clinic.name)?;
    let response = HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""))
        .body(body);
    Ok(private(response))
}

/// Makes or ends the person's calendar address.
pub async fn save_calendar(
    app: AppData,
    visitor: PortalVisitor,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> Answer {
    let form = visitor.form(&app.0, &body)?;
    let person = visitor.person(&id)?.id;
    feeds::save(&app.0, FeedOwner::Client(person), &form).await?;
    let place = visitor.page(&request, String::new()).link(&format!("/portal/people/{person}?done=calendar"));
    Ok(see_other(&format!("{place}#calendar")))
}
