//! An engine over in-memory stores, and short words for what tests do with it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ragstone_core::answer::SearchAnswer;
use ragstone_core::clock::{SequentialIds, SystemClock};
use ragstone_core::document::IngestReceipt;
use ragstone_core::embedding::Dimensions;
use ragstone_core::memory::{HashingModel, MemoryCatalog, MemoryIndex, MemoryJobs};
use ragstone_core::metadata::Metadata;
use ragstone_core::report::IngestReport;
use ragstone_core::request::{IngestPaths, IngestText, PathReading};
use ragstone_core::{AccessList, CallContext, Clock, CollectionName, ErrorKind, Filter, Result, SearchQuery};
use ragstone_engine::{Engine, EngineConfig, NoProgress, Stores};

pub(crate) struct Workbench {
    pub(crate) engine: Engine,
    pub(crate) stores: Stores,
    pub(crate) ctx: CallContext,
    pub(crate) folder: tempfile::TempDir,
}

impl Workbench {
    pub(crate) async fn new() -> Self {
        Self::over(stores(Arc::new(SystemClock)), tempfile::tempdir().expect("temporary folder")).await
    }

    /// A bench whose semantic leg compares hashed words.
    pub(crate) async fn with_model() -> Self {
        let dimensions = Dimensions::try_new(256).expect("in range");
        let model = HashingModel::new(Arc::new(SystemClock), dimensions, 4096);
        let stores = Stores { embedder: Some(Arc::new(model)), ..stores(Arc::new(SystemClock)) };
        Self::over(stores, tempfile::tempdir().expect("temporary folder")).await
    }

    pub(crate) async fn over(stores: Stores, folder: tempfile::TempDir) -> Self {
        Self::configured(stores, folder, EngineConfig::default()).await
    }

    /// A bench with a configuration of its own, but for the roots.
    pub(crate) async fn configured(stores: Stores, folder: tempfile::TempDir, config: EngineConfig) -> Self {
        let config = EngineConfig { roots: vec![folder.path().to_owned()], ..config };
        let engine = Engine::start(stores.clone(), config).await.expect("starts");
        Self { engine, stores, ctx: CallContext::system(), folder }
    }

    /// Drops the engine, as a crash would, and starts another one on the same stores.
    pub(crate) async fn restart(self) -> Self {
        drop(self.engine);
        Self::over(self.stores, self.folder).await
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("has a parent")).expect("creates");
        std::fs::write(&path, content).expect("writes");
        path
    }

    /// Stores texts by their titles and waits until they can be found, by meaning too where there is a model.
    pub(crate) async fn learn_all(&self, texts: &[(&str, &str)]) {
        let mut last = None;
        for (id, text) in texts {
            last = Some(self.put(id, text).await.sequence);
        }
        let last = last.expect("there are texts");
        match &self.stores.embedder {
            None => self.engine.wait_indexed(&self.ctx, last).await.expect("is indexed"),
            Some(_) => self.engine.wait_embedded(&self.ctx, last).await.expect("is embedded"),
        }
    }

    pub(crate) async fn put(&self, id: &str, text: &str) -> IngestReceipt {
        self.engine.ingest_text(&self.ctx, note(id, text)).await.expect("is stored")
    }

    pub(crate) async fn ingest_folder(&self) -> IngestReport {
        self.ingest(&[self.folder.path().to_owned()]).await.expect("is ingested")
    }

    pub(crate) async fn ingest(&self, paths: &[PathBuf]) -> Result<IngestReport> {
        self.ingest_as(paths, BTreeSet::new()).await
    }

    pub(crate) async fn ingest_tagged(&self, tag: &str) -> IngestReport {
        let tags = BTreeSet::from([tag.to_owned()]);
        self.ingest_as(&[self.folder.path().to_owned()], tags).await.expect("is ingested")
    }

    async fn ingest_as(&self, paths: &[PathBuf], tags: BTreeSet<String>) -> Result<IngestReport> {
        self.ingest_request(IngestPaths { tags, ..all(paths) }).await
    }

    /// Ingests as asked, and waits until what was stored is found.
    pub(crate) async fn ingest_request(&self, request: IngestPaths) -> Result<IngestReport> {
        let report = self.engine.ingest_paths(&self.ctx, request, &NoProgress).await?;
        if let Some(sequence) = report.sequence {
            self.engine.wait_indexed(&self.ctx, sequence).await?;
        }
        Ok(report)
    }

    pub(crate) async fn search(&self, text: &str) -> SearchAnswer {
        self.engine.search(&self.ctx, SearchQuery::try_new(text, 10).expect("valid")).await.expect("answers")
    }

    /// Titles of the hits of a query, best first.
    pub(crate) async fn found(&self, query: SearchQuery) -> Vec<String> {
        let answer = self.engine.search(&self.ctx, query).await.expect("answers");
        answer.hits.into_iter().map(|hit| hit.citation.title).collect()
    }

    /// Titles of the hits, best first.
    pub(crate) async fn titles(&self, text: &str) -> Vec<String> {
        self.search(text).await.hits.into_iter().map(|hit| hit.citation.title).collect()
    }

    pub(crate) async fn filtered(&self, text: &str, filter: &str) -> Result<Vec<String>, ErrorKind> {
        let filter = Filter::parse(filter).map_err(|error| error.kind())?;
        let query = SearchQuery::try_new(text, 10).expect("valid").with_filter(Some(filter));
        let answer = self.engine.search(&self.ctx, query).await.map_err(|error| error.kind())?;
        Ok(answer.hits.into_iter().map(|hit| hit.citation.title).collect())
    }
}

/// All that lies at paths.
pub(crate) fn all(paths: &[PathBuf]) -> IngestPaths {
    IngestPaths {
        collection: CollectionName::default(),
        paths: paths.to_vec(),
        reading: PathReading::All,
        is_empty_allowed: false,
        tags: BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    }
}

pub(crate) fn stores(clock: Arc<dyn Clock>) -> Stores {
    let catalog = Arc::new(MemoryCatalog::new(Arc::clone(&clock)));
    Stores {
        jobs: Arc::new(MemoryJobs::new(Arc::clone(&clock)).with_keys(catalog.keys())),
        catalog,
        index: Arc::new(MemoryIndex::new()),
        leases: None,
        embedding_leases: None,
        reranker: None,
        embedder: None,
        models: None,
        answers: None,
        clock,
        ids: Arc::new(SequentialIds::default()),
    }
}

pub(crate) fn note(id: &str, text: &str) -> IngestText {
    IngestText {
        collection: CollectionName::default(),
        external_id: id.to_owned(),
        title: None,
        format: None,
        text: text.to_owned(),
        tags: BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    }
}
