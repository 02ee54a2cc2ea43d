//! Graphs in the in-memory catalog.

use std::collections::BTreeMap;

use super::MemoryCatalog;
use super::catalog::{CatalogState, is_behind, page_of};
use crate::clock::Timestamp;
use crate::context::CallContext;
use crate::error::Result;
use crate::graph::{
    GraphEntry, GraphVersion, MAX_GRAPHS, NewGraph, NewPart, PartPlace, StoredPart, check_limit,
    check_snapshot, check_through, exists, not_found, too_many,
};
use crate::id::{GraphId, GraphName};
use crate::page::{Page, PageRequest};
use crate::port::GraphStore;

/// A graph with its log.
#[derive(Debug)]
pub(super) struct StoredGraph {
    entry: GraphEntry,
    parts: BTreeMap<PartPlace, (bool, Vec<u8>)>,
}

impl GraphStore for MemoryCatalog {
    async fn create_graph(&self, ctx: &CallContext, new: NewGraph) -> Result<GraphEntry> {
        new.check()?;
        let now = self.now();
        self.keys().bind(ctx, || self.state().create_graph(ctx, new, now))
    }

    async fn graph(&self, ctx: &CallContext, name: &GraphName) -> Result<GraphEntry> {
        Ok(self.state().named_graph(ctx, name)?.entry.clone())
    }

    async fn graphs(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<GraphEntry>> {
        let state = self.state();
        let own =
            state.graphs.values().map(|stored| &stored.entry).filter(|entry| entry.tenant == *ctx.tenant());
        let mut entries: Vec<&GraphEntry> =
            own.filter(|entry| is_behind(page, entry.name.as_str())).collect();
        entries.sort_unstable_by_key(|entry| &entry.name);
        Ok(page_of(entries.into_iter(), page, |entry| entry.name.to_string()).map(GraphEntry::clone))
    }

    async fn rename_graph(&self, ctx: &CallContext, name: &GraphName, to: &GraphName) -> Result<GraphEntry> {
        self.keys().bind(ctx, || {
            let mut state = self.state();
            let id = state.named_graph(ctx, name)?.entry.id;
            if state.named_graph(ctx, to).is_ok_and(|other| other.entry.id != id) {
                return Err(exists(to));
            }
            let stored = state.own_graph(ctx, id)?;
            stored.entry.name.clone_from(to);
            Ok(stored.entry.clone())
        })
    }

    async fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        self.keys().bind(ctx, || {
            let mut state = self.state();
            let id = state.named_graph(ctx, name)?.entry.id;
            state.graphs.remove(&id);
            Ok(())
        })
    }

    async fn append_to_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        base: GraphVersion,
        part: NewPart,
    ) -> Result<GraphEntry> {
        part.check()?;
        let now = self.now();
        self.keys().bind(ctx, || {
            let mut state = self.state();
            let stored = state.own_graph(ctx, id)?;
            let entry = stored.entry.clone().appended(base, &part, now)?;
            stored.entry = entry.clone();
            stored.parts.insert(PartPlace { version: entry.version, block: 0 }, (false, part.bytes));
            Ok(entry)
        })
    }

    async fn graph_parts(
        &self,
        ctx: &CallContext,
        id: GraphId,
        after: Option<PartPlace>,
        limit: u32,
    ) -> Result<Vec<StoredPart>> {
        let limit = check_limit(limit)? as usize;
        let mut state = self.state();
        let parts = state.own_graph(ctx, id)?.parts.iter();
        let behind = parts.filter(|(place, _)| after.is_none_or(|after| **place > after)).take(limit);
        let stored = |(place, (is_snapshot, bytes)): (&PartPlace, &(bool, Vec<u8>))| StoredPart {
            place: *place,
            is_snapshot: *is_snapshot,
            bytes: bytes.clone(),
        };
        Ok(behind.map(stored).collect())
    }

    async fn compact_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        through: GraphVersion,
        snapshot: Vec<Vec<u8>>,
    ) -> Result<()> {
        check_snapshot(&snapshot)?;
        let mut state = self.state();
        let stored = state.own_graph(ctx, id)?;
        let last_snapshot =
            stored.parts.iter().filter(|(_, (is_snapshot, _))| *is_snapshot).map(|(place, _)| place.version);
        check_through(stored.entry.version, last_snapshot.max(), through)?;
        stored.parts.retain(|place, _| place.version > through);
        for (block, bytes) in (0..).zip(snapshot) {
            stored.parts.insert(PartPlace { version: through, block }, (true, bytes));
        }
        stored.entry.log_len = stored.parts.values().map(|(_, bytes)| bytes.len() as u64).sum();
        Ok(())
    }
}

impl CatalogState {
    fn create_graph(&mut self, ctx: &CallContext, new: NewGraph, now: Timestamp) -> Result<GraphEntry> {
        if self.named_graph(ctx, &new.name).is_ok() {
            return Err(exists(&new.name));
        }
        let held = self.graphs.values().filter(|stored| stored.entry.tenant == *ctx.tenant()).count();
        if held >= MAX_GRAPHS as usize {
            return Err(too_many());
        }
        let entry = GraphEntry::new(ctx.tenant().clone(), ctx.principal().name().to_owned(), &new, now);
        let parts = (0..).zip(new.content.unwrap_or_default().parts);
        let parts = parts.map(|(block, bytes)| (PartPlace { version: entry.version, block }, (true, bytes)));
        let stored = StoredGraph { entry: entry.clone(), parts: parts.collect() };
        self.graphs.insert(entry.id, stored);
        Ok(entry)
    }

    fn named_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<&StoredGraph> {
        let is_it =
            |stored: &&StoredGraph| stored.entry.tenant == *ctx.tenant() && stored.entry.name == *name;
        self.graphs.values().find(is_it).ok_or_else(|| not_found(name))
    }

    fn own_graph(&mut self, ctx: &CallContext, id: GraphId) -> Result<&mut StoredGraph> {
        let found = self.graphs.get_mut(&id).filter(|stored| stored.entry.tenant == *ctx.tenant());
        found.ok_or_else(|| not_found(&id))
    }
}
