//! SIGTERM: requests under way finish, new ones are turned away, the process says success.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;

use crate::cli::ragstone;
use crate::server::Server;

/// Tries until a listener is gone; far more than it takes, so that only a listener that stays fails.
const TRIES: u32 = 1_000_000;

/// A request of which the server has half of the body.
pub(crate) struct Unfinished {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
    rest: String,
}

impl Unfinished {
    pub(crate) fn begin(server: &Server) -> Self {
        let body = json!({ "external_id": "slow", "text": "Albatrosses glide for hours." }).to_string();
        let (first, second) = body.split_at(body.len() / 2);
        let mut stream = TcpStream::connect(server.address()).expect("connected");
        write!(
            stream,
            "PUT /api/v1/collections/default/documents HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
            server.address(),
            server.token,
            body.len(),
        )
        .expect("written");
        // The server asks for the body once it has begun to work on the request.
        let mut answers = BufReader::new(stream.try_clone().expect("cloned"));
        let mut line = String::new();
        answers.read_line(&mut line).expect("read");
        assert!(line.starts_with("HTTP/1.1 100"), "{line}");
        stream.write_all(first.as_bytes()).expect("written");
        Self { stream, answers, rest: second.to_owned() }
    }

    /// Sends what is missing and reads the answer.
    pub(crate) fn finish(mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).expect("written");
        let mut answer = String::new();
        self.answers.read_to_string(&mut answer).expect("read to the end");
        answer
    }
}

/// Asks the server to stop and waits until it listens no more.
fn terminate(server: &Server) {
    server.signal("-TERM");
    let is_gone = (0..TRIES).any(|_| TcpStream::connect(server.address()).is_err());
    assert!(is_gone, "the server still listens");
}

#[test]
fn a_request_beyond_the_drain_time_out_is_dropped() {
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_SERVER__DRAIN_TIMEOUT_SECONDS", "1");
    let server = Server::spawn(data.path(), &mut command);
    let mut request = Unfinished::begin(&server);
    terminate(&server);
    let output = server.finish();
    assert!(output.contains("drain time-out"), "{output}");
    let mut answer = String::new();
    let _ = request.answers.read_to_string(&mut answer);
    assert!(!answer.contains("HTTP/1.1 2"), "{answer}");

    let server = Server::serve(data.path());
    assert_eq!(server.http.get("/api/v1/collections/default/documents").ok()["documents"], json!([]));
    server.stop();
}

#[test]
fn a_second_signal_ends_at_once() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let request = Unfinished::begin(&server);
    terminate(&server);
    server.signal("-TERM");
    assert_eq!(server.code(), Some(130));
    drop(request);

    // What a killed process leaves behind does not stop the next one.
    Server::serve(data.path()).stop();
}

#[test]
fn a_request_under_way_finishes_after_sigterm() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let request = Unfinished::begin(&server);
    terminate(&server);
    let answer = request.finish();
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    server.finish();

    let server = Server::serve(data.path());
    assert_eq!(server.http.documents("default").len(), 1);
    server.stop();
}
