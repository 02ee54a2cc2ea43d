#![doc = include_str!("../README.md")]

pub mod assortativity;
pub mod centrality;
pub mod clustering;
pub mod core;
pub mod error;
pub mod graph;
pub mod statistics;
pub mod watch;

pub use crate::centrality::{Estimate, Fixpoint, PageRank, Sampling};
pub use crate::clustering::Triangles;
pub use crate::core::{Cores, Trusses};
pub use crate::error::{GraphError, Result};
pub use crate::graph::{Direction, Edge, Graph, Vertex, Weight};
pub use crate::watch::{Interruption, Watch};
