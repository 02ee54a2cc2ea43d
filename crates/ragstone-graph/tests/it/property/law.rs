//! Sequences of changes do what the model does, and their log gives the same graph.

use proptest::prelude::*;
use ragstone_graph::PropertyGraph;
use ragstone_graph::document::{Attributes, NodeKey};
use ragstone_graph::property::{Change, Delta, MissingEnds, NewEdge};

use super::model::Model;
use super::sample::{change, changes};

/// Asks for what is derived from edges, so that changes find it there.
fn warm(graph: &PropertyGraph) {
    let key = NodeKey::Integer(0);
    let edge = NewEdge { source: key.clone(), target: key, key: None, attributes: Attributes::new() };
    let change = Change::AddEdges { edges: vec![edge], missing: MissingEnds::Create };
    assert!(graph.resolve(&change).is_ok());
    let _ = (graph.degree(0), graph.in_degree(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn changes_do_what_the_model_does((direction, multigraph, changes) in changes(), is_warm: bool) {
        let mut graph = PropertyGraph::new(direction, multigraph);
        let mut model = Model::new(direction, multigraph);
        for change in &changes {
            if is_warm {
                warm(&graph);
            }
            let mut expected = model.clone();
            let is_refused = expected.change(change).is_err();
            let before = graph.clone();
            let resolved = graph.resolve(change);
            prop_assert_eq!(&graph, &before);
            prop_assert_eq!(resolved.is_err(), is_refused, "{:?}\n{:?}\n{:?}", change, resolved, model);
            let Ok(resolved) = resolved else { continue };
            let receipt = resolved.receipt;
            prop_assert_eq!(resolved.delta.is_empty(), expected == model, "{:?} {:?}", change, model);
            graph.apply(resolved.delta).unwrap();
            prop_assert_eq!(&Model::of(&graph), &expected, "{:?} on {:?}", change, model);
            let (nodes, edges) = (receipt.nodes, receipt.edges);
            prop_assert_eq!(before.node_count() + nodes.added - nodes.removed, receipt.node_count);
            prop_assert_eq!(before.edge_count() + edges.added - edges.removed, receipt.edge_count);
            prop_assert_eq!(receipt.node_count, graph.node_count());
            prop_assert_eq!(receipt.edge_count, graph.edge_count());
            model = expected;
        }
    }

    #[test]
    fn log_gives_the_graph_again((direction, multigraph, changes) in changes(), max_len in 60usize..200) {
        let mut graph = PropertyGraph::new(direction, multigraph);
        let mut again = graph.clone();
        let mut in_parts = graph.clone();
        for change in &changes {
            let Ok(resolved) = graph.resolve(change) else { continue };
            let bytes = resolved.delta.encode();
            prop_assert_eq!(&Delta::decode(&bytes).unwrap(), &resolved.delta);
            for part in resolved.delta.clone().split(max_len).unwrap() {
                prop_assert!(part.encode().len() <= max_len);
                in_parts.apply(part).unwrap();
            }
            graph.apply(resolved.delta).unwrap();
            again.apply(Delta::decode(&bytes).unwrap()).unwrap();
        }
        prop_assert_eq!(&again, &graph);
        prop_assert_eq!(&in_parts, &graph);
        let mut rebuilt = PropertyGraph::new(direction, multigraph);
        for part in graph.snapshot_parts(max_len).unwrap() {
            prop_assert!(part.len() <= max_len);
            rebuilt.apply(Delta::decode(&part).unwrap()).unwrap();
        }
        prop_assert_eq!(&rebuilt, &graph);
        prop_assert_eq!(&PropertyGraph::from_document(graph.to_document()).unwrap(), &graph);
    }

    #[test]
    fn delta_of_another_state_is_refused_as_a_whole(
        (direction, multigraph, changes) in changes(),
        other in change(ragstone_graph::Direction::Directed, false),
    ) {
        let mut graph = PropertyGraph::new(direction, multigraph);
        let other = PropertyGraph::new(ragstone_graph::Direction::Directed, false).resolve(&other);
        for change in &changes {
            if let Ok(resolved) = graph.resolve(change) {
                graph.apply(resolved.delta).unwrap();
            }
        }
        let before = graph.clone();
        if let Ok(other) = other
            && graph.apply(other.delta).is_err()
        {
            prop_assert_eq!(&graph, &before);
        }
    }
}
