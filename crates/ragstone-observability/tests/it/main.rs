//! Behaviour of the start-up code, without touching what is global.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod captured;
mod collector;
mod file;
mod logs;
mod outage;
mod promtool;
mod propagation;
mod recorder;
mod reports;
mod skip;
