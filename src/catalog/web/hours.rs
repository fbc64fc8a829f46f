//! A provider's week at one location, as a grid that needs no script: one line a day, times from and until.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{NaiveDate, Weekday};

use super::clashes::{self, ClashNotice};
use super::fields::{Reader, day, day_value, fill_part_of_day, range};
use super::providers::{find, tabs, weekday};
use super::{Answer, Crumb, NEW, Tab, known, seen_version, telling, today};
use crate::catalog::{self, Earlier, EditRefused, Guarded, HoursAt, Location, ProviderView, WeekEdit, WeekRefused};
use crate::db::{Bad, Tx};
use crate::domain::hours::HoursKind;
use crate::domain::ids::{LocationId, ProviderId};
use crate::domain::week::{Clash, Place, Validity, WeekRow};
use crate::i18n::Texts;
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// As many spans of one kind fit into a day.
const SPANS_MAX: usize = 8;
/// As many are offered at least: a morning and an afternoon.
const SPANS_SHOWN: usize = 2;

/// One span of a day.
struct SpanField {
    name: String,
    from: String,
    until: String,
    label: String,
    is_pause: bool,
}

/// One day of the grid.
struct DayLine {
    name: String,
    work: SpanField,
    pause: SpanField,
    /// More spans, folded away until needed.
    more: Vec<SpanField>,
    is_unfolded: bool,
}

#[derive(Template)]
#[template(path = "catalog/hours.html")]
struct HoursPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    tabs: Vec<Tab>,
    places: Vec<Tab>,
    weeks: Vec<Tab>,
    action: String,
    days: Vec<DayLine>,
    is_new: bool,
    has_others: bool,
    zone: String,
    warning: Option<ClashNotice>,
}

/// Where the page stands: whose hours, at which location, of which validity.
struct Spot {
    provider: ProviderView,
    location: Location,
    hours: Vec<HoursAt>,
    /// Nothing for a new week.
    week: Option<Validity>,
}

/// The grid.
pub async fn hours_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let provider = find(&app, known(&path)?).await?;
    let asked = Form::parse(request.query_string());
    let Some(spot) = spot(&app, &who, provider, asked.value("location"), asked.value("week")).await? else {
        return Ok(page_without_locations(&who, &request));
    };
    let form = filled(&spot);
    Ok(show(&app, &who, &request, StatusCode::OK, form, &spot))
}

/// Saves the week, or copies Monday over the working days without saving.
pub async fn save_hours(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let t = who.t;
    let form = who.form(&app.0, &body)?;
    let provider = find(&app, known(&path)?).await?;
    let spot = spot(&app, &who, provider, form.value("location"), form.value("week")).await?;
    let spot = spot.ok_or(Problem::NotFound)?;
    if form.has("copy") {
        return Ok(show(&app, &who, &request, StatusCode::OK, with_monday_copied(form), &spot));
    }
    let mut reader = Reader::new(form, t);
    let Some((edit, names)) = read(&mut reader, &spot) else {
        return Ok(show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, &spot));
    };
    let (by, validity) = (who.user.id, edit.validity);
    let place = format!("/staff/catalog/providers/{}/hours", spot.provider.id);
    let (of, seen) = (Some(spot.provider.id), clashes::seen(&reader.form));
    let write = move |tx: &mut Tx<'_>| catalog::guarded(tx, of, &seen, |tx| catalog::edit_hours(tx, by, &edit));
    match app.0.db.write(app.0.clock.now(), write).await {
        Ok(left) => {
            let week = week_name(validity);
            Ok(see_other(&format!("{place}?location={}&week={week}&done=saved&booked={left}", spot.location.id)))
        }
        Err(Bad::Refused(Guarded::Refused(WeekRefused::Edit(EditRefused::Gone)))) => Err(Problem::NotFound),
        Err(Bad::Refused(Guarded::Refused(WeekRefused::Edit(EditRefused::Changed)))) => {
            let form = contested(reader.form, &spot, t);
            Ok(show(&app, &who, &request, StatusCode::CONFLICT, form, &spot))
        }
        Err(Bad::Refused(Guarded::Refused(refused))) => {
            say(&mut reader.form, &refused, &names, &who);
            Ok(show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, &spot))
        }
        Err(Bad::Refused(Guarded::Clashes(left))) => {
            let warning = ClashNotice::new(t, &who.catalog, &left, &reader.form, place);
            Ok(warned(&app, &who, &request, reader.form, &spot, warning))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Nothing when there is no location at all.
async fn spot(
    app: &AppData,
    who: &Manager,
    provider: ProviderView,
    location: &str,
    week: &str,
) -> Result<Option<Spot>, Problem> {
    let id = provider.id;
    let hours = app.0.db.read(move |conn| catalog::hours_of(conn, id)).await?;
    let locations = &who.catalog.locations;
    let used = || locations.iter().find(|location| hours.iter().any(|at| at.location == location.id));
    let chosen = match location {
        "" => used().or(locations.first()),
        text => Some(who.catalog.location_named(text).ok_or(Problem::NotFound)?),
    };
    let Some(location) = chosen.cloned() else {
        return Ok(None);
    };
    let weeks = weeks_at(&hours, location.id);
    let today = today(&app.0, &who.catalog);
    let usual = || weeks.iter().copied().find(|week| week.holds_on(today)).or(weeks.first().copied());
    let week = match week {
        NEW => None,
        text => week_named(text).filter(|week| weeks.contains(week)).or_else(usual),
    };
    Ok(Some(Spot { provider, location, hours, week }))
}

/// The validities of one location, those that began first at the front.
fn weeks_at(hours: &[HoursAt], location: LocationId) -> Vec<Validity> {
    let here = hours.iter().filter(|at| at.location == location);
    let mut weeks: Vec<Validity> = here.map(|at| Validity::of(&at.hours)).collect();
    weeks.sort_unstable();
    weeks.dedup();
    weeks
}

/// A validity as addresses have it: `2026-06-01_2026-08-31`, with nothing where a side is open.
fn week_name(week: Validity) -> String {
    format!("{}_{}", day_value(week.from), day_value(week.until))
}

fn week_named(text: &str) -> Option<Validity> {
    let (from, until) = text.split_once('_')?;
    let side =
        |text: &str| -> Option<Option<NaiveDate>> { if text.is_empty() { Some(None) } else { day(text).map(Some) } };
    Some(Validity { from: side(from)?, until: side(until)? })
}

fn week_text(t: Texts, week: Validity) -> String {
    match (week.from, week.until) {
        (None, None) => t.text("catalog-week-always"),
        (Some(from), None) => t.with("catalog-week-from", &[("from", &t.date_medium(from))]),
        (None, Some(until)) => t.with("catalog-week-until", &[("until", &t.date_medium(until))]),
        (Some(from), Some(until)) => {
            t.with("catalog-week-between", &[("from", &t.date_medium(from)), ("until", &t.date_medium(until))])
        }
    }
}

/// The fields of a span: `work-1-2` is Monday's second.
fn field_name(kind: HoursKind, weekday: u32, number: usize) -> String {
    format!("{}-{weekday}-{number}", kind.as_str())
}

fn weekday_of(number: u32) -> Option<Weekday> {
    Weekday::try_from(u8::try_from(number.checked_sub(1)?).ok()?).ok()
}

/// The week in the form of the page; a new one begins as a copy of the last.
fn filled(spot: &Spot) -> Form {
    let weeks = weeks_at(&spot.hours, spot.location.id);
    let source = spot.week.or(weeks.last().copied());
    let mut form = Form::new().filled("version", spot.provider.version.to_string());
    if let Some(week) = spot.week {
        form = form.filled("valid_from", day_value(week.from)).filled("valid_until", day_value(week.until));
    }
    for kind in [HoursKind::Work, HoursKind::Break] {
        for number in 1..=7 {
            let same = |at: &&HoursAt| {
                at.location == spot.location.id
                    && at.hours.kind == kind
                    && at.hours.weekday.number_from_monday() == number
                    && Some(Validity::of(&at.hours)) == source
            };
            for (place, at) in spot.hours.iter().filter(same).enumerate() {
                form = fill_part_of_day(form, &field_name(kind, number, place + 1), Some(at.hours.minutes));
            }
        }
    }
    form
}

fn with_monday_copied(mut form: Form) -> Form {
    for kind in [HoursKind::Work, HoursKind::Break] {
        for number in 1..=SPANS_MAX {
            let monday = field_name(kind, 1, number);
            for side in ["from", "until"] {
                let value = form.value(&format!("{monday}_{side}")).to_owned();
                for weekday in 2..=5 {
                    form = form.filled(&format!("{}_{side}", field_name(kind, weekday, number)), value.clone());
                }
            }
        }
    }
    form
}

/// The week as it was typed, and the field each row came from.
fn read(reader: &mut Reader, spot: &Spot) -> Option<(WeekEdit, Vec<String>)> {
    let from = reader.day_if_any("valid_from");
    let until = reader.day_if_any("valid_until");
    let (mut rows, mut names) = (Vec::new(), Vec::new());
    for number in 1..=7 {
        let Some(weekday) = weekday_of(number) else { continue };
        for kind in [HoursKind::Work, HoursKind::Break] {
            for place in 1..=SPANS_MAX {
                let name = field_name(kind, number, place);
                if let Some(Some(minutes)) = reader.part_of_day(&name) {
                    rows.push(WeekRow { kind, weekday, minutes });
                    names.push(name);
                }
            }
        }
    }
    if reader.form.has_errors() {
        return None;
    }
    let earlier = if reader.form.has("ends_earlier") { Earlier::EndBefore } else { Earlier::Keep };
    let edit = WeekEdit {
        provider: spot.provider.id,
        location: spot.location.id,
        seen: seen_version(&reader.form),
        replaces: spot.week,
        validity: Validity { from: from?, until: until? },
        earlier,
        rows,
    };
    Some((edit, names))
}

/// Says by the row what is wrong with it.
fn say(form: &mut Form, refused: &WeekRefused, names: &[String], who: &Manager) {
    let t = who.t;
    match refused {
        WeekRefused::Edit(_) => {}
        WeekRefused::ImpossibleValidity => form.fail("valid_until", t.text("catalog-wrong-days-order")),
        WeekRefused::ValidityTaken => form.fail("valid_from", t.text("catalog-wrong-week-taken")),
        WeekRefused::Clashes(clashes) => {
            for (row, clash) in clashes {
                if let Some(name) = names.get(*row) {
                    form.fail(&format!("{name}_from"), clash_text(who, clash));
                }
            }
        }
    }
}

fn clash_text(who: &Manager, clash: &Clash<LocationId>) -> String {
    let t = who.t;
    match clash {
        Clash::Row(_) => t.text("catalog-clash-row"),
        Clash::OutsideWork => t.text("catalog-clash-break"),
        Clash::Hours { place: Place::Here, validity, minutes } => {
            t.with("catalog-clash-week", &[("hours", &range(t, *minutes)), ("week", &week_text(t, *validity))])
        }
        Clash::Hours { place: Place::Elsewhere(id), validity, minutes } => {
            let location = who.catalog.location(*id).map(|location| location.name.clone()).unwrap_or_default();
            t.with(
                "catalog-clash-location",
                &[("hours", &range(t, *minutes)), ("location", &location), ("week", &week_text(t, *validity))],
            )
        }
    }
}

/// Somebody else was faster: by every span that differs stands what is there now.
fn contested(form: Form, spot: &Spot, t: Texts) -> Form {
    let mut current = filled(spot);
    if spot.week.is_none() {
        // A new week has nothing there to differ from.
        current = Form::new().filled("version", spot.provider.version.to_string());
        return super::contested(form, &current, &[], spot.provider.version, t);
    }
    let mut names = vec!["valid_from".to_owned(), "valid_until".to_owned()];
    for kind in [HoursKind::Work, HoursKind::Break] {
        for number in 1..=7 {
            for place in 1..=SPANS_MAX {
                let name = field_name(kind, number, place);
                names.extend([format!("{name}_from"), format!("{name}_until")]);
            }
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    super::contested(form, &current, &names, spot.provider.version, t)
}

fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    spot: &Spot,
) -> HttpResponse {
    let page = hours_of(app, who, request, status, form, spot);
    page::html(status, &page)
}

/// The same with the bookings that the change would leave alone.
fn warned(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    form: Form,
    spot: &Spot,
    warning: ClashNotice,
) -> HttpResponse {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let page = hours_of(app, who, request, status, form, spot);
    page::html(status, &HoursPage { warning: Some(warning), ..page })
}

fn hours_of(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    spot: &Spot,
) -> HoursPage {
    let (t, id) = (who.t, spot.provider.id);
    let title = spot.provider.details.name.to_string();
    let mut page = telling(who.page(request, Nav::Catalog, title), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let action = format!("/staff/catalog/providers/{id}/hours");
    let weeks = weeks_at(&spot.hours, spot.location.id);
    let form = form
        .filled("location", spot.location.id.to_string())
        .filled("week", spot.week.map_or(NEW.to_owned(), week_name));
    HoursPage {
        trail: vec![Crumb::providers(t)],
        tabs: tabs(t, id, 1),
        places: places(who, id, spot),
        weeks: week_tabs(t, &action, spot, &weeks, today(&app.0, &who.catalog)),
        days: (1..=7).map(|number| day_line(&form, number, t)).collect(),
        is_new: spot.week.is_none(),
        has_others: weeks.iter().any(|week| Some(*week) != spot.week),
        zone: t.zone(spot.location.zone),
        page,
        form,
        action,
        warning: None,
    }
}

fn places(who: &Manager, id: ProviderId, spot: &Spot) -> Vec<Tab> {
    let tab = |location: &Location| {
        let href = format!("/staff/catalog/providers/{id}/hours?location={}", location.id);
        Tab::new(href, location.name.clone(), location.id == spot.location.id)
    };
    who.catalog.locations.iter().map(tab).collect()
}

fn week_tabs(t: Texts, action: &str, spot: &Spot, weeks: &[Validity], today: NaiveDate) -> Vec<Tab> {
    let href = |week: &str| format!("{action}?location={}&week={week}", spot.location.id);
    let tab = |week: &Validity| {
        let text = week_text(t, *week);
        let text =
            if week.holds_on(today) && weeks.len() > 1 { t.with("catalog-week-now", &[("week", &text)]) } else { text };
        Tab::new(href(&week_name(*week)), text, spot.week == Some(*week))
    };
    let mut tabs: Vec<Tab> = weeks.iter().map(tab).collect();
    tabs.push(Tab::new(href(NEW), t.text("catalog-week-new"), spot.week.is_none()));
    tabs
}

fn day_line(form: &Form, number: u32, t: Texts) -> DayLine {
    let is_used = |name: &str| {
        ["from", "until"].iter().any(|side| {
            let name = format!("{name}_{side}");
            !form.value(&name).is_empty() || !form.error(&name).is_empty()
        })
    };
    let last_used = |kind: HoursKind| (1..=SPANS_MAX).rev().find(|place| is_used(&field_name(kind, number, *place)));
    let mut more = Vec::new();
    for kind in [HoursKind::Work, HoursKind::Break] {
        // One more than is used, so that there is always a next one to fill in.
        let shown = last_used(kind).map_or(SPANS_SHOWN, |last| (last + 1).clamp(SPANS_SHOWN, SPANS_MAX));
        more.extend((2..=shown).map(|place| span_field(kind, number, place, t)));
    }
    let is_unfolded = more.iter().any(|field| is_used(&field.name));
    DayLine {
        name: weekday(t, number),
        work: span_field(HoursKind::Work, number, 1, t),
        pause: span_field(HoursKind::Break, number, 1, t),
        more,
        is_unfolded,
    }
}

fn span_field(kind: HoursKind, weekday: u32, number: usize, t: Texts) -> SpanField {
    let name = field_name(kind, weekday, number);
    let label = match kind {
        HoursKind::Work => t.text("catalog-hours-work"),
        HoursKind::Break => t.text("catalog-hours-break"),
    };
    SpanField {
        from: format!("{name}_from"),
        until: format!("{name}_until"),
        is_pause: kind == HoursKind::Break,
        name,
        label,
    }
}

#[derive(Template)]
#[template(path = "catalog/hours_nowhere.html")]
struct NowherePage {
    page: Page,
}

fn page_without_locations(who: &Manager, request: &HttpRequest) -> HttpResponse {
    let page = who.page(request, Nav::Catalog, who.t.text("catalog-tab-hours"));
    page::html(StatusCode::OK, &NowherePage { page })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_have_names_in_addresses() {
        let june = NaiveDate::from_ymd_opt(2026, 6, 1);
        for week in [Validity::default(), Validity { from: june, until: None }, Validity { from: june, until: june }] {
            assert_eq!(week_named(&week_name(week)), Some(week));
        }
        for wrong in ["", "new", "2026-06-01", "x_y", "2026-02-30_"] {
            assert_eq!(week_named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn monday_goes_over_the_working_days_and_leaves_the_weekend() {
        let form = Form::parse("work-1-1_from=09:00&work-1-1_until=17:00&work-6-1_from=10:00&work-3-2_from=18:00");
        let form = with_monday_copied(form);
        assert_eq!(form.value("work-5-1_until"), "17:00");
        assert_eq!(form.value("work-6-1_from"), "10:00");
        assert_eq!(form.value("work-3-2_from"), "");
        assert_eq!(form.value("work-7-1_from"), "");
    }
}
