//! How a graph holds together while parts of it are lost.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Fact, Findings};
use crate::analysis::parameters::{choices, parameters};
use crate::analysis::{Estimate, Size};
use crate::document::NodeKey;
use crate::number;
use crate::robustness::{self, Attack, Lost, PercolationOptions};

choices! {
    /// Which nodes go first; ties go to the earlier node.
    pub enum RemovalOrder {
        /// Those of most neighbours.
        #[default]
        Degree,
        /// The one of most neighbours in what remains, each time.
        RecalculatedDegree,
        /// Those of most betweenness, from some sources.
        Betweenness,
        /// By chance.
        Random,
        /// As `nodes` says.
        Given,
    }
}

parameters! {
    /// Nodes taken away one after the other.
    #[serde(default)]
    pub struct RemovalRequest {
        /// Which nodes go first.
        pub order: RemovalOrder,
        /// For the order `given`: the nodes, each once; others stay.
        pub nodes: Vec<NodeKey>,
        /// For the order `betweenness`: from how many nodes paths are looked at, 100 by default.
        pub sources: usize,
        /// For the order `random`: how many runs the mean is of, 1 to 10,000; 20 by default.
        pub runs: u32,
        /// Moments at which the rest is looked at, 100 by default.
        pub points: usize,
        /// Seed of sources and runs.
        pub seed: u64,
    }

    /// Edges or nodes that come one by one by chance.
    #[serde(default)]
    pub struct PercolationRequest {
        /// What is there by chance only.
        pub lost: Lost,
        /// How many runs the mean is of, 1 to 10,000.
        pub runs: u32,
        /// Moments at which a run is looked at, 1 to 1,000,000.
        pub points: usize,
        /// Seed of all runs.
        pub seed: u64,
    }
}

impl Default for RemovalRequest {
    fn default() -> Self {
        Self {
            order: RemovalOrder::default(),
            nodes: Vec::new(),
            sources: 100,
            runs: 20,
            points: 100,
            seed: 0,
        }
    }
}

impl Default for PercolationRequest {
    fn default() -> Self {
        let PercolationOptions { lost, runs, points, seed } = PercolationOptions::default();
        Self { lost, runs, points, seed }
    }
}

impl Algorithm for RemovalRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "removal",
        "Attack on nodes",
        "How long does the graph hold together while nodes are taken away?",
        Shape::Table,
    )
    .takes("O(runs · m), for betweenness O(sources · m)")
    .by("Albert, Jeong and Barabási 2000; Schneider et al. 2011")
    .direction(DirectionUse::Ignored)
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let attack = match self.order {
            RemovalOrder::Degree => Attack::Degree,
            RemovalOrder::RecalculatedDegree => Attack::RecalculatedDegree,
            RemovalOrder::Betweenness => Attack::Betweenness { sources: self.sources, seed: self.seed },
            RemovalOrder::Random => Attack::Random { seed: self.seed, runs: self.runs },
            RemovalOrder::Given => Attack::Order(call.vertices("nodes", &self.nodes)?),
        };
        let found = robustness::removal(&graph, &attack, self.points, call.watch)?;
        let row =
            |point: &robustness::RemovalPoint| vec![Fact::Number(point.removed), Fact::Number(point.largest)];
        let rows = found.curve.iter().map(row).collect();
        let findings = Findings::table(&["removed", "largest"], rows);
        Ok(findings.fact("index", found.index).fact("order", found.order))
    }

    fn estimate(&self, size: Size) -> Estimate {
        match self.order {
            RemovalOrder::Random => Estimate::passes(size, self.runs.into(), 40),
            RemovalOrder::Betweenness => {
                Estimate::passes(size, number::wide(self.sources).min(size.vertices).saturating_add(1), 360)
            }
            RemovalOrder::Degree | RemovalOrder::RecalculatedDegree | RemovalOrder::Given => {
                Estimate::passes(size, 20, 40)
            }
        }
    }
}

impl Algorithm for PercolationRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "percolation",
        "Percolation",
        "Which part of the edges, or nodes, has to be there for a large part to hang together?",
        Shape::Table,
    )
    .takes("O(runs · m)")
    .by("Newman and Ziff 2001")
    .direction(DirectionUse::Ignored)
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let Self { lost, runs, points, seed } = *self;
        let options = PercolationOptions { lost, runs, points, seed };
        let found = robustness::percolation(&*call.graph(None)?, &options, call.watch)?;
        let row = |point: &robustness::PercolationPoint| {
            [point.occupied, point.largest, point.susceptibility].map(Fact::Number).to_vec()
        };
        let rows = found.curve.iter().map(row).collect();
        let findings = Findings::table(&["occupied", "largest", "susceptibility"], rows);
        Ok(findings.fact("threshold", found.threshold))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, self.runs.into(), 24).and_entries(size, 12)
    }
}
