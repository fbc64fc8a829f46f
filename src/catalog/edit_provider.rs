//! Adds a provider, or changes one.

use chrono::NaiveDate;

use super::change::{Done, Edit, EditRefused, Object, Thing, claim, note};
use super::store;
use super::wording::{Color, Label, Line, Prose};
use crate::db::{Bad, Tx};
use crate::domain::ids::{ProviderId, StaffUserId};
use crate::domain::recognise::EmailAddress;

/// A provider as the page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDetails {
    /// The name.
    pub name: Label,
    /// What the provider is: "Dentist".
    pub title: Line,
    /// A few sentences for patients.
    pub bio: Prose,
    /// Spoken languages: tags with commas between.
    pub languages: Line,
    /// Colour on the calendar.
    pub color: Color,
    /// Where notices go.
    pub email: Option<EmailAddress>,
    /// The first day on which the provider works here no more.
    pub leaves_on: Option<NaiveDate>,
    /// Where the provider stands among the others.
    pub position: i32,
}

/// Saves the provider and says which it is.
pub fn edit_provider(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    edit: Edit<ProviderId>,
    details: &ProviderDetails,
) -> Result<ProviderId, Bad<EditRefused>> {
    match edit {
        Edit::New => {
            let id = store::providers::insert(tx, details)?;
            note(tx, by, Done::Created, Object::Provider, id.get())?;
            Ok(id)
        }
        Edit::Existing { id, seen } => {
            claim(tx, Thing::Provider(id), seen)?;
            store::providers::update(tx, id, details)?;
            note(tx, by, Done::Changed, Object::Provider, id.get())?;
            Ok(id)
        }
    }
}
