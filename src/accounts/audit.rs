//! What happened: who, what, about which object, when, from where. Never a name, a mail address or a token.
//!
//! Every slice calls [`record`] in the write that does the deed, with a word of the closed lists here; the page of the
//! log knows a sentence for each of them.

use std::net::IpAddr;

use super::store::audit as store;
use crate::db::{Fault, Tx};
use crate::domain::ids::StaffUserId;

/// Who did it, and from which address where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct By {
    /// Nobody, when not signed in or when a command did it.
    pub user: Option<StaffUserId>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

impl From<StaffUserId> for By {
    fn from(user: StaffUserId) -> Self {
        Self { user: Some(user), address: None }
    }
}

impl From<Option<StaffUserId>> for By {
    fn from(user: Option<StaffUserId>) -> Self {
        Self { user, address: None }
    }
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$line:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$line])* $variant,)+
        }

        impl $name {
            /// Every one, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the table.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}

words! {
    /// What is written down.
    AuditAction {
        /// Somebody signed in.
        SignedIn => "signed_in",
        /// Somebody tried, and it was wrong.
        SignInFailed => "sign_in_failed",
        /// The password was right, the code was not.
        CodeFailed => "code_failed",
        /// Too many had failed; nothing was looked at.
        SignInRefused => "sign_in_refused",
        /// Somebody signed out.
        SignedOut => "signed_out",
        /// One session was ended by somebody.
        SessionEnded => "session_ended",
        /// All sessions of a user were ended.
        SessionsEnded => "sessions_ended",
        /// The first owner was made.
        OwnerMade => "owner_made",
        /// A user was added.
        UserAdded => "user_added",
        /// Name, mail address, provider or language of a user were changed.
        UserChanged => "user_changed",
        /// A user got another role.
        RoleChanged => "role_changed",
        /// A user may not sign in any more.
        UserDisabled => "user_disabled",
        /// A user may sign in again.
        UserEnabled => "user_enabled",
        /// A link to set a password was made.
        LinkMade => "link_made",
        /// A password was set by link.
        LinkUsed => "link_used",
        /// Somebody changed their own password.
        PasswordChanged => "password_changed",
        /// Somebody set up a second factor.
        SecondFactorOn => "second_factor_on",
        /// Somebody turned their second factor off.
        SecondFactorOff => "second_factor_off",
        /// The owner or a command took somebody's second factor away.
        SecondFactorReset => "second_factor_reset",
        /// New recovery codes were made.
        RecoveryCodesMade => "recovery_codes_made",
        /// A recovery code was used.
        RecoveryCodeUsed => "recovery_code_used",
        /// Something was added.
        Created => "created",
        /// Something was changed.
        Changed => "changed",
        /// Something was taken out of use.
        Archived => "archived",
        /// Something was brought back into use.
        Restored => "restored",
        /// Something was deleted.
        Deleted => "deleted",
        /// Settings were changed.
        SettingsChanged => "settings_changed",
        /// Data left as a file.
        Exported => "exported",
        /// A person was erased.
        Erased => "erased",
        /// Two clients became one.
        Merged => "merged",
        /// Money was taken.
        Paid => "paid",
        /// Money was given back.
        Refunded => "refunded",
        /// A debt was given up.
        WrittenOff => "written_off",
        /// A receipt was issued.
        ReceiptIssued => "receipt_issued",
        /// A day's money was counted and closed.
        DayClosed => "day_closed",
        /// The clinic's test mail was sent.
        MailTested => "mail_tested",
    }
}

words! {
    /// To what it was done.
    ObjectKind {
        /// Somebody who works here.
        StaffUser => "staff_user",
        /// The clinic and its settings.
        Clinic => "clinic",
        /// A client.
        Client => "client",
        /// A booking.
        Booking => "booking",
        /// A line of the ledger.
        LedgerEntry => "ledger_entry",
        /// A receipt.
        Receipt => "receipt",
        /// A day that was closed.
        DayClosing => "day_closing",
        /// The log of what happened.
        AuditLog => "audit_log",
        /// Who opened which client.
        AccessLog => "access_log",
        /// A text of law.
        LegalText => "legal_text",
        /// A location.
        Location => "location",
        /// A room.
        Room => "room",
        /// A provider.
        Provider => "provider",
        /// A service.
        Service => "service",
        /// Who performs what.
        Terms => "service_providers",
        /// Weekly hours.
        WeeklyHours => "weekly_hours",
        /// Other hours on a date.
        HourException => "hour_exception",
        /// Time off.
        TimeOff => "time_off",
        /// A closure.
        Closure => "closure",
        /// A reason for cancelling.
        CancellationReason => "cancellation_reason",
        /// A rule of messages.
        MessageRule => "message_rule",
        /// Settings of messages.
        MessageSettings => "message_settings",
        /// A text of messages.
        MessageText => "message_text",
        /// An own template.
        MessageTemplate => "message_template",
        /// One message.
        Message => "message",
        /// A program that is told.
        MessageEndpoint => "message_endpoint",
        /// The gateway for text messages.
        SmsGateway => "sms_gateway",
        /// What was spent on winning clients.
        AcquisitionCost => "acquisition_cost",
        /// A kind of recall.
        RecallType => "recall_type",
        /// One client's recall.
        Recall => "recall",
    }
}

/// Writes down that `by` did `action` to the object. `by` is a user's identifier, or `staff.by()`, which knows the
/// address as well.
pub fn record(
    tx: &mut Tx<'_>,
    action: AuditAction,
    by: impl Into<By>,
    kind: ObjectKind,
    object: i64,
) -> Result<(), Fault> {
    store::insert(tx, action, by.into(), kind, Some(object))
}

/// The same about the account `about`, which need not be known.
pub(super) fn record_user(
    tx: &mut Tx<'_>,
    action: AuditAction,
    by: impl Into<By>,
    about: Option<StaffUserId>,
) -> Result<(), Fault> {
    store::insert(tx, action, by.into(), ObjectKind::StaffUser, about.map(StaffUserId::get))
}
