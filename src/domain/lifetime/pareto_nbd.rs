//! Pareto/NBD (Schmittlein, Morrison, Colombo 1987): people come at chance, with rates of their own, and drop out at any
//! moment, not only after a visit.
//!
//! Instead of differences of hypergeometric functions, the chance of having dropped out somewhere in the pause is integrated: all
//! of its terms are positive, and the derivatives come along. In ln of the time, the sum of Gauss and Legendre is exact.

use super::fit::{Bounds, Landscape, Slope, sum_in_order};
use super::row::{Row, Rows};
use super::special::{digamma, legendre, ln_gamma, real};

/// The model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    /// Shape of the rates of visits.
    pub r: f64,
    /// Scale of the rates of visits, in the unit of time.
    pub alpha: f64,
    /// Shape of the rates of drop-out.
    pub s: f64,
    /// Scale of the rates of drop-out, in the unit of time.
    pub beta: f64,
}

/// Somebody of whom both rates are known as far as they can be.
#[derive(Clone, Copy)]
struct Stand {
    visits_shape: f64,
    visits_scale: f64,
    gone_shape: f64,
    gone_scale: f64,
}

/// Nobody came for a time: still a client, or dropped out meanwhile. Then what the derivatives need.
#[derive(Default)]
struct Silence {
    alive: f64,
    gone: f64,
    by_visits_shape: f64,
    by_visits_scale: f64,
    by_gone_shape: f64,
    by_gone_scale: f64,
}

impl Stand {
    /// Nobody comes for `time`.
    fn silent_for(&self, time: f64) -> Silence {
        let ln_visits = |after: f64| (after / self.visits_scale).ln_1p();
        let ln_gone = |after: f64| (after / self.gone_scale).ln_1p();
        let alive = (-self.visits_shape * ln_visits(time) - self.gone_shape * ln_gone(time)).exp();
        let mut silence = Silence {
            alive,
            gone: 0.0,
            by_visits_shape: -alive * ln_visits(time),
            by_visits_scale: -alive * self.visits_shape * fall(time, self.visits_scale),
            by_gone_shape: -alive * ln_gone(time),
            by_gone_scale: -alive * self.gone_shape * fall(time, self.gone_scale),
        };
        // In ln of the smaller scale there is nothing near that the sum could stumble over, and no panel holds more than a
        // fall by e^16, which sixteen places follow to the last digit.
        let scale = self.visits_scale.min(self.gone_scale);
        let end = (time / scale).ln_1p();
        let fall_at = |place: f64| {
            let by = scale * place.exp();
            let after = by - scale;
            self.visits_shape * by / (self.visits_scale + after)
                + (self.gone_shape + 1.0) * by / (self.gone_scale + after)
        };
        let mut from = 0.0;
        while from < end {
            let mut panel = (16.0 / fall_at(from)).min(2.0);
            panel = panel.min(16.0 / fall_at(from + panel)).max(1e-9);
            let to = (from + panel).min(end);
            let before = silence.gone;
            for (place, weight) in legendre(from, to) {
                silence.add_gone(self, scale, place, weight);
            }
            let is_over = silence.gone - before <= 1e-18 * silence.gone && fall_at(from) > 2.0;
            if is_over {
                break;
            }
            from = to;
        }
        silence
    }
}

/// By how much the inverse of a scale falls in a time.
fn fall(after: f64, scale: f64) -> f64 {
    1.0 / (scale + after) - 1.0 / scale
}

impl Silence {
    /// Adds the chance to have dropped out about one moment, given as ln of the scale.
    fn add_gone(&mut self, stand: &Stand, scale: f64, place: f64, weight: f64) {
        let after = scale * place.exp_m1();
        let (visits, gone) = ((after / stand.visits_scale).ln_1p(), (after / stand.gone_scale).ln_1p());
        let here = (-stand.visits_shape * visits - stand.gone_shape * gone).exp();
        let inverse = 1.0 / (stand.gone_scale + after);
        let term = weight * scale * place.exp() * here * stand.gone_shape * inverse;
        self.gone += term;
        self.by_visits_shape -= term * visits;
        self.by_visits_scale -= term * stand.visits_shape * fall(after, stand.visits_scale);
        self.by_gone_shape += term * (1.0 / stand.gone_shape - gone);
        self.by_gone_scale -= term * (stand.gone_shape * fall(after, stand.gone_scale) + inverse);
    }
}

impl ParetoNbd {
    fn shape(&self, row: &Row) -> f64 {
        self.r + f64::from(row.repeats)
    }

    fn stand_at(&self, row: &Row, time: f64) -> Stand {
        Stand {
            visits_shape: self.shape(row),
            visits_scale: self.alpha + time,
            gone_shape: self.s,
            gone_scale: self.beta + time,
        }
    }

    /// ln of the likelihood of one client.
    pub fn ln_likelihood(&self, row: &Row) -> f64 {
        let silence = self.stand_at(row, row.recency).silent_for(row.pause());
        self.ln_until_last(row) + (silence.alive + silence.gone).ln()
    }

    fn ln_until_last(&self, row: &Row) -> f64 {
        let shape = self.shape(row);
        ln_gamma(shape) - ln_gamma(self.r) + self.r * self.alpha.ln() + self.s * self.beta.ln()
            - shape * (self.alpha + row.recency).ln()
            - self.s * (self.beta + row.recency).ln()
    }

    /// The chance that somebody is still a client.
    pub fn alive(&self, row: &Row) -> f64 {
        let silence = self.stand_at(row, row.recency).silent_for(row.pause());
        (silence.alive / (silence.alive + silence.gone)).clamp(0.0, 1.0)
    }

    /// The chance of a visit within `time` from now.
    pub fn comes_within(&self, row: &Row, time: f64) -> f64 {
        if time <= 0.0 {
            return 0.0;
        }
        let silence = self.stand_at(row, row.age).silent_for(time);
        self.alive(row) * (1.0 - silence.alive - silence.gone).clamp(0.0, 1.0)
    }

    /// The expected visits within `time` from now.
    pub fn visits_within(&self, row: &Row, time: f64) -> f64 {
        if time <= 0.0 {
            return 0.0;
        }
        let ln_ratio = (time / (self.beta + row.age)).ln_1p();
        let excess = self.s - 1.0;
        let years = if excess.abs() < 1e-9 { ln_ratio } else { -(-excess * ln_ratio).exp_m1() / excess };
        self.alive(row) * self.shape(row) * (self.beta + row.age) / (self.alpha + row.age) * years
    }
}

/// Clients ready for the fit.
pub struct Prepared<'a> {
    rows: &'a Rows,
    chunks: Vec<std::ops::Range<usize>>,
}

/// Rows that one thread takes at once.
const CHUNK: usize = 1024;

impl<'a> Prepared<'a> {
    /// Cuts the rows into chunks.
    pub fn new(rows: &'a Rows) -> Self {
        let chunks = (0..rows.len()).step_by(CHUNK).map(|from| from..(from + CHUNK).min(rows.len())).collect();
        Self { rows, chunks }
    }

    /// Starts of the climb.
    pub fn starts(&self) -> Vec<[f64; 4]> {
        let (gap, age) = (self.rows.usual_gap(), self.mean_age());
        let start = |r: f64, s: f64, life: f64| [r.ln(), (r * gap).ln(), s.ln(), (s * life).ln()];
        vec![start(1.0, 1.0, age), start(0.5, 0.6, 0.5 * age), start(3.0, 2.0, 3.0 * age)]
    }

    /// Where the climb may go.
    pub fn bounds(&self) -> Bounds<4> {
        Bounds::around([0.0, self.rows.usual_gap().ln(), 0.0, self.mean_age().ln()], 11.5)
    }

    fn mean_age(&self) -> f64 {
        let mean = self.rows.age.iter().sum::<f64>() / real(self.rows.len().max(1));
        if mean > 0.0 { mean } else { 1.0 }
    }

    fn sum(&self, model: &ParetoNbd, chunk: &std::ops::Range<usize>) -> Slope<4> {
        let mut sum = Slope::ZERO;
        let (digamma_r, ln_alpha, ln_beta) = (digamma(model.r), model.alpha.ln(), model.beta.ln());
        for row in chunk.clone().filter_map(|place| self.rows.get(place)) {
            let silence = model.stand_at(&row, row.recency).silent_for(row.pause());
            let either = silence.alive + silence.gone;
            let shape = model.shape(&row);
            let (until_last, gone_scale) = (model.alpha + row.recency, model.beta + row.recency);
            let by_r = digamma(shape) - digamma_r + ln_alpha - until_last.ln() + silence.by_visits_shape / either;
            let by_alpha = model.r / model.alpha - shape / until_last + silence.by_visits_scale / either;
            let by_s = ln_beta - gone_scale.ln() + silence.by_gone_shape / either;
            let by_beta = model.s / model.beta - model.s / gone_scale + silence.by_gone_scale / either;
            let value = model.ln_until_last(&row) + either.ln();
            sum.add(&Slope { value, gradient: [by_r, by_alpha, by_s, by_beta] });
        }
        sum
    }
}

impl Landscape<4> for Prepared<'_> {
    fn at(&self, place: &[f64; 4]) -> Slope<4> {
        let parameters = place.map(f64::exp);
        let [r, alpha, s, beta] = parameters;
        let model = ParetoNbd { r, alpha, s, beta };
        sum_in_order(&self.chunks, |chunk| self.sum(&model, chunk)).mean(real(self.rows.len()), &parameters)
    }
}
