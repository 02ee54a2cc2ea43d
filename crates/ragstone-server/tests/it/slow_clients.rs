//! Clients that connect and then say nothing, or too little, are cut off.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::cli::ragstone;
use crate::server::Server;

/// Only a connection that is never closed takes that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the server says until it closes the connection; a connection that stays open fails the test.
fn answer_to(server: &Server, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    stream.write_all(sent).expect("written");
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        // What the server has not read when it closes makes the connection end with a reset.
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "the server closes the connection");
    }
    String::from_utf8(answer).expect("UTF-8")
}

#[test]
fn half_a_request_head_is_cut_off() {
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_SERVER__HEADER_TIMEOUT_SECONDS", "1");
    let server = Server::spawn(data.path(), &mut command);
    // Nothing; the beginning of either version of HTTP; a head without its end.
    for sent in ["", "P", "PRI * HT", "GET /health/live HTTP/1.1\r\nHost: "] {
        let answer = answer_to(&server, sent.as_bytes());
        assert!(!answer.contains(" 200 "), "{sent:?}: {answer}");
    }
    assert_eq!(server.http.get("/health/live").status, 200);
    server.stop();
}

#[test]
fn a_request_that_arrives_in_pieces_is_answered() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let mut stream = TcpStream::connect(server.address()).expect("connected");
    stream.set_nodelay(true).expect("set");
    // The first piece could also begin HTTP/2.
    let request = format!("PUT /nowhere HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address());
    for piece in request.as_bytes().chunks(1) {
        stream.write_all(piece).expect("written");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("read");
    assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 401"), "{answer}");
    server.stop();
}
