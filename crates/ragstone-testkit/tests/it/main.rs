//! Integration tests of the test kit.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[cfg(feature = "qdrant")]
mod qdrant;
