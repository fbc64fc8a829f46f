//! What brings the patients of the demo back: the types, the dates that follow from three years of visits, and what the
//! desk did about some of them.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;

use crate::db::schema::{recall_triggers, recall_types, recalls, services};
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::RecallId;
use crate::domain::recall::WhyDisabled;
use crate::recall::{self, Change};

/// A type as the clinic thinks of it.
struct Kind {
    id: i64,
    code: &'static str,
    name: &'static str,
    every: &'static str,
    books: &'static str,
    triggers: &'static [&'static str],
}

const KINDS: [Kind; 3] = [
    Kind {
        id: 1,
        code: "check-up",
        name: "Check-up and cleaning",
        every: "6m1d",
        books: "check-up",
        triggers: &["check-up", "new-patient"],
    },
    Kind {
        id: 2,
        code: "child-check-up",
        name: "Children's check-up",
        every: "6m1d",
        books: "child-check-up",
        triggers: &["child-check-up"],
    },
    Kind { id: 3, code: "gum-care", name: "Gum care", every: "3m1d", books: "gum-care", triggers: &["gum-care"] },
];

/// Writes types, dates, and some decisions of the desk.
pub(in crate::demo) fn write(tx: &mut Tx<'_>, today: NaiveDate) -> Result<(), Fault> {
    for (kind, position) in KINDS.iter().zip(1..) {
        let Some(books) = service(tx, kind.books)? else { continue };
        diesel::insert_into(recall_types::table)
            .values((
                recall_types::id.eq(kind.id),
                recall_types::code.eq(kind.code),
                recall_types::name.eq(kind.name),
                recall_types::every.eq(kind.every),
                recall_types::book_service_id.eq(books),
                recall_types::required.eq(true),
                recall_types::position.eq(position),
            ))
            .execute(tx.conn)?;
        for slug in kind.triggers {
            if let Some(trigger) = service(tx, slug)? {
                diesel::insert_into(recall_triggers::table)
                    .values((recall_triggers::recall_type_id.eq(kind.id), recall_triggers::service_id.eq(trigger)))
                    .execute(tx.conn)?;
            }
        }
    }
    recall::rebuild(tx)?;
    decisions(tx, today)
}

fn service(tx: &mut Tx<'_>, slug: &str) -> Result<Option<i64>, Fault> {
    Ok(services::table.filter(services::slug.eq(slug)).select(services::id).first(tx.conn).optional()?)
}

/// Some dates by hand, some pauses, some who want no more reminders.
fn decisions(tx: &mut Tx<'_>, today: NaiveDate) -> Result<(), Fault> {
    let ahead = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let due: Vec<i64> = recalls::table
        .filter(recalls::due_day.lt(ahead(120)))
        .order((recalls::client_id, recalls::recall_type_id))
        .limit(120)
        .select(recalls::id)
        .load(tx.conn)?;
    let changes = [
        (3, Change::Due(Some(ahead(10)))),
        (11, Change::Pause(Some(ahead(40)))),
        (17, Change::Disable(WhyDisabled::Elsewhere, "Moved to Portland, sees somebody there".to_owned())),
        (23, Change::Due(Some(ahead(45)))),
        (31, Change::Disable(WhyDisabled::Declined, String::new())),
        (41, Change::Pause(Some(ahead(75)))),
        (53, Change::Due(Some(ahead(3)))),
    ];
    for (place, change) in changes {
        let Some(id) = due.get(place) else { continue };
        match recall::change(tx, None, (RecallId::new(*id), None), &change, today) {
            Ok(_) | Err(Bad::Refused(_)) => {}
            Err(Bad::Fault(fault)) => return Err(fault),
        }
    }
    Ok(())
}
