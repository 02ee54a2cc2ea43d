#![doc = include_str!("../README.md")]

#[cfg(feature = "analysis")]
pub mod analysis;
pub mod assortativity;
pub mod bipartite;
pub mod centrality;
pub mod citation;
pub mod clustering;
pub mod coloring;
pub mod community;
pub mod component;
pub mod core;
pub mod distance;
#[cfg(feature = "format")]
pub mod document;
pub mod embedding;
mod enumeration;
pub mod error;
pub mod flow;
#[cfg(feature = "format")]
pub mod format;
#[cfg(feature = "analysis")]
pub mod generation;
pub mod generator;
pub mod graph;
#[cfg(feature = "analysis")]
pub mod illustration;
pub mod isomorphism;
pub mod layout;
pub mod matching;
mod meter;
mod number;
pub mod order;
pub mod path;
pub mod picture;
#[cfg(feature = "format")]
pub mod property;
pub mod robustness;
mod sets;
pub mod similarity;
pub mod statistics;
pub mod tree;
pub mod watch;

pub use crate::bipartite::Bipartition;
pub use crate::centrality::{Estimate, Fixpoint, PageRank, Sampling};
pub use crate::clustering::Triangles;
pub use crate::community::{Communities, Partition};
pub use crate::component::{Blocks, Components};
pub use crate::core::{Cores, Trusses};
pub use crate::distance::{Center, Diameter};
#[cfg(feature = "format")]
pub use crate::document::{GraphDocument, NodeKey};
pub use crate::error::{GraphError, Result};
#[cfg(feature = "format")]
pub use crate::format::{FormatError, GraphFormat};
pub use crate::generator::Generator;
pub use crate::graph::{Direction, Edge, Graph, Vertex, Weight};
pub use crate::layout::{Point, Positions};
pub use crate::path::{HopTree, Path, PathTree};
pub use crate::picture::{Drawing, Picture};
#[cfg(feature = "format")]
pub use crate::property::PropertyGraph;
pub use crate::tree::SpanningForest;
pub use crate::watch::{Interruption, Watch};
