//! Settings: read once, typed, and refused with a sentence that says what to do.
//!
//! `config/default.toml` is the reference manual and the first layer; see [`Layers`] for the ones above it. What comes
//! out is [`Settings`]: behind it nobody parses or checks a setting again.

mod addresses;
mod layers;

use std::net::SocketAddr;
use std::path::PathBuf;

use tracing_subscriber::EnvFilter;

pub use addresses::{DatabaseUrl, MailUrl, Network, PublicUrl, Site, SmtpEncryption, SmtpServer};
pub use layers::{Layers, Origin, SettingsError};

use layers::Values;

/// A text that must never reach a log or a page: it shows itself only when asked by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(if self.0.is_empty() { "Secret(empty)" } else { "Secret(hidden)" })
    }
}

/// Every setting, by section, as `config/default.toml` explains them.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where we listen and under which address we are known.
    pub server: ServerSettings,
    /// Where everything is kept.
    pub database: DatabaseSettings,
    /// How mail leaves.
    pub mail: MailSettings,
    /// Which programs of others are called.
    pub outgoing: OutgoingSettings,
    /// What wraps the instance keys.
    pub secret: SecretSettings,
    /// How much one address may ask for.
    pub limits: LimitSettings,
    /// Holds and requests.
    pub booking: BookingSettings,
    /// How long staff stay signed in.
    pub sessions: SessionSettings,
    /// What is logged, and how.
    pub log: LogSettings,
}

/// `[server]`
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// The address under which visitors reach us.
    pub public_url: PublicUrl,
    /// Where we listen.
    pub bind: SocketAddr,
    /// Proxies whose word on the visitor's address is believed.
    pub trusted_proxies: Vec<Network>,
    /// Threads that answer; 0 is one per processor.
    pub workers: usize,
    /// Whether plain http is allowed beyond this machine.
    pub insecure_http: bool,
    /// Sites whose pages may call the API.
    pub cors_sites: Vec<Site>,
    /// The longest body taken.
    pub body_limit_kib: usize,
}

/// `[database]`
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Which engine, and where.
    pub url: DatabaseUrl,
    /// Connections that read; 0 fits the processors.
    pub readers: u32,
    /// SQLite: wait for another process's lock.
    pub busy_timeout_ms: u32,
    /// PostgreSQL: limit of one statement.
    pub statement_timeout_ms: u32,
    /// PostgreSQL: limit of one wait.
    pub lock_timeout_ms: u32,
}

/// `[mail]`
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// How mail leaves.
    pub url: MailUrl,
    /// The sender that people see.
    pub from_name: String,
    /// The sender's address.
    pub from_address: String,
    /// Limit of handing over one mail.
    pub timeout_seconds: u64,
    /// The most mails in a second.
    pub max_per_second: u32,
    /// Mails at the same time.
    pub workers: usize,
    /// Mails over one connection.
    pub mails_per_connection: u32,
    /// How long a connection waits for the next mail.
    pub idle_seconds: u64,
    /// Where undeliverable mails come back to, before each gets its code.
    pub bounce_address: Option<String>,
    /// Where they lie as files.
    pub bounce_dir: Option<PathBuf>,
    /// Who signs, where letters are signed.
    pub dkim: Option<DkimSettings>,
}

/// The part of `[mail]` about signatures.
#[derive(Debug, Clone)]
pub struct DkimSettings {
    /// The domain that signs.
    pub domain: String,
    /// The name of its key in the DNS.
    pub selector: String,
    /// The key; without a file, the instance's own.
    pub key_file: Option<PathBuf>,
}

/// `[outgoing]`
#[derive(Debug, Clone)]
pub struct OutgoingSettings {
    /// Hosts that may be called though they are private, and without encryption.
    pub allowed_hosts: Vec<String>,
    /// Limit of one call.
    pub timeout_seconds: u64,
}

/// `[secret]`
#[derive(Debug, Clone)]
pub struct SecretSettings {
    /// Wraps the instance keys in the database; empty leaves them unwrapped.
    pub key: Secret,
}

/// `[limits]`
#[derive(Debug, Clone)]
pub struct LimitSettings {
    /// Whether there are any.
    pub enabled: bool,
    /// Pages and availability, by address.
    pub reads_per_minute: u32,
    /// Holds, bookings, cancellations, by address.
    pub changes_per_minute: u32,
    /// Tried sign-ins, by address.
    pub sign_ins_per_minute: u32,
    /// Wrong passwords within the window, by account and by address.
    pub failed_sign_ins: u32,
    /// That window.
    pub failed_sign_in_minutes: i64,
}

/// `[booking]`
#[derive(Debug, Clone)]
pub struct BookingSettings {
    /// How long a time is kept.
    pub hold_minutes: i64,
    /// How many times one visitor may have kept on a day.
    pub holds_per_visitor_and_day: u32,
    /// When an unanswered request gives its time back.
    pub request_expires_hours: i64,
}

/// `[sessions]`
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Ends a session nobody uses.
    pub idle_minutes: i64,
    /// Ends every session.
    pub absolute_hours: i64,
}

/// `[log]`
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// For people or for machines.
    pub format: LogFormat,
    /// What is logged, in the words of tracing's `EnvFilter`; checked.
    pub filter: String,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A readable line.
    Text,
    /// A JSON object a line.
    Json,
}

/// The shortest `secret.key` that is worth its name.
const SECRET_KEY_CHARACTERS_MIN: usize = 32;

impl Settings {
    /// Reads all sections; the first value that does not fit is the error.
    pub(self) fn read(values: &Values) -> Result<Self, SettingsError> {
        let settings = Self {
            server: server(values)?,
            database: database(values)?,
            mail: mail(values)?,
            outgoing: OutgoingSettings {
                allowed_hosts: values.parsed_list("outgoing.allowed_hosts", HOST_ALLOWED, host_name)?,
                timeout_seconds: values.number("outgoing.timeout_seconds", 1..=60)?,
            },
            secret: secret(values)?,
            limits: limits(values)?,
            booking: BookingSettings {
                hold_minutes: values.number("booking.hold_minutes", 1..=60)?,
                holds_per_visitor_and_day: values.number("booking.holds_per_visitor_and_day", 1..=1000)?,
                request_expires_hours: values.number("booking.request_expires_hours", 1..=720)?,
            },
            sessions: SessionSettings {
                idle_minutes: values.number("sessions.idle_minutes", 1..=10_080)?,
                absolute_hours: values.number("sessions.absolute_hours", 1..=720)?,
            },
            log: log(values)?,
        };
        if !settings.server.public_url.is_https()
            && !settings.server.public_url.is_this_machine()
            && !settings.server.insecure_http
        {
            let allowed = "https://HOST; plain http only on localhost, or with server.insecure_http = true for trying";
            return Err(values.refuse("server.public_url", allowed));
        }
        Ok(settings)
    }
}

fn server(values: &Values) -> Result<ServerSettings, SettingsError> {
    Ok(ServerSettings {
        public_url: values.parsed("server.public_url", PublicUrl::ALLOWED, PublicUrl::parse)?,
        bind: values
            .parsed("server.bind", "an address and a port, as 127.0.0.1:8080 or [::]:8080", |text| text.parse().ok())?,
        trusted_proxies: values.parsed_list("server.trusted_proxies", Network::ALLOWED, Network::parse)?,
        workers: values.number("server.workers", 0..=256)?,
        insecure_http: values.flag("server.insecure_http")?,
        cors_sites: values.parsed_list("server.cors_sites", Site::ALLOWED, Site::parse)?,
        body_limit_kib: values.number("server.body_limit_kib", 1..=10_240)?,
    })
}

fn database(values: &Values) -> Result<DatabaseSettings, SettingsError> {
    Ok(DatabaseSettings {
        url: values.parsed("database.url", DatabaseUrl::ALLOWED, DatabaseUrl::parse)?,
        readers: values.number("database.readers", 0..=200)?,
        busy_timeout_ms: values.number("database.busy_timeout_ms", 1..=60_000)?,
        statement_timeout_ms: values.number("database.statement_timeout_ms", 100..=600_000)?,
        lock_timeout_ms: values.number("database.lock_timeout_ms", 10..=60_000)?,
    })
}

/// 64 characters may stand before the @, and the code takes 40 of them.
const BOUNCE_ADDRESS: &str = "nothing, or a mail address with at most 20 characters before the @";

fn mail(values: &Values) -> Result<MailSettings, SettingsError> {
    Ok(MailSettings {
        url: values.parsed("mail.url", MailUrl::ALLOWED, MailUrl::parse)?,
        from_name: values.parsed("mail.from_name", "a name of 1 to 60 characters on one line", sender_name)?,
        from_address: values.parsed("mail.from_address", "a mail address, as booking@example.com", sender_address)?,
        timeout_seconds: values.number("mail.timeout_seconds", 1..=300)?,
        max_per_second: values.number("mail.max_per_second", 1..=10_000)?,
        workers: values.number("mail.workers", 1..=64)?,
        mails_per_connection: values.number("mail.mails_per_connection", 1..=10_000)?,
        idle_seconds: values.number("mail.idle_seconds", 0..=600)?,
        bounce_address: values.parsed("mail.bounce_address", BOUNCE_ADDRESS, |text| {
            or_nothing(text, |text| sender_address(text).filter(|text| text.find('@').is_some_and(|at| at <= 20)))
        })?,
        bounce_dir: values.parsed("mail.bounce_dir", "nothing, or a directory", |text| Some(path_or_nothing(text)))?,
        dkim: dkim(values)?,
    })
}

fn dkim(values: &Values) -> Result<Option<DkimSettings>, SettingsError> {
    let domain = values
        .parsed("mail.dkim_domain", "nothing, or a domain as clinic.example", |text| or_nothing(text, dns_name))?;
    let selector = values
        .parsed("mail.dkim_selector", "nothing, or a name of the DNS as rebook", |text| or_nothing(text, dns_name))?;
    let key_file = values.parsed("mail.dkim_key_file", "nothing, or a file", |text| Some(path_or_nothing(text)))?;
    match (domain, selector) {
        (Some(domain), Some(selector)) => Ok(Some(DkimSettings { domain, selector, key_file })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(values.refuse("mail.dkim_selector", "a name of the DNS, since mail.dkim_domain is set")),
        (None, Some(_)) => Err(values.refuse("mail.dkim_domain", "a domain, since mail.dkim_selector is set")),
    }
}

/// `Some(None)` where nothing was given.
fn or_nothing<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

fn path_or_nothing(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn dns_name(text: &str) -> Option<String> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    (text.len() <= 200 && text.split('.').all(is_label)).then(|| text.to_ascii_lowercase())
}

fn sender_name(text: &str) -> Option<String> {
    let fits = !text.trim().is_empty() && text.chars().count() <= 60 && !text.chars().any(char::is_control);
    fits.then(|| text.trim().to_owned())
}

fn sender_address(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || c == '<');
    (plain(local) && plain(domain)).then(|| text.to_owned())
}

const HOST_ALLOWED: &str = "a host without scheme and port, as gateway.example.com, 10.0.0.5 or ::1";

fn host_name(text: &str) -> Option<String> {
    let plain = text.trim_start_matches('[').trim_end_matches(']');
    let bracketed = if plain.contains(':') { format!("[{plain}]") } else { plain.to_owned() };
    url::Host::parse(&bracketed).ok().map(|_| plain.to_ascii_lowercase())
}

fn secret(values: &Values) -> Result<SecretSettings, SettingsError> {
    let key = values.parsed("secret.key", "nothing, or at least 32 characters", |text| {
        (text.is_empty() || text.chars().count() >= SECRET_KEY_CHARACTERS_MIN).then(|| Secret::new(text))
    })?;
    Ok(SecretSettings { key })
}

fn limits(values: &Values) -> Result<LimitSettings, SettingsError> {
    Ok(LimitSettings {
        enabled: values.flag("limits.enabled")?,
        reads_per_minute: values.number("limits.reads_per_minute", 1..=1_000_000)?,
        changes_per_minute: values.number("limits.changes_per_minute", 1..=1_000_000)?,
        sign_ins_per_minute: values.number("limits.sign_ins_per_minute", 1..=1_000_000)?,
        failed_sign_ins: values.number("limits.failed_sign_ins", 1..=1000)?,
        failed_sign_in_minutes: values.number("limits.failed_sign_in_minutes", 1..=1440)?,
    })
}

fn log(values: &Values) -> Result<LogSettings, SettingsError> {
    let format = values.parsed("log.format", "text or json", |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    })?;
    let allowed = "error, warn, info, debug or trace, also by module as info,rebook::mail=debug";
    let filter = values.parsed("log.filter", allowed, |text| {
        let fits = !text.is_empty() && EnvFilter::try_new(text).is_ok();
        fits.then(|| text.to_owned())
    })?;
    Ok(LogSettings { format, filter })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: &str) -> Result<Settings, SettingsError> {
        Layers::new()?.given("a test", key, value)?.settings()
    }

    #[test]
    fn the_defaults_are_valid() {
        let settings = Layers::new().unwrap().settings().unwrap();
        assert_eq!(settings.server.bind.port(), 8080);
        assert!(settings.limits.enabled);
        assert!(settings.secret.key.is_empty());
    }

    #[test]
    fn the_files_that_come_with_it_are_valid() {
        for name in ["development", "production"] {
            let path = format!("{}/config/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            Layers::new().unwrap().file(path.as_ref()).unwrap().settings().unwrap();
        }
    }

    #[test]
    fn values_that_do_not_fit_are_refused_with_what_is_allowed() {
        let table = [
            ("server.public_url", "ftp://example.com", "http"),
            ("server.public_url", "https://example.com/sub", "no path"),
            ("server.public_url", "http://example.com", "insecure_http"),
            ("server.bind", "8080", "127.0.0.1:8080"),
            ("server.trusted_proxies", "10.0.0.0/33", "10.0.0.0/8"),
            ("server.cors_sites", "example.com", "https://"),
            ("server.workers", "many", "a whole number from 0 to 256"),
            ("server.workers", "257", "a whole number from 0 to 256"),
            ("server.workers", "-1", "a whole number from 0 to 256"),
            ("server.insecure_http", "yes", "true or false"),
            ("database.url", "mysql://localhost/x", "postgres://"),
            ("database.url", "sqlite://", "sqlite://PATH"),
            ("mail.url", "smtp://", "smtps://"),
            ("mail.url", "smtp://host?tls=maybe", "smtps://"),
            ("mail.from_address", "nobody", "booking@example.com"),
            ("mail.from_address", "Eve <eve@example.com>", "booking@example.com"),
            ("mail.from_name", "two\r\nlines", "one line"),
            ("mail.bounce_address", "nobody", "a mail address"),
            ("mail.dkim_domain", "clinic.example", "a name of the DNS, since mail.dkim_domain is set"),
            ("mail.dkim_selector", "re book", "a name of the DNS"),
            ("secret.key", "short", "at least 32"),
            ("outgoing.allowed_hosts", "https://gateway.example.com", "without scheme"),
            ("outgoing.allowed_hosts", "gateway.example.com:80", "without scheme"),
            ("log.format", "xml", "text or json"),
            ("log.filter", "rebook=loud", "error, warn"),
        ];
        for (key, value, allowed) in table {
            let message = with(key, value).unwrap_err().to_string();
            assert!(message.contains(key) && message.contains(allowed), "{key} = {value}: {message}");
        }
    }

    #[test]
    fn plain_http_abroad_is_allowed_when_asked_for() {
        let layers = Layers::new().unwrap().given("a test", "server.public_url", "http://192.168.1.5:8080").unwrap();
        let settings = layers.given("a test", "server.insecure_http", "true").unwrap().settings().unwrap();
        assert_eq!(settings.server.public_url.link("/book"), "http://192.168.1.5:8080/book");
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        let layers = Layers::new().unwrap().given("a test", "secret.key", &"k3y".repeat(12)).unwrap();
        let layers = layers.given("a test", "database.url", "postgres://me:pa55@db/x").unwrap();
        let layers = layers.given("a test", "mail.url", "smtps://me:pa55@mail:465").unwrap();
        let shown = format!("{:?}", layers.settings().unwrap());
        assert!(!shown.contains("k3y") && !shown.contains("pa55"), "{shown}");
    }
}
