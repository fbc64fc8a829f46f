//! One of the models, with its parameters.

use super::bg_nbd;
use super::cnbd::{self, Cnbd, DropOut};
use super::fit::{Bounds, Convergence, Landscape, Peak, climb_in_stages};
use super::pareto_nbd::{self, ParetoNbd};
use super::row::{Row, Rows};
use super::special::real;

/// Kinds of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// BG/NBD.
    BgNbd,
    /// MBG/NBD.
    MbgNbd,
    /// Pareto/NBD.
    ParetoNbd,
    /// BG/CNBD-k.
    BgCnbd,
    /// MBG/CNBD-k.
    MbgCnbd,
}

impl Family {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::BgNbd, Self::MbgNbd, Self::ParetoNbd, Self::BgCnbd, Self::MbgCnbd];

    /// The word in commands and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BgNbd => "bg-nbd",
            Self::MbgNbd => "mbg-nbd",
            Self::ParetoNbd => "pareto-nbd",
            Self::BgCnbd => "bg-cnbd",
            Self::MbgCnbd => "mbg-cnbd",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.as_str() == word)
    }

    /// Whether the model may know a rhythm.
    pub const fn has_rhythm(self) -> bool {
        matches!(self, Self::BgCnbd | Self::MbgCnbd)
    }
}

/// A model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// (M)BG/CNBD-k, and with k = 1 (M)BG/NBD.
    Cnbd(Cnbd),
    /// Pareto/NBD.
    ParetoNbd(ParetoNbd),
}

impl Model {
    /// What kind it is.
    pub const fn family(&self) -> Family {
        match self {
            Self::ParetoNbd(_) => Family::ParetoNbd,
            Self::Cnbd(Cnbd { k: 1, drop_out: DropOut::AfterRepeats, .. }) => Family::BgNbd,
            Self::Cnbd(Cnbd { k: 1, drop_out: DropOut::AtOnce, .. }) => Family::MbgNbd,
            Self::Cnbd(Cnbd { drop_out: DropOut::AfterRepeats, .. }) => Family::BgCnbd,
            Self::Cnbd(Cnbd { drop_out: DropOut::AtOnce, .. }) => Family::MbgCnbd,
        }
    }

    /// Waits that make a gap; one where there is no rhythm.
    pub const fn k(&self) -> u32 {
        match self {
            Self::Cnbd(model) => model.k,
            Self::ParetoNbd(_) => 1,
        }
    }

    /// The parameters by name, in the order of the papers.
    pub const fn parameters(&self) -> [(&'static str, f64); 4] {
        match self {
            Self::Cnbd(model) => [("r", model.r), ("alpha", model.alpha), ("a", model.a), ("b", model.b)],
            Self::ParetoNbd(model) => [("r", model.r), ("alpha", model.alpha), ("s", model.s), ("beta", model.beta)],
        }
    }

    /// The model of a kind with these parameters, in the order of [`Self::parameters`]; k counts where there is a rhythm.
    pub fn of(family: Family, k: u32, parameters: [f64; 4]) -> Self {
        let [one, two, three, four] = parameters;
        let cnbd = |k: u32, drop_out: DropOut| {
            Self::Cnbd(Cnbd { k: k.max(1), drop_out, r: one, alpha: two, a: three, b: four })
        };
        match family {
            Family::ParetoNbd => Self::ParetoNbd(ParetoNbd { r: one, alpha: two, s: three, beta: four }),
            Family::BgNbd => cnbd(1, DropOut::AfterRepeats),
            Family::MbgNbd => cnbd(1, DropOut::AtOnce),
            Family::BgCnbd => cnbd(k, DropOut::AfterRepeats),
            Family::MbgCnbd => cnbd(k, DropOut::AtOnce),
        }
    }

    /// ln of the likelihood of one client.
    pub fn ln_likelihood(&self, row: &Row) -> f64 {
        match self {
            Self::Cnbd(model) => model.ln_likelihood(row),
            Self::ParetoNbd(model) => model.ln_likelihood(row),
        }
    }

    /// The chance that somebody is still a client.
    pub fn alive(&self, row: &Row) -> f64 {
        match self {
            Self::Cnbd(model) => model.alive(row),
            Self::ParetoNbd(model) => model.alive(row),
        }
    }

    /// The chance of a visit within `time` from now.
    pub fn comes_within(&self, row: &Row, time: f64) -> f64 {
        match self {
            Self::Cnbd(model) => model.comes_within(row, time),
            Self::ParetoNbd(model) => model.comes_within(row, time),
        }
    }

    /// The expected visits within `time` from now.
    pub fn visits_within(&self, row: &Row, time: f64) -> f64 {
        match self {
            Self::Cnbd(model) => model.visits_within(row, time),
            Self::ParetoNbd(model) => model.visits_within(row, time),
        }
    }

    /// The chances of no visit, one, two, … within `time` from now; nothing for Pareto/NBD, where only the mean is known.
    pub fn visit_chances(&self, row: &Row, time: f64) -> Option<Vec<f64>> {
        match self {
            Self::Cnbd(model) => Some(model.visit_chances(row, time)),
            Self::ParetoNbd(_) => None,
        }
    }
}

/// A model with what the fit says about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: Model,
    /// Sum of ln of the likelihood of everybody.
    pub log_likelihood: f64,
    /// How the fit ended.
    pub convergence: Convergence,
    /// The covariance of the logarithms of the parameters.
    pub covariance: [[f64; 4]; 4],
}

/// Clients on which the climb starts; each stage has sixteen times as many.
const FIRST_STAGE: usize = 4096;

/// Rows for each stage but the last, which is everybody.
fn samples(rows: &Rows) -> Vec<Rows> {
    let mut samples = Vec::new();
    let mut size = FIRST_STAGE;
    while size < rows.len() / 4 {
        samples.push(rows.sample(size));
        size = size.saturating_mul(16);
    }
    samples
}

/// Fits a model of one kind, with this k where it knows a rhythm. Nothing where there is nobody.
pub fn fit(rows: &Rows, family: Family, k: u32) -> Option<Fit> {
    fit_from(rows, family, k, None)
}

/// The same with one start more.
pub fn fit_from(rows: &Rows, family: Family, k: u32, start: Option<[f64; 4]>) -> Option<Fit> {
    if rows.is_empty() {
        return None;
    }
    let samples = samples(rows);
    let stages = || samples.iter().chain([rows]);
    let drop_out = match family {
        Family::BgNbd | Family::BgCnbd => DropOut::AfterRepeats,
        Family::MbgNbd | Family::MbgCnbd | Family::ParetoNbd => DropOut::AtOnce,
    };
    let k = if family.has_rhythm() { k.max(1) } else { 1 };
    let peak = if family == Family::ParetoNbd {
        let stages: Vec<_> = stages().map(pareto_nbd::Prepared::new).collect();
        let (starts, bounds) = stages.first().map(|stage| (stage.starts(), stage.bounds()))?;
        highest(&stages, starts, start, bounds)
    } else if k == 1 {
        let stages: Vec<_> = stages().map(|rows| bg_nbd::Prepared::new(rows, drop_out)).collect();
        let (starts, bounds) = stages.first().map(|stage| (stage.starts(), stage.bounds()))?;
        highest(&stages, starts, start, bounds)
    } else {
        let stages: Vec<_> = stages().map(|rows| cnbd::Prepared::new(rows, k, drop_out)).collect();
        let (starts, bounds) = stages.first().map(|stage| (stage.starts(), stage.bounds()))?;
        highest(&stages, starts, start, bounds)
    }?;
    let clients = real(rows.len());
    Some(Fit {
        model: Model::of(family, k, peak.place.map(f64::exp)),
        log_likelihood: peak.value * clients,
        convergence: peak.convergence,
        covariance: peak.inverse_curvature.map(|line| line.map(|entry| entry / clients)),
    })
}

fn highest<L: Landscape<4>>(
    stages: &[L],
    mut starts: Vec<[f64; 4]>,
    start: Option<[f64; 4]>,
    bounds: Bounds<4>,
) -> Option<Peak<4>> {
    starts.extend(start.map(|parameters| parameters.map(f64::ln)));
    climb_in_stages(stages, &starts, &bounds)
}
