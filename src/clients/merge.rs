//! Makes one client of two records. The record that is merged stays as an alias, so that old links find the person, and
//! everything that referred to it refers to the kept one afterwards: nothing is lost, and no figure changes.

use std::collections::BTreeMap;

use super::edit::{EditRefused, living};
use super::history;
use super::person::{Person, PersonValues};
use super::store;
use crate::db::{Bad, Conn, Fault, Tx, portable};
use crate::domain::booking::Actor;
use crate::domain::ids::{ClientId, StaffUserId};
use crate::domain::merging::{MergeWarning, PersonField, Resemblance, Side, proposal, warnings};
use crate::retention;

/// How many rows of which table and column move.
pub type Moved = BTreeMap<String, i64>;

/// Why two records stay two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRefused {
    /// Nobody is merged with oneself.
    Oneself,
    /// One of them is not there, or only an alias.
    Unknown,
    /// Nothing is known of one of them any more.
    Erased,
    /// Somebody changed one of them after the preview was made.
    Changed,
}

/// A field of both records, and what is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedField {
    /// Which.
    pub field: PersonField,
    /// What the kept record says.
    pub kept: Option<String>,
    /// What the merged one says.
    pub merged: Option<String>,
    /// Whose value is proposed.
    pub proposed: Side,
}

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct MergePreview {
    /// The record that goes on.
    pub kept: Person,
    /// The record that becomes an alias.
    pub merged: Person,
    /// The fields in which they differ.
    pub fields: Vec<ComparedField>,
    /// What moves, where anything does.
    pub moves: Moved,
    /// What speaks against it.
    pub warnings: Vec<MergeWarning>,
}

/// The two as the preview showed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The record that goes on, and its version.
    pub kept: (ClientId, i64),
    /// The record that becomes an alias, and its version.
    pub merged: (ClientId, i64),
}

/// What would happen; changes nothing.
pub fn preview_merge(conn: &mut Conn, kept: ClientId, merged: ClientId) -> Result<MergePreview, Bad<MergeRefused>> {
    let (kept, merged) = both(conn, kept, merged)?;
    let (left, right) = (kept.values(), merged.values());
    let compared = |field: PersonField| {
        let (one, other) = (left.text(field), right.text(field));
        let proposed = proposal(field, one.as_deref(), other.as_deref());
        ComparedField { field, kept: one, merged: other, proposed }
    };
    let fields = left.differences(&right).into_iter().map(compared).collect();
    let names = store::merging::name_keys(conn, kept.view.id, merged.view.id)?;
    let related =
        |one: &Person, other: &Person| one.guardian == Some(other.view.id) || one.payer == Some(other.view.id);
    let seen = Resemblance {
        born: (left.birth_date, right.birth_date),
        same_name: names.0 == names.1,
        same_time: store::merging::overlap(conn, kept.view.id, merged.view.id)?,
        related: related(&kept, &merged) || related(&merged, &kept),
        standings_differ: left.standing != right.standing,
    };
    let moves = store::merging::count(conn, merged.view.id)?;
    Ok(MergePreview { kept, merged, fields, moves, warnings: warnings(&seen) })
}

/// Merges, all in one write. `choices` says whose value of a field stands; a field that is not named keeps its value.
pub fn merge(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    pair: Pair,
    choices: &BTreeMap<PersonField, Side>,
) -> Result<Moved, Bad<MergeRefused>> {
    let (kept_id, merged_id) = (pair.kept.0, pair.merged.0);
    if kept_id == merged_id {
        return Err(Bad::Refused(MergeRefused::Oneself));
    }
    // Bookings of either, by mail or phone, wait; so do edits of either.
    let names = store::merging::contact_names(tx.conn, &[kept_id, merged_id])?;
    portable::lock_names(tx.conn, &names)?;
    store::person::lock(tx, &[kept_id, merged_id])?;
    retention::lock(tx, &[kept_id, merged_id])?;
    let (kept, merged) = both(tx.conn, kept_id, merged_id)?;
    if (kept.row_version, merged.row_version) != (pair.kept.1, pair.merged.1) {
        return Err(Bad::Refused(MergeRefused::Changed));
    }
    let (before, other) = (kept.values(), merged.values());
    let after = settled(&before, &other, (kept_id, merged_id), choices);
    store::merging::become_alias(tx, &merged, kept_id)?;
    let moved = store::merging::move_everything(tx, merged_id, kept_id)?;
    history::write_differences(tx, kept_id, Actor::Staff(by), (&before, &after))?;
    if !store::person::rewrite(tx, kept_id, kept.row_version, &after)? {
        return Err(Bad::Refused(MergeRefused::Changed));
    }
    for household in [before.household, other.household].into_iter().flatten() {
        if Some(household) != after.household {
            store::person::tidy_household(tx, household)?;
        }
    }
    store::merging::hand_over_mailbox(tx, &merged, kept_id)?;
    crate::recall::refresh(tx, kept_id)?;
    store::merging::write_merge(tx, by, (kept_id, merged_id), &moved)?;
    store::changes::audit(tx, by, "merged", kept_id)?;
    retention::after_merge(tx, kept_id, merged_id)?;
    Ok(moved)
}

/// The kept record's values with what was chosen from the other one. Nobody is the own guardian or payer.
fn settled(
    kept: &PersonValues,
    merged: &PersonValues,
    ids: (ClientId, ClientId),
    choices: &BTreeMap<PersonField, Side>,
) -> PersonValues {
    let mut after = kept.clone();
    for (field, _) in choices.iter().filter(|(_, side)| **side == Side::Merged) {
        after.take(*field, merged);
    }
    let is_one_of_them = |id: ClientId| id == ids.0 || id == ids.1;
    after.guardian = after.guardian.filter(|id| !is_one_of_them(*id));
    after.payer = after.payer.filter(|id| !is_one_of_them(*id));
    after
}

fn both(conn: &mut Conn, kept: ClientId, merged: ClientId) -> Result<(Person, Person), Bad<MergeRefused>> {
    if kept == merged {
        return Err(Bad::Refused(MergeRefused::Oneself));
    }
    let mut find = |id: ClientId| match living(conn, id) {
        Ok(person) => Ok(person),
        Err(Bad::Refused(EditRefused::Erased)) => Err(Bad::Refused(MergeRefused::Erased)),
        Err(Bad::Refused(_)) => Err(Bad::Refused(MergeRefused::Unknown)),
        Err(Bad::Fault(fault)) => Err(Bad::Fault(fault)),
    };
    Ok((find(kept)?, find(merged)?))
}

/// The client and everybody who was merged into it, as numbers of the database.
pub fn ids_of(conn: &mut Conn, client: ClientId) -> Result<Vec<ClientId>, Fault> {
    Ok(store::person::ids_of(conn, client)?.into_iter().map(ClientId::new).collect())
}
