//! Rows of a file, one after the other: separators, quotation marks, writing of two ages, and files of any size.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};

/// A row of more is no row: a quotation mark was not closed.
const ROW_BYTES_MAX: u64 = 1 << 20;
/// The reader asks for so much at once.
const BUFFER: usize = 1 << 16;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileTrouble {
    /// It is not there, or may not be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, io::Error),
    /// It has no first line.
    #[error("the file is empty: its first line must name the columns")]
    Empty,
    /// It is what spreadsheets call Unicode text.
    #[error("the file is written in UTF-16; save it as CSV UTF-8")]
    WideCharacters,
    /// A quotation mark that never ends.
    #[error(
        "a row that begins on line {0} is longer than a megabyte: a quotation mark is not closed there, or the file is no CSV"
    )]
    EndlessRow(u64),
    /// Anything else the reader says.
    #[error("line {0} cannot be read: {1}")]
    Row(u64, csv::Error),
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// What parts the fields.
    pub separator: u8,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line on which it begins.
    pub line: u64,
    /// Bytes of the file up to its end.
    pub ends_at: u64,
    /// Its fields, trimmed.
    pub fields: Vec<String>,
}

impl Row {
    /// The field in a column; empty where the row is shorter.
    pub fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

/// The file, row by row.
pub struct Rows {
    reader: csv::Reader<Metered>,
    taken: Rc<Cell<u64>>,
    record: ByteRecord,
    line: u64,
}

/// Counts what was handed out since the last row ended, so that no row grows without end, and gives every line the same
/// end, so that lines are counted alike: a return before it is left out, and the last line gets one.
struct Metered {
    inner: File,
    taken: Rc<Cell<u64>>,
    last: u8,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if ROW_BYTES_MAX < self.taken.get() {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row"));
        }
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 {
                let is_open = !matches!(self.last, 0 | b'\n');
                self.last = b'\n';
                let Some(end) = buffer.first_mut().filter(|_| is_open) else { return Ok(0) };
                *end = b'\n';
                return Ok(1);
            }
            let mut kept = 0;
            for place in 0..read {
                let Some(byte) = buffer.get(place).copied().filter(|byte| *byte != b'\r') else { continue };
                if let Some(slot) = buffer.get_mut(kept) {
                    *slot = byte;
                    kept += 1;
                    self.last = byte;
                }
            }
            if 0 < kept {
                self.taken.set(self.taken.get() + u64::try_from(kept).unwrap_or(u64::MAX));
                return Ok(kept);
            }
        }
    }
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> FileTrouble {
    let name = path.display().to_string();
    move |error| FileTrouble::Unreadable(name.clone(), error)
}

/// What parts the fields, by the first line: of comma, semicolon and tab the one that stands there most often.
pub fn sniff(path: &Path) -> Result<Format, FileTrouble> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(unreadable(path))?;
    let mut reader = BufReader::new(file).take(ROW_BYTES_MAX);
    reader.read_until(b'\n', &mut head).map_err(unreadable(path))?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) || head.contains(&0) {
        return Err(FileTrouble::WideCharacters);
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(FileTrouble::Empty);
    }
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in head {
        if byte == b'"' {
            is_quoted = !is_quoted;
        }
        for (_, count) in counts.iter_mut().filter(|(separator, _)| *separator == byte && !is_quoted) {
            *count += 1;
        }
    }
    let most =
        counts.iter().max_by_key(|(separator, count)| (*count, *separator == b',')).map(|(separator, _)| *separator);
    Ok(Format { separator: most.unwrap_or(b',') })
}

impl Rows {
    /// Opens the file behind its first line.
    pub fn open(path: &Path, format: &Format) -> Result<Self, FileTrouble> {
        let mut rows = Self::at_first_line(path, format)?;
        rows.next()?.ok_or(FileTrouble::Empty)?;
        Ok(rows)
    }

    /// The names of the columns.
    pub fn header(path: &Path, format: &Format) -> Result<Vec<String>, FileTrouble> {
        let row = Self::at_first_line(path, format)?.next()?.ok_or(FileTrouble::Empty)?;
        Ok(row.fields)
    }

    fn at_first_line(path: &Path, format: &Format) -> Result<Self, FileTrouble> {
        let taken = Rc::new(Cell::new(0));
        let inner = File::open(path).map_err(unreadable(path))?;
        let metered = Metered { inner, taken: Rc::clone(&taken), last: 0 };
        let reader = ReaderBuilder::new()
            .delimiter(format.separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(metered);
        Ok(Self { reader, taken, record: ByteRecord::new(), line: 1 })
    }

    /// The next row that is not empty.
    pub fn next(&mut self) -> Result<Option<Row>, FileTrouble> {
        loop {
            self.taken.set(0);
            let begins = self.reader.position().line();
            match self.reader.read_byte_record(&mut self.record) {
                Ok(false) => return Ok(None),
                Ok(true) => {}
                Err(error) if is_endless(&error) => return Err(FileTrouble::EndlessRow(begins)),
                Err(error) => return Err(FileTrouble::Row(begins, error)),
            }
            // Lines that are empty are passed over without a word, so the row is found from its end.
            let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count();
            let after = self.reader.position().line();
            self.line = after.saturating_sub(1 + u64::try_from(within).unwrap_or(0)).max(1);
            let mut fields: Vec<String> = self.record.iter().map(text_of).collect();
            if self.line == 1
                && let Some(first) = fields.first_mut()
            {
                *first = first.trim_start_matches('\u{feff}').trim().trim_matches('"').to_owned();
            }
            if fields.iter().any(|field| !field.is_empty()) {
                return Ok(Some(Row { line: self.line, ends_at: self.reader.position().byte(), fields }));
            }
        }
    }
}

fn is_endless(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge)
}

/// UTF-8, and what is none as the code page that Western Windows programs wrote before it.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => bytes.iter().map(|byte| western(*byte)).collect::<String>().trim().to_owned(),
    }
}

/// Windows-1252, which is Latin-1 with signs in place of controls.
fn western(byte: u8) -> char {
    const SIGNS: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => SIGNS.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    fn rows(bytes: &[u8]) -> Vec<Row> {
        let file = file(bytes);
        let format = sniff(file.path()).unwrap();
        let mut rows = Rows::open(file.path(), &format).unwrap();
        let mut list = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            list.push(row);
        }
        list
    }

    #[test]
    fn separators_marks_and_ages_of_writing() {
        for bytes in [
            &b"\xef\xbb\xbfname,city\n\"M\xc3\xbcller, Ana\",Bonn\n\n , \nX,Y"[..],
            b"name;city\r\n\"M\xfcller, Ana\";Bonn\r\nX;Y\r\n",
            b"name\tcity\nM\xfcller, Ana\tBonn\nX\tY\n",
        ] {
            let found = rows(bytes);
            assert_eq!(found.len(), 2, "{found:?}");
            assert_eq!(found[0].fields, ["Müller, Ana", "Bonn"]);
            assert_eq!(found[0].line, 2);
        }
        assert_eq!(rows(b"a,b\n\x80 5,\x93x\x94\n")[0].fields, ["€ 5", "“x”"]);
        let lines: Vec<u64> = rows(b"a,b\r\n\r\n1,\"two\r\nlines\"\r\n\r\n2,x").iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 6]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert!(matches!(sniff(file(b"").path()), Err(FileTrouble::Empty)));
        assert!(matches!(sniff(file(b"\xff\xfea\0").path()), Err(FileTrouble::WideCharacters)));
        assert!(matches!(sniff(Path::new("/nowhere/at/all.csv")), Err(FileTrouble::Unreadable(..))));
    }

    #[test]
    fn a_mark_that_is_never_closed_does_not_fill_the_memory() {
        let mut bytes = b"a,b\n1,\"".to_vec();
        bytes.resize(5 << 20, b'x');
        let file = file(&bytes);
        let mut rows = Rows::open(file.path(), &Format { separator: b',' }).unwrap();
        assert!(matches!(rows.next(), Err(FileTrouble::EndlessRow(2))));
    }
}
