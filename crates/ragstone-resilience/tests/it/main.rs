//! Behaviour of the combinators on tokio's paused clock.

#![expect(clippy::expect_used, reason = "the set-up of a test may fail loudly")]

mod bulkhead;
mod deadline;
mod retry;
