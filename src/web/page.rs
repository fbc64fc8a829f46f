//! The frame around every page, and how a page becomes an answer.
//!
//! A page struct of a slice has a field `page: Page` and a template that begins with
//! `{% extends "layout.html" %}` (the public side) or `{% extends "staff_layout.html" %}` (signed in).

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use askama::filters::HtmlSafe;

use crate::catalog::{Clinic, LegalKind};
use crate::web::assets;
use crate::web::edge::AppData;
use crate::web::i18n::{Argument, Language, Texts, Wishes, negotiate};
use crate::web::theme::{Accent, DEFAULT_ACCENT};

/// Nothing inline, nothing from elsewhere, no framing. Every page has it.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The cookie that remembers a chosen language. Nothing depends on it.
pub const LANGUAGE_COOKIE: &str = "lang";

/// The headers every answer carries unless it says otherwise.
pub fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add(("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
}

/// On https, browsers are told to stay there (RFC 6797); on plain http the header would mean nothing.
pub fn transport_security(is_https: bool) -> DefaultHeaders {
    if is_https {
        DefaultHeaders::new().add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
    } else {
        DefaultHeaders::new()
    }
}

/// What the frame shows of the clinic.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The clinic's name.
    pub name: String,
    /// Its accent colour.
    pub accent: Accent,
    /// Whom to call.
    pub phone: Option<String>,
    /// Where to write.
    pub email: Option<String>,
    /// The language of last resort.
    pub language: Language,
    /// The address of its logo.
    pub logo: Option<String>,
    /// The languages its public pages are offered in.
    pub languages: Vec<Language>,
    /// The texts of law that there are.
    pub legal: Vec<LegalKind>,
}

impl Brand {
    /// The looks of a clinic.
    pub fn of(clinic: &Clinic) -> Self {
        Self {
            name: clinic.name.clone(),
            accent: Accent::parse(&clinic.accent_color).unwrap_or(DEFAULT_ACCENT),
            phone: clinic.phone.clone(),
            email: clinic.email.clone(),
            language: Language::parse(&clinic.language).unwrap_or_default(),
            logo: clinic.logo.as_ref().map(|name| format!("/images/{name}")),
            languages: clinic.languages.clone(),
            legal: clinic.legal.clone(),
        }
    }
}

impl Default for Brand {
    /// For pages that must be shown before, or without, a database.
    fn default() -> Self {
        Self {
            name: "Rebook".to_owned(),
            accent: DEFAULT_ACCENT,
            phone: None,
            email: None,
            language: Language::En,
            logo: None,
            languages: Language::all().to_vec(),
            legal: Vec::new(),
        }
    }
}

/// The member of staff whose page it is.
#[derive(Debug, Clone)]
pub struct StaffFrame {
    /// The name shown at the foot of the navigation.
    pub name: String,
    /// The role's name, already in the reader's language.
    pub role: String,
    /// The token every form of the page carries as `csrf`.
    pub csrf: String,
    /// How far this person's pages go.
    pub reach: Reach,
    /// Requests that wait for an answer.
    pub requests: usize,
    /// What waits on worklists for today.
    pub today: usize,
}

/// How far somebody's pages go: the navigation shows no entry that would answer "not open to you".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// A provider: the own day.
    OwnDay,
    /// A receptionist: everybody's day, requests, clients.
    Desk,
    /// A manager: the catalogue as well.
    Clinic,
    /// The owner: the team as well.
    Team,
}

/// Where in the staff navigation a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nav {
    /// Nowhere.
    #[default]
    None,
    /// The day's agenda.
    Agenda,
    /// Requests that wait for an answer.
    Requests,
    /// What somebody has to look at.
    Worklists,
    /// Who waits for a time.
    Waitlist,
    /// Clients.
    Clients,
    /// A day's money and receipts.
    Money,
    /// Who comes back, who is lost, what one is worth.
    Owner,
    /// Services, providers, locations, hours.
    Catalog,
    /// Why a time is not free.
    Explain,
    /// What was told to whom, and what was not.
    Messages,
    /// How the clinic runs: look, languages, texts of law, privacy.
    Settings,
    /// Who works here and signs in.
    Team,
}

/// One entry of the staff navigation.
#[derive(Debug)]
pub struct NavEntry {
    /// Where it leads.
    pub href: &'static str,
    /// Its text, in the reader's language.
    pub text: String,
    /// Its icon.
    pub icon: Markup,
    /// Whether the page stands here.
    pub current: bool,
    /// How much waits there.
    pub count: usize,
}

/// Says a text in the reader's language.
type Say = fn(Texts) -> String;

/// The staff navigation: place, address, text, icon, and who sees it; the day's work first, then what is set up once.
const NAVIGATION: &[(Nav, &str, Say, &str, Reach)] = &[
    (Nav::Agenda, "/staff", |t| t.text("nav-agenda"), "calendar", Reach::OwnDay),
    (Nav::Worklists, "/staff/worklists", |t| t.text("nav-worklists"), "check", Reach::Desk),
    (Nav::Requests, "/staff/requests", |t| t.text("nav-requests"), "inbox", Reach::Desk),
    (Nav::Waitlist, "/staff/waitlist", |t| t.text("nav-waitlist"), "clock", Reach::Desk),
    (Nav::Clients, "/staff/clients", |t| t.text("nav-clients"), "people", Reach::Desk),
    (Nav::Money, "/staff/money/day", |t| t.text("nav-money"), "tag", Reach::Desk),
    (Nav::Messages, "/staff/messages", |t| t.text("nav-messages"), "mail", Reach::Desk),
    (Nav::Explain, "/staff/explain", |t| t.text("nav-explain"), "search", Reach::Desk),
    (Nav::Owner, "/owner", |t| t.text("owner-title"), "chart", Reach::Team),
    (Nav::Catalog, "/staff/catalog", |t| t.text("nav-catalog"), "list", Reach::Clinic),
    (Nav::Settings, "/staff/settings", |t| t.text("settings-title"), "edit", Reach::Clinic),
    (Nav::Team, "/owner/team", |t| t.text("nav-team"), "people", Reach::Team),
];

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It worked.
    Success,
    /// Think about it.
    Warning,
    /// It did not work.
    Error,
}

impl Tone {
    /// The class of the notice.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warn",
            Self::Error => "error",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "check",
            Self::Warning | Self::Error => "alert",
        }
    }
}

/// A sentence at the top of a page.
#[derive(Debug, Clone)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence, in the reader's language.
    pub text: String,
}

impl Notice {
    /// The icon before the sentence.
    pub fn icon(&self) -> Markup {
        Markup(assets::icon(self.tone.icon()))
    }
}

/// Markup of ours that a template prints as it is.
#[derive(Debug, Clone, Copy)]
pub struct Markup(&'static str);

impl fmt::Display for Markup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl HtmlSafe for Markup {}

/// A language the page can be read in.
#[derive(Debug)]
pub struct LanguageLink {
    /// Its tag.
    pub tag: &'static str,
    /// What its speakers call it.
    pub name: &'static str,
    /// This page in it.
    pub href: String,
    /// Whether the page is in it now.
    pub current: bool,
}

/// The frame of one page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The title, without the clinic's name.
    pub title: String,
    /// Texts and formats in the reader's language.
    pub t: Texts,
    /// What the frame shows of the clinic.
    pub brand: Brand,
    /// Path and query, for the language links.
    pub address: String,
    /// Who is signed in.
    pub staff: Option<StaffFrame>,
    /// Where in the staff navigation the page stands.
    pub nav: Nav,
    /// What has just happened.
    pub notice: Option<Notice>,
    /// Whether search engines may list the page.
    pub indexed: bool,
    /// The token of the forms of a client who is signed in; empty on every other page.
    pub client_csrf: String,
}

impl Page {
    /// A page for everybody.
    pub fn public(t: Texts, brand: Brand, request: &HttpRequest, title: String) -> Self {
        let address = request.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned();
        Self {
            title,
            t,
            brand,
            address,
            staff: None,
            nav: Nav::None,
            notice: None,
            indexed: false,
            client_csrf: String::new(),
        }
    }

    /// A page of somebody who is signed in.
    pub fn staff(t: Texts, brand: Brand, request: &HttpRequest, staff: StaffFrame, nav: Nav, title: String) -> Self {
        Self { staff: Some(staff), nav, ..Self::public(t, brand, request, title) }
    }

    /// The same page with a sentence at its top.
    #[must_use]
    pub fn saying(mut self, tone: Tone, text: String) -> Self {
        self.notice = Some(Notice { tone, text });
        self
    }

    /// A text in the reader's language.
    pub fn text(&self, key: &str) -> String {
        self.t.text(key)
    }

    /// A text with values: in templates `page.with("key", [("name", &value)])`.
    pub fn with(&self, key: &str, arguments: &[(&str, &dyn Argument)]) -> String {
        self.t.with(key, arguments)
    }

    /// The language's tag.
    pub fn lang(&self) -> &'static str {
        self.t.language().tag()
    }

    /// The direction of its lines.
    pub fn dir(&self) -> &'static str {
        self.t.language().direction().attribute()
    }

    /// The address of a bundled file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// An icon.
    pub fn icon(&self, name: &str) -> Markup {
        Markup(assets::icon(name))
    }

    /// The stylesheet with the clinic's colour.
    pub fn theme_url(&self) -> String {
        self.brand.accent.url()
    }

    /// The first letter of the clinic's name, for its mark.
    pub fn initial(&self) -> String {
        self.brand.name.chars().next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default()
    }

    /// The token every form of a signed-in page carries as `csrf`; empty on public pages.
    pub fn csrf(&self) -> &str {
        self.staff.as_ref().map_or(self.client_csrf.as_str(), |staff| staff.csrf.as_str())
    }

    /// An address on this site that keeps a language chosen by query.
    pub fn link(&self, path: &str) -> String {
        if self.address.split_once('?').is_some_and(|(_, query)| query_value(query, "lang").is_some()) {
            return with_query(path, "lang", self.lang());
        }
        path.to_owned()
    }

    /// This page in every language.
    pub fn language_links(&self) -> Vec<LanguageLink> {
        let link = |language: Language| LanguageLink {
            tag: language.tag(),
            name: language.own_name(),
            href: with_query(&self.address, "lang", language.tag()),
            current: language == self.t.language(),
        };
        let is_offered = |language: &Language| self.staff.is_some() || self.brand.languages.contains(language);
        Language::all().into_iter().filter(is_offered).map(link).collect()
    }

    /// The texts of law at the foot of public pages: addresses and names.
    pub fn legal_links(&self) -> Vec<(String, String)> {
        let name = |kind: LegalKind| match kind {
            LegalKind::Imprint => self.t.text("settings-legal-imprint"),
            LegalKind::Privacy => self.t.text("settings-legal-privacy"),
            LegalKind::Terms => self.t.text("settings-legal-terms"),
        };
        let link = |kind: &LegalKind| (self.link(&format!("/legal/{}", kind.word())), name(*kind));
        self.brand.legal.iter().map(link).collect()
    }

    /// The staff navigation as this person sees it.
    pub fn navigation(&self) -> Vec<NavEntry> {
        let Some(staff) = &self.staff else {
            return Vec::new();
        };
        let shown = NAVIGATION.iter().filter(|(.., needed)| *needed <= staff.reach);
        shown
            .map(|(nav, href, text, icon, _)| NavEntry {
                href,
                text: text(self.t),
                icon: Markup(assets::icon(icon)),
                current: *nav == self.nav,
                count: match nav {
                    Nav::Requests => staff.requests,
                    Nav::Worklists => staff.today,
                    _ => 0,
                },
            })
            .collect()
    }
}

/// An icon of `static/icons`.
pub fn icon(name: &str) -> Markup {
    Markup(assets::icon(name))
}

/// The language to answer a request in: `?lang=`, then the cookie, then what is known of the person, then the browser.
pub fn texts_for(request: &HttpRequest, person: Option<Language>, fallback: Language) -> Texts {
    let query = query_value(request.query_string(), "lang");
    let cookie = request.cookie(LANGUAGE_COOKIE);
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let wishes = Wishes {
        query: query.as_deref(),
        cookie: cookie.as_ref().map(actix_web::cookie::Cookie::value),
        person,
        accept,
    };
    Texts::new(offered(request, negotiate(wishes, fallback), fallback))
}

/// Public pages are read in the languages the clinic offers; who works here chooses for themselves.
fn offered(request: &HttpRequest, wanted: Language, fallback: Language) -> Language {
    let is_inside = ["/staff", "/owner"].iter().any(|root| request.path().starts_with(root));
    let known = request.app_data::<AppData>().filter(|_| !is_inside).and_then(|app| app.0.shop.catalogs.kept());
    let Some(catalog) = known else { return wanted };
    let languages = &catalog.clinic.languages;
    let first = || languages.first().copied().unwrap_or(fallback);
    [wanted, fallback].into_iter().find(|language| languages.contains(language)).unwrap_or_else(first)
}

fn query_value(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The address with one value of its query set.
pub fn with_query(address: &str, name: &str, value: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut fresh = url::form_urlencoded::Serializer::new(String::new());
    for (key, present) in url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != name) {
        fresh.append_pair(&key, &present);
    }
    fresh.append_pair(name, value);
    format!("{path}?{}", fresh.finish())
}

/// Answers with a page.
pub fn html(status: StatusCode, template: &impl Template) -> HttpResponse {
    match template.render() {
        Ok(body) => HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "private, no-cache"))
            .body(body),
        Err(error) => {
            tracing::error!(error = %error, "a template could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// The plain page of everything that did not work.
#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    page: Page,
    status: u16,
    text: &'a str,
    reference: &'a str,
}

/// Answers with the error page: a heading (the page's title), a sentence that says what to do, and the reference of
/// the log line where there is one.
pub fn error_page(status: StatusCode, page: Page, text: &str, reference: Option<&str>) -> HttpResponse {
    html(status, &ErrorPage { page, status: status.as_u16(), text, reference: reference.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn page(uri: &str) -> Page {
        let request = TestRequest::get().uri(uri).to_http_request();
        Page::public(texts_for(&request, None, Language::En), Brand::default(), &request, "Title".into())
    }

    #[test]
    fn language_links_keep_the_rest_of_the_address() {
        let page = page("/book?service=check-up&lang=de");
        assert_eq!(page.lang(), "de");
        let links: Vec<_> = page.language_links().into_iter().map(|link| (link.href, link.current)).collect();
        assert_eq!(links[0], ("/book?service=check-up&lang=en".to_owned(), false));
        assert_eq!(links[1], ("/book?service=check-up&lang=de".to_owned(), true));
        assert_eq!(page.link("/book"), "/book?lang=de");
        assert_eq!(super::tests::page("/book").link("/"), "/");
    }

    #[test]
    fn names_are_escaped_and_addresses_too() {
        let mut page = page("/x?a=%22%3E%3Cscript%3E");
        page.brand.name = "<b>Tooth & Co</b>".into();
        let shown = ErrorPage { page, status: 404, text: "<i>", reference: "" }.render().unwrap();
        assert!(!shown.contains("<b>Tooth") && !shown.contains("<script>") && !shown.contains("<i>"));
        assert!(shown.contains("<!doctype html>") && shown.contains("lang=\"en\""));
    }
}
