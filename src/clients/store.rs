//! The rows of clients, their words and their possible duplicates.

pub(super) mod cards;
pub(super) mod changes;
pub(super) mod consents;
pub(super) mod erasing;
pub(super) mod finding;
pub(super) mod listing;
pub(super) mod merging;
pub(super) mod notes;
pub(super) mod person;
pub(super) mod tags;
pub(super) mod views;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::find_or_make::ClientDetails;
use super::mailbox::ContactChange;
use super::search::ClientHit;
use crate::db::schema::{change_counters, client_words, clients, possible_duplicates as duplicates};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::domain::recognise::{ContactKeys, DuplicateReason, EmailAddress, PhoneNumber};

/// As many clients are looked at when somebody books; more share a name only by accident.
const CANDIDATES_MAX: i64 = 40;
/// Merging never makes longer chains; a longer one is a circle.
const ALIASES_MAX: u32 = 32;
/// More words than one client ever has.
const WORDS_MAX: i64 = 200;
/// As many possible duplicates of one client are shown.
const DUPLICATES_MAX: i64 = 50;

const COUNTER: &str = "people";

/// Tells every process that a name or an alert changed; part of the write that changed it.
fn touch(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::update(change_counters::table.find(COUNTER))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Another number whenever a name or an alert has changed.
pub fn people_version(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(change_counters::table.find(COUNTER).select(change_counters::value).first(conn)?)
}

/// Whether a client can still be expected, and written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// An ordinary client.
    Present,
    /// Lives elsewhere now.
    Moved,
    /// Has died.
    Deceased,
    /// Asked not to be written to.
    DoNotContact,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Present, Self::Moved, Self::Deceased, Self::DoNotContact];

    /// The word in the database and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Moved => "moved",
            Self::Deceased => "deceased",
            Self::DoNotContact => "do_not_contact",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// A client as staff see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientView {
    /// Which client.
    pub id: ClientId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Where calls go.
    pub phone: Option<String>,
    /// The language to write in.
    pub language: Language,
    /// The zone they live in, where it is known.
    pub zone: Option<Tz>,
    /// What brought them here.
    pub source: Option<String>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Whether they can still be expected.
    pub standing: Standing,
    /// Since when we know them.
    pub created_at: DateTime<Utc>,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDuplicate {
    /// The other client.
    pub other: ClientHit,
    /// How they resemble each other.
    pub reason: DuplicateReason,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct ClientRow {
    id: i64,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    language: String,
    zone: Option<String>,
    source: Option<String>,
    birth_date: Option<NaiveDate>,
    standing: String,
    created_at: NaiveDateTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct HitRow {
    id: i64,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = clients)]
struct NewClient<'a> {
    id: i64,
    first_name: &'a str,
    last_name: &'a str,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    email_key: Option<&'a str>,
    phone_key: Option<&'a str>,
    name_key: &'a str,
    language: &'a str,
    zone: Option<&'a str>,
    source: Option<&'a str>,
    created_at: NaiveDateTime,
}

impl From<HitRow> for ClientHit {
    fn from(row: HitRow) -> Self {
        Self {
            id: ClientId::new(row.id),
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            phone: row.phone,
        }
    }
}

impl TryFrom<ClientRow> for ClientView {
    type Error = Fault;

    fn try_from(row: ClientRow) -> Result<Self, Fault> {
        let zone = match row.zone {
            None => None,
            Some(name) => Some(name.parse::<Tz>().map_err(|error| Fault::corrupt("clients", "zone", row.id, error))?),
        };
        let standing = Standing::parse(&row.standing);
        Ok(Self {
            id: ClientId::new(row.id),
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            phone: row.phone,
            language: Language::parse(&row.language).unwrap_or_default(),
            zone,
            source: row.source,
            birth_date: row.birth_date,
            standing: standing.ok_or_else(|| Fault::corrupt("clients", "standing", row.id, "no such standing"))?,
            created_at: row.created_at.and_utc(),
        })
    }
}

/// The client, or nobody.
pub fn view(conn: &mut Conn, id: ClientId) -> Result<Option<ClientView>, Fault> {
    let row = clients::table.find(id.get()).select(ClientRow::as_select()).first(conn).optional()?;
    row.map(ClientView::try_from).transpose()
}

/// Everybody who reads the mailbox, by name.
pub(super) fn of_mailbox(conn: &mut Conn, email_key: &str, limit: i64) -> Result<Vec<ClientView>, Fault> {
    let rows: Vec<ClientRow> = clients::table
        .filter(clients::email_key.eq(email_key))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .filter(clients::standing.ne(Standing::Deceased.word()))
        .order((clients::first_name, clients::last_name, clients::id))
        .limit(limit)
        .select(ClientRow::as_select())
        .load(conn)?;
    rows.into_iter().map(ClientView::try_from).collect()
}

pub(super) fn set_contact(tx: &mut Tx<'_>, id: ClientId, change: &ContactChange) -> Result<(), Fault> {
    diesel::update(clients::table.find(id.get()))
        .set((
            clients::phone.eq(change.phone.as_ref().map(PhoneNumber::as_str)),
            clients::phone_key.eq(change.phone.as_ref().map(PhoneNumber::key)),
            clients::language.eq(change.language.tag()),
            clients::row_version.eq(clients::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes words away and adds others that are not there yet.
pub(super) fn replace_words(tx: &mut Tx<'_>, id: ClientId, old: &[String], new: &[String]) -> Result<(), Fault> {
    let own = client_words::table.filter(client_words::client_id.eq(id.get()));
    diesel::delete(own.filter(client_words::word.eq_any(old.to_vec()))).execute(tx.conn)?;
    let known = words_of(tx.conn, id)?;
    let fresh: Vec<String> = new.iter().filter(|word| !known.contains(word)).cloned().collect();
    insert_words(tx, id, &fresh)
}

/// Whom a merged client has become; everybody else is their own survivor.
pub fn survivor(conn: &mut Conn, id: ClientId) -> Result<ClientId, Fault> {
    let mut current = id.get();
    for _ in 0..ALIASES_MAX {
        let next: Option<i64> = clients::table.find(current).select(clients::merged_into_id).first(conn)?;
        match next {
            None => return Ok(ClientId::new(current)),
            Some(other) => current = other,
        }
    }
    Err(Fault::corrupt("clients", "merged_into_id", id, "the aliases run in a circle"))
}

/// Who may be the same person as this client, as far as nobody has settled it.
pub fn possible_duplicates(conn: &mut Conn, id: ClientId) -> Result<Vec<PossibleDuplicate>, Fault> {
    let forward: Vec<(HitRow, String)> = duplicates::table
        .inner_join(clients::table.on(clients::id.eq(duplicates::other_id)))
        .filter(duplicates::client_id.eq(id.get()))
        .filter(duplicates::settled_at.is_null())
        .order(clients::id)
        .limit(DUPLICATES_MAX)
        .select((HitRow::as_select(), duplicates::reason))
        .load(conn)?;
    let backward: Vec<(HitRow, String)> = duplicates::table
        .inner_join(clients::table.on(clients::id.eq(duplicates::client_id)))
        .filter(duplicates::other_id.eq(id.get()))
        .filter(duplicates::settled_at.is_null())
        .order(clients::id)
        .limit(DUPLICATES_MAX)
        .select((HitRow::as_select(), duplicates::reason))
        .load(conn)?;
    let rows = forward.into_iter().chain(backward);
    rows.map(|(row, reason)| {
        let reason = DuplicateReason::parse(&reason)
            .ok_or_else(|| Fault::corrupt("possible_duplicates", "reason", row.id, "no such reason"))?;
        Ok(PossibleDuplicate { other: row.into(), reason })
    })
    .collect()
}

/// Everybody who shares the mail address, the phone number or the name.
pub(super) fn candidates(conn: &mut Conn, keys: &ContactKeys) -> Result<Vec<(ClientId, ContactKeys)>, Fault> {
    type KeyRow = (i64, String, Option<String>, Option<String>);
    let columns = (clients::id, clients::name_key, clients::email_key, clients::phone_key);
    let mut rows: Vec<KeyRow> = Vec::new();
    if let Some(key) = &keys.email_key {
        let same_mail = clients::table.filter(clients::email_key.eq(key));
        rows.extend(same_mail.select(columns).order(clients::id).limit(CANDIDATES_MAX).load::<KeyRow>(conn)?);
    }
    if let Some(key) = &keys.phone_key {
        let same_phone = clients::table.filter(clients::phone_key.eq(key));
        rows.extend(same_phone.select(columns).order(clients::id).limit(CANDIDATES_MAX).load::<KeyRow>(conn)?);
    }
    let same_name = clients::table.filter(clients::name_key.eq(&keys.name_key));
    rows.extend(same_name.select(columns).order(clients::id).limit(CANDIDATES_MAX).load::<KeyRow>(conn)?);
    rows.sort_by_key(|row| row.0);
    rows.dedup_by_key(|row| row.0);
    let candidate =
        |(id, name_key, email_key, phone_key)| (ClientId::new(id), ContactKeys { name_key, email_key, phone_key });
    Ok(rows.into_iter().map(candidate).collect())
}

pub(super) fn insert(tx: &mut Tx<'_>, details: &ClientDetails, keys: &ContactKeys) -> Result<ClientId, Fault> {
    let id: ClientId = tx.new_id();
    let row = NewClient {
        id: id.get(),
        first_name: details.first_name.as_str(),
        last_name: details.last_name.as_str(),
        email: details.email.as_ref().map(EmailAddress::as_str),
        phone: details.phone.as_ref().map(PhoneNumber::as_str),
        email_key: keys.email_key.as_deref(),
        phone_key: keys.phone_key.as_deref(),
        name_key: &keys.name_key,
        language: details.language.tag(),
        zone: details.zone.map(Tz::name),
        source: details.source.as_deref(),
        created_at: tx.now_naive(),
    };
    diesel::insert_into(clients::table).values(&row).execute(tx.conn)?;
    insert_words(tx, id, &details.words())?;
    Ok(id)
}

/// Fills in contact that was missing, and finds the client under it from now on.
pub(super) fn fill_in(tx: &mut Tx<'_>, id: ClientId, details: &ClientDetails) -> Result<(), Fault> {
    let mut filled = 0;
    if let Some(email) = &details.email {
        let missing = clients::table.filter(clients::id.eq(id.get())).filter(clients::email.is_null());
        filled += diesel::update(missing)
            .set((clients::email.eq(email.as_str()), clients::email_key.eq(email.key())))
            .execute(tx.conn)?;
    }
    if let Some(phone) = &details.phone {
        let missing = clients::table.filter(clients::id.eq(id.get())).filter(clients::phone.is_null());
        filled += diesel::update(missing)
            .set((clients::phone.eq(phone.as_str()), clients::phone_key.eq(phone.key())))
            .execute(tx.conn)?;
    }
    if filled > 0 {
        let known = words_of(tx.conn, id)?;
        let mut fresh = details.words();
        fresh.retain(|word| !known.contains(word));
        insert_words(tx, id, &fresh)?;
    }
    Ok(())
}

fn words_of(conn: &mut Conn, id: ClientId) -> Result<Vec<String>, Fault> {
    let own = client_words::table.filter(client_words::client_id.eq(id.get())).select(client_words::word);
    Ok(own.order(client_words::word).limit(WORDS_MAX).load(conn)?)
}

fn insert_words(tx: &mut Tx<'_>, id: ClientId, words: &[String]) -> Result<(), Fault> {
    for word in words {
        diesel::insert_into(client_words::table)
            .values((client_words::client_id.eq(id.get()), client_words::word.eq(word)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// A pair is written once, whichever of the two is met first.
pub(super) fn note_possible_duplicate(
    tx: &mut Tx<'_>,
    id: ClientId,
    other: ClientId,
    reason: DuplicateReason,
) -> Result<(), Fault> {
    let known: i64 = duplicates::table
        .filter(duplicates::client_id.eq(id.get()))
        .filter(duplicates::other_id.eq(other.get()))
        .count()
        .get_result(tx.conn)?;
    if id == other || known > 0 {
        return Ok(());
    }
    diesel::insert_into(duplicates::table)
        .values((
            duplicates::client_id.eq(id.get()),
            duplicates::other_id.eq(other.get()),
            duplicates::reason.eq(reason.as_str()),
            duplicates::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}
