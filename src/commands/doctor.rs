//! `rebook doctor`: looks at everything that commonly goes wrong, and says what to do.

use super::{Failure, Place, runtime};
use crate::app;
use crate::clock::Clock;
use crate::config::{DkimSettings, Settings};
use crate::db::{Db, migrations, vitals};
use crate::domain::ids::IdSource;
use crate::domain::time;
use crate::keys::{self, Keys};
use crate::mail::Mailer;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    verdict: Verdict,
    words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Warning,
    Bad,
}

pub(super) fn doctor(place: &Place) -> Result<(), Failure> {
    let settings = place.settings()?;
    let mut findings = vec![good("settings", "read and valid".to_owned())];
    findings.extend(about_addresses(&settings));
    findings.extend(about_database(place, &settings));
    findings.push(about_mail(&settings)?);
    findings.extend(about_bounces(&settings));
    findings.push(good("zone data", format!("IANA {}", time::zone_data_version())));
    for finding in &findings {
        let sign = match finding.verdict {
            Verdict::Good => "ok     ",
            Verdict::Warning => "warning",
            Verdict::Bad => "FAILED ",
        };
        println!("{sign}  {:<10} {}", finding.what, finding.words);
    }
    let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count();
    if failed == 0 { Ok(()) } else { Err(Failure::new(format!("{failed} of {} checks failed", findings.len()))) }
}

fn good(what: &'static str, words: String) -> Finding {
    Finding { what, verdict: Verdict::Good, words }
}

fn warning(what: &'static str, words: &str) -> Finding {
    Finding { what, verdict: Verdict::Warning, words: words.to_owned() }
}

fn about_addresses(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if settings.server.public_url.is_this_machine() {
        findings.push(warning("address", "server.public_url is this machine; links in mails will not work elsewhere"));
    } else {
        findings.push(good("address", settings.server.public_url.origin().to_owned()));
    }
    if settings.secret.key.is_empty() {
        findings.push(warning("secret", "secret.key is empty; instance keys lie in the database unwrapped"));
    } else {
        findings.push(good("secret", "instance keys are wrapped".to_owned()));
    }
    if !settings.limits.enabled {
        findings.push(warning("limits", "rate limits are off; set limits.enabled = true"));
    }
    findings
}

fn about_database(place: &Place, settings: &Settings) -> Vec<Finding> {
    let options = app::database_options(settings);
    let bad = |words: String| vec![Finding { what: "database", verdict: Verdict::Bad, words }];
    let db = match Db::open(&options, IdSource::new(1)) {
        Ok(db) => db,
        Err(error) => return bad(error.to_string()),
    };
    let mut findings = vec![good("database", format!("{} answers", db.engine().name()))];
    if !migrations::is_current(&db) {
        findings.push(warning("schema", "migrations are waiting; run `rebook migrate` (or start the server)"));
        return findings;
    }
    findings.push(good("schema", "up to date".to_owned()));
    let clock = match place.clock() {
        Ok(clock) => clock,
        Err(failure) => return bad(failure.to_string()),
    };
    if let Err(error) = Keys::load_or_make(&db, clock.now(), settings.secret.key.reveal()) {
        findings.push(Finding { what: "keys", verdict: Verdict::Bad, words: error.to_string() });
    }
    findings.push(about_signatures(&db, settings));
    findings.extend(about_clock(&db));
    findings
}

/// Whether letters are signed. What the DNS holds is not asked: this program has no resolver of its own.
fn about_signatures(db: &Db, settings: &Settings) -> Finding {
    let Some(DkimSettings { domain, selector, key_file }) = &settings.mail.dkim else {
        return warning("signatures", "mail is not signed; `rebook dkim` makes a key and says what to do");
    };
    match keys::dkim::find(db, settings.secret.key.reveal(), key_file.as_deref()) {
        Ok(Some(_)) => good(
            "signatures",
            format!(
                "for {domain}; the DNS was not asked: {selector}._domainkey.{domain} must hold what `rebook dkim` prints"
            ),
        ),
        Ok(None) => warning("signatures", "there is no key yet; `rebook dkim` makes one and says what to publish"),
        Err(error) => Finding { what: "signatures", verdict: Verdict::Bad, words: error.to_string() },
    }
}

/// Leases and due times go by the database's clock, bookings by this machine's.
fn about_clock(db: &Db) -> Option<Finding> {
    let shared = db.read_blocking(vitals::clock).ok().flatten()?;
    let ahead = (Clock::System.now() - shared).num_seconds();
    Some(if vitals::CLOCKS_APART_MAX_SECONDS < ahead.abs() {
        let words = format!("{ahead} seconds ahead of the database's; let both machines follow a time server");
        Finding { what: "clock", verdict: Verdict::Warning, words }
    } else {
        good("clock", "agrees with the database's".to_owned())
    })
}

fn about_bounces(settings: &Settings) -> Option<Finding> {
    let directory = settings.mail.bounce_dir.as_ref()?;
    let bad = |words: String| Some(Finding { what: "bounces", verdict: Verdict::Bad, words });
    if settings.mail.bounce_address.is_none() {
        return Some(warning("bounces", "mail.bounce_dir is read, but mail.bounce_address is empty: set it as well"));
    }
    match std::fs::read_dir(directory) {
        Ok(_) => Some(good("bounces", format!("read from {}", directory.display()))),
        Err(error) => bad(format!("mail.bounce_dir {} cannot be read: {error}", directory.display())),
    }
}

fn about_mail(settings: &Settings) -> Result<Finding, Failure> {
    let mailer = Mailer::from_settings(&settings.mail);
    let answer = runtime()?.block_on(mailer.check());
    Ok(match answer {
        Ok(()) => good("mail", "the mail server answers".to_owned()),
        Err(words) => Finding { what: "mail", verdict: Verdict::Bad, words },
    })
}
