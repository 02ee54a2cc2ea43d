//! A client of a server that may die at any moment: it tells an answer from a request whose fate nobody knows.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Longest wait for an answer; only a hang takes that long.
const PATIENCE: Duration = Duration::from_secs(40);

/// Calls a server with its admin token; each request has a connection of its own.
#[derive(Clone, Debug)]
pub(super) struct Http {
    pub(super) address: String,
    pub(super) token: String,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// The server could not be reached, and so knows nothing of it.
    NotSent,
    /// It was sent, at least in part, and not answered.
    InDoubt,
    Answered(Answer),
}

#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A failure of the server's, after which nobody knows whether the request has had its effect.
    pub(super) fn is_server_failure(&self) -> bool {
        self.status >= 500
    }

    pub(super) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("no JSON: {}", self.body))
    }
}

impl Http {
    /// Sends a request and says what became of it.
    pub(super) fn try_send(&self, method: &str, path: &str, media_type: &str, body: &[u8]) -> Fate {
        let Ok(mut stream) = TcpStream::connect(&self.address) else { return Fate::NotSent };
        match self.exchange(&mut stream, (method, path, media_type), body) {
            Ok(answer) => Fate::Answered(answer),
            Err(_) => Fate::InDoubt,
        }
    }

    pub(super) fn try_json(&self, method: &str, path: &str, body: &Value) -> Fate {
        self.try_send(method, path, "application/json", body.to_string().as_bytes())
    }

    /// Sends a request to a server that must answer it with a success.
    pub(super) fn json(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        match self.try_json(method, path, body) {
            Fate::Answered(answer) if answer.is_success() => answer.json(),
            Fate::Answered(answer) => {
                bail!("{method} {path} {body} answers {}: {}", answer.status, answer.body)
            }
            Fate::NotSent | Fate::InDoubt => bail!("{method} {path} is not answered"),
        }
    }

    /// Without a body: a server that closes a connection on which it left something unread takes back a long answer.
    pub(super) fn get(&self, path: &str) -> Result<Value> {
        match self.try_send("GET", path, "application/json", &[]) {
            Fate::Answered(answer) if answer.is_success() => answer.json(),
            Fate::Answered(answer) => bail!("GET {path} answers {}: {}", answer.status, answer.body),
            Fate::NotSent | Fate::InDoubt => bail!("GET {path} is not answered"),
        }
    }

    fn exchange(
        &self,
        stream: &mut TcpStream,
        (method, path, media_type): (&str, &str, &str),
        body: &[u8],
    ) -> Result<Answer> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len(),
        );
        // An answer may come before the body was read, and then the rest of the body does not matter.
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        if bytes.is_empty() {
            sent?;
            read?;
        }
        parse(&bytes)
    }
}

/// An answer is whole, or it is none.
fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("no whole head")?;
    let (head, body) = bytes.split_at(end + 4);
    let head = std::str::from_utf8(head)?.to_ascii_lowercase();
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    let value =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let body = match (value("content-length"), value("transfer-encoding")) {
        (Some(length), _) => {
            ensure!(body.len() == length.parse::<usize>()?, "the body is cut off");
            body.to_vec()
        }
        (None, Some("chunked")) => dechunked(body)?,
        (None, _) => body.to_vec(),
    };
    Ok(Answer { status, body: String::from_utf8(body)? })
}

fn dechunked(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").context("a chunk is cut off")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end])?.trim(), 16)?;
        let chunk = rest.get(end + 2..end + 2 + length).context("a chunk is cut off")?;
        whole.extend_from_slice(chunk);
        if length == 0 {
            return Ok(whole);
        }
        rest = rest.get(end + 4 + length..).context("a chunk is cut off")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_none() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        let answer = parse(whole).expect("whole");
        assert_eq!((answer.status, answer.body.as_str()), (201, "{}"));
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_err(), "{end}");
        }
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(chunked).expect("whole").body, "abcd");
        assert!(parse(&chunked[..chunked.len() - 5]).is_err());
    }
}
