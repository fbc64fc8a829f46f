//! The table of rights, made from the table of routes.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::Answer;
use crate::accounts::Role;
use crate::accounts::rights::Right;
use crate::i18n::Texts;
use crate::routes::{self, Who};
use crate::web::auth::{self, Owner};
use crate::web::page::{self, Nav, Page};

/// One line of the table.
pub struct RightLine {
    /// Which.
    pub right: Right,
    /// The least role that may, and all above it.
    pub least: Role,
    /// The addresses behind it, as the table of routes has them.
    pub addresses: Vec<String>,
}

/// The least role of a line of the table of routes; nothing where nobody of the staff is asked for.
pub const fn least_role(who: Who) -> Option<Role> {
    match who {
        Who::Anyone | Who::LinkHolder | Who::DemoVisitor | Who::Client | Who::Program => None,
        Who::Staff => Some(Role::Provider),
        Who::Desk => Some(Role::Receptionist),
        Who::Manager => Some(Role::Manager),
        Who::Owner => Some(Role::Owner),
    }
}

/// Every right, with the addresses it stands for.
pub fn right_lines() -> Vec<RightLine> {
    let mut found: BTreeMap<(Right, Role), Vec<String>> = BTreeMap::new();
    for line in routes::table() {
        if let Some(least) = least_role(line.who) {
            let addresses = found.entry((Right::of(line.path, least), least)).or_default();
            addresses.push(format!("{} {}", line.method, line.path));
        }
    }
    found.into_iter().map(|((right, least), addresses)| RightLine { right, least, addresses }).collect()
}

/// A line in words: what, and a tick for each role.
struct LineView {
    text: String,
    ticks: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "accounts/rights.html")]
struct RightsPage {
    page: Page,
    roles: Vec<String>,
    lines: Vec<LineView>,
}

/// Who may do what.
pub async fn rights_page(owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let page = owner.page(&request, Nav::Team, t.text("team-rights-title"));
    let roles: Vec<String> = Role::ALL.iter().map(|role| auth::role_name(t, *role)).collect();
    let line = |line: RightLine| LineView {
        text: right_text(t, line.right),
        // A role has every right of those below it, and `Role` is ordered from the most rights to the fewest.
        ticks: Role::ALL.iter().map(|role| (auth::role_name(t, *role), *role <= line.least)).collect(),
    };
    let lines = right_lines().into_iter().map(line).collect();
    Ok(page::html(StatusCode::OK, &RightsPage { page, roles, lines }))
}

fn right_text(t: Texts, right: Right) -> String {
    match right {
        Right::OwnAccount => t.text("team-right-own-account"),
        Right::SeeCalendar => t.text("team-right-see-calendar"),
        Right::VisitStatus => t.text("team-right-visit-status"),
        Right::ReadMessage => t.text("team-right-read-message"),
        Right::ReadClients => t.text("team-right-read-clients"),
        Right::TakeMoney => t.text("team-right-take-money"),
        Right::StaffOther => t.text("team-right-staff-other"),
        Right::Book => t.text("team-right-book"),
        Right::Block => t.text("team-right-block"),
        Right::Worklists => t.text("team-right-worklists"),
        Right::Waitlist => t.text("team-right-waitlist"),
        Right::Series => t.text("team-right-series"),
        Right::Clients => t.text("team-right-clients"),
        Right::Messages => t.text("team-right-messages"),
        Right::DeskMoney => t.text("team-right-desk-money"),
        Right::DeskOther => t.text("team-right-desk-other"),
        Right::Catalog => t.text("team-right-catalog"),
        Right::MessageRules => t.text("team-right-message-rules"),
        Right::ManageMoney => t.text("team-right-manage-money"),
        Right::ManageClients => t.text("team-right-manage-clients"),
        Right::Settings => t.text("team-right-settings"),
        Right::ManagerOther => t.text("team-right-manager-other"),
        Right::Figures => t.text("owner-right"),
        Right::Team => t.text("team-right-team"),
        Right::Programs => t.text("team-right-programs"),
        Right::Audit => t.text("team-right-audit"),
        Right::AccessLog => t.text("team-right-access-log"),
        Right::OwnerOther => t.text("team-right-owner-other"),
    }
}
