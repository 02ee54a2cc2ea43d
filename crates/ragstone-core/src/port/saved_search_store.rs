//! Searches that are kept under a name.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::SavedSearchName;
use crate::page::{Page, PageRequest};
use crate::saved_search::{NewSavedSearch, SaveReceipt, SavedSearchEntry, StoredSearch};

/// Saved searches of a tenant.
///
/// The store keeps them and looks into none. They belong to the tenant and not to who saved them: not limited by access
/// lists.
pub trait SavedSearchStore: Send + Sync + 'static {
    /// Stores a search, durably, in place of the one of the same name, as saved by `ctx.principal()` now.
    ///
    /// The time of creation of the one that is replaced stays. What fails its check is refused as the check says; one
    /// more than [`MAX_SAVED_SEARCHES`](crate::saved_search::MAX_SAVED_SEARCHES) of the tenant is `FailedPrecondition`,
    /// however many are saved at once. No place in the change feed is taken. Can be bound to a key.
    fn save_search(
        &self,
        ctx: &CallContext,
        new: NewSavedSearch,
    ) -> impl Future<Output = Result<SaveReceipt>> + Send;

    /// Finds a saved search; a missing one is `NotFound`.
    fn saved_search(
        &self,
        ctx: &CallContext,
        name: &SavedSearchName,
    ) -> impl Future<Output = Result<StoredSearch>> + Send;

    /// Lists saved searches by name. An `after` key need not exist.
    fn saved_searches(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<SavedSearchEntry>>> + Send;

    /// Deletes a saved search, durably; a missing one is `NotFound`. Can be bound to a key.
    fn delete_saved_search(
        &self,
        ctx: &CallContext,
        name: &SavedSearchName,
    ) -> impl Future<Output = Result<()>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`SavedSearchStore`].
    pub trait DynSavedSearchStore for SavedSearchStore {
        async fn save_search<'a>(ctx: &'a CallContext, new: NewSavedSearch) -> SaveReceipt;
        async fn saved_search<'a>(ctx: &'a CallContext, name: &'a SavedSearchName) -> StoredSearch;
        async fn saved_searches<'a>(ctx: &'a CallContext, page: &'a PageRequest) -> Page<SavedSearchEntry>;
        async fn delete_saved_search<'a>(ctx: &'a CallContext, name: &'a SavedSearchName) -> ();
    }
}
