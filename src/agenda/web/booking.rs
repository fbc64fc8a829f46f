//! One booking: what it is, what happened to it, what was said about it, and what can be done.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{DateTime, Utc};

use super::attending::{UndoOffer, undo_offer};
use super::broken::rules_text;
use super::late::{behind_text, late_text};
use super::{Answer, address, change_refusal, next_visit, shortly, status_text};
use crate::app::App;
use crate::booking::cancel::{Cancellation, ChangeRefused, REASON_CHARACTERS_MAX};
use crate::booking::confirm::CONFIRMED_EVENT;
use crate::booking::facts::{self, HistoryLine};
use crate::booking::undo::{self, Undoable};
use crate::booking::{BookingFacts, answer, cancel, rebook};
use crate::catalog::AskedOf;
use crate::clients;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::{BookingStatus, IMPORTED_EVENT};
use crate::domain::ids::{BookingId, SeriesId};
use crate::domain::rebooking::NotNow;
use crate::domain::{policy, time};
use crate::i18n::Texts;
use crate::messaging::{self, MessageLine};
use crate::money::web::section::{BookingMoney, Section};
use crate::recurrence;
use crate::web::auth::{self, Desk, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// The last events of a long history.
const HISTORY_MAX: i64 = 200;
/// More bookings than a provider has a day.
const DAY_BOOKINGS_MAX: i64 = 200;

struct HistoryRow {
    when: String,
    what: String,
    who: String,
    change: Option<String>,
    broke: Option<String>,
    reason: Option<String>,
}

struct MessageRow {
    href: String,
    what: String,
    state: String,
    when: String,
    reason: String,
}

/// One service of a visit, with the page of its booking.
struct VisitPart {
    service: String,
    detail: String,
    href: String,
    is_shown: bool,
}

#[derive(Template)]
#[template(path = "agenda/booking.html")]
struct BookingPage {
    page: Page,
    /// What everybody must know about the client.
    alerts: Vec<String>,
    form: Form,
    booking: BookingFacts,
    visit: Vec<VisitPart>,
    moving: BookingId,
    when: String,
    ends: String,
    made: String,
    price: String,
    duration: String,
    status: String,
    class: &'static str,
    ended: String,
    ended_because: Option<String>,
    reasons: Vec<ReasonGroup>,
    history: Vec<HistoryRow>,
    messages: Vec<MessageRow>,
    money: Section,
    undo: Option<UndoOffer>,
    late: Option<String>,
    behind: Option<String>,
    times: Vec<(String, String)>,
    pay_now: Vec<(&'static str, String)>,
    is_desk: bool,
    series: Option<SeriesId>,
    is_late_now: bool,
    notice: String,
    can_approve: bool,
    can_cancel: bool,
    can_move: bool,
    can_arrive: bool,
    can_start: bool,
    can_complete: bool,
    can_miss: bool,
    is_over: bool,
    back: String,
    reason_max: usize,
}

/// The page of one booking. A provider sees the own ones.
pub async fn booking_page(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let said = Form::parse(request.query_string());
    let t = staff.t;
    let notice = match said.value("done") {
        "booked" => Some(t.text("agenda-done-booked")),
        "moved" => Some(t.text("move-desk-done")),
        "approved" => Some(t.text("agenda-done-approved")),
        "declined" => Some(t.text("agenda-done-declined")),
        "cancelled" => Some(t.text("agenda-done-cancelled")),
        "arrived" => Some(t.text("agenda-done-arrived")),
        "started" => Some(t.text("agenda-done-started")),
        "completed" => Some(t.text("agenda-done-completed")),
        "missed" => Some(t.text("agenda-done-missed")),
        "undone" => Some(t.text("visit-done-undone")),
        "not-rebooked" => Some(t.text("visit-done-not-rebooked")),
        done => crate::money::web::words::done(t, done),
    };
    show(&app.0, &staff, &request, id, (StatusCode::OK, Form::new()), notice.map(|text| (Tone::Success, text))).await
}

struct Everything {
    alerts: Vec<String>,
    booking: BookingFacts,
    history: Vec<HistoryLine>,
    messages: Vec<MessageLine>,
    money: BookingMoney,
    undoable: Option<Undoable>,
    provider_day: Vec<BookingFacts>,
    series: Option<SeriesId>,
}

pub(super) async fn show(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    id: BookingId,
    (status, form): (StatusCode, Form),
    notice: Option<(Tone, String)>,
) -> Answer {
    let now = app.clock.now();
    let found = app.db.read(move |conn| {
        let Some(booking) = facts::booking(conn, id)? else {
            return Ok(None);
        };
        let day = time::day_span(booking.local_start().date(), booking.zone);
        let (from, to) = (day.starts_at(), day.ends_at());
        let is_today = day.contains(now);
        Ok(Some(Everything {
            provider_day: match is_today {
                true => facts::bookings_of_provider(conn, booking.provider, from, to, DAY_BOOKINGS_MAX)?,
                false => Vec::new(),
            },
            alerts: clients::alerts_of(conn, &[booking.client])?.remove(&booking.client).unwrap_or_default(),
            undoable: undo::undoable(conn, id, now)?,
            money: BookingMoney::load(conn, &booking)?,
            booking,
            history: facts::history(conn, id, HISTORY_MAX)?,
            messages: messaging::messages_of(conn, id)?,
            series: recurrence::slot_of_booking(conn, id)?.map(|(series, _)| series),
        }))
    });
    let found = found.await?.filter(|found| may_see(staff, &found.booking)).ok_or(Problem::NotFound)?;
    let title = staff.t.with("agenda-booking-title", &[("reference", &found.booking.reference)]);
    let page = staff.page(request, Nav::Agenda, title);
    // What can be taken back is said beside the button that does it.
    let offered = found.undoable.map(|undoable| undo_offer(staff.t, undoable).text);
    let page = match notice.filter(|(_, text)| offered.as_ref() != Some(text)) {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    Ok(page::html(status, &booking_view(staff, page, form, found, now)))
}

fn booking_view(staff: &Staff, page: Page, form: Form, found: Everything, now: DateTime<Utc>) -> BookingPage {
    let (t, booking) = (staff.t, found.booking);
    let status = booking.status;
    let notice_minutes = booking.cancel_notice_minutes;
    let shown = |at: DateTime<Utc>| t.moment(at, booking.zone);
    let is_late_now = status != BookingStatus::Requested && policy::is_late(now, booking.starts_at, notice_minutes);
    let day = booking.local_start().date();
    let (code, typed) = (booking.ended_reason_code.as_deref(), booking.ended_reason.as_deref());
    let ended_because = staff.catalog.ended_because(t, code, typed);
    BookingPage {
        alerts: found.alerts,
        visit: visit_parts(t, &booking),
        moving: booking.parts.first().map_or(booking.id, |first| first.id),
        when: shown(booking.starts_at),
        ends: t.time(time::local(booking.ends_at, booking.zone).time()),
        made: shown(booking.created_at),
        price: t.money(booking.price),
        duration: t.duration((booking.ends_at - booking.starts_at).num_minutes()),
        status: status_text(t, status),
        class: status.as_str(),
        ended: ended(t, &booking),
        history: found
            .history
            .into_iter()
            .map(|line| history_row(staff, &booking, line, ended_because.as_deref()))
            .collect(),
        ended_because,
        reasons: reason_groups(staff),
        messages: found.messages.into_iter().map(|line| message_row(t, &booking, &line)).collect(),
        money: Section::new(staff, &booking, &found.money),
        undo: found.undoable.map(|undoable| undo_offer(t, undoable)),
        late: late_text(t, now, &booking.progress()),
        behind: behind_text(t, now, &booking.provider_name, &found.provider_day),
        times: times(t, &booking),
        pay_now: pay_now(t, &booking),
        is_desk: staff.role.is_desk(),
        series: found.series,
        is_late_now,
        notice: t.notice(i64::from(notice_minutes)),
        can_approve: status.approve().is_ok(),
        can_cancel: status.cancel().is_ok() && status != BookingStatus::Requested,
        can_move: staff.role.is_desk() && policy::may_move(now, &booking.movable(), staff.actor()).is_ok(),
        can_arrive: status.arrive().is_ok(),
        can_start: status.start().is_ok(),
        can_complete: status.complete().is_ok(),
        can_miss: status.no_show().is_ok() && booking.starts_at <= now,
        is_over: status == BookingStatus::Completed,
        back: address("/staff", &[("day", &day.to_string())]),
        reason_max: REASON_CHARACTERS_MAX,
        page,
        form,
        booking,
    }
}

/// The services of the visit, when there are several.
fn visit_parts(t: Texts, booking: &BookingFacts) -> Vec<VisitPart> {
    let part = |part: &BookingFacts| {
        let clock = |at| time::local(at, part.zone).time();
        let hours = t.time_range(clock(part.starts_at), clock(part.ends_at));
        let room = part.room_name.iter().cloned();
        let detail: Vec<String> = [hours, part.provider_name.clone()].into_iter().chain(room).collect();
        VisitPart {
            service: part.service_name.clone(),
            detail: detail.join(" · "),
            href: format!("/staff/bookings/{}", part.id),
            is_shown: part.id == booking.id,
        }
    };
    booking.parts.iter().map(part).collect()
}

/// The reasons of one side, under its heading.
pub(super) struct ReasonGroup {
    pub(super) label: String,
    pub(super) reasons: Vec<(String, String)>,
}

/// Why something is called off, the clinic's own reasons first.
pub(super) fn reason_groups(staff: &Staff) -> Vec<ReasonGroup> {
    let t = staff.t;
    let of = |kind: AskedOf, label: String| ReasonGroup {
        label,
        reasons: staff.catalog.reasons_asked_of(kind).map(|reason| (reason.code.clone(), reason.said(t))).collect(),
    };
    let groups =
        [of(AskedOf::Clinic, t.text("cancelling-by-clinic")), of(AskedOf::Client, t.text("cancelling-by-client"))];
    groups.into_iter().filter(|group| !group.reasons.is_empty()).collect()
}

fn may_see(staff: &Staff, booking: &BookingFacts) -> bool {
    staff.role.is_desk() || staff.user.provider == Some(booking.provider)
}

fn ended(t: Texts, booking: &BookingFacts) -> String {
    let Some(at) = booking.ended_at else {
        return String::new();
    };
    let who = booking.ended_by.as_deref().map(|who| actor_text(t, who)).unwrap_or_default();
    t.with("agenda-ended", &[("when", &t.moment(at, booking.zone)), ("who", &who)])
}

/// Who did it, in the reader's language.
pub(super) fn actor_text(t: Texts, actor: &str) -> String {
    match actor {
        "client" => t.text("agenda-actor-client"),
        "staff" => t.text("agenda-actor-staff"),
        _ => t.text("agenda-actor-system"),
    }
}

fn history_row(staff: &Staff, booking: &BookingFacts, line: HistoryLine, ended_because: Option<&str>) -> HistoryRow {
    let t = staff.t;
    let change = match line.kind.as_str() {
        "moved" | "lengthened" | "shortened" => move_text(staff, booking, &line),
        undo::UNDONE => undone_text(t, &line),
        _ => None,
    };
    let what = match line.kind.as_str() {
        "moved" => t.text("move-event"),
        "lengthened" => t.text("calendar-event-lengthened"),
        "shortened" => t.text("calendar-event-shortened"),
        undo::UNDONE => t.text("visit-event-undone"),
        rebook::NOT_REBOOKED => t.text("visit-event-not-rebooked"),
        CONFIRMED_EVENT => t.text("desk-event-confirmed"),
        IMPORTED_EVENT => t.text("import-event"),
        kind => BookingStatus::parse(kind).map_or_else(|| kind.to_owned(), |status| status_text(t, status)),
    };
    // A booking ends once, so the line of its end says what was picked as well as what was typed.
    let is_end = line.kind == BookingStatus::Cancelled.as_str() && booking.status == BookingStatus::Cancelled;
    let reason = match line.kind.as_str() {
        _ if is_end => ended_because.map(str::to_owned),
        rebook::NOT_REBOOKED => {
            line.reason.as_deref().and_then(NotNow::parse).map(|why| next_visit::reason_text(t, why))
        }
        _ => line.reason,
    };
    HistoryRow {
        when: shortly(t, line.at, booking.zone),
        what,
        change,
        broke: line.broke.map(|broke| t.with("move-event-broke", &[("rules", &rules_text(t, &broke))])),
        who: actor_text(t, &line.actor),
        reason: reason.filter(|reason| !reason.is_empty()),
    }
}

/// Where it stood, and where it stands again.
fn undone_text(t: Texts, line: &HistoryLine) -> Option<String> {
    let status = |word: &Option<String>| word.as_deref().and_then(BookingStatus::parse);
    let (from, to) = (status(&line.before)?, status(&line.after)?);
    Some(t.with("visit-event-back", &[("from", &status_text(t, from)), ("to", &status_text(t, to))]))
}

/// From where to where it moved, as far as history tells.
fn move_text(staff: &Staff, booking: &BookingFacts, line: &HistoryLine) -> Option<String> {
    let from = spot_text(staff, booking, line.before.as_deref()?)?;
    let to = spot_text(staff, booking, line.after.as_deref()?)?;
    let change = staff.t.with("move-event-change", &[("from", &from), ("to", &to)]);
    let is_untold = line.after.as_deref().is_some_and(|after| after.contains("\"untold\":true"));
    Some(if is_untold { format!("{change} {}", staff.t.text("calendar-event-untold")) } else { change })
}

fn spot_text(staff: &Staff, booking: &BookingFacts, text: &str) -> Option<String> {
    let (t, catalog) = (staff.t, &staff.catalog);
    let spot: serde_json::Value = serde_json::from_str(text).ok()?;
    let named = |name: &str| spot.get(name).and_then(serde_json::Value::as_str);
    let start = DateTime::parse_from_rfc3339(named("start")?).ok()?.to_utc();
    let place = named("location").and_then(|id| catalog.location_named(id));
    let zone = place.map_or(booking.zone, |place| place.zone);
    let provider = named("provider").and_then(|id| catalog.provider_named(id));
    let provider = provider.map(|provider| provider.name.clone()).unwrap_or_default();
    // Lines from before ends were kept name the start alone.
    let end = named("end").and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let when = match end {
        Some(end) => format!("{} – {}", shortly(t, start, zone), t.time(time::local(end.to_utc(), zone).time())),
        None => shortly(t, start, zone),
    };
    match place {
        Some(place) if catalog.locations.len() > 1 => {
            Some(t.with("move-event-spot-place", &[("when", &when), ("provider", &provider), ("place", &place.name)]))
        }
        _ => Some(t.with("move-event-spot", &[("when", &when), ("provider", &provider)])),
    }
}

fn message_row(t: Texts, booking: &BookingFacts, line: &MessageLine) -> MessageRow {
    let what = messaging::web::kind_text(t, line.kind);
    let state = messaging::web::state_text(t, line.state);
    let when = shortly(t, line.sent_at.unwrap_or(line.due_at), booking.zone);
    let reason = messaging::web::reason_text(t, line.state, line.reason.as_deref());
    MessageRow { href: format!("/staff/messages/{}", line.id), what, state, when, reason }
}

/// When it really happened.
fn times(t: Texts, booking: &BookingFacts) -> Vec<(String, String)> {
    let times = [
        (booking.confirmed_at, t.text("visit-time-confirmed")),
        (booking.arrived_at, t.text("visit-time-arrived")),
        (booking.started_at, t.text("visit-time-started")),
        (booking.completed_at, t.text("visit-time-completed")),
        (booking.missed_at, t.text("visit-time-missed")),
    ];
    let line = |(at, what): (Option<DateTime<Utc>>, String)| Some((what, shortly(t, at?, booking.zone)));
    times.into_iter().filter_map(line).collect()
}

/// The usual ways to be done: the whole price, paid one way or another.
fn pay_now(t: Texts, booking: &BookingFacts) -> Vec<(&'static str, String)> {
    let amount = t.money(booking.price);
    if booking.price.minor == 0 {
        return Vec::new();
    }
    vec![
        ("card", t.with("visit-complete-card", &[("amount", &amount)])),
        ("cash", t.with("visit-complete-cash", &[("amount", &amount)])),
    ]
}

/// Agrees to a request.
pub async fn approve(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let actor = desk.actor();
    change(&app.0, &desk, &request, &id, &body, "approved", move |tx, id, seen, _| answer::approve(tx, id, actor, seen))
        .await
}

/// Turns a request down.
pub async fn decline(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let (actor, shared) = (desk.actor(), Arc::clone(&app.0));
    change(&app.0, &desk, &request, &id, &body, "declined", move |tx, id, seen, reason| {
        answer::decline(tx, &shared.shop, id, actor, reason, seen)
    })
    .await
}

/// Gives a booking up.
pub async fn cancel(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let (actor, shared) = (desk.actor(), Arc::clone(&app.0));
    let form = desk.form(&app.0, &body)?;
    let reason_code = form.given("reason_code").map(str::to_owned);
    change(&app.0, &desk, &request, &id, &body, "cancelled", move |tx, id, seen, reason| {
        let (reason, reason_code) = (reason.map(str::to_owned), reason_code.clone());
        let request = Cancellation { booking: id, actor, reason_code, reason, expected_version: seen };
        cancel::cancel(tx, &shared.shop, &request)
    })
    .await
}

/// Whether somebody may act on a booking. A provider may say what became of the own ones; of others nothing is known to
/// exist.
pub(super) fn is_own(conn: &mut Conn, staff: &Staff, id: BookingId) -> Result<bool, Fault> {
    if staff.role.is_desk() {
        return Ok(true);
    }
    Ok(facts::booking(conn, id)?.is_some_and(|booking| staff.user.provider == Some(booking.provider)))
}

/// Does one thing to one booking and says so; or says on its page why not.
pub(super) async fn change<F>(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    id: &str,
    body: &[u8],
    done: &'static str,
    deed: F,
) -> Answer
where
    F: Fn(&mut Tx<'_>, BookingId, Option<i64>, Option<&str>) -> Result<(), Bad<ChangeRefused>> + Send + 'static,
{
    let form = staff.form(app, body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let seen = form.given("version").and_then(|text| text.parse::<i64>().ok());
    let reason = form.given("reason").map(str::to_owned);
    let who = staff.clone();
    let changed = app.db.write(app.clock.now(), move |tx| {
        if !is_own(tx.conn, &who, id)? {
            return Err(Bad::Refused(ChangeRefused::Unknown));
        }
        deed(tx, id, seen, reason.as_deref())
    });
    match changed.await {
        Ok(()) => {
            app.bell.notify_one();
            let here = address(&format!("/staff/bookings/{id}"), &[]);
            // The page somebody came from can offer to take the click back.
            let back = auth::safe_next(form.value("back")).map(|back| page::with_query(back, "undo", &id.to_string()));
            Ok(see_other(&page::with_query(back.as_deref().unwrap_or(&here), "done", done)))
        }
        Err(Bad::Refused(ChangeRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            let notice = (Tone::Error, change_refusal(staff.t, &refused));
            show(app, staff, request, id, (StatusCode::CONFLICT, form), Some(notice)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
