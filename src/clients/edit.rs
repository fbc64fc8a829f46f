//! Makes a client without a booking, and changes one, with a line for every field that changed.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::find_or_make::ClientDetails;
use super::person::{Person, PersonValues};
use super::store::{self, Standing};
use super::{history, household};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{ClientId, StaffUserId};
use crate::domain::language::Language;
use crate::domain::recognise::{ContactKeys, EmailAddress, PersonName, PhoneNumber, Recognised, recognise};

/// The longest word about what brought somebody here, in characters.
pub const SOURCE_CHARACTERS_MAX: usize = 60;

/// What the form says, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDetails {
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// Where mail goes.
    pub email: Option<EmailAddress>,
    /// Where calls go.
    pub phone: Option<PhoneNumber>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// The language to write in.
    pub language: Language,
    /// The zone the person lives in.
    pub zone: Option<Tz>,
    /// Who is written to instead.
    pub guardian: Option<ClientId>,
    /// Who pays.
    pub payer: Option<ClientId>,
    /// What brought the person here.
    pub source: Option<String>,
    /// Whether the person can still be expected.
    pub standing: Standing,
}

impl PersonDetails {
    fn keys(&self) -> ContactKeys {
        ContactKeys::of(&self.first_name, &self.last_name, self.email.as_ref(), self.phone.as_ref())
    }

    fn values(&self) -> PersonValues {
        PersonValues {
            first_name: self.first_name.as_str().to_owned(),
            last_name: self.last_name.as_str().to_owned(),
            email: self.email.as_ref().map(|email| email.as_str().to_owned()),
            phone: self.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            birth_date: self.birth_date,
            language: self.language,
            zone: self.zone,
            household: None,
            guardian: self.guardian,
            payer: self.payer,
            source: self.source.clone(),
            standing: self.standing,
        }
    }
}

/// Why a client is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditRefused {
    /// Nobody of this number, or only an alias.
    Unknown,
    /// Nothing is known of the person any more, and nothing is learned.
    Erased,
    /// Somebody else changed the client after the form was made.
    Changed,
    /// Nobody is the own guardian, and guardians have none.
    Guardian,
    /// Nobody pays for oneself through oneself, and the payer must be there.
    Payer,
    /// The day of birth is still to come, or too long ago.
    BirthDate,
}

/// Who seems to be known already, by name and contact.
pub fn known_as(conn: &mut Conn, details: &PersonDetails) -> Result<Option<ClientId>, Fault> {
    let keys = details.keys();
    match recognise(&store::candidates(conn, &keys)?, &keys) {
        Recognised::Same(id) => Ok(Some(store::survivor(conn, id)?)),
        Recognised::New { .. } => Ok(None),
    }
}

/// Makes a client whom nobody booked for, and notes whom the client resembles.
pub fn make(tx: &mut Tx<'_>, details: &PersonDetails) -> Result<ClientId, Bad<EditRefused>> {
    check(tx, None, details)?;
    let keys = details.keys();
    let resembling = match recognise(&store::candidates(tx.conn, &keys)?, &keys) {
        Recognised::New { possible_duplicates } => possible_duplicates,
        Recognised::Same(id) => vec![(id, crate::domain::recognise::DuplicateReason::SameName)],
    };
    let short = ClientDetails {
        first_name: details.first_name.clone(),
        last_name: details.last_name.clone(),
        email: details.email.clone(),
        phone: details.phone.clone(),
        language: details.language,
        zone: details.zone,
        source: details.source.clone(),
    };
    let id = store::insert(tx, &short, &keys)?;
    store::person::rewrite(tx, id, 1, &details.values())?;
    for (other, reason) in resembling {
        let other = store::survivor(tx.conn, other)?;
        store::note_possible_duplicate(tx, id, other, reason)?;
    }
    Ok(id)
}

/// Changes a client that was seen at version `seen`. Answers how the client was before.
pub fn edit(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: ClientId,
    seen: i64,
    details: &PersonDetails,
) -> Result<Person, Bad<EditRefused>> {
    store::person::lock(tx, &[id])?;
    let before = living(tx.conn, id)?;
    if before.row_version != seen {
        return Err(Bad::Refused(EditRefused::Changed));
    }
    check(tx, Some(id), details)?;
    let after = PersonValues { household: before.household, ..details.values() };
    if history::write_differences(tx, id, Actor::Staff(by), (&before.values(), &after))? == 0 {
        return Ok(before);
    }
    if !store::person::rewrite(tx, id, seen, &after)? {
        return Err(Bad::Refused(EditRefused::Changed));
    }
    Ok(before)
}

/// The client, unless there is none, or only an alias, or nothing left.
pub(super) fn living(conn: &mut Conn, id: ClientId) -> Result<Person, Bad<EditRefused>> {
    let person = store::person::load(conn, id)?.filter(|person| person.merged_into.is_none());
    let person = person.ok_or(Bad::Refused(EditRefused::Unknown))?;
    if person.erased_at.is_some() {
        return Err(Bad::Refused(EditRefused::Erased));
    }
    Ok(person)
}

fn check(tx: &mut Tx<'_>, id: Option<ClientId>, details: &PersonDetails) -> Result<(), Bad<EditRefused>> {
    let tomorrow = tx.now.date_naive().succ_opt();
    let oldest = NaiveDate::from_ymd_opt(1880, 1, 1);
    if details.birth_date.is_some_and(|born| tomorrow < Some(born) || Some(born) < oldest) {
        return Err(Bad::Refused(EditRefused::BirthDate));
    }
    if let Some(guardian) = details.guardian {
        let other = household::stranger(tx.conn, id, guardian)?.ok_or(Bad::Refused(EditRefused::Guardian))?;
        // Mail goes one step and no further.
        let is_ward = other.guardian.is_some();
        let has_wards = match id {
            Some(id) => store::person::is_guardian(tx.conn, id)?,
            None => false,
        };
        if is_ward || has_wards {
            return Err(Bad::Refused(EditRefused::Guardian));
        }
    }
    if let Some(payer) = details.payer {
        household::stranger(tx.conn, id, payer)?.ok_or(Bad::Refused(EditRefused::Payer))?;
    }
    Ok(())
}
