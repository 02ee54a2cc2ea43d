//! The stand-in for Qdrant, seen through Qdrant's own client.

use std::collections::HashMap;

use qdrant_client::qdrant::{
    Condition, CountPointsBuilder, CreateAliasBuilder, CreateCollectionBuilder,
    CreateFieldIndexCollectionBuilder, DeletePointsBuilder, Direction, Distance, FacetCountsBuilder,
    FieldType, Filter, Fusion, GetPointsBuilder, OrderByBuilder, PointStruct, PointsIdsList,
    PrefetchQueryBuilder, Query, QueryBatchPointsBuilder, QueryPointsBuilder, Range, RecommendPointsBuilder,
    ScrollPointsBuilder, SetPayloadPointsBuilder, UpsertPointsBuilder, Value, Vector, VectorInput,
    VectorParamsBuilder,
};
use qdrant_client::{Payload, Qdrant, QdrantError};
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use tempfile::TempDir;
use tonic::Code;

struct Bench {
    client: Qdrant,
    server: QdrantStandIn,
    folder: TempDir,
}

async fn start() -> Bench {
    let folder = TempDir::new().expect("a directory");
    let server = QdrantStandIn::start(StandInConfig::new(folder.path())).await.expect("starts");
    Bench { client: client(&server), server, folder }
}

fn client(server: &QdrantStandIn) -> Qdrant {
    Qdrant::from_url(&server.url()).skip_compatibility_check().build().expect("prepares")
}

fn code<T: std::fmt::Debug>(result: Result<T, QdrantError>) -> Code {
    match result.expect_err("is refused") {
        QdrantError::ResponseError { status } => status.code(),
        other => panic!("{other}"),
    }
}

fn payload(fields: &[(&str, Value)]) -> Payload {
    let fields: HashMap<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Payload::from(fields)
}

/// Ten points on a line, with a number, a colour and a list.
async fn fill(client: &Qdrant, name: &str) {
    let vectors = VectorParamsBuilder::new(2, Distance::Dot);
    client
        .create_collection(CreateCollectionBuilder::new(name).vectors_config(vectors))
        .await
        .expect("creates");
    for (field, kind) in [("colour", FieldType::Keyword), ("number", FieldType::Integer)] {
        let index = CreateFieldIndexCollectionBuilder::new(name, field, kind).wait(true);
        client.create_field_index(index).await.expect("indexes");
    }
    let points: Vec<PointStruct> = (1_u8..=10)
        .map(|number| {
            let colour = if number % 2 == 0 { "red" } else { "blue" };
            let list: Vec<Value> = (0..number % 3).map(|item| Value::from(i64::from(item))).collect();
            let fields = payload(&[
                ("colour", Value::from(colour)),
                ("number", Value::from(i64::from(number))),
                ("list", Value::from(list)),
            ]);
            PointStruct::new(u64::from(number), vec![f32::from(number), 1.0], fields)
        })
        .collect();
    client.upsert_points(UpsertPointsBuilder::new(name, points).wait(true)).await.expect("upserts");
}

async fn count(client: &Qdrant, name: &str, filter: Filter) -> u64 {
    let asked = CountPointsBuilder::new(name).filter(filter).exact(true);
    client.count(asked).await.expect("counts").result.expect("has a result").count
}

#[tokio::test]
async fn a_collection_lives_under_name_and_alias() {
    let bench = start().await;
    let client = &bench.client;
    assert_eq!(code(client.collection_info("a").await), Code::NotFound);
    fill(client, "a").await;
    let again = CreateCollectionBuilder::new("a").vectors_config(VectorParamsBuilder::new(2, Distance::Dot));
    assert_eq!(code(client.create_collection(again).await), Code::AlreadyExists);
    client.create_alias(CreateAliasBuilder::new("a", "alias")).await.expect("aliases");
    let info = client.collection_info("alias").await.expect("describes").result.expect("has a result");
    assert_eq!(info.points_count, Some(10));
    assert!(info.payload_schema.contains_key("colour"));
    assert!(client.collection_exists("alias").await.expect("asks"));
    assert_eq!(code(client.create_alias(CreateAliasBuilder::new("missing", "x")).await), Code::NotFound);
    client.delete_collection("a").await.expect("deletes");
    assert!(!client.collection_exists("alias").await.expect("asks"));
    assert!(client.list_aliases().await.expect("lists").aliases.is_empty());
}

#[tokio::test]
async fn filters_mean_what_they_do_in_qdrant() {
    let bench = start().await;
    fill(&bench.client, "a").await;
    let number = |range| Condition::range("number", range);
    let red = || Condition::matches("colour", "red".to_owned());
    for (filter, expected) in [
        (Filter::default(), 10),
        (Filter::must([red()]), 5),
        (Filter::must_not([red()]), 5),
        (Filter::must([red(), number(Range { gt: Some(4.0), ..Range::default() })]), 3),
        (Filter::should([red(), number(Range { lte: Some(3.0), ..Range::default() })]), 7),
        (Filter::must([Condition::matches("colour", vec!["red".to_owned(), "blue".to_owned()])]), 10),
        (Filter::must([Condition::matches("colour", vec!["green".to_owned()])]), 0),
        (Filter::must([Condition::is_empty("list")]), 3),
        (Filter::must([Condition::has_id([1, 2, 99])]), 2),
        (Filter::must([Condition::from(Filter::must_not([red()]))]), 5),
        (Filter::must([Condition::is_null("missing")]), 0),
    ] {
        assert_eq!(count(&bench.client, "a", filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn points_are_ranked_listed_changed_and_deleted() {
    let bench = start().await;
    let client = &bench.client;
    fill(client, "a").await;
    let query = QueryPointsBuilder::new("a").query(vec![1.0, 0.0]).limit(3).with_payload(true);
    let found = client.query(query).await.expect("ranks").result;
    let scores: Vec<f32> = found.iter().map(|point| point.score).collect();
    assert_eq!(scores, [10.0, 9.0, 8.0]);
    assert_eq!(found[0].payload.get("number"), Some(&Value::from(10)));

    let order = OrderByBuilder::new("number").direction(Direction::Desc.into());
    let page = ScrollPointsBuilder::new("a").limit(2).order_by(order).with_vectors(true);
    let page = client.scroll(page).await.expect("lists").result;
    assert_eq!(page[1].payload.get("number"), Some(&Value::from(9)));
    assert!(page[1].vectors.is_some());
    let page = client.scroll(ScrollPointsBuilder::new("a").limit(4)).await.expect("lists");
    assert_eq!((page.result.len(), page.next_page_offset), (4, Some(5.into())));

    let set = SetPayloadPointsBuilder::new("a", payload(&[("colour", Value::from("green"))]));
    let set = set.points_selector(PointsIdsList { ids: vec![1.into()] }).wait(true);
    client.set_payload(set).await.expect("sets");
    assert_eq!(count(client, "a", Filter::must([Condition::matches("colour", "green".to_owned())])).await, 1);
    let red = Filter::must([Condition::matches("colour", "red".to_owned())]);
    client.delete_points(DeletePointsBuilder::new("a").points(red).wait(true)).await.expect("deletes");
    let left = client.get_points(GetPointsBuilder::new("a", vec![1.into(), 2.into()])).await.expect("reads");
    assert_eq!(left.result.len(), 1);
}

#[tokio::test]
async fn prefetched_rankings_are_fused_and_batches_keep_order() {
    let bench = start().await;
    fill(&bench.client, "a").await;
    let leg = |vector: Vec<f32>| {
        PrefetchQueryBuilder::default().query(Query::new_nearest(VectorInput::new_dense(vector))).limit(3_u64)
    };
    let query = |fusion: Fusion| {
        QueryPointsBuilder::new("a")
            .add_prefetch(leg(vec![1.0, 0.0]))
            .add_prefetch(leg(vec![-1.0, 0.0]))
            .query(Query::new_fusion(fusion))
            .limit(6)
            .build()
    };
    let batch = QueryBatchPointsBuilder::new("a", vec![query(Fusion::Rrf), query(Fusion::Dbsf)]);
    let found = bench.client.query_batch(batch).await.expect("ranks").result;
    assert_eq!(found.len(), 2);
    let scores: Vec<f32> = found[0].result.iter().map(|point| point.score).collect();
    assert_eq!(scores, [0.5, 0.5, 1.0 / 3.0, 1.0 / 3.0, 0.25, 0.25]);
    assert_eq!(found[1].result.len(), 6);
}

#[tokio::test]
async fn values_are_counted() {
    let bench = start().await;
    fill(&bench.client, "a").await;
    let ask = FacetCountsBuilder::new("a", "colour").exact(true);
    let answer = bench.client.facet(ask.clone()).await.expect("counts");
    assert_eq!(answer.hits.iter().map(|hit| hit.count).collect::<Vec<_>>(), [5, 5]);
    let few = bench.client.facet(ask.limit(1)).await.expect("counts");
    assert_eq!(few.hits, answer.hits[..1]);
    let unknown = FacetCountsBuilder::new("a", "missing");
    assert_eq!(code(bench.client.facet(unknown).await), Code::InvalidArgument);
}

#[tokio::test]
async fn what_is_not_supported_says_so_and_what_is_wrong_too() {
    let bench = start().await;
    let client = &bench.client;
    fill(client, "a").await;
    assert_eq!(code(client.recommend(RecommendPointsBuilder::new("a", 3)).await), Code::Unimplemented);
    let two_copies = CreateCollectionBuilder::new("b").replication_factor(2);
    assert_eq!(code(client.create_collection(two_copies).await), Code::Unimplemented);
    assert!(!client.collection_exists("b").await.expect("asks"));
    let long = PointStruct::new(1, vec![1.0, 2.0, 3.0], Payload::default());
    let upsert = UpsertPointsBuilder::new("a", vec![long]).wait(true);
    assert_eq!(code(client.upsert_points(upsert).await), Code::InvalidArgument);
    let unnamed = QueryPointsBuilder::new("a").query(vec![1.0, 2.0]).using("missing");
    assert_eq!(code(client.query(unnamed).await), Code::InvalidArgument);
    let nothing = QueryPointsBuilder::new("a").query(vec![1.0, 2.0]).limit(0);
    assert_eq!(code(client.query(nothing).await), Code::InvalidArgument);
    assert_eq!(count(client, "a", Filter::default()).await, 10);
}

#[tokio::test]
async fn sparse_vectors_are_sorted_and_must_be_distinct() {
    let bench = start().await;
    let sparse = qdrant_client::qdrant::SparseVectorsConfigBuilder::default();
    let mut sparse = sparse;
    sparse.add_named_vector_params("words", qdrant_client::qdrant::SparseVectorParamsBuilder::default());
    let create = CreateCollectionBuilder::new("s").sparse_vectors_config(sparse);
    bench.client.create_collection(create).await.expect("creates");
    let point = |indices: Vec<u32>| {
        let vector = Vector::new_sparse(indices, vec![1.0, 2.0]);
        let vectors = HashMap::from([("words".to_owned(), vector)]);
        PointStruct::new(1, vectors, Payload::default())
    };
    let upsert = |indices| UpsertPointsBuilder::new("s", vec![point(indices)]).wait(true);
    bench.client.upsert_points(upsert(vec![9, 3])).await.expect("upserts");
    assert_eq!(code(bench.client.upsert_points(upsert(vec![3, 3])).await), Code::InvalidArgument);
    let query = Query::new_nearest(VectorInput::new_sparse(vec![9_u32, 3], vec![1.0, 10.0]));
    let found = bench.client.query(QueryPointsBuilder::new("s").query(query).using("words")).await;
    assert!((found.expect("ranks").result[0].score - 21.0).abs() < 1e-6);
}

#[tokio::test]
async fn a_restart_keeps_collections_aliases_and_points() {
    let Bench { client, server, folder } = start().await;
    fill(&client, "a").await;
    fill(&client, "gone").await;
    client.create_alias(CreateAliasBuilder::new("a", "alias")).await.expect("aliases");
    client.delete_collection("gone").await.expect("deletes");
    server.optimize().await.expect("optimises");
    let port = server.port();
    server.stop().await.expect("stops");
    assert!(client.list_collections().await.is_err());
    let config = StandInConfig::new(folder.path()).with_port(port);
    let server = QdrantStandIn::start(config).await.expect("starts again");
    let listed = client.list_collections().await.expect("lists").collections;
    assert_eq!(listed.into_iter().map(|held| held.name).collect::<Vec<_>>(), ["a"]);
    let red = Filter::must([Condition::matches("colour", "red".to_owned())]);
    assert_eq!(count(&client, "alias", red).await, 5);
    server.stop().await.expect("stops");
}

#[tokio::test]
async fn requests_without_the_key_are_refused() {
    let folder = TempDir::new().expect("a directory");
    let config = StandInConfig::new(folder.path()).with_api_key("right");
    assert!(!format!("{config:?}").contains("right"));
    let server = QdrantStandIn::start(config).await.expect("starts");
    assert_eq!(code(client(&server).list_collections().await), Code::Unauthenticated);
    let with = |key: &str| Qdrant::from_url(&server.url()).api_key(key).skip_compatibility_check().build();
    let wrong = with("wrong").expect("prepares");
    assert_eq!(code(wrong.health_check().await), Code::Unauthenticated);
    with("right").expect("prepares").list_collections().await.expect("lists");
}
