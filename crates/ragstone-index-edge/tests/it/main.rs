//! Integration tests of the index over Qdrant Edge.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod conformance;
mod durability;
mod lifecycle;
mod sample;
