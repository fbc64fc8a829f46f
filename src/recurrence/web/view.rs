//! A series as pages show it, to clients and to the desk.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::rows::{self, RowView, row_view, slot_text, trouble_text};
use super::rule_form::Options;
use crate::booking::web::status_text;
use crate::catalog::Catalog;
use crate::db::{Conn, Fault};
use crate::domain::ids::SeriesId;
use crate::domain::policy::{CancelRefused, MoveRefused};
use crate::domain::recurrence::End;
use crate::domain::time;
use crate::i18n::Texts;
use crate::recurrence::cancel_series::{CancelSeriesRefused, Outcome};
use crate::recurrence::change_series::{ChangeSeriesRefused, Changed, To};
use crate::recurrence::preview::{Plan, PlanRefused};
use crate::recurrence::{self, Exception, ExceptionKind, Instance, Series};

/// A series with its dates, as it was read.
pub(super) struct Loaded {
    pub(super) series: Series,
    pub(super) instances: Vec<Instance>,
    pub(super) exceptions: Vec<Exception>,
}

/// Reads a series; nothing when it is unknown.
pub(super) fn load(conn: &mut Conn, id: SeriesId) -> Result<Option<Loaded>, Fault> {
    let Some(series) = recurrence::series(conn, id)? else { return Ok(None) };
    let instances = recurrence::instances(conn, id)?;
    let exceptions = recurrence::exceptions(conn, id)?;
    Ok(Some(Loaded { series, instances, exceptions }))
}

/// A date of a series.
pub(super) struct DateView {
    pub(super) date: String,
    pub(super) time: String,
    pub(super) with: String,
    pub(super) class: &'static str,
    pub(super) state: String,
    pub(super) note: String,
    pub(super) href: String,
}

/// A series.
pub(super) struct SeriesView {
    pub(super) rhythm: String,
    pub(super) count: String,
    pub(super) service: String,
    pub(super) with: String,
    pub(super) place: String,
    pub(super) reference: String,
    pub(super) zone: String,
    pub(super) to_come: Vec<DateView>,
    pub(super) past: Vec<DateView>,
    pub(super) goes_on: bool,
    /// Where a change may begin: a slot and its date.
    pub(super) from: Options,
    pub(super) providers: Options,
    pub(super) first_day: String,
    pub(super) first_time: String,
    pub(super) provider: String,
    pub(super) row_version: i64,
    pub(super) can_change: bool,
}

/// Makes the view; `href` is where one date is dealt with.
pub(super) fn series_view(
    t: Texts,
    catalog: &Catalog,
    now: DateTime<Utc>,
    loaded: &Loaded,
    href: impl Fn(&Instance) -> String,
) -> SeriesView {
    let series = &loaded.series;
    let service = catalog.service(series.service);
    let place = catalog.location(series.location);
    let mut dates: Vec<(NaiveDateTime, bool, DateView)> = Vec::new();
    for instance in &loaded.instances {
        let local = time::local(instance.starts_at, series.zone);
        let note = if instance.was_moved(series.zone) && instance.stands() {
            let rule = format!("{}, {}", t.date_short(instance.slot.date()), t.time(instance.slot.time()));
            t.with("recurrence-moved-from", &[("when", &rule)])
        } else {
            String::new()
        };
        let view = DateView {
            date: t.date_long(local.date()),
            time: t.time_range(local.time(), time::local(instance.ends_at, series.zone).time()),
            with: instance.provider_name.clone(),
            class: instance.status.as_str(),
            state: status_text(t, instance.status),
            note,
            href: href(instance),
        };
        dates.push((local, now < instance.ends_at, view));
    }
    for exception in &loaded.exceptions {
        if loaded.instances.iter().any(|instance| instance.slot == exception.slot) {
            continue;
        }
        let is_open = exception.kind == ExceptionKind::Unbookable && !exception.is_settled;
        let state = t.text(if is_open { "recurrence-date-unbookable" } else { "recurrence-date-left-out" });
        let view = DateView {
            date: t.date_long(exception.slot.date()),
            time: t.time(exception.slot.time()),
            with: String::new(),
            class: if is_open { "requested" } else { "expired" },
            state,
            note: exception.why.map(|why| trouble_text(t, why)).unwrap_or_default(),
            href: String::new(),
        };
        dates.push((exception.slot, now < time::instant(exception.slot, series.zone), view));
    }
    dates.sort_by_key(|(local, _, _)| *local);
    let changeable: Vec<&Instance> =
        loaded.instances.iter().filter(|one| now < one.starts_at && one.status.cancel().is_ok()).collect();
    let mut from = vec![(String::new(), t.text("recurrence-from-all"))];
    from.extend(changeable.iter().skip(1).map(|instance| {
        let shown = t.date_medium(time::local(instance.starts_at, series.zone).date());
        (slot_text(instance.slot), t.with("recurrence-from", &[("date", &shown)]))
    }));
    let mut providers = vec![(String::new(), t.text("recurrence-anyone"))];
    let offered = catalog.providers_for(series.service, series.location);
    providers.extend(offered.iter().map(|provider| (provider.id.to_string(), provider.name.clone())));
    let (to_come, past): (Vec<_>, Vec<_>) = dates.into_iter().partition(|(_, comes, _)| *comes);
    let first = changeable.first().map(|instance| instance.slot);
    let count = i64::try_from(changeable.len()).unwrap_or(i64::MAX);
    let named = series.provider.and_then(|id| catalog.provider(id)).map(|provider| provider.name.clone());
    SeriesView {
        rhythm: t.rhythm(&series.rule, series.start),
        count: t.with("recurrence-count", &[("count", &count)]),
        service: service.map(|service| service.name.clone()).unwrap_or_default(),
        with: named.unwrap_or_else(|| t.text("recurrence-anyone")),
        place: place.map(|place| place.name.clone()).unwrap_or_default(),
        reference: series.reference.clone(),
        zone: t.zone(series.zone),
        to_come: to_come.into_iter().map(|(_, _, view)| view).collect(),
        past: past.into_iter().map(|(_, _, view)| view).collect(),
        goes_on: series.grows() && series.rule.end == End::Never,
        from,
        providers,
        first_day: first.map(|slot| slot.date().to_string()).unwrap_or_default(),
        first_time: first.map(|slot| slot.time().format("%H:%M").to_string()).unwrap_or_default(),
        provider: series.provider.map(|id| id.to_string()).unwrap_or_default(),
        row_version: series.row_version,
        can_change: !changeable.is_empty(),
    }
}

/// A date of a change: from where to where.
pub(super) struct ChangeRowView {
    pub(super) before: String,
    pub(super) row: Option<RowView>,
    pub(super) kept: String,
}

/// What a change would do.
pub(super) fn change_rows(t: Texts, series: &Series, changed: &Changed) -> Vec<ChangeRowView> {
    let row = |row: &recurrence::change_series::ChangeRow| {
        let local = time::local(row.before.starts_at, series.zone);
        let before = format!("{}, {}", t.date_medium(local.date()), t.time(local.time()));
        match &row.to {
            To::Row(to) => ChangeRowView { before, row: Some(row_view(t, to, series.zone)), kept: String::new() },
            To::MovedByItself => ChangeRowView { before, row: None, kept: t.text("recurrence-kept-moved") },
            To::Kept(refusal) => ChangeRowView { before, row: None, kept: move_refusal(t, series, refusal) },
        }
    };
    changed.rows.iter().map(row).collect()
}

fn move_refusal(t: Texts, series: &Series, refusal: &MoveRefused) -> String {
    match refusal {
        MoveRefused::TooLate { deadline } => {
            t.with("recurrence-kept-late", &[("deadline", &t.moment(*deadline, series.zone))])
        }
        MoveRefused::TooOften { .. } => t.text("recurrence-kept-often"),
        MoveRefused::NotAllowed | MoveRefused::AlreadyStarted | MoveRefused::NotMovable { .. } => {
            t.text("recurrence-kept-not-movable")
        }
    }
}

/// What giving up would do: dates that go, dates that stay and why.
pub(super) fn cancel_rows(t: Texts, series: &Series, outcome: &Outcome) -> (Vec<String>, Vec<String>) {
    let shown = |instance: &Instance| {
        let local = time::local(instance.starts_at, series.zone);
        format!("{}, {}", t.date_long(local.date()), t.time(local.time()))
    };
    let gone = outcome.cancelled.iter().map(shown).collect();
    let kept = outcome.kept.iter().map(|(instance, refusal)| {
        let why = cancel_refusal(t, series, refusal);
        t.with("recurrence-kept", &[("date", &shown(instance)), ("why", &why)])
    });
    (gone, kept.collect())
}

fn cancel_refusal(t: Texts, series: &Series, refusal: &CancelRefused) -> String {
    match refusal {
        CancelRefused::TooLate { deadline } => {
            t.with("recurrence-cancel-late", &[("deadline", &t.moment(*deadline, series.zone))])
        }
        CancelRefused::AlreadyStarted | CancelRefused::NotCancellable { .. } => t.text("recurrence-cancel-started"),
    }
}

/// Why nothing was given up.
pub(super) fn cancel_sentence(t: Texts, series: &Series, refused: &CancelSeriesRefused) -> String {
    match refused {
        CancelSeriesRefused::Policy(refusal) => cancel_refusal(t, series, refusal),
        CancelSeriesRefused::NothingLeft => t.text("recurrence-nothing-left"),
        CancelSeriesRefused::Unknown | CancelSeriesRefused::Changed => t.text("recurrence-changed-meanwhile"),
    }
}

/// Why nothing was changed.
pub(super) fn change_sentence(t: Texts, series: &Series, refused: &ChangeSeriesRefused) -> String {
    match refused {
        ChangeSeriesRefused::NothingLeft => t.text("recurrence-nothing-left"),
        ChangeSeriesRefused::Archived => t.text("recurrence-archived"),
        ChangeSeriesRefused::UnknownProvider => t.text("recurrence-unknown-provider"),
        ChangeSeriesRefused::Past => t.text("recurrence-past"),
        ChangeSeriesRefused::SameTime => t.text("recurrence-same-time"),
        ChangeSeriesRefused::Rule(refusal) => super::rule_form::sentence(t, refusal),
        ChangeSeriesRefused::Policy(refusal) => move_refusal(t, series, refusal),
        ChangeSeriesRefused::Looked(_) => t.text("recurrence-undecided"),
        ChangeSeriesRefused::NotCancellable => t.text("recurrence-cancel-started"),
        ChangeSeriesRefused::Unknown | ChangeSeriesRefused::Changed => t.text("recurrence-changed-meanwhile"),
    }
}

/// Why there is no plan, in the reader's language.
pub(super) fn plan_refusal(t: Texts, refusal: &PlanRefused) -> String {
    match refusal {
        PlanRefused::Rule(refusal) => super::rule_form::sentence(t, refusal),
        PlanRefused::Past => t.text("recurrence-past"),
        PlanRefused::NotOffered | PlanRefused::UnknownService => t.text("recurrence-not-offered"),
        PlanRefused::UnknownLocation => t.text("recurrence-unknown-location"),
        PlanRefused::UnknownProvider => t.text("recurrence-unknown-provider"),
        PlanRefused::WrongParty(_) => t.text("recurrence-wrong-party"),
    }
}

/// How many dates would be booked, and how many wait for a decision.
pub(super) fn plan_sentence(t: Texts, plan: &Plan) -> String {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let booked = t.with("recurrence-would-book", &[("count", &number(plan.booked()))]);
    if plan.open() == 0 {
        return booked;
    }
    let open = t.with("recurrence-would-wait", &[("count", &number(plan.open()))]);
    format!("{booked} {open}")
}

/// A slot of a form's `from` field; nothing means every date still to come.
pub(super) fn from_of(text: &str) -> Option<NaiveDateTime> {
    rows::slot_of(text)
}
