//! (M)BG/CNBD-k: people come at gaps that are the sum of k waits (Erlang-k), so that for k > 1 there is a rhythm, and may drop
//! out after a visit. MBG lets them drop out after the first visit already (Reutterer, Platzer, Schroeder 2021, IJRM 38(1)
//! 194-215); with k = 1 it is MBG/NBD (Batislam et al. 2007), BG without that BG/NBD (Fader, Hardie, Lee 2005).
//!
//! What is expected is exact. The waits that are over after a time t, given that j were over before, are negative binomial:
//! each visit takes k of them, so the number of visits is a sum over waits with positive terms only.

use super::fit::{Bounds, Landscape, Slope, sum_in_order};
use super::row::{Row, Rows};
use super::special::{digamma, floor_count, ln_beta, ln_gamma, logistic, real, softplus};

/// Whether somebody can drop out right after the first visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DropOut {
    /// Only after the second (BG).
    AfterRepeats,
    /// Already after the first (MBG).
    AtOnce,
}

impl DropOut {
    /// `m` of the papers.
    pub const fn chances(self) -> f64 {
        match self {
            Self::AfterRepeats => 0.0,
            Self::AtOnce => 1.0,
        }
    }
}

/// The model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cnbd {
    /// Waits that make one gap: the more, the more regular.
    pub k: u32,
    /// When somebody can drop out first.
    pub drop_out: DropOut,
    /// Shape of the rates of waits.
    pub r: f64,
    /// Scale of the rates, in the unit of time.
    pub alpha: f64,
    /// Of the beta distribution of drop-out.
    pub a: f64,
    /// Of the beta distribution of drop-out.
    pub b: f64,
}

/// No sum over waits has more terms; they are enough for somebody who comes a dozen times a day for years.
const TERMS_MAX: usize = 20_000;
/// Terms below it no longer count.
const TERM_MIN: f64 = 1e-12;
/// ln of what is nothing even if it is repeated very often.
const LN_NOTHING: f64 = -60.0;

/// The weights of the waits that can be over since the last visit, if somebody is still a client.
struct Waits {
    /// One for each number of waits from none to k - 1; they add up to one.
    weights: Vec<f64>,
    /// ln of their sum as it was.
    ln_sum: f64,
}

impl Cnbd {
    /// `R`: the shape of the rates, once the visits are known.
    fn shape(&self, row: &Row) -> f64 {
        self.r + f64::from(self.k) * f64::from(row.repeats)
    }

    /// `b'`.
    fn stays(&self, row: &Row) -> f64 {
        self.b + f64::from(row.repeats) + self.drop_out.chances()
    }

    fn waits(&self, row: &Row) -> Waits {
        let ratio = row.pause() / (self.alpha + row.age);
        let shape = self.shape(row);
        let (mut weight, mut sum) = (1.0, 0.0);
        let mut weights = Vec::with_capacity(usize::try_from(self.k).unwrap_or(1));
        for place in 0..self.k {
            weights.push(weight);
            sum += weight;
            weight *= (shape + f64::from(place)) / f64::from(place + 1) * ratio;
        }
        for weight in &mut weights {
            *weight /= sum;
        }
        Waits { weights, ln_sum: f64::ln(sum) }
    }

    /// ln D; nothing where nobody can have dropped out yet.
    fn ln_gone(&self, row: &Row) -> Option<f64> {
        if row.repeats == 0 && self.drop_out == DropOut::AfterRepeats {
            return None;
        }
        let ratio = ((self.alpha + row.age) / (self.alpha + row.recency)).ln();
        Some(self.a.ln() - (self.stays(row) - 1.0).ln() + self.shape(row) * ratio)
    }

    /// ln of the likelihood of one client.
    pub fn ln_likelihood(&self, row: &Row) -> f64 {
        let (shape, stays, repeats) = (self.shape(row), self.stays(row), f64::from(row.repeats));
        let k = f64::from(self.k);
        let ln_alive = self.waits(row).ln_sum;
        let either = match self.ln_gone(row) {
            Some(ln_gone) => ln_alive + softplus(ln_gone - ln_alive),
            None => ln_alive,
        };
        (k - 1.0) * row.log_gaps - repeats * ln_gamma(k) + ln_beta(self.a, stays) - ln_beta(self.a, self.b)
            + ln_gamma(shape)
            - ln_gamma(self.r)
            + self.r * self.alpha.ln()
            - shape * (self.alpha + row.age).ln()
            + either
    }

    /// The chance that somebody is still a client.
    pub fn alive(&self, row: &Row) -> f64 {
        match self.ln_gone(row) {
            Some(ln_gone) => logistic(self.waits(row).ln_sum - ln_gone),
            None => 1.0,
        }
    }

    /// The chance of a visit within `time` from now.
    pub fn comes_within(&self, row: &Row, time: f64) -> f64 {
        if time <= 0.0 {
            return 0.0;
        }
        // Nobody came for so much longer and is still a client, against the same until now.
        let later = Row { age: row.age + time, ..*row };
        let fade = self.shape(row) * ((self.alpha + row.age) / (self.alpha + later.age)).ln();
        let stays_away = self.waits(&later).ln_sum - self.waits(row).ln_sum + fade;
        self.alive(row) * (-stays_away.exp_m1()).clamp(0.0, 1.0)
    }

    /// The expected visits within `time` from now.
    pub fn visits_within(&self, row: &Row, time: f64) -> f64 {
        if time <= 0.0 {
            return 0.0;
        }
        let waits = self.waits(row);
        let each = (0_u32..).zip(&waits.weights).map(|(over, weight)| weight * self.visits_from(row, time, over));
        self.alive(row) * each.sum::<f64>()
    }

    /// The expected visits of a client who stays one, of whose next gap `over` waits are over. The waits of one gap count
    /// alike, so they are added up first.
    fn visits_from(&self, row: &Row, time: f64, over: u32) -> f64 {
        let mut stayers = Stayers::new(self, row);
        let NegativeBinomial { size, share, waits: first, mut chance, .. } =
            NegativeBinomial::new(self, row, time, over);
        let k = usize::try_from(self.k).unwrap_or(1).max(1);
        let reached = first + usize::try_from(over).unwrap_or(0);
        let (mut visits, mut left, mut terms) = (reached / k, k - reached % k, 0);
        let (mut waits, mut sum) = (real(first), 0.0);
        while terms < TERMS_MAX {
            let (mut of_gap, mut ratio) = (0.0, 0.0);
            for _wait in 0..left {
                of_gap += chance;
                ratio = share * (size + waits) / (waits + 1.0);
                chance *= ratio;
                waits += 1.0;
            }
            let stayed = stayers.sum_to(visits);
            sum += of_gap * stayed;
            // No later ratio is larger than the larger of this one and the last.
            let least = 1.0 - ratio.max(share);
            if least > 0.0 && chance * (stayed + 1.0) < TERM_MIN * least * least {
                break;
            }
            terms += left;
            (visits, left) = (visits + 1, k);
        }
        sum
    }

    /// The chances that somebody comes not at all, once, twice, … within `time` from now, until the rest is small. Whoever would
    /// come more than [`TERMS_MAX`] times comes so often.
    pub fn visit_chances(&self, row: &Row, time: f64) -> Vec<f64> {
        let alive = self.alive(row);
        let waits = self.waits(row);
        let k = usize::try_from(self.k).unwrap_or(1);
        // Visits of somebody who stays a client.
        let mut steady: Vec<f64> = Vec::new();
        for (over, weight) in (0_u32..).zip(&waits.weights) {
            if *weight < TERM_MIN || time <= 0.0 {
                continue;
            }
            for (more, chance, rest) in NegativeBinomial::new(self, row, time, over) {
                let visits = ((more + usize::try_from(over).unwrap_or(0)) / k).min(TERMS_MAX);
                if steady.len() <= visits {
                    steady.resize(visits + 1, 0.0);
                }
                if let Some(sum) = steady.get_mut(visits) {
                    *sum += weight * chance;
                }
                if rest < TERM_MIN {
                    break;
                }
            }
        }
        // Whoever would come so often stays long enough for it with the chance that falls with each visit.
        let mut beyond: f64 = steady.iter().skip(1).sum();
        let mut stayers = Stayers::new(self, row);
        let mut at_least = vec![1.0];
        for (visits, chance) in steady.iter().enumerate().skip(1) {
            stayers.sum_to(visits);
            at_least.push(alive * stayers.last * beyond);
            beyond = (beyond - chance).max(0.0);
        }
        let next = at_least.iter().skip(1).copied().chain([0.0]);
        at_least.iter().zip(next).map(|(this, next)| (this - next).max(0.0)).collect()
    }
}

/// The chances that somebody stays a client through n more visits, added up.
struct Stayers {
    stays: f64,
    either: f64,
    visits: usize,
    last: f64,
    sum: f64,
}

impl Stayers {
    fn new(model: &Cnbd, row: &Row) -> Self {
        let stays = model.stays(row);
        Self { stays, either: model.a + stays, visits: 0, last: 1.0, sum: 0.0 }
    }

    /// The sum of the chances to be there for the first, second, … visit up to this; asked in rising order.
    fn sum_to(&mut self, visits: usize) -> f64 {
        if visits > self.visits + JUMP_MIN {
            self.jump_to(visits);
        }
        while self.visits < visits {
            if self.visits > 0 {
                let before = real(self.visits - 1);
                self.last *= (self.stays + before) / (self.either + before);
            }
            self.sum += self.last;
            self.visits += 1;
        }
        self.sum
    }
}

impl Stayers {
    /// The same in closed form, for a sum that begins far from the first visit.
    fn jump_to(&mut self, visits: usize) {
        let count = real(visits);
        let ln_rising = |from: f64, steps: f64| ln_gamma(from + steps) - ln_gamma(from);
        let excess = self.either - self.stays - 1.0;
        self.last = (ln_rising(self.stays, count - 1.0) - ln_rising(self.either, count - 1.0)).exp();
        self.sum = if excess.abs() < 1e-6 {
            self.stays * (digamma(self.stays + count) - digamma(self.stays))
        } else {
            let rest = (ln_rising(self.stays, count) - ln_rising(self.either - 1.0, count)).exp();
            (self.either - 1.0) / excess * (1.0 - rest)
        };
        self.visits = visits;
    }
}

/// The sum by a jump and step by step, for the tests.
#[cfg(test)]
pub(super) fn two_ways(model: &Cnbd, row: &Row, visits: usize) -> (f64, f64) {
    let (mut jumped, mut walked) = (Stayers::new(model, row), Stayers::new(model, row));
    for visit in 1..=visits {
        walked.sum_to(visit);
    }
    assert!(visits > JUMP_MIN);
    let sum = jumped.sum_to(visits);
    assert!((jumped.last / walked.last - 1.0).abs() < 1e-8);
    (sum, walked.sum)
}

/// Further than so many visits is a jump.
const JUMP_MIN: usize = 5_000;

/// How many waits are over after a time: number, chance, and a bound for the chance of all later numbers.
struct NegativeBinomial {
    size: f64,
    share: f64,
    waits: usize,
    chance: f64,
    terms: usize,
}

impl NegativeBinomial {
    fn new(model: &Cnbd, row: &Row, time: f64, over: u32) -> Self {
        let size = model.shape(row) + f64::from(over);
        let share = time / (model.alpha + row.age + time);
        let ln_none = size * ((model.alpha + row.age) / (model.alpha + row.age + time)).ln();
        let ln_chance = |waits: usize| {
            let waits = real(waits);
            ln_gamma(size + waits) - ln_gamma(waits + 1.0) - ln_gamma(size) + ln_none + waits * share.ln()
        };
        // Where the first terms are nothing, the sum begins where they begin to be something.
        let (mut first, mut ln_first) = (0, ln_none);
        if ln_none < LN_NOTHING {
            let mut likely = floor_count(share * (size - 1.0) / (1.0 - share));
            while likely > first + 1 {
                let middle = first.midpoint(likely);
                if ln_chance(middle) < LN_NOTHING { first = middle } else { likely = middle }
            }
            (first, ln_first) = (likely, ln_chance(likely));
        }
        Self { size, share, waits: first, chance: ln_first.exp(), terms: 0 }
    }
}

impl Iterator for NegativeBinomial {
    type Item = (usize, f64, f64);

    fn next(&mut self) -> Option<Self::Item> {
        if self.terms >= TERMS_MAX {
            return None;
        }
        self.terms += 1;
        let (waits, chance) = (self.waits, self.chance);
        let ratio = self.share * (self.size + real(waits)) / real(waits + 1);
        self.waits += 1;
        self.chance *= ratio;
        // From here on no ratio is larger than the larger of this one and the last.
        let largest = ratio.max(self.share);
        let rest = if largest < 1.0 { self.chance / ((1.0 - largest) * (1.0 - largest)) } else { f64::INFINITY };
        Some((waits, chance, rest))
    }
}

/// Clients ready for the fit of one k.
pub struct Prepared<'a> {
    k: u32,
    drop_out: DropOut,
    rows: &'a Rows,
    /// The numbers of repeat visits that occur, and how many clients have each.
    counts: Vec<(u32, f64)>,
    /// For each row, the place in `counts`.
    count_of: Vec<u32>,
    log_gaps: f64,
    chunks: Vec<std::ops::Range<usize>>,
}

/// Rows that one thread takes at once.
const CHUNK: usize = 4096;

/// The parts of likelihood and gradient that depend on the number of visits alone.
struct OfCount {
    shape: f64,
    ln_chance_gone: f64,
    by_r: f64,
    by_a: f64,
    by_b: f64,
    per_stay: f64,
}

impl<'a> Prepared<'a> {
    /// Sorts the rows into what depends on the number of visits and what does not.
    pub fn new(rows: &'a Rows, k: u32, drop_out: DropOut) -> Self {
        let mut sorted = rows.repeats.clone();
        sorted.sort_unstable();
        let mut counts: Vec<(u32, f64)> = Vec::new();
        for repeats in sorted {
            match counts.last_mut() {
                Some((last, clients)) if *last == repeats => *clients += 1.0,
                _ => counts.push((repeats, 1.0)),
            }
        }
        let place = |repeats: &u32| {
            let place = counts.binary_search_by_key(repeats, |(count, _)| *count).unwrap_or(0);
            u32::try_from(place).unwrap_or(0)
        };
        let count_of = rows.repeats.iter().map(place).collect();
        let chunks = (0..rows.len()).step_by(CHUNK).map(|from| from..(from + CHUNK).min(rows.len())).collect();
        Self { k, drop_out, rows, counts, count_of, log_gaps: rows.log_gaps.iter().sum(), chunks }
    }

    /// Starts of the climb: rates like those seen, drop-out rare or common.
    pub fn starts(&self) -> Vec<[f64; 4]> {
        let gap = self.rows.usual_gap();
        let start = |r: f64, a: f64, b: f64| [r.ln(), (r * gap / f64::from(self.k)).ln(), f64::ln(a), f64::ln(b)];
        vec![start(1.0, 0.5, 2.0), start(0.3, 0.8, 2.5), start(3.0, 0.3, 1.0), start(1.0, 0.1, 4.0)]
    }

    /// Where the climb may go.
    pub fn bounds(&self) -> Bounds<4> {
        let gap = self.rows.usual_gap();
        Bounds::around([0.0, (gap / f64::from(self.k)).ln(), 0.0, 0.0], 11.5)
    }

    fn of_counts(&self, model: &Cnbd) -> Vec<OfCount> {
        let (a, b, r) = (model.a, model.b, model.r);
        let (digamma_r, digamma_a_b, digamma_b) = (digamma(r), digamma(a + b), digamma(b));
        let each = |(repeats, _): &(u32, f64)| {
            let shape = r + f64::from(self.k) * f64::from(*repeats);
            let stays = b + f64::from(*repeats) + self.drop_out.chances();
            let can_be_gone = *repeats > 0 || self.drop_out == DropOut::AtOnce;
            let both = digamma(a + stays);
            OfCount {
                shape,
                ln_chance_gone: if can_be_gone { a.ln() - (stays - 1.0).ln() } else { f64::NEG_INFINITY },
                by_r: digamma(shape) - digamma_r,
                by_a: digamma_a_b - both,
                by_b: digamma(stays) - both - digamma_b + digamma_a_b,
                per_stay: if can_be_gone { 1.0 / (stays - 1.0) } else { 0.0 },
            }
        };
        self.counts.iter().map(each).collect()
    }

    /// What depends on the number of visits alone, summed over everybody.
    fn by_counts(&self, model: &Cnbd, of_counts: &[OfCount]) -> Slope<4> {
        let mut sum = Slope::ZERO;
        let k = f64::from(self.k);
        let (ln_alpha, ln_gamma_r, ln_beta_a_b) = (model.alpha.ln(), ln_gamma(model.r), ln_beta(model.a, model.b));
        let ln_gamma_k = ln_gamma(k);
        for ((repeats, clients), of_count) in self.counts.iter().zip(of_counts) {
            let stays = model.b + f64::from(*repeats) + self.drop_out.chances();
            let value = ln_gamma(of_count.shape) - ln_gamma_r + model.r * ln_alpha - f64::from(*repeats) * ln_gamma_k
                + ln_beta(model.a, stays)
                - ln_beta_a_b;
            let gradient = [of_count.by_r + ln_alpha, model.r / model.alpha, of_count.by_a, of_count.by_b];
            sum.add(&Slope { value: clients * value, gradient: gradient.map(|slope| clients * slope) });
        }
        sum.value += (k - 1.0) * self.log_gaps;
        sum
    }

    fn by_times(&self, model: &Cnbd, of_counts: &[OfCount], chunk: &std::ops::Range<usize>) -> Slope<4> {
        let mut sum = Slope::ZERO;
        let [mut by_r, mut by_alpha, mut gone_sum, mut by_b] = [0.0; 4];
        let columns =
            (self.count_of.get(chunk.clone()), self.rows.recency.get(chunk.clone()), self.rows.age.get(chunk.clone()));
        let (Some(count_of), Some(recency), Some(age)) = columns else { return sum };
        for ((place, recency), age) in count_of.iter().zip(recency).zip(age) {
            let Some(of_count) = usize::try_from(*place).ok().and_then(|place| of_counts.get(place)) else { continue };
            let shape = of_count.shape;
            let (since_first, until_last) = (model.alpha + age, model.alpha + recency);
            let (inverse_first, inverse_last) = (1.0 / since_first, 1.0 / until_last);
            let ln_first = since_first.ln();
            let ln_ratio = ln_first - until_last.ln();
            let share = (age - recency) * inverse_first;
            let [mut weight, mut waits, mut waits_by_r, mut waits_by_place, mut harmonic] = [1.0, 1.0, 0.0, 0.0, 0.0];
            for step in 1..self.k {
                let before = shape + f64::from(step - 1);
                harmonic += 1.0 / before;
                weight *= before / f64::from(step) * share;
                waits += weight;
                waits_by_r += weight * harmonic;
                waits_by_place += weight * f64::from(step);
            }
            let ln_waits = if self.k > 1 { waits.ln() } else { 0.0 };
            let ln_odds = of_count.ln_chance_gone + shape * ln_ratio - ln_waits;
            let (gone, either) = if ln_odds < 30.0 {
                let odds = ln_odds.exp();
                (odds / (1.0 + odds), (1.0 + odds).ln())
            } else {
                (logistic(ln_odds), softplus(ln_odds))
            };
            let there = (1.0 - gone) / waits;
            sum.value += ln_waits + either - shape * ln_first;
            by_r += gone * ln_ratio - ln_first + there * waits_by_r;
            by_alpha += shape * (gone * (inverse_first - inverse_last) - inverse_first)
                - there * waits_by_place * inverse_first;
            gone_sum += gone;
            by_b -= gone * of_count.per_stay;
        }
        sum.gradient = [by_r, by_alpha, gone_sum / model.a, by_b];
        sum
    }
}

impl Landscape<4> for Prepared<'_> {
    fn at(&self, place: &[f64; 4]) -> Slope<4> {
        let parameters = place.map(f64::exp);
        let [r, alpha, a, b] = parameters;
        let model = Cnbd { k: self.k, drop_out: self.drop_out, r, alpha, a, b };
        let of_counts = self.of_counts(&model);
        let mut sum = sum_in_order(&self.chunks, |chunk| self.by_times(&model, &of_counts, chunk));
        sum.add(&self.by_counts(&model, &of_counts));
        sum.mean(real(self.rows.len()), &parameters)
    }
}
