//! Bodies: JSON of a known shape, nothing more and nothing less.
//!
//! What is no JSON is 400, what is no `application/json` 415, what is too long 413, and JSON of another shape 422 with a
//! pointer to the place.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};

use super::refusal::{self, ApiError, Refusal, WrongField};
use crate::domain::recognise::is_unprintable;

/// A body that must be there.
#[derive(Debug)]
pub struct JsonBody<T> {
    /// What it says.
    pub value: T,
    /// A hash of what it says, the same however it is spaced and ordered.
    pub hash: String,
}

/// A JSON object. Readers of structs take lists of their fields as well; here only names count.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_map(ObjectOf(PhantomData))
    }
}

struct ObjectOf<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectOf<T> {
    type Value = Object<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

/// A body that may be left out.
#[derive(Debug)]
pub struct MaybeJsonBody<T>(pub T);

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = actix_web::Error;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await?;
            if !is_json {
                return Err(ApiError::from(not_json()).into());
            }
            let value = parse(&bytes).map_err(ApiError::from)?;
            Ok(Self { value, hash: hash_of(&bytes) })
        })
    }
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for MaybeJsonBody<T> {
    type Error = actix_web::Error;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            if !is_json {
                return Err(ApiError::from(not_json()).into());
            }
            Ok(Self(parse(&bytes).map_err(ApiError::from)?))
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request.content_type();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

fn not_json() -> Refusal {
    let detail = "the body must be JSON: send Content-Type: application/json";
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail).about(refusal::in_header(
        "Content-Type",
        "not_json",
        detail,
    ))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    // Text that is no JSON at all is told apart from JSON of another shape, wherever its fault lies.
    let _valid: IgnoredAny = serde_json::from_slice(bytes).map_err(|error| broken(&error))?;
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let Object(value) = serde_path_to_error::deserialize(&mut source).map_err(|error| {
        let (path, inner) = (error.path().clone(), error.into_inner());
        refusal_of(&path, &inner)
    })?;
    Ok(value)
}

fn refusal_of(path: &Path, error: &serde_json::Error) -> Refusal {
    match error.classify() {
        Category::Data => Refusal::invalid(vec![wrong_field(path, &error.to_string())]),
        Category::Syntax | Category::Eof | Category::Io => broken(error),
    }
}

fn broken(error: &serde_json::Error) -> Refusal {
    let detail = format!("the body is not valid JSON (line {}, column {})", error.line(), error.column());
    Refusal::new(StatusCode::BAD_REQUEST, "broken_json", detail)
}

/// What the reader of JSON says only in words.
fn wrong_field(path: &Path, words: &str) -> WrongField {
    let words = words.split(" at line ").next().unwrap_or(words);
    let named = words.split('`').nth(1).unwrap_or_default();
    let (code, named) = match words {
        _ if words.starts_with("unknown field") => ("unknown_field", named),
        _ if words.starts_with("missing field") => ("required", named),
        _ if words.starts_with("duplicate field") => ("repeated_field", named),
        _ if words.starts_with("invalid type") => ("wrong_type", ""),
        _ => ("invalid", ""),
    };
    let pointer = pointer_of(path, named);
    refusal::at_pointer(pointer, code, shortened(words))
}

fn pointer_of(path: &Path, named: &str) -> String {
    let mut pointer = String::new();
    let mut last = String::new();
    for segment in path {
        last = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&escaped(&last));
    }
    if !named.is_empty() && last != named {
        pointer.push('/');
        pointer.push_str(&escaped(named));
    }
    shortened(&pointer)
}

/// RFC 6901.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What strangers wrote is repeated to them in part only.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Spaces and the order of fields make no other call of it.
fn hash_of(bytes: &[u8]) -> String {
    let digest = match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(value) => Sha256::digest(value.to_string().as_bytes()),
        Err(_) => Sha256::digest(bytes),
    };
    data_encoding::HEXLOWER.encode(&digest)
}

/// Gathers everything that is wrong before a body is refused, so that a caller mends it in one go.
#[derive(Debug, Default)]
pub struct Wrong(Vec<WrongField>);

impl Wrong {
    /// Says what is wrong at a place.
    pub fn add(&mut self, pointer: &'static str, code: &'static str, detail: impl Into<Cow<'static, str>>) {
        self.0.push(refusal::at_pointer(pointer, code, detail));
    }

    /// The value, or its absence noted.
    pub fn required<T>(&mut self, pointer: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.add(pointer, "required", "this field is required");
        }
        value
    }

    /// One line of printable text of at most `max` characters; nothing when it is empty.
    pub fn line(&mut self, pointer: &'static str, text: Option<&str>, max: usize) -> Option<String> {
        self.text(pointer, text, max).filter(|text| {
            let one_line = !text.contains('\n');
            if !one_line {
                self.add(pointer, "unprintable", "one line only");
            }
            one_line
        })
    }

    /// Printable text of at most `max` characters, line breaks allowed; nothing when it is empty.
    pub fn text(&mut self, pointer: &'static str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text?.replace("\r\n", "\n");
        let text = text.trim();
        let unprintable = |character: char| !matches!(character, '\n' | '\t') && is_unprintable(character);
        if text.chars().any(unprintable) {
            self.add(pointer, "unprintable", "holds control characters, or characters that turn or hide text");
            return None;
        }
        if max < text.chars().count() {
            self.add(pointer, "too_long", format!("at most {max} characters"));
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Refuses when anything was wrong.
    pub fn refuse(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Outer {
        name: Option<String>,
        inner: Option<Object<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Inner {
        count: u8,
    }

    fn refused(text: &str) -> (u16, String) {
        let refusal = parse::<Outer>(text.as_bytes()).unwrap_err();
        let body = actix_web::ResponseError::error_response(&refusal).into_body();
        let bytes = actix_web::body::MessageBody::try_into_bytes(body).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let first = &value["errors"][0];
        let place = first["pointer"].as_str().map_or(String::new(), |pointer| format!("{pointer} "));
        let code = first["code"].as_str().or(value["code"].as_str()).unwrap();
        (u16::try_from(value["status"].as_u64().unwrap()).unwrap(), format!("{place}{code}"))
    }

    #[test]
    fn every_wrong_shape_is_named_by_its_place() {
        let table = [
            ("", 400, "broken_json"),
            ("{", 400, "broken_json"),
            ("{} {}", 400, "broken_json"),
            ("{\"name\": \"\\ud800\"}", 400, "broken_json"),
            ("[]", 422, " wrong_type"),
            ("null", 422, " wrong_type"),
            ("{\"inner\": [1]}", 422, "/inner wrong_type"),
            ("{\"nam\": 1}", 422, "/nam unknown_field"),
            ("{\"a/b~\": 1}", 422, "/a~1b~0 unknown_field"),
            ("{\"inner\": {\"other\": 1}}", 422, "/inner/other unknown_field"),
            ("{\"inner\": {}}", 422, "/inner/count required"),
            ("{\"inner\": {\"count\": -1}}", 422, "/inner/count invalid"),
            ("{\"inner\": {\"count\": \"1\"}}", 422, "/inner/count wrong_type"),
            ("{\"name\": 5}", 422, "/name wrong_type"),
            ("{\"name\": \"a\", \"name\": \"b\"}", 422, "/name repeated_field"),
        ];
        for (text, status, code) in table {
            assert_eq!(refused(text), (status, code.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_hash_is_of_what_is_said() {
        assert_eq!(hash_of(b"{\"a\":1,\"b\":[2]}"), hash_of(b" {\"b\": [ 2 ],\n \"a\" : 1 } "));
        assert_ne!(hash_of(b"{\"a\":1}"), hash_of(b"{\"a\":2}"));
    }

    #[test]
    fn text_is_cleaned_or_refused() {
        let mut wrong = Wrong::default();
        assert_eq!(wrong.text("/n", Some(" two\r\nlines "), 20), Some("two\nlines".to_owned()));
        assert_eq!(wrong.line("/n", Some("one"), 3), Some("one".to_owned()));
        assert_eq!(wrong.line("/n", Some("  "), 3), None);
        assert!(wrong.0.is_empty());
        for bad in ["\0", "a\u{202e}b", "four"] {
            assert_eq!(wrong.line("/n", Some(bad), 3), None);
        }
        assert_eq!(wrong.line("/n", Some("a\nb"), 3), None);
        assert_eq!(wrong.0.len(), 4);
    }
}
