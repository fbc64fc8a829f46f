//! The clients who are worth most, and those whose loss would cost most.

use crate::domain::ids::ClientId;
use crate::domain::money::Currency;
use crate::i18n::Texts;
use crate::retention::charts::Somebody;
use crate::retention::web::chart::{Cell, Chart, Kind, Row, Unit};
use crate::retention::web::frame::{Definition, Figure};
use crate::retention::words::state_name;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Worth most.
    Top,
    /// Would cost most.
    Drifting,
}

/// The list as a table.
pub(super) fn table(t: Texts, currency: Currency, people: &[Somebody], names: &[(ClientId, String)], of: Of) -> Chart {
    let caption = match of {
        Of::Top => t.text("worth-top-caption"),
        Of::Drifting => t.text("worth-drifting-caption"),
    };
    let last = match of {
        Of::Top => t.text("worth-next-12"),
        Of::Drifting => t.text("worth-at-risk"),
    };
    let row = |one: &Somebody| {
        let name = names.iter().find(|(client, _)| *client == one.client).map(|(_, name)| name.clone());
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| t.text("worth-nameless"));
        let mut cells = vec![
            Cell::words(name).leading_to(format!("/staff/clients/{}", one.client)),
            Cell::words(one.state.map_or_else(String::new, |state| state_name(t, state))),
            Cell::count(t, one.visits),
            Cell { plain: one.last.to_string(), ..Cell::words(t.date_medium(one.last)) },
            Cell::amount(t, currency, Some(one.revenue)),
        ];
        cells.push(match of {
            Of::Top => Cell::range(t, currency, one.next_12),
            Of::Drifting => Cell::amount(t, currency, Some(one.at_risk)),
        });
        cells
    };
    let rows = (1_u32..).zip(people).map(|(place, one)| Row::new(place.to_string(), row(one))).collect();
    Chart::new(Kind::Range, Unit::Amount(currency), caption, t.text("worth-place"))
        .reading(t.text("worth-client"))
        .reading(t.text("worth-state"))
        .reading(t.text("worth-visits"))
        .reading(t.text("worth-last"))
        .reading(t.text("worth-revenue"))
        .drawing(last)
        .of(rows)
}

/// What the list means.
pub(super) fn about(t: Texts, of: Of) -> Figure {
    let (name, meaning) = match of {
        Of::Top => (t.text("worth-top"), t.text("worth-top-meaning")),
        Of::Drifting => (t.text("worth-drifting"), t.text("worth-drifting-meaning")),
    };
    let definition = Definition { meaning, unit: t.text("chart-unit-clients"), ..Definition::default() };
    Figure { name, definition, ..Figure::default() }
}
