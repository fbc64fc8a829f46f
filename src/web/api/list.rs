//! Lists: a limit, a cursor, a total.

use serde::Serialize;
use utoipa::ToSchema;

use super::query::Asked;
use super::refusal::Refusal;

/// Entries of one page when nobody says.
const LIMIT_USUAL: usize = 100;
/// Entries of one page at most.
pub const LIMIT_MAX: usize = 200;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Pass it as `cursor` to get what follows; null at the end.
    pub next_cursor: Option<String>,
    /// How many entries there are on all pages together.
    pub total: usize,
}

/// Which page.
#[derive(Debug)]
pub struct Wanted {
    limit: usize,
    after: Option<String>,
}

/// Reads `limit` and `cursor`.
pub fn wanted(asked: &mut Asked<'_>) -> Wanted {
    Wanted { limit: asked.number("limit", 1, LIMIT_MAX, LIMIT_USUAL), after: asked.text("cursor").map(str::to_owned) }
}

/// Cuts the page out of everything. A cursor is the identifier of the last entry that was seen.
pub fn page<S, T>(
    all: &[S],
    wanted: &Wanted,
    id: impl Fn(&S) -> String,
    shape: impl Fn(&S) -> T,
) -> Result<List<T>, Refusal> {
    let first = match &wanted.after {
        None => 0,
        Some(after) => match all.iter().position(|entry| id(entry) == *after) {
            Some(place) => place + 1,
            None => return Err(stale()),
        },
    };
    let shown = || all.iter().skip(first).take(wanted.limit);
    let more = first + wanted.limit < all.len();
    let next_cursor = shown().last().filter(|_| more).map(id);
    Ok(List { data: shown().map(shape).collect(), next_cursor, total: all.len() })
}

fn stale() -> Refusal {
    let detail = "this cursor is none of ours, or its entry is gone; start again without it";
    Refusal::invalid(vec![super::refusal::in_query("cursor", "unknown_cursor", detail)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap() {
        let all: Vec<u32> = (0..7).collect();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let wanted = Wanted { limit: 3, after };
            let page = page(&all, &wanted, u32::to_string, |number| *number).unwrap();
            assert_eq!(page.total, 7);
            seen.extend(page.data);
            after = page.next_cursor;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        let stale = Wanted { limit: 3, after: Some("x".into()) };
        assert!(page(&all, &stale, u32::to_string, |number| *number).is_err());
    }
}
