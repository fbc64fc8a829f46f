//! The log of what happened: who, what, when, from where, about whom; filtered, paged, and as a file.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Answer, zone_of};
use crate::accounts::{self, AuditAction, AuditFilter, AuditLine, ObjectKind};
use crate::app::App;
use crate::db::Fault;
use crate::domain::ids::{self, StaffUserId};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};

/// Lines of one page.
const LINES: i64 = 50;
/// Nobody turns more pages.
const PAGES_MAX: i64 = 1_000;
/// Lines of one file.
const EXPORTED_MAX: i64 = 50_000;

/// A line as the page shows it.
struct LineView {
    at: String,
    who: String,
    what: String,
    object: String,
    href: String,
    address: String,
}

#[derive(Template)]
#[template(path = "accounts/audit.html")]
struct AuditPage {
    page: Page,
    form: Form,
    people: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    lines: Vec<LineView>,
    export: String,
    newer: String,
    older: String,
}

/// What was asked for, as far as it can be read; a day that is none is said by the field.
fn filter_of(form: &mut Form, t: Texts, zone: Tz) -> AuditFilter {
    let mut day = |name: &str| -> Option<NaiveDate> {
        let text = form.given(name)?.to_owned();
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if day.is_none() {
            form.fail(name, t.text("team-audit-wrong-day"));
        }
        day
    };
    let (from, until) = (day("from"), day("until"));
    AuditFilter {
        person: form.given("person").and_then(|person| person.parse::<StaffUserId>().ok()),
        action: form.given("kind").and_then(AuditAction::parse),
        from: from.map(|day| time::day_span(day, zone).starts_at()),
        until: until.map(|day| time::day_span(day, zone).ends_at()),
    }
}

/// The log.
pub async fn audit_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let zone = zone_of(&owner.catalog);
    let mut form = Form::parse(request.query_string());
    let filter = filter_of(&mut form, t, zone);
    let number: i64 = form.value("page").parse().unwrap_or(0).clamp(0, PAGES_MAX);
    let (mut lines, names) = load(&app.0, filter, number * LINES, LINES + 1).await?;
    let has_older = i64::try_from(lines.len()).unwrap_or(0) > LINES;
    lines.truncate(usize::try_from(LINES).unwrap_or(0));
    let page = owner.page(&request, Nav::Team, t.text("team-audit-title"));
    let address = page.address.clone();
    let turned = |to: i64| page::with_query(&address, "page", &to.to_string());
    let everybody = (String::new(), t.text("team-audit-everybody"));
    let everything = (String::new(), t.text("team-audit-everything"));
    let mut people: Vec<(String, String)> = names.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    people.sort_by(|one, other| one.1.cmp(&other.1));
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let query = request.query_string();
    let shown = AuditPage {
        people: std::iter::once(everybody).chain(people).collect(),
        kinds: std::iter::once(everything)
            .chain(AuditAction::ALL.iter().map(|action| (action.word().to_owned(), action_text(t, *action))))
            .collect(),
        lines: lines.iter().map(|line| view(t, zone, &names, line)).collect(),
        export: if query.is_empty() {
            "/owner/audit/export".to_owned()
        } else {
            format!("/owner/audit/export?{query}")
        },
        newer: if number > 0 { turned(number - 1) } else { String::new() },
        older: if has_older && number < PAGES_MAX { turned(number + 1) } else { String::new() },
        page,
        form,
    };
    Ok(page::html(status, &shown))
}

type Names = HashMap<StaffUserId, String>;

async fn load(app: &Arc<App>, filter: AuditFilter, skip: i64, limit: i64) -> Result<(Vec<AuditLine>, Names), Fault> {
    let read = app.db.read(move |conn| {
        let team = accounts::team(conn)?;
        Ok((accounts::audit_lines(conn, &filter, skip, limit)?, team))
    });
    let (lines, team) = read.await?;
    Ok((lines, team.into_iter().map(|user| (user.id, user.name)).collect()))
}

fn name_of(t: Texts, names: &Names, user: Option<StaffUserId>) -> String {
    match user {
        Some(user) => names.get(&user).cloned().unwrap_or_else(|| user.to_string()),
        None => t.text("team-audit-nobody"),
    }
}

fn view(t: Texts, zone: Tz, names: &Names, line: &AuditLine) -> LineView {
    let (object, href) = object_of(t, names, line);
    LineView {
        at: t.moment(line.at, zone),
        who: name_of(t, names, line.by),
        what: AuditAction::parse(&line.action).map_or_else(|| plain_word(&line.action), |known| action_text(t, known)),
        object,
        href,
        address: line.address.clone().unwrap_or_default(),
    }
}

/// About what: a person by name, everything else by what it is, with a way to it where there is one.
fn object_of(t: Texts, names: &Names, line: &AuditLine) -> (String, String) {
    let Some(kind) = ObjectKind::parse(&line.object_kind) else {
        return (plain_word(&line.object_kind), String::new());
    };
    let id = line.object.map(ids::encode).unwrap_or_default();
    let href = match (kind, line.object) {
        (_, None) => String::new(),
        (ObjectKind::StaffUser, Some(_)) => format!("/owner/team/{id}"),
        (ObjectKind::Client, Some(_)) => format!("/staff/clients/{id}"),
        (ObjectKind::Booking, Some(_)) => format!("/staff/bookings/{id}"),
        (ObjectKind::Service, Some(_)) => format!("/staff/catalog/services/{id}"),
        (ObjectKind::Provider, Some(_)) => format!("/staff/catalog/providers/{id}"),
        (ObjectKind::Message, Some(_)) => format!("/staff/messages/{id}"),
        _ => String::new(),
    };
    let text = match (kind, line.object) {
        (ObjectKind::StaffUser, Some(user)) => name_of(t, names, Some(StaffUserId::new(user))),
        (ObjectKind::StaffUser, None) => String::new(),
        _ => kind_text(t, kind),
    };
    (text, href)
}

/// A word that is in no list of ours yet: readable, if not beautiful.
fn plain_word(word: &str) -> String {
    word.replace('_', " ")
}

/// The log as a file.
pub async fn export(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let mut form = Form::parse(request.query_string());
    let filter = filter_of(&mut form, t, zone_of(&owner.catalog));
    let (lines, names) = load(&app.0, filter, 0, EXPORTED_MAX).await?;
    let body = csv_of(t, &names, &lines).map_err(Fault::other)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body))
}

fn csv_of(t: Texts, names: &Names, lines: &[AuditLine]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["at", "who", "action", "object_kind", "object", "about", "address"])?;
    for line in lines {
        let (about, _) = object_of(t, names, line);
        let at: DateTime<Utc> = line.at;
        let cells = [
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            name_of(t, names, line.by),
            line.action.clone(),
            line.object_kind.clone(),
            line.object.map(ids::encode).unwrap_or_default(),
            about,
            line.address.clone().unwrap_or_default(),
        ];
        out.write_record(cells.iter().map(|cell| harmless(cell)))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// A cell that no spreadsheet takes for a formula.
pub fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn action_text(t: Texts, action: AuditAction) -> String {
    match action {
        AuditAction::SignedIn => t.text("team-did-signed-in"),
        AuditAction::SignInFailed => t.text("team-did-sign-in-failed"),
        AuditAction::CodeFailed => t.text("team-did-code-failed"),
        AuditAction::SignInRefused => t.text("team-did-sign-in-refused"),
        AuditAction::SignedOut => t.text("team-did-signed-out"),
        AuditAction::SessionEnded => t.text("team-did-session-ended"),
        AuditAction::SessionsEnded => t.text("team-did-sessions-ended"),
        AuditAction::OwnerMade => t.text("team-did-owner-made"),
        AuditAction::UserAdded => t.text("team-did-user-added"),
        AuditAction::UserChanged => t.text("team-did-user-changed"),
        AuditAction::RoleChanged => t.text("team-did-role-changed"),
        AuditAction::UserDisabled => t.text("team-did-user-disabled"),
        AuditAction::UserEnabled => t.text("team-did-user-enabled"),
        AuditAction::LinkMade => t.text("team-did-link-made"),
        AuditAction::LinkUsed => t.text("team-did-link-used"),
        AuditAction::PasswordChanged => t.text("team-did-password-changed"),
        AuditAction::SecondFactorOn => t.text("team-did-second-factor-on"),
        AuditAction::SecondFactorOff => t.text("team-did-second-factor-off"),
        AuditAction::SecondFactorReset => t.text("team-did-second-factor-reset"),
        AuditAction::RecoveryCodesMade => t.text("team-did-recovery-codes-made"),
        AuditAction::RecoveryCodeUsed => t.text("team-did-recovery-code-used"),
        AuditAction::Created => t.text("team-did-created"),
        AuditAction::Changed => t.text("team-did-changed"),
        AuditAction::Archived => t.text("team-did-archived"),
        AuditAction::Restored => t.text("team-did-restored"),
        AuditAction::Deleted => t.text("team-did-deleted"),
        AuditAction::SettingsChanged => t.text("team-did-settings-changed"),
        AuditAction::Exported => t.text("team-did-exported"),
        AuditAction::Erased => t.text("team-did-erased"),
        AuditAction::Merged => t.text("team-did-merged"),
        AuditAction::Paid => t.text("team-did-paid"),
        AuditAction::Refunded => t.text("team-did-refunded"),
        AuditAction::WrittenOff => t.text("team-did-written-off"),
        AuditAction::ReceiptIssued => t.text("team-did-receipt-issued"),
        AuditAction::DayClosed => t.text("team-did-day-closed"),
        AuditAction::MailTested => t.text("team-did-mail-tested"),
    }
}

fn kind_text(t: Texts, kind: ObjectKind) -> String {
    match kind {
        ObjectKind::StaffUser => t.text("team-kind-staff-user"),
        ObjectKind::Clinic => t.text("team-kind-clinic"),
        ObjectKind::Client => t.text("team-kind-client"),
        ObjectKind::Booking => t.text("team-kind-booking"),
        ObjectKind::LedgerEntry => t.text("team-kind-ledger-entry"),
        ObjectKind::Receipt => t.text("team-kind-receipt"),
        ObjectKind::DayClosing => t.text("team-kind-day-closing"),
        ObjectKind::AuditLog => t.text("team-kind-audit-log"),
        ObjectKind::AccessLog => t.text("team-kind-access-log"),
        ObjectKind::LegalText => t.text("team-kind-legal-text"),
        ObjectKind::Location => t.text("team-kind-location"),
        ObjectKind::Room => t.text("team-kind-room"),
        ObjectKind::Provider => t.text("team-kind-provider"),
        ObjectKind::Service => t.text("team-kind-service"),
        ObjectKind::Terms => t.text("team-kind-service-providers"),
        ObjectKind::WeeklyHours => t.text("team-kind-weekly-hours"),
        ObjectKind::HourException => t.text("team-kind-hour-exception"),
        ObjectKind::TimeOff => t.text("team-kind-time-off"),
        ObjectKind::Closure => t.text("team-kind-closure"),
        ObjectKind::CancellationReason => t.text("team-kind-cancellation-reason"),
        ObjectKind::MessageRule => t.text("team-kind-message-rule"),
        ObjectKind::MessageSettings => t.text("team-kind-message-settings"),
        ObjectKind::MessageText => t.text("team-kind-message-text"),
        ObjectKind::MessageTemplate => t.text("team-kind-message-template"),
        ObjectKind::Message => t.text("team-kind-message"),
        ObjectKind::MessageEndpoint => t.text("team-kind-message-endpoint"),
        ObjectKind::SmsGateway => t.text("team-kind-sms-gateway"),
        ObjectKind::AcquisitionCost => t.text("team-kind-acquisition-cost"),
        ObjectKind::RecallType => t.text("recall-audit-type"),
        ObjectKind::Recall => t.text("recall-audit-recall"),
    }
}
