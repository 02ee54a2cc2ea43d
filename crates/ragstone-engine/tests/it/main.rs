//! Behaviour of the engine over the in-memory reference stores.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod access;
mod answers;
mod archives;
mod citation;
mod context;
mod detail;
mod duplicates;
mod evaluation;
mod explain;
mod facets;
mod faults;
mod folder;
mod graph_keys;
mod graphs;
mod history;
mod jobs;
mod migration;
mod moves;
mod operators;
mod options;
mod panics;
mod places;
mod projection;
mod replicas;
mod repositories;
mod saved_searches;
mod search;
mod secrecy;
mod semantics;
mod similar;
mod stages;
mod stamps;
mod suggest;
mod typos;
mod workbench;
