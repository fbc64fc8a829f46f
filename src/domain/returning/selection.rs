//! The people behind a figure: a closed set of questions, as addresses ask them.

use super::story::Story;
use super::tally::tally;
use super::{Figure, Tally};
use crate::domain::client_state::ClientState;
use crate::domain::insight::Insight;
use crate::domain::population::Outcome;
use crate::domain::reporting::Days;

/// Which of the people behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everybody of whom anything was counted.
    Of,
    /// Those who count.
    Counted,
    /// Those who do not.
    Rest,
}

impl Part {
    /// Every part, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Counted, Self::Rest, Self::Of];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Of => "all",
            Self::Counted => "counted",
            Self::Rest => "rest",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == word)
    }

    const fn takes(self, tally: Tally) -> bool {
        match self {
            Self::Of => tally.of != 0 || tally.part != 0,
            Self::Counted => 0 < tally.part,
            Self::Rest => tally.part < tally.of,
        }
    }
}

/// Which people are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Those who stand so today.
    State(ClientState),
    /// Those who came into a state since the month began.
    CameInto(ClientState),
    /// Those who left it since.
    Left(ClientState),
    /// Those behind a figure, of one provider or of anyone.
    Figure(Figure, Part, Option<u32>),
    /// Those whose first visit lies in the period.
    NewInPeriod,
    /// Those who were lost and came again in the period.
    ReturnedInPeriod,
    /// Those who were lost in the period.
    LostInPeriod,
    /// Those who called off in the period, too late or not.
    Broke(Outcome),
}

/// Why an address names no people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionRefused {
    /// There is no such figure.
    Figure,
    /// There is no such state.
    State,
    /// There is no such part of it.
    Part,
    /// There is no such provider.
    Provider,
}

impl Selection {
    /// Reads an address: `asked` gives the value of a name, empty where there is none.
    pub fn parse<'a>(asked: impl Fn(&str) -> &'a str) -> Result<Self, SelectionRefused> {
        let state = || ClientState::parse(asked("state")).ok_or(SelectionRefused::State);
        match asked("figure") {
            "state" => Ok(Self::State(state()?)),
            "came_into" => Ok(Self::CameInto(state()?)),
            "left" => Ok(Self::Left(state()?)),
            "new" => Ok(Self::NewInPeriod),
            "returned" => Ok(Self::ReturnedInPeriod),
            "lost" => Ok(Self::LostInPeriod),
            "missed" => Ok(Self::Broke(Outcome::Missed)),
            "late" => Ok(Self::Broke(Outcome::CancelledLate)),
            word => {
                let figure = Figure::parse(word).ok_or(SelectionRefused::Figure)?;
                let part = match asked("part") {
                    "" => Part::Counted,
                    word => Part::parse(word).ok_or(SelectionRefused::Part)?,
                };
                let provider = match asked("provider") {
                    "" => None,
                    word => Some(word.parse().map_err(|_no_number| SelectionRefused::Provider)?),
                };
                Ok(Self::Figure(figure, part, provider))
            }
        }
    }

    /// Whether the chosen days matter to it.
    pub const fn has_period(self) -> bool {
        !matches!(self, Self::State(_) | Self::CameInto(_) | Self::Left(_))
    }

    /// The places in [`crate::domain::population::Population::people`] of those it means, in their order.
    pub fn people(self, insight: &Insight, days: Days) -> Vec<usize> {
        let places = 0..insight.population.people.len();
        places.filter(|place| Story::at(insight, *place).is_some_and(|story| self.means(&story, days))).collect()
    }

    fn means(self, story: &Story<'_>, days: Days) -> bool {
        let standing = |is_meant: fn(ClientState, Option<ClientState>, ClientState) -> bool, state| {
            story.standing.is_some_and(|standing| is_meant(standing.state, standing.month_state, state))
        };
        match self {
            Self::State(state) => standing(|now, _, state| now == state, state),
            Self::CameInto(state) => standing(|now, was, state| now == state && was != Some(state), state),
            Self::Left(state) => standing(|now, was, state| now != state && was == Some(state), state),
            Self::Figure(figure, part, provider) => part.takes(tally(figure, story, figure.window(days), provider)),
            Self::NewInPeriod => story.first_day().is_some_and(|day| days.contains(day)),
            Self::ReturnedInPeriod => story.spells.iter().skip(1).any(|spell| days.contains(spell.from)),
            Self::LostInPeriod => story.spells.iter().filter_map(|spell| spell.lost_on).any(|day| days.contains(day)),
            Self::Broke(outcome) => {
                let figure = if outcome == Outcome::Missed { Figure::NoShow } else { Figure::LateCancellation };
                0 < tally(figure, story, days, None).part
            }
        }
    }
}
