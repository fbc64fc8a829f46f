//! What somebody means who types into the box "Who is calling?": words, a day of birth, a phone number, in any order,
//! heard over the phone and typed in a hurry.
//!
//! Words are found by their beginnings. Only where that finds hardly anybody, words that are nearly the same are looked
//! for: [`near_spellings`] says which could exist, [`is_near`] which of them count.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::recognise::search_terms;

/// More words than this say nothing more, and each costs a look into the index.
pub const WORDS_MAX: usize = 6;
/// Shorter words have too many neighbours.
pub const NEAR_LETTERS_MIN: usize = 4;
/// From so many letters on two slips are forgiven.
pub const TWO_SLIPS_LETTERS_MIN: usize = 8;
/// More spellings than this of one word are not looked up.
pub const SPELLINGS_MAX: usize = 1_000;

const TYPED_CHARACTERS_MAX: usize = 200;
const NEAR_LETTERS_MAX: usize = 16;
const SOUNDS_MAX: usize = 120;
/// A number of so few digits is found by its beginning and its last four only.
const ENDING_DIGITS: std::ops::RangeInclusive<usize> = 5..=8;
const KEY_DIGITS: usize = 9;

/// What is sought. All of it must agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sought {
    /// Folded words; each must begin a word of the client.
    pub words: Vec<String>,
    /// A phone number, or a part of one.
    pub number: Option<SoughtNumber>,
    /// Days of birth; of each several readings may be meant.
    pub births: Vec<Vec<NaiveDate>>,
}

impl Sought {
    /// Whether nothing is sought.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.number.is_none() && self.births.is_empty()
    }
}

/// A phone number as it may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoughtNumber {
    /// One of these, at most three, begins it: as typed, without its zeros, without its country.
    pub beginnings: Vec<String>,
    /// Or it ends so: the last four digits, and all that were typed.
    pub ending: Option<(String, String)>,
}

/// Reads what was typed.
pub fn sought(typed: &str) -> Sought {
    let typed: String = typed.chars().take(TYPED_CHARACTERS_MAX).collect();
    let mut found = Sought::default();
    let (mut digits, mut rest) = (String::new(), String::new());
    for token in typed.split_whitespace() {
        let births = birth_dates(token);
        if !births.is_empty() {
            found.births.push(births);
        } else if is_of_a_number(token) {
            digits.extend(token.chars().filter(char::is_ascii_digit));
        } else {
            rest.push_str(token);
            rest.push(' ');
        }
    }
    found.births.truncate(2);
    found.number = number_of(&digits);
    found.words = if rest.is_empty() { Vec::new() } else { search_terms(&rest) };
    found.words.truncate(WORDS_MAX);
    found
}

fn is_of_a_number(token: &str) -> bool {
    let known = |character: char| character.is_ascii_digit() || "+()-./".contains(character);
    token.chars().all(known) && token.chars().any(|character| character.is_ascii_digit())
}

fn number_of(digits: &str) -> Option<SoughtNumber> {
    let digits: String = digits.chars().take(TYPED_CHARACTERS_MAX).collect();
    let bare = digits.trim_start_matches('0');
    if digits.is_empty() {
        return None;
    }
    let mut beginnings = vec![digits.clone()];
    if !bare.is_empty() && bare != digits {
        beginnings.push(bare.to_owned());
    }
    let count = digits.len();
    if KEY_DIGITS <= count {
        let last: String = digits.chars().skip(count - KEY_DIGITS).collect();
        let last = last.trim_start_matches('0').to_owned();
        if KEY_DIGITS / 2 < last.len() && !beginnings.contains(&last) {
            beginnings.push(last);
        }
    }
    let ending = ENDING_DIGITS.contains(&count).then(|| (digits.chars().skip(count - 4).collect(), digits.clone()));
    Some(SoughtNumber { beginnings, ending })
}

/// The days a word may mean: `1984-03-12`, `12.03.1984`, `12.3.84`; with slashes or hyphens the month may come first.
/// Nothing when it is no day.
pub fn birth_dates(token: &str) -> Vec<NaiveDate> {
    let Some(mark) = token.chars().find(|character| !character.is_ascii_digit()) else {
        return Vec::new();
    };
    if !matches!(mark, '.' | '-' | '/') {
        return Vec::new();
    }
    let parts: Vec<&str> = token.split(mark).collect();
    let [one, two, three] = parts.as_slice() else {
        return Vec::new();
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (Some(first), Some(second), Some(third)) = (number(one), number(two), number(three)) else {
        return Vec::new();
    };
    let mut days: Vec<NaiveDate> = Vec::new();
    if one.len() == 4 && two.len() <= 2 && three.len() <= 2 {
        days.extend(day_of(first, second, third));
    } else if one.len() <= 2 && two.len() <= 2 {
        for year in years_of(third, three.len()) {
            days.extend(day_of(year, second, first));
            if mark != '.' {
                days.extend(day_of(year, first, second));
            }
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// The one day that is meant where only one can be: it has come, of two centuries the later one, and of two readings the
/// one that is usual where the month is said first, or last.
pub fn birth_date(token: &str, month_first: bool, today: NaiveDate) -> Option<NaiveDate> {
    let days: Vec<NaiveDate> = birth_dates(token).into_iter().filter(|day| *day <= today).collect();
    let year = days.iter().map(Datelike::year).max()?;
    let first: Option<u32> = token.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok();
    let of_year = || days.iter().copied().filter(|day| day.year() == year);
    of_year().find(|day| (Some(day.month()) == first) == month_first).or_else(|| of_year().next())
}

fn day_of(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn years_of(year: u32, digits: usize) -> Vec<u32> {
    match digits {
        2 => vec![1900 + year, 2000 + year],
        4 if (1850..=2199).contains(&year) => vec![year],
        _ => Vec::new(),
    }
}

/// How many slips of the finger are forgiven in a word.
pub fn slips_forgiven(word: &str) -> usize {
    match word.chars().count() {
        0..NEAR_LETTERS_MIN => 0,
        NEAR_LETTERS_MIN..TWO_SLIPS_LETTERS_MIN => 1,
        TWO_SLIPS_LETTERS_MIN..=NEAR_LETTERS_MAX => 2,
        _ => 0,
    }
}

/// Whether a word may be meant by what was typed: it sounds the same, or a slip or two of the finger lie between.
pub fn is_near(typed: &str, word: &str) -> bool {
    let slips = slips_forgiven(typed);
    if slips == 0 || !is_of_letters(typed) || !is_of_letters(word) || word.chars().count() + 1 < NEAR_LETTERS_MIN {
        return false;
    }
    typed != word && (sound(typed) == sound(word) || strsim::damerau_levenshtein(typed, word) <= slips)
}

/// Spellings that may be meant by a word: what sounds the same, and what one slip of the finger makes of it. They are
/// looked up as whole words; nothing for words that are too short, or hold more than letters.
pub fn near_spellings(word: &str) -> Vec<String> {
    if slips_forgiven(word) == 0 || !is_of_letters(word) {
        return Vec::new();
    }
    let mut spellings = alike(word);
    if word.is_ascii() {
        spellings.extend(one_slip(word));
    }
    spellings.remove(word);
    spellings.into_iter().take(SPELLINGS_MAX).collect()
}

/// Where words with two slips are looked for: those that begin so. Nothing for words in which one slip is forgiven.
pub fn beginning_of_near(word: &str) -> Option<String> {
    (slips_forgiven(word) == 2 && is_of_letters(word)).then(|| word.chars().take(3).collect())
}

fn is_of_letters(word: &str) -> bool {
    !word.is_empty() && word.chars().all(char::is_alphabetic)
}

/// How a name sounds, roughly, in the languages our clinics speak: Meier, Meyer, Maier and Mayr's neighbours agree.
pub fn sound(word: &str) -> String {
    let mut heard = word.to_owned();
    for (spelled, said) in
        [("ph", "f"), ("th", "t"), ("dt", "t"), ("ck", "k"), ("tz", "z"), ("ai", "ei"), ("ay", "ei"), ("ey", "ei")]
    {
        heard = heard.replace(spelled, said);
    }
    let mut sound = String::with_capacity(heard.len());
    for letter in heard.chars() {
        let letter = if letter == 'y' { 'i' } else { letter };
        if !sound.ends_with(letter) {
            sound.push(letter);
        }
    }
    sound
}

/// Spellings of the same sound.
fn alike(word: &str) -> BTreeSet<String> {
    const SAME: [&[&str]; 7] =
        [&["ei", "ai", "ey", "ay"], &["ph", "f"], &["th", "t"], &["dt", "t"], &["ck", "k"], &["tz", "z"], &["y", "i"]];
    let said = sound(word);
    let mut known: BTreeSet<String> = BTreeSet::from([word.to_owned()]);
    let mut fresh: Vec<String> = vec![word.to_owned()];
    while let Some(spelling) = fresh.pop() {
        for same in SAME {
            for (from, to) in same.iter().flat_map(|from| same.iter().map(move |to| (*from, *to))) {
                let others = spelling.match_indices(from).map(|(at, _)| replaced(&spelling, at, from.len(), to));
                let others: Vec<String> = others.filter(|other| from != to && sound(other) == said).collect();
                fresh
                    .extend(others.into_iter().filter(|other| known.len() < SOUNDS_MAX && known.insert(other.clone())));
            }
        }
        let doubled = doubled_or_not(&spelling).into_iter().filter(|other| sound(other) == said);
        let doubled: Vec<String> = doubled.collect();
        fresh.extend(doubled.into_iter().filter(|other| known.len() < SOUNDS_MAX && known.insert(other.clone())));
    }
    known
}

fn replaced(text: &str, at: usize, length: usize, by: &str) -> String {
    let (before, rest) = text.split_at(at);
    let (_, after) = rest.split_at(length);
    format!("{before}{by}{after}")
}

/// The word with one double letter made single, or one single consonant doubled.
fn doubled_or_not(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut others = Vec::new();
    for (place, pair) in letters.windows(2).enumerate() {
        if pair.first() == pair.last() {
            others.push(without(&letters, place));
        }
    }
    let has_double = !others.is_empty();
    for (place, letter) in letters.iter().enumerate() {
        if !has_double && place > 0 && "bdfgklmnprst".contains(*letter) {
            others.push(with(&letters, place, *letter));
        }
    }
    others
}

fn without(letters: &[char], place: usize) -> String {
    letters.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, letter)| *letter).collect()
}

fn with(letters: &[char], place: usize, more: char) -> String {
    let (before, after) = letters.split_at(place.min(letters.len()));
    before.iter().copied().chain([more]).chain(after.iter().copied()).collect()
}

/// Everything one slip of the finger makes: a letter missing, doubled up with another, wrong, or two changed places.
fn one_slip(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut slips = BTreeSet::new();
    for place in 0..letters.len() {
        slips.insert(without(&letters, place));
        let mut swapped = letters.clone();
        if place + 1 < letters.len() {
            swapped.swap(place, place + 1);
            slips.insert(swapped.into_iter().collect());
        }
        for letter in 'a'..='z' {
            let (before, after) = letters.split_at(place);
            slips.insert(before.iter().copied().chain([letter]).chain(after.iter().skip(1).copied()).collect());
        }
    }
    for place in 0..=letters.len() {
        for letter in 'a'..='z' {
            slips.insert(with(&letters, place, letter));
        }
    }
    slips
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn days_of_birth_are_read_as_people_write_them() {
        let cases: [(&str, Vec<NaiveDate>); 12] = [
            ("1984-03-12", vec![day(1984, 3, 12)]),
            ("12.03.1984", vec![day(1984, 3, 12)]),
            ("12.3.84", vec![day(1984, 3, 12), day(2084, 3, 12)]),
            ("3/12/1984", vec![day(1984, 3, 12), day(1984, 12, 3)]),
            ("12-03-1984", vec![day(1984, 3, 12), day(1984, 12, 3)]),
            ("31/12/1984", vec![day(1984, 12, 31)]),
            ("30.02.1984", vec![]),
            ("12.03.", vec![]),
            ("555-01-00", vec![]),
            ("555-0100", vec![]),
            ("12.03-1984", vec![]),
            ("1984", vec![]),
        ];
        for (typed, expected) in cases {
            assert_eq!(birth_dates(typed), expected, "{typed}");
        }
    }

    #[test]
    fn one_day_is_meant() {
        let today = day(2026, 6, 1);
        let cases = [
            ("3/12/1984", true, Some(day(1984, 3, 12))),
            ("3/12/1984", false, Some(day(1984, 12, 3))),
            ("31/12/1984", true, Some(day(1984, 12, 31))),
            ("12.03.1984", true, Some(day(1984, 3, 12))),
            ("1984-03-12", true, Some(day(1984, 3, 12))),
            ("5/5/84", true, Some(day(1984, 5, 5))),
            ("1.5.24", false, Some(day(2024, 5, 1))),
            ("1.5.27", false, Some(day(1927, 5, 1))),
            ("1.5.2027", false, None),
            ("yesterday", true, None),
        ];
        for (typed, month_first, expected) in cases {
            assert_eq!(birth_date(typed, month_first, today), expected, "{typed}");
        }
    }

    #[test]
    fn what_was_typed_is_told_apart() {
        let found = sought("Meier 0171 123-4567 12.03.1984 Hans-Jürgen");
        assert_eq!(found.words, ["hans", "jurgen", "meier"]);
        assert_eq!(found.births, [vec![day(1984, 3, 12)]]);
        let number = found.number.unwrap();
        assert_eq!(number.beginnings, ["01711234567", "1711234567", "711234567"]);
        assert_eq!(number.ending, None);
        let part = sought("34567").number.unwrap();
        assert_eq!(part.ending, Some(("4567".to_owned(), "34567".to_owned())));
        assert!(sought("  - ").is_empty() && sought("").is_empty());
        assert_eq!(sought("ana@Example.com").words, ["ana@example.com"]);
    }

    #[test]
    fn what_sounds_the_same_is_near() {
        let same = [
            ("meier", "meyer"),
            ("meier", "maier"),
            ("meier", "mayer"),
            ("meier", "meir"),
            ("schmidt", "schmitt"),
            ("schmidt", "schmit"),
            ("stephan", "stefan"),
            ("thomas", "tomas"),
            ("becker", "beker"),
            ("philipp", "filip"),
            ("katherine", "catherine"),
            ("hofmann", "hoffmann"),
            ("wojciechowski", "wojciechovsky"),
            ("neier", "meier"),
        ];
        for (typed, word) in same {
            assert!(is_near(typed, word), "{typed} {word}");
        }
        for (typed, word) in
            [("ana", "anna"), ("meier", "meier"), ("lima", "silva"), ("huber", "weber2"), ("4567", "4568")]
        {
            assert!(!is_near(typed, word), "{typed} {word}");
        }
        assert!(near_spellings("meier").contains(&"mayer".to_owned()));
        assert!(near_spellings("philipp").contains(&"filip".to_owned()));
    }

    proptest! {
        #[test]
        fn every_single_slip_is_looked_up(word in "[a-z]{4,10}", place in 0_usize..10, letter in "[a-z]") {
            let letters: Vec<char> = word.chars().collect();
            let slipped = with(&letters, place.min(letters.len()), letter.chars().next().unwrap());
            let spellings = near_spellings(&word);
            prop_assert!(spellings.contains(&slipped));
            prop_assert!(spellings.len() <= SPELLINGS_MAX && !spellings.contains(&word));
            prop_assert!(is_near(&word, &slipped));
        }

        #[test]
        fn whatever_is_typed_is_read(typed in "\\PC{0,60}|.{0,60}") {
            let found = sought(&typed);
            prop_assert!(found.words.len() <= WORDS_MAX);
            for word in &found.words {
                let _ = near_spellings(word);
            }
        }

        #[test]
        fn nearness_goes_both_ways_between_words_of_one_length(one in "[a-z]{4,7}", other in "[a-z]{4,7}") {
            prop_assert_eq!(is_near(&one, &other), is_near(&other, &one));
        }
    }
}
