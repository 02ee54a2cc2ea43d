//! End-to-end tests of the real binary: every test starts `ragstone` as a user or an operator does.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod bad_files;
mod bad_requests;
mod cli;
mod collector;
mod commands;
mod crash;
mod data;
mod drain;
mod holder;
mod http;
mod json_suite;
mod mcp;
mod operations;
mod rust_book;
mod server;
mod stdio;
mod telemetry;
mod up;
