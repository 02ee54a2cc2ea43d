//! The crate from outside: reference outputs, laws, refusals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod communities;
mod community_references;
mod data;
mod reference_graphs;
