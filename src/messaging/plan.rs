//! Makes the rows of `messages` agree with what a booking deserves.

use chrono::{DateTime, TimeDelta, Utc};

use super::plan_clients;
use super::store::planning::{self, Frame, Place};
use super::store::{self, rules};
use crate::db::{Bad, Conn, Db, Fault, Never, Tx, portable};
use crate::domain::ids::{BookingId, LocationId};
use crate::domain::message_rules::{Concern, Rule, Rulebook, Trigger};
use crate::domain::messages::{
    self, BookingFacts, MessageKind, PlannedMessage, Reach, Reason, Recipient, Reconciliation, Subject,
};
use crate::failpoint::{self, Point};

/// A row that began to leave while we planned changes what is deserved; after so many rounds something else is wrong.
const ROUNDS_MAX: u32 = 4;

/// What planning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanReport {
    /// Rows that were made, or taken up again.
    pub made: usize,
    /// Rows that got another moment.
    pub moved: usize,
    /// Rows that were taken back.
    pub cancelled: usize,
}

impl PlanReport {
    /// Adds what another pass did.
    pub const fn add(&mut self, other: Self) {
        self.made += other.made;
        self.moved += other.moved;
        self.cancelled += other.cancelled;
    }
}

/// Plans what is to be said about a booking. Called inside the write that changed it, so that a committed booking has
/// its messages and a rolled-back one has none. Calling it again changes nothing.
pub fn plan_for(tx: &mut Tx<'_>, booking: BookingId) -> Result<(), Fault> {
    let frame = planning::frame(tx.conn)?;
    plan_booking(tx, booking, &frame, Occasion::Change)?;
    Ok(())
}

/// Why somebody plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occasion {
    /// The booking is changed by this very write.
    Change,
    /// A pass looks at everything.
    Pass,
}

fn plan_booking(tx: &mut Tx<'_>, booking: BookingId, frame: &Frame, occasion: Occasion) -> Result<PlanReport, Fault> {
    for _ in 0..ROUNDS_MAX {
        let Some((facts, steps)) = steps_for(tx.conn, &[booking], frame, (tx.now, occasion))?.pop() else {
            return Err(Fault::corrupt("bookings", "id", booking, "planned, but not there"));
        };
        let mut left_meanwhile = false;
        for (message, reason) in &steps.cancel {
            left_meanwhile |= !store::cancel(tx, *message, reason.as_str())?;
        }
        if left_meanwhile {
            continue;
        }
        for moved in &steps.reschedule {
            planning::reschedule(tx, moved)?;
        }
        for moved in &steps.take_up {
            planning::take_up(tx, moved)?;
        }
        // One statement for all of them, but where tests kill the process between two.
        let (first, rest) = steps.insert.split_at(steps.insert.len().min(usize::from(cfg!(debug_assertions))));
        planning::insert(tx, first, &facts.concern.language, frame)?;
        if !first.is_empty() && !rest.is_empty() {
            failpoint::reach(Point::PlanHalf);
        }
        planning::insert(tx, rest, &facts.concern.language, frame)?;
        return Ok(PlanReport {
            made: steps.insert.len() + steps.take_up.len(),
            moved: steps.reschedule.len(),
            cancelled: steps.cancel.len(),
        });
    }
    Err(Fault::other("the messages of a booking keep changing while they are planned"))
}

/// What is to be done about each of the bookings.
fn steps_for(
    conn: &mut Conn,
    bookings: &[BookingId],
    frame: &Frame,
    (now, occasion): (DateTime<Utc>, Occasion),
) -> Result<Vec<(BookingFacts, Reconciliation)>, Fault> {
    let told = planning::bookings_to_tell(conn, bookings, frame, now)?;
    let mut existing = planning::existing(conn, bookings)?;
    let steps = |facts: BookingFacts| {
        let facts = BookingFacts { is_happening: occasion == Occasion::Change, ..facts };
        let rows = existing.remove(&facts.booking).unwrap_or_default();
        let deserved = messages::deserved(&facts, &frame.book, &rows, now);
        let steps = messages::reconcile(&rows, deserved, &frame.book, now);
        (facts, steps)
    };
    Ok(told.into_iter().map(steps).collect())
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
/// cannot be reached gets a row that says so, and so does who is not told because the rule for it is off.
pub fn tell(tx: &mut Tx<'_>, notice: &Notice) -> Result<(), Fault> {
    let frame = planning::frame(tx.conn)?;
    let Notice { subject, kind, recipient, version, expires_at, .. } = notice;
    let plain = PlannedMessage::at_once(*subject, *kind, *recipient, *version, tx.now, *expires_at);
    let planned = match trigger_of(*kind) {
        Some(trigger) => by_rules(tx, notice, &plain, (trigger, &frame))?,
        None => {
            let reach = planning::reach_of(tx.conn, *recipient, &frame)?;
            vec![PlannedMessage { skip: reach.skip(), ..plain }]
        }
    };
    let mut missing = Vec::with_capacity(planned.len());
    for message in planned {
        if !store::is_planned(tx.conn, &message.natural_key())? {
            missing.push(message);
        }
    }
    planning::insert(tx, &missing, &notice.language, &frame)
}

/// Which rules decide whether a notice is given; most kinds belong to what somebody just did and are always given.
const fn trigger_of(kind: MessageKind) -> Option<Trigger> {
    match kind {
        MessageKind::WaitlistOffer => Some(Trigger::WaitlistOffer),
        _ => None,
    }
}

/// The notice as every rule says it that speaks of it to a client; where none does, a row that says why not.
fn by_rules(
    tx: &mut Tx<'_>,
    notice: &Notice,
    plain: &PlannedMessage,
    (trigger, frame): (Trigger, &Frame),
) -> Result<Vec<PlannedMessage>, Fault> {
    let Recipient::Client(client) = notice.recipient else { return Ok(vec![plain.clone()]) };
    let contact = planning::contact(tx.conn, client)?;
    let reachable = contact.map(|(contact, guardians)| contact.reachable(&guardians));
    let concern = concern_of(tx.conn, notice, frame)?;
    let mut on = frame.book.on_at(tx.now).filter(|rule| rule.trigger == trigger && rule.endpoint.is_none()).peekable();
    let reason = if on.peek().is_some() { Reason::NoRule } else { Reason::SwitchedOff };
    let say = |rule: &Rule| {
        let reach = reachable.as_ref().map_or(Reach::NoAddress, |reachable| reachable.on(rule.channel));
        PlannedMessage { skip: reach.skip(), ..plain.clone().by_rule(rule) }
    };
    let said: Vec<PlannedMessage> = on.filter(|rule| rule.conditions.hold(&concern)).map(say).collect();
    Ok(if said.is_empty() { vec![PlannedMessage { skip: Some(reason), ..plain.clone() }] } else { said })
}

fn concern_of(conn: &mut Conn, notice: &Notice, frame: &Frame) -> Result<Concern, Fault> {
    let mut concern = match notice.subject {
        Subject::Offer(offer) => store::waitlist::concern_of(conn, offer)?,
        _ => Concern::default(),
    };
    if let Recipient::Client(client) = notice.recipient
        && frame.book.asks_for_tags()
    {
        concern.tags = planning::tags_of(conn, &[client.get()])?.remove(&client.get()).unwrap_or_default();
    }
    concern.language.clone_from(&notice.language);
    Ok(concern)
}

/// Takes back what was to be told about a subject and has not left.
pub fn untell(tx: &mut Tx<'_>, subject: Subject) -> Result<(), Fault> {
    for message in store::waiting(tx.conn, subject)? {
        store::cancel(tx, message, Reason::Superseded.as_str())?;
    }
    Ok(())
}

/// The rules that are kept, on and off.
pub fn rulebook(conn: &mut Conn) -> Result<Rulebook, Fault> {
    Ok(planning::frame(conn)?.book)
}

/// Bookings looked at in one read of a pass over all of them.
const BOOKINGS_PER_READ: i64 = 200;
/// Bookings planned in one short write.
const BOOKINGS_PER_WRITE: usize = 25;
/// What follows a visit, or its absence, concerns bookings that began so many days ago.
const RECENT_DAYS: i64 = 9;

/// Brings everything in line when a rule was changed since the last pass.
pub async fn plan_changed_rules(db: &Db, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let versions = db.read(rules::versions).await?;
    if versions.rules <= versions.planned {
        return plan_clients::take_back_from_booked(db, now).await;
    }
    plan_all(db, now).await
}

/// Plans again for every booking to come or just over, and for whom rules about clients concern: what a fault or a
/// change of rules left behind is put right. Reads first, and writes only what is not as it should be, in short writes;
/// any number of nodes may do so at once.
pub async fn plan_all(db: &Db, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let version = db.read(rules::versions).await?.rules;
    let mut report = PlanReport::default();
    for location in db.read(planning::locations).await? {
        let mut place = Place { starts_at: (now - TimeDelta::days(RECENT_DAYS)).naive_utc(), booking: 0 };
        loop {
            let page = db.read(move |conn| behind(conn, location, place, now)).await?;
            for bookings in page.behind.chunks(BOOKINGS_PER_WRITE) {
                report.add(plan_some(db, bookings.to_vec(), now).await?);
                failpoint::reach(Point::PlanPassHalf);
            }
            match page.last {
                Some(last) => place = last,
                None => break,
            }
        }
    }
    report.add(plan_clients::plan_clients(db, now).await?);
    let noted = db.write(now, move |tx| -> Result<(), Bad<Never>> { Ok(rules::note_planned(tx, version)?) });
    noted.await.map_err(Bad::into_fault)?;
    Ok(report)
}

/// Some bookings of a pass.
struct Page {
    /// Those whose rows are not as they should be.
    behind: Vec<BookingId>,
    /// Where the next page begins; nothing at the end.
    last: Option<Place>,
}

fn behind(conn: &mut Conn, location: LocationId, place: Place, now: DateTime<Utc>) -> Result<Page, Fault> {
    let bookings = planning::bookings_after(conn, location, place, BOOKINGS_PER_READ)?;
    let last = bookings.last().map(|(_, place)| *place);
    let ids: Vec<BookingId> = bookings.into_iter().map(|(booking, _)| booking).collect();
    if ids.is_empty() {
        return Ok(Page { behind: Vec::new(), last: None });
    }
    let frame = planning::frame(conn)?;
    let steps = steps_for(conn, &ids, &frame, (now, Occasion::Pass))?;
    let behind = steps.into_iter().filter(|(_, steps)| !steps.is_empty()).map(|(facts, _)| facts.booking);
    Ok(Page { behind: behind.collect(), last })
}

async fn plan_some(db: &Db, bookings: Vec<BookingId>, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let write = move |tx: &mut Tx<'_>| -> Result<PlanReport, Bad<Never>> {
        let frame = planning::frame(tx.conn)?;
        let mut report = PlanReport::default();
        for booking in &bookings {
            portable::lock_booking(tx.conn, booking.get())?;
            report.add(plan_booking(tx, *booking, &frame, Occasion::Pass)?);
        }
        Ok(report)
    };
    db.write(now, write).await.map_err(Bad::into_fault)
}
