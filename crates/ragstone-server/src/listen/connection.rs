//! One connection: which version of HTTP it speaks, its requests, and how it ends when the server stops.
//!
//! # What is accepted
//!
//! When the server stops, every *accepted* request gets its whole answer. A request is accepted when its first
//! byte has reached this machine, on a connection that is established, before the server looks at the connection
//! for the last time. That look happens
//!
//! - after the listener was told to stop, for connections that are idle: those without a byte to read, in the
//!   system's buffer or in hyper's, and without a request that is being answered. They are closed; one that has had
//!   no request at all is looked at a moment later, because a client that has just connected is about to send;
//! - after the last request, for the others: its answer says `Connection: close`, so that whatever the client sends
//!   behind it is not accepted (RFC 9112, section 9.6), and the connection is closed.
//!
//! A request that arrives behind the last look was read by nobody and has done nothing: its client gets a closed
//! or reset connection, or a refused one, and not a byte, and may send it elsewhere, whatever the method.
//! For clients that send all the time there is no such request, provided that they are warned: between `leave` and
//! `stop` each answer says `Connection: close`.
//!
//! HTTP/2 says by itself which requests were accepted (RFC 9113, section 6.8).
//!
//! hyper's own graceful shutdown is not enough: it closes a connection whose request has arrived and was not read
//! yet, and one of which it does not know the version.

use std::convert::Infallible;
use std::error::Error;
use std::future::{pending, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{Request, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::Shutdown;
use super::socket::{Socket, has_unread};

/// What every HTTP/2 connection begins with (RFC 9113, section 3.4).
const HTTP2_PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Pause before looking for more of a preface.
const PEEK_PAUSE: Duration = Duration::from_millis(10);
/// Time for the first byte after the stop: longer than a client on a busy machine needs between connecting and sending.
const FIRST_BYTE_GRACE: Duration = Duration::from_millis(100);

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// What every connection is served with.
#[derive(Clone)]
pub(super) struct Protocol {
    pub(super) router: Router,
    pub(super) builder: Builder<TokioExecutor>,
    pub(super) first_byte_timeout: Duration,
    pub(super) shutdown: Shutdown,
}

impl Protocol {
    /// Serves a connection until it ends.
    pub(super) async fn serve(self, stream: TcpStream) -> Outcome {
        // hyper-util waits without a bound for the bytes that tell HTTP/1 from HTTP/2.
        let version = tokio::time::timeout(self.first_byte_timeout, async {
            tokio::select! {
                biased;
                version = version_of(&stream) => version,
                () = unused(&stream, &self.shutdown.stop) => Ok(None),
            }
        });
        let Ok(Some(version)) = version.await.unwrap_or(Ok(None)) else { return Ok(()) };
        let Self { router, builder, shutdown, .. } = self;
        let socket = Socket::new(stream);
        let service = service_fn(|request| {
            socket.request_taken();
            answer(router.clone(), shutdown.clone(), request)
        });
        let builder = if version == Version::HTTP_2 { builder.http2_only() } else { builder.http1_only() };
        let mut connection = pin!(builder.serve_connection(TokioIo::new(socket.clone()), service));
        let mut stopped = pin!(shutdown.stop.cancelled());
        let mut is_ending = false;
        poll_fn(|cx| {
            // First what has arrived, so that a request is under way before anything is closed.
            let outcome = connection.as_mut().poll(cx);
            if outcome.is_ready() || is_ending || stopped.as_mut().poll(cx).is_pending() {
                return outcome;
            }
            if version != Version::HTTP_2 && socket.holds_request() {
                return Poll::Pending;
            }
            is_ending = true;
            connection.as_mut().graceful_shutdown();
            connection.as_mut().poll(cx)
        })
        .await
    }
}

/// Answers a request; over HTTP/1, and once the server is about to stop, the answer asks the client to leave.
async fn answer(
    router: Router,
    shutdown: Shutdown,
    request: Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    let is_http1 = request.version() < Version::HTTP_2;
    let mut response = router.oneshot(request).await?;
    if is_http1 && shutdown.has_begun() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// Waits until what a client sent tells HTTP/1 from HTTP/2; none if it sent too little and no more.
async fn version_of(stream: &TcpStream) -> io::Result<Option<Version>> {
    let mut start = [0; HTTP2_PREFACE.len()];
    let mut seen = 0;
    loop {
        let held = stream.peek(&mut start).await?;
        if held == HTTP2_PREFACE.len() && start == *HTTP2_PREFACE {
            return Ok(Some(Version::HTTP_2));
        }
        if !HTTP2_PREFACE.starts_with(&start[..held]) {
            return Ok(Some(Version::HTTP_11));
        }
        if held == 0 {
            return Ok(None);
        }
        if held == seen {
            // Peeking does not wait for more than there is.
            tokio::time::sleep(PEEK_PAUSE).await;
        }
        seen = held;
    }
}

/// Ends when the server stops and the client has not sent anything, also not a moment later.
async fn unused(stream: &TcpStream, stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(FIRST_BYTE_GRACE).await;
    if has_unread(stream) {
        pending::<()>().await;
    }
}
