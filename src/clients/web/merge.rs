//! Two records side by side, before they become one.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::client::{address_of, field_text, value_text};
use super::{Answer, Choice, choices, shortly};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::clients::{self, MergePreview, MergeRefused, Pair, Person};
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;
use crate::domain::merging::{MergeWarning, PersonField, Side};
use crate::i18n::Texts;
use crate::messaging;
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// As many people are offered.
const HITS_SHOWN: i64 = 12;
/// Living bookings whose messages are looked at again.
const BOOKINGS_MAX: i64 = 1_000;

/// One field of both.
struct FieldRow {
    name: &'static str,
    label: String,
    kept: String,
    merged: String,
    takes_merged: bool,
}

/// What both agree on or differ in beyond their fields.
struct Head {
    href: String,
    name: String,
    contact: String,
    born: String,
    since: String,
}

#[derive(Template)]
#[template(path = "clients/merge.html")]
struct MergePage {
    page: Page,
    base: String,
    name: String,
    with: Option<Together>,
    hits: Vec<Choice>,
    form: Form,
    was_asked: bool,
}

/// The preview.
struct Together {
    kept: Head,
    merged: Head,
    id: String,
    version: i64,
    other_version: i64,
    swapped: String,
    fields: Vec<FieldRow>,
    moves: Vec<(String, i64)>,
    warnings: Vec<String>,
}

/// Whom to merge with, or the preview of both.
pub async fn merge_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let person = super::find(&app.0, &desk, &id).await?;
    show(&app.0, &desk, &request, &person, StatusCode::OK, None).await
}

async fn show(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    person: &Person,
    status: StatusCode,
    refused: Option<(MergeRefused, Option<ClientId>)>,
) -> Answer {
    let t = desk.t;
    let form = Form::parse(request.query_string());
    let kept = person.view.id;
    let typed = form.given("with").map(|text| text.parse::<ClientId>().map_err(|_wrong| Problem::NotFound));
    let with = match (&refused, typed) {
        (Some((_, with)), _) => *with,
        (None, Some(with)) => Some(with?),
        (None, None) => None,
    };
    let words = form.given("q").map(str::to_owned);
    let (asked, other) = (words.clone(), with);
    let found = app.db.read(move |conn| {
        let hits = match &asked {
            Some(words) => clients::search(conn, words, HITS_SHOWN)?,
            None => Vec::new(),
        };
        let preview = match other.map(|other| clients::preview_merge(conn, kept, other)) {
            None => None,
            Some(Ok(preview)) => Some(Ok(preview)),
            Some(Err(Bad::Refused(why))) => Some(Err(why)),
            Some(Err(Bad::Fault(fault))) => return Err(fault),
        };
        Ok((hits, preview))
    });
    let (hits, preview) = found.await?;
    let page = desk.page(request, Nav::Clients, t.with("client-merge-title", &[("name", &person.name())]));
    let (preview, why) = match preview {
        Some(Ok(preview)) => (Some(preview), refused.map(|(why, _)| why)),
        Some(Err(why)) => (None, Some(refused.map_or(why, |(said, _)| said))),
        None => (None, refused.map(|(why, _)| why)),
    };
    let status = if why.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let page = match why {
        Some(why) => page.saying(Tone::Error, refusal(t, why)),
        None => page,
    };
    let shown = MergePage {
        page,
        base: format!("/staff/clients/{kept}"),
        name: person.name(),
        hits: choices(hits, &[kept], |id| format!("/staff/clients/{kept}/merge?with={id}")),
        with: preview.map(|preview| together(desk, &preview)),
        was_asked: words.is_some(),
        form,
    };
    Ok(page::html(status, &shown))
}

fn refusal(t: Texts, why: MergeRefused) -> String {
    match why {
        MergeRefused::Oneself => t.text("client-merge-oneself"),
        MergeRefused::Unknown => t.text("client-gone"),
        MergeRefused::Erased => t.text("client-merge-erased"),
        MergeRefused::Changed => t.text("client-merge-changed"),
    }
}

fn together(desk: &Desk, preview: &MergePreview) -> Together {
    let t = desk.t;
    let field = |one: &clients::ComparedField| FieldRow {
        name: one.field.as_str(),
        label: field_text(t, one.field),
        kept: value_text(t, one.field, one.kept.as_deref()),
        merged: value_text(t, one.field, one.merged.as_deref()),
        takes_merged: one.proposed == Side::Merged,
    };
    let (kept, merged) = (preview.kept.view.id, preview.merged.view.id);
    Together {
        kept: head(desk, &preview.kept),
        merged: head(desk, &preview.merged),
        id: merged.to_string(),
        version: preview.kept.row_version,
        other_version: preview.merged.row_version,
        swapped: format!("/staff/clients/{merged}/merge?with={kept}"),
        fields: preview.fields.iter().map(field).collect(),
        moves: preview.moves.iter().filter_map(|(what, count)| Some((moved_text(t, what)?, *count))).collect(),
        warnings: preview.warnings.iter().map(|warning| warning_text(t, *warning)).collect(),
    }
}

fn head(desk: &Desk, person: &Person) -> Head {
    let (t, view) = (desk.t, &person.view);
    let contact: Vec<&str> = [view.phone.as_deref(), view.email.as_deref()].into_iter().flatten().collect();
    Head {
        href: format!("/staff/clients/{}", view.id),
        name: person.name(),
        contact: contact.join(" · "),
        born: view.birth_date.map(|day| t.date_medium(day)).unwrap_or_default(),
        since: shortly(t, view.created_at, super::zone_of(desk)),
    }
}

fn warning_text(t: Texts, warning: MergeWarning) -> String {
    match warning {
        MergeWarning::BirthDates => t.text("client-merge-warn-born"),
        MergeWarning::Names => t.text("client-merge-warn-names"),
        MergeWarning::SameTime => t.text("client-merge-warn-time"),
        MergeWarning::Related => t.text("client-merge-warn-related"),
        MergeWarning::Standing => t.text("client-merge-warn-standing"),
    }
}

/// What moves, in people's words; what nobody asks about is not said.
fn moved_text(t: Texts, what: &str) -> Option<String> {
    Some(match what {
        "bookings.client_id" => t.text("client-moves-bookings"),
        "ledger_entries.client_id" => t.text("client-moves-money"),
        "receipts.client_id" => t.text("client-moves-receipts"),
        "series.client_id" => t.text("client-moves-series"),
        "waitlist_entries.client_id" => t.text("client-moves-wishes"),
        "messages.client_id" => t.text("client-moves-messages"),
        "consents.client_id" => t.text("client-moves-consents"),
        "contact_attempts.client_id" => t.text("client-moves-attempts"),
        "client_notes.client_id" => t.text("client-moves-notes"),
        "client_tags.client_id" => t.text("client-moves-tags"),
        "calendar_feeds.client_id" => t.text("client-moves-calendars"),
        "clients.guardian_id" | "clients.payer_id" => t.text("client-moves-dependents"),
        _ => return None,
    })
}

/// Merges as the preview showed it.
pub async fn merge(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let person = super::find(&app, &desk, &id).await?;
    let kept = person.view.id;
    let number = |name: &str| form.value(name).parse::<i64>().map_err(|_wrong| Problem::Nonsense);
    let merged: ClientId = form.value("with").parse().map_err(|_wrong| Problem::NotFound)?;
    let pair = Pair { kept: (kept, number("version")?), merged: (merged, number("other_version")?) };
    let choices: BTreeMap<PersonField, Side> = PersonField::ALL
        .into_iter()
        .filter_map(|field| Some((field, Side::parse(form.value(field.as_str()))?)))
        .collect();
    let by = desk.user.id;
    let written = app.db.write(app.clock.now(), move |tx| {
        clients::merge(tx, by, pair, &choices)?;
        plan_anew(tx, kept)?;
        Ok::<_, Bad<MergeRefused>>(())
    });
    match written.await {
        Ok(()) => Ok(see_other(&address_of(kept, "merged"))),
        Err(Bad::Refused(why)) => {
            let with = (why == MergeRefused::Changed).then_some(merged);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&app, &desk, &request, &person, status, Some((why, with))).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Whoever had no address may have one now: what was not told to anybody is planned.
fn plan_anew(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Fault> {
    let now = tx.now;
    let bookings = crate::booking::facts::bookings_of_client(tx.conn, client, BOOKINGS_MAX)?;
    let is_open = |one: &BookingFacts| {
        now < one.starts_at && matches!(one.status, BookingStatus::Requested | BookingStatus::Booked)
    };
    for booking in bookings.into_iter().filter(is_open) {
        messaging::plan_for(tx, booking.id)?;
    }
    Ok(())
}
