//! Chance with a seed: the same seed tells the same story every time.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of decisions that repeats for the same seed, on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// True with the probability `share`.
    pub(crate) fn happens(&mut self, share: f64) -> bool {
        self.0.random_bool(share.clamp(0.0, 1.0))
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// A number around `middle`, never farther away than `spread`, mostly near.
    pub(crate) fn about(&mut self, middle: i64, spread: i64) -> i64 {
        let sum: i64 = (0..3).map(|_| self.between(-spread, spread)).sum();
        middle + sum / 3
    }

    /// One of the list, each as likely as the others.
    pub(crate) fn one_of<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let last = i64::try_from(list.len()).ok()?.checked_sub(1)?;
        let place = usize::try_from(self.between(0, last)).ok()?;
        list.get(place).copied()
    }

    /// One of the list, as likely as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, list: &[(T, i64)]) -> Option<T> {
        let total: i64 = list.iter().map(|(_, weight)| weight).sum();
        if total <= 0 {
            return None;
        }
        let mut rest = self.between(1, total);
        for (item, weight) in list {
            rest -= weight;
            if rest <= 0 {
                return Some(*item);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_decides_the_same() {
        let story = |seed| {
            let mut chance = Chance::new(seed);
            (0..50).map(|_| chance.between(0, 1_000)).collect::<Vec<_>>()
        };
        assert_eq!(story(7), story(7));
        assert_ne!(story(7), story(8));
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::new(1);
        let heads = (0..10_000).filter(|_| chance.weighted(&[(true, 3), (false, 1)]) == Some(true)).count();
        assert!((7_200..7_800).contains(&heads), "{heads}");
        assert_eq!(chance.weighted::<bool>(&[]), None);
        assert_eq!(chance.one_of::<bool>(&[]), None);
    }
}
