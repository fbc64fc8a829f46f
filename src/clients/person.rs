//! Everything that stands in a client's own row, and the people around it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::search::ClientHit;
use super::store::{self, ClientView, Standing};
use crate::db::{Conn, Fault};
use crate::domain::ids::{ClientId, HouseholdId};
use crate::domain::language::Language;
use crate::domain::merging::PersonField;

/// A client with what only the desk needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As everybody sees the client.
    pub view: ClientView,
    /// Rises with every change.
    pub row_version: i64,
    /// With whom the client lives.
    pub household: Option<HouseholdId>,
    /// Who is written to instead.
    pub guardian: Option<ClientId>,
    /// Who pays.
    pub payer: Option<ClientId>,
    /// Into whom the record was merged.
    pub merged_into: Option<ClientId>,
    /// Since when nothing is known of the person any more.
    pub erased_at: Option<DateTime<Utc>>,
}

impl Person {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.view.first_name, self.view.last_name)
    }

    /// The fields that people edit and merge.
    pub fn values(&self) -> PersonValues {
        let view = self.view.clone();
        PersonValues {
            first_name: view.first_name,
            last_name: view.last_name,
            email: view.email,
            phone: view.phone,
            birth_date: view.birth_date,
            language: view.language,
            zone: view.zone,
            household: self.household,
            guardian: self.guardian,
            payer: self.payer,
            source: view.source,
            standing: view.standing,
        }
    }
}

/// The fields of a person that are edited and merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonValues {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Where calls go.
    pub phone: Option<String>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// The language to write in.
    pub language: Language,
    /// The zone the person lives in.
    pub zone: Option<Tz>,
    /// With whom the person lives.
    pub household: Option<HouseholdId>,
    /// Who is written to instead.
    pub guardian: Option<ClientId>,
    /// Who pays.
    pub payer: Option<ClientId>,
    /// What brought the person here.
    pub source: Option<String>,
    /// Whether the person can still be expected.
    pub standing: Standing,
}

impl PersonValues {
    /// A field as it is compared and written down. Other people are named by number, never by name: their names must go
    /// when they do.
    pub fn text(&self, field: PersonField) -> Option<String> {
        match field {
            PersonField::Name => Some(format!("{}, {}", self.last_name, self.first_name)),
            PersonField::Email => self.email.clone(),
            PersonField::Phone => self.phone.clone(),
            PersonField::BirthDate => self.birth_date.map(|day| day.to_string()),
            PersonField::Language => Some(self.language.tag().to_owned()),
            PersonField::Zone => self.zone.map(|zone| zone.name().to_owned()),
            PersonField::Household => self.household.map(|id| id.to_string()),
            PersonField::Guardian => self.guardian.map(|id| id.to_string()),
            PersonField::Payer => self.payer.map(|id| id.to_string()),
            PersonField::Source => self.source.clone(),
            PersonField::Standing => Some(self.standing.to_string()),
        }
    }

    /// Takes one field over from somebody else.
    pub fn take(&mut self, field: PersonField, from: &Self) {
        match field {
            PersonField::Name => {
                self.first_name.clone_from(&from.first_name);
                self.last_name.clone_from(&from.last_name);
            }
            PersonField::Email => self.email.clone_from(&from.email),
            PersonField::Phone => self.phone.clone_from(&from.phone),
            PersonField::BirthDate => self.birth_date = from.birth_date,
            PersonField::Language => self.language = from.language,
            PersonField::Zone => self.zone = from.zone,
            PersonField::Household => self.household = from.household,
            PersonField::Guardian => self.guardian = from.guardian,
            PersonField::Payer => self.payer = from.payer,
            PersonField::Source => self.source.clone_from(&from.source),
            PersonField::Standing => self.standing = from.standing,
        }
    }

    /// The fields in which the two differ.
    pub fn differences(&self, other: &Self) -> Vec<PersonField> {
        PersonField::ALL.into_iter().filter(|field| self.text(*field) != other.text(*field)).collect()
    }
}

/// The people around a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relatives {
    /// Who lives in the same household.
    pub household: Vec<ClientHit>,
    /// Who is written to instead.
    pub guardian: Option<ClientHit>,
    /// Who pays.
    pub payer: Option<ClientHit>,
    /// For whom the client is written to or pays.
    pub depends_on_them: Vec<ClientHit>,
}

/// A client with everything the desk needs, or nobody.
pub fn person(conn: &mut Conn, id: ClientId) -> Result<Option<Person>, Fault> {
    store::person::load(conn, id)
}

/// The people around a client, by name.
pub fn relatives(conn: &mut Conn, person: &Person) -> Result<Relatives, Fault> {
    let one = |conn: &mut Conn, id: Option<ClientId>| -> Result<Option<ClientHit>, Fault> {
        match id {
            None => Ok(None),
            Some(id) => {
                let id = store::survivor(conn, id)?;
                Ok(store::person::hits(conn, &[id])?.pop())
            }
        }
    };
    Ok(Relatives {
        household: match person.household {
            Some(household) => store::person::members(conn, household, person.view.id)?,
            None => Vec::new(),
        },
        guardian: one(conn, person.guardian)?,
        payer: one(conn, person.payer)?,
        depends_on_them: store::person::dependents(conn, person.view.id)?,
    })
}
