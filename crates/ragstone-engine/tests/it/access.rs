//! Access lists, from ingest to the answer: whoever may not read a document sees what there is without it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::access::AccessEntry;
use ragstone_core::answer::{CitationStatus, Leg, SearchAnswer};
use ragstone_core::clock::SystemClock;
use ragstone_core::document::WriteEffect;
use ragstone_core::embedding::Dimensions;
use ragstone_core::memory::HashingModel;
use ragstone_core::metadata::MetadataValue;
use ragstone_core::page::PageRequest;
use ragstone_core::request::{CitationReference, IngestPaths, IngestText, PathReading, TextRange};
use ragstone_core::{
    AccessList, CallContext, CollectionName, ErrorKind, Filter, Principal, Scope, SearchMode, SearchQuery,
    TenantId,
};
use ragstone_engine::{NoProgress, Stores};

use crate::workbench::{Workbench, note, stores};

fn caller(name: &str, groups: &[&str]) -> CallContext {
    let groups = groups.iter().map(|group| (*group).to_owned());
    CallContext::new(Principal::new(name, TenantId::default(), Scope::Write).with_groups(groups))
}

fn list(allow: &[&str], deny: &[&str]) -> AccessList {
    let entries = |texts: &[&str]| -> BTreeSet<AccessEntry> {
        texts.iter().map(|text| text.parse().expect("is an entry")).collect()
    };
    AccessList::try_new(entries(allow), entries(deny)).expect("is small")
}

fn guarded(id: &str, text: &str, access: AccessList) -> IngestText {
    IngestText { access, ..note(id, text) }
}

impl Workbench {
    async fn keep(&self, request: IngestText) -> ragstone_core::document::IngestReceipt {
        let receipt = self.engine.ingest_text(&self.ctx, request).await.expect("is stored");
        self.engine.wait_indexed(&self.ctx, receipt.sequence).await.expect("is indexed");
        receipt
    }

    async fn found_by(&self, ctx: &CallContext, text: &str) -> Vec<String> {
        let query = SearchQuery::try_new(text, 10).expect("valid");
        let answer = self.engine.search(ctx, query).await.expect("answers");
        answer.hits.into_iter().map(|hit| hit.citation.source.to_string()).collect()
    }
}

#[tokio::test]
async fn hidden_documents_are_gone_for_those_who_may_not_read_them() {
    let bench = Workbench::new().await;
    let receipt = bench.keep(guarded("a", "ownership of memory", list(&["user:ann"], &[]))).await;
    let (ann, bob) = (caller("ann", &[]), caller("bob", &["ann"]));
    let answer = bench.engine.search(&ann, SearchQuery::try_new("ownership", 10).expect("valid")).await;
    let citation = answer.expect("answers").hits.remove(0).citation;
    assert_eq!(bench.found_by(&bob, "ownership").await, Vec::<String>::new());

    let id = receipt.document;
    let kind = |error: ragstone_core::Error| error.kind();
    let range = TextRange { start: 0, max_len: 100 };
    assert!(bench.engine.document(&ann, id).await.is_ok());
    assert_eq!(bench.engine.document(&bob, id).await.map_err(kind).err(), Some(ErrorKind::NotFound));
    assert_eq!(bench.engine.read_text(&bob, id, range).await.map_err(kind).err(), Some(ErrorKind::NotFound));
    let passage = bench.engine.passage(&bob, citation.chunk).await;
    assert_eq!(passage.map_err(kind).err(), Some(ErrorKind::NotFound));
    let page = PageRequest::try_new(10).expect("valid");
    let default = CollectionName::default();
    assert!(bench.engine.documents(&bob, &default, &page).await.expect("lists").items.is_empty());
    assert_eq!(bench.engine.collection(&bob, &default).await.expect("looks").statistics.documents, 0);
    assert_eq!(bench.engine.collection(&ann, &default).await.expect("looks").statistics.documents, 1);

    let reference = CitationReference {
        document: id,
        version: citation.version,
        span: citation.span,
        text_digest: citation.text_digest,
    };
    let status = async |ctx: &CallContext| bench.engine.verify(ctx, &reference).await.expect("checks").status;
    assert_eq!((status(&ann).await, status(&bob).await), (CitationStatus::Valid, CitationStatus::Gone));
}

#[tokio::test]
async fn another_list_alone_is_followed_by_the_index() {
    let bench = Workbench::new().await;
    let text = "ownership of memory";
    let (ann, bob) = (caller("ann", &[]), caller("bob", &[]));
    for (access, by_ann, by_bob) in [
        (list(&["user:ann"], &[]), 1, 0),
        (list(&["user:bob"], &[]), 0, 1),
        (list(&[], &["user:bob"]), 1, 0),
        (AccessList::OPEN, 1, 1),
    ] {
        let receipt = bench.keep(guarded("a", text, access.clone())).await;
        assert_ne!(receipt.effect, WriteEffect::Unchanged);
        let found =
            (bench.found_by(&ann, "ownership").await.len(), bench.found_by(&bob, "ownership").await.len());
        assert_eq!(found, (by_ann, by_bob), "{access:?}");
        assert_eq!(bench.keep(guarded("a", text, access)).await.effect, WriteEffect::Unchanged);
    }
}

#[tokio::test]
async fn what_is_hidden_is_neither_replaced_nor_deleted() {
    let bench = Workbench::new().await;
    let receipt = bench.keep(guarded("a", "ownership", list(&["user:ann"], &[]))).await;
    let (ann, bob) = (caller("ann", &[]), caller("bob", &[]));
    let put = bench.engine.ingest_text(&bob, note("a", "mine")).await;
    assert_eq!(put.map_err(|error| error.kind()), Err(ErrorKind::PermissionDenied));
    let deleted = bench.engine.delete_document(&bob, receipt.document, None).await;
    assert_eq!(deleted.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    assert_eq!(bench.found_by(&ann, "ownership").await.len(), 1);
    bench.engine.delete_document(&ann, receipt.document, None).await.expect("is deleted");
}

#[tokio::test]
async fn a_folder_is_taken_in_but_for_the_files_of_others() {
    let bench = Workbench::new().await;
    let paths = vec![bench.folder.path().to_owned()];
    let hidden = bench.write("hidden.md", "# Hidden\n\nof ann alone");
    let request = |access| IngestPaths {
        collection: CollectionName::default(),
        paths: paths.clone(),
        reading: PathReading::All,
        is_empty_allowed: false,
        tags: BTreeSet::new(),
        metadata: ragstone_core::metadata::Metadata::new(),
        access,
    };
    let (ann, bob) = (caller("ann", &[]), caller("bob", &[]));
    let private = || request(list(&["user:ann"], &[]));
    let report = bench.engine.ingest_paths(&ann, private(), &NoProgress).await.expect("is taken in");
    assert_eq!((report.created, report.failed_total), (1, 0));
    let again = bench.engine.ingest_paths(&ann, private(), &NoProgress).await.expect("is taken in");
    assert_eq!((again.unchanged, again.updated), (1, 0));

    bench.write("open.md", "# Open\n\nfor everybody");
    let report = bench.engine.ingest_paths(&bob, request(AccessList::OPEN), &NoProgress).await;
    let report = report.expect("is taken in");
    assert_eq!((report.created, report.updated, report.failed_total), (1, 0, 1));
    assert_eq!(report.failed[0].kind, ErrorKind::PermissionDenied);
    assert!(report.failed[0].path.ends_with("hidden.md"), "{:?}", report.failed[0]);

    std::fs::remove_file(hidden).expect("removes");
    let report = bench.engine.ingest_paths(&bob, request(AccessList::OPEN), &NoProgress).await;
    assert_eq!(report.expect("is taken in").deleted, 0, "what is hidden stays");
    let report = bench.engine.ingest_paths(&ann, request(AccessList::OPEN), &NoProgress).await;
    assert_eq!(report.expect("is taken in").deleted, 1);
}

#[tokio::test]
async fn a_filter_on_a_hidden_key_is_one_on_an_unknown_key() {
    let bench = Workbench::new().await;
    let mut request = guarded("a", "ownership", list(&["user:ann"], &[]));
    request.metadata.insert("secret".to_owned(), MetadataValue::Integer(1));
    bench.keep(request).await;
    let ask = async |ctx: &CallContext, filter: &str| {
        let filter = Filter::parse(filter).expect("parses");
        let query = SearchQuery::try_new("ownership", 10).expect("valid").with_filter(Some(filter));
        let answer = bench.engine.search(ctx, query).await;
        answer
            .map(|answer| answer.hits.len())
            .map_err(|error| (error.kind(), error.help().map(str::to_owned)))
    };
    assert_eq!(ask(&caller("ann", &[]), "metadata.secret = 1").await, Ok(1));
    let bob = caller("bob", &[]);
    let (secret, never) = (ask(&bob, "metadata.secret = 1").await, ask(&bob, "metadata.never = 1").await);
    assert_eq!(secret, never, "one help for both");
    assert_eq!(secret.map_err(|(kind, _)| kind), Err(ErrorKind::InvalidArgument));
}

// ---- Against the oracle ----

/// SplitMix64, so that a seed gives the same run everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) % bound as u64).expect("is small")
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    pub(crate) fn some<'a>(&mut self, most: usize, from: &[&'a str]) -> Vec<&'a str> {
        (0..self.below(most + 1)).map(|_| self.pick(from)).collect()
    }

    fn access(&mut self) -> AccessList {
        let (allow, deny) = (self.some(2, &ENTRIES), self.some(1, &ENTRIES));
        list(&allow, &deny)
    }

    fn text(&mut self) -> String {
        let words: Vec<&str> = (0..3 + self.below(12)).map(|_| self.pick(&WORDS)).collect();
        words.join(" ")
    }

    fn caller(&mut self) -> CallContext {
        let (name, groups) = (self.pick(&NAMES), self.some(2, &GROUPS));
        caller(name, &groups)
    }
}

const NAMES: [&str; 4] = ["ann", "bob", "cid", "staff"];
const GROUPS: [&str; 3] = ["ann", "staff", "night"];
const ENTRIES: [&str; 7] =
    ["user:ann", "user:bob", "user:cid", "user:staff", "group:ann", "group:staff", "group:night"];
const WORDS: [&str; 12] = [
    "ownership",
    "borrow",
    "lifetime",
    "trait",
    "channel",
    "future",
    "pin",
    "drop",
    "arena",
    "slice",
    "vector",
    "macro",
];
const DOCUMENTS: usize = 150;

/// A search in one leg's mode that is long enough to hold every document.
async fn ask(
    bench: &Workbench,
    ctx: &CallContext,
    text: &str,
    mode: SearchMode,
    filter: Option<Filter>,
) -> SearchAnswer {
    let query = SearchQuery::try_new(text, 1000).expect("valid").with_mode(mode).with_filter(filter);
    bench.engine.search(ctx, query).await.expect("answers")
}

/// Everything of an answer but the time it took.
fn shown(answer: SearchAnswer) -> Vec<String> {
    assert!(answer.degraded.is_empty(), "{:?}", answer.degraded);
    answer.hits.iter().map(|hit| format!("{hit:?}")).collect()
}

/// What the system finds, without what the list of its document keeps from the caller; places in the leg are counted
/// anew.
fn filtered(answer: SearchAnswer, ctx: &CallContext, leg: Leg) -> Vec<String> {
    let reader = ctx.principal().reader();
    let mut kept = answer;
    kept.hits.retain(|hit| hit.document.access.admits(&reader));
    for (rank, hit) in (1..).zip(&mut kept.hits) {
        for part in &mut hit.legs {
            assert_eq!(part.leg, leg);
            part.rank = rank;
        }
    }
    shown(kept)
}

/// An engine with a model, over many documents with random lists.
async fn filled(random: &mut Random) -> Workbench {
    let clock = Arc::new(SystemClock);
    let dimensions = Dimensions::try_new(64).expect("in range");
    let model = HashingModel::new(clock.clone(), dimensions, 256);
    let stores = Stores { embedder: Some(Arc::new(model)), ..stores(clock) };
    let bench = Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await;
    let mut last = None;
    for number in 0..DOCUMENTS {
        let request = guarded(&format!("{number:03}"), &random.text(), random.access());
        last = Some(bench.engine.ingest_text(&bench.ctx, request).await.expect("is stored").sequence);
    }
    let ctx = bench.ctx.clone().with_timeout(&SystemClock, Duration::from_mins(1));
    bench.engine.wait_embedded(&ctx, last.expect("some")).await.expect("is embedded");
    bench
}

/// What any caller finds, lists and counts is what the system does, filtered by `AccessList::admits`.
///
/// Without `.filter(move |(_, document)| document.attributes.access.admits(reader))` in
/// `ragstone_core::memory::index` the legs of hybrid searches are scaled over what is hidden, and it fails; so it does
/// where `reader` of `IndexQuery` is `Reader::Everything` in `ragstone_engine::search::leg`.
#[tokio::test]
async fn callers_see_what_filtering_everything_leaves() {
    for seed in [28, 1_000_003] {
        println!("seed {seed}");
        agrees_with_the_oracle(seed).await;
    }
}

async fn agrees_with_the_oracle(seed: u64) {
    let mut random = Random(seed);
    let bench = filled(&mut random).await;
    let system = bench.ctx.clone();
    let page = PageRequest::try_new(1000).expect("valid");
    let default = CollectionName::default();
    let all = bench.engine.documents(&system, &default, &page).await.expect("lists").items;
    assert_eq!(all.len(), DOCUMENTS);
    let (mut partial, rounds) = (0, 40);
    for _ in 0..rounds {
        let ctx = random.caller();
        let reader = ctx.principal().reader();
        let readable: Vec<_> = all.iter().filter(|held| held.access.admits(&reader)).cloned().collect();
        partial += usize::from(!readable.is_empty() && readable.len() < all.len());
        assert_eq!(bench.engine.documents(&ctx, &default, &page).await.expect("lists").items, readable);
        let statistics = bench.engine.collection(&ctx, &default).await.expect("looks").statistics;
        assert_eq!(statistics.documents, readable.len() as u64);
        assert_eq!(statistics.text_bytes, readable.iter().map(|held| held.text_len).sum::<u64>());

        let text = format!("{} {}", random.pick(&WORDS), random.pick(&WORDS));
        for (mode, leg) in [(SearchMode::Keyword, Leg::Keyword), (SearchMode::Semantic, Leg::Semantic)] {
            let found = shown(ask(&bench, &ctx, &text, mode, None).await);
            let oracle = filtered(ask(&bench, &system, &text, mode, None).await, &ctx, leg);
            assert_eq!(found, oracle, "seed {seed}: {mode:?} {text:?} as {:?}", ctx.principal());
        }
        // Fused scores are scaled over what a leg found: the oracle lets the legs find readable documents alone.
        let ids = readable.iter().map(|held| MetadataValue::Text(held.id.to_string())).collect();
        let readable = Some(Filter::In(ragstone_core::filter::Field::Document, ids));
        let found = shown(ask(&bench, &ctx, &text, SearchMode::Hybrid, None).await);
        let oracle = shown(ask(&bench, &system, &text, SearchMode::Hybrid, readable).await);
        assert_eq!(found, oracle, "seed {seed}: hybrid {text:?} as {:?}", ctx.principal());
    }
    assert!(partial * 2 > rounds, "only {partial} callers could read some and not all");
}

/// A search for few hits finds as many as the caller may read, however many better ones are hidden.
#[tokio::test]
async fn hidden_hits_take_no_place_of_an_answer() {
    let bench = Workbench::new().await;
    for number in 0..300 {
        let access = if number % 100 == 99 { AccessList::OPEN } else { list(&["user:ann"], &[]) };
        let words = if access.is_open() { 1 } else { 20 };
        let text = format!("{} {}", "ownership ".repeat(words), "filler ".repeat(30));
        bench
            .engine
            .ingest_text(&bench.ctx, guarded(&format!("{number:03}"), &text, access))
            .await
            .expect("ok");
    }
    let last = bench.put("last", "nothing").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let mut found = bench.found_by(&caller("bob", &[]), "ownership").await;
    found.sort_unstable();
    assert_eq!(found, ["text:099", "text:199", "text:299"]);
}
