//! Named graphs: create, list, rename, delete. What they hold is read, changed and computed on in the modules below.

use std::fmt;
use std::sync::Arc;

use ragstone_core::graph::{self, GraphEntry, GraphKind, GraphVersion, NewGraph};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::{CallContext, Error, ErrorKind, GraphId, GraphName, Result, Scope};

use self::pool::GraphPool;
use self::shelf::Shelf;
use self::view::View;
use crate::engine::Engine;

mod analysis;
mod change;
mod config;
mod content;
mod error;
mod file;
mod log;
mod pool;
mod query;
mod shelf;
mod view;

pub use self::analysis::{AnalyzedGraph, AnnotatedGraph, GraphAnalysis, GraphPicture};
pub use self::change::{GraphChange, GraphReceipt};
pub use self::config::GraphsConfig;
pub use self::content::GraphContent;
pub use self::file::{GraphFileOptions, graph_format};
pub use self::query::{FoundGraph, GraphSchema, MAX_FOUND};

/// A graph to create.
#[derive(Clone, Debug)]
pub struct CreateGraph {
    /// Name, unique within the tenant.
    pub name: GraphName,
    /// What it is about.
    pub description: String,
    /// What it holds from the start.
    pub content: GraphContent,
}

/// Graphs in memory, and the threads that compute on them.
pub(crate) struct Graphs {
    shelf: Shelf,
    pool: GraphPool,
}

impl Graphs {
    /// Starts the threads; `Unavailable` where the system gives none.
    pub(crate) fn start(config: &GraphsConfig) -> Result<Self> {
        Ok(Self { shelf: Shelf::new(config.kept_bytes), pool: GraphPool::start(config)? })
    }
}

impl fmt::Debug for Graphs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graphs").finish_non_exhaustive()
    }
}

impl Engine {
    /// Lists graphs by name.
    pub async fn graphs(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<GraphEntry>> {
        ctx.principal().require(Scope::Read)?;
        self.catalog().graphs(ctx, page).await
    }

    /// Looks at a graph; a missing one is `NotFound`.
    pub async fn graph(&self, ctx: &CallContext, name: &GraphName) -> Result<GraphEntry> {
        ctx.principal().require(Scope::Read)?;
        self.catalog().graph(ctx, name).await
    }

    /// Creates a graph with what it holds from the start, which can be seen as a whole or not at all.
    ///
    /// A name that is taken is `AlreadyExists`, one graph too many `FailedPrecondition`; the rest is what its content is refused
    /// for. Content is made before anything is stored.
    pub async fn create_graph(&self, ctx: &CallContext, new: CreateGraph) -> Result<GraphEntry> {
        ctx.principal().require(Scope::Write)?;
        let CreateGraph { name, description, content } = new;
        let id = GraphId::from_uuid(self.shared.stores.ids.fresh());
        let entry = |kind| NewGraph { id, name: name.clone(), description: description.clone(), kind };
        if let GraphContent::Empty(kind) = content {
            return self.catalog().create_graph(&ctx.bound(), entry(kind)).await;
        }
        let graph = self.make_content(ctx, content).await?;
        let kind = GraphKind { is_directed: graph.is_directed(), is_multigraph: graph.is_multigraph() };
        self.create_filled(ctx, entry(kind), graph).await
    }

    /// Gives a graph another name, at which its version stays. A taken name is `AlreadyExists`, a missing graph `NotFound`.
    pub async fn rename_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        to: &GraphName,
    ) -> Result<GraphEntry> {
        ctx.principal().require(Scope::Write)?;
        self.catalog().rename_graph(&ctx.bound(), name, to).await
    }

    /// Deletes a graph with all that it holds; a missing one is `NotFound`.
    pub async fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        ctx.principal().require(Scope::Write)?;
        let id = self.catalog().graph(ctx, name).await?.id;
        self.catalog().delete_graph(&ctx.bound(), name).await?;
        self.shared.graphs.shelf.forget(id).await;
        Ok(())
    }

    /// The last version of a graph.
    async fn graph_view(&self, ctx: &CallContext, name: &GraphName) -> Result<(GraphEntry, View)> {
        let entry = self.catalog().graph(ctx, name).await?;
        let view = self.view_of(ctx, &entry).await?;
        Ok((entry, view))
    }

    /// The version of the entry, or a later one.
    async fn view_of(&self, ctx: &CallContext, entry: &GraphEntry) -> Result<View> {
        let graphs = &self.shared.graphs;
        let held = graphs.shelf.take(entry.id).await;
        let view = held.log.lock().await.follow(ctx, self.catalog(), entry).await?;
        graphs.shelf.weigh(entry.id, &held, view.graph.memory()).await;
        Ok(view)
    }
}

/// Refuses a graph that is not at the version that the caller expects.
fn check_version(found: GraphVersion, expected: Option<GraphVersion>) -> Result<()> {
    match expected {
        Some(expected) if expected != found => Err(graph::changed(found, expected)),
        _ => Ok(()),
    }
}

/// Work on a graph ended without a word.
fn lost(lost: tokio::task::JoinError) -> Error {
    crate::panics::of_lost("work on a graph ended badly", lost)
}

/// Whether a change may be made again on what another process has made of the graph.
fn is_overtaken(error: &Error, expected: Option<GraphVersion>) -> bool {
    error.kind() == ErrorKind::Conflict && expected.is_none()
}

/// The clock, for threads that outlive the call.
fn clock_of(engine: &Engine) -> Arc<dyn ragstone_core::Clock> {
    Arc::clone(&engine.shared.stores.clock)
}
