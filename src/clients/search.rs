//! Finding clients: by the beginnings of words of the name and the mail address, by phone number and by day of birth,
//! and, where that finds hardly anybody, by words that are nearly the same.

use super::find_or_make::ClientDetails;
use super::store;
use super::store::finding::Term;
use crate::db::{Conn, Fault};
use crate::domain::finding::{self, Sought, SoughtNumber};
use crate::domain::ids::ClientId;
use crate::domain::recognise::{DuplicateReason, Recognised, recognise};

/// More hits nobody reads.
const HITS_MAX: i64 = 100;
/// Fewer hits than this, and words that are nearly the same are looked for as well.
const FEW_HITS: usize = 5;
/// As many clients are shown who may be the one that is being typed.
const LIKE_MAX: i64 = 5;

/// One client that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientHit {
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
}

impl ClientHit {
    /// Both names, as they are spoken.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// A client that was found, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub hit: ClientHit,
    /// Whether only a similar word was found.
    pub is_similar: bool,
}

/// Clients who agree with all of `text`, those with whole words first, then by family name, at most `limit`; then those
/// with similar words where there are few. An empty text finds nobody.
pub fn search(conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<ClientHit>, Fault> {
    Ok(find(conn, text, limit)?.into_iter().map(|found| found.hit).collect())
}

/// The same, saying of each whether it is only similar.
pub fn find(conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Found>, Fault> {
    let sought = finding::sought(text);
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    let limit = limit.clamp(1, HITS_MAX);
    let number = sought.number.as_ref().map(|number| term_of_number(conn, number)).transpose()?;
    let mut found: Vec<Found> = Vec::new();
    let begun = |word: &String| Term { beginnings: vec![word.clone()], ..Term::default() };
    collect(conn, &sought, (sought.words.iter().map(begun).collect(), &number), false, (limit, &mut found))?;
    if found.len() < FEW_HITS {
        let near = sought.words.iter().map(|word| near_words(conn, word)).collect::<Result<Vec<_>, _>>()?;
        if near.iter().any(|words| !words.is_empty()) {
            let with_near = |(word, near): (&String, Vec<String>)| Term {
                beginnings: vec![word.clone()],
                words: near,
                ..Term::default()
            };
            let terms = sought.words.iter().zip(near).map(with_near).collect();
            collect(conn, &sought, (terms, &number), true, (limit, &mut found))?;
        }
    }
    Ok(found)
}

/// Adds whom these terms find and who is not there yet.
fn collect(
    conn: &mut Conn,
    sought: &Sought,
    (mut terms, number): (Vec<Term>, &Option<Term>),
    is_similar: bool,
    (limit, found): (i64, &mut Vec<Found>),
) -> Result<(), Fault> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if most <= found.len() {
        return Ok(());
    }
    terms.extend(number.clone());
    for hit in store::finding::matching(conn, &terms, &sought.births, limit)? {
        if found.len() < most && found.iter().all(|known| known.hit.id != hit.id) {
            found.push(Found { hit, is_similar });
        }
    }
    Ok(())
}

fn term_of_number(conn: &mut Conn, number: &SoughtNumber) -> Result<Term, Fault> {
    let clients = match &number.ending {
        Some((last_four, ending)) => store::finding::with_ending(conn, last_four, ending)?,
        None => Vec::new(),
    };
    Ok(Term { beginnings: number.beginnings.clone(), words: Vec::new(), clients })
}

/// Words of clients that may be meant by this one.
fn near_words(conn: &mut Conn, word: &str) -> Result<Vec<String>, Fault> {
    let spellings = finding::near_spellings(word);
    if spellings.is_empty() {
        return Ok(Vec::new());
    }
    let mut words = store::finding::existing(conn, &spellings)?;
    if let Some(beginning) = finding::beginning_of_near(word) {
        words.extend(store::finding::beginning_with(conn, &beginning)?);
    }
    words.retain(|known| finding::is_near(word, known));
    words.sort_unstable();
    words.dedup();
    Ok(words)
}

/// How somebody resembles a client we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Name and mail address or phone number agree: a booking will be theirs.
    Same,
    /// One of them agrees.
    Shares(DuplicateReason),
    /// The name is similar.
    SimilarName,
}

/// Clients who may be the one that is being typed in, the likeliest first.
pub fn like(conn: &mut Conn, details: &ClientDetails) -> Result<Vec<(ClientHit, Likeness)>, Fault> {
    let keys = details.keys();
    let candidates = store::candidates(conn, &keys)?;
    let mut alike: Vec<(ClientId, Likeness)> = match recognise(&candidates, &keys) {
        Recognised::Same(id) => vec![(id, Likeness::Same)],
        Recognised::New { possible_duplicates } => {
            possible_duplicates.into_iter().map(|(id, reason)| (id, Likeness::Shares(reason))).collect()
        }
    };
    let ids: Vec<ClientId> = alike.iter().map(|(id, _)| *id).collect();
    let mut hits = store::finding::hits(conn, &ids)?;
    let name = format!("{} {}", details.first_name, details.last_name);
    for found in find(conn, &name, LIKE_MAX)? {
        if alike.iter().all(|(id, _)| *id != found.hit.id) {
            alike.push((found.hit.id, Likeness::SimilarName));
            hits.push(found.hit);
        }
    }
    let mut shown = Vec::new();
    for (id, likeness) in alike {
        if let Some(hit) = hits.iter().find(|hit| hit.id == id) {
            shown.push((hit.clone(), likeness));
        }
    }
    shown.truncate(usize::try_from(LIKE_MAX).unwrap_or(usize::MAX));
    Ok(shown)
}
