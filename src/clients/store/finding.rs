//! Looks into the words of clients.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::HitRow;
use crate::clients::search::ClientHit;
use crate::db::schema::{client_words, clients};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;

/// What begins more words than this is asked client by client in the order of names: collecting them all would take
/// longer than finding the first few.
const BROAD: i64 = 3_000;
/// As many clients with one ending of a phone number are looked at.
const ENDINGS_MAX: i64 = 400;
/// As many words with one beginning are looked at for two slips of the finger.
const NEIGHBOURS_MAX: i64 = 4_000;

/// One thing that must be true of a client: one of these begins a word, or is one.
#[derive(Debug, Clone, Default)]
pub(in crate::clients) struct Term {
    /// Beginnings of words.
    pub beginnings: Vec<String>,
    /// Whole words.
    pub words: Vec<String>,
    /// Or it is one of these clients.
    pub clients: Vec<i64>,
}

/// Clients, not merged away and not archived, of whom every term is true and who were born on one of the days, by name.
pub(in crate::clients) fn matching(
    conn: &mut Conn,
    terms: &[Term],
    births: &[Vec<NaiveDate>],
    limit: i64,
) -> Result<Vec<ClientHit>, Fault> {
    let on_sqlite = matches!(conn, Conn::Sqlite(_));
    let broad = terms.iter().map(|term| is_broad(conn, term)).collect::<Result<Vec<_>, _>>()?;
    // One narrow term is enough to collect by.
    let all_broad = broad.iter().all(|broad| *broad) && births.is_empty();
    let mut query = clients::table
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .filter(clients::erased_at.is_null())
        .select(HitRow::as_select())
        .into_boxed();
    for days in births {
        query = query.filter(clients::birth_date.eq_any(days.clone()));
    }
    for (term, is_broad) in terms.iter().zip(&broad) {
        if let ([beginning], true) = (term.beginnings.as_slice(), all_broad || *is_broad) {
            let own = client_words::table.filter(client_words::client_id.eq(clients::id));
            query = if on_sqlite {
                let own = own.filter(client_words::word.ge(beginning.clone()));
                query.filter(exists(own.filter(client_words::word.lt(end_of(beginning)))))
            } else {
                query.filter(exists(own.filter(client_words::word.like(like_prefix(beginning)))))
            };
            continue;
        }
        // A statement has one shape for both engines, so what a term lacks is asked for in vain.
        let or_none = |place: usize| term.beginnings.get(place).cloned();
        let words = if term.words.is_empty() { vec![String::new()] } else { term.words.clone() };
        let these = if term.clients.is_empty() { vec![0] } else { term.clients.clone() };
        let own = client_words::table.select(client_words::client_id);
        let known = client_words::word.eq_any(words).or(client_words::client_id.eq_any(these));
        query = if on_sqlite {
            // SQLite sorts by bytes and finds a prefix as a range; PostgreSQL sorts by language and finds it by LIKE,
            // for which it has an index of its own.
            let from = |place: usize| or_none(place).unwrap_or_default();
            let to = |place: usize| or_none(place).map(|beginning| end_of(&beginning)).unwrap_or_default();
            let range = |place: usize| client_words::word.ge(from(place)).and(client_words::word.lt(to(place)));
            query.filter(clients::id.eq_any(own.filter(known.or(range(0)).or(range(1)).or(range(2)))))
        } else {
            let pattern = |place: usize| or_none(place).map(|beginning| like_prefix(&beginning)).unwrap_or_default();
            let like = |place: usize| client_words::word.like(pattern(place));
            query.filter(clients::id.eq_any(own.filter(known.or(like(0)).or(like(1)).or(like(2)))))
        };
    }
    let rows: Vec<HitRow> =
        query.order((clients::last_name, clients::first_name, clients::id)).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(ClientHit::from).collect())
}

/// Whether the only beginning of a term begins too many words to collect.
fn is_broad(conn: &mut Conn, term: &Term) -> Result<bool, Fault> {
    let ([beginning], true) = (term.beginnings.as_slice(), term.words.is_empty() && term.clients.is_empty()) else {
        return Ok(false);
    };
    let one: Option<i64> = if matches!(conn, Conn::Sqlite(_)) {
        client_words::table
            .filter(client_words::word.ge(beginning).and(client_words::word.lt(end_of(beginning))))
            .select(client_words::client_id)
            .order(client_words::word)
            .offset(BROAD)
            .limit(1)
            .first(conn)
            .optional()?
    } else {
        // Without an order: PostgreSQL would sort all of them by language first.
        let some: Vec<i64> = client_words::table
            .filter(client_words::word.like(like_prefix(beginning)))
            .select(client_words::client_id)
            .limit(BROAD + 1)
            .load(conn)?;
        some.get(usize::try_from(BROAD).unwrap_or(usize::MAX)).copied()
    };
    Ok(one.is_some())
}

/// Clients whose phone number ends so.
pub(in crate::clients) fn with_ending(conn: &mut Conn, last_four: &str, ending: &str) -> Result<Vec<i64>, Fault> {
    let own = client_words::table.filter(client_words::word.eq(last_four)).select(client_words::client_id);
    Ok(clients::table
        .filter(clients::id.eq_any(own))
        .filter(clients::phone_key.like(format!("%{ending}")))
        .order(clients::id)
        .limit(ENDINGS_MAX)
        .select(clients::id)
        .load(conn)?)
}

/// Which of these are words of somebody.
pub(in crate::clients) fn existing(conn: &mut Conn, words: &[String]) -> Result<Vec<String>, Fault> {
    let limit = i64::try_from(words.len()).unwrap_or(i64::MAX);
    let mut found: Vec<String> = client_words::table
        .filter(client_words::word.eq_any(words.to_vec()))
        .select(client_words::word)
        .distinct()
        .order(client_words::word)
        .limit(limit)
        .load(conn)?;
    found.dedup();
    Ok(found)
}

/// Words that begin so, mail addresses left out.
pub(in crate::clients) fn beginning_with(conn: &mut Conn, beginning: &str) -> Result<Vec<String>, Fault> {
    let like = client_words::table
        .filter(client_words::word.not_like("%@%"))
        .select(client_words::word)
        .distinct()
        .limit(NEIGHBOURS_MAX);
    let mut words: Vec<String> = if matches!(conn, Conn::Sqlite(_)) {
        like.filter(client_words::word.ge(beginning)).filter(client_words::word.lt(end_of(beginning))).load(conn)?
    } else {
        like.filter(client_words::word.like(like_prefix(beginning))).load(conn)?
    };
    words.sort_unstable();
    Ok(words)
}

/// The names and contact of these clients, by name.
pub(in crate::clients) fn hits(conn: &mut Conn, ids: &[ClientId]) -> Result<Vec<ClientHit>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let limit = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let rows: Vec<HitRow> = clients::table
        .filter(clients::id.eq_any(ids))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .filter(clients::erased_at.is_null())
        .order((clients::last_name, clients::first_name, clients::id))
        .limit(limit)
        .select(HitRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(ClientHit::from).collect())
}

fn end_of(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
}

fn like_prefix(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
