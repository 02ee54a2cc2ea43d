#![doc = include_str!("../README.md")]

pub mod access;
pub mod answer;
pub mod archive;
pub mod cache;
pub mod change;
pub mod clock;
pub mod collection;
pub mod context;
pub mod counter;
pub mod date;
pub mod detail;
pub mod document;
pub mod duplicate;
pub mod embedded;
pub mod embedding;
pub mod error;
pub mod explanation;
pub mod facet;
pub mod failpoint;
pub mod filter;
pub mod generation;
pub mod graph;
pub mod history;
pub mod id;
pub mod idempotency;
pub mod index;
pub mod invalidation;
pub mod job;
pub mod lease;
pub mod memory;
pub mod metadata;
pub mod model_context;
pub mod page;
pub mod port;
pub mod principal;
pub mod query;
pub mod report;
pub mod request;
pub mod saved_search;
pub mod similar;
pub mod span;
pub mod stamp;
pub mod suggestion;
pub mod upload;
pub mod word;

pub use crate::access::{AccessList, Reader};
pub use crate::clock::{Clock, IdSource, SystemClock, Timestamp};
pub use crate::context::CallContext;
pub use crate::error::{Error, ErrorKind, Result, Retry};
pub use crate::filter::Filter;
pub use crate::id::{
    ChunkId, CollectionId, CollectionName, Digest, DocumentId, DocumentVersion, GenerationId, GraphId,
    GraphName, HolderId, JobId, KeyedRequestId, SavedSearchName, Sequence, SourceUri, TenantId, UploadId,
};
pub use crate::principal::{Principal, Scope};
pub use crate::query::{SearchDefinition, SearchMode, SearchOptions, SearchQuery};
pub use crate::span::{ByteSpan, LineRange, PageRange};
