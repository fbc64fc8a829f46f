//! The layers of settings: defaults, a file, the environment, a command's own words; the last one that speaks holds.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::Value;

use super::Settings;

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "REBOOK_";

/// Who said a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, built in.
    Defaults,
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A command's argument.
    Argument(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defaults => out.write_str("the built-in defaults"),
            Self::File(path) => write!(out, "the file {}", path.display()),
            Self::Variable(name) => write!(out, "the environment variable {name}"),
            Self::Argument(name) => write!(out, "the argument {name}"),
        }
    }
}

/// Why the settings cannot be used; each says where, which key, and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the settings file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{origin} is not valid TOML: {message}")]
    NotToml {
        /// Where.
        origin: Origin,
        /// Line, column and reason.
        message: String,
    },
    /// The key does not exist.
    #[error("{origin}: there is no setting {key}.{} Allowed: {allowed}", hint(nearest))]
    UnknownKey {
        /// Where.
        origin: Origin,
        /// The key that was given.
        key: String,
        /// A known key that looks like it.
        nearest: Option<String>,
        /// The keys of the section, or the sections.
        allowed: String,
    },
    /// The value does not fit. It is not repeated: it may be a password.
    #[error("{origin}: the value of {key} does not fit. Allowed: {allowed}")]
    WrongValue {
        /// Where.
        origin: Origin,
        /// The key.
        key: String,
        /// What would fit.
        allowed: String,
    },
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|known| format!(" Did you mean {known}?")).unwrap_or_default()
}

/// The layers so far. `Layers::new()?.file(path)?.environment(vars_os())?.settings()?`
#[derive(Debug, Clone)]
pub struct Layers {
    values: BTreeMap<String, (Value, Origin)>,
}

impl Layers {
    /// The defaults alone.
    pub fn new() -> Result<Self, SettingsError> {
        let mut values = BTreeMap::new();
        for (key, value) in flatten(DEFAULTS, &Origin::Defaults)? {
            values.insert(key, (value, Origin::Defaults));
        }
        Ok(Self { values })
    }

    /// Lays the file over what is there.
    pub fn file(mut self, path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        let origin = Origin::File(path.to_owned());
        for (key, value) in flatten(&text, &origin)? {
            self.lay(&key, value, origin.clone())?;
        }
        Ok(self)
    }

    /// Lays the variables named `REBOOK_SECTION__KEY` over what is there; others are none of our business.
    pub fn environment(
        mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            let Some(key) = self.key_of_variable(name)? else { continue };
            let origin = Origin::Variable(name.to_owned());
            let Some(text) = value.to_str() else {
                return Err(SettingsError::WrongValue { origin, key, allowed: "text in UTF-8".to_owned() });
            };
            self.lay_text(&key, text, origin)?;
        }
        Ok(self)
    }

    /// Lays one value over what is there, said by `argument` (as `--port`).
    pub fn given(mut self, argument: &str, key: &str, value: &str) -> Result<Self, SettingsError> {
        self.lay_text(key, value, Origin::Argument(argument.to_owned()))?;
        Ok(self)
    }

    /// Reads everything.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        Settings::read(&Values { values: &self.values })
    }

    /// `REBOOK_SERVER__BIND` is `server.bind`; one underscore too few is a slip we name, anything else is not ours.
    fn key_of_variable(&self, name: &str) -> Result<Option<String>, SettingsError> {
        let rest = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
        if let Some((section, key)) = rest.split_once("__") {
            return Ok(Some(format!("{section}.{key}")));
        }
        let slip = self.values.keys().find(|known| known.replace('.', "_") == rest);
        match slip {
            None => Ok(None),
            Some(known) => Err(SettingsError::UnknownKey {
                origin: Origin::Variable(name.to_owned()),
                key: rest,
                nearest: Some(known.clone()),
                allowed: format!("{PREFIX}{}", known.replace('.', "__").to_ascii_uppercase()),
            }),
        }
    }

    fn lay_text(&mut self, key: &str, text: &str, origin: Origin) -> Result<(), SettingsError> {
        let value = match self.values.get(key) {
            Some((Value::Integer(_), _)) => text.trim().parse().map(Value::Integer).ok(),
            Some((Value::Boolean(_), _)) => text.trim().parse().map(Value::Boolean).ok(),
            Some((Value::Array(_), _)) => Some(Value::Array(
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect(),
            )),
            _ => None,
        };
        self.lay(key, value.unwrap_or_else(|| Value::from(text)), origin)
    }

    fn lay(&mut self, key: &str, value: Value, origin: Origin) -> Result<(), SettingsError> {
        match self.values.get_mut(key) {
            Some(place) => {
                *place = (value, origin);
                Ok(())
            }
            None => Err(self.unknown(key, origin)),
        }
    }

    fn unknown(&self, key: &str, origin: Origin) -> SettingsError {
        let section = key.split('.').next().unwrap_or_default();
        let inside: Vec<&str> =
            self.values.keys().filter(|known| section_of(known) == section).map(String::as_str).collect();
        let allowed = if inside.is_empty() {
            let mut sections: Vec<&str> = self.values.keys().map(|known| section_of(known)).collect();
            sections.dedup();
            format!("the sections {}", sections.join(", "))
        } else {
            inside.join(", ")
        };
        SettingsError::UnknownKey { origin, key: key.to_owned(), nearest: self.nearest(key), allowed }
    }

    /// The known key that differs least, if it differs by little.
    fn nearest(&self, key: &str) -> Option<String> {
        let own_name = key.rsplit('.').next().unwrap_or(key);
        let by_distance = self.values.keys().map(|known| {
            let name = known.rsplit('.').next().unwrap_or(known);
            (distance(key, known).min(distance(own_name, name).saturating_add(1)), known)
        });
        by_distance.min().filter(|(far, _)| *far <= 3).map(|(_, known)| known.clone())
    }
}

fn section_of(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// The tables of a file as `section.key` lines; a bare key at the top is a key without section, which none is.
fn flatten(text: &str, origin: &Origin) -> Result<Vec<(String, Value)>, SettingsError> {
    let table: toml::Table = text.parse().map_err(|fault: toml::de::Error| SettingsError::NotToml {
        origin: origin.clone(),
        message: fault.to_string(),
    })?;
    let mut lines = Vec::new();
    for (section, inside) in table {
        match inside {
            Value::Table(keys) => {
                lines.extend(keys.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)));
            }
            value => lines.push((section, value)),
        }
    }
    Ok(lines)
}

/// How many single-character changes lie between two keys (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, a) in from.chars().enumerate() {
        let mut left = line.saturating_add(1);
        let mut next = vec![left];
        for (b, pair) in to.chars().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => (left, left),
            };
            let replaced = diagonal.saturating_add(usize::from(a != b));
            left = replaced.min(above.saturating_add(1)).min(left.saturating_add(1));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// The final value of each key, for [`Settings`] to read by name.
pub(super) struct Values<'a> {
    values: &'a BTreeMap<String, (Value, Origin)>,
}

impl Values<'_> {
    pub(super) fn refuse(&self, key: &str, allowed: &str) -> SettingsError {
        let origin = self.values.get(key).map_or(Origin::Defaults, |(_, origin)| origin.clone());
        SettingsError::WrongValue { origin, key: key.to_owned(), allowed: allowed.to_owned() }
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.values.get(key).map(|(value, _)| value)
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, SettingsError> {
        self.value(key).and_then(Value::as_bool).ok_or_else(|| self.refuse(key, "true or false"))
    }

    pub(super) fn number<N: TryFrom<i64>>(&self, key: &str, range: RangeInclusive<i64>) -> Result<N, SettingsError> {
        let number = self.value(key).and_then(Value::as_integer).filter(|number| range.contains(number));
        number
            .and_then(|number| N::try_from(number).ok())
            .ok_or_else(|| self.refuse(key, &format!("a whole number from {} to {}", range.start(), range.end())))
    }

    pub(super) fn parsed<T>(
        &self,
        key: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, SettingsError> {
        self.value(key).and_then(Value::as_str).and_then(parse).ok_or_else(|| self.refuse(key, allowed))
    }

    pub(super) fn parsed_list<T>(
        &self,
        key: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, SettingsError> {
        let items = self.value(key).and_then(Value::as_array);
        let parsed = items.and_then(|items| items.iter().map(|item| item.as_str().and_then(&parse)).collect());
        parsed.ok_or_else(|| self.refuse(key, &format!("a list, each entry {allowed}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Result<Layers, SettingsError> {
        Layers::new()?.environment(pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
    }

    #[test]
    fn the_last_layer_that_speaks_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clinic.toml");
        std::fs::write(&path, "[server]\nworkers = 3\nbody_limit_kib = 32\n").unwrap();
        let layers = Layers::new().unwrap().file(&path).unwrap();
        let layers = layers.environment([("REBOOK_SERVER__WORKERS".into(), "5".into())]).unwrap();
        let settings = layers.settings().unwrap();
        assert_eq!((settings.server.workers, settings.server.body_limit_kib), (5, 32));
        let settings = layers.given("--workers", "server.workers", "7").unwrap().settings().unwrap();
        assert_eq!(settings.server.workers, 7);
    }

    #[test]
    fn lists_come_from_one_variable() {
        let sites = "https://a.example, https://b.example";
        let settings = variables(&[("REBOOK_SERVER__CORS_SITES", sites)]).unwrap().settings().unwrap();
        assert_eq!(settings.server.cors_sites.len(), 2);
        let settings = variables(&[("REBOOK_SERVER__CORS_SITES", "")]).unwrap().settings().unwrap();
        assert!(settings.server.cors_sites.is_empty());
    }

    #[test]
    fn unknown_keys_are_refused_with_place_key_and_the_allowed_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clinic.toml");
        let table = [
            ("[server]\nbnid = \"127.0.0.1:1\"\n", "server.bnid", "Did you mean server.bind?"),
            ("[servers]\nbind = \"127.0.0.1:1\"\n", "servers.bind", "server.bind"),
            ("[mail]\nqqqqqqqqqqqq = 1\n", "mail.qqqqqqqqqqqq", "mail.from_address, "),
            ("[qqqqqqqqqqqq]\nqqqqqqqqqqqqq = 1\n", "qqqqqqqqqqqq", "the sections booking, database"),
            ("port = 1\n", "port", "the sections"),
            ("[server.bind]\nx = 1\n", "server.bind", "127.0.0.1:8080"),
        ];
        for (text, key, allowed) in table {
            std::fs::write(&path, text).unwrap();
            let message = Layers::new().unwrap().file(&path).and_then(|l| l.settings()).unwrap_err().to_string();
            for part in ["clinic.toml", key, allowed] {
                assert!(message.contains(part), "{text}: {message}");
            }
        }
    }

    #[test]
    fn a_broken_file_says_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clinic.toml");
        std::fs::write(&path, "[server]\nbind = \n").unwrap();
        let message = Layers::new().unwrap().file(&path).unwrap_err().to_string();
        assert!(message.contains("clinic.toml") && message.contains("line 2"), "{message}");
        let message = Layers::new().unwrap().file("/no/such.toml".as_ref()).unwrap_err().to_string();
        assert!(message.contains("/no/such.toml"), "{message}");
    }

    #[test]
    fn variables_are_refused_by_their_name() {
        let table = [
            ("REBOOK_SERVER__PROT", "1", "server.prot"),
            ("REBOOK_SERVER__WORKERS", "a lot", "a whole number"),
            ("REBOOK_DATABASE_URL", "sqlite://x.db", "REBOOK_DATABASE__URL"),
        ];
        for (name, value, part) in table {
            let message = variables(&[(name, value)]).and_then(|l| l.settings()).unwrap_err().to_string();
            assert!(message.contains(name) && message.contains(part), "{message}");
        }
        assert!(variables(&[("REBOOK_TEST_POSTGRES", "x"), ("PATH", "/bin")]).is_ok());
    }

    #[test]
    fn every_default_has_a_comment() {
        let mut before = "";
        for line in DEFAULTS.lines() {
            let is_key = line.contains(" = ") && !line.starts_with('#');
            assert!(!is_key || before.starts_with('#'), "no comment above: {line}");
            before = line;
        }
    }
}
