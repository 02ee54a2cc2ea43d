//! Similar nodes and missing links; vectors for nodes.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Findings, Numbers, Rows};
use crate::analysis::parameters::parameters;
use crate::analysis::{Estimate, Size};
use crate::document::NodeKey;
use crate::embedding::{self, Embedding, ProjectionOptions, SpectralOptions};
use crate::graph::Vertex;
use crate::number;
use crate::similarity::{self, Candidates, Similarity, SimilarityOptions};

parameters! {
    /// How alike pairs of nodes are.
    pub struct PairSimilaritiesRequest {
        /// The pairs.
        pub pairs: Vec<[NodeKey; 2]>,
        /// The measure.
        #[serde(default)]
        pub similarity: Similarity,
    }

    /// The nodes most like one.
    pub struct SimilarNodesRequest {
        /// The node.
        pub node: NodeKey,
        /// The measure.
        #[serde(default)]
        pub similarity: Similarity,
        /// Which nodes are compared.
        #[serde(default)]
        pub candidates: Candidates,
        /// Most nodes, at least 1; 10 by default.
        #[serde(default = "limit")]
        pub limit: usize,
        /// Lower scores are left out.
        #[serde(default)]
        pub min_score: f64,
    }

    /// The pairs of nodes that are most alike.
    #[serde(default)]
    pub struct PredictedLinksRequest {
        /// The measure.
        pub similarity: Similarity,
        /// Which nodes are compared.
        pub candidates: Candidates,
        /// Most pairs, at least 1.
        pub limit: usize,
        /// Lower scores are left out.
        pub min_score: f64,
    }

    /// Vectors from the smoothest functions on the graph.
    #[serde(default)]
    pub struct SpectralEmbeddingRequest {
        /// Length of each vector, 1 to 512, and less than the number of nodes that have edges.
        pub dimensions: usize,
        /// What may be left over when an eigenvector is multiplied, 1e-12 to 0.1.
        pub tolerance: f64,
        /// Rounds of 16 multiplications each, 1 or more.
        pub max_rounds: usize,
        /// Seed of the first guess.
        pub seed: u64,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Vectors from the surroundings of each node.
    #[serde(default)]
    pub struct ProjectionEmbeddingRequest {
        /// Length of each vector, 1 to 65,536.
        pub dimensions: usize,
        /// How much what is 1, 2, … edges away counts; 1 to 100 numbers.
        pub step_weights: Vec<f32>,
        /// How much the node itself counts.
        pub self_weight: f32,
        /// Power of the degree that a node's own share is multiplied with, -8 to 8.
        pub degree_power: f64,
        /// Seed of the projection.
        pub seed: u64,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }
}

fn limit() -> usize {
    SimilarityOptions::default().limit
}

impl Default for PredictedLinksRequest {
    fn default() -> Self {
        let SimilarityOptions { similarity, candidates, limit, min_score } = SimilarityOptions::default();
        Self { similarity, candidates, limit, min_score }
    }
}

impl Default for SpectralEmbeddingRequest {
    fn default() -> Self {
        let SpectralOptions { dimensions, tolerance, max_rounds, seed } = SpectralOptions::default();
        Self { dimensions, tolerance, max_rounds, seed, weight: None }
    }
}

impl Default for ProjectionEmbeddingRequest {
    fn default() -> Self {
        let ProjectionOptions { dimensions, step_weights, self_weight, degree_power, seed } =
            ProjectionOptions::default();
        Self { dimensions, step_weights, self_weight, degree_power, seed, weight: None }
    }
}

const SIMILARITY: &str = "Jaccard 1901; Adamic and Adar 2003; Zhou, Lü and Zhang 2009";

impl Algorithm for PairSimilaritiesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "pair-similarities",
        "Similarity of pairs",
        "How alike are given pairs of nodes, by the neighbours they share?",
        Shape::Pairs,
    )
    .takes("O(degree) a pair, after O(m)")
    .by(SIMILARITY)
    .direction(DirectionUse::Ignored)
    .example(r#"{"pairs":[[1,2],[1,34]],"similarity":"jaccard"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let ends =
            |[one, other]: &[NodeKey; 2]| Ok((call.vertex("pairs", one)?, call.vertex("pairs", other)?));
        let pairs: Vec<(Vertex, Vertex)> =
            self.pairs.iter().map(ends).collect::<Result<_, crate::analysis::AnalysisError>>()?;
        let scores = similarity::pair_similarities(&graph, &pairs, self.similarity, call.watch)?;
        Ok(Findings::pairs(pairs).with_column("score", Numbers::Real, scores))
    }
}

impl Algorithm for SimilarNodesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "similar-nodes",
        "Similar nodes",
        "Which nodes share most neighbours with a given one?",
        Shape::Nodes,
    )
    .takes("O(degrees of the neighbours + n)")
    .limits("compares only nodes that share a neighbour")
    .by(SIMILARITY)
    .direction(DirectionUse::Ignored)
    .example(r#"{"node":1}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let Self { similarity, candidates, limit, min_score, .. } = *self;
        let options = SimilarityOptions { similarity, candidates, limit, min_score };
        let graph = call.graph(None)?;
        let node = call.vertex("node", &self.node)?;
        let found = similarity::similar_vertices(&graph, node, &options, call.watch)?;
        let (nodes, scores) = found.into_iter().map(|scored| (scored.vertex, scored.score)).unzip();
        Ok(Findings::nodes(nodes).with_column("score", Numbers::Real, scores))
    }
}

impl Algorithm for PredictedLinksRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "predicted-links",
        "Predicted links",
        "Between which nodes is an edge missing, or likely to come?",
        Shape::Pairs,
    )
    .takes("O(sum of the squares of all degrees)")
    .limits("compares only nodes that share a neighbour")
    .by("Liben-Nowell and Kleinberg 2007")
    .direction(DirectionUse::Ignored);

    fn run(&self, call: &Call<'_>) -> Answer {
        let Self { similarity, candidates, limit, min_score } = *self;
        let options = SimilarityOptions { similarity, candidates, limit, min_score };
        let found = similarity::predicted_links(&*call.graph(None)?, &options, call.watch)?;
        let scores = found.iter().map(|link| link.score).collect();
        let pairs = found.into_iter().map(|link| (link.source, link.target)).collect();
        Ok(Findings::pairs(pairs).with_column("score", Numbers::Real, scores))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 32)
    }
}

/// Vectors as wide numbers.
fn vectors(embedding: &Embedding) -> Findings {
    let values = embedding.values().iter().copied().map(f64::from).collect();
    Findings::new(Rows::Vectors { dimensions: embedding.dimensions(), values })
}

impl Algorithm for SpectralEmbeddingRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "spectral-embedding",
        "Spectral embedding",
        "Where do nodes lie when the coarse shape of the graph is kept?",
        Shape::Vectors,
    )
    .takes("O(rounds · dimensions · (m + n · dimensions))")
    .limits("refuses negative weights; on long paths it does not come to rest")
    .by("Belkin and Niyogi 2003; Zhou, Saad, Tiago and Chelikowsky 2006")
    .direction(DirectionUse::Ignored)
    .weighted()
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let Self { dimensions, tolerance, max_rounds, seed, .. } = *self;
        let options = SpectralOptions { dimensions, tolerance, max_rounds, seed };
        let graph = call.graph(self.weight.as_deref())?;
        let found = embedding::spectral_embedding(&graph, &options, call.watch)?;
        Ok(vectors(&found.embedding).fact("eigenvalues", found.eigenvalues))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let dimensions = number::wide(self.dimensions);
        let rounds = number::wide(self.max_rounds).saturating_mul(16);
        Estimate::passes(size, rounds.saturating_mul(dimensions), dimensions.saturating_mul(48)).worst()
    }
}

impl Algorithm for ProjectionEmbeddingRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "projection-embedding",
        "Projection embedding",
        "Which vectors make nodes with like surroundings alike, also in very large graphs?",
        Shape::Vectors,
    )
    .takes("O(steps · dimensions · m)")
    .limits("refuses negative weights")
    .by("Chen et al. (FastRP) 2019")
    .weighted()
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let Self { dimensions, self_weight, degree_power, seed, .. } = *self;
        let step_weights = self.step_weights.clone();
        let options = ProjectionOptions { dimensions, step_weights, self_weight, degree_power, seed };
        let graph = call.graph(self.weight.as_deref())?;
        Ok(vectors(&embedding::projection_embedding(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let dimensions = number::wide(self.dimensions);
        let steps = number::wide(self.step_weights.len());
        // Eight dimensions cost about what one entry costs.
        let passes = steps.saturating_mul(dimensions.div_ceil(8));
        Estimate::passes(size, passes, dimensions.saturating_mul(20)).worst()
    }
}
