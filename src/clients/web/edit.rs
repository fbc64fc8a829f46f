//! Making and changing a client, and who lives with whom.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::NaiveDate;

use super::client::address_of;
use super::{Answer, Choice, choices, standing_text};
use crate::app::App;
use crate::clients::{
    self, ClientHit, EditRefused, HouseholdRefused, Person, PersonDetails, Relatives, SOURCE_CHARACTERS_MAX, Standing,
};
use crate::db::Bad;
use crate::domain::ids::ClientId;
use crate::domain::recognise::{EmailAddress, PersonName, PhoneNumber, WrongContact, is_unprintable};
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::messaging::discipline::opt_in;
use crate::retention::sources;
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// As many people are offered as household.
const HITS_SHOWN: i64 = 12;

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "clients/edit.html")]
struct EditPage {
    /// Sources that others came from.
    known_sources: Vec<String>,
    page: Page,
    form: Form,
    /// Nothing where somebody new is made.
    person: Option<Person>,
    action: String,
    back: String,
    version: i64,
    relatives: Relatives,
    people: Options,
    languages: Options,
    zones: Options,
    standings: Options,
    hits: Vec<Choice>,
    was_asked: bool,
    /// Who seems to be this person already.
    known: Option<(String, String)>,
}

/// An empty form.
pub async fn new_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let asked = Form::parse(request.query_string());
    let language = Language::parse(&desk.catalog.clinic.language).unwrap_or_default();
    let mut form = Form::new().filled("language", language.tag()).filled("standing", Standing::Present.to_string());
    for name in ["first_name", "last_name", "email", "phone"] {
        form = form.filled(name, asked.value(name));
    }
    show(&app.0, &desk, &request, None, (StatusCode::OK, form), None).await
}

/// A client to be changed.
pub async fn edit_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let person = living(&app.0, &desk, &id).await?;
    let form = filled(&person);
    show(&app.0, &desk, &request, Some(person), (StatusCode::OK, form), None).await
}

async fn living(app: &Arc<App>, desk: &Desk, id: &str) -> Result<Person, Problem> {
    let person = super::find(app, desk, id).await?;
    if person.erased_at.is_some() { Err(Problem::NotFound) } else { Ok(person) }
}

fn filled(person: &Person) -> Form {
    let view = &person.view;
    let number = |id: Option<ClientId>| id.map(|id| id.to_string()).unwrap_or_default();
    Form::new()
        .filled("first_name", view.first_name.clone())
        .filled("last_name", view.last_name.clone())
        .filled("email", view.email.clone().unwrap_or_default())
        .filled("phone", view.phone.clone().unwrap_or_default())
        .filled("birth_date", view.birth_date.map(|day| day.to_string()).unwrap_or_default())
        .filled("language", view.language.tag())
        .filled("zone", view.zone.map(|zone| zone.name().to_owned()).unwrap_or_default())
        .filled("source", view.source.clone().unwrap_or_default())
        .filled("standing", view.standing.to_string())
        .filled("guardian", number(person.guardian))
        .filled("payer", number(person.payer))
}

async fn show(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    person: Option<Person>,
    (status, form): (StatusCode, Form),
    known: Option<ClientHit>,
) -> Answer {
    let t = desk.t;
    let asked = Form::parse(request.query_string()).given("q").map(str::to_owned);
    let (words, whose) = (asked.clone(), person.clone());
    let found = app.db.read(move |conn| {
        let relatives = match &whose {
            Some(person) => clients::relatives(conn, person)?,
            None => Relatives::default(),
        };
        let hits = match &words {
            Some(words) => clients::search(conn, words, HITS_SHOWN)?,
            None => Vec::new(),
        };
        Ok((relatives, hits, sources::known(conn)?))
    });
    let (relatives, hits, known_sources) = found.await?;
    let title = match &person {
        Some(person) => t.with("client-edit-title", &[("name", &person.name())]),
        None => t.text("client-new-title"),
    };
    let own = person.as_ref().map(|person| person.view.id);
    let base = own.map_or_else(|| "/staff/clients".to_owned(), |id| format!("/staff/clients/{id}"));
    let mut page = desk.page(request, Nav::Clients, title);
    if Form::parse(request.query_string()).value("done") == "household" {
        page = page.saying(Tone::Success, t.text("client-done-household"));
    }
    let shown = EditPage {
        page,
        action: if own.is_some() { format!("{base}/edit") } else { "/staff/clients/new".to_owned() },
        version: person.as_ref().map_or(0, |person| person.row_version),
        people: people_options(t, &relatives),
        known_sources,
        languages: Language::all().iter().map(|one| (one.tag().to_owned(), one.own_name().to_owned())).collect(),
        zones: std::iter::once((String::new(), t.text("client-zone-clinic")))
            .chain(time::zone_names().iter().map(|name| ((*name).to_owned(), name.replace('_', " "))))
            .collect(),
        standings: Standing::ALL.map(|standing| (standing.to_string(), standing_text(t, standing))).to_vec(),
        hits: choices(hits, &own.into_iter().collect::<Vec<_>>(), |id| id.to_string()),
        was_asked: asked.is_some(),
        known: known.map(|hit| (format!("/staff/clients/{}", hit.id), hit.name())),
        back: base,
        relatives,
        person,
        form,
    };
    Ok(page::html(status, &shown))
}

/// Who may be guardian or payer: who lives there, and who is it already.
fn people_options(t: Texts, relatives: &Relatives) -> Options {
    let all = relatives.household.iter().chain(&relatives.guardian).chain(&relatives.payer);
    let mut options: Options = vec![(String::new(), t.text("client-nobody"))];
    for hit in all {
        let option = (hit.id.to_string(), hit.name());
        if !options.contains(&option) {
            options.push(option);
        }
    }
    options
}

/// Makes a client.
pub async fn make(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let Some(details) = details_of(desk.t, &mut form) else {
        return show(&app, &desk, &request, None, (StatusCode::UNPROCESSABLE_ENTITY, form), None).await;
    };
    if !form.is("anyway", "yes") {
        let asked = details.clone();
        let known = app.db.read(move |conn| match clients::known_as(conn, &asked)? {
            Some(id) => Ok(clients::view(conn, id)?),
            None => Ok(None),
        });
        if let Some(view) = known.await? {
            let hit = ClientHit {
                id: view.id,
                first_name: view.first_name,
                last_name: view.last_name,
                email: view.email,
                phone: view.phone,
            };
            let unsure = (StatusCode::UNPROCESSABLE_ENTITY, form);
            return show(&app, &desk, &request, None, unsure, Some(hit)).await;
        }
    }
    let wanted = details.clone();
    match app.db.write(app.clock.now(), move |tx| clients::make(tx, &wanted)).await {
        Ok(client) => Ok(see_other(&address_of(client, "made"))),
        Err(Bad::Refused(refused)) => {
            fail(desk.t, &mut form, refused);
            show(&app, &desk, &request, None, (StatusCode::UNPROCESSABLE_ENTITY, form), None).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Changes a client. What is booked already is told in the new language, and an objection follows to the new address.
pub async fn save(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let person = living(&app, &desk, &id).await?;
    let seen = form.value("version").parse::<i64>().map_err(|_wrong| Problem::Nonsense)?;
    let Some(details) = details_of(desk.t, &mut form) else {
        return show(&app, &desk, &request, Some(person), (StatusCode::UNPROCESSABLE_ENTITY, form), None).await;
    };
    let (by, client, keys, wanted) = (desk.user.id, person.view.id, app.keys.clone(), details);
    let written = app.db.write(app.clock.now(), move |tx| {
        let before = clients::edit(tx, by, client, seen, &wanted)?;
        if before.view.language != wanted.language {
            crate::booking::speak(tx, client, wanted.language)?;
        }
        if before.view.source != wanted.source {
            sources::changed(tx)?;
        }
        if let (Some(old), Some(new)) = (&before.view.email, &wanted.email)
            && old != new.as_str()
        {
            opt_in::follow(tx, &keys, old, new.as_str())?;
        }
        Ok::<_, Bad<EditRefused>>(())
    });
    match written.await {
        Ok(()) => Ok(see_other(&address_of(client, "saved"))),
        Err(Bad::Refused(refused)) => {
            fail(desk.t, &mut form, refused);
            show(&app, &desk, &request, Some(person), (StatusCode::UNPROCESSABLE_ENTITY, form), None).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn fail(t: Texts, form: &mut Form, refused: EditRefused) {
    match refused {
        EditRefused::Unknown | EditRefused::Erased => form.fail("first_name", t.text("client-gone")),
        EditRefused::Changed => form.fail("first_name", t.text("client-changed")),
        EditRefused::Guardian => form.fail("guardian", t.text("client-guardian-wrong")),
        EditRefused::Payer => form.fail("payer", t.text("client-payer-wrong")),
        EditRefused::BirthDate => form.fail("birth_date", t.text("client-birth-date-wrong")),
    }
}

fn wrong(t: Texts, what: WrongContact) -> String {
    match what {
        WrongContact::Missing => t.text("field-required"),
        WrongContact::TooLong => t.text("client-too-long"),
        WrongContact::Unprintable => t.text("client-unprintable"),
        WrongContact::LooksLikeLink => t.text("client-looks-like-link"),
        WrongContact::NotAnEmail => t.text("client-no-email"),
        WrongContact::NotAPhone => t.text("client-no-phone"),
    }
}

/// What was typed, when all of it makes sense.
fn details_of(t: Texts, form: &mut Form) -> Option<PersonDetails> {
    let first_name = name(t, form, "first_name");
    let last_name = name(t, form, "last_name");
    let email = match form.given("email").map(EmailAddress::parse) {
        Some(Ok(email)) => Some(email),
        Some(Err(what)) => {
            form.fail("email", wrong(t, what));
            None
        }
        None => None,
    };
    let phone = match form.given("phone").map(PhoneNumber::parse) {
        Some(Ok(phone)) => Some(phone),
        Some(Err(what)) => {
            form.fail("phone", wrong(t, what));
            None
        }
        None => None,
    };
    let birth_date = form.given("birth_date").map(str::to_owned);
    let born = birth_date.as_deref().map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d"));
    if matches!(born, Some(Err(_))) {
        form.fail("birth_date", t.text("client-birth-date-wrong"));
    }
    let language = Language::parse(form.value("language"));
    if language.is_none() {
        form.fail("language", t.text("client-choose"));
    }
    let zone = form.given("zone").map(|name| time::zone_named(name).ok());
    if zone == Some(None) {
        form.fail("zone", t.text("client-choose"));
    }
    let standing = Standing::parse(form.value("standing"));
    if standing.is_none() {
        form.fail("standing", t.text("client-choose"));
    }
    let source = form.given("source").map(str::to_owned);
    if source
        .as_ref()
        .is_some_and(|text| SOURCE_CHARACTERS_MAX < text.chars().count() || text.chars().any(is_unprintable))
    {
        form.fail("source", t.text("client-too-long"));
    }
    let guardian = somebody(t, form, "guardian");
    let payer = somebody(t, form, "payer");
    if form.has_errors() {
        return None;
    }
    Some(PersonDetails {
        first_name: first_name?,
        last_name: last_name?,
        email,
        phone,
        birth_date: born.and_then(Result::ok),
        language: language?,
        zone: zone.flatten(),
        guardian,
        payer,
        source,
        standing: standing?,
    })
}

fn name(t: Texts, form: &mut Form, field: &str) -> Option<PersonName> {
    match PersonName::parse(form.value(field)) {
        Ok(name) => Some(name),
        Err(what) => {
            form.fail(field, wrong(t, what));
            None
        }
    }
}

fn somebody(t: Texts, form: &mut Form, field: &str) -> Option<ClientId> {
    let given = form.given(field)?.parse();
    if given.is_err() {
        form.fail(field, t.text("client-choose"));
    }
    given.ok()
}

/// Joins somebody's household, or leaves the own one.
pub async fn change_household(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let person = living(&app, &desk, &id).await?;
    let (by, client) = (desk.user.id, person.view.id);
    let other: Option<ClientId> = match form.given("with") {
        Some(with) => Some(with.parse().map_err(|_wrong| Problem::NotFound)?),
        None if form.is("leave", "yes") => None,
        None => return Err(Problem::Nonsense),
    };
    let written = app.db.write(app.clock.now(), move |tx| match other {
        Some(other) => clients::join_household(tx, by, client, other),
        None => clients::leave_household(tx, by, client),
    });
    match written.await {
        Ok(()) => Ok(see_other(&format!("/staff/clients/{client}/edit?done=household#household-title"))),
        Err(Bad::Refused(refused)) => {
            let sentence = match refused {
                HouseholdRefused::Unknown => desk.t.text("client-gone"),
                HouseholdRefused::Oneself => desk.t.text("client-household-oneself"),
                HouseholdRefused::Full => desk.t.text("client-household-full"),
            };
            let mut form = filled(&person);
            form.fail("household", sentence);
            show(&app, &desk, &request, Some(person), (StatusCode::UNPROCESSABLE_ENTITY, form), None).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
