//! Flows, cuts, matchings and colourings.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Findings, Numbers};
use crate::analysis::parameters::parameters;
use crate::analysis::parts::edges;
use crate::analysis::{Estimate, Size};
use crate::bipartite::{self, Bipartition};
use crate::coloring::{self, ColoringStrategy};
use crate::document::NodeKey;
use crate::flow::{self, Capacity, Cut};
use crate::graph::Vertex;
use crate::matching::{self, Matching, WeightGoal};

parameters! {
    /// The most that flows between two nodes.
    pub struct MaxFlowRequest {
        /// Where it comes from.
        pub source: NodeKey,
        /// Where it goes.
        pub target: NodeKey,
        /// Attribute of edges that is how much they carry, 0 or more; without it each carries 1.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// The cheapest edges that part two nodes.
    pub struct MinCutRequest {
        /// The node on the one side.
        pub source: NodeKey,
        /// The node on the other side.
        pub target: NodeKey,
        /// Attribute of edges that is what cutting them costs, 0 or more; without it each costs 1.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// The cheapest edges without which the graph falls apart.
    #[derive(Default)]
    #[serde(default)]
    pub struct GlobalMinCutRequest {
        /// Attribute of edges that is what cutting them costs, 0 or more; without it each costs 1.
        pub weight: Option<String>,
    }

    /// Two sides with all edges between them.
    #[derive(Default)]
    pub struct BipartitionRequest {}

    /// As many pairs as there can be between two sides.
    #[derive(Default)]
    pub struct BipartiteMatchingRequest {}

    /// As many pairs as there can be.
    #[derive(Default)]
    pub struct MaximumMatchingRequest {}

    /// Pairs of as much weight as there can be.
    #[derive(Default)]
    #[serde(default)]
    pub struct WeightMatchingRequest {
        /// What is made as large as it can be.
        pub goal: WeightGoal,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Few kinds of nodes so that neighbours differ.
    #[derive(Default)]
    #[serde(default)]
    pub struct ColoringRequest {
        /// In which order nodes are coloured.
        pub strategy: ColoringStrategy,
        /// An order of one's own that names each node once, in place of the strategy.
        pub order: Option<Vec<NodeKey>>,
    }
}

fn cut(cut: &Cut) -> Findings {
    let findings = edges(&cut.edges).fact("value", cut.value).fact("side_size", cut.side.len());
    findings.fact("side", cut.side.clone())
}

impl Algorithm for MaxFlowRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "max-flow",
        "Maximum flow",
        "How much gets from one node to another, and along which edges?",
        Shape::Pairs,
    )
    .takes("O(n² m) at worst, O(√m · m) where all edges carry alike, mostly far less")
    .limits("capacities are 0 or more")
    .by("Dinic 1970")
    .weighted()
    .example(r#"{"source":1,"target":34}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let source = call.vertex("source", &self.source)?;
        let target = call.vertex("target", &self.target)?;
        let found = flow::max_flow(&graph, source, target, Capacity::Weights, call.watch)?;
        let value = found.value();
        let used = graph.edges().zip(&found.flows).filter(|&(_, &flow)| flow != 0.0);
        let ends = |(edge, &flow): (crate::graph::Edge, &f64)| {
            let pair = if flow < 0.0 { (edge.target, edge.source) } else { (edge.source, edge.target) };
            (pair, flow.abs())
        };
        let (pairs, flows): (Vec<(Vertex, Vertex)>, Vec<f64>) = used.map(ends).unzip();
        Ok(Findings::pairs(pairs).with_column("flow", Numbers::Real, flows).fact("value", value))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.entries.isqrt(), 32).and_entries(size, 44)
    }
}

impl Algorithm for MinCutRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "min-cut",
        "Minimum cut between two nodes",
        "Which are the cheapest edges that part two nodes?",
        Shape::Pairs,
    )
    .takes("O(n² m) at worst, mostly far less")
    .limits("weights are 0 or more")
    .by("Ford and Fulkerson 1956; Dinic 1970")
    .weighted()
    .example(r#"{"source":1,"target":34}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let source = call.vertex("source", &self.source)?;
        let target = call.vertex("target", &self.target)?;
        Ok(cut(&flow::max_flow(&graph, source, target, Capacity::Weights, call.watch)?.cut))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.entries.isqrt(), 32).and_entries(size, 44)
    }
}

impl Algorithm for GlobalMinCutRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "global-min-cut",
        "Minimum cut",
        "Which are the cheapest edges without which the graph falls apart?",
        Shape::Pairs,
    )
    .takes("O(n · m log n) at worst, mostly a few passes")
    .limits("weights are 0 or more; at least two nodes")
    .by("Stoer and Wagner 1997; Nagamochi, Ono and Ibaraki 1994")
    .direction(DirectionUse::UndirectedOnly)
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        Ok(cut(&flow::global_min_cut(&graph, Capacity::Weights, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 40).and_entries(size, 40)
    }
}

impl Algorithm for BipartitionRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "bipartition",
        "Two sides",
        "Do nodes fall into two sides with all edges between them?",
        Shape::Labels,
    )
    .limits("where they do not, the answer is a record with an odd cycle")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        Ok(match bipartite::bipartition(&*call.graph(None)?, call.watch)? {
            Bipartition::Sides(sides) => {
                Findings::labels(sides.into_iter().map(u32::from).collect()).fact("is_bipartite", true)
            }
            Bipartition::OddCycle(cycle) => {
                Findings::record().fact("is_bipartite", false).fact("odd_cycle", cycle)
            }
        })
    }
}

/// The pairs of a matching, and how many there are.
fn matched(matching: &Matching) -> Findings {
    let pairs: Vec<(Vertex, Vertex)> = matching.pairs().collect();
    let size = pairs.len();
    Findings::pairs(pairs).fact("size", size)
}

impl Algorithm for BipartiteMatchingRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "bipartite-matching",
        "Bipartite matching",
        "How many pairs can be made between two sides, such as tasks and people?",
        Shape::Pairs,
    )
    .takes("O(m √n)")
    .limits("refuses graphs with odd cycles")
    .by("Hopcroft and Karp 1973")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = matching::bipartite_matching(&*call.graph(None)?, call.watch)?;
        Ok(matched(&found.matching).fact("cover", found.cover))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices.isqrt(), 40).and_entries(size, 8)
    }
}

impl Algorithm for MaximumMatchingRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "maximum-matching",
        "Maximum matching",
        "How many pairs of neighbours can be made so that no node is in two?",
        Shape::Pairs,
    )
    .takes("O(n · m) at worst, mostly near O(m)")
    .by("Edmonds 1965; Gabow 1976")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = matching::cardinality_matching(&*call.graph(None)?, call.watch)?;
        Ok(matched(&found.matching).fact("barrier", found.barrier))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 40).and_entries(size, 8)
    }
}

impl Algorithm for WeightMatchingRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "weight-matching",
        "Matching of most weight",
        "Which pairs of neighbours weigh most together, no node being in two?",
        Shape::Pairs,
    )
    .takes("O(n³)")
    .limits("about 0.1 s for 1,000 nodes")
    .by("Galil 1986; van Rantwijk 2008")
    .direction(DirectionUse::Ignored)
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let found = matching::weight_matching(&graph, self.goal, call.watch)?;
        let pairs: Vec<(Vertex, Vertex)> = found.pairs().collect();
        let heaviest = |one: Vertex, other: Vertex| {
            let weights = graph.entries(one).filter(move |entry| entry.0 == other).map(|entry| entry.1);
            weights.fold(f64::NEG_INFINITY, f64::max)
        };
        let weight = |&(one, other): &(Vertex, Vertex)| heaviest(one, other).max(heaviest(other, one));
        let weights: Vec<f64> = pairs.iter().map(weight).collect();
        let (size, total) = (pairs.len(), weights.iter().sum::<f64>());
        let findings = Findings::pairs(pairs).with_column("weight", Numbers::Real, weights);
        Ok(findings.fact("size", size).fact("weight", total))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let passes = size.vertices.saturating_mul(size.vertices);
        Estimate::searches(size, passes, 100).and_entries(size, 100)
    }
}

impl Algorithm for ColoringRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "coloring",
        "Colouring",
        "Into how few kinds can nodes be put so that neighbours differ, such as times for exams?",
        Shape::Labels,
    )
    .takes("O((n + m) log n)")
    .limits("few colours, not surely the fewest")
    .by("Brélaz 1979; Welsh and Powell 1967; Matula and Beck 1983")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let found = match &self.order {
            None => coloring::greedy_coloring(&graph, self.strategy, call.watch)?,
            Some(order) => coloring::ordered_coloring(&graph, &call.vertices("order", order)?, call.watch)?,
        };
        Ok(Findings::labels(found.colors).fact("colors", found.count))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 20, 40).and_entries(size, 8)
    }
}
