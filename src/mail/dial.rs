//! Connects to a mail server: without delay, encrypted and signed in as the settings say.
//!
//! lettre writes a text and its final dot separately and leaves Nagle's algorithm on, which costs some 40 ms a letter
//! against a server that delays its acknowledgements. So the socket is ours, with that switched off; lettre talks over
//! it. From-the-first-byte encryption is ours too, because lettre offers it only on sockets of its own.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::OnceCell;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, crypto};

use super::Handover;
use crate::config::{SmtpEncryption, SmtpServer};

/// How the server is reached.
pub(super) struct SmtpPlan {
    server: SmtpServer,
    pub(super) patience: Duration,
    hello: ClientId,
    trust: OnceCell<Trust>,
}

/// Whose certificates are believed, in the two forms that are needed.
struct Trust {
    implicit: TlsConnector,
    after_starttls: TlsParameters,
}

/// What broke in one step.
pub(super) enum Broken {
    /// The server said no, with this code and these words.
    Reply(u16, String),
    /// The connection is gone, or was never made.
    Line,
    /// The server's certificate is not one that we trust.
    Certificate,
    /// We cannot say what has to be said: our side or its abilities do not fit.
    Unfit,
}

impl SmtpPlan {
    pub(super) fn new(server: SmtpServer, patience: Duration) -> Self {
        Self { server, patience, hello: ClientId::default(), trust: OnceCell::new() }
    }

    /// Connects, encrypts and signs in.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Handover> {
        let server = &self.server;
        let reached = timeout(self.patience, reach(&server.host, server.port, self.patience)).await;
        let Ok(Ok(stream)) = reached else {
            return Err(Handover::Unreachable("the mail server cannot be reached"));
        };
        let stream: Box<dyn AsyncTokioStream> = match server.encryption {
            SmtpEncryption::Implicit => Box::new(self.encrypted(stream).await?),
            SmtpEncryption::StartTls | SmtpEncryption::Plain => Box::new(stream),
        };
        let opening = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        let mut connection = step(self.patience, opening).await.map_err(|broken| refused_greeting(&broken))?;
        if server.encryption == SmtpEncryption::StartTls {
            if !connection.can_starttls() {
                return Err(Handover::Unwelcome(None, "the mail server does not offer encryption (STARTTLS)"));
            }
            let trust = self.trust().await?.after_starttls.clone();
            step(self.patience, connection.starttls(trust, &self.hello))
                .await
                .map_err(|broken| refused_greeting(&broken))?;
        }
        if let Some((user, password)) = &server.credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            step(self.patience, connection.auth(&mechanisms, &credentials))
                .await
                .map_err(|broken| refused_sign_in(&broken))?;
        }
        Ok(connection)
    }

    async fn encrypted(&self, stream: TcpStream) -> Result<Encrypted, Handover> {
        let name = ServerName::try_from(self.server.host.clone()).map_err(|_name| NAME_UNFIT)?;
        let peer = stream.peer_addr().map_err(|_gone| Handover::Unreachable("the connection broke"))?;
        let handshake = self.trust().await?.implicit.connect(name, stream);
        match timeout(self.patience, handshake).await {
            Ok(Ok(stream)) => Ok(Encrypted { stream, peer }),
            Ok(Err(error)) if is_about_certificate(&error) => Err(UNTRUSTED),
            Ok(Err(_)) | Err(_) => Err(Handover::Unreachable("the mail server cannot be reached")),
        }
    }

    /// Read once; a file that cannot be read is looked at again with the next connection.
    async fn trust(&self) -> Result<&Trust, Handover> {
        self.trust.get_or_try_init(async || read_trust(&self.server).await).await
    }
}

const NAME_UNFIT: Handover = Handover::Unwelcome(None, "the mail server's name does not fit a certificate");
const UNTRUSTED: Handover = Handover::Unwelcome(None, "the mail server's certificate is not trusted");
const AUTHORITY_UNFIT: Handover = Handover::Unwelcome(None, "the certificate file of mail.url (ca) cannot be used");

async fn read_trust(server: &SmtpServer) -> Result<Trust, Handover> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut parameters = TlsParameters::builder(server.host.clone());
    if let Some(file) = server.authority.clone() {
        let read = tokio::task::spawn_blocking(move || std::fs::read(file)).await;
        let Ok(Ok(pem)) = read else { return Err(AUTHORITY_UNFIT) };
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|_damaged| AUTHORITY_UNFIT)?;
            let known = Certificate::from_der(certificate.to_vec()).map_err(|_damaged| AUTHORITY_UNFIT)?;
            parameters = parameters.add_root_certificate(known);
            roots.add(certificate).map_err(|_damaged| AUTHORITY_UNFIT)?;
        }
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_never| NAME_UNFIT)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Trust {
        implicit: TlsConnector::from(Arc::new(config)),
        after_starttls: parameters.build_rustls().map_err(|_tls| NAME_UNFIT)?,
    })
}

/// The first of the server's addresses that answers.
async fn reach(host: &str, port: u16, patience: Duration) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in lookup_host((host, port)).await? {
        match timeout(patience / 2, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::from(io::ErrorKind::TimedOut),
        }
    }
    Err(last)
}

/// One step, bounded by our patience: lettre's own limit covers only the connect.
pub(super) async fn step<T>(patience: Duration, work: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Broken> {
    match timeout(patience, work).await {
        Err(_) => Err(Broken::Line),
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => Broken::Reply(u16::from(code), error.source().map(ToString::to_string).unwrap_or_default()),
            None if error.is_client() => Broken::Unfit,
            None if causes(&error).any(is_about_certificate) => Broken::Certificate,
            None => Broken::Line,
        }),
    }
}

/// The failures of input and output behind an error, however deep lettre wrapped them.
fn causes(error: &SmtpError) -> impl Iterator<Item = &io::Error> {
    fn deeper<'a>(cause: &&'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
        (*cause).source()
    }
    let all = std::iter::successors(error.source(), deeper);
    all.filter_map(|cause| cause.downcast_ref::<io::Error>())
}

fn is_about_certificate(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
}

pub(super) const fn is_temporary(code: u16) -> bool {
    code < 500
}

fn refused_greeting(broken: &Broken) -> Handover {
    match broken {
        Broken::Reply(code, _) if is_temporary(*code) => Handover::Busy(Some(*code)),
        Broken::Reply(code, _) => Handover::Unwelcome(Some(*code), "the mail server refuses to talk to us"),
        Broken::Certificate => UNTRUSTED,
        Broken::Line | Broken::Unfit => Handover::Unreachable("the mail server cannot be reached"),
    }
}

fn refused_sign_in(broken: &Broken) -> Handover {
    match broken {
        Broken::Reply(code, _) if is_temporary(*code) => Handover::Busy(Some(*code)),
        Broken::Reply(code, _) => Handover::Unwelcome(Some(*code), "the mail server refuses our user or password"),
        Broken::Unfit => Handover::Unwelcome(None, "the mail server offers no sign-in that we know"),
        Broken::Line | Broken::Certificate => Handover::Unreachable("the connection broke"),
    }
}

/// A connection that is encrypted from the first byte, in the form lettre takes.
struct Encrypted {
    stream: TlsStream<TcpStream>,
    peer: SocketAddr,
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Encrypted({})", self.peer)
    }
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
