//! The fault proxy over real sockets, and the stand-in for Qdrant.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;
mod proxy;
#[cfg(feature = "qdrant")]
mod qdrant;
