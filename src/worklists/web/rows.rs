//! Rows as the lists show them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{lately, tried_text};
use crate::catalog::Catalog;
use crate::domain::recall::WhyDisabled;
use crate::domain::time;
use crate::domain::worklists::{Unscheduled, Worklist};
use crate::i18n::Texts;
use crate::messaging::web::reason_text;
use crate::messaging::{Obstacle, Reminding};
use crate::waitlist::Place;
use crate::worklists::{CanCome, Candidate, DueAgain, OpenHole, Person, ToConfirm, ToRebook, Tried};

/// One person of a list.
pub(super) struct Row {
    pub list: &'static str,
    /// What is put off.
    pub object: String,
    pub client: String,
    pub booking: String,
    pub name: String,
    pub phone: Option<String>,
    /// The time it is about, where there is one.
    pub when: String,
    pub what: String,
    pub why: String,
    /// The version of the booking to confirm; nothing where there is nothing to confirm.
    pub confirms: Option<i64>,
    pub links: Vec<RowLink>,
    pub tried: String,
    pub note: String,
    /// What else is done with a recall.
    pub recall: Option<RecallDeeds>,
}

/// What is done with a recall from its row.
pub(super) struct RecallDeeds {
    pub id: String,
    pub version: i64,
    /// Reasons to remind no more, with their words.
    pub reasons: Vec<(&'static str, String)>,
}

/// One way on.
pub(super) struct RowLink {
    pub href: String,
    pub text: String,
    pub icon: &'static str,
    pub is_first: bool,
}

/// A time that came free, and who could take it.
pub(super) struct HoleBlock {
    pub object: String,
    pub when: String,
    pub what: String,
    pub freed: String,
    pub book: String,
    pub candidates: Vec<Row>,
}

/// What every row needs to know.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub t: Texts,
    pub catalog: &'a Catalog,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl Frame<'_> {
    fn row(&self, list: Worklist, object: String, person: Person, tried: Option<&Tried>) -> Row {
        Row {
            list: list.as_str(),
            object,
            client: person.client.to_string(),
            booking: String::new(),
            name: person.name,
            phone: person.phone,
            when: String::new(),
            what: String::new(),
            why: String::new(),
            confirms: None,
            links: Vec::new(),
            tried: tried.map(|tried| tried_text(self.t, tried, self.now, self.zone)).unwrap_or_default(),
            note: tried.map(|tried| tried.note.clone()).unwrap_or_default(),
            recall: None,
        }
    }

    fn with_provider(&self, service: &str, provider: &str) -> String {
        self.t.with("worklists-service-with", &[("service", &service), ("provider", &provider)])
    }

    pub(super) fn of_confirmation(&self, found: ToConfirm) -> Row {
        let (t, id) = (self.t, found.booking.to_string());
        let open = RowLink {
            href: format!("/staff/bookings/{id}"),
            text: t.text("worklists-open"),
            icon: "calendar",
            is_first: false,
        };
        Row {
            booking: id.clone(),
            when: lately(t, found.starts_at, self.now, found.zone),
            what: self.with_provider(&found.service, &found.provider),
            confirms: Some(found.row_version),
            links: vec![open],
            ..self.row(Worklist::Confirmations, id, found.person, found.tried.as_ref())
        }
    }

    pub(super) fn of_unscheduled(&self, found: ToRebook) -> Row {
        let t = self.t;
        let day = t.date_medium(found.since);
        let why = match found.why {
            Unscheduled::Missed => t.with("worklists-why-missed", &[("day", &day)]),
            Unscheduled::CalledOff => t.with("worklists-why-called-off", &[("day", &day)]),
            Unscheduled::Cancelled => t.with("worklists-why-cancelled", &[("day", &day)]),
            Unscheduled::Due => t.with("worklists-why-due", &[("day", &day)]),
        };
        let wish = [
            ("client", found.person.client.to_string()),
            ("service", found.service.to_string()),
            ("provider", found.provider.to_string()),
        ];
        let book = RowLink { href: book(&wish), text: t.text("worklists-book"), icon: "add", is_first: true };
        let id = found.booking.to_string();
        Row {
            booking: id.clone(),
            what: self.with_provider(&found.service_name, &found.provider_name),
            why,
            links: vec![book],
            ..self.row(Worklist::Unscheduled, id, found.person, found.tried.as_ref())
        }
    }

    pub(super) fn due_again(&self, found: DueAgain) -> Row {
        let t = self.t;
        let recall = &found.recall;
        let due = recall.dates.due_day.map(|day| t.date_medium(day)).unwrap_or_default();
        let mut wish = vec![("client", recall.client.to_string()), ("service", recall.book_service.to_string())];
        wish.extend(found.usual.as_ref().map(|visit| ("provider", visit.provider.to_string())));
        let id = recall.id.to_string();
        let links = vec![
            RowLink { href: book(&wish), text: t.text("worklists-book"), icon: "add", is_first: true },
            RowLink {
                href: format!("/staff/recalls/{id}?back=/staff/worklists/recall"),
                text: t.text("recall-row-change"),
                icon: "edit",
                is_first: false,
            },
        ];
        let when = if found.is_overdue {
            t.with("recall-row-overdue", &[("day", &due)])
        } else {
            t.with("recall-row-due", &[("day", &due)])
        };
        let what = match &found.usual {
            Some(visit) => self.with_provider(&recall.name, &visit.provider_name),
            None => recall.name.clone(),
        };
        Row {
            when,
            what,
            why: reminding_text(t, &found.reminding, self.zone),
            links,
            recall: Some(RecallDeeds {
                version: recall.row_version,
                reasons: WhyDisabled::ALL
                    .into_iter()
                    .filter(|why| *why != WhyDisabled::Other)
                    .map(|why| (why.as_str(), crate::recall::web::why_text(t, why)))
                    .collect(),
                id: id.clone(),
            }),
            ..self.row(Worklist::Recall, id, found.person, found.tried.as_ref())
        }
    }

    pub(super) fn can_come(&self, found: CanCome) -> Row {
        let t = self.t;
        let service = self.catalog.service(found.entry.service);
        let since = t.date_medium(time::local_day(found.entry.created_at, self.zone));
        let mut links = vec![RowLink {
            href: format!("/staff/waitlist/{}", found.entry.id),
            text: t.text("worklists-offer"),
            icon: "mail",
            is_first: false,
        }];
        for place in &found.places {
            links.push(self.place_link(&found, place));
        }
        Row {
            what: service.map(|service| service.name.clone()).unwrap_or_default(),
            why: t.with("worklists-waits-since", &[("day", &since)]),
            links,
            ..self.row(Worklist::Waitlist, found.entry.id.to_string(), found.person, found.tried.as_ref())
        }
    }

    fn place_link(&self, found: &CanCome, place: &Place) -> RowLink {
        let zone = self.catalog.location(place.location).map_or(self.zone, |place| place.zone);
        let mut wish = vec![
            ("client", found.person.client.to_string()),
            ("service", found.entry.service.to_string()),
            ("location", place.location.to_string()),
            ("day", time::local_day(place.starts_at, zone).to_string()),
            ("start", time::rfc3339(place.starts_at, zone)),
            ("entry", found.entry.id.to_string()),
        ];
        wish.extend(found.entry.wish.provider.map(|provider| ("provider", provider.to_string())));
        let text = lately(self.t, place.starts_at, self.now, zone);
        RowLink { href: book(&wish), text, icon: "add", is_first: true }
    }

    pub(super) fn hole(&self, found: &OpenHole) -> HoleBlock {
        let t = self.t;
        let local = (time::local(found.starts_at, found.zone), time::local(found.ends_at, found.zone));
        let day = lately(t, found.starts_at, self.now, found.zone);
        let spot = [
            ("provider", found.provider.to_string()),
            ("location", found.location.to_string()),
            ("day", local.0.date().to_string()),
            ("start", time::rfc3339(found.starts_at, found.zone)),
        ];
        let minutes = local.1.signed_duration_since(local.0).num_minutes();
        let candidates = found.candidates.iter().map(|candidate| self.candidate(found, candidate, &spot)).collect();
        HoleBlock {
            object: found.booking.to_string(),
            when: t.with("worklists-hole-when", &[("when", &day), ("duration", &t.duration(minutes))]),
            what: self.with_provider(&found.service_name, &found.provider_name),
            freed: t.with("worklists-hole-freed", &[("when", &lately(t, found.freed_at, self.now, found.zone))]),
            book: book(&spot),
            candidates,
        }
    }

    fn candidate(&self, hole: &OpenHole, candidate: &Candidate, spot: &[(&'static str, String)]) -> Row {
        let t = self.t;
        let service = self.catalog.service(candidate.service);
        let mut wish = spot.to_vec();
        wish.push(("client", candidate.person.client.to_string()));
        wish.push(("service", candidate.service.to_string()));
        wish.push(("entry", candidate.entry.to_string()));
        let since = t.date_medium(time::local_day(candidate.since, self.zone));
        Row {
            what: service.map(|service| service.name.clone()).unwrap_or_default(),
            why: t.with("worklists-waits-since", &[("day", &since)]),
            links: vec![
                RowLink { href: book(&wish), text: t.text("worklists-book-hole"), icon: "add", is_first: true },
                RowLink {
                    href: format!("/staff/waitlist/{}", candidate.entry),
                    text: t.text("worklists-offer"),
                    icon: "mail",
                    is_first: false,
                },
            ],
            ..self.row(
                Worklist::ShortNotice,
                hole.booking.to_string(),
                candidate.person.clone(),
                candidate.tried.as_ref(),
            )
        }
    }
}

/// What was said by mail, what comes next, or why nothing does.
fn reminding_text(t: Texts, reminding: &Reminding, zone: Tz) -> String {
    let day = |at: DateTime<Utc>| t.date_medium(time::local_day(at, zone));
    let mut said = Vec::new();
    said.extend(reminding.last.map(|at| t.with("recall-row-last", &[("day", &day(at))])));
    said.push(match (&reminding.obstacle, reminding.next) {
        (Some(Obstacle::LadderOff), _) => t.text("recall-row-ladder-off"),
        (Some(Obstacle::NoAddress), _) => t.text("recall-row-no-address"),
        (Some(Obstacle::NoConsent), _) => t.text("recall-row-no-consent"),
        (Some(Obstacle::Held(state, reason)), _) => {
            t.with("recall-row-held", &[("why", &reason_text(t, *state, Some(reason.as_str())))])
        }
        (None, Some(at)) => t.with("recall-row-next", &[("day", &day(at))]),
        (None, None) => t.text("recall-row-no-next"),
    });
    said.join(" · ")
}

/// The page that books, with what is known filled in.
fn book(wish: &[(&'static str, String)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(wish);
    format!("/staff/book?{}", query.finish())
}
