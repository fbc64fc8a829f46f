//! A row of services: one of ours by its name, else made, to be booked by the desk until the clinic puts it online.

use super::file::Row;
use super::map::Field;
use super::pass::{Before, Hand, Kept, Pass};
use super::row::Reading;
use super::store;
use crate::catalog::{Label, Line, Prose, RecallInterval};
use crate::db::Fault;
use crate::domain::imports::{AmountColumn, digest, minutes_of};
use crate::domain::money::Currency;

/// The length of a service that says none.
const USUAL_MINUTES: u32 = 30;

/// A service as a row says.
#[derive(Debug, Clone)]
pub(super) struct NewService {
    pub(super) name: Label,
    pub(super) category: Line,
    pub(super) description: Prose,
    pub(super) minutes: u32,
    pub(super) price_minor: i64,
    pub(super) recall: Option<RecallInterval>,
}

impl NewService {
    /// One that is only named by visits.
    pub(super) fn named(name: Label, minutes: Option<u32>) -> Self {
        let minutes = minutes.filter(|minutes| (5..=720).contains(minutes)).unwrap_or(USUAL_MINUTES);
        Self { name, category: Line::default(), description: Prose::default(), minutes, price_minor: 0, recall: None }
    }
}

/// Takes one row, or says why not.
pub(super) fn take(pass: &mut Pass<'_, '_>, row: &Row) -> Result<(), Fault> {
    if !pass.has_shape(row) {
        return Ok(());
    }
    let mut reading = Reading::new(pass.layout, row, super::clients::today(pass));
    let service = read(&mut reading, pass.shop.currency);
    let wrong = std::mem::take(&mut reading.wrong);
    let Some(service) = service.filter(|_| wrong.is_empty()) else {
        pass.refuse(row, &wrong);
        return Ok(());
    };
    let key = match pass.value(row, Field::Key) {
        "" => digest(&["service", &service.name.as_str().to_lowercase()]),
        key => digest(&[key]),
    };
    let kept = pass.keys.get(&key).copied();
    if matches!(pass.before(row, kept), Before::Settled) {
        return Ok(());
    }
    let ours = match pass.shop.services.of(service.name.as_str(), &pass.layout.map.services) {
        super::catalog::Found::Ours(card) => Some(card.id),
        _ => None,
    };
    let id = match ours {
        Some(id) => {
            pass.counts.recognised += 1;
            pass.leave_out(row, "is a service of the clinic already, which stays as it is");
            id
        }
        None => make(pass, &service, false)?,
    };
    let content = Pass::content(row);
    pass.keys.insert(key, Kept { content, local: id, is_of_this_run: true });
    pass.buffer.keys.push(store::KeyRow::new("service", pass.layout.from(), key, content, id, pass.now));
    pass.rest()
}

/// Makes a service; one that only the past knows is archived at once, so that nobody books it.
pub(super) fn make(pass: &mut Pass<'_, '_>, service: &NewService, is_past: bool) -> Result<i64, Fault> {
    pass.counts.services += 1;
    let id = match &mut pass.hand {
        Hand::Look(_) => pass.number(),
        Hand::Write(tx) => store::make_service(tx, service, is_past)?,
    };
    let card = super::catalog::ServiceCard {
        id,
        name: service.name.as_str().to_owned(),
        minutes: service.minutes,
        tax_basis_points: 0,
    };
    let name = card.name.clone();
    pass.shop.services.add(card, &[&name]);
    Ok(id)
}

fn read(reading: &mut Reading<'_>, currency: Currency) -> Option<NewService> {
    let name = Label::parse(reading.given(Field::Name).unwrap_or_default());
    if let Err(wrong) = &name {
        reading.fail(Field::Name, format!("is no name of a service: {wrong}"));
    }
    let category = Line::parse(reading.given(Field::Category).unwrap_or_default());
    if let Err(wrong) = &category {
        reading.fail(Field::Category, wrong);
    }
    let description = Prose::parse(reading.given(Field::Description).unwrap_or_default());
    if let Err(wrong) = &description {
        reading.fail(Field::Description, wrong);
    }
    let minutes = match reading.given(Field::Duration).map(minutes_of) {
        None => Some(USUAL_MINUTES),
        Some(Some(minutes)) if (5..=720).contains(&minutes) => Some(minutes),
        Some(_) => {
            reading.fail(Field::Duration, "is no length from 5 minutes to 12 hours");
            None
        }
    };
    let price = match reading.given(Field::Price) {
        None => Some(0),
        Some(text) => match AmountColumn::read(text, reading.layout.decimal(Field::Price), currency) {
            Ok(minor) if 0 <= minor => Some(minor),
            Ok(_) => {
                reading.fail(Field::Price, "is less than nothing");
                None
            }
            Err(wrong) => {
                reading.fail(Field::Price, wrong);
                None
            }
        },
    };
    let recall = reading.given(Field::Recall).map(str::parse::<RecallInterval>);
    if matches!(recall, Some(Err(_))) {
        reading.fail(Field::Recall, "is no interval as 6m, 6m1d or 14d are");
    }
    Some(NewService {
        name: name.ok()?,
        category: category.ok()?,
        description: description.ok()?,
        minutes: minutes?,
        price_minor: price?,
        recall: recall.and_then(Result::ok),
    })
}
