//! What an engine works on: the stores, the time, fresh ids.

use std::fmt;
use std::sync::Arc;

use ragstone_core::port::{
    DynCatalog, DynChunkIndex, DynEmbedder, DynJobStore, DynLeases, DynReadThrough, DynReranker,
};
use ragstone_core::{Clock, IdSource};

use crate::models::ModelSource;

/// What an engine works on.
#[derive(Clone)]
pub struct Stores {
    /// System of record.
    pub catalog: Arc<dyn DynCatalog>,
    /// Chunk index, a projection of the catalog.
    pub index: Arc<dyn DynChunkIndex>,
    /// Work in the background that outlives the process.
    pub jobs: Arc<dyn DynJobStore>,
    /// Decides which of several processes projects into an index that they share; none where this process is alone.
    pub leases: Option<Arc<dyn DynLeases>>,
    /// Decides which of several processes on one catalog embeds passages and gathers words; none where this process is alone.
    pub embedding_leases: Option<Arc<dyn DynLeases>>,
    /// The model of the semantic leg; without one search is by keyword.
    pub embedder: Option<Arc<dyn DynEmbedder>>,
    /// Opens the models that collections name; without it the model above is the only one.
    pub models: Option<Arc<dyn ModelSource>>,
    /// The model that reads the best candidates again, for searches that ask for it.
    pub reranker: Option<Arc<dyn DynReranker>>,
    /// Answers of searches that are kept; `None` computes each one.
    pub answers: Option<Arc<dyn DynReadThrough>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn IdSource>,
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").finish_non_exhaustive()
    }
}
