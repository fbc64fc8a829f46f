//! Reports that arrive as files: read, taken into account, and put aside.

use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::report::{MAIL_BYTES_MAX, NoReport};
use super::{Refused, Taken, take};
use crate::db::{Bad, Db, Fault};
use crate::keys::Keys;

/// One pass looks at so many files; the others have their turn a minute later.
const FILES_AT_ONCE: usize = 500;

/// Why a directory cannot be worked on.
#[derive(Debug, thiserror::Error)]
#[error("mail.bounce_dir: {}: {source}", path.display())]
pub struct Unreadable {
    path: PathBuf,
    source: std::io::Error,
}

/// Takes a mail from anywhere that can be read.
pub fn take_from(
    db: &Db,
    keys: &Keys,
    now: DateTime<Utc>,
    from: impl Read,
) -> Result<Result<Taken, Bad<Refused>>, std::io::Error> {
    let mut mail = Vec::new();
    let most = u64::try_from(MAIL_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most).read_to_end(&mut mail)?;
    let keys = keys.clone();
    Ok(db.write_blocking(now, move |tx| take(tx, &keys, &mail)))
}

/// Takes every file of the directory (of a Maildir: every new one). What was read moves to `done`, what is no mail or
/// invented to `bad`. Answers how many reports changed something. Any number of nodes may do so at once.
pub fn collect(db: &Db, keys: &Keys, now: DateTime<Utc>, directory: &Path) -> Result<usize, Fault> {
    let unreadable = |source| Fault::other(Unreadable { path: directory.to_owned(), source });
    let mut changed = 0;
    for file in waiting(directory).map_err(unreadable)? {
        let Ok(open) = std::fs::File::open(&file) else {
            // Another node was faster.
            continue;
        };
        let place = match take_from(db, keys, now, open) {
            Ok(Ok(taken)) => {
                changed += usize::from(matches!(taken, Taken::Bounced(..) | Taken::Delayed(..)));
                if matches!(taken, Taken::Ignored(NoReport::NoMail | NoReport::TooLarge)) { "bad" } else { "done" }
            }
            Ok(Err(Bad::Refused(refused))) => {
                tracing::warn!("{refused}");
                "bad"
            }
            // The database is away: the file waits for the next pass.
            Ok(Err(Bad::Fault(fault))) => return Err(fault),
            Err(_) => "bad",
        };
        put_aside(directory, &file, place).map_err(unreadable)?;
    }
    Ok(changed)
}

/// Files in the order of their names. What begins with a dot or ends with `.part` or `.tmp` is still being written.
fn waiting(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let maildir = directory.join("new");
    let place = if maildir.is_dir() { maildir } else { directory.to_owned() };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_whole = !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp");
        if is_whole && entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort_unstable();
    files.truncate(FILES_AT_ONCE);
    Ok(files)
}

fn put_aside(directory: &Path, file: &Path, place: &str) -> std::io::Result<()> {
    let aside = directory.join(place);
    std::fs::create_dir_all(&aside)?;
    match std::fs::rename(file, aside.join(file.file_name().unwrap_or_default())) {
        // Another node put it aside.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
