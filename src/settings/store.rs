//! The clinic's row, its pictures and its texts of law.

use chrono::NaiveDateTime;
use data_encoding::BASE64;
use diesel::prelude::*;

use super::legal::LegalText;
use super::pictures::Picture;
use crate::catalog::{Color, LegalKind, ProvidersSee, SecondFactorFor};
use crate::db::schema::{clinic, images, legal_texts as texts};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::language::Language;

const CLINIC: i64 = 1;
/// More than kinds times languages.
const LEGAL_MAX: i64 = 100;

/// What the settings' pages show of the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicSettings {
    /// The version of the row.
    pub version: i64,
    /// The colour.
    pub accent: String,
    /// The name of the logo's picture.
    pub logo: Option<String>,
    /// Tags of the languages that are offered.
    pub languages: String,
    /// Whose clients a provider may open.
    pub providers_see: String,
    /// Who must have a second factor.
    pub second_factor: String,
}

/// The settings; nothing before the first start was completed.
pub fn clinic_settings(conn: &mut Conn) -> Result<Option<ClinicSettings>, Fault> {
    type Row = (i64, String, Option<String>, String, String, String);
    let row: Option<Row> = clinic::table
        .find(CLINIC)
        .select((
            clinic::row_version,
            clinic::accent_color,
            clinic::logo,
            clinic::languages,
            clinic::providers_see,
            clinic::second_factor,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(version, accent, logo, languages, providers_see, second_factor)| ClinicSettings {
        version,
        accent,
        logo,
        languages,
        providers_see,
        second_factor,
    }))
}

/// Raises the version that was seen; false when somebody else was faster.
pub(super) fn claim(tx: &mut Tx<'_>, seen: i64) -> Result<bool, Fault> {
    let row = clinic::table.filter(clinic::id.eq(CLINIC)).filter(clinic::row_version.eq(seen));
    Ok(diesel::update(row).set(clinic::row_version.eq(seen.saturating_add(1))).execute(tx.conn)? == 1)
}

pub(super) fn set_accent(tx: &mut Tx<'_>, accent: &Color) -> Result<(), Fault> {
    diesel::update(clinic::table.find(CLINIC)).set(clinic::accent_color.eq(accent.as_str())).execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_logo(tx: &mut Tx<'_>, name: Option<&str>) -> Result<(), Fault> {
    diesel::update(clinic::table.find(CLINIC)).set(clinic::logo.eq(name)).execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_languages(tx: &mut Tx<'_>, offered: &[Language]) -> Result<(), Fault> {
    let tags: Vec<&str> = offered.iter().map(|language| language.tag()).collect();
    diesel::update(clinic::table.find(CLINIC)).set(clinic::languages.eq(tags.join(" "))).execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_providers_see(tx: &mut Tx<'_>, see: ProvidersSee) -> Result<(), Fault> {
    diesel::update(clinic::table.find(CLINIC)).set(clinic::providers_see.eq(see.word())).execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_second_factor(tx: &mut Tx<'_>, factor: SecondFactorFor) -> Result<(), Fault> {
    diesel::update(clinic::table.find(CLINIC)).set(clinic::second_factor.eq(factor.word())).execute(tx.conn)?;
    Ok(())
}

/// Keeps a picture unless it is kept already.
pub(super) fn keep_image(tx: &mut Tx<'_>, picture: &Picture) -> Result<(), Fault> {
    let known: i64 = images::table.filter(images::name.eq(&picture.name)).count().get_result(tx.conn)?;
    if known > 0 {
        return Ok(());
    }
    let side = |pixels: u32| i32::try_from(pixels).map_err(Fault::other);
    diesel::insert_into(images::table)
        .values((
            images::name.eq(&picture.name),
            images::media_type.eq("image/png"),
            images::width.eq(side(picture.width)?),
            images::height.eq(side(picture.height)?),
            images::base64.eq(BASE64.encode(&picture.png)),
            images::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A picture as it is served.
#[derive(Debug, Clone)]
pub struct KeptImage {
    /// What it is.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A picture by its name.
pub fn image(conn: &mut Conn, name: &str) -> Result<Option<KeptImage>, Fault> {
    let row: Option<(String, String)> =
        images::table.find(name).select((images::media_type, images::base64)).first(conn).optional()?;
    row.map(|(media_type, base64)| {
        let bytes = BASE64.decode(base64.as_bytes()).map_err(Fault::other)?;
        Ok(KeptImage { media_type, bytes })
    })
    .transpose()
}

pub(super) fn legal_texts(conn: &mut Conn) -> Result<Vec<LegalText>, Fault> {
    let rows: Vec<(String, String, String, i64)> = texts::table
        .order((texts::kind, texts::language))
        .limit(LEGAL_MAX)
        .select((texts::kind, texts::language, texts::body, texts::row_version))
        .load(conn)?;
    // A language that is no longer spoken is passed over.
    let known = |(kind, language, body, version): (String, String, String, i64)| {
        Some(LegalText { kind: LegalKind::parse(&kind)?, language: Language::parse(&language)?, body, version })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Writes over the version that was seen; false when somebody else was faster.
pub(super) fn save_legal(tx: &mut Tx<'_>, by: Option<StaffUserId>, text: &LegalText) -> Result<bool, Fault> {
    let now: NaiveDateTime = tx.now_naive();
    let (kind, language, by) = (text.kind.word(), text.language.tag(), by.map(StaffUserId::get));
    if text.version == 0 {
        let known: i64 = texts::table
            .filter(texts::kind.eq(kind))
            .filter(texts::language.eq(language))
            .count()
            .get_result(tx.conn)?;
        if known > 0 {
            return Ok(false);
        }
        diesel::insert_into(texts::table)
            .values((
                texts::kind.eq(kind),
                texts::language.eq(language),
                texts::body.eq(&text.body),
                texts::updated_at.eq(now),
                texts::updated_by.eq(by),
            ))
            .execute(tx.conn)?;
        return Ok(true);
    }
    let row = texts::table
        .filter(texts::kind.eq(kind))
        .filter(texts::language.eq(language))
        .filter(texts::row_version.eq(text.version));
    let written = diesel::update(row)
        .set((
            texts::body.eq(&text.body),
            texts::updated_at.eq(now),
            texts::updated_by.eq(by),
            texts::row_version.eq(text.version + 1),
        ))
        .execute(tx.conn)?;
    Ok(written == 1)
}
