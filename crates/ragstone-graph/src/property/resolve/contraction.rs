//! Groups of nodes that become one each.

use hashbrown::{HashMap, HashSet};

use super::patches::Patches;
use super::{Outcome, Result};
use crate::document::{KeyRef, NodeKey};
use crate::graph::Vertex;
use crate::number;
use crate::property::cell::Cell;
use crate::property::change::{Group, Loops, Tally};
use crate::property::columns::Columns;
use crate::property::delta::Delta;
use crate::property::edges::{EdgeList, Identity, of_key};
use crate::property::error::ChangeError;
use crate::property::limit::{check_key, check_name};
use crate::property::slots::Slots;
use crate::property::{EdgeSlot, PropertyGraph};

pub(super) fn contract(
    graph: &PropertyGraph,
    groups: &[Group],
    weight: Option<&str>,
    loops: Loops,
) -> Result<Outcome> {
    weight.map_or(Ok(()), check_name)?;
    let plan = Plan::new(graph, groups)?;
    let mut delta = Delta { removed_nodes: plan.gone.clone(), ..Delta::default() };
    let mut renamed = plan.renamed.clone();
    renamed.sort_unstable_by_key(|(node, _)| *node);
    delta.renamed = Slots::of_sorted(renamed.iter().map(|(node, _)| *node));
    for (_, key) in &renamed {
        delta.names.push(*key);
    }
    let mut values = Patches::default();
    let mut updated: HashSet<Vertex> = renamed.iter().map(|(node, _)| *node).collect();
    for members in &plan.members {
        let Some((&first, others)) = members.split_first() else { continue };
        let row = first - number::vertex(plan.gone.count_below(first));
        if complete(&mut values, &graph.node_columns, row, first, others, None)? || !others.is_empty() {
            updated.insert(first);
        }
    }
    delta.node_values = values.finish();
    let nodes = Tally { removed: plan.gone.len(), updated: updated.len(), ..Tally::default() };
    let mut rewiring = Rewiring { graph, plan: &plan, table: HashMap::new(), results: Vec::new() };
    let gone = rewiring.run(loops);
    let edges = rewiring.finish(&mut delta, gone, weight)?;
    Ok(Outcome { delta, nodes, edges })
}

/// Sets what the first row lacks from the others in order; says whether there is something.
fn complete(
    values: &mut Patches,
    columns: &Columns,
    row: u32,
    first: u32,
    others: &[u32],
    except: Option<&str>,
) -> Result<bool> {
    let mut is_any = false;
    for (name, column) in columns.iter().filter(|(name, _)| except != Some(&***name)) {
        if column.get(first).is_none()
            && let Some(cell) = others.iter().find_map(|&other| column.get(other))
        {
            values.set(row, name, cell)?;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// Which node each node becomes.
struct Plan<'a> {
    /// The node that stays, by node.
    becomes: Vec<Vertex>,
    /// Whether a node is in a group.
    is_grouped: Vec<bool>,
    /// Of each group the node that stays, then the others.
    members: Vec<Vec<Vertex>>,
    gone: Slots,
    renamed: Vec<(Vertex, KeyRef<'a>)>,
}

impl<'a> Plan<'a> {
    fn new(graph: &PropertyGraph, groups: &'a [Group]) -> Result<Self> {
        let (nodes, _) = graph.base();
        let mut plan = Self {
            becomes: (0..nodes).collect(),
            is_grouped: vec![false; nodes as usize],
            members: Vec::with_capacity(groups.len()),
            gone: Slots::default(),
            renamed: Vec::new(),
        };
        let mut taken = HashSet::new();
        for group in groups {
            check_key(group.into.borrow())?;
            if !taken.insert(&group.into) {
                return Err(ChangeError::KeyTaken { key: group.into.clone() });
            }
            plan.group(graph, group)?;
        }
        let mut gone: Vec<_> =
            plan.members.iter().flat_map(|members| members.iter().skip(1)).copied().collect();
        gone.sort_unstable();
        plan.gone = Slots::of_sorted(gone);
        Ok(plan)
    }

    fn group(&mut self, graph: &PropertyGraph, group: &'a Group) -> Result<()> {
        let into = graph.nodes.find(group.into.borrow());
        let mut members: Vec<Vertex> = into.into_iter().collect();
        self.claim(&members, &group.into)?;
        for key in &group.members {
            let member = graph.require(key)?;
            if into != Some(member) {
                self.claim(&[member], key)?;
                members.push(member);
            }
        }
        let stays = *members.first().ok_or_else(|| ChangeError::EmptyGroup { key: group.into.clone() })?;
        for &member in &members {
            if let Some(becomes) = self.becomes.get_mut(member as usize) {
                *becomes = stays;
            }
        }
        if into.is_none() {
            self.renamed.push((stays, group.into.borrow()));
        }
        self.members.push(members);
        Ok(())
    }

    /// Refuses a node that is in a group already.
    fn claim(&mut self, nodes: &[Vertex], key: &NodeKey) -> Result<()> {
        for &node in nodes {
            let is_grouped = self.is_grouped.get_mut(node as usize);
            if is_grouped.is_some_and(|is_grouped| std::mem::replace(is_grouped, true)) {
                return Err(ChangeError::DuplicateNode { key: key.clone() });
            }
        }
        Ok(())
    }

    fn becomes(&self, node: Vertex) -> Vertex {
        self.becomes.get(node as usize).copied().unwrap_or(node)
    }

    /// Whether an edge lies within a group.
    fn is_inner(&self, (source, target): (Vertex, Vertex)) -> bool {
        let is_grouped = self.is_grouped.get(source as usize).copied().unwrap_or_default();
        is_grouped && self.becomes(source) == self.becomes(target)
    }
}

/// An edge of the result, and the old edges that it is made of, in order.
struct Joined<'a> {
    /// The old edge that it still is.
    old: Option<EdgeSlot>,
    ends: (Vertex, Vertex),
    key: Option<KeyRef<'a>>,
    parts: Vec<EdgeSlot>,
}

/// Redirects edges.
struct Rewiring<'a> {
    graph: &'a PropertyGraph,
    plan: &'a Plan<'a>,
    /// Edges of the result by what tells them apart: an old one that stays, or a place in `results`.
    table: HashMap<Identity<'a>, (EdgeSlot, Option<usize>)>,
    results: Vec<Joined<'a>>,
}

impl Rewiring<'_> {
    /// Finds out what becomes of each edge; returns the old ones that go.
    fn run(&mut self, loops: Loops) -> Slots {
        let graph = self.graph;
        let identifying = graph.identifying;
        let (mut gone, mut redirected) = (Slots::default(), Vec::new());
        for (edge, ends) in (0..).zip(graph.edges.iter()) {
            let new = (self.plan.becomes(ends.0), self.plan.becomes(ends.1));
            if loops == Loops::Drop && self.plan.is_inner(ends) {
                gone.push(edge);
            } else if new != ends {
                gone.push(edge);
                redirected.push((edge, new));
            } else if let Some(identity) = identifying.of_edge(&graph.edges, edge) {
                self.table.insert(identity, (edge, None));
            }
        }
        for (edge, ends) in redirected {
            self.redirect(edge, ends);
        }
        gone
    }

    fn redirect(&mut self, edge: EdgeSlot, ends: (Vertex, Vertex)) {
        let graph = self.graph;
        let mut key = graph.edges.key(edge);
        let place = self.results.len();
        if let Some(identity) = graph.identifying.identity(ends.0, ends.1, key) {
            match self.table.get_mut(&identity) {
                None => {
                    self.table.insert(identity, (edge, Some(place)));
                }
                Some(_) if graph.is_multigraph() => key = None,
                Some((_, Some(place))) => {
                    self.results.get_mut(*place).into_iter().for_each(|joined| joined.parts.push(edge));
                    return;
                }
                Some((old, joined)) => {
                    *joined = Some(place);
                    let old = *old;
                    self.results.push(Joined { old: Some(old), ends, key: None, parts: vec![old, edge] });
                    return;
                }
            }
        }
        self.results.push(Joined { old: None, ends, key, parts: vec![edge] });
    }

    /// Writes the result into a delta.
    fn finish(self, delta: &mut Delta, gone: Slots, weight: Option<&str>) -> Result<Tally> {
        let graph = self.graph;
        let kept = graph.edge_count() - gone.len();
        let row_of = |node: Vertex| node - number::vertex(self.plan.gone.count_below(node));
        let (mut values, mut edges) = (Patches::default(), EdgeList::default());
        let mut names = Vec::new();
        for joined in &self.results {
            let row = if let Some(old) = joined.old {
                old - number::vertex(gone.count_below(old))
            } else {
                let row = number::vertex(kept + edges.len());
                edges.push(row_of(joined.ends.0), row_of(joined.ends.1), None);
                names.extend(joined.key.map(|key| (row, key)));
                row
            };
            self.attributes(&mut values, row, joined, weight)?;
        }
        (delta.sources, delta.targets) = (edges.sources, edges.targets);
        for (row, key) in names {
            delta.edge_keys.push(row, of_key(key));
        }
        let before = graph.edge_count();
        let removed = before - kept - delta.sources.len();
        delta.removed_edges = gone;
        delta.edge_values = values.finish();
        Ok(Tally { removed, updated: self.results.len(), ..Tally::default() })
    }

    fn attributes(
        &self,
        values: &mut Patches,
        row: EdgeSlot,
        joined: &Joined<'_>,
        weight: Option<&str>,
    ) -> Result<()> {
        let columns = &self.graph.edge_columns;
        let Some((&first, others)) = joined.parts.split_first() else { return Ok(()) };
        let weight = weight.filter(|_| !others.is_empty());
        if joined.old.is_none() {
            for (name, column) in columns.iter().filter(|(name, _)| weight != Some(&***name)) {
                if let Some(cell) = column.get(first) {
                    values.set(row, name, cell)?;
                }
            }
        }
        complete(values, columns, row, first, others, weight)?;
        let Some(name) = weight else { return Ok(()) };
        let mut sum = Cell::Integer(0);
        for &part in &joined.parts {
            let cell = columns.get(name).and_then(|column| column.get(part)).unwrap_or(Cell::Integer(1));
            sum = sum.sum(cell).ok_or_else(|| {
                let (source, target) = self.graph.edges.ends(part).unwrap_or_default();
                let (source_key, target_key) = (self.graph.key_at(source), self.graph.key_at(target));
                ChangeError::NotSummable { name: name.to_owned(), source_key, target_key }
            })?;
        }
        values.set(row, name, sum)
    }
}
