//! Centralities from who points to whom: eigenvectors and random walks.

use serde::{Deserialize, Serialize};

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, Shape};
use crate::analysis::findings::{Findings, Numbers};
use crate::analysis::parameters::{choices, parameters};
use crate::analysis::{AnalysisError, Estimate, Size};
use crate::centrality::{self, Eigenvector, Fixpoint, Hits, Katz, PageRank, Push, Scale, Weights};
use crate::document::NodeKey;
use crate::graph::Vertex;
use crate::number;

choices! {
    /// Which of the two scores of HITS.
    pub enum HitsScore {
        /// How well hubs point to a node.
        #[default]
        Authorities,
        /// How well a node points to authorities.
        Hubs,
    }
}

/// A node where random walks begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WalkSeed {
    /// The node.
    pub node: NodeKey,
    /// How often walks begin there in relation to other seeds, 1 by default.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

parameters! {
    /// The eigenvector of the greatest eigenvalue.
    #[serde(default)]
    pub struct EigenvectorRequest {
        /// Ends when an iteration changes all scores together by no more than this: above 0.
        pub tolerance: f64,
        /// The most iterations.
        pub iterations: usize,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Walks that lead to each node, long ones worth less.
    #[serde(default)]
    pub struct KatzRequest {
        /// What one more edge multiplies the worth of a walk by; low enough for any graph if left out.
        pub alpha: Option<f64>,
        /// What every node has of its own: above 0.
        pub beta: f64,
        /// Ends when an iteration adds no more than this to all scores together: above 0.
        pub tolerance: f64,
        /// The most iterations.
        pub iterations: usize,
        /// Whether squares of the scores are made to add up to 1.
        pub scale: Scale,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Hubs and authorities.
    #[serde(default)]
    pub struct HitsRequest {
        /// Which of the two scores.
        pub score: HitsScore,
        /// Ends when an iteration changes the scores of all hubs together by no more than this: above 0.
        pub tolerance: f64,
        /// The most iterations.
        pub iterations: usize,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Where a random walk is met.
    #[serde(default)]
    pub struct PagerankRequest {
        /// Probability of following an edge: at least 0, below 1.
        pub damping: f64,
        /// Ends when an iteration changes all scores together by no more than this; `null` makes all iterations.
        pub tolerance: Option<f64>,
        /// The most iterations.
        pub iterations: usize,
        /// Attribute of edges that says how often they are followed; without it all alike.
        pub weight: Option<String>,
    }

    /// Where a random walk that begins at given nodes is met.
    #[serde(default)]
    pub struct PersonalizedPagerankRequest {
        /// Where walks begin, at least one node.
        pub seeds: Vec<WalkSeed>,
        /// Probability of following an edge: at least 0, below 1.
        pub damping: f64,
        /// Ends when an iteration changes all scores together by no more than this; `null` makes all iterations.
        pub tolerance: Option<f64>,
        /// The most iterations.
        pub iterations: usize,
        /// Attribute of edges that says how often they are followed; without it all alike.
        pub weight: Option<String>,
    }

    /// Where a random walk that begins at given nodes is met, without looking at what is far from them.
    pub struct PagerankPushRequest {
        /// Where walks begin, at least one node.
        pub seeds: Vec<WalkSeed>,
        /// Probability of following an edge: at least 0, below 1.
        #[serde(default = "damping")]
        pub damping: f64,
        /// What may stay undistributed at a node for each of its edges: above 0.
        #[serde(default = "push_tolerance")]
        pub tolerance: f64,
        /// Attribute of edges that says how often they are followed; without it all alike.
        #[serde(default)]
        pub weight: Option<String>,
    }
}

fn damping() -> f64 {
    Push::default().damping
}

fn push_tolerance() -> f64 {
    Push::default().tolerance
}

impl Default for EigenvectorRequest {
    fn default() -> Self {
        let Eigenvector { tolerance, iterations, .. } = Eigenvector::default();
        Self { tolerance, iterations, weight: None }
    }
}

impl Default for KatzRequest {
    fn default() -> Self {
        let Katz { alpha, beta, tolerance, iterations, scale, .. } = Katz::default();
        Self { alpha, beta, tolerance, iterations, scale, weight: None }
    }
}

impl Default for HitsRequest {
    fn default() -> Self {
        let Hits { tolerance, iterations, .. } = Hits::default();
        Self { score: HitsScore::default(), tolerance, iterations, weight: None }
    }
}

impl Default for PagerankRequest {
    fn default() -> Self {
        let PageRank { damping, tolerance, iterations, .. } = PageRank::default();
        Self { damping, tolerance, iterations, weight: None }
    }
}

impl Default for PersonalizedPagerankRequest {
    fn default() -> Self {
        let PagerankRequest { damping, tolerance, iterations, weight } = PagerankRequest::default();
        Self { seeds: Vec::new(), damping, tolerance, iterations, weight }
    }
}

fn fixpoint(name: &'static str, found: Fixpoint) -> Findings {
    let (iterations, residual) = (found.iterations, found.residual);
    Findings::scores(name, found.scores).fact("iterations", iterations).fact("residual", residual)
}

/// Passes over the graph that an iteration makes at most, so many times.
fn iterated(size: Size, iterations: usize) -> Estimate {
    Estimate::passes(size, number::wide(iterations), 40).worst()
}

impl Algorithm for EigenvectorRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "eigenvector",
        "Eigenvector centrality",
        "Which nodes are pointed to by nodes that are themselves pointed to much?",
        Shape::Scores,
    )
    .takes("O(iterations · m)")
    .limits("refuses negative weights; a directed graph without cycles has no answer")
    .by("Bonacich 1987")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let Self { tolerance, iterations, .. } = *self;
        let options = Eigenvector { tolerance, iterations, weights: Weights::Used };
        Ok(fixpoint("eigenvector", centrality::eigenvector(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        iterated(size, self.iterations)
    }
}

impl Algorithm for KatzRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "katz",
        "Katz centrality",
        "To which nodes do most walks lead, long ones counting less?",
        Shape::Scores,
    )
    .takes("O(iterations · m)")
    .limits("alpha is below 1 / the greatest eigenvalue; refuses negative weights")
    .by("Katz 1953")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let Self { alpha, beta, tolerance, iterations, scale, .. } = *self;
        let options = Katz { alpha, beta, tolerance, iterations, scale, weights: Weights::Used };
        Ok(fixpoint("katz", centrality::katz(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        iterated(size, self.iterations)
    }
}

impl Algorithm for HitsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "hits",
        "Hubs and authorities",
        "Which nodes are pointed to by good lists, and which are good lists?",
        Shape::Scores,
    )
    .takes("O(iterations · m)")
    .limits("refuses negative weights")
    .by("Kleinberg 1999")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let Self { tolerance, iterations, .. } = *self;
        let options = Hits { tolerance, iterations, weights: Weights::Used };
        let found = centrality::hits(&graph, &options, call.watch)?;
        let (iterations, residual) = (found.iterations, found.residual);
        let findings = match self.score {
            HitsScore::Authorities => Findings::scores("authority", found.authorities),
            HitsScore::Hubs => Findings::scores("hub", found.hubs),
        };
        Ok(findings.fact("iterations", iterations).fact("residual", residual))
    }

    fn estimate(&self, size: Size) -> Estimate {
        iterated(size, self.iterations.saturating_mul(2))
    }
}

impl PagerankRequest {
    fn walk(&self, call: &Call<'_>, seeds: &[WalkSeed]) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let Self { damping, tolerance, iterations, .. } = *self;
        let personalization = begin(call, seeds)?;
        let options = PageRank { damping, tolerance, iterations, weights: Weights::Used, personalization };
        Ok(fixpoint("pagerank", centrality::pagerank(&graph, &options, call.watch)?))
    }
}

/// The vertices where walks begin.
fn begin(call: &Call<'_>, seeds: &[WalkSeed]) -> Result<Vec<(Vertex, f64)>, AnalysisError> {
    seeds.iter().map(|seed| Ok((call.vertex("seeds", &seed.node)?, seed.weight))).collect()
}

impl Algorithm for PagerankRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "pagerank",
        "PageRank",
        "Which nodes does a random walk along the edges meet most often?",
        Shape::Scores,
    )
    .takes("O(iterations · m)")
    .limits("refuses negative weights")
    .by("Page, Brin, Motwani and Winograd 1999")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        self.walk(call, &[])
    }

    fn estimate(&self, size: Size) -> Estimate {
        iterated(size, self.iterations)
    }
}

impl Algorithm for PersonalizedPagerankRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "personalized-pagerank",
        "Personalised PageRank",
        "Which nodes matter most as seen from some given ones?",
        Shape::Scores,
    )
    .takes("O(iterations · m)")
    .limits("refuses negative weights; at least one seed")
    .by("Page, Brin, Motwani and Winograd 1999; Haveliwala 2002")
    .weighted()
    .example(r#"{"seeds":[{"node":1},{"node":2,"weight":0.5}]}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        if self.seeds.is_empty() {
            let (found, expected) = ("empty".to_owned(), "at least one node, or ask for pagerank");
            return Err(AnalysisError::OutOfRange { parameter: "seeds", found, expected });
        }
        let Self { damping, tolerance, iterations, .. } = *self;
        let options = PagerankRequest { damping, tolerance, iterations, weight: self.weight.clone() };
        options.walk(call, &self.seeds)
    }

    fn estimate(&self, size: Size) -> Estimate {
        iterated(size, self.iterations)
    }
}

impl Algorithm for PagerankPushRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "pagerank-push",
        "PageRank near nodes",
        "Which nodes near some given ones matter most, in a graph too large to go through?",
        Shape::Nodes,
    )
    .takes("O(1 / (tolerance · (1 - damping))), however large the graph is")
    .limits("scores are too low by at most the fact residual; refuses negative weights")
    .by("Andersen, Chung and Lang 2006")
    .weighted()
    .example(r#"{"seeds":[{"node":1}]}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let Self { damping, tolerance, .. } = *self;
        let options = Push { damping, tolerance, weights: Weights::Used };
        let found = centrality::push(&graph, &begin(call, &self.seeds)?, &options, call.watch)?;
        let (nodes, scores) = found.scores.into_iter().unzip();
        let findings = Findings::nodes(nodes).with_column("score", Numbers::Real, scores);
        Ok(findings.fact("residual", found.residual).fact("pushes", found.pushes))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 100, 29).worst()
    }
}
