//! Makes the rows of `messages` agree with what a booking deserves.

use chrono::{DateTime, Utc};

use super::store;
use crate::db::{Bad, Db, Fault, Never, Tx};
use crate::domain::ids::BookingId;
use crate::domain::messages::{self, MessageKind, PlannedMessage, Reason, Recipient, Subject};
use crate::failpoint::{self, Point};

/// A row that began to leave while we planned changes what is deserved; after so many rounds something else is wrong.
const ROUNDS_MAX: u32 = 4;

/// Plans what is to be said about a booking. Called inside the write that changed it, so that a committed booking has
/// its messages and a rolled-back one has none. Calling it again changes nothing.
pub fn plan_for(tx: &mut Tx<'_>, booking: BookingId) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        let told = store::booking_to_tell(tx.conn, booking, tx.now)?;
        let existing = store::existing(tx.conn, booking)?;
        let deserved = messages::deserved(&told.facts, &existing, tx.now);
        let steps = messages::reconcile(&existing, deserved);

        let mut left_meanwhile = false;
        for message in steps.cancel {
            left_meanwhile |= !store::cancel(tx, message, Reason::Superseded.as_str())?;
        }
        if left_meanwhile {
            continue;
        }
        for (index, planned) in steps.insert.iter().enumerate() {
            if 0 < index {
                failpoint::reach(Point::PlanHalf);
            }
            store::insert(tx, planned, told.language_for(planned.kind), &told.clinic)?;
        }
        return Ok(());
    }
    Err(Fault::other("the messages of a booking keep changing while they are planned"))
}

/// Something to tell that is not about one booking alone.
#[derive(Debug, Clone)]
pub struct Notice {
    /// About what.
    pub subject: Subject,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub recipient: Recipient,
    /// The recipient's language tag; empty is the clinic's.
    pub language: String,
    /// Another version is another message; the same one is told once.
    pub version: i32,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
}

/// Plans a notice to leave at once, part of the write that makes it true. Telling the same again changes nothing; who
/// cannot be reached gets a row that says so.
pub fn tell(tx: &mut Tx<'_>, notice: &Notice) -> Result<(), Fault> {
    let reach = store::reach_of(tx.conn, notice.recipient)?;
    let Notice { subject, kind, recipient, version, expires_at, .. } = notice;
    let planned = PlannedMessage {
        skip: reach.skip(),
        ..PlannedMessage::at_once(*subject, *kind, *recipient, *version, tx.now, *expires_at)
    };
    if store::is_planned(tx.conn, &planned.natural_key())? {
        return Ok(());
    }
    let clinic = store::clinic_to_write_for(tx.conn)?;
    let language = if notice.language.is_empty() { &clinic.language } else { &notice.language };
    store::insert(tx, &planned, language, &clinic)
}

/// Takes back what was to be told about a subject and has not left.
pub fn untell(tx: &mut Tx<'_>, subject: Subject) -> Result<(), Fault> {
    for message in store::waiting(tx.conn, subject)? {
        store::cancel(tx, message, Reason::Superseded.as_str())?;
    }
    Ok(())
}

/// Bookings planned in one short write of the nightly pass.
const BOOKINGS_PER_WRITE: i64 = 100;

/// Plans again for every booking to come that has messages, in short writes: what a fault or a change of settings left
/// behind is put right by the morning. Imported bookings have no messages and are left alone.
pub async fn plan_all(db: &Db, now: DateTime<Utc>) -> Result<usize, Fault> {
    let mut after = BookingId::new(0);
    let mut planned = 0;
    loop {
        let from = after;
        let write = move |tx: &mut Tx<'_>| -> Result<_, Bad<Never>> {
            let bookings = store::bookings_to_come(tx.conn, from, tx.now, BOOKINGS_PER_WRITE)?;
            for booking in &bookings {
                plan_for(tx, *booking)?;
            }
            Ok(bookings)
        };
        let bookings = db.write(now, write).await.map_err(Bad::into_fault)?;
        let Some(last) = bookings.last() else { return Ok(planned) };
        failpoint::reach(Point::PlanPassHalf);
        planned += bookings.len();
        after = *last;
    }
}
