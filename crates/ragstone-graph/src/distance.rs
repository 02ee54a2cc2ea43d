//! How far apart vertices are at most, at least and on average, by hops.
//!
//! Weights are not looked at. Pairs between which no path leads are left out: the eccentricity of a vertex is the distance
//! to the furthest vertex that it reaches.

mod average;
mod batch;
mod bounds;
mod extent;

pub use average::{AverageLength, AverageLengthOptions, average_length};
pub use extent::{Center, Diameter, center, diameter, eccentricities};

#[cfg(test)]
mod tests;
