//! A judged collection in an instance of its own, through the real ingest and search.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _};
use ragstone_api::search::Mode;
use ragstone_core::answer::Hit;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::metadata::Metadata;
use ragstone_core::query::{MAX_SEARCH_LIMIT, SearchMode, SearchOptions};
use ragstone_core::request::{CreateCollection, IngestText};
use ragstone_core::{
    AccessList, CallContext, CollectionName, Error, ErrorKind, Result, SearchQuery, Sequence,
};
use ragstone_engine::evaluation::{LegHit, Legs, QueryLegs, Run};

use super::dataset::{Dataset, Document, Query};
use crate::cli::ModeArg;
use crate::config::{Config, ModelConfig};
use crate::data_dir::{DataDir, LockFailure};
use crate::instance::Instance;

/// Passages that are asked for; with several of one document, the ranking has fewer documents.
const PASSAGES: u32 = MAX_SEARCH_LIMIT;
/// Queries that are asked at the same time.
const CONCURRENT_QUERIES: usize = 4;
const COLLECTION: &str = "eval";

/// An instance in a temporary data directory that holds the collection.
pub(super) struct Indexed {
    instance: Instance,
    ctx: CallContext,
    /// Removed with the value.
    _folder: tempfile::TempDir,
}

impl Indexed {
    /// Stores and indexes all documents, and then embeds them if there is a model.
    ///
    /// Embedding begins when everything is stored, so that the same passages are computed together each time.
    pub(super) async fn build(dataset: &Dataset, config: Config, keyword: &KeywordSettings) -> Result<Self> {
        let folder = temporary()?;
        let ctx = CallContext::new(Instance::admin_principal());
        let by_words =
            Config { model: ModelConfig { folder: None, ..config.model.clone() }, ..config.clone() };
        let instance = open(&folder, by_words).await?;
        let last = store(&instance, &ctx, &dataset.documents, keyword).await?;
        instance.engine().wait_indexed(&ctx, last).await?;
        if config.model.folder.is_none() {
            return Ok(Self { instance, ctx, _folder: folder });
        }
        instance.close().await?;
        let instance = open(&folder, config).await?;
        instance.engine().wait_embedded(&ctx, last).await?;
        Ok(Self { instance, ctx, _folder: folder })
    }

    pub(super) async fn close(self) -> Result<()> {
        self.instance.close().await
    }

    /// Asks the queries; documents are ranked by their best passage.
    pub(super) async fn run(&self, queries: impl Iterator<Item = &Query>, mode: ModeArg) -> Result<Run> {
        let asked =
            queries.map(|query| async move { Ok::<_, Error>((&query.id, self.ask(query, mode).await?)) });
        let mut answers = futures::stream::iter(asked).buffered(CONCURRENT_QUERIES);
        let mut run = Run::default();
        while let Some((query, hits)) = answers.try_next().await? {
            run.insert(query, by_document(hits));
        }
        Ok(run)
    }

    /// Asks both legs, each alone.
    pub(super) async fn legs(&self, queries: impl Iterator<Item = &Query>) -> Result<Legs> {
        let asked = queries.map(|query| async move {
            let keyword = self.ask(query, ModeArg::Keyword).await?;
            let semantic = self.ask(query, ModeArg::Semantic).await?;
            Ok::<_, Error>((query.id.clone(), QueryLegs { keyword, semantic }))
        });
        let queries = futures::stream::iter(asked).buffered(CONCURRENT_QUERIES).try_collect().await?;
        Ok(Legs { queries })
    }

    /// The passages of an answer; none for a query without a word that is searched.
    ///
    /// An answer that lacks a leg is refused: it would be measured as if it were whole.
    async fn ask(&self, query: &Query, mode: ModeArg) -> Result<Vec<LegHit>> {
        let mode = SearchMode::from(Mode::from(mode));
        let question =
            SearchQuery::literal(&query.text, PASSAGES)?.with_mode(mode).with_options(options(mode))?;
        let answer = match self.instance.engine().search(&self.ctx, question).await {
            Err(error) if error.kind() == ErrorKind::InvalidArgument => return Ok(Vec::new()),
            outcome => outcome?,
        };
        if let Some(missing) = answer.degraded.first() {
            return Err(Error::new(ErrorKind::Unavailable, "a leg is missing from an answer")
                .with_context("leg", missing.leg.as_str())
                .with_context("reason", &missing.reason));
        }
        Ok(whole(answer.hits).iter().map(leg_hit).collect())
    }
}

/// Words are looked for as they are written: which others are known is a matter of time.
fn options(mode: SearchMode) -> SearchOptions {
    let typo_tolerance = (mode != SearchMode::Semantic).then_some(false);
    SearchOptions { typo_tolerance, ..SearchOptions::default() }
}

/// Leaves out what stands level with the last of a full answer: which of those came is chance.
fn whole(mut hits: Vec<Hit>) -> Vec<Hit> {
    if hits.len() == PASSAGES as usize
        && let Some(least) = hits.last().map(|hit| hit.score)
    {
        hits.retain(|hit| hit.score > least);
    }
    hits
}

fn leg_hit(hit: &Hit) -> LegHit {
    let source = hit.citation.source.as_str();
    LegHit {
        document: source.strip_prefix("text:").unwrap_or(source).to_owned(),
        start: hit.citation.span.start(),
        score: hit.score,
    }
}

/// The best passage of each document.
fn by_document(hits: Vec<LegHit>) -> Vec<(String, f32)> {
    let mut seen = BTreeSet::new();
    let best = hits.into_iter().filter(|hit| seen.insert(hit.document.clone()));
    best.map(|hit| (hit.document, hit.score)).collect()
}

fn temporary() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|source| {
        Error::new(ErrorKind::Unavailable, "cannot make a temporary folder").with_source(source)
    })
}

async fn open(folder: &tempfile::TempDir, config: Config) -> Result<Instance> {
    let dir = DataDir::open(Some(folder.path()))?;
    let lock = dir.lock("eval").map_err(LockFailure::into_error)?;
    Box::pin(Instance::open(lock, config, &[])).await
}

async fn store(
    instance: &Instance,
    ctx: &CallContext,
    documents: &[Document],
    keyword: &KeywordSettings,
) -> Result<Sequence> {
    let name: CollectionName = COLLECTION.parse()?;
    let collection = CreateCollection { name: name.clone(), description: String::new(), keyword: *keyword };
    instance.engine().create_collection(ctx, collection).await?;
    let mut last = Sequence::ZERO;
    for document in documents {
        // An empty document cannot be found and is no document for the index either.
        if !(document.title.trim().is_empty() && document.text.trim().is_empty()) {
            let text = ingest_text(document, name.clone());
            last = instance.engine().ingest_text(ctx, text).await?.sequence;
        }
    }
    Ok(last)
}

fn ingest_text(document: &Document, collection: CollectionName) -> IngestText {
    let title = document.title.trim();
    let text = if document.text.trim().is_empty() { &document.title } else { &document.text };
    IngestText {
        collection,
        external_id: document.id.clone(),
        title: (!title.is_empty()).then(|| title.to_owned()),
        format: None,
        text: text.clone(),
        tags: BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::default(),
    }
}
