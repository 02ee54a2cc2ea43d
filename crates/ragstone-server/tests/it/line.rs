//! One connection over HTTP/1.1, byte by byte: what became of a request is told exactly.
//!
//! An HTTP client cannot tell it: it repeats what it may, and has one error for all that can happen.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest wait for an answer; only one that never comes takes that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The whole answer is there.
    Answered(Answer),
    /// Nobody listens.
    Refused,
    /// The connection was closed or reset before the first byte of an answer. A server that gives every request it
    /// has accepted its answer has not accepted this one, so it may be sent elsewhere.
    TurnedAway,
    /// Part of an answer came, or nothing until the patience was over.
    Lost(String),
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Whether a tool over MCP says that it has failed.
    pub(crate) fn is_tool_error(&self) -> bool {
        self.body.windows(14).any(|part| part == b"\"isError\":true")
    }
}

/// A client with at most one connection, which it keeps as long as the server does.
#[derive(Debug)]
pub(crate) struct Line {
    address: String,
    token: String,
    stream: Option<TcpStream>,
    /// Whether the connection is kept for the next request.
    is_kept: bool,
}

impl Line {
    /// A client of the server at `address`, host and port. Without `is_kept` each request has a connection of its own.
    pub(crate) fn new(address: &str, token: &str, is_kept: bool) -> Self {
        Self { address: address.to_owned(), token: token.to_owned(), stream: None, is_kept }
    }

    /// The bytes of a request.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let Self { address, token, .. } = self;
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Fate {
        if let Err(fate) = self.connect().await {
            return fate;
        }
        self.send(request).await;
        self.answer().await
    }

    /// Connects, unless there is a connection.
    pub(crate) async fn connect(&mut self) -> Result<(), Fate> {
        if self.stream.is_some() {
            return Ok(());
        }
        match TcpStream::connect(&self.address).await {
            Ok(stream) => {
                stream.set_nodelay(true).expect("set");
                self.stream = Some(stream);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Err(Fate::Refused),
            Err(error) if is_cut(&error) => Err(Fate::TurnedAway),
            Err(error) => panic!("{error}"),
        }
    }

    /// Sends bytes on the connection. That it is closed shows when the answer is read.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let stream = self.stream.as_mut().expect("connected");
        if let Err(error) = stream.write_all(bytes).await {
            assert!(is_cut(&error), "{error}");
        }
    }

    /// Whether the server has closed the connection, as far as it is known here.
    pub(crate) fn is_closed(&self) -> bool {
        let stream = self.stream.as_ref().expect("connected");
        match stream.try_read(&mut [0; 1]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }

    /// Reads the answer to what was sent.
    pub(crate) async fn answer(&mut self) -> Fate {
        let mut seen = Vec::new();
        let read = timeout(PATIENCE, read_answer(self.stream.as_mut().expect("connected"), &mut seen)).await;
        let (fate, is_open) = match read {
            Ok(Some((answer, is_last))) => (Fate::Answered(answer), self.is_kept && !is_last),
            Ok(None) if seen.is_empty() => (Fate::TurnedAway, false),
            Ok(None) => (Fate::Lost(format!("cut off: {}", String::from_utf8_lossy(&seen))), false),
            Err(_) => (Fate::Lost(format!("too late: {}", String::from_utf8_lossy(&seen))), false),
        };
        if !is_open {
            self.stream = None;
        }
        fate
    }
}

fn is_cut(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted)
}

/// Reads an answer with a known length, and whether the server closes behind it; none where the connection ends early.
async fn read_answer(stream: &mut TcpStream, seen: &mut Vec<u8>) -> Option<(Answer, bool)> {
    let (head, behind) = loop {
        if let Some(end) = seen.windows(4).position(|window| window == b"\r\n\r\n") {
            break (String::from_utf8(seen[..end].to_vec()).expect("a head"), end + 4);
        }
        read_more(stream, seen).await?;
    };
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let (mut length, mut is_last) = (None, false);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok(),
            "connection" => is_last = value.trim() == "close",
            _ => {}
        }
    }
    let length: usize = length.unwrap_or_else(|| panic!("an answer of unknown length: {head}"));
    while seen.len() < behind + length {
        read_more(stream, seen).await?;
    }
    assert_eq!(seen.len(), behind + length, "more than an answer: {head}");
    Some((Answer { status, body: seen[behind..].to_vec() }, is_last))
}

async fn read_more(stream: &mut TcpStream, seen: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(seen).await {
        Ok(0) => None,
        Ok(_) => Some(()),
        Err(error) if is_cut(&error) => None,
        Err(error) => panic!("{error}"),
    }
}
