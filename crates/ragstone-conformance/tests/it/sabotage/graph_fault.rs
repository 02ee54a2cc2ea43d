//! Graphs of a catalog with one fault.

use ragstone_core::graph::{GraphEntry, GraphVersion, NewGraph, NewPart, PartPlace, StoredPart};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::GraphStore;
use ragstone_core::{CallContext, GraphId, GraphName, Result};

use super::catalog_fault::{CatalogFault, FaultyCatalog};

impl GraphStore for FaultyCatalog {
    async fn create_graph(&self, ctx: &CallContext, new: NewGraph) -> Result<GraphEntry> {
        self.inner.create_graph(&self.ctx(ctx), new).await
    }

    async fn graph(&self, ctx: &CallContext, name: &GraphName) -> Result<GraphEntry> {
        self.inner.graph(&self.ctx(ctx), name).await
    }

    async fn graphs(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<GraphEntry>> {
        let mut listed = self.inner.graphs(&self.ctx(ctx), page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }

    async fn rename_graph(&self, ctx: &CallContext, name: &GraphName, to: &GraphName) -> Result<GraphEntry> {
        self.inner.rename_graph(&self.ctx(ctx), name, to).await
    }

    async fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        self.inner.delete_graph(&self.ctx(ctx), name).await
    }

    async fn append_to_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        mut base: GraphVersion,
        part: NewPart,
    ) -> Result<GraphEntry> {
        let ctx = self.ctx(ctx);
        if self.has(CatalogFault::AppendsToAnyVersion) {
            let page = PageRequest::try_new(1000)?;
            let entries = self.inner.graphs(&ctx, &page).await?.items;
            base = entries.iter().find(|entry| entry.id == id).map_or(base, |entry| entry.version);
        }
        let part = if self.has(CatalogFault::LosesMarks) { NewPart { mark: None, ..part } } else { part };
        self.inner.append_to_graph(&ctx, id, base, part).await
    }

    async fn graph_parts(
        &self,
        ctx: &CallContext,
        id: GraphId,
        after: Option<PartPlace>,
        limit: u32,
    ) -> Result<Vec<StoredPart>> {
        let after = match after {
            // The other blocks of a snapshot are behind it, too.
            Some(place) if self.has(CatalogFault::SkipsBlocks) => {
                Some(PartPlace { block: u32::MAX, ..place })
            }
            after => after,
        };
        self.inner.graph_parts(&self.ctx(ctx), id, after, limit).await
    }

    async fn compact_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        through: GraphVersion,
        snapshot: Vec<Vec<u8>>,
    ) -> Result<()> {
        if self.has(CatalogFault::NeverCompacts) {
            return Ok(());
        }
        self.inner.compact_graph(&self.ctx(ctx), id, through, snapshot).await
    }
}
