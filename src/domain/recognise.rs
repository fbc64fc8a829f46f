//! Who is this client? Contact values as they are typed, folded for comparison, and the decision whether somebody who
//! books is a client we know.
//!
//! A client is recognised only when the name agrees and the mail address or the phone number does. Everything less is a
//! new client and an entry on the list of possible duplicates, because households share mailboxes and phones.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::ids::ClientId;

/// The longest name, in characters.
pub const NAME_LENGTH_MAX: usize = 60;
/// The longest mail address, in bytes (RFC 5321 path).
pub const EMAIL_LENGTH_MAX: usize = 254;
/// The fewest digits of a phone number.
pub const PHONE_DIGITS_MIN: usize = 6;
/// The most digits of a phone number (E.164).
pub const PHONE_DIGITS_MAX: usize = 15;
/// How many possible duplicates one booking reports.
pub const DUPLICATES_MAX: usize = 5;
/// How many words of one client are kept for search.
pub const SEARCH_WORDS_MAX: usize = 24;

/// More typed text than this is not looked at.
const TYPED_BYTES_MAX: usize = 4_096;
const SEARCH_WORD_LENGTH_MAX: usize = 64;
const PHONE_KEY_DIGITS: usize = 9;

/// What is wrong with a contact value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WrongContact {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Missing,
    /// More than fits.
    #[error("too long")]
    TooLong,
    /// Control characters, or characters that turn or hide text.
    #[error("holds characters that cannot be shown")]
    Unprintable,
    /// A name that mail programs would make a link.
    #[error("looks like an address on the web")]
    LooksLikeLink,
    /// Not a mail address.
    #[error("not a mail address")]
    NotAnEmail,
    /// Not a phone number.
    #[error("not a phone number")]
    NotAPhone,
}

/// One of a person's names, fit to be shown and mailed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Trims, makes one blank of several, and refuses what is empty, longer than 60 characters, unprintable, or would
    /// become a link in somebody's mail. `St.John` becomes `St. John`, which no mail program links.
    pub fn parse(text: &str) -> Result<Self, WrongContact> {
        let name: String = printable(text)?.nfc().collect();
        let name = spaced_after_dots(&name);
        if NAME_LENGTH_MAX < name.chars().count() {
            return Err(WrongContact::TooLong);
        }
        if looks_like_link(&name) {
            return Err(WrongContact::LooksLikeLink);
        }
        Ok(Self(name))
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Folded for comparison.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A mail address to which mail can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads `local@domain`. The domain needs a dot; one in another script is kept in its ASCII form. Quoted local parts
    /// and addresses of machines are refused.
    pub fn parse(text: &str) -> Result<Self, WrongContact> {
        let typed = printable(text)?;
        let (local, domain) = typed.rsplit_once('@').ok_or(WrongContact::NotAnEmail)?;
        let domain = ascii_domain(domain).ok_or(WrongContact::NotAnEmail)?;
        if !is_sane_local_part(local) {
            return Err(WrongContact::NotAnEmail);
        }
        let address = format!("{local}@{domain}");
        if EMAIL_LENGTH_MAX < address.len() { Err(WrongContact::TooLong) } else { Ok(Self(address)) }
    }

    /// As it is written to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Folded for comparison: nobody's mailbox differs from another's by case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A phone number as people write it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Digits with `+` in front, `( ) - . /` and blanks between; 6 to 15 digits.
    pub fn parse(text: &str) -> Result<Self, WrongContact> {
        let typed = printable(text)?;
        let national = typed.strip_prefix('+').unwrap_or(&typed);
        let known = |character: char| character.is_ascii_digit() || " ()-./".contains(character);
        let digits = typed.bytes().filter(u8::is_ascii_digit).count();
        let enough = (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits);
        let short = typed.len() <= 3 * PHONE_DIGITS_MAX;
        if enough && short && national.chars().all(known) { Ok(Self(typed)) } else { Err(WrongContact::NotAPhone) }
    }

    /// As it was typed, with single blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Digits alone.
    pub fn digits(&self) -> String {
        self.0.chars().filter(char::is_ascii_digit).collect()
    }

    /// Folded for comparison: the last nine digits without leading zeros, because the same number is written with and
    /// without its country, `+49 171 1234567` and `0171 1234567`.
    pub fn key(&self) -> String {
        let digits = self.digits();
        let skipped = digits.len().saturating_sub(PHONE_KEY_DIGITS);
        let last: String = digits.chars().skip(skipped).collect();
        last.trim_start_matches('0').to_owned()
    }
}

impl PhoneNumber {
    /// The number as gateways want it (E.164): `+` and digits. One typed without its country belongs to `country_code`
    /// (as `49`); without one it cannot be told where it belongs.
    pub fn international(&self, country_code: &str) -> Option<String> {
        let digits = self.digits();
        let whole = if self.0.starts_with('+') {
            digits
        } else if let Some(rest) = digits.strip_prefix("00") {
            rest.to_owned()
        } else if country_code.is_empty() {
            return None;
        } else {
            let national = match country_code {
                // North America writes its own code in front like an exchange prefix, and dials 011 for the world.
                "1" => match (digits.strip_prefix("011"), digits.strip_prefix('1')) {
                    (Some(world), _) => return international_of(world),
                    (None, Some(rest)) if rest.len() == 10 => rest,
                    _ => &digits,
                },
                // The zero belongs to the number.
                "39" => &digits,
                _ => digits.strip_prefix('0').unwrap_or(&digits),
            };
            format!("{country_code}{national}")
        };
        international_of(&whole)
    }
}

fn international_of(digits: &str) -> Option<String> {
    let fits = (8..=PHONE_DIGITS_MAX).contains(&digits.len()) && !digits.starts_with('0');
    fits.then(|| format!("+{digits}"))
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Both names folded into the key by which people of the same name are found: case, accents, hyphens and apostrophes
/// make no difference, nor does `Mueller` for `Müller`.
pub fn name_key(first: &PersonName, last: &PersonName) -> String {
    fold_digraphs(&fold(&format!("{first} {last}")))
}

/// Folded words under which a client is found by prefix, sorted: names, mail address and its parts, phone digits with
/// and without country and the last four.
pub fn search_words(
    first: &PersonName,
    last: &PersonName,
    email: Option<&EmailAddress>,
    phone: Option<&PhoneNumber>,
) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for name in [first, last] {
        words.extend(fold(name.as_str()).split(' ').map(str::to_owned));
        words.extend(fold(&in_german_spelling(name.as_str())).split(' ').map(str::to_owned));
    }
    if let Some(email) = email {
        let key = email.key();
        words.extend(fold(&key.replace(['@', '.', '_', '+'], " ")).split(' ').map(str::to_owned));
        words.push(key);
    }
    if let Some(phone) = phone {
        let digits = phone.digits();
        words.push(digits.chars().skip(digits.len().saturating_sub(4)).collect());
        words.push(digits.chars().skip(digits.len().saturating_sub(10)).collect());
        words.push(phone.key());
        words.push(digits);
    }
    kept_words(words)
}

/// What somebody types into a search box, as the words of [`search_words`]: every one must be found by prefix. A phone
/// number is one word however it is grouped, a mail address too.
pub fn search_terms(typed: &str) -> Vec<String> {
    let typed: String = typed.chars().take(200).collect();
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let phone = typed.chars().all(|character| character.is_ascii_digit() || " +()-./".contains(character));
    if phone {
        return kept_words(vec![digits]);
    }
    let terms = typed.split_whitespace().flat_map(|term| {
        if term.contains('@') { vec![term.to_lowercase()] } else { fold(term).split(' ').map(str::to_owned).collect() }
    });
    kept_words(terms.collect())
}

/// The folded contact of somebody, known or new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactKeys {
    /// [`name_key`] of the names.
    pub name_key: String,
    /// [`EmailAddress::key`], where there is one.
    pub email_key: Option<String>,
    /// [`PhoneNumber::key`], where there is one.
    pub phone_key: Option<String>,
}

impl ContactKeys {
    /// The keys of parsed values.
    pub fn of(
        first: &PersonName,
        last: &PersonName,
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
    ) -> Self {
        Self {
            name_key: name_key(first, last),
            email_key: email.map(EmailAddress::key),
            phone_key: phone.map(PhoneNumber::key),
        }
    }
}

/// Why a known client may be the one who books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DuplicateReason {
    /// The same mailbox under another name.
    SameEmail,
    /// The same phone under another name.
    SamePhone,
    /// The same name with another mailbox and phone.
    SameName,
}

impl DuplicateReason {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameEmail => "same_email",
            Self::SamePhone => "same_phone",
            Self::SameName => "same_name",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::SameEmail, Self::SamePhone, Self::SameName].into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// A client we know.
    Same(ClientId),
    /// Somebody new.
    New {
        /// Known clients who may be the same person, at most five.
        possible_duplicates: Vec<(ClientId, DuplicateReason)>,
    },
}

/// Decides who books. `candidates` are known clients who share a name, mail or phone key; of several who are the same,
/// the one in whom both mail and phone agree, then the oldest.
pub fn recognise(candidates: &[(ClientId, ContactKeys)], incoming: &ContactKeys) -> Recognised {
    let mut same: Vec<(bool, ClientId)> = Vec::new();
    let mut possible_duplicates = Vec::new();
    for (client, known) in candidates {
        let name = !incoming.name_key.is_empty() && known.name_key == incoming.name_key;
        let email = agree(known.email_key.as_deref(), incoming.email_key.as_deref());
        let phone = agree(known.phone_key.as_deref(), incoming.phone_key.as_deref());
        match (name, email, phone) {
            (true, true, _) | (true, _, true) => same.push((!(email && phone), *client)),
            (false, true, _) => possible_duplicates.push((*client, DuplicateReason::SameEmail)),
            (false, false, true) => possible_duplicates.push((*client, DuplicateReason::SamePhone)),
            (true, false, false) => possible_duplicates.push((*client, DuplicateReason::SameName)),
            (false, false, false) => {}
        }
    }
    match same.into_iter().min() {
        Some((_, client)) => Recognised::Same(client),
        None => {
            possible_duplicates.sort_by_key(|(client, _)| *client);
            possible_duplicates.truncate(DUPLICATES_MAX);
            Recognised::New { possible_duplicates }
        }
    }
}

/// Two missing values do not agree.
fn agree(known: Option<&str>, incoming: Option<&str>) -> bool {
    incoming.is_some_and(|incoming| !incoming.is_empty() && known == Some(incoming))
}

/// Case, accents, hyphens and apostrophes taken away: lower-case words with single blanks, in any script.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_latin_accent(*character)).nfc().flat_map(char::to_lowercase) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => {}
            _ if character.is_alphanumeric() || is_combining_mark(character) => folded.push(character),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Accents over Latin, Greek and Cyrillic letters; marks of other scripts are vowels and stay.
fn is_latin_accent(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

fn fold_digraphs(folded: &str) -> String {
    folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// German umlauts written out, so that `Müller` is found under `mueller` too.
fn in_german_spelling(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue")
}

fn kept_words(words: Vec<String>) -> Vec<String> {
    let cut = |word: String| -> String { word.chars().take(SEARCH_WORD_LENGTH_MAX).collect() };
    let mut kept: Vec<String> = words.into_iter().map(cut).filter(|word| !word.is_empty()).collect();
    kept.sort_unstable();
    kept.dedup();
    kept.truncate(SEARCH_WORDS_MAX);
    kept
}

/// The text trimmed and with single blanks, when all of it can be shown.
fn printable(text: &str) -> Result<String, WrongContact> {
    if TYPED_BYTES_MAX < text.len() {
        return Err(WrongContact::TooLong);
    }
    if text.trim().chars().any(is_unprintable) {
        return Err(WrongContact::Unprintable);
    }
    let tidy = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidy.is_empty() { Err(WrongContact::Missing) } else { Ok(tidy) }
}

/// Controls, and format characters that turn or hide text. The two joiners stay: Persian and Indic names need them.
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Puts a blank after a dot that stands between lower or upper case and a capitalised word: `St.John`, `J.Smith`.
fn spaced_after_dots(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        spaced.push(character);
        let mut ahead = rest.clone();
        let capitalised = ahead.next().is_some_and(char::is_uppercase) && ahead.next().is_some_and(char::is_lowercase);
        if character == '.' && capitalised {
            spaced.push(' ');
        }
    }
    spaced
}

/// A scheme, a path, a mail address, or a dot with a word of two letters or more straight after it.
fn looks_like_link(name: &str) -> bool {
    let is_dot = |character: char| matches!(character, '.' | '。' | '．' | '｡');
    let mut labels = name.split(is_dot);
    let first = labels.next().unwrap_or_default();
    let named = labels.any(|label| label.chars().take_while(|character| character.is_alphanumeric()).nth(1).is_some());
    (named && !first.is_empty()) || name.contains(['/', '\\', '@']) || name.to_lowercase().contains("www.")
}

fn is_sane_local_part(local: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    (1..=64).contains(&local.len())
        && local.bytes().all(known)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn ascii_domain(domain: &str) -> Option<String> {
    let url::Host::Domain(ascii) = url::Host::parse(domain).ok()? else {
        return None;
    };
    let sane = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let (_, top) = ascii.rsplit_once('.')?;
    let named = top.bytes().any(|byte| byte.is_ascii_alphabetic());
    (ascii.split('.').all(sane) && named).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> PersonName {
        PersonName::parse(text).expect(text)
    }

    fn keys(first: &str, last: &str, email: &str, phone: &str) -> ContactKeys {
        let (email, phone) = (EmailAddress::parse(email).ok(), PhoneNumber::parse(phone).ok());
        ContactKeys::of(&name(first), &name(last), email.as_ref(), phone.as_ref())
    }

    #[test]
    fn names_are_tidied() {
        let sixty = "ä".repeat(60);
        let cases = [
            ("Ana", "Ana"),
            ("  Anna \u{a0} Maria ", "Anna Maria"),
            ("O’Brien-Núñez", "O’Brien-Núñez"),
            ("St.John", "St. John"),
            ("J.R.R.", "J.R.R."),
            ("Dr. Müller", "Dr. Müller"),
            ("Evil.Com", "Evil. Com"),
            ("Jose\u{301}", "José"),
            ("李小龍", "李小龍"),
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
            ("-", "-"),
            (sixty.as_str(), sixty.as_str()),
        ];
        for (typed, kept) in cases {
            assert_eq!(name(typed).as_str(), kept);
        }
    }

    #[test]
    fn names_are_refused_with_a_reason() {
        let (long, huge) = ("x".repeat(61), "x".repeat(1_000_000));
        let cases = [
            ("", WrongContact::Missing),
            (" \u{2003} ", WrongContact::Missing),
            (long.as_str(), WrongContact::TooLong),
            (huge.as_str(), WrongContact::TooLong),
            ("Ana\nBcc: x", WrongContact::Unprintable),
            ("Ana\0", WrongContact::Unprintable),
            ("\u{202e}anA", WrongContact::Unprintable),
            ("A\u{200b}na", WrongContact::Unprintable),
            ("A\u{2066}na", WrongContact::Unprintable),
            ("http://evil", WrongContact::LooksLikeLink),
            ("Win at evil.com", WrongContact::LooksLikeLink),
            ("EVIL.COM", WrongContact::LooksLikeLink),
            ("evil。com", WrongContact::LooksLikeLink),
            ("www.evil", WrongContact::LooksLikeLink),
            ("evil.com/x", WrongContact::LooksLikeLink),
            ("ana@example", WrongContact::LooksLikeLink),
        ];
        for (typed, reason) in cases {
            assert_eq!(PersonName::parse(typed), Err(reason), "{typed:.80}");
        }
    }

    #[test]
    fn addresses_are_read() {
        let cases = [
            (" Ana@Example.COM ", "Ana@example.com", "ana@example.com"),
            (
                "o'brien+dental@mail.example.co.uk",
                "o'brien+dental@mail.example.co.uk",
                "o'brien+dental@mail.example.co.uk",
            ),
            ("ana@müller.example", "ana@xn--mller-kva.example", "ana@xn--mller-kva.example"),
        ];
        for (typed, kept, key) in cases {
            let address = EmailAddress::parse(typed).expect(typed);
            assert_eq!((address.as_str(), address.key().as_str()), (kept, key));
        }
        let (local, whole) = (format!("{}@example.com", "x".repeat(65)), format!("x@{}com", "abcdefgh.".repeat(28)));
        let wrong = [
            "",
            "ana",
            "@example.com",
            "ana@",
            "ana@localhost",
            "ana@@example.com",
            "a b@example.com",
            ".ana@example.com",
            "ana.@example.com",
            "a..b@example.com",
            "ana@-example.com",
            "ana@example..com",
            "ana@127.0.0.1",
            "ana@[::1]",
            "ana@example.com\nBcc: x@example.com",
            "\"a b\"@example.com",
            "ana@example.com, b@example.com",
            "änä@example.com",
            "ana@exa_mple.com",
            "ana@example.com/x",
            "ana@example.com?x",
            "<ana@example.com>",
            "ana@%65xample.com:25",
            local.as_str(),
            whole.as_str(),
        ];
        for typed in wrong {
            assert!(EmailAddress::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn numbers_get_their_country() {
        let table = [
            ("+49 171 1234567", "1", Some("+491711234567")),
            ("0049 171 1234567", "", Some("+491711234567")),
            ("0171/1234567", "49", Some("+491711234567")),
            ("(415) 555-0100", "1", Some("+14155550100")),
            ("1-415-555-0100", "1", Some("+14155550100")),
            ("011 49 171 1234567", "1", Some("+491711234567")),
            ("06 1234567", "39", Some("+39061234567")),
            ("020 7946 0958", "44", Some("+442079460958")),
            ("0171/1234567", "", None),
            ("+0 123 456 789", "49", None),
            ("+12345 6", "49", None),
            ("123456789012345", "49", None),
        ];
        for (typed, country, wanted) in table {
            let number = PhoneNumber::parse(typed).expect(typed);
            assert_eq!(number.international(country).as_deref(), wanted, "{typed} in {country}");
        }
    }

    #[test]
    fn phone_numbers_are_read_and_agree_across_spellings() {
        let same = [
            ["+1 (415) 555-0100", "415.555.0100"],
            ["1-415-555-0100", "4155550100"],
            ["+49 171 1234567", "0171/1234567"],
            ["0049 30 1234567", "(030) 123 45 67"],
            ["+39 06 1234567", "06 1234567"],
            ["+44 20 7946 0958", "020 7946 0958"],
        ];
        for [one, other] in same {
            let key = |text: &str| PhoneNumber::parse(text).expect(text).key();
            assert_eq!(key(one), key(other));
            assert_ne!(key(one), key("+1 415 555 0199"));
        }
        let wrong = [
            "",
            "12345",
            "1234567890123456",
            "555-CALL-NOW",
            "+1+4155550100",
            "415 555 0100 ext 5",
            "٤١٥٥٥٥٠١٠٠",
            "1 -- ------------------------------------------- 23456",
            "4155550100\u{202e}",
        ];
        for typed in wrong {
            assert!(PhoneNumber::parse(typed).is_err(), "{typed}");
        }
        assert_eq!(PhoneNumber::parse(" 415\u{a0}555  0100 ").map(|phone| phone.0), Ok("415 555 0100".to_owned()));
    }

    #[test]
    fn names_agree_across_spellings() {
        let key = |first: &str, last: &str| name_key(&name(first), &name(last));
        let same = [
            [("JOSÉ", "Núñez"), ("Jose", "Nunez")],
            [("Jürgen", "Müller"), ("Juergen", "Mueller")],
            [("Anna-Maria", "Groß"), ("anna maria", "GROSS")],
            [("Seán", "O’Brien"), ("Sean", "O'Brien")],
            [("Łukasz", "Đorđević"), ("Lukasz", "Dordevic")],
            [("Søren", "Åberg"), ("Soren", "Aberg")],
            [("Иван", "Йорданов"), ("ИВАН", "йорданов")],
        ];
        for [(first, last), (other_first, other_last)] in same {
            assert_eq!(key(first, last), key(other_first, other_last));
        }
        assert_ne!(key("Ana", "Silva"), key("Ana", "Silvas"));
        assert_ne!(key("राम", "सिंह"), key("रम", "सिंह"));
    }

    #[test]
    fn a_client_is_recognised_by_name_and_contact_together() {
        let id = ClientId::new;
        let ana = keys("Ana", "Núñez", "ana@example.com", "+1 415 555 0100");
        let known = [(id(7), ana.clone())];
        let new = |possible_duplicates| Recognised::New { possible_duplicates };
        let cases = [
            (keys("ana", "NUNEZ", "ANA@example.com", ""), Recognised::Same(id(7))),
            (keys("Ana", "Nunez", "other@example.com", "415-555-0100"), Recognised::Same(id(7))),
            (keys("Ben", "Núñez", "ana@example.com", ""), new(vec![(id(7), DuplicateReason::SameEmail)])),
            (keys("Ben", "Núñez", "", "4155550100"), new(vec![(id(7), DuplicateReason::SamePhone)])),
            (keys("Ana", "Núñez", "new@example.com", ""), new(vec![(id(7), DuplicateReason::SameName)])),
            (keys("Ana", "Núñez", "", ""), new(vec![(id(7), DuplicateReason::SameName)])),
            (keys("Ben", "Silva", "ben@example.com", ""), new(vec![])),
        ];
        for (incoming, expected) in cases {
            assert_eq!(recognise(&known, &incoming), expected, "{incoming:?}");
        }
        let mail_only = keys("Ana", "Núñez", "ana@example.com", "");
        let several = [(id(3), mail_only.clone()), (id(2), mail_only), (id(9), ana.clone())];
        assert_eq!(recognise(&several, &ana), Recognised::Same(id(9)));
        assert_eq!(recognise(&several[..2], &ana), Recognised::Same(id(2)));
    }

    #[test]
    fn nameless_keys_and_missing_contacts_agree_with_nobody() {
        let nobody = ContactKeys { name_key: String::new(), email_key: None, phone_key: Some(String::new()) };
        let known = [(ClientId::new(1), nobody.clone())];
        assert_eq!(recognise(&known, &nobody), Recognised::New { possible_duplicates: vec![] });
        let many: Vec<_> = (0..50).map(|number| (ClientId::new(number), keys("Ana", "Silva", "", ""))).collect();
        let Recognised::New { possible_duplicates } = recognise(&many, &keys("Ana", "Silva", "", "")) else {
            panic!("a name alone recognises nobody");
        };
        assert_eq!(possible_duplicates.len(), DUPLICATES_MAX);
    }

    #[test]
    fn clients_are_found_as_people_search() {
        let email = EmailAddress::parse("hans.mueller@example.com").expect("an address");
        let phone = PhoneNumber::parse("+1 (415) 555-0100").expect("a number");
        let words = search_words(&name("Hans-Jürgen"), &name("Müller"), Some(&email), Some(&phone));
        let found = |typed: &str| {
            let terms = search_terms(typed);
            !terms.is_empty() && terms.iter().all(|term| words.iter().any(|word| word.starts_with(term.as_str())))
        };
        for typed in [
            "hans",
            "Müll",
            "mueller",
            "muller jurg",
            "HANS-JÜRGEN",
            "hans.mueller@ex",
            "0100",
            "(415) 555",
            "+1 415 555-0100",
            "juergen",
        ] {
            assert!(found(typed), "{typed} in {words:?}");
        }
        for typed in ["", "   ", "petra", "hans petra", "0199", "-"] {
            assert!(!found(typed), "{typed}");
        }
        assert!(words.is_sorted() && words.len() <= SEARCH_WORDS_MAX);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_answered(typed in "\\PC{0,80}|.{0,80}") {
            if let Ok(kept) = PersonName::parse(&typed) {
                prop_assert!((1..=NAME_LENGTH_MAX).contains(&kept.as_str().chars().count()));
                prop_assert_eq!(PersonName::parse(kept.as_str()), Ok(kept.clone()));
                prop_assert_eq!(fold(&kept.key()), kept.key());
            }
            if let Ok(kept) = EmailAddress::parse(&typed) {
                prop_assert_eq!(EmailAddress::parse(kept.as_str()), Ok(kept));
            }
            if let Ok(kept) = PhoneNumber::parse(&typed) {
                prop_assert_eq!(PhoneNumber::parse(kept.as_str()), Ok(kept));
            }
            let _ = search_terms(&typed);
        }
    }
}
