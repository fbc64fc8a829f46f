//! `rebook backup` and `rebook restore`

use std::path::{Path, PathBuf};

use super::{Failure, Place};
use crate::app;
use crate::config::DatabaseUrl;
use crate::db::{DbOptions, copy};

pub(super) fn backup(place: &Place, file: &Path) -> Result<(), Failure> {
    let settings = place.settings()?;
    sqlite_path(&settings.database.url)?;
    if file.exists() {
        return Err(Failure::new(format!("{} is there already; name a new file", file.display())));
    }
    copy::write_copy(&app::database_options(&settings), file).map_err(Failure::from_error)?;
    let bytes = std::fs::metadata(file).map_or(0, |data| data.len());
    println!("Wrote {} ({} KiB).", file.display(), bytes / 1024);
    Ok(())
}

pub(super) fn restore(place: &Place, file: &Path, force: bool) -> Result<(), Failure> {
    let settings = place.settings()?;
    let target = sqlite_path(&settings.database.url)?;
    let copy = DbOptions::new(format!("sqlite://{}", file.display()));
    if !file.exists() {
        return Err(Failure::new(format!("{} is not there", file.display())));
    }
    copy::check(&copy).map_err(|error| Failure::new(format!("{} is not a sound copy: {error}", file.display())))?;
    if target.exists() && !force {
        return Err(Failure::new(format!("{} is there already; add --force to replace it", target.display())));
    }
    put_back(file, &target).map_err(Failure::from_error)?;
    println!("Restored {} from {}.", target.display(), file.display());
    Ok(())
}

/// The copy is complete beside the target before it takes its name, so a crash leaves one or the other.
fn put_back(file: &Path, target: &Path) -> std::io::Result<()> {
    let mut beside = target.as_os_str().to_owned();
    beside.push(".restoring");
    std::fs::copy(file, &beside)?;
    for suffix in ["-wal", "-shm"] {
        let mut old = target.as_os_str().to_owned();
        old.push(suffix);
        match std::fs::remove_file(&old) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::rename(&beside, target)
}

fn sqlite_path(url: &DatabaseUrl) -> Result<PathBuf, Failure> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(path.clone()),
        DatabaseUrl::Postgres(_) => Err(Failure::new("this is for SQLite; use pg_dump and pg_restore on PostgreSQL")),
    }
}
