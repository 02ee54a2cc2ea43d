//! Drives the router over a real engine on in-memory stores.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod access;
mod bad_input;
mod context;
mod contract;
mod detail;
mod edge;
mod events;
mod facets;
mod graphs;
mod history;
mod idempotency;
mod jobs;
mod json_suite;
mod real_clients;
mod saved_searches;
mod server;
mod suggest;
mod telemetry;
mod uploads;
mod walk;
