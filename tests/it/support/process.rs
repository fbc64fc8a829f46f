//! The real program as a process of its own, to be killed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::databases::TestDatabase;

/// A start that takes longer has failed.
const START_MAX: Duration = Duration::from_secs(30);

/// `rebook serve`, killed when the value goes.
pub struct Process {
    child: Child,
    pub base: String,
}

/// A port nobody listens on at this moment.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A socket that listens is not yet a server.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let mut head = [0; 12];
    asked.is_ok() && stream.read_exact(&mut head).is_ok() && &head == b"HTTP/1.1 200"
}

/// One pass of everything that is due, as if it were `at`.
pub fn tick(database: &TestDatabase, mails: &std::path::Path, at: DateTime<Utc>) {
    let done = Command::new(env!("CARGO_BIN_EXE_rebook"))
        .args(["tick", "--pretend", "--at", &at.to_rfc3339()])
        .env("REBOOK_DATABASE__URL", &database.url)
        .env("REBOOK_MAIL__URL", format!("dir://{}", mails.display()))
        .env("REBOOK_MAIL__MAX_PER_SECOND", "10000")
        .env("REBOOK_LOG__FILTER", "error")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The program with settings of the caller's.
fn program(database: &TestDatabase, environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rebook"));
    command
        .env("REBOOK_DATABASE__URL", &database.url)
        .env("REBOOK_MAIL__MAX_PER_SECOND", "10000")
        .env("REBOOK_LOG__FILTER", "error")
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

impl Process {
    /// Serves the database; mails become files beside it.
    pub fn serve(database: &TestDatabase, mails: &std::path::Path) -> Self {
        let port = free_port();
        let child = Command::new(env!("CARGO_BIN_EXE_rebook"))
            .arg("serve")
            .env("REBOOK_SERVER__BIND", format!("127.0.0.1:{port}"))
            .env("REBOOK_SERVER__PUBLIC_URL", format!("http://localhost:{port}"))
            .env("REBOOK_DATABASE__URL", &database.url)
            .env("REBOOK_MAIL__URL", format!("dir://{}", mails.display()))
            .env("REBOOK_LIMITS__ENABLED", "false")
            .env("REBOOK_LOG__FILTER", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self { child, base: format!("http://127.0.0.1:{port}") };
        process.wait_until_it_answers(port);
        process
    }

    /// Serves with settings of the caller's, who may have told it to die at any moment: whether it ever answered.
    pub fn serve_with(database: &TestDatabase, environment: &[(&str, String)]) -> (Self, bool) {
        let port = free_port();
        let mut command = program(database, environment);
        command
            .arg("serve")
            .env("REBOOK_SERVER__BIND", format!("127.0.0.1:{port}"))
            .env("REBOOK_SERVER__PUBLIC_URL", format!("http://localhost:{port}"))
            .env("REBOOK_LIMITS__ENABLED", "false");
        let mut process = Self { child: command.spawn().unwrap(), base: format!("http://127.0.0.1:{port}") };
        let began = Instant::now();
        while !process.has_ended() {
            if answers(port) {
                return (process, true);
            }
            assert!(began.elapsed() < START_MAX, "the server neither starts nor ends");
            std::thread::sleep(Duration::from_millis(10));
        }
        (process, false)
    }

    /// One pass of everything that is due, as a process that runs by itself.
    pub fn tick_with(database: &TestDatabase, environment: &[(&str, String)]) -> Self {
        let mut command = program(database, environment);
        command.arg("tick").stdout(Stdio::piped());
        Self { child: command.spawn().unwrap(), base: String::new() }
    }

    /// Whether it is gone.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end: whether it was SIGKILL, and what was printed.
    pub fn end(mut self) -> (bool, String) {
        let mut printed = String::new();
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_string(&mut printed).unwrap();
        }
        let status = self.child.wait().unwrap();
        (status.signal() == Some(9), printed)
    }

    /// Sends a signal: `-CONT`.
    pub fn signal(&self, name: &str) {
        Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
    }

    /// Waits until the process stands still, as after SIGSTOP.
    pub fn stands_still(&mut self) {
        let began = Instant::now();
        let stat = format!("/proc/{}/stat", self.child.id());
        loop {
            let text = std::fs::read_to_string(&stat).unwrap_or_default();
            if text.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')) {
                return;
            }
            assert!(began.elapsed() < START_MAX && !self.has_ended(), "the process does not stop");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_until_it_answers(&self, port: u16) {
        let began = Instant::now();
        while !answers(port) {
            assert!(began.elapsed() < START_MAX, "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGKILL: no goodbye, no flush.
    pub fn dies(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; whether it ended well, and how long it took.
    pub fn ends(mut self) -> (bool, Duration) {
        let began = Instant::now();
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        let status = self.child.wait().unwrap();
        (status.success(), began.elapsed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone, usually.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
