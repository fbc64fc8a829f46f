//! Rules are written, switched, copied and put away.
//!
//! Every change names the version it was made from, is written to the audit, and raises the version of the rules, so
//! that the next pass brings all waiting rows in line. A rule that may concern everybody on the books at once is
//! switched on only by somebody who has seen how many that are.

use chrono::{DateTime, Utc};

use super::plan_clients::{Concerned, count_concerned};
use super::store::{audit, rule_edits};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{EndpointId, RuleId, StaffUserId};
use crate::domain::message_rules::Rule;
use crate::domain::rule_checks::{Flaw, RuleDraft, SetUp};

pub use rule_edits::{KeptRule, RuleTally, kept_rule, kept_rules, rule_tallies, waiting_of_rule};

/// As many rules of its own a clinic may have.
pub const OWN_RULES_MAX: i64 = 100;

/// Why a rule was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleRefused {
    /// It is not there.
    Gone,
    /// Somebody else changed it meanwhile.
    Changed,
    /// What Rebook brings is switched off, not put away.
    BuiltIn,
    /// It is put away: it must be brought back first.
    Archived,
    /// It cannot be kept like this.
    Flawed(Vec<Flaw>),
    /// It concerns this many people, which nobody has agreed to.
    Concerns(Concerned),
    /// The list is as long as anybody can oversee.
    TooMany,
}

/// What saving a rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSaved {
    /// As many messages of it wait, and follow it.
    pub waiting: i64,
    /// It would reach other people now, so it was switched off until somebody has seen how many.
    pub was_switched_off: bool,
}

/// What the editor offers.
#[derive(Debug, Clone, Default)]
pub struct RuleChoices {
    /// What is set up.
    pub set_up: SetUp,
    /// Programs by name.
    pub endpoints: Vec<(EndpointId, String)>,
    /// Tags that clients have.
    pub tags: Vec<String>,
    /// Sources that bookings came from.
    pub sources: Vec<String>,
}

/// What the editor offers at this moment.
pub fn rule_choices(conn: &mut Conn) -> Result<RuleChoices, Fault> {
    let (tags, sources) = rule_edits::words_in_use(conn)?;
    Ok(RuleChoices { set_up: rule_edits::set_up(conn)?, endpoints: rule_edits::endpoints(conn)?, tags, sources })
}

/// Adds a rule of the clinic's own, switched off.
pub fn add_rule(tx: &mut Tx<'_>, by: StaffUserId, draft: &RuleDraft) -> Result<RuleId, Bad<RuleRefused>> {
    check(tx.conn, draft, false)?;
    if OWN_RULES_MAX <= rule_edits::own_rules(tx.conn)? {
        return Err(Bad::Refused(RuleRefused::TooMany));
    }
    let id: RuleId = tx.new_id();
    rule_edits::insert(tx, id, draft)?;
    note(tx, by, "created", id)?;
    Ok(id)
}

/// Changes a rule. One that is on and concerns clients as such is switched off when it would reach others than before.
pub fn edit_rule(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: RuleId,
    seen: i64,
    draft: &RuleDraft,
) -> Result<RuleSaved, Bad<RuleRefused>> {
    let rule = present(tx.conn, id)?;
    let is_built_in = rule.code.is_some();
    let draft = if is_built_in { draft.clone().for_built_in(&rule) } else { draft.clone() };
    check(tx.conn, &draft, is_built_in)?;
    let stops = rule.active_from.is_some() && rule.trigger.is_about_client() && draft.reaches_others_than(&rule);
    let active_from = if stops { None } else { rule.active_from };
    if !rule_edits::update(tx, id, seen, &draft, active_from)? {
        return Err(Bad::Refused(RuleRefused::Changed));
    }
    note(tx, by, "changed", id)?;
    Ok(RuleSaved { waiting: waiting_of_rule(tx.conn, id)?, was_switched_off: stops })
}

/// Adds a copy of a rule under another name, switched off.
pub fn copy_rule(tx: &mut Tx<'_>, by: StaffUserId, id: RuleId, name: &str) -> Result<RuleId, Bad<RuleRefused>> {
    let rule = present(tx.conn, id)?;
    let draft = RuleDraft { name: name.to_owned(), ..RuleDraft::of(&rule) };
    add_rule(tx, by, &draft)
}

/// Switches a rule off; what waits of it is taken back by the next pass.
pub fn switch_rule_off(tx: &mut Tx<'_>, by: StaffUserId, id: RuleId, seen: i64) -> Result<i64, Bad<RuleRefused>> {
    present(tx.conn, id)?;
    let waiting = waiting_of_rule(tx.conn, id)?;
    if !rule_edits::set_active(tx, id, seen, None)? {
        return Err(Bad::Refused(RuleRefused::Changed));
    }
    note(tx, by, "switched_off", id)?;
    Ok(waiting)
}

/// Switches a rule on from now. One that concerns clients as such needs the number somebody has `agreed` to; it is
/// refused with the number of this moment when there is none, or when it has grown by more than a tenth since.
pub fn switch_rule_on(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: RuleId,
    seen: i64,
    agreed: Option<i64>,
) -> Result<(), Bad<RuleRefused>> {
    let rule = present(tx.conn, id)?;
    check(tx.conn, &RuleDraft::of(&rule), rule.code.is_some())?;
    if rule.trigger.is_about_client() {
        let concerned = concerned_by(tx.conn, &rule, tx.now)?;
        let is_agreed = agreed.is_some_and(|agreed| concerned.people <= agreed + agreed / 10);
        if !is_agreed {
            return Err(Bad::Refused(RuleRefused::Concerns(concerned)));
        }
    }
    if !rule_edits::set_active(tx, id, seen, Some(tx.now))? {
        return Err(Bad::Refused(RuleRefused::Changed));
    }
    note(tx, by, "switched_on", id)?;
    Ok(())
}

/// How many people a rule would concern if it were on from `now`.
pub fn concerned_by(conn: &mut Conn, rule: &Rule, now: DateTime<Utc>) -> Result<Concerned, Fault> {
    count_concerned(conn, &Rule { active_from: Some(now), ..rule.clone() }, now)
}

/// Puts a rule of the clinic's own away. What it said stays in the log.
pub fn archive_rule(tx: &mut Tx<'_>, by: StaffUserId, id: RuleId, seen: i64) -> Result<(), Bad<RuleRefused>> {
    if present(tx.conn, id)?.code.is_some() {
        return Err(Bad::Refused(RuleRefused::BuiltIn));
    }
    put_away(tx, by, id, seen, "archived", Some(tx.now))
}

/// Brings a rule back, switched off.
pub fn restore_rule(tx: &mut Tx<'_>, by: StaffUserId, id: RuleId, seen: i64) -> Result<(), Bad<RuleRefused>> {
    if kept_rule(tx.conn, id)?.is_none() {
        return Err(Bad::Refused(RuleRefused::Gone));
    }
    put_away(tx, by, id, seen, "restored", None)
}

fn put_away(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: RuleId,
    seen: i64,
    action: &str,
    at: Option<DateTime<Utc>>,
) -> Result<(), Bad<RuleRefused>> {
    if !rule_edits::set_archived(tx, id, seen, at)? {
        return Err(Bad::Refused(RuleRefused::Changed));
    }
    Ok(note(tx, by, action, id)?)
}

fn present(conn: &mut Conn, id: RuleId) -> Result<Rule, Bad<RuleRefused>> {
    match kept_rule(conn, id)? {
        None => Err(Bad::Refused(RuleRefused::Gone)),
        Some(kept) if kept.is_archived => Err(Bad::Refused(RuleRefused::Archived)),
        Some(kept) => Ok(kept.rule),
    }
}

fn check(conn: &mut Conn, draft: &RuleDraft, is_built_in: bool) -> Result<(), Bad<RuleRefused>> {
    let flaws = draft.flaws(&rule_edits::set_up(conn)?, is_built_in);
    if flaws.is_empty() { Ok(()) } else { Err(Bad::Refused(RuleRefused::Flawed(flaws))) }
}

/// Ends every change: the audit knows who did it, and all rows are to be looked at again.
fn note(tx: &mut Tx<'_>, by: StaffUserId, action: &str, id: RuleId) -> Result<(), Fault> {
    audit::note(tx, by, action, "message_rule", id.get())?;
    rule_edits::raise_rules_version(tx)
}
