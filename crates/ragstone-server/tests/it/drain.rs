//! SIGTERM: requests under way finish, new ones are turned away, the process says success.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;

use crate::server::Server;

/// Tries until a listener is gone; far more than it takes, so that only a listener that stays fails.
const TRIES: u32 = 1_000_000;

#[test]
fn a_request_under_way_finishes_after_sigterm() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let body = json!({ "external_id": "slow", "text": "Albatrosses glide for hours." }).to_string();
    let (first, second) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(server.address()).expect("connected");
    write!(
        stream,
        "PUT /api/v1/collections/default/documents HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
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

    server.signal("-TERM");
    let is_gone = (0..TRIES).any(|_| TcpStream::connect(server.address()).is_err());
    assert!(is_gone, "the server still listens");
    stream.write_all(second.as_bytes()).expect("written");
    let mut answer = String::new();
    answers.read_to_string(&mut answer).expect("read to the end");
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    server.finish();

    let server = Server::serve(data.path());
    assert_eq!(server.http.documents("default").len(), 1);
    server.stop();
}
