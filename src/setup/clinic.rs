//! The first step: name, contact, currency, language, and where the clinic is.

use chrono_tz::Tz;

use super::advance;
use crate::catalog::{
    self, ClinicRefused, Edit, EditRefused, Label, Line, LocationDetails, Prose, SetupStep, locations_to_edit,
};
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::policy::PolicyLevel;
use crate::domain::recognise::{EmailAddress, PhoneNumber};

/// What the first step asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicBasics {
    /// The clinic's name.
    pub name: Label,
    /// Where replies go.
    pub email: Option<EmailAddress>,
    /// Whom to call.
    pub phone: Option<PhoneNumber>,
    /// The one currency of its prices.
    pub currency: Currency,
    /// The language of its own texts.
    pub language: Language,
    /// The zone of its place.
    pub zone: Tz,
    /// Street and number.
    pub street: Line,
    /// Postal code.
    pub postal_code: Line,
    /// City.
    pub city: Line,
}

/// Why it was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClinicStepRefused {
    /// Somebody else is at it.
    Changed,
    /// There are prices or bookings in another currency.
    CurrencyInUse,
}

/// Saves the clinic, and makes its first location or changes it.
pub fn save_clinic(tx: &mut Tx<'_>, user: StaffUserId, basics: &ClinicBasics) -> Result<(), Bad<ClinicStepRefused>> {
    let (present, seen) = catalog::clinic_to_edit(tx.conn)?
        .ok_or_else(|| Bad::Fault(Fault::other("the first steps need a clinic, which the first run makes")))?;
    let details = catalog::ClinicDetails {
        name: basics.name.clone(),
        email: basics.email.clone(),
        phone: basics.phone.clone(),
        currency: basics.currency,
        language: basics.language,
        ..present
    };
    catalog::edit_clinic(tx, user, seen, &details).map_err(|bad| {
        bad.map(|refused| match refused {
            ClinicRefused::Changed => ClinicStepRefused::Changed,
            ClinicRefused::CurrencyInUse { .. } => ClinicStepRefused::CurrencyInUse,
        })
    })?;
    save_location(tx, user, basics)?;
    Ok(advance(tx, SetupStep::Clinic)?)
}

fn save_location(tx: &mut Tx<'_>, user: StaffUserId, basics: &ClinicBasics) -> Result<(), Bad<ClinicStepRefused>> {
    let first = locations_to_edit(tx.conn)?.into_iter().find(|location| !location.is_archived);
    let (edit, details) = match first {
        None => (
            Edit::New,
            LocationDetails {
                name: basics.name.clone(),
                zone: basics.zone,
                street: basics.street.clone(),
                postal_code: basics.postal_code.clone(),
                city: basics.city.clone(),
                region: Line::default(),
                country: Line::default(),
                phone: None,
                email: None,
                directions: Prose::default(),
                position: 1,
                policy: PolicyLevel::default(),
            },
        ),
        Some(location) => (
            Edit::Existing { id: location.id, seen: location.version },
            LocationDetails {
                zone: basics.zone,
                street: basics.street.clone(),
                postal_code: basics.postal_code.clone(),
                city: basics.city.clone(),
                ..location.details
            },
        ),
    };
    let saved = catalog::edit_location(tx, user, edit, &details);
    saved.map_err(|bad| bad.map(|_refused: EditRefused| ClinicStepRefused::Changed))?;
    Ok(())
}
