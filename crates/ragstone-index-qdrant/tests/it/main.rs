//! Integration tests of the index over Qdrant.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod batches;
mod bench;
mod conformance;
mod fusion;
mod generations;
mod processes;
mod storm;
