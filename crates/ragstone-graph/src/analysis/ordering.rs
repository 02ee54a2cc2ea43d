//! Orders, cycles and how far a graph reaches.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::distances::cycles;
use crate::analysis::findings::{Fact, Findings, Numbers, Rows, Way};
use crate::analysis::parameters::parameters;
use crate::analysis::{Estimate, Size};
use crate::distance::{self, AverageLengthOptions};
use crate::graph::Vertex;
use crate::number::{self, real};
use crate::order::{self, SimpleCyclesOptions};

parameters! {
    /// One cycle.
    #[derive(Default)]
    pub struct FindCycleRequest {}

    /// Whether there is no cycle.
    #[derive(Default)]
    pub struct AcyclicRequest {}

    /// Cycles that meet no node twice.
    #[serde(default)]
    pub struct SimpleCyclesRequest {
        /// Most edges of a cycle; any number by default.
        pub max_length: Option<u32>,
        /// Most cycles, at least 1.
        pub max_count: usize,
    }

    /// An order in which every edge leads forward.
    #[derive(Default)]
    pub struct TopologicalOrderRequest {}

    /// The longest path of a graph without cycles.
    #[derive(Default)]
    #[serde(default)]
    pub struct LongestPathRequest {
        /// Attribute of edges that is their length; without it each is 1 long.
        pub weight: Option<String>,
    }

    /// The longest of all shortest paths, by hops.
    #[derive(Default)]
    pub struct DiameterRequest {}

    /// Hops from each node to the furthest one that it reaches.
    #[derive(Default)]
    pub struct EccentricitiesRequest {}

    /// The nodes from where the furthest node is nearest.
    #[derive(Default)]
    pub struct CenterRequest {}

    /// The nodes from where the furthest node is as far away as any.
    #[derive(Default)]
    pub struct PeripheryRequest {}

    /// Mean length of shortest paths, by hops.
    #[derive(Default)]
    #[serde(default)]
    pub struct AveragePathLengthRequest {
        /// From how many nodes to search, at least 2; from all, which is exact, by default.
        pub samples: Option<usize>,
        /// Decides which.
        pub seed: u64,
    }
}

impl Default for SimpleCyclesRequest {
    fn default() -> Self {
        let SimpleCyclesOptions { max_length, max_count } = SimpleCyclesOptions::default();
        Self { max_length, max_count }
    }
}

impl Algorithm for FindCycleRequest {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("find-cycle", "Find a cycle", "Is there a cycle, and which?", Shape::Paths)
            .limits("finds one");

    fn run(&self, call: &Call<'_>) -> Answer {
        let cycle = order::find_cycle(&*call.graph(None)?, call.watch)?;
        Ok(cycles(cycle.into_iter().collect()))
    }
}

impl Algorithm for AcyclicRequest {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("acyclic", "Without cycles", "Is the graph without cycles?", Shape::Record);

    fn run(&self, call: &Call<'_>) -> Answer {
        let is_acyclic = order::is_acyclic(&*call.graph(None)?, call.watch)?;
        Ok(Findings::record().fact("is_acyclic", is_acyclic))
    }
}

impl Algorithm for SimpleCyclesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "simple-cycles",
        "All simple cycles",
        "Which cycles meet no node twice?",
        Shape::Paths,
    )
    .takes("O((n + m) · cycles)")
    .limits("ends at max_count and then says so as is_cut")
    .by("Johnson 1975; Gupta and Suzumura 2021")
    .example(r#"{"max_length":3}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let options = SimpleCyclesOptions { max_length: self.max_length, max_count: self.max_count };
        let found = order::simple_cycles(&*call.graph(None)?, options, call.watch)?;
        Ok(cycles(found.cycles).fact("is_cut", found.is_cut))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let cycles = number::wide(self.max_count).saturating_add(1);
        Estimate::searches(size, cycles, 30).and_entries(size, 20)
    }
}

impl Algorithm for TopologicalOrderRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "topological-order",
        "Topological order",
        "In which order does every edge lead forward, such as tasks after those they need?",
        Shape::Nodes,
    )
    .limits("refuses cycles, and names one")
    .by("Kahn 1962")
    .direction(DirectionUse::DirectedOnly);

    fn run(&self, call: &Call<'_>) -> Answer {
        let order = order::topological(&*call.graph(None)?, call.watch)?;
        let positions = (0..order.len()).map(real).collect();
        Ok(Findings::nodes(order).with_column("position", Numbers::Whole, positions))
    }
}

impl Algorithm for LongestPathRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "longest-path",
        "Longest path",
        "Which chain of edges is the longest, such as the critical path of a plan?",
        Shape::Paths,
    )
    .limits("refuses cycles, and names one")
    .direction(DirectionUse::DirectedOnly)
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let path = order::longest_path(&*call.graph(self.weight.as_deref())?, call.watch)?;
        let way = path.map(|path| Way { vertices: path.vertices, length: Some(path.length) });
        Ok(Findings::new(Rows::Paths(way.into_iter().collect())))
    }
}

const EXACT: &str = "O(n · m) at worst, mostly some tens of searches";

impl Algorithm for DiameterRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "diameter",
        "Diameter",
        "How many edges apart are the two nodes that are furthest from each other?",
        Shape::Record,
    )
    .takes(EXACT)
    .limits("pairs between which no path leads are left out")
    .by("Takes and Kosters 2013");

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = distance::diameter(&*call.graph(None)?, call.watch)?;
        Ok(match found {
            None => Findings::record().fact("diameter", None),
            Some(found) => Findings::record()
                .fact("diameter", found.length)
                .fact("source", Fact::Node(found.source))
                .fact("target", Fact::Node(found.target))
                .fact("is_connected", found.is_connected),
        })
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 150)
    }
}

fn eccentricities(call: &Call<'_>) -> Result<Vec<u32>, crate::analysis::AnalysisError> {
    Ok(distance::eccentricities(&*call.graph(None)?, call.watch)?)
}

impl Algorithm for EccentricitiesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "eccentricities",
        "Eccentricities",
        "How many edges away is the furthest node from each node?",
        Shape::Scores,
    )
    .takes("O(n · m) at worst, 256 searches at the price of 40")
    .limits("nodes that are not reached are left out")
    .by("Takes and Kosters 2013");

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = eccentricities(call)?;
        let (radius, diameter) =
            (found.iter().min().copied().unwrap_or(0), found.iter().max().copied().unwrap_or(0));
        let scores = found.into_iter().map(f64::from).collect();
        let findings = Findings::counts("eccentricity", scores).lowest_first();
        Ok(findings.fact("radius", radius).fact("diameter", diameter))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 150)
    }
}

impl Algorithm for CenterRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "center",
        "Center and radius",
        "From which nodes is the furthest node nearest, and how near?",
        Shape::Nodes,
    )
    .takes(EXACT)
    .limits("refuses graphs in which some node does not reach some other")
    .by("Takes and Kosters 2013");

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = distance::center(&*call.graph(None)?, call.watch)?;
        Ok(Findings::nodes(found.vertices).fact("radius", found.radius))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 150)
    }
}

impl Algorithm for PeripheryRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "periphery",
        "Periphery",
        "Which nodes are furthest from some other node?",
        Shape::Nodes,
    )
    .takes("O(n · m) at worst, 256 searches at the price of 40")
    .limits("nodes that are not reached are left out")
    .by("Takes and Kosters 2013");

    fn run(&self, call: &Call<'_>) -> Answer {
        let found = eccentricities(call)?;
        let diameter = found.iter().max().copied().unwrap_or(0);
        let furthest = (0..).zip(&found).filter(|&(_, &hops)| hops == diameter);
        let nodes: Vec<Vertex> = furthest.map(|(vertex, _)| vertex).collect();
        Ok(Findings::nodes(nodes).fact("diameter", diameter))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 150)
    }
}

impl Algorithm for AveragePathLengthRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "average-path-length",
        "Average path length",
        "How many edges apart are two nodes on average?",
        Shape::Record,
    )
    .takes("O(samples · m), 256 searches at the price of 40")
    .limits("pairs between which no path leads are left out, and counted")
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let options = AverageLengthOptions { samples: self.samples, seed: self.seed };
        let found = distance::average_length(&*call.graph(None)?, options, call.watch)?;
        let findings = Findings::record().fact("mean", found.mean);
        let findings = findings.fact("standard_error", found.standard_error);
        Ok(findings.fact("pairs", found.pairs).fact("unreached_pairs", found.unreached_pairs))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, self.samples.map_or(size.vertices, number::wide), 100)
    }
}
