//! One module for each word of the command line.

pub(crate) mod bench;
pub(crate) mod collections;
pub(crate) mod config;
pub(crate) mod context;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod eval;
pub(crate) mod facets;
pub(crate) mod generate;
pub(crate) mod graphs;
pub(crate) mod ingest;
pub(crate) mod jobs;
pub(crate) mod mcp;
pub(crate) mod model;
pub(crate) mod search;
pub(crate) mod searches;
pub(crate) mod serve;
pub(crate) mod sources;
pub(crate) mod suggest;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod transfer;
pub(crate) mod up;
pub(crate) mod version;
