//! `/staff/messages/rules`: what is said when, with a switch for each rule.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;

use super::rule_editor;
use super::rule_words::{self, Occasion, rule_name};
use super::{Section, SectionTab, section_tabs};
use crate::catalog::Catalog;
use crate::db::Bad;
use crate::domain::ids::{EndpointId, RuleId};
use crate::domain::messages::Channel;
use crate::domain::rule_checks::{RULE_NAME_CHARACTERS_MAX, RuleDraft};
use crate::i18n::Texts;
use crate::messaging::{self, Concerned, KeptRule, OWN_RULES_MAX, RuleRefused, RuleTally};
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

pub(super) const PLACE: &str = "/staff/messages/rules";
/// As far back as the list counts what was sent.
const COUNTED_DAYS: i64 = 30;

#[derive(Template)]
#[template(path = "messaging/rules.html")]
struct RulesPage {
    page: Page,
    sections: Vec<SectionTab>,
    groups: Vec<Group>,
    archived: Vec<RuleLine>,
}

/// The rules that speak on one occasion.
struct Group {
    id: &'static str,
    title: String,
    rules: Vec<RuleLine>,
}

/// A rule in the list.
struct RuleLine {
    href: String,
    words_href: Option<String>,
    name: String,
    sentence: String,
    chips: Vec<String>,
    advertising: Option<String>,
    is_own: bool,
    is_on: bool,
    tally: RuleTally,
    version: i64,
}

pub(super) fn place_of(id: RuleId) -> String {
    format!("{PLACE}/{id}")
}

/// Every rule, grouped by what happens.
pub async fn rules_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let now = app.0.clock.now();
    let since = now - TimeDelta::days(COUNTED_DAYS);
    let (rules, tallies, choices) = app
        .0
        .db
        .read(move |conn| {
            let rules = messaging::kept_rules(conn)?;
            Ok((rules, messaging::rule_tallies(conn, since)?, messaging::rule_choices(conn)?))
        })
        .await?;
    let t = who.t;
    let page = telling(who.page(&request, Nav::Messages, t.text("message-rules-title")), request.query_string());
    let line = |kept: &KeptRule| rule_line(t, &who.catalog, &choices.endpoints, &tallies, kept);
    let (archived, present): (Vec<_>, Vec<_>) = rules.iter().partition(|kept| kept.is_archived);
    let group = |occasion: Occasion| Group {
        id: occasion.word(),
        title: occasion.title(t),
        rules: present
            .iter()
            .filter(|kept| Occasion::of(kept.rule.trigger) == occasion)
            .map(|kept| line(kept))
            .collect(),
    };
    let shown = RulesPage {
        sections: section_tabs(&who, Section::Rules),
        groups: Occasion::ALL.into_iter().map(group).collect(),
        archived: archived.into_iter().map(line).collect(),
        page,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

fn rule_line(
    t: Texts,
    catalog: &Catalog,
    endpoints: &[(EndpointId, String)],
    tallies: &HashMap<RuleId, RuleTally>,
    kept: &KeptRule,
) -> RuleLine {
    let rule = &kept.rule;
    RuleLine {
        href: place_of(rule.id),
        words_href: words_href(t, &RuleDraft::of(rule)),
        name: rule_name(t, rule),
        sentence: rule_words::sentence(t, &RuleDraft::of(rule), endpoints),
        chips: rule_words::condition_chips(t, catalog, &rule.conditions),
        advertising: rule.consent.map(|consent| rule_words::consent_text(t, consent)),
        is_own: rule.code.is_none(),
        is_on: rule.active_from.is_some(),
        tally: tallies.get(&rule.id).copied().unwrap_or_default(),
        version: rule.row_version,
    }
}

/// Where the words of a rule are edited, in the reader's language first; calls of programs have none.
pub(super) fn words_href(t: Texts, draft: &RuleDraft) -> Option<String> {
    if draft.channel == Channel::Webhook {
        return None;
    }
    let kind = draft.kind()?;
    let template = match draft.template {
        Some(template) => template.to_string(),
        None => format!("{}.{}", kind.as_str(), draft.channel.as_str()),
    };
    Some(format!("/staff/messages/templates/{template}/{}", t.language().tag()))
}

/// Says at the top of the list what was done.
fn telling(page: Page, query: &str) -> Page {
    let asked = Form::parse(query);
    let t = page.t;
    let count: i64 = asked.value("waiting").parse().unwrap_or(0);
    let success = |text: String| (Tone::Success, text);
    let (tone, text) = match asked.value("done") {
        "saved" if count > 0 => success(t.with("message-rules-done-saved-waiting", &[("count", &count)])),
        "saved" => success(t.text("message-rules-done-saved")),
        "added" => success(t.text("message-rules-done-added")),
        "on" => success(t.text("message-rules-done-on")),
        "off" if count > 0 => success(t.with("message-rules-done-off-waiting", &[("count", &count)])),
        "off" => success(t.text("message-rules-done-off")),
        "archived" => success(t.text("message-rules-done-archived")),
        "restored" => success(t.text("message-rules-done-restored")),
        "changed" => (Tone::Warning, t.text("message-rules-not-changed")),
        "built-in" => (Tone::Warning, t.text("message-rules-not-built-in")),
        "is-archived" => (Tone::Warning, t.text("message-rules-not-archived")),
        "many" => (Tone::Warning, t.with("message-rules-not-many", &[("max", &OWN_RULES_MAX)])),
        _ => return page,
    };
    page.saying(tone, text)
}

pub(super) fn done(word: &str) -> HttpResponse {
    see_other(&format!("{PLACE}?done={word}"))
}

pub(super) fn done_with_waiting(word: &str, waiting: i64) -> HttpResponse {
    see_other(&format!("{PLACE}?done={word}&waiting={waiting}"))
}

/// A refusal on a page without fields.
pub(super) fn not_done(refused: &RuleRefused) -> Answer {
    match refused {
        RuleRefused::Gone => Err(Problem::NotFound),
        RuleRefused::Changed | RuleRefused::Concerns(_) => Ok(done("changed")),
        RuleRefused::BuiltIn => Ok(done("built-in")),
        RuleRefused::Archived => Ok(done("is-archived")),
        RuleRefused::TooMany => Ok(done("many")),
        RuleRefused::Flawed(_) => Err(Problem::NotFound),
    }
}

pub(super) fn known(path: &str) -> Result<RuleId, Problem> {
    path.parse().ok().ok_or(Problem::NotFound)
}

pub(super) fn seen_version(form: &Form) -> i64 {
    form.value("version").trim().parse().unwrap_or(-1)
}

/// Switches a rule on or off.
pub async fn switch(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let form = who.form(&app.0, &body)?;
    let (by, id, seen) = (who.user.id, known(&path)?, seen_version(&form));
    let now = app.0.clock.now();
    if !form.is("to", "on") {
        return match app.0.db.write(now, move |tx| messaging::switch_rule_off(tx, by, id, seen)).await {
            Ok(waiting) => Ok(done_with_waiting("off", waiting)),
            Err(Bad::Refused(refused)) => not_done(&refused),
            Err(Bad::Fault(fault)) => Err(fault.into()),
        };
    }
    let agreed: Option<i64> = form.given("agreed").and_then(|text| text.parse().ok()).filter(|count| *count >= 0);
    match app.0.db.write(now, move |tx| messaging::switch_rule_on(tx, by, id, seen, agreed)).await {
        Ok(()) => Ok(done("on")),
        Err(Bad::Refused(RuleRefused::Concerns(_))) if agreed.is_none() => {
            Ok(see_other(&format!("{}/mass", place_of(id))))
        }
        Err(Bad::Refused(RuleRefused::Concerns(concerned))) => mass(&app, &who, &request, id, Some(concerned)).await,
        Err(Bad::Refused(RuleRefused::Flawed(flaws))) => {
            rule_editor::cannot_switch_on(&app, &who, &request, id, &flaws).await
        }
        Err(Bad::Refused(refused)) => not_done(&refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

#[derive(Template)]
#[template(path = "messaging/mass.html")]
struct MassPage {
    page: Page,
    sections: Vec<SectionTab>,
    sentence: String,
    action: String,
    version: i64,
    people: i64,
    refused: i64,
    told: i64,
    per_day: i32,
    days: i64,
}

/// Whom a rule would concern if it were switched on.
pub async fn mass_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    mass(&app, &who, &request, known(&path)?, None).await
}

async fn mass(app: &AppData, who: &Manager, request: &HttpRequest, id: RuleId, grown_to: Option<Concerned>) -> Answer {
    let (now, has_grown) = (app.0.clock.now(), grown_to.is_some());
    let found = app.0.db.read(move |conn| {
        let Some(kept) = messaging::kept_rule(conn, id)? else {
            return Ok(None);
        };
        let concerned = match grown_to {
            Some(concerned) => concerned,
            None => messaging::concerned_by(conn, &kept.rule, now)?,
        };
        Ok(Some((kept, concerned, messaging::kept_settings(conn)?, messaging::rule_choices(conn)?)))
    });
    let (kept, concerned, settings, choices) = found.await?.ok_or(Problem::NotFound)?;
    if !kept.rule.trigger.is_about_client() || kept.is_archived {
        return Err(Problem::NotFound);
    }
    if kept.rule.active_from.is_some() {
        return Ok(see_other(PLACE));
    }
    let t = who.t;
    let title = t.with("message-rules-mass-title", &[("name", &rule_name(t, &kept.rule))]);
    let page = who.page(request, Nav::Messages, title);
    let page = match request.query_string() {
        _ if has_grown => page.saying(Tone::Warning, t.text("message-rules-mass-grown")),
        query if Form::parse(query).is("done", "stopped") => {
            page.saying(Tone::Warning, t.text("message-rules-done-stopped"))
        }
        _ => page,
    };
    let told = (concerned.people - concerned.without_consent).max(0);
    let per_day = i64::from(settings.details.mass_per_day).max(1);
    let shown = MassPage {
        page,
        sections: section_tabs(who, Section::Rules),
        sentence: rule_words::sentence(t, &RuleDraft::of(&kept.rule), &choices.endpoints),
        action: format!("{}/switch", place_of(id)),
        version: kept.rule.row_version,
        people: concerned.people,
        refused: concerned.without_consent,
        told,
        per_day: settings.details.mass_per_day,
        days: told.div_euclid(per_day) + i64::from(told.rem_euclid(per_day) > 0),
    };
    let status = if has_grown { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(page::html(status, &shown))
}

/// Adds a copy, and opens it.
pub async fn copy(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    who.form(&app.0, &body)?;
    let (by, id, t) = (who.user.id, known(&path)?, who.t);
    let kept = app.0.db.read(move |conn| messaging::kept_rule(conn, id)).await?.ok_or(Problem::NotFound)?;
    let name = t.with("message-rules-copy-name", &[("name", &rule_name(t, &kept.rule))]);
    let name: String = name.chars().take(RULE_NAME_CHARACTERS_MAX).collect();
    match app.0.db.write(app.0.clock.now(), move |tx| messaging::copy_rule(tx, by, id, &name)).await {
        Ok(copied) => Ok(see_other(&format!("{}?done=added", place_of(copied)))),
        Err(Bad::Refused(refused)) => not_done(&refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Puts a rule of the clinic's own away.
pub async fn archive(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let (by, id, seen) = (who.user.id, known(&path)?, seen_version(&who.form(&app.0, &body)?));
    match app.0.db.write(app.0.clock.now(), move |tx| messaging::archive_rule(tx, by, id, seen)).await {
        Ok(()) => Ok(done("archived")),
        Err(Bad::Refused(refused)) => not_done(&refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Brings a rule back.
pub async fn restore(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let (by, id, seen) = (who.user.id, known(&path)?, seen_version(&who.form(&app.0, &body)?));
    match app.0.db.write(app.0.clock.now(), move |tx| messaging::restore_rule(tx, by, id, seen)).await {
        Ok(()) => Ok(done("restored")),
        Err(Bad::Refused(refused)) => not_done(&refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
