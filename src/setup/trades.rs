//! What clinics of a trade usually offer: names, durations, what they need. Prices are left to the clinic.

/// A trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// Dentists and hygienists.
    Dental,
    /// Physiotherapists.
    Physiotherapy,
    /// Hair and beauty.
    Salon,
    /// Driving schools.
    DrivingSchool,
}

/// One service of a trade; names are keys of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: &'static str,
    /// Heading under which it stands.
    pub category: &'static str,
    /// How long it takes.
    pub minutes: u32,
    /// Kept free after it.
    pub buffer: u32,
    /// After how long the next one is due; empty for never.
    pub recall: &'static str,
    /// Whether it takes place in a room of the trade.
    pub needs_room: bool,
    /// Whether it is ticked when the list is first shown.
    pub is_usual: bool,
}

const fn offer(name: &'static str, category: &'static str, minutes: u32, buffer: u32, recall: &'static str) -> Offer {
    Offer { name, category, minutes, buffer, recall, needs_room: true, is_usual: true }
}

const fn rare(offer: Offer) -> Offer {
    Offer { is_usual: false, ..offer }
}

const fn anywhere(offer: Offer) -> Offer {
    Offer { needs_room: false, ..offer }
}

const DENTAL: &[Offer] = &[
    offer("setup-dental-check-up", "setup-dental-preventive", 30, 0, "6m"),
    offer("setup-dental-cleaning", "setup-dental-preventive", 60, 10, "6m"),
    offer("setup-dental-first-visit", "setup-dental-preventive", 60, 0, ""),
    offer("setup-dental-filling", "setup-dental-treatment", 45, 10, ""),
    offer("setup-dental-root-canal", "setup-dental-treatment", 90, 15, ""),
    offer("setup-dental-extraction", "setup-dental-treatment", 45, 15, ""),
    offer("setup-dental-emergency", "setup-dental-treatment", 30, 0, ""),
    rare(offer("setup-dental-whitening", "setup-dental-cosmetic", 75, 15, "")),
    rare(offer("setup-dental-orthodontics", "setup-dental-cosmetic", 30, 0, "1m")),
];

const PHYSIOTHERAPY: &[Offer] = &[
    offer("setup-physio-first-visit", "setup-physio-treatment", 45, 5, ""),
    offer("setup-physio-session", "setup-physio-treatment", 30, 5, "7d"),
    offer("setup-physio-manual", "setup-physio-treatment", 30, 5, "7d"),
    offer("setup-physio-lymph", "setup-physio-treatment", 45, 5, "7d"),
    offer("setup-physio-massage", "setup-physio-wellness", 30, 10, ""),
    anywhere(offer("setup-physio-home", "setup-physio-treatment", 60, 30, "7d")),
    rare(offer("setup-physio-training", "setup-physio-wellness", 60, 0, "")),
];

const SALON: &[Offer] = &[
    offer("setup-salon-cut-short", "setup-salon-hair", 30, 0, "1m"),
    offer("setup-salon-cut-long", "setup-salon-hair", 60, 0, "2m"),
    offer("setup-salon-colour", "setup-salon-hair", 120, 10, "2m"),
    offer("setup-salon-blow-dry", "setup-salon-hair", 30, 0, ""),
    offer("setup-salon-beard", "setup-salon-hair", 20, 0, "21d"),
    offer("setup-salon-children", "setup-salon-hair", 20, 0, "2m"),
    rare(offer("setup-salon-manicure", "setup-salon-beauty", 45, 5, "1m")),
    rare(offer("setup-salon-facial", "setup-salon-beauty", 60, 10, "")),
];

const DRIVING_SCHOOL: &[Offer] = &[
    offer("setup-driving-lesson", "setup-driving-practice", 45, 0, ""),
    offer("setup-driving-double", "setup-driving-practice", 90, 0, ""),
    offer("setup-driving-motorway", "setup-driving-practice", 135, 15, ""),
    offer("setup-driving-night", "setup-driving-practice", 90, 0, ""),
    offer("setup-driving-mock-test", "setup-driving-practice", 60, 0, ""),
    anywhere(offer("setup-driving-talk", "setup-driving-theory", 30, 0, "")),
];

impl Trade {
    /// Every trade, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Dental, Self::Physiotherapy, Self::Salon, Self::DrivingSchool];

    /// The word in addresses and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dental => "dental",
            Self::Physiotherapy => "physiotherapy",
            Self::Salon => "salon",
            Self::DrivingSchool => "driving-school",
        }
    }

    /// Reads [`Trade::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// The key of its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dental => "setup-trade-dental",
            Self::Physiotherapy => "setup-trade-physiotherapy",
            Self::Salon => "setup-trade-salon",
            Self::DrivingSchool => "setup-trade-driving-school",
        }
    }

    /// The key of what its services take place in.
    pub const fn room(self) -> &'static str {
        match self {
            Self::Dental => "setup-room-dental",
            Self::Physiotherapy => "setup-room-physiotherapy",
            Self::Salon => "setup-room-salon",
            Self::DrivingSchool => "setup-room-driving-school",
        }
    }

    /// What it usually offers.
    pub const fn offers(self) -> &'static [Offer] {
        match self {
            Self::Dental => DENTAL,
            Self::Physiotherapy => PHYSIOTHERAPY,
            Self::Salon => SALON,
            Self::DrivingSchool => DRIVING_SCHOOL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{BUFFER_MINUTES, DURATION_MINUTES, RecallInterval};
    use crate::domain::language::Language;
    use crate::i18n::Texts;

    #[test]
    fn every_trade_can_be_taken_as_it_is() {
        for trade in Trade::ALL {
            assert_eq!(Trade::parse(trade.word()), Some(trade));
            assert!(trade.offers().iter().any(|offer| offer.is_usual));
            for offer in trade.offers() {
                assert!(DURATION_MINUTES.contains(&offer.minutes) && BUFFER_MINUTES.contains(&offer.buffer));
                assert!(offer.recall.is_empty() || offer.recall.parse::<RecallInterval>().is_ok(), "{}", offer.recall);
                for language in Language::all() {
                    let t = Texts::new(language);
                    assert!(crate::catalog::Label::parse(&t.text(offer.name)).is_ok());
                    assert_ne!(t.text(offer.name), offer.name);
                }
            }
        }
    }
}
