//! Communities: finding, judging and comparing them.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Fact, Findings};
use crate::analysis::parameters::parameters;
use crate::analysis::{AnalysisError, Estimate, Size};
use crate::community::{
    self, Communities, EntropyMean, LabelPropagationOptions, LeidenOptions, LouvainOptions, Partition,
};
use crate::number;

parameters! {
    /// Communities by the Leiden method.
    #[serde(default)]
    pub struct LeidenRequest {
        /// How dense a community has to be: more than 1 gives more and smaller ones. At least 0.
        pub resolution: f64,
        /// Most iterations, at least 1; 10 by default, and 2 for large graphs.
        pub iterations: Option<usize>,
        /// Modularity that an iteration has to gain for another to follow. At least 0.
        pub tolerance: f64,
        /// How readily parts are joined that gain less than the best. At least 0.
        pub randomness: f64,
        /// Which of the many good answers to give.
        pub seed: u64,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Communities by the Louvain method.
    #[serde(default)]
    pub struct LouvainRequest {
        /// How dense a community has to be: more than 1 gives more and smaller ones. At least 0.
        pub resolution: f64,
        /// Modularity that a pass has to gain for another to follow. At least 0.
        pub tolerance: f64,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Communities by labels that spread.
    #[serde(default)]
    pub struct LabelPropagationRequest {
        /// Most times that all nodes are gone through, at least 1.
        pub sweeps: usize,
        /// Decides the order of nodes and between labels that are equally strong.
        pub seed: u64,
        /// Attribute of edges that is their weight; without it each weighs 1.
        pub weight: Option<String>,
    }

    /// Communities by labels that spread without chance, as LDBC Graphalytics defines it.
    #[serde(default)]
    pub struct CdlpRequest {
        /// Most rounds, 10 by default.
        pub iterations: usize,
    }

    /// How good a division is.
    pub struct ModularityRequest {
        /// Attribute of nodes that is their community; nodes without it are one community.
        pub attribute: String,
        /// What is expected of communities: at least 0, 1 by default.
        #[serde(default = "one")]
        pub resolution: f64,
        /// Attribute of edges that is their weight; without it each weighs 1.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// How alike two divisions are.
    pub struct PartitionComparisonRequest {
        /// Attribute of nodes that is their community; nodes without it are one community.
        pub left: String,
        /// Attribute of nodes that is their other community.
        pub right: String,
        /// By what the mutual information is divided.
        #[serde(default)]
        pub mean: EntropyMean,
    }

    /// The parts of communities that hang together.
    pub struct ConnectedCommunitiesRequest {
        /// Attribute of nodes that is their community; nodes without it are one community.
        pub attribute: String,
    }

    /// The graph of communities.
    pub struct CommunityGraphRequest {
        /// Attribute of nodes that is their community; nodes without it are one community.
        pub attribute: String,
        /// Attribute of edges that is their weight; without it each weighs 1.
        #[serde(default)]
        pub weight: Option<String>,
    }
}

fn one() -> f64 {
    1.0
}

impl Default for LeidenRequest {
    fn default() -> Self {
        let LeidenOptions { resolution, iterations, tolerance, randomness, seed } = LeidenOptions::default();
        Self { resolution, iterations, tolerance, randomness, seed, weight: None }
    }
}

impl Default for LouvainRequest {
    fn default() -> Self {
        let LouvainOptions { resolution, tolerance } = LouvainOptions::default();
        Self { resolution, tolerance, weight: None }
    }
}

impl Default for LabelPropagationRequest {
    fn default() -> Self {
        let LabelPropagationOptions { sweeps, seed } = LabelPropagationOptions::default();
        Self { sweeps, seed, weight: None }
    }
}

impl Default for CdlpRequest {
    fn default() -> Self {
        Self { iterations: 10 }
    }
}

fn found(found: &Communities) -> Findings {
    let findings = partition(&found.partition);
    findings.fact("modularity", found.modularity).fact("iterations", found.iterations)
}

fn partition(partition: &Partition) -> Findings {
    let largest = partition.sizes().into_iter().max().unwrap_or(0);
    let findings = Findings::labels(partition.labels().to_vec());
    findings.fact("groups", partition.count()).fact("largest", largest)
}

/// The division that an attribute makes, with the values.
fn division(
    call: &Call<'_>,
    parameter: &'static str,
    attribute: &str,
) -> Result<(Partition, Vec<String>), AnalysisError> {
    let (labels, names) = call.groups(parameter, attribute)?;
    Ok((Partition::from_labels(&labels), names))
}

impl Algorithm for LeidenRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "leiden",
        "Leiden communities",
        "Into which well connected communities does the graph fall?",
        Shape::Labels,
    )
    .takes("a few passes for each iteration")
    .limits("refuses negative weights")
    .by("Traag, Waltman and van Eck 2019")
    .weighted()
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let Self { resolution, iterations, tolerance, randomness, seed, .. } = *self;
        let options = LeidenOptions { resolution, iterations, tolerance, randomness, seed };
        Ok(found(&community::leiden(&*call.graph(self.weight.as_deref())?, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let iterations = number::wide(self.iterations.unwrap_or(10));
        Estimate::passes(size, iterations.saturating_mul(50), 120).and_entries(size, 24).worst()
    }
}

impl Algorithm for LouvainRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "louvain",
        "Louvain communities",
        "Into which communities does the graph fall?",
        Shape::Labels,
    )
    .takes("a few passes")
    .limits("refuses negative weights")
    .by("Blondel, Guillaume, Lambiotte and Lefebvre 2008; Rotta and Noack 2011")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let options = LouvainOptions { resolution: self.resolution, tolerance: self.tolerance };
        Ok(found(&community::louvain(&*call.graph(self.weight.as_deref())?, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 100, 120).and_entries(size, 24).worst()
    }
}

impl Algorithm for LabelPropagationRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "label-propagation",
        "Label propagation",
        "Which communities does a very large graph have, found in a hurry?",
        Shape::Labels,
    )
    .takes("O(sweeps · m)")
    .limits("refuses negative weights; communities need not be connected")
    .by("Raghavan, Albert and Kumara 2007; Traag and Šubelj 2023")
    .direction(DirectionUse::Ignored)
    .weighted()
    .seeded();

    fn run(&self, call: &Call<'_>) -> Answer {
        let options = LabelPropagationOptions { sweeps: self.sweeps, seed: self.seed };
        let graph = call.graph(self.weight.as_deref())?;
        Ok(partition(&community::propagate_labels(&graph, &options, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, number::wide(self.sweeps), 32).worst()
    }
}

impl Algorithm for CdlpRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "cdlp",
        "Label propagation without chance",
        "Which communities does the benchmark LDBC Graphalytics expect?",
        Shape::Labels,
    )
    .takes("O(iterations · m)")
    .by("Iosup et al., LDBC Graphalytics 1.0.4, section 2.3.4");

    fn run(&self, call: &Call<'_>) -> Answer {
        let labels = community::cdlp(&*call.graph(None)?, self.iterations, call.watch)?;
        Ok(partition(&Partition::from_labels(&labels)))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, number::wide(self.iterations), 24).worst()
    }
}

impl Algorithm for ModularityRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "modularity",
        "Modularity",
        "How much more weight lies inside given communities than chance would put there?",
        Shape::Record,
    )
    .limits("refuses negative weights")
    .by("Newman 2006; Reichardt and Bornholdt 2006; Leicht and Newman 2008")
    .weighted()
    .example(r#"{"attribute":"club"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let (partition, _) = division(call, "attribute", &self.attribute)?;
        let modularity = community::modularity(&graph, &partition, self.resolution, call.watch)?;
        Ok(Findings::record().fact("modularity", modularity).fact("groups", partition.count()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 1, 200)
    }
}

impl Algorithm for PartitionComparisonRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "partition-comparison",
        "Comparison of two divisions",
        "How alike are two divisions of the nodes, such as found and known communities?",
        Shape::Record,
    )
    .takes("O(n log n)")
    .by("Strehl and Ghosh 2002; Hubert and Arabie 1985; Meilă 2003")
    .direction(DirectionUse::Ignored)
    .example(r#"{"left":"club","right":"team"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        call.graph(None)?;
        let (left, _) = division(call, "left", &self.left)?;
        let (right, _) = division(call, "right", &self.right)?;
        let information = community::normalized_mutual_information(&left, &right, self.mean)?;
        let findings = Findings::record().fact("normalized_mutual_information", information);
        let findings = findings.fact("adjusted_rand_index", community::adjusted_rand_index(&left, &right)?);
        let variation = community::variation_of_information(&left, &right)?;
        let findings = findings.fact("variation_of_information", variation);
        Ok(findings.fact("left_groups", left.count()).fact("right_groups", right.count()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 1, 400)
    }
}

impl Algorithm for ConnectedCommunitiesRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "connected-communities",
        "Connected parts of communities",
        "Into which connected parts do given communities fall?",
        Shape::Labels,
    )
    .direction(DirectionUse::Ignored)
    .example(r#"{"attribute":"club"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let (given, _) = division(call, "attribute", &self.attribute)?;
        let split = community::split_connected(&graph, &given, call.watch)?;
        Ok(partition(&split).fact("given_groups", given.count()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 2, 200)
    }
}

impl Algorithm for CommunityGraphRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "community-graph",
        "Graph of communities",
        "How much weight leads within and between given communities?",
        Shape::Table,
    )
    .weighted()
    .example(r#"{"attribute":"club"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let (partition, names) = division(call, "attribute", &self.attribute)?;
        let coarse = community::coarsen(&graph, &partition, call.watch)?;
        let name = |group: u32| Fact::from(names.get(group as usize).map_or("", String::as_str));
        let row =
            |edge: crate::graph::Edge| vec![name(edge.source), name(edge.target), Fact::Number(edge.weight)];
        let rows = coarse.edges().map(row).collect();
        Ok(Findings::table(&["source", "target", "weight"], rows).fact("groups", partition.count()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 2, 200).and_entries(size, 16)
    }
}
