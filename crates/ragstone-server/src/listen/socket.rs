//! A stream that hyper owns and that can still be asked whether a request is on its way.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The stream of one connection; clones share it.
#[derive(Clone)]
pub(super) struct Socket(Arc<Shared>);

struct Shared {
    /// Locked for single calls that do not wait; only hyper and [`Socket::holds_request`] ask for it.
    stream: Mutex<TcpStream>,
    /// Whether bytes were read that may belong to a request that hyper has not handed on yet.
    has_read: AtomicBool,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Shared { stream: Mutex::new(stream), has_read: AtomicBool::new(false) }))
    }

    /// Whether the client has sent something since the last request was taken or answered, read or not.
    ///
    /// The bytes of a body count until the answer begins; so does what a client sends behind an answer.
    pub(super) fn holds_request(&self) -> bool {
        self.0.has_read.load(Ordering::Acquire) || self.with(|stream| has_unread(stream))
    }

    /// Says that what was read up to now became a request.
    pub(super) fn request_taken(&self) {
        self.0.has_read.store(false, Ordering::Release);
    }

    fn with<T>(&self, act: impl FnOnce(&mut TcpStream) -> T) -> T {
        act(&mut self.0.stream.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn written(&self, outcome: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if matches!(outcome, Poll::Ready(Ok(_))) {
            self.0.has_read.store(false, Ordering::Release);
        }
        outcome
    }
}

/// Whether the system holds bytes of the client that nobody has read.
///
/// It asks the system: what tokio knows lags behind by a turn of its reactor.
#[cfg(unix)]
pub(super) fn has_unread(stream: &TcpStream) -> bool {
    rustix::io::ioctl_fionread(stream).is_ok_and(|unread| unread > 0)
}

/// Without a way to ask, nothing is known to be there.
#[cfg(not(unix))]
pub(super) fn has_unread(_: &TcpStream) -> bool {
    false
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        let outcome = self.with(|stream| Pin::new(stream).poll_read(cx, buffer));
        if buffer.filled().len() > before {
            self.0.has_read.store(true, Ordering::Release);
        }
        outcome
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.written(self.with(|stream| Pin::new(stream).poll_write(cx, bytes)))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.written(self.with(|stream| Pin::new(stream).poll_write_vectored(cx, slices)))
    }

    fn is_write_vectored(&self) -> bool {
        self.with(|stream| stream.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.with(|stream| Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.with(|stream| Pin::new(stream).poll_shutdown(cx))
    }
}
