//! Who asks: the argument types of staff pages.
//!
//! A handler that takes [`Staff`] is for everybody who works here, [`Desk`] for owner, manager and receptionist,
//! [`Manager`] for owner and manager, [`Owner`] for the owner. Whoever is not signed in is sent to the sign-in page and
//! back; whoever may not is told so. The types are the only way to a signed-in page, so a handler cannot forget to ask.

use std::future::Future;
use std::net::IpAddr;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, CookieBuilder, SameSite};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use chrono::Duration;

use crate::accounts::token::{SecretToken, TokenHash};
use crate::accounts::{self, By, Role, SessionLimits, SignedIn, StaffUser};
use crate::app::App;
use crate::catalog::{Catalog, SecondFactorFor};
use crate::db::{Bad, Conn, Fault};
use crate::domain::booking::Actor;
use crate::domain::language::Language;
use crate::i18n::Texts;
use crate::web::edge::{self, AppData};
use crate::web::form::Form;
use crate::web::page::{self, Brand, Nav, Page, Reach, StaffFrame};
use crate::web::problem::Problem;
use crate::worklists::{self, Urgent};

/// Longer addresses are not remembered across signing in.
const NEXT_BYTES_MAX: usize = 500;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who.
    pub user: StaffUser,
    /// What they may do.
    pub role: Role,
    /// The session; form tokens are bound to it.
    pub session: TokenHash,
    /// The catalogue at the moment of asking.
    pub catalog: Arc<Catalog>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// Texts in their language.
    pub t: Texts,
    /// The token every form of their pages carries.
    csrf: String,
    /// How much waits for the desk.
    urgent: Urgent,
}

impl Staff {
    /// As the history names them.
    pub fn actor(&self) -> Actor {
        Actor::Staff(self.user.id)
    }

    /// As the log of what happened names them, with where the request came from.
    pub const fn by(&self) -> By {
        By { user: Some(self.user.id), address: self.address }
    }

    /// Whether the clinic asks them for a second factor that they do not have yet.
    pub fn must_set_up_factor(&self) -> bool {
        let asked = match self.catalog.clinic.second_factor {
            SecondFactorFor::Optional => false,
            SecondFactorFor::Owners => self.role.is_owner(),
            SecondFactorFor::Everybody => true,
        };
        asked && !self.user.has_second_factor
    }

    /// The frame of a page of theirs.
    pub fn page(&self, request: &HttpRequest, nav: Nav, title: String) -> Page {
        let frame = StaffFrame {
            name: self.user.name.clone(),
            role: role_name(self.t, self.role),
            csrf: self.csrf.clone(),
            reach: reach_of(self.role),
            requests: self.urgent.requests,
            today: self.urgent.today,
        };
        Page::staff(self.t, brand_of(&self.catalog), request, frame, nav, title)
    }

    /// Reads a form of theirs. One with another session's token may be somebody else's doing.
    pub fn form(&self, app: &App, body: &[u8]) -> Result<Form, Problem> {
        self.own(app, Form::parse(&String::from_utf8_lossy(body)))
    }

    /// The same for a form that was read elsewhere, as one with a file is.
    pub fn own(&self, app: &App, form: Form) -> Result<Form, Problem> {
        let lifetime = Duration::hours(app.settings.sessions.absolute_hours);
        if app.keys.is_form_token(form.value("csrf"), &form_subject(&self.session), app.clock.now(), lifetime) {
            // What is sent changes something, and the next page shall say so.
            app.counts.forget();
            Ok(form)
        } else {
            Err(Problem::ForeignForm)
        }
    }
}

const fn reach_of(role: Role) -> Reach {
    match role {
        Role::Owner => Reach::Team,
        Role::Manager => Reach::Clinic,
        Role::Receptionist => Reach::Desk,
        Role::Provider => Reach::OwnDay,
    }
}

/// Somebody who works at the desk: owner, manager or receptionist.
#[derive(Debug, Clone)]
pub struct Desk(Staff);

/// Somebody who runs the clinic: owner or manager.
#[derive(Debug, Clone)]
pub struct Manager(Staff);

/// The owner.
#[derive(Debug, Clone)]
pub struct Owner(Staff);

macro_rules! staff_of_role {
    ($($name:ident: $may:path),+) => {$(
        impl Deref for $name {
            type Target = Staff;
            fn deref(&self) -> &Staff {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = actix_web::Error;
            type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let staff = signed_in(&request).await?;
                    if $may(staff.role) {
                        return Ok(Self(staff));
                    }
                    Err(Problem::NotAllowed.into())
                })
            }
        }
    )+};
}
staff_of_role!(Desk: Role::is_desk, Manager: Role::is_manager, Owner: Role::is_owner);

impl FromRequest for Staff {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { signed_in(&request).await })
    }
}

/// Who asks, when somebody is signed in: for pages that everybody may see.
pub async fn staff_if_any(app: &Arc<App>, request: &HttpRequest) -> Result<Option<Staff>, Fault> {
    // One page may ask several times; the first answer stands for the whole request.
    if let Some(known) = request.extensions().get::<Staff>() {
        return Ok(Some(known.clone()));
    }
    let Some(session) = session_of(app, request) else {
        return Ok(None);
    };
    let (limits, now, asked) = (session_limits(app), app.clock.now(), session.clone());
    let shared = Arc::clone(app);
    let found = app.db.read(move |conn| {
        let Some(found) = accounts::who_is(conn, now, &asked, limits)? else {
            return Ok(None);
        };
        let catalog = shared.shop.catalogs.current(conn)?;
        let urgent = urgent(&shared, conn, &found, &catalog)?;
        Ok(Some((found, catalog, urgent)))
    });
    let Some((found, catalog, urgent)) = found.await? else {
        return Ok(None);
    };
    if found.is_due_to_be_seen {
        let written = app.db.write(now, move |tx| accounts::see(tx, &session)).await;
        written.map_err(Bad::into_fault)?;
    }
    let staff = staff_of(app, request, found, (catalog, urgent));
    request.extensions_mut().insert(staff.clone());
    Ok(Some(staff))
}

/// How much waits for somebody at the desk, counted at most every few seconds.
fn urgent(app: &App, conn: &mut Conn, found: &SignedIn, catalog: &Catalog) -> Result<Urgent, Fault> {
    if !found.user.role.is_desk() {
        return Ok(Urgent::default());
    }
    let now = app.clock.now();
    if let Some(urgent) = app.counts.fresh(now) {
        return Ok(urgent);
    }
    let urgent = worklists::urgent(conn, catalog, now)?;
    app.counts.keep(now, urgent);
    Ok(urgent)
}

fn staff_of(app: &App, request: &HttpRequest, found: SignedIn, (catalog, urgent): (Arc<Catalog>, Urgent)) -> Staff {
    let t = page::texts_for(request, Some(found.user.language), clinic_language(&catalog));
    let csrf = app.keys.form_token(&form_subject(&found.session), app.clock.now());
    let address = edge::visitor_address(app, request);
    Staff { role: found.user.role, user: found.user, session: found.session, catalog, address, t, csrf, urgent }
}

async fn signed_in(request: &HttpRequest) -> Result<Staff, actix_web::Error> {
    let app = request.app_data::<AppData>().ok_or(Problem::NotFound)?;
    match staff_if_any(&app.0, request).await {
        Ok(Some(staff)) if staff.must_set_up_factor() && !is_open_without_factor(request.path()) => {
            Err(InternalError::from_response("no second factor", see_other(FACTOR_PAGE)).into())
        }
        Ok(Some(staff)) => Ok(staff),
        Ok(None) => Err(InternalError::from_response("not signed in", to_sign_in(request)).into()),
        Err(fault) => Err(Problem::Fault(fault).into()),
    }
}

/// Where a second factor is set up.
const FACTOR_PAGE: &str = "/staff/me/second-factor";

/// What somebody may do who must have a second factor and has none: make one, or leave.
fn is_open_without_factor(path: &str) -> bool {
    path.strip_prefix(FACTOR_PAGE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || path.starts_with("/staff/sign-out")
}

/// Sends somebody to the sign-in page and, where that is safe, back afterwards.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    let is_look = request.method().is_safe();
    let address = request.uri().path_and_query().map_or("", |address| address.as_str());
    let place = match safe_next(address).filter(|_| is_look && address != "/staff") {
        Some(next) => page::with_query("/staff/sign-in", "next", next),
        None => "/staff/sign-in".to_owned(),
    };
    see_other(&place)
}

/// Where somebody may be sent after signing in: a page of the staff, and nowhere else.
pub fn safe_next(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let inside = ["/staff", "/owner"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let plain = address.len() <= NEXT_BYTES_MAX
        && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !path.contains("//")
        && !path.contains("..")
        && !path.starts_with("/staff/sign-")
        && !path.starts_with("/staff/link");
    (inside && plain).then_some(address)
}

/// Answers a form that was dealt with: the browser asks for the page anew, and reloading sends nothing twice.
pub fn see_other(place: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, place))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// The session the browser brought.
pub fn session_of(app: &App, request: &HttpRequest) -> Option<TokenHash> {
    let cookie = request.cookie(cookie_name(app))?;
    Some(SecretToken::parse(cookie.value())?.hash())
}

/// The cookie that carries a fresh session.
pub fn session_cookie(app: &App, token: &SecretToken) -> Cookie<'static> {
    let hours = app.settings.sessions.absolute_hours;
    bare_cookie(app, token.reveal().to_owned()).max_age(CookieAge::hours(hours)).finish()
}

/// The cookie that makes the browser forget its session.
pub fn no_session_cookie(app: &App) -> Cookie<'static> {
    bare_cookie(app, String::new()).max_age(CookieAge::ZERO).finish()
}

/// The cookie of a sign-in that waits for its code.
pub fn challenge_cookie(app: &App, token: &SecretToken) -> Cookie<'static> {
    named_cookie(app, challenge_name(app), token.reveal().to_owned())
        .max_age(CookieAge::minutes(accounts::CHALLENGE_MINUTES))
        .finish()
}

/// The cookie that makes the browser forget a sign-in that waited.
pub fn no_challenge_cookie(app: &App) -> Cookie<'static> {
    named_cookie(app, challenge_name(app), String::new()).max_age(CookieAge::ZERO).finish()
}

/// The sign-in that waits in this browser.
pub fn challenge_of(app: &App, request: &HttpRequest) -> Option<TokenHash> {
    let cookie = request.cookie(challenge_name(app))?;
    Some(SecretToken::parse(cookie.value())?.hash())
}

fn challenge_name(app: &App) -> &'static str {
    if app.settings.server.public_url.is_https() { "__Host-staff-code" } else { "staff-code" }
}

fn bare_cookie(app: &App, value: String) -> CookieBuilder<'static> {
    named_cookie(app, cookie_name(app), value)
}

fn named_cookie(app: &App, name: &'static str, value: String) -> CookieBuilder<'static> {
    // Lax, not Strict: a link in a mail to a staff page must find the person signed in. Forms are guarded by tokens.
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(app.settings.server.public_url.is_https())
        .same_site(SameSite::Lax)
}

/// With https the browser itself keeps other hosts and plain http away from a `__Host-` cookie.
fn cookie_name(app: &App) -> &'static str {
    if app.settings.server.public_url.is_https() { "__Host-staff" } else { "staff" }
}

/// How long sessions last, as the settings say.
pub fn session_limits(app: &App) -> SessionLimits {
    SessionLimits {
        idle_minutes: app.settings.sessions.idle_minutes,
        absolute_hours: app.settings.sessions.absolute_hours,
    }
}

fn form_subject(session: &TokenHash) -> String {
    format!("staff {}", session.as_str())
}

/// A role's name in the reader's language.
pub fn role_name(t: Texts, role: Role) -> String {
    match role {
        Role::Owner => t.text("accounts-role-owner"),
        Role::Manager => t.text("accounts-role-manager"),
        Role::Receptionist => t.text("accounts-role-receptionist"),
        Role::Provider => t.text("accounts-role-provider"),
    }
}

/// What the frame shows of the clinic.
pub fn brand_of(catalog: &Catalog) -> Brand {
    Brand::of(&catalog.clinic)
}

fn clinic_language(catalog: &Catalog) -> Language {
    Language::parse(&catalog.clinic.language).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        for fine in ["/staff", "/staff/bookings/0ABC", "/owner/team?x=1", "/staff?day=2026-12-01&provider=ana"] {
            assert_eq!(safe_next(fine), Some(fine), "{fine}");
        }
        for wrong in [
            "",
            "/",
            "staff",
            "//evil.example",
            "/staffx",
            "https://evil.example/staff",
            "/staff//evil.example",
            "/staff/../m/token",
            "/staff\\evil",
            "/staff?x=\r\nset-cookie",
            "/staff/sign-out",
            "/staff/sign-in",
            "/staff/link/abc",
            "/staff ",
            "javascript:alert(1)",
            "/staff?ü",
        ] {
            assert_eq!(safe_next(wrong), None, "{wrong}");
        }
        assert_eq!(safe_next(&format!("/staff?{}", "x".repeat(600))), None);
    }
}
