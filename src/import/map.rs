//! The mapping file: what a file of another program cannot say itself, in TOML. See docs/import.md.

use std::collections::BTreeMap;
use std::path::Path;

use chrono_tz::Tz;
use serde::Deserialize;

use crate::domain::imports::DateOrder;
use crate::domain::recognise::fold;
use crate::domain::time;

/// Stands for "make one of this name" in place of one of ours, and for any name in place of one of theirs.
pub const CREATE: &str = "create";
/// Any name of theirs that is not named otherwise.
pub const ANY: &str = "*";

macro_rules! fields {
    ($($(#[$about:meta])* $variant:ident => $word:literal,)+) => {
        /// A field of ours.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[$about])* $variant,)+
        }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in a mapping file and in our plain format.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

fields! {
    /// By what the other program knows the row.
    Key => "key",
    /// By what it knows the client of a visit.
    ClientKey => "client_key",
    /// Given name.
    FirstName => "first_name",
    /// Family name.
    LastName => "last_name",
    /// Both in one, "Ana Cruz" or "Cruz, Ana".
    Name => "name",
    /// Mail address.
    Email => "email",
    /// Phone number.
    Phone => "phone",
    /// Day of birth.
    BirthDate => "birth_date",
    /// Language to write in.
    Language => "language",
    /// What brought the client.
    Source => "source",
    /// Whether he can still be expected.
    Standing => "standing",
    /// What is to be known of client or visit.
    Note => "note",
    /// When the client was made, or the visit booked.
    Created => "created",
    /// The day, with or without a time.
    Start => "start",
    /// The time of day, where the day stands alone.
    Time => "time",
    /// When it was over.
    End => "end",
    /// How long it took.
    Duration => "duration",
    /// What was done.
    Service => "service",
    /// Who did it.
    Provider => "provider",
    /// Where.
    Location => "location",
    /// What became of it.
    Status => "status",
    /// What was charged; negative is money given back.
    Amount => "amount",
    /// What of it was paid.
    Paid => "paid",
    /// How.
    Method => "method",
    /// Heading of a service.
    Category => "category",
    /// What a service is.
    Description => "description",
    /// What it costs.
    Price => "price",
    /// After how long it is due again.
    Recall => "recall",
}

impl Field {
    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == word)
    }
}

/// A column's name without what programs write differently: case, blanks, strokes.
pub fn plain(name: &str) -> String {
    fold(&name.replace('_', " ")).replace(' ', "")
}

/// What stands in a file of values for what of ours.
pub type Names = BTreeMap<String, String>;

/// The mapping file as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    from: Option<String>,
    separator: Option<String>,
    date: Option<String>,
    decimal: Option<String>,
    zone: Option<String>,
    same_name_is_same_client: bool,
    drop_wrong_contact: bool,
    columns: BTreeMap<String, String>,
    defaults: BTreeMap<String, String>,
    statuses: Names,
    services: Names,
    providers: Names,
    locations: Names,
    methods: Names,
    standings: Names,
}

/// What is to be known about a file.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// The program the file comes from: keys of rows are remembered under this name.
    pub from: Option<String>,
    /// What parts the fields.
    pub separator: Option<u8>,
    /// In which order the numbers of a date stand.
    pub date: Option<DateOrder>,
    /// What parts the cents.
    pub decimal: Option<char>,
    /// The zone of its times, where it is not the location's.
    pub zone: Option<Tz>,
    /// Whether rows that say nothing of a client but the name mean one client a name.
    pub same_name_is_same_client: bool,
    /// Whether a mail address, phone number or birth date that is none is dropped, and not its row refused.
    pub drop_wrong_contact: bool,
    /// Our fields and their columns.
    pub columns: Vec<(Field, String)>,
    /// What is taken where a row says nothing.
    pub defaults: BTreeMap<Field, String>,
    /// Their words of what became of a visit.
    pub statuses: Names,
    /// Their services.
    pub services: Names,
    /// Their providers.
    pub providers: Names,
    /// Their locations.
    pub locations: Names,
    /// Their ways to pay.
    pub methods: Names,
    /// Their words of whether a client can be expected.
    pub standings: Names,
}

/// Why a mapping file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MapTrouble {
    /// It cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, std::io::Error),
    /// It is no TOML, or says what we do not know.
    #[error("{0}: {1}")]
    Wrong(String, String),
}

impl Map {
    /// Reads a mapping file.
    pub fn read(path: &Path) -> Result<Self, MapTrouble> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| MapTrouble::Unreadable(name.clone(), error))?;
        Self::parse(&text).map_err(|sentence| MapTrouble::Wrong(name, sentence))
    }

    /// Reads its text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
        let field = |word: &str| {
            let known = || Field::ALL.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ");
            Field::parse(word).ok_or_else(|| format!("\"{word}\" is no field of Rebook; fields are {}", known()))
        };
        let separator = match written.separator.as_deref() {
            None => None,
            Some("," | "comma") => Some(b','),
            Some(";" | "semicolon") => Some(b';'),
            Some("\t" | "tab") => Some(b'\t'),
            Some(other) => return Err(format!("separator = \"{other}\" is not \",\", \";\" or \"tab\"")),
        };
        let date = written.date.as_deref().map(|word| {
            DateOrder::parse(word)
                .ok_or_else(|| format!("date = \"{word}\" is not year-month-day, day-month-year or month-day-year"))
        });
        let decimal = match written.decimal.as_deref() {
            None => None,
            Some("." | "point") => Some('.'),
            Some("," | "comma") => Some(','),
            Some(other) => return Err(format!("decimal = \"{other}\" is not \".\" or \",\"")),
        };
        let zone = written.zone.as_deref().map(|name| {
            time::zone_named(name).map_err(|_unknown| format!("zone = \"{name}\" is no zone, as Europe/Berlin is"))
        });
        let mut columns = Vec::new();
        for (ours, theirs) in &written.columns {
            columns.push((field(ours)?, theirs.clone()));
        }
        let mut defaults = BTreeMap::new();
        for (ours, value) in &written.defaults {
            defaults.insert(field(ours)?, value.clone());
        }
        Ok(Self {
            from: written.from.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()),
            separator,
            date: date.transpose()?,
            decimal,
            zone: zone.transpose()?,
            same_name_is_same_client: written.same_name_is_same_client,
            drop_wrong_contact: written.drop_wrong_contact,
            columns,
            defaults,
            statuses: folded(written.statuses),
            services: folded(written.services),
            providers: folded(written.providers),
            locations: folded(written.locations),
            methods: folded(written.methods),
            standings: folded(written.standings),
        })
    }
}

/// Names are the same whatever their case and accents.
fn folded(names: Names) -> Names {
    names.into_iter().map(|(theirs, ours)| (if theirs == ANY { theirs } else { fold(&theirs) }, ours)).collect()
}

/// What a name of theirs is with us: by its own line, else by the line for any.
pub fn named<'a>(names: &'a Names, theirs: &str) -> Option<&'a str> {
    names.get(&fold(theirs)).or_else(|| names.get(ANY)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read() {
        let map = Map::parse(
            "from = \"Dampsoft\"\nseparator = \";\"\ndate = \"day-month-year\"\ndecimal = \",\"\nzone = \"Europe/Berlin\"\n\
             [columns]\nfirst_name = \"Vorname\"\n[services]\n\"PZR\" = \"Cleaning\"\n\"*\" = \"create\"\n",
        )
        .unwrap();
        assert_eq!(map.columns, [(Field::FirstName, "Vorname".to_owned())]);
        assert_eq!((map.separator, map.decimal, map.from.as_deref()), (Some(b';'), Some(','), Some("dampsoft")));
        assert_eq!(named(&map.services, "pzr"), Some("Cleaning"));
        assert_eq!(named(&map.services, "Füllung"), Some("create"));
        assert_eq!(named(&map.providers, "Dr. Oh"), None);
    }

    #[test]
    fn what_a_map_cannot_say_is_named() {
        for (text, says) in [
            ("colums = 1", "unknown field"),
            ("[columns]\nvorname = \"x\"", "first_name"),
            ("date = \"dmy\"", "day-month-year"),
            ("decimal = \"x\"", "decimal"),
            ("zone = \"Mars\"", "Europe/Berlin"),
            ("separator = \"|\"", "tab"),
        ] {
            let trouble = Map::parse(text).unwrap_err();
            assert!(trouble.contains(says), "{trouble}");
        }
    }
}
