//! Changes of graphs that are repeated under one key: what was done is answered again, and never done twice.

use std::time::Duration;

use ragstone_core::graph::{GraphKind, GraphVersion};
use ragstone_core::idempotency::{IdempotencyKey, KeyPolicy, KeyState, KeyedRequest};
use ragstone_core::{CallContext, Digest, ErrorKind, GraphName, HolderId, KeyedRequestId};
use ragstone_engine::graphs::{CreateGraph, GraphChange, GraphContent};
use ragstone_graph::document::{Attributes, NodeKey};
use ragstone_graph::generation::Generate;
use ragstone_graph::property::{Change, MissingEnds, NewEdge};
use serde_json::json;
use uuid::Uuid;

use crate::workbench::Workbench;

fn name(name: &str) -> GraphName {
    GraphName::try_new(name).expect("valid")
}

/// A context that does the request of a key.
async fn keyed(bench: &Workbench, key: &str, number: u128) -> CallContext {
    let hour = Duration::from_hours(1);
    let policy = KeyPolicy { hold: hour, retention: hour, most_keys: 10, most_bytes: 1 << 20 };
    let request = KeyedRequest {
        operation: "graphs.change".to_owned(),
        key: IdempotencyKey::try_new(key).expect("is a key"),
        fingerprint: Digest::of(key.as_bytes()),
    };
    let (id, holder) =
        (KeyedRequestId::from_uuid(Uuid::from_u128(number)), HolderId::from_uuid(Uuid::from_u128(1)));
    let state = bench.stores.catalog.begin_request(&bench.ctx, &request, id, holder, &policy).await;
    let KeyState::Claimed(claim) = state.expect("answers") else { unreachable!("nobody else does it") };
    bench.ctx.clone().with_claim(claim)
}

fn parallel_edge() -> GraphChange {
    let edge = NewEdge { source: 1.into(), target: 2.into(), key: None, attributes: Attributes::new() };
    let change = Change::AddEdges { edges: vec![edge], missing: MissingEnds::Create };
    GraphChange { change, expected: None }
}

#[tokio::test]
async fn a_repeated_change_is_made_once_and_answered_as_before() {
    let bench = Workbench::new().await;
    let kind = GraphKind { is_directed: false, is_multigraph: true };
    let new = |of: &str| CreateGraph {
        name: name(of),
        description: String::new(),
        content: GraphContent::Empty(kind),
    };
    bench.engine.create_graph(&bench.ctx, new("sea")).await.expect("is created");
    let ctx = keyed(&bench, "one", 1).await;
    let first = bench.engine.change_graph(&ctx, &name("sea"), parallel_edge()).await.expect("is made");
    assert_eq!((first.entry.version, first.entry.edges), (GraphVersion(1), 1));
    // Others go on meanwhile.
    bench.engine.change_graph(&bench.ctx, &name("sea"), parallel_edge()).await.expect("is made");
    for _ in 0..2 {
        let again =
            bench.engine.change_graph(&ctx, &name("sea"), parallel_edge()).await.expect("is answered");
        assert_eq!((again.entry.version, again.entry.edges), (GraphVersion(1), 1));
    }
    // What the first time was right is not looked at again.
    let ctx = keyed(&bench, "two", 2).await;
    let remove = || GraphChange {
        change: Change::RemoveNodes(vec![NodeKey::from(2)]),
        expected: Some(GraphVersion(2)),
    };
    let removed = bench.engine.change_graph(&ctx, &name("sea"), remove()).await.expect("is made");
    let again = bench.engine.change_graph(&ctx, &name("sea"), remove()).await.expect("is answered");
    assert_eq!((again.entry.version, again.entry), (GraphVersion(3), removed.entry));
    let last = bench.engine.change_graph(&bench.ctx, &name("sea"), parallel_edge()).await.expect("is made");
    assert_eq!((last.entry.version, last.entry.edges), (GraphVersion(4), 1));
    let bench = bench.restart().await;
    let after = bench.engine.change_graph(&bench.ctx, &name("sea"), parallel_edge()).await.expect("is made");
    assert_eq!((after.entry.version, after.entry.edges), (GraphVersion(5), 2));
}

#[tokio::test]
async fn a_repeated_creation_and_deletion_are_answered_as_before() {
    let bench = Workbench::new().await;
    let ring = || CreateGraph {
        name: name("ring"),
        description: String::new(),
        content: GraphContent::Generated(
            Generate::from_json(json!({ "generator": "cycle", "nodes": 9 })).expect("a generator"),
        ),
    };
    let ctx = keyed(&bench, "one", 1).await;
    let first = bench.engine.create_graph(&ctx, ring()).await.expect("is created");
    assert_eq!((first.version, first.nodes), (GraphVersion(1), 9));
    assert_eq!(bench.engine.create_graph(&ctx, ring()).await.expect("is answered"), first);
    let taken = bench.engine.create_graph(&bench.ctx, ring()).await;
    assert_eq!(taken.map_err(|error| error.kind()).err(), Some(ErrorKind::AlreadyExists));
    let ctx = keyed(&bench, "two", 2).await;
    for _ in 0..2 {
        bench.engine.delete_graph(&ctx, &name("ring")).await.expect("is deleted, or was");
    }
    let gone = bench.engine.delete_graph(&bench.ctx, &name("ring")).await;
    assert_eq!(gone.map_err(|error| error.kind()).err(), Some(ErrorKind::NotFound));
}
