//! Behaviour on PostgreSQL. Each test has a database of its own; without a server it is reported as skipped.

mod conformance;
mod identity;
mod limits;
mod opening;
mod pools;
mod replica;
mod schema;
mod sequences;
mod server;
mod sources;
mod storm;
mod wakeups;
