//! SIGTERM: requests under way finish, new ones are turned away, the process says success.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use ragstone_testkit::proxy::{FaultProxy, ProxyFaults};
use serde_json::json;

use crate::cli::ragstone;
use crate::outages::site::{address, through};
use crate::postgres::Database;
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

/// A request without a body, and the answer to it; the connection stays.
fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).expect("written");
    read_answer(stream)
}

/// Reads as far as the body of an answer that is JSON goes.
fn read_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut byte = [0; 1];
    while !answer.ends_with(b"}") {
        assert_ne!(stream.read(&mut byte).expect("read"), 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend(byte);
    }
    String::from_utf8(answer).expect("UTF-8")
}

#[test]
fn a_request_that_has_begun_to_arrive_is_answered_after_sigterm() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let request = format!("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
    let mut streams = [(); 3].map(|()| TcpStream::connect(server.address()).expect("connected"));
    // One that was used before, one that is new, and one of which the first byte says nothing.
    assert!(ask(&mut streams[0], &request).starts_with("HTTP/1.1 200"));
    let parts = [request.split_at(20), request.split_at(20), request.split_at(1)];
    for (stream, (first, _)) in streams.iter_mut().zip(parts) {
        stream.write_all(first.as_bytes()).expect("written");
    }
    terminate(&server);
    for (stream, (_, rest)) in streams.iter_mut().zip(parts) {
        stream.write_all(rest.as_bytes()).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the server closes behind the answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    server.finish();
}

#[test]
fn connections_without_a_request_do_not_delay_the_end() {
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_SERVER__HEADER_TIMEOUT_SECONDS", "300");
    command.env("RAGSTONE_SERVER__DRAIN_TIMEOUT_SECONDS", "300");
    let server = Server::spawn(data.path(), &mut command);
    let mut used = TcpStream::connect(server.address()).expect("connected");
    let request = format!("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
    assert!(ask(&mut used, &request).starts_with("HTTP/1.1 200"));
    let unused = TcpStream::connect(server.address()).expect("connected");
    // Gives up after two minutes.
    server.stop();
    drop((used, unused));
}

#[test]
fn a_database_that_hangs_does_not_delay_the_end() {
    let Some(database) = Database::create("drain::a_database_that_hangs") else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("runtime");
    let proxy = runtime.block_on(FaultProxy::start(address(&database.url(), 5432), 5)).expect("starts");
    let data = tempfile::tempdir().expect("folder");
    let mut command = database.command(data.path());
    command.arg("serve").env("RAGSTONE_CATALOG__URL", through(&database.url(), &proxy));
    command.env("RAGSTONE_SERVER__DRAIN_TIMEOUT_SECONDS", "1");
    let server = Server::spawn(data.path(), &mut command);
    let document = json!({ "external_id": "stuck", "text": "Albatrosses glide for hours." });
    server.http.put("/api/v1/collections/default/documents", &document).ok();
    proxy.set(ProxyFaults::blackhole());
    let writer = server.client(Some(&server.token));
    let writing = std::thread::spawn(move || {
        let document = json!({ "external_id": "stuck", "text": "They hang." });
        writer.try_put("/api/v1/collections/default/documents", &document)
    });
    while proxy.counts().swallowed == 0 {
        std::thread::yield_now();
    }
    let start = SystemClock.instant();
    server.signal("-TERM");
    let output = server.finish();
    let taken = SystemClock.instant() - start;
    assert!(output.contains("did not close in time"), "{output}");
    assert!(taken < Duration::from_secs(10), "{taken:?}: {output}");
    assert!(writing.join().expect("no panic").is_err(), "nothing is acknowledged");
    drop((proxy, runtime));
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
