//! `rebook dkim`: makes the key once, and says what the DNS must hold.

use super::{Failure, Place};
use crate::config::Settings;
use crate::db::Db;
use crate::keys;
use crate::mail::dkim::zone_file_text;

/// What the record is printed for, where the settings do not say it.
const SELECTOR: &str = "rebook";

pub(super) fn dkim(place: &Place, selector: Option<&str>, domain: Option<&str>) -> Result<(), Failure> {
    let settings = place.settings()?;
    let options = crate::app::database_options(&settings);
    crate::db::migrations::up(&options).map_err(Failure::from_error)?;
    let db =
        Db::open(&options, crate::domain::ids::IdSource::new(crate::chance::number())).map_err(Failure::from_error)?;
    let secret = settings.secret.key.reveal();
    let file = settings.mail.dkim.as_ref().and_then(|dkim| dkim.key_file.clone());
    let key = keys::dkim::find_or_make(&db, place.clock()?.now(), secret, file.as_deref());
    let key = key.map_err(Failure::from_error)?;

    let signs = settings.mail.dkim.as_ref();
    let selector = selector.or(signs.map(|dkim| dkim.selector.as_str())).unwrap_or(SELECTOR);
    let domain = domain.or(signs.map(|dkim| dkim.domain.as_str())).unwrap_or_else(|| sender_domain(&settings));
    println!("Publish this in the DNS of {domain} (one line):\n");
    println!("{selector}._domainkey.{domain}. IN TXT {}\n", zone_file_text(&key.record()));
    match signs {
        Some(dkim) if dkim.domain == domain && dkim.selector == selector => {
            println!("Signing is on: mail is signed for {domain} with the key {selector}.");
        }
        Some(dkim) => {
            println!("Signing is on for {} with the key {}, which is another one.", dkim.domain, dkim.selector);
        }
        None => {
            println!("Signing is off. Once the record is published, switch it on in the settings:\n");
            println!("[mail]\ndkim_domain = \"{domain}\"\ndkim_selector = \"{selector}\"");
        }
    }
    Ok(())
}

fn sender_domain(settings: &Settings) -> &str {
    settings.mail.from_address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}
