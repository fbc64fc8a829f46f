//! Maps that we know: files of programs that are recognised by the names of their columns. docs/import.md says where the
//! names were found.

use super::Kind;
use super::map::{Field, Map, Names, plain};

/// A program whose files we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Our own plain format: the fields by their names.
    Plain,
    /// Booknetic for WordPress.
    Booknetic,
    /// Amelia for WordPress.
    Amelia,
    /// Easy!Appointments: its tables as a database tool writes them, or what its API calls them.
    EasyAppointments,
}

/// A preset's columns for one kind of file: our field, and names of theirs, the first that is there.
type Columns = &'static [(Field, &'static [&'static str])];

impl Preset {
    /// Programs before the plain format, which has the commonest names.
    const ALL: [Self; 4] = [Self::Booknetic, Self::Amelia, Self::EasyAppointments, Self::Plain];

    /// The name under which keys of rows are remembered.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Booknetic => "booknetic",
            Self::Amelia => "amelia",
            Self::EasyAppointments => "easyappointments",
        }
    }

    /// The program as it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "Rebook's plain format",
            Self::Booknetic => "Booknetic",
            Self::Amelia => "Amelia",
            Self::EasyAppointments => "Easy!Appointments",
        }
    }

    /// Which program wrote a file with these columns; nothing when it is none of them.
    pub fn of(kind: Kind, header: &[String]) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let has = |wanted: &&str| names.iter().any(|name| *name == plain(wanted));
        Self::ALL.into_iter().find(|preset| {
            let marks = preset.marks(kind);
            !marks.is_empty() && marks.iter().all(has)
        })
    }

    /// Columns that only its files have together.
    const fn marks(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Booknetic, Kind::Visits) => &["START DATE", "Customer Phone Number", "STAFF", "SERVICE"],
            (Self::Booknetic, Kind::Clients) => &["ID", "First name", "Last name", "PHONE", "LAST APPOINTMENT"],
            (Self::Booknetic, Kind::Services) => &["ID", "SERVICE NAME", "PRICE", "DURATION"],
            (Self::Amelia, Kind::Visits) => &["Employee", "Service", "Start Time"],
            (Self::Amelia, Kind::Clients) => &["First Name", "Last Name", "Customer Note"],
            (Self::EasyAppointments, Kind::Visits) => &["start_datetime", "id_services", "id_users_provider"],
            (Self::EasyAppointments, Kind::Clients) => &["first_name", "last_name", "phone_number"],
            (Self::EasyAppointments, Kind::Services) => &["name", "duration", "attendants_number"],
            (Self::Plain, Kind::Visits) => &["start", "service"],
            (Self::Plain, Kind::Clients) => &["first_name", "last_name"],
            (Self::Plain, Kind::Services) => &["name", "duration"],
            (Self::Amelia, Kind::Services) => &[],
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table of the columns of other programs")]
    const fn columns(self, kind: Kind) -> Columns {
        match (self, kind) {
            (Self::Booknetic, Kind::Visits) => &[
                (Field::Key, &["ID"]),
                (Field::Name, &["Customer"]),
                (Field::Email, &["Customer Email"]),
                (Field::Phone, &["Customer Phone Number"]),
                (Field::Start, &["START DATE"]),
                (Field::Duration, &["DURATION"]),
                (Field::Service, &["SERVICE"]),
                (Field::Provider, &["STAFF"]),
                (Field::Location, &["LOCATION"]),
                (Field::Status, &["STATUS"]),
                (Field::Amount, &["PAYMENT"]),
                (Field::Created, &["CREATED AT"]),
            ],
            (Self::Booknetic, Kind::Clients) => &[
                (Field::Key, &["ID"]),
                (Field::FirstName, &["First name"]),
                (Field::LastName, &["Last name"]),
                (Field::Email, &["Email"]),
                (Field::Phone, &["PHONE"]),
                (Field::BirthDate, &["Date of birth"]),
                (Field::Note, &["Note"]),
            ],
            (Self::Booknetic, Kind::Services) => &[
                (Field::Key, &["ID"]),
                (Field::Name, &["SERVICE NAME"]),
                (Field::Category, &["CATEGORY"]),
                (Field::Price, &["PRICE"]),
                (Field::Duration, &["DURATION"]),
            ],
            (Self::Amelia, Kind::Visits) => &[
                // One appointment may be of several people: the row's key is made of it and the client.
                (Field::Name, &["Customer Name", "Customers"]),
                (Field::Email, &["Customer Email"]),
                (Field::Phone, &["Customer Phone"]),
                (Field::Provider, &["Employee"]),
                (Field::Service, &["Service"]),
                (Field::Location, &["Location"]),
                (Field::Start, &["Start Time"]),
                (Field::End, &["End Time"]),
                (Field::Duration, &["Duration"]),
                (Field::Amount, &["Price"]),
                (Field::Paid, &["Payment Amount"]),
                (Field::Method, &["Payment Method"]),
                (Field::Note, &["Note"]),
                (Field::Status, &["Status"]),
                (Field::Created, &["Created On"]),
            ],
            (Self::Amelia, Kind::Clients) => &[
                (Field::FirstName, &["First Name"]),
                (Field::LastName, &["Last Name"]),
                (Field::Email, &["Email"]),
                (Field::Phone, &["Phone"]),
                (Field::BirthDate, &["Date of Birth"]),
                (Field::Note, &["Customer Note"]),
            ],
            (Self::EasyAppointments, Kind::Visits) => &[
                (Field::Key, &["id"]),
                (Field::ClientKey, &["id_users_customer"]),
                (Field::Service, &["id_services"]),
                (Field::Provider, &["id_users_provider"]),
                (Field::Start, &["start_datetime"]),
                (Field::End, &["end_datetime"]),
                (Field::Created, &["book_datetime"]),
                (Field::Status, &["status"]),
                (Field::Note, &["notes"]),
            ],
            (Self::EasyAppointments, Kind::Clients) => &[
                (Field::Key, &["id"]),
                (Field::FirstName, &["first_name"]),
                (Field::LastName, &["last_name"]),
                (Field::Email, &["email"]),
                (Field::Phone, &["phone_number", "mobile_number"]),
                (Field::Language, &["language"]),
                (Field::Note, &["notes"]),
                (Field::Created, &["create_datetime"]),
            ],
            (Self::EasyAppointments, Kind::Services) => &[
                (Field::Key, &["id"]),
                (Field::Name, &["name"]),
                (Field::Duration, &["duration"]),
                (Field::Price, &["price"]),
                (Field::Description, &["description"]),
            ],
            (Self::Plain, _) | (Self::Amelia, Kind::Services) => &[],
        }
    }

    /// Fills in what the map of the operator leaves open.
    pub fn complete(self, kind: Kind, header: &[String], map: &mut Map) {
        let there = |name: &str| header.iter().find(|own| plain(own) == plain(name));
        let known: Vec<Field> = map.columns.iter().map(|(field, _)| *field).collect();
        let mut add = |field: Field, names: &[&str]| {
            if let Some(column) = names.iter().find_map(|name| there(name)).filter(|_| !known.contains(&field)) {
                map.columns.push((field, column.clone()));
            }
        };
        for (field, names) in self.columns(kind) {
            add(*field, names);
        }
        if self == Self::Plain {
            for field in Field::ALL {
                add(*field, &[field.as_str()]);
            }
        }
        if map.from.is_none() {
            map.from = Some(self.as_str().to_owned());
        }
        for (theirs, ours) in self.statuses() {
            map.statuses.entry((*theirs).to_owned()).or_insert_with(|| (*ours).to_owned());
        }
    }

    /// What the programs call what became of a visit. "Approved" is what a visit was that took place; nobody says more.
    const fn statuses(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Booknetic | Self::Amelia => &[
                ("approved", "completed"),
                ("pending", "skip"),
                ("rejected", "skip"),
                ("canceled", "cancelled"),
                ("no show", "no_show"),
            ],
            Self::EasyAppointments => &[
                ("booked", "completed"),
                ("confirmed", "completed"),
                ("rescheduled", "skip"),
                ("draft", "skip"),
                ("canceled", "cancelled"),
                ("cancelled", "cancelled"),
            ],
            Self::Plain => &[],
        }
    }
}

/// The fields by their own names, where no preset fits but the operator's map names some.
pub fn by_own_names(header: &[String], map: &mut Map) {
    let known: Vec<Field> = map.columns.iter().map(|(field, _)| *field).collect();
    for field in Field::ALL.iter().filter(|field| !known.contains(field)) {
        if let Some(column) = header.iter().find(|name| plain(name) == plain(field.as_str())) {
            map.columns.push((*field, column.clone()));
        }
    }
}

/// Words for what became of a visit that every file may use.
pub fn usual_statuses() -> Names {
    [
        ("completed", "completed"),
        ("complete", "completed"),
        ("done", "completed"),
        ("finished", "completed"),
        ("attended", "completed"),
        ("erschienen", "completed"),
        ("abgeschlossen", "completed"),
        ("no show", "no_show"),
        ("noshow", "no_show"),
        ("missed", "no_show"),
        ("nicht erschienen", "no_show"),
        ("cancelled", "cancelled"),
        ("canceled", "cancelled"),
        ("abgesagt", "cancelled"),
        ("cancelled late", "cancelled_late"),
        ("cancelled by clinic", "cancelled_by_clinic"),
        ("skip", "skip"),
    ]
    .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
    .into_iter()
    .collect()
}
