//! Parts of a graph: components, blocks, dense cores, trees.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Findings, Numbers, Rows};
use crate::analysis::parameters::parameters;
use crate::analysis::{Estimate, Size};
use crate::component::{self, Components};
use crate::core;
use crate::graph::{Edge, Vertex};
use crate::tree::{self, Extreme};

parameters! {
    /// Parts that hang together when each edge is read both ways.
    #[derive(Default)]
    pub struct WeakComponentsRequest {}

    /// Parts in which every node is reached from every other.
    #[derive(Default)]
    pub struct StrongComponentsRequest {}

    /// Parts that hang together whichever one node is missing.
    #[derive(Default)]
    pub struct BiconnectedComponentsRequest {}

    /// Edges without which a part falls apart.
    #[derive(Default)]
    pub struct BridgesRequest {}

    /// Nodes without which a part falls apart.
    #[derive(Default)]
    pub struct ArticulationPointsRequest {}

    /// The largest k-core that each node is in.
    #[derive(Default)]
    pub struct CoreNumbersRequest {}

    /// The nodes of a k-core.
    pub struct KCoreRequest {
        /// How many neighbours each node has at least.
        pub k: u32,
    }

    /// The largest k-truss that each edge is in.
    #[derive(Default)]
    pub struct TrussNumbersRequest {}

    /// The edges of a k-truss.
    pub struct KTrussRequest {
        /// Two more than the triangles that each edge is in at least.
        pub k: u32,
    }

    /// A tree in each component that reaches all its nodes.
    #[derive(Default)]
    #[serde(default)]
    pub struct SpanningForestRequest {
        /// Whether the edges weigh as little or as much as they can.
        pub extreme: Extreme,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }
}

fn components(components: &Components) -> Findings {
    let largest = components.sizes().into_iter().max().unwrap_or(0);
    let (count, numbers) = (components.count(), components.numbers().to_vec());
    Findings::labels(numbers).fact("groups", count).fact("largest", largest)
}

impl Algorithm for WeakComponentsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "weak-components",
        "Connected components",
        "Which parts of the graph hang together, whichever way edges lead?",
        Shape::Labels,
    )
    .by("Sutton, Ben-Nun and Barak 2018")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        Ok(components(&component::weak(&*call.graph(None)?, call.watch)?))
    }
}

impl Algorithm for StrongComponentsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "strong-components",
        "Strongly connected components",
        "In which parts of the graph does every node reach every other?",
        Shape::Labels,
    )
    .by("Tarjan 1972; Pearce 2016");

    fn run(&self, call: &Call<'_>) -> Answer {
        Ok(components(&component::strong(&*call.graph(None)?, call.watch)?))
    }
}

impl Algorithm for BiconnectedComponentsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "biconnected-components",
        "Biconnected components",
        "Which parts hold together whichever one of their nodes is missing?",
        Shape::Sets,
    )
    .by("Hopcroft and Tarjan 1973")
    .direction(DirectionUse::UndirectedOnly);

    fn run(&self, call: &Call<'_>) -> Answer {
        let blocks = component::blocks(&*call.graph(None)?, call.watch)?;
        let sets = blocks.members().map(<[Vertex]>::to_vec).collect();
        Ok(Findings::new(Rows::Sets(sets)).fact("groups", blocks.count()))
    }
}

impl Algorithm for BridgesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "bridges",
        "Bridges",
        "Without which single edges does the graph fall apart?",
        Shape::Pairs,
    )
    .by("Hopcroft and Tarjan 1973")
    .direction(DirectionUse::UndirectedOnly);

    fn run(&self, call: &Call<'_>) -> Answer {
        let blocks = component::blocks(&*call.graph(None)?, call.watch)?;
        Ok(Findings::pairs(blocks.bridges().to_vec()))
    }
}

impl Algorithm for ArticulationPointsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "articulation-points",
        "Articulation points",
        "Without which single nodes does the graph fall apart?",
        Shape::Nodes,
    )
    .by("Hopcroft and Tarjan 1973")
    .direction(DirectionUse::UndirectedOnly);

    fn run(&self, call: &Call<'_>) -> Answer {
        let blocks = component::blocks(&*call.graph(None)?, call.watch)?;
        Ok(Findings::nodes(blocks.articulation_points().to_vec()))
    }
}

impl Algorithm for CoreNumbersRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "core-numbers",
        "Core numbers",
        "How deep in the dense middle of the graph is each node?",
        Shape::Scores,
    )
    .by("Seidman 1983; Batagelj and Zaveršnik 2003")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let cores = core::cores(&*call.graph(None)?, call.watch)?;
        let numbers = cores.numbers.iter().map(|&number| number.into()).collect();
        Ok(Findings::counts("core", numbers).fact("degeneracy", cores.degeneracy()))
    }
}

impl Algorithm for KCoreRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "k-core",
        "k-core",
        "Which nodes are left when those of fewer than k neighbours are taken away again and again?",
        Shape::Nodes,
    )
    .by("Seidman 1983; Batagelj and Zaveršnik 2003")
    .direction(DirectionUse::Ignored)
    .example(r#"{"k":3}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let cores = core::cores(&*call.graph(None)?, call.watch)?;
        Ok(Findings::nodes(cores.core(self.k)).fact("degeneracy", cores.degeneracy()))
    }
}

impl Algorithm for TrussNumbersRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "truss-numbers",
        "Truss numbers",
        "How closely knit, by triangles, is what each edge is part of?",
        Shape::Pairs,
    )
    .takes("O(m^1.5 · log degree)")
    .by("Cohen 2008; Wang and Cheng 2012")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let trusses = core::trusses(&*call.graph(None)?, call.watch)?;
        let numbers = trusses.numbers.iter().map(|&number| number.into()).collect();
        let greatest = trusses.greatest();
        let findings = Findings::pairs(trusses.edges).with_column("truss", Numbers::Whole, numbers);
        Ok(findings.ranked().fact("greatest", greatest))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.entries.isqrt(), 12).and_entries(size, 18)
    }
}

impl Algorithm for KTrussRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "k-truss",
        "k-truss",
        "Which edges are left when those in fewer than k - 2 triangles are taken away again and again?",
        Shape::Pairs,
    )
    .takes("O(m^1.5 · log degree)")
    .by("Cohen 2008; Wang and Cheng 2012")
    .direction(DirectionUse::Ignored)
    .example(r#"{"k":4}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let trusses = core::trusses(&*call.graph(None)?, call.watch)?;
        Ok(Findings::pairs(trusses.truss(self.k)).fact("greatest", trusses.greatest()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        TrussNumbersRequest {}.estimate(size)
    }
}

impl Algorithm for SpanningForestRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "spanning-forest",
        "Spanning forest",
        "Which edges reach all nodes of each component at the least, or the greatest, weight?",
        Shape::Pairs,
    )
    .takes("O(m log m)")
    .by("Kruskal 1956; Osipov, Sanders and Singler 2009")
    .direction(DirectionUse::UndirectedOnly)
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let forest = tree::spanning_forest(&graph, self.extreme, call.watch)?;
        let (weight, trees) = (forest.weight, forest.trees);
        Ok(edges(&forest.edges).fact("weight", weight).fact("trees", trees))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 16, 8).and_entries(size, 32)
    }
}

/// Edges with their weights.
pub(super) fn edges(edges: &[Edge]) -> Findings {
    let weights = edges.iter().map(|edge| edge.weight).collect();
    let pairs = edges.iter().map(|edge| (edge.source, edge.target)).collect();
    Findings::pairs(pairs).with_column("weight", Numbers::Real, weights)
}
