//! Words of collections, kept so that misspelt ones can be told from others.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::CollectionId;
use crate::page::{Page, PageRequest};
use crate::word::Word;

/// Words that documents of a collection have had. A projection of the documents: it can be computed from them again.
///
/// Words are only added, until all of a collection are forgotten: that a word is here does not say that any document has
/// it now.
/// Serves the process itself: not limited by access lists.
pub trait WordStore: Send + Sync + 'static {
    /// Adds words to a collection, durably; those that it has stay, and an open one is open for good.
    ///
    /// A missing collection is `NotFound`, a word that is none ([`Word::distinct`]) `InvalidArgument`; the same word
    /// twice and an empty batch are fine. On an error any part of the batch may be stored; adding it again is safe.
    fn add_words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        words: Vec<Word>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Forgets all words of a collection, durably; a missing collection is `NotFound`, one without words is fine.
    ///
    /// On an error any part of them may be forgotten.
    fn forget_words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Lists the words of a collection by the bytes of their texts; a missing collection is `NotFound`.
    ///
    /// An `after` key need not exist.
    fn words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<Word>>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`WordStore`].
    pub trait DynWordStore for WordStore {
        async fn add_words<'a>(ctx: &'a CallContext, collection: CollectionId, words: Vec<Word>) -> ();
        async fn forget_words<'a>(ctx: &'a CallContext, collection: CollectionId) -> ();
        async fn words<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            page: &'a PageRequest,
        ) -> Page<Word>;
    }
}
