#![doc = include_str!("../README.md")]

pub mod error;
pub mod graph;
pub mod layout;
pub mod picture;
pub mod watch;

pub use crate::error::{GraphError, Result};
pub use crate::graph::{Direction, Edge, Graph, Vertex, Weight};
pub use crate::layout::{Point, Positions};
pub use crate::picture::{Drawing, Picture};
pub use crate::watch::{Interruption, Watch};
