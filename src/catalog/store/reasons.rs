//! Reasons for calling off, and the clinic's words for them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::ROWS_MAX;
use crate::catalog::cancellation_reasons::{AskedOf, CancellationReason};
use crate::catalog::wording::Line;
use crate::db::schema::{cancellation_reason_texts as texts, cancellation_reasons as reasons};
use crate::db::{Conn, Fault, Tx};
use crate::domain::language::Language;

type ReasonRow = (i64, String, String, i32, Option<NaiveDateTime>);

pub fn load(conn: &mut Conn) -> Result<Vec<CancellationReason>, Fault> {
    let rows: Vec<ReasonRow> = reasons::table
        .order((reasons::asked_of.desc(), reasons::position, reasons::id))
        .limit(ROWS_MAX)
        .select((reasons::id, reasons::code, reasons::asked_of, reasons::position, reasons::archived_at))
        .load(conn)?;
    let own: Vec<(i64, String, String)> = texts::table
        .order((texts::reason_id, texts::language))
        .limit(ROWS_MAX)
        .select((texts::reason_id, texts::language, texts::text))
        .load(conn)?;
    let words_of = |id: i64| {
        let own = own.iter().filter(move |(reason, ..)| *reason == id);
        own.filter_map(|(_, tag, text)| Some((Language::parse(tag)?, text.clone()))).collect()
    };
    let reason = |(id, code, asked_of, position, archived): ReasonRow| {
        let asked_of = AskedOf::parse(&asked_of);
        Ok(CancellationReason {
            id,
            code,
            asked_of: asked_of.ok_or_else(|| Fault::corrupt("cancellation_reasons", "asked_of", id, "unknown word"))?,
            position,
            texts: words_of(id),
            is_archived: archived.is_some(),
        })
    };
    rows.into_iter().map(reason).collect()
}

pub fn insert(tx: &mut Tx<'_>, id: i64, code: &str, asked_of: AskedOf, position: i32) -> Result<(), Fault> {
    diesel::insert_into(reasons::table)
        .values((
            reasons::id.eq(id),
            reasons::code.eq(code),
            reasons::asked_of.eq(asked_of.word()),
            reasons::position.eq(position),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub fn replace_texts(tx: &mut Tx<'_>, id: i64, own: &[(Language, Line)]) -> Result<(), Fault> {
    diesel::delete(texts::table.filter(texts::reason_id.eq(id))).execute(tx.conn)?;
    for (language, text) in own.iter().filter(|(_, text)| !text.as_str().is_empty()) {
        diesel::insert_into(texts::table)
            .values((texts::reason_id.eq(id), texts::language.eq(language.tag()), texts::text.eq(text.as_str())))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// False when there is no such reason.
pub fn set_archived(tx: &mut Tx<'_>, id: i64, at: Option<NaiveDateTime>) -> Result<bool, Fault> {
    Ok(diesel::update(reasons::table.find(id)).set(reasons::archived_at.eq(at)).execute(tx.conn)? == 1)
}

pub fn set_position(tx: &mut Tx<'_>, id: i64, position: i32) -> Result<(), Fault> {
    diesel::update(reasons::table.find(id)).set(reasons::position.eq(position)).execute(tx.conn)?;
    Ok(())
}
