//! Edits a provider's week at one location: all rows of one validity at once.

use super::change::{Done, EditRefused, Object, Thing, claim, note};
use super::store;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::{LocationId, ProviderId, StaffUserId};
use crate::domain::week::{Clash, Place, Validity, WeekRow, clashes};

/// What becomes of hours that began earlier and would run into the new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// They stay as they are; where they overlap, the new ones are refused.
    Keep,
    /// They end on the day before.
    EndBefore,
}

/// A week as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekEdit {
    /// Whose.
    pub provider: ProviderId,
    /// Where.
    pub location: LocationId,
    /// The provider's version the form was made from.
    pub seen: i64,
    /// The validity whose rows are replaced; nothing when the week is new.
    pub replaces: Option<Validity>,
    /// From when until when the rows hold.
    pub validity: Validity,
    /// What becomes of earlier hours.
    pub earlier: Earlier,
    /// The rows; none takes the week away.
    pub rows: Vec<WeekRow>,
}

/// Why the week was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WeekRefused {
    /// Provider or location are not there, or somebody else changed the provider.
    Edit(EditRefused),
    /// The last day is before the first.
    ImpossibleValidity,
    /// There is another week of exactly this validity.
    ValidityTaken,
    /// Rows clash, by their number.
    Clashes(Vec<(usize, Clash<LocationId>)>),
}

/// Hours of one provider at any location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursAt {
    /// Where.
    pub location: LocationId,
    /// When.
    pub hours: WeeklyHours,
}

/// Everything one provider works in a week, at all locations that are not archived.
pub fn hours_of(conn: &mut Conn, provider: ProviderId) -> Result<Vec<HoursAt>, Fault> {
    store::hours::load(conn, provider)
}

/// Saves the week.
pub fn edit_hours(tx: &mut Tx<'_>, by: StaffUserId, edit: &WeekEdit) -> Result<(), Bad<WeekRefused>> {
    claim(tx, Thing::Provider(edit.provider), edit.seen).map_err(|bad| bad.map(WeekRefused::Edit))?;
    let location = store::locations::find(tx.conn, edit.location)?;
    if location.is_none_or(|location| location.is_archived) {
        return Err(Bad::Refused(WeekRefused::Edit(EditRefused::Gone)));
    }
    let present = store::hours::load(tx.conn, edit.provider)?;

    decide(edit, &present).map_err(Bad::Refused)?;

    if let Some(replaced) = edit.replaces {
        store::hours::delete_week(tx, edit.provider, edit.location, replaced)?;
    }
    for (validity, ended) in ended_weeks(edit, &present) {
        store::hours::change_validity(tx, edit.provider, edit.location, validity, ended)?;
    }
    for row in &edit.rows {
        store::hours::insert(tx, edit.provider, edit.location, row, edit.validity)?;
    }
    Ok(note(tx, by, Done::Changed, Object::WeeklyHours, edit.provider.get())?)
}

fn decide(edit: &WeekEdit, present: &[HoursAt]) -> Result<(), WeekRefused> {
    if !edit.validity.is_possible() {
        return Err(WeekRefused::ImpossibleValidity);
    }
    let here = |at: &&HoursAt| at.location == edit.location;
    let others = || present.iter().filter(|at| !(here(at) && Some(Validity::of(&at.hours)) == edit.replaces));
    if others().any(|at| here(&at) && Validity::of(&at.hours) == edit.validity) {
        return Err(WeekRefused::ValidityTaken);
    }
    let left: Vec<(Place<LocationId>, WeeklyHours)> = others()
        .map(|at| {
            if !here(&at) {
                return (Place::Elsewhere(at.location), at.hours.clone());
            }
            let Validity { from, until } = after(edit, Validity::of(&at.hours));
            (Place::Here, WeeklyHours { valid_from: from, valid_until: until, ..at.hours.clone() })
        })
        .collect();
    let clashes = clashes(&edit.rows, edit.validity, &left);
    if clashes.is_empty() { Ok(()) } else { Err(WeekRefused::Clashes(clashes)) }
}

/// What is left of other hours at the same location.
fn after(edit: &WeekEdit, validity: Validity) -> Validity {
    match (edit.earlier, edit.validity.from) {
        (Earlier::EndBefore, Some(from)) => validity.ended_before(from),
        _ => validity,
    }
}

fn ended_weeks(edit: &WeekEdit, present: &[HoursAt]) -> Vec<(Validity, Validity)> {
    let here = present.iter().filter(|at| at.location == edit.location).map(|at| Validity::of(&at.hours));
    let mut ended: Vec<(Validity, Validity)> = here
        .filter(|validity| Some(*validity) != edit.replaces)
        .map(|validity| (validity, after(edit, validity)))
        .filter(|(validity, ended)| validity != ended)
        .collect();
    ended.sort_unstable();
    ended.dedup();
    ended
}
