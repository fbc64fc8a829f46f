//! Small clinics with known figures, and what must hold of any clinic.

use chrono::{Days as DayCount, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::domain::client_state::ClientState;
use crate::domain::ids::{ClientId, LocationId, ProviderId, ServiceId};
use crate::domain::insight::{Insight, Standing};
use crate::domain::money::Currency;
use crate::domain::population::{Amount, Offered, OtherBooking, Outcome, Person, Population, Visit};
use crate::domain::reporting::Period;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}

/// A clinic that is filled person by person.
#[derive(Debug)]
struct Clinic(Insight);

impl Clinic {
    fn on(today: &str) -> Self {
        let offered = |name: &str| name.to_owned();
        let population = Population {
            today: day(today),
            currency: Currency::Eur,
            lost_after_months: 18,
            people: Vec::new(),
            visits: Vec::new(),
            amounts: Vec::new(),
            bookings: Vec::new(),
            dues: Vec::new(),
            kinds: Vec::new(),
            services: vec![Offered { id: ServiceId::new(1), name: offered("Check-up"), usual_gap_days: None }],
            providers: vec![Offered { id: ProviderId::new(1), name: offered("Dr. Ana"), usual_gap_days: None }],
            locations: vec![Offered { id: LocationId::new(1), name: offered("Main"), usual_gap_days: None }],
            sources: Vec::new(),
        };
        Self(Insight { population, standings: Vec::new(), scores: Vec::new() })
    }

    fn add(&mut self, visits: &[(NaiveDate, NaiveDate)], bookings: &[OtherBooking]) {
        let population = &mut self.0.population;
        let (first_visit, first_amount) = (place(population.visits.len()), place(population.amounts.len()));
        let first_booking = place(population.bookings.len());
        for (day, booked_on) in visits {
            population.visits.push(Visit {
                day: *day,
                booked_on: *booked_on,
                service: 0,
                provider: 0,
                location: 0,
                minutes: 30,
                by_client: true,
                kinds: 0,
            });
            population.amounts.push(Amount { day: *day, minor: 8_000, margin_minor: 8_000, service: Some(0) });
        }
        population.bookings.extend_from_slice(bookings);
        let client = ClientId::new(i64::try_from(population.people.len()).unwrap() + 1);
        population.people.push(Person {
            client,
            source: None,
            may_be_asked: true,
            visits: first_visit..place(population.visits.len()),
            amounts: first_amount..place(population.amounts.len()),
            bookings: first_booking..place(population.bookings.len()),
            dues: 0..0,
        });
        self.0.standings.push(None);
        self.0.scores.push(None);
    }

    fn came(&mut self, visits: &[&str]) {
        let visits: Vec<_> = visits.iter().map(|text| (day(text), day(text))).collect();
        self.add(&visits, &[]);
    }
}

fn booking(on: &str, made: &str, outcome: Outcome, ended: Option<&str>) -> OtherBooking {
    OtherBooking {
        day: day(on),
        booked_on: day(made),
        ended_on: ended.map(day),
        outcome,
        service: 0,
        provider: 0,
        by_client: true,
    }
}

fn share(report: &Report, figure: Figure) -> (i64, i64) {
    let measured = report.figure(figure).unwrap();
    (measured.part, measured.of)
}

#[test]
fn a_hundred_clients_fifteen_new_ten_lost_are_ninety_of_a_hundred_kept() {
    let mut clinic = Clinic::on("2026-11-30");
    for number in 0..100 {
        // Ten were here last so long ago that the limit falls into the year, ninety came again.
        if number < 10 { clinic.came(&["2025-01-15"]) } else { clinic.came(&["2025-01-15", "2026-03-01"]) }
    }
    for _ in 0..15 {
        clinic.came(&["2026-05-05"]);
    }
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    assert_eq!(report.moves, Moves { start: 100, new: 15, returned: 0, lost: 10, end: 105 });
    assert_eq!(share(&report, Figure::Retention), (90, 100));
    assert_eq!(report.figure(Figure::Retention).unwrap().value(), Some(0.9));
}

#[test]
fn seventy_five_of_eighty_five_are_88_2_in_a_hundred() {
    let mut clinic = Clinic::on("2026-11-30");
    for number in 0..85 {
        if number < 10 { clinic.came(&["2025-01-15"]) } else { clinic.came(&["2025-01-15", "2026-03-01"]) }
    }
    for _ in 0..25 {
        clinic.came(&["2026-05-05"]);
    }
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    let Moves { start, new, end, .. } = report.moves;
    assert_eq!((end, new, start), (100, 25, 85));
    let value = report.figure(Figure::Retention).unwrap().value().unwrap();
    assert_eq!(format!("{:.1}", value * 100.0), "88.2");
}

#[test]
fn forty_eight_lost_of_480_on_average_are_ten_in_a_hundred() {
    let mut clinic = Clinic::on("2026-11-30");
    // 456 stay the year, 48 are lost exactly in its middle, so that 480 are there on average.
    for _ in 0..456 {
        clinic.came(&["2025-10-01"]);
    }
    let window = Period::LastTwelveMonths.days(day("2026-11-30"));
    for number in 0..48 {
        // Half of them are lost one day earlier than the middle of 365 days, half one day later.
        let days = if number % 2 == 0 { 182 } else { 183 };
        let lost = window.from.checked_add_days(DayCount::new(days)).unwrap();
        let last = lost.pred_opt().and_then(|day| day.checked_sub_months(chrono::Months::new(18)));
        clinic.came(&[&last.unwrap().to_string()]);
    }
    let report = report(&clinic.0, window, None);
    let churn = report.figure(Figure::Churn).unwrap();
    assert_eq!(churn.part, 48);
    assert!((churn.denominator() - 480.0).abs() < 0.2, "{}", churn.denominator());
    assert!((churn.value().unwrap() - 0.1).abs() < 0.0001);
}

#[test]
fn whoever_has_something_booked_is_not_lost_until_it_is_called_off() {
    let mut clinic = Clinic::on("2026-11-30");
    let visits = [(day("2025-01-15"), day("2025-01-10"))];
    // The limit is 15 July 2026. Booked in June for December: not lost. Called off in October: lost then.
    clinic.add(&visits, &[booking("2026-12-20", "2026-06-01", Outcome::Coming, None)]);
    clinic.add(&visits, &[booking("2026-12-20", "2026-06-01", Outcome::CancelledInTime, Some("2026-10-07"))]);
    clinic.add(&visits, &[]);
    let lost = |place: usize| Story::at(&clinic.0, place).unwrap().spells[0].lost_on;
    assert_eq!((lost(0), lost(1), lost(2)), (None, Some(day("2026-10-07")), Some(day("2026-07-16"))));
}

#[test]
fn only_new_clients_who_had_twelve_months_are_asked_for_a_second_visit() {
    let mut clinic = Clinic::on("2026-11-30");
    clinic.came(&["2025-03-01", "2026-03-01"]);
    clinic.came(&["2025-03-01", "2026-03-02"]);
    clinic.came(&["2026-01-05", "2026-02-05"]);
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    assert_eq!(share(&report, Figure::SecondVisit), (1, 2));
    assert_eq!(share(&report, Figure::NewVisits), (1, 4));
}

#[test]
fn a_visit_is_rebooked_when_something_was_booked_at_its_end() {
    let mut clinic = Clinic::on("2026-11-30");
    clinic.add(&[(day("2026-03-01"), day("2026-02-01")), (day("2026-09-01"), day("2026-03-01"))], &[]);
    clinic.add(
        &[(day("2026-03-01"), day("2026-02-01"))],
        &[booking("2026-09-01", "2026-03-01", Outcome::CancelledInTime, Some("2026-03-01"))],
    );
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    assert_eq!(share(&report, Figure::Rebooked), (1, 3));
}

#[test]
fn a_missed_day_counts_once_and_not_beside_a_visit() {
    let mut clinic = Clinic::on("2026-11-30");
    clinic.add(
        &[(day("2026-03-01"), day("2026-02-01"))],
        &[
            booking("2026-03-01", "2026-02-01", Outcome::Missed, Some("2026-03-01")),
            booking("2026-04-01", "2026-02-01", Outcome::CancelledLate, Some("2026-03-31")),
            booking("2026-04-01", "2026-02-01", Outcome::Missed, Some("2026-04-01")),
            booking("2026-05-01", "2026-02-01", Outcome::CancelledLate, Some("2026-04-30")),
        ],
    );
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    assert_eq!(share(&report, Figure::NoShow), (1, 3));
    assert_eq!(share(&report, Figure::LateCancellation), (1, 3));
}

#[test]
fn an_empty_clinic_knows_nothing_and_says_so() {
    let clinic = Clinic::on("2026-11-30");
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    assert!(report.figures.iter().all(|measured| measured.value().is_none()));
    assert_eq!((report.people, report.history_from), (0, None));
}

#[test]
fn every_figure_has_a_word_of_its_own() {
    for figure in Figure::ALL {
        assert_eq!(Figure::parse(figure.as_str()), Some(figure));
    }
}

#[test]
fn selections_are_read_or_refused() {
    let read = |query: &[(&'static str, &'static str)]| {
        Selection::parse(|name| query.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| *value))
    };
    assert_eq!(read(&[("figure", "state"), ("state", "due")]), Ok(Selection::State(ClientState::Due)));
    assert_eq!(read(&[("figure", "state"), ("state", "x")]), Err(SelectionRefused::State));
    assert_eq!(read(&[("figure", "x")]), Err(SelectionRefused::Figure));
    assert_eq!(read(&[]), Err(SelectionRefused::Figure));
    assert_eq!(read(&[("figure", "churn"), ("part", "x")]), Err(SelectionRefused::Part));
    assert_eq!(read(&[("figure", "churn"), ("part", "all")]), Ok(Selection::Figure(Figure::Churn, Part::Of, None)));
}

fn any_clinic() -> impl Strategy<Value = Clinic> {
    let person = (
        proptest::collection::btree_set(0_u64..1_800, 0..8),
        proptest::collection::vec((0_u64..2_000, 0_u64..400, 0_u8..4, 0_u64..200), 0..4),
    );
    proptest::collection::vec(person, 0..25).prop_map(|people| {
        let start = day("2022-01-01");
        let at = |count: u64| start.checked_add_days(DayCount::new(count)).unwrap();
        let today = at(1_800);
        let mut clinic = Clinic::on(&today.to_string());
        for (visits, bookings) in people {
            let visits: Vec<_> = visits.into_iter().map(|count| (at(count), at(count.saturating_sub(20)))).collect();
            let mut other: Vec<OtherBooking> = bookings
                .into_iter()
                .map(|(on, before, kind, ended)| {
                    let (day, booked_on) = (at(on), at(on.saturating_sub(before)).min(today));
                    let ended_on = Some(at(on.saturating_sub(ended)).max(booked_on).min(today));
                    let outcome = match kind {
                        0 if today < day => Outcome::Coming,
                        0 | 1 if day <= today => Outcome::Missed,
                        2 => Outcome::CancelledLate,
                        _ => Outcome::CancelledInTime,
                    };
                    let ended_on = if outcome == Outcome::Coming { None } else { ended_on };
                    OtherBooking { day, booked_on, ended_on, outcome, service: 0, provider: 0, by_client: true }
                })
                .collect();
            other.sort_by_key(|booking| booking.day);
            clinic.add(&visits, &other);
        }
        clinic
    })
}

proptest! {
    #[test]
    fn clients_at_the_end_are_those_of_the_start_and_who_moved(clinic in any_clinic(), from in 0_u64..1_700, length in 1_u64..600) {
        let from = day("2022-01-01").checked_add_days(DayCount::new(from)).unwrap();
        let until = from.checked_add_days(DayCount::new(length)).unwrap();
        let moves = report(&clinic.0, Days { from, until }, None).moves;
        prop_assert_eq!(moves.end, moves.start + moves.new + moves.returned - moves.lost);
    }

    #[test]
    fn a_period_cut_in_two_sums_up(clinic in any_clinic(), from in 0_u64..1_600, first in 1_u64..300, second in 1_u64..300) {
        let from = day("2022-01-01").checked_add_days(DayCount::new(from)).unwrap();
        let middle = from.checked_add_days(DayCount::new(first)).unwrap();
        let until = middle.checked_add_days(DayCount::new(second)).unwrap();
        let of = |from, until| report(&clinic.0, Days { from, until }, None);
        let (whole, one, other) = (of(from, until), of(from, middle), of(middle, until));
        prop_assert_eq!(one.moves.end, other.moves.start);
        prop_assert_eq!(whole.moves.new, one.moves.new + other.moves.new);
        prop_assert_eq!(whole.moves.lost, one.moves.lost + other.moves.lost);
        prop_assert_eq!(whole.outcomes.visits, one.outcomes.visits + other.outcomes.visits);
        prop_assert_eq!(whole.outcomes.revenue_minor, one.outcomes.revenue_minor + other.outcomes.revenue_minor);
        prop_assert_eq!(whole.outcomes.missed, one.outcomes.missed + other.outcomes.missed);
    }

    #[test]
    fn nobody_with_a_booking_to_come_is_lost(clinic in any_clinic()) {
        let today = clinic.0.population.today;
        for place in 0..clinic.0.population.people.len() {
            let story = Story::at(&clinic.0, place).unwrap();
            let is_coming = |booking: &OtherBooking| booking.outcome == Outcome::Coming && today <= booking.day;
            if story.bookings.iter().any(is_coming) {
                let lost_now = story.spells.last().and_then(|spell| spell.lost_on);
                // He may have been lost before he booked; the booking itself never loses him.
                let booked = story.bookings.iter().filter(|booking| is_coming(booking)).map(|booking| booking.booked_on).min();
                prop_assert!(lost_now.is_none_or(|lost| booked.is_some_and(|booked| lost <= booked)));
            }
        }
    }

    #[test]
    fn a_figure_is_the_sum_of_the_people_behind_it(clinic in any_clinic()) {
        let days = Period::LastTwelveMonths.days(clinic.0.population.today);
        let report = report(&clinic.0, days, None);
        for measured in &report.figures {
            let all = Selection::Figure(measured.figure, Part::Of, None).people(&clinic.0, days);
            let counted = Selection::Figure(measured.figure, Part::Counted, None).people(&clinic.0, days);
            prop_assert_eq!(u64::try_from(all.len()).unwrap(), measured.people);
            prop_assert_eq!(u64::try_from(counted.len()).unwrap(), measured.people_in_part);
        }
        prop_assert_eq!(&report, &super::report(&clinic.0, days, None));
    }

    #[test]
    fn shares_lie_between_none_and_all(clinic in any_clinic()) {
        let report = report(&clinic.0, Period::LastTwelveMonths.days(clinic.0.population.today), None);
        for measured in report.figures.iter().filter(|measured| measured.figure.is_share_of_count()) {
            prop_assert!(measured.part <= measured.of && measured.figure == Figure::Retention || 0 <= measured.part, "{measured:?}");
        }
        prop_assert!(report.figures.iter().all(|measured| measured.value().is_none_or(f64::is_finite)));
    }
}

/// Only so that [`Standing`] is used where states are counted.
#[test]
fn states_are_counted_with_who_came_and_who_went() {
    let mut clinic = Clinic::on("2026-11-30");
    clinic.came(&["2026-01-05"]);
    clinic.came(&["2026-01-05"]);
    let standing = |state, month_state| {
        Some(Standing { state, since: day("2026-11-02"), month_state, value_minor: 100, at_risk_minor: 40 })
    };
    clinic.0.standings = vec![
        standing(ClientState::AtRisk, Some(ClientState::Overdue)),
        standing(ClientState::AtRisk, Some(ClientState::AtRisk)),
    ];
    let report = report(&clinic.0, Period::LastTwelveMonths.days(day("2026-11-30")), None);
    let of = |state| *report.states.iter().find(|line| line.state == state).unwrap();
    let at_risk = of(ClientState::AtRisk);
    assert_eq!((at_risk.now, at_risk.at_month_start, at_risk.came, at_risk.went), (2, 1, 1, 0));
    assert_eq!((of(ClientState::Overdue).went, at_risk.at_risk_minor), (1, 80));
    assert_eq!(share(&report, Figure::AtRisk), (80, 2));
}
