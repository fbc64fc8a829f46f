//! The rules of the house about who may import whom, read from the source text.
//!
//! Each rule is a row of [`RULES`]: what to look for, where it is allowed, and the sentence that explains it. A failure
//! prints file, line and sentence; `clippy.toml` forbids calls with the same sentences.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

struct Rule {
    pattern: &'static str,
    allowed: &'static [&'static str],
    sentence: &'static str,
}

/// Doors for people: the only files that know HTTP.
const WEB_FILES: &[&str] = &[
    "web.rs",
    "api.rs",
    "web/",
    "api/",
    "src/routes.rs",
    "src/main.rs",
    "src/app.rs",
    "src/server.rs",
    "src/commands/",
];

/// `allowed`: `dir/` anywhere in the path below src, a file name anywhere, or a whole path from `src`.
const RULES: &[Rule] = &[
    Rule {
        pattern: r"\b(diesel|diesel_migrations)::",
        allowed: &["src/db/", "src/db.rs", "store.rs", "store/"],
        sentence: "diesel only in store.rs and db/: a deed reads like the business, not like SQL",
    },
    Rule {
        pattern: r"\b(actix_web|actix_http|actix_cors|actix_rt|tracing_actix_web)::",
        allowed: WEB_FILES,
        sentence: "actix only in web.rs, api.rs, web/, routes.rs and the files that start the server",
    },
    Rule {
        pattern: r"\bcrate::web\b",
        allowed: WEB_FILES,
        sentence: "deeds and stores know no pages: only the doors import web",
    },
    Rule { pattern: r"\blettre::", allowed: &["src/mail.rs", "src/mail/"], sentence: "lettre only in mail.rs" },
    Rule {
        pattern: r"\btokio_cron_scheduler::",
        allowed: &["src/schedule.rs"],
        sentence: "cron lines only in schedule.rs, so that one page shows everything the clock starts",
    },
    Rule {
        pattern: r"\bjiff::",
        allowed: &["src/domain/time.rs", "src/domain/time/"],
        sentence: "domain/time.rs is the only place that turns wall time into instants",
    },
    Rule {
        pattern: r"\b(Utc|Local|SystemTime)::now\b",
        allowed: &["src/clock.rs"],
        sentence: "time is an argument: only clock.rs asks the wall clock",
    },
    Rule {
        pattern: r"\.(transaction|immediate_transaction|exclusive_transaction|build_transaction)\b",
        allowed: &["src/db/"],
        sentence: "Db::write is the only way to write: plain transactions let overlapping bookings through",
    },
    Rule {
        pattern: r"\bstd::env\b|\benv::var",
        allowed: &["src/commands/", "src/config.rs", "src/config/", "src/domain/time.rs"],
        sentence: "settings are read once: the commands hand the environment to config.rs",
    },
    Rule {
        pattern: r#"#\[(actix_web::)?(get|post|put|patch|delete|route)\("#,
        allowed: &[],
        sentence: "every URL stands in routes.rs: no attribute routing",
    },
    Rule {
        pattern: r"^\s*#!?\[allow\(",
        allowed: &[],
        sentence: "#[expect(.., reason)] instead of #[allow]: an exception that is no longer needed must say so",
    },
];

const DOMAIN_SENTENCE: &str = "domain imports nothing of ours, no database, no web, no clock, no network";

/// What the pure part may not touch. Only `time.rs`, which owns the zone data, looks where it is on this machine.
const NOT_IN_DOMAIN: &[Rule] = &[
    Rule {
        pattern: r"\b(diesel|actix_web|tokio|lettre|reqwest|tracing)::|\bstd::(net|process|thread)\b|\bInstant::now\b",
        allowed: &[],
        sentence: DOMAIN_SENTENCE,
    },
    Rule { pattern: r"\bstd::(fs|env)\b", allowed: &["src/domain/time.rs"], sentence: DOMAIN_SENTENCE },
];

/// Folders below src that are not slices of the business.
const NOT_SLICES: &[&str] = &["db", "domain", "web", "config", "mail", "telemetry", "commands", "demo", "bin"];

struct Source {
    path: String,
    lines: Vec<(usize, String)>,
}

/// The code lines of every file below `src`, without comments and without the tests at the end.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")), "src", &mut found);
    assert!(!found.is_empty());
    found
}

fn collect(root: &Path, folder: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            collect(root, &path, found);
        } else if path.ends_with(".rs") {
            let lines = code_lines(&fs::read_to_string(entry.path()).unwrap());
            found.push(Source { path, lines });
        }
    }
}

fn code_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut numbered = text.lines().enumerate().peekable();
    while let Some((index, line)) = numbered.next() {
        let opens_tests = line.trim() == "#[cfg(test)]"
            && numbered.peek().is_some_and(|(_, next)| next.starts_with("mod ") && next.ends_with('{'));
        if opens_tests {
            break;
        }
        if !line.trim_start().starts_with("//") {
            lines.push((index + 1, line.to_owned()));
        }
    }
    lines
}

fn is_allowed(path: &str, allowed: &[&str]) -> bool {
    allowed.iter().any(|place| {
        if let Some(folder) = place.strip_suffix('/') {
            path.starts_with(&format!("{folder}/")) || path.contains(&format!("/{folder}/"))
        } else {
            path == *place || path.ends_with(&format!("/{place}"))
        }
    })
}

fn offences(sources: &[Source], rule: &Rule) -> Vec<String> {
    let pattern = Regex::new(rule.pattern).unwrap();
    let watched = sources.iter().filter(|source| !is_allowed(&source.path, rule.allowed));
    let lines = watched.flat_map(|source| source.lines.iter().map(move |line| (source, line)));
    lines
        .filter(|(_, (_, line))| pattern.is_match(line))
        .map(|(source, (number, line))| format!("{}:{number}: {}\n    {}", source.path, line.trim(), rule.sentence))
        .collect()
}

fn fail_on(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn every_import_keeps_the_rules() {
    let sources = sources();
    fail_on(&RULES.iter().flat_map(|rule| offences(&sources, rule)).collect::<Vec<_>>());
}

#[test]
fn the_domain_stands_alone() {
    let domain: Vec<Source> = sources().into_iter().filter(|source| source.path.starts_with("src/domain/")).collect();
    let mut found: Vec<String> = NOT_IN_DOMAIN.iter().flat_map(|rule| offences(&domain, rule)).collect();
    let ours = Regex::new(r"\bcrate::(\w+)").unwrap();
    for source in &domain {
        for (number, line) in &source.lines {
            if ours.captures_iter(line).any(|path| &path[1] != "domain") {
                found.push(format!("{}:{number}: {}\n    {DOMAIN_SENTENCE}", source.path, line.trim()));
            }
        }
    }
    fail_on(&found);
}

fn slice_of(path: &str) -> Option<&str> {
    let (slice, _) = path.strip_prefix("src/")?.split_once('/')?;
    (!NOT_SLICES.contains(&slice)).then_some(slice)
}

#[test]
fn a_store_belongs_to_its_slice() {
    let foreign = Regex::new(r"\bcrate::(\w+)::(store)\b").unwrap();
    let mut found = Vec::new();
    for source in &sources() {
        for (number, line) in &source.lines {
            for path in foreign.captures_iter(line) {
                if slice_of(&source.path) != Some(&path[1]) {
                    let sentence = "another slice is asked through its mod.rs, never through its store";
                    found.push(format!("{}:{number}: {}\n    {sentence}", source.path, line.trim()));
                }
            }
        }
    }
    fail_on(&found);
}

/// Slice -> the slices its deeds and stores name. Pages may link wherever they like.
fn slice_graph(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let ours = Regex::new(r"\bcrate::(\w+)").unwrap();
    let slices: BTreeSet<&str> = sources.iter().filter_map(|source| slice_of(&source.path)).collect();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !is_allowed(&source.path, WEB_FILES)) {
        let Some(slice) = slice_of(&source.path) else { continue };
        let named = source.lines.iter().flat_map(|(_, line)| ours.captures_iter(line));
        let others =
            named.map(|path| path[1].to_owned()).filter(|name| slices.contains(name.as_str()) && name != slice);
        graph.entry(slice.to_owned()).or_default().extend(others);
    }
    graph
}

fn way_back<'a>(graph: &'a BTreeMap<String, BTreeSet<String>>, from: &'a str) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![from]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in graph.get(way[way.len() - 1]).into_iter().flatten() {
            let longer: Vec<&str> = way.iter().copied().chain([next.as_str()]).collect();
            if next == from {
                return Some(longer);
            }
            if seen.insert(next) {
                ways.push(longer);
            }
        }
    }
    None
}

#[test]
fn slices_have_no_cycles() {
    let graph = slice_graph(&sources());
    for slice in graph.keys() {
        let cycle = way_back(&graph, slice).map(|way| way.join(" -> "));
        assert_eq!(cycle, None, "between slices there are no cycles");
    }
}

#[test]
fn files_are_named_after_what_they_do() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc", "manager"];
    for source in sources() {
        let named = source.path.split(['/', '.']).find(|part| vague.contains(part));
        assert_eq!(named, None, "{}: files are deeds and folders are nouns of the trade", source.path);
    }
}

#[test]
fn every_migration_can_be_undone() {
    for engine in ["portable", "sqlite", "postgres"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            for file in ["up.sql", "down.sql"] {
                assert!(path.join(file).is_file(), "{} has no {file}", path.display());
            }
        }
    }
}

#[test]
fn the_rules_themselves_catch_what_they_forbid() {
    let table = [
        ("src/booking/book.rs", "use diesel::prelude::*;", true),
        ("src/booking/store.rs", "use diesel::prelude::*;", false),
        ("src/db/portable.rs", "use diesel::prelude::*;", false),
        ("src/booking/book.rs", "    let answer = actix_web::HttpResponse::Ok();", true),
        ("src/booking/web.rs", "use actix_web::web;", false),
        ("src/web/forms.rs", "use actix_web::web;", false),
        ("src/booking/book.rs", "use crate::web::Page;", true),
        ("src/messaging/deliver.rs", "use lettre::Message;", true),
        ("src/booking/hold.rs", "use tokio_cron_scheduler::Job;", true),
        ("src/domain/slots.rs", "use jiff::Zoned;", true),
        ("src/booking/book.rs", "let now = Utc::now();", true),
        ("src/booking/store.rs", "conn.transaction(|conn| {", true),
        ("src/booking/book.rs", "std::env::var(\"X\")", true),
        ("src/booking/web.rs", "#[get(\"/book\")]", true),
        ("src/booking/book.rs", "#[allow(dead_code)]", true),
        ("src/booking/book.rs", "// use diesel::prelude::*;", false),
    ];
    for (path, line, forbidden) in table {
        let source = [Source { path: path.to_owned(), lines: code_lines(line) }];
        let found = RULES.iter().any(|rule| !offences(&source, rule).is_empty());
        assert_eq!(found, forbidden, "{path}: {line}");
    }
}

#[test]
fn a_cycle_is_found() {
    let source = |path: &str, line: &str| Source { path: path.to_owned(), lines: code_lines(line) };
    let sources = [
        source("src/booking/book.rs", "use crate::messaging::plan_for;"),
        source("src/messaging/plan.rs", "use crate::clients::named;"),
        source("src/clients/merge.rs", "use crate::booking::book;"),
        source("src/booking/web.rs", "use crate::agenda::day;"),
    ];
    assert!(way_back(&slice_graph(&sources), "booking").is_some());
    assert!(way_back(&slice_graph(&sources[..2]), "booking").is_none());
}
