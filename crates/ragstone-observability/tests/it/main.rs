//! Behaviour of the start-up code, without touching what is global.

#![expect(clippy::expect_used, reason = "the set-up of a test may fail loudly")]

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
