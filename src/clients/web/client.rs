//! The page of one client: what matters at the head, everything else below.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::agreements::{self, Agreed, Agreements};
use super::value::ValueSection;
use super::{Answer, initials, reason_text, shortly, standing_text};
use crate::agenda::web::{address, entry_text, status_text};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::facts::{self, VisitCounts};
use crate::clients::{self, ChangeLine, ClientHit, NoteKind, NoteLine, Person, PossibleDuplicate, Relatives};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::domain::merging::PersonField;
use crate::domain::money::Money;
use crate::domain::{rhythm, time};
use crate::i18n::{Language, Texts};
use crate::messaging::{self, ClientMessage};
use crate::money::{self, LedgerEntry};
use crate::portal::{self, SeriesLine, WaitLine};
use crate::recall::web::desk;
use crate::recall::{Recall, RecallType};
use crate::retention::{self, ClientValue};
use crate::web::auth::{Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};

/// As many bookings of one client are shown.
const BOOKINGS_SHOWN: i64 = 200;
/// So many past visits are open at once; the rest is folded.
const PAST_OPEN: usize = 6;
/// The newest messages; the log has them all.
const MESSAGES_SHOWN: i64 = 6;
/// The newest changes.
const CHANGES_SHOWN: i64 = 50;

/// One number at the head.
struct Tile {
    label: String,
    value: String,
    hint: String,
    href: String,
    is_grave: bool,
}

/// One visit.
struct VisitLine {
    href: String,
    when: String,
    service: String,
    provider: String,
    status: String,
    class: &'static str,
    is_late: bool,
}

/// One line of text with a time beside it.
struct SmallLine {
    href: String,
    what: String,
    detail: String,
}

/// One line of money.
struct MoneyLine {
    what: String,
    amount: String,
    when: String,
}

/// One note.
struct NoteRow {
    id: String,
    text: String,
    by: String,
    is_alert: bool,
}

/// One change of the client's own row.
struct ChangeRow {
    what: String,
    change: String,
    who: String,
}

/// The state of the page in the eyes of whoever reads it.
struct May {
    is_desk: bool,
    is_manager: bool,
    /// Whether anything can still be written about the person.
    may_write: bool,
}

#[derive(Template)]
#[template(path = "clients/client.html")]
struct ClientPage {
    page: Page,
    form: Form,
    person: Person,
    base: String,
    initials: String,
    about: String,
    standing: String,
    erased: String,
    since: String,
    birth_date: String,
    zone: String,
    may: May,
    alerts: Vec<(String, String)>,
    tags: Vec<String>,
    tiles: Vec<Tile>,
    counts: VisitCounts,
    coming: Vec<VisitLine>,
    past: Vec<VisitLine>,
    older: Vec<VisitLine>,
    series: Vec<SmallLine>,
    wishes: Vec<SmallLine>,
    money: Vec<MoneyLine>,
    messages: Vec<SmallLine>,
    notes: Vec<NoteRow>,
    archived: Vec<NoteRow>,
    changes: Vec<ChangeRow>,
    relatives: Relatives,
    duplicates: Vec<(ClientHit, String)>,
    book: String,
    note_max: usize,
    alert_max: usize,
    agreements: Option<Agreements>,
    value: Option<ValueSection>,
    recalls: Option<desk::Section>,
}

struct Everything {
    bookings: Vec<BookingFacts>,
    counts: VisitCounts,
    visit_days: Vec<chrono::NaiveDate>,
    owed_and_paid: (i64, i64),
    money: Vec<LedgerEntry>,
    messages: Vec<ClientMessage>,
    notes: Vec<NoteLine>,
    changes: Vec<ChangeLine>,
    series: Vec<SeriesLine>,
    wishes: Vec<WaitLine>,
    relatives: Relatives,
    duplicates: Vec<PossibleDuplicate>,
    agreed: Agreed,
    value: Option<ClientValue>,
    recalls: (Vec<Recall>, Vec<RecallType>),
}

/// One client, for whoever may open it. An alias leads to the person.
pub async fn client_page(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>) -> Answer {
    let person = super::find(&app.0, &staff, &id).await?;
    if person.view.id.to_string() != id.to_ascii_uppercase() {
        return Ok(see_other(&format!("/staff/clients/{}", person.view.id)));
    }
    super::note_look(&app.0, &staff, &request, person.view.id).await?;
    show(&app.0, &staff, &request, person, (StatusCode::OK, Form::new())).await
}

/// The page, with what was typed into one of its forms.
pub(super) async fn show(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    person: Person,
    (status, form): (StatusCode, Form),
) -> Answer {
    let (keys, seen, now) = (app.keys.clone(), person.clone(), app.clock.now());
    let today = retention::kept::today_at(&staff.catalog, now);
    let found = app.db.read(move |conn| everything(conn, &keys, &seen, (today, now))).await?;
    let t = staff.t;
    let page = staff.page(request, Nav::Clients, person.name());
    let page = agreements::with_notice(page, t, request);
    let page = with_notice(page, t, request);
    Ok(page::html(status, &client_view(staff, page, form, (person, found), app.clock.now())))
}

fn everything(
    conn: &mut Conn,
    keys: &crate::keys::Keys,
    person: &Person,
    (today, now): (chrono::NaiveDate, DateTime<Utc>),
) -> Result<Everything, Fault> {
    let id = person.view.id;
    let (series, wishes) = portal::standing_of(conn, &[id])?;
    Ok(Everything {
        bookings: facts::bookings_of_client(conn, id, BOOKINGS_SHOWN)?,
        counts: facts::visit_counts(conn, id)?,
        visit_days: clients::visit_days(conn, id)?,
        owed_and_paid: clients::owed_and_paid(conn, id)?,
        money: money::ledger_of_client(conn, id)?,
        messages: messaging::messages_to_client(conn, id, MESSAGES_SHOWN)?,
        notes: clients::notes_of(conn, id, true)?,
        changes: clients::changes_of(conn, id, CHANGES_SHOWN)?,
        relatives: clients::relatives(conn, person)?,
        duplicates: clients::possible_duplicates(conn, id)?,
        agreed: Agreed::load(conn, keys, &person.view)?,
        value: retention::value_of(conn, id, today)?,
        recalls: desk::load(conn, id, now)?,
        series,
        wishes,
    })
}

fn with_notice(page: Page, t: Texts, request: &HttpRequest) -> Page {
    let done = match Form::parse(request.query_string()).value("done") {
        "saved" => t.text("client-done-saved"),
        "made" => t.text("client-done-made"),
        "noted" => t.text("client-done-noted"),
        "archived" => t.text("client-done-archived"),
        "household" => t.text("client-done-household"),
        "merged" => t.text("client-done-merged"),
        "erased" => t.text("client-done-erased"),
        "recall" => t.text("recall-done"),
        "recall-no-day" => return page.saying(Tone::Error, t.text("recall-no-day")),
        "recall-wrong-day" => return page.saying(Tone::Error, t.text("recall-wrong-day")),
        _ => return page,
    };
    page.saying(Tone::Success, done)
}

fn client_view(
    staff: &Staff,
    page: Page,
    form: Form,
    (person, found): (Person, Everything),
    now: DateTime<Utc>,
) -> ClientPage {
    let (t, zone) = (staff.t, super::zone_of(staff));
    let view = &person.view;
    let base = format!("/staff/clients/{}", view.id);
    let is_desk = staff.role.is_desk();
    let tiles = tiles(staff, &found, &base, now);
    let (mut coming, past): (Vec<_>, Vec<_>) =
        found.bookings.into_iter().partition(|booking| booking.status.is_live() && now < booking.ends_at);
    coming.reverse();
    let line = |booking: &BookingFacts| visit_line(t, booking);
    let (alerts, (notes, archived)) = noted(t, zone, found.notes);
    let tags = found.agreed.tags().to_vec();
    let today = time::local_day(now, zone);
    ClientPage {
        recalls: desk::section(t, found.recalls, today, zone).filter(|_| person.erased_at.is_none()),
        initials: initials(&person),
        about: about(t, &person, now, zone),
        standing: match view.standing {
            clients::Standing::Present => String::new(),
            _ if person.erased_at.is_some() => String::new(),
            other => standing_text(t, other),
        },
        erased: person
            .erased_at
            .map(|at| t.with("client-erased-on", &[("date", &t.date_medium(time::local_day(at, zone)))]))
            .unwrap_or_default(),
        since: t.date_medium(time::local_day(view.created_at, zone)),
        birth_date: view.birth_date.map(|day| t.date_medium(day)).unwrap_or_default(),
        zone: view.zone.filter(|own| *own != zone).map(|own| t.zone(own)).unwrap_or_default(),
        may: May { is_desk, is_manager: staff.role.is_manager(), may_write: person.erased_at.is_none() },
        alerts,
        tags,
        tiles,
        counts: found.counts,
        coming: coming.iter().map(line).collect(),
        past: past.iter().take(PAST_OPEN).map(line).collect(),
        older: past.iter().skip(PAST_OPEN).map(line).collect(),
        series: found.series.iter().map(|line| series_line(t, line)).collect(),
        wishes: found.wishes.iter().map(|line| wish_line(t, line)).collect(),
        money: found.money.iter().map(|entry| money_line(t, zone, entry)).collect(),
        messages: found.messages.iter().map(|message| message_line(t, zone, message)).collect(),
        notes,
        archived,
        changes: found.changes.iter().filter_map(|line| change_row(t, zone, line)).collect(),
        relatives: found.relatives,
        duplicates: found.duplicates.into_iter().map(|pair| (pair.other, reason_text(t, pair.reason))).collect(),
        book: address("/staff/book", &[("client", &view.id.to_string())]),
        note_max: clients::NOTE_MAX,
        alert_max: clients::ALERT_MAX,
        value: is_desk.then(|| ValueSection::new(t, found.value.as_ref())),
        agreements: (is_desk && person.erased_at.is_none())
            .then(|| Agreements::new(t, zone, &staff.catalog.clinic.name, view, found.agreed)),
        page,
        form,
        base,
        person,
    }
}

/// Age and language, as one line under the name.
fn about(t: Texts, person: &Person, now: DateTime<Utc>, zone: Tz) -> String {
    let today = time::local_day(now, zone);
    let age = person.view.birth_date.and_then(|born| rhythm::age_on(born, today));
    let age = age.map(|years| t.with("client-age", &[("years", &i64::from(years))]));
    let language = person.view.language.own_name().to_owned();
    age.into_iter().chain(std::iter::once(language)).collect::<Vec<_>>().join(" · ")
}

/// The numbers at the head: what somebody at the desk asks first.
fn tiles(staff: &Staff, found: &Everything, base: &str, now: DateTime<Utc>) -> Vec<Tile> {
    let t = staff.t;
    let plain =
        |label: String, value: String, hint: String| Tile { label, value, hint, href: String::new(), is_grave: false };
    let next =
        found.bookings.iter().filter(|one| one.status.is_live() && now < one.ends_at).min_by_key(|one| one.starts_at);
    let last = found
        .bookings
        .iter()
        .filter(|one| one.status == crate::domain::booking::BookingStatus::Completed)
        .max_by_key(|one| one.starts_at);
    let of = |booking: Option<&BookingFacts>, label: String| Tile {
        value: booking.map_or_else(|| "–".to_owned(), |one| t.date_medium(one.local_start().date())),
        hint: booking.map_or_else(String::new, |one| one.service_name.clone()),
        href: booking.map_or_else(String::new, |one| format!("/staff/bookings/{}", one.id)),
        label,
        is_grave: false,
    };
    let counts = found.counts;
    let mut tiles = vec![
        of(next, t.text("client-next")),
        of(last, t.text("client-last")),
        Tile {
            is_grave: counts.no_shows > 0,
            ..plain(
                t.text("client-visits"),
                counts.kept.to_string(),
                t.with("client-visits-hint", &[("missed", &counts.no_shows), ("late", &counts.late_cancellations)]),
            )
        },
    ];
    if let Some(days) = rhythm::median_gap_days(&found.visit_days) {
        tiles.push(plain(
            t.text("client-rhythm"),
            t.with("client-rhythm-days", &[("days", &days)]),
            t.text("client-rhythm-hint"),
        ));
    }
    if staff.role.is_desk() {
        let (owed, paid) = found.owed_and_paid;
        let money = |minor: i64| t.money(Money::new(minor, staff.catalog.clinic.currency));
        let label = if owed < 0 { t.text("client-credit") } else { t.text("client-owes") };
        tiles.push(Tile {
            is_grave: owed > 0,
            href: format!("{base}/money"),
            ..plain(label, money(owed.saturating_abs()), String::new())
        });
        tiles.push(plain(t.text("client-paid"), money(paid), t.text("client-paid-hint")));
    }
    tiles
}

fn visit_line(t: Texts, booking: &BookingFacts) -> VisitLine {
    let starts = booking.local_start();
    VisitLine {
        href: format!("/staff/bookings/{}", booking.id),
        when: format!("{}, {}", t.date_medium(starts.date()), t.time(starts.time())),
        service: booking.service_name.clone(),
        provider: booking.provider_name.clone(),
        status: status_text(t, booking.status),
        class: booking.status.as_str(),
        is_late: booking.late_cancellation,
    }
}

fn series_line(t: Texts, line: &SeriesLine) -> SmallLine {
    SmallLine {
        href: format!("/staff/series/{}", line.id),
        what: line.service.clone(),
        detail: t.with("portal-series-since", &[("date", &t.date_medium(line.first.date()))]),
    }
}

fn wish_line(t: Texts, line: &WaitLine) -> SmallLine {
    SmallLine {
        href: format!("/staff/waitlist/{}", line.id),
        what: line.service.clone(),
        detail: format!("{} – {}", t.date_medium(line.first_day), t.date_medium(line.last_day)),
    }
}

fn money_line(t: Texts, zone: Tz, entry: &LedgerEntry) -> MoneyLine {
    MoneyLine {
        amount: t.money(entry.amount),
        what: entry_text(t, entry.kind),
        when: t.date_medium(time::local_day(entry.occurred_at, zone)),
    }
}

fn message_line(t: Texts, zone: Tz, message: &ClientMessage) -> SmallLine {
    let state = messaging::web::state_text(t, message.state);
    let when = shortly(t, message.sent_at.unwrap_or(message.created_at), zone);
    SmallLine {
        href: String::new(),
        what: messaging::web::kind_text(t, message.kind),
        detail: format!("{state} · {when}"),
    }
}

/// Alerts with their numbers, notes that count, and what was put away.
type Noted = (Vec<(String, String)>, (Vec<NoteRow>, Vec<NoteRow>));

fn noted(t: Texts, zone: Tz, lines: Vec<NoteLine>) -> Noted {
    let mut alerts: Vec<(String, String)> = lines
        .iter()
        .filter(|line| line.kind == NoteKind::Alert && line.archived_at.is_none())
        .map(|line| (line.id.to_string(), line.text.clone()))
        .collect();
    alerts.reverse();
    let row = |line: NoteLine| {
        let is_archived = line.archived_at.is_some();
        let by = t.with("client-note-by", &[("name", &line.by), ("when", &shortly(t, line.at, zone))]);
        (is_archived, NoteRow { id: line.id.to_string(), is_alert: line.kind == NoteKind::Alert, text: line.text, by })
    };
    let (archived, standing): (Vec<_>, Vec<_>) = lines.into_iter().map(row).partition(|(is_archived, _)| *is_archived);
    let rows = |all: Vec<(bool, NoteRow)>| all.into_iter().map(|(_, row)| row).collect::<Vec<_>>();
    (alerts, (rows(standing), rows(archived)))
}

/// The name of a field.
pub(super) fn field_text(t: Texts, field: PersonField) -> String {
    match field {
        PersonField::Name => t.text("clients-name"),
        PersonField::Email => t.text("clients-email"),
        PersonField::Phone => t.text("clients-phone"),
        PersonField::BirthDate => t.text("clients-birth-date"),
        PersonField::Language => t.text("clients-language"),
        PersonField::Zone => t.text("client-zone"),
        PersonField::Household => t.text("client-household"),
        PersonField::Guardian => t.text("client-guardian"),
        PersonField::Payer => t.text("client-payer"),
        PersonField::Source => t.text("clients-source"),
        PersonField::Standing => t.text("client-standing"),
    }
}

/// A value of a field as people read it. Other people stand there as numbers, so they are only said to be there.
pub(super) fn value_text(t: Texts, field: PersonField, value: Option<&str>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match field {
        PersonField::BirthDate => {
            value.parse::<chrono::NaiveDate>().map_or_else(|_| value.to_owned(), |day| t.date_medium(day))
        }
        PersonField::Language => {
            Language::parse(value).map_or_else(|| value.to_owned(), |known| known.own_name().to_owned())
        }
        PersonField::Household | PersonField::Guardian | PersonField::Payer => t.text("client-somebody"),
        PersonField::Standing => {
            clients::Standing::parse(value).map_or_else(|| value.to_owned(), |known| standing_text(t, known))
        }
        PersonField::Name => match value.split_once(", ") {
            Some((last, first)) => format!("{first} {last}"),
            None => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

fn change_row(t: Texts, zone: Tz, line: &ChangeLine) -> Option<ChangeRow> {
    let field = line.field?;
    let who = match (line.actor.as_str(), &line.by) {
        (_, Some(name)) => name.clone(),
        ("client", None) => t.text("client-change-by-client"),
        _ => t.text("client-change-by-booking"),
    };
    let (before, after) = (value_text(t, field, line.before.as_deref()), value_text(t, field, line.after.as_deref()));
    Some(ChangeRow {
        what: field_text(t, field),
        change: format!("{before} → {after}"),
        who: format!("{who} · {}", shortly(t, line.at, zone)),
    })
}

/// Where a client's page is.
pub(super) fn address_of(client: ClientId, done: &str) -> String {
    format!("/staff/clients/{client}?done={done}")
}
