//! The clinic's colour and its logo.

use super::house::changed;
use super::pictures::Picture;
use super::store;
use crate::accounts::By;
use crate::catalog::Color;
use crate::db::{Bad, Tx};

/// What becomes of the logo.
#[derive(Debug, Clone)]
pub enum LogoChange {
    /// It stays, or there is none.
    Keep,
    /// There is none from now on.
    Remove,
    /// This one.
    Set(Picture),
}

/// Why nothing was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookRefused {
    /// Somebody else changed the clinic after the form was made.
    Changed,
}

/// Saves the look.
pub fn edit_look(
    tx: &mut Tx<'_>,
    by: By,
    seen: i64,
    accent: &Color,
    logo: &LogoChange,
) -> Result<(), Bad<LookRefused>> {
    if !store::claim(tx, seen)? {
        return Err(Bad::Refused(LookRefused::Changed));
    }
    store::set_accent(tx, accent)?;
    match logo {
        LogoChange::Keep => {}
        LogoChange::Remove => store::set_logo(tx, None)?,
        LogoChange::Set(picture) => {
            store::keep_image(tx, picture)?;
            store::set_logo(tx, Some(&picture.name))?;
        }
    }
    Ok(changed(tx, by)?)
}
