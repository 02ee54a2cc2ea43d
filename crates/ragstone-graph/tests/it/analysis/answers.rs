//! Answers on the karate club: what networkx 3 gives, and what the functions of the library give.

use ragstone_graph::analysis::{Analysis, ReportRows, Undirected};
use ragstone_graph::{Direction, Watch};
use serde_json::{Value, json};

use super::{ask, karate};

fn near(found: &Value, expected: &Value) -> bool {
    match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => (found - expected).abs() < 2e-4,
        _ => found == expected,
    }
}

/// Requests, a place in the answer, and what has to be there; up to 0.0002 for numbers.
fn check(direction: Direction, cases: &[(Value, &str, Value)]) {
    let subject = karate(direction);
    for (request, place, expected) in cases {
        let report = ask(&subject, request).map_err(|error| format!("{request}: {error}")).unwrap();
        let report = serde_json::to_value(&report).unwrap();
        let found = report.pointer(place).unwrap_or(&Value::Null);
        assert!(near(found, expected), "{request} {place}: {found}, not {expected}");
    }
}

#[test]
fn centralities_are_those_of_networkx() {
    check(
        Direction::Undirected,
        &[
            (json!({"algorithm": "degree"}), "/rows/0", json!({"node": 34, "score": 17})),
            (json!({"algorithm": "degree", "scale": "normalized"}), "/rows/0/score", json!(17.0 / 33.0)),
            (json!({"algorithm": "closeness"}), "/rows/0/score", json!(0.568_97)),
            (json!({"algorithm": "betweenness"}), "/rows/0/score", json!(0.437_635)),
            (json!({"algorithm": "eigenvector"}), "/rows/0/score", json!(0.373_37)),
            (json!({"algorithm": "pagerank"}), "/rows/0/score", json!(0.100_92)),
            (json!({"algorithm": "pagerank"}), "/rows/1/node", json!(1)),
            (json!({"algorithm": "hits"}), "/rows/0/score", json!(0.075_002)),
            (json!({"algorithm": "edge-betweenness"}), "/rows/0/source", json!(1)),
            (json!({"algorithm": "edge-betweenness"}), "/rows/0/values/betweenness", json!(0.127_257)),
            (json!({"algorithm": "strength", "weight": "weight"}), "/total", json!(34)),
            (json!({"algorithm": "pagerank"}), "/shape", json!("scores")),
        ],
    );
}

#[test]
fn distances_are_those_of_networkx() {
    check(
        Direction::Undirected,
        &[
            (json!({"algorithm": "bfs", "source": 1}), "/rows/0", json!({"node": 1, "score": 0})),
            (json!({"algorithm": "bfs", "source": 1}), "/facts/reached", json!(34)),
            (json!({"algorithm": "dijkstra", "source": 17}), "/rows/33/score", json!(5.0)),
            (json!({"algorithm": "shortest-path", "source": 17, "target": 24}), "/rows/0/length", json!(5.0)),
            (
                json!({"algorithm": "shortest-path", "source": 17, "target": 24, "method": "breadth-first"}),
                "/rows/0/node_count",
                json!(6),
            ),
            (
                json!({"algorithm": "k-shortest-paths", "source": 1, "target": 34, "count": 4}),
                "/rows/3/length",
                json!(2.0),
            ),
            (json!({"algorithm": "diameter"}), "/facts/diameter", json!(5)),
            (json!({"algorithm": "center"}), "/facts/radius", json!(3)),
            (json!({"algorithm": "center"}), "/total", json!(8)),
            (json!({"algorithm": "eccentricities"}), "/rows/0", json!({"node": 1, "score": 3})),
            (json!({"algorithm": "average-path-length"}), "/facts/mean", json!(2.408_2)),
            (json!({"algorithm": "all-pairs"}), "/rows/16/vector/23", json!(5.0)),
            (json!({"algorithm": "negative-cycle", "weight": "weight"}), "/facts/is_found", json!(false)),
        ],
    );
}

#[test]
fn structure_is_that_of_networkx() {
    check(
        Direction::Undirected,
        &[
            (json!({"algorithm": "statistics"}), "/facts/density", json!(0.139_04)),
            (json!({"algorithm": "triangles"}), "/facts/total", json!(45)),
            (json!({"algorithm": "transitivity"}), "/facts/transitivity", json!(0.255_68)),
            (json!({"algorithm": "average-clustering"}), "/facts/average", json!(0.570_638)),
            (json!({"algorithm": "degree-assortativity"}), "/facts/assortativity", json!(-0.475_613)),
            (json!({"algorithm": "modularity", "attribute": "club"}), "/facts/modularity", json!(0.358_235)),
            (json!({"algorithm": "core-numbers"}), "/facts/degeneracy", json!(4)),
            (json!({"algorithm": "k-core", "k": 4}), "/total", json!(10)),
            (json!({"algorithm": "truss-numbers"}), "/facts/greatest", json!(5)),
            (json!({"algorithm": "bridges"}), "/rows", json!([{"source": 1, "target": 12}])),
            (json!({"algorithm": "articulation-points"}), "/rows", json!([{"node": 1}])),
            (json!({"algorithm": "weak-components"}), "/rows", json!([{"group": 0, "size": 34}])),
            (json!({"algorithm": "spanning-forest"}), "/total", json!(33)),
            (json!({"algorithm": "global-min-cut"}), "/facts/value", json!(1.0)),
            (json!({"algorithm": "max-flow", "source": 1, "target": 34}), "/facts/value", json!(10.0)),
            (json!({"algorithm": "min-cut", "source": 12, "target": 34}), "/facts/side", json!([12])),
            (json!({"algorithm": "maximum-matching"}), "/facts/size", json!(13)),
            (json!({"algorithm": "bipartition"}), "/facts/is_bipartite", json!(false)),
            (json!({"algorithm": "coloring"}), "/facts/colors", json!(5)),
            (json!({"algorithm": "acyclic"}), "/facts/is_acyclic", json!(false)),
            (json!({"algorithm": "simple-cycles", "max_length": 3}), "/total", json!(45)),
            (json!({"algorithm": "leiden"}), "/facts/modularity", json!(0.419_79)),
            (json!({"algorithm": "leiden"}), "/facts/groups", json!(4)),
        ],
    );
}

#[test]
fn pairs_patterns_and_divisions_are_those_of_their_definitions() {
    let jaccard =
        json!({"algorithm": "pair-similarities", "pairs": [[1, 2], [33, 34]], "similarity": "jaccard"});
    let triangle = json!([["a", "b"], ["b", "c"], ["c", "a"]]);
    let matches = json!({"algorithm": "subgraph-matches", "pattern": {"edges": triangle}, "limit": 1000});
    let same = json!({"algorithm": "partition-comparison", "left": "club", "right": "club"});
    check(
        Direction::Undirected,
        &[
            (jaccard.clone(), "/rows/0/values/score", json!(7.0 / 18.0)),
            (jaccard, "/rows/1/values/score", json!(10.0 / 19.0)),
            // Six ways for each of the 45 triangles.
            (matches.clone(), "/total", json!(270)),
            (matches, "/facts/is_complete", json!(true)),
            (same.clone(), "/facts/normalized_mutual_information", json!(1.0)),
            (same, "/facts/variation_of_information", json!(0.0)),
            (json!({"algorithm": "community-graph", "attribute": "club"}), "/total", json!(3)),
            (
                json!({"algorithm": "community-graph", "attribute": "club"}),
                "/rows/1",
                json!({"source": "instructor", "target": "officer", "weight": 11.0}),
            ),
            (
                json!({"algorithm": "removal", "order": "given", "nodes": [1]}),
                "/rows/1/removed",
                json!(1.0 / 34.0),
            ),
            (
                json!({"algorithm": "spectral-embedding", "dimensions": 2}),
                "/facts/eigenvalues/0",
                json!(0.132_27),
            ),
        ],
    );
}

#[test]
fn directed_answers_are_those_of_the_acyclic_club() {
    check(
        Direction::Directed,
        &[
            (json!({"algorithm": "acyclic"}), "/facts/is_acyclic", json!(true)),
            (json!({"algorithm": "topological-order"}), "/rows/0/node", json!(1)),
            (json!({"algorithm": "strong-components"}), "/facts/groups", json!(34)),
            (json!({"algorithm": "citation-counts"}), "/rows/0", json!({"node": 34, "score": 17})),
            (json!({"algorithm": "citation-metrics"}), "/facts/citations", json!(78)),
            (json!({"algorithm": "author-metrics", "authors": "authors"}), "/rows/0/author", json!("ann")),
            (json!({"algorithm": "coauthorship", "authors": "authors"}), "/rows/0/weight", json!(17.0)),
            (json!({"algorithm": "trend", "year": "year"}), "/total", json!(5)),
            (json!({"algorithm": "statistics"}), "/facts/reciprocity", json!(0.0)),
        ],
    );
}

#[test]
fn scores_are_those_of_the_library() {
    use ragstone_graph::analysis::Subject as _;
    use ragstone_graph::centrality::{self, Closeness, Katz, PageRank};

    let subject = karate(Direction::Undirected);
    let (graph, watch) = (subject.graph(Some("weight")).unwrap(), Watch::unbounded());
    let closeness = Closeness { weights: centrality::Weights::Used, ..Closeness::default() };
    let seeded = PageRank { personalization: vec![(0, 1.0), (1, 0.5)], ..PageRank::default() };
    for (request, expected) in [
        (json!({"algorithm": "closeness"}), centrality::closeness(&graph, &closeness, &watch).unwrap()),
        (json!({"algorithm": "katz"}), centrality::katz(&graph, &Katz::default(), &watch).unwrap().scores),
        (
            json!({"algorithm": "personalized-pagerank", "seeds": [{"node": 1}, {"node": 2, "weight": 0.5}]}),
            centrality::pagerank(&graph, &seeded, &watch).unwrap().scores,
        ),
    ] {
        let mut request = request;
        request["weight"] = json!("weight");
        let findings = Analysis::from_json(request).unwrap().run(&subject, &watch).unwrap();
        let column: Vec<f64> =
            findings.column(34).unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        assert_eq!(column, expected);
    }
}

#[test]
fn directed_graph_is_read_both_ways_where_that_is_asked_for() {
    let directed = karate(Direction::Directed);
    let request = json!({"algorithm": "bridges"});
    assert!(ask(&directed, &request).is_err());
    let report = ask(&Undirected(&directed), &request).unwrap();
    assert!(matches!(report.rows, ReportRows::Pairs(rows) if rows.len() == 1));
}
