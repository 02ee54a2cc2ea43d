//! The port of graphs with layers.

use ragstone_core::graph::{GraphEntry, GraphVersion, NewGraph, NewPart, PartPlace, StoredPart};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::{DynCatalog, GraphStore};
use ragstone_core::{CallContext, GraphId, GraphName, Result};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const GRAPHS: &str = "graph-store";

impl<A: Around> GraphStore for Layered<dyn DynCatalog, A> {
    /// Not repeated: a second attempt would find the graph of the first.
    async fn create_graph(&self, ctx: &CallContext, new: NewGraph) -> Result<GraphEntry> {
        let call = Call::new(GRAPHS, "create_graph");
        self.around.once(call, ctx, self.inner.create_graph(ctx, new)).await
    }

    async fn graph(&self, ctx: &CallContext, name: &GraphName) -> Result<GraphEntry> {
        let call = Call::new(GRAPHS, "graph").reading();
        self.around.repeatable(call, ctx, || self.inner.graph(ctx, name)).await
    }

    async fn graphs(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<GraphEntry>> {
        let call = Call::new(GRAPHS, "graphs").reading();
        self.around.repeatable(call, ctx, || self.inner.graphs(ctx, page)).await
    }

    /// Not repeated: a second attempt would miss the graph.
    async fn rename_graph(&self, ctx: &CallContext, name: &GraphName, to: &GraphName) -> Result<GraphEntry> {
        let call = Call::new(GRAPHS, "rename_graph");
        self.around.once(call, ctx, self.inner.rename_graph(ctx, name, to)).await
    }

    /// Not repeated: a second attempt would miss the graph, or delete a new one of its name.
    async fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        let call = Call::new(GRAPHS, "delete_graph");
        self.around.once(call, ctx, self.inner.delete_graph(ctx, name)).await
    }

    /// Not repeated: a second attempt would find the version of the first.
    async fn append_to_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        base: GraphVersion,
        part: NewPart,
    ) -> Result<GraphEntry> {
        let call = Call::new(GRAPHS, "append_to_graph");
        self.around.once(call, ctx, self.inner.append_to_graph(ctx, id, base, part)).await
    }

    async fn graph_parts(
        &self,
        ctx: &CallContext,
        id: GraphId,
        after: Option<PartPlace>,
        limit: u32,
    ) -> Result<Vec<StoredPart>> {
        let call = Call::new(GRAPHS, "graph_parts").reading();
        self.around.repeatable(call, ctx, || self.inner.graph_parts(ctx, id, after, limit)).await
    }

    /// Not repeated here: snapshots are large, and who compacts looks again by itself.
    async fn compact_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        through: GraphVersion,
        snapshot: Vec<Vec<u8>>,
    ) -> Result<()> {
        let call = Call::new(GRAPHS, "compact_graph");
        self.around.once(call, ctx, self.inner.compact_graph(ctx, id, through, snapshot)).await
    }
}
