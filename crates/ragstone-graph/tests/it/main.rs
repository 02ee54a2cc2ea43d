//! The crate from outside: reference outputs, laws, refusals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "analysis")]
mod analysis;
mod central_laws;
mod central_references;
mod citation;
mod coloring;
mod communities;
mod community_references;
mod data;
mod drawing;
mod embedding;
mod flow;
#[cfg(feature = "format")]
mod format;
mod isomorphism;
mod lagraph;
mod matching;
mod matrix_market;
mod miserables;
mod naive;
mod path_laws;
mod path_references;
mod path_scale;
#[cfg(feature = "format")]
mod property;
mod reference_graphs;
mod robustness;
mod sample;
mod similarity;
