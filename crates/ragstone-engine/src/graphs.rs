//! Named graphs: create, list, rename, delete. What they hold is read, changed and computed on in the modules below.

use std::fmt;

use ragstone_core::graph::{self, GraphEntry, GraphVersion, NewGraph};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::{CallContext, Error, ErrorKind, GraphId, GraphName, Result, Scope};
use ragstone_graph::Watch;
use tokio::sync::MutexGuard;
use tokio_util::task::TaskTracker;

use self::log::Log;
use self::pool::GraphPool;
use self::shelf::{Held, Shelf};
use self::view::View;
use crate::engine::Engine;

mod analysis;
mod change;
mod compaction;
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

/// Graphs in memory, the threads that compute on them, and what shortens their logs.
pub(crate) struct Graphs {
    shelf: Shelf,
    pool: GraphPool,
    compactions: TaskTracker,
}

impl Graphs {
    /// Starts the threads; `Unavailable` where the system gives none.
    pub(crate) fn start(config: &GraphsConfig) -> Result<Self> {
        let shelf = Shelf::new(config.kept_bytes);
        Ok(Self { shelf, pool: GraphPool::start(config)?, compactions: TaskTracker::new() })
    }

    /// Waits for logs that are being shortened.
    pub(crate) async fn stop(&self) {
        self.compactions.close();
        self.compactions.wait().await;
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
        let (kind, content) = match content {
            GraphContent::Empty(kind) => (kind, None),
            content => {
                self.check_name(ctx, &name).await?;
                let (kind, content) = self.make_content(ctx, content).await?;
                (kind, Some(content))
            }
        };
        let new = NewGraph { id, name, description, kind, content };
        self.catalog().create_graph(&ctx.bound(), new).await
    }

    /// Refuses a name that is taken before content is made for it. A request that is repeated may have taken it itself.
    async fn check_name(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        if ctx.claim().is_some() {
            return Ok(());
        }
        match self.catalog().graph(ctx, name).await {
            Ok(entry) => Err(graph::exists(&entry.name)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
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

    /// Deletes a graph with all that it holds; a missing one is `NotFound`. What is in memory of it leaves after some minutes.
    pub async fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        ctx.principal().require(Scope::Write)?;
        self.catalog().delete_graph(&ctx.bound(), name).await
    }

    /// The last version of a graph.
    async fn graph_view(&self, ctx: &CallContext, name: &GraphName) -> Result<View> {
        let entry = self.catalog().graph(ctx, name).await?;
        self.view_of(ctx, &entry).await
    }

    /// The version of the entry, or a later one.
    async fn view_of(&self, ctx: &CallContext, entry: &GraphEntry) -> Result<View> {
        let graphs = &self.shared.graphs;
        let held = graphs.shelf.take(entry.id).await;
        let view = self.lock(ctx, &held).await?.follow(ctx, self.catalog(), entry).await?;
        graphs.shelf.weigh(entry.id, &held, &view).await;
        Ok(view)
    }

    /// Runs a computation on the threads of graphs, until the deadline of the call or until it is dropped.
    async fn compute<T: Send + 'static>(
        &self,
        ctx: &CallContext,
        work: impl FnOnce(&Watch) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.shared.graphs.pool.run(ctx, &self.shared.stores.clock, work).await
    }

    /// Waits for a graph that others read or change, until the deadline of the call.
    async fn lock<'h>(&self, ctx: &CallContext, held: &'h Held) -> Result<MutexGuard<'h, Log>> {
        let late = |_| Error::new(ErrorKind::DeadlineExceeded, "others used the graph for too long");
        match ctx.remaining(self.clock())? {
            Some(left) => tokio::time::timeout(left, held.log.lock()).await.map_err(late),
            None => Ok(held.log.lock().await),
        }
    }
}

/// Refuses a graph that is not at the version that the caller expects.
fn check_version(found: GraphVersion, expected: Option<GraphVersion>) -> Result<()> {
    match expected {
        Some(expected) if expected != found => Err(graph::changed(found, expected)),
        _ => Ok(()),
    }
}

/// Does work on a graph on a thread that may take its time.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let lost = |lost| crate::panics::of_lost("work on a graph ended badly", lost);
    tokio::task::spawn_blocking(work).await.map_err(lost)
}
