//! Nodes and edges that are added, and whole documents.

use hashbrown::HashSet;

use super::draft::{Draft, fill, update};
use super::{Outcome, Result, removal};
use crate::document::{DocumentNode, GraphDocument, KeyRef, NodeKey};
use crate::graph::Vertex;
use crate::property::change::{MissingEnds, NewEdge};
use crate::property::error::ChangeError;
use crate::property::limit::check_attributes;
use crate::property::{PropertyGraph, kind_name};

pub(super) fn add_nodes(graph: &PropertyGraph, nodes: &[DocumentNode]) -> Result<Outcome> {
    let mut draft = Draft::new(graph);
    let mut named = HashSet::new();
    for node in nodes {
        match draft.find(node.key.borrow()) {
            Some(place) if draft.is_new_node(place) || !named.insert(place) => {
                return Err(ChangeError::DuplicateNode { key: node.key.clone() });
            }
            Some(place) => {
                let is_updated =
                    update(&mut draft.node_values, &graph.node_columns, place, &node.attributes)?;
                draft.nodes.count(is_updated);
            }
            None => {
                let place = draft.add_node(node.key.borrow())?;
                fill(&mut draft.node_values, place, &node.attributes)?;
            }
        }
    }
    Ok(draft.finish())
}

pub(super) fn add_edges(graph: &PropertyGraph, edges: &[NewEdge], missing: MissingEnds) -> Result<Outcome> {
    let mut draft = Draft::new(graph);
    let mut named = HashSet::new();
    for edge in edges {
        let source = end(&mut draft, &edge.source, missing)?;
        let target = end(&mut draft, &edge.target, missing)?;
        let key = edge.key.as_ref().map(NodeKey::borrow);
        if let Some(old) = draft.old_edge(source, target, key) {
            if !named.insert(old) {
                return Err(duplicate(edge));
            }
            let is_rekeyed = draft.rekey(old, key)?;
            let is_updated = update(&mut draft.edge_values, &graph.edge_columns, old, &edge.attributes)?;
            draft.edges.count(is_rekeyed || is_updated);
            continue;
        }
        let (place, is_new) = draft.add_edge(source, target, key)?;
        if !is_new {
            return Err(duplicate(edge));
        }
        draft.edges.added += 1;
        fill(&mut draft.edge_values, place, &edge.attributes)?;
    }
    Ok(draft.finish())
}

fn end(draft: &mut Draft<'_>, key: &NodeKey, missing: MissingEnds) -> Result<Vertex> {
    match (draft.find(key.borrow()), missing) {
        (Some(node), _) => Ok(node),
        (None, MissingEnds::Create) => draft.add_node(key.borrow()),
        (None, MissingEnds::Refuse) => Err(ChangeError::NoNode { key: key.clone() }),
    }
}

fn duplicate(edge: &NewEdge) -> ChangeError {
    ChangeError::DuplicateEdge {
        source_key: edge.source.clone(),
        target_key: edge.target.clone(),
        key: edge.key.clone(),
    }
}

/// All that is there goes, and a document comes.
pub(super) fn replace(graph: &PropertyGraph, document: &GraphDocument) -> Result<Outcome> {
    let (found, expected) = (graph.kind_name(), kind_name(document.direction, document.multigraph));
    if found != expected {
        let remedy = "turn the document into one of this kind, or create another graph for it";
        return Err(ChangeError::WrongKind { found, expected, remedy });
    }
    document.check_ends()?;
    check_attributes(&document.attributes)?;
    let empty = PropertyGraph::new(document.direction, document.multigraph);
    let mut outcome = filled(&empty, document)?;
    let cleared = removal::all(graph);
    outcome.nodes.removed = cleared.nodes.removed;
    outcome.edges.removed = cleared.edges.removed;
    outcome.delta.removed_nodes = cleared.delta.removed_nodes;
    outcome.delta.removed_edges = cleared.delta.removed_edges;
    let mut attributes = cleared.delta.attributes;
    attributes.retain(|(name, _)| document.attributes.get(name).is_none());
    let new = document.attributes.iter();
    let new = new.filter(|(name, value)| graph.attributes.get(name) != Some(value));
    attributes.extend(new.map(|(name, value)| (name.into(), Some(value.clone()))));
    outcome.delta.attributes = attributes;
    Ok(outcome)
}

/// The nodes and edges of a document, in an empty graph.
fn filled(empty: &PropertyGraph, document: &GraphDocument) -> Result<Outcome> {
    let mut draft = Draft::new(empty);
    for node in &document.nodes {
        if draft.find(node.key.borrow()).is_some() {
            return Err(ChangeError::DuplicateNode { key: node.key.clone() });
        }
        let place = draft.add_node(node.key.borrow())?;
        fill(&mut draft.node_values, place, &node.attributes)?;
    }
    for edge in &document.edges {
        let key = edge.key.as_ref().map(NodeKey::borrow);
        let (place, is_new) = draft.add_edge(edge.source, edge.target, key)?;
        if !is_new {
            let (source_key, target_key) = (draft.key_of(edge.source), draft.key_of(edge.target));
            let key = key.map(KeyRef::to_key);
            return Err(ChangeError::DuplicateEdge { source_key, target_key, key });
        }
        draft.edges.added += 1;
        fill(&mut draft.edge_values, place, &edge.attributes)?;
    }
    Ok(draft.finish())
}
