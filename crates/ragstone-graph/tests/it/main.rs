//! The crate from outside: reference outputs, laws, refusals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod data;
mod matrix_market;
mod path_laws;
mod path_references;
mod path_scale;
mod reference_graphs;
