//! Who lives around the practice: households with shared mail, guardians with children, and how each of them keeps appointments.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime};
use unicode_normalization::UnicodeNormalization;

use super::anchor::Anchor;
use super::catalogue::{PASADENA, SANTA_MONICA};
use super::chance::Chance;
use super::names::{Heritage, SHARES};

/// How somebody comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Every six months, usually booked on the way out.
    Loyal,
    /// Every six or seven months, after a reminder.
    Steady,
    /// Later every time, until not at all.
    Drifting,
    /// Came for the advertisement.
    OneTime,
    /// Comes when it hurts.
    WhenItHurts,
    /// Every three months for the gums.
    Gums,
    /// A child, who comes with the grown-ups.
    Child,
}

/// When somebody likes to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayPart {
    Morning,
    Afternoon,
    Any,
}

/// A household: people who share a mailbox or a roof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Household {
    pub(crate) name: String,
}

/// One patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patient {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) language: &'static str,
    pub(crate) born: NaiveDate,
    /// Place in the list of households.
    pub(crate) household: Option<usize>,
    /// Place of the guardian in the list of patients.
    pub(crate) guardian: Option<usize>,
    pub(crate) source: &'static str,
    /// When the practice first heard of them.
    pub(crate) arrives: NaiveDateTime,
    pub(crate) habit: Habit,
    pub(crate) home: &'static str,
    pub(crate) prefers: DayPart,
}

/// What was spent on a source in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AcquisitionCost {
    pub(crate) source: &'static str,
    pub(crate) month: NaiveDate,
    pub(crate) amount_minor: i64,
}

/// Everybody, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct People {
    pub(crate) households: Vec<Household>,
    pub(crate) patients: Vec<Patient>,
    pub(crate) costs: Vec<AcquisitionCost>,
}

const GOOGLE: &str = "google-ads";
const INSTAGRAM: &str = "instagram";
const MAILER: &str = "mailer";
const REFERRAL: &str = "referral";
const WEBSITE: &str = "website";
const INSURANCE: &str = "insurance-directory";
const WALK_IN: &str = "walk-in";

const AREA_CODES: &[i64] =
    &[310, 424, 213, 323, 626, 818, 747, 562, 714, 949, 657, 661, 805, 820, 909, 951, 840, 442, 760, 858, 619, 628];

impl People {
    /// Makes exactly as many patients as the scale says.
    pub(crate) fn moving_in(anchor: &Anchor, chance: &mut Chance) -> Self {
        let months = AdMonths::of(anchor);
        let mut settling = Settling { chance, people: Self::empty(), mails: BTreeMap::new(), phones: 0 };
        for arrival in months.arrivals(anchor, settling.chance) {
            settling.party_arrives(anchor, arrival);
        }
        let mut people = settling.people;
        people.costs = months.costs(anchor, chance);
        people
    }

    const fn empty() -> Self {
        Self { households: Vec::new(), patients: Vec::new(), costs: Vec::new() }
    }
}

/// One party at the door: when, and because of what.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    at: NaiveDateTime,
    source: &'static str,
    adults: usize,
    children: usize,
}

/// Grown-ups and children who come together, of a hundred.
const PARTY_SIZES: &[((usize, usize), i64)] =
    &[((1, 0), 58), ((2, 0), 16), ((1, 1), 7), ((2, 1), 8), ((2, 2), 8), ((2, 3), 3)];

/// The months of the story and in which of them money went into advertising.
struct AdMonths {
    first_days: Vec<NaiveDate>,
    loud: BTreeSet<NaiveDate>,
}

impl AdMonths {
    fn of(anchor: &Anchor) -> Self {
        let first = anchor.opening.with_day(1).unwrap_or(anchor.opening);
        let month = |number: u32| first.checked_add_months(Months::new(number)).unwrap_or(first);
        let first_days = (0..=anchor.scale.months).map(month).filter(|day| *day <= anchor.today).collect();
        let loud = [0, 1, 2, 9, 10, 13, 14, 21, 26, 27, 33].map(|number| month(number * anchor.scale.months / 36));
        Self { first_days, loud: loud.into_iter().collect() }
    }

    /// As many parties as make up the patients that are wanted, in order of time.
    fn arrivals(&self, anchor: &Anchor, chance: &mut Chance) -> Vec<Arrival> {
        let weights: Vec<(NaiveDate, i64)> =
            self.first_days.iter().zip(0_i64..).map(|(day, number)| (*day, self.weight(*day, number))).collect();
        let mut list = Vec::new();
        let mut left = anchor.scale.patients;
        // A draw can miss (a day after now), so the number of draws has a limit.
        for _ in 0..anchor.scale.patients * 4 {
            let Some(mut arrival) = self.arrival(anchor, chance, &weights) else { continue };
            arrival.adults = arrival.adults.min(left);
            arrival.children = arrival.children.min(left - arrival.adults);
            left -= arrival.adults + arrival.children;
            list.push(arrival);
            if left == 0 {
                break;
            }
        }
        list.sort_by_key(|arrival| arrival.at);
        list
    }

    fn weight(&self, day: NaiveDate, number: i64) -> i64 {
        let word_of_mouth = 18 + number / 2;
        if self.loud.contains(&day) { word_of_mouth + 34 } else { word_of_mouth }
    }

    fn arrival(&self, anchor: &Anchor, chance: &mut Chance, weights: &[(NaiveDate, i64)]) -> Option<Arrival> {
        let month = chance.weighted(weights)?;
        let day = month + Days::new(u64::try_from(chance.between(0, 27)).ok()?);
        let at =
            day.and_hms_opt(u32::try_from(chance.between(7, 21)).ok()?, u32::try_from(chance.between(0, 59)).ok()?, 0)?;
        let first = anchor.opening.and_hms_opt(7, 0, 0)?;
        let source = self.source(month, chance)?;
        // People who would come before the opening or after now came on a day in between.
        let at = if at < first { at + chrono::Duration::days(28) } else { at };
        let (adults, children) = chance.weighted(PARTY_SIZES)?;
        (at < anchor.now).then_some(Arrival { at, source, adults, children })
    }

    fn source(&self, month: NaiveDate, chance: &mut Chance) -> Option<&'static str> {
        let quiet = [(REFERRAL, 38), (WEBSITE, 20), (GOOGLE, 14), (INSURANCE, 15), (WALK_IN, 10), (INSTAGRAM, 3)];
        let loud =
            [(GOOGLE, 36), (INSTAGRAM, 18), (MAILER, 17), (REFERRAL, 12), (WEBSITE, 8), (INSURANCE, 6), (WALK_IN, 3)];
        if self.loud.contains(&month) { chance.weighted(&loud) } else { chance.weighted(&quiet) }
    }

    fn costs(&self, anchor: &Anchor, chance: &mut Chance) -> Vec<AcquisitionCost> {
        // Spending follows the size of the practice, so that the small clinic of the tests has believable figures too.
        let size = i64::try_from(anchor.scale.patients).unwrap_or(0);
        let rounded = |dollars: i64| dollars * size / 1_800 * 100;
        let mut list = Vec::new();
        for month in &self.first_days {
            let loud = self.loud.contains(month);
            let mut put =
                |source, dollars| list.push(AcquisitionCost { source, month: *month, amount_minor: rounded(dollars) });
            put(GOOGLE, if loud { chance.about(4_200, 700) } else { chance.about(850, 150) });
            put(INSURANCE, 240);
            if loud {
                // What these cost is what a client is worth, and more.
                put(INSTAGRAM, chance.about(12_000, 1_200));
                put(MAILER, chance.about(13_000, 1_000));
            } else {
                put(INSTAGRAM, chance.about(900, 130));
            }
        }
        list
    }
}

/// What is needed while people move in.
struct Settling<'a> {
    chance: &'a mut Chance,
    people: People,
    mails: BTreeMap<String, u32>,
    phones: i64,
}

/// What the members of a party share.
struct Party {
    heritage: Heritage,
    family: String,
    arrival: Arrival,
    home: &'static str,
    phone: String,
    mail: Option<String>,
    household: Option<usize>,
    german: bool,
    /// When the first grown-up of the party was born.
    born: NaiveDate,
}

impl Settling<'_> {
    fn party_arrives(&mut self, anchor: &Anchor, arrival: Arrival) {
        let people = arrival.adults + arrival.children;
        let party = self.party(anchor, arrival, people > 1);
        let first = self.people.patients.len();
        for number in 0..people {
            let guardian = (number >= arrival.adults).then_some(first);
            let patient = self.patient(&party, number, guardian);
            self.people.patients.push(patient);
        }
    }

    fn party(&mut self, anchor: &Anchor, arrival: Arrival, several: bool) -> Party {
        let heritage = self.chance.weighted(SHARES).unwrap_or(Heritage::Anglo);
        let family = self.family_name(heritage);
        let shared = several && self.chance.happens(0.6);
        let mail = shared.then(|| self.address(&format!("{}.family", mail_word(&family))));
        let household = several.then(|| {
            self.people.households.push(Household { name: family.clone() });
            self.people.households.len() - 1
        });
        let open = arrival.at.date() >= anchor.pasadena_opening;
        let home = if open && self.chance.happens(0.48) { PASADENA } else { SANTA_MONICA };
        let german = heritage == Heritage::German && self.chance.happens(0.8);
        let born = self.birthday(arrival.at.date(), arrival.children > 0);
        Party { heritage, family, arrival, home, phone: self.phone(), mail, household, german, born }
    }

    fn family_name(&mut self, heritage: Heritage) -> String {
        let families = heritage.names().families;
        let one = self.chance.one_of(families).unwrap_or("Smith");
        if heritage == Heritage::Hispanic && self.chance.happens(0.2) {
            let other = self.chance.one_of(families).unwrap_or("García");
            if other != one {
                return format!("{one} {other}");
            }
        }
        one.to_owned()
    }

    fn patient(&mut self, party: &Party, number: usize, guardian: Option<usize>) -> Patient {
        let names = party.heritage.names();
        let woman = if guardian.is_none() && number < 2 && party.household.is_some() {
            number == 0
        } else {
            self.chance.happens(0.55)
        };
        let first_name = self.chance.one_of(if woman { names.women } else { names.men }).unwrap_or("Alex").to_owned();
        let child = guardian.is_some();
        let habit = if child { Habit::Child } else { self.habit(party.arrival.source) };
        let (email, phone) = if child { (None, None) } else { self.contact(party, &first_name) };
        Patient {
            born: match (child, number) {
                (true, _) => self.birthday_of_child(party),
                (false, 0) => party.born,
                // Couples are of an age.
                (false, _) => party.born + Duration::days(self.chance.about(0, 5 * 365)),
            },
            first_name,
            last_name: party.family.clone(),
            email,
            phone,
            language: if party.german { "de" } else { "en" },
            household: party.household,
            guardian,
            source: party.arrival.source,
            arrives: party.arrival.at,
            habit,
            home: party.home,
            prefers: self
                .chance
                .weighted(&[(DayPart::Morning, 35), (DayPart::Afternoon, 30), (DayPart::Any, 35)])
                .unwrap_or(DayPart::Any),
        }
    }

    /// Advertising brings the curious, friends bring those who stay.
    fn habit(&mut self, source: &str) -> Habit {
        let advertised = [GOOGLE, INSTAGRAM, MAILER].contains(&source);
        let list: &[(Habit, i64)] = if advertised {
            &[
                (Habit::Loyal, 20),
                (Habit::Steady, 22),
                (Habit::Drifting, 20),
                (Habit::OneTime, 38),
                (Habit::WhenItHurts, 5),
                (Habit::Gums, 3),
            ]
        } else {
            &[
                (Habit::Loyal, 40),
                (Habit::Steady, 26),
                (Habit::Drifting, 12),
                (Habit::OneTime, 13),
                (Habit::WhenItHurts, 7),
                (Habit::Gums, 6),
            ]
        };
        self.chance.weighted(list).unwrap_or(Habit::Steady)
    }

    fn contact(&mut self, party: &Party, first_name: &str) -> (Option<String>, Option<String>) {
        let kind = self.chance.between(1, 100);
        let phone = if party.household.is_some() { party.phone.clone() } else { self.phone() };
        let mail = match &party.mail {
            Some(shared) => shared.clone(),
            None => self.address(&format!("{}.{}", mail_word(first_name), mail_word(&party.family))),
        };
        match kind {
            // Some, mostly older, give a telephone number only; a few only an address.
            1..=5 => (None, Some(phone)),
            6..=9 => (Some(mail), None),
            _ => (Some(mail), Some(phone)),
        }
    }

    fn birthday(&mut self, arrival: NaiveDate, parent: bool) -> NaiveDate {
        let parents = [((26, 34), 30), ((34, 44), 55), ((44, 52), 15)];
        let anybody = [((24, 29), 20), ((30, 44), 36), ((45, 59), 24), ((60, 74), 15), ((75, 91), 5)];
        let bracket = self.chance.weighted(if parent { &parents } else { &anybody }).unwrap_or((30, 44));
        let age = self.chance.between(bracket.0, bracket.1);
        arrival - Duration::days(age * 365 + self.chance.between(0, 364))
    }

    /// Three to twelve years old, and born when the parent was grown up.
    fn birthday_of_child(&mut self, party: &Party) -> NaiveDate {
        let arrival = party.arrival.at.date();
        let grown = (arrival - party.born).num_days() / 365 - 20;
        arrival - Duration::days(self.chance.between(3, grown.clamp(4, 12)) * 365 + self.chance.between(0, 364))
    }

    /// An address of its own in a domain that belongs to nobody.
    fn address(&mut self, wanted: &str) -> String {
        let domain = self
            .chance
            .weighted(&[("example.com", 50), ("example.org", 30), ("example.net", 20)])
            .unwrap_or("example.com");
        let full = format!("{wanted}@{domain}");
        let seen = self.mails.entry(full.clone()).or_insert(0);
        *seen += 1;
        if *seen == 1 { full } else { format!("{wanted}{seen}@{domain}") }
    }

    /// The next number of the range that is reserved for fiction, through the area codes of Southern California.
    fn phone(&mut self) -> String {
        let number = self.phones;
        self.phones += 1;
        let codes = i64::try_from(AREA_CODES.len()).unwrap_or(1);
        let area = usize::try_from(number % codes).ok().and_then(|place| AREA_CODES.get(place)).copied().unwrap_or(310);
        // The first numbers of the range belong to the practice itself.
        format!("+1 {area} 555 {:04}", 104 + number / codes % 96)
    }
}

/// A name as people write it in an address: no accents, no spaces.
fn mail_word(name: &str) -> String {
    let spelled = name.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    spelled.nfkd().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::super::anchor::Scale;
    use super::*;

    fn people() -> (Anchor, People) {
        let now = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap().and_hms_opt(10, 20, 0).unwrap();
        let anchor = Anchor::new(now, Scale::CLINIC);
        let people = People::moving_in(&anchor, &mut Chance::new(2));
        (anchor, people)
    }

    #[test]
    fn there_are_as_many_as_wanted_and_the_last_came_lately() {
        let (anchor, people) = people();
        assert_eq!(people.patients.len(), 1_800);
        let last = people.patients.last().unwrap().arrives;
        assert!(last < anchor.now && anchor.now - last < chrono::Duration::days(14), "{last}");
    }

    #[test]
    fn addresses_and_numbers_are_reserved_ones() {
        let (_, people) = people();
        for patient in &people.patients {
            if let Some(mail) = &patient.email {
                let (name, domain) = mail.split_once('@').unwrap();
                assert!(["example.com", "example.org", "example.net"].contains(&domain), "{mail}");
                assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.'), "{mail}");
            }
            if let Some(phone) = &patient.phone {
                assert!(phone.contains(" 555 01") && phone.len() == 15, "{phone}");
            }
        }
    }

    #[test]
    fn children_have_a_guardian_who_is_older() {
        let (_, people) = people();
        let children: Vec<&Patient> = people.patients.iter().filter(|patient| patient.guardian.is_some()).collect();
        assert!(children.len() > 150, "{}", children.len());
        for child in children {
            let guardian = &people.patients[child.guardian.unwrap()];
            assert!(guardian.guardian.is_none() && guardian.born < child.born && guardian.household == child.household);
        }
    }

    #[test]
    fn some_households_share_their_mail_and_some_speak_german() {
        let (_, people) = people();
        let shared = people
            .patients
            .iter()
            .filter(|patient| patient.email.as_ref().is_some_and(|mail| mail.contains(".family")))
            .count();
        assert!(shared > 100, "{shared}");
        let german = people.patients.iter().filter(|patient| patient.language == "de").count();
        assert!((30..200).contains(&german), "{german}");
    }

    #[test]
    fn loud_months_cost_more_than_quiet_ones() {
        let (anchor, people) = people();
        let spent = |month: NaiveDate| {
            people.costs.iter().filter(|cost| cost.month == month).map(|cost| cost.amount_minor).sum::<i64>()
        };
        let first = anchor.opening.with_day(1).unwrap();
        let quiet = first.checked_add_months(Months::new(5)).unwrap();
        assert!(spent(first) > 4 * spent(quiet));
    }
}
