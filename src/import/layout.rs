//! How a file is to be read, by looking at all of it once: which column is which field, how its dates and amounts are
//! written. What the columns leave open is asked for, never guessed.

use std::collections::BTreeMap;
use std::path::Path;

use indicatif::ProgressBar;

use super::file::{self, Format, Row, Rows};
use super::map::{Field, Map, plain};
use super::presets::{self, Preset};
use super::{ImportTrouble, Kind};
use crate::domain::imports::{AmountColumn, AmountTrouble, DateColumn, DateReading, DateTrouble, Example, moment};

/// Which column is which field, and how it is written.
#[derive(Debug, Clone)]
pub struct Layout {
    /// What parts the fields.
    pub format: Format,
    /// The program that wrote it, where we know it.
    pub preset: Option<Preset>,
    /// The map with what the preset adds.
    pub map: Map,
    columns: BTreeMap<Field, usize>,
    /// How many columns there are.
    pub width: usize,
    /// Columns that are not read, by name.
    pub unread: Vec<String>,
    dates: BTreeMap<Field, DateReading>,
    decimals: BTreeMap<Field, char>,
}

const DATES: [Field; 4] = [Field::Start, Field::End, Field::Created, Field::BirthDate];
const AMOUNTS: [Field; 3] = [Field::Amount, Field::Paid, Field::Price];

impl Layout {
    /// What a row says in a field; the default where it says nothing.
    pub fn value<'a>(&'a self, row: &'a Row, field: Field) -> &'a str {
        let own = self.columns.get(&field).map_or("", |column| row.field(*column));
        if own.is_empty() { self.map.defaults.get(&field).map_or("", String::as_str) } else { own }
    }

    /// How dates of a field are read.
    pub fn date(&self, field: Field) -> Option<DateReading> {
        self.dates.get(&field).copied()
    }

    /// What parts the cents in a field.
    pub fn decimal(&self, field: Field) -> char {
        self.decimals.get(&field).copied().unwrap_or('.')
    }

    /// Under which name keys are remembered.
    pub fn from(&self) -> &str {
        self.map.from.as_deref().unwrap_or("file")
    }
}

/// Looks at the whole file.
pub fn look(kind: Kind, path: &Path, map: &Map, bar: &ProgressBar) -> Result<Layout, ImportTrouble> {
    let mut format = file::sniff(path)?;
    if let Some(separator) = map.separator {
        format.separator = separator;
    }
    let header = Rows::header(path, &format)?;
    let mut map = map.clone();
    let preset = Preset::of(kind, &header);
    match preset {
        Some(preset) => preset.complete(kind, &header, &mut map),
        None => presets::by_own_names(&header, &mut map),
    }
    for (theirs, ours) in presets::usual_statuses() {
        map.statuses.entry(theirs).or_insert(ours);
    }
    let columns = columns_of(kind, &header, &map).map_err(ImportTrouble::Layout)?;
    let read: Vec<usize> = columns.values().copied().collect();
    let unread = header.iter().enumerate().filter(|(place, _)| !read.contains(place)).map(|(_, name)| name.clone());
    let mut layout = Layout {
        format,
        preset,
        columns,
        width: header.len(),
        unread: unread.collect(),
        dates: BTreeMap::new(),
        decimals: BTreeMap::new(),
        map,
    };
    settle(&mut layout, path, bar)?;
    Ok(layout)
}

/// Where each field stands, or what is wrong with the map.
fn columns_of(kind: Kind, header: &[String], map: &Map) -> Result<BTreeMap<Field, usize>, Vec<String>> {
    let mut troubles = Vec::new();
    let mut columns = BTreeMap::new();
    for (field, name) in &map.columns {
        let found: Vec<usize> =
            header.iter().enumerate().filter(|(_, own)| plain(own) == plain(name)).map(|(place, _)| place).collect();
        match found.as_slice() {
            [place] => {
                columns.insert(*field, *place);
            }
            [] => troubles.push(format!(
                "There is no column \"{name}\" for {}; the columns are: {}",
                field.as_str(),
                header.join(", ")
            )),
            _ => troubles.push(format!("Several columns are named \"{name}\": rename all but one")),
        }
    }
    let has = |field: Field| columns.contains_key(&field) || map.defaults.contains_key(&field);
    let missing: Vec<&str> = match kind {
        Kind::Clients if has(Field::Name) || (has(Field::FirstName) && has(Field::LastName)) => vec![],
        Kind::Clients => vec!["first_name and last_name, or name"],
        Kind::Visits => [(Field::Start, "start"), (Field::Service, "service")]
            .into_iter()
            .filter(|(field, _)| !has(*field))
            .map(|(_, name)| name)
            .chain(
                (!has(Field::ClientKey) && !has(Field::Name) && !has(Field::LastName)).then_some("client_key, or name"),
            )
            .collect(),
        Kind::Services if has(Field::Name) => vec![],
        Kind::Services => vec!["name"],
    };
    for name in missing {
        troubles.push(format!(
            "No column is known for {name}: say which one it is under [columns] of a file given with --map; the columns are: {}",
            header.join(", ")
        ));
    }
    if troubles.is_empty() { Ok(columns) } else { Err(troubles) }
}

/// Reads every date and amount once to see how they are written.
fn settle(layout: &mut Layout, path: &Path, bar: &ProgressBar) -> Result<(), ImportTrouble> {
    let mut dates: Vec<(Field, usize, DateColumn)> = Vec::new();
    let mut amounts: Vec<(Field, usize, AmountColumn)> = Vec::new();
    for (field, column) in &layout.columns {
        if DATES.contains(field) {
            dates.push((*field, *column, DateColumn::default()));
        } else if AMOUNTS.contains(field) {
            amounts.push((*field, *column, AmountColumn::default()));
        }
    }
    let mut rows = Rows::open(path, &layout.format)?;
    while let Some(row) = rows.next()? {
        for (_, place, column) in &mut dates {
            if let Some(found) = moment(row.field(*place)) {
                column.look(row.line, found.date);
            }
        }
        for (_, place, column) in &mut amounts {
            column.look(row.line, row.field(*place));
        }
        bar.set_position(row.ends_at);
    }
    let mut troubles = Vec::new();
    for (field, _, column) in dates {
        match column.settle(layout.map.date) {
            Ok(reading) => {
                layout.dates.insert(field, reading);
            }
            Err(trouble) => troubles.push(date_sentence(field, trouble)),
        }
    }
    for (field, _, column) in amounts {
        match column.settle(layout.map.decimal) {
            Ok(sign) => {
                layout.decimals.insert(field, sign);
            }
            Err(trouble) => troubles.push(amount_sentence(field, trouble)),
        }
    }
    if troubles.is_empty() { Ok(()) } else { Err(ImportTrouble::Layout(troubles)) }
}

fn list(examples: &[Example]) -> String {
    examples.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn date_sentence(field: Field, trouble: DateTrouble) -> String {
    let name = field.as_str();
    match trouble {
        DateTrouble::Mixed(examples) => format!(
            "The dates of {name} are written in {} ways: {}. Nothing is guessed: make them one",
            examples.len(),
            list(&examples)
        ),
        DateTrouble::Contrary(day, month) => format!(
            "The dates of {name} contradict each other: {day} can only begin with the day, {month} only with the month. Make them one"
        ),
        DateTrouble::Unclear(example) => format!(
            "Day or month first? No date of {name} says so ({example}). Write date = \"day-month-year\" or \"month-day-year\" into a file given with --map"
        ),
    }
}

fn amount_sentence(field: Field, trouble: AmountTrouble) -> String {
    let name = field.as_str();
    match trouble {
        AmountTrouble::Mixed(point, comma) => {
            format!("The amounts of {name} are written in two ways: {point}, {comma}. Make them one")
        }
        AmountTrouble::Unclear(example) => format!(
            "Thousands or cents? No amount of {name} says so ({example}). Write decimal = \".\" or \",\" into a file given with --map"
        ),
    }
}
