//! Which part of an answer is shown.

use ragstone_graph::analysis::{Analysis, GroupDetail, Order, Selection};
use ragstone_graph::{Direction, Watch};
use serde_json::{Value, json};

use super::{ask_for, karate};

fn rows(request: &Value, selection: &Value) -> Value {
    let selection: Selection = serde_json::from_value(selection.clone()).unwrap();
    let report = ask_for(&karate(Direction::Undirected), request, &selection).unwrap();
    serde_json::to_value(&report).unwrap()["rows"].take()
}

fn nodes(rows: &Value) -> Vec<i64> {
    rows.as_array().unwrap().iter().map(|row| row["node"].as_i64().unwrap()).collect()
}

#[test]
fn best_come_first_and_equal_ones_in_the_order_of_nodes() {
    let degree = json!({"algorithm": "degree"});
    assert_eq!(nodes(&rows(&degree, &json!({"limit": 3}))), [34, 1, 33]);
    // Of degree 2 are 10, 13, 15 and others; of degree 1 is 12 alone.
    let last = nodes(&rows(&degree, &json!({"offset": 22, "limit": 3})));
    assert_eq!(last, [10, 13, 15]);
    assert_eq!(nodes(&rows(&degree, &json!({"offset": 33}))), [12]);
    assert_eq!(nodes(&rows(&degree, &json!({"offset": 40}))), [0; 0]);
    let distance = json!({"algorithm": "bfs", "source": 5});
    assert_eq!(nodes(&rows(&distance, &json!({"limit": 4}))), [5, 1, 7, 11]);
    let in_order = nodes(&rows(&degree, &json!({"order": "nodes", "limit": null})));
    assert_eq!(in_order, (1..=34).collect::<Vec<i64>>());
}

#[test]
fn pages_together_are_the_whole() {
    let betweenness = json!({"algorithm": "betweenness"});
    let whole = nodes(&rows(&betweenness, &json!({"limit": null})));
    let paged: Vec<i64> = (0..34)
        .step_by(5)
        .flat_map(|offset| nodes(&rows(&betweenness, &json!({"offset": offset, "limit": 5}))))
        .collect();
    assert_eq!(paged, whole);
}

#[test]
fn groups_come_as_sizes_members_or_nodes() {
    let communities = json!({"algorithm": "leiden"});
    let sizes = rows(&communities, &json!({}));
    let total: u64 = sizes.as_array().unwrap().iter().map(|row| row["size"].as_u64().unwrap()).sum();
    assert_eq!(total, 34);
    assert!(sizes[0]["size"].as_u64() >= sizes[1]["size"].as_u64());
    assert!(sizes[0].get("members").is_none());
    let members = rows(&communities, &json!({"groups": "members", "max_members": 2}));
    assert_eq!(members[0]["size"], sizes[0]["size"]);
    assert_eq!(members[0]["members"].as_array().unwrap().len(), 2);
    let labels = rows(&communities, &json!({"groups": "nodes", "limit": 2}));
    assert_eq!(labels, json!([{"node": 1, "group": 0}, {"node": 2, "group": 0}]));
}

#[test]
fn column_is_what_the_whole_report_says() {
    let subject = karate(Direction::Undirected);
    let run =
        |request: Value| Analysis::from_json(request).unwrap().run(&subject, &Watch::unbounded()).unwrap();
    let whole = Selection { groups: GroupDetail::Nodes, ..Selection::whole() };
    let leiden = run(json!({"algorithm": "leiden"}));
    let report = serde_json::to_value(leiden.report(&subject, &whole)).unwrap();
    let groups: Vec<Value> =
        report["rows"].as_array().unwrap().iter().map(|row| row["group"].clone()).collect();
    assert_eq!(leiden.column(34), Some(groups));
    let points = run(json!({"algorithm": "articulation-points"})).column(34).unwrap();
    assert_eq!((&points[0], &points[1]), (&json!(true), &json!(false)));
    let cores = run(json!({"algorithm": "core-numbers"})).column(34).unwrap();
    assert_eq!(cores[0], json!(4));
    let vectors = run(json!({"algorithm": "projection-embedding", "dimensions": 3})).column(34).unwrap();
    assert!(vectors.iter().all(|vector| vector.as_array().is_some_and(|vector| vector.len() == 3)));
    assert_eq!(run(json!({"algorithm": "bridges"})).column(34), None);
}

#[test]
fn unknown_fields_are_refused() {
    assert!(serde_json::from_value::<Selection>(json!({"top": 3})).is_err());
    assert_eq!(serde_json::from_value::<Selection>(json!({})).unwrap(), Selection::default());
    assert_eq!(Selection::top(3), Selection { limit: Some(3), ..Selection::default() });
    assert_eq!(Selection::default().order, Order::Best);
}
