//! Finding the parameters that make what was seen most likely.
//!
//! Every model gives its mean log-likelihood with the analytic gradient over the logarithms of its parameters, so that they stay
//! positive. The climb is BFGS from several fixed starts on a small sample; its result and its curvature start the climb
//! on a sample sixteen times as large, and so on to everybody: the whole is looked at three or four times only. Sums are
//! made in chunks of fixed size that are added in their order, so that the result is the same to the last bit on any
//! number of threads.

use rayon::prelude::*;

/// How a climb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convergence {
    /// At the top.
    Converged,
    /// A parameter ran to the edge of what is allowed: the data do not hold it. What the model expects is usable, its
    /// parameters mean nothing.
    AtTheEdge,
    /// The top was not found.
    NotConverged,
}

impl Convergence {
    /// The word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::AtTheEdge => "at_the_edge",
            Self::NotConverged => "not_converged",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Converged, Self::AtTheEdge, Self::NotConverged].into_iter().find(|known| known.as_str() == word)
    }
}

/// The height at a place, and which way is up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope<const N: usize> {
    /// The mean log-likelihood, or a sum on the way to it.
    pub value: f64,
    /// Its derivatives.
    pub gradient: [f64; N],
}

impl<const N: usize> Slope<N> {
    /// Nothing yet.
    pub const ZERO: Self = Self { value: 0.0, gradient: [0.0; N] };

    /// Adds another sum.
    pub fn add(&mut self, other: &Self) {
        self.value += other.value;
        for (sum, more) in self.gradient.iter_mut().zip(&other.gradient) {
            *sum += more;
        }
    }

    /// Sums over clients with derivatives by the parameters become means with derivatives by their logarithms.
    pub fn mean(mut self, clients: f64, parameters: &[f64; N]) -> Self {
        self.value /= clients;
        for (derivative, parameter) in self.gradient.iter_mut().zip(parameters) {
            *derivative *= parameter / clients;
        }
        self
    }
}

/// The sum over all tasks, each on any thread, added in their order.
pub fn sum_in_order<T: Sync, const N: usize>(tasks: &[T], each: impl Fn(&T) -> Slope<N> + Sync + Send) -> Slope<N> {
    let parts: Vec<Slope<N>> =
        if tasks.len() < 2 { tasks.iter().map(each).collect() } else { tasks.par_iter().map(each).collect() };
    let mut sum = Slope::ZERO;
    for part in &parts {
        sum.add(part);
    }
    sum
}

/// What is climbed: the mean log-likelihood by the logarithms of the parameters.
pub trait Landscape<const N: usize> {
    /// Height and slope at a place.
    fn at(&self, place: &[f64; N]) -> Slope<N>;
}

impl<const N: usize, F: Fn(&[f64; N]) -> Slope<N>> Landscape<N> for F {
    fn at(&self, place: &[f64; N]) -> Slope<N> {
        self(place)
    }
}

/// Where the climb may go.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<const N: usize> {
    /// Not below.
    pub low: [f64; N],
    /// Not above.
    pub high: [f64; N],
}

impl<const N: usize> Bounds<N> {
    /// So far from `middle` either way.
    pub fn around(middle: [f64; N], reach: f64) -> Self {
        Self { low: middle.map(|place| place - reach), high: middle.map(|place| place + reach) }
    }

    fn clamp(&self, place: &[f64; N]) -> [f64; N] {
        let floored = zip_with(place, &self.low, f64::max);
        zip_with(&floored, &self.high, f64::min)
    }

    /// The gradient without what leads out.
    fn inward(&self, place: &[f64; N], gradient: &[f64; N]) -> [f64; N] {
        let mut inward = *gradient;
        let edges = self.low.iter().zip(&self.high);
        for ((slope, here), (low, high)) in inward.iter_mut().zip(place).zip(edges) {
            if (here <= low && *slope < 0.0) || (here >= high && *slope > 0.0) {
                *slope = 0.0;
            }
        }
        inward
    }

    fn is_at_edge(&self, place: &[f64; N]) -> bool {
        let edges = self.low.iter().zip(&self.high);
        place.iter().zip(edges).any(|(here, (low, high))| here <= low || here >= high)
    }
}

/// The end of a climb.
#[derive(Debug, Clone, Copy)]
pub struct Peak<const N: usize> {
    /// Where, as logarithms of the parameters.
    pub place: [f64; N],
    /// The mean log-likelihood there.
    pub value: f64,
    /// How it ended.
    pub convergence: Convergence,
    /// The inverse of the curvature there; divided by the number of clients, the covariance of the place.
    pub inverse_curvature: [[f64; N]; N],
    /// How often the landscape was looked at.
    pub looks: u32,
}

/// More looks than this, and the top is not found.
const LOOKS_MAX: u32 = 400;
/// The rise that is still to be had by the parabola through here; below it, all printed digits stand.
const RISE_MIN: f64 = 1e-15;
/// The slope below which a place can be a top.
const SLOPE_MAX: f64 = 1e-5;
/// Where no step leads up any more, a top may be so steep and so far below what the parabola promises: rounding hides it.
const SLOPE_NEAR: f64 = 1e-3;
const RISE_NEAR: f64 = 1e-8;
/// No step changes the logarithm of a parameter by more.
const STEP_MAX: f64 = 2.0;

/// Climbs from `start`, with what is known about the curvature.
pub fn climb<const N: usize>(
    landscape: &impl Landscape<N>,
    start: [f64; N],
    bounds: &Bounds<N>,
    known: Option<[[f64; N]; N]>,
) -> Peak<N> {
    let mut place = bounds.clamp(&start);
    let mut here = landscape.at(&place);
    let mut inverse = known.unwrap_or_else(|| identity(1.0));
    let (mut is_fresh, mut looks) = (known.is_none(), 1);
    let end = |place: [f64; N], value: f64, is_top: bool, inverse: [[f64; N]; N], looks: u32| {
        let convergence = match (is_top && value.is_finite(), bounds.is_at_edge(&place)) {
            (false, _) => Convergence::NotConverged,
            (true, true) => Convergence::AtTheEdge,
            (true, false) => Convergence::Converged,
        };
        Peak { place, value, convergence, inverse_curvature: inverse, looks }
    };
    if !here.value.is_finite() {
        return end(place, here.value, false, inverse, looks);
    }
    loop {
        let slope = bounds.inward(&place, &here.gradient);
        let steepest = slope.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
        let mut way = bounds.inward(&place, &times(&inverse, &slope));
        let mut rise = dot(&way, &slope);
        if rise <= 0.0 || !rise.is_finite() {
            inverse = identity(1.0);
            is_fresh = true;
            way = slope;
            rise = dot(&way, &slope);
        }
        if steepest < SLOPE_MAX && 0.5 * rise < RISE_MIN {
            return end(place, here.value, true, inverse, looks);
        }
        // Nothing more can be told apart from rounding: the digits that count stand.
        let is_nearly_top = steepest < SLOPE_NEAR && 0.5 * rise < RISE_NEAR;
        if looks >= LOOKS_MAX {
            return end(place, here.value, is_nearly_top, inverse, looks);
        }
        let longest = way.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
        let mut length = (STEP_MAX / longest).min(1.0);
        let step = loop {
            let there = bounds.clamp(&zip_with(&place, &way, |at, along| at + length * along));
            let seen = landscape.at(&there);
            looks += 1;
            let moved = zip_with(&there, &place, |to, from| to - from);
            if seen.value >= here.value + 1e-4 * dot(&moved, &slope) && seen.value.is_finite() {
                break Some((there, seen, moved));
            }
            length *= 0.3;
            if length * longest < 1e-9 || looks >= LOOKS_MAX {
                break None;
            }
        };
        let Some((there, seen, moved)) = step else {
            if is_fresh || is_nearly_top {
                return end(place, here.value, steepest < SLOPE_NEAR, inverse, looks);
            }
            inverse = identity(1.0);
            is_fresh = true;
            continue;
        };
        let bend = zip_with(&here.gradient, &seen.gradient, |before, after| before - after);
        if is_fresh {
            let (along, across) = (dot(&moved, &bend), dot(&bend, &bend));
            if along > 0.0 && across > 0.0 {
                inverse = identity(along / across);
            }
            is_fresh = false;
        }
        learn(&mut inverse, &moved, &bend);
        (place, here) = (there, seen);
    }
}

/// The best of several climbs on the first landscape; its end starts the climb on the next, up to the last. The first of
/// equals wins.
pub fn climb_in_stages<const N: usize, L: Landscape<N>>(
    stages: &[L],
    starts: &[[f64; N]],
    bounds: &Bounds<N>,
) -> Option<Peak<N>> {
    let (first, later) = stages.split_first()?;
    let mut best: Option<Peak<N>> = None;
    for start in starts {
        let peak = climb(first, *start, bounds, None);
        let is_better = best.is_none_or(|best| !best.value.is_finite() || peak.value > best.value + 1e-12);
        if is_better {
            best = Some(peak);
        }
    }
    let mut peak = best?;
    peak.inverse_curvature = inverse_curvature(first, &peak.place, &peak.inverse_curvature);
    let mut previous = first;
    for stage in later {
        let known = inverse_curvature(previous, &peak.place, &peak.inverse_curvature);
        peak = climb(stage, peak.place, bounds, Some(known));
        previous = stage;
    }
    Some(peak)
}

/// The inverse of the curvature at a place. Differences of the gradient along each parameter are learnt over and over,
/// which leads to the inverse without ever making one that is not positive.
fn inverse_curvature<const N: usize>(
    landscape: &impl Landscape<N>,
    place: &[f64; N],
    guess: &[[f64; N]; N],
) -> [[f64; N]; N] {
    const REACH: f64 = 1e-4;
    let axes = identity::<N>(REACH);
    let bends = axes.map(|axis| {
        let above = landscape.at(&zip_with(place, &axis, |at, step| at + step));
        let below = landscape.at(&zip_with(place, &axis, |at, step| at - step));
        zip_with(&below.gradient, &above.gradient, |low, high| 0.5 * (low - high))
    });
    let mut inverse = *guess;
    for _round in 0..100 {
        for (axis, bend) in axes.iter().zip(&bends) {
            learn(&mut inverse, axis, bend);
        }
    }
    let is_usable = inverse.iter().flatten().all(|entry| entry.is_finite() && entry.abs() < 1e12);
    if is_usable { inverse } else { *guess }
}

/// BFGS: after a step `moved` the gradient fell by `bend`. Steps across which the landscape does not bend downwards teach nothing.
fn learn<const N: usize>(inverse: &mut [[f64; N]; N], moved: &[f64; N], bend: &[f64; N]) {
    let along = dot(moved, bend);
    if along <= 1e-10 * (dot(moved, moved) * dot(bend, bend)).sqrt() || !along.is_finite() {
        return;
    }
    let bent = times(inverse, bend);
    let weight = (along + dot(bend, &bent)) / (along * along);
    for ((row, moved_here), bent_here) in inverse.iter_mut().zip(moved).zip(&bent) {
        for ((entry, moved_there), bent_there) in row.iter_mut().zip(moved).zip(&bent) {
            *entry += weight * moved_here * moved_there - (bent_here * moved_there + moved_here * bent_there) / along;
        }
    }
}

fn identity<const N: usize>(scale: f64) -> [[f64; N]; N] {
    std::array::from_fn(|row| std::array::from_fn(|column| if row == column { scale } else { 0.0 }))
}

fn dot<const N: usize>(one: &[f64; N], other: &[f64; N]) -> f64 {
    one.iter().zip(other).map(|(left, right)| left * right).sum()
}

fn times<const N: usize>(matrix: &[[f64; N]; N], vector: &[f64; N]) -> [f64; N] {
    matrix.map(|row| dot(&row, vector))
}

fn zip_with<const N: usize>(one: &[f64; N], other: &[f64; N], with: impl Fn(f64, f64) -> f64) -> [f64; N] {
    let mut result = *one;
    for (entry, second) in result.iter_mut().zip(other) {
        *entry = with(*entry, *second);
    }
    result
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The gradient agrees with differences of the value.
    pub(in super::super) fn check_gradient<const N: usize>(landscape: &impl Landscape<N>, place: &[f64; N]) {
        let here = landscape.at(place);
        assert!(here.value.is_finite(), "{place:?}: {here:?}");
        for axis in 0..N {
            let reach = 1e-5;
            let (mut above, mut below) = (*place, *place);
            above[axis] += reach;
            below[axis] -= reach;
            let difference = (landscape.at(&above).value - landscape.at(&below).value) / (2.0 * reach);
            let error = (difference - here.gradient[axis]).abs();
            let allowed = 1e-6 * (1.0 + difference.abs()) + 1e-10 * here.value.abs();
            assert!(error < allowed, "axis {axis} at {place:?}: {difference} by differences, {:?}", here.gradient);
        }
    }

    #[test]
    fn a_hill_is_climbed_to_its_top() {
        let hill = |at: &[f64; 2]| {
            let (x, y) = (at[0] - 1.0, at[1] + 2.0);
            let value = -(x * x + 0.5 * x * y + 3.0 * y * y) - 0.1 * x.powi(4);
            Slope { value, gradient: [-(2.0 * x + 0.5 * y) - 0.4 * x.powi(3), -(0.5 * x + 6.0 * y)] }
        };
        let peak = climb(&hill, [8.0, 8.0], &Bounds::around([0.0, 0.0], 10.0), None);
        assert_eq!(peak.convergence, Convergence::Converged);
        assert!((peak.place[0] - 1.0).abs() < 1e-6 && (peak.place[1] + 2.0).abs() < 1e-6, "{peak:?}");
        let inverse = inverse_curvature(&hill, &peak.place, &identity(1.0));
        let determinant = 2.0 * 6.0 - 0.25;
        assert!((inverse[0][0] - 6.0 / determinant).abs() < 1e-4, "{inverse:?}");
        assert!((inverse[0][1] + 0.5 / determinant).abs() < 1e-4, "{inverse:?}");
        let fenced = climb(&hill, [-8.0, 8.0], &Bounds::around([-5.0, 0.0], 4.0), None);
        assert_eq!(fenced.convergence, Convergence::AtTheEdge);
        assert!((fenced.place[0] + 1.0).abs() < 1e-12, "{fenced:?}");
        let slope = |at: &[f64; 1]| Slope { value: at[0], gradient: [1.0] };
        assert_eq!(climb(&slope, [0.0], &Bounds::around([0.0], 9.0), None).convergence, Convergence::AtTheEdge);
        let hole = |_at: &[f64; 1]| Slope { value: f64::NAN, gradient: [f64::NAN] };
        assert_eq!(climb(&hole, [0.0], &Bounds::around([0.0], 9.0), None).convergence, Convergence::NotConverged);
    }
}
