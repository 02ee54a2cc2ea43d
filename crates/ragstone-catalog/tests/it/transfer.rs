//! The whole catalog as a stream, and back.

use std::io::Cursor;
use std::time::Duration;

use ragstone_catalog::{SqliteCatalog, Transferred};
use ragstone_core::embedding::{Dimensions, Precision};
use ragstone_core::generation::{ChosenModel, Generation, Generations, ModelReference, Standby, StandbyRole};
use ragstone_core::graph::{GraphKind, GraphVersion, MAX_PARTS_READ, NewGraph, NewPart};
use ragstone_core::index::IndexSlot;
use ragstone_core::job::{ClaimRequest, JobFailure, JobFilter, JobKind, Lane, NewJob, Outcome};
use ragstone_core::page::PageRequest;
use ragstone_core::port::{
    ChangeFeed, CollectionStore, DocumentStore, GraphStore, JobQueue, SavedSearchStore,
};
use ragstone_core::saved_search::NewSavedSearch;
use ragstone_core::{
    CallContext, CollectionName, Digest, Error, ErrorKind, GenerationId, GraphId, GraphName, HolderId, JobId,
    SavedSearchName, Sequence,
};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use crate::fixture::{Fixture, context_of, create, draft, new_collection, open};

/// Reads an export into memory.
async fn exported(catalog: &SqliteCatalog) -> (Vec<u8>, Transferred) {
    let (sink, mut source) = tokio::io::duplex(4096);
    let mut bytes = Vec::new();
    let ctx = CallContext::system();
    let (done, read) = tokio::join!(catalog.export(&ctx, sink), source.read_to_end(&mut bytes));
    read.expect("read");
    (bytes, done.expect("exported"))
}

async fn imported(catalog: &SqliteCatalog, bytes: &[u8]) -> Result<Transferred, Error> {
    catalog.import(&CallContext::system(), Cursor::new(bytes.to_vec())).await
}

async fn empty() -> (SqliteCatalog, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (open(folder.path().join("catalog.sqlite")).await, folder)
}

/// Two tenants, a deleted collection, updated and deleted documents, more rows than one page.
async fn used() -> Fixture {
    let fixture = Fixture::new().await;
    let (catalog, ctx) = (&*fixture.catalog, &fixture.ctx);
    let many = (0..600).map(|number| draft(&format!("file:///{number}"), "one line\nß another\n")).collect();
    catalog.put_documents(ctx, fixture.collection, many).await.expect("stored");
    let long = draft("file:///0", &"a longer text \u{1f426}\n".repeat(5000));
    let receipts = catalog.put_documents(ctx, fixture.collection, vec![long]).await.expect("stored");
    assert_eq!(receipts[0].version.0, 2);
    let page = PageRequest::try_new(500).expect("valid");
    let listed = catalog.documents(ctx, fixture.collection, &page).await.expect("listed");
    let last = listed.items.last().expect("a document").id;
    catalog.delete_document(ctx, last, None).await.expect("deleted");
    create(catalog, ctx, "gone", 2).await;
    catalog.delete_collection(ctx, &CollectionName::try_new("gone").expect("valid")).await.expect("deleted");
    create(catalog, &context_of("other"), "notes", 3).await;
    catalog.set_generations(ctx, fixture.collection, None, generations()).await.expect("written");
    for (ctx, name) in [(ctx, "storks"), (ctx, "terns"), (&context_of("other"), "terns")] {
        catalog.save_search(ctx, saved_search(name)).await.expect("saved");
    }
    let graph = catalog.create_graph(ctx, new_graph()).await.expect("created").id;
    for (base, bytes) in (0..).zip([vec![1; 5_000_000], vec![2], vec![3; 5_000_000]]) {
        let part =
            NewPart { bytes, nodes: 2, edges: base, mark: (base == 1).then(|| "line 7 é".to_owned()) };
        catalog.append_to_graph(ctx, graph, GraphVersion(base), part).await.expect("appended");
    }
    catalog.compact_graph(ctx, graph, GraphVersion(2), vec![vec![4], vec![5]]).await.expect("compacted");
    for number in 1..=2 {
        let attachment = vec![number; 300_000 * usize::from(number)];
        let id = JobId::from_uuid(Uuid::from_u128(number.into()));
        let job = NewJob { attachment, ..NewJob::new(id, job_kind(), "{}") };
        catalog.enqueue(ctx, job).await.expect("enqueued");
    }
    let claim = catalog.claim(ctx, &claim_request()).await.expect("answers").expect("a job");
    let outcome = Outcome::Failed { failure: failure(), retry_after: None };
    catalog.finish(ctx, &claim, outcome).await.expect("finished");
    fixture
}

fn new_graph() -> NewGraph {
    NewGraph {
        id: GraphId::from_uuid(Uuid::from_u128(9)),
        name: GraphName::try_new("birds").expect("valid"),
        description: "who \"knows\" whom".to_owned(),
        kind: GraphKind { is_directed: true, is_multigraph: false },
        content: None,
    }
}

fn job_kind() -> JobKind {
    JobKind::try_new("work").expect("a kind")
}

fn failure() -> JobFailure {
    JobFailure { kind: ErrorKind::TooLarge, reason: "é".to_owned() }
}

fn claim_request() -> ClaimRequest {
    ClaimRequest {
        lane: Lane::Urgent,
        kinds: [(job_kind(), 9)].into(),
        most_per_tenant: 9,
        holder: HolderId::from_uuid(Uuid::from_u128(1)),
        ttl: Duration::from_mins(1),
    }
}

fn saved_search(name: &str) -> NewSavedSearch {
    NewSavedSearch {
        name: SavedSearchName::try_new(name).expect("valid"),
        description: "of \"birds\"".to_owned(),
        query: format!("{name} é"),
        form: "{}".to_owned(),
    }
}

/// A model that answers, and one that is to.
fn generations() -> Generations {
    let generation = |slot, name: &str| Generation {
        slot,
        build: GenerationId::derive(&Digest::of(name.as_bytes())),
        model: ChosenModel {
            reference: ModelReference::try_new(name, Precision::Int8).expect("valid"),
            digest: Digest::of(name.as_bytes()),
            dimensions: Dimensions::try_new(384).expect("in range"),
        },
        is_chosen: true,
    };
    let standby = generation(IndexSlot::First, "next");
    let standby = Standby { generation: standby, role: StandbyRole::Held, since: Sequence(5) };
    Generations { standby: Some(standby), ..Generations::of(generation(IndexSlot::Second, "m")) }
}

async fn everything(catalog: &SqliteCatalog, ctx: &CallContext) -> Vec<String> {
    let mut all = Vec::new();
    let page = PageRequest::try_new(100).expect("valid");
    for entry in catalog.saved_searches(ctx, &page).await.expect("listed").items {
        let stored = catalog.saved_search(ctx, &entry.name).await.expect("found");
        all.push(format!("{stored:?}"));
    }
    for entry in catalog.graphs(ctx, &page).await.expect("listed").items {
        let parts = catalog.graph_parts(ctx, entry.id, None, MAX_PARTS_READ).await.expect("read");
        all.push(format!("{entry:?} {:?}", Digest::of(format!("{parts:?}").as_bytes())));
    }
    for job in catalog.jobs(ctx, &JobFilter::default(), &page).await.expect("listed").items {
        all.push(format!("{job:?}"));
    }
    for collection in
        catalog.collections(ctx, &PageRequest::try_new(100).expect("valid")).await.expect("listed").items
    {
        let statistics = catalog.statistics(ctx, collection.id).await.expect("counted");
        let keys = catalog.metadata_keys(ctx, collection.id).await.expect("listed");
        all.push(format!("{collection:?} {statistics:?} {keys:?}"));
        let changes = catalog.changes(ctx, collection.id, Sequence::ZERO, 10_000).await.expect("listed");
        for change in changes {
            let content = catalog.document_content(ctx, change.document).await.map_err(|error| error.kind());
            all.push(format!("{change:?} {content:?}"));
        }
    }
    all
}

#[tokio::test]
async fn an_import_holds_what_was_exported() {
    let from = used().await;
    let (bytes, done) = exported(&from.catalog).await;
    assert_eq!((done.documents, done.bytes), (599, bytes.len() as u64));

    let (to, _folder) = empty().await;
    assert_eq!(imported(&to, &bytes).await.expect("imported"), done);
    assert_eq!(everything(&to, &from.ctx).await, everything(&from.catalog, &from.ctx).await);
    let other = context_of("other");
    assert_eq!(everything(&to, &other).await, everything(&from.catalog, &other).await);
    assert_eq!(exported(&to).await.0, bytes, "the second export equals the first");
    let claim = to.claim(&from.ctx, &claim_request()).await.expect("answers").expect("what waited");
    assert!(to.attachment(&from.ctx, &claim).await.expect("read") == vec![2; 600_000]);

    // Sequences go on behind those that arrived.
    let head = from.catalog.head(&from.ctx).await.expect("read");
    let receipts = to.put_documents(&from.ctx, from.collection, vec![draft("file:///new", "new\n")]).await;
    assert_eq!(receipts.expect("stored")[0].sequence, Sequence(head.0 + 1));
}

#[tokio::test]
async fn a_used_catalog_is_not_filled() {
    let from = used().await;
    let (bytes, _) = exported(&from.catalog).await;
    let error = imported(&from.catalog, &bytes).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert_eq!(exported(&from.catalog).await.0, bytes, "nothing has changed");
}

#[tokio::test]
async fn a_damaged_export_is_refused_and_leaves_nothing() {
    let from = Fixture::new().await;
    let drafts = vec![draft("file:///a", "alpha\n"), draft("file:///b", "beta\n")];
    from.catalog.put_documents(&from.ctx, from.collection, drafts).await.expect("stored");
    let (bytes, _) = exported(&from.catalog).await;
    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut damaged: Vec<Vec<u8>> =
        (0..lines.len()).map(|count| lines[..count].concat().into_bytes()).collect();
    for missing in 0..lines.len() {
        let rest = lines.iter().enumerate().filter(|(number, _)| *number != missing).map(|(_, line)| *line);
        damaged.push(rest.collect::<String>().into_bytes());
    }
    for position in (0..bytes.len()).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[position] ^= 1;
        damaged.push(flipped);
    }
    damaged.push([bytes.as_slice(), b"more\n"].concat());
    damaged.push(bytes[..bytes.len() - 1].to_vec());
    damaged.push(b"{\"format\":\"ragstone-catalog\",\"version\":7}\n".to_vec());
    damaged.push(b"{\"format\":\"tar\",\"version\":1}\n".to_vec());

    let (to, _folder) = empty().await;
    for stream in damaged {
        let error = imported(&to, &stream).await.expect_err("refused");
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidArgument,
            "{error:?}: {}",
            String::from_utf8_lossy(&stream)
        );
    }
    imported(&to, &bytes).await.expect("the whole one is taken after all");
}

#[tokio::test]
async fn writers_go_on_while_an_export_is_read_slowly() {
    let fixture = used().await;
    let (sink, mut source) = tokio::io::duplex(64);
    let ctx = CallContext::system();
    let reading = async {
        source.read_exact(&mut [0; 32]).await.expect("read");
        let new = vec![draft("file:///meanwhile", "meanwhile\n")];
        fixture.catalog.put_documents(&fixture.ctx, fixture.collection, new).await.expect("stored");
        let new = new_collection("meanwhile", 9);
        fixture.catalog.create_collection(&fixture.ctx, new).await.expect("created");
        let mut rest = String::new();
        source.read_to_string(&mut rest).await.expect("read");
        rest
    };
    let (exported, rest) = tokio::join!(fixture.catalog.export(&ctx, sink), reading);
    exported.expect("exported");
    assert!(!rest.contains("meanwhile"), "the export is of the moment at which it began");
}
