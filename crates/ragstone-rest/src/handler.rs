//! Handlers: each turns a request into a call of the engine and the result into an answer.

pub(crate) mod archive;
pub(crate) mod citations;
pub(crate) mod collections;
pub(crate) mod context;
pub(crate) mod documents;
pub(crate) mod duplicates;
pub(crate) mod events;
pub(crate) mod facets;
pub(crate) mod graphs;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod ingest;
pub(crate) mod jobs;
pub(crate) mod migration;
pub(crate) mod reasons;
pub(crate) mod saved_searches;
pub(crate) mod search;
pub(crate) mod similar;
pub(crate) mod status;
pub(crate) mod suggest;
pub(crate) mod upload;
pub(crate) mod uploads;
