#![doc = include_str!("../README.md")]

pub mod community;
pub mod error;
pub mod graph;
pub mod watch;

pub use crate::community::{Communities, Partition};
pub use crate::error::{GraphError, Result};
pub use crate::graph::{Direction, Edge, Graph, Vertex, Weight};
pub use crate::watch::{Interruption, Watch};
