//! Behaviour of the catalog: on SQLite, and in `postgres` on the server that `RAGSTONE_TEST_POSTGRES_URL` names.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod cancellation;
mod changes;
mod collections;
mod conformance;
mod documents;
mod fixture;
mod leases;
mod passages;
mod pools;
#[cfg(feature = "postgres")]
mod postgres;
mod schema;
mod text;
mod transfer;
