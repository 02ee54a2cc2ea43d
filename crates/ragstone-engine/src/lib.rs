#![doc = include_str!("../README.md")]

pub mod config;
pub mod evaluation;
pub mod ingest;

mod analyzers;
mod answering;
mod background;
mod citation;
mod collections;
mod context;
mod counting;
mod detail;
mod documents;
mod embedding;
mod engine;
mod facets;
mod jobs;
mod leadership;
mod marks;
mod migration;
mod models;
mod passage_terms;
mod patience;
mod projection;
mod saved_searches;
mod search;
mod semantics;
mod stage;
mod status;
mod stores;
mod troubles;
mod vocabulary;
mod words;

pub use crate::config::{EngineConfig, JobsConfig};
pub use crate::counting::TokenCounters;
pub use crate::engine::Engine;
pub use crate::ingest::{Extractor, InProcess, IngestProgress, NoProgress};
pub use crate::models::ModelSource;
pub use crate::projection::CHUNK_INDEX;
pub use crate::status::Inventory;
pub use crate::stores::Stores;
