#![doc = include_str!("../README.md")]

pub use crate::config::EdgeIndexConfig;
pub use crate::index::EdgeIndex;

mod condition;
mod config;
mod fault;
mod folder;
mod index;
mod point;
mod registry;
mod shard;
mod statistics;
mod upkeep;

/// The crate whose types stand in the signatures, in the version that fits.
pub use ragstone_core;
