//! End-to-end tests of the real binary: every test starts `ragstone` as a user or an operator does.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod bad_files;
mod bad_requests;
mod balancer;
mod browser;
mod cli;
mod collector;
mod commands;
mod crash;
mod data;
mod drain;
mod eval;
mod extraction;
mod full_disk;
mod given;
mod holder;
mod http;
mod jobs;
mod json_suite;
mod line;
mod load;
mod mcp;
mod meaning;
mod migration;
mod operations;
mod outages;
mod overload;
mod postgres;
mod redis_tls;
mod remote_model;
mod replicas;
mod rerank;
mod rolling;
mod rust_book;
mod server;
mod shared;
mod slow_clients;
mod stdio;
mod storm;
mod telemetry;
mod terminations;
mod transfer;
mod up;
