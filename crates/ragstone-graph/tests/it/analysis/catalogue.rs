//! The catalogue: one description for each algorithm, whose example is understood and answered.

use std::collections::BTreeSet;

use ragstone_graph::analysis::{Analysis, Descriptor, DirectionUse, Shape, Size};
use ragstone_graph::generation::Generate;
use ragstone_graph::{Direction, GraphDocument, Watch};
use serde_json::{Value, json};

use super::{ask, karate};

/// A graph that the algorithm takes: the club, without direction where it may be so, and of what asks for two sides the
/// edges between those of the club.
fn suited(descriptor: &Descriptor) -> GraphDocument {
    let is_directed = descriptor.direction == DirectionUse::DirectedOnly;
    let mut club = karate(if is_directed { Direction::Directed } else { Direction::Undirected });
    if descriptor.name == "bipartite-matching" {
        let nodes = club.nodes.clone();
        let side = |place: u32| nodes[place as usize].attributes.get("club").cloned();
        club.edges.retain(|edge| side(edge.source) != side(edge.target));
    }
    club
}

#[test]
fn every_algorithm_has_one_description_with_its_own_name() {
    let names: BTreeSet<&str> = Analysis::catalogue().iter().map(|descriptor| descriptor.name).collect();
    assert_eq!(names.len(), Analysis::catalogue().len());
    for descriptor in Analysis::catalogue() {
        let analysis = Analysis::from_json(descriptor.example.request()).unwrap();
        assert_eq!(analysis.descriptor(), descriptor);
        let written = serde_json::to_value(&analysis).unwrap();
        assert_eq!(written["algorithm"], descriptor.name);
        assert_eq!(serde_json::from_value::<Analysis>(written).unwrap(), analysis, "{}", descriptor.name);
        assert!(descriptor.summary.ends_with('?'), "{}", descriptor.name);
        assert_eq!(descriptor.is_writable, descriptor.shape.is_writable());
    }
}

#[test]
fn descriptions_say_which_parameters_there_are() {
    for descriptor in Analysis::catalogue() {
        let analysis = Analysis::from_json(descriptor.example.request()).unwrap();
        let written = serde_json::to_value(&analysis).unwrap();
        assert_eq!(written.get("weight").is_some(), descriptor.is_weighted, "{}", descriptor.name);
        assert_eq!(written.get("seed").is_some(), descriptor.is_seeded, "{}", descriptor.name);
    }
}

#[test]
fn every_example_is_answered_in_the_shape_that_is_promised() {
    for descriptor in Analysis::catalogue() {
        let subject = &suited(descriptor);
        let analysis = Analysis::from_json(descriptor.example.request()).unwrap();
        let findings = analysis.run(subject, &Watch::unbounded());
        let findings = findings.unwrap_or_else(|error| panic!("{}: {error}", descriptor.name));
        // The club is not bipartite: that is said in a record.
        let is_odd = descriptor.name == "bipartition";
        let shape = if is_odd { Shape::Record } else { descriptor.shape };
        assert_eq!(findings.shape(), shape, "{}", descriptor.name);
        let column = findings.column(34);
        assert_eq!(column.is_some(), descriptor.is_writable && !is_odd, "{}", descriptor.name);
        assert!(column.is_none_or(|column| column.len() == 34), "{}", descriptor.name);
        assert_eq!(analysis.run(subject, &Watch::unbounded()).unwrap(), findings, "{}", descriptor.name);
        ask(subject, &descriptor.example.request()).unwrap();
    }
}

#[test]
fn what_takes_a_weight_reads_it() {
    for descriptor in Analysis::catalogue().iter().filter(|descriptor| descriptor.is_weighted) {
        let subject = &suited(descriptor);
        let mut request = descriptor.example.request();
        request["weight"] = json!("weight");
        let answer = ask(subject, &request);
        assert!(answer.is_ok(), "{}: {answer:?}", descriptor.name);
    }
}

#[test]
fn directions_are_refused_where_the_description_says_so() {
    for descriptor in Analysis::catalogue() {
        let request = descriptor.example.request();
        let refused = match descriptor.direction {
            DirectionUse::DirectedOnly => karate(Direction::Undirected),
            DirectionUse::UndirectedOnly => karate(Direction::Directed),
            DirectionUse::Followed | DirectionUse::Ignored => continue,
        };
        assert!(ask(&suited(descriptor), &request).is_ok(), "{}", descriptor.name);
        assert!(ask(&refused, &request).is_err(), "{}", descriptor.name);
    }
}

#[test]
fn estimates_grow_with_the_graph() {
    let (small, large) = (Size { vertices: 10, entries: 40 }, Size { vertices: 1000, entries: 4000 });
    for descriptor in Analysis::catalogue() {
        let analysis = Analysis::from_json(descriptor.example.request()).unwrap();
        let (one, other) = (analysis.estimate(small), analysis.estimate(large));
        assert!(one.steps > 0 && one.steps <= other.steps, "{}", descriptor.name);
        assert!(one.bytes > 0 && one.bytes < other.bytes, "{}", descriptor.name);
    }
}

#[test]
fn every_generator_is_described_and_makes_its_example() {
    for descriptor in Generate::catalogue() {
        let request = descriptor.example.request();
        let generate = Generate::from_json(request.clone()).unwrap();
        let written = serde_json::to_value(&generate).unwrap();
        assert_eq!(written["generator"], descriptor.name);
        assert_eq!(written.get("seed").is_some(), descriptor.is_seeded, "{}", descriptor.name);
        assert_eq!(written.get("direction").is_some(), descriptor.takes_direction, "{}", descriptor.name);
        let edges = |value: &Value| {
            let graph = Generate::from_json(value.clone()).unwrap().run(&Watch::unbounded()).unwrap();
            graph.edges().map(|edge| (edge.source, edge.target)).collect::<Vec<_>>()
        };
        assert!(!edges(&request).is_empty(), "{}", descriptor.name);
        assert_eq!(edges(&request), edges(&written), "{}", descriptor.name);
    }
}
