//! Who may ask for what, generated from the table of routes: every route, every role.
//!
//! A route that is not in the table does not exist, and a path without an entry in [`filled`] fails here, so nobody
//! adds a page without saying who may see it.

use rebook::routes::{self, Who};
use regex::{Captures, Regex};
use reqwest::Method;

use crate::support::app::{TestApp, on_both};
use crate::support::schema::everything;
use crate::support::shop;
use crate::support::visitor::{Page, Visitor};

/// Who asks in the matrix; nobody is not signed in.
const ASKERS: [Asker; 6] = [Asker::Nobody, Asker::Client, Asker::Provider, Asker::Desk, Asker::Manager, Asker::Owner];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Nobody,
    Client,
    Provider,
    Desk,
    Manager,
    Owner,
}

impl Asker {
    fn may(self, who: Who) -> bool {
        match who {
            Who::Anyone | Who::LinkHolder | Who::DemoVisitor => true,
            // Nobody of these brings a program's token; tests/it/programs.rs does.
            Who::Program => false,
            Who::Client => self == Self::Client,
            Who::Staff => !matches!(self, Self::Nobody | Self::Client),
            Who::Desk => matches!(self, Self::Desk | Self::Manager | Self::Owner),
            Who::Manager => matches!(self, Self::Manager | Self::Owner),
            Who::Owner => self == Self::Owner,
        }
    }

    async fn visitor(self, app: &TestApp) -> Visitor {
        match self {
            Self::Nobody => app.visitor(),
            Self::Client => app.client("zoe@client.example").await,
            Self::Provider => app.staff("ada").await,
            Self::Desk => app.staff("desk").await,
            Self::Manager => app.staff("manager").await,
            Self::Owner => app.staff("owner").await,
        }
    }
}

/// The path with something real in every place, so that rights are tested and not only "unknown".
fn filled(pattern: &str) -> String {
    let places = Regex::new(r"\{(\w+)[^}]*\}").unwrap();
    places.replace_all(pattern, |place: &Captures<'_>| shop::stand_in(pattern, &place[1])).into_owned()
}

/// Turned away because of who asks, not because of what was asked for.
fn is_turned_away(page: &Page) -> bool {
    let place = page.header("location");
    let to_sign_in = page.status.as_u16() == 303 && (place.contains("/staff/sign-in") || place == "/portal?ended=1");
    to_sign_in || matches!(page.status.as_u16(), 401 | 403)
}

async fn ask(visitor: &Visitor, method: &str, path: &str) -> Page {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let body = (method != Method::GET).then(String::new);
    visitor.ask(method, path, body, &[("content-type", "application/x-www-form-urlencoded")]).await
}

#[test]
fn every_route_answers_exactly_those_who_may_ask() {
    on_both(async |app| {
        for asker in ASKERS {
            let visitor = asker.visitor(app).await;
            for line in routes::table() {
                if ends_the_session(line.path) {
                    continue;
                }
                let page = ask(&visitor, line.method, &filled(line.path)).await;
                let what = format!("{} {} by {asker:?}: {}", line.method, line.path, page.status);
                assert!(!page.status.is_server_error(), "{what}\n{}", page.text);
                if !asker.may(line.who) {
                    assert!(is_turned_away(&page), "{what}: let in");
                } else if line.method == "GET" && !asks_for_bearer(&line) {
                    assert!(!is_turned_away(&page), "{what}: turned away");
                }
            }
        }
    });
}

/// A booking of the API asks whoever comes without its token for one, with 401.
fn asks_for_bearer(line: &routes::Line) -> bool {
    line.path.starts_with("/api/") && line.who == Who::LinkHolder
}

fn ends_the_session(path: &str) -> bool {
    path.ends_with("/sign-out") || path.contains("end-all")
}

/// The one thing that a look leaves behind: who opened which client is itself something that happened.
const LEFT_BY_LOOKING: &str = "client_views";

#[test]
fn no_get_and_no_head_changes_anything() {
    on_both(async |app| {
        let mut visitors = Vec::new();
        for asker in ASKERS {
            visitors.push(asker.visitor(app).await);
        }
        // Sign-ins are written; what follows must not be.
        let before = everything(&app.database);
        for visitor in &visitors {
            for line in routes::table() {
                for method in ["GET", "HEAD"] {
                    ask(visitor, method, &filled(line.path)).await;
                }
            }
        }
        let after = everything(&app.database);
        for (table, rows) in before {
            if table != LEFT_BY_LOOKING {
                assert_eq!(after.get(&table), Some(&rows), "a GET or HEAD changed {table}");
            }
        }
    });
}

#[test]
fn no_change_is_taken_from_another_site() {
    on_both(async |app| {
        let before_all = app.visitor();
        let owner = app.staff("owner").await;
        let before = everything(&app.database);
        let is_exempt =
            |line: &&routes::Line| line.path.starts_with("/api/") || routes::may_come_from_anywhere(&filled(line.path));
        let exempt: Vec<&str> = routes::table()
            .iter()
            .filter(|line| line.method != "GET" && is_exempt(line))
            .map(|line| line.path)
            .collect();
        assert!(
            exempt.iter().all(|path| path.starts_with("/api/") || *path == "/u/{token}"),
            "somebody else is exempt: {exempt:?}"
        );
        for line in routes::table().iter().filter(|line| line.method != "GET" && !is_exempt(line)) {
            for visitor in [&before_all, &owner] {
                let path = filled(line.path);
                let form = "application/x-www-form-urlencoded";
                let method = Method::from_bytes(line.method.as_bytes()).unwrap();
                for foreign in [
                    [("content-type", form), ("sec-fetch-site", "cross-site")],
                    [("content-type", form), ("origin", "https://evil.example")],
                ] {
                    let page = visitor.ask(method.clone(), &path, Some(String::new()), &foreign).await;
                    assert_eq!(page.status.as_u16(), 403, "{} {} from another site", line.method, line.path);
                }
            }
        }
        assert_eq!(everything(&app.database), before, "a foreign form changed something");
    });
}

#[test]
fn a_clients_form_without_its_token_changes_nothing() {
    on_both(async |app| {
        let client = app.client("zoe@client.example").await;
        let before = everything(&app.database);
        for line in routes::table().iter().filter(|line| line.method != "GET" && line.who == Who::Client) {
            let page = ask(&client, line.method, &filled(line.path)).await;
            assert_eq!(page.status.as_u16(), 403, "{} {}", line.method, line.path);
        }
        assert_eq!(everything(&app.database), before, "a form without token changed something");
    });
}

#[test]
fn a_staff_form_without_its_token_changes_nothing() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let before = everything(&app.database);
        for line in routes::table().iter().filter(|line| line.method != "GET" && line.path.starts_with("/staff")) {
            if matches!(line.who, Who::Anyone | Who::LinkHolder) || ends_the_session(line.path) {
                continue;
            }
            let page = ask(&owner, line.method, &filled(line.path)).await;
            assert!(page.status.is_client_error(), "{} {}: {}", line.method, line.path, page.status);
        }
        let after = everything(&app.database);
        for (table, rows) in before {
            assert_eq!(after.get(&table), Some(&rows), "a form without token changed {table}");
        }
    });
}
