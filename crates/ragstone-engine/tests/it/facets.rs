//! Values of fields: counted by documents, over collections, and as far as the caller may read.

use std::collections::{BTreeMap, BTreeSet};

use ragstone_core::access::AccessEntry;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::document::Document;
use ragstone_core::facet::{FacetField, FacetsAnswer, FacetsRequest};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::page::PageRequest;
use ragstone_core::request::CreateCollection;
use ragstone_core::{
    AccessList, CallContext, CollectionName, ErrorKind, Filter, Principal, Result, Scope, SearchQuery,
    TenantId,
};

use crate::workbench::{Workbench, note};

fn request(fields: &[&str], limit: u32) -> FacetsRequest {
    let fields = fields.iter().map(|name| name.parse().expect("can be counted")).collect();
    FacetsRequest::try_new(fields, limit).expect("valid")
}

fn name(text: &str) -> CollectionName {
    CollectionName::try_new(text).expect("valid")
}

/// Each field with its values and the numbers of their documents, as text.
fn shown(answer: &FacetsAnswer) -> Vec<String> {
    assert_eq!(answer.incomplete, []);
    let facet = |facet: &ragstone_core::facet::FieldFacet| {
        let count = |count: &ragstone_core::facet::FacetCount| {
            let value = match count.value.value() {
                MetadataValue::Text(text) => text.clone(),
                MetadataValue::Boolean(truth) => truth.to_string(),
                MetadataValue::Integer(number) => number.to_string(),
                MetadataValue::Float(number) => number.to_string(),
            };
            format!("{value} {}", count.documents)
        };
        let counts: Vec<String> = facet.values.iter().map(count).collect();
        let end = if facet.is_whole { "" } else { ", …" };
        format!("{}: {}{end}", facet.field, counts.join(", "))
    };
    answer.facets.iter().map(facet).collect()
}

impl Workbench {
    async fn store(&self, collection: &str, id: &str, tags: &[&str], year: Option<i64>) {
        let mut request = note(id, &format!("a text about {id}"));
        request.collection = name(collection);
        request.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        request.metadata =
            year.map(|year| ("year".to_owned(), MetadataValue::Integer(year))).into_iter().collect();
        let receipt = self.engine.ingest_text(&self.ctx, request).await.expect("is stored");
        self.engine.wait_indexed(&self.ctx, receipt.sequence).await.expect("is indexed");
    }

    async fn count(&self, request: FacetsRequest) -> Result<Vec<String>, ErrorKind> {
        self.engine
            .facets(&self.ctx, request)
            .await
            .map(|answer| shown(&answer))
            .map_err(|error| error.kind())
    }
}

async fn library() -> Workbench {
    let bench = Workbench::new().await;
    bench.store("default", "a", &["red", "round"], Some(2020)).await;
    bench.store("default", "b", &["red"], Some(2021)).await;
    bench.store("default", "c", &["blue"], None).await;
    bench
}

#[tokio::test]
async fn documents_are_counted_by_value() {
    let bench = library().await;
    let counted = bench.count(request(&["tag", "metadata.year", "format", "language"], 10)).await;
    let expected =
        ["tag: red 2, blue 1, round 1", "metadata.year: 2020 1, 2021 1", "format: text 3", "language: "];
    assert_eq!(counted, Ok(expected.map(str::to_owned).into()));
    assert_eq!(bench.count(request(&["tag"], 1)).await, Ok(vec!["tag: red 2, …".to_owned()]));
    let red = Filter::parse(r#"tag = "red" and metadata.year > 2020"#).expect("parses");
    let counted = bench.count(request(&["tag"], 10).with_filter(Some(red))).await;
    assert_eq!(counted, Ok(vec!["tag: red 1".to_owned()]));
}

#[tokio::test]
async fn values_of_several_collections_are_summed() {
    let bench = library().await;
    let other = CreateCollection {
        name: name("other"),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, other).await.expect("is made");
    bench.store("other", "d", &["red", "blue"], Some(2020)).await;
    let all = bench.count(request(&["tag", "metadata.year"], 2)).await;
    assert_eq!(all, Ok(vec!["tag: red 3, blue 2, …".to_owned(), "metadata.year: 2020 2, 2021 1".to_owned()]));
    let one = request(&["tag"], 10).in_collections(vec![name("other")]).expect("valid");
    assert_eq!(bench.count(one).await, Ok(vec!["tag: blue 1, red 1".to_owned()]));
    let missing = request(&["tag"], 10).in_collections(vec![name("missing")]).expect("valid");
    assert_eq!(bench.count(missing).await, Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn unknown_attributes_are_refused_and_an_empty_collection_is_not() {
    let bench = Workbench::new().await;
    assert_eq!(bench.count(request(&["tag"], 10)).await, Ok(vec!["tag: ".to_owned()]));
    assert_eq!(bench.count(request(&["metadata.yaer"], 10)).await, Err(ErrorKind::InvalidArgument));
    let filter = Filter::parse("metadata.yaer = 1").expect("parses");
    let filtered = request(&["tag"], 10).with_filter(Some(filter));
    assert_eq!(bench.count(filtered).await, Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn a_search_counts_the_documents_that_it_looks_at() {
    let bench = library().await;
    let query = SearchQuery::try_new("text tag:red", 10).expect("valid");
    let beside = FacetsRequest::beside(&query, vec!["tag".parse().expect("is a field")]).expect("valid");
    let counted = bench.count(beside.expect("names a field")).await;
    assert_eq!(counted, Ok(vec!["tag: red 2, round 1".to_owned()]));
}

#[tokio::test]
async fn languages_are_found_filtered_and_counted() {
    let bench = Workbench::new().await;
    bench.write(
        "a.md",
        "# Urlaub\n\nDer Anspruch auf Urlaub verjährt nach drei Jahren, wenn darauf hingewiesen wurde.",
    );
    bench.write(
        "b.md",
        "# Leave\n\nThe right to paid leave lapses after three years, if the employer said so in time.",
    );
    bench.write("src/c.rs", "/// The right to paid leave.\npub fn leave() -> u32 {\n    3\n}\n");
    bench.write("d.csv", "a,b\n1,2\n");
    assert_eq!(bench.ingest_folder().await.created, 4);
    let counted = bench.count(request(&["language"], 10)).await;
    assert_eq!(counted, Ok(vec!["language: de 1, en 1, rust 1".to_owned()]));
    assert_eq!(bench.filtered("leave", r#"language = "rust""#).await.map(|found| found.len()), Ok(1));
    assert_eq!(bench.filtered("Urlaub", r#"language = "de""#).await, Ok(vec!["Urlaub".to_owned()]));
    assert_eq!(bench.filtered("Urlaub", r#"language != "de""#).await, Ok(Vec::new()));
}

#[tokio::test]
async fn places_globs_and_dates_narrow_a_search() {
    let bench = Workbench::new().await;
    let top = bench.write("api/v1/one.md", "# One\n\nterns");
    bench.write("api/two.txt", "terns two");
    bench.write("notes/three.md", "# Three\n\nterns");
    bench.ingest_folder().await;
    let folder = url::Url::from_directory_path(top.ancestors().nth(2).expect("api")).expect("is absolute");
    for (filter, expected) in [
        (format!(r#"source under "{folder}""#), 2),
        (r#"source glob "**/api/*.txt""#.to_owned(), 1),
        (r#"source glob "**/api/**""#.to_owned(), 2),
        (r#"source glob "**/*.md" and not source glob "**/notes/**""#.to_owned(), 1),
        (r#"updated >= "2020-01-01""#.to_owned(), 3),
        (r#"updated < "2020-01-01""#.to_owned(), 0),
    ] {
        assert_eq!(bench.filtered("terns", &filter).await.map(|found| found.len()), Ok(expected), "{filter}");
    }
    assert_eq!(bench.filtered("terns", r#"source glob "a?""#).await, Err(ErrorKind::InvalidArgument));
}

// ---- Secrecy ----

/// SplitMix64, so that a seed gives the same run everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) % bound as u64).expect("is small")
    }

    fn some(&mut self, most: usize, from: &[&str]) -> BTreeSet<String> {
        (0..self.below(most + 1)).map(|_| from[self.below(from.len())].to_owned()).collect()
    }

    fn access(&mut self) -> AccessList {
        let entries = |texts: BTreeSet<String>| -> BTreeSet<AccessEntry> {
            texts.iter().map(|text| text.parse().expect("is an entry")).collect()
        };
        let (allow, deny) = (self.some(2, &ENTRIES), self.some(1, &ENTRIES));
        AccessList::try_new(entries(allow), entries(deny)).expect("is small")
    }

    fn caller(&mut self) -> CallContext {
        let (caller, groups) = (NAMES[self.below(NAMES.len())], self.some(2, &GROUPS));
        CallContext::new(Principal::new(caller, TenantId::default(), Scope::Read).with_groups(groups))
    }
}

const NAMES: [&str; 4] = ["ann", "bob", "cid", "staff"];
const GROUPS: [&str; 3] = ["ann", "staff", "night"];
const ENTRIES: [&str; 6] = ["user:ann", "user:bob", "user:cid", "group:ann", "group:staff", "group:night"];
const TAGS: [&str; 6] = ["red", "blue", "round", "flat", "old", "new"];

/// What an instance without the hidden documents would count.
fn oracle(readable: &[Document], field: &FacetField, filter: Option<&Filter>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for document in readable {
        let attributes = ragstone_core::index::IndexAttributes::of(document);
        if filter.is_none_or(|filter| filter.matches(document.id, &attributes)) {
            for value in field.values(&attributes) {
                *counts.entry(value.word().to_owned()).or_default() += 1;
            }
        }
    }
    counts
}

/// Values and counts are those of an instance without what the caller may not read, whatever is asked.
///
/// It fails where `reader` of `FacetQuery` is `Reader::Everything` in `ragstone_engine::facets`, and where
/// `Target::matching` of `ragstone_core::memory::index` does not look at access lists.
#[tokio::test]
async fn nobody_learns_of_values_that_are_hidden() {
    let (bench, mut random) = (Workbench::new().await, Random(34));
    for number in 0..120 {
        let mut request = note(&format!("{number:03}"), "a text");
        request.tags = random.some(3, &TAGS);
        request.access = random.access();
        request.metadata.insert("year".to_owned(), MetadataValue::Integer(2000 + (number % 7)));
        bench.engine.ingest_text(&bench.ctx, request).await.expect("is stored");
    }
    let last = bench.put("last", "a text").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let page = PageRequest::try_new(1000).expect("valid");
    let all =
        bench.engine.documents(&bench.ctx, &CollectionName::default(), &page).await.expect("lists").items;
    let (mut partial, rounds) = (0, 60);
    for _ in 0..rounds {
        let ctx = random.caller();
        let reader = ctx.principal().reader();
        let readable: Vec<Document> =
            all.iter().filter(|held| held.access.admits(&reader)).cloned().collect();
        partial += usize::from(!readable.is_empty() && readable.len() < all.len());
        let filter = match random.below(3) {
            0 => None,
            1 => Some(Filter::parse(r#"tag = "red" or metadata.year < 2003"#).expect("parses")),
            _ => Some(Filter::parse(r#"not tag = "blue""#).expect("parses")),
        };
        let asked = request(&["tag", "metadata.year", "format"], 1000).with_filter(filter.clone());
        let answer = bench.engine.facets(&ctx, asked).await.expect("answers");
        for facet in &answer.facets {
            let found: BTreeMap<String, u64> =
                facet.values.iter().map(|count| (count.value.word().to_owned(), count.documents)).collect();
            let expected = oracle(&readable, &facet.field, filter.as_ref());
            assert_eq!(found, expected, "{} {filter:?} as {:?}", facet.field, ctx.principal());
        }
    }
    assert!(partial * 2 > rounds, "only {partial} callers could read some and not all");
}

/// A key that only hidden documents have is unknown, with the same words as one that none has.
#[tokio::test]
async fn a_hidden_attribute_is_an_unknown_one() {
    let bench = Workbench::new().await;
    let mut hidden = note("a", "a text");
    hidden.metadata.insert("secret".to_owned(), MetadataValue::Integer(1));
    hidden.access =
        AccessList::try_new(["user:ann".parse().expect("valid")].into(), BTreeSet::new()).expect("small");
    let receipt = bench.engine.ingest_text(&bench.ctx, hidden).await.expect("is stored");
    bench.engine.wait_indexed(&bench.ctx, receipt.sequence).await.expect("is indexed");
    let ask = async |caller: &str, field: &str| {
        let ctx = CallContext::new(Principal::new(caller, TenantId::default(), Scope::Read));
        let answer = bench.engine.facets(&ctx, request(&[field], 10)).await;
        answer.map(|answer| shown(&answer)).map_err(|error| (error.kind(), error.help().map(str::to_owned)))
    };
    assert_eq!(ask("ann", "metadata.secret").await, Ok(vec!["metadata.secret: 1 1".to_owned()]));
    let (secret, never) = (ask("bob", "metadata.secret").await, ask("bob", "metadata.never").await);
    assert_eq!(secret, never, "one help for both");
    assert_eq!(secret.map_err(|(kind, _)| kind), Err(ErrorKind::InvalidArgument));
    assert_eq!(ask("bob", "format").await, Ok(vec!["format: ".to_owned()]));
}
