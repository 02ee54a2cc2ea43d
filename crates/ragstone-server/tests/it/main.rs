//! End-to-end tests of the real binary: every test starts `ragstone` as a user or an operator does.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod bad_files;
mod bad_requests;
mod browser;
mod cli;
mod collector;
mod commands;
mod crash;
mod data;
mod drain;
mod full_disk;
mod holder;
mod http;
mod json_suite;
mod mcp;
mod operations;
mod outages;
mod overload;
mod postgres;
mod replicas;
mod rust_book;
mod server;
mod slow_clients;
mod stdio;
mod telemetry;
mod transfer;
mod up;
