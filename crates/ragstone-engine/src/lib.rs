#![doc = include_str!("../README.md")]

pub mod config;
pub mod evaluation;
pub mod ingest;

mod citation;
mod collections;
mod documents;
mod engine;
mod passage_terms;
mod projection;
mod search;
mod stage;
mod status;
mod stores;

pub use crate::config::EngineConfig;
pub use crate::engine::Engine;
pub use crate::ingest::{IngestProgress, NoProgress};
pub use crate::projection::CHUNK_INDEX;
pub use crate::status::Inventory;
pub use crate::stores::Stores;
