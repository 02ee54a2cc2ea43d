//! Behaviour of the layers around the in-memory reference stores, on tokio's paused clock.

#![expect(clippy::expect_used, reason = "the set-up of a test may fail loudly")]
#![expect(clippy::print_stdout, reason = "the tests of outages and storms tell their figures")]

mod bench;
mod breakers;
mod bulkheads;
mod cache;
mod conformance;
mod deadlines;
mod faults;
mod guard;
mod health;
mod hedges;
mod models;
mod outage;
mod retries;
mod shared;
mod size;
mod stack;
mod storm;
mod telemetry;
