//! Reports to an error tracker: what leaves the process, seen at a sink of the test's own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ragstone_observability::reports::Reports;
use ragstone_observability::startup::{LogFormat, Telemetry, TelemetryError};
use ragstone_observability::{Redacted, field};

use crate::captured::{Captured, logs};

const CANARY: &str = "c4nary-of-a-user";

/// Answers every request with success and passes on its body.
fn sink() -> (SocketAddr, Receiver<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("bound");
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for mut stream in socket.incoming().map_while(Result::ok) {
            stream.set_read_timeout(Some(Duration::from_millis(300))).expect("is a socket");
            let mut bytes = Vec::new();
            // The client keeps the connection open; the time-out ends the reading.
            let _ = stream.read_to_end(&mut bytes);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
            if sender.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                break;
            }
        }
    });
    (address, bodies)
}

fn reports(dsn: String) -> Reports {
    Reports {
        dsn: Redacted::new(dsn),
        environment: Some("test".to_owned()),
        release: "ragstone@0.0.0".to_owned(),
        sample_rate: 1.0,
    }
}

/// One test, because the client belongs to the whole process.
#[test]
fn a_report_holds_nothing_that_a_user_wrote() {
    // The client is built for HTTPS too, and wants to know with what.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (address, bodies) = sink();
    let captured = Captured::default();
    let reports = reports(format!("http://publickey@{address}/7"));
    let (dispatch, running) =
        captured.start(Telemetry { reports: Some(reports), ..logs(LogFormat::Json, "error") });
    tracing::dispatcher::with_default(&dispatch, || {
        let error = format!("unavailable at search: cannot ask the index (query={CANARY}): {CANARY}");
        tracing::error!(
            error = %error,
            { field::REQUEST_ID } = "r-1",
            { field::HTTP_ROUTE } = "/api/v1/search",
            query = CANARY,
            token = CANARY,
            "request failed",
        );
        tracing::warn!("not reported {CANARY}");
        let panicked = std::panic::catch_unwind(|| panic!("byte 3 is inside of `{CANARY}`"));
        assert!(panicked.is_err());
    });
    running.close(Duration::from_secs(2));
    let mut sent = String::new();
    while let Ok(body) = bodies.recv_timeout(Duration::from_secs(3)) {
        sent.push_str(&body);
        if sent.contains("request failed") && sent.contains("\"panic\"") {
            break;
        }
    }
    for expected in [
        "request failed",
        "unavailable at search: cannot ask the index",
        "r-1",
        "/api/v1/search",
        "\"panic\"",
    ] {
        assert!(sent.contains(expected), "{expected} is missing in {sent}");
    }
    assert!(!sent.contains(CANARY), "{sent}");
    // What stays here says more.
    assert!(captured.text().contains(CANARY));
}

#[test]
fn settings_that_cannot_be_used_are_refused_without_their_value() {
    for (setting, reports) in [
        ("dsn", reports("s3cret".to_owned())),
        ("sample_rate", Reports { sample_rate: 2.0, ..reports("http://k@h/1".to_owned()) }),
    ] {
        let telemetry = Telemetry { reports: Some(reports), ..logs(LogFormat::Human, "off") };
        let Err(error @ TelemetryError::InvalidReports(_)) = telemetry.subscriber(std::io::sink) else {
            panic!("{setting} must be refused");
        };
        let text = error.to_string();
        assert!(text.contains(setting) && !text.contains("s3cret"), "{text}");
    }
}
