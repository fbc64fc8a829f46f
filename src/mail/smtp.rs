//! A conversation with a mail server, step by step, so that it is known how far it got when it breaks.
//!
//! lettre's own transport says "error" for a server that hangs before DATA and for one that hangs after it; for us the
//! first is harmless and the second may have delivered. Every step is bounded by our own patience: lettre's limit covers
//! only the connect.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::time::timeout;

use super::{Handover, Letter};
use crate::config::{SmtpEncryption, SmtpServer};
use crate::failpoint::{self, Point};

/// The server may think longer over a whole text than over a line (RFC 5321, 4.5.3.2.6).
const PATIENCE_AFTER_DATA: u32 = 2;
/// A goodbye is not waited for.
const GOODBYE: Duration = Duration::from_secs(2);

/// How the server is reached.
pub(super) struct SmtpPlan {
    server: SmtpServer,
    patience: Duration,
}

impl SmtpPlan {
    pub(super) const fn new(server: SmtpServer, patience: Duration) -> Self {
        Self { server, patience }
    }
}

/// One connection, made when it is needed and kept while it works.
pub(super) struct SmtpSession {
    plan: Arc<SmtpPlan>,
    connection: Option<AsyncSmtpConnection>,
}

/// What broke in one step.
#[derive(Clone, Copy)]
enum Broken {
    /// The server said no, with this code.
    Reply(u16),
    /// The connection is gone, or was never made.
    Line,
    /// We cannot say what has to be said: our side or its abilities do not fit.
    Unfit,
}

impl SmtpSession {
    pub(super) const fn new(plan: Arc<SmtpPlan>) -> Self {
        Self { plan, connection: None }
    }

    pub(super) async fn hand_over(&mut self, letter: &Letter) -> Handover {
        // A connection that lay idle may be dead without our knowing: then the first line fails, nothing was said
        // yet, and a fresh connection gets one chance.
        let was_used = self.connection.is_some();
        match self.start_letter(letter).await {
            Err(Handover::Unreachable(_)) if was_used => {
                self.connection = None;
                match self.start_letter(letter).await {
                    Ok(()) => self.finish_letter(letter).await,
                    Err(handover) => self.after_failure(handover).await,
                }
            }
            Err(handover) => self.after_failure(handover).await,
            Ok(()) => self.finish_letter(letter).await,
        }
    }

    /// Connects, signs in and leaves; for `doctor`.
    pub(super) async fn greet(mut self) -> Result<(), String> {
        let result = self.connected().await.map(|_| ());
        self.close().await;
        result.map_err(|handover| match handover {
            Handover::Unwelcome(_, what) | Handover::Unreachable(what) => what.to_owned(),
            _ => "the mail server asks us to come back later".to_owned(),
        })
    }

    pub(super) async fn close(mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = timeout(GOODBYE, connection.quit()).await;
        }
    }

    /// Sender and recipient: everything that may fail without a doubt.
    async fn start_letter(&mut self, letter: &Letter) -> Result<(), Handover> {
        let patience = self.plan.patience;
        let connection = self.connected().await?;
        let mut options = Vec::new();
        let plain = letter.envelope.to().iter().all(|address| AsRef::<str>::as_ref(address).is_ascii());
        if !plain {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Handover::Refused(None));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let sender = Mail::new(letter.envelope.from().cloned(), options);
        step(patience, connection.command(sender)).await.map_err(|broken| match broken {
            Broken::Reply(code) if is_temporary(code) => Handover::Busy(Some(code)),
            Broken::Reply(code) => Handover::Unwelcome(Some(code), "the mail server refuses our sender address"),
            Broken::Line | Broken::Unfit => Handover::Unreachable("the connection broke"),
        })?;
        for recipient in letter.envelope.to() {
            let command = Rcpt::new(recipient.clone(), Vec::new());
            step(patience, connection.command(command)).await.map_err(refused_letter)?;
        }
        failpoint::reach(Point::BeforeData);
        step(patience, connection.command(Data)).await.map(|_| ()).map_err(refused_letter)
    }

    /// The text. From here on silence is doubt.
    async fn finish_letter(&mut self, letter: &Letter) -> Handover {
        let patience = self.plan.patience * PATIENCE_AFTER_DATA;
        let Some(connection) = self.connection.as_mut() else {
            return Handover::Unreachable("the connection broke");
        };
        let reply = step(patience, failpoint::reach_while(Point::AfterData, connection.message(&letter.bytes))).await;
        failpoint::reach(Point::AfterReply);
        let handover = match reply {
            Ok(response) => Handover::Accepted(u16::from(response.code())),
            Err(Broken::Reply(code)) if is_temporary(code) => Handover::Busy(Some(code)),
            Err(Broken::Reply(code)) => Handover::Refused(Some(code)),
            Err(Broken::Line | Broken::Unfit) => Handover::Uncertain,
        };
        match handover {
            Handover::Accepted(_) => handover,
            other => self.after_failure(other).await,
        }
    }

    /// Leaves the connection fit for the next letter, or drops it without a goodbye that nobody would answer.
    async fn after_failure(&mut self, handover: Handover) -> Handover {
        let keep = match (&handover, self.connection.as_mut()) {
            (Handover::Accepted(_), _) => true,
            (Handover::Refused(_) | Handover::Busy(_), Some(connection)) => {
                step(self.plan.patience, connection.command(Rset)).await.is_ok()
            }
            (Handover::Refused(_) | Handover::Busy(_), None) => false,
            (Handover::Unwelcome(..) | Handover::Unreachable(_) | Handover::Uncertain, _) => false,
        };
        if !keep {
            self.connection = None;
        }
        handover
    }

    async fn connected(&mut self) -> Result<&mut AsyncSmtpConnection, Handover> {
        let connection = match self.connection.take() {
            Some(connection) if !connection.has_broken() => connection,
            _ => connect(&self.plan).await?,
        };
        Ok(self.connection.insert(connection))
    }
}

/// Connects, encrypts and signs in as the settings say.
async fn connect(plan: &SmtpPlan) -> Result<AsyncSmtpConnection, Handover> {
    let server = &plan.server;
    let hello = ClientId::default();
    let tls = || {
        TlsParameters::new_rustls(server.host.clone())
            .map_err(|_tls| Handover::Unwelcome(None, "the mail server's name does not fit a certificate"))
    };
    let first = match server.encryption {
        SmtpEncryption::Implicit => Some(tls()?),
        SmtpEncryption::StartTls | SmtpEncryption::Plain => None,
    };
    let address = (server.host.as_str(), server.port);
    let opening = AsyncSmtpConnection::connect_tokio1(address, Some(plan.patience), &hello, first, None);
    let mut connection = step(plan.patience, opening).await.map_err(refused_greeting)?;
    if server.encryption == SmtpEncryption::StartTls {
        if !connection.can_starttls() {
            return Err(Handover::Unwelcome(None, "the mail server does not offer encryption (STARTTLS)"));
        }
        step(plan.patience, connection.starttls(tls()?, &hello)).await.map_err(refused_greeting)?;
    }
    if let Some((user, password)) = &server.credentials {
        let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        step(plan.patience, connection.auth(&mechanisms, &credentials)).await.map_err(refused_sign_in)?;
    }
    Ok(connection)
}

/// One step, bounded by our patience.
async fn step<T>(patience: Duration, work: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Broken> {
    match timeout(patience, work).await {
        Err(_) => Err(Broken::Line),
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => Broken::Reply(u16::from(code)),
            None if error.is_client() => Broken::Unfit,
            None => Broken::Line,
        }),
    }
}

const fn is_temporary(code: u16) -> bool {
    code < 500
}

/// A refusal between the sender and the text concerns the recipient, unless it says that we must sign in first.
fn refused_letter(broken: Broken) -> Handover {
    match broken {
        Broken::Reply(code @ (530 | 535 | 538)) => {
            Handover::Unwelcome(Some(code), "the mail server wants us to sign in first")
        }
        Broken::Reply(code) if is_temporary(code) => Handover::Busy(Some(code)),
        Broken::Reply(code) => Handover::Refused(Some(code)),
        Broken::Line | Broken::Unfit => Handover::Unreachable("the connection broke"),
    }
}

fn refused_greeting(broken: Broken) -> Handover {
    match broken {
        Broken::Reply(code) if is_temporary(code) => Handover::Busy(Some(code)),
        Broken::Reply(code) => Handover::Unwelcome(Some(code), "the mail server refuses to talk to us"),
        Broken::Line | Broken::Unfit => Handover::Unreachable("the mail server cannot be reached"),
    }
}

fn refused_sign_in(broken: Broken) -> Handover {
    match broken {
        Broken::Reply(code) if is_temporary(code) => Handover::Busy(Some(code)),
        Broken::Reply(code) => Handover::Unwelcome(Some(code), "the mail server refuses our user or password"),
        Broken::Unfit => Handover::Unwelcome(None, "the mail server offers no sign-in that we know"),
        Broken::Line => Handover::Unreachable("the connection broke"),
    }
}
