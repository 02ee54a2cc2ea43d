//! The request: an algorithm by its name, with its parameters.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::analysis::algorithm::{Algorithm, Call};
use crate::analysis::catalogue::{Descriptor, near};
use crate::analysis::findings::Findings;
#[cfg(feature = "openapi")]
use crate::analysis::schema;
use crate::analysis::{
    AStarRequest, AcyclicRequest, AllPairsRequest, AnalysisError, ArticulationPointsRequest,
    AuthorMetricsRequest, AverageClusteringRequest, AveragePathLengthRequest, BellmanFordRequest,
    BetweennessRequest, BetweennessSampledRequest, BfsRequest, BibliographicCouplingRequest,
    BiconnectedComponentsRequest, BipartiteMatchingRequest, BipartitionRequest, BridgesRequest, CdlpRequest,
    CenterRequest, CitationCountsRequest, CitationMetricsRequest, ClosenessRequest, ClosenessSampledRequest,
    ClusteringRequest, CoauthorshipRequest, CocitationRequest, ColoringRequest, CommunityGraphRequest,
    ConnectedCommunitiesRequest, CoreNumbersRequest, DegreeAssortativityRequest, DegreeRequest,
    DiameterRequest, DijkstraRequest, DirectedClusteringRequest, EccentricitiesRequest,
    EdgeBetweennessRequest, EigenvectorRequest, Estimate, FindCycleRequest, GlobalMinCutRequest,
    HarmonicRequest, HarmonicSampledRequest, HitsRequest, IsomorphismRequest, KCoreRequest,
    KShortestPathsRequest, KTrussRequest, KatzRequest, LabelAssortativityRequest, LabelPropagationRequest,
    LeidenRequest, LongestPathRequest, LouvainRequest, MaxFlowRequest, MaximumMatchingRequest, MinCutRequest,
    ModularityRequest, NegativeCycleRequest, NumericAssortativityRequest, PagerankPushRequest,
    PagerankRequest, PairSimilaritiesRequest, PartitionComparisonRequest, PercolationRequest,
    PeripheryRequest, PersonalizedPagerankRequest, PredictedLinksRequest, ProjectionEmbeddingRequest,
    RelatedPapersRequest, RemovalRequest, ShortestPathRequest, ShortestPathTreeRequest, SimilarNodesRequest,
    SimpleCyclesRequest, SimplePathsRequest, Size, SpanningForestRequest, SpectralEmbeddingRequest,
    StatisticsRequest, StrengthRequest, StrongComponentsRequest, SubgraphMatchesRequest, Subject,
    TopologicalOrderRequest, TransitivityRequest, TrendRequest, TrianglesRequest, TrussNumbersRequest,
    WeakComponentsRequest, WeightMatchingRequest,
};
use crate::watch::Watch;

macro_rules! algorithms {
    ($($variant:ident($parameters:ident)),* $(,)?) => {
        /// One algorithm with its parameters; in JSON `{"algorithm": "pagerank", …}` with the parameters beside the name.
        ///
        /// Parameters that are left out have the defaults of the library. Unknown ones are refused.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "algorithm", rename_all = "kebab-case")]
        pub enum Analysis {
            $(
                #[doc = concat!("See [`", stringify!($parameters), "`].")]
                #[cfg_attr(feature = "schema", schemars(description = <$parameters as Algorithm>::DESCRIPTOR.summary))]
                $variant($parameters),
            )*
        }

        const CATALOGUE: &[Descriptor] = &[$(<$parameters as Algorithm>::DESCRIPTOR),*];

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for Analysis {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let items = vec![$({
                    let descriptor = <$parameters as Algorithm>::DESCRIPTOR;
                    schema::named::<$parameters>("algorithm", descriptor.name, descriptor.summary)
                }),*];
                schema::one_of("One algorithm with its parameters.", items)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for Analysis {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $(<$parameters as utoipa::ToSchema>::schemas(schemas);)*
            }
        }

        impl Analysis {
            /// What the algorithm is.
            pub fn descriptor(&self) -> &'static Descriptor {
                match self {
                    $(Self::$variant(_) => const { &<$parameters as Algorithm>::DESCRIPTOR },)*
                }
            }

            fn algorithm(&self) -> &dyn Run {
                match self {
                    $(Self::$variant(parameters) => parameters,)*
                }
            }

            fn read(name: &str, parameters: Map<String, Value>) -> Result<Self, AnalysisError> {
                $(
                    if name == <$parameters as Algorithm>::DESCRIPTOR.name {
                        return parsed(name, parameters).map(Self::$variant);
                    }
                )*
                let names = CATALOGUE.iter().map(|descriptor| descriptor.name);
                Err(AnalysisError::Unknown { kind: "algorithm", name: name.to_owned(), near: near(name, names) })
            }
        }
    };
}

algorithms! {
    Bfs(BfsRequest),
    Dijkstra(DijkstraRequest),
    BellmanFord(BellmanFordRequest),
    ShortestPathTree(ShortestPathTreeRequest),
    AllPairs(AllPairsRequest),
    NegativeCycle(NegativeCycleRequest),
    ShortestPath(ShortestPathRequest),
    AStar(AStarRequest),
    KShortestPaths(KShortestPathsRequest),
    SimplePaths(SimplePathsRequest),
    WeakComponents(WeakComponentsRequest),
    StrongComponents(StrongComponentsRequest),
    BiconnectedComponents(BiconnectedComponentsRequest),
    Bridges(BridgesRequest),
    ArticulationPoints(ArticulationPointsRequest),
    CoreNumbers(CoreNumbersRequest),
    KCore(KCoreRequest),
    TrussNumbers(TrussNumbersRequest),
    KTruss(KTrussRequest),
    SpanningForest(SpanningForestRequest),
    Degree(DegreeRequest),
    Strength(StrengthRequest),
    Closeness(ClosenessRequest),
    ClosenessSampled(ClosenessSampledRequest),
    Harmonic(HarmonicRequest),
    HarmonicSampled(HarmonicSampledRequest),
    Betweenness(BetweennessRequest),
    BetweennessSampled(BetweennessSampledRequest),
    EdgeBetweenness(EdgeBetweennessRequest),
    Eigenvector(EigenvectorRequest),
    Katz(KatzRequest),
    Hits(HitsRequest),
    Pagerank(PagerankRequest),
    PersonalizedPagerank(PersonalizedPagerankRequest),
    PagerankPush(PagerankPushRequest),
    Statistics(StatisticsRequest),
    Triangles(TrianglesRequest),
    Clustering(ClusteringRequest),
    DirectedClustering(DirectedClusteringRequest),
    Transitivity(TransitivityRequest),
    AverageClustering(AverageClusteringRequest),
    DegreeAssortativity(DegreeAssortativityRequest),
    NumericAssortativity(NumericAssortativityRequest),
    LabelAssortativity(LabelAssortativityRequest),
    Leiden(LeidenRequest),
    Louvain(LouvainRequest),
    LabelPropagation(LabelPropagationRequest),
    Cdlp(CdlpRequest),
    Modularity(ModularityRequest),
    PartitionComparison(PartitionComparisonRequest),
    ConnectedCommunities(ConnectedCommunitiesRequest),
    CommunityGraph(CommunityGraphRequest),
    MaxFlow(MaxFlowRequest),
    MinCut(MinCutRequest),
    GlobalMinCut(GlobalMinCutRequest),
    Bipartition(BipartitionRequest),
    BipartiteMatching(BipartiteMatchingRequest),
    MaximumMatching(MaximumMatchingRequest),
    WeightMatching(WeightMatchingRequest),
    Coloring(ColoringRequest),
    FindCycle(FindCycleRequest),
    Acyclic(AcyclicRequest),
    SimpleCycles(SimpleCyclesRequest),
    TopologicalOrder(TopologicalOrderRequest),
    LongestPath(LongestPathRequest),
    Diameter(DiameterRequest),
    Eccentricities(EccentricitiesRequest),
    Center(CenterRequest),
    Periphery(PeripheryRequest),
    AveragePathLength(AveragePathLengthRequest),
    PairSimilarities(PairSimilaritiesRequest),
    SimilarNodes(SimilarNodesRequest),
    PredictedLinks(PredictedLinksRequest),
    SpectralEmbedding(SpectralEmbeddingRequest),
    ProjectionEmbedding(ProjectionEmbeddingRequest),
    Removal(RemovalRequest),
    Percolation(PercolationRequest),
    SubgraphMatches(SubgraphMatchesRequest),
    Isomorphism(IsomorphismRequest),
    CitationCounts(CitationCountsRequest),
    CitationMetrics(CitationMetricsRequest),
    AuthorMetrics(AuthorMetricsRequest),
    Coauthorship(CoauthorshipRequest),
    Cocitation(CocitationRequest),
    BibliographicCoupling(BibliographicCouplingRequest),
    RelatedPapers(RelatedPapersRequest),
    Trend(TrendRequest),
}

impl Analysis {
    /// All algorithms, by family.
    pub fn catalogue() -> &'static [Descriptor] {
        CATALOGUE
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`] for an algorithm that there is not, with names that look like it;
    /// [`AnalysisError::Unreadable`] for anything else, with the field and, of an unknown one, the fields there are.
    pub fn from_json(request: Value) -> Result<Self, AnalysisError> {
        let (name, parameters) = tagged(request, "algorithm")?;
        Self::read(&name, parameters)
    }

    /// Runs the algorithm on the pool of the caller.
    ///
    /// Before it starts it is held against the budget of `watch`: the memory always, the steps where they do not depend
    /// on more than the size of the graph. Algorithms whose steps do end where they have taken them.
    ///
    /// # Errors
    /// [`AnalysisError::NoNode`], [`AnalysisError::NoAttribute`] and [`AnalysisError::Attribute`] for names that the
    /// subject does not have, [`AnalysisError::OutOfRange`] for parameters, [`AnalysisError::Refused`] for what the
    /// algorithm itself refuses.
    pub fn run(&self, subject: &dyn Subject, watch: &Watch) -> Result<Findings, AnalysisError> {
        let price = |size| self.estimate(size);
        let call = Call { subject, watch, price: &price };
        self.algorithm().start(&call).map_err(|error| error.named(subject))
    }

    /// What the algorithm takes on a graph of some size, from above.
    pub fn estimate(&self, size: Size) -> Estimate {
        self.algorithm().price(size)
    }
}

impl<'de> Deserialize<'de> for Analysis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// [`Algorithm`] as an object.
trait Run {
    fn start(&self, call: &Call<'_>) -> Result<Findings, AnalysisError>;

    fn price(&self, size: Size) -> Estimate;
}

impl<A: Algorithm> Run for A {
    fn start(&self, call: &Call<'_>) -> Result<Findings, AnalysisError> {
        self.run(call)
    }

    fn price(&self, size: Size) -> Estimate {
        self.estimate(size)
    }
}

/// The name under a tag, and what is beside it.
pub(crate) fn tagged(
    request: Value,
    tag: &'static str,
) -> Result<(String, Map<String, Value>), AnalysisError> {
    let unreadable = |message: String| AnalysisError::Unreadable { message };
    let Value::Object(mut parameters) = request else {
        return Err(unreadable(format!("a request is an object with a field `{tag}`")));
    };
    match parameters.remove(tag) {
        Some(Value::String(name)) => Ok((name, parameters)),
        Some(_) => Err(unreadable(format!("`{tag}` is a text"))),
        None => Err(unreadable(format!("missing field `{tag}`"))),
    }
}

/// Parameters from their fields.
pub(crate) fn parsed<T: DeserializeOwned>(
    name: &str,
    parameters: Map<String, Value>,
) -> Result<T, AnalysisError> {
    serde_path_to_error::deserialize(Value::Object(parameters)).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.into_inner());
        let message =
            if path == "." { format!("{name}: {cause}") } else { format!("{name}.{path}: {cause}") };
        AnalysisError::Unreadable { message }
    })
}
