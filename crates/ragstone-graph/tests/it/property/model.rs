//! What changes mean, on lists that are walked from the front.

use std::collections::{BTreeMap, BTreeSet};

use ragstone_graph::document::{Attributes, GraphDocument, NodeKey};
use ragstone_graph::property::{AttributeEdit, Change, ColumnValues, EdgeName, Group, Loops, MissingEnds};
use ragstone_graph::{Direction, PropertyGraph};
use serde_json::Value;

type Map = BTreeMap<String, Value>;
type Node = (NodeKey, Map);

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edge {
    source: NodeKey,
    target: NodeKey,
    key: Option<NodeKey>,
    attributes: Map,
}

/// Nodes and edges in order. A change that is refused leaves it half changed: work on a copy.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    direction: Direction,
    multigraph: bool,
    attributes: Map,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

#[derive(Debug)]
pub(super) struct Refused;

type Result<T = ()> = std::result::Result<T, Refused>;

fn ensure(is_so: bool) -> Result {
    if is_so { Ok(()) } else { Err(Refused) }
}

fn map(attributes: &Attributes) -> Map {
    attributes.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

impl Model {
    pub(super) fn new(direction: Direction, multigraph: bool) -> Self {
        Self { direction, multigraph, attributes: Map::new(), nodes: Vec::new(), edges: Vec::new() }
    }

    pub(super) fn of(graph: &PropertyGraph) -> Self {
        Self::of_document(&graph.to_document())
    }

    fn of_document(document: &GraphDocument) -> Self {
        let key = |place: u32| document.nodes[place as usize].key.clone();
        Self {
            direction: document.direction,
            multigraph: document.multigraph,
            attributes: map(&document.attributes),
            nodes: document.nodes.iter().map(|node| (node.key.clone(), map(&node.attributes))).collect(),
            edges: document
                .edges
                .iter()
                .map(|edge| Edge {
                    source: key(edge.source),
                    target: key(edge.target),
                    key: edge.key.clone(),
                    attributes: map(&edge.attributes),
                })
                .collect(),
        }
    }

    pub(super) fn change(&mut self, change: &Change) -> Result {
        match change {
            Change::AddNodes(nodes) => {
                let mut named = BTreeSet::new();
                nodes.iter().try_for_each(|node| {
                    ensure(named.insert(&node.key))?;
                    match self.node(&node.key) {
                        Ok(place) => self.nodes[place].1.extend(map(&node.attributes)),
                        Err(_) => self.nodes.push((node.key.clone(), map(&node.attributes))),
                    }
                    Ok(())
                })
            }
            Change::AddEdges { edges, missing } => {
                let mut named = BTreeSet::new();
                edges.iter().try_for_each(|edge| {
                    self.end(&edge.source, *missing)?;
                    self.end(&edge.target, *missing)?;
                    let new = Edge {
                        source: edge.source.clone(),
                        target: edge.target.clone(),
                        key: edge.key.clone(),
                        attributes: map(&edge.attributes),
                    };
                    let same = (0..self.edges.len()).find(|&place| self.is_same(&self.edges[place], &new));
                    let place = same.unwrap_or(self.edges.len());
                    ensure(named.insert(place))?;
                    match same {
                        Some(place) => {
                            self.edges[place].key = new.key.or(self.edges[place].key.take());
                            self.edges[place].attributes.extend(new.attributes);
                        }
                        None => self.edges.push(new),
                    }
                    Ok(())
                })
            }
            Change::EditNodes(edits) => {
                let mut named = BTreeSet::new();
                edits.iter().try_for_each(|edit| {
                    let place = self.node(&edit.key)?;
                    ensure(named.insert(place))?;
                    edited(&mut self.nodes[place].1, &edit.edit)
                })
            }
            Change::EditEdges(edits) => {
                let mut named = BTreeSet::new();
                edits.iter().try_for_each(|edit| {
                    self.named(&edit.edge)?.into_iter().try_for_each(|place| {
                        ensure(named.insert(place))?;
                        edited(&mut self.edges[place].attributes, &edit.edit)
                    })
                })
            }
            Change::EditGraph(edit) => edited(&mut self.attributes, edit),
            Change::WriteNodes { name, values } => {
                written(self.nodes.iter_mut().map(|node| &mut node.1).collect(), name, values)
            }
            Change::WriteEdges { name, values } => {
                written(self.edges.iter_mut().map(|edge| &mut edge.attributes).collect(), name, values)
            }
            Change::RemoveNodes(keys) => keys.iter().try_for_each(|key| {
                let place = self.node(key)?;
                self.nodes.remove(place);
                self.edges.retain(|edge| edge.source != *key && edge.target != *key);
                Ok(())
            }),
            Change::RemoveEdges(names) => {
                let mut gone = BTreeSet::new();
                for name in names {
                    for place in self.named(name)? {
                        ensure(gone.insert(place))?;
                    }
                }
                let mut place = 0..;
                self.edges.retain(|_| !gone.contains(&place.next().unwrap()));
                Ok(())
            }
            Change::Relabel(pairs) => self.relabel(pairs),
            Change::Contract { groups, weight, loops } => self.contract(groups, weight.as_deref(), *loops),
            Change::Clear => {
                *self = Self::new(self.direction, self.multigraph);
                Ok(())
            }
            Change::Replace(document) => {
                *self = Self::of_document(document);
                let is_twice = |place: usize| {
                    self.edges[..place].iter().any(|edge| self.is_same(edge, &self.edges[place]))
                };
                ensure(!(0..self.edges.len()).any(is_twice))
            }
            _ => unreachable!(),
        }
    }

    fn node(&self, key: &NodeKey) -> Result<usize> {
        self.nodes.iter().position(|node| node.0 == *key).ok_or(Refused)
    }

    fn end(&mut self, key: &NodeKey, missing: MissingEnds) -> Result {
        if self.node(key).is_err() {
            ensure(missing == MissingEnds::Create)?;
            self.nodes.push((key.clone(), Map::new()));
        }
        Ok(())
    }

    fn joins(&self, edge: &Edge, source: &NodeKey, target: &NodeKey) -> bool {
        let is_turned = self.direction == Direction::Undirected;
        (edge.source == *source && edge.target == *target)
            || (is_turned && edge.source == *target && edge.target == *source)
    }

    fn is_same(&self, one: &Edge, two: &Edge) -> bool {
        let is_told = !self.multigraph || (one.key.is_some() && one.key == two.key);
        is_told && self.joins(one, &two.source, &two.target)
    }

    /// Places of the edges of a name.
    fn named(&self, name: &EdgeName) -> Result<Vec<usize>> {
        self.node(&name.source)?;
        self.node(&name.target)?;
        let is_meant = |edge: &Edge| {
            let is_told = !self.multigraph || name.key.is_none() || edge.key == name.key;
            is_told && self.joins(edge, &name.source, &name.target)
        };
        let places: Vec<_> = (0..self.edges.len()).filter(|&place| is_meant(&self.edges[place])).collect();
        ensure(!places.is_empty())?;
        Ok(places)
    }

    fn relabel(&mut self, pairs: &[(NodeKey, NodeKey)]) -> Result {
        let names: BTreeMap<_, _> = pairs.iter().cloned().collect();
        ensure(names.len() == pairs.len())?;
        names.keys().try_for_each(|old| self.node(old).map(|_| ()))?;
        self.rename(&names);
        let distinct: BTreeSet<_> = self.nodes.iter().map(|node| &node.0).collect();
        ensure(distinct.len() == self.nodes.len())
    }

    fn rename(&mut self, names: &BTreeMap<NodeKey, NodeKey>) {
        let rename = |key: &mut NodeKey| {
            if let Some(new) = names.get(key) {
                *key = new.clone();
            }
        };
        self.nodes.iter_mut().for_each(|node| rename(&mut node.0));
        for edge in &mut self.edges {
            rename(&mut edge.source);
            rename(&mut edge.target);
        }
    }

    fn contract(&mut self, groups: &[Group], weight: Option<&str>, loops: Loops) -> Result {
        let (mut grouped, mut taken) = (BTreeSet::new(), BTreeSet::new());
        let (mut becomes, mut names) = (BTreeMap::new(), BTreeMap::new());
        let before = self.clone();
        for group in groups {
            ensure(taken.insert(&group.into))?;
            let mut members: Vec<_> = group.members.iter().filter(|key| **key != group.into).collect();
            if before.node(&group.into).is_ok() {
                members.insert(0, &group.into);
            } else {
                ensure(!group.members.contains(&group.into))?;
            }
            let stays = *members.first().ok_or(Refused)?;
            for member in &members {
                ensure(grouped.insert(*member))?;
                let attributes = before.nodes[before.node(member)?].1.clone();
                let place = self.node(stays)?;
                for (name, value) in attributes {
                    self.nodes[place].1.entry(name).or_insert(value);
                }
                becomes.insert((*member).clone(), stays.clone());
            }
            names.insert(stays.clone(), group.into.clone());
        }
        self.nodes.retain(|node| becomes.get(&node.0).is_none_or(|stays| *stays == node.0));
        self.rewire(&becomes, weight, loops)?;
        self.rename(&names);
        Ok(())
    }

    fn rewire(&mut self, becomes: &BTreeMap<NodeKey, NodeKey>, weight: Option<&str>, loops: Loops) -> Result {
        let end = |key: &NodeKey| becomes.get(key).unwrap_or(key).clone();
        let (mut kept, mut moved) = (Vec::new(), Vec::new());
        for edge in self.edges.drain(..) {
            let (source, target) = (end(&edge.source), end(&edge.target));
            if loops == Loops::Drop && source == target && becomes.contains_key(&edge.source) {
                continue;
            }
            if source == edge.source && target == edge.target {
                kept.push((vec![edge.attributes.clone()], edge));
            } else {
                moved.push(Edge { source, target, ..edge });
            }
        }
        for mut edge in moved {
            let same = kept.iter().position(|(_, other)| self.is_same(other, &edge));
            match same {
                Some(place) if !self.multigraph => kept[place].0.push(edge.attributes),
                Some(_) => {
                    edge.key = None;
                    kept.push((vec![edge.attributes.clone()], edge));
                }
                None => kept.push((vec![edge.attributes.clone()], edge)),
            }
        }
        for (parts, mut edge) in kept {
            for (name, value) in parts.iter().flatten() {
                edge.attributes.entry(name.clone()).or_insert(value.clone());
            }
            if let (Some(name), true) = (weight, parts.len() > 1) {
                let weights: Vec<_> =
                    parts.iter().map(|part| part.get(name).cloned().unwrap_or(1.into())).collect();
                let sum = match weights.iter().map(Value::as_i64).collect::<Option<Vec<_>>>() {
                    Some(weights) => Value::from(weights.iter().sum::<i64>()),
                    None => weights
                        .iter()
                        .map(|weight| weight.as_f64().ok_or(Refused))
                        .sum::<Result<f64>>()?
                        .into(),
                };
                edge.attributes.insert(name.to_owned(), sum);
            }
            self.edges.push(edge);
        }
        Ok(())
    }
}

fn edited(attributes: &mut Map, edit: &AttributeEdit) -> Result {
    let removed: BTreeSet<_> = edit.remove.iter().collect();
    ensure(removed.len() == edit.remove.len())?;
    ensure(edit.remove.iter().all(|name| edit.set.get(name).is_none()))?;
    attributes.extend(map(&edit.set));
    edit.remove.iter().for_each(|name| drop(attributes.remove(name)));
    Ok(())
}

fn written(rows: Vec<&mut Map>, name: &str, values: &ColumnValues) -> Result {
    ensure(rows.len() == values.len())?;
    for (place, row) in rows.into_iter().enumerate() {
        let value = match values {
            ColumnValues::Floats(values) => Some(values[place].into()),
            ColumnValues::Integers(values) => Some(values[place].into()),
            ColumnValues::Booleans(values) => Some(values[place].into()),
            ColumnValues::Values(values) => values[place].clone(),
        };
        match value {
            Some(value) => row.insert(name.to_owned(), value),
            None => row.remove(name),
        };
    }
    Ok(())
}
