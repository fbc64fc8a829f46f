//! The fields of a wish, the same for clients and staff: read from what was typed, and filled in for a first showing.

use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};
use sha2::{Digest, Sha256};

use crate::booking::book::OnceKey;
use crate::catalog::{Catalog, Service};
use crate::domain::slots::{self, WrongParty};
use crate::domain::time;
use crate::domain::waitlist::{PartOfDay, WEEK, Weekdays, Wish, WrongWish};
use crate::i18n::Texts;
use crate::waitlist::{JoinRefused, NOTE_CHARACTERS_MAX, OPEN_ENTRIES_MAX};
use crate::web::form::Form;

/// As many days are suggested where none was asked for.
const DAYS_SUGGESTED: u64 = 14;
const KEY_CHARACTERS_MAX: usize = 100;

/// The word of a weekday in forms.
pub(super) const fn word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// One weekday to tick.
pub(super) struct DayBox {
    pub value: &'static str,
    pub text: String,
    pub checked: bool,
}

/// Value and text of choices.
pub(super) type Options = Vec<(String, String)>;

/// What the fields of a wish offer.
#[derive(Default)]
pub(super) struct WishFields {
    pub providers: Options,
    pub places: Options,
    pub parts: Options,
    pub days: Vec<DayBox>,
    pub asks_place: bool,
    pub asks_party: bool,
    pub party_hint: String,
    pub days_hint: String,
}

impl WishFields {
    /// The choices for a service, as the form stands.
    pub(super) fn new(t: Texts, catalog: &Catalog, service: &Service, now: DateTime<Utc>, form: &Form) -> Self {
        let places = catalog.locations_for(service.id);
        let offers = |provider: &&crate::catalog::Provider| catalog.terms.contains_key(&(service.id, provider.id));
        let providers = catalog.providers.iter().filter(offers);
        let choice = |slug: &str, name: &str| (slug.to_owned(), name.to_owned());
        let anyone = std::iter::once((String::new(), t.text("book-anyone")));
        let anywhere = std::iter::once((String::new(), t.text("waitlist-any-place")));
        // Any Monday will do for the names of the days.
        let monday = NaiveDate::default().checked_add_days(Days::new(4)).unwrap_or_default();
        let day = |day: Weekday| DayBox {
            value: word(day),
            text: t.weekday_short(monday + Days::new(u64::from(day.num_days_from_monday()))),
            checked: form.is("days", word(day)),
        };
        let (party_min, party_max) =
            (service.rules.party_min.max(1), service.rules.party_max.min(service.rules.capacity));
        let (_, latest) = bookable(catalog, service, now);
        Self {
            providers: anyone.chain(providers.map(|provider| choice(&provider.slug, &provider.name))).collect(),
            asks_place: 1 < places.len(),
            places: anywhere.chain(places.iter().map(|place| choice(&place.slug, &place.name))).collect(),
            parts: vec![
                ("any".to_owned(), t.text("waitlist-part-any")),
                ("morning".to_owned(), t.text("waitlist-part-morning")),
                ("afternoon".to_owned(), t.text("waitlist-part-afternoon")),
            ],
            days: WEEK.into_iter().map(day).collect(),
            asks_party: 1 < party_max,
            party_hint: t.with("book-party-wrong", &[("from", &party_min), ("to", &party_max)]),
            days_hint: t.with("waitlist-days-hint", &[("day", &t.date_long(latest))]),
        }
    }
}

/// Today and the last day that can be booked, wherever that is earliest and latest.
pub(super) fn bookable(catalog: &Catalog, service: &Service, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let places = catalog.locations_for(service.id);
    let today = places.iter().map(|place| time::local_day(now, place.zone)).min();
    let latest = places.iter().map(|place| slots::latest_day(&service.rules, now, place.zone)).max();
    let today = today.unwrap_or_else(|| now.date_naive());
    (today, latest.unwrap_or(today))
}

/// A form that nobody has touched: the day that was asked for, or the next two weeks; every weekday, the whole day.
pub(super) fn fresh(query: &Form, catalog: &Catalog, service: &Service, now: DateTime<Utc>) -> Form {
    let (today, latest) = bookable(catalog, service, now);
    let asked = query.given("date").and_then(|text| text.parse::<NaiveDate>().ok());
    let asked = asked.filter(|day| today <= *day && *day <= latest);
    let first = asked.unwrap_or(today);
    let last = asked.unwrap_or_else(|| (today + Days::new(DAYS_SUGGESTED)).min(latest));
    let days: String = WEEK.into_iter().map(|day| format!("days={}&", word(day))).collect();
    let known = |name: &str, found: bool| query.given(name).filter(|_| found).unwrap_or_default().to_owned();
    let provider = query.given("provider").and_then(|text| catalog.provider_named(text));
    let place = query.given("location").and_then(|text| catalog.location_named(text));
    Form::parse(&days)
        .filled("provider", provider.map(|provider| provider.slug.clone()).unwrap_or_default())
        .filled("location", place.map(|place| place.slug.clone()).unwrap_or_default())
        .filled("party", query.given("party").unwrap_or(&service.rules.party_min.max(1).to_string()))
        .filled("first_day", first.to_string())
        .filled("last_day", last.to_string())
        .filled("part", "any")
        .filled("source", known("source", true))
}

/// Reads the wish; nothing when a field is wrong, the form says which. Whether it makes sense is decided by the deed.
pub(super) fn read(form: &mut Form, t: Texts, catalog: &Catalog, service: &Service) -> Option<Wish> {
    let provider = form.given("provider").map(|text| catalog.provider_named(text).map(|provider| provider.id));
    if provider == Some(None) {
        form.fail("provider", t.text("waitlist-provider-wrong"));
    }
    let location = form.given("location").map(|text| catalog.location_named(text).map(|place| place.id));
    if location == Some(None) {
        form.fail("location", t.text("waitlist-place-wrong"));
    }
    let party = match form.given("party") {
        None => Some(service.rules.party_min.max(1)),
        Some(text) => text.parse::<u16>().ok(),
    };
    if party.is_none() {
        form.fail("party", party_sentence(t, service));
    }
    let first_day = day(form, t, "first_day");
    let last_day = if form.given("last_day").is_some() { day(form, t, "last_day") } else { first_day };
    let chosen = WEEK.into_iter().filter(|day| form.is("days", word(*day)));
    let weekdays = Weekdays::of(chosen.collect::<Vec<_>>());
    if weekdays.is_none() {
        form.fail("days", t.text("waitlist-weekday-missing"));
    }
    let part = PartOfDay::parse(form.given("part").unwrap_or("any"));
    if part.is_none() {
        form.fail("part", t.text("waitlist-part-wrong"));
    }
    if form.has_errors() {
        return None;
    }
    let (from_minute, until_minute) = part?.minutes();
    Some(Wish {
        provider: provider.flatten(),
        location: location.flatten(),
        party: party?,
        first_day: first_day?,
        last_day: last_day?,
        weekdays: weekdays?,
        from_minute,
        until_minute,
    })
}

fn day(form: &mut Form, t: Texts, name: &str) -> Option<NaiveDate> {
    let day = form.given(name).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    if day.is_none() {
        form.fail(name, t.text("waitlist-day-wrong"));
    }
    day
}

/// What the client wrote for the clinic.
pub(super) fn note(form: &mut Form, t: Texts) -> String {
    let note: String =
        form.value("note").trim().chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    if NOTE_CHARACTERS_MAX < note.chars().count() {
        form.fail("note", t.with("waitlist-note-long", &[("count", &NOTE_CHARACTERS_MAX)]));
    }
    note
}

fn party_sentence(t: Texts, service: &Service) -> String {
    let rules = &service.rules;
    t.with("book-party-wrong", &[("from", &rules.party_min.max(1)), ("to", &rules.party_max.min(rules.capacity))])
}

/// Says by the field what the deed refused.
pub(super) fn refused(form: &mut Form, t: Texts, service: &Service, refusal: &JoinRefused) {
    match refusal {
        JoinRefused::UnknownService | JoinRefused::NoWaitlist => form.fail("service", t.text("waitlist-not-offered")),
        JoinRefused::UnknownLocation => form.fail("location", t.text("waitlist-place-wrong")),
        JoinRefused::UnknownProvider => form.fail("provider", t.text("waitlist-provider-wrong")),
        JoinRefused::WrongParty(WrongParty::TooSmall { .. } | WrongParty::TooLarge { .. }) => {
            form.fail("party", party_sentence(t, service));
        }
        JoinRefused::WrongWish(wrong) => match wrong {
            WrongWish::DaysReversed => form.fail("last_day", t.text("waitlist-days-reversed")),
            WrongWish::Past => form.fail("last_day", t.text("waitlist-days-past")),
            WrongWish::TooFar { latest_day } => {
                form.fail("first_day", t.with("waitlist-days-far", &[("day", &t.date_long(*latest_day))]));
            }
            WrongWish::NoSuchWeekday => form.fail("days", t.text("waitlist-weekday-none")),
            WrongWish::TimesReversed => form.fail("part", t.text("waitlist-part-wrong")),
        },
        JoinRefused::PhoneNeeded => form.fail("phone", t.text("waitlist-phone-needed")),
        JoinRefused::UnknownClient => form.fail("client", t.text("desk-client-unknown")),
        JoinRefused::AlreadyWaiting => form.fail("first_day", t.text("waitlist-already")),
        JoinRefused::TooMany => form.fail("service", t.with("waitlist-too-many", &[("count", &OPEN_ENTRIES_MAX)])),
        JoinRefused::KeyReused => form.fail("service", t.text("waitlist-form-sent")),
    }
}

/// Sending the same form twice joins once.
pub(super) fn once_of(form: &Form, service: &Service) -> Option<OnceKey> {
    let key = form.given("key").filter(|key| key.len() <= KEY_CHARACTERS_MAX)?;
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(&service.slug);
    for name in [
        "provider",
        "location",
        "party",
        "first_day",
        "last_day",
        "days",
        "part",
        "short_notice",
        "client",
        "first_name",
        "last_name",
        "email",
        "phone",
        "note",
    ] {
        add(&form.values(name).join(" "));
    }
    let body_hash = data_encoding::HEXLOWER.encode(&hash.finalize());
    Some(OnceKey { scope: "waitlist form".to_owned(), key: key.to_owned(), body_hash })
}
