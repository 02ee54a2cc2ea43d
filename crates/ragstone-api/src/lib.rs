#![doc = include_str!("../README.md")]

pub mod access;
pub mod archive;
pub mod citation;
pub mod collection;
pub mod context;
pub mod detail;
pub mod document;
pub mod duplicate;
pub mod facets;
pub mod graph;
pub mod history;
pub mod idempotency;
pub mod ingest;
pub mod job;
pub mod job_options;
pub mod json;
pub mod migration;
pub mod operation;
pub mod page;
pub mod place;
pub mod problem;
pub mod saved_search;
pub mod search;
pub mod similar;
pub mod status;
pub mod suggest;
pub mod tus;
pub mod upload;

mod attribute;
mod time;
