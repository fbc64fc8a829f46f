//! The catalogue as its own pages list and edit it: archived things too, each with the version it was read at.

use super::edit_location::LocationDetails;
use super::edit_provider::ProviderDetails;
use super::edit_room::RoomDetails;
use super::edit_service::ServiceDetails;
use super::store;
use crate::db::{Conn, Fault};
use crate::domain::ids::{LocationId, ProviderId, RoomId, ServiceId};

/// A location as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationView {
    /// Which.
    pub id: LocationId,
    /// Its name in links.
    pub slug: String,
    /// The version of its row.
    pub version: i64,
    /// Whether it is out of use.
    pub is_archived: bool,
    /// What it says.
    pub details: LocationDetails,
}

/// A room as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomView {
    /// Which.
    pub id: RoomId,
    /// Where.
    pub location: LocationId,
    /// The version of its row.
    pub version: i64,
    /// Whether it is out of use.
    pub is_archived: bool,
    /// What it says.
    pub details: RoomDetails,
}

/// A provider as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderView {
    /// Which.
    pub id: ProviderId,
    /// The name in links.
    pub slug: String,
    /// The version of the row; hours and terms raise it too.
    pub version: i64,
    /// Whether the provider is out of use.
    pub is_archived: bool,
    /// What it says.
    pub details: ProviderDetails,
}

/// A service as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceView {
    /// Which.
    pub id: ServiceId,
    /// Its name in links.
    pub slug: String,
    /// The version of its row; terms raise it too.
    pub version: i64,
    /// Whether it is out of use.
    pub is_archived: bool,
    /// What it says.
    pub details: ServiceDetails,
}

macro_rules! views {
    ($($(#[$one:meta])* $find:ident $(#[$all:meta])* $load:ident $table:ident $id:ident $view:ident;)+) => {$(
        $(#[$one])*
        pub fn $find(conn: &mut Conn, id: $id) -> Result<Option<$view>, Fault> {
            store::$table::find(conn, id)
        }

        $(#[$all])*
        pub fn $load(conn: &mut Conn) -> Result<Vec<$view>, Fault> {
            store::$table::load(conn)
        }
    )+};
}

views! {
    /// One location.
    location_to_edit
    /// Every location in the clinic's order.
    locations_to_edit locations LocationId LocationView;
    /// One room.
    room_to_edit
    /// Every room in the clinic's order.
    rooms_to_edit rooms RoomId RoomView;
    /// One provider.
    provider_to_edit
    /// Every provider in the clinic's order.
    providers_to_edit providers ProviderId ProviderView;
    /// One service.
    service_to_edit
    /// Every service in the clinic's order.
    services_to_edit services ServiceId ServiceView;
}
