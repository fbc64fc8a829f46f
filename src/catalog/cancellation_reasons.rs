//! The reasons somebody picks from when a booking is called off: a short list for clients, another for the clinic.
//!
//! Rebook brings reasons with wording in every language. The clinic puts them in its own order and words, adds its own,
//! and takes out what it does not ask. A reason that was ever chosen stays readable, so none is deleted.

use super::change::{Done, EditRefused, Object, note};
use super::store;
use super::wording::{Line, slug_of};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::language::Language;
use crate::i18n::Texts;

/// As many reasons of one kind can be asked; a longer list nobody reads.
pub const REASONS_MAX: usize = 30;

/// The clinic calls off because the client asked; the only reason of the clinic's that counts as the client's own.
const CLIENT_ASKED: &str = "client_asked";

/// Who is asked for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedOf {
    /// Clients, on their page.
    Client,
    /// Staff, when they call off.
    Clinic,
}

impl AskedOf {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Client, Self::Clinic];

    /// The word in the table and in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Clinic => "clinic",
        }
    }

    /// Reads [`AskedOf::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationReason {
    /// Its row.
    pub id: i64,
    /// The word kept with bookings and used by the API.
    pub code: String,
    /// Who is asked.
    pub asked_of: AskedOf,
    /// Where it stands among its kind.
    pub position: i32,
    /// The clinic's own words for it, by language; often none.
    pub texts: Vec<(Language, String)>,
    /// Whether it is asked no more.
    pub is_archived: bool,
}

impl CancellationReason {
    /// The reason in the reader's language: the clinic's words, else Rebook's, else whatever words there are.
    pub fn said(&self, t: Texts) -> String {
        let own = self.texts.iter().find(|(language, _)| *language == t.language()).or(self.texts.first());
        let own = own.map(|(_, text)| text.clone());
        own.or_else(|| wording(t, &self.code)).unwrap_or_else(|| self.code.clone())
    }

    /// Whether a booking called off for this is given up by the client, and not by the clinic.
    pub fn is_on_client(&self) -> bool {
        self.asked_of == AskedOf::Client || self.code == CLIENT_ASKED
    }
}

/// Rebook's words for the reasons it brings.
fn wording(t: Texts, code: &str) -> Option<String> {
    let text = match code {
        "no_time" => t.text("cancel-reason-no-time"),
        "feeling_better" => t.text("cancel-reason-feeling-better"),
        "ill" => t.text("cancel-reason-ill"),
        "too_expensive" => t.text("cancel-reason-too-expensive"),
        "elsewhere" => t.text("cancel-reason-elsewhere"),
        "other" => t.text("cancel-reason-other"),
        "provider_ill" => t.text("cancel-reason-provider-ill"),
        "clinic_closed" => t.text("cancel-reason-clinic-closed"),
        "equipment" => t.text("cancel-reason-equipment"),
        CLIENT_ASKED => t.text("cancel-reason-client-asked"),
        "clinic_other" => t.text("cancel-reason-clinic-other"),
        _ => return None,
    };
    Some(text)
}

/// Every reason, asked still or not, in the clinic's order.
pub fn cancellation_reasons(conn: &mut Conn) -> Result<Vec<CancellationReason>, Fault> {
    store::reasons::load(conn)
}

/// What the editor's form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonDetails {
    /// The words by language; an empty line means none of the clinic's own.
    pub texts: Vec<(Language, Line)>,
}

/// Why a reason was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonRefused {
    /// It is not there.
    Gone,
    /// Nothing was typed in any language, and there are no words of ours for it.
    Wordless,
    /// The list is as long as anybody reads.
    TooMany,
}

/// Adds a reason of the clinic's own at the end of its list.
pub fn add_reason(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    asked_of: AskedOf,
    details: &ReasonDetails,
) -> Result<i64, Bad<ReasonRefused>> {
    let first = details.texts.iter().map(|(_, text)| text.as_str()).find(|text| !text.is_empty());
    let Some(first) = first else {
        return Err(Bad::Refused(ReasonRefused::Wordless));
    };
    let all = store::reasons::load(tx.conn)?;
    let same: Vec<&CancellationReason> = all.iter().filter(|reason| reason.asked_of == asked_of).collect();
    if REASONS_MAX <= same.iter().filter(|reason| !reason.is_archived).count() {
        return Err(Bad::Refused(ReasonRefused::TooMany));
    }
    let position = same.iter().map(|reason| reason.position).max().unwrap_or(0).saturating_add(1);
    let id = tx.new_number();
    let code = free_code(first, id, &all);
    store::reasons::insert(tx, id, &code, asked_of, position)?;
    store::reasons::replace_texts(tx, id, &details.texts)?;
    note(tx, by, Done::Created, Object::CancellationReason, id)?;
    Ok(id)
}

/// A code after the words, which programs can read; with the number behind it when somebody has it.
fn free_code(text: &str, id: i64, all: &[CancellationReason]) -> String {
    let base = slug_of(text).map(|slug| slug.replace('-', "_"));
    let taken = |code: &str| all.iter().any(|reason| reason.code == code);
    match base {
        Some(base) if !taken(&base) => base,
        Some(base) => format!("{base}_{id}"),
        None => format!("reason_{id}"),
    }
}

/// Gives a reason other words. Words that are Rebook's own are not kept, so they follow its translations.
pub fn edit_reason(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: i64,
    details: &ReasonDetails,
) -> Result<(), Bad<ReasonRefused>> {
    let all = store::reasons::load(tx.conn)?;
    let reason = all.iter().find(|reason| reason.id == id).ok_or(Bad::Refused(ReasonRefused::Gone))?;
    let is_ours = |language: Language, text: &str| wording(Texts::new(language), &reason.code).as_deref() == Some(text);
    let own: Vec<(Language, Line)> = details
        .texts
        .iter()
        .filter(|(language, text)| !text.as_str().is_empty() && !is_ours(*language, text.as_str()))
        .cloned()
        .collect();
    if own.is_empty() && wording(Texts::default(), &reason.code).is_none() {
        return Err(Bad::Refused(ReasonRefused::Wordless));
    }
    // Changed in one language, the other one keeps what its form said: the two must mean the same.
    let kept = if own.is_empty() { own } else { details.texts.clone() };
    store::reasons::replace_texts(tx, id, &kept)?;
    Ok(note(tx, by, Done::Changed, Object::CancellationReason, id)?)
}

/// Asks for it no more, or again. Bookings that were called off for it keep it.
pub fn retire_reason(tx: &mut Tx<'_>, by: StaffUserId, id: i64, retired: bool) -> Result<(), Bad<EditRefused>> {
    let at = retired.then(|| tx.now_naive());
    if !store::reasons::set_archived(tx, id, at)? {
        return Err(Bad::Refused(EditRefused::Gone));
    }
    let done = if retired { Done::Archived } else { Done::Restored };
    Ok(note(tx, by, done, Object::CancellationReason, id)?)
}

/// Moves a reason one place up or down among those that are asked.
pub fn place_reason(tx: &mut Tx<'_>, by: StaffUserId, id: i64, up: bool) -> Result<(), Bad<EditRefused>> {
    let all = store::reasons::load(tx.conn)?;
    let moved = all.iter().find(|reason| reason.id == id).ok_or(Bad::Refused(EditRefused::Gone))?;
    let same = all.iter().filter(|reason| reason.asked_of == moved.asked_of && !reason.is_archived);
    let mut order: Vec<i64> = same.map(|reason| reason.id).collect();
    let Some(place) = order.iter().position(|known| *known == id) else {
        return Err(Bad::Refused(EditRefused::Gone));
    };
    let other = if up { place.checked_sub(1) } else { Some(place + 1) };
    if let Some(other) = other.filter(|other| *other < order.len()) {
        order.swap(place, other);
    }
    for (position, reason) in (1_i32..).zip(order) {
        store::reasons::set_position(tx, reason, position)?;
    }
    Ok(note(tx, by, Done::Changed, Object::CancellationReason, id)?)
}

impl super::Catalog {
    /// The reasons of one kind that are asked, in the clinic's order.
    pub fn reasons_asked_of(&self, who: AskedOf) -> impl Iterator<Item = &CancellationReason> {
        self.cancellation_reasons.iter().filter(move |reason| reason.asked_of == who && !reason.is_archived)
    }

    /// The reason with this code, asked still or not.
    pub fn reason(&self, code: &str) -> Option<&CancellationReason> {
        self.cancellation_reasons.iter().find(|reason| reason.code == code)
    }

    /// Why a booking ended, in the reader's language: what was picked and what was typed.
    pub fn ended_because(&self, t: Texts, code: Option<&str>, typed: Option<&str>) -> Option<String> {
        let picked = code.map(|code| self.reason(code).map_or_else(|| code.to_owned(), |reason| reason.said(t)));
        match (picked, typed.filter(|text| !text.is_empty())) {
            (Some(picked), Some(typed)) => Some(format!("{picked}: {typed}")),
            (Some(picked), None) => Some(picked),
            (None, typed) => typed.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: &str, texts: &[(Language, &str)]) -> CancellationReason {
        CancellationReason {
            id: 1,
            code: code.to_owned(),
            asked_of: AskedOf::Clinic,
            position: 1,
            texts: texts.iter().map(|(language, text)| (*language, (*text).to_owned())).collect(),
            is_archived: false,
        }
    }

    #[test]
    fn words_of_the_clinic_come_before_ours_and_never_mix_with_them() {
        let (en, de) = (Texts::new(Language::En), Texts::new(Language::De));
        assert_eq!(reason("provider_ill", &[]).said(en), "The provider is ill");
        assert_ne!(reason("provider_ill", &[]).said(de), reason("provider_ill", &[]).said(en));
        assert_eq!(reason("provider_ill", &[(Language::En, "Flu")]).said(de), "Flu");
        assert_eq!(reason("strange", &[]).said(en), "strange");
        assert!(reason("client_asked", &[]).is_on_client() && !reason("provider_ill", &[]).is_on_client());
    }

    #[test]
    fn codes_are_readable_and_unique() {
        let all = [reason("too_far_away", &[])];
        assert_eq!(free_code("Too much noise!", 7, &all), "too_much_noise");
        assert_eq!(free_code("Too far away", 7, &all), "too_far_away_7");
        assert_eq!(free_code("???", 7, &all), "reason_7");
    }
}
