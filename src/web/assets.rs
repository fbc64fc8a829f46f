//! The files the browser loads: bundled by the build script, named by their content, cached for ever.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::web::theme;

/// One file: what templates call it, where it is found, and its bytes plain and packed.
struct Asset {
    name: &'static str,
    url: &'static str,
    content: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of a file: `url("public.css")`. A name that does not exist gives an address that answers 404; a test
/// over the templates keeps that from happening.
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| asset.url)
}

/// The markup of an icon of `static/icons`; nothing for an unknown one.
pub fn icon(name: &str) -> &'static str {
    ICONS.iter().find(|(known, _)| *known == name).map_or("", |(_, markup)| markup)
}

/// `GET /assets/{file}`: a file under its hashed name, or the theme of an accent colour.
pub async fn serve(path: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let wanted = path.into_inner();
    if let Some(accent) = wanted.strip_prefix("theme-").and_then(|rest| rest.strip_suffix(".css")) {
        return match theme::Accent::parse(accent) {
            Some(accent) => answer("css", accent.stylesheet().into_bytes().into(), None),
            None => HttpResponse::NotFound().finish(),
        };
    }
    let Some(asset) = ASSETS.iter().find(|asset| asset.url.strip_prefix("/assets/") == Some(wanted.as_str())) else {
        return HttpResponse::NotFound().finish();
    };
    let extension = asset.name.rsplit('.').next().unwrap_or_default();
    if accepts_gzip(&request) && asset.gzip.len() < asset.content.len() {
        return answer(extension, web::Bytes::from_static(asset.gzip), Some("gzip"));
    }
    answer(extension, web::Bytes::from_static(asset.content), None)
}

fn answer(extension: &str, body: web::Bytes, encoding: Option<&'static str>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, media_type(extension)))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
    }
    response.body(body)
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    let header = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    header.is_some_and(|list| list.split(',').any(|coding| matches!(coding.trim(), "gzip" | "gzip;q=1" | "gzip;q=1.0")))
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::{App, test};
    use std::path::Path;

    #[actix_web::test]
    async fn serves_packed_when_asked_and_caches_for_ever() {
        let app = test::init_service(App::new().route("/assets/{file}", web::get().to(serve))).await;
        let plain = test::call_service(&app, test::TestRequest::get().uri(url("public.css")).to_request()).await;
        assert_eq!(plain.status(), StatusCode::OK);
        assert_eq!(plain.headers().get(header::CONTENT_TYPE).unwrap(), "text/css; charset=utf-8");
        assert!(plain.headers().get(header::CACHE_CONTROL).unwrap().to_str().unwrap().contains("immutable"));
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        let packed = test::TestRequest::get().uri(url("public.css")).insert_header(("Accept-Encoding", "br, gzip"));
        let packed = test::call_service(&app, packed.to_request()).await;
        assert_eq!(packed.headers().get(header::CONTENT_ENCODING).unwrap(), "gzip");
        for missing in ["/assets/missing", "/assets/public.css", "/assets/theme-zzz.css", "/assets/..%2FCargo.toml"] {
            let response = test::call_service(&app, test::TestRequest::get().uri(missing).to_request()).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{missing}");
        }
        let theme =
            test::call_service(&app, test::TestRequest::get().uri("/assets/theme-0f766e.css").to_request()).await;
        assert_eq!(theme.status(), StatusCode::OK);
    }

    fn templates(folder: &Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // Mail programs know inline styles only, and no policy of ours.
            if path.ends_with("emails") {
                continue;
            }
            if path.is_dir() {
                templates(&path, all);
            } else {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[::core::prelude::v1::test]
    fn every_file_and_icon_that_templates_name_exists() {
        let mut all = String::new();
        templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut all);
        for hit in regex::Regex::new(r#"\.(asset|icon)\("([^"]+)"\)"#).unwrap().captures_iter(&all) {
            match &hit[1] {
                "asset" => assert_ne!(url(&hit[2]), "/assets/missing", "{}", &hit[2]),
                _ => assert_ne!(icon(&hit[2]), "", "icon {}", &hit[2]),
            }
        }
        assert!(!all.contains("style=\""), "the policy forbids inline styles");
        assert!(!all.contains("<script>") && !all.contains(" onclick="), "the policy forbids inline scripts");
    }
}
