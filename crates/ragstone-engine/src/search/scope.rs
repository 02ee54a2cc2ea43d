//! Which collections a query looks at.

use std::sync::Arc;

use ragstone_core::collection::Collection;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::query::MAX_SEARCH_COLLECTIONS;
use ragstone_core::{CallContext, CollectionName, Error, Result, SearchQuery};

use crate::engine::Engine;

impl Engine {
    /// Finds the named collections, or all of the tenant when none is named.
    pub(super) async fn collections_in_scope(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
    ) -> Result<Vec<Arc<Collection>>> {
        self.named_collections(ctx, query.collections()).await
    }

    /// Finds these collections, or all of the tenant where there are no names.
    pub(super) async fn named_collections(
        &self,
        ctx: &CallContext,
        names: &[CollectionName],
    ) -> Result<Vec<Arc<Collection>>> {
        if names.is_empty() {
            return self.all_collections(ctx).await;
        }
        let mut names = names.to_vec();
        names.sort_unstable();
        names.dedup();
        let mut found = Vec::with_capacity(names.len());
        for name in &names {
            found.push(Arc::new(self.find_collection(ctx, name).await?));
        }
        Ok(found)
    }

    async fn all_collections(&self, ctx: &CallContext) -> Result<Vec<Arc<Collection>>> {
        let size = u32::try_from(MAX_SEARCH_COLLECTIONS).unwrap_or(u32::MAX);
        let Page { items, next } = self.catalog().collections(ctx, &PageRequest::try_new(size)?).await?;
        if next.is_some() {
            let rule = format!("must be named, because there are more than {MAX_SEARCH_COLLECTIONS}");
            return Err(Error::invalid("collections", rule)
                .with_help("list the collections and name the ones to search"));
        }
        Ok(items.into_iter().map(Arc::new).collect())
    }
}
