//! One request for every picture of a graph, as JSON: where nodes lie, how large they are, what colours and labels mean.

mod layout;
mod look;

pub use self::layout::*;
pub use self::look::*;

use serde_json::Value;

use crate::analysis::{AnalysisError, Subject, choices, parameters, parsed};
use crate::graph::Graph;
use crate::picture::{Legend, Picture};
use crate::watch::Watch;

choices! {
    /// In which format a picture is drawn.
    pub enum PictureFormat {
        /// Scalable, as text.
        #[default]
        Svg,
        /// Pixels; needs a build with the feature `png`.
        Png,
    }

    /// What lies behind everything.
    pub enum Theme {
        /// White.
        #[default]
        Light,
        /// Nearly black.
        Dark,
    }

    /// Whether colours and sizes are explained.
    pub enum LegendChoice {
        /// To the right of the graph, where there is something to explain.
        #[default]
        Shown,
        /// Not at all.
        Hidden,
    }
}

parameters! {
    /// A picture of a graph.
    #[serde(default)]
    pub struct Illustration {
        /// Where nodes lie.
        pub layout: LayoutRequest,
        /// In which format it is drawn.
        pub format: PictureFormat,
        /// Width in pixels, from 64; 1,200 by default.
        pub width: u32,
        /// Height in pixels, from 64; 900 by default.
        pub height: u32,
        /// A line at the top; empty for none.
        pub title: String,
        /// What lies behind everything.
        pub theme: Theme,
        /// How large nodes are.
        pub sizes: SizeLook,
        /// Which colours they have.
        pub colours: ColourLook,
        /// What is written beside them.
        pub labels: LabelLook,
        /// How edges look.
        pub edges: EdgeLook,
        /// Whether colours and sizes are explained.
        pub legend: LegendChoice,
        /// Attribute of edges that is their weight: how strongly they pull, and how wide they are if `edges` asks for it.
        pub weight: Option<String>,
    }
}

impl Default for Illustration {
    fn default() -> Self {
        let Picture { width, height, .. } = Picture::default();
        Self {
            layout: LayoutRequest::default(),
            format: PictureFormat::default(),
            width,
            height,
            title: String::new(),
            theme: Theme::default(),
            sizes: SizeLook::default(),
            colours: ColourLook::default(),
            labels: LabelLook::default(),
            edges: EdgeLook::default(),
            legend: LegendChoice::default(),
            weight: None,
        }
    }
}

/// A picture in its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Illustrated {
    /// The picture.
    pub content: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Labels that found a place.
    pub labels: usize,
    /// Labels that were left out, because others were in their way or there were too many.
    pub dropped_labels: usize,
    /// Characters that the font does not have; 0 for SVG.
    pub missing_characters: usize,
}

impl Illustration {
    /// Reads a request.
    ///
    /// # Errors
    /// [`AnalysisError::Unreadable`] with the field, and of an unknown one, the fields there are.
    pub fn from_json(request: Value) -> Result<Self, AnalysisError> {
        match request {
            Value::Object(fields) => parsed("illustration", fields),
            _ => Err(AnalysisError::Unreadable { message: "an illustration is an object".to_owned() }),
        }
    }

    /// Lays the graph out and draws it, on the pool of the caller.
    ///
    /// # Errors
    /// [`AnalysisError::NoAttribute`] and [`AnalysisError::Attribute`] for attributes, the errors of an analysis that
    /// sizes or colours come from, [`AnalysisError::OutOfRange`] for a format that this build does not draw and for
    /// colours that are none, and [`AnalysisError::Refused`] for what layout and picture refuse.
    pub fn run(&self, subject: &dyn Subject, watch: &Watch) -> Result<Illustrated, AnalysisError> {
        self.draw(subject, watch).map_err(|error| error.named(subject))
    }

    fn draw(&self, subject: &dyn Subject, watch: &Watch) -> Result<Illustrated, AnalysisError> {
        let graph = subject.graph(self.weight.as_deref())?;
        let source = Source { subject, watch, count: graph.vertex_count() };
        let placed = self.layout.place(&graph, &source)?;
        let mut edges = self.edges.style()?;
        edges.bends = placed.bends;
        let picture = Picture {
            width: self.width,
            height: self.height,
            title: self.title.clone(),
            background: self.theme.background(),
            sizes: self.sizes.sizes(&source)?,
            colours: self.colours.colours(&source)?,
            edges,
            labels: self.labels.labels(&source)?,
            legend: match self.legend {
                LegendChoice::Shown => Legend::Shown,
                LegendChoice::Hidden => Legend::Hidden,
            },
        };
        self.print(&picture, &graph, &placed.positions, watch)
    }

    fn print(
        &self,
        picture: &Picture,
        graph: &Graph,
        positions: &crate::layout::Positions,
        watch: &Watch,
    ) -> Result<Illustrated, AnalysisError> {
        match self.format {
            PictureFormat::Svg => {
                let drawn = picture.svg(graph, positions, watch)?;
                Ok(Illustrated {
                    content: drawn.content.into_bytes(),
                    media_type: "image/svg+xml",
                    labels: drawn.labels,
                    dropped_labels: drawn.dropped_labels,
                    missing_characters: drawn.missing_characters,
                })
            }
            #[cfg(feature = "png")]
            PictureFormat::Png => {
                let drawn = picture.png(graph, positions, watch)?;
                Ok(Illustrated {
                    content: drawn.content,
                    media_type: "image/png",
                    labels: drawn.labels,
                    dropped_labels: drawn.dropped_labels,
                    missing_characters: drawn.missing_characters,
                })
            }
            #[cfg(not(feature = "png"))]
            PictureFormat::Png => Err(AnalysisError::OutOfRange {
                parameter: "format",
                found: "png".to_owned(),
                expected: "svg, as this build draws no pixels",
            }),
        }
    }
}

impl Theme {
    fn background(self) -> crate::picture::Colour {
        match self {
            Self::Light => crate::picture::Colour::WHITE,
            Self::Dark => crate::picture::Colour::new(0x11, 0x18, 0x27),
        }
    }
}
