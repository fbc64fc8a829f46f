//! The whole row of a client, its keys and words, households, and who hangs on whom.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;

use super::{ClientRow, ClientView, HitRow};
use crate::clients::person::{Person, PersonValues};
use crate::clients::search::ClientHit;
use crate::db::schema::{client_words, clients, households};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, HouseholdId};
use crate::domain::recognise::{ContactKeys, EmailAddress, PersonName, PhoneNumber, fold, name_key, search_words};

/// More people in one house are not shown.
const RELATIVES_MAX: i64 = 50;
/// More aliases no client has.
const ALIASES_MAX: i64 = 100;

type DeskRow = (ClientRow, (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<NaiveDateTime>));

pub fn load(conn: &mut Conn, id: ClientId) -> Result<Option<Person>, Fault> {
    let row: Option<DeskRow> = clients::table
        .find(id.get())
        .select((
            ClientRow::as_select(),
            (
                clients::row_version,
                clients::household_id,
                clients::guardian_id,
                clients::payer_id,
                clients::merged_into_id,
                clients::erased_at,
            ),
        ))
        .first(conn)
        .optional()?;
    let Some((row, (row_version, household, guardian, payer, merged_into, erased_at))) = row else {
        return Ok(None);
    };
    Ok(Some(Person {
        view: ClientView::try_from(row)?,
        row_version,
        household: household.map(HouseholdId::new),
        guardian: guardian.map(ClientId::new),
        payer: payer.map(ClientId::new),
        merged_into: merged_into.map(ClientId::new),
        erased_at: erased_at.map(|at| at.and_utc()),
    }))
}

/// These clients, by name.
pub fn hits(conn: &mut Conn, ids: &[ClientId]) -> Result<Vec<ClientHit>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<HitRow> = clients::table
        .filter(clients::id.eq_any(ids))
        .order((clients::last_name, clients::first_name, clients::id))
        .limit(RELATIVES_MAX)
        .select(HitRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(ClientHit::from).collect())
}

/// Who lives in the house beside this client.
pub fn members(conn: &mut Conn, household: HouseholdId, but: ClientId) -> Result<Vec<ClientHit>, Fault> {
    let rows: Vec<HitRow> = clients::table
        .filter(clients::household_id.eq(household.get()))
        .filter(clients::id.ne(but.get()))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::erased_at.is_null())
        .order((clients::last_name, clients::first_name, clients::id))
        .limit(RELATIVES_MAX)
        .select(HitRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(ClientHit::from).collect())
}

/// For whom this client is guardian or payer.
pub fn dependents(conn: &mut Conn, id: ClientId) -> Result<Vec<ClientHit>, Fault> {
    let rows: Vec<HitRow> = clients::table
        .filter(clients::guardian_id.eq(id.get()).or(clients::payer_id.eq(id.get())))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::erased_at.is_null())
        .order((clients::last_name, clients::first_name, clients::id))
        .limit(RELATIVES_MAX)
        .select(HitRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(ClientHit::from).collect())
}

/// The folded contact of what stands in the row, even where it is older than our rules.
fn keys_of(values: &PersonValues) -> ContactKeys {
    let names = PersonName::parse(&values.first_name).ok().zip(PersonName::parse(&values.last_name).ok());
    let plain = || fold(&format!("{} {}", values.first_name, values.last_name));
    let mail = |text: &String| EmailAddress::parse(text).map_or_else(|_| text.to_lowercase(), |email| email.key());
    ContactKeys {
        name_key: names.map_or_else(plain, |(first, last)| name_key(&first, &last)),
        email_key: values.email.as_ref().map(mail),
        phone_key: values.phone.as_ref().and_then(|text| PhoneNumber::parse(text).ok()).map(|phone| phone.key()),
    }
}

/// Writes every field with its keys, and finds the client under the new words. False when somebody else was faster.
pub fn rewrite(tx: &mut Tx<'_>, id: ClientId, seen: i64, values: &PersonValues) -> Result<bool, Fault> {
    let keys = keys_of(values);
    let own = clients::table.filter(clients::id.eq(id.get())).filter(clients::row_version.eq(seen));
    let written = diesel::update(own)
        .set((
            (
                clients::first_name.eq(&values.first_name),
                clients::last_name.eq(&values.last_name),
                clients::email.eq(values.email.as_deref()),
                clients::phone.eq(values.phone.as_deref()),
                clients::name_key.eq(&keys.name_key),
                clients::email_key.eq(keys.email_key.as_deref()),
                clients::phone_key.eq(keys.phone_key.as_deref()),
            ),
            clients::birth_date.eq(values.birth_date),
            clients::language.eq(values.language.tag()),
            clients::zone.eq(values.zone.map(Tz::name)),
            clients::household_id.eq(values.household.map(HouseholdId::get)),
            clients::guardian_id.eq(values.guardian.map(ClientId::get)),
            clients::payer_id.eq(values.payer.map(ClientId::get)),
            clients::source.eq(values.source.as_deref()),
            clients::standing.eq(values.standing.word()),
            clients::row_version.eq(seen + 1),
        ))
        .execute(tx.conn)?;
    if written == 1 {
        rebuild_words(tx, id)?;
        super::touch(tx)?;
    }
    Ok(written == 1)
}

/// The client itself and everybody who was merged into it.
pub fn ids_of(conn: &mut Conn, id: ClientId) -> Result<Vec<i64>, Fault> {
    let aliases: Vec<i64> = clients::table
        .filter(clients::merged_into_id.eq(id.get()))
        .order(clients::id)
        .limit(ALIASES_MAX)
        .select(clients::id)
        .load(conn)?;
    Ok(std::iter::once(id.get()).chain(aliases).collect())
}

/// Finds the client under what stands in its row now, and under what its aliases were known by.
pub fn rebuild_words(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Fault> {
    type NameRow = (String, String, Option<String>, Option<String>);
    let ids = ids_of(tx.conn, id)?;
    let rows: Vec<NameRow> = clients::table
        .filter(clients::id.eq_any(ids.clone()))
        .order(clients::id)
        .limit(ALIASES_MAX)
        .select((clients::first_name, clients::last_name, clients::email, clients::phone))
        .load(tx.conn)?;
    let mut words: Vec<String> = Vec::new();
    for (first, last, email, phone) in rows {
        let names = PersonName::parse(&first).ok().zip(PersonName::parse(&last).ok());
        let Some((first, last)) = names else { continue };
        let email = email.and_then(|text| EmailAddress::parse(&text).ok());
        let phone = phone.and_then(|text| PhoneNumber::parse(&text).ok());
        words.extend(search_words(&first, &last, email.as_ref(), phone.as_ref()));
    }
    words.sort();
    words.dedup();
    diesel::delete(client_words::table.filter(client_words::client_id.eq_any(ids))).execute(tx.conn)?;
    super::insert_words(tx, id, &words)
}

/// Makes everybody else who books for, edits or merges these clients wait until this write is over.
pub fn lock(tx: &mut Tx<'_>, ids: &[ClientId]) -> Result<(), Fault> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    crate::db::portable::lock_resources(tx.conn, &numbers)?;
    crate::db::portable::lock_clients(tx.conn, &numbers)
}

/// A house with a name of its own.
pub fn make_household(tx: &mut Tx<'_>, name: &str) -> Result<HouseholdId, Fault> {
    let id: HouseholdId = tx.new_id();
    diesel::insert_into(households::table)
        .values((households::id.eq(id.get()), households::name.eq(name)))
        .execute(tx.conn)?;
    Ok(id)
}

/// Writes only the house; the caller has locked the client.
pub fn move_to(tx: &mut Tx<'_>, id: ClientId, household: Option<HouseholdId>) -> Result<(), Fault> {
    diesel::update(clients::table.find(id.get()))
        .set((
            clients::household_id.eq(household.map(HouseholdId::get)),
            clients::row_version.eq(clients::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives a house up in which at most one person is left; its name is a family's name.
pub fn tidy_household(tx: &mut Tx<'_>, household: HouseholdId) -> Result<(), Fault> {
    let own = clients::table.filter(clients::household_id.eq(household.get()));
    let left: i64 = own.count().get_result(tx.conn)?;
    if left > 1 {
        return Ok(());
    }
    diesel::update(own).set(clients::household_id.eq(None::<i64>)).execute(tx.conn)?;
    diesel::delete(households::table.find(household.get())).execute(tx.conn)?;
    Ok(())
}

/// Whether mail of somebody else goes to this client.
pub fn is_guardian(conn: &mut Conn, id: ClientId) -> Result<bool, Fault> {
    let wards = clients::table.filter(clients::guardian_id.eq(id.get())).filter(clients::merged_into_id.is_null());
    let count: i64 = wards.count().get_result(conn)?;
    Ok(count > 0)
}
