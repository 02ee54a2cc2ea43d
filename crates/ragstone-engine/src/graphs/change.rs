//! Changing a graph.

use std::sync::Arc;

use ragstone_core::graph::{GraphEntry, GraphVersion, MAX_PART_LEN, NewPart};
use ragstone_core::{CallContext, Error, ErrorKind, GraphName, Result, Scope};
use ragstone_graph::property::{Change, Delta, PropertyGraph, Receipt};

use super::view::View;
use super::{blocking, check_version, error};
use crate::engine::Engine;

/// How often a change is made anew because another process was first.
const MOST_ATTEMPTS: u32 = 8;

/// A change of a graph.
#[derive(Clone, Debug)]
pub struct GraphChange {
    /// What is to become of it. All of it happens or nothing.
    pub change: Change,
    /// The version that it has to be made on; the last one where `None`.
    pub expected: Option<GraphVersion>,
}

/// What came of a change.
#[derive(Clone, Debug)]
pub struct GraphReceipt {
    /// The graph afterwards.
    pub entry: GraphEntry,
    /// What became of nodes and edges.
    pub receipt: Receipt,
}

/// A change that fits a version.
struct Prepared {
    delta: Delta,
    bytes: Vec<u8>,
    receipt: Receipt,
}

impl Engine {
    /// Changes a graph, durably; it is one version newer then, also where all was as wanted before.
    ///
    /// `NotFound` for a missing graph, node or edge, `InvalidArgument` and `AlreadyExists` for what the change is refused for,
    /// `FailedPrecondition` for a graph of the wrong kind, `TooLarge` for a change of more than 8 MiB as it is stored, and
    /// `Conflict` for a graph that is at another version than was expected.
    pub async fn change_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        change: GraphChange,
    ) -> Result<GraphReceipt> {
        ctx.principal().require(Scope::Write)?;
        let GraphChange { change, expected } = change;
        let change = Arc::new(change);
        let mut attempt = 1;
        loop {
            match self.try_change(ctx, name, &change, expected).await {
                // Another process was first; the change may fit what it has made of the graph.
                Err(error)
                    if error.kind() == ErrorKind::Conflict
                        && expected.is_none()
                        && attempt < MOST_ATTEMPTS =>
                {
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn try_change(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        change: &Arc<Change>,
        expected: Option<GraphVersion>,
    ) -> Result<GraphReceipt> {
        let entry = self.catalog().graph(ctx, name).await?;
        if let Some(earlier) = self.earlier_change(ctx, &entry).await {
            return Ok(GraphReceipt::repeated(earlier));
        }
        let graphs = &self.shared.graphs;
        let held = graphs.shelf.take(entry.id).await;
        // Others who change the same graph wait here; they would only have to begin again.
        let mut log = self.lock(ctx, &held).await?;
        let view = log.follow(ctx, self.catalog(), &entry).await?;
        check_version(view.version, expected)?;
        let version = view.version;
        let Prepared { delta, bytes, receipt } = prepare(view, Arc::clone(change)).await?;
        let (nodes, edges) = (count(receipt.node_count), count(receipt.edge_count));
        let part = NewPart { bytes, nodes, edges, mark: None };
        let entry = self.catalog().append_to_graph(&ctx.bound(), entry.id, version, part).await?;
        if entry.version.0 != version.0.saturating_add(1) {
            // The answer to an earlier request of the same key: nothing was appended.
            return Ok(GraphReceipt::repeated(entry));
        }
        log.appended(delta, entry.version, entry.id).await?;
        let view = log.follow(ctx, self.catalog(), &entry).await?;
        let is_long = log.is_long(entry.log_len);
        drop(log);
        graphs.shelf.weigh(entry.id, &held, &view).await;
        if is_long {
            self.compact(&entry, view, held);
        }
        Ok(GraphReceipt { entry, receipt })
    }

    /// What a request of the same key has made of the graph before, whatever has become of it since.
    ///
    /// Asked for by a change of a version that no graph has, which is refused unless the key is known.
    async fn earlier_change(&self, ctx: &CallContext, entry: &GraphEntry) -> Option<GraphEntry> {
        ctx.claim()?;
        let part = NewPart { bytes: vec![0], nodes: 0, edges: 0, mark: None };
        let none = GraphVersion(i64::MAX.unsigned_abs());
        self.catalog().append_to_graph(&ctx.bound(), entry.id, none, part).await.ok()
    }
}

impl GraphReceipt {
    /// The answer to a request that was done before: the graph as it was then, and no account of what changed.
    fn repeated(entry: GraphEntry) -> Self {
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let (node_count, edge_count) = (size(entry.nodes), size(entry.edges));
        Self { entry, receipt: Receipt { node_count, edge_count, ..Receipt::default() } }
    }
}

/// Looks at a change on a thread that may take its time.
async fn prepare(view: View, change: Arc<Change>) -> Result<Prepared> {
    blocking(move || {
        let resolved = view.graph.resolve(&change).map_err(error::of_change)?;
        let bytes = resolved.delta.encode();
        if bytes.len() > MAX_PART_LEN {
            return Err(too_long(bytes.len()));
        }
        Ok(Prepared { delta: resolved.delta, bytes, receipt: resolved.receipt })
    })
    .await?
}

/// The parts that make the graph of nothing.
pub(super) async fn snapshot(graph: Arc<PropertyGraph>) -> Result<Vec<Vec<u8>>> {
    blocking(move || graph.snapshot_parts(MAX_PART_LEN).map_err(error::of_delta)).await?
}

fn too_long(len: usize) -> Error {
    Error::new(ErrorKind::TooLarge, "the change is larger than one may be")
        .with_context("bytes", len)
        .with_context("most", MAX_PART_LEN)
        .with_help("send it in several calls, or import it as a file")
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
