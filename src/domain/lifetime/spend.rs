//! Gamma-Gamma (Fader, Hardie 2013): what a visit of somebody brings, between what his visits brought and what everybody's do.

use super::fit::{Bounds, Convergence, Landscape, Slope, climb_in_stages, sum_in_order};
use super::special::{digamma, ln_gamma, real};

/// What the visits of somebody brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    /// Visits after the first.
    pub repeats: u32,
    /// The mean amount of them.
    pub mean: f64,
}

/// The model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// Shape of the amounts of one person.
    pub p: f64,
    /// Shape of what people differ by.
    pub q: f64,
    /// Scale of what people differ by, as an amount.
    pub v: f64,
}

/// What was found out about amounts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedSpend {
    /// The model, where there is one; without it everybody is expected to spend the mean.
    pub model: Option<GammaGamma>,
    /// Sum of ln of the likelihood.
    pub log_likelihood: f64,
    /// How the fit ended; nothing where it was not tried.
    pub convergence: Option<Convergence>,
    /// People whose amounts were used: who came again and brought something.
    pub clients: usize,
    /// The mean of their means.
    pub mean: f64,
    /// How frequency and amount go together, from -1 to 1: the model takes it for nothing, so a large one is a warning. Nothing
    /// where it cannot be said.
    pub correlation: Option<f64>,
}

/// Fewer people than this make no model of amounts.
const CLIENTS_MIN: usize = 20;

impl GammaGamma {
    /// ln of the likelihood of one client.
    pub fn ln_likelihood(&self, spend: &Spend) -> f64 {
        let repeats = f64::from(spend.repeats);
        let shape = self.p * repeats;
        ln_gamma(shape + self.q) - ln_gamma(shape) - ln_gamma(self.q)
            + self.q * self.v.ln()
            + (shape - 1.0) * spend.mean.ln()
            + shape * repeats.ln()
            - (shape + self.q) * (repeats * spend.mean + self.v).ln()
    }

    /// What a visit of somebody is expected to bring.
    pub fn expected(&self, spend: &Spend) -> f64 {
        let repeats = f64::from(spend.repeats);
        self.p * (self.v + repeats * spend.mean) / (self.p * repeats + self.q - 1.0)
    }
}

impl FittedSpend {
    /// Fits what people who came again brought. Amounts that are not above nothing are left out.
    pub fn of(spends: &[Spend]) -> Self {
        let mut used: Vec<Spend> = spends
            .iter()
            .copied()
            .filter(|spend| spend.repeats > 0 && spend.mean > 0.0 && spend.mean.is_finite())
            .collect();
        used.sort_by(|one, other| one.repeats.cmp(&other.repeats).then(one.mean.total_cmp(&other.mean)));
        let clients = used.len();
        let mean = if used.is_empty() { 0.0 } else { used.iter().map(|spend| spend.mean).sum::<f64>() / real(clients) };
        let mut fitted = Self {
            model: None,
            log_likelihood: 0.0,
            convergence: None,
            clients,
            mean,
            correlation: correlation(&used),
        };
        let varies =
            used.first().is_some_and(|first| used.iter().any(|spend| (spend.mean - first.mean).abs() > 1e-9 * mean));
        if clients < CLIENTS_MIN || !varies || !mean.is_finite() {
            return fitted;
        }
        let landscape = Amounts::new(&used);
        let start = |p: f64, q: f64| [p.ln(), q.ln(), (mean * (q - 1.0) / p).ln()];
        let starts = [start(5.0, 4.0), start(1.0, 2.0), start(20.0, 10.0)];
        let bounds = Bounds::around([0.0, 0.0, mean.ln()], 11.5);
        let Some(peak) = climb_in_stages(&[landscape], &starts, &bounds) else { return fitted };
        let [p, q, v] = peak.place.map(f64::exp);
        fitted.convergence = Some(peak.convergence);
        fitted.log_likelihood = peak.value * real(clients);
        // With q of one or less the mean over everybody is infinite.
        if peak.convergence == Convergence::Converged && q > 1.0 {
            fitted.model = Some(GammaGamma { p, q, v });
        }
        fitted
    }

    /// What a visit of somebody is expected to bring; for whoever came once, what everybody's visits bring.
    pub fn expected(&self, spend: Option<&Spend>) -> f64 {
        let usable = spend.filter(|spend| spend.repeats > 0 && spend.mean > 0.0 && spend.mean.is_finite());
        let expected = match (&self.model, usable) {
            (Some(model), Some(spend)) => model.expected(spend),
            (Some(model), None) => model.expected(&Spend { repeats: 0, mean: 0.0 }),
            (None, _) => self.mean,
        };
        if expected.is_finite() { expected } else { self.mean }
    }
}

/// Pearson's correlation of frequency and amount.
fn correlation(spends: &[Spend]) -> Option<f64> {
    let clients = real(spends.len());
    let mean_repeats = spends.iter().map(|spend| f64::from(spend.repeats)).sum::<f64>() / clients;
    let mean_amount = spends.iter().map(|spend| spend.mean).sum::<f64>() / clients;
    let (mut both, mut repeats, mut amounts) = (0.0, 0.0, 0.0);
    for spend in spends {
        let (often, much) = (f64::from(spend.repeats) - mean_repeats, spend.mean - mean_amount);
        both += often * much;
        repeats += often * often;
        amounts += much * much;
    }
    let correlation = both / (repeats * amounts).sqrt();
    correlation.is_finite().then_some(correlation.clamp(-1.0, 1.0))
}

/// People who came equally often stand together, so that what depends on that alone is computed once.
pub(super) struct Amounts<'a> {
    tasks: Vec<&'a [Spend]>,
    clients: f64,
}

/// People that one thread takes at once.
const CHUNK: usize = 4096;

impl<'a> Amounts<'a> {
    pub(super) fn new(sorted: &'a [Spend]) -> Self {
        let same = sorted.chunk_by(|one, next| one.repeats == next.repeats);
        Self { tasks: same.flat_map(|same| same.chunks(CHUNK)).collect(), clients: real(sorted.len()) }
    }
}

impl Landscape<3> for Amounts<'_> {
    fn at(&self, place: &[f64; 3]) -> Slope<3> {
        let parameters = place.map(f64::exp);
        let [p, q, v] = parameters;
        let model = GammaGamma { p, q, v };
        let (ln_v, digamma_q, ln_gamma_q) = (v.ln(), digamma(q), ln_gamma(q));
        let sum = sum_in_order(&self.tasks, |same| {
            let repeats = same.first().map_or(1.0, |spend| f64::from(spend.repeats));
            let shape = model.p * repeats;
            let (digamma_all, digamma_shape) = (digamma(shape + q), digamma(shape));
            let constant = ln_gamma(shape + q) - ln_gamma(shape) - ln_gamma_q + q * ln_v + shape * repeats.ln();
            let mut sum = Slope::ZERO;
            for spend in *same {
                let (ln_mean, all) = (spend.mean.ln(), repeats * spend.mean + v);
                let ln_all = all.ln();
                let value = constant + (shape - 1.0) * ln_mean - (shape + q) * ln_all;
                let by_p = repeats * (digamma_all - digamma_shape + ln_mean + repeats.ln() - ln_all);
                let gradient = [by_p, digamma_all - digamma_q + ln_v - ln_all, q / v - (shape + q) / all];
                sum.add(&Slope { value, gradient });
            }
            sum
        });
        sum.mean(self.clients, &parameters)
    }
}
