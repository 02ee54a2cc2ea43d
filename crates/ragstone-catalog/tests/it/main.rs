//! Behaviour of the catalog on SQLite.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod cancellation;
mod changes;
mod collections;
mod conformance;
mod documents;
mod fixture;
mod passages;
mod schema;
mod text;
mod transfer;
