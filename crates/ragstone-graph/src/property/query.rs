//! Looking at nodes and edges, a part at a time.

use super::PropertyGraph;
use super::change::EdgeName;
use super::error::ChangeError;
use super::filter::Filter;
use super::reading::{EdgeView, NodeView};
use super::selection::Reach;
use crate::document::{Attributes, KeyRef, NodeKey};
use crate::graph::Vertex;

/// Which nodes or edges of a graph are wanted.
#[derive(Clone, Debug)]
pub enum Query {
    /// Nodes in the order in which they were added.
    Nodes {
        /// These, in this order; all where `None`. One that is not there is refused.
        keys: Option<Vec<NodeKey>>,
        /// Of all, those for which it holds.
        filter: Option<Filter>,
    },
    /// Edges in the order in which they were added.
    Edges {
        /// Those of a name; all where `None`.
        named: Option<EdgeName>,
        /// Of all, those for which it holds.
        filter: Option<Filter>,
    },
    /// Edges of a node, with what is at their other ends.
    Neighbors {
        /// The node.
        node: NodeKey,
        /// Along which edges.
        reach: Reach,
    },
}

/// A node with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundNode {
    /// Its name.
    pub key: NodeKey,
    /// Its attributes.
    pub attributes: Attributes,
    /// Number of edges from it, or of an undirected graph, of all.
    pub degree: usize,
    /// Number of edges to it, in a directed graph.
    pub in_degree: Option<usize>,
}

/// An edge with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundEdge {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it.
    pub key: Option<NodeKey>,
    /// Its attributes.
    pub attributes: Attributes,
}

/// What a query found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Nodes.
    Nodes(Vec<FoundNode>),
    /// Edges.
    Edges(Vec<FoundEdge>),
    /// Edges of a node, with the node at the other end.
    Neighbors(Vec<(FoundNode, FoundEdge)>),
}

/// Which part of what there is is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many are left out at the beginning.
    pub offset: usize,
    /// Most of those behind them.
    pub limit: usize,
}

impl PropertyGraph {
    /// Looks at nodes or edges; says how many there are in all, and shows a part of them. O(graph) with a filter, else O(part).
    ///
    /// # Errors
    /// [`ChangeError::NoNode`].
    pub fn query(&self, query: &Query, page: Page) -> Result<(usize, Finding), ChangeError> {
        match query {
            Query::Nodes { keys, filter } => nodes(self, keys.as_deref(), filter.as_ref(), page),
            Query::Edges { named, filter } => edges(self, named.as_ref(), filter.as_ref(), page),
            Query::Neighbors { node, reach } => neighbors(self, node, *reach, page),
        }
    }
}

type Found = Result<(usize, Finding), ChangeError>;

fn nodes(
    graph: &PropertyGraph,
    keys: Option<&[NodeKey]>,
    filter: Option<&Filter>,
    Page { offset, limit }: Page,
) -> Found {
    let shown = |all: Vec<Vertex>| {
        let nodes = all.iter().skip(offset).take(limit).filter_map(|vertex| graph.node(*vertex));
        (all.len(), Finding::Nodes(nodes.map(|node| node_of(graph, node)).collect()))
    };
    match (keys, filter) {
        (None, None) => {
            let first = Vertex::try_from(offset).unwrap_or(Vertex::MAX);
            let nodes = graph.nodes_from(first).take(limit).map(|node| node_of(graph, node));
            Ok((graph.node_count(), Finding::Nodes(nodes.collect())))
        }
        (None, Some(filter)) => Ok(shown(graph.nodes_where(filter))),
        (Some(keys), filter) => {
            let vertices: Result<Vec<Vertex>, ChangeError> =
                keys.iter().map(|key| find(graph, key)).collect();
            let holds = filter.map(|filter| graph.nodes_where(filter));
            let is_wanted =
                |vertex: &Vertex| holds.as_ref().is_none_or(|holds| holds.binary_search(vertex).is_ok());
            Ok(shown(vertices?.into_iter().filter(is_wanted).collect()))
        }
    }
}

fn edges(
    graph: &PropertyGraph,
    named: Option<&EdgeName>,
    filter: Option<&Filter>,
    Page { offset, limit }: Page,
) -> Found {
    let page = |edges: &mut dyn Iterator<Item = EdgeView<'_>>| {
        Finding::Edges(edges.map(|edge| edge_of(graph, edge)).collect())
    };
    if named.is_none() && filter.is_none() {
        let first = u32::try_from(offset).unwrap_or(u32::MAX);
        return Ok((graph.edge_count(), page(&mut graph.edges_from(first).take(limit))));
    }
    let slots: Vec<u32> = match (named, filter) {
        (Some(name), _) => graph.edges_between(name)?.into_iter().map(EdgeView::slot).collect(),
        (None, filter) => filter.map(|filter| graph.edges_where(filter)).unwrap_or_default(),
    };
    let holds = named.and(filter).map(|filter| graph.edges_where(filter));
    let is_wanted = |slot: &u32| holds.as_ref().is_none_or(|holds| holds.binary_search(slot).is_ok());
    let slots: Vec<u32> = slots.into_iter().filter(is_wanted).collect();
    let mut edges = slots.iter().skip(offset).take(limit).filter_map(|slot| graph.edge(*slot));
    Ok((slots.len(), page(&mut edges)))
}

fn neighbors(graph: &PropertyGraph, node: &NodeKey, reach: Reach, Page { offset, limit }: Page) -> Found {
    let node = find(graph, node)?;
    let (from, to) = match reach {
        _ if !graph.is_directed() => (true, false),
        Reach::Forward => (true, false),
        Reach::Backward => (false, true),
        Reach::Both => (true, true),
    };
    let outgoing = from.then(|| graph.edges_of(node)).into_iter().flatten();
    // A loop has been told of among those from the node.
    let incoming = to.then(|| graph.edges_to(node)).into_iter().flatten();
    let edges: Vec<EdgeView<'_>> =
        outgoing.chain(incoming.filter(|edge| !from || edge.source() != edge.target())).collect();
    let neighbor = |edge: &EdgeView<'_>| {
        let other = graph.node(edge.other_end(node))?;
        Some((node_of(graph, other), edge_of(graph, *edge)))
    };
    let found = edges.iter().skip(offset).take(limit).filter_map(neighbor).collect();
    Ok((edges.len(), Finding::Neighbors(found)))
}

fn find(graph: &PropertyGraph, key: &NodeKey) -> Result<Vertex, ChangeError> {
    graph.vertex(key.borrow()).ok_or_else(|| ChangeError::NoNode { key: key.clone() })
}

fn node_of(graph: &PropertyGraph, node: NodeView<'_>) -> FoundNode {
    FoundNode {
        key: node.key().to_key(),
        attributes: node.attributes(),
        degree: graph.degree(node.vertex()),
        in_degree: graph.is_directed().then(|| graph.in_degree(node.vertex())),
    }
}

fn edge_of(graph: &PropertyGraph, edge: EdgeView<'_>) -> FoundEdge {
    let key = |vertex: Vertex| graph.key(vertex).map_or(NodeKey::Integer(vertex.into()), KeyRef::to_key);
    FoundEdge {
        source: key(edge.source()),
        target: key(edge.target()),
        key: edge.key().map(KeyRef::to_key),
        attributes: edge.attributes(),
    }
}
