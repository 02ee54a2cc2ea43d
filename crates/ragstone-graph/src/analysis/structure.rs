//! Measures of a whole graph and of its triangles, and whether like joins like.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Fact, Findings};
use crate::analysis::parameters::parameters;
use crate::analysis::{AnalysisError, Estimate, Size};
use crate::assortativity;
use crate::clustering::{self, Triangles};
use crate::number::{self, real};
use crate::statistics;

parameters! {
    /// Sizes, density and reciprocity.
    #[derive(Default)]
    pub struct StatisticsRequest {}

    /// Triangles of each node.
    #[derive(Default)]
    pub struct TrianglesRequest {}

    /// Which part of the pairs of neighbours of each node are neighbours.
    #[derive(Default)]
    pub struct ClusteringRequest {}

    /// Clustering of directed graphs as LDBC Graphalytics defines it.
    #[derive(Default)]
    pub struct DirectedClusteringRequest {}

    /// Which part of the paths of two edges are closed to triangles.
    #[derive(Default)]
    pub struct TransitivityRequest {}

    /// Mean of the clustering of all nodes.
    #[derive(Default)]
    pub struct AverageClusteringRequest {}

    /// Whether nodes of many edges are joined to each other.
    #[derive(Default)]
    pub struct DegreeAssortativityRequest {}

    /// Whether nodes of near numbers are joined to each other.
    pub struct NumericAssortativityRequest {
        /// Attribute of nodes that is a number at each of them.
        pub attribute: String,
    }

    /// Whether nodes of one kind are joined to each other.
    pub struct LabelAssortativityRequest {
        /// Attribute of nodes that is their kind; nodes without it are a kind of their own.
        pub attribute: String,
    }
}

impl Algorithm for StatisticsRequest {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("statistics", "Statistics", "How large and how dense is the graph?", Shape::Record);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let (nodes, edges) = (graph.vertex_count(), graph.edge_count());
        let loops = graph.edges().filter(|edge| edge.source == edge.target).count();
        let isolated = |&vertex: &u32| graph.degree(vertex) == 0 && graph.in_degree(vertex) == 0;
        let isolated = graph.vertices().filter(isolated).count();
        let reciprocity = if graph.is_directed() {
            Fact::from(statistics::reciprocity(&graph, call.watch)?)
        } else {
            Fact::Missing
        };
        let per_node = |count: usize| if nodes == 0 { 0.0 } else { real(count) / real(nodes) };
        let mean = per_node(if graph.is_directed() { edges } else { 2 * edges });
        let findings = Findings::record().fact("nodes", nodes).fact("edges", edges);
        let findings = findings.fact("is_directed", graph.is_directed()).fact("loops", loops);
        let findings = findings.fact("isolated", isolated).fact("mean_degree", mean);
        let findings = findings.fact("density", statistics::density(&graph));
        Ok(Findings { facts: [findings.facts, vec![("reciprocity", reciprocity)]].concat(), ..findings })
    }
}

fn triangles(call: &Call<'_>) -> Result<Triangles, AnalysisError> {
    Ok(clustering::triangles(&*call.graph(None)?, call.watch)?)
}

/// What counting triangles takes at worst.
fn cost(size: Size) -> Estimate {
    Estimate::searches(size, size.entries.isqrt(), 36).and_entries(size, 4)
}

const COMPLEXITY: &str = "O(m^1.5) at worst, mostly a few passes";

impl Algorithm for TrianglesRequest {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("triangles", "Triangles", "In how many triangles is each node?", Shape::Scores)
            .takes(COMPLEXITY)
            .by("Latapy 2008")
            .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = triangles(call)?;
        let count = |&count: &u64| real(usize::try_from(count).unwrap_or(usize::MAX));
        let counts = found.at.iter().map(count).collect();
        Ok(Findings::counts("triangles", counts).fact("total", found.total()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        cost(size)
    }
}

impl Algorithm for ClusteringRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "clustering",
        "Local clustering",
        "How many of the neighbours of each node are neighbours of each other?",
        Shape::Scores,
    )
    .takes(COMPLEXITY)
    .by("Watts and Strogatz 1998")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = triangles(call)?;
        Ok(Findings::scores("clustering", found.coefficients()).fact("average", found.average()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        cost(size)
    }
}

impl Algorithm for DirectedClusteringRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "directed-clustering",
        "Directed local clustering",
        "How many of the ordered pairs of neighbours of each node are joined, with directions?",
        Shape::Scores,
    )
    .takes(COMPLEXITY)
    .by("Iosup et al., LDBC Graphalytics 1.0.5, section 2.3.5");

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        Ok(Findings::scores("clustering", clustering::directed_coefficients(&graph, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        cost(size).and_entries(size, 8)
    }
}

impl Algorithm for TransitivityRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "transitivity",
        "Transitivity",
        "Which part of all paths of two edges is closed by a third?",
        Shape::Record,
    )
    .takes(COMPLEXITY)
    .by("Newman, Watts and Strogatz 2002")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = triangles(call)?;
        let findings = Findings::record().fact("transitivity", found.transitivity());
        Ok(findings.fact("triangles", found.total()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        cost(size)
    }
}

impl Algorithm for AverageClusteringRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "average-clustering",
        "Average clustering",
        "How much do neighbours of a node know each other on average?",
        Shape::Record,
    )
    .takes(COMPLEXITY)
    .by("Watts and Strogatz 1998")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        Ok(Findings::record().fact("average", triangles(call)?.average()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        cost(size)
    }
}

impl Algorithm for DegreeAssortativityRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "degree-assortativity",
        "Degree assortativity",
        "Are nodes of many edges joined to each other (above 0) or to those of few (below 0)?",
        Shape::Record,
    )
    .by("Newman 2003");

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = assortativity::by_degree(&*call.graph(None)?, call.watch)?;
        Ok(Findings::record().fact("assortativity", found))
    }
}

impl Algorithm for NumericAssortativityRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "numeric-assortativity",
        "Assortativity by a number",
        "Are nodes joined to nodes whose number, such as an age, is near to theirs?",
        Shape::Record,
    )
    .limits("every node needs the number")
    .by("Newman 2003")
    .example(r#"{"attribute":"age"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let values = call.numbers("attribute", &self.attribute)?;
        let found = assortativity::by_value(&graph, &values, call.watch)?;
        Ok(Findings::record().fact("assortativity", found))
    }
}

impl Algorithm for LabelAssortativityRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "label-assortativity",
        "Assortativity by a kind",
        "How much more are nodes joined to nodes of their own kind than chance would join them?",
        Shape::Record,
    )
    .by("Newman 2003")
    .example(r#"{"attribute":"club"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let (labels, names) = call.groups("attribute", &self.attribute)?;
        let found = assortativity::by_label(&graph, &labels, call.watch)?;
        let kinds = number::wide(names.len());
        Ok(Findings::record().fact("assortativity", found).fact("kinds", kinds))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 1, 200)
    }
}
