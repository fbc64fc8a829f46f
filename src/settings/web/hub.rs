//! The first page of the settings: what can be set, and how it stands.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Answer, telling};
use crate::catalog::{SecondFactorFor, SetupStep};
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::page::{self, Nav, Page};

/// One way on.
struct Card {
    href: &'static str,
    icon: &'static str,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "settings/hub.html")]
struct HubPage {
    page: Page,
    cards: Vec<Card>,
}

/// What can be set.
pub async fn hub_page(who: Manager, request: HttpRequest) -> Answer {
    let t = who.t;
    let page = who.page(&request, Nav::Settings, t.text("settings-title"));
    Ok(page::html(StatusCode::OK, &HubPage { page: telling(page, request.query_string()), cards: cards(t, &who) }))
}

fn cards(t: Texts, who: &Manager) -> Vec<Card> {
    let clinic = &who.catalog.clinic;
    let card = |href, icon, title, about| Card { href, icon, title, about };
    let spoken: Vec<&str> = clinic.languages.iter().map(|language| language.own_name()).collect();
    let factor = match clinic.second_factor {
        SecondFactorFor::Optional => t.text("settings-factor-optional"),
        SecondFactorFor::Owners => t.text("settings-factor-owners"),
        SecondFactorFor::Everybody => t.text("settings-factor-everybody"),
    };
    let legal = clinic.legal.len();
    let mut cards = vec![
        card("/staff/catalog/clinic", "info", t.text("settings-policies"), t.text("settings-policies-about")),
        card(
            "/staff/settings/look",
            "sun",
            t.text("settings-look"),
            if clinic.logo.is_some() { t.text("settings-look-with-logo") } else { t.text("settings-look-about") },
        ),
        card("/staff/settings/languages", "globe", t.text("settings-languages"), spoken.join(", ")),
        card(
            "/staff/settings/legal",
            "list",
            t.text("settings-legal"),
            t.with("settings-legal-count", &[("count", &legal)]),
        ),
        card("/staff/settings/privacy", "person", t.text("settings-privacy"), factor),
        card("/staff/messages/settings", "mail", t.text("settings-messages"), t.text("settings-messages-about")),
        card(
            "/staff/setup",
            "check",
            t.text("settings-setup"),
            if clinic.setup_step == SetupStep::Done {
                t.text("settings-setup-done")
            } else {
                t.text("settings-setup-open")
            },
        ),
    ];
    if who.role.is_owner() {
        cards.push(card("/owner/team", "people", t.text("settings-team"), t.text("settings-team-about")));
    }
    cards
}
