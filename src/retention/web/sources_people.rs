//! Whom a source won in a period.

use actix_web::HttpRequest;
use askama::Template;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::frame::{self, Asked, Frame, Tab};
use super::sources_words::money;
use crate::domain::formulas;
use crate::domain::ids::ClientId;
use crate::domain::insight::Insight;
use crate::domain::sources::{first_of_month, months_in};
use crate::retention::kept::{kept, today_at};
use crate::retention::sources;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

/// As many people are shown; the table as a file has the same.
const PEOPLE_MAX: usize = 500;

/// Somebody whom a source won.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct WonOne {
    client: ClientId,
    first: chrono::NaiveDate,
    so_far: i64,
    next_36: Option<i64>,
}

struct PersonView {
    name: String,
    href: String,
    first: String,
    so_far: String,
    next_36: String,
}

#[derive(Template)]
#[template(path = "retention/sources_people.html")]
struct PeoplePage {
    page: Page,
    frame: Frame,
    source: String,
    people: Vec<PersonView>,
    count: usize,
    /// Whether not all of them are shown.
    has_more: bool,
    csv_href: String,
    back_href: String,
}

/// The people.
pub async fn people_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let wanted = asked.form.given("source").map(str::to_owned);
    let months = months_in(asked.days);
    let key = format!("{}:{}", asked.key(), wanted.as_deref().unwrap_or_default());
    let source = wanted.clone();
    let answer = kept(&app.0, "sources-people", &key, move |insight| won(insight, source.as_deref(), &months)).await?;
    let ids: Vec<ClientId> = answer.content.iter().take(PEOPLE_MAX).map(|one| one.client).collect();
    let names = app.0.db.read(move |conn| sources::names(conn, &ids)).await?;
    let currency = owner.catalog.clinic.currency;
    let people: Vec<PersonView> = answer
        .content
        .iter()
        .take(PEOPLE_MAX)
        .map(|one| PersonView {
            name: names.get(&one.client).cloned().unwrap_or_else(|| t.text("sources-erased")),
            href: format!("/staff/clients/{}", one.client),
            first: t.date_medium(one.first),
            so_far: money(t, one.so_far, currency),
            next_36: one.next_36.map_or_else(|| t.text("sources-no-model"), |minor| money(t, minor, currency)),
        })
        .collect();
    if asked.csv_table().is_some() {
        let head = [
            t.text("sources-person"),
            t.text("sources-first-visit"),
            t.text("sources-column-so-far"),
            t.text("sources-column-36"),
        ];
        let rows: Vec<Vec<String>> =
            people.into_iter().map(|one| vec![one.name, one.first, one.so_far, one.next_36]).collect();
        return Ok(frame::csv_file("people-of-source", &head, &rows)?);
    }
    let name = wanted.unwrap_or_else(|| t.text("sources-unknown"));
    let status = asked.status();
    let page = owner.page(&request, Nav::Owner, t.with("sources-people-title", &[("source", &name)]));
    let as_of = frame::as_of_text(&owner, &answer);
    let csv_href = asked.link(request.path(), &[("source", asked.form.value("source")), ("as", "csv")]);
    let back_href = asked.link(super::sources::PLACE, &[]);
    let carried = asked.form.value("source").to_owned();
    let frame = Frame::new(t, Some(Tab::Sources), asked, as_of).carrying("source", &carried);
    let count = answer.content.len();
    Ok(page::html(
        status,
        &PeoplePage { page, frame, source: name, people, count, has_more: PEOPLE_MAX < count, csv_href, back_href },
    ))
}

fn won(insight: &Insight, source: Option<&str>, months: &[chrono::NaiveDate]) -> Vec<WonOne> {
    let population = &insight.population;
    let mut list: Vec<WonOne> = insight
        .people()
        .filter_map(|(person, _, score)| {
            let first = population.visits_of(person).first()?.day;
            let place = person.source.and_then(|place| usize::try_from(place).ok());
            let own = place.and_then(|place| population.sources.get(place)).map(String::as_str);
            (own == source && months.contains(&first_of_month(first))).then(|| WonOne {
                client: person.client,
                first,
                so_far: formulas::actual_margin(population, person),
                next_36: score.map(|score| score.value_36.expected),
            })
        })
        .collect();
    list.sort_by_key(|one| (std::cmp::Reverse(one.so_far), one.client));
    list
}
