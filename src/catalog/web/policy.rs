//! The fields of deadlines and policies, the same on the pages of clinic, location and service.

use super::fields::{Reader, fill_span};
use crate::catalog::{LEAD_MINUTES, MOVES_MAX, NOTICE_MINUTES_MAX};
use crate::domain::policy::{Policy, PolicyLevel};
use crate::i18n::Texts;
use crate::web::form::Form;

/// The names of the fields, for forms that somebody else changed meanwhile.
pub(super) const NAMES: [&str; 8] =
    ["lead", "lead_unit", "move_notice", "move_notice_unit", "cancel_notice", "cancel_notice_unit", "moves", "policy"];

/// What stands under each field.
pub(super) struct Hints {
    pub(super) lead: String,
    pub(super) moving: String,
    pub(super) cancelling: String,
    pub(super) moves: String,
    pub(super) text: String,
}

impl Hints {
    /// For the clinic, which is the last to be asked.
    pub(super) fn of_clinic(t: Texts) -> Self {
        let general = t.text("catalog-policy-general");
        Self {
            lead: general.clone(),
            moving: general.clone(),
            cancelling: general,
            moves: t.text("catalog-moves-hint"),
            text: t.text("catalog-cancel-policy-hint"),
        }
    }

    /// For something more specific: an empty field means what stands here.
    pub(super) fn above(t: Texts, above: &Policy) -> Self {
        let notice = |minutes: u32| t.with("catalog-notice-hint", &[("notice", &t.notice(i64::from(minutes)))]);
        Self {
            lead: notice(above.lead_minutes),
            moving: notice(above.move_notice_minutes),
            cancelling: notice(above.cancel_notice_minutes),
            moves: t.with("catalog-moves-above", &[("count", &above.moves_max)]),
            text: t.text("catalog-policy-above"),
        }
    }
}

/// Reads the fields; an empty one is said by the level above.
pub(super) fn read(reader: &mut Reader) -> Option<PolicyLevel> {
    let lead = reader.span("lead", *LEAD_MINUTES.end());
    let moving = reader.span("move_notice", NOTICE_MINUTES_MAX);
    let cancelling = reader.span("cancel_notice", NOTICE_MINUTES_MAX);
    let moves = reader.whole_if_any("moves", &(0..=MOVES_MAX));
    let text = reader.prose("policy");
    Some(PolicyLevel {
        lead_minutes: lead?,
        move_notice_minutes: moving?,
        cancel_notice_minutes: cancelling?,
        moves_max: moves?.and_then(|moves| u16::try_from(moves).ok()),
        text: text.map(|text| text.as_str().to_owned()).map(|text| Some(text).filter(|text| !text.is_empty()))?,
    })
}

/// The clinic's own: nothing above it, so an empty field is none.
pub(super) fn read_clinic(reader: &mut Reader) -> Option<Policy> {
    let nothing =
        Policy { lead_minutes: 0, move_notice_minutes: 0, cancel_notice_minutes: 0, moves_max: 0, text: String::new() };
    read(reader).map(|level| nothing.with(&level))
}

/// Fills the fields.
pub(super) fn fill(form: Form, level: &PolicyLevel) -> Form {
    let form = form
        .filled("moves", level.moves_max.map(|moves| moves.to_string()).unwrap_or_default())
        .filled("policy", level.text.clone().unwrap_or_default());
    let form = fill_span(form, "lead", level.lead_minutes);
    let form = fill_span(form, "move_notice", level.move_notice_minutes);
    fill_span(form, "cancel_notice", level.cancel_notice_minutes)
}

/// Fills the fields of the clinic.
pub(super) fn fill_clinic(form: Form, policy: &Policy) -> Form {
    let level = PolicyLevel {
        lead_minutes: Some(policy.lead_minutes),
        move_notice_minutes: Some(policy.move_notice_minutes),
        cancel_notice_minutes: Some(policy.cancel_notice_minutes),
        moves_max: Some(policy.moves_max),
        text: Some(policy.text.clone()),
    };
    fill(form, &level)
}
