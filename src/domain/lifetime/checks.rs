//! The models against published values, against each other, against simulated clients, and against everything odd.

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::bg_bb::{BgBb, Cell};
use super::choose::{Reason, as_asked, choose, wheat_morrison};
use super::cnbd::{Cnbd, DropOut};
use super::fit::tests::check_gradient;
use super::fit::{Convergence, Landscape};
use super::model::{Family, Model, fit};
use super::pareto_nbd::ParetoNbd;
use super::row::{Row, Rows};
use super::special::{beta_below, ln_beta, real, whole};
use super::spend::{FittedSpend, GammaGamma, Spend};
use super::value::{Worth, expected, month_ends, next_visit, score, visit_range};
use super::{bg_nbd, cnbd, pareto_nbd};

fn row(repeats: u32, recency: f64, age: f64, log_gaps: f64) -> Row {
    Row::new(repeats, recency, age, log_gaps).expect("a row")
}

fn rounds_to(value: f64, printed: &str) {
    let places = printed.split_once('.').map_or(0, |(_, places)| places.len());
    assert_eq!(format!("{value:.places$}"), printed, "{value}");
}

/// The parameters of the papers for CDNOW, 2357 clients of 39 weeks.
const BG: Cnbd =
    Cnbd { k: 1, drop_out: DropOut::AfterRepeats, r: 0.242_593, alpha: 4.413_532, a: 0.792_886, b: 2.425_753 };
/// The parameters of the specification for a rhythm of two waits.
const RHYTHM: Cnbd = Cnbd {
    k: 2,
    drop_out: DropOut::AtOnce,
    r: 1.329_197_268_7,
    alpha: 2.812_600_329_7,
    a: 0.424_715_580_4,
    b: 0.790_040_222_2,
};
const PARETO: ParetoNbd = ParetoNbd { r: 0.553_276, alpha: 10.577_613, s: 0.606_213, beta: 11.667_904 };

#[test]
fn bg_nbd_as_published() {
    let first = row(2, 30.43, 38.86, 0.0);
    rounds_to(BG.visits_within(&first, 39.0), "1.225911");
    rounds_to(BG.alive(&first), "0.726609");
    assert!((BG.alive(&row(0, 0.0, 38.86, 0.0)) - 1.0).abs() < 1e-15, "BG never gives up who came once");
}

#[test]
fn a_rhythm_of_two_as_specified() {
    let first = row(2, 30.43, 38.86, 14.0_f64.ln() + 16.43_f64.ln());
    rounds_to(RHYTHM.ln_likelihood(&first), "-9.10097118");
    let alive = ["0.075091", "0.156425", "0.029211", "0.0038613", "0.00043983", "0.000046102"];
    let visits = ["0.064156", "0.281283", "0.078462", "0.013660", "0.001924", "0.000240"];
    let comes = ["0.043701", "0.137287", "0.028257", "0.003828", "0.000439", "0.000046"];
    for (repeats, ((alive, visits), comes)) in (0_u32..).zip(alive.iter().zip(visits).zip(comes)) {
        let one = row(repeats, if repeats == 0 { 0.0 } else { 12.0 }, 52.0, 0.0);
        rounds_to(RHYTHM.alive(&one), alive);
        rounds_to(RHYTHM.visits_within(&one, 52.0), visits);
        rounds_to(RHYTHM.comes_within(&one, 52.0), comes);
    }
}

/// 11,104 first-time donors and the six years after (Fader, Hardie, Shang 2010, table 1).
const DONATIONS: [(u32, u32, u32); 22] = [
    (6, 6, 1203),
    (5, 6, 728),
    (4, 6, 512),
    (3, 6, 357),
    (2, 6, 234),
    (1, 6, 129),
    (5, 5, 335),
    (4, 5, 284),
    (3, 5, 225),
    (2, 5, 173),
    (1, 5, 119),
    (4, 4, 240),
    (3, 4, 181),
    (2, 4, 155),
    (1, 4, 78),
    (3, 3, 322),
    (2, 3, 255),
    (1, 3, 129),
    (2, 2, 613),
    (1, 2, 277),
    (1, 1, 1091),
    (0, 0, 3464),
];

#[test]
fn bg_bb_as_published() {
    let cells: Vec<Cell> =
        DONATIONS.iter().map(|(taken, last, clients)| Cell::new(*taken, *last, 6, *clients).expect("a cell")).collect();
    assert_eq!(cells.iter().map(|cell| cell.clients).sum::<u32>(), 11_104);
    let (model, log_likelihood, peak) = BgBb::fit(&cells).expect("fits");
    rounds_to(log_likelihood, "-33225.58127");
    rounds_to(model.alpha, "1.20352");
    rounds_to(model.beta, "0.74972");
    rounds_to(model.gamma, "0.65672");
    rounds_to(model.delta, "2.78344");
    assert_eq!(peak.convergence, Convergence::Converged);
    for cell in &cells {
        let (ours, printed) = (model.takes_of_next(cell, 5), super::bg_bb::as_printed(&model, cell, 5.0));
        assert!((ours - printed).abs() < 1e-10, "{cell:?}: {ours} {printed}");
    }
    assert_eq!(Cell::new(3, 2, 6, 1), None);
    assert_eq!(BgBb::fit(&[]).map(|found| found.1), None);
}

/// The exact conditionals as they were derived: a sum of incomplete beta functions over visits and waits.
fn visits_by_beta(model: &Cnbd, one: &Row, time: f64) -> (f64, f64) {
    let k = f64::from(model.k);
    let shape = model.r + k * f64::from(one.repeats);
    let stays = model.b + f64::from(one.repeats) + model.drop_out.chances();
    let pause = one.pause() / (model.alpha + one.age);
    let z = time / (model.alpha + one.age + time);
    let mut weights = vec![1.0];
    for waits in 1..model.k {
        let last = *weights.last().expect("one");
        weights.push(last * (shape + f64::from(waits - 1)) / f64::from(waits) * pause);
    }
    let sum: f64 = weights.iter().sum();
    let below = |at: f64, waits: f64| beta_below(z, at, shape + waits).expect("in range");
    let (mut visits, mut comes) = (0.0, 0.0);
    for (waits, weight) in (0_u32..).zip(&weights) {
        let waits = f64::from(waits);
        comes += weight / sum * below(k - waits, waits);
        for count in 1..2000 {
            let stayed = (ln_beta(model.a, stays + f64::from(count) - 1.0) - ln_beta(model.a, stays)).exp();
            let term = stayed * below(f64::from(count) * k - waits, waits);
            visits += weight / sum * term;
            if term < 1e-13 {
                break;
            }
        }
    }
    (model.alive(one) * visits, model.alive(one) * comes)
}

fn some_row() -> impl Strategy<Value = Row> {
    (0_u32..40, 0.001_f64..300.0, 0.0_f64..300.0, 0.5_f64..20.0).prop_map(|(repeats, recency, pause, gap)| {
        let recency = if repeats == 0 { 0.0 } else { recency };
        row(repeats, recency, recency + pause, f64::from(repeats) * gap.ln())
    })
}

fn some_cnbd() -> impl Strategy<Value = Cnbd> {
    (1_u32..7, any::<bool>(), 0.1_f64..5.0, 0.5_f64..50.0, 0.05_f64..4.0, 0.1_f64..6.0).prop_map(
        |(k, at_once, r, alpha, a, b)| Cnbd {
            k,
            drop_out: if at_once { DropOut::AtOnce } else { DropOut::AfterRepeats },
            r,
            alpha,
            a,
            b,
        },
    )
}

/// Any row there can be, and any parameters a fit can end with.
fn odd_row() -> impl Strategy<Value = Row> {
    let times = prop_oneof![Just(0.0), Just(1e-9), Just(1.0), Just(7300.0), Just(1e6), 0.0_f64..10_000.0];
    let repeats = prop_oneof![Just(0_u32), Just(1), Just(500), Just(100_000), 0_u32..1000];
    (repeats, times.clone(), times, -10.0_f64..10.0).prop_map(|(repeats, recency, pause, log_gap)| {
        let recency: f64 = if repeats == 0 { 0.0 } else { recency.max(1e-9) };
        row(repeats, recency, recency + pause, f64::from(repeats) * log_gap)
    })
}

fn odd_parameter() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1e-5), Just(1e5), Just(1.0), (-11.5_f64..11.5).prop_map(f64::exp)]
}

fn odd_model() -> impl Strategy<Value = Model> {
    let family = prop::sample::select(Family::ALL.to_vec());
    (family, 1_u32..=12, odd_parameter(), odd_parameter(), odd_parameter(), odd_parameter())
        .prop_map(|(family, k, one, two, three, four)| Model::of(family, k, [one, two, three, four]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn sums_over_waits_are_those_of_incomplete_beta_functions(model in some_cnbd(), one in some_row(), time in 0.1_f64..200.0) {
        let (visits, comes) = visits_by_beta(&model, &one, time);
        let ours = model.visits_within(&one, time);
        prop_assert!((ours - visits).abs() < 1e-8 * (1.0 + visits), "{} {}", ours, visits);
        prop_assert!((model.comes_within(&one, time) - comes).abs() < 1e-9, "{} {}", model.comes_within(&one, time), comes);
        let chances = model.visit_chances(&one, time);
        let mean: f64 = chances.iter().zip(0_u32..).map(|(chance, visits)| chance * f64::from(visits)).sum();
        prop_assert!((mean - visits).abs() < 1e-7 * (1.0 + visits), "{} {}", mean, visits);
        prop_assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!((1.0 - chances[0] - comes).abs() < 1e-9);
    }

    #[test]
    fn gradients_are_those_of_differences(
        rows in prop::collection::vec(some_row(), 1..40),
        k in 2_u32..7,
        at_once in any::<bool>(),
        place in prop::array::uniform4(-1.5_f64..1.5),
    ) {
        let rows: Rows = rows.into_iter().collect();
        let drop_out = if at_once { DropOut::AtOnce } else { DropOut::AfterRepeats };
        check_gradient(&cnbd::Prepared::new(&rows, k, drop_out), &place);
        check_gradient(&bg_nbd::Prepared::new(&rows, drop_out), &place);
        check_gradient(&pareto_nbd::Prepared::new(&rows), &place);
    }

    #[test]
    fn what_is_fitted_is_the_likelihood_of_the_rows(
        rows in prop::collection::vec(some_row(), 1..40),
        alike in 1_usize..4,
        at_once in any::<bool>(),
        k in 1_u32..5,
        place in prop::array::uniform4(-1.5_f64..1.5),
    ) {
        let whole_days = |one: &Row| row(one.repeats, if one.repeats == 0 { 0.0 } else { one.recency.ceil() }, one.age.ceil() + 1.0, one.log_gaps);
        for rows in [rows.clone(), rows.iter().map(whole_days).collect()] {
            let rows: Rows = rows.iter().flat_map(|one| std::iter::repeat_n(*one, alike)).collect();
            let drop_out = if at_once { DropOut::AtOnce } else { DropOut::AfterRepeats };
            let [r, alpha, a, b] = place.map(f64::exp);
            let one_by_one = |model: Model| rows.iter().map(|one| model.ln_likelihood(&one)).sum::<f64>() / real(rows.len());
            let by_rows = one_by_one(Model::Cnbd(Cnbd { k, drop_out, r, alpha, a, b }));
            let at_once = if k == 1 { bg_nbd::Prepared::new(&rows, drop_out).at(&place) } else { cnbd::Prepared::new(&rows, k, drop_out).at(&place) };
            prop_assert!((by_rows - at_once.value).abs() < 1e-10 * (1.0 + by_rows.abs()), "{} {}", by_rows, at_once.value);
            let by_rows = one_by_one(Model::ParetoNbd(ParetoNbd { r, alpha, s: a, beta: b }));
            let value = pareto_nbd::Prepared::new(&rows).at(&place).value;
            prop_assert!((by_rows - value).abs() < 1e-10 * (1.0 + by_rows.abs()), "{} {}", by_rows, value);
        }
    }

    #[test]
    fn nothing_odd_panics_or_is_no_number(model in odd_model(), one in odd_row(), amount in prop_oneof![Just(0.0), Just(-500.0), Just(1e12), 0.0_f64..1e6]) {
        let alive = model.alive(&one);
        prop_assert!((0.0..=1.0).contains(&alive), "{}", alive);
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let ends = month_ends(today, 36);
        let comes = model.comes_within(&one, 365.0);
        prop_assert!((0.0..=alive + 1e-9).contains(&comes), "{} {}", comes, alive);
        prop_assert!(comes <= model.comes_within(&one, 1095.0) + 1e-9);
        let worth = Worth { discount: 0.005, keeping: 12.5 };
        let score = score(&model, &one, today, amount, &worth, &ends);
        prop_assert!(score.visits_12.is_finite() && score.visits_12 >= 0.0 && score.visits_36 >= score.visits_12, "{:?}", score);
        prop_assert!(score.value_12.low <= score.value_12.expected && score.value_12.expected <= score.value_12.high, "{:?}", score);
        prop_assert!(score.next.early.is_none() || score.next.early > Some(today));
        prop_assert!(score.next.late.is_none() || (score.next.early <= score.next.middle && score.next.middle <= score.next.late));
    }

    #[test]
    fn a_jump_is_many_steps(a in 0.01_f64..5.0, stays in 0.1_f64..50.0) {
        for model in [Cnbd { a, b: stays, ..BG }, Cnbd { a: 1.0, b: stays, ..BG }] {
            let one = row(0, 0.0, 10.0, 0.0);
            let (jumped, walked) = super::cnbd::two_ways(&model, &one, 6_000);
            prop_assert!((jumped / walked - 1.0).abs() < 1e-8, "{} {}", jumped, walked);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn odd_rows_never_break_a_fit(rows in prop::collection::vec(odd_row(), 0..60), k in 1_u32..4, alike in any::<bool>()) {
        let rows: Rows = match rows.first() {
            Some(first) if alike => rows.iter().map(|_| *first).collect(),
            _ => rows.into_iter().collect(),
        };
        for family in Family::ALL {
            let Some(fit) = fit(&rows, family, k) else {
                prop_assert!(rows.is_empty());
                continue;
            };
            prop_assert!(fit.model.parameters().iter().all(|(_, value)| value.is_finite() && *value > 0.0), "{:?}", fit);
            for one in rows.iter() {
                prop_assert!((0.0..=1.0).contains(&fit.model.alive(&one)));
                prop_assert!(fit.model.visits_within(&one, 365.0).is_finite());
            }
        }
        let chosen = choose(&rows);
        prop_assert_eq!(chosen.fit.is_some(), matches!(chosen.reason, Reason::Rhythm | Reason::NoRhythm), "{:?}", chosen);
    }

    #[test]
    fn odd_amounts_never_break_the_model_of_amounts(
        spends in prop::collection::vec((0_u32..600, prop_oneof![Just(0.0), Just(-20.0), Just(9500.0), Just(f64::INFINITY), 0.01_f64..1e7]), 0..80),
        shown in 0_u32..5,
    ) {
        let spends: Vec<Spend> = spends.into_iter().map(|(repeats, mean)| Spend { repeats, mean }).collect();
        let fitted = FittedSpend::of(&spends);
        prop_assert!(fitted.expected(None).is_finite());
        for mean in [0.0, -1.0, 100.0, f64::NAN, 1e12] {
            prop_assert!(fitted.expected(Some(&Spend { repeats: shown, mean })).is_finite(), "{:?}", fitted);
        }
    }

    #[test]
    fn the_gradient_of_amounts_is_that_of_differences(
        spends in prop::collection::vec((1_u32..30, 0.5_f64..300.0), 1..30),
        place in prop::array::uniform3(-1.0_f64..2.0),
    ) {
        let mut spends: Vec<Spend> = spends.into_iter().map(|(repeats, mean)| Spend { repeats, mean }).collect();
        spends.sort_by_key(|spend| spend.repeats);
        check_gradient(&super::spend::Amounts::new(&spends), &place);
        let [p, q, v] = place.map(f64::exp);
        let model = GammaGamma { p, q, v };
        let one_by_one = spends.iter().map(|spend| model.ln_likelihood(spend)).sum::<f64>() / real(spends.len());
        let value = super::spend::Amounts::new(&spends).at(&place).value;
        prop_assert!((one_by_one - value).abs() < 1e-10 * (1.0 + value.abs()));
    }
}

/// A gamma variate (Marsaglia, Tsang 2000).
fn gamma(rng: &mut ChaCha8Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let below: f64 = rng.random_range(1e-300..1.0);
        return gamma(rng, shape + 1.0) * below.powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let (one, two): (f64, f64) = (rng.random_range(1e-12..1.0), rng.random_range(0.0..1.0));
        let normal = (-2.0 * one.ln()).sqrt() * (2.0 * std::f64::consts::PI * two).cos();
        let cube = (1.0 + c * normal).powi(3);
        let even: f64 = rng.random_range(1e-300..1.0);
        if cube > 0.0 && even.ln() < 0.5 * normal * normal + d - d * cube + d * cube.ln() {
            return d * cube;
        }
    }
}

/// Clients as the model says they are, seen for up to two years of days: rows, and the visits of the year after.
fn simulated(model: &Cnbd, clients: u32, seed: u64) -> (Rows, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut rows, mut later) = (Rows::default(), Vec::new());
    for client in 0..clients {
        let age = f64::from(300 + client % 430);
        let rate = gamma(&mut rng, model.r) / model.alpha;
        let (one, other) = (gamma(&mut rng, model.a), gamma(&mut rng, model.b));
        let drop_out = one / (one + other);
        let [mut at, mut last, mut log_gaps] = [0.0; 3];
        let (mut repeats, mut after) = (0, 0);
        let mut is_gone = model.drop_out == DropOut::AtOnce && rng.random_range(0.0..1.0) < drop_out;
        while !is_gone {
            at += gamma(&mut rng, f64::from(model.k)) / rate;
            if at > age + 365.0 {
                break;
            }
            if at <= age {
                repeats += 1;
                log_gaps += f64::ln(at - last);
                last = at;
            } else {
                after += 1;
            }
            is_gone = rng.random_range(0.0..1.0) < drop_out;
        }
        rows.push(row(repeats, last, age, log_gaps));
        later.push(after);
    }
    (rows, later)
}

const CLINIC: Cnbd = Cnbd { k: 3, drop_out: DropOut::AtOnce, r: 2.5, alpha: 120.0, a: 0.6, b: 2.4 };

#[test]
fn parameters_are_found_again() {
    let (rows, later) = simulated(&CLINIC, 20_000, 1);
    let found = choose(&rows);
    assert_eq!(found.reason, Reason::Rhythm);
    let fit = found.fit.expect("fitted");
    assert_eq!((fit.model.k(), fit.convergence), (3, Convergence::Converged));
    let truth = [CLINIC.r, CLINIC.alpha, CLINIC.a, CLINIC.b];
    for (((name, value), truth), variances) in fit
        .model
        .parameters()
        .iter()
        .zip(truth)
        .zip(fit.covariance)
        .zip(0..)
        .map(|((both, line), place)| (both, line[place]))
    {
        let away = (value / truth).ln().abs();
        assert!(
            away < 4.0 * variances.sqrt() && variances.sqrt() < 0.1,
            "{name}: {value} for {truth}, variance {variances}"
        );
    }
    let expected: f64 = rows.iter().map(|one| fit.model.visits_within(&one, 365.0)).sum();
    let came: u32 = later.iter().sum();
    assert!((expected / f64::from(came) - 1.0).abs() < 0.03, "{expected} expected, {came} came");
    let blind = as_asked(&rows, Family::BgNbd, None).fit.expect("fitted");
    let error = |model: &Model| {
        let squares =
            rows.iter().zip(&later).map(|(one, came)| (model.visits_within(&one, 365.0) - f64::from(*came)).powi(2));
        (squares.sum::<f64>() / real(rows.len())).sqrt()
    };
    assert!(error(&fit.model) < error(&blind.model), "who knows the rhythm is nearer");
}

#[test]
fn half_yearly_visits_are_a_rhythm() {
    for seed in 21..27 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut rows = Rows::default();
        for _client in 0..300 {
            let now = rng.random_range(30..1500);
            let mut days = vec![0];
            while rng.random_range(0.0..1.0) > 0.12 {
                days.push(days.last().expect("one") + 182 + rng.random_range(-40..=60));
            }
            rows.push(Row::from_days(&days, now, 1.0).expect("came"));
        }
        let found = choose(&rows);
        assert_eq!(found.reason, Reason::Rhythm, "{seed}: {found:?}");
    }
}

#[test]
fn each_family_finds_its_own_parameters() {
    let rhythmless = Cnbd { k: 1, drop_out: DropOut::AtOnce, r: 0.8, alpha: 60.0, a: 0.7, b: 2.0 };
    for (drop_out, family) in [(DropOut::AtOnce, Family::MbgNbd), (DropOut::AfterRepeats, Family::BgNbd)] {
        let truth = Cnbd { drop_out, ..rhythmless };
        let fit = fit(&simulated(&truth, 20_000, 2).0, family, 1).expect("fitted");
        for ((name, value), truth) in fit.model.parameters().iter().zip([truth.r, truth.alpha, truth.a, truth.b]) {
            assert!((value / truth).ln().abs() < 0.15, "{family:?} {name}: {value} for {truth}");
        }
    }
    let found = choose(&simulated(&rhythmless, 5_000, 3).0);
    assert_eq!((found.reason, found.fit.map(|fit| fit.model.family())), (Reason::NoRhythm, Some(Family::MbgNbd)));
}

#[test]
fn the_result_is_the_same_on_any_number_of_threads() {
    let (rows, _) = simulated(&CLINIC, 30_000, 4);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let all =
                Family::ALL.iter().filter(|family| **family != Family::ParetoNbd).map(|family| fit(&rows, *family, 3));
            let bits = |found: Option<super::model::Fit>| {
                let fit = found.expect("fitted");
                (fit.model.parameters().map(|(_, value)| value.to_bits()), fit.log_likelihood.to_bits())
            };
            let chosen = choose(&rows);
            (all.map(bits).collect::<Vec<_>>(), bits(chosen.fit))
        })
    };
    let alone = on(1);
    assert_eq!(alone, on(2));
    assert_eq!(alone, on(4));
}

#[test]
fn clients_who_are_alike_are_counted_once() {
    let one = |client: u32| {
        let repeats = client % 3;
        let recency = if repeats == 0 { 0.0 } else { f64::from(1 + client % 2) };
        row(repeats, recency, 2.0 + f64::from(client % 4), 0.0)
    };
    let rows: Rows = (0..3_000).map(one).collect();
    for drop_out in [DropOut::AtOnce, DropOut::AfterRepeats] {
        let model = Cnbd { drop_out, ..BG };
        let place = [model.r, model.alpha, model.a, model.b].map(f64::ln);
        let by_rows = rows.iter().map(|one| model.ln_likelihood(&one)).sum::<f64>() / 3_000.0;
        let prepared = bg_nbd::Prepared::new(&rows, drop_out);
        assert!((prepared.at(&place).value / by_rows - 1.0).abs() < 1e-12);
        check_gradient(&prepared, &place);
    }
}

#[test]
fn too_little_is_too_little() {
    let one = row(3, 100.0, 120.0, 10.0);
    let few: Rows = std::iter::repeat_n(one, 49).collect();
    assert_eq!(choose(&few).reason, Reason::TooFewClients);
    assert_eq!(choose(&Rows::default()).reason, Reason::TooFewClients);
    let once: Rows = (0..500).map(|age| row(0, 0.0, f64::from(age), 0.0)).collect();
    assert_eq!(choose(&once).reason, Reason::TooFewGaps);
    let alike: Rows = std::iter::repeat_n(one, 200).collect();
    let found = choose(&alike).fit.expect("usable");
    assert_eq!(found.convergence, Convergence::AtTheEdge, "all alike hold no spread");
}

#[test]
fn regularity_is_seen_in_the_first_gaps() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for k in [1.0, 3.0, 8.0] {
        let gaps: Vec<(f64, f64)> = (0..20_000).map(|_| (gamma(&mut rng, k), gamma(&mut rng, k))).collect();
        let estimate = wheat_morrison(gaps.into_iter()).expect("enough");
        assert!((estimate / k - 1.0).abs() < 0.05, "{estimate} for {k}");
    }
    assert_eq!(wheat_morrison(std::iter::repeat_n((5.0, 5.0), 50)), None);
    assert_eq!(wheat_morrison(std::iter::empty()), None);
}

#[test]
fn amounts_are_found_again() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let truth = GammaGamma { p: 6.0, q: 4.0, v: 5000.0 };
    let spends: Vec<Spend> = (0..5_000_u32)
        .map(|client| {
            let repeats = 1 + client % 7;
            let rate = gamma(&mut rng, truth.q) / truth.v;
            Spend { repeats, mean: gamma(&mut rng, truth.p * f64::from(repeats)) / (f64::from(repeats) * rate) }
        })
        .collect();
    let fitted = FittedSpend::of(&spends);
    let model = fitted.model.expect("fitted");
    for (value, truth) in [(model.p, truth.p), (model.q, truth.q), (model.v, truth.v)] {
        assert!((value / truth).ln().abs() < 0.1, "{model:?}");
    }
    assert!(fitted.correlation.expect("known").abs() < 0.05);
    let often = fitted.expected(Some(&Spend { repeats: 50, mean: 30_000.0 }));
    let once = fitted.expected(None);
    assert!(often > 28_000.0 && often < 30_000.0, "who came often is believed: {often}");
    assert!((once / (truth.p * truth.v / (truth.q - 1.0)) - 1.0).abs() < 0.05, "{once}");
}

#[test]
fn value_is_visits_times_amounts_of_real_months() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 31).expect("a day");
    assert_eq!(month_ends(today, 4), [28.0, 59.0, 89.0, 120.0]);
    let model = Model::Cnbd(CLINIC);
    let regular = row(6, 540.0, 560.0, 6.0 * 90.0_f64.ln());
    let ends = month_ends(today, 36);
    let plain = expected(&model, &regular, &ends, 0.0);
    assert!((plain[11].discounted_visits - model.visits_within(&regular, 365.0)).abs() < 1e-12);
    let by_hand: f64 = (0..36)
        .map(|month| {
            let before = if month == 0 { 0.0 } else { model.visits_within(&regular, ends[month - 1]) };
            (model.visits_within(&regular, ends[month]) - before)
                / 1.01_f64.powi(i32::try_from(month).expect("small") + 1)
        })
        .sum();
    assert!((expected(&model, &regular, &ends, 0.01)[35].discounted_visits - by_hand).abs() < 1e-9);
    let free = score(&model, &regular, today, 10_000.0, &Worth { discount: 0.01, keeping: 0.0 }, &ends);
    let costly = score(&model, &regular, today, 10_000.0, &Worth { discount: 0.01, keeping: 100.0 }, &ends);
    assert!((free.value_36.expected - whole(10_000.0 * by_hand)).abs() <= 1);
    let months: f64 = (1..=12).map(|month| 1.01_f64.powi(-month)).sum();
    let costs = free.value_12.expected - costly.value_12.expected;
    assert!((costs - whole(100.0 * months * free.alive)).abs() <= 1, "{costs}");
    assert!(free.value_12.low < free.value_12.expected && free.value_12.expected < free.value_12.high);
    assert_eq!(visit_range(&[0.04, 0.02, 0.88, 0.06]), (1.0, 3.0));
    assert_eq!(visit_range(&[]), (0.0, 0.0));
}

#[test]
fn the_next_visit_has_its_days() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    let steady = Model::Cnbd(Cnbd { k: 8, drop_out: DropOut::AtOnce, r: 400.0, alpha: 9_000.0, a: 0.01, b: 10.0 });
    // Every half year, and the last time 90 days ago.
    let one = row(6, 1080.0, 1170.0, 6.0 * 180.0_f64.ln());
    let next = next_visit(&steady, &one, today);
    let days = |day: Option<chrono::NaiveDate>| (day.expect("comes") - today).num_days();
    assert!((50..100).contains(&days(next.early)), "{next:?}");
    assert!((80..120).contains(&days(next.middle)), "{next:?}");
    assert!((100..160).contains(&days(next.late)), "{next:?}");
    let chance = |day| steady.comes_within(&one, f64::from(i32::try_from(days(day)).expect("small")));
    assert!(chance(next.middle) >= 0.5 && chance(next.middle) < 0.52);
    let gone = row(3, 100.0, 5_000.0, 3.0 * 33.0_f64.ln());
    assert_eq!(next_visit(&Model::Cnbd(RHYTHM), &gone, today), super::NextVisit::default());
}

#[test]
fn pareto_nbd_against_simulation_and_itself() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut rows, mut later) = (Rows::default(), 0_u32);
    for client in 0..20_000_u32 {
        let age = f64::from(200 + client % 200);
        let (rate, gone) = (gamma(&mut rng, 0.9) / 30.0, gamma(&mut rng, 1.2) / 300.0);
        let life = gamma(&mut rng, 1.0) / gone;
        let (mut at, mut last, mut repeats) = (0.0, 0.0, 0);
        loop {
            at += gamma(&mut rng, 1.0) / rate;
            if at > life.min(age + 100.0) {
                break;
            }
            if at <= age {
                (last, repeats) = (at, repeats + 1);
            } else {
                later += 1;
            }
        }
        rows.push(row(repeats, last, age, 0.0));
    }
    let fit = fit(&rows, Family::ParetoNbd, 1).expect("fitted");
    assert_eq!(fit.convergence, Convergence::Converged);
    for ((name, value), truth) in fit.model.parameters().iter().zip([0.9, 30.0, 1.2, 300.0]) {
        assert!((value / truth).ln().abs() < 0.2, "{name}: {value} for {truth}");
    }
    let expected: f64 = rows.iter().map(|one| fit.model.visits_within(&one, 100.0)).sum();
    assert!((expected / f64::from(later) - 1.0).abs() < 0.03, "{expected} {later}");
    // The derivative of the chance to come is what the expected visits begin with.
    let one = row(2, 30.43, 38.86, 0.0);
    let (soon, visits) = (PARETO.comes_within(&one, 1e-4), PARETO.visits_within(&one, 1e-4));
    assert!((soon / visits - 1.0).abs() < 1e-4, "{soon} {visits}");
}
