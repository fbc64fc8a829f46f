//! Harbor Light Dental: its places, people and services. An invented practice; every number in it is reserved for fiction.

/// The zone of both locations.
pub(crate) const ZONE: &str = "America/Los_Angeles";
/// The currency of the clinic.
pub(crate) const CURRENCY: &str = "USD";
/// Minutes before a visit until which cancelling is free.
pub(crate) const CANCEL_NOTICE_MINUTES: i32 = 1_440;

/// What stands on the clinic's front page.
pub(crate) const CLINIC_NAME: &str = "Harbor Light Dental";
pub(crate) const CLINIC_TAGLINE: &str = "Gentle dentistry on your schedule, in Santa Monica and Pasadena.";
pub(crate) const CLINIC_EMAIL: &str = "hello@example.com";
pub(crate) const CLINIC_PHONE: &str = "+1 310 555 0100";
pub(crate) const CANCEL_POLICY: &str =
    "If you cannot come, please cancel in time, so that somebody else can have your place. It costs nothing.";

/// A place with an address.
#[derive(Debug)]
pub(crate) struct Location {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) street: &'static str,
    pub(crate) postal_code: &'static str,
    pub(crate) city: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) email: &'static str,
    pub(crate) directions: &'static str,
}

pub(crate) const SANTA_MONICA: &str = "santa-monica";
pub(crate) const PASADENA: &str = "pasadena";

pub(crate) static LOCATIONS: &[Location] = &[
    Location {
        slug: SANTA_MONICA,
        name: "Santa Monica",
        street: "2140 Tidewater Lane, Suite 200",
        postal_code: "90401",
        city: "Santa Monica",
        phone: "+1 310 555 0100",
        email: "santa-monica@example.com",
        directions: "Second floor, above the bakery. Free parking behind the house for two hours; the Metro E Line stops three blocks away.",
    },
    Location {
        slug: PASADENA,
        name: "Pasadena",
        street: "75 Jacaranda Court",
        postal_code: "91101",
        city: "Pasadena",
        phone: "+1 626 555 0100",
        email: "pasadena@example.com",
        directions: "Ground floor, step-free. Parking in front of the door; strollers can stay in the hall.",
    },
];

/// An operatory or another room.
#[derive(Debug)]
pub(crate) struct Room {
    /// Names the room inside the plan; the database gives it an id.
    pub(crate) key: &'static str,
    pub(crate) location: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
}

pub(crate) const OPERATORY: &str = "operatory";
pub(crate) const HYGIENE: &str = "hygiene";
pub(crate) const SURGERY: &str = "surgery";
pub(crate) const FAMILY_ROOM: &str = "classroom";

const fn room(key: &'static str, location: &'static str, name: &'static str, kind: &'static str) -> Room {
    Room { key, location, name, kind }
}

pub(crate) static ROOMS: &[Room] = &[
    room("sm-operatory-1", SANTA_MONICA, "Operatory 1", OPERATORY),
    room("sm-operatory-2", SANTA_MONICA, "Operatory 2", OPERATORY),
    room("sm-hygiene-1", SANTA_MONICA, "Hygiene 1", HYGIENE),
    room("sm-surgery", SANTA_MONICA, "Surgery", SURGERY),
    room("pa-operatory-3", PASADENA, "Operatory 3", OPERATORY),
    room("pa-hygiene-2", PASADENA, "Hygiene 2", HYGIENE),
    room("pa-family", PASADENA, "Family room", FAMILY_ROOM),
];

/// A dentist or a hygienist.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) bio: &'static str,
    pub(crate) languages: &'static str,
    pub(crate) color: &'static str,
    pub(crate) email: &'static str,
}

pub(crate) const ELENA: &str = "elena-marquez";
pub(crate) const MATTHIAS: &str = "matthias-keller";
pub(crate) const PRIYA: &str = "priya-natarajan";
pub(crate) const GRACE: &str = "grace-oyelaran";
pub(crate) const MINA: &str = "mina-park";

pub(crate) static PROVIDERS: &[Provider] = &[
    Provider {
        slug: ELENA,
        name: "Dr. Elena Marquez",
        title: "Dentist, founder",
        bio: "Elena opened Harbor Light after ten years in a busy city clinic, because she wanted time to explain. She takes care \
              of crowns and of everyone who is nervous, and says what she is about to do before she does it.",
        languages: "English, Spanish",
        color: "#0f766e",
        email: "elena.marquez@example.com",
    },
    Provider {
        slug: MATTHIAS,
        name: "Dr. Matthias Keller",
        title: "Dentist, oral surgery",
        bio: "Matthias trained in Freiburg and moved to California for the sea. He removes wisdom teeth, places crowns and \
              repairs what surfboards do. Er berät Sie gern auf Deutsch.",
        languages: "English, German",
        color: "#1d4ed8",
        email: "matthias.keller@example.com",
    },
    Provider {
        slug: PRIYA,
        name: "Dr. Priya Natarajan",
        title: "Dentist for children and adults",
        bio: "Priya looks after whole families. Children may bring a toy, which gets its teeth counted first. Before dentistry \
              she taught biology at a middle school.",
        languages: "English, Tamil, Hindi",
        color: "#b45309",
        email: "priya.natarajan@example.com",
    },
    Provider {
        slug: GRACE,
        name: "Grace Oyelaran",
        title: "Dental hygienist",
        bio: "Grace has cleaned teeth for fourteen years and remembers everyone's vacation plans. Patients with sensitive gums \
              ask for her.",
        languages: "English",
        color: "#9d174d",
        email: "grace.oyelaran@example.com",
    },
    Provider {
        slug: MINA,
        name: "Mina Park",
        title: "Dental hygienist",
        bio: "Mina runs the hygiene rooms in Pasadena and the brushing class on Saturdays, where nobody is too small to hold \
              the giant toothbrush.",
        languages: "English, Korean",
        color: "#6d28d9",
        email: "mina.park@example.com",
    },
];

/// What can be booked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) slug: &'static str,
    pub(crate) category: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) minutes: i32,
    pub(crate) before: i32,
    pub(crate) after: i32,
    pub(crate) price_minor: i64,
    /// Care is free of tax; what only looks good, and what is sold, is not.
    pub(crate) tax_basis_points: i64,
    pub(crate) extra_person_minor: i64,
    pub(crate) capacity: i32,
    pub(crate) party_max: i32,
    pub(crate) room_kind: Option<&'static str>,
    pub(crate) lead_minutes: i32,
    pub(crate) horizon_days: i32,
    pub(crate) slot_minutes: i32,
    pub(crate) cancel_notice_minutes: Option<i32>,
    pub(crate) recall_interval: Option<&'static str>,
    pub(crate) online: bool,
    pub(crate) needs_approval: bool,
    pub(crate) client_series: bool,
}

/// The tax rate of what is sold at the desk.
pub(crate) const PRODUCT_TAX: i64 = 1_000;

/// Sold at the desk after a visit, with its price.
pub(crate) static PRODUCTS: [(&str, i64); 3] =
    [("Electric toothbrush", 8_900), ("Interdental brushes", 1_450), ("Fluoride toothpaste", 950)];

/// What most services have in common; each says only what is special about it.
const USUAL: Service = Service {
    slug: "",
    category: "",
    name: "",
    description: "",
    minutes: 30,
    before: 0,
    after: 10,
    price_minor: 0,
    tax_basis_points: 0,
    extra_person_minor: 0,
    capacity: 1,
    party_max: 1,
    room_kind: Some(OPERATORY),
    lead_minutes: 120,
    horizon_days: 200,
    slot_minutes: 15,
    cancel_notice_minutes: None,
    recall_interval: None,
    online: true,
    needs_approval: false,
    client_series: false,
};

pub(crate) static CHECK_UP: Service = Service {
    slug: "check-up",
    category: "Check-ups",
    name: "Check-up and cleaning",
    description: "We clean, polish and look at every tooth, with X-rays once a year. Best twice a year.",
    minutes: 50,
    price_minor: 16_500,
    room_kind: Some(HYGIENE),
    recall_interval: Some("6m1d"),
    client_series: true,
    ..USUAL
};
pub(crate) static NEW_PATIENT: Service = Service {
    slug: "new-patient",
    category: "Check-ups",
    name: "New patient examination",
    description: "Your first visit: a full examination, X-rays and a plan that you take home, with prices.",
    minutes: 60,
    before: 5,
    price_minor: 14_500,
    lead_minutes: 240,
    horizon_days: 120,
    ..USUAL
};
pub(crate) static CHILD_CHECK_UP: Service = Service {
    slug: "child-check-up",
    category: "Check-ups",
    name: "Children's check-up",
    description: "For children up to 12: counting, cleaning, fluoride, and a sticker for the brave.",
    after: 5,
    price_minor: 9_500,
    recall_interval: Some("6m1d"),
    ..USUAL
};
pub(crate) static GUM_CARE: Service = Service {
    slug: "gum-care",
    category: "Check-ups",
    name: "Gum care",
    description: "Periodontal maintenance: a deeper cleaning for sensitive or receding gums, every three months.",
    minutes: 60,
    price_minor: 21_000,
    room_kind: Some(HYGIENE),
    recall_interval: Some("3m1d"),
    client_series: true,
    ..USUAL
};
pub(crate) static EMERGENCY: Service = Service {
    slug: "emergency",
    category: "Treatments",
    name: "Emergency visit",
    description: "Toothache, a broken tooth, a lost filling: we see you within days, often today.",
    price_minor: 12_000,
    lead_minutes: 30,
    horizon_days: 7,
    cancel_notice_minutes: Some(60),
    ..USUAL
};
pub(crate) static FILLING: Service = Service {
    slug: "filling",
    category: "Treatments",
    name: "Filling",
    description: "One tooth-colored filling, with the numbing that suits you.",
    minutes: 45,
    price_minor: 24_000,
    lead_minutes: 1_440,
    horizon_days: 90,
    ..USUAL
};
pub(crate) static CROWN: Service = Service {
    slug: "crown",
    category: "Treatments",
    name: "Crown, first visit",
    description: "We prepare the tooth, scan it and fit a temporary crown. The final one follows two weeks later.",
    minutes: 90,
    before: 5,
    after: 15,
    price_minor: 115_000,
    lead_minutes: 2_880,
    horizon_days: 90,
    cancel_notice_minutes: Some(2_880),
    ..USUAL
};
pub(crate) static CROWN_FITTING: Service = Service {
    slug: "crown-fitting",
    category: "Treatments",
    name: "Crown, fitting",
    description: "The final crown is tried, adjusted and cemented. Booked for you by our team.",
    minutes: 40,
    price_minor: 18_000,
    lead_minutes: 1_440,
    horizon_days: 60,
    online: false,
    ..USUAL
};
pub(crate) static WISDOM_TOOTH: Service = Service {
    slug: "wisdom-tooth",
    category: "Treatments",
    name: "Wisdom tooth removal",
    description: "One wisdom tooth, under local anesthesia. Dr. Keller or Dr. Marquez looks at your request before it is confirmed.",
    minutes: 75,
    before: 15,
    after: 15,
    price_minor: 39_000,
    room_kind: Some(SURGERY),
    lead_minutes: 4_320,
    horizon_days: 90,
    slot_minutes: 30,
    cancel_notice_minutes: Some(2_880),
    needs_approval: true,
    ..USUAL
};
pub(crate) static WHITENING: Service = Service {
    slug: "whitening",
    category: "Cosmetic",
    name: "Teeth whitening",
    description: "Two to six shades lighter in one session. Please have a check-up within six months before.",
    minutes: 60,
    price_minor: 42_000,
    tax_basis_points: PRODUCT_TAX,
    room_kind: Some(HYGIENE),
    lead_minutes: 1_440,
    horizon_days: 120,
    slot_minutes: 30,
    ..USUAL
};
pub(crate) static ALIGNERS: Service = Service {
    slug: "aligner-consultation",
    category: "Cosmetic",
    name: "Aligner consultation",
    description: "A scan, a preview of your smile and an honest answer whether aligners are for you. Free of charge.",
    after: 5,
    lead_minutes: 720,
    horizon_days: 60,
    ..USUAL
};
pub(crate) static BRUSHING_CLASS: Service = Service {
    slug: "brushing-class",
    category: "Families",
    name: "Brushing class for children",
    description: "Songs, stickers and a giant toothbrush for children from 3 to 10. Siblings and friends are welcome.",
    minutes: 45,
    before: 5,
    after: 10,
    price_minor: 2_000,
    extra_person_minor: 1_200,
    capacity: 8,
    party_max: 4,
    room_kind: Some(FAMILY_ROOM),
    lead_minutes: 720,
    horizon_days: 60,
    slot_minutes: 60,
    cancel_notice_minutes: Some(240),
    ..USUAL
};

/// Every service in the order of the page.
pub(crate) static SERVICES: [&Service; 12] = [
    &CHECK_UP,
    &NEW_PATIENT,
    &CHILD_CHECK_UP,
    &GUM_CARE,
    &EMERGENCY,
    &FILLING,
    &CROWN,
    &CROWN_FITTING,
    &WISDOM_TOOTH,
    &WHITENING,
    &ALIGNERS,
    &BRUSHING_CLASS,
];

/// Who performs what, with a price or duration of his own where it differs.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) service: &'static Service,
    pub(crate) provider: &'static str,
    pub(crate) price_minor: Option<i64>,
    pub(crate) minutes: Option<i32>,
}

impl Offer {
    /// How long this provider takes.
    pub(crate) fn minutes(&self) -> i32 {
        self.minutes.unwrap_or(self.service.minutes)
    }

    /// What this provider asks today.
    pub(crate) fn price_minor(&self) -> i64 {
        self.price_minor.unwrap_or(self.service.price_minor)
    }
}

const fn offer(service: &'static Service, provider: &'static str) -> Offer {
    Offer { service, provider, price_minor: None, minutes: None }
}

pub(crate) static OFFERS: &[Offer] = &[
    offer(&CHECK_UP, GRACE),
    offer(&CHECK_UP, MINA),
    offer(&NEW_PATIENT, ELENA),
    offer(&NEW_PATIENT, MATTHIAS),
    offer(&NEW_PATIENT, PRIYA),
    offer(&CHILD_CHECK_UP, GRACE),
    offer(&CHILD_CHECK_UP, MINA),
    // A dentist's time costs more, and she looks at growing jaws for longer.
    Offer { service: &CHILD_CHECK_UP, provider: PRIYA, price_minor: Some(11_000), minutes: Some(40) },
    offer(&GUM_CARE, GRACE),
    offer(&GUM_CARE, MINA),
    offer(&EMERGENCY, ELENA),
    offer(&EMERGENCY, MATTHIAS),
    offer(&EMERGENCY, PRIYA),
    offer(&FILLING, ELENA),
    offer(&FILLING, MATTHIAS),
    offer(&FILLING, PRIYA),
    offer(&CROWN, ELENA),
    Offer { service: &CROWN, provider: MATTHIAS, price_minor: Some(128_000), minutes: Some(75) },
    offer(&CROWN_FITTING, ELENA),
    offer(&CROWN_FITTING, MATTHIAS),
    offer(&WISDOM_TOOTH, ELENA),
    offer(&WISDOM_TOOTH, MATTHIAS),
    offer(&WHITENING, GRACE),
    offer(&WHITENING, MINA),
    offer(&ALIGNERS, ELENA),
    offer(&ALIGNERS, MATTHIAS),
    offer(&ALIGNERS, PRIYA),
    offer(&BRUSHING_CLASS, MINA),
];

/// Somebody who signs in.
#[derive(Debug)]
pub(crate) struct StaffCard {
    pub(crate) email: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: &'static str,
    pub(crate) provider: Option<&'static str>,
    pub(crate) password: &'static str,
}

/// The passwords are no secret: they are printed when the demo starts, and the demo listens on this machine only.
pub(crate) static STAFF: &[StaffCard] = &[
    StaffCard {
        email: "owner@example.com",
        name: "Elena Marquez",
        role: "owner",
        provider: Some(ELENA),
        password: "open-wide-owner",
    },
    StaffCard {
        email: "manager@example.com",
        name: "Jordan Ellis",
        role: "manager",
        provider: None,
        password: "open-wide-manager",
    },
    StaffCard {
        email: "reception@example.com",
        name: "Rosa Delgado",
        role: "receptionist",
        provider: None,
        password: "open-wide-reception",
    },
    StaffCard {
        email: "provider@example.com",
        name: "Matthias Keller",
        role: "provider",
        provider: Some(MATTHIAS),
        password: "open-wide-provider",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_can_be_performed_where_it_has_a_room() {
        for service in SERVICES {
            assert!(OFFERS.iter().any(|offer| offer.service == service), "{}", service.slug);
            let kind = service.room_kind.unwrap();
            assert!(ROOMS.iter().any(|room| room.kind == kind), "{}", service.slug);
            assert!(service.party_max <= service.capacity, "{}", service.slug);
        }
    }

    #[test]
    fn every_offer_names_a_provider() {
        for offer in OFFERS {
            assert!(PROVIDERS.iter().any(|provider| provider.slug == offer.provider));
        }
    }

    #[test]
    fn fiction_stays_in_reserved_numbers_and_domains() {
        for location in LOCATIONS {
            assert!(location.phone.contains(" 555 01"), "{}", location.phone);
            assert!(location.email.ends_with("@example.com"), "{}", location.email);
        }
        for provider in PROVIDERS {
            assert!(provider.email.ends_with("@example.com"), "{}", provider.email);
        }
        for card in STAFF {
            assert!(card.email.ends_with("@example.com"), "{}", card.email);
        }
    }
}
