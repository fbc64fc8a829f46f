//! The rows of users, sessions, links and failures; the log of what happened and second factors are below.

pub mod audit;
pub mod second_factor;
pub mod sessions;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::first_run::NewClinic;
use super::link::{LinkPurpose, LinkView};
use super::role::Role;
use super::team::{NewUser, UserDetails};
use super::token::TokenHash;
use crate::db::schema::{clinic, login_failures, providers, staff_links, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ProviderId, StaffUserId};
use crate::domain::language::Language;

/// A clinic with more people than this needs another page.
const TEAM_MAX: i64 = 500;

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffUser {
    /// Which user.
    pub id: StaffUserId,
    /// What they sign in with.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The provider they are.
    pub provider: Option<ProviderId>,
    /// The language of their pages.
    pub language: Language,
    /// Since when they may not sign in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Whether they have set a password.
    pub has_password: bool,
    /// Whether signing in asks for a code as well.
    pub has_second_factor: bool,
    /// Raised by every change of the owner's.
    pub row_version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_users)]
pub(super) struct UserRow {
    id: i64,
    email: String,
    name: String,
    role: String,
    provider_id: Option<i64>,
    password_hash: Option<String>,
    language: String,
    disabled_at: Option<NaiveDateTime>,
    totp_confirmed_at: Option<NaiveDateTime>,
    row_version: i64,
}

#[derive(Insertable)]
#[diesel(table_name = staff_users)]
struct NewUserRow<'a> {
    id: i64,
    email: &'a str,
    email_key: String,
    name: &'a str,
    role: &'a str,
    provider_id: Option<i64>,
    password_hash: Option<&'a str>,
    language: &'a str,
    created_at: NaiveDateTime,
}

impl TryFrom<UserRow> for StaffUser {
    type Error = Fault;

    fn try_from(row: UserRow) -> Result<Self, Fault> {
        let role = Role::parse(&row.role);
        Ok(Self {
            id: StaffUserId::new(row.id),
            email: row.email,
            name: row.name,
            role: role.ok_or_else(|| Fault::corrupt("staff_users", "role", row.id, "no such role"))?,
            provider: row.provider_id.map(ProviderId::new),
            language: Language::parse(&row.language).unwrap_or_default(),
            disabled_at: row.disabled_at.map(|at| at.and_utc()),
            has_password: row.password_hash.is_some(),
            has_second_factor: row.totp_confirmed_at.is_some(),
            row_version: row.row_version,
        })
    }
}

/// Whether a provider of this id works here.
pub fn provider_is_there(conn: &mut Conn, id: ProviderId) -> Result<bool, Fault> {
    let found: i64 = providers::table
        .filter(providers::id.eq(id.get()))
        .filter(providers::archived_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

pub(super) fn is_anybody_there(conn: &mut Conn) -> Result<bool, Fault> {
    let first: Option<i64> = staff_users::table.select(staff_users::id).limit(1).first(conn).optional()?;
    Ok(first.is_some())
}

pub(super) fn by_email_key(conn: &mut Conn, key: &str) -> Result<Option<(StaffUser, Option<String>)>, Fault> {
    let row = staff_users::table
        .filter(staff_users::email_key.eq(key))
        .select(UserRow::as_select())
        .first(conn)
        .optional()?;
    row.map(|row: UserRow| {
        let kept = row.password_hash.clone();
        Ok((StaffUser::try_from(row)?, kept))
    })
    .transpose()
}

pub(super) fn user(conn: &mut Conn, id: StaffUserId) -> Result<Option<StaffUser>, Fault> {
    let row = staff_users::table.find(id.get()).select(UserRow::as_select()).first(conn).optional()?;
    row.map(StaffUser::try_from).transpose()
}

pub(super) fn team(conn: &mut Conn) -> Result<Vec<StaffUser>, Fault> {
    let rows: Vec<UserRow> = staff_users::table
        .select(UserRow::as_select())
        .order((staff_users::name, staff_users::id))
        .limit(TEAM_MAX)
        .load(conn)?;
    rows.into_iter().map(StaffUser::try_from).collect()
}

pub(super) fn active_owners(conn: &mut Conn) -> Result<i64, Fault> {
    let owners =
        staff_users::table.filter(staff_users::role.eq(Role::Owner.word())).filter(staff_users::disabled_at.is_null());
    Ok(owners.count().get_result(conn)?)
}

pub(super) fn password_hash(conn: &mut Conn, id: StaffUserId) -> Result<Option<String>, Fault> {
    Ok(staff_users::table.find(id.get()).select(staff_users::password_hash).first(conn).optional()?.flatten())
}

pub(super) fn insert_user(tx: &mut Tx<'_>, user: &NewUser, password_hash: Option<&str>) -> Result<StaffUserId, Fault> {
    let id: StaffUserId = tx.new_id();
    let row = NewUserRow {
        id: id.get(),
        email: user.email.as_str(),
        email_key: user.email.key(),
        name: user.name.as_str(),
        role: user.role.word(),
        provider_id: user.provider.map(ProviderId::get),
        password_hash,
        language: user.language.tag(),
        created_at: tx.now_naive(),
    };
    diesel::insert_into(staff_users::table).values(&row).execute(tx.conn)?;
    Ok(id)
}

/// Names the clinic unless it has a name; answers whether it did.
pub(super) fn insert_clinic_once(tx: &mut Tx<'_>, new: &NewClinic, owner: &NewUser) -> Result<bool, Fault> {
    let known: i64 = clinic::table.count().get_result(tx.conn)?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(clinic::table)
        .values((
            clinic::id.eq(1),
            clinic::name.eq(&new.name),
            clinic::currency.eq(new.currency.code()),
            clinic::language.eq(owner.language.tag()),
            clinic::setup_step.eq("clinic"),
        ))
        .execute(tx.conn)?;
    Ok(true)
}

/// Writes the details over version `seen`; false when it is not the one in the database.
pub(super) fn update_user(tx: &mut Tx<'_>, id: StaffUserId, seen: i64, details: &UserDetails) -> Result<bool, Fault> {
    let row = staff_users::table.filter(staff_users::id.eq(id.get())).filter(staff_users::row_version.eq(seen));
    let written = diesel::update(row)
        .set((
            staff_users::email.eq(details.email.as_str()),
            staff_users::email_key.eq(details.email.key()),
            staff_users::name.eq(details.name.as_str()),
            staff_users::role.eq(details.role.word()),
            staff_users::provider_id.eq(details.provider.map(ProviderId::get)),
            staff_users::language.eq(details.language.tag()),
            staff_users::row_version.eq(seen + 1),
        ))
        .execute(tx.conn)?;
    Ok(written == 1)
}

pub(super) fn set_password(tx: &mut Tx<'_>, id: StaffUserId, password_hash: &str) -> Result<(), Fault> {
    diesel::update(staff_users::table.find(id.get()))
        .set((staff_users::password_hash.eq(password_hash), staff_users::row_version.eq(staff_users::row_version + 1)))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_language(tx: &mut Tx<'_>, id: StaffUserId, language: Language) -> Result<(), Fault> {
    diesel::update(staff_users::table.find(id.get())).set(staff_users::language.eq(language.tag())).execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_disabled(tx: &mut Tx<'_>, id: StaffUserId, at: Option<DateTime<Utc>>) -> Result<(), Fault> {
    diesel::update(staff_users::table.find(id.get()))
        .set((
            staff_users::disabled_at.eq(at.map(|at| at.naive_utc())),
            staff_users::row_version.eq(staff_users::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn insert_link(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    purpose: LinkPurpose,
    link: &TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<(), Fault> {
    diesel::insert_into(staff_links::table)
        .values((
            staff_links::token_hash.eq(link.as_str()),
            staff_links::staff_user_id.eq(user.get()),
            staff_links::purpose.eq(purpose.word()),
            staff_links::created_at.eq(tx.now_naive()),
            staff_links::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn live_link(conn: &mut Conn, now: DateTime<Utc>, link: &TokenHash) -> Result<Option<LinkView>, Fault> {
    let row: Option<(i64, String, String, String)> = staff_links::table
        .inner_join(staff_users::table.on(staff_users::id.eq(staff_links::staff_user_id)))
        .filter(staff_links::token_hash.eq(link.as_str()))
        .filter(staff_links::used_at.is_null())
        .filter(staff_links::expires_at.gt(now.naive_utc()))
        .filter(staff_users::disabled_at.is_null())
        .select((staff_users::id, staff_users::name, staff_users::email, staff_links::purpose))
        .first(conn)
        .optional()?;
    row.map(|(id, name, email, purpose)| {
        let purpose = LinkPurpose::parse(&purpose)
            .ok_or_else(|| Fault::corrupt("staff_links", "purpose", id, "no such purpose"))?;
        Ok(LinkView { user: StaffUserId::new(id), name, email, purpose })
    })
    .transpose()
}

/// Answers whether this call was the one that used it.
pub(super) fn mark_link_used(tx: &mut Tx<'_>, link: &TokenHash) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let unused =
        staff_links::table.filter(staff_links::token_hash.eq(link.as_str())).filter(staff_links::used_at.is_null());
    Ok(diesel::update(unused).set(staff_links::used_at.eq(now)).execute(tx.conn)? == 1)
}

pub(super) fn void_links_of(tx: &mut Tx<'_>, user: StaffUserId) -> Result<(), Fault> {
    let now = tx.now_naive();
    let unused =
        staff_links::table.filter(staff_links::staff_user_id.eq(user.get())).filter(staff_links::used_at.is_null());
    diesel::update(unused).set(staff_links::used_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

pub(super) fn failures_since(conn: &mut Conn, subject: &str, since: DateTime<Utc>) -> Result<i64, Fault> {
    let recent = login_failures::table
        .filter(login_failures::subject.eq(subject))
        .filter(login_failures::at.gt(since.naive_utc()));
    Ok(recent.count().get_result(conn)?)
}

/// One row per subject; answers their ids.
pub(super) fn insert_failures(tx: &mut Tx<'_>, subjects: &[String]) -> Result<Vec<i64>, Fault> {
    let mut ids = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let id = tx.new_number();
        diesel::insert_into(login_failures::table)
            .values((
                login_failures::id.eq(id),
                login_failures::subject.eq(subject),
                login_failures::at.eq(tx.now_naive()),
            ))
            .execute(tx.conn)?;
        ids.push(id);
    }
    Ok(ids)
}

/// A right password takes back its own try and forgives the account's earlier failures; the address keeps its own.
pub(super) fn forget_failures(tx: &mut Tx<'_>, own: &[i64], account_subject: &str) -> Result<(), Fault> {
    diesel::delete(login_failures::table.filter(login_failures::id.eq_any(own.to_vec()))).execute(tx.conn)?;
    diesel::delete(login_failures::table.filter(login_failures::subject.eq(account_subject))).execute(tx.conn)?;
    Ok(())
}

/// A try that was not wrong is taken back; what failed before stays counted.
pub(super) fn take_back_failures(tx: &mut Tx<'_>, own: &[i64]) -> Result<(), Fault> {
    diesel::delete(login_failures::table.filter(login_failures::id.eq_any(own.to_vec()))).execute(tx.conn)?;
    Ok(())
}

pub(super) fn forget_failures_before(tx: &mut Tx<'_>, moment: DateTime<Utc>) -> Result<(), Fault> {
    diesel::delete(login_failures::table.filter(login_failures::at.le(moment.naive_utc()))).execute(tx.conn)?;
    Ok(())
}
