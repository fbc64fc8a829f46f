//! Two records of one person become one: what is proposed for each field, and what should make somebody look twice.

use std::fmt;

use chrono::NaiveDate;

/// What is known of a person, field by field; also what a change of a person is written down under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonField {
    /// Given and family name; they change hands together.
    Name,
    /// Where mail goes.
    Email,
    /// Where calls go.
    Phone,
    /// Day of birth.
    BirthDate,
    /// The language to write in.
    Language,
    /// The zone the person lives in.
    Zone,
    /// Who lives together.
    Household,
    /// Who is written to instead.
    Guardian,
    /// Who pays.
    Payer,
    /// What brought the person here.
    Source,
    /// Whether the person can still be expected.
    Standing,
}

impl PersonField {
    /// Every field, in the order in which people read them.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::BirthDate,
        Self::Email,
        Self::Phone,
        Self::Language,
        Self::Zone,
        Self::Household,
        Self::Guardian,
        Self::Payer,
        Self::Source,
        Self::Standing,
    ];

    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::BirthDate => "birth_date",
            Self::Language => "language",
            Self::Zone => "zone",
            Self::Household => "household",
            Self::Guardian => "guardian",
            Self::Payer => "payer",
            Self::Source => "source",
            Self::Standing => "standing",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

impl fmt::Display for PersonField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Whose value stands afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The record that goes on.
    Kept,
    /// The record that becomes an alias.
    Merged,
}

impl Side {
    /// The word in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Merged => "merged",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Kept, Self::Merged].into_iter().find(|side| side.as_str() == word)
    }
}

/// What is proposed: the kept value, unless only the other record has one. Of two standings the graver one stays, so
/// that nobody who asked not to be written to is written to again.
pub fn proposal(field: PersonField, kept: Option<&str>, merged: Option<&str>) -> Side {
    let is_graver = field == PersonField::Standing && gravity(kept) < gravity(merged);
    if (kept.is_none() && merged.is_some()) || is_graver { Side::Merged } else { Side::Kept }
}

fn gravity(standing: Option<&str>) -> u8 {
    match standing {
        Some("deceased") => 3,
        Some("do_not_contact") => 2,
        Some("moved") => 1,
        _ => 0,
    }
}

/// What should make somebody look twice before two records become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeWarning {
    /// They were born on different days: hardly one person.
    BirthDates,
    /// Their given names differ, as those of a family that shares a mailbox do.
    Names,
    /// Both are booked at the same time.
    SameTime,
    /// One of them is the other's guardian or payer.
    Related,
    /// One of them has died, or asked not to be written to.
    Standing,
}

/// What the warnings are made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resemblance {
    /// When both were born, as far as known.
    pub born: (Option<NaiveDate>, Option<NaiveDate>),
    /// Whether their names, folded, agree.
    pub same_name: bool,
    /// Whether two living bookings of theirs overlap.
    pub same_time: bool,
    /// Whether one is guardian or payer of the other.
    pub related: bool,
    /// Whether their standings differ.
    pub standings_differ: bool,
}

/// Everything that speaks against it, the gravest first.
pub fn warnings(seen: &Resemblance) -> Vec<MergeWarning> {
    let born = matches!(seen.born, (Some(one), Some(other)) if one != other);
    let all = [
        (born, MergeWarning::BirthDates),
        (seen.related, MergeWarning::Related),
        (seen.same_time, MergeWarning::SameTime),
        (!seen.same_name, MergeWarning::Names),
        (seen.standings_differ, MergeWarning::Standing),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, warning)| warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_over_only_where_there_was_none() {
        use PersonField::{Email, Standing};
        assert_eq!(proposal(Email, Some("a@b.example"), Some("c@d.example")), Side::Kept);
        assert_eq!(proposal(Email, None, Some("c@d.example")), Side::Merged);
        assert_eq!(proposal(Email, None, None), Side::Kept);
        assert_eq!(proposal(Standing, Some("present"), Some("do_not_contact")), Side::Merged);
        assert_eq!(proposal(Standing, Some("deceased"), Some("moved")), Side::Kept);
    }

    #[test]
    fn what_speaks_against_it_is_said() {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        let one = Resemblance { same_name: true, ..Resemblance::default() };
        assert_eq!(warnings(&one), []);
        assert_eq!(warnings(&Resemblance { born: (day(1980), None), ..one }), []);
        assert_eq!(warnings(&Resemblance { born: (day(1980), day(1981)), ..one }), [MergeWarning::BirthDates]);
        let all = Resemblance {
            born: (day(1980), day(2010)),
            same_name: false,
            same_time: true,
            related: true,
            standings_differ: true,
        };
        assert_eq!(warnings(&all).len(), 5);
    }

    #[test]
    fn words_are_read_back() {
        for field in PersonField::ALL {
            assert_eq!(PersonField::parse(field.as_str()), Some(field));
        }
        assert_eq!((PersonField::parse("id"), Side::parse("merged")), (None, Some(Side::Merged)));
    }
}
