//! BG/BB (Fader, Hardie, Shang 2010): one occasion each period, taken or not: "a check-up was due each half-year; did she come?".

use super::fit::{Bounds, Landscape, Peak, Slope, climb_in_stages};
#[cfg(test)]
use super::special::ln_gamma;
use super::special::{digamma, ln_beta};

/// The model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgBb {
    /// Of the chance to take an occasion.
    pub alpha: f64,
    /// Of the chance to take an occasion.
    pub beta: f64,
    /// Of the chance to drop out before an occasion.
    pub gamma: f64,
    /// Of the chance to drop out before an occasion.
    pub delta: f64,
}

/// Clients who took equally many occasions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Occasions taken (`x`).
    pub taken: u32,
    /// The last that was taken (`tx`); none where there is none.
    pub last: u32,
    /// Occasions there were (`n`).
    pub occasions: u32,
    /// How many clients.
    pub clients: u32,
}

impl Cell {
    /// A cell as it can be.
    pub fn new(taken: u32, last: u32, occasions: u32, clients: u32) -> Option<Self> {
        let is_possible = taken <= last && last <= occasions && (taken > 0) == (last > 0);
        is_possible.then_some(Self { taken, last, occasions, clients })
    }
}

impl BgBb {
    /// ln of the chance to have taken so many of so many occasions and to have dropped out after all of them, or just before
    /// the next.
    fn ln_term(&self, taken: f64, seen: f64, gone: f64) -> f64 {
        ln_beta(self.alpha + taken, self.beta + seen - taken) - ln_beta(self.alpha, self.beta)
            + ln_beta(self.gamma + gone, self.delta + seen)
            - ln_beta(self.gamma, self.delta)
    }

    fn ln_alive(&self, cell: &Cell) -> f64 {
        self.ln_term(f64::from(cell.taken), f64::from(cell.occasions), 0.0)
    }

    /// ln of the likelihood of one client of the cell.
    pub fn ln_likelihood(&self, cell: &Cell) -> f64 {
        let alive = self.ln_alive(cell);
        let gone = (cell.last..cell.occasions).map(|seen| self.ln_term(f64::from(cell.taken), f64::from(seen), 1.0));
        let terms: Vec<f64> = gone.chain([alive]).collect();
        let most = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most + terms.iter().map(|term| (term - most).exp()).sum::<f64>().ln()
    }

    /// The chance that somebody is there for the next occasion.
    pub fn alive(&self, cell: &Cell) -> f64 {
        let occasions = f64::from(cell.occasions);
        let stays = ((self.delta + occasions) / (self.gamma + self.delta + occasions)).ln();
        (self.ln_alive(cell) + stays - self.ln_likelihood(cell)).exp().clamp(0.0, 1.0)
    }

    /// How many of the next occasions somebody takes.
    pub fn takes_of_next(&self, cell: &Cell, next: u32) -> f64 {
        let (taken, seen) = (f64::from(cell.taken), f64::from(cell.occasions));
        let share = (self.alpha + taken) / (self.alpha + self.beta + seen);
        // The chance to be there for each of them, the first with `alive`.
        let (mut there, mut sum) = (self.alive(cell), 0.0);
        for occasion in 1..=next {
            sum += there;
            let passed = seen + f64::from(occasion);
            there *= (self.delta + passed) / (self.gamma + self.delta + passed);
        }
        share * sum
    }

    /// The parameters that make the cells most likely, and the sum of ln of the likelihood of everybody.
    pub fn fit(cells: &[Cell]) -> Option<(Self, f64, Peak<4>)> {
        let clients: f64 = cells.iter().map(|cell| f64::from(cell.clients)).sum();
        if clients <= 0.0 {
            return None;
        }
        let landscape = Cells { cells, clients };
        let starts = [[0.0; 4], [0.0, 0.0, -0.5, 1.0], [0.7, 0.0, 0.7, 2.0]];
        let peak = climb_in_stages(&[landscape], &starts, &Bounds::around([0.0; 4], 11.5))?;
        let [alpha, beta, gamma, delta] = peak.place.map(f64::exp);
        Some((Self { alpha, beta, gamma, delta }, peak.value * clients, peak))
    }
}

struct Cells<'a> {
    cells: &'a [Cell],
    clients: f64,
}

impl Landscape<4> for Cells<'_> {
    fn at(&self, place: &[f64; 4]) -> Slope<4> {
        let parameters = place.map(f64::exp);
        let [alpha, beta, gamma, delta] = parameters;
        let model = BgBb { alpha, beta, gamma, delta };
        let (both, stay) = (digamma(alpha + beta), digamma(gamma + delta));
        let before = [both - digamma(alpha), both - digamma(beta), stay - digamma(gamma), stay - digamma(delta)];
        let mut sum = Slope::ZERO;
        for cell in self.cells {
            let (taken, clients) = (f64::from(cell.taken), f64::from(cell.clients));
            let ln_likelihood = model.ln_likelihood(cell);
            let mut term = |seen: f64, gone: f64| {
                let weight = clients * (model.ln_term(taken, seen, gone) - ln_likelihood).exp();
                let (both, stay) = (digamma(alpha + beta + seen), digamma(gamma + delta + seen + gone));
                let slopes = [
                    digamma(alpha + taken) - both,
                    digamma(beta + seen - taken) - both,
                    digamma(gamma + gone) - stay,
                    digamma(delta + seen) - stay,
                ];
                sum.add(&Slope { value: 0.0, gradient: slopes.map(|slope| weight * slope) });
            };
            (cell.last..cell.occasions).for_each(|seen| term(f64::from(seen), 1.0));
            term(f64::from(cell.occasions), 0.0);
            sum.add(&Slope { value: clients * ln_likelihood, gradient: before.map(|slope| clients * slope) });
        }
        sum.mean(self.clients, &parameters)
    }
}

/// `E[X(n, n + next)]` as it is printed in the paper, which needs gamma other than one; a second way for the tests.
#[cfg(test)]
pub(super) fn as_printed(model: &BgBb, cell: &Cell, next: f64) -> f64 {
    let BgBb { alpha, beta, gamma, delta } = *model;
    let (taken, seen) = (f64::from(cell.taken), f64::from(cell.occasions));
    let ratio = |count: f64| (ln_gamma(1.0 + delta + count) - ln_gamma(gamma + delta + count)).exp();
    let front =
        (ln_beta(alpha + taken + 1.0, beta + seen - taken) - ln_beta(alpha, beta) - model.ln_likelihood(cell)).exp();
    front * delta / (gamma - 1.0)
        * (ln_gamma(gamma + delta) - ln_gamma(1.0 + delta)).exp()
        * (ratio(seen) - ratio(seen + next))
}
