//! Changing a graph.

use std::sync::Arc;

use ragstone_core::graph::{GraphEntry, GraphVersion, MAX_PART_LEN, NewPart};
use ragstone_core::{CallContext, Error, GraphName, Result, Scope};
use ragstone_graph::property::{Change, Delta, PropertyGraph, Receipt};

use super::log::Log;
use super::view::View;
use super::{check_version, error, is_overtaken, lost};
use crate::engine::Engine;

/// How often a change is made anew because another process was first.
const MOST_ATTEMPTS: u32 = 8;
/// Length of a log below which it has no snapshot.
const LONG_LOG: u64 = 4 << 20;
/// A log that is so many times as long as its last snapshot gets another one, so that snapshots take no more than changes do.
const TIMES: u64 = 2;

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
                Err(error) if is_overtaken(&error, expected) && attempt < MOST_ATTEMPTS => attempt += 1,
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
        let graphs = &self.shared.graphs;
        let held = graphs.shelf.take(entry.id).await;
        // Others who change the same graph wait here; they would only have to begin again.
        let mut log = held.log.lock().await;
        let view = log.follow(ctx, self.catalog(), &entry).await?;
        check_version(view.version, expected)?;
        let version = view.version;
        let Prepared { delta, bytes, receipt } = prepare(view, Arc::clone(change)).await?;
        let part =
            NewPart { bytes, nodes: count(receipt.node_count), edges: count(receipt.edge_count), mark: None };
        let entry = self.catalog().append_to_graph(&ctx.bound(), entry.id, version, part).await?;
        log.appended(delta, entry.version, entry.id).await?;
        let view = log.follow(ctx, self.catalog(), &entry).await?;
        graphs.shelf.weigh(entry.id, &held, view.graph.memory()).await;
        if entry.log_len >= LONG_LOG.max(TIMES.saturating_mul(log.snapshot_len())) {
            self.shorten(ctx, &entry, view, &mut log).await;
        }
        Ok(GraphReceipt { entry, receipt })
    }

    /// Puts a snapshot in the place of a log that has grown long. A failure leaves the log as it is, which is as good.
    async fn shorten(&self, ctx: &CallContext, entry: &GraphEntry, view: View, log: &mut Log) {
        let outcome = async {
            let version = view.version;
            let parts = snapshot(view.graph).await?;
            let len = parts.iter().map(|part| count(part.len())).sum();
            self.catalog().compact_graph(ctx, entry.id, version, parts).await?;
            Ok::<u64, Error>(len)
        };
        match outcome.await {
            Ok(len) => log.compacted(len),
            Err(error) => tracing::warn!(graph.id = %entry.id, %error, "the log of a graph stays long"),
        }
    }
}

/// Looks at a change on a thread that may take its time.
async fn prepare(view: View, change: Arc<Change>) -> Result<Prepared> {
    let preparing = tokio::task::spawn_blocking(move || {
        let resolved = view.graph.resolve(&change).map_err(error::of_change)?;
        let bytes = resolved.delta.encode();
        if bytes.len() > MAX_PART_LEN {
            return Err(too_long(bytes.len()));
        }
        Ok(Prepared { delta: resolved.delta, bytes, receipt: resolved.receipt })
    });
    preparing.await.map_err(lost)?
}

/// The parts that make the graph of nothing.
pub(super) async fn snapshot(graph: Arc<PropertyGraph>) -> Result<Vec<Vec<u8>>> {
    let cutting =
        tokio::task::spawn_blocking(move || graph.snapshot_parts(MAX_PART_LEN).map_err(error::of_delta));
    cutting.await.map_err(lost)?
}

fn too_long(len: usize) -> Error {
    Error::new(ragstone_core::ErrorKind::TooLarge, "the change is larger than one may be")
        .with_context("bytes", len)
        .with_context("most", MAX_PART_LEN)
        .with_help("send it in several calls, or import it as a file")
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
