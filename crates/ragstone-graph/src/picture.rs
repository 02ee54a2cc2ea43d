//! Pictures of graphs: what a picture shows, and its ways to SVG and PNG.

mod colour;
mod frame;
mod labels;
mod legend;
mod near;
#[cfg(feature = "png")]
mod png;
mod scale;
mod scene;
mod svg;
mod text;
mod way;

use std::ops::RangeInclusive;

pub use self::colour::{Colour, category, viridis};
pub use self::scale::{Categories, Scale, Values};

use self::scene::Scene;
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::layout::{Point, Positions};
use crate::watch::Watch;

/// Most vertices of a picture.
pub const MOST_VERTICES: usize = 100_000;

/// Most edges of a picture.
pub const MOST_EDGES: usize = 500_000;

/// Most pixels of a picture, and the longest side.
pub const MOST_PIXELS: (u64, u32) = (64_000_000, 16_384);

/// How large vertices are.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Sizes {
    /// All alike, as large as their number and distances allow.
    #[default]
    Automatic,
    /// All with this radius in pixels, from 0.5 to 200.
    Radius(f64),
    /// Areas by a value.
    Values(Values),
}

/// Which colours vertices have.
#[derive(Debug, Clone, PartialEq)]
pub enum Colours {
    /// All alike.
    One(Colour),
    /// By a value, on the scale [`viridis`].
    Values(Values),
    /// By a category, the most frequent twelve with colours of their own ([`category`]), others in grey.
    Categories(Categories),
    /// One for each vertex.
    Each(Vec<Colour>),
}

impl Default for Colours {
    fn default() -> Self {
        Self::One(Colour::BLUE)
    }
}

/// How wide edges are. Parallel edges are one line: twice as wide for four of them, at most four times.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Widths {
    /// All alike, the thinner the more there are.
    #[default]
    Automatic,
    /// All with this width in pixels, from 0.1 to 50.
    Pixels(f64),
    /// By weight, parallel edges by the sum of their weights.
    Weights,
}

/// Which colour edges have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EdgeColour {
    /// A grey that suits the background.
    #[default]
    Neutral,
    /// This one.
    One(Colour),
    /// The mean of both ends' colours.
    Ends,
}

/// Whether edges have arrowheads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrows {
    /// At the targets of directed graphs.
    #[default]
    Automatic,
    /// Nowhere.
    Hidden,
}

/// How edges look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EdgeStyle {
    /// How wide.
    pub widths: Widths,
    /// Which colour.
    pub colour: EdgeColour,
    /// From 0 to 1; `None` for the lighter the more edges there are.
    pub opacity: Option<f64>,
    /// Whether arrowheads are drawn.
    pub arrows: Arrows,
    /// Points that each edge passes, in the order of [`Graph::edges`], as a layered layout gives them; empty for none.
    pub bends: Vec<Vec<Point>>,
}

/// What is written beside vertices.
#[derive(Debug, Clone, PartialEq)]
pub struct Labels {
    /// A text for each vertex, empty for none; or no texts at all. Longer ones than 40 characters are cut.
    pub texts: Vec<String>,
    /// A number for each vertex: labels of higher ones find a place first. Empty for the vertices' sizes, then degrees.
    pub importance: Vec<f64>,
    /// Size of the font in pixels, from 4 to 100.
    pub size: f64,
    /// Most labels. Also, labels together do not cover more than a sixth of the picture.
    pub most: usize,
}

impl Default for Labels {
    fn default() -> Self {
        Self { texts: Vec::new(), importance: Vec::new(), size: 13.0, most: 500 }
    }
}

/// Whether a picture explains its colours and sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// To the right of the graph, where there is something to explain.
    #[default]
    Shown,
    /// Not at all.
    Hidden,
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width in pixels, from 64.
    pub width: u32,
    /// Height in pixels, from 64.
    pub height: u32,
    /// A line at the top; empty for none.
    pub title: String,
    /// What lies behind everything.
    pub background: Colour,
    /// How large vertices are.
    pub sizes: Sizes,
    /// Which colours they have.
    pub colours: Colours,
    /// How edges look.
    pub edges: EdgeStyle,
    /// What is written beside vertices.
    pub labels: Labels,
    /// Whether colours and sizes are explained.
    pub legend: Legend,
}

impl Default for Picture {
    fn default() -> Self {
        Self {
            width: 1200,
            height: 900,
            title: String::new(),
            background: Colour::WHITE,
            sizes: Sizes::default(),
            colours: Colours::default(),
            edges: EdgeStyle::default(),
            labels: Labels::default(),
            legend: Legend::default(),
        }
    }
}

/// A picture as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing<T> {
    /// The picture in its format.
    pub content: T,
    /// Labels that found a place.
    pub labels: usize,
    /// Labels that were left out, because others were in their way or there were too many.
    pub dropped_labels: usize,
    /// Characters that the font does not have, drawn as boxes; 0 for SVG, where the viewer has the fonts.
    pub missing_characters: usize,
}

impl Picture {
    /// Draws an SVG document: UTF-8, no scripts, nothing from elsewhere. Texts are cleaned of control characters and
    /// escaped. Where there are up to 5,000 vertices, each shows its label when it is pointed at, also a dropped one.
    ///
    /// O(V + E + labels²) at worst. Refused: over [`MOST_VERTICES`], [`MOST_EDGES`] or [`MOST_PIXELS`]
    /// ([`GraphError::TooExpensive`]), lists that do not have an entry for each vertex, sizes outside their ranges
    /// ([`GraphError::OutOfRange`]).
    pub fn svg(&self, graph: &Graph, positions: &Positions, watch: &Watch) -> Result<Drawing<String>> {
        let scene = self.scene(graph, positions, watch)?;
        Ok(scene.drawn(svg::write(&scene, watch)?, 0))
    }

    /// Draws a PNG of the same picture, with letters of DejaVu Sans: it has Latin, Greek, Cyrillic, Arabic and Hebrew,
    /// but no ideographs, and letters are not joined or turned. Takes 4 bytes a pixel; refuses what [`svg`](Self::svg)
    /// refuses.
    #[cfg(feature = "png")]
    pub fn png(&self, graph: &Graph, positions: &Positions, watch: &Watch) -> Result<Drawing<Vec<u8>>> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        watch.afford(6 * pixels, pixels, "ask for a smaller picture")?;
        let scene = self.scene(graph, positions, watch)?;
        let (content, missing) = png::paint(&scene, watch)?;
        Ok(scene.drawn(content, missing))
    }

    fn scene(&self, graph: &Graph, positions: &Positions, watch: &Watch) -> Result<Scene> {
        self.check()?;
        let subgraph = "draw a part of the graph, such as its core, or its communities as one vertex each";
        at_most("vertices", graph.vertex_count() as u64, MOST_VERTICES as u64, subgraph)?;
        at_most("edges", graph.edge_count() as u64, MOST_EDGES as u64, subgraph)?;
        let bytes = 200 * graph.vertex_count() as u64 + 400 * graph.edge_count() as u64;
        watch.afford(bytes, graph.entry_count() as u64, subgraph)?;
        positions.belong_to(graph)?;
        Scene::arrange(self, graph, positions, watch)
    }

    fn check(&self) -> Result<()> {
        let (area, side) = MOST_PIXELS;
        let remedy = "ask for a smaller picture, or for SVG, which can be enlarged";
        at_most("pixels", u64::from(self.width) * u64::from(self.height), area, remedy)?;
        at_most("pixels in a row", u64::from(self.width.max(self.height)), u64::from(side), remedy)?;
        let smaller = f64::from(self.width.min(self.height));
        within("width or height", smaller, 64.0..=f64::INFINITY, "at least 64 pixels")?;
        within("label size", self.labels.size, 4.0..=100.0, "from 4 to 100 pixels")?;
        if let Sizes::Radius(radius) = self.sizes {
            within("radius", radius, 0.5..=200.0, "from 0.5 to 200 pixels")?;
        }
        if let Widths::Pixels(width) = self.edges.widths {
            within("edge width", width, 0.1..=50.0, "from 0.1 to 50 pixels")?;
        }
        within("opacity", self.edges.opacity.unwrap_or(1.0), 0.0..=1.0, "from 0 to 1")
    }
}

fn within(
    option: &'static str,
    found: f64,
    range: RangeInclusive<f64>,
    expected: &'static str,
) -> Result<()> {
    if range.contains(&found) {
        return Ok(());
    }
    Err(GraphError::OutOfRange { option, found: found.to_string(), expected })
}

fn at_most(unit: &'static str, found: u64, limit: u64, remedy: &'static str) -> Result<()> {
    if found <= limit {
        return Ok(());
    }
    Err(GraphError::TooExpensive { estimate: found, unit, limit, remedy })
}

#[cfg(test)]
mod tests;
