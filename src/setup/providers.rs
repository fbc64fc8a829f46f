//! Adds somebody who performs services, with the week of the first steps.

use super::store;
use super::week::Week;
use crate::catalog::{
    self, Color, Earlier, Edit, Label, Line, OwnTerms, Prose, ProviderDetails, Term, TermsOf, WeekEdit,
};
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{LocationId, ProviderId, ServiceId, StaffUserId};
use crate::domain::week::Validity;

/// Colours on the calendar, one after the other.
const COLORS: [&str; 8] = ["#0f766e", "#1d4ed8", "#b45309", "#7e22ce", "#be123c", "#15803d", "#0369a1", "#a16207"];

/// Somebody new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProvider {
    /// The name.
    pub name: Label,
    /// What the provider is.
    pub title: Line,
    /// What the provider performs.
    pub services: Vec<ServiceId>,
}

/// Why nobody was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderStepRefused {
    /// The first step comes first: work is at a location.
    NoLocation,
    /// Something was changed meanwhile.
    Changed,
}

/// Adds a provider who works the kept week and performs the services.
pub fn add_provider(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    new: &NewProvider,
) -> Result<ProviderId, Bad<ProviderStepRefused>> {
    let location = first_location(tx)?.ok_or(Bad::Refused(ProviderStepRefused::NoLocation))?;
    let number = catalog::providers_to_edit(tx.conn)?.len();
    let color = COLORS.iter().cycle().nth(number % COLORS.len()).copied().unwrap_or("#0f766e");
    let details = ProviderDetails {
        name: new.name.clone(),
        title: new.title.clone(),
        bio: Prose::default(),
        languages: Line::default(),
        color: Color::parse(color).map_err(|wrong| Bad::Fault(Fault::other(wrong)))?,
        email: None,
        leaves_on: None,
        position: i32::try_from(number + 1).unwrap_or(i32::MAX),
    };
    let id = catalog::edit_provider(tx, by, Edit::New, &details)
        .map_err(|bad| bad.map(|_refused| ProviderStepRefused::Changed))?;
    let own = OwnTerms { price_minor: None, duration_minutes: None };
    let terms: Vec<Term> = new.services.iter().map(|service| Term { service: *service, provider: id, own }).collect();
    let seen = version(tx, id)?;
    catalog::edit_terms(tx, by, TermsOf::Provider(id), seen, &terms)
        .map_err(|bad| bad.map(|_refused| ProviderStepRefused::Changed))?;
    let week = store::kept_week(tx.conn)?;
    give_week(tx, by, (id, location), &week)?;
    Ok(id)
}

fn first_location(tx: &mut Tx<'_>) -> Result<Option<LocationId>, Fault> {
    let all = catalog::locations_to_edit(tx.conn)?;
    Ok(all.into_iter().find(|location| !location.is_archived).map(|location| location.id))
}

fn version(tx: &mut Tx<'_>, provider: ProviderId) -> Result<i64, Fault> {
    let found = catalog::provider_to_edit(tx.conn, provider)?;
    found.map(|provider| provider.version).ok_or_else(|| Fault::other("a provider is gone that was just made"))
}

fn give_week(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (provider, location): (ProviderId, LocationId),
    week: &Week,
) -> Result<(), Fault> {
    let edit = WeekEdit {
        provider,
        location,
        seen: version(tx, provider)?,
        replaces: None,
        validity: Validity::default(),
        earlier: Earlier::Keep,
        rows: week.rows(),
    };
    // A week was checked before it was kept, and a provider without hours has nothing it could clash with.
    catalog::edit_hours(tx, by, &edit)
        .map_err(|bad| bad.map(|refused| Fault::other(format!("the first week was refused: {refused:?}"))))
        .map_err(|bad| match bad {
            Bad::Refused(fault) | Bad::Fault(fault) => fault,
        })
}

/// Gives the week to every provider who has no hours at all.
pub(super) fn give_week_to_idle(tx: &mut Tx<'_>, by: StaffUserId, week: &Week) -> Result<(), Fault> {
    let Some(location) = first_location(tx)? else { return Ok(()) };
    for provider in catalog::providers_to_edit(tx.conn)?.into_iter().filter(|provider| !provider.is_archived) {
        if catalog::hours_of(tx.conn, provider.id)?.is_empty() {
            give_week(tx, by, (provider.id, location), week)?;
        }
    }
    Ok(())
}
