//! The ports: what the engine asks of a store, and the laws that every adapter obeys.
//!
//! Adapters implement the author-facing traits with `async fn`; the rest of the workspace holds
//! `Arc<dyn Dyn…>`, the object-safe twins, which every adapter gets for free.
//!
//! Laws of every method of every port:
//!
//! - **Cancel-safety.** Dropping the future leaves the store as if the call had either not begun or finished,
//!   and never disturbs another call.
//! - **Tenancy.** Only data of `ctx.tenant()` is read or written; what belongs to another tenant is `NotFound`,
//!   as if it did not exist. Methods that serve projectors say that they are exempt.
//! - **Refusal.** What the adapter cannot honour is `Unsupported`, never ignored.
//! - **Bound writes.** A method that says that it can be bound to a key looks at
//!   [`CallContext::bound_claim`](crate::CallContext::bound_claim): with one, what it did is kept in the same
//!   transaction ([`IdempotencyStore`]), and a later call under the same key answers with that and does nothing.
//!   A claim that was lost is `Conflict`, and nothing is written. Other methods do not look.
//! - **Errors.** A backend that cannot be reached is `Unavailable`; a passed deadline is `DeadlineExceeded`;
//!   stored data that contradicts itself is `Corrupt`.

use std::future::Future;
use std::pin::Pin;

pub use self::cache::{Cache, DynCache};
pub use self::catalog::{
    ChangeFeed, CollectionStore, DocumentStore, DynCatalog, DynChangeFeed, DynCollectionStore,
    DynDocumentStore,
};
pub use self::counter::{Counters, DynCounters};
pub use self::duplicate_store::{DuplicateStore, DynDuplicateStore};
pub use self::embedding_store::{DynEmbeddingStore, EmbeddingStore};
pub use self::graph_store::{DynGraphStore, GraphStore};
pub use self::history_store::{DynHistoryStore, HistoryStore};
pub use self::idempotency_store::{DynIdempotencyStore, IdempotencyStore};
pub use self::index::{ChunkIndex, DynChunkIndex};
pub use self::invalidation::{DynInvalidations, Invalidations};
pub use self::job_queue::{DynJobQueue, JobQueue};
pub use self::lease::{DynLeases, Leases};
pub use self::model::{DynEmbedder, DynReranker, Embedder, Reranker};
pub use self::read_through::{DynReadThrough, Loaded, ReadThrough};
pub use self::saved_search_store::{DynSavedSearchStore, SavedSearchStore};
pub use self::token_counter::{DynTokenCounter, TokenCounter};
pub use self::upload_store::{DynJobStore, DynUploadStore, UploadStore};
pub use self::word_store::{DynWordStore, WordStore};

mod cache;
mod catalog;
mod counter;
mod duplicate_store;
mod embedding_store;
mod graph_store;
mod history_store;
mod idempotency_store;
mod index;
mod invalidation;
mod job_queue;
mod lease;
mod model;
mod read_through;
mod saved_search_store;
mod token_counter;
mod upload_store;
mod word_store;

/// A boxed future, as the object-safe twins return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Declares the object-safe twin of a port and implements it for every adapter.
macro_rules! dyn_twin {
    (
        $(#[$meta:meta])*
        pub trait $twin:ident for $port:ident {
            $(fn $plain:ident() -> $plain_result:ty;)*
            $(async fn $name:ident<$lt:lifetime>($($arg:ident: $arg_type:ty),* $(,)?) -> $result:ty;)*
        }
    ) => {
        $(#[$meta])*
        pub trait $twin: Send + Sync + 'static {
            $(
                #[doc = concat!("See [`", stringify!($port), "::", stringify!($plain), "`].")]
                fn $plain(&self) -> $plain_result;
            )*
            $(
                #[doc = concat!("See [`", stringify!($port), "::", stringify!($name), "`].")]
                fn $name<$lt>(&$lt self, $($arg: $arg_type),*) -> $crate::port::BoxFuture<$lt, $crate::error::Result<$result>>;
            )*
        }

        impl<P: $port> $twin for P {
            $(
                fn $plain(&self) -> $plain_result {
                    $port::$plain(self)
                }
            )*
            $(
                fn $name<$lt>(&$lt self, $($arg: $arg_type),*) -> $crate::port::BoxFuture<$lt, $crate::error::Result<$result>> {
                    Box::pin($port::$name(self, $($arg),*))
                }
            )*
        }
    };
}
use dyn_twin;
