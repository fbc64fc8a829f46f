//! A mail server that does as it is told: takes, delays, refuses, hangs or drops at a chosen point, and counts.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rebook::config::{Secret, SmtpEncryption, SmtpServer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Taken.
    Take,
    /// Taken, after a while.
    TakeAfter(Duration),
    /// This reply to MAIL FROM.
    SenderReply(u16),
    /// This reply to RCPT TO.
    RecipientReply(u16),
    /// This reply after the text.
    TextReply(u16),
    /// This reply to DATA.
    DataReply(u16),
    /// The connection ends before DATA.
    DropBeforeText,
    /// The connection ends after the whole text, without a reply.
    DropAfterText,
    /// Silence at MAIL FROM.
    HangBeforeText,
    /// Silence after the whole text.
    HangAfterText,
}

/// A letter whose text arrived whole, taken or not.
#[derive(Debug, Clone)]
pub struct Received {
    pub to: String,
    pub text: String,
    pub taken: bool,
    /// Said no after the text; otherwise, when not taken, it was silent.
    pub refused: bool,
    /// When the client named the sender.
    pub began: Instant,
}

#[derive(Default)]
struct State {
    fates: VecDeque<Fate>,
    usual: Option<Fate>,
    received: Vec<Received>,
    password: Option<String>,
    sessions: usize,
}

/// The server, on a port of its own, until the value goes.
pub struct Sink {
    state: Arc<Mutex<State>>,
    port: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let task = tokio::spawn(listen(listener, Arc::clone(&state)));
        Self { state, port, task }
    }

    /// Nobody listens any more; connections that are open stay so.
    pub async fn goes_away(&mut self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    /// The same server listens again.
    pub async fn comes_back(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.task = tokio::spawn(listen(listener, Arc::clone(&self.state)));
    }

    /// The address without credentials.
    pub fn server(&self) -> SmtpServer {
        SmtpServer {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            encryption: SmtpEncryption::Plain,
            credentials: None,
            authority: None,
        }
    }

    /// The address with a password of the caller's.
    pub fn server_with_password(&self, password: &str) -> SmtpServer {
        SmtpServer { credentials: Some(("clinic".to_owned(), Secret::new(password))), ..self.server() }
    }

    /// The next letters meet these fates, in order; the ones after them are taken.
    pub fn next(&self, fates: &[Fate]) {
        self.state.lock().unwrap().fates.extend(fates);
    }

    /// Forgets the fates that nobody met.
    pub fn behaves(&self) {
        self.state.lock().unwrap().fates.clear();
    }

    /// Every letter without a fate of its own meets this one.
    pub fn treats_the_next(&self, fate: Fate) {
        self.state.lock().unwrap().usual = Some(fate);
    }

    /// Sign-in is asked for, with this password.
    pub fn wants_password(&self, password: &str) {
        self.state.lock().unwrap().password = Some(password.to_owned());
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub fn taken(&self) -> Vec<Received> {
        self.received().into_iter().filter(|letter| letter.taken).collect()
    }

    /// How it is written in the settings.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    pub fn sessions(&self) -> usize {
        self.state.lock().unwrap().sessions
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        state.lock().unwrap().sessions += 1;
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            // A client that goes away is no failure of the server.
            let _gone = talk(stream, state).await;
        });
    }
}

#[expect(clippy::too_many_lines, reason = "one dialogue, from greeting to goodbye")]
async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let mut fate = Fate::Take;
    let mut to = String::new();
    let mut began = Instant::now();
    let mut signed_in = false;
    writing.write_all(b"220 sink.example ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let password = state.lock().unwrap().password.clone();
        let reply = match word.as_str() {
            "EHLO" => "250-sink.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN".to_owned(),
            "AUTH" => {
                let given = line.split(' ').nth(2).unwrap_or_default();
                let given = data_encoding::BASE64.decode(given.as_bytes()).unwrap_or_default();
                let given = String::from_utf8_lossy(&given).into_owned();
                signed_in = password.as_deref().is_some_and(|right| given.ends_with(&format!("\0{right}")));
                if signed_in { "235 welcome".to_owned() } else { "535 5.7.8 wrong password".to_owned() }
            }
            "MAIL" if password.is_some() && !signed_in => "530 5.7.0 sign in first".to_owned(),
            "MAIL" => {
                began = Instant::now();
                let mut state = state.lock().unwrap();
                fate = state.fates.pop_front().or(state.usual).unwrap_or(Fate::Take);
                match fate {
                    Fate::SenderReply(code) => format!("{code} said the sink"),
                    Fate::HangBeforeText => String::new(),
                    _ => "250 ok".to_owned(),
                }
            }
            "RCPT" => {
                to = line.trim_start_matches("RCPT TO:<").trim_end_matches('>').to_owned();
                match fate {
                    Fate::RecipientReply(code) => format!("{code} said the sink"),
                    _ => "250 ok".to_owned(),
                }
            }
            "DATA" if fate == Fate::DropBeforeText => return Ok(()),
            "DATA" if matches!(fate, Fate::DataReply(_)) => {
                let Fate::DataReply(code) = fate else { return Ok(()) };
                format!("{code} said the sink about <{to}>")
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                loop {
                    let Some(line) = lines.next_line().await? else { return Ok(()) };
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push_str("\r\n");
                }
                if let Fate::TakeAfter(delay) = fate {
                    tokio::time::sleep(delay).await;
                }
                let taken = matches!(fate, Fate::Take | Fate::TakeAfter(_));
                let refused = matches!(fate, Fate::TextReply(_));
                state.lock().unwrap().received.push(Received { to: to.clone(), text, taken, refused, began });
                match fate {
                    Fate::DropAfterText => return Ok(()),
                    Fate::HangAfterText => String::new(),
                    Fate::TextReply(code) => format!("{code} said the sink"),
                    _ => "250 taken".to_owned(),
                }
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        if reply.is_empty() {
            // Silence, until the other side hangs up.
            while lines.next_line().await?.is_some() {}
            return Ok(());
        }
        writing.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}
