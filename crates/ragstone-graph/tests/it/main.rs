//! The crate from outside: reference outputs, laws, refusals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod central_laws;
mod central_references;
mod data;
mod lagraph;
mod naive;
mod reference_graphs;
