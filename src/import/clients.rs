//! A row of clients: recognised by the rule of the house, else made.

use chrono::{DateTime, NaiveDate, Utc};

use super::file::Row;
use super::map::Field;
use super::pass::{Before, Hand, Kept, Pass};
use super::row::{Reading, Who};
use super::store;
use crate::clients::{self, ClientDetails, Standing};
use crate::db::Fault;
use crate::domain::imports::{Known, digest};
use crate::domain::time;

/// Takes one row, or says why not.
pub(super) fn take(pass: &mut Pass<'_, '_>, row: &Row) -> Result<(), Fault> {
    if !pass.has_shape(row) {
        return Ok(());
    }
    let zone = pass.layout.map.zone.unwrap_or_else(|| pass.shop.zone());
    let mut reading = Reading::new(pass.layout, row, today(pass));
    let who = reading.who(pass.shop.language);
    let (standing, note) = (reading.standing(), reading.note());
    let created = reading.moment(Field::Created, zone);
    if created.is_some_and(|at| pass.now < at) {
        reading.fail(Field::Created, "is still to come");
    }
    if note.is_some() && pass.shop.owner.is_none() {
        reading.wrong.push("has a note, and notes need somebody who wrote them: make an owner first".to_owned());
    }
    let wrong = std::mem::take(&mut reading.wrong);
    let Some(who) = who.filter(|_| wrong.is_empty()) else {
        pass.refuse(row, &wrong);
        return Ok(());
    };
    let key = match pass.value(row, Field::Key) {
        "" => digest(&["client", &who.keys().name_key, &format!("{:?}", (&who.email, &who.phone, who.born))]),
        key => digest(&[key]),
    };
    let kept = pass.clients.get(&key).copied();
    if matches!(pass.before(row, kept), Before::Settled) {
        return Ok(());
    }
    let client = settle(pass, &who, standing, created.unwrap_or(pass.now))?;
    if let Some(text) = note {
        note_down(pass, client, text);
    }
    let content = Pass::content(row);
    remember(pass, key, client, content);
    pass.rest()
}

/// Today at the clinic.
pub(super) fn today(pass: &Pass<'_, '_>) -> NaiveDate {
    time::local_day(pass.now, pass.shop.zone())
}

/// By which key the other program knows the client.
pub(super) fn remember(pass: &mut Pass<'_, '_>, key: u64, client: i64, content: u64) {
    pass.clients.insert(key, Kept { content, local: client, is_of_this_run: true });
    pass.buffer.keys.push(store::KeyRow::new("client", pass.layout.from(), key, content, client, pass.now));
}

fn note_down(pass: &mut Pass<'_, '_>, client: i64, text: String) {
    let Some(owner) = pass.shop.owner else { return };
    let id = pass.number();
    pass.buffer.notes.push(store::NoteRow {
        id,
        client_id: client,
        kind: "note",
        text,
        at: pass.now.naive_utc(),
        staff_user_id: owner,
    });
}

/// The client somebody is: known, or made with everybody he resembles.
pub(super) fn settle(
    pass: &mut Pass<'_, '_>,
    who: &Who,
    standing: Standing,
    created: DateTime<Utc>,
) -> Result<i64, Fault> {
    let keys = who.keys();
    let alike = match pass.people.find(&keys) {
        Known::Same(client) => {
            if !pass.is_own(client) {
                pass.counts.recognised += 1;
                fill_in(pass, client, who)?;
            }
            return Ok(client);
        }
        Known::New(alike) => alike,
    };
    let id = pass.number();
    pass.people.learn(id, &keys);
    if let Some(born) = who.born {
        pass.births.insert(id, born);
    }
    pass.counts.clients += 1;
    for (other, reason) in alike {
        pass.buffer.duplicates.push(store::DuplicateRow {
            client_id: id,
            other_id: other,
            reason: reason.as_str(),
            created_at: pass.now.naive_utc(),
        });
    }
    pass.buffer.words.extend(who.words().into_iter().map(|word| store::WordRow { client_id: id, word }));
    pass.buffer.clients.push(store::ClientRow::of(id, who, &keys, standing, created));
    Ok(id)
}

/// A known client keeps what we have; only what is missing is filled in.
fn fill_in(pass: &mut Pass<'_, '_>, client: i64, who: &Who) -> Result<(), Fault> {
    if matches!(pass.hand, Hand::Look(_)) {
        return Ok(());
    }
    pass.flush()?;
    let Hand::Write(tx) = &mut pass.hand else { return Ok(()) };
    let details = ClientDetails {
        first_name: who.first.clone(),
        last_name: who.last.clone(),
        email: who.email.clone(),
        phone: who.phone.clone(),
        language: who.language,
        zone: None,
        source: who.source.clone(),
    };
    clients::find_or_make(tx, &details)?;
    store::fill_in(tx, client, who)
}
