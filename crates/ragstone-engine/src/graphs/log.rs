//! The log of one graph, as far as it was read.

use std::sync::Arc;

use ragstone_core::graph::{GraphEntry, GraphKind, GraphVersion, MAX_PARTS_READ, PartPlace, StoredPart};
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, Error, ErrorKind, GraphId, Result};
use ragstone_graph::Direction;
use ragstone_graph::property::{Delta, PropertyGraph};

use super::blocking;
use super::change::count;
use super::view::{Snapshots, View};

/// Length of a log below which it gets no snapshot.
const LONG_LOG: u64 = 4 << 20;
/// A log that is so many times as long as its last snapshot gets another one, so that snapshots take no more than changes do.
const TIMES: u64 = 2;

/// What was read of a log; a dropped call may leave nothing, and then it is read from its beginning.
#[derive(Default)]
pub(super) struct Log(Option<Reached>);

struct Reached {
    /// Of the last part that was read.
    place: Option<PartPlace>,
    /// Whether that was a part of a snapshot, behind which its others may come. Behind a change those of a snapshot that
    /// was put in its place meanwhile say what is known.
    is_in_snapshot: bool,
    graph: Arc<PropertyGraph>,
    snapshots: Snapshots,
    /// Bytes of the parts of the last snapshot.
    snapshot_len: u64,
    /// Whether nothing was behind it when it was read. A snapshot of many parts is not a graph before its last one.
    is_whole: bool,
}

impl Log {
    /// Reads on until the version of the entry, or a later one, and shows what is there then.
    pub(super) async fn follow(
        &mut self,
        ctx: &CallContext,
        catalog: &dyn DynCatalog,
        entry: &GraphEntry,
    ) -> Result<View> {
        loop {
            match &self.0 {
                Some(reached) if reached.is_whole && reached.version() >= entry.version => {
                    return Ok(reached.view());
                }
                None if entry.version == GraphVersion(0) => self.0 = Some(Reached::empty(entry.kind)),
                _ => self.read_on(ctx, catalog, entry).await?,
            }
        }
    }

    async fn read_on(
        &mut self,
        ctx: &CallContext,
        catalog: &dyn DynCatalog,
        entry: &GraphEntry,
    ) -> Result<()> {
        let after = self.0.as_ref().and_then(|reached| reached.place);
        let parts = catalog.graph_parts(ctx, entry.id, after, MAX_PARTS_READ).await?;
        let is_whole = u32::try_from(parts.len()).is_ok_and(|read| read < MAX_PARTS_READ);
        let Some(last) = parts.last().map(|part| part.place) else {
            return self.end(entry);
        };
        let before = self.0.take().unwrap_or_else(|| Reached::empty(entry.kind));
        let parts: Vec<StoredPart> = parts.into_iter().filter(|part| before.lacks(part)).collect();
        let is_in_snapshot = parts.last().map_or(before.is_in_snapshot, |part| part.is_snapshot);
        let snapshot_len = parts.iter().fold(before.snapshot_len, add_snapshot);
        let (id, kind) = (entry.id, entry.kind);
        let graph = blocking(move || replay(before.graph, kind, id, parts)).await??;
        let (place, snapshots) = (Some(last), Snapshots::default());
        self.0 = Some(Reached { place, is_in_snapshot, graph, snapshots, snapshot_len, is_whole });
        Ok(())
    }

    /// There is nothing more to read.
    fn end(&mut self, entry: &GraphEntry) -> Result<()> {
        match &mut self.0 {
            Some(reached) if reached.version() >= entry.version => {
                reached.is_whole = true;
                Ok(())
            }
            reached => {
                let place = reached.as_ref().and_then(|reached| reached.place);
                Err(corrupt(entry.id, place, "its log ends before its version"))
            }
        }
    }

    /// A change was appended, which made the graph `version`.
    pub(super) async fn appended(&mut self, delta: Delta, version: GraphVersion, id: GraphId) -> Result<()> {
        let Some(before) = self.0.take() else { return Ok(()) };
        let mut graph = before.graph;
        let applying = blocking(move || {
            let applied = Arc::make_mut(&mut graph).apply(delta);
            applied.map(|()| graph).map_err(|source| damaged(id, version, source))
        });
        let graph = applying.await??;
        let place = Some(PartPlace { version, block: 0 });
        let (snapshots, snapshot_len) = (Snapshots::default(), before.snapshot_len);
        self.0 =
            Some(Reached { place, is_in_snapshot: false, graph, snapshots, snapshot_len, is_whole: true });
        Ok(())
    }

    /// Whether a log of so many bytes is to have a new snapshot.
    pub(super) fn is_long(&self, log_len: u64) -> bool {
        let snapshot_len = self.0.as_ref().map_or(0, |reached| reached.snapshot_len);
        log_len >= LONG_LOG.max(TIMES.saturating_mul(snapshot_len))
    }

    /// A snapshot of so many bytes has taken the place of changes.
    pub(super) fn compacted(&mut self, snapshot_len: u64) {
        if let Some(reached) = &mut self.0 {
            reached.snapshot_len = snapshot_len;
        }
    }
}

impl Reached {
    fn empty(kind: GraphKind) -> Self {
        let graph = Arc::new(empty(kind));
        let snapshots = Snapshots::default();
        Self { place: None, is_in_snapshot: false, graph, snapshots, snapshot_len: 0, is_whole: true }
    }

    /// Whether a part that lies behind the last one says something new.
    fn lacks(&self, part: &StoredPart) -> bool {
        self.is_in_snapshot || self.place.is_none_or(|place| place.version < part.place.version)
    }

    fn version(&self) -> GraphVersion {
        self.place.map_or(GraphVersion(0), |place| place.version)
    }

    fn view(&self) -> View {
        View::new(self.version(), Arc::clone(&self.graph), self.snapshots.clone())
    }
}

/// A graph of nothing.
pub(super) fn empty(kind: GraphKind) -> PropertyGraph {
    let direction = if kind.is_directed { Direction::Directed } else { Direction::Undirected };
    PropertyGraph::new(direction, kind.is_multigraph)
}

/// Bytes of the last snapshot with a further part.
fn add_snapshot(len: u64, part: &StoredPart) -> u64 {
    match (part.is_snapshot, part.place.block) {
        (false, _) => len,
        (true, 0) => count(part.bytes.len()),
        (true, _) => len.saturating_add(count(part.bytes.len())),
    }
}

/// Applies parts in order; the first one of a snapshot begins anew.
fn replay(
    mut graph: Arc<PropertyGraph>,
    kind: GraphKind,
    id: GraphId,
    parts: Vec<StoredPart>,
) -> Result<Arc<PropertyGraph>> {
    for part in parts {
        if part.is_snapshot && part.place.block == 0 {
            graph = Arc::new(empty(kind));
        }
        let version = part.place.version;
        let delta = Delta::decode(&part.bytes).map_err(|source| damaged(id, version, source))?;
        Arc::make_mut(&mut graph).apply(delta).map_err(|source| damaged(id, version, source))?;
    }
    Ok(graph)
}

fn damaged(
    id: GraphId,
    version: GraphVersion,
    source: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    let place = Some(PartPlace { version, block: 0 });
    corrupt(id, place, "a part of its log cannot be read").with_source(source)
}

fn corrupt(id: GraphId, place: Option<PartPlace>, what: &'static str) -> Error {
    let error =
        Error::new(ErrorKind::Corrupt, "a graph is damaged").with_detail(what).with_context("graph", id);
    let error = match place {
        Some(place) => error.with_context("version", place.version.0),
        None => error,
    };
    error.with_help("restore the graph from a backup, or delete it")
}
