//! Graphs made of two.

use hashbrown::HashMap;

use super::columns::Columns;
use super::edges::{Identity, as_key};
use super::error::ChangeError;
use super::resolve::{Draft, Patches};
use super::{EdgeSlot, PropertyGraph};
use crate::document::KeyRef;
use crate::graph::{Direction, Vertex};
use crate::number;

/// What becomes of two graphs of one kind.
///
/// Nodes are the same if their names are, edges if their ends are and in a multigraph their keys; of edges without key
/// between the same ends the first of one graph is the first of the other, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Merge {
    /// All nodes and edges of both; where both have an attribute, that of the second stays. NetworkX calls it to compose.
    Union,
    /// All nodes and edges of both, where no node is in both.
    DisjointUnion,
    /// Nodes and edges that are in both, with the attributes of the first.
    Intersection,
    /// All nodes of the first, and of its edges those that are not in the second.
    Difference,
    /// All nodes of both, and the edges that are in one only. Attributes of nodes as in a union.
    SymmetricDifference,
}

impl PropertyGraph {
    /// Makes one graph of this and a second one. O(both).
    ///
    /// # Errors
    /// `WrongKind` if they are not of one kind, `KeyTaken` for a node in both where they have to be disjoint, `TooMany`.
    pub fn merged(&self, second: &Self, merge: Merge) -> Result<Self, ChangeError> {
        if self.identifying != second.identifying {
            let (found, expected) = (second.kind_name(), self.kind_name());
            let remedy = "turn one into the kind of the other first";
            return Err(ChangeError::WrongKind { found, expected, remedy });
        }
        match merge {
            Merge::Union => self.united(second, |_| true),
            Merge::DisjointUnion => {
                let both = self.nodes.list().iter().find(|key| second.vertex(*key).is_some());
                match both {
                    Some(key) => Err(ChangeError::KeyTaken { key: key.to_key() }),
                    None => self.united(second, |_| true),
                }
            }
            Merge::Intersection => {
                let counterparts = self.counterparts(second);
                let nodes = self.nodes.list().iter();
                let is_kept: Vec<_> = nodes.map(|key| second.vertex(key).is_some()).collect();
                Ok(self.subgraph(&is_kept, |edge| is_some(&counterparts, edge)))
            }
            Merge::Difference => Ok(self.without(second)),
            Merge::SymmetricDifference => {
                let counterparts = second.counterparts(self);
                self.without(second).united(second, |edge| !is_some(&counterparts, edge))
            }
        }
    }

    /// The same nodes, with edges that lead both ways. Of edges of a simple graph that led opposite ways one stays, at the
    /// place of the first, with the attributes of the second where both have one; in a multigraph so do edges of one key. An
    /// undirected graph is as it was. O(graph).
    ///
    /// # Errors
    /// None but what a graph that is too large is refused for.
    pub fn to_undirected(&self) -> Result<Self, ChangeError> {
        let mut graph = Self::new(Direction::Undirected, self.is_multigraph());
        graph.attributes = self.attributes.clone();
        graph.nodes = self.nodes.clone();
        graph.node_columns = self.node_columns.clone();
        let mut draft = Draft::new(&graph);
        let mut values: Vec<EdgeSlot> = Vec::with_capacity(self.edge_count());
        for (edge, (source, target)) in (0..).zip(self.edges.iter()) {
            values.push(draft.add_edge(source, target, self.edges.key(edge))?.0);
        }
        let mut delta = draft.finish().delta;
        let last = last_of_each(&values);
        let mut patches = Patches::default();
        copy(&mut patches, &self.edge_columns, &values, &last)?;
        delta.edge_values = patches.finish();
        graph.perform(delta);
        Ok(graph)
    }

    /// This graph, the nodes of a second one, and those of its edges that are wanted.
    fn united(&self, second: &Self, is_wanted: impl Fn(EdgeSlot) -> bool) -> Result<Self, ChangeError> {
        let mut draft = Draft::new(self);
        let mut nodes = Vec::with_capacity(second.node_count());
        for key in second.nodes.list().iter() {
            nodes.push(match draft.find(key) {
                Some(node) => node,
                None => draft.add_node(key)?,
            });
        }
        copy_all(&mut draft.node_values, &second.node_columns, &nodes)?;
        let end = |node: Vertex| nodes.get(node as usize).copied().unwrap_or_default();
        let counterparts = second.counterparts(self);
        let mut edges = Vec::with_capacity(second.edge_count());
        for (edge, (source, target)) in (0..).zip(second.edges.iter()) {
            let key = second.edges.key(edge);
            let old = counterparts.get(edge as usize).copied().flatten();
            edges.push(match old {
                _ if !is_wanted(edge) => EdgeSlot::MAX,
                Some(old) => {
                    draft.rekey(old, key)?;
                    old
                }
                None => draft.add_edge(end(source), end(target), key)?.0,
            });
        }
        copy_all(&mut draft.edge_values, &second.edge_columns, &edges)?;
        let delta = draft.finish().delta;
        let mut graph = self.clone();
        graph.perform(delta);
        for (name, value) in second.attributes.iter() {
            graph.attributes.insert(name, value.clone());
        }
        Ok(graph)
    }

    fn without(&self, second: &Self) -> Self {
        let counterparts = self.counterparts(second);
        self.subgraph(&vec![true; self.node_count()], |edge| !is_some(&counterparts, edge))
    }

    /// For each edge the same one of another graph.
    fn counterparts(&self, other: &Self) -> Vec<Option<EdgeSlot>> {
        let nodes: Vec<_> = self.nodes.list().iter().map(|key| other.vertex(key)).collect();
        let end = |node: Vertex| nodes.get(node as usize).copied().flatten();
        let mut seen = HashMap::<Identity<'_>, usize>::new();
        let mut found = Vec::with_capacity(self.edge_count());
        let keyless = other.keyless();
        for (edge, (source, target)) in (0..).zip(self.edges.iter()) {
            let key = self.edges.key(edge);
            let (Some(source), Some(target)) = (end(source), end(target)) else {
                found.push(None);
                continue;
            };
            if !self.is_multigraph() || key.is_some() {
                found.push(other.find_edge(source, target, key));
                continue;
            }
            let identity = Identity { ends: other.identifying.pair(source, target), key: None };
            let nth = seen.entry(identity).or_insert(0);
            found.push(keyless.get(&identity).and_then(|edges| edges.get(*nth)).copied());
            *nth += 1;
        }
        found
    }

    /// Edges without key of a multigraph, by their ends.
    fn keyless(&self) -> HashMap<Identity<'_>, Vec<EdgeSlot>> {
        let mut edges = HashMap::<Identity<'_>, Vec<EdgeSlot>>::new();
        if !self.is_multigraph() {
            return edges;
        }
        for (edge, (source, target)) in (0..).zip(self.edges.iter()) {
            if self.edges.keys.get(edge).and_then(as_key).is_none() {
                let identity =
                    Identity { ends: self.identifying.pair(source, target), key: None::<KeyRef<'_>> };
                edges.entry(identity).or_default().push(edge);
            }
        }
        edges
    }
}

fn is_some(counterparts: &[Option<EdgeSlot>], edge: EdgeSlot) -> bool {
    counterparts.get(edge as usize).is_some_and(Option::is_some)
}

/// Sets all values of rows that have a place; `places` are distinct where they are any.
fn copy_all(patches: &mut Patches, columns: &Columns, places: &[u32]) -> Result<(), ChangeError> {
    for (name, column) in columns.iter() {
        for (row, cell) in column.iter() {
            match places.get(row as usize) {
                Some(&place) if place != u32::MAX => patches.set(place, name, cell)?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// Of rows that share a place, sets the value of the last that has one.
fn copy(
    patches: &mut Patches,
    columns: &Columns,
    places: &[u32],
    earlier: &[Option<u32>],
) -> Result<(), ChangeError> {
    for (name, column) in columns.iter() {
        for row in 0..number::vertex(places.len()) {
            let Some(first) = earlier.get(row as usize).copied().flatten() else { continue };
            let value = column.get(row).or_else(|| column.get(first));
            if let (Some(cell), Some(&place)) = (value, places.get(row as usize)) {
                patches.set(place, name, cell)?;
            }
        }
    }
    Ok(())
}

/// For the last row of each place the first one, which may be itself; none for all others.
fn last_of_each(places: &[u32]) -> Vec<Option<u32>> {
    let mut bounds = HashMap::<u32, (u32, u32)>::new();
    for (row, &place) in (0..).zip(places) {
        bounds.entry(place).or_insert((row, row)).1 = row;
    }
    let mut earlier = vec![None; places.len()];
    for (first, last) in bounds.into_values() {
        if let Some(slot) = earlier.get_mut(last as usize) {
            *slot = Some(first);
        }
    }
    earlier
}
