//! The form in which people say a rule, and the rule they mean.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};

use crate::domain::recurrence::{self, End, Pattern, Rule, RuleRefused};
use crate::i18n::Texts;
use crate::recurrence::preview::Conflict;
use crate::web::form::Form;

/// Values and texts of a select.
pub(super) type Options = Vec<(String, String)>;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// The fields of a rule, for a page to show.
pub(super) struct RuleFields {
    pub(super) every: Options,
    pub(super) days: Options,
    pub(super) ends: Options,
    pub(super) conflicts: Options,
}

/// The names of the fields, for hidden copies of them.
pub(super) const NAMES: [&str; 7] = ["every", "interval", "day", "ends", "count", "until", "conflict"];

/// What may be chosen for a series that begins then.
pub(super) fn fields(t: Texts, start: NaiveDateTime) -> RuleFields {
    let date = start.date();
    let (nth, is_last) = recurrence::nth_of_month(date);
    let day_name = t.day_name(date.weekday());
    let mut every = vec![
        ("weekly".to_owned(), t.text("recurrence-every-week")),
        ("daily".to_owned(), t.text("recurrence-every-day")),
        ("monthly_on".to_owned(), t.with("recurrence-every-month-on", &[("day", &i64::from(date.day()))])),
        ("monthly_nth".to_owned(), t.with("recurrence-every-month-nth", &[("nth", &t.nth(nth)), ("day", &day_name)])),
    ];
    if is_last {
        let last = t.with("recurrence-every-month-nth", &[("nth", &t.nth(-1)), ("day", &day_name)]);
        every.push(("monthly_last".to_owned(), last));
    }
    if recurrence::is_last_of_month(date) {
        every.push(("monthly_last_day".to_owned(), t.text("recurrence-every-month-last-day")));
    }
    RuleFields {
        every,
        days: WEEK.iter().map(|day| (recurrence::day_code(*day).to_owned(), t.day_name(*day))).collect(),
        ends: vec![
            ("count".to_owned(), t.text("recurrence-ends-count")),
            ("until".to_owned(), t.text("recurrence-ends-until")),
            ("never".to_owned(), t.text("recurrence-ends-never")),
        ],
        conflicts: conflicts(t, &Conflict::ALL),
    }
}

/// What may become of dates that are not free.
pub(super) fn conflicts(t: Texts, offered: &[Conflict]) -> Options {
    let text = |conflict: &Conflict| match conflict {
        Conflict::Refuse => t.text("recurrence-conflict-refuse"),
        Conflict::Skip => t.text("recurrence-conflict-skip"),
        Conflict::NearestFree => t.text("recurrence-conflict-nearest"),
        Conflict::AppendAtEnd => t.text("recurrence-conflict-append"),
    };
    offered.iter().map(|conflict| (conflict.as_str().to_owned(), text(conflict))).collect()
}

/// The form with what stands in it at first: every week, six times.
pub(super) fn with_defaults(form: Form, start: NaiveDateTime) -> Form {
    if form.has("every") {
        return form;
    }
    form.filled("every", "weekly")
        .filled("interval", "1")
        .filled("day", recurrence::day_code(start.weekday()))
        .filled("ends", "count")
        .filled("count", "6")
        .filled("conflict", Conflict::Refuse.as_str())
}

/// What becomes of dates that are not free.
pub(super) fn conflict_of(form: &Form) -> Conflict {
    Conflict::parse(form.value("conflict")).unwrap_or_default()
}

/// The rule that was said, if it is one and fits the start; what is wrong is said by its field.
pub(super) fn rule_of(form: &mut Form, start: NaiveDateTime, t: Texts) -> Option<Rule> {
    let pattern = pattern_of(form, start);
    let interval = form.given("interval").unwrap_or("1").parse::<u16>().unwrap_or(0);
    let end = end_of(form, start, t)?;
    let rule = Rule::new(pattern, interval, end).and_then(|rule| rule.check(start).map(|()| rule));
    match rule {
        Ok(rule) => Some(rule),
        Err(refusal) => {
            form.fail(field_of(&refusal), sentence(t, &refusal));
            None
        }
    }
}

fn pattern_of(form: &Form, start: NaiveDateTime) -> Pattern {
    let date = start.date();
    let on = i8::try_from(date.day()).unwrap_or(1);
    match form.value("every") {
        "daily" => Pattern::Daily,
        "monthly_on" => Pattern::MonthlyOn(on),
        "monthly_last_day" => Pattern::MonthlyOn(-1),
        "monthly_nth" => Pattern::MonthlyNth(recurrence::nth_of_month(date).0, date.weekday()),
        "monthly_last" => Pattern::MonthlyNth(-1, date.weekday()),
        _ => {
            let mut days: Vec<Weekday> =
                form.values("day").iter().filter_map(|code| recurrence::day_of_code(code)).collect();
            if days.is_empty() {
                days.push(date.weekday());
            }
            Pattern::Weekly(days)
        }
    }
}

fn end_of(form: &mut Form, start: NaiveDateTime, t: Texts) -> Option<End> {
    match form.value("ends") {
        "never" => Some(End::Never),
        "until" => {
            let until = NaiveDate::parse_from_str(form.value("until").trim(), "%Y-%m-%d").ok();
            let until = until.filter(|day| day.year() < start.year() + 100).and_then(recurrence::end_of_day);
            if until.is_none() {
                form.fail("until", t.text("recurrence-wrong-until"));
            }
            until.map(End::Until)
        }
        _ => {
            let count = form.value("count").trim().parse::<u32>().ok().and_then(|count| u16::try_from(count).ok());
            if count.is_none() {
                form.fail("count", t.text("recurrence-wrong-count"));
            }
            count.map(End::After)
        }
    }
}

const fn field_of(refusal: &RuleRefused) -> &'static str {
    match refusal {
        RuleRefused::Interval => "interval",
        RuleRefused::TooMany => "count",
        RuleRefused::UntilBeforeStart => "until",
        RuleRefused::StartOffRule => "day",
        RuleRefused::Unreadable(_) | RuleRefused::Frequency(_) | RuleRefused::Part(_) | RuleRefused::TwoEnds => "every",
    }
}

/// Why a rule is none, in the reader's language.
pub(super) fn sentence(t: Texts, refusal: &RuleRefused) -> String {
    match refusal {
        RuleRefused::Interval => t.text("recurrence-wrong-interval"),
        RuleRefused::TooMany => t.text("recurrence-wrong-count"),
        RuleRefused::UntilBeforeStart => t.text("recurrence-wrong-until-before"),
        RuleRefused::StartOffRule => t.text("recurrence-wrong-day"),
        RuleRefused::Unreadable(_) | RuleRefused::Frequency(_) | RuleRefused::Part(_) | RuleRefused::TwoEnds => {
            t.text("recurrence-wrong-rule")
        }
    }
}
