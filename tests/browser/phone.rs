//! A real browser of the size of a phone (or of a desk), driven through chromedriver.

use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction, TouchActions};
use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::demo::Demo;

/// Longer than this nobody waits for a page, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// One browser window.
pub struct Window {
    client: Client,
    base: String,
}

#[derive(Debug, Clone, Copy)]
enum Scheme {
    Light,
    Dark,
}

/// Where chromedriver listens, or a line that says why the test does nothing.
pub fn webdriver() -> Option<String> {
    let url = std::env::var("REBOOK_TEST_WEBDRIVER").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        println!("skipped: the browser (REBOOK_TEST_WEBDRIVER is not set; bin/test sets it)");
    }
    url
}

impl Window {
    pub async fn phone(webdriver: &str, base: &str) -> Self {
        Self::open(webdriver, base, (390, 844), Scheme::Light).await
    }

    pub async fn desk(webdriver: &str, base: &str) -> Self {
        Self::open(webdriver, base, (1280, 900), Scheme::Light).await
    }

    /// A desk whose owner prefers dark pages.
    pub async fn dark_desk(webdriver: &str, base: &str) -> Self {
        Self::open(webdriver, base, (1280, 900), Scheme::Dark).await
    }

    async fn open(webdriver: &str, base: &str, (width, height): (u32, u32), scheme: Scheme) -> Self {
        // The number is Chromium's: 0 prefers dark, 1 light.
        let preferred = match scheme {
            Scheme::Dark => 0,
            Scheme::Light => 1,
        };
        let mut options = json!({
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--lang=en-US", format!("--window-size={width},{height}"),
                format!("--blink-settings=preferredColorScheme={preferred}"),
            ],
        });
        // Below 500 pixels only an emulated screen gets as narrow as a phone. It makes a finger of every mouse, so a desk has none.
        if width < 500 {
            let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0, "mobile": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        if let Ok(binary) = std::env::var("REBOOK_TEST_CHROMIUM") {
            options["binary"] = Value::from(binary);
        }
        let capabilities = Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let client =
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(webdriver).await.unwrap();
        Self { client, base: base.to_owned() }
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }

    pub async fn opens(&self, path: &str) {
        let url = if path.contains("://") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.goto(&url).await.unwrap();
    }

    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.path().to_owned()
    }

    /// Everything a person can read on the page.
    pub async fn text(&self) -> String {
        self.client.find(Locator::Css("body")).await.unwrap().text().await.unwrap()
    }

    pub async fn finds(&self, css: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}; on {}:\n{}", self.path().await, self.text().await),
        }
    }

    pub async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
    }

    pub async fn attribute(&self, css: &str, name: &str) -> String {
        self.finds(css).await.attr(name).await.unwrap().unwrap_or_default()
    }

    /// Whether the page believes that dark is preferred.
    pub async fn is_dark(&self) -> bool {
        let script = "return matchMedia('(prefers-color-scheme: dark)').matches";
        self.client.execute(script, vec![]).await.unwrap() == Value::Bool(true)
    }

    /// Where the links of the page lead, within the site, without the part after `#`.
    pub async fn links(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('a[href]:not([download])')]
            .filter(link => link.origin === location.origin).map(link => link.pathname + link.search)";
        let links = self.client.execute(script, vec![]).await.unwrap();
        links.as_array().into_iter().flatten().filter_map(|link| link.as_str().map(str::to_owned)).collect()
    }

    /// What stands in a field.
    pub async fn value(&self, css: &str) -> String {
        self.finds(css).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The link in the row of a table that shows these words.
    pub async fn link_beside(&self, words: &str) -> String {
        let script =
            "const row = [...document.querySelectorAll('tr')].find(row => row.innerText.includes(arguments[0]));
            return row ? row.querySelector('a').href : ''";
        let link = self.client.execute(script, vec![Value::from(words)]).await.unwrap();
        link.as_str().filter(|link| !link.is_empty()).unwrap_or_else(|| panic!("no row shows {words}")).to_owned()
    }

    /// Clicks as a finger does: the element is brought into sight first.
    pub async fn taps(&self, css: &str) {
        let element = self.finds(css).await;
        let target = serde_json::to_value(&element).unwrap();
        self.client
            .execute("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", vec![target])
            .await
            .unwrap();
        element.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Clicks and waits for the page that follows.
    pub async fn goes(&self, css: &str) {
        self.client.execute("window.rebookLeft = true", vec![]).await.unwrap();
        self.taps(css).await;
        self.arrives("a click on ", css).await;
    }

    async fn arrives(&self, what: &str, css: &str) {
        let began = std::time::Instant::now();
        loop {
            let there = "return window.rebookLeft !== true && document.readyState === 'complete'";
            if self.client.execute(there, vec![]).await.is_ok_and(|answer| answer == Value::Bool(true)) {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{what}{css} leads nowhere; on {}:\n{}",
                self.path().await,
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn types(&self, css: &str, text: &str) {
        let element = self.finds(css).await;
        element.clear().await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    pub async fn shows(&self, words: &str) {
        let began = std::time::Instant::now();
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{} does not show {words:?}:\n{text}", self.path().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What a script of the page's own says.
    pub async fn runs(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// Waits until a script says yes.
    pub async fn until(&self, script: &str) {
        let began = std::time::Instant::now();
        while self.client.execute(script, vec![]).await.unwrap() != Value::Bool(true) {
            assert!(began.elapsed() < PATIENCE, "never: {script}; on {}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses a key where the focus is.
    pub async fn presses(&self, key: &str) {
        self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// Drags with the mouse, in steps as a hand does.
    pub async fn drags(&self, from: (f64, f64), to: (f64, f64)) {
        let hand = drag(MouseActions::new("mouse".to_owned()), from, to, Duration::from_millis(30));
        self.client.perform_actions(hand).await.unwrap();
    }

    /// The same with a finger that rests first.
    pub async fn drags_by_finger(&self, from: (f64, f64), to: (f64, f64)) {
        let finger = drag(TouchActions::new("finger".to_owned()), from, to, Duration::from_millis(700));
        self.client.perform_actions(finger).await.unwrap();
    }

    /// Nothing sticks out to the side: a phone's page is never scrolled sideways.
    pub async fn fits(&self) {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wide = self.client.execute(script, vec![]).await.unwrap();
        assert!(wide.as_i64().unwrap_or(0) <= 1, "{} is {wide} pixels too wide", self.path().await);
    }

    /// Signs in on the page that asks for it.
    pub async fn signs_in(&self, role: &str) {
        let sign_in = Demo::sign_in_of(role);
        self.opens("/staff").await;
        self.types("input[name=email]", sign_in.email).await;
        self.types("input[name=password]", sign_in.password).await;
        self.goes("form[action*='sign-in'] button").await;
    }

    /// What is wrong with the page for people who see, hear or move otherwise, and whether it sticks out to the side.
    pub async fn faults(&self) -> Vec<String> {
        let mut faults = self.axe().await;
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wide = self.client.execute(script, vec![]).await.unwrap().as_i64().unwrap_or(0);
        if wide > 1 {
            faults.push(format!("{wide} pixels too wide"));
        }
        faults
    }

    /// axe-core finds nothing serious or critical on this page.
    pub async fn is_accessible(&self) {
        let found = self.axe().await;
        assert!(found.is_empty(), "axe-core on {}: {found:#?}", self.path().await);
    }

    async fn axe(&self) -> Vec<String> {
        let source = std::fs::read_to_string(std::env::var("REBOOK_TEST_AXE").unwrap()).unwrap();
        self.client.execute(&source, vec![]).await.unwrap();
        let script = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations
            .filter(v => v.impact === 'serious' || v.impact === 'critical')
            .map(v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.target.join(' ') + ' (' + n.failureSummary + ')').join(' | '))))";
        let found = self.client.execute_async(script, vec![]).await.unwrap();
        found.as_array().into_iter().flatten().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
    }
}

fn drag<S: InputSource<Action = PointerAction>>(source: S, from: (f64, f64), to: (f64, f64), rest: Duration) -> S {
    let step = |share: f64| PointerAction::MoveTo {
        duration: Some(Duration::from_millis(80)),
        x: (from.0 + (to.0 - from.0) * share).round(),
        y: (from.1 + (to.1 - from.1) * share).round(),
    };
    let down = source.then(step(0.0)).then(PointerAction::Down { button: MOUSE_BUTTON_LEFT }).pause(rest);
    let moved = down.then(step(0.3)).then(step(0.7)).then(step(1.0)).pause(Duration::from_millis(150));
    moved.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })
}
