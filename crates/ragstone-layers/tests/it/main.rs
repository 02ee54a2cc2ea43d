//! Behaviour of the layers around the in-memory reference stores, on tokio's paused clock.

#![expect(clippy::expect_used, reason = "the set-up of a test may fail loudly")]

mod bench;
mod cache;
mod conformance;
mod deadlines;
mod faults;
mod guard;
mod retries;
mod shared;
mod stack;
mod telemetry;
