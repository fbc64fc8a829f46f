//! Calls of programs of others: gateways for text messages, and webhooks.
//!
//! Whoever runs the clinic types the address, so it may point anywhere, also at machines that only we can reach. Every
//! address is therefore looked at after the name was looked up, and the connection goes to exactly the address that was
//! looked at: there is no second look-up that could answer differently, no redirect, no proxy, and no connection is
//! kept. Only hosts that `outgoing.allowed_hosts` names may be private, or be called without encryption.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use url::{Host, Url};

use crate::config::Secret;
use crate::failpoint::{self, Point};

/// Of an answer so much is read.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Longer addresses are mistakes.
pub const URL_CHARACTERS_MAX: usize = 2_000;
/// A gateway that asks for more patience is asked again after this time all the same.
const RETRY_AFTER_MAX: TimeDelta = TimeDelta::hours(6);
/// Of the patience for a call, a connection may take this part.
const CONNECT_SHARE: u32 = 2;

type LookedUp = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
type Lookup = fn(String) -> LookedUp;

/// Calls others. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    client: Result<reqwest::Client, &'static str>,
    allowed: Arc<BTreeSet<String>>,
    patience: Duration,
}

/// An address that may be called as far as its text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

impl std::fmt::Display for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.0.as_str())
    }
}

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTarget {
    /// It is no address of the web.
    NotAnAddress,
    /// It is neither http nor https.
    OtherScheme,
    /// It is http, and the host is not listed.
    NotEncrypted,
    /// A user or a password stands in it, where everybody can read them.
    Credentials,
    /// It leads into a private network or to this machine.
    Private,
}

/// One call: always a POST.
#[derive(Clone)]
pub struct Call {
    /// Where to.
    pub target: Target,
    /// What the body is.
    pub content_type: String,
    /// More headers. Values may be passwords.
    pub headers: Vec<(String, Secret)>,
    /// What is sent.
    pub body: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The text, as far as it was read.
    pub body: String,
    retry_after: Option<String>,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The name leads into a private network or to this machine.
    Private,
    /// Nobody answers there; nothing was sent.
    Unreachable(&'static str),
    /// Silence after the text was sent: it may have been taken.
    Silent(&'static str),
    /// A header cannot be sent as it stands.
    BadHeader,
}

impl Outgoing {
    /// For the hosts of `allowed`, which may be private and without encryption, and for the world otherwise; one call may
    /// take `patience`.
    pub fn new<S: AsRef<str>>(allowed: &[S], patience: Duration) -> Self {
        Self::looking_up(allowed, patience, system_lookup)
    }

    fn looking_up<S: AsRef<str>>(allowed: &[S], patience: Duration, lookup: Lookup) -> Self {
        let allowed: BTreeSet<String> = allowed.iter().map(|host| plain_host(host.as_ref())).collect();
        let allowed = Arc::new(allowed);
        let client = reqwest::Client::builder()
            .dns_resolver(Arc::new(GuardedLookup { allowed: Arc::clone(&allowed), lookup }))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(0)
            .connect_timeout(patience / CONNECT_SHARE)
            .timeout(patience)
            .user_agent(concat!("Rebook/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| {
                tracing::error!("calls of other programs are impossible: {error}");
                "the client for calls could not be made"
            });
        Self { client, allowed, patience }
    }

    /// How long one call may take.
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// Reads an address and says what speaks against it. Names are looked up only when they are called.
    pub fn target(&self, text: &str) -> Result<Target, WrongTarget> {
        if text.chars().count() > URL_CHARACTERS_MAX || text.chars().any(char::is_control) {
            return Err(WrongTarget::NotAnAddress);
        }
        let url = Url::parse(text.trim()).ok().ok_or(WrongTarget::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(WrongTarget::OtherScheme);
        }
        let host = url.host().ok_or(WrongTarget::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WrongTarget::Credentials);
        }
        if self.allowed.contains(&plain_host(&host.to_string())) {
            return Ok(Target(url));
        }
        let is_public = match host {
            Host::Ipv4(address) => is_public(IpAddr::V4(address)),
            Host::Ipv6(address) => is_public(IpAddr::V6(address)),
            Host::Domain(name) => may_be_public(name),
        };
        if !is_public {
            return Err(WrongTarget::Private);
        }
        if url.scheme() != "https" {
            return Err(WrongTarget::NotEncrypted);
        }
        Ok(Target(url))
    }

    /// Calls and waits for the answer; comes back within the patience in any case.
    pub async fn call(&self, call: &Call) -> Result<Answer, NoAnswer> {
        let client = self.client.as_ref().map_err(|why| NoAnswer::Unreachable(why))?;
        let content_type = HeaderValue::from_str(&call.content_type).ok().ok_or(NoAnswer::BadHeader)?;
        let mut request = client.post(call.target.0.clone()).header(CONTENT_TYPE, content_type);
        for (name, value) in &call.headers {
            let name: HeaderName = name.parse().ok().ok_or(NoAnswer::BadHeader)?;
            let mut value = HeaderValue::from_str(value.reveal()).ok().ok_or(NoAnswer::BadHeader)?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let sent = request.body(call.body.clone()).send();
        failpoint::reach(Point::BeforeCall);
        // The client's own limit, and a second one around it, so that nothing of its workings can make us wait.
        let answered = tokio::time::timeout(self.patience + Duration::from_secs(1), sent).await;
        failpoint::reach(Point::AfterCall);
        let mut response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(why_no_answer(&error)),
            Err(_) => return Err(NoAnswer::Silent("no answer in time")),
        };
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body: Vec<u8> = Vec::new();
        // An answer that breaks off or never ends has said its status all the same.
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = ANSWER_BYTES_MAX.saturating_sub(body.len());
            body.extend(chunk.iter().take(room));
            if room <= chunk.len() {
                break;
            }
        }
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned(), retry_after })
    }
}

impl Answer {
    /// When the other side wants to be asked again, as far as that is reasonable.
    pub fn retry_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let text = self.retry_after.as_deref()?.trim();
        let wait = match text.parse::<u32>() {
            Ok(seconds) => TimeDelta::seconds(i64::from(seconds)),
            Err(_) => DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc) - now,
        };
        Some(now + wait.clamp(TimeDelta::zero(), RETRY_AFTER_MAX))
    }
}

fn why_no_answer(error: &reqwest::Error) -> NoAnswer {
    if has_cause::<PrivateAddress>(error) {
        NoAnswer::Private
    } else if error.is_builder() {
        NoAnswer::BadHeader
    } else if error.is_connect() {
        if has_cause::<NotFound>(error) {
            NoAnswer::Unreachable("no host has this name")
        } else if error.is_timeout() {
            NoAnswer::Unreachable("no connection in time")
        } else {
            NoAnswer::Unreachable("no connection")
        }
    } else if error.is_timeout() {
        NoAnswer::Silent("no answer in time")
    } else {
        NoAnswer::Silent("the connection broke before the answer")
    }
}

fn has_cause<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<E>() {
            return true;
        }
        next = cause.source();
    }
    false
}

/// The name leads to addresses that are not called.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct PrivateAddress;

/// The name leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("no host has this name")]
struct NotFound;

/// Looks names up and lets only public addresses through.
struct GuardedLookup {
    allowed: Arc<BTreeSet<String>>,
    lookup: Lookup,
}

impl Resolve for GuardedLookup {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, host) = (self.lookup, name.as_str().to_owned());
        let is_listed = self.allowed.contains(&plain_host(&host));
        Box::pin(async move {
            let Ok(mut found) = lookup(host).await else {
                return Err(NotFound.into());
            };
            if found.is_empty() {
                return Err(NotFound.into());
            }
            if !is_listed {
                found.retain(|address| is_public(address.ip()));
            }
            if found.is_empty() {
                return Err(PrivateAddress.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

fn system_lookup(host: String) -> LookedUp {
    Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) })
}

/// A host as it is compared: small letters, without the brackets of an address and the full stop at the end.
fn plain_host(host: &str) -> String {
    host.trim().trim_end_matches('.').trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

/// Names that by agreement never lead into the open, said before anything is looked up.
fn may_be_public(name: &str) -> bool {
    let name = plain_host(name);
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && !matches!(last, "localhost" | "local" | "internal" | "home" | "lan" | "test" | "invalid")
}

/// Whether an address lies in the open network (RFC 6890 and its registries), and is not the service of a cloud that
/// tells machines their secrets.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        // This network, private, loopback, link-local (metadata of clouds), multicast, reserved and broadcast.
        (0 | 10 | 127 | 224.., _, _) | (169, 254, _) | (192, 168, _) => true,
        (172, 16..=31, _) => true,
        // Shared between carrier and customers.
        (100, 64..=127, _) => true,
        // Protocol assignments, examples in documents, the old anycast of 6to4.
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) => true,
        // Measurements between networks.
        (198, 18 | 19, _) => true,
        // Metadata of one cloud, under an address that looks public.
        (168, 63, 129) => true,
        _ => false,
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(w, x, y, z))
    };
    match (a, b) {
        // An old address in new clothes, or behind a translator: what is inside decides.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0xffff) => embedded(g, h),
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => embedded(g, h),
        (0x2002, _) => embedded(b, c),
        // Protocol assignments with Teredo, benchmarks and overlays; examples in documents.
        (0x2001, 0..=0x01ff | 0x0db8) => false,
        (0x3fff, 0..=0x0fff) => false,
        // Everything in the open lies here; unique local, link-local and multicast addresses do not.
        _ => (0x2000..=0x3fff).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of address ranges")]
    fn only_the_open_network_is_public() {
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "2001:200::1",
            "2001:db7::1",
            "2001:db9::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "3ffe::1",
        ];
        let private = [
            // This network, private, shared, loopback, link-local.
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.0",
            "192.168.255.255",
            // Assignments, documents, 6to4 anycast, benchmarks, multicast, reserved, broadcast.
            "192.0.0.0",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            // The same in IPv6.
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:53aa::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "2002:c0a8:101::1",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ];
        for text in public {
            assert!(is_public(text.parse().unwrap()), "{text} is public");
        }
        for text in private {
            assert!(!is_public(text.parse().unwrap()), "{text} is not public");
        }
    }

    #[test]
    fn addresses_are_refused_by_their_text() {
        let outgoing = Outgoing::new(&["sms.inner.example", "127.0.0.1"], Duration::from_secs(1));
        let table = [
            ("https://hooks.example.com/a?b=c", Ok(())),
            ("http://hooks.example.com/", Err(WrongTarget::NotEncrypted)),
            ("http://sms.inner.example:8080/send", Ok(())),
            ("http://SMS.inner.example./send", Ok(())),
            ("http://127.0.0.1:9/", Ok(())),
            ("https://127.0.0.2/", Err(WrongTarget::Private)),
            ("https://0x7f.0.0.2/", Err(WrongTarget::Private)),
            ("https://2130706434/", Err(WrongTarget::Private)),
            ("https://[::1]/", Err(WrongTarget::Private)),
            ("https://[::ffff:10.0.0.1]/", Err(WrongTarget::Private)),
            ("https://169.254.169.254/latest/meta-data", Err(WrongTarget::Private)),
            ("https://localhost/", Err(WrongTarget::Private)),
            ("https://a.localhost/", Err(WrongTarget::Private)),
            ("https://metadata.google.internal/", Err(WrongTarget::Private)),
            ("https://intranet/", Err(WrongTarget::Private)),
            ("https://user:password@hooks.example.com/", Err(WrongTarget::Credentials)),
            ("ftp://hooks.example.com/", Err(WrongTarget::OtherScheme)),
            ("file:///etc/passwd", Err(WrongTarget::OtherScheme)),
            ("javascript:alert(1)", Err(WrongTarget::OtherScheme)),
            ("hooks.example.com", Err(WrongTarget::NotAnAddress)),
            ("https://hooks.example.com/\r\nX: y", Err(WrongTarget::NotAnAddress)),
            ("", Err(WrongTarget::NotAnAddress)),
        ];
        for (text, wanted) in table {
            assert_eq!(outgoing.target(text).map(|_| ()), wanted, "{text}");
        }
        let long = format!("https://hooks.example.com/{}", "a".repeat(URL_CHARACTERS_MAX));
        assert_eq!(outgoing.target(&long), Err(WrongTarget::NotAnAddress));
    }

    fn into_the_house(_: String) -> LookedUp {
        Box::pin(async { Ok(vec!["127.0.0.1:0".parse().unwrap(), "[::1]:0".parse().unwrap()]) })
    }

    fn both_ways(_: String) -> LookedUp {
        Box::pin(async { Ok(vec!["10.0.0.1:0".parse().unwrap(), "8.8.8.8:0".parse().unwrap()]) })
    }

    fn nowhere(_: String) -> LookedUp {
        Box::pin(async { Ok(Vec::new()) })
    }

    async fn looked_up(lookup: Lookup, listed: &[&str]) -> Result<Vec<SocketAddr>, String> {
        let allowed = Arc::new(listed.iter().map(|host| plain_host(host)).collect());
        let guarded = GuardedLookup { allowed, lookup };
        let found = guarded.resolve("hooks.example.com".parse().unwrap()).await;
        found.map(Iterator::collect).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_a_name_leads_to_decides() {
        assert!(looked_up(into_the_house, &[]).await.unwrap_err().contains("private"));
        assert_eq!(looked_up(into_the_house, &["hooks.example.com"]).await.unwrap().len(), 2);
        let public: Vec<SocketAddr> = vec!["8.8.8.8:0".parse().unwrap()];
        assert_eq!(looked_up(both_ways, &[]).await, Ok(public), "only what was looked at is called");
        assert!(looked_up(nowhere, &[]).await.unwrap_err().contains("no host"));
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_house_is_not_called() {
        let outgoing = Outgoing::looking_up::<&str>(&[], Duration::from_secs(2), into_the_house);
        let call = |text: &str| Call {
            target: outgoing.target(text).unwrap(),
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
            body: "{}".to_owned(),
        };
        assert_eq!(outgoing.call(&call("https://hooks.example.com/")).await, Err(NoAnswer::Private));
        let outgoing = Outgoing::looking_up::<&str>(&[], Duration::from_secs(2), nowhere);
        let lost = outgoing.call(&call("https://hooks.example.com/")).await;
        assert_eq!(lost, Err(NoAnswer::Unreachable("no host has this name")));
    }

    #[tokio::test]
    async fn headers_cannot_be_smuggled_in() {
        let outgoing = Outgoing::new(&["127.0.0.1"], Duration::from_secs(2));
        let target = outgoing.target("http://127.0.0.1:9/").unwrap();
        for (name, value) in [("X-Key", "a\r\nX-Other: b"), ("X Key", "a"), ("X-Key\r\nY", "a"), ("", "a")] {
            let headers = vec![(name.to_owned(), Secret::new(value))];
            let call = Call { target: target.clone(), content_type: "text/plain".into(), headers, body: String::new() };
            assert_eq!(outgoing.call(&call).await, Err(NoAnswer::BadHeader), "{name}: {value}");
        }
    }

    #[test]
    fn patience_that_is_asked_for_has_an_end() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(10_000);
        let asked = |text: &str| {
            let answer = Answer { status: 429, body: String::new(), retry_after: Some(text.to_owned()) };
            answer.retry_at(now).map(|at| (at - now).num_seconds())
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked(" 0 "), Some(0));
        assert_eq!(asked("99999999"), Some(21_600));
        assert_eq!(asked(&(now + TimeDelta::seconds(90)).to_rfc2822()), Some(90));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0), "a moment that has passed");
        for nonsense in ["soon", "-5", "1e9", ""] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
    }
}
