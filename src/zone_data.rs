//! Zone data of the system, offered to `domain::time`: an operator who updates it needs no new binary when a country
//! changes its clocks. It is taken when it is newer than the data bundled with the program; a system that does not say
//! its release (Alpine leaves the file out) counts as older.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::domain::time::offer_zone_data;

/// Where systems keep compiled zones.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];

/// Reads which release the system has, and offers it. Belongs at the very start of the program.
pub fn offer_system_zone_data() {
    for folder in FOLDERS.map(Path::new) {
        if release_in(folder).is_some_and(|release| offer_zone_data(folder, &release)) {
            return;
        }
    }
}

/// The first line of `tzdata.zi` reads `# version 2026a`.
fn release_in(folder: &Path) -> Option<String> {
    let file = File::open(folder.join("tzdata.zi")).ok()?;
    let mut line = String::new();
    BufReader::new(file.take(200)).read_line(&mut line).ok()?;
    Some(line.strip_prefix("# version ")?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_stands_in_the_first_line() {
        assert_eq!(release_in(Path::new("/nowhere")), None);
        let folder = tempfile::tempdir().expect("a folder");
        let cases: [(&[u8], Option<&str>); 4] = [
            (b"# version 2031a\n# more", Some("2031a")),
            (b"# version \n", Some("")),
            (b"TZif", None),
            (b"\xff\xfe", None),
        ];
        for (content, release) in cases {
            std::fs::write(folder.path().join("tzdata.zi"), content).expect("written");
            assert_eq!(release_in(folder.path()).as_deref(), release);
        }
    }
}
