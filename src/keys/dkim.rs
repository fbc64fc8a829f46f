//! The key that signs letters: a file of the clinic's, or one that this instance made once and keeps.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{Keys, KeysError};
use crate::config::DkimSettings;
use crate::db::Db;
use crate::mail::dkim::{BadKey, DkimKey, DkimSigner};

const NAME: &str = "dkim";

/// Why letters cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum DkimError {
    /// The file cannot be read.
    #[error("mail.dkim_key_file: {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The file holds no fitting key.
    #[error("mail.dkim_key_file: {}: {source}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: BadKey,
    },
    /// The key in the database, or the one to be made.
    #[error("the DKIM key of this instance: {0}")]
    Own(#[from] BadKey),
    /// The instance's keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

/// The key of the file, or the instance's own; nothing when neither is there.
pub fn find(db: &Db, secret: &str, file: Option<&Path>) -> Result<Option<DkimKey>, DkimError> {
    if let Some(path) = file {
        let text =
            std::fs::read_to_string(path).map_err(|source| DkimError::Unreadable { path: path.to_owned(), source })?;
        let key = DkimKey::from_pem(&text).map_err(|source| DkimError::Unfit { path: path.to_owned(), source })?;
        return Ok(Some(key));
    }
    let own = Keys::find(db, secret, NAME)?;
    Ok(own.map(|der| DkimKey::from_pkcs8(&der)).transpose()?)
}

/// The same; makes the instance's own key where there is none.
pub fn find_or_make(db: &Db, now: DateTime<Utc>, secret: &str, file: Option<&Path>) -> Result<DkimKey, DkimError> {
    if let Some(key) = find(db, secret, file)? {
        return Ok(key);
    }
    let made = Keys::keep(db, now, secret, NAME, &DkimKey::make()?)?;
    Ok(DkimKey::from_pkcs8(&made)?)
}

/// Who signs as the settings say; nothing where they leave it off.
pub fn signer(
    db: &Db,
    now: DateTime<Utc>,
    secret: &str,
    settings: Option<&DkimSettings>,
) -> Result<Option<DkimSigner>, DkimError> {
    let Some(DkimSettings { domain, selector, key_file }) = settings else {
        return Ok(None);
    };
    let key = find_or_make(db, now, secret, key_file.as_deref())?;
    Ok(Some(DkimSigner::new(domain.clone(), selector.clone(), key)))
}
