//! The crate from outside: reference outputs, laws, refusals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod data;
mod drawing;
mod reference_graphs;
