//! A filter as a form and in words.

use std::collections::BTreeSet;

use super::{Tags, segment_name};
use crate::domain::client_state::ClientState;
use crate::domain::money::{Currency, Money};
use crate::domain::population::Population;
use crate::domain::segments::{Filter, Segment as Rfm};
use crate::i18n::Texts;
use crate::retention::segments::{NAME_CHARACTERS_MAX, Segment};
use crate::retention::web::chart;
use crate::retention::words::state_name;
use crate::web::form::Form;

/// No visit count or number of days is larger.
const NUMBER_MAX: u32 = 36_500;
/// A tag is not longer.
const WORD_CHARACTERS_MAX: usize = 120;

type Options = Vec<(String, String)>;

/// What can be chosen.
pub(super) struct Choices {
    pub(super) states: Options,
    pub(super) sources: Options,
    pub(super) services: Options,
    pub(super) providers: Options,
    pub(super) segments: Options,
    pub(super) tags: Options,
}

impl Choices {
    /// As the clinic has it today; the first of each is "any".
    pub(super) fn of(t: Texts, population: &Population, tags: &Tags) -> Self {
        let any = |options: Vec<(String, String)>| -> Options {
            std::iter::once((String::new(), t.text("segments-any"))).chain(options).collect()
        };
        let same = |name: &String| (name.clone(), name.clone());
        let tags: BTreeSet<&String> = tags.values().flatten().collect();
        Self {
            states: any(ClientState::ALL
                .iter()
                .map(|state| (state.as_str().to_owned(), state_name(t, *state)))
                .collect()),
            sources: any(population.sources.iter().map(same).collect()),
            services: any(population.services.iter().map(|one| (one.id.to_string(), one.name.clone())).collect()),
            providers: any(population.providers.iter().map(|one| (one.id.to_string(), one.name.clone())).collect()),
            segments: any(Rfm::ALL.iter().map(|one| (one.as_str().to_owned(), segment_name(t, *one))).collect()),
            tags: any(tags.into_iter().map(same).collect()),
        }
    }
}

/// Reads the form; what is wrong stands by its field.
pub(super) fn read(form: &mut Form, t: Texts, currency: Currency) -> Filter {
    let name = form.value("name").trim().to_owned();
    if name.is_empty() {
        form.fail("name", t.text("segments-name-needed"));
    } else if NAME_CHARACTERS_MAX < name.chars().count() || name.chars().any(char::is_control) {
        form.fail("name", t.with("segments-name-wrong", &[("max", &NAME_CHARACTERS_MAX)]));
    }
    Filter {
        state: chosen(form, t, "state", |word| ClientState::parse(word).map(|state| state.as_str().to_owned())),
        source: chosen(form, t, "source", word),
        service: chosen(form, t, "service", |word| word.parse().ok()),
        provider: chosen(form, t, "provider", |word| word.parse().ok()),
        segment: chosen(form, t, "segment", Rfm::parse),
        visits_from: number(form, t, "visits_from"),
        visits_to: number(form, t, "visits_to"),
        revenue_from: amount(form, t, "revenue_from", currency),
        value_from: amount(form, t, "value_from", currency),
        absent_from: number(form, t, "absent_from"),
        absent_to: number(form, t, "absent_to"),
        tag: chosen(form, t, "tag", word),
    }
}

fn word(text: &str) -> Option<String> {
    let fits = text.chars().count() <= WORD_CHARACTERS_MAX && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

fn given(form: &Form, name: &str) -> Option<String> {
    Some(form.value(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn chosen<T>(form: &mut Form, t: Texts, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let text = given(form, name)?;
    let found = read(&text);
    if found.is_none() {
        form.fail(name, t.text("segments-choice-wrong"));
    }
    found
}

fn number(form: &mut Form, t: Texts, name: &str) -> Option<u32> {
    let text = given(form, name)?;
    let found = text.parse().ok().filter(|number| *number <= NUMBER_MAX);
    if found.is_none() {
        form.fail(name, t.with("segments-number-wrong", &[("max", &chart::count(t, NUMBER_MAX))]));
    }
    found
}

fn amount(form: &mut Form, t: Texts, name: &str, currency: Currency) -> Option<i64> {
    let text = given(form, name)?;
    let found = Money::parse_typed(&text, currency, t.decimal_sign()).filter(|money| 0 <= money.minor);
    if found.is_none() {
        form.fail(name, t.text("segments-amount-wrong"));
    }
    found.map(|money| money.minor)
}

/// The form of a filter that is kept.
pub(super) fn form(t: Texts, segment: &Segment, currency: Currency) -> Form {
    let Filter {
        state,
        source,
        service,
        provider,
        segment: rfm,
        visits_from,
        visits_to,
        revenue_from,
        value_from,
        absent_from,
        absent_to,
        tag,
    } = &segment.filter;
    let number = |number: &Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let money = |minor: &Option<i64>| {
        let plain = minor.map(|minor| Money::new(minor, currency).plain()).unwrap_or_default();
        plain.replace('.', &t.decimal_sign().to_string())
    };
    Form::new()
        .filled("name", segment.name.clone())
        .filled("state", state.clone().unwrap_or_default())
        .filled("source", source.clone().unwrap_or_default())
        .filled("service", service.map(|id| id.to_string()).unwrap_or_default())
        .filled("provider", provider.map(|id| id.to_string()).unwrap_or_default())
        .filled("segment", rfm.map(Rfm::as_str).unwrap_or_default())
        .filled("visits_from", number(visits_from))
        .filled("visits_to", number(visits_to))
        .filled("revenue_from", money(revenue_from))
        .filled("value_from", money(value_from))
        .filled("absent_from", number(absent_from))
        .filled("absent_to", number(absent_to))
        .filled("tag", tag.clone().unwrap_or_default())
}

/// What a filter says, a sentence for each condition.
pub(super) fn says(t: Texts, population: &Population, filter: &Filter) -> Vec<String> {
    let money = |minor: i64| chart::amount(t, population.currency, minor);
    let service =
        |id| population.services.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone());
    let provider =
        |id| population.providers.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone());
    let state = filter.state.as_deref().and_then(ClientState::parse);
    [
        state.map(|state| t.with("segments-says-state", &[("state", &state_name(t, state))])),
        filter.source.as_ref().map(|source| t.with("segments-says-source", &[("source", source)])),
        filter.service.map(|id| t.with("segments-says-service", &[("service", &service(id))])),
        filter.provider.map(|id| t.with("segments-says-provider", &[("provider", &provider(id))])),
        filter.segment.map(|one| t.with("segments-says-segment", &[("segment", &segment_name(t, one))])),
        filter.visits_from.map(|number| t.with("segments-says-visits-from", &[("count", &number)])),
        filter.visits_to.map(|number| t.with("segments-says-visits-to", &[("count", &number)])),
        filter.revenue_from.map(|minor| t.with("segments-says-revenue", &[("amount", &money(minor))])),
        filter.value_from.map(|minor| t.with("segments-says-value", &[("amount", &money(minor))])),
        filter.absent_from.map(|days| t.with("segments-says-absent-from", &[("days", &days)])),
        filter.absent_to.map(|days| t.with("segments-says-absent-to", &[("days", &days)])),
        filter.tag.as_ref().map(|tag| t.with("segments-says-tag", &[("tag", tag)])),
    ]
    .into_iter()
    .flatten()
    .collect()
}
