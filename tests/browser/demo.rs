//! The demo clinic as a process of its own: made once, served until the tests are over.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rebook::demo::SignIn;
use tempfile::TempDir;

/// Making the clinic without optimisation takes its time on a slow machine.
const START_MAX: Duration = Duration::from_secs(240);
/// A Tuesday morning in Los Angeles.
const NOW: &str = "2026-11-24T17:00:00Z";

pub struct Demo {
    child: Child,
    pub base: String,
    _folder: TempDir,
}

impl Demo {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new(env!("CARGO_BIN_EXE_rebook"))
            .args(["demo", "--port", &port.to_string(), "--now", NOW])
            .arg("--dir")
            .arg(folder.path().join("clinic"))
            .env("REBOOK_LOG__FILTER", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://localhost:{port}");
        let began = Instant::now();
        while !answers(port) {
            assert!(child.try_wait().unwrap().is_none(), "the demo ended");
            assert!(began.elapsed() < START_MAX, "the demo does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Self { child, base, _folder: folder }
    }

    /// The demo listens from the first moment, so only an answer says that it is ready.
    pub fn sign_in_of(role: &str) -> SignIn {
        rebook::demo::sign_ins().into_iter().find(|sign_in| sign_in.role == role).unwrap()
    }
}

fn answers(port: u16) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let asked = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let mut head = [0; 12];
    asked.is_ok() && stream.read_exact(&mut head).is_ok() && &head == b"HTTP/1.1 200"
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Already gone, at worst.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
