//! Behaviour of the start-up code, without touching what is global.

#![expect(clippy::expect_used, reason = "the set-up of a test may fail loudly")]

mod recorder;
mod startup;
