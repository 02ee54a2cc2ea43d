//! Saved searches: keep, look at, run, delete.

use ragstone_core::answer::FacetedAnswer;
use ragstone_core::facet::FacetsRequest;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::request::{RunSavedSearch, SaveSearch};
use ragstone_core::saved_search::{NewSavedSearch, SaveReceipt, SavedSearch, SavedSearchEntry};
use ragstone_core::{CallContext, Result, SavedSearchName, Scope, SearchDefinition};

use crate::detail::check_detail;
use crate::engine::Engine;

mod form;

impl Engine {
    /// Keeps a search under a name, in place of the one that has the name.
    ///
    /// It is checked as a search of the caller is, and refused with the errors of
    /// [`search_defined`](Self::search_defined), but nothing is asked of an index or a model. Besides,
    /// `FailedPrecondition` where the tenant has as many as it may have, and `TooLarge` for one that is too long to keep.
    pub async fn save_search(&self, ctx: &CallContext, new: SaveSearch) -> Result<SaveReceipt> {
        ctx.principal().require(Scope::Write)?;
        let SaveSearch { name, description, search } = new;
        self.check_definition(ctx, &search).await?;
        let form = form::write(&search)?;
        let new = NewSavedSearch { name, description, query: search.text, form };
        self.catalog().save_search(&ctx.bound(), new).await
    }

    /// Lists saved searches by name.
    pub async fn saved_searches(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<SavedSearchEntry>> {
        ctx.principal().require(Scope::Read)?;
        self.catalog().saved_searches(ctx, page).await
    }

    /// Looks at a saved search; a missing one is `NotFound`.
    ///
    /// One that a version saved whose form this one does not read is `FailedPrecondition`.
    pub async fn saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<SavedSearch> {
        ctx.principal().require(Scope::Read)?;
        let stored = self.catalog().saved_search(ctx, name).await?;
        let search = form::read(&stored).map_err(|error| error.with_context("search", name))?;
        Ok(SavedSearch { entry: stored.entry, search })
    }

    /// Runs a saved search for the caller, who finds what this caller may read, whoever saved it.
    ///
    /// Answers as [`search_defined`](Self::search_defined) does, one catalog read later. Errors are its own and those of
    /// [`saved_search`](Self::saved_search).
    pub async fn run_saved_search(
        &self,
        ctx: &CallContext,
        name: &SavedSearchName,
        run: RunSavedSearch,
    ) -> Result<FacetedAnswer> {
        let mut search = self.saved_search(ctx, name).await?.search;
        search.limit = run.limit.unwrap_or(search.limit);
        self.search_defined(ctx, &search, run.min_sequence).await
    }

    /// Deletes a saved search; a missing one is `NotFound`.
    pub async fn delete_saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<()> {
        ctx.principal().require(Scope::Write)?;
        self.catalog().delete_saved_search(&ctx.bound(), name).await
    }

    async fn check_definition(&self, ctx: &CallContext, definition: &SearchDefinition) -> Result<()> {
        let query = definition.query()?;
        let counting = FacetsRequest::beside(&query, definition.facets.clone())?;
        check_detail(&query, definition.detail)?;
        let collections = self.check_search(ctx, &query).await?;
        match counting {
            Some(request) => self.check_facets(ctx, &request, &collections).await,
            None => Ok(()),
        }
    }
}
