//! Cuts a delta into parts that are not too long.

use super::PropertyGraph;
use super::column::Column;
use super::delta::Delta;
use super::error::DeltaError;
use super::slots::Slots;
use crate::number;

/// What the bytes of a part are besides its rows, at most.
const HEAD: usize = 64;

impl PropertyGraph {
    /// The graph as parts of at most `max_len` bytes: encoded deltas that give it again when they are applied in order to
    /// an empty graph of its kind. One at least, also of an empty graph. O(graph), and takes memory as the graph does.
    ///
    /// # Errors
    /// `TooLarge` if a single value takes more.
    pub fn snapshot_parts(&self, max_len: usize) -> Result<Vec<Vec<u8>>, DeltaError> {
        self.to_delta().encode_parts(max_len)
    }

    /// The delta that makes this graph of an empty one.
    pub(crate) fn to_delta(&self) -> Delta {
        let attributes = Clone::clone(&self.attributes);
        let attributes = attributes.iter().map(|(name, value)| (name.into(), Some(value.clone()))).collect();
        Delta {
            attributes,
            nodes: self.nodes.list().clone(),
            sources: self.edges.sources.clone(),
            targets: self.edges.targets.clone(),
            edge_keys: self.edges.keys.clone(),
            // Gathered, because a column may still hold texts that no row has any more.
            node_values: self.node_columns.between(0, u32::MAX),
            edge_values: self.edge_columns.between(0, u32::MAX),
            ..Delta::default()
        }
    }
}

impl Delta {
    /// Cuts it into deltas of which each takes at most `max_len` bytes and which do the same one after the other. One that
    /// is short enough is left as it is.
    ///
    /// # Errors
    /// `TooLarge` if a single value takes more, or the new names of nodes, which change at once.
    pub fn split(self, max_len: usize) -> Result<Vec<Self>, DeltaError> {
        let mut parts = Vec::new();
        self.cut(max_len, &mut |part, _| parts.push(part))?;
        Ok(parts)
    }

    /// [`split`](Self::split), encoded.
    pub fn encode_parts(self, max_len: usize) -> Result<Vec<Vec<u8>>, DeltaError> {
        let mut parts = Vec::new();
        self.cut(max_len, &mut |_, bytes| parts.push(bytes))?;
        Ok(parts)
    }

    fn cut(self, max_len: usize, take: &mut dyn FnMut(Self, Vec<u8>)) -> Result<(), DeltaError> {
        let bytes = self.encode();
        if bytes.len() <= max_len {
            take(self, bytes);
            return Ok(());
        }
        let mut cutter = Cutter { max_len, nodes: self.base_nodes, edges: self.base_edges, take };
        cutter.removals(&self)?;
        cutter.attributes(&self)?;
        cutter.rows(&self, Rows::Nodes, 0, Rows::Nodes.end(&self))?;
        cutter.rows(&self, Rows::Edges, 0, Rows::Edges.end(&self))
    }

    /// What it does to rows from `start` to before `end`, of one kind; nothing else.
    fn between(&self, rows: Rows, start: u32, end: u32) -> Self {
        let gaps = |gaps: &super::delta::Gaps| {
            let gaps = gaps.iter().map(|(name, gap)| (name.clone(), gap.between(start, end)));
            gaps.filter(|(_, gap)| !gap.is_empty()).collect()
        };
        match rows {
            Rows::Nodes => {
                let first = (start as usize).saturating_sub(self.kept_nodes());
                let last = (end as usize).saturating_sub(self.kept_nodes());
                Self {
                    nodes: self.nodes.between(first, last),
                    node_gaps: gaps(&self.node_gaps),
                    node_values: self.node_values.between(start, end),
                    ..Self::default()
                }
            }
            Rows::Edges => {
                let first = (start as usize).saturating_sub(self.kept_edges());
                let last = (end as usize).saturating_sub(self.kept_edges());
                Self {
                    sources: self.sources.get(first..last).unwrap_or_default().to_vec(),
                    targets: self.targets.get(first..last).unwrap_or_default().to_vec(),
                    edge_keys: self.edge_keys.between(start, end),
                    edge_gaps: gaps(&self.edge_gaps),
                    edge_values: self.edge_values.between(start, end),
                    ..Self::default()
                }
            }
        }
    }

    /// What it does to one row, an attribute at a time.
    fn each_name(mut self) -> Vec<Self> {
        let (nodes, edges) = (std::mem::take(&mut self.node_values), std::mem::take(&mut self.edge_values));
        let (node_gaps, edge_gaps) =
            (std::mem::take(&mut self.node_gaps), std::mem::take(&mut self.edge_gaps));
        let mut parts = vec![self];
        let alone = |name: &std::sync::Arc<str>, column: &Column| {
            super::columns::Columns::of(vec![(name.clone(), column.clone())])
        };
        let none = Self::default;
        parts.extend(node_gaps.into_iter().map(|gap| Self { node_gaps: vec![gap], ..none() }));
        parts.extend(edge_gaps.into_iter().map(|gap| Self { edge_gaps: vec![gap], ..none() }));
        parts.extend(nodes.iter().map(|(name, column)| Self { node_values: alone(name, column), ..none() }));
        parts.extend(edges.iter().map(|(name, column)| Self { edge_values: alone(name, column), ..none() }));
        parts
    }
}

#[derive(Clone, Copy)]
enum Rows {
    Nodes,
    Edges,
}

impl Rows {
    /// One past the last row that a delta does something to.
    fn end(self, delta: &Delta) -> u32 {
        number::vertex(match self {
            Self::Nodes => delta.node_count(),
            Self::Edges => delta.edge_count(),
        })
    }
}

/// Hands parts out, and knows how many nodes and edges there are before the next.
struct Cutter<'a> {
    max_len: usize,
    nodes: u32,
    edges: u32,
    take: &'a mut dyn FnMut(Delta, Vec<u8>),
}

impl Cutter<'_> {
    /// Hands a part out if it is short enough; else gives it back, with its length.
    fn offer(&mut self, mut part: Delta) -> Option<(Delta, usize)> {
        (part.base_nodes, part.base_edges) = (self.nodes, self.edges);
        if part.is_empty() {
            return None;
        }
        let bytes = part.encode();
        if bytes.len() > self.max_len {
            return Some((part, bytes.len()));
        }
        self.nodes = number::vertex(part.node_count());
        self.edges = number::vertex(part.edge_count());
        (self.take)(part, bytes);
        None
    }

    fn insist(&mut self, part: Delta, what: &'static str) -> Result<(), DeltaError> {
        match self.offer(part) {
            None => Ok(()),
            Some(_) => Err(DeltaError::TooLarge { what, limit: self.max_len }),
        }
    }

    /// Names first, because they have numbers from before; then rows from the last on, so that earlier ones keep theirs.
    fn removals(&mut self, delta: &Delta) -> Result<(), DeltaError> {
        let all = Delta {
            removed_edges: delta.removed_edges.clone(),
            removed_nodes: delta.removed_nodes.clone(),
            renamed: delta.renamed.clone(),
            names: delta.names.clone(),
            ..Delta::default()
        };
        // New names may be those of removed nodes.
        if self.offer(all).is_none() {
            return Ok(());
        }
        // A run takes at most ten bytes.
        let runs = (self.max_len.saturating_sub(HEAD) / 10).max(1);
        for removed_edges in from_last(&delta.removed_edges, runs) {
            self.insist(Delta { removed_edges, ..Delta::default() }, "a run of edges")?;
        }
        for removed_nodes in from_last(&delta.removed_nodes, runs) {
            self.insist(Delta { removed_nodes, ..Delta::default() }, "a run of nodes")?;
        }
        let places =
            delta.renamed.iter().map(|row| row - number::vertex(delta.removed_nodes.count_below(row)));
        let renamed = Slots::of_sorted(places);
        let names = Delta { renamed, names: delta.names.clone(), ..Delta::default() };
        self.insist(names, "the renaming of nodes")
    }

    fn attributes(&mut self, delta: &Delta) -> Result<(), DeltaError> {
        let all = Delta { attributes: delta.attributes.clone(), ..Delta::default() };
        if self.offer(all).is_none() {
            return Ok(());
        }
        delta.attributes.iter().try_for_each(|attribute| {
            let alone = Delta { attributes: vec![attribute.clone()], ..Delta::default() };
            self.insist(alone, "an attribute of the graph")
        })
    }

    /// Cuts rows into pieces until they fit.
    fn rows(&mut self, delta: &Delta, rows: Rows, start: u32, end: u32) -> Result<(), DeltaError> {
        let Some((part, length)) = self.offer(delta.between(rows, start, end)) else { return Ok(()) };
        if end - start == 1 {
            let mut parts = part.each_name().into_iter();
            return parts.try_for_each(|part| self.insist(part, "an attribute of a node or an edge"));
        }
        // Pieces are a little shorter than they may be, so that few have to be cut again.
        let pieces = number::vertex(length / (self.max_len / 16 * 15).max(1)).saturating_add(1);
        let step = (end - start).div_ceil(pieces.max(2));
        let mut next = start;
        while next < end {
            let last = next.saturating_add(step).min(end);
            self.rows(delta, rows, next, last)?;
            next = last;
        }
        Ok(())
    }
}

/// Rows in portions of at most `most` runs, the last first.
fn from_last(slots: &Slots, most: usize) -> Vec<Slots> {
    let runs: Vec<_> = slots.runs().collect();
    let portion = |runs: &[(u32, u32)]| {
        let mut portion = Slots::default();
        for &(start, end) in runs {
            portion.push_run(start, end);
        }
        portion
    };
    runs.rchunks(most).map(portion).collect()
}
