//! Collections: create, look at, delete.

use ragstone_core::collection::{Collection, KeywordSettings, NewCollection};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::report::CollectionOverview;
use ragstone_core::request::CreateCollection;
use ragstone_core::{CallContext, CollectionId, CollectionName, Error, ErrorKind, Result, Scope, Sequence};

use crate::engine::Engine;

/// Longest description in bytes.
pub(crate) const MAX_DESCRIPTION_LEN: usize = 1024;

impl Engine {
    /// Creates a collection; an existing name is `AlreadyExists`.
    pub async fn create_collection(&self, ctx: &CallContext, new: CreateCollection) -> Result<Collection> {
        self.create(&ctx.bound(), new).await
    }

    async fn create(&self, ctx: &CallContext, new: CreateCollection) -> Result<Collection> {
        ctx.principal().require(Scope::Write)?;
        new.keyword.check()?;
        if new.description.len() > MAX_DESCRIPTION_LEN {
            let rule = format!("must have at most {MAX_DESCRIPTION_LEN} bytes");
            return Err(Error::invalid("description", rule));
        }
        let id = CollectionId::from_uuid(self.shared.stores.ids.fresh());
        let CreateCollection { name, description, keyword } = new;
        let new = NewCollection { id, name, description, keyword };
        let collection = self.catalog().create_collection(ctx, new).await?;
        self.wake();
        Ok(collection)
    }

    /// Looks at a collection, with the sizes of what the caller may read; a missing one is `NotFound`.
    pub async fn collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<CollectionOverview> {
        ctx.principal().require(Scope::Read)?;
        let collection = self.find_collection(ctx, name).await?;
        let statistics = self.catalog().statistics(ctx, collection.id).await?;
        Ok(CollectionOverview { collection, statistics })
    }

    /// Lists collections by name, with the sizes of what the caller may read.
    pub async fn collections(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CollectionOverview>> {
        ctx.principal().require(Scope::Read)?;
        let Page { items, next } = self.catalog().collections(ctx, page).await?;
        let mut overviews = Vec::with_capacity(items.len());
        for collection in items {
            let statistics = self.catalog().statistics(ctx, collection.id).await?;
            overviews.push(CollectionOverview { collection, statistics });
        }
        Ok(Page { items: overviews, next })
    }

    /// Deletes a collection with all its documents; a missing one is `NotFound`.
    pub async fn delete_collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Sequence> {
        ctx.principal().require(Scope::Admin)?;
        let sequence = self.catalog().delete_collection(&ctx.bound(), name).await?;
        self.wake();
        // Nobody can be given them any more; their texts must not stay.
        self.forget_answers(ctx).await;
        Ok(sequence)
    }

    pub(crate) async fn find_collection(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
    ) -> Result<Collection> {
        self.catalog().collection(ctx, name).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => error.with_help("list the collections, or create this one first"),
            _ => error,
        })
    }

    /// Finds the collection that a write goes to; the collection `default` is made when it is missing.
    pub(crate) async fn collection_for_write(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
    ) -> Result<Collection> {
        match self.find_collection(ctx, name).await {
            Err(error) if error.kind() == ErrorKind::NotFound && *name == CollectionName::default() => {
                let created = self.create(ctx, default_collection()).await;
                match created {
                    Err(race) if race.kind() == ErrorKind::AlreadyExists => {
                        self.find_collection(ctx, name).await
                    }
                    outcome => outcome,
                }
            }
            outcome => outcome,
        }
    }
}

/// The collection that exists from the start.
pub(crate) fn default_collection() -> CreateCollection {
    CreateCollection {
        name: CollectionName::default(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    }
}
