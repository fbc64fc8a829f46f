//! Settings: look with a logo, languages, texts of law, privacy.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;

use crate::support::app::on_both;
use crate::support::shop;
use crate::support::visitor::{Page, Visitor};

const LOOK: &str = "/staff/settings/look";
const EDGE: &str = "----------------rebook-test";

/// A form with a file, as a browser sends it.
async fn uploads(visitor: &Visitor, file: &[u8], more: &[(&str, &str)]) -> Page {
    let form = visitor.opens(LOOK).await.expect(200).form(LOOK);
    let mut body: Vec<u8> = Vec::new();
    for (name, value) in form.fields.iter().filter(|(name, _)| name != "logo" && name != "remove") {
        let value = more.iter().find(|(other, _)| other == name).map_or(value.as_str(), |(_, value)| value);
        body.extend(format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, value) in more.iter().filter(|(name, _)| form.fields.iter().all(|(known, _)| known != name)) {
        body.extend(format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(
        format!(
            "--{EDGE}\r\ncontent-disposition: form-data; name=\"logo\"; filename=\"logo.png\"\r\n\
             content-type: image/png\r\n\r\n"
        )
        .bytes(),
    );
    body.extend_from_slice(file);
    body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
    visitor.sends(LOOK, body, &format!("multipart/form-data; boundary={EDGE}")).await
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn a_logo_is_written_anew_and_shown_and_removed() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        uploads(&manager, &png(900, 300), &[("accent_color", "#112233")]).await.expect(303);
        let home = app.visitor().opens("/").await.expect(200);
        let logo = regex::Regex::new(r"/images/[0-9a-f]{32}\.png").unwrap();
        let place = logo.find(&home.text).expect("the logo is at the head").as_str().to_owned();
        assert!(home.text.contains("theme-112233"));
        let picture = app.visitor().ask(Method::GET, &place, None, &[]).await.expect(200);
        assert_eq!(picture.header("content-type"), "image/png");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert!(picture.header("cache-control").contains("immutable"));
        assert_eq!(app.count("SELECT width FROM images"), 512);
        assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'settings_changed'"), 1);
        uploads(&manager, b"", &[("remove", "on")]).await.expect(303);
        assert!(!app.visitor().opens("/").await.text.contains("/images/"));
        for wrong in ["/images/nothing.png", "/images/..%2fsecret", "/images/a'b"] {
            app.visitor().opens(wrong).await.expect(404);
        }
        app.staff("desk").await.opens(LOOK).await.expect(403);
    });
}

#[test]
fn what_is_no_picture_is_said_by_the_field_and_nothing_is_kept() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        for file in [
            &b"just words in a file called png"[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"\x89PNG\r\n\x1a\nand then nothing",
        ] {
            let page = uploads(&manager, file, &[("accent_color", "#123456")]).await.expect(422);
            page.shows("no picture that can be read").shows("#123456");
        }
        uploads(&manager, &png(5_000, 8), &[]).await.expect(422).shows("pixels a side");
        let large = vec![7_u8; 2 * 1024 * 1024 + 10];
        uploads(&manager, &large, &[]).await.expect(422).shows("at most 2 MB");
        uploads(&manager, &png(9, 9), &[("csrf", "forged")]).await.expect(403);
        assert_eq!(app.count("SELECT count(*) FROM images"), 0);
    });
}

#[test]
fn two_hundred_megabytes_are_refused_before_they_are_read() {
    on_both(async |app| {
        let visitor = app.visitor();
        let form = visitor.opens("/staff/sign-in").await.form("/staff/sign-in");
        let form = form.with("email", "manager@clinic.example").with("password", shop::PASSWORD);
        let page = visitor.submits_once(&form).await.expect(303);
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let host = visitor.host().to_owned();
        let answer = tokio::task::block_in_place(move || {
            let mut line = TcpStream::connect(&host).unwrap();
            line.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            let head = format!(
                "POST {LOOK} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\n\
                 content-type: multipart/form-data; boundary={EDGE}\r\ncontent-length: 209715200\r\n\r\n--{EDGE}\r\n"
            );
            line.write_all(head.as_bytes()).unwrap();
            let mut answer = [0_u8; 64];
            let read = line.read(&mut answer).unwrap();
            String::from_utf8_lossy(&answer[..read]).into_owned()
        });
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert_eq!(app.count("SELECT count(*) FROM images"), 0);
    });
}

#[test]
fn public_pages_speak_the_languages_that_are_offered() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let form = manager.opens("/staff/settings/languages").await.expect(200).form("/staff/settings/languages");
        manager.submits_once(&form.clone().without("language")).await.expect(422).shows("at least one language");
        let only = form.clone().without("language").with("language", "en");
        manager.submits(&only).await.expect(200).shows("were saved");
        let home = app.visitor().opens("/?lang=de").await.expect(200);
        assert!(home.text.contains("lang=\"en\"") && !home.text.contains("Deutsch"), "{}", home.text);
        manager.submits_once(&form).await.expect(409).shows("meanwhile");
        manager.opens("/staff/settings?lang=de").await.expect(200).shows("Einstellungen");
    });
}

#[test]
fn texts_of_law_are_linked_and_run_nothing() {
    on_both(async |app| {
        app.visitor().opens("/legal/imprint").await.expect(404);
        let manager = app.staff("manager").await;
        let place = "/staff/settings/legal/imprint/en";
        let form = manager.opens(place).await.expect(200).form(place);
        let body = "# Who we are\n\n<script>alert(1)</script>\n\n[us](javascript:alert(1)) **Test Dental**";
        manager.submits(&form.clone().with("body", body)).await.expect(200).shows("were saved");
        manager.submits_once(&form.with("body", "later")).await.expect(409).shows("later");
        app.visitor().opens("/").await.expect(200).shows("/legal/imprint");
        let page = app.visitor().opens("/legal/imprint?lang=de").await.expect(200);
        assert!(page.text.contains("<strong>Test Dental</strong>") && page.text.contains("<h2>Who we are</h2>"));
        assert!(!page.text.contains("<script>alert") && !page.text.contains("href=\"javascript"), "{}", page.text);
        app.visitor().opens("/legal/nonsense").await.expect(404);
        let form = manager.opens(place).await.form(place);
        manager.submits_once(&form.with("body", &"x".repeat(60_000))).await.expect(422).shows("characters");
    });
}

#[test]
fn privacy_is_saved_once_for_who_was_first() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let place = "/staff/settings/privacy";
        let form = manager.opens(place).await.expect(200).form(place);
        manager.submits(&form.clone().with("providers_see", "all")).await.expect(200).shows("were saved");
        manager.submits_once(&form.clone().with("providers_see", "own")).await.expect(409);
        manager.submits_once(&form.with("second_factor", "everybody")).await.expect(403);
        let owner = app.staff("owner").await;
        let form = owner.opens(place).await.expect(200).form(place);
        assert!(owner.submits_once(&form.clone().with("second_factor", "nobody")).await.status.is_client_error());
        owner.submits(&form.with("second_factor", "owners")).await;
        assert_eq!(app.count("SELECT count(*) FROM clinic WHERE second_factor = 'owners'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM clinic WHERE providers_see = 'all'"), 1);
    });
}
