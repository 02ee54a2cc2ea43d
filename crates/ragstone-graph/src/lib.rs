#![doc = include_str!("../README.md")]

#[cfg(feature = "format")]
pub mod document;
pub mod error;
#[cfg(feature = "format")]
pub mod format;
pub mod generator;
pub mod graph;
pub mod watch;

#[cfg(feature = "format")]
pub use crate::document::{GraphDocument, NodeKey};
pub use crate::error::{GraphError, Result};
#[cfg(feature = "format")]
pub use crate::format::{FormatError, GraphFormat};
pub use crate::generator::Generator;
pub use crate::graph::{Direction, Edge, Graph, Vertex, Weight};
pub use crate::watch::{Interruption, Watch};
