//! Centralities from degrees and distances.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, Shape};
use crate::analysis::findings::{Findings, Numbers};
use crate::analysis::parameters::parameters;
use crate::analysis::{Estimate, Size};
use crate::centrality::{self, Betweenness, Closeness, Sampling, Scale, Side, Weights};

parameters! {
    /// Number of edges of each node.
    #[serde(default)]
    pub struct DegreeRequest {
        /// Which edges count; all in an undirected graph.
        pub side: Side,
        /// Whether it is divided by the number of other nodes; not by default.
        pub scale: Scale,
    }

    /// Sum of the weights of the edges of each node.
    #[serde(default)]
    pub struct StrengthRequest {
        /// Which edges count; all in an undirected graph.
        pub side: Side,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Inverse of the mean distance of each node.
    #[derive(Default)]
    #[serde(default)]
    pub struct ClosenessRequest {
        /// Whether the way to a node, from it, or without directions is measured.
        pub side: Side,
        /// Whether scores of nodes in small parts are made smaller (Wasserman and Faust).
        pub scale: Scale,
        /// Attribute of edges that is their length, above 0; without it each is 1 long.
        pub weight: Option<String>,
    }

    /// Mean of the inverse distances of each node.
    #[derive(Default)]
    #[serde(default)]
    pub struct HarmonicRequest {
        /// Whether the way to a node, from it, or without directions is measured.
        pub side: Side,
        /// Whether it is a mean over all other nodes or a sum.
        pub scale: Scale,
        /// Attribute of edges that is their length, above 0; without it each is 1 long.
        pub weight: Option<String>,
    }

    /// Closeness from the distances of some nodes.
    #[serde(default)]
    pub struct ClosenessSampledRequest {
        /// Whether the way to a node, from it, or without directions is measured.
        pub side: Side,
        /// How far a score may be off: above 0, below 1.
        pub error: f64,
        /// Probability that some score is further off: above 0, below 1.
        pub risk: f64,
        /// Seed of the samples.
        pub seed: u64,
    }

    /// Harmonic centrality from the distances of some nodes.
    #[serde(default)]
    pub struct HarmonicSampledRequest {
        /// Whether the way to a node, from it, or without directions is measured.
        pub side: Side,
        /// How far a score may be off: above 0, below 1.
        pub error: f64,
        /// Probability that some score is further off: above 0, below 1.
        pub risk: f64,
        /// Seed of the samples.
        pub seed: u64,
    }

    /// Part of all shortest paths that lead through each node.
    #[derive(Default)]
    #[serde(default)]
    pub struct BetweennessRequest {
        /// Whether it is divided by the number of pairs of other nodes.
        pub scale: Scale,
        /// Attribute of edges that is their length, above 0; without it each is 1 long.
        pub weight: Option<String>,
    }

    /// Betweenness from some shortest paths.
    #[serde(default)]
    pub struct BetweennessSampledRequest {
        /// How far a score may be off: above 0, below 1.
        pub error: f64,
        /// Probability that some score is further off: above 0, below 1.
        pub risk: f64,
        /// Seed of the samples.
        pub seed: u64,
    }

    /// Part of all shortest paths that lead along each edge.
    #[derive(Default)]
    #[serde(default)]
    pub struct EdgeBetweennessRequest {
        /// Whether it is divided by the number of pairs of nodes.
        pub scale: Scale,
        /// Attribute of edges that is their length, above 0; without it each is 1 long.
        pub weight: Option<String>,
    }
}

impl Default for DegreeRequest {
    fn default() -> Self {
        Self { side: Side::Both, scale: Scale::Raw }
    }
}

impl Default for StrengthRequest {
    fn default() -> Self {
        Self { side: Side::Both, weight: None }
    }
}

macro_rules! sampled_defaults {
    ($($name:ident { $($field:ident)? }),*) => {
        $(impl Default for $name {
            fn default() -> Self {
                let Sampling { error, risk, seed } = Sampling::default();
                Self { $($field: Side::default(),)? error, risk, seed }
            }
        })*
    };
}

sampled_defaults!(
    ClosenessSampledRequest { side },
    HarmonicSampledRequest { side },
    BetweennessSampledRequest {}
);

fn estimated(name: &'static str, estimate: centrality::Estimate) -> Findings {
    let (samples, error) = (estimate.samples, estimate.error);
    Findings::scores(name, estimate.scores).fact("samples", samples).fact("error", error)
}

/// Samples by Hoeffding's bound, at most all vertices.
fn samples(size: Size, error: f64, risk: f64) -> u64 {
    let bound = (2.0 * f64::from(u32::MAX) / risk).ln() / (2.0 * error * error);
    crate::number::wide(crate::number::count(bound)).min(size.vertices)
}

impl Algorithm for DegreeRequest {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("degree", "Degree", "How many edges does each node have?", Shape::Scores)
            .takes("O(n)");

    fn run(&self, call: &Call<'_>) -> Answer {
        let degrees = centrality::degree(&*call.graph(None)?, self.side, self.scale, call.watch)?;
        Ok(match self.scale {
            Scale::Raw => Findings::counts("degree", degrees),
            Scale::Normalized => Findings::scores("degree", degrees),
        })
    }
}

impl Algorithm for StrengthRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "strength",
        "Strength",
        "How much do the edges of each node weigh together?",
        Shape::Scores,
    )
    .by("Barrat, Barthélemy, Pastor-Satorras and Vespignani 2004")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        Ok(Findings::scores("strength", centrality::strength(&graph, self.side, call.watch)?))
    }
}

impl Algorithm for ClosenessRequest {
    const DESCRIPTOR: Descriptor =
        Descriptor::new("closeness", "Closeness", "Which nodes are near to all others?", Shape::Scores)
            .takes("O(n · m), with weights a factor log n more; closeness-sampled is faster")
            .limits("weights are above 0")
            .by("Wasserman and Faust 1994")
            .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let options = Closeness { side: self.side, weights: Weights::Used, scale: self.scale };
        Ok(Findings::scores("closeness", centrality::closeness(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 48)
    }
}

impl Algorithm for HarmonicRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "harmonic",
        "Harmonic centrality",
        "Which nodes are near to all others, where not every node is reached?",
        Shape::Scores,
    )
    .takes("O(n · m), with weights a factor log n more; harmonic-sampled is faster")
    .limits("weights are above 0")
    .by("Marchiori and Latora 2000")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let options = Closeness { side: self.side, weights: Weights::Used, scale: self.scale };
        Ok(Findings::scores("harmonic", centrality::harmonic(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 48)
    }
}

impl Algorithm for ClosenessSampledRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "closeness-sampled",
        "Estimated closeness",
        "Which nodes of a large graph are near to all others, up to a given error?",
        Shape::Scores,
    )
    .takes("O(m · log(n / risk) / error²)")
    .limits("the bound on the error holds where every node reaches every other")
    .by("Eppstein and Wang 2001")
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let sampling = Sampling { error: self.error, risk: self.risk, seed: self.seed };
        let graph = call.graph(None)?;
        Ok(estimated("closeness", centrality::closeness_sampled(&graph, self.side, &sampling, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, samples(size, self.error, self.risk), 48)
    }
}

impl Algorithm for HarmonicSampledRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "harmonic-sampled",
        "Estimated harmonic centrality",
        "Which nodes of a large graph are near to all others, up to a given error?",
        Shape::Scores,
    )
    .takes("O(m · log(n / risk) / error²)")
    .by("Eppstein and Wang 2001")
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let sampling = Sampling { error: self.error, risk: self.risk, seed: self.seed };
        let graph = call.graph(None)?;
        Ok(estimated("harmonic", centrality::harmonic_sampled(&graph, self.side, &sampling, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, samples(size, self.error, self.risk), 48)
    }
}

impl Algorithm for BetweennessRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "betweenness",
        "Betweenness",
        "Through which nodes do most shortest paths lead?",
        Shape::Scores,
    )
    .takes("O(n · m), with weights a factor log n more; betweenness-sampled is faster")
    .limits("weights are above 0")
    .by("Freeman 1977; Brandes 2001")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let options = Betweenness { weights: Weights::Used, scale: self.scale };
        Ok(Findings::scores("betweenness", centrality::betweenness(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 344)
    }
}

impl Algorithm for BetweennessSampledRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "betweenness-sampled",
        "Estimated betweenness",
        "Through which nodes of a large graph do most shortest paths lead, up to a given error?",
        Shape::Scores,
    )
    .takes("O(m · log(diameter / risk) / error²) at worst, mostly far less")
    .by("Riondato and Kornaropoulos 2016; Borassi and Natale 2016")
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let sampling = Sampling { error: self.error, risk: self.risk, seed: self.seed };
        let graph = call.graph(None)?;
        Ok(estimated("betweenness", centrality::betweenness_sampled(&graph, &sampling, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let bound = (f64::from(u32::BITS) + 1.0 - self.risk.ln()) / (2.0 * self.error * self.error);
        Estimate::searches(size, crate::number::wide(crate::number::count(bound)), 56)
    }
}

impl Algorithm for EdgeBetweennessRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "edge-betweenness",
        "Edge betweenness",
        "Along which edges do most shortest paths lead?",
        Shape::Pairs,
    )
    .takes("O(n · m), with weights a factor log n more")
    .limits("weights are above 0")
    .by("Girvan and Newman 2002; Brandes 2008")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let options = Betweenness { weights: Weights::Used, scale: self.scale };
        let scores = centrality::edge_betweenness(&graph, &options, call.watch)?;
        let pairs = graph.edges().map(|edge| (edge.source, edge.target)).collect();
        Ok(Findings::pairs(pairs).with_column("betweenness", Numbers::Real, scores).ranked())
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 344).and_entries(size, 80)
    }
}
