//! Mail servers of other people (`tests/servers`), started for one test and gone with it: what they took, read by
//! another parser and verified by another implementation of DKIM.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any letter takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The servers of one test.
pub struct Post {
    child: Child,
    orders: ChildStdin,
    lines: Receiver<Value>,
    ports: Value,
    folder: TempDir,
}

impl Post {
    /// Starts them; `records` is their DNS. Nothing where Node or its packages are missing: `bin/test` has them.
    pub fn start(records: &Value) -> Option<Self> {
        let Some(place) = std::env::var_os("REBOOK_TEST_SERVERS").filter(|place| !place.is_empty()) else {
            println!("skipped: other people's mail servers (REBOOK_TEST_SERVERS is not set)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("certificate.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let settings = json!({
            "certificate": folder.path().join("certificate.pem"),
            "key": folder.path().join("key.pem"),
            "user": "clinic@example.com",
            "password": "pass word/1",
            "records": records,
        });
        let mut child = Command::new("node")
            .arg(PathBuf::from(place).join("mail-servers.mjs"))
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node");
        let (orders, printed) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(printed).lines() {
                let Ok(line) = line else { return };
                if tell.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let first: Value = lines.recv_timeout(PATIENCE).expect("the servers start");
        let ports = first["ports"].clone();
        Some(Self { child, orders, lines, ports, folder })
    }

    /// The value of `mail.url` for one of them: `plain`, `login`, `starttls` or `implicit`.
    pub fn url(&self, server: &str) -> String {
        self.url_with(server, "pass%20word%2F1")
    }

    /// The same with a password of the caller's.
    pub fn url_with(&self, server: &str, password: &str) -> String {
        let authority = self.folder.path().join("certificate.pem");
        let ca = format!("ca={}", authority.display());
        let (scheme, query) = match server {
            "plain" | "login" => ("smtp", "?tls=none".to_owned()),
            "starttls" => ("smtp", format!("?tls=starttls&{ca}")),
            "implicit" => ("smtps", format!("?{ca}")),
            other => panic!("{other}"),
        };
        let who = if server == "plain" { String::new() } else { format!("clinic%40example.com:{password}@") };
        format!("{scheme}://{who}localhost:{}{query}", self.ports[server])
    }

    /// Changes what the servers go by.
    pub fn now(&mut self, settings: &Value) {
        writeln!(self.orders, "{settings}").unwrap();
        let answer = self.lines.recv_timeout(PATIENCE).expect("an answer");
        assert_eq!(answer, json!({ "done": true }));
    }

    /// The next mail that arrived.
    pub fn mail(&mut self) -> Value {
        self.lines.recv_timeout(PATIENCE).expect("a mail")
    }

    /// So many mails, by recipient.
    pub fn mails(&mut self, count: usize) -> Vec<Value> {
        let mut mails: Vec<Value> = (0..count).map(|_| self.mail()).collect();
        mails.sort_by_key(|mail| mail["to"][0].as_str().unwrap().to_owned());
        mails
    }

    /// Whether nothing more arrived.
    pub fn is_silent(&self) -> bool {
        self.lines.try_recv().is_err()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        // Already gone, usually.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
