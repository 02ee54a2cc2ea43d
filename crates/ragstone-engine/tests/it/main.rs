//! Behaviour of the engine over the in-memory reference stores.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod access;
mod answers;
mod citation;
mod context;
mod detail;
mod evaluation;
mod explain;
mod facets;
mod faults;
mod folder;
mod jobs;
mod migration;
mod operators;
mod options;
mod projection;
mod replicas;
mod saved_searches;
mod search;
mod secrecy;
mod semantics;
mod similar;
mod stages;
mod suggest;
mod typos;
mod workbench;
