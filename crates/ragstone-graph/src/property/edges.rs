//! Edges as columns, and the table that finds an edge by its ends.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::EdgeSlot;
use super::cell::Cell;
use super::column::Column;
use crate::document::KeyRef;
use crate::graph::{Direction, Vertex};
use crate::number;

/// Ends and keys of edges in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct EdgeList {
    pub(crate) sources: Vec<Vertex>,
    pub(crate) targets: Vec<Vertex>,
    /// Integers and texts only.
    pub(crate) keys: Column,
}

impl EdgeList {
    pub(crate) fn len(&self) -> usize {
        self.sources.len()
    }

    #[inline]
    pub(crate) fn ends(&self, edge: EdgeSlot) -> Option<(Vertex, Vertex)> {
        let edge = edge as usize;
        Some((*self.sources.get(edge)?, *self.targets.get(edge)?))
    }

    /// The ends of all edges in order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (Vertex, Vertex)> + Clone {
        self.sources.iter().copied().zip(self.targets.iter().copied())
    }

    pub(crate) fn key(&self, edge: EdgeSlot) -> Option<KeyRef<'_>> {
        self.keys.get(edge).and_then(as_key)
    }

    /// Adds an edge behind all others.
    pub(crate) fn push(&mut self, source: Vertex, target: Vertex, key: Option<KeyRef<'_>>) {
        if let Some(key) = key {
            self.keys.push(number::vertex(self.len()), of_key(key));
        }
        self.sources.push(source);
        self.targets.push(target);
    }

    pub(crate) fn memory(&self) -> usize {
        (self.sources.capacity() + self.targets.capacity()) * size_of::<Vertex>() + self.keys.memory()
    }
}

/// The key that a value stands for, if it stands for one.
pub(crate) fn as_key(cell: Cell<'_>) -> Option<KeyRef<'_>> {
    match cell {
        Cell::Integer(number) => Some(KeyRef::Integer(number)),
        Cell::Text(text) => Some(KeyRef::Text(text)),
        _ => None,
    }
}

/// The value that stands for a key.
pub(crate) fn of_key(key: KeyRef<'_>) -> Cell<'_> {
    match key {
        KeyRef::Integer(number) => Cell::Integer(number),
        KeyRef::Text(text) => Cell::Text(text),
    }
}

/// What tells edges apart: in a simple graph the ends, in a multigraph ends and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Identity<'a> {
    pub(crate) ends: (Vertex, Vertex),
    pub(crate) key: Option<KeyRef<'a>>,
}

/// How a kind of graph tells edges apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identifying {
    pub(crate) direction: Direction,
    pub(crate) multigraph: bool,
}

impl Identifying {
    /// Ends in the order that does not depend on how the edge was written.
    #[inline]
    pub(crate) fn pair(self, source: Vertex, target: Vertex) -> (Vertex, Vertex) {
        match self.direction {
            Direction::Undirected if target < source => (target, source),
            _ => (source, target),
        }
    }

    /// `None` for an edge of a multigraph that has no key: it is like no other.
    #[inline]
    pub(crate) fn identity(
        self,
        source: Vertex,
        target: Vertex,
        key: Option<KeyRef<'_>>,
    ) -> Option<Identity<'_>> {
        let ends = self.pair(source, target);
        match (self.multigraph, key) {
            (false, _) => Some(Identity { ends, key: None }),
            (true, None) => None,
            (true, key) => Some(Identity { ends, key }),
        }
    }

    #[inline]
    pub(crate) fn of_edge(self, edges: &EdgeList, edge: EdgeSlot) -> Option<Identity<'_>> {
        let (source, target) = edges.ends(edge)?;
        let key = if self.multigraph { edges.key(edge) } else { None };
        self.identity(source, target, key)
    }
}

/// Finds edges of a list by what tells them apart. Takes 5 to 10 bytes for each.
#[derive(Debug, Clone, Default)]
pub(crate) struct EdgeTable {
    table: HashTable<EdgeSlot>,
    hasher: DefaultHashBuilder,
}

impl EdgeTable {
    #[inline]
    pub(crate) fn find(
        &self,
        identifying: Identifying,
        edges: &EdgeList,
        identity: Identity<'_>,
    ) -> Option<EdgeSlot> {
        let hash = self.hasher.hash_one(identity);
        self.table.find(hash, |&edge| identifying.of_edge(edges, edge) == Some(identity)).copied()
    }

    /// Adds an edge of a list, if it is not like no other.
    pub(crate) fn enter(&mut self, identifying: Identifying, edges: &EdgeList, edge: EdgeSlot) {
        let Self { table, hasher } = self;
        let hash = |&edge: &EdgeSlot| match identifying.of_edge(edges, edge) {
            Some(identity) => hasher.hash_one(identity),
            None => 0,
        };
        if identifying.of_edge(edges, edge).is_some() {
            table.insert_unique(hash(&edge), edge, hash);
        }
    }

    /// Adds the edges of a list from `first` on; those that are like no other are left out.
    pub(crate) fn extend(&mut self, identifying: Identifying, edges: &EdgeList, first: usize) {
        let Self { table, hasher } = self;
        let hash = |&edge: &EdgeSlot| match identifying.of_edge(edges, edge) {
            Some(identity) => hasher.hash_one(identity),
            None => 0,
        };
        if !identifying.multigraph {
            table.reserve(edges.len().saturating_sub(first), hash);
        }
        for edge in number::vertex(first)..number::vertex(edges.len()) {
            self.enter(identifying, edges, edge);
        }
    }

    pub(crate) fn memory(&self) -> usize {
        self.table.allocation_size()
    }
}

/// Edges of each node in order, both ways or one way.
#[derive(Debug, Clone)]
pub(crate) struct Incidence {
    offsets: Vec<u32>,
    edges: Vec<EdgeSlot>,
}

impl Incidence {
    /// Sorts edges by counting. `both` adds the other end, unless it is the same.
    fn build<I: Iterator<Item = (Vertex, Vertex)> + Clone>(nodes: usize, ends: I, both: bool) -> Self {
        let mut offsets = vec![0u32; nodes + 2];
        let each = |visit: &mut dyn FnMut(usize, EdgeSlot)| {
            for (edge, (one, other)) in (0..).zip(ends.clone()) {
                visit(one as usize, edge);
                if both && one != other {
                    visit(other as usize, edge);
                }
            }
        };
        each(&mut |node, _| offsets.get_mut(node + 2).into_iter().for_each(|count| *count += 1));
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut edges = vec![0; sum as usize];
        each(&mut |node, edge| {
            if let Some(next) = offsets.get_mut(node + 1) {
                if let Some(slot) = edges.get_mut(*next as usize) {
                    *slot = edge;
                }
                *next += 1;
            }
        });
        Self { offsets, edges }
    }

    pub(crate) fn of(&self, node: Vertex) -> &[EdgeSlot] {
        let node = node as usize;
        match (self.offsets.get(node), self.offsets.get(node + 1)) {
            (Some(&start), Some(&end)) => self.edges.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    fn memory(&self) -> usize {
        (self.offsets.capacity() + self.edges.capacity()) * size_of::<u32>()
    }
}

/// What is derived from the edges when it is asked for, and dropped when they change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lookup {
    table: OnceLock<EdgeTable>,
    outgoing: OnceLock<Incidence>,
    incoming: OnceLock<Incidence>,
}

impl Lookup {
    pub(crate) fn table(&self, identifying: Identifying, edges: &EdgeList) -> &EdgeTable {
        self.table.get_or_init(|| {
            let mut table = EdgeTable::default();
            table.extend(identifying, edges, 0);
            table
        })
    }

    /// Edges from a node; of an undirected graph, all.
    pub(crate) fn outgoing(&self, direction: Direction, nodes: usize, edges: &EdgeList) -> &Incidence {
        self.outgoing
            .get_or_init(|| Incidence::build(nodes, edges.iter(), direction == Direction::Undirected))
    }

    /// Edges to a node.
    pub(crate) fn incoming(&self, nodes: usize, edges: &EdgeList) -> &Incidence {
        self.incoming.get_or_init(|| {
            Incidence::build(nodes, edges.iter().map(|(source, target)| (target, source)), false)
        })
    }

    /// Keeps up with edges that were added from `first` on.
    pub(crate) fn extend(&mut self, identifying: Identifying, edges: &EdgeList, first: usize) {
        (self.outgoing, self.incoming) = (OnceLock::new(), OnceLock::new());
        if let Some(table) = self.table.get_mut() {
            table.extend(identifying, edges, first);
        }
    }

    pub(crate) fn memory(&self) -> usize {
        let incidence = |lock: &OnceLock<Incidence>| lock.get().map_or(0, Incidence::memory);
        self.table.get().map_or(0, EdgeTable::memory) + incidence(&self.outgoing) + incidence(&self.incoming)
    }
}
