//! Where a small graph lies in a graph, and whether two graphs are the same.

use std::collections::HashMap;

use serde_json::Value;

use crate::analysis::algorithm::{Algorithm, Answer, Call, grouped};
use crate::analysis::catalogue::{Descriptor, Shape};
use crate::analysis::findings::{Fact, Findings, Rows};
use crate::analysis::parameters::parameters;
use crate::analysis::{AnalysisError, Estimate, Size};
use crate::document::NodeKey;
use crate::graph::{Direction, Graph, Vertex};
use crate::isomorphism::{self, MatchKind, MatchOptions, VertexLabels};
use crate::number;

parameters! {
    /// A node of a pattern.
    pub struct PatternNode {
        /// Its name within the pattern.
        pub node: NodeKey,
        /// The value that a node has to have as the attribute `kind`, where that is asked for.
        #[serde(default)]
        pub kind: Value,
    }

    /// A graph given in a request. It is directed if the graph is that it is held against.
    #[derive(Default)]
    #[serde(default)]
    pub struct Pattern {
        /// Its edges as pairs of names.
        pub edges: Vec<[NodeKey; 2]>,
        /// Nodes without edges, or with a kind.
        pub nodes: Vec<PatternNode>,
    }

    /// Where a pattern lies in the graph.
    pub struct SubgraphMatchesRequest {
        /// What is looked for.
        pub pattern: Pattern,
        /// Which edges a match may leave out.
        #[serde(default)]
        pub matching: MatchKind,
        /// Attribute of nodes that has to be the same as the kind of the pattern's node.
        #[serde(default)]
        pub kind: Option<String>,
        /// Most matches, at least 1; 100 by default.
        #[serde(default = "limit")]
        pub limit: usize,
        /// Edges that may be looked at, 50,000,000 by default.
        #[serde(default = "max_steps")]
        pub max_steps: u64,
    }

    /// Whether the graph is the same as another one but for the names.
    pub struct IsomorphismRequest {
        /// The other graph.
        pub pattern: Pattern,
        /// Attribute of nodes that has to be the same as the kind of the other graph's node.
        #[serde(default)]
        pub kind: Option<String>,
        /// Edges that may be looked at, 50,000,000 by default.
        #[serde(default = "max_steps")]
        pub max_steps: u64,
    }
}

fn limit() -> usize {
    MatchOptions::default().limit
}

fn max_steps() -> u64 {
    MatchOptions::default().max_steps
}

/// A pattern as a graph, with its names and kinds.
struct Drawn {
    graph: Graph,
    names: Vec<NodeKey>,
    kinds: Vec<Value>,
}

impl Pattern {
    fn draw(&self, direction: Direction) -> Result<Drawn, AnalysisError> {
        let mut places: HashMap<&NodeKey, Vertex> = HashMap::new();
        let mut names = Vec::new();
        let mut place = |key| {
            *places.entry(key).or_insert_with(|| {
                names.push(NodeKey::clone(key));
                number::vertex(names.len() - 1)
            })
        };
        let given: Vec<Vertex> = self.nodes.iter().map(|node| place(&node.node)).collect();
        let edges: Vec<(Vertex, Vertex)> =
            self.edges.iter().map(|[source, target]| (place(source), place(target))).collect();
        let mut kinds = vec![Value::Null; names.len()];
        for (node, place) in self.nodes.iter().zip(given) {
            kinds[place as usize] = node.kind.clone();
        }
        let graph = Graph::from_edges(direction, names.len(), &edges)?;
        Ok(Drawn { graph, names, kinds })
    }
}

/// The kinds of the vertices of the pattern and of the graph.
fn labels(call: &Call<'_>, kind: Option<&str>, drawn: &Drawn) -> Result<Option<VertexLabels>, AnalysisError> {
    let Some(attribute) = kind else { return Ok(None) };
    let mut all = drawn.kinds.clone();
    all.extend(call.column("kind", attribute)?);
    let mut pattern = grouped(&all).0;
    let target = pattern.split_off(drawn.kinds.len());
    Ok(Some(VertexLabels { pattern, target }))
}

/// The name of a node of a pattern as that of a column.
fn title(key: &NodeKey) -> String {
    match key {
        NodeKey::Integer(number) => number.to_string(),
        // "1" is another node than 1.
        NodeKey::Text(text) if text.parse::<i64>().is_ok() => key.to_string(),
        NodeKey::Text(text) => text.clone(),
    }
}

impl Algorithm for SubgraphMatchesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "subgraph-matches",
        "Matches of a pattern",
        "Where does a small graph, such as a ring of payments, lie in the graph?",
        Shape::Table,
    )
    .takes("exponential in the size of the pattern, at most max_steps")
    .limits(
        "a symmetric pattern matches the same nodes in several ways; is_complete says whether these are all",
    )
    .by("Cordella et al. 2004; Bonnici et al. 2013")
    .example(r#"{"pattern":{"edges":[["a","b"],["b","c"],["c","a"]]},"limit":5}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let drawn = self.pattern.draw(graph.direction())?;
        let labels = labels(call, self.kind.as_deref(), &drawn)?;
        let options =
            MatchOptions { kind: self.matching, labels, limit: self.limit, max_steps: self.max_steps };
        let found = isomorphism::subgraph_matches(&drawn.graph, &graph, &options, call.watch)?;
        let rows = found.maps.into_iter().map(|map| map.into_iter().map(Fact::Node).collect()).collect();
        let columns = drawn.names.iter().map(title).collect();
        Ok(Findings::new(Rows::Table { columns, rows }).fact("is_complete", found.is_complete))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate { steps: self.max_steps, bytes: size.vertices.saturating_mul(24), is_worst_case: true }
    }
}

impl Algorithm for IsomorphismRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "isomorphism",
        "Isomorphism",
        "Is the graph the same as another one but for the names of nodes?",
        Shape::Table,
    )
    .takes("near O(m log n) where surroundings tell nodes apart, at most max_steps")
    .by("Weisfeiler and Leman 1968; Cordella et al. 2004")
    .example(r#"{"pattern":{"edges":[[1,2],[2,3],[3,1]]}}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let drawn = self.pattern.draw(graph.direction())?;
        let labels = labels(call, self.kind.as_deref(), &drawn)?;
        let found =
            isomorphism::isomorphism(&drawn.graph, &graph, labels.as_ref(), self.max_steps, call.watch)?;
        let is_isomorphic = found.is_some();
        let map = found.unwrap_or_default();
        let row = |(key, vertex): (&NodeKey, Vertex)| {
            let name = match key {
                NodeKey::Integer(number) => Fact::Whole(*number),
                NodeKey::Text(text) => Fact::from(text.as_str()),
            };
            vec![name, Fact::Node(vertex)]
        };
        let rows = drawn.names.iter().zip(map).map(row).collect();
        Ok(Findings::table(&["pattern", "node"], rows).fact("is_isomorphic", is_isomorphic))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let bytes = size.vertices.saturating_mul(200);
        Estimate { steps: self.max_steps, bytes, is_worst_case: true }.and_entries(size, 48)
    }
}
