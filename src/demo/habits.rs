//! How people behave: what they come for first, whether and when they return, how reliable they are.

use super::catalogue::{
    ALIGNERS, CHECK_UP, CHILD_CHECK_UP, CROWN, CROWN_FITTING, EMERGENCY, FILLING, GUM_CARE, NEW_PATIENT, Service,
    WHITENING, WISDOM_TOOTH,
};
use super::chance::Chance;
use super::people::Habit;

/// What somebody books when the practice first hears of them.
pub(crate) fn first_wish(habit: Habit, chance: &mut Chance) -> &'static Service {
    let list: &[(&'static Service, i64)] = match habit {
        Habit::Loyal | Habit::Steady | Habit::Drifting => &[(&NEW_PATIENT, 42), (&CHECK_UP, 58)],
        Habit::OneTime => &[(&NEW_PATIENT, 30), (&CHECK_UP, 34), (&WHITENING, 16), (&EMERGENCY, 10), (&ALIGNERS, 10)],
        Habit::WhenItHurts => &[(&EMERGENCY, 1)],
        Habit::Gums => &[(&NEW_PATIENT, 1)],
        Habit::Child => &[(&CHILD_CHECK_UP, 1)],
    };
    chance.weighted(list).unwrap_or(&CHECK_UP)
}

/// The visit that somebody repeats.
pub(crate) const fn regular(habit: Habit) -> &'static Service {
    match habit {
        Habit::Gums => &GUM_CARE,
        Habit::Child => &CHILD_CHECK_UP,
        Habit::Loyal | Habit::Steady | Habit::Drifting | Habit::OneTime | Habit::WhenItHurts => &CHECK_UP,
    }
}

/// Whether the service is one that people come back for.
pub(crate) fn is_regular(service: &Service) -> bool {
    service.recall_interval.is_some()
}

/// How somebody returns after a regular visit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Return {
    /// Days until the next visit.
    pub(crate) days: i64,
    /// Booked on the way out rather than after a reminder.
    pub(crate) on_the_way_out: bool,
}

/// Whether somebody comes back after so many visits, and how. Nothing means that he is lost.
pub(crate) fn comes_back(habit: Habit, visits: i64, chance: &mut Chance) -> Option<Return> {
    let (share, middle, spread, out) = match habit {
        Habit::Loyal => (0.965, 184, 14, 0.72),
        Habit::Steady => (0.88, 196, 34, 0.45),
        Habit::Drifting => (0.74 - 0.05 * whole(visits), 205 + 25 * visits, 60, 0.2),
        Habit::OneTime => (0.04, 400, 90, 0.0),
        Habit::WhenItHurts => (0.5, 310, 130, 0.0),
        Habit::Gums => (0.95, 93, 9, 0.8),
        Habit::Child => (0.7, 188, 20, 0.4),
    };
    chance.happens(share).then(|| Return { days: chance.about(middle, spread), on_the_way_out: chance.happens(out) })
}

fn whole(number: i64) -> f64 {
    i32::try_from(number).map_or(0.0, f64::from)
}

/// What a dentist finds: the treatments that follow a visit, each with the days until it.
pub(crate) fn findings(service: &'static Service, chance: &mut Chance) -> Vec<(&'static Service, i64)> {
    let list: &[(&'static Service, f64, i64)] = if service == &NEW_PATIENT {
        &[(&FILLING, 0.5, 12), (&CROWN, 0.14, 16), (&WISDOM_TOOTH, 0.06, 20), (&WHITENING, 0.04, 40)]
    } else if service == &CHECK_UP {
        &[
            (&FILLING, 0.28, 14),
            (&CROWN, 0.07, 18),
            (&WISDOM_TOOTH, 0.015, 21),
            (&WHITENING, 0.03, 30),
            (&ALIGNERS, 0.03, 20),
        ]
    } else if service == &CHILD_CHECK_UP {
        &[(&FILLING, 0.14, 12)]
    } else if service == &EMERGENCY {
        &[(&FILLING, 0.42, 6), (&CROWN, 0.28, 9), (&WISDOM_TOOTH, 0.1, 9)]
    } else if service == &CROWN {
        &[(&CROWN_FITTING, 0.97, 15)]
    } else if service == &FILLING {
        &[(&FILLING, 0.28, 21)]
    } else {
        &[]
    };
    let found = list.iter().filter(|(_, share, _)| chance.happens(*share)).copied().collect::<Vec<_>>();
    found.into_iter().map(|(treatment, _, days)| (treatment, chance.about(days, days / 3))).collect()
}

/// How likely somebody forgets a visit, and how likely he calls it off in time and too late.
pub(crate) const fn unreliability(habit: Habit, visits: i64) -> (f64, f64, f64) {
    let first = visits == 0;
    match habit {
        Habit::Loyal | Habit::Gums => (0.018, 0.055, 0.018),
        Habit::Steady | Habit::Child => (0.038, 0.075, 0.026),
        Habit::Drifting => (0.09, 0.11, 0.05),
        Habit::OneTime if first => (0.11, 0.08, 0.05),
        Habit::OneTime | Habit::WhenItHurts => (0.07, 0.06, 0.04),
    }
}

/// What people say when they cancel.
pub(crate) const CANCEL_REASONS: &[Option<&str>] = &[
    None,
    None,
    Some("Work got in the way"),
    Some("I have a cold"),
    Some("My child is ill"),
    Some("Found an earlier time elsewhere"),
    Some("Car trouble"),
    Some("Traveling that week"),
    Some("The time does not suit me anymore"),
    Some("Insurance changed"),
];

/// What people write when they book; most write nothing.
pub(crate) const NOTES: &[&str] = &[
    "Sensitive to cold on the upper left.",
    "I get nervous at the dentist. Thank you for your patience.",
    "I use a wheelchair. Is there a ramp?",
    "Please call me when an earlier time opens up.",
    "Allergic to penicillin.",
    "My old crown feels loose.",
    "I will bring X-rays from my last dentist.",
    "It is our first time, we may need help with the forms.",
];

/// The same for people who write German.
pub(crate) const GERMAN_NOTES: &[&str] = &[
    "Gern auf Deutsch, wenn das möglich ist.",
    "Ich bringe Röntgenbilder aus Hamburg mit.",
    "Ich bin etwas aufgeregt beim Zahnarzt.",
];
