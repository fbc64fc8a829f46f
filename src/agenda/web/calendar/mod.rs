//! The calendar of the desk: what its columns and cards are, what is asked before something moves, blocked time, and
//! how open calendars learn of changes. The page itself is the list's ([`super::day`]), which is there without scripts.

pub mod blocks;
pub mod change;
mod change_words;
pub mod events;
pub mod live;
pub mod panel;

use crate::agenda::calendar::{Columns, Paint};
use crate::catalog::Location;
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::web::auth::Staff;
use crate::web::form::Form;

/// How much of the calendar is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Day,
    Week,
    Month,
    List,
}

impl View {
    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month, Self::List].into_iter().find(|view| view.as_str() == text)
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::List => "list",
        }
    }
}

/// The filters of an address, as far as they make sense. A provider sees the own column.
pub(super) struct Filters {
    pub(super) view: Option<View>,
    pub(super) places: Vec<Location>,
    pub(super) provider: Option<ProviderId>,
    pub(super) service: Option<ServiceId>,
    pub(super) columns: Columns,
    pub(super) paint: Paint,
}

impl Filters {
    pub(super) fn of(asked: &Form, staff: &Staff) -> Self {
        let location = asked.given("location").and_then(|text| text.parse::<LocationId>().ok());
        let places = match location.and_then(|id| staff.catalog.location(id)) {
            Some(place) => vec![place.clone()],
            None => staff.catalog.locations.clone(),
        };
        let is_desk = staff.role.is_desk();
        let provider = match is_desk {
            true => asked.given("provider").and_then(|text| text.parse::<ProviderId>().ok()),
            false => staff.user.provider,
        };
        Self {
            view: asked.given("view").and_then(View::parse),
            places,
            provider,
            service: asked.given("service").and_then(|text| text.parse::<ServiceId>().ok()),
            columns: if is_desk && asked.is("by", "room") { Columns::Rooms } else { Columns::Providers },
            paint: match asked.value("color") {
                "provider" => Paint::Provider,
                "status" => Paint::Status,
                _ => Paint::Service,
            },
        }
    }
}
