//! BG/NBD and MBG/NBD, the models without a rhythm, for very many clients.
//!
//! With k = 1 all of the likelihood but one term is a sum over numbers of visits and over ages, which are few. The term that
//! is left, whether a client is gone, needs one exponential a client: logarithms of times are looked up, since times are
//! whole days, and clients who are alike are counted once where that pays.

use rayon::prelude::*;

use super::cnbd::{Cnbd, DropOut};
use super::fit::{Bounds, Landscape, Slope, sum_in_order};
use super::row::Rows;
use super::special::{digamma, floor_count, ln_beta, ln_gamma, logistic, real, softplus};

/// Clients ready for the fit.
pub struct Prepared {
    drop_out: DropOut,
    clients: f64,
    usual_gap: f64,
    /// Every time that occurs, once, in order; the first is none.
    times: Vec<f64>,
    /// For each of the times: how many clients are of this age, and how often they came again.
    by_age: Vec<(f64, f64)>,
    /// For each number of repeat visits that occurs: the number, and how many clients have it.
    by_count: Vec<(u32, f64)>,
    /// Clients who came equally often: place in `by_count`, and their times.
    blocks: Vec<Block>,
}

/// Some clients who came equally often, as places in the list of times.
struct Block {
    count: usize,
    ages: Vec<u32>,
    recencies: Vec<u32>,
    /// How many clients each entry stands for; empty where each is one.
    weights: Vec<f64>,
}

/// Clients of a block; fixed, so that sums do not depend on the number of threads.
const BLOCK: usize = 8192;
/// Odds beyond it are treated by their logarithm.
const LN_ODDS_MAX: f64 = 30.0;

/// What a number of visits says about the rest.
struct OfCount {
    shape: f64,
    ln_chance_gone: f64,
    per_stay: f64,
}

impl Prepared {
    /// Sorts the rows.
    pub fn new(rows: &Rows, drop_out: DropOut) -> Self {
        let times = distinct_times(rows);
        let place = Places::new(&times);
        let mut by_age = vec![(0.0, 0.0); times.len()];
        let longest = rows.repeats.iter().copied().max().unwrap_or(0);
        let mut keys: Vec<(u32, u32, u32)> = Vec::with_capacity(rows.len());
        for row in rows.iter() {
            let age = place.of(row.age);
            if let Some((clients, repeats)) = usize::try_from(age).ok().and_then(|age| by_age.get_mut(age)) {
                *clients += 1.0;
                *repeats += f64::from(row.repeats);
            }
            keys.push((row.repeats, age, place.of(row.recency)));
        }
        let pays = pays_to_gather(rows.len(), times.len());
        if pays {
            keys.par_sort_unstable();
        } else {
            keys = sorted_by_count(keys, longest);
        }
        let (by_count, blocks) = blocks_of(&keys, drop_out, pays);
        let clients = real(rows.len());
        Self { drop_out, clients, usual_gap: rows.usual_gap(), times, by_age, by_count, blocks }
    }

    /// Starts of the climb.
    pub fn starts(&self) -> Vec<[f64; 4]> {
        let start = |r: f64, a: f64, b: f64| [r.ln(), (r * self.usual_gap).ln(), f64::ln(a), f64::ln(b)];
        vec![start(1.0, 0.5, 2.0), start(0.3, 0.8, 2.5), start(3.0, 0.3, 1.0), start(1.0, 0.1, 4.0)]
    }

    /// Where the climb may go.
    pub fn bounds(&self) -> Bounds<4> {
        Bounds::around([0.0, self.usual_gap.ln(), 0.0, 0.0], 11.5)
    }

    /// What depends on the number of visits alone, and on the age alone.
    fn by_sums(&self, model: &Cnbd, logs: &[(f64, f64)]) -> Slope<4> {
        let mut sum = Slope::ZERO;
        let (a, b, r) = (model.a, model.b, model.r);
        let (digamma_a_b, digamma_b, digamma_r) = (digamma(a + b), digamma(b), digamma(r));
        let (ln_gamma_r, ln_beta_a_b) = (ln_gamma(r), ln_beta(a, b));
        for (repeats, clients) in &self.by_count {
            let repeats = f64::from(*repeats);
            let stays = b + repeats + self.drop_out.chances();
            let both = digamma(a + stays);
            sum.value += clients * (ln_gamma(r + repeats) - ln_gamma_r + ln_beta(a, stays) - ln_beta_a_b);
            let gradient = [
                digamma(r + repeats) - digamma_r,
                0.0,
                digamma_a_b - both,
                digamma(stays) - both - digamma_b + digamma_a_b,
            ];
            sum.add(&Slope { value: 0.0, gradient: gradient.map(|slope| clients * slope) });
        }
        for ((clients, repeats), (log, inverse)) in self.by_age.iter().zip(logs) {
            let shapes = r * clients + repeats;
            sum.value -= shapes * log;
            sum.add(&Slope { value: 0.0, gradient: [-clients * log, -shapes * inverse, 0.0, 0.0] });
        }
        sum.value += self.clients * r * model.alpha.ln();
        sum.add(&Slope {
            value: 0.0,
            gradient: [self.clients * model.alpha.ln(), self.clients * r / model.alpha, 0.0, 0.0],
        });
        sum
    }
}

impl Landscape<4> for Prepared {
    fn at(&self, place: &[f64; 4]) -> Slope<4> {
        let parameters = place.map(f64::exp);
        let [r, alpha, a, b] = parameters;
        let model = Cnbd { k: 1, drop_out: self.drop_out, r, alpha, a, b };
        let of_time = |time: &f64| ((alpha + time).ln(), 1.0 / (alpha + time));
        let logs: Vec<(f64, f64)> = if self.times.len() > BLOCK {
            self.times.par_iter().with_min_len(BLOCK).map(of_time).collect()
        } else {
            self.times.iter().map(of_time).collect()
        };
        let of_counts: Vec<OfCount> = self.by_count.iter().map(|(repeats, _)| OfCount::new(&model, *repeats)).collect();
        let mut sum = sum_in_order(&self.blocks, |block| match of_counts.get(block.count) {
            Some(of_count) => block.sum(&model, of_count, &logs),
            None => Slope::ZERO,
        });
        sum.add(&self.by_sums(&model, &logs));
        sum.mean(self.clients, &parameters)
    }
}

impl OfCount {
    fn new(model: &Cnbd, repeats: u32) -> Self {
        let stays = model.b + f64::from(repeats) + model.drop_out.chances();
        Self {
            shape: model.r + f64::from(repeats),
            ln_chance_gone: model.a.ln() - (stays - 1.0).ln(),
            per_stay: 1.0 / (stays - 1.0),
        }
    }
}

impl Block {
    /// The term of whether they are gone.
    fn sum(&self, model: &Cnbd, of_count: &OfCount, logs: &[(f64, f64)]) -> Slope<4> {
        let look =
            |place: &u32| usize::try_from(*place).ok().and_then(|place| logs.get(place)).copied().unwrap_or((0.0, 0.0));
        let [mut value, mut gone_sum, mut gone_logs, mut gone_inverses] = [0.0; 4];
        let mut each = |weight: f64, age: &u32, recency: &u32| {
            let ((ln_first, inverse_first), (ln_last, inverse_last)) = (look(age), look(recency));
            let ln_ratio = ln_first - ln_last;
            let ln_odds = of_count.ln_chance_gone + of_count.shape * ln_ratio;
            let (gone, either) = if ln_odds < LN_ODDS_MAX {
                let odds = ln_odds.exp();
                (odds / (1.0 + odds), (1.0 + odds).ln())
            } else {
                (logistic(ln_odds), softplus(ln_odds))
            };
            value += weight * either;
            gone_sum += weight * gone;
            gone_logs += weight * gone * ln_ratio;
            gone_inverses += weight * gone * (inverse_first - inverse_last);
        };
        let pairs = self.ages.iter().zip(&self.recencies);
        if self.weights.is_empty() {
            pairs.for_each(|(age, recency)| each(1.0, age, recency));
        } else {
            pairs.zip(&self.weights).for_each(|((age, recency), weight)| each(*weight, age, recency));
        }
        let gradient = [gone_logs, of_count.shape * gone_inverses, gone_sum / model.a, -gone_sum * of_count.per_stay];
        Slope { value, gradient }
    }
}

/// Whether there are so few ways to be alike that it pays to look for them: sorting costs as much as looking at everybody
/// some ten times.
fn pays_to_gather(clients: usize, times: usize) -> bool {
    times.saturating_mul(times).saturating_mul(8) < clients
}

/// Every time that occurs, once, in order, with zero before all.
fn distinct_times(rows: &Rows) -> Vec<f64> {
    const WHOLE_MAX: f64 = 100_000.0;
    let both = || rows.age.iter().chain(&rows.recency);
    let most = both().copied().fold(0.0, f64::max);
    // Whole days, as they nearly always are: the list is the days themselves.
    if most <= WHOLE_MAX && both().all(|time| time.fract() == 0.0) {
        return (0..=floor_count(most)).map(real).collect();
    }
    let mut times: Vec<f64> = both().copied().chain([0.0]).collect();
    times.par_sort_unstable_by(f64::total_cmp);
    times.dedup();
    times
}

/// Finds the place of a time in the list.
struct Places<'a> {
    times: &'a [f64],
    is_whole: bool,
}

impl<'a> Places<'a> {
    fn new(times: &'a [f64]) -> Self {
        let is_whole = times.last().is_some_and(|last| floor_count(*last) + 1 == times.len() && last.fract() == 0.0);
        Self { times, is_whole: is_whole && times.iter().all(|time| time.fract() == 0.0) }
    }

    fn of(&self, time: f64) -> u32 {
        let place = if self.is_whole {
            floor_count(time)
        } else {
            self.times.binary_search_by(|known| known.total_cmp(&time)).unwrap_or(0)
        };
        u32::try_from(place).unwrap_or(0)
    }
}

/// Sorted by the number of visits alone, in one pass.
fn sorted_by_count(keys: Vec<(u32, u32, u32)>, most: u32) -> Vec<(u32, u32, u32)> {
    const LISTS_MAX: u32 = 10_000;
    let mut keys = keys;
    if most > LISTS_MAX {
        keys.par_sort_by_key(|(repeats, _, _)| *repeats);
        return keys;
    }
    let mut sizes = vec![0_usize; usize::try_from(most).unwrap_or(0) + 1];
    for (repeats, _, _) in &keys {
        if let Some(size) = usize::try_from(*repeats).ok().and_then(|place| sizes.get_mut(place)) {
            *size += 1;
        }
    }
    let mut next = 0;
    for size in &mut sizes {
        (next, *size) = (next + *size, next);
    }
    let mut sorted = vec![(0, 0, 0); keys.len()];
    for key in keys {
        let start = usize::try_from(key.0).ok().and_then(|place| sizes.get_mut(place));
        if let Some(start) = start {
            if let Some(slot) = sorted.get_mut(*start) {
                *slot = key;
            }
            *start += 1;
        }
    }
    sorted
}

/// Cuts the sorted keys into blocks of clients who came equally often.
fn blocks_of(keys: &[(u32, u32, u32)], drop_out: DropOut, gather: bool) -> (Vec<(u32, f64)>, Vec<Block>) {
    let mut by_count = Vec::new();
    let mut blocks = Vec::new();
    for same in keys.chunk_by(|one, next| one.0 == next.0) {
        let Some((repeats, _, _)) = same.first() else { continue };
        let count = by_count.len();
        by_count.push((*repeats, real(same.len())));
        if *repeats == 0 && drop_out == DropOut::AfterRepeats {
            continue;
        }
        for some in same.chunks(BLOCK) {
            let mut block = Block { count, ages: Vec::new(), recencies: Vec::new(), weights: Vec::new() };
            if gather {
                for alike in some.chunk_by(|one, next| one == next) {
                    let Some((_, age, recency)) = alike.first() else { continue };
                    block.ages.push(*age);
                    block.recencies.push(*recency);
                    block.weights.push(real(alike.len()));
                }
            } else {
                block.ages = some.iter().map(|(_, age, _)| *age).collect();
                block.recencies = some.iter().map(|(_, _, recency)| *recency).collect();
            }
            blocks.push(block);
        }
    }
    (by_count, blocks)
}
