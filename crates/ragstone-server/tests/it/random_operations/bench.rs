//! An engine over the real stores, and what one step does to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::collection::KeywordSettings;
use ragstone_core::facet::{FacetField, FacetsRequest};
use ragstone_core::metadata::Metadata;
use ragstone_core::page::PageRequest;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::report::IngestStage;
use ragstone_core::request::{CreateCollection, IngestDocument, IngestText, TextRange};
use ragstone_core::{
    AccessList, CallContext, CollectionName, DocumentId, DocumentVersion, ErrorKind, IdSource, Result,
    SearchMode, SearchOptions, SearchQuery, SystemClock,
};
use ragstone_engine::{Engine, EngineConfig, JobsConfig, Stores};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::model::{Collection, Document, Model, key_of, name_of, text, word};
use super::step::{End, Step};

/// Chunks after which the index seals, so that sealing and merging happen all the time.
const SEAL_AFTER: NonZeroUsize = NonZeroUsize::new(300).expect("not zero");
/// Longest wait for a job or for the index.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);
/// Documents of a page, so that listings have some.
const PAGE: u32 = 7;

/// An engine and its stores.
pub(super) struct Bench {
    engine: Engine,
    catalog: Arc<SqliteCatalog>,
    index: EdgeIndex,
    ctx: CallContext,
}

/// Ids that no earlier start has given.
#[derive(Debug)]
struct TimeOrderedIds;

impl IdSource for TimeOrderedIds {
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// What was wrong, if something was.
type Verdict = std::result::Result<(), String>;

fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Verdict {
    if found == expected { Ok(()) } else { Err(format!("{what}: found {found:?}, expected {expected:?}")) }
}

/// The outcome of a call that must not fail.
fn fine<T>(what: &str, outcome: Result<T>) -> std::result::Result<T, String> {
    outcome.map_err(|error| format!("{what}: {error}"))
}

/// The same of a call that is made again while it is `Unavailable`, as a caller does: the index of some collection could
/// not be brought up to date just then, and is tried again by itself.
async fn patiently<T>(
    what: &str,
    mut call: impl AsyncFnMut() -> Result<T>,
) -> std::result::Result<T, String> {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        match call().await {
            Err(error) if error.kind() == ErrorKind::Unavailable && tokio::time::Instant::now() < until => {
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return fine(what, outcome),
        }
    }
}

fn collection(number: u64) -> CollectionName {
    CollectionName::try_new(name_of(number)).expect("a name")
}

impl Bench {
    pub(super) async fn open(folder: &Path) -> Self {
        let clock = || Arc::new(SystemClock);
        let opening = SqliteCatalog::open(folder.join("catalog.sqlite"), SqliteConfig::default(), clock());
        let catalog = Arc::new(opening.await.expect("the catalog opens"));
        let config = EdgeIndexConfig::new(folder.join("index"))
            .with_seal_after(SEAL_AFTER)
            .with_compact_after(Duration::from_millis(500));
        let index = open_index(config).await;
        let stores = Stores {
            catalog: catalog.ports(),
            jobs: catalog.job_store(),
            index: Arc::new(index.clone()),
            leases: None,
            embedding_leases: None,
            embedder: None,
            models: None,
            reranker: None,
            answers: None,
            clock: clock(),
            ids: Arc::new(TimeOrderedIds),
        };
        let jobs = JobsConfig { poll_interval: Duration::from_millis(20), ..JobsConfig::default() };
        let engine = Engine::start(stores, EngineConfig { jobs, ..EngineConfig::default() }).await;
        Self { engine: engine.expect("the engine starts"), catalog, index, ctx: CallContext::system() }
    }

    pub(super) async fn close(self) {
        self.engine.close().await.expect("closes");
        self.catalog.close().await;
    }

    pub(super) async fn restart(self, folder: &Path, how: End) -> Self {
        match how {
            End::Closed => self.close().await,
            End::Dropped => drop(self),
        }
        Self::open(folder).await
    }

    /// Takes a step, in the model too, and compares.
    pub(super) async fn take(&self, model: &mut Model, step: &Step) -> Verdict {
        match step {
            Step::CreateCollection(number) => self.create(model, *number).await,
            Step::DeleteCollection(number) => self.delete_collection(model, *number).await,
            Step::Put { collection, key, words, lines } => {
                self.put(model, (*collection, *key), &text(words, *lines), words).await
            }
            Step::PutAgain { collection, key } => {
                let Some(Document { text, words, .. }) = model.document(*collection, *key).cloned() else {
                    return Ok(());
                };
                let words: Vec<u64> = words.into_iter().collect();
                self.put(model, (*collection, *key), &text, &words).await
            }
            Step::Upload { collection, key, words } => self.upload(model, (*collection, *key), words).await,
            Step::Delete { collection, key } => self.delete(model, (*collection, *key)).await,
            Step::DeleteOutdated { collection, key } => {
                self.delete_outdated(model, (*collection, *key)).await
            }
            Step::Get { collection, key } => self.get(model, (*collection, *key)).await,
            Step::List(number) => self.list(model, *number).await,
            Step::Search { collection, word } => {
                if model.collections.contains_key(collection) {
                    self.search(model, Some(*collection), *word).await
                } else {
                    Ok(())
                }
            }
            Step::SearchEverywhere(word) => self.search(model, None, *word).await,
            Step::Restart(_) => self.counts(model).await,
        }
    }

    // ---- Collections ----

    async fn create(&self, model: &mut Model, number: u64) -> Verdict {
        let new = CreateCollection {
            name: collection(number),
            description: String::new(),
            keyword: KeywordSettings::default(),
        };
        let outcome = self.engine.create_collection(&self.ctx, new).await;
        let expected = match model.collections.entry(number) {
            std::collections::btree_map::Entry::Occupied(_) => Err(ErrorKind::AlreadyExists),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(Collection::default());
                Ok(())
            }
        };
        same("create", &outcome.map(drop).map_err(|error| error.kind()), &expected)
    }

    async fn delete_collection(&self, model: &mut Model, number: u64) -> Verdict {
        let outcome = self.engine.delete_collection(&self.ctx, &collection(number)).await;
        let expected = model.collections.remove(&number).map(drop).ok_or(ErrorKind::NotFound);
        same("delete", &outcome.map(drop).map_err(|error| error.kind()), &expected)
    }

    // ---- Documents ----

    async fn put(&self, model: &mut Model, (number, key): (u64, u64), text: &str, words: &[u64]) -> Verdict {
        let new = IngestText {
            collection: collection(number),
            external_id: key_of(key),
            title: None,
            format: None,
            text: text.to_owned(),
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
        };
        let outcome = self.engine.ingest_text(&self.ctx, new).await;
        let expected = model.collections.get_mut(&number).map(|held| held.put(key, text, words));
        let version = outcome.map(|receipt| receipt.version.0).map_err(|error| error.kind());
        same("put", &version, &expected.ok_or(ErrorKind::NotFound))
    }

    async fn upload(&self, model: &mut Model, (number, key): (u64, u64), words: &[u64]) -> Verdict {
        let text = text(words, 3);
        let new = IngestDocument {
            collection: collection(number),
            external_id: key_of(key),
            file_name: None,
            media_type: Some("text/plain".to_owned()),
            title: None,
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
            bytes: text.clone().into_bytes(),
        };
        let outcome = self.engine.enqueue_document(&self.ctx, new).await;
        let Some(held) = model.collections.get_mut(&number) else {
            return same(
                "upload",
                &outcome.map(drop).map_err(|error| error.kind()),
                &Err(ErrorKind::NotFound),
            );
        };
        held.put(key, &text, words);
        let job = fine("upload", outcome)?.job.id;
        let until = IngestStage::KeywordSearchable;
        let wait = async || self.engine.wait_job(&self.ctx, job, until, PATIENCE).await;
        let ended = patiently("job", wait).await?;
        same("stage", &ended.stage, &Some(until))
    }

    async fn delete(&self, model: &mut Model, (number, key): (u64, u64)) -> Verdict {
        let Some(id) = self.id(number, key).await? else {
            return same("missing", &model.document(number, key), &None);
        };
        let held = model.collections.get_mut(&number);
        let expected = held.and_then(|held| held.documents.remove(&key)).map(drop).ok_or(ErrorKind::NotFound);
        let outcome = self.engine.delete_document(&self.ctx, id, None).await;
        same("delete", &outcome.map(drop).map_err(|error| error.kind()), &expected)
    }

    async fn delete_outdated(&self, model: &Model, (number, key): (u64, u64)) -> Verdict {
        let Some(Document { version, .. }) = model.document(number, key) else { return Ok(()) };
        let id = self.id(number, key).await?.ok_or("the document is not listed")?;
        let outdated = DocumentVersion(version.saturating_sub(1));
        let outcome = self.engine.delete_document(&self.ctx, id, Some(outdated)).await;
        same("delete", &outcome.map(drop).map_err(|error| error.kind()), &Err(ErrorKind::Conflict))
    }

    /// The id of a live document, by its source.
    async fn id(&self, number: u64, key: u64) -> std::result::Result<Option<DocumentId>, String> {
        Ok(self.listed(number).await?.and_then(|mut listed| Some(listed.remove(&key_of(key))?.0)))
    }

    async fn get(&self, model: &Model, (number, key): (u64, u64)) -> Verdict {
        let expected = model.document(number, key).map(|document| (document.text.clone(), document.version));
        let found = match self.id(number, key).await? {
            Some(id) => {
                let range = TextRange { start: 0, max_len: 1 << 20 };
                let part = fine("read", self.engine.read_text(&self.ctx, id, range).await)?;
                Some((part.text, part.document.version.0))
            }
            None => None,
        };
        same("text", &found, &expected)
    }

    /// Ids and versions by key, page by page; none where there is no such collection.
    async fn listed(
        &self,
        number: u64,
    ) -> std::result::Result<Option<BTreeMap<String, (DocumentId, u32)>>, String> {
        let mut listed = BTreeMap::new();
        let mut page = PageRequest::try_new(PAGE).expect("in range");
        loop {
            let part = match self.engine.documents(&self.ctx, &collection(number), &page).await {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                outcome => fine("list", outcome)?,
            };
            for document in part.items {
                let key = document.source.as_str().strip_prefix("text:").unwrap_or_default().to_owned();
                if listed.insert(key, (document.id, document.version.0)).is_some() {
                    return Err(format!("{} is listed twice", document.source));
                }
            }
            let Some(next) = part.next else { return Ok(Some(listed)) };
            page = page.after(next);
        }
    }

    async fn list(&self, model: &Model, number: u64) -> Verdict {
        let found = self.listed(number).await?;
        let found = found.map(|listed| {
            listed.into_iter().map(|(key, (_, version))| (key, version)).collect::<BTreeMap<_, _>>()
        });
        let expected = model.collections.get(&number).map(|held| {
            let all = held.documents.iter();
            all.map(|(key, document)| (key_of(*key), document.version)).collect::<BTreeMap<_, _>>()
        });
        same("list", &found, &expected)
    }

    // ---- Searches ----

    /// A word finds all documents that have it, each passage once, and no other.
    async fn search(&self, model: &Model, number: Option<u64>, asked: u64) -> Verdict {
        let head = fine("status", self.engine.status(&self.ctx).await)?.head;
        let ctx = self.ctx.clone().with_timeout(&SystemClock, PATIENCE);
        let options = SearchOptions { typo_tolerance: Some(false), ..SearchOptions::default() };
        let query = SearchQuery::try_new(word(asked), 1000).expect("a query");
        let query = query.with_mode(SearchMode::Keyword).at_least(Some(head));
        let query = query.with_options(options).expect("options");
        let query = query.in_collections(number.map(collection).into_iter().collect()).expect("collections");
        let answer = patiently("search", async || self.engine.search(&ctx, query.clone()).await).await?;
        same("degraded", &answer.degraded.len(), &0)?;
        let chunks: BTreeSet<_> = answer.hits.iter().map(|hit| hit.citation.chunk).collect();
        same("distinct chunks", &chunks.len(), &answer.hits.len())?;
        if let Some(hit) = answer.hits.iter().find(|hit| !hit.text.contains(&word(asked))) {
            return Err(format!("{} does not stand in {:?}", word(asked), hit.text));
        }
        let found: BTreeSet<(String, String)> = answer
            .hits
            .iter()
            .map(|hit| {
                let key = hit.document.source.as_str().strip_prefix("text:").unwrap_or_default();
                (hit.collection.as_str().to_owned(), key.to_owned())
            })
            .collect();
        let mut expected = model.with_word(asked);
        if let Some(number) = number {
            expected.retain(|(collection, _)| *collection == name_of(number));
        }
        same(&format!("search of {}", word(asked)), &found, &expected)
    }

    async fn counts(&self, model: &Model) -> Verdict {
        for (number, held) in &model.collections {
            let overview = fine("collection", self.engine.collection(&self.ctx, &collection(*number)).await)?;
            same("documents", &overview.statistics.documents, &(held.documents.len() as u64))?;
            same("documents in the index", &self.indexed(*number).await?, &(held.documents.len() as u64))?;
        }
        Ok(())
    }

    /// Documents of a collection as the index counts them.
    async fn indexed(&self, number: u64) -> std::result::Result<u64, String> {
        let head = fine("status", self.engine.status(&self.ctx).await)?.head;
        let ctx = self.ctx.clone().with_timeout(&SystemClock, PATIENCE);
        let request = FacetsRequest::try_new(vec![FacetField::Format], 10).expect("a request");
        let request = request.in_collections(vec![collection(number)]).expect("collections");
        let request = request.at_least(Some(head));
        let answer = patiently("facets", async || self.engine.facets(&ctx, request.clone()).await).await?;
        let counts = answer.facets.iter().flat_map(|facet| &facet.values);
        Ok(counts.map(|count| count.documents).sum())
    }

    pub(super) async fn compare_all(&self, model: &mut Model) -> Verdict {
        self.counts(model).await?;
        for number in model.collections.keys() {
            self.list(model, *number).await?;
        }
        for asked in 0..super::step::WORDS {
            self.search(model, None, asked).await?;
        }
        let targets = fine("targets", self.index.targets(&self.ctx).await)?;
        if targets.len() > model.collections.len() + 1 {
            return Err(format!("the index holds {} targets", targets.len()));
        }
        Ok(())
    }
}

/// The folder of an index that was dropped is free once its last task has ended.
async fn open_index(config: EdgeIndexConfig) -> EdgeIndex {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        match EdgeIndex::open(config.clone(), Handle::current(), Arc::new(SystemClock)) {
            Ok(index) => return index,
            Err(error) if tokio::time::Instant::now() > until => panic!("{error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
