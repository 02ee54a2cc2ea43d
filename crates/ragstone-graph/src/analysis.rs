//! One request and one answer for every algorithm, as JSON.
//!
//! An [`Analysis`] names an algorithm with its parameters, a [`Subject`] is the graph it is about, with names and attributes.
//! [`Analysis::run`] gives [`Findings`] in vertices; [`Findings::report`] makes JSON with keys of nodes of the part that a
//! [`Selection`] asks for, and [`Findings::column`] values to write back. [`Analysis::catalogue`] describes all algorithms.

mod algorithm;
mod catalogue;
mod centrality;
mod citations;
mod communities;
mod distances;
mod error;
mod estimate;
mod findings;
mod influence;
mod likeness;
mod ordering;
mod pairings;
mod parameters;
mod parts;
mod patterns;
mod rendering;
mod report;
mod request;
mod resilience;
mod routes;
#[cfg(feature = "openapi")]
pub(crate) mod schema;
mod selection;
mod structure;
mod subject;

pub use self::catalogue::{Descriptor, DirectionUse, Example, Shape};
pub use self::centrality::*;
pub use self::citations::*;
pub use self::communities::*;
pub use self::distances::*;
pub use self::error::AnalysisError;
pub use self::estimate::{Estimate, Size};
pub use self::findings::{Best, Column, Fact, Findings, Numbers, Rows, Way};
pub use self::influence::*;
pub use self::likeness::*;
pub use self::ordering::*;
pub use self::pairings::*;
pub use self::parts::*;
pub use self::patterns::*;
pub use self::report::{
    AnalysisReport, NodeGroup, NodeLabel, NodePath, NodeRow, NodeScore, NodeVector, PairRow, ReportRows,
};
pub use self::request::Analysis;
pub use self::resilience::*;
pub use self::routes::*;
pub use self::selection::{GroupDetail, Order, Selection};
pub use self::structure::*;
pub use self::subject::{Subject, Undirected};

pub(crate) use self::algorithm::{column, text};
pub(crate) use self::catalogue::{near, whole_example};
pub(crate) use self::parameters::{choices, parameters};
pub(crate) use self::request::{parsed, tagged};
