//! Whom to call first: by what is gained if the call works, not by who is likeliest to be gone.
//!
//! Somebody who comes anyway gains nothing by a call, and somebody who is gone does not come back for one. Until campaigns
//! have measured what a call does, the chance that it decides is taken as alive × (1 − alive), greatest for those who waver.
//! What is expected of somebody already has "alive" in it, so the gain is what is expected × (1 − alive).

use crate::domain::client_state::ClientState;
use crate::domain::insight::Standing;
use crate::domain::lifetime::Score;

/// The gain of asking somebody back now, in minor units; nothing for whoever has a booking, is not due, or is lost.
pub fn expected_gain_minor(standing: &Standing, score: Option<&Score>) -> Option<i64> {
    let usual = match standing.state {
        ClientState::Due => 0.9,
        ClientState::Overdue => 0.7,
        ClientState::AtRisk => 0.4,
        ClientState::Booked | ClientState::Lost | ClientState::New | ClientState::Active => return None,
    };
    let alive = score.map_or(usual, |score| score.alive).clamp(0.0, 1.0);
    Some(rounded(super::report::float(standing.value_minor) * (1.0 - alive)))
}

#[expect(clippy::cast_possible_truncation, reason = "less than a value that was i64, rounded")]
fn rounded(minor: f64) -> i64 {
    minor.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(state: ClientState) -> Standing {
        let since = chrono::NaiveDate::default();
        Standing { state, since, month_state: None, value_minor: 10_000, at_risk_minor: 0 }
    }

    #[test]
    fn whoever_wavers_comes_before_whoever_comes_anyway() {
        let gain = |state| expected_gain_minor(&standing(state), None);
        assert_eq!(gain(ClientState::Due), Some(1_000));
        assert_eq!(gain(ClientState::Overdue), Some(3_000));
        for state in [ClientState::Booked, ClientState::Lost, ClientState::New, ClientState::Active] {
            assert_eq!(gain(state), None);
        }
    }
}
