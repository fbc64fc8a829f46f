//! Words that staff put on clients, which rules of messages ask for.

use super::store;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::ClientId;

/// The longest tag, in characters.
pub const TAG_CHARACTERS_MAX: usize = 40;
/// A client with more of them has none that mean anything.
pub const TAGS_PER_CLIENT_MAX: usize = 30;

/// Why a tag is not put on a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagRefused {
    /// Nothing was typed, or nothing that can be shown.
    Empty,
    /// More than fits.
    TooLong,
    /// The client has enough of them.
    TooMany,
}

/// The tags of a client, by the alphabet.
pub fn tags_of(conn: &mut Conn, client: ClientId) -> Result<Vec<String>, Fault> {
    store::tags::of_client(conn, client)
}

/// Tags that clients have, by the alphabet: to be suggested, and to be asked for by rules.
pub fn known_tags(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    store::tags::known(conn)
}

/// Puts a tag on a client; one that is there already changes nothing.
pub fn add_tag(tx: &mut Tx<'_>, client: ClientId, typed: &str) -> Result<(), Bad<TagRefused>> {
    let tag = tag_of(typed).map_err(Bad::Refused)?;
    let tags = store::tags::of_client(tx.conn, client)?;
    if tags.contains(&tag) {
        return Ok(());
    }
    if TAGS_PER_CLIENT_MAX <= tags.len() {
        return Err(Bad::Refused(TagRefused::TooMany));
    }
    store::tags::insert(tx, client, &tag)?;
    Ok(())
}

/// Takes a tag off a client.
pub fn remove_tag(tx: &mut Tx<'_>, client: ClientId, tag: &str) -> Result<(), Fault> {
    store::tags::delete(tx, client, tag)
}

/// The tag that is meant: small letters and single blanks, so that nobody is missed for a capital letter.
fn tag_of(typed: &str) -> Result<String, TagRefused> {
    let shown: String = typed.chars().filter(|letter| !letter.is_control()).collect();
    let tag = shown.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    match tag.chars().count() {
        0 => Err(TagRefused::Empty),
        count if TAG_CHARACTERS_MAX < count => Err(TagRefused::TooLong),
        _ => Ok(tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_same_however_it_is_typed() {
        assert_eq!(tag_of("  Orthodontics  Plan ").as_deref(), Ok("orthodontics plan"));
        assert_eq!(tag_of("\u{7}\n "), Err(TagRefused::Empty));
        assert_eq!(tag_of(&"x".repeat(41)), Err(TagRefused::TooLong));
    }
}
