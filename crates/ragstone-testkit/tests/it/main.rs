//! Integration tests of the test kit.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[cfg(feature = "qdrant")]
mod qdrant;
