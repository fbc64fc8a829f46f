//! What somebody who works here may do.

use std::fmt;

/// The four roles, from the most rights to the fewest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything, the team and the figures included.
    Owner,
    /// Everything but the team.
    Manager,
    /// Agenda, bookings and clients.
    Receptionist,
    /// Their own agenda.
    Provider,
}

impl Role {
    /// Every role, in the order in which it is offered.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Manager, Self::Receptionist, Self::Provider];

    /// The word the database, forms and commands use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Receptionist => "receptionist",
            Self::Provider => "provider",
        }
    }

    /// Reads [`Role::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// Works at the desk: sees every provider's agenda and books for everybody.
    pub const fn is_desk(self) -> bool {
        match self {
            Self::Owner | Self::Manager | Self::Receptionist => true,
            Self::Provider => false,
        }
    }

    /// May break a rule of the calendar knowingly: outside hours, over another appointment, past a deadline.
    pub const fn may_override(self) -> bool {
        match self {
            Self::Owner | Self::Manager | Self::Receptionist => true,
            Self::Provider => false,
        }
    }

    /// May give somebody this role: nobody names one above their own.
    pub fn may_give(self, role: Self) -> bool {
        self.is_owner() && self <= role
    }

    /// Runs the clinic: services, rooms, hours.
    pub const fn is_manager(self) -> bool {
        match self {
            Self::Owner | Self::Manager => true,
            Self::Receptionist | Self::Provider => false,
        }
    }

    /// Owns the clinic: team and figures.
    pub const fn is_owner(self) -> bool {
        match self {
            Self::Owner => true,
            Self::Manager | Self::Receptionist | Self::Provider => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.word()), Some(role));
        }
        assert_eq!(Role::parse("admin"), None);
        assert_eq!(Role::parse("Owner"), None);
    }
}
