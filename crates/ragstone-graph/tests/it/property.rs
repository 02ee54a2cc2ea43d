//! Graphs with names and attributes that change: laws against a naive model, bytes, queries, and size.

mod bytes;
mod example;
mod law;
mod model;
mod query;
mod sample;
mod scale;

use ragstone_graph::PropertyGraph;
use ragstone_graph::property::{Change, Receipt};

/// Resolves a change and lets it happen.
fn change(graph: &mut PropertyGraph, change: &Change) -> Receipt {
    let resolved = graph.resolve(change).unwrap();
    graph.apply(resolved.delta).unwrap();
    resolved.receipt
}
