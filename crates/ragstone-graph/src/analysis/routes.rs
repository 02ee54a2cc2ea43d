//! Paths between two nodes.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, Shape};
use crate::analysis::findings::{Findings, Rows, Way};
use crate::analysis::parameters::{choices, parameters};
use crate::analysis::{AnalysisError, Estimate, Size};
use crate::document::NodeKey;
use crate::graph::Vertex;
use crate::number::real;
use crate::path::{self, Path, SimplePathsOptions};

/// Mean radius of the Earth in metres (IUGG 1980).
const EARTH: f64 = 6_371_008.8;

choices! {
    /// How one shortest path is searched.
    pub enum ShortestPathMethod {
        /// From both ends; refuses negative weights.
        #[default]
        Bidirectional,
        /// From the source; refuses negative weights.
        Dijkstra,
        /// From the source, with negative weights.
        BellmanFord,
        /// By hops, whatever edges weigh.
        BreadthFirst,
    }

    /// What coordinates mean.
    pub enum CoordinateMetric {
        /// Places on a plane: the straight distance.
        #[default]
        Plane,
        /// Longitude as `x` and latitude as `y`, in degrees: the distance along the globe in metres.
        Globe,
    }
}

parameters! {
    /// One shortest path between two nodes.
    pub struct ShortestPathRequest {
        /// Where it begins.
        pub source: NodeKey,
        /// Where it ends.
        pub target: NodeKey,
        /// Attribute of edges that is their length; without it each is 1 long.
        #[serde(default)]
        pub weight: Option<String>,
        /// How it is searched.
        #[serde(default)]
        pub method: ShortestPathMethod,
    }

    /// One shortest path between two nodes that have coordinates.
    pub struct AStarRequest {
        /// Where it begins.
        pub source: NodeKey,
        /// Where it ends.
        pub target: NodeKey,
        /// Attribute of edges that is their length; without it each is 1 long.
        #[serde(default)]
        pub weight: Option<String>,
        /// Attribute of nodes that is the first coordinate.
        pub x: String,
        /// Attribute of nodes that is the second coordinate.
        pub y: String,
        /// What coordinates mean.
        #[serde(default)]
        pub metric: CoordinateMetric,
        /// The least length of an edge for each unit between its ends, 0 or more; 1 by default. If it is too high the path
        /// may not be the shortest.
        #[serde(default = "one")]
        pub scale: f64,
    }

    /// Several shortest paths between two nodes.
    pub struct KShortestPathsRequest {
        /// Where they begin.
        pub source: NodeKey,
        /// Where they end.
        pub target: NodeKey,
        /// How many at most, 3 by default.
        #[serde(default = "three")]
        pub count: usize,
        /// Attribute of edges that is their length; without it each is 1 long.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// All paths between two nodes that meet no node twice.
    pub struct SimplePathsRequest {
        /// Where they begin.
        pub source: NodeKey,
        /// Where they end.
        pub target: NodeKey,
        /// Most edges of a path; any number by default.
        #[serde(default)]
        pub max_length: Option<u32>,
        /// Most paths, 1,000 by default.
        #[serde(default = "thousand")]
        pub max_count: usize,
    }
}

fn one() -> f64 {
    1.0
}

fn three() -> usize {
    3
}

pub(super) fn thousand() -> usize {
    1000
}

/// A path, or none.
fn route(path: Option<Path>) -> Findings {
    let is_found = path.is_some();
    Findings::new(Rows::Paths(path.into_iter().map(Way::from).collect())).fact("is_found", is_found)
}

impl Algorithm for ShortestPathRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "shortest-path",
        "Shortest path",
        "What is a shortest path between two nodes?",
        Shape::Paths,
    )
    .takes("O((n + m) log n) at worst, mostly far less")
    .limits("refuses negative weights, except with the method bellman-ford")
    .by("Pohl 1971; Dijkstra 1959; Moore 1959")
    .weighted()
    .example(r#"{"source":1,"target":34}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let source = call.vertex("source", &self.source)?;
        let target = call.vertex("target", &self.target)?;
        let hops = |vertices: Vec<Vertex>| Path { length: real(vertices.len().saturating_sub(1)), vertices };
        Ok(route(match self.method {
            ShortestPathMethod::Bidirectional => path::bidirectional(&graph, source, target, call.watch)?,
            ShortestPathMethod::Dijkstra => path::dijkstra(&graph, source, call.watch)?.path_to(target),
            ShortestPathMethod::BellmanFord => {
                path::bellman_ford(&graph, source, call.watch)?.path_to(target)
            }
            ShortestPathMethod::BreadthFirst => {
                path::bfs_tree(&graph, source, call.watch)?.path_to(target).map(hops)
            }
        }))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 20, 36).and_entries(size, 16).worst()
    }
}

impl Algorithm for AStarRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "a-star",
        "Shortest path by coordinates",
        "What is a shortest path between two nodes that lie somewhere, such as places of a road map?",
        Shape::Paths,
    )
    .takes("O((n + m) log n) at worst, mostly far less")
    .limits("every node needs coordinates; refuses negative weights")
    .by("Hart, Nilsson and Raphael 1968")
    .weighted()
    .example(r#"{"source":1,"target":34,"x":"x","y":"y","scale":0}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        if !(self.scale >= 0.0 && self.scale.is_finite()) {
            let (found, expected) = (self.scale.to_string(), "a finite number, 0 or more");
            return Err(AnalysisError::OutOfRange { parameter: "scale", found, expected });
        }
        let graph = call.graph(self.weight.as_deref())?;
        let source = call.vertex("source", &self.source)?;
        let target = call.vertex("target", &self.target)?;
        let (x, y) = (call.numbers("x", &self.x)?, call.numbers("y", &self.y)?);
        let place = |vertex: Vertex| (x[vertex as usize], y[vertex as usize]);
        let end = place(target);
        let left = |vertex: Vertex| {
            self.scale
                * match self.metric {
                    CoordinateMetric::Plane => (place(vertex).0 - end.0).hypot(place(vertex).1 - end.1),
                    CoordinateMetric::Globe => great_circle(place(vertex), end),
                }
        };
        Ok(route(path::a_star(&graph, source, target, left, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 20, 64).and_entries(size, 16).worst()
    }
}

/// Metres between two places of longitude and latitude in degrees (the haversine formula).
fn great_circle(one: (f64, f64), other: (f64, f64)) -> f64 {
    let (from, to) = (one.1.to_radians(), other.1.to_radians());
    let (high, wide) = ((to - from) / 2.0, (other.0 - one.0).to_radians() / 2.0);
    let square = high.sin().powi(2) + from.cos() * to.cos() * wide.sin().powi(2);
    2.0 * EARTH * square.sqrt().min(1.0).asin()
}

impl Algorithm for KShortestPathsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "k-shortest-paths",
        "Several shortest paths",
        "Which are the best few ways between two nodes?",
        Shape::Paths,
    )
    .takes("O(count · n · (n + m) log n) at worst, mostly little more than the paths are long")
    .limits("paths meet no node twice; refuses negative weights")
    .by("Yen 1971; Lawler 1972")
    .weighted()
    .example(r#"{"source":1,"target":34}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let source = call.vertex("source", &self.source)?;
        let target = call.vertex("target", &self.target)?;
        let paths = path::k_shortest(&graph, source, target, self.count, call.watch)?;
        Ok(Findings::new(Rows::Paths(paths.into_iter().map(Way::from).collect())))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let searches = size.vertices.saturating_mul(crate::number::wide(self.count));
        Estimate::searches(size, searches, 40)
    }
}

impl Algorithm for SimplePathsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "simple-paths",
        "All simple paths",
        "Which paths lead from one node to another without meeting a node twice?",
        Shape::Paths,
    )
    .takes("O((n + m) · paths)")
    .limits("ends at max_count and then says so as is_cut")
    .by("Gupta and Suzumura 2021")
    .example(r#"{"source":1,"target":34,"max_length":3}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let source = call.vertex("source", &self.source)?;
        let target = call.vertex("target", &self.target)?;
        let options = SimplePathsOptions { max_length: self.max_length, max_count: self.max_count };
        let found = path::simple_paths(&graph, source, target, options, call.watch)?;
        let way = |vertices: Vec<Vertex>| Way { length: Some(real(vertices.len() - 1)), vertices };
        let ways = found.paths.into_iter().map(way).collect();
        Ok(Findings::new(Rows::Paths(ways)).fact("is_cut", found.is_cut))
    }

    fn estimate(&self, size: Size) -> Estimate {
        let paths = crate::number::wide(self.max_count);
        Estimate::searches(size, paths, 25).and_entries(size, 4)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    #[test]
    fn great_circle_is_a_part_of_the_way_around_the_globe() {
        let quarter = EARTH * PI / 2.0;
        assert!((great_circle((0.0, 0.0), (90.0, 0.0)) - quarter).abs() < 1.0);
        assert!((great_circle((17.0, 90.0), (-40.0, 0.0)) - quarter).abs() < 1.0);
        assert!((great_circle((0.0, 90.0), (0.0, -90.0)) - 2.0 * quarter).abs() < 1.0);
        assert!(great_circle((13.0, 52.0), (13.0, 52.0)) < 1e-6);
    }
}
