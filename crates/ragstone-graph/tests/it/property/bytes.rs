//! Bytes that are damaged or made up: refused or read, never a panic.

use proptest::prelude::*;
use ragstone_graph::property::{Change, Delta, DeltaError, NodeView};
use ragstone_graph::{Direction, PropertyGraph};

use super::sample::changes;

/// What may be done to bytes.
#[derive(Debug, Clone)]
enum Damage {
    Set(usize, u8),
    Cut(usize),
    Insert(usize, u8),
    Copy(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<usize>(), any::<u8>()).prop_map(|(place, byte)| Damage::Set(place, byte)),
        1 => any::<usize>().prop_map(Damage::Cut),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(place, byte)| Damage::Insert(place, byte)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Damage::Copy(from, to)),
    ]
}

fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let length = bytes.len().max(1);
        match *damage {
            _ if bytes.is_empty() => bytes.push(1),
            Damage::Set(place, byte) => bytes[place % length] = byte,
            Damage::Cut(place) => bytes.truncate(place % length),
            Damage::Insert(place, byte) => bytes.insert(place % length, byte),
            Damage::Copy(from, to) => bytes[to % length] = bytes[from % length],
        }
    }
    bytes
}

/// Reads bytes and lets them happen; a refusal leaves the graph.
fn attempt(graph: &PropertyGraph, bytes: &[u8]) {
    let Ok(delta) = Delta::decode(bytes) else { return };
    assert_eq!(Delta::decode(&delta.encode()).as_ref(), Ok(&delta));
    let mut changed = graph.clone();
    match changed.apply(delta) {
        Ok(()) => {
            drop(changed.to_document());
            let is_found = |node: NodeView<'_>| changed.vertex(node.key()) == Some(node.vertex());
            assert!(changed.nodes_from(0).all(is_found));
        }
        Err(_) => assert_eq!(changed, *graph),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn damaged_bytes_are_refused_or_read(
        (direction, multigraph, changes) in changes(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let mut graph = PropertyGraph::new(direction, multigraph);
        for change in &changes {
            let Ok(resolved) = graph.resolve(change) else { continue };
            attempt(&graph, &damaged(resolved.delta.encode(), &damages));
            graph.apply(resolved.delta).unwrap();
        }
        attempt(&PropertyGraph::new(direction, multigraph), &graph.snapshot_parts(1 << 20).unwrap()[0]);
    }

    #[test]
    fn made_up_bytes_are_refused_or_read(bytes in prop::collection::vec(prop_oneof![0u8..4, any::<u8>()], 0..60)) {
        let mut bytes = bytes;
        bytes.insert(0, 1);
        attempt(&PropertyGraph::new(Direction::Directed, false), &bytes);
    }
}

#[test]
fn form_to_come_is_told_from_damage() {
    assert_eq!(Delta::decode(&[2]), Err(DeltaError::Version { found: 2 }));
    assert!(matches!(Delta::decode(&[]), Err(DeltaError::Corrupt { .. })));
    assert!(matches!(Delta::decode(&[0]), Err(DeltaError::Corrupt { .. })));
}

#[test]
fn length_beyond_the_bytes_takes_no_memory() {
    // Four empty rows and lists, then a list of 2⁶² sources.
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f]);
    assert!(matches!(Delta::decode(&bytes), Err(DeltaError::Corrupt { .. })));
    // A column of four billion truth values without one.
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend([1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 3]);
    assert!(matches!(Delta::decode(&bytes), Err(DeltaError::Corrupt { .. })));
}

/// What the first version has written is read for ever.
#[test]
fn first_form_stays_as_it_is() {
    let graph = PropertyGraph::new(Direction::Directed, false);
    assert_eq!(graph.resolve(&Change::Clear).unwrap().delta.encode(), [[1].as_slice(), &[0; 16]].concat());
    let bytes = include_bytes!("fixtures/form_1.bin");
    let mut graph = PropertyGraph::new(Direction::Undirected, true);
    graph.apply(Delta::decode(bytes).unwrap()).unwrap();
    assert_eq!(graph, super::example::every_kind());
    assert_eq!(graph.snapshot_parts(1 << 20).unwrap(), [bytes.to_vec()]);
}

#[test]
fn two_new_nodes_of_one_name_are_refused() {
    let mut graph = PropertyGraph::new(Direction::Directed, false);
    // A run of two integers, 1 and what is `step` behind it.
    let bytes = |step: u8| [[1].as_slice(), &[0; 7], &[1, 4, 2, step], &[0; 8]].concat();
    let refused = graph.apply(Delta::decode(&bytes(0)).unwrap());
    assert!(matches!(refused, Err(DeltaError::Corrupt { .. })));
    assert_eq!(graph.node_count(), 0);
    graph.apply(Delta::decode(&bytes(2)).unwrap()).unwrap();
    assert_eq!(graph.node_count(), 2);
}
