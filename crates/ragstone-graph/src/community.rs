//! Communities: parts of a graph with more edges inside than chance would put there.
//!
//! [`leiden`](fn@leiden) is the one to begin with; [`louvain`](fn@louvain) is a little faster and a little worse.
//! Both make [`modularity`](fn@modularity) large. [`propagate_labels`] has no such aim and is the fastest;
//! [`cdlp`](fn@cdlp) is the deterministic form of it that LDBC Graphalytics compares engines by.

pub mod cdlp;
pub mod coarsening;
pub mod comparison;
pub mod label_propagation;
pub mod leiden;
mod level;
pub mod louvain;
pub mod modularity;
mod moving;
mod multilevel;
pub mod partition;
mod refinement;
mod scratch;

pub use self::cdlp::cdlp;
pub use self::coarsening::{coarsen, split_connected};
pub use self::comparison::{
    EntropyMean, adjusted_rand_index, normalized_mutual_information, variation_of_information,
};
pub use self::label_propagation::{LabelPropagationOptions, propagate_labels};
pub use self::leiden::{LeidenOptions, leiden};
pub use self::louvain::{LouvainOptions, louvain};
pub use self::modularity::modularity;
pub use self::partition::{Communities, Partition};
