//! Somebody with a browser and no scripts: follows links, fills in forms as they are on the page, keeps cookies.

use std::sync::Arc;

use regex::Regex;
use reqwest::header::{HeaderMap, LOCATION, ORIGIN};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};

/// A browser without scripts, with cookies of its own.
#[derive(Clone)]
pub struct Visitor {
    http: reqwest::Client,
    base: Arc<str>,
}

/// What came back, redirects followed.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub path: String,
    pub headers: HeaderMap,
    pub text: String,
}

/// A form as it stands on the page, with what is filled in already.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
}

impl Visitor {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Self { http, base: base.into() }
    }

    /// Asks once and follows nothing.
    pub async fn ask(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Page {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        let says_origin = headers.iter().any(|(name, _)| matches!(*name, "origin" | "sec-fetch-site"));
        if method != Method::GET && method != Method::HEAD && !says_origin {
            request = request.header(ORIGIN, &*self.base);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Page { status, path: path.to_owned(), headers, text: answer.text().await.unwrap() }
    }

    /// Listens to an answer that does not end until these words are in it.
    pub async fn hears(&self, path: &str, words: &str) -> String {
        let mut answer = self.http.get(format!("{}{path}", self.base)).send().await.unwrap();
        let mut text = String::new();
        while !text.contains(words) {
            match answer.chunk().await.unwrap() {
                Some(chunk) => text.push_str(&String::from_utf8_lossy(&chunk)),
                None => panic!("{path} ended without {words:?}: {text}"),
            }
        }
        text
    }

    /// Where the server listens: `127.0.0.1:4711`.
    pub fn host(&self) -> &str {
        self.base.split_once("://").map_or(&*self.base, |(_, host)| host)
    }

    /// Posts bytes of any kind from a page of ours.
    pub async fn sends(&self, path: &str, body: Vec<u8>, kind: &str) -> Page {
        let request = self.http.post(format!("{}{path}", self.base)).header(ORIGIN, &*self.base);
        let answer = request.header("content-type", kind).body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Page { status, path: path.to_owned(), headers, text: answer.text().await.unwrap() }
    }

    pub async fn opens(&self, path: &str) -> Page {
        let first = self.ask(Method::GET, path, None, &[]).await;
        self.follow(first).await
    }

    pub async fn submits(&self, form: &Form) -> Page {
        let first = self.submits_once(form).await;
        self.follow(first).await
    }

    /// The answer itself, redirect or not.
    pub async fn submits_once(&self, form: &Form) -> Page {
        let body = serde_urlencoded::to_string(&form.fields).unwrap();
        if form.method == "get" {
            let path = form.action.split('?').next().unwrap_or_default();
            return self.ask(Method::GET, &format!("{path}?{body}"), None, &[]).await;
        }
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.ask(Method::POST, &form.action, Some(body), &kind).await
    }

    async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..10 {
            let Some(target) = page.headers.get(LOCATION).and_then(|place| place.to_str().ok()) else { return page };
            let target = self.local(target);
            page = self.ask(Method::GET, &target, None, &[]).await;
        }
        panic!("redirects do not end at {}", page.path);
    }

    /// A link as pages and mails write it, as a path of this server.
    pub fn local(&self, link: &str) -> String {
        match link.split_once("://").map(|(_, rest)| rest.split_once('/').map_or("", |(_, path)| path)) {
            Some(path) => format!("/{path}"),
            None => link.to_owned(),
        }
    }

    /// Posts JSON and reads JSON.
    pub async fn api(&self, method: Method, path: &str, body: &serde_json::Value, headers: &[(&str, &str)]) -> Page {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        let body = (!body.is_null()).then(|| body.to_string());
        self.ask(method, path, body, &all).await
    }
}

impl Page {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} answered:\n{}", self.path, self.text);
        self
    }

    #[track_caller]
    pub fn shows(self, words: &str) -> Self {
        assert!(self.text.contains(words), "{} does not show {words:?}:\n{}", self.path, self.text);
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}:\n{}", self.path, self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The first link that contains `part`.
    #[track_caller]
    pub fn link(&self, part: &str) -> String {
        let found = self.links().into_iter().find(|link| link.contains(part));
        found.unwrap_or_else(|| panic!("{} has no link with {part:?}:\n{}", self.path, self.text))
    }

    pub fn links(&self) -> Vec<String> {
        let link = Regex::new(r#"<a\b[^>]*?\bhref="([^"]*)""#).unwrap();
        link.captures_iter(&self.text).map(|found| unescape(&found[1])).collect()
    }

    /// The values of the buttons with this name, as the times of a day are.
    pub fn buttons(&self, name: &str) -> Vec<String> {
        let button = Regex::new(r"<button\b([^>]*)>").unwrap();
        let heads = button.captures_iter(&self.text).map(|found| found[1].to_owned());
        let named = heads.filter(|head| attribute(head, "name").as_deref() == Some(name));
        named.filter_map(|head| attribute(&head, "value")).collect()
    }

    /// The values of a group of radio buttons, as the free times of the desk are.
    pub fn choices(&self, name: &str) -> Vec<String> {
        let input = Regex::new(r"<input\b([^>]*)>").unwrap();
        let heads = input.captures_iter(&self.text).map(|found| found[1].to_owned());
        let named = heads.filter(|head| {
            attribute(head, "name").as_deref() == Some(name) && attribute(head, "type").as_deref() == Some("radio")
        });
        named.filter_map(|head| attribute(&head, "value")).collect()
    }

    /// The form whose action contains `part`; an empty action is the page itself.
    #[track_caller]
    pub fn form(&self, part: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action.contains(part));
        found.unwrap_or_else(|| panic!("{} has no form to {part:?}:\n{}", self.path, self.text))
    }

    /// The form that has this field.
    #[track_caller]
    pub fn form_with(&self, field: &str) -> Form {
        let has = |form: &Form| form.fields.iter().any(|(name, _)| name == field);
        let found = self.forms().into_iter().find(has);
        found.unwrap_or_else(|| panic!("{} has no form with {field:?}:\n{}", self.path, self.text))
    }

    pub fn forms(&self) -> Vec<Form> {
        let form = Regex::new(r"(?s)<form\b([^>]*)>(.*?)</form>").unwrap();
        form.captures_iter(&self.text).map(|found| self.read_form(&found[1], &found[2])).collect()
    }

    fn read_form(&self, head: &str, inside: &str) -> Form {
        let action = attribute(head, "action").filter(|action| !action.is_empty());
        Form {
            action: action.unwrap_or_else(|| self.path.clone()),
            method: attribute(head, "method").unwrap_or_else(|| "get".to_owned()).to_ascii_lowercase(),
            fields: fields_in(inside),
        }
    }
}

/// What a browser would send for the fields as they are, without any button.
fn fields_in(inside: &str) -> Vec<(String, String)> {
    let tags = Regex::new(r"(?s)<input\b([^>]*)>|<textarea\b([^>]*)>(.*?)</textarea>|<select\b([^>]*)>(.*?)</select>")
        .unwrap();
    let mut fields = Vec::new();
    for tag in tags.captures_iter(inside) {
        if let Some(head) = tag.get(1) {
            fields.extend(input_field(head.as_str()));
        } else if let (Some(head), Some(text)) = (tag.get(2), tag.get(3)) {
            fields.extend(
                attribute(head.as_str(), "name").map(|name| (name, unescape(first_line_break_dropped(text.as_str())))),
            );
        } else if let (Some(head), Some(options)) = (tag.get(4), tag.get(5)) {
            fields.extend(attribute(head.as_str(), "name").map(|name| (name, chosen_option(options.as_str()))));
        }
    }
    fields
}

fn input_field(head: &str) -> Option<(String, String)> {
    let name = attribute(head, "name")?;
    let kind = attribute(head, "type").unwrap_or_default();
    let is_choice = matches!(kind.as_str(), "radio" | "checkbox");
    let is_chosen = Regex::new(r"\bchecked\b").unwrap().is_match(head);
    if matches!(kind.as_str(), "submit" | "button") || (is_choice && !is_chosen) {
        return None;
    }
    let usual = if is_choice { "on" } else { "" };
    Some((name, attribute(head, "value").unwrap_or_else(|| usual.to_owned())))
}

/// The line break after the tag is not part of the text.
fn first_line_break_dropped(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}

fn chosen_option(options: &str) -> String {
    let option = Regex::new(r"(?s)<option\b([^>]*)>(.*?)</option>").unwrap();
    let all: Vec<(String, bool)> = option
        .captures_iter(options)
        .map(|found| {
            let value = attribute(&found[1], "value").unwrap_or_else(|| unescape(found[2].trim()));
            (value, Regex::new(r"\bselected\b").unwrap().is_match(&found[1]))
        })
        .collect();
    let chosen = all.iter().find(|(_, chosen)| *chosen).or(all.first());
    chosen.map(|(value, _)| value.clone()).unwrap_or_default()
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let pattern = Regex::new(&format!(r#"(?s)(?:^|\s){name}="([^"]*)""#)).unwrap();
    pattern.captures(head).map(|found| unescape(&found[1]))
}

fn unescape(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    let text = text.replace("&lt;", "<").replace("&#60;", "<").replace("&gt;", ">").replace("&#62;", ">");
    text.replace("&#x2F;", "/").replace("&#38;", "&").replace("&amp;", "&")
}

impl Form {
    /// Types into the field, which need not be there: a stranger may send anything.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, filled)) => value.clone_into(filled),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no field {name} in {self:?}"))
    }
}
