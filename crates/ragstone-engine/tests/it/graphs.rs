//! Named graphs: what is kept, who sees it when, and what becomes of long work.

use std::time::Duration;

use bytes::Bytes;
use ragstone_core::graph::{GraphKind, GraphVersion};
use ragstone_core::{CallContext, ErrorKind, GraphName, Principal, Result, Scope, SystemClock, TenantId};
use ragstone_engine::graphs::{
    CreateGraph, GraphAnalysis, GraphChange, GraphContent, GraphFileOptions, GraphReceipt,
};
use ragstone_graph::GraphFormat;
use ragstone_graph::analysis::{Analysis, ReportRows, Selection};
use ragstone_graph::document::{Attributes, DocumentNode, NodeKey};
use ragstone_graph::format::{ReadOptions, WriteOptions};
use ragstone_graph::generation::Generate;
use ragstone_graph::property::{Change, Derivation, Finding, Merge, MissingEnds, NewEdge, Page, Query};
use serde_json::{Value, json};

use crate::workbench::Workbench;

const ALL: Page = Page { offset: 0, limit: 1000 };

fn name(name: &str) -> GraphName {
    GraphName::try_new(name).expect("valid")
}

fn edge(source: i64, target: i64, weight: f64) -> NewEdge {
    let attributes = Attributes::from_iter([("weight", weight)]);
    NewEdge { source: source.into(), target: target.into(), key: None, attributes }
}

fn edges(edges: Vec<NewEdge>) -> Change {
    Change::AddEdges { edges, missing: MissingEnds::Create }
}

fn node(key: i64, name: &str, value: impl Into<Value>) -> Change {
    Change::AddNodes(vec![DocumentNode {
        key: key.into(),
        attributes: Attributes::from_iter([(name, value.into())]),
    }])
}

fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

fn analysis(request: Value) -> GraphAnalysis {
    let analysis = Analysis::from_json(request).expect("a request");
    GraphAnalysis { analysis, selection: Selection::default(), expected: None }
}

impl Workbench {
    async fn create(&self, of: &str, content: GraphContent) -> Result<()> {
        let new = CreateGraph { name: name(of), description: "terns".to_owned(), content };
        self.engine.create_graph(&self.ctx, new).await.map(drop)
    }

    async fn empty_graph(&self, of: &str) {
        let kind = GraphKind { is_directed: false, is_multigraph: false };
        self.create(of, GraphContent::Empty(kind)).await.expect("is created");
    }

    async fn generated(&self, of: &str, request: Value) {
        let generator = Generate::from_json(request).expect("a generator");
        self.create(of, GraphContent::Generated(generator)).await.expect("is created");
    }

    async fn change(&self, of: &str, change: Change) -> Result<GraphReceipt> {
        self.change_at(of, change, None).await
    }

    async fn change_at(&self, of: &str, change: Change, expected: Option<u64>) -> Result<GraphReceipt> {
        let expected = expected.map(GraphVersion);
        self.engine.change_graph(&self.ctx, &name(of), GraphChange { change, expected }).await
    }

    /// Version, nodes and edges, as the entry says and as they are found.
    async fn sizes(&self, of: &str) -> (u64, u64, u64) {
        let entry = self.engine.graph(&self.ctx, &name(of)).await.expect("is there");
        let nodes = Query::Nodes { keys: None, filter: None };
        let nodes = self.engine.query_graph(&self.ctx, &name(of), nodes, ALL).await.expect("is found");
        let edges = Query::Edges { named: None, filter: None };
        let edges = self.engine.query_graph(&self.ctx, &name(of), edges, ALL).await.expect("is found");
        let found = (nodes.version.0, nodes.total as u64, edges.total as u64);
        assert_eq!(found, (entry.version.0, entry.nodes, entry.edges));
        found
    }
}

#[tokio::test]
async fn changes_outlive_the_engine() {
    let bench = Workbench::new().await;
    bench.empty_graph("sea").await;
    assert_eq!(bench.sizes("sea").await, (0, 0, 0));
    let receipt = bench.change("sea", edges(vec![edge(1, 2, 0.5), edge(2, 3, 1.5)])).await.expect("is made");
    assert_eq!((receipt.receipt.nodes.added, receipt.receipt.edges.added), (3, 2));
    // More changes than are read at a time.
    for number in 0..20 {
        bench.change("sea", node(number, "number", number)).await.expect("is made");
    }
    assert_eq!(bench.sizes("sea").await, (21, 20, 2));
    let bench = bench.restart().await;
    assert_eq!(bench.sizes("sea").await, (21, 20, 2));
    let query = Query::Nodes { keys: Some(vec![NodeKey::from(7)]), filter: None };
    let found = bench.engine.query_graph(&bench.ctx, &name("sea"), query, ALL).await.expect("is found");
    let Finding::Nodes(nodes) = found.found else { unreachable!("nodes were asked for") };
    assert_eq!(nodes[0].attributes.get("number"), Some(&json!(7)));
}

#[tokio::test]
async fn what_one_engine_writes_another_one_sees_and_goes_on_from() {
    let bench = Workbench::new().await;
    let folder = tempfile::tempdir().expect("temporary folder");
    let other = Workbench::over(bench.stores.clone(), folder).await;
    bench.empty_graph("sea").await;
    for number in 0..6 {
        let writer = if number % 2 == 0 { &bench } else { &other };
        writer.change("sea", edges(vec![edge(number, number + 1, 1.0)])).await.expect("is made");
    }
    assert_eq!(bench.sizes("sea").await, (6, 7, 6));
    assert_eq!(other.sizes("sea").await, (6, 7, 6));
}

#[tokio::test]
async fn of_changes_at_the_same_time_none_is_lost() {
    let bench = Workbench::new().await;
    let folder = tempfile::tempdir().expect("temporary folder");
    let other = Workbench::over(bench.stores.clone(), folder).await;
    bench.empty_graph("sea").await;
    let change = |number: i64| edges(vec![edge(number, -number - 1, 1.0)]);
    let changes = (0..24).map(|number| {
        let writer = if number % 2 == 0 { &bench } else { &other };
        writer.change("sea", change(number))
    });
    for receipt in futures::future::join_all(changes).await {
        receipt.expect("is made");
    }
    assert_eq!(bench.sizes("sea").await, (24, 48, 24));
    assert_eq!(other.sizes("sea").await, (24, 48, 24));
}

#[tokio::test]
async fn a_change_of_another_version_than_expected_is_refused_and_changes_nothing() {
    let bench = Workbench::new().await;
    bench.empty_graph("sea").await;
    bench.change_at("sea", edges(vec![edge(1, 2, 1.0)]), Some(0)).await.expect("is made");
    let refused = bench.change_at("sea", edges(vec![edge(3, 4, 1.0)]), Some(0)).await;
    assert_eq!(kind(refused), Some(ErrorKind::Conflict));
    let missing = Change::RemoveNodes(vec![NodeKey::from("1")]);
    assert_eq!(kind(bench.change("sea", missing).await), Some(ErrorKind::NotFound));
    assert_eq!(bench.sizes("sea").await, (1, 2, 1));
}

#[tokio::test]
async fn a_log_that_has_grown_long_becomes_a_snapshot() {
    let bench = Workbench::new().await;
    bench.empty_graph("sea").await;
    bench.change("sea", edges(vec![edge(1, 2, 0.25)])).await.expect("is made");
    for number in 0..12 {
        let text = char::from(b'a' + number).to_string().repeat(1 << 19);
        bench.change("sea", node(1, "text", text)).await.expect("is made");
    }
    bench.engine.close().await.expect("waits for snapshots");
    let entry = bench.engine.graph(&bench.ctx, &name("sea")).await.expect("is there");
    assert_eq!(entry.version, GraphVersion(13));
    assert!(entry.log_len < 6 << 19, "{}", entry.log_len);
    let bench = bench.restart().await;
    assert_eq!(bench.sizes("sea").await, (13, 2, 1));
}

#[tokio::test]
async fn who_is_at_the_version_of_a_snapshot_of_several_parts_goes_on_from_there() {
    let bench = Workbench::new().await;
    let folder = tempfile::tempdir().expect("temporary folder");
    let other = Workbench::over(bench.stores.clone(), folder).await;
    bench.empty_graph("sea").await;
    for number in 0..9_u8 {
        let text = char::from(b'a' + number).to_string().repeat(6 << 20);
        bench.change("sea", node(i64::from(number % 3), "text", text)).await.expect("is made");
        assert_eq!(other.sizes("sea").await, bench.sizes("sea").await);
    }
    bench.engine.close().await.expect("waits for snapshots");
    let entry = other.engine.graph(&other.ctx, &name("sea")).await.expect("is there");
    assert!(entry.log_len < 54 << 20, "{}", entry.log_len);
    other.change("sea", edges(vec![edge(0, 1, 1.0)])).await.expect("is made");
    other.change("sea", edges(vec![edge(1, 2, 1.0)])).await.expect("is made");
    assert_eq!(other.sizes("sea").await, (11, 3, 2));
    let bench = bench.restart().await;
    assert_eq!(bench.sizes("sea").await, (11, 3, 2));
}

#[tokio::test]
async fn content_is_there_as_a_whole_and_can_be_made_into_more() {
    let bench = Workbench::new().await;
    bench.generated("ring", json!({ "generator": "cycle", "nodes": 10 })).await;
    assert_eq!(bench.sizes("ring").await, (1, 10, 10));
    let taken =
        bench.create("ring", GraphContent::Empty(GraphKind { is_directed: true, is_multigraph: true }));
    assert_eq!(kind(taken.await), Some(ErrorKind::AlreadyExists));
    let part = Derivation::Induced((0..4).map(NodeKey::from).collect());
    bench.create("part", GraphContent::Derived { from: name("ring"), how: part }).await.expect("is made");
    assert_eq!(bench.sizes("part").await, (1, 4, 3));
    let merged = |how| GraphContent::Merged { first: name("ring"), second: name("part"), how };
    bench.create("rest", merged(Merge::Difference)).await.expect("is made");
    assert_eq!(bench.sizes("rest").await, (1, 10, 7));
    let gone = Derivation::Induced(vec![NodeKey::from(99)]);
    let gone = bench.create("gone", GraphContent::Derived { from: name("ring"), how: gone }).await;
    assert_eq!(kind(gone), Some(ErrorKind::NotFound));
    assert_eq!(kind(bench.engine.graph(&bench.ctx, &name("gone")).await), Some(ErrorKind::NotFound));
    let bench = bench.restart().await;
    assert_eq!(bench.sizes("rest").await, (1, 10, 7));
    bench.change("rest", edges(vec![edge(0, 5, 1.0)])).await.expect("is made");
    assert_eq!(bench.sizes("rest").await, (2, 10, 8));
}

#[tokio::test]
async fn a_deleted_or_renamed_graph_is_not_found_by_its_name() {
    let bench = Workbench::new().await;
    bench.generated("ring", json!({ "generator": "cycle", "nodes": 10 })).await;
    bench.engine.rename_graph(&bench.ctx, &name("ring"), &name("circle")).await.expect("is renamed");
    assert_eq!(bench.sizes("circle").await, (1, 10, 10));
    bench.engine.delete_graph(&bench.ctx, &name("circle")).await.expect("is deleted");
    for of in ["ring", "circle"] {
        assert_eq!(kind(bench.change(of, Change::Clear).await), Some(ErrorKind::NotFound), "{of}");
    }
    // A new graph of the name has nothing of the old one.
    bench.empty_graph("circle").await;
    assert_eq!(bench.sizes("circle").await, (0, 0, 0));
}

#[tokio::test]
async fn an_answer_names_its_version_and_can_be_written_back() {
    let bench = Workbench::new().await;
    bench.generated("star", json!({ "generator": "star", "nodes": 5 })).await;
    let request = || analysis(json!({ "algorithm": "degree" }));
    let found = bench.engine.analyze_graph(&bench.ctx, &name("star"), request()).await.expect("is found");
    assert_eq!((found.version, found.report.total), (GraphVersion(1), 5));
    let ReportRows::Scores(rows) = found.report.rows else { unreachable!("degrees are scores") };
    assert_eq!((&rows[0].node, &rows[0].score), (&NodeKey::from(0), &json!(4)));
    let annotated = bench.engine.annotate_graph(&bench.ctx, &name("star"), request(), "hub".to_owned()).await;
    let annotated = annotated.expect("is written");
    assert_eq!(
        (annotated.receipt.entry.version, annotated.receipt.receipt.nodes.updated),
        (GraphVersion(2), 5)
    );
    let bench = bench.restart().await;
    let query = Query::Nodes { keys: Some(vec![NodeKey::from(0)]), filter: None };
    let found = bench.engine.query_graph(&bench.ctx, &name("star"), query, ALL).await.expect("is found");
    let Finding::Nodes(nodes) = found.found else { unreachable!("nodes were asked for") };
    assert_eq!(nodes[0].attributes.get("hub"), Some(&json!(4)));
    let paths = analysis(json!({ "algorithm": "shortest-path", "source": 0, "target": 3 }));
    let refused = bench.engine.annotate_graph(&bench.ctx, &name("star"), paths, "hub".to_owned()).await;
    assert_eq!(kind(refused), Some(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn long_work_ends_with_its_deadline_and_leaves_the_pool_to_others() {
    let bench = Workbench::new().await;
    let request = json!({ "generator": "barabasi-albert", "nodes": 20_000, "attached": 5 });
    bench.generated("large", request).await;
    let late = bench.ctx.clone().with_timeout(&SystemClock, Duration::from_millis(100));
    let long = || analysis(json!({ "algorithm": "betweenness" }));
    let ended = bench.engine.analyze_graph(&late, &name("large"), long()).await;
    assert_eq!(kind(ended), Some(ErrorKind::DeadlineExceeded));
    // Nobody waits for it any more.
    let large = name("large");
    let dropped = bench.engine.analyze_graph(&bench.ctx, &large, long());
    assert!(tokio::time::timeout(Duration::from_millis(100), dropped).await.is_err());
    let short = analysis(json!({ "algorithm": "weak-components" }));
    let soon = bench.ctx.clone().with_timeout(&SystemClock, Duration::from_secs(20));
    let found = bench.engine.analyze_graph(&soon, &name("large"), short).await.expect("has its turn");
    assert_eq!(found.report.total, 1);
}

#[tokio::test]
async fn a_file_becomes_a_graph_and_a_graph_a_file() {
    let bench = Workbench::new().await;
    let options = |format| GraphFileOptions { format, read: ReadOptions::default() };
    let csv = Bytes::from_static(b"source,target,weight\n1,2,0.5\n2,3,1.5\n");
    let named = |of: &str| (name(of), String::new());
    let entry =
        bench.engine.import_graph(&bench.ctx, named("file"), csv.clone(), options(GraphFormat::Csv)).await;
    let entry = entry.expect("is read");
    assert_eq!((entry.nodes, entry.edges), (3, 2));
    let again = bench.engine.import_graph(&bench.ctx, named("file"), csv, options(GraphFormat::Csv)).await;
    assert_eq!(kind(again), Some(ErrorKind::AlreadyExists));
    let (version, file) = bench
        .engine
        .export_graph(&bench.ctx, &name("file"), (GraphFormat::GraphMl, WriteOptions::default()))
        .await
        .expect("is written");
    assert_eq!(version, entry.version);
    let copied = bench
        .engine
        .import_graph(&bench.ctx, named("copy"), file.into(), options(GraphFormat::GraphMl))
        .await;
    assert_eq!(copied.map(|entry| (entry.nodes, entry.edges)).expect("is read"), (3, 2));
    let broken =
        Bytes::from_static(b"<graphml>\n<graph edgedefault='undirected'>\n<node/>\n</graph></graphml>");
    let broken =
        bench.engine.import_graph(&bench.ctx, named("no"), broken, options(GraphFormat::GraphMl)).await;
    let error = broken.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.public_message().contains("line 3"), "{}", error.public_message());
}

#[tokio::test]
async fn readers_change_nothing_and_tenants_do_not_meet() {
    let bench = Workbench::new().await;
    bench.generated("ring", json!({ "generator": "cycle", "nodes": 10 })).await;
    let reader = CallContext::new(Principal::new("ann", TenantId::default(), Scope::Read));
    let clear = || GraphChange { change: Change::Clear, expected: None };
    let refused = bench.engine.change_graph(&reader, &name("ring"), clear()).await;
    assert_eq!(kind(refused), Some(ErrorKind::PermissionDenied));
    let tenant = TenantId::try_new("other").expect("valid");
    let stranger = CallContext::new(Principal::new("bob", tenant, Scope::Admin));
    let degrees = analysis(json!({ "algorithm": "degree" }));
    let hidden = bench.engine.analyze_graph(&stranger, &name("ring"), degrees).await;
    assert_eq!(kind(hidden), Some(ErrorKind::NotFound));
    assert_eq!(bench.sizes("ring").await, (1, 10, 10));
}
