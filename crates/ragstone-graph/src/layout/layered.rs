//! Layers for directed graphs without cycles, all edges downwards (Sugiyama).

mod coordinates;
mod crossings;
mod ranks;

use self::crossings::Ordered;
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::layout::packing::beside;
use crate::layout::positions::{Point, Positions};
use crate::watch::Watch;

/// Edges that pass a layer are laid out like vertices; more than this together are refused.
const MOST_ENTRIES: u64 = 5_000_000;

/// How [`layered`] works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayeredOptions {
    /// Distance between layers, in distances between neighbours of a layer, from 0.1 to 100. 0 stands for what gives
    /// the picture a width of up to twice its height.
    pub layer_distance: f64,
    /// How often all layers are put in order, from 0 to 1,000: an even number of times downwards and upwards.
    pub sweeps: u32,
}

impl Default for LayeredOptions {
    fn default() -> Self {
        Self { layer_distance: 0.0, sweeps: 24 }
    }
}

/// A graph in layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layered {
    /// Where vertices lie: those of a layer of a component at the same height, layer 0 at the top.
    pub positions: Positions,
    /// The layer of each vertex, from 0.
    pub layers: Vec<u32>,
    /// For each edge in the order of [`Graph::edges`], where it bends between its ends: a point in each layer that it
    /// passes.
    pub bends: Vec<Vec<Point>>,
    /// How many pairs of edges between neighbouring layers cross.
    pub crossings: u64,
}

/// Lays out a directed graph without cycles so that each edge leads downwards, from a layer to a later one.
///
/// Layers come from longest paths; vertices then move to where their edges are shortest. Edges that pass layers bend
/// there. Few crossings come from ordering layers by barycentres and swapping neighbours, straight edges from aligning
/// each vertex with the middle of its neighbours. Components lie beside each other. Parallel edges take the same way.
///
/// O((V + E·L)·sweeps) for L layers; refused over five million vertices and passed layers. Refused: undirected graphs
/// ([`GraphError::WrongKind`]), cycles and loops ([`GraphError::Cycle`]).
///
/// Sources: Sugiyama, Tagawa and Toda (1981); Gansner, Koutsofios, North and Vo (1993) for swapping; Barth, Jünger and
/// Mutzel (2002) for counting crossings; Brandes and Köpf (2001), with their erratum of 2020, for coordinates.
pub fn layered(graph: &Graph, options: &LayeredOptions, watch: &Watch) -> Result<Layered> {
    check(options)?;
    if !graph.is_directed() {
        return Err(GraphError::WrongKind {
            algorithm: "layered layout",
            expected: "directed",
            remedy: "give edges a direction, or use shells by the distance from a vertex",
        });
    }
    let layers = ranks::ranks(graph, watch)?;
    let passed: u64 = graph.edges().map(|edge| u64::from(span(&layers, edge.source, edge.target))).sum();
    let remedy = "remove edges that lead far, or use a force-directed layout";
    let entries = passed + graph.vertex_count() as u64;
    watch.afford(entries * 150, entries * u64::from(options.sweeps), remedy)?;
    if entries > MOST_ENTRIES {
        let (unit, limit) = ("vertices and layers that edges pass", MOST_ENTRIES);
        return Err(GraphError::TooExpensive { estimate: entries, unit, limit, remedy });
    }
    let mut ordered = Ordered::new(graph, &layers);
    let crossings = ordered.reduce(options.sweeps, watch)?;
    let across = coordinates::coordinates(&ordered, watch)?;
    watch.check()?;
    assemble(graph, options, layers, &ordered, &across, crossings)
}

fn check(options: &LayeredOptions) -> Result<()> {
    let distance = options.layer_distance;
    if distance != 0.0 && !(0.1..=100.0).contains(&distance) {
        let (option, found) = ("layer_distance", distance.to_string());
        return Err(GraphError::OutOfRange { option, found, expected: "0, or from 0.1 to 100" });
    }
    if options.sweeps > 1000 {
        let (option, found) = ("sweeps", options.sweeps.to_string());
        return Err(GraphError::OutOfRange { option, found, expected: "from 0 to 1,000" });
    }
    Ok(())
}

/// How many layers lie between the ends of an edge.
fn span(layers: &[u32], source: Vertex, target: Vertex) -> u32 {
    layers[target as usize].saturating_sub(layers[source as usize]).saturating_sub(1)
}

fn assemble(
    graph: &Graph,
    options: &LayeredOptions,
    layers: Vec<u32>,
    ordered: &Ordered,
    across: &[f64],
    crossings: u64,
) -> Result<Layered> {
    let width = across.iter().fold(0.0, |width: f64, &x| width.max(x));
    let depth = f64::from(layers.iter().copied().max().unwrap_or(0));
    let distance = match options.layer_distance {
        0.0 if depth > 0.0 => (0.6 * width / depth).clamp(1.0, 6.0),
        0.0 => 1.0,
        given => given,
    };
    let mut points = packed(ordered, across, distance);
    points = Positions::new(points)?.into_points();
    let mut bend = points.split_off(graph.vertex_count()).into_iter();
    let bends = graph
        .edges()
        .map(|edge| bend.by_ref().take(span(&layers, edge.source, edge.target) as usize).collect())
        .collect();
    Ok(Layered { positions: Positions::of_fitted(points), layers, bends, crossings })
}

/// Nodes at their layers, components beside each other.
fn packed(ordered: &Ordered, across: &[f64], distance: f64) -> Vec<Point> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut places = Vec::with_capacity(across.len());
    for (node, &x) in (0..).zip(across) {
        let component = ordered.component(node) as usize;
        if component >= parts.len() {
            parts.resize(component + 1, Vec::new());
        }
        places.push((component, parts[component].len()));
        parts[component].push(Point::new(x, f64::from(ordered.layer(node)) * distance));
    }
    beside(&mut parts, 1.0);
    places.into_iter().map(|(component, place)| parts[component][place]).collect()
}

#[cfg(test)]
mod tests;
