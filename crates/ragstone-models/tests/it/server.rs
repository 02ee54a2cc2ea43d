//! A small HTTP server on a free port: it reads requests and answers what a test says.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A request, as far as the tests look at it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// In lower case, with values.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// An answer: a status line's rest, headers, a body, and what goes wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Waits before the answer.
    pub(crate) delay: Option<Duration>,
    /// Sends no more of the body than this, and closes.
    pub(crate) cut: Option<usize>,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }
}

type Handler = Arc<dyn Fn(Request) -> Answer + Send + Sync>;

/// Stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    _accepting: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(handler: impl Fn(Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}", listener.local_addr().expect("has an address"));
        let handler: Handler = Arc::new(handler);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&handler)));
            }
        });
        Self { url, _accepting: accepting }
    }
}

/// One request for each connection. Whoever hangs up is let go.
async fn serve(mut stream: TcpStream, handler: Handler) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let answer = handler(request);
    if let Some(delay) = answer.delay {
        tokio::time::sleep(delay).await;
    }
    let length = answer.body.len();
    let mut bytes =
        format!("HTTP/1.1 {} x\r\nconnection: close\r\ncontent-length: {length}\r\n", answer.status);
    for (name, value) in &answer.headers {
        bytes.extend([name.as_str(), ": ", value, "\r\n"]);
    }
    bytes.push_str("\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend(&answer.body[..answer.cut.unwrap_or(length)]);
    let _hung_up = stream.write_all(&bytes).await;
    let _hung_up = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let length = head
        .to_lowercase()
        .split_once("content-length: ")
        .and_then(|(_, rest)| rest.lines().next()?.parse().ok());
    let length: usize = length.unwrap_or_default();
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let path = head.split(' ').nth(1)?.to_owned();
    Some(Request { path, head: head.to_lowercase(), body: bytes[end + 4..].to_vec() })
}
