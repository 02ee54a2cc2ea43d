#![doc = include_str!("../README.md")]

pub use crate::config::{QdrantConfig, ReadConsistency};
pub use crate::dense::{DenseConfig, HnswSettings, ProductCompression, Quantization};
pub use crate::fusion::{FusedQuery, Fusion, fuse};
pub use crate::index::QdrantIndex;
pub use crate::version::ServerVersion;

mod batch;
mod condition;
mod config;
mod connection;
mod dense;
mod facet;
mod fault;
mod fusion;
mod index;
mod name;
mod point;
mod question;
mod schema;
mod search;
mod slot;
mod state;
mod statistics;
mod store;
mod target;
mod version;

/// The crate whose types stand in the signatures, in the version that fits.
pub use ragstone_core;
