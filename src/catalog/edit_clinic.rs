//! Changes what the clinic says about itself.

use std::ops::RangeInclusive;

use super::change::{Done, Object, note};
use super::store;
use super::wording::{Color, Label, Line};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::policy::Policy;
use crate::domain::recognise::{EmailAddress, PhoneNumber};

/// The longest notice for moving and cancelling: 60 days.
pub const NOTICE_MINUTES_MAX: u32 = 86_400;
/// How often a client may be allowed to move one booking.
pub const MOVES_MAX: u32 = 100;
/// How long a place may be kept for somebody on the waitlist: up to a week.
pub const OFFER_MINUTES: RangeInclusive<u32> = 5..=10_080;
/// The same for who wants to be told at short notice: up to a day.
pub const SHORT_NOTICE_OFFER_MINUTES: RangeInclusive<u32> = 5..=1_440;

/// The clinic as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicDetails {
    /// Its name.
    pub name: Label,
    /// One line under the name.
    pub tagline: Line,
    /// Where replies go.
    pub email: Option<EmailAddress>,
    /// Whom to call.
    pub phone: Option<PhoneNumber>,
    /// The one currency of its prices.
    pub currency: Currency,
    /// The language of its own texts.
    pub language: Language,
    /// The colour of its look.
    pub accent_color: Color,
    /// Deadlines and limits, unless a location or a service says otherwise.
    pub policy: Policy,
    /// How long a place is kept for somebody on the waitlist.
    pub offer_minutes: u32,
    /// The same for who wants to be told at short notice.
    pub short_notice_offer_minutes: u32,
}

/// Why the clinic was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClinicRefused {
    /// Somebody else changed it after the form was made.
    Changed,
    /// There are prices or bookings in the present currency; their amounts would mean something else.
    CurrencyInUse {
        /// The currency that stays.
        currency: Currency,
    },
}

/// The clinic and its version; nothing before the first start was completed.
pub fn clinic_to_edit(conn: &mut Conn) -> Result<Option<(ClinicDetails, i64)>, Fault> {
    store::clinic::find(conn)
}

/// Saves the clinic; `seen` is zero when there was none.
pub fn edit_clinic(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    seen: i64,
    details: &ClinicDetails,
) -> Result<(), Bad<ClinicRefused>> {
    match store::clinic::find(tx.conn)? {
        None if seen == 0 => store::clinic::insert(tx, details)?,
        None => return Err(Bad::Refused(ClinicRefused::Changed)),
        Some((present, _)) => {
            if !store::clinic::raise_version_from(tx, seen)? {
                return Err(Bad::Refused(ClinicRefused::Changed));
            }
            if present.currency != details.currency && amounts_depend(tx, present.currency, details.currency)? {
                return Err(Bad::Refused(ClinicRefused::CurrencyInUse { currency: present.currency }));
            }
            store::clinic::update(tx, details)?;
        }
    }
    Ok(note(tx, by, Done::Changed, Object::Clinic, 1)?)
}

/// Money that was asked for or paid stays what it was; prices on the list only move to a currency with as many decimals.
fn amounts_depend(tx: &mut Tx<'_>, present: Currency, wanted: Currency) -> Result<bool, Fault> {
    if store::clinic::has_amounts(tx.conn)? {
        return Ok(true);
    }
    Ok(present.decimals() != wanted.decimals() && store::services::has_prices(tx.conn)?)
}
