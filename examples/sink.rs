//! A mail server that takes everything and keeps nothing, for `bin/bench`: what is measured is who hands over, not who
//! takes.
//!
//! `sink PORT` takes; `sink PORT hang` falls silent as soon as a sender is named. It answers several commands at once
//! (PIPELINING), as common mail servers do.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

type Failed = Box<dyn Error + Send + Sync>;

fn talk(stream: TcpStream, hangs: bool) -> Result<(), Failed> {
    stream.set_nodelay(true)?;
    let mut writing = stream.try_clone()?;
    let mut reading = BufReader::with_capacity(64 * 1024, stream);
    let (mut line, mut replies) = (Vec::new(), b"220 sink.example ESMTP\r\n".to_vec());
    loop {
        // Whoever sends several commands at once gets the answers at once.
        if reading.buffer().is_empty() {
            writing.write_all(&replies)?;
            replies.clear();
        }
        line.clear();
        if reading.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let word: Vec<u8> = line.iter().take(4).map(u8::to_ascii_uppercase).collect();
        let reply: &[u8] = match word.as_slice() {
            b"EHLO" => b"250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            b"MAIL" if hangs => loop {
                line.clear();
                if reading.read_until(b'\n', &mut line)? == 0 {
                    return Ok(());
                }
            },
            b"DATA" => {
                replies.extend_from_slice(b"354 go on\r\n");
                writing.write_all(&replies)?;
                replies.clear();
                while line != b".\r\n" {
                    line.clear();
                    if reading.read_until(b'\n', &mut line)? == 0 {
                        return Ok(());
                    }
                }
                b"250 taken\r\n"
            }
            b"QUIT" => {
                writing.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        replies.extend_from_slice(reply);
    }
}

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("usage: sink PORT [hang]")?.parse()?;
    let hangs = arguments.next().is_some_and(|word| word == "hang");
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    for stream in listener.incoming() {
        let stream = stream?;
        // A client that goes away is no failure of the server.
        std::thread::spawn(move || talk(stream, hangs));
    }
    Ok(())
}
