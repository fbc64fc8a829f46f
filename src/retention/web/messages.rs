//! What the messages brought back.

use actix_web::HttpRequest;
use askama::Template;

use super::frame::{self, Asked, Frame, Tab};
use super::{Answer, figures};
use crate::domain::brought_back::{ATTRIBUTION_DAYS, Brought};
use crate::domain::messages::MessageKind;
use crate::domain::proportion::Share;
use crate::i18n::Texts;
use crate::messaging::web::kind_text;
use crate::retention::brought_back::{self, BroughtBack, Came};
use crate::retention::kept::today_at;
use crate::retention::words;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

struct Line {
    name: String,
    sent: String,
    people: String,
    booked: String,
    completed: String,
    revenue: String,
}

#[derive(Template)]
#[template(path = "retention/messages.html")]
struct MessagesPage {
    page: Page,
    frame: Frame,
    lines: Vec<Line>,
    all: Line,
    days: i64,
    reminded: Vec<(String, String, String, String)>,
}

/// The page.
pub async fn messages_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let brought = brought_back::brought_back(&app.0, asked.days).await?;
    if asked.csv_table().is_some() {
        return file(&brought.content);
    }
    let status = asked.status();
    let page = owner.page(&request, Nav::Owner, t.text("owner-tab-messages"));
    let currency = owner.catalog.clinic.currency;
    let line = |name: String, brought: &Brought| Line {
        name,
        sent: words::number(t, brought.sent),
        people: words::number(t, brought.people),
        booked: words::number(t, brought.booked),
        completed: words::number(t, brought.completed),
        revenue: figures::money(t, brought.revenue_minor, currency),
    };
    let name = |word: &str| MessageKind::parse(word).map_or_else(|| word.to_owned(), |kind| kind_text(t, kind));
    let shown = MessagesPage {
        lines: brought.content.lines.iter().map(|(kind, brought)| line(name(kind), brought)).collect(),
        all: line(t.text("owner-all-messages"), &brought.content.all()),
        days: ATTRIBUTION_DAYS,
        reminded: reminded(t, &brought.content),
        frame: Frame::new(t, Some(Tab::Messages), asked, frame::as_of_text(&owner, &brought)),
        page,
    };
    Ok(page::html(status, &shown))
}

/// With and without a reminder: name, bookings, share that was missed, its interval.
fn reminded(t: Texts, brought: &BroughtBack) -> Vec<(String, String, String, String)> {
    let line = |name: String, came: Came| {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let share = Share::new(count(came.missed), count(came.missed + came.came));
        let estimate = share.wilson();
        (
            name,
            words::number(t, came.missed + came.came),
            estimate.map_or_else(|| "–".to_owned(), |estimate| words::percent(t, estimate.value)),
            estimate
                .map(|estimate| {
                    let (low, high) = (words::percent(t, estimate.low), words::percent(t, estimate.high));
                    t.with("owner-interval", &[("low", &low), ("high", &high)])
                })
                .unwrap_or_default(),
        )
    };
    vec![line(t.text("owner-reminded"), brought.reminded), line(t.text("owner-not-reminded"), brought.not_reminded)]
}

fn file(brought: &BroughtBack) -> Answer {
    let head = ["kind", "sent", "people", "booked", "people_booked", "completed", "revenue_minor"].map(str::to_owned);
    let row = |(kind, line): &(String, Brought)| {
        vec![
            kind.clone(),
            line.sent.to_string(),
            line.people.to_string(),
            line.booked.to_string(),
            line.people_booked.to_string(),
            line.completed.to_string(),
            line.revenue_minor.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = brought.lines.iter().map(row).collect();
    Ok(frame::csv_file("messages", &head, &rows)?)
}
