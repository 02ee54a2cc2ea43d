//! The fault proxy over real sockets.

#![expect(clippy::expect_used, reason = "the set-up of a test may fail loudly")]

mod bench;
mod proxy;
