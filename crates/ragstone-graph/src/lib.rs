#![doc = include_str!("../README.md")]

pub mod citation;
pub mod coloring;
pub mod embedding;
pub mod error;
pub mod flow;
pub mod graph;
pub mod isomorphism;
pub mod matching;
mod meter;
mod number;
pub mod robustness;
mod sets;
pub mod similarity;
mod simple;
pub mod watch;

pub use crate::error::{GraphError, Result};
pub use crate::graph::{Direction, Edge, Graph, Vertex, Weight};
pub use crate::watch::{Interruption, Watch};
