//! The special functions of the models, and numbers that lose nothing that matters.

use statrs::function::{beta, gamma};

/// ln of the gamma function, for positive numbers.
pub fn ln_gamma(number: f64) -> f64 {
    gamma::ln_gamma(number)
}

/// The derivative of [`ln_gamma`].
pub fn digamma(number: f64) -> f64 {
    gamma::digamma(number)
}

/// ln of the beta function, for positive numbers.
pub fn ln_beta(one: f64, other: f64) -> f64 {
    ln_gamma(one) + ln_gamma(other) - ln_gamma(one + other)
}

/// The regularised incomplete beta function: the share of a beta distribution below `at`. Nothing outside its range.
pub fn beta_below(at: f64, one: f64, other: f64) -> Option<f64> {
    beta::checked_beta_reg(one, other, at).ok()
}

/// A number of things as a real number; beyond 2^53 it is rounded, and nobody has so many clients.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub const fn real(count: usize) -> f64 {
    count as f64
}

/// Minor units of money as a real number; beyond 2^53 it is rounded, which no clinic earns.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub const fn real_amount(minor: i64) -> f64 {
    minor as f64
}

/// A real number as whole minor units: rounded, at most what fits, and zero for what is no number.
#[expect(clippy::cast_possible_truncation, reason = "a cast of a real number stops at the ends and makes NaN zero")]
pub fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// A real number rounded down to a count: at most what fits, zero for what is negative or no number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a real number stops at the ends and makes NaN zero"
)]
pub const fn floor_count(number: f64) -> usize {
    number as usize
}

/// `ln(1 + e^number)` without overflow.
pub fn softplus(number: f64) -> f64 {
    if number > 0.0 { number + (-number).exp().ln_1p() } else { number.exp().ln_1p() }
}

/// `1 / (1 + e^-number)`.
pub fn logistic(number: f64) -> f64 {
    1.0 / (1.0 + (-number).exp())
}

/// Nodes and weights of Gauss and Legendre for 16 places, the positive half.
const LEGENDRE: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_87),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_095),
];

/// The 16 places of Gauss and Legendre between two numbers, with their weights.
pub fn legendre(from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
    let (middle, half) = (f64::midpoint(from, to), 0.5 * (to - from));
    let both = move |(node, weight): (f64, f64)| {
        [(middle - half * node, half * weight), (middle + half * node, half * weight)]
    };
    LEGENDRE.into_iter().flat_map(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_places_integrate_powers_up_to_31_exactly() {
        for power in 0..32_i32 {
            let sum: f64 = legendre(0.0, 2.0).map(|(place, weight)| weight * place.powi(power)).sum();
            let exact = 2.0_f64.powi(power + 1) / f64::from(power + 1);
            assert!((sum / exact - 1.0).abs() < 2e-14, "{power}: {sum} {exact}");
        }
    }

    #[test]
    fn published_values() {
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-14);
        assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-12);
        assert!((ln_beta(2.0, 3.0) - (1.0_f64 / 12.0).ln()).abs() < 1e-13);
        assert!((beta_below(0.3, 2.0, 3.0).expect("in range") - 0.3483).abs() < 1e-9);
        assert_eq!(beta_below(1.5, 2.0, 3.0), None);
        assert_eq!((whole(f64::NAN), whole(1e300), floor_count(-3.0)), (0, i64::MAX, 0));
    }
}
