//! Pages of accounts: signing in and out, the first run, links that set a password, one's own account, the team.

mod audit;
mod first_run;
mod link;
mod me;
mod member;
mod rights;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_in_code;
mod team;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use chrono_tz::Tz;

use super::FailureLimits;
use super::password::{CHARACTERS_MAX, CHARACTERS_MIN, Password, PasswordProblem};
use super::session::{Door, short_agent};
use crate::app::App;
use crate::catalog::Catalog;
use crate::chance;
use crate::domain::ids::StaffUserId;
use crate::domain::recognise::{EmailAddress, PersonName, WrongContact};
use crate::i18n::Texts;
use crate::web::edge;
use crate::web::form::Form;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

pub use audit::{audit_page, export as export_audit};
pub use first_run::{first_run, first_run_page};
pub use link::{link, link_page};
pub use me::{change_language, change_password, me_page};
pub use member::{edit, end_session_of, end_sessions_of, member_page, reset_factor};
pub use rights::{RightLine, least_role, right_lines, rights_page};
pub use second_factor::{begin_factor, confirm_factor, factor_page, new_codes, turn_factor_off};
pub use sessions::{end_one, end_others, sessions_page};
pub use sign_in::{sign_in, sign_in_page, sign_out, sign_out_everywhere};
pub use sign_in_code::{code_page, send_code};
pub use team::{add_to_team, disable, enable, make_link, team_page};

type Answer = Result<HttpResponse, Problem>;

/// Pages before signing in carry a token for as long.
const DOOR_FORM_HOURS: i64 = 12;

/// How failed sign-ins are counted; nothing when limits are switched off.
fn failure_limits(app: &App) -> Option<FailureLimits> {
    app.settings.limits.enabled.then_some(FailureLimits {
        failures_max: app.settings.limits.failed_sign_ins,
        window_minutes: app.settings.limits.failed_sign_in_minutes,
    })
}

/// Where a sign-in comes from, as failures are counted.
fn counted_address(app: &App, request: &HttpRequest) -> String {
    edge::visitor_address(app, request).map(subject_of_address).unwrap_or_default()
}

/// Where a sign-in comes from, as the list of sessions shows it.
fn door_of(app: &App, request: &HttpRequest) -> Door {
    let agent = request.headers().get("user-agent").and_then(|agent| agent.to_str().ok());
    Door { address: edge::visitor_address(app, request), agent: agent.and_then(short_agent) }
}

fn user_of(text: &str) -> Result<StaffUserId, Problem> {
    text.parse().map_err(|_wrong| Problem::NotFound)
}

/// Mail address and name of a form, each with what is wrong with it.
fn person_of(form: &mut Form, t: Texts) -> Option<(EmailAddress, PersonName)> {
    let email = EmailAddress::parse(form.value("email"));
    if let Err(wrong) = &email {
        let sentence = match wrong {
            WrongContact::Missing => t.text("field-required"),
            _ => t.text("accounts-email-wrong"),
        };
        form.fail("email", sentence);
    }
    let name = PersonName::parse(form.value("name"));
    if let Err(wrong) = &name {
        let sentence = match wrong {
            WrongContact::Missing => t.text("field-required"),
            _ => t.text("accounts-name-wrong"),
        };
        form.fail("name", sentence);
    }
    Some((email.ok()?, name.ok()?))
}

/// The password typed twice, or what is wrong with it.
fn password_of(form: &mut Form, t: Texts) -> Option<Password> {
    let parsed = Password::parse(form.value("password"), form.value("again"));
    let (field, sentence) = match parsed {
        Ok(password) => return Some(password),
        Err(PasswordProblem::TooShort) => {
            ("password", t.with("accounts-password-too-short", &[("characters", &CHARACTERS_MIN)]))
        }
        Err(PasswordProblem::TooLong) => {
            ("password", t.with("accounts-password-too-long", &[("characters", &CHARACTERS_MAX)]))
        }
        Err(PasswordProblem::TooCommon) => ("password", t.text("accounts-password-too-common")),
        Err(PasswordProblem::Differs) => ("again", t.text("accounts-password-differs")),
    };
    form.fail(field, sentence);
    None
}

/// A page of somebody who is not signed in.
async fn door_page(app: &Arc<App>, request: &HttpRequest, title: fn(Texts) -> String) -> Page {
    let brand = edge::brand(app).await;
    let t = page::texts_for(request, None, brand.language);
    Page::public(t, brand, request, title(t))
}

async fn door_texts(app: &Arc<App>, request: &HttpRequest) -> Texts {
    page::texts_for(request, None, edge::brand(app).await.language)
}

fn door_token(app: &App, subject: &str) -> String {
    app.keys.form_token(subject, app.clock.now())
}

fn is_door_form(app: &App, form: &Form, subject: &str) -> bool {
    app.keys.is_form_token(form.value("csrf"), subject, app.clock.now(), Duration::hours(DOOR_FORM_HOURS))
}

/// An IPv6 household has a whole network; its failures count together.
fn subject_of_address(address: std::net::IpAddr) -> String {
    match address {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn salt() -> [u8; 16] {
    let mut bytes = [0; 16];
    chance::fill(&mut bytes);
    bytes
}

/// The zone in which the clinic reads a clock: that of its first location.
fn zone_of(catalog: &Catalog) -> Tz {
    catalog.locations.first().map_or(Tz::UTC, |location| location.zone)
}
