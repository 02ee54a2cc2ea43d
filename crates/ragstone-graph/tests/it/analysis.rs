//! Requests and answers as JSON on Zachary's karate club, against the library's own functions and what networkx gives.

mod answers;
mod catalogue;
mod illustrations;
mod refusals;
#[cfg(all(feature = "openapi", feature = "schema"))]
mod schemas;
mod selections;

use ragstone_graph::analysis::{Analysis, AnalysisError, AnalysisReport, Selection, Subject};
use ragstone_graph::document::{DocumentEdge, DocumentNode};
use ragstone_graph::{Direction, GraphDocument, NodeKey, Watch};
use serde_json::{Value, json};

/// W. Zachary, An information flow model for conflict and fission in small groups, 1977: who met outside the club.
#[rustfmt::skip]
const EDGES: [(i64, i64); 78] = [
    (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 11), (1, 12), (1, 13), (1, 14),
    (1, 18), (1, 20), (1, 22), (1, 32), (2, 3), (2, 4), (2, 8), (2, 14), (2, 18), (2, 20), (2, 22),
    (2, 31), (3, 4), (3, 8), (3, 9), (3, 10), (3, 14), (3, 28), (3, 29), (3, 33), (4, 8), (4, 13),
    (4, 14), (5, 7), (5, 11), (6, 7), (6, 11), (6, 17), (7, 17), (9, 31), (9, 33), (9, 34), (10, 34),
    (14, 34), (15, 33), (15, 34), (16, 33), (16, 34), (19, 33), (19, 34), (20, 34), (21, 33), (21, 34),
    (23, 33), (23, 34), (24, 26), (24, 28), (24, 30), (24, 33), (24, 34), (25, 26), (25, 28), (25, 32),
    (26, 32), (27, 30), (27, 34), (28, 34), (29, 32), (29, 34), (30, 33), (30, 34), (31, 33), (31, 34),
    (32, 33), (32, 34), (33, 34),
];

/// Those who stayed with the instructor when the club fell apart.
const INSTRUCTORS: [i64; 17] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22];

/// The club with attributes that stand for those an analysis may ask for. Directed, each edge leads to the higher number.
fn karate(direction: Direction) -> GraphDocument {
    let node = |number: i64| {
        let club = if INSTRUCTORS.contains(&number) { "instructor" } else { "officer" };
        let authors = if number % 2 == 0 { json!(["ann", "bob"]) } else { json!("ann") };
        let attributes = [
            ("club", json!(club)),
            ("team", json!(number % 4)),
            ("age", json!(number)),
            ("x", json!(0.1 * f64::from(i32::try_from(number).unwrap()))),
            ("y", json!(number % 7)),
            ("year", json!(2000 + number % 5)),
            ("authors", authors),
        ];
        DocumentNode { key: NodeKey::Integer(number), attributes: attributes.into_iter().collect() }
    };
    let place = |number: i64| u32::try_from(number - 1).unwrap();
    let edge = |&(source, target): &(i64, i64)| DocumentEdge {
        source: place(source),
        target: place(target),
        key: None,
        attributes: [("weight", json!((source + target) % 5 + 1))].into_iter().collect(),
    };
    GraphDocument {
        nodes: (1..=34).map(node).collect(),
        edges: EDGES.iter().map(edge).collect(),
        ..GraphDocument::new(direction)
    }
}

/// The answer to a request, all of it, after it went through JSON.
fn ask(subject: &dyn Subject, request: &Value) -> Result<AnalysisReport, AnalysisError> {
    ask_for(subject, request, &Selection::default())
}

fn ask_for(
    subject: &dyn Subject,
    request: &Value,
    selection: &Selection,
) -> Result<AnalysisReport, AnalysisError> {
    let analysis = Analysis::from_json(request.clone())?;
    let findings = analysis.run(subject, &Watch::unbounded())?;
    let report = findings.report(subject, selection);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<AnalysisReport>(&json).unwrap(), report);
    Ok(report)
}
