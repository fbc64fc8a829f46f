//! What each role may do, as people read it: every address of the staff side belongs to exactly one line here.
//!
//! The line says in words what the addresses do; who may is read from the table of routes, never written here. So the
//! page of rights cannot say anything else than what is enforced, and a test holds that to the route × role matrix.

use super::role::Role;

/// A group of deeds in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// One's own account.
    OwnAccount,
    /// The calendar and single bookings.
    SeeCalendar,
    /// Arrived, begun, completed, missed.
    VisitStatus,
    /// One message that was sent.
    ReadMessage,
    /// What a client page shows to everybody who may open it.
    ReadClients,
    /// Money of a visit at its completion.
    TakeMoney,
    /// Other deeds of everybody who works here.
    StaffOther,
    /// Booking, moving, calling off.
    Book,
    /// Blocks of time.
    Block,
    /// Requests and worklists.
    Worklists,
    /// The waitlist.
    Waitlist,
    /// Appointments that repeat.
    Series,
    /// Clients.
    Clients,
    /// The log of messages.
    Messages,
    /// Receipts and payments at the desk.
    DeskMoney,
    /// Other deeds of the desk.
    DeskOther,
    /// Services, providers, locations, hours.
    Catalog,
    /// Rules, texts and channels of messages.
    MessageRules,
    /// Refunds, write-offs, closing of days, files.
    ManageMoney,
    /// Merging, exporting and erasing clients.
    ManageClients,
    /// Look, languages, texts of law, privacy, the first steps.
    Settings,
    /// Other deeds of who runs the clinic.
    ManagerOther,
    /// Who comes back, who is lost, what one is worth, what advertising costs.
    Figures,
    /// Users, roles, sessions of others.
    Team,
    /// Programs that work like reception.
    Programs,
    /// The log of what happened.
    Audit,
    /// Who opened which client.
    AccessLog,
    /// Other deeds of the owner.
    OwnerOther,
}

impl Right {
    /// The line of an address that `least` and whoever is above may ask for.
    pub fn of(path: &str, least: Role) -> Self {
        let mut parts = path.trim_start_matches('/').split('/').skip(1);
        let (first, second) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
        match least {
            Role::Provider => Self::of_everybody(first, second),
            Role::Receptionist => Self::of_desk(first, second),
            Role::Manager => Self::of_manager(first),
            Role::Owner => match first {
                "" | "at-risk" | "cohorts" | "costs" | "digest" | "frequency" | "messages" | "missed" | "people"
                | "returning" | "segments" | "settings" | "sources" | "value" => Self::Figures,
                "team" => Self::Team,
                "programs" => Self::Programs,
                "audit" => Self::Audit,
                "access-log" => Self::AccessLog,
                _ => Self::OwnerOther,
            },
        }
    }

    fn of_everybody(first: &str, second: &str) -> Self {
        match (first, second) {
            ("sign-out" | "sign-out-everywhere" | "me", _) => Self::OwnAccount,
            ("bookings", "arrive" | "start" | "complete" | "no-show" | "undo" | "status" | "arrived" | "rebook") => {
                Self::VisitStatus
            }
            ("bookings", "pay" | "charge" | "payments" | "money" | "ledger" | "receipt") => Self::TakeMoney,
            ("" | "bookings" | "calendar" | "day" | "days" | "week" | "events" | "changes" | "day-sheet", _) => {
                Self::SeeCalendar
            }
            ("messages", _) => Self::ReadMessage,
            ("clients", _) => Self::ReadClients,
            ("money" | "receipts", _) => Self::TakeMoney,
            _ => Self::StaffOther,
        }
    }

    fn of_desk(first: &str, second: &str) -> Self {
        match (first, second) {
            ("bookings", "pay" | "charge" | "payments" | "money" | "ledger" | "receipt" | "refund") => Self::DeskMoney,
            ("blocks" | "block", _) => Self::Block,
            ("book" | "bookings" | "call-off" | "explain" | "find" | "find-time" | "calendar" | "times", _) => {
                Self::Book
            }
            ("requests" | "worklists" | "recalls", _) => Self::Worklists,
            ("waitlist", _) => Self::Waitlist,
            ("series", _) => Self::Series,
            ("clients", _) => Self::Clients,
            ("messages", _) => Self::Messages,
            ("money" | "receipts", _) => Self::DeskMoney,
            _ => Self::DeskOther,
        }
    }

    fn of_manager(first: &str) -> Self {
        match first {
            "catalog" => Self::Catalog,
            "messages" => Self::MessageRules,
            "settings" | "setup" => Self::Settings,
            "money" | "receipts" | "bookings" => Self::ManageMoney,
            "clients" => Self::ManageClients,
            _ => Self::ManagerOther,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_their_lines() {
        assert_eq!(Right::of("/staff", Role::Provider), Right::SeeCalendar);
        assert_eq!(Right::of("/staff/bookings/{booking}/arrive", Role::Provider), Right::VisitStatus);
        assert_eq!(Right::of("/staff/bookings/{booking}/move", Role::Receptionist), Right::Book);
        assert_eq!(Right::of("/staff/messages/rules", Role::Manager), Right::MessageRules);
        assert_eq!(Right::of("/owner/team/{user}", Role::Owner), Right::Team);
        assert_eq!(Right::of("/owner", Role::Owner), Right::Figures);
        assert_eq!(Right::of("/owner/at-risk", Role::Owner), Right::Figures);
    }
}
