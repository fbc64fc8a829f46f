//! One rule, as a form: what makes it speak, when, to whom, how, in which words, and under which conditions.

use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::rule_words::{self, Occasion, rule_name};
use super::rules::{PLACE, done, done_with_waiting, not_done, place_of, seen_version, words_href};
use super::{Section, SectionTab, kind_text, section_tabs};
use crate::db::Bad;
use crate::domain::consent::ConsentPurpose;
use crate::domain::ids::RuleId;
use crate::domain::language::Language;
use crate::domain::message_rules::{Acquaintance, Conditions, Offset, Rule, Trigger};
use crate::domain::messages::{Audience, Channel, MessageKind, Purpose};
use crate::domain::rule_checks::{Flaw, KnownTemplate, RuleDraft, reach_of};
use crate::i18n::Texts;
use crate::messaging::{self, OWN_RULES_MAX, RuleChoices, RuleRefused, RuleSaved};
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// The word in place of an identifier that asks for a new rule.
const NEW: &str = "new";
/// The rank of a new rule.
const PRIORITY_USUAL: i32 = 50;

#[derive(Template)]
#[template(path = "messaging/rule_new.html")]
struct NewPage {
    page: Page,
    sections: Vec<SectionTab>,
    groups: Vec<TriggerGroup>,
}

/// What can make a rule speak, by occasion.
struct TriggerGroup {
    id: &'static str,
    title: String,
    triggers: Vec<(String, String)>,
}

/// A choice that may not be open yet.
struct WayChoice {
    value: &'static str,
    text: String,
    missing: Option<String>,
}

/// A list of which several can be ticked.
struct TickList {
    name: &'static str,
    title: String,
    choices: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "messaging/rule.html")]
struct RulePage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    action: String,
    sentence: String,
    words_href: Option<String>,
    is_built_in: bool,
    is_known: bool,
    has_offset: bool,
    is_birthday: bool,
    is_recall: bool,
    is_before: bool,
    elapsed_label: String,
    days_label: String,
    days_hint: String,
    units: Vec<(String, String)>,
    audiences: Vec<WayChoice>,
    channels: Vec<WayChoice>,
    endpoints: Vec<(String, String)>,
    templates: Vec<(String, String)>,
    is_always_advertising: bool,
    consents: Vec<(String, String)>,
    lists: Vec<TickList>,
    acquaintances: Vec<(String, String)>,
    tags_hint: String,
    sources_hint: String,
}

/// A new rule, or one that is there.
pub async fn rule_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let asked = Form::parse(request.query_string());
    let choices = app.0.db.read(messaging::rule_choices).await?;
    if path.as_str() == NEW {
        let Some(trigger) = Trigger::parse(asked.value("trigger")) else {
            return Ok(choose_trigger(&who, &request));
        };
        let form = filled(&new_draft(trigger), 0);
        return Ok(show(&who, &request, StatusCode::OK, form, None, trigger, &choices, None));
    }
    let rule = find(&app, &path).await?;
    let form = filled(&RuleDraft::of(&rule), rule.row_version);
    let said = match asked.value("done") {
        "added" => Some((Tone::Success, who.t.text("message-rules-done-added"))),
        _ => None,
    };
    Ok(show(&who, &request, StatusCode::OK, form, Some(&rule), rule.trigger, &choices, said))
}

async fn find(app: &AppData, path: &str) -> Result<Rule, Problem> {
    let id: RuleId = path.parse().ok().ok_or(Problem::NotFound)?;
    let found = app.0.db.read(move |conn| messaging::kept_rule(conn, id)).await?;
    Ok(found.filter(|kept| !kept.is_archived).ok_or(Problem::NotFound)?.rule)
}

fn choose_trigger(who: &Manager, request: &HttpRequest) -> HttpResponse {
    let t = who.t;
    let group = |occasion: Occasion| TriggerGroup {
        id: occasion.word(),
        title: occasion.title(t),
        triggers: Trigger::ALL
            .into_iter()
            .filter(|trigger| Occasion::of(*trigger) == occasion)
            .map(|trigger| {
                (format!("{PLACE}/{NEW}?trigger={}", trigger.as_str()), rule_words::trigger_text(t, trigger))
            })
            .collect(),
    };
    let shown = NewPage {
        page: who.page(request, Nav::Messages, t.text("message-rules-new-title")),
        sections: section_tabs(who, Section::Rules),
        groups: Occasion::ALL.into_iter().map(group).collect(),
    };
    page::html(StatusCode::OK, &shown)
}

/// What a new rule looks like at first.
fn new_draft(trigger: Trigger) -> RuleDraft {
    let offset = match trigger {
        Trigger::BeforeStart => Offset::Days { days: 1, at_minute: 1_020 },
        Trigger::AfterVisit => Offset::Elapsed(1_440),
        Trigger::NoShow => Offset::Elapsed(60),
        Trigger::AfterLastVisit => Offset::Days { days: 180, at_minute: 600 },
        Trigger::Birthday | Trigger::AfterRecall => Offset::Days { days: 0, at_minute: 600 },
        Trigger::BeforeRecall => Offset::Days { days: 14, at_minute: 600 },
        _ => Offset::Elapsed(0),
    };
    let kind = trigger.kind(Audience::Client);
    let purpose = kind.map_or(Purpose::Transactional, MessageKind::purpose);
    let consent = match (purpose, trigger) {
        (Purpose::Transactional, _) => None,
        (_, Trigger::AfterVisit) => Some(ConsentPurpose::Surveys),
        (_, Trigger::AfterLastVisit | Trigger::BeforeRecall | Trigger::AfterRecall) => Some(ConsentPurpose::Recall),
        _ => Some(ConsentPurpose::News),
    };
    RuleDraft {
        name: String::new(),
        trigger,
        offset,
        audience: Audience::Client,
        channel: Channel::Mail,
        endpoint: None,
        template: None,
        purpose,
        consent,
        conditions: Conditions::default(),
        priority: PRIORITY_USUAL,
    }
}

/// A rule as its fields.
fn filled(draft: &RuleDraft, version: i64) -> Form {
    let mut pairs: Vec<(&str, String)> = vec![
        ("version", version.to_string()),
        ("trigger", draft.trigger.as_str().to_owned()),
        ("name", draft.name.clone()),
        ("audience", draft.audience.as_str().to_owned()),
        ("channel", draft.channel.as_str().to_owned()),
        ("endpoint", draft.endpoint.map(|id| id.to_string()).unwrap_or_default()),
        ("template", draft.template.map(|id| id.to_string()).unwrap_or_default()),
        ("purpose", draft.purpose.as_str().to_owned()),
        ("consent", draft.consent.map(ConsentPurpose::as_str).unwrap_or_default().to_owned()),
        ("priority", draft.priority.to_string()),
        ("acquaintance", acquaintance_word(draft.conditions.acquaintance).to_owned()),
        ("tags", draft.conditions.tags.join(", ")),
        ("sources", draft.conditions.sources.join(", ")),
    ];
    match draft.offset {
        Offset::Elapsed(minutes) => {
            let (amount, unit) = match minutes {
                _ if minutes > 0 && minutes % 1_440 == 0 => (minutes / 1_440, "days"),
                _ if minutes % 60 == 0 => (minutes / 60, "hours"),
                _ => (minutes, "minutes"),
            };
            pairs.extend([("timing", "elapsed".to_owned()), ("amount", amount.to_string()), ("unit", unit.to_owned())]);
        }
        Offset::Days { days, at_minute } => {
            let at = format!("{:02}:{:02}", at_minute / 60, at_minute % 60);
            pairs.extend([("timing", "days".to_owned()), ("days", days.to_string()), ("at", at)]);
            pairs.push(("unit", "hours".to_owned()));
        }
    }
    let asked = &draft.conditions;
    pairs.extend(asked.services.iter().map(|id| ("services", id.to_string())));
    pairs.extend(asked.categories.iter().map(|name| ("categories", name.clone())));
    pairs.extend(asked.providers.iter().map(|id| ("providers", id.to_string())));
    pairs.extend(asked.locations.iter().map(|id| ("locations", id.to_string())));
    pairs.extend(asked.languages.iter().map(|tag| ("languages", tag.clone())));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    Form::parse(&query.finish())
}

const fn acquaintance_word(acquaintance: Acquaintance) -> &'static str {
    match acquaintance {
        Acquaintance::Anybody => "anybody",
        Acquaintance::FirstVisit => "first",
        Acquaintance::Returning => "returning",
    }
}

/// Saves a rule.
pub async fn save_rule(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let mut form = who.form(&app.0, &body)?;
    let choices = app.0.db.read(messaging::rule_choices).await?;
    let known = if path.as_str() == NEW { None } else { Some(find(&app, &path).await?) };
    let trigger = match &known {
        Some(rule) => rule.trigger,
        None => Trigger::parse(form.value("trigger")).ok_or(Problem::NotFound)?,
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(draft) = read(&mut form, who.t, trigger, known.as_ref()) else {
        return Ok(show(&who, &request, unprocessable, form, known.as_ref(), trigger, &choices, None));
    };
    let (by, seen, now) = (who.user.id, seen_version(&form), app.0.clock.now());
    let refused = match &known {
        None => match app.0.db.write(now, move |tx| messaging::add_rule(tx, by, &draft)).await {
            Ok(_id) => return Ok(done("added")),
            Err(bad) => bad,
        },
        Some(rule) => {
            let id = rule.id;
            match app.0.db.write(now, move |tx| messaging::edit_rule(tx, by, id, seen, &draft)).await {
                Ok(saved) => return Ok(after_saving(id, saved)),
                Err(bad) => bad,
            }
        }
    };
    match refused {
        Bad::Fault(fault) => Err(fault.into()),
        Bad::Refused(RuleRefused::Flawed(flaws)) => {
            for flaw in flaws {
                let (field, sentence) = flaw_text(who.t, flaw);
                form.fail(field, sentence);
            }
            Ok(show(&who, &request, unprocessable, form, known.as_ref(), trigger, &choices, None))
        }
        Bad::Refused(RuleRefused::Changed) => {
            // Whoever presses again has seen that somebody else was there, and saves over it.
            let fresh = find(&app, &path).await?;
            let form = form.filled("version", fresh.row_version.to_string());
            let said = Some((Tone::Warning, who.t.text("message-rules-contested")));
            Ok(show(&who, &request, StatusCode::CONFLICT, form, Some(&fresh), trigger, &choices, said))
        }
        Bad::Refused(RuleRefused::TooMany) => {
            let said = Some((Tone::Warning, who.t.with("message-rules-not-many", &[("max", &OWN_RULES_MAX)])));
            Ok(show(&who, &request, StatusCode::CONFLICT, form, None, trigger, &choices, said))
        }
        Bad::Refused(other) => not_done(&other),
    }
}

fn after_saving(id: RuleId, saved: RuleSaved) -> HttpResponse {
    if saved.was_switched_off {
        return see_other(&format!("{}/mass?done=stopped", place_of(id)));
    }
    done_with_waiting("saved", saved.waiting)
}

/// The editor of a rule that cannot be switched on as it stands.
pub(super) async fn cannot_switch_on(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    id: RuleId,
    flaws: &[Flaw],
) -> Answer {
    let rule = find(app, &id.to_string()).await?;
    let choices = app.0.db.read(messaging::rule_choices).await?;
    let mut form = filled(&RuleDraft::of(&rule), rule.row_version);
    let mut why = String::new();
    for flaw in flaws {
        let (field, sentence) = flaw_text(who.t, *flaw);
        if why.is_empty() {
            why.clone_from(&sentence);
        }
        form.fail(field, sentence);
    }
    let said = Some((Tone::Warning, who.t.with("message-rules-not-like-this", &[("why", &why)])));
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(show(who, request, status, form, Some(&rule), rule.trigger, &choices, said))
}

/// By which field, and in which words.
fn flaw_text(t: Texts, flaw: Flaw) -> (&'static str, String) {
    match flaw {
        Flaw::NoName => ("name", t.text("field-required")),
        Flaw::BadName { max } => ("name", t.with("message-rules-flaw-name-long", &[("max", &max)])),
        Flaw::NothingToSay => ("audience", t.text("message-rules-flaw-nothing")),
        Flaw::TooNear { minutes_min } => {
            ("amount", t.with("message-rules-flaw-near", &[("span", &rule_words::span_text(t, minutes_min))]))
        }
        Flaw::TooFar { minutes_max: 0 } => ("amount", t.text("message-rules-flaw-at-once")),
        Flaw::TooFar { minutes_max } => {
            ("amount", t.with("message-rules-flaw-far", &[("span", &rule_words::span_text(t, minutes_max))]))
        }
        Flaw::NoTimeOfDay => ("at", t.text("message-rules-flaw-time")),
        Flaw::NoGateway => ("channel", t.text("message-rules-flaw-gateway")),
        Flaw::TextMessageToOthers => ("channel", t.text("message-rules-flaw-sms-others")),
        Flaw::NoEndpoint => ("endpoint", t.text("message-rules-flaw-endpoint")),
        Flaw::OtherWords => ("template", t.text("message-rules-flaw-words")),
        Flaw::IsAdvertising => ("purpose", t.text("message-rules-flaw-advertising")),
        Flaw::AdvertisingToOthers => ("purpose", t.text("message-rules-flaw-advertising-others")),
        Flaw::NoConsent | Flaw::ConsentOfNoUse => ("consent", t.text("message-rules-flaw-consent")),
        Flaw::TooManyWords { max } => ("tags", t.with("message-rules-flaw-many", &[("max", &max)])),
        Flaw::BadPriority => ("priority", t.text("message-rules-flaw-priority")),
    }
}

/// The fields as a draft; whatever cannot be read is said by its field. What a built-in rule keeps is not asked.
fn read(form: &mut Form, t: Texts, trigger: Trigger, known: Option<&Rule>) -> Option<RuleDraft> {
    let usual = known.map_or_else(|| new_draft(trigger), RuleDraft::of);
    let is_built_in = known.is_some_and(|rule| rule.code.is_some());
    let offset = read_offset(form, t, trigger);
    let priority = whole(form, t, "priority", 0, 100);
    let audience = Audience::parse(form.value("audience")).unwrap_or(usual.audience);
    // A program is called, and nobody else is.
    let channel = match (audience, Channel::parse(form.value("channel"))) {
        (Audience::Endpoint, _) => Channel::Webhook,
        (_, Some(channel @ (Channel::Mail | Channel::Sms))) => channel,
        // A way that is not set up any more cannot be chosen, so nothing is sent for it; it stays, and is refused.
        (_, _) if usual.channel != Channel::Webhook => usual.channel,
        (_, _) => Channel::Mail,
    };
    let is_call = audience == Audience::Endpoint;
    let purpose = match Purpose::parse(form.value("purpose")) {
        Some(purpose) if audience == Audience::Client => purpose,
        None if audience == Audience::Client => usual.purpose,
        _ => Purpose::Transactional,
    };
    let is_advertising = purpose == Purpose::Marketing;
    let consent = ConsentPurpose::parse(form.value("consent")).filter(|_| is_advertising);
    let draft = RuleDraft {
        name: form.value("name").trim().to_owned(),
        trigger,
        offset: offset.unwrap_or(usual.offset),
        audience,
        channel,
        endpoint: chosen(form, "endpoint").filter(|_| is_call),
        template: chosen(form, "template").filter(|_| !is_call),
        purpose,
        consent,
        conditions: read_conditions(form),
        priority: priority.and_then(|number| i32::try_from(number).ok()).unwrap_or(usual.priority),
    };
    let draft = match known {
        Some(rule) if is_built_in => draft.for_built_in(rule),
        _ => draft,
    };
    (!form.has_errors()).then_some(draft)
}

fn chosen<I: FromStr>(form: &Form, name: &str) -> Option<I> {
    form.given(name).and_then(|text| text.parse().ok())
}

fn read_offset(form: &mut Form, t: Texts, trigger: Trigger) -> Option<Offset> {
    if !trigger.has_offset() {
        return Some(Offset::Elapsed(0));
    }
    let (_, minutes_max) = reach_of(trigger);
    if trigger == Trigger::Birthday {
        return Some(Offset::Days { days: 0, at_minute: time_of_day(form, t, "at")? });
    }
    if form.is("timing", "days") || trigger.is_recall() {
        let days = whole(form, t, "days", 0, minutes_max / 1_440);
        let at_minute = time_of_day(form, t, "at");
        return Some(Offset::Days { days: days?, at_minute: at_minute? });
    }
    let unit = match form.value("unit") {
        "days" => 1_440,
        "hours" => 60,
        _ => 1,
    };
    Some(Offset::Elapsed(whole(form, t, "amount", 0, minutes_max / unit)? * unit))
}

fn whole(form: &mut Form, t: Texts, name: &str, min: i64, max: i64) -> Option<i64> {
    let text = form.required(name, t)?;
    let digits = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse::<i64>().ok() } else { None };
    let number = number.filter(|number| (min..=max).contains(number));
    if number.is_none() {
        form.fail(name, t.with("message-rules-wrong-number", &[("min", &min), ("max", &max)]));
    }
    number
}

/// A time as time fields send it, `17:00`, in minutes.
pub(super) fn time_of_day(form: &mut Form, t: Texts, name: &str) -> Option<i64> {
    let text = form.required(name, t)?;
    let minute = minute_of(&text);
    if minute.is_none() {
        form.fail(name, t.text("message-rules-wrong-time"));
    }
    minute
}

fn minute_of(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str| -> Option<i64> {
        let plain = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let minute = minute.split(':').next().unwrap_or_default();
    let (hour, minute) = (number(hour)?, number(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn read_conditions(form: &Form) -> Conditions {
    fn all<I: FromStr>(form: &Form, name: &str) -> Vec<I> {
        form.values(name).iter().filter_map(|text| text.parse().ok()).collect()
    }
    let acquaintance = match form.value("acquaintance") {
        "first" => Acquaintance::FirstVisit,
        "returning" => Acquaintance::Returning,
        _ => Acquaintance::Anybody,
    };
    Conditions {
        services: all(form, "services"),
        categories: form.values("categories").to_vec(),
        providers: all(form, "providers"),
        locations: all(form, "locations"),
        acquaintance,
        tags: words(form.value("tags")),
        languages: all::<String>(form, "languages").into_iter().filter(|tag| Language::parse(tag).is_some()).collect(),
        sources: words(form.value("sources")),
    }
}

/// Words between commas, each once.
fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty()) {
        if !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

#[expect(clippy::too_many_arguments, reason = "everything a form is shown with, from four places")]
fn show(
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    rule: Option<&Rule>,
    trigger: Trigger,
    choices: &RuleChoices,
    said: Option<(Tone, String)>,
) -> HttpResponse {
    let t = who.t;
    let title = match rule {
        Some(rule) => t.with("message-rules-edit-title", &[("name", &rule_name(t, rule))]),
        None => t.text("message-rules-new-title"),
    };
    let page = who.page(request, Nav::Messages, title);
    let page = match said {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let draft = rule.map_or_else(|| new_draft(trigger), RuleDraft::of);
    let is_before = matches!(trigger, Trigger::BeforeStart | Trigger::BeforeRecall);
    let is_advertising = trigger.kind(Audience::Client).is_some_and(|kind| kind.purpose() == Purpose::Marketing);
    let (elapsed_label, days_label, days_hint) = if trigger == Trigger::BeforeRecall {
        ("message-rules-field-elapsed-before", "recall-rules-field-before", "recall-rules-field-hint")
    } else if trigger == Trigger::AfterRecall {
        ("message-rules-field-elapsed-after", "recall-rules-field-after", "recall-rules-field-hint")
    } else if is_before {
        ("message-rules-field-elapsed-before", "message-rules-field-days-before", "message-rules-field-days-hint")
    } else {
        ("message-rules-field-elapsed-after", "message-rules-field-days-after", "message-rules-field-days-after-hint")
    };
    let shown = RulePage {
        sections: section_tabs(who, Section::Rules),
        action: rule.map_or_else(|| format!("{PLACE}/{NEW}"), |rule| place_of(rule.id)),
        sentence: rule_words::sentence(t, &draft, &choices.endpoints),
        words_href: words_href(t, &draft).filter(|_| rule.is_some()),
        is_built_in: rule.is_some_and(|rule| rule.code.is_some()),
        is_known: rule.is_some(),
        has_offset: trigger.has_offset(),
        is_birthday: trigger == Trigger::Birthday,
        is_recall: trigger.is_recall(),
        is_before,
        elapsed_label: t.text(elapsed_label),
        days_label: t.text(days_label),
        days_hint: t.text(days_hint),
        units: units(t),
        audiences: audiences(t, trigger, choices),
        channels: channels(t, choices),
        endpoints: endpoint_options(t, choices),
        templates: template_options(t, trigger, choices, rule),
        is_always_advertising: is_advertising,
        consents: consent_options(t),
        lists: tick_lists(who, &form),
        acquaintances: acquaintance_options(t),
        tags_hint: words_hint(t, &choices.tags, "message-rules-field-tags-hint", "message-rules-field-tags-none"),
        sources_hint: words_hint(
            t,
            &choices.sources,
            "message-rules-field-sources-hint",
            "message-rules-field-sources-none",
        ),
        page,
        form,
    };
    page::html(status, &shown)
}

fn words_hint(t: Texts, words: &[String], some: &str, none: &str) -> String {
    if words.is_empty() { t.text(none) } else { t.with(some, &[("words", &words.join(", "))]) }
}

fn units(t: Texts) -> Vec<(String, String)> {
    vec![
        ("minutes".to_owned(), t.text("message-rules-unit-minutes")),
        ("hours".to_owned(), t.text("message-rules-unit-hours")),
        ("days".to_owned(), t.text("message-rules-unit-days")),
    ]
}

/// To whom something can be said about this; what is not set up yet says where.
fn audiences(t: Texts, trigger: Trigger, choices: &RuleChoices) -> Vec<WayChoice> {
    let no_endpoint = choices.set_up.endpoints.is_empty().then(|| t.text("message-rules-no-endpoint"));
    let all = [
        (Audience::Client, t.text("message-rules-audience-client"), None),
        (Audience::Provider, t.text("message-rules-audience-provider"), None),
        (Audience::Clinic, t.text("message-rules-audience-clinic"), None),
        (Audience::Endpoint, t.text("message-rules-audience-endpoint"), no_endpoint),
    ];
    let fits = all.into_iter().filter(|(audience, _, _)| trigger.kind(*audience).is_some());
    fits.map(|(audience, text, missing)| WayChoice { value: audience.as_str(), text, missing }).collect()
}

fn channels(t: Texts, choices: &RuleChoices) -> Vec<WayChoice> {
    let no_gateway = (!choices.set_up.sms).then(|| t.text("message-rules-no-gateway"));
    vec![
        WayChoice { value: Channel::Mail.as_str(), text: t.text("message-rules-channel-mail"), missing: None },
        WayChoice { value: Channel::Sms.as_str(), text: t.text("message-rules-channel-sms"), missing: no_gateway },
    ]
}

fn endpoint_options(t: Texts, choices: &RuleChoices) -> Vec<(String, String)> {
    let none = (String::new(), t.text("message-rules-endpoint-choose"));
    std::iter::once(none).chain(choices.endpoints.iter().map(|(id, name)| (id.to_string(), name.clone()))).collect()
}

/// The clinic's own texts for what this rule may say.
fn template_options(t: Texts, trigger: Trigger, choices: &RuleChoices, rule: Option<&Rule>) -> Vec<(String, String)> {
    let usual = (String::new(), t.text("message-rules-template-usual"));
    let is_built_in = rule.is_some_and(|rule| rule.code.is_some());
    let fits = choices.set_up.templates.iter().filter(|known| match rule {
        Some(rule) if is_built_in => rule.kind() == Some(known.kind) && rule.channel == known.channel,
        _ => Audience::ALL.into_iter().any(|audience| trigger.kind(audience) == Some(known.kind)),
    });
    let option = |known: &KnownTemplate| {
        let channel = channel_text(t, known.channel);
        let text = t.with(
            "message-rules-template-own",
            &[("name", &known.name), ("kind", &kind_text(t, known.kind)), ("channel", &channel)],
        );
        (known.id.to_string(), text)
    };
    std::iter::once(usual).chain(fits.map(option)).collect()
}

/// A way, in a word.
pub(super) fn channel_text(t: Texts, channel: Channel) -> String {
    match channel {
        Channel::Mail => t.text("message-rules-channel-mail"),
        Channel::Sms => t.text("message-rules-channel-sms"),
        Channel::Webhook => t.text("message-rules-channel-webhook"),
    }
}

fn consent_options(t: Texts) -> Vec<(String, String)> {
    let none = (String::new(), t.text("message-rules-consent-choose"));
    let all = ConsentPurpose::ALL.into_iter();
    let all = all.map(|consent| (consent.as_str().to_owned(), rule_words::consent_text(t, consent)));
    std::iter::once(none).chain(all).collect()
}

fn acquaintance_options(t: Texts) -> Vec<(String, String)> {
    vec![
        ("anybody".to_owned(), t.text("message-rules-acquaintance-anybody")),
        ("first".to_owned(), t.text("message-rules-acquaintance-first")),
        ("returning".to_owned(), t.text("message-rules-acquaintance-returning")),
    ]
}

/// Lists with one entry choose nothing and are left out. What was ticked once and is gone stays visible, because a
/// condition that vanished silently would widen the rule.
fn tick_lists(who: &Manager, form: &Form) -> Vec<TickList> {
    let (t, catalog) = (who.t, &who.catalog);
    let mut categories: Vec<(String, String)> = Vec::new();
    for service in catalog.services.iter().filter(|service| !service.category.is_empty()) {
        if !categories.iter().any(|(known, _)| *known == service.category) {
            categories.push((service.category.clone(), service.category.clone()));
        }
    }
    let services = catalog.services.iter().map(|service| (service.id.to_string(), service.name.clone()));
    let providers = catalog.providers.iter().map(|who| (who.id.to_string(), who.name.clone()));
    let places = catalog.locations.iter().map(|place| (place.id.to_string(), place.name.clone()));
    let languages = Language::all().into_iter().map(|it| (it.tag().to_owned(), it.own_name().to_owned()));
    let list = |name: &'static str, title: String, mut choices: Vec<(String, String)>| {
        let known = choices.clone();
        let gone = form.values(name).iter().filter(|value| !known.iter().any(|(it, _)| it == *value));
        let is_a_choice = 1 < known.len() || form.has(name);
        choices.extend(gone.map(|value| (value.clone(), t.text("message-rules-condition-gone"))));
        is_a_choice.then_some(TickList { name, title, choices })
    };
    let lists = [
        list("services", t.text("message-rules-field-services"), services.collect()),
        list("categories", t.text("message-rules-field-categories"), categories),
        list("providers", t.text("message-rules-field-providers"), providers.collect()),
        list("locations", t.text("message-rules-field-locations"), places.collect()),
        list("languages", t.text("message-rules-field-languages"), languages.collect()),
    ];
    lists.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_comes_back_from_its_form_as_it_was() {
        let t = Texts::new(Language::En);
        for trigger in Trigger::ALL {
            let draft = RuleDraft {
                name: "Ours".to_owned(),
                conditions: Conditions {
                    tags: vec!["vip".to_owned(), "a b".to_owned()],
                    categories: vec!["Preventive & more".to_owned()],
                    languages: vec!["de".to_owned()],
                    acquaintance: Acquaintance::Returning,
                    ..Conditions::default()
                },
                ..new_draft(trigger)
            };
            let mut form = filled(&draft, 3);
            let read = read(&mut form, t, trigger, None);
            assert!(!form.has_errors(), "{trigger:?}: {:?}", form.errors().collect::<Vec<_>>());
            assert_eq!(read, Some(draft));
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_by_its_field() {
        let t = Texts::new(Language::En);
        for (body, field) in [
            ("timing=elapsed&amount=&unit=hours&priority=5", "amount"),
            ("timing=elapsed&amount=-3&unit=hours&priority=5", "amount"),
            ("timing=elapsed&amount=9999999&unit=days&priority=5", "amount"),
            ("timing=days&days=1&at=25:00&priority=5", "at"),
            ("timing=days&days=&at=10:00&priority=5", "days"),
            ("timing=days&days=1&at=10:00&priority=101", "priority"),
        ] {
            let mut form = Form::parse(body);
            assert_eq!(read(&mut form, t, Trigger::BeforeStart, None), None, "{body}");
            assert!(!form.error(field).is_empty(), "{body}");
        }
    }
}
