//! Looks into the words of clients.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::HitRow;
use crate::clients::search::ClientHit;
use crate::db::schema::{client_words, clients};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;

/// Counting how often a term is true ends here.
const COUNTED_MAX: i64 = 3_000;
/// As many clients are collected before they are put in order; whoever is not among them needs another word.
const COLLECTED_MAX: i64 = 120;
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

/// Whether a word of the named source makes a term true. A statement has one shape, so what a term lacks is asked for in
/// vain. SQLite sorts by bytes and finds a prefix as a range; PostgreSQL sorts by language and finds it by LIKE, for which
/// it has an index of its own.
macro_rules! is_true {
    ($engine:ident, $term:expr, $word:expr, $client:expr) => {{
        let words = if $term.words.is_empty() { vec![String::new()] } else { $term.words.clone() };
        let these = if $term.clients.is_empty() { vec![0] } else { $term.clients.clone() };
        let known = $word.eq_any(words).or($client.eq_any(these));
        known
            .or(is_true!(@$engine, $term, $word, 0))
            .or(is_true!(@$engine, $term, $word, 1))
            .or(is_true!(@$engine, $term, $word, 2))
    }};
    (@sqlite, $term:expr, $word:expr, $place:expr) => {{
        let beginning = $term.beginnings.get($place);
        let end = beginning.map(|beginning| end_of(beginning)).unwrap_or_default();
        $word.ge(beginning.cloned().unwrap_or_default()).and($word.lt(end))
    }};
    (@postgres, $term:expr, $word:expr, $place:expr) => {
        $word.like($term.beginnings.get($place).map(|beginning| like_prefix(beginning)).unwrap_or_default())
    };
}

/// Clients, not merged away, archived or erased, of whom every term is true and who were born on one of the days: those
/// with whole words first, then by name.
pub(in crate::clients) fn matching(
    conn: &mut Conn,
    terms: &[Term],
    births: &[Vec<NaiveDate>],
    limit: i64,
) -> Result<Vec<ClientHit>, Fault> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if !births.is_empty() {
        return born_on(conn, terms, births, limit);
    }
    // The rarest term leads, the others are asked of whom it finds.
    let mut counted = terms.iter().map(|term| Ok((count(conn, term)?, term))).collect::<Result<Vec<_>, Fault>>()?;
    counted.sort_by_key(|(count, _)| *count);
    let mut ordered = counted.into_iter().map(|(_, term)| term);
    let Some(leading) = ordered.next() else {
        return Ok(Vec::new());
    };
    let others: Vec<&Term> = ordered.collect();
    let mut found: Vec<ClientHit> = Vec::new();
    let whole = Term { words: leading.beginnings.clone(), ..Term::default() };
    for term in [&whole, leading] {
        let ids = collect(conn, term, &others)?;
        let fresh = hits(conn, &ids)?.into_iter().filter(|hit| found.iter().all(|known| known.id != hit.id));
        let fresh: Vec<ClientHit> = fresh.collect();
        found.extend(fresh);
        if most <= found.len() {
            break;
        }
    }
    found.truncate(most);
    Ok(found)
}

/// Whom a term finds of whom the others are true as well; of very many the first that are met.
fn collect(conn: &mut Conn, leading: &Term, others: &[&Term]) -> Result<Vec<ClientId>, Fault> {
    let on_sqlite = matches!(conn, Conn::Sqlite(_));
    let own = client_words::table.select(client_words::client_id).limit(COLLECTED_MAX).into_boxed();
    let mut query = if on_sqlite {
        own.filter(is_true!(sqlite, leading, client_words::word, client_words::client_id))
    } else {
        own.filter(is_true!(postgres, leading, client_words::word, client_words::client_id))
    };
    for term in others {
        let other = diesel::alias!(client_words as other_words);
        let (word, client) = (other.field(client_words::word), other.field(client_words::client_id));
        let same = other.filter(client.eq(client_words::client_id));
        query = if on_sqlite {
            query.filter(exists(same.filter(is_true!(sqlite, term, word, client))))
        } else {
            query.filter(exists(same.filter(is_true!(postgres, term, word, client))))
        };
    }
    let mut ids: Vec<i64> = query.load(conn)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids.into_iter().map(ClientId::new).collect())
}

/// How often a term is true, as far as anybody counts.
fn count(conn: &mut Conn, term: &Term) -> Result<usize, Fault> {
    let own = client_words::table.select(client_words::client_id).limit(COUNTED_MAX);
    let (word, client) = (client_words::word, client_words::client_id);
    let some: Vec<i64> = if matches!(conn, Conn::Sqlite(_)) {
        own.filter(is_true!(sqlite, term, word, client)).load(conn)?
    } else {
        own.filter(is_true!(postgres, term, word, client)).load(conn)?
    };
    Ok(some.len())
}

/// The same among those who were born on one of the days.
fn born_on(conn: &mut Conn, terms: &[Term], births: &[Vec<NaiveDate>], limit: i64) -> Result<Vec<ClientHit>, Fault> {
    let on_sqlite = matches!(conn, Conn::Sqlite(_));
    let mut query = clients::table
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .filter(clients::erased_at.is_null())
        .select(HitRow::as_select())
        .into_boxed();
    for days in births {
        query = query.filter(clients::birth_date.eq_any(days.clone()));
    }
    for term in terms {
        let own = client_words::table.filter(client_words::client_id.eq(clients::id));
        query = if on_sqlite {
            query.filter(exists(own.filter(is_true!(sqlite, term, client_words::word, client_words::client_id))))
        } else {
            query.filter(exists(own.filter(is_true!(postgres, term, client_words::word, client_words::client_id))))
        };
    }
    let rows: Vec<HitRow> =
        query.order((clients::last_name, clients::first_name, clients::id)).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(ClientHit::from).collect())
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
