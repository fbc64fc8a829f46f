//! A program of somebody else that does as it is told: answers, waits, or ends the connection, and keeps what it heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one call.
#[derive(Debug, Clone)]
pub enum Answer {
    /// This status, these header lines, this body.
    Says(u16, Vec<String>, String),
    /// The same after a while.
    SaysAfter(Duration, u16),
    /// The connection ends after the whole call was read.
    Drops,
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self::Says(status, Vec::new(), String::new())
    }

    pub fn json(status: u16, body: &str) -> Self {
        Self::Says(status, vec!["Content-Type: application/json".to_owned()], body.to_owned())
    }

    pub fn with(status: u16, header: &str) -> Self {
        Self::Says(status, vec![header.to_owned()], String::new())
    }
}

/// A call that arrived whole.
#[derive(Debug, Clone)]
pub struct Heard {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Heard {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    usual: Option<Answer>,
    heard: Vec<Heard>,
}

/// The program, on a port of its own, until the value goes.
pub struct Program {
    state: Arc<Mutex<State>>,
    port: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Program {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            }
        });
        Self { state, port, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The next calls meet these answers, in order; the ones after them the usual one.
    pub fn next(&self, answers: &[Answer]) {
        self.state.lock().unwrap().answers.extend(answers.iter().cloned());
    }

    /// What calls without an answer of their own meet; 200 at first.
    pub fn usually(&self, answer: Answer) {
        self.state.lock().unwrap().usual = Some(answer);
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.state.lock().unwrap().heard.clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(heard) = read(&mut stream).await else { return };
    let answer = {
        let mut state = state.lock().unwrap();
        state.heard.push(heard);
        let usual = state.usual.clone().unwrap_or_else(|| Answer::status(200));
        state.answers.pop_front().unwrap_or(usual)
    };
    let (status, headers, body) = match answer {
        Answer::Says(status, headers, body) => (status, headers, body),
        Answer::SaysAfter(wait, status) => {
            tokio::time::sleep(wait).await;
            (status, Vec::new(), String::new())
        }
        Answer::Drops => return,
    };
    let mut text = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for header in headers {
        text.push_str(&header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.push_str(&body);
    let _gone = stream.write_all(text.as_bytes()).await;
    let _gone = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.split("\r\n");
            let line = lines.next()?.to_owned();
            let headers: Vec<(String, String)> = lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect();
            let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(Heard { line, headers, body: body.to_owned() });
            }
        }
        let count = stream.read(&mut chunk).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&chunk[..count]);
    }
}
