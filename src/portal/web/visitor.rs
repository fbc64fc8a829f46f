//! Who asks: the argument type of pages for clients who are signed in.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, CookieBuilder, SameSite};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Duration, Utc};

use super::{Part, PersonChoice, Tab, tabs};
use crate::accounts::token::{SecretToken, TokenHash};
use crate::app::App;
use crate::catalog::Catalog;
use crate::clients::ClientView;
use crate::db::{Bad, Fault};
use crate::domain::ids::ClientId;
use crate::i18n::Texts;
use crate::portal::session::{IDLE_DAYS, LIFE_DAYS};
use crate::portal::{self, ClientSession};
use crate::web::auth::{brand_of, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

/// Whoever reads a mailbox, signed in. The only way to the pages of the area, so a handler cannot forget to ask.
pub struct PortalVisitor {
    pub(super) session: ClientSession,
    pub(super) catalog: Arc<Catalog>,
    pub(super) t: Texts,
    pub(super) now: DateTime<Utc>,
    csrf: String,
}

impl PortalVisitor {
    /// The frame of a page.
    pub(super) fn page(&self, request: &HttpRequest, title: String) -> Page {
        let page = Page::public(self.t, brand_of(&self.catalog), request, title);
        Page { client_csrf: self.csrf.clone(), ..page }
    }

    /// Reads a form. One with another session's token may be somebody else's doing.
    pub(super) fn form(&self, app: &App, body: &[u8]) -> Result<Form, Problem> {
        let form = Form::parse(&String::from_utf8_lossy(body));
        let subject = form_subject(&self.session.token);
        if app.keys.is_form_token(form.value("csrf"), &subject, self.now, Duration::days(IDLE_DAYS)) {
            Ok(form)
        } else {
            Err(Problem::ForeignForm)
        }
    }

    /// The person of an address, who must read this mailbox: of others nothing is known to exist.
    pub(super) fn person(&self, id: &str) -> Result<&ClientView, Problem> {
        let id: ClientId = id.parse().ok().ok_or(Problem::NotFound)?;
        self.session.person(id).ok_or(Problem::NotFound)
    }

    /// Everybody who may be chosen; nobody when there is only one.
    pub(super) fn choices(&self) -> Vec<PersonChoice> {
        if self.session.people.len() < 2 {
            return Vec::new();
        }
        let choice = |person: &ClientView| PersonChoice {
            id: person.id.to_string(),
            href: format!("/portal/people/{}", person.id),
            name: name_of(person),
            is_chosen: self.session.chosen == Some(person.id),
        };
        let all = PersonChoice {
            id: String::new(),
            href: "/portal/people".to_owned(),
            name: self.t.text("portal-all-of-us"),
            is_chosen: self.session.chosen.is_none(),
        };
        self.session.people.iter().map(choice).chain(std::iter::once(all)).collect()
    }

    /// Whether names must stand beside what belongs to whom.
    pub(super) fn shows_names(&self) -> bool {
        1 < self.session.shown().len()
    }

    pub(super) fn tabs(&self, current: Part) -> Vec<Tab> {
        tabs(self.t, current)
    }
}

pub(super) fn name_of(person: &ClientView) -> String {
    format!("{} {}", person.first_name, person.last_name)
}

impl FromRequest for PortalVisitor {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<AppData>().ok_or(Problem::NotFound)?;
            match visitor_if_any(&app.0, &request).await {
                Ok(Some(visitor)) => Ok(visitor),
                Ok(None) => Err(InternalError::from_response("not signed in", see_other("/portal?ended=1")).into()),
                Err(fault) => Err(Problem::Fault(fault).into()),
            }
        })
    }
}

/// Who asks, when somebody is signed in.
pub(super) async fn visitor_if_any(app: &Arc<App>, request: &HttpRequest) -> Result<Option<PortalVisitor>, Fault> {
    let Some(token) = session_of(app, request) else {
        return Ok(None);
    };
    let (now, shared, asked) = (app.clock.now(), Arc::clone(app), token.clone());
    let found = app.db.read(move |conn| {
        let Some(session) = portal::who_is(conn, now, &asked)? else {
            return Ok(None);
        };
        Ok(Some((session, shared.shop.catalogs.current(conn)?)))
    });
    let Some((session, catalog)) = found.await? else {
        return Ok(None);
    };
    if session.is_due_to_be_seen {
        let written = app.db.write(now, move |tx| portal::see(tx, &token)).await;
        written.map_err(Bad::into_fault)?;
    }
    let person = session.chosen.and_then(|id| session.person(id)).or(session.people.first());
    let t = page::texts_for(request, person.map(|person| person.language), brand_of(&catalog).language);
    let csrf = app.keys.form_token(&form_subject(&session.token), now);
    Ok(Some(PortalVisitor { session, catalog, t, now, csrf }))
}

/// The session the browser brought.
pub(super) fn session_of(app: &App, request: &HttpRequest) -> Option<TokenHash> {
    let cookie = request.cookie(cookie_name(app))?;
    Some(SecretToken::parse(cookie.value())?.hash())
}

/// The cookie that carries a fresh session.
pub(super) fn session_cookie(app: &App, token: &SecretToken) -> Cookie<'static> {
    bare_cookie(app, token.reveal().to_owned()).max_age(CookieAge::days(LIFE_DAYS)).finish()
}

/// The cookie that makes the browser forget its session.
pub(super) fn no_session_cookie(app: &App) -> Cookie<'static> {
    bare_cookie(app, String::new()).max_age(CookieAge::ZERO).finish()
}

fn bare_cookie(app: &App, value: String) -> CookieBuilder<'static> {
    // Lax, not Strict: a link in a mail to this area must find the person signed in. Forms are guarded by tokens.
    Cookie::build(cookie_name(app), value)
        .path("/")
        .http_only(true)
        .secure(app.settings.server.public_url.is_https())
        .same_site(SameSite::Lax)
}

/// With https the browser itself keeps other hosts and plain http away from a `__Host-` cookie.
fn cookie_name(app: &App) -> &'static str {
    if app.settings.server.public_url.is_https() { "__Host-rebook_client" } else { "rebook_client" }
}

fn form_subject(session: &TokenHash) -> String {
    format!("client {}", session.as_str())
}
