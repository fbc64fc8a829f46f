//! Who looked at whom: of one client, and of the whole clinic.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{Days, NaiveDate};

use super::{Answer, shortly};
use crate::agenda::web::address;
use crate::clients::{self, ViewFilter, ViewLine, Viewed};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::{Manager, Owner, Staff};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};

/// As many looks stand on one page.
const LOOKS_SHOWN: i64 = 100;

/// One look.
struct LookRow {
    when: String,
    who: String,
    client: String,
    href: String,
    what: String,
    address: String,
}

#[derive(Template)]
#[template(path = "clients/looks.html")]
struct LooksPage {
    page: Page,
    form: Form,
    /// Where one client's looks are shown: the way back.
    back: Option<(String, String)>,
    rows: Vec<LookRow>,
    users: Vec<(String, String)>,
    older: String,
    is_filtered: bool,
}

fn look_row(staff: &Staff, line: ViewLine) -> LookRow {
    let t = staff.t;
    LookRow {
        when: shortly(t, line.at, super::zone_of(staff)),
        who: line.user_name,
        client: line.client_name,
        href: format!("/staff/clients/{}", line.client),
        what: what_text(t, line.what),
        address: line.address.unwrap_or_default(),
    }
}

fn what_text(t: Texts, what: Option<Viewed>) -> String {
    match what {
        Some(Viewed::Page) | None => t.text("client-look-page"),
        Some(Viewed::Export) => t.text("client-look-export"),
    }
}

/// Who looked at one client.
pub async fn client_looks(app: AppData, manager: Manager, request: HttpRequest, id: Path<String>) -> Answer {
    let person = super::find(&app.0, &manager, &id).await?;
    let form = Form::parse(request.query_string());
    let filter =
        ViewFilter { client: Some(person.view.id), before: form.value("before").parse().ok(), ..ViewFilter::default() };
    let lines = app.0.db.read(move |conn| clients::views(conn, filter, LOOKS_SHOWN)).await?;
    let base = format!("/staff/clients/{}", person.view.id);
    let older = older(&lines, &format!("{base}/views"), &[]);
    let t = manager.t;
    let shown = LooksPage {
        page: manager.page(&request, Nav::Clients, t.with("client-looks-title", &[("name", &person.name())])),
        back: Some((base, person.name())),
        rows: lines.into_iter().map(|line| look_row(&manager, line)).collect(),
        users: Vec::new(),
        is_filtered: false,
        older,
        form,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

/// Who looked at anybody.
pub async fn all_looks(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let zone = super::zone_of(&owner);
    let day = NaiveDate::parse_from_str(form.value("day"), "%Y-%m-%d").ok();
    let starts = |day: NaiveDate| time::day_span(day, zone).starts_at();
    let filter = ViewFilter {
        user: form.value("user").parse().ok(),
        client: form.value("client").parse().ok(),
        from: day.map(starts),
        until: day.and_then(|day| day.checked_add_days(Days::new(1))).map(starts),
        before: form.value("before").parse().ok(),
    };
    let found = app.0.db.read(move |conn| Ok((clients::views(conn, filter, LOOKS_SHOWN)?, clients::viewers(conn)?)));
    let (lines, users) = found.await?;
    let t = owner.t;
    let kept = [("user", form.value("user")), ("client", form.value("client")), ("day", form.value("day"))];
    let shown = LooksPage {
        page: owner.page(&request, Nav::Team, t.text("client-access-log")),
        back: None,
        older: older(&lines, "/owner/access-log", &kept),
        rows: lines.into_iter().map(|line| look_row(&owner, line)).collect(),
        users: std::iter::once((String::new(), t.text("client-look-everybody")))
            .chain(users.into_iter().map(|(id, name)| (id.to_string(), name)))
            .collect(),
        is_filtered: kept.iter().any(|(_, value)| !value.is_empty()),
        form,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

fn older(lines: &[ViewLine], path: &str, kept: &[(&str, &str)]) -> String {
    let is_full = i64::try_from(lines.len()).is_ok_and(|count| LOOKS_SHOWN <= count);
    match lines.last().filter(|_| is_full) {
        None => String::new(),
        Some(last) => {
            let before = last.id.to_string();
            let values: Vec<(&str, &str)> = kept.iter().copied().chain([("before", before.as_str())]).collect();
            address(path, &values)
        }
    }
}
