//! One request for every generator of graphs, as JSON: `{"generator": "barabasi-albert", "nodes": 100, "attached": 3}`.

mod random;
mod shape;

pub use self::random::*;
pub use self::shape::*;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

#[cfg(feature = "openapi")]
use crate::analysis::schema;
use crate::analysis::{AnalysisError, near, parsed, tagged, whole_example};
use crate::error::GraphError;
use crate::generator::Generator;
use crate::graph::Graph;
use crate::watch::Watch;

/// What a generator makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeneratorDescriptor {
    /// The name that a request gives as `generator`.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What the graph looks like, in one sentence.
    pub summary: &'static str,
    /// The paper with its year, or `definition`.
    pub source: &'static str,
    /// Whether a request may ask for a `direction`.
    pub takes_direction: bool,
    /// Whether it draws by chance, and takes a `seed`.
    pub is_seeded: bool,
    /// A request, when serialised as a whole.
    #[serde(serialize_with = "whole_example")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "schema", schemars(with = "Map<String, Value>"))]
    pub example: crate::analysis::Example,
}

/// The parameters of one generator.
trait Model {
    const DESCRIPTOR: GeneratorDescriptor;

    fn generator(&self) -> Generator;
}

macro_rules! generators {
    ($($variant:ident($parameters:ident)),* $(,)?) => {
        /// One generator with its parameters. Unknown parameters are refused; a `seed` is 0 where it is left out, and the
        /// same request makes the same graph.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "generator", rename_all = "kebab-case")]
        pub enum Generate {
            $(
                #[doc = concat!("See [`", stringify!($parameters), "`].")]
                #[cfg_attr(feature = "schema", schemars(description = <$parameters as Model>::DESCRIPTOR.summary))]
                $variant($parameters),
            )*
        }

        const CATALOGUE: &[GeneratorDescriptor] = &[$(<$parameters as Model>::DESCRIPTOR),*];

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for Generate {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let items = vec![$({
                    let descriptor = <$parameters as Model>::DESCRIPTOR;
                    schema::named::<$parameters>("generator", descriptor.name, descriptor.summary)
                }),*];
                schema::one_of("One generator of graphs with its parameters.", items)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for Generate {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $(<$parameters as utoipa::ToSchema>::schemas(schemas);)*
            }
        }

        impl Generate {
            /// What it makes, as the library names it.
            pub fn generator(&self) -> Generator {
                match self {
                    $(Self::$variant(parameters) => parameters.generator(),)*
                }
            }

            fn read(name: &str, parameters: Map<String, Value>) -> Result<Self, AnalysisError> {
                $(
                    if name == <$parameters as Model>::DESCRIPTOR.name {
                        return parsed(name, parameters).map(Self::$variant);
                    }
                )*
                let names = CATALOGUE.iter().map(|descriptor| descriptor.name);
                Err(AnalysisError::Unknown { kind: "generator", name: name.to_owned(), near: near(name, names) })
            }
        }
    };
}

generators! {
    Complete(CompleteModel),
    CompleteBipartite(CompleteBipartiteModel),
    Path(PathModel),
    Cycle(CycleModel),
    Star(StarModel),
    Wheel(WheelModel),
    Grid(GridModel),
    Torus(TorusModel),
    HeapTree(HeapTreeModel),
    BalancedTree(BalancedTreeModel),
    RandomTree(RandomTreeModel),
    RandomByProbability(RandomByProbabilityModel),
    RandomByCount(RandomByCountModel),
    BarabasiAlbert(BarabasiAlbertModel),
    WattsStrogatz(WattsStrogatzModel),
    StochasticBlock(StochasticBlockModel),
    RandomRegular(RandomRegularModel),
    PowerLaw(PowerLawModel),
}

impl Generate {
    /// All generators.
    pub fn catalogue() -> &'static [GeneratorDescriptor] {
        CATALOGUE
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`] for a generator that there is not, with names that look like it;
    /// [`AnalysisError::Unreadable`] for anything else.
    pub fn from_json(request: Value) -> Result<Self, AnalysisError> {
        let (name, parameters) = tagged(request, "generator")?;
        Self::read(&name, parameters)
    }

    /// Makes the graph. Its size is held against the budget of `watch` before anything is allocated.
    ///
    /// # Errors
    /// [`AnalysisError::OutOfRange`] for parameters, [`AnalysisError::Refused`] for graphs that are too large and for a
    /// random regular graph that is not found.
    pub fn run(&self, watch: &Watch) -> Result<Graph, AnalysisError> {
        self.generator().generate(watch).map_err(|error| match error {
            GraphError::OutOfRange { option, found, expected } => {
                let parameter = if option == "vertices" { "nodes" } else { option };
                AnalysisError::OutOfRange { parameter, found, expected }
            }
            other => other.into(),
        })
    }
}

impl<'de> Deserialize<'de> for Generate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
