//! Which model fits these clients, and why.

use super::fit::Convergence;
use super::model::{Family, Fit, fit, fit_from};
use super::row::Rows;
use super::special::real;

/// Fewer clients say nothing about the next.
pub const CLIENTS_MIN: usize = 50;
/// Fewer gaps between visits say nothing about the next.
pub const GAPS_MIN: u64 = 30;
/// The most regular rhythm that is tried.
const K_MAX: u32 = 12;
/// Clients on which rhythms are compared; everybody is looked at for the best only.
const COMPARED_MAX: usize = 16_384;

/// Why a model was chosen, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It was asked for.
    Asked,
    /// People come in a rhythm: the model that knows one fits best.
    Rhythm,
    /// No rhythm fits better than none.
    NoRhythm,
    /// There are too few clients for any model; what services say about the next visit holds.
    TooFewClients,
    /// Too few came again; what services say about the next visit holds.
    TooFewGaps,
    /// No model found its best parameters; what services say about the next visit holds.
    NotConverged,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Asked, Self::Rhythm, Self::NoRhythm, Self::TooFewClients, Self::TooFewGaps, Self::NotConverged];

    /// The word in documents and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Rhythm => "rhythm",
            Self::NoRhythm => "no_rhythm",
            Self::TooFewClients => "too_few_clients",
            Self::TooFewGaps => "too_few_gaps",
            Self::NotConverged => "not_converged",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The model; nothing where none can be trusted.
    pub fit: Option<Fit>,
    /// Why.
    pub reason: Reason,
    /// How many clients it was made of.
    pub clients: usize,
    /// ln of the likelihood by k, on the clients on whom rhythms were compared.
    pub compared: Vec<(u32, f64)>,
}

/// Chooses by itself: MBG/CNBD-k with the k that fits best, MBG/NBD where that is one, nothing where there is too little.
pub fn choose(rows: &Rows) -> Choice {
    let clients = rows.len();
    let none = |reason: Reason| Choice { fit: None, reason, clients, compared: Vec::new() };
    if clients < CLIENTS_MIN {
        return none(Reason::TooFewClients);
    }
    if rows.gaps() < GAPS_MIN {
        return none(Reason::TooFewGaps);
    }
    let sample = (clients > COMPARED_MAX).then(|| rows.sample(COMPARED_MAX));
    let compared = compare(sample.as_ref().unwrap_or(rows));
    let best =
        compared.iter().filter(|(_, fit)| is_usable(fit)).fold(None, |best: Option<&(u32, Fit)>, next| match best {
            Some(best) if best.1.log_likelihood >= next.1.log_likelihood => Some(best),
            _ => Some(next),
        });
    let likelihoods: Vec<(u32, f64)> = compared.iter().map(|(k, fit)| (*k, fit.log_likelihood)).collect();
    let Some((k, found)) = best else {
        return Choice { compared: likelihoods, ..none(Reason::NotConverged) };
    };
    let (family, reason) = if *k == 1 { (Family::MbgNbd, Reason::NoRhythm) } else { (Family::MbgCnbd, Reason::Rhythm) };
    let whole = if sample.is_some() { fit_from(rows, family, *k, Some(place_of(found))) } else { Some(*found) };
    match whole.filter(is_usable) {
        Some(fit) => Choice { fit: Some(fit), reason, clients, compared: likelihoods },
        None => Choice { compared: likelihoods, ..none(Reason::NotConverged) },
    }
}

/// Fits the model that was asked for. A rhythm is chosen by itself unless it is given.
pub fn as_asked(rows: &Rows, family: Family, k: Option<u32>) -> Choice {
    let clients = rows.len();
    let (fit, compared) = match k {
        None if family.has_rhythm() => {
            let sample = (clients > COMPARED_MAX).then(|| rows.sample(COMPARED_MAX));
            let compared = compare_family(sample.as_ref().unwrap_or(rows), family);
            let best = compared.iter().max_by(|one, other| one.1.log_likelihood.total_cmp(&other.1.log_likelihood));
            let whole = best.and_then(|(k, found)| fit_from(rows, family, *k, Some(place_of(found))));
            (whole, compared.iter().map(|(k, fit)| (*k, fit.log_likelihood)).collect())
        }
        _ => (fit(rows, family, k.unwrap_or(1)), Vec::new()),
    };
    let reason = if fit.is_some() { Reason::Asked } else { Reason::TooFewClients };
    Choice { fit, reason, clients, compared }
}

fn is_usable(fit: &Fit) -> bool {
    fit.convergence != Convergence::NotConverged && fit.log_likelihood.is_finite()
}

fn place_of(fit: &Fit) -> [f64; 4] {
    fit.model.parameters().map(|(_, value)| value)
}

fn compare(rows: &Rows) -> Vec<(u32, Fit)> {
    compare_family(rows, Family::MbgCnbd)
}

/// Fits rhythm after rhythm, each starting from the one before as well, until two in a row fit worse than the best.
fn compare_family(rows: &Rows, family: Family) -> Vec<(u32, Fit)> {
    let mut found: Vec<(u32, Fit)> = Vec::new();
    let mut most = f64::NEG_INFINITY;
    let mut worse = 0;
    for k in 1..=K_MAX {
        let start = found.last().map(|(_, fit)| place_of(fit));
        let Some(fit) = fit_from(rows, family, k, start) else { break };
        if fit.log_likelihood > most {
            (most, worse) = (fit.log_likelihood, 0);
        } else {
            worse += 1;
        }
        found.push((k, fit));
        if worse == 2 {
            break;
        }
    }
    found
}

/// How regular people come, by Wheat and Morrison, from each one's first two gaps: 1 is no rhythm at all, the larger the more
/// regular. Nothing where fewer than ten came often enough, or all gaps are alike.
pub fn wheat_morrison(first_two_gaps: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let shares: Vec<f64> =
        first_two_gaps.map(|(one, two)| one / (one + two)).filter(|share| share.is_finite()).collect();
    if shares.len() < 10 {
        return None;
    }
    let mean = shares.iter().sum::<f64>() / real(shares.len());
    let variance = shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / real(shares.len() - 1);
    let estimate = (1.0 - 4.0 * variance) / (8.0 * variance);
    (estimate.is_finite() && estimate < 1e6).then_some(estimate.max(0.0))
}
