//! Where nodes of a picture lie.

use serde::{Deserialize, Serialize};

use super::look::{Source, ValueSource};
use crate::analysis::{AnalysisError, parameters};
use crate::graph::{Graph, Vertex};
use crate::layout::{self, Attraction, Centre, Force, Layered, Point, Positions, Weights};

parameters! {
    /// Nodes that repel each other, held together by edges.
    #[serde(default)]
    pub struct ForceLayout {
        /// Where the first nodes lie.
        pub seed: u64,
        /// Steps on each level, from 1 to 10,000.
        pub iterations: u32,
        /// From which ratio of size to distance on a group of nodes repels as one, from 0 to 2.
        pub theta: f64,
        /// How edges pull.
        pub attraction: Attraction,
    }

    /// A circle for each community.
    pub struct CommunityLayout {
        /// Which communities there are.
        pub from: ValueSource,
        /// Where the first nodes lie.
        #[serde(default)]
        pub seed: u64,
    }

    /// All nodes on one circle.
    #[derive(Default)]
    #[serde(default)]
    pub struct CircularLayout {
        /// In which order: those of lower numbers first; by default in the order of the nodes.
        pub order: Option<ValueSource>,
    }

    /// Circles around each other.
    pub struct ShellLayout {
        /// The number by which nodes are on one circle.
        pub from: ValueSource,
        /// What lies in the middle.
        #[serde(default)]
        pub centre: Centre,
        /// Most circles, from 1 to 1,000; 12 by default.
        #[serde(default = "most")]
        pub most: usize,
    }

    /// A square lattice, row by row.
    #[derive(Default)]
    #[serde(default)]
    pub struct GridLayout {
        /// How many columns; 0 for about as many as rows.
        pub columns: usize,
    }

    /// Layers of a directed graph without cycles, all edges downwards.
    #[serde(default)]
    pub struct LayeredLayout {
        /// Distance between layers, in distances between neighbours of a layer, from 0.1 to 100; 0 for what suits.
        pub layer_distance: f64,
        /// How often all layers are put in order, from 0 to 1,000.
        pub sweeps: u32,
    }

    /// Where the slowest vibrations of the graph put nodes.
    #[serde(default)]
    pub struct SpectralLayout {
        /// Where iteration begins.
        pub seed: u64,
        /// Most iterations, from 1 to 100,000.
        pub iterations: u32,
        /// Residual of the eigenvectors in relation to their eigenvalues, from 1e-8 to 1.
        pub tolerance: f64,
    }

    /// Places that nodes have as attributes.
    pub struct GivenLayout {
        /// Attribute of nodes that grows to the right.
        pub x: String,
        /// Attribute of nodes that grows downwards.
        pub y: String,
    }
}

fn most() -> usize {
    layout::Shells::default().most
}

impl Default for ForceLayout {
    fn default() -> Self {
        let Force { seed, iterations, theta, attraction, .. } = Force::default();
        Self { seed, iterations, theta, attraction }
    }
}

impl Default for LayeredLayout {
    fn default() -> Self {
        let layout::LayeredOptions { layer_distance, sweeps } = layout::LayeredOptions::default();
        Self { layer_distance, sweeps }
    }
}

impl Default for SpectralLayout {
    fn default() -> Self {
        let layout::Spectral { seed, iterations, tolerance, .. } = layout::Spectral::default();
        Self { seed, iterations, tolerance }
    }
}

/// Where nodes lie; in JSON `{"kind": "force", …}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LayoutRequest {
    /// Nodes that repel each other, held together by edges. O(n log n + m) a step.
    Force(ForceLayout),
    /// A circle for each community.
    Communities(CommunityLayout),
    /// All nodes on one circle.
    Circular(CircularLayout),
    /// Circles around each other.
    Shells(ShellLayout),
    /// A square lattice.
    Grid(GridLayout),
    /// Layers of a directed graph without cycles.
    Layered(LayeredLayout),
    /// Where the slowest vibrations of the graph put nodes.
    Spectral(SpectralLayout),
    /// Places that nodes have as attributes.
    Given(GivenLayout),
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for LayoutRequest {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use crate::analysis::schema::{named, one_of};

        let items = vec![
            named::<ForceLayout>("kind", "force", "Nodes that repel each other, held together by edges."),
            named::<CommunityLayout>("kind", "communities", "A circle for each community."),
            named::<CircularLayout>("kind", "circular", "All nodes on one circle."),
            named::<ShellLayout>("kind", "shells", "Circles around each other."),
            named::<GridLayout>("kind", "grid", "A square lattice, row by row."),
            named::<LayeredLayout>("kind", "layered", "Layers of a directed graph without cycles."),
            named::<SpectralLayout>("kind", "spectral", "Where the slowest vibrations put nodes."),
            named::<GivenLayout>("kind", "given", "Places that nodes have as attributes."),
        ];
        one_of("Where nodes lie.", items)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for LayoutRequest {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        ForceLayout::schemas(schemas);
        CommunityLayout::schemas(schemas);
        CircularLayout::schemas(schemas);
        ShellLayout::schemas(schemas);
    }
}

impl Default for LayoutRequest {
    fn default() -> Self {
        Self::Force(ForceLayout::default())
    }
}

/// Where nodes lie, and where edges bend.
pub(super) struct Placed {
    pub(super) positions: Positions,
    pub(super) bends: Vec<Vec<Point>>,
}

impl LayoutRequest {
    pub(super) fn place(&self, graph: &Graph, source: &Source<'_>) -> Result<Placed, AnalysisError> {
        let watch = source.watch;
        let positions = match self {
            Self::Force(options) => layout::force(graph, &options.force(), watch)?,
            Self::Communities(options) => {
                let groups = options.from.groups("layout", source)?;
                let force = Force { seed: options.seed, ..Force::default() };
                layout::communities(graph, &groups, &force, watch)?
            }
            Self::Circular(options) => layout::circular(graph, &options.order(source)?, watch)?,
            Self::Shells(options) => {
                let shells = layout::Shells { centre: options.centre, most: options.most };
                layout::shells(graph, &options.from.numbers("layout", source)?, &shells, watch)?
            }
            Self::Grid(options) => layout::grid(graph, options.columns, watch)?,
            Self::Spectral(options) => {
                let SpectralLayout { seed, iterations, tolerance } = *options;
                let options = layout::Spectral { seed, iterations, tolerance, weights: Weights::Strength };
                layout::spectral(graph, &options, watch)?
            }
            Self::Given(options) => options.positions(source)?,
            Self::Layered(options) => {
                let LayeredLayout { layer_distance, sweeps } = *options;
                let options = layout::LayeredOptions { layer_distance, sweeps };
                let Layered { positions, bends, .. } = layout::layered(graph, &options, watch)?;
                return Ok(Placed { positions, bends });
            }
        };
        Ok(Placed { positions, bends: Vec::new() })
    }
}

impl ForceLayout {
    fn force(&self) -> Force {
        let Self { seed, iterations, theta, attraction } = *self;
        Force { seed, iterations, theta, attraction, weights: Weights::Strength }
    }
}

impl CircularLayout {
    fn order(&self, source: &Source<'_>) -> Result<Vec<Vertex>, AnalysisError> {
        let Some(from) = &self.order else { return Ok(Vec::new()) };
        let numbers = from.numbers("layout", source)?;
        let mut order: Vec<Vertex> = (0..crate::number::vertex(source.count)).collect();
        order.sort_by(|&one, &other| numbers[one as usize].total_cmp(&numbers[other as usize]));
        Ok(order)
    }
}

impl GivenLayout {
    fn positions(&self, source: &Source<'_>) -> Result<Positions, AnalysisError> {
        let numbers = |name: &String| ValueSource::Attribute(name.clone()).numbers("layout", source);
        let (x, y) = (numbers(&self.x)?, numbers(&self.y)?);
        Ok(Positions::new(x.into_iter().zip(y).map(|(x, y)| Point::new(x, y)).collect())?)
    }
}
