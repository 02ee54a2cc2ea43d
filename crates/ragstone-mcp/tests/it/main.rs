//! Behaviour of the MCP server over a real engine on in-memory stores.

#![expect(
    clippy::expect_used,
    clippy::format_collect,
    reason = "a test fails by panicking, and its texts are short"
)]

mod budget;
mod context;
mod deletion;
mod failures;
mod graphs;
mod history;
mod http;
mod idempotency;
mod jobs;
mod listing;
mod resources;
mod saved_searches;
mod stream;
mod telemetry;
mod tools;
mod workbench;
