//! Settings that are addresses: of ourselves, of the database, of the mail server, of proxies and sites.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::Secret;

/// The address under which visitors reach us: scheme, host, port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    https: bool,
    this_machine: bool,
}

impl PublicUrl {
    pub(super) const ALLOWED: &str = "http://HOST[:PORT] or https://HOST[:PORT], no path";

    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = web_origin(text)?;
        let host = url.host()?;
        Some(Self {
            origin: url.origin().ascii_serialization(),
            host: host.to_string(),
            https: url.scheme() == "https",
            this_machine: is_this_machine(&host),
        })
    }

    /// The absolute address of a path that starts with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Scheme, host and port, as browsers send them in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether cookies are Secure and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether only this machine is meant.
    pub fn is_this_machine(&self) -> bool {
        self.this_machine
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.origin)
    }
}

/// A web site that may call the API from the browser: an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site(String);

impl Site {
    pub(super) const ALLOWED: &str = "as https://www.example.com, without a path";

    pub(super) fn parse(text: &str) -> Option<Self> {
        web_origin(text).map(|url| Self(url.origin().ascii_serialization()))
    }

    /// As browsers send it in `Origin`.
    pub fn origin(&self) -> &str {
        &self.0
    }
}

fn web_origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    (is_web && bare && nobody).then_some(url)
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Which engine, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server; the whole address is secret because it may hold a password.
    Postgres(Secret),
}

impl DatabaseUrl {
    pub(super) const ALLOWED: &str = "sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME";

    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(path) = path_after(text, "sqlite://") {
            return Some(Self::Sqlite(path));
        }
        let server = text.starts_with("postgres://") || text.starts_with("postgresql://");
        (server && Url::parse(text).is_ok()).then(|| Self::Postgres(Secret::new(text)))
    }

    /// The whole address, password included, for whoever opens the database.
    pub fn reveal(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.reveal().to_owned(),
        }
    }
}

fn path_after(text: &str, scheme: &str) -> Option<PathBuf> {
    let path = text.strip_prefix(scheme)?;
    (!path.is_empty() && !path.starts_with(':')).then(|| Path::new(path).to_owned())
}

/// How mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailUrl {
    /// By a mail server.
    Smtp(SmtpServer),
    /// As files.
    Directory(PathBuf),
    /// Not at all: kept for tests to read.
    Memory,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: SmtpEncryption,
    /// User and password, where it wants them.
    pub credentials: Option<(String, Secret)>,
    /// A file with the certificates of an authority that is trusted beside the usual ones.
    pub authority: Option<PathBuf>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpEncryption {
    /// From the first byte.
    Implicit,
    /// After STARTTLS, without which nothing is sent.
    StartTls,
    /// Not at all: this machine, or said on purpose.
    Plain,
}

impl MailUrl {
    pub(super) const ALLOWED: &str = "smtps://USER:PASSWORD@HOST:PORT, smtp://USER:PASSWORD@HOST:PORT[?tls=starttls|none][&ca=FILE], dir://PATH or memory://";

    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "memory://" {
            return Some(Self::Memory);
        }
        if let Some(path) = path_after(text, "dir://") {
            return Some(Self::Directory(path));
        }
        smtp_server(&Url::parse(text).ok()?).map(Self::Smtp)
    }
}

fn smtp_server(url: &Url) -> Option<SmtpServer> {
    let text = url.host_str().filter(|host| !host.is_empty())?;
    // The url crate reads numbers as addresses only for web schemes.
    let host = Host::parse(text).ok()?;
    let near = match &host {
        Host::Domain(name) => is_this_machine(&Host::Domain(name.as_str())),
        Host::Ipv4(address) => is_this_machine(&Host::Ipv4(*address)),
        Host::Ipv6(address) => is_this_machine(&Host::Ipv6(*address)),
    };
    let Wishes { encryption, authority } = wishes(url)?;
    let (encryption, usual_port) = match (url.scheme(), encryption.as_deref()) {
        ("smtps", None) => (SmtpEncryption::Implicit, 465),
        ("smtp", Some("none")) if authority.is_none() => (SmtpEncryption::Plain, 25),
        ("smtp", Some("starttls")) => (SmtpEncryption::StartTls, 587),
        ("smtp", None) if near && authority.is_none() => (SmtpEncryption::Plain, 25),
        ("smtp", None) => (SmtpEncryption::StartTls, 587),
        _ => return None,
    };
    if !matches!(url.path(), "" | "/") {
        return None;
    }
    Some(SmtpServer {
        host: text.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(usual_port),
        encryption,
        credentials: credentials(url)?,
        authority,
    })
}

/// What stands behind the question mark.
#[derive(Default)]
struct Wishes {
    encryption: Option<String>,
    authority: Option<PathBuf>,
}

fn wishes(url: &Url) -> Option<Wishes> {
    let mut wishes = Wishes::default();
    for (name, value) in url.query_pairs() {
        match &*name {
            "tls" if wishes.encryption.is_none() => wishes.encryption = Some(value.into_owned()),
            "ca" if wishes.authority.is_none() && !value.is_empty() => wishes.authority = Some(value.as_ref().into()),
            _ => return None,
        }
    }
    Some(wishes)
}

/// `None` when they cannot be read, `Some(None)` when there are none.
fn credentials(url: &Url) -> Option<Option<(String, Secret)>> {
    if url.username().is_empty() {
        return Some(None);
    }
    let user = percent_decode_str(url.username()).decode_utf8().ok()?;
    let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8().ok()?;
    Some(Some((user.into_owned(), Secret::new(password))))
}

/// An address, or all addresses that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    pub(super) const ALLOWED: &str = "an address or a network, as 192.0.2.7 or 10.0.0.0/8";

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').unwrap_or((text, ""));
        let address: IpAddr = address.parse().ok()?;
        let all = width(address);
        let bits = if text.contains('/') { bits.parse().ok()? } else { all };
        (bits <= all).then_some(Self { address, bits })
    }

    /// Whether `address` is in it; an IPv4 address written as IPv6 counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, other) = (self.address.to_canonical(), address.to_canonical());
        if width(own) != width(other) {
            return false;
        }
        let free = width(own).saturating_sub(self.bits);
        let cut = |address: IpAddr| number(address).checked_shr(free).unwrap_or(0);
        cut(own) == cut(other)
    }
}

fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses() {
        let url = PublicUrl::parse("https://Booking.Example.com:443/").unwrap();
        assert_eq!((url.origin(), url.host()), ("https://booking.example.com", "booking.example.com"));
        assert!(url.is_https() && !url.is_this_machine());
        for near in ["http://localhost:1", "http://127.0.0.1", "http://[::1]:8080"] {
            assert!(PublicUrl::parse(near).unwrap().is_this_machine(), "{near}");
        }
        for wrong in ["", "localhost", "https://", "https://u:p@host", "https://host?x", "https://host#x", "file:///x"]
        {
            assert_eq!(PublicUrl::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn database_addresses() {
        assert_eq!(DatabaseUrl::parse("sqlite://a/b.db"), Some(DatabaseUrl::Sqlite("a/b.db".into())));
        assert_eq!(DatabaseUrl::parse("sqlite:///a/b.db"), Some(DatabaseUrl::Sqlite("/a/b.db".into())));
        assert!(matches!(DatabaseUrl::parse("postgresql://host/x"), Some(DatabaseUrl::Postgres(_))));
        for wrong in ["sqlite://:memory:", "sqlite:", "b.db", "postgres:/x y"] {
            assert_eq!(DatabaseUrl::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn mail_addresses() {
        let server = |text| match MailUrl::parse(text) {
            Some(MailUrl::Smtp(server)) => (server.host, server.port, server.encryption),
            other => panic!("{text}: {other:?}"),
        };
        use SmtpEncryption::{Implicit, Plain, StartTls};
        assert_eq!(server("smtps://mail.example.com"), ("mail.example.com".into(), 465, Implicit));
        assert_eq!(server("smtp://mail.example.com"), ("mail.example.com".into(), 587, StartTls));
        assert_eq!(server("smtp://mail.example.com:25?tls=none"), ("mail.example.com".into(), 25, Plain));
        assert_eq!(server("smtp://127.0.0.1:2525"), ("127.0.0.1".into(), 2525, Plain));
        assert_eq!(server("smtp://[::1]:2525"), ("::1".into(), 2525, Plain));
        assert_eq!(server("smtp://localhost:2525?tls=starttls"), ("localhost".into(), 2525, StartTls));
        assert_eq!(server("smtp://localhost:2525?ca=/etc/clinic.pem"), ("localhost".into(), 2525, StartTls));
        let Some(MailUrl::Smtp(private)) = MailUrl::parse("smtps://mail.clinic.example?ca=/etc/our%20ca.pem") else {
            panic!("not read");
        };
        assert_eq!(private.authority, Some("/etc/our ca.pem".into()));
        let Some(MailUrl::Smtp(server)) = MailUrl::parse("smtps://me%40x.example:p%40ss@mail.example:465") else {
            panic!("not read");
        };
        assert_eq!(server.credentials, Some(("me@x.example".to_owned(), Secret::new("p@ss"))));
        assert_eq!(MailUrl::parse("dir://mail"), Some(MailUrl::Directory("mail".into())));
        for wrong in [
            "dir://",
            "mail",
            "http://host",
            "smtp://host/path",
            "smtps://host?tls=none",
            "smtps://host?ca=",
            "smtp://host?x=1",
            "smtp://host?tls=none&ca=/etc/c.pem",
        ] {
            assert_eq!(MailUrl::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn networks() {
        let inside = |network: &str, address: &str| Network::parse(network).unwrap().contains(address.parse().unwrap());
        assert!(inside("10.0.0.0/8", "10.255.1.2") && !inside("10.0.0.0/8", "11.0.0.1"));
        assert!(inside("192.0.2.7", "192.0.2.7") && !inside("192.0.2.7", "192.0.2.8"));
        assert!(inside("192.0.2.7", "::ffff:192.0.2.7"));
        assert!(inside("2001:db8::/32", "2001:db8:1::1") && !inside("2001:db8::/32", "10.0.0.1"));
        assert!(inside("0.0.0.0/0", "8.8.8.8") && inside("::/0", "2001:db8::1"));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "host"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
