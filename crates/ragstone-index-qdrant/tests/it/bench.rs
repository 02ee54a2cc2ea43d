//! The server that the tests run against, and small inputs for it.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_conformance::index::corpus::plain_attributes;
pub(crate) use ragstone_conformance::index::corpus::plain_query as query;
use ragstone_core::index::{IndexOperation, IndexTarget, IndexedChunk, SparseVector};
use ragstone_core::{
    CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, GenerationId, IdSource, SystemClock,
    TenantId,
};
use ragstone_index_qdrant::{QdrantConfig, QdrantIndex};
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::runtime::Handle;
use uuid::Uuid;

/// Names the server to run against; its API key, if it asks for one, is in the variable below.
const URL: &str = "RAGSTONE_TEST_QDRANT_URL";
const KEY: &str = "RAGSTONE_TEST_QDRANT_API_KEY";
/// File that tests report to what they ran against: `name<TAB>backend`.
const BACKENDS: &str = "RAGSTONE_BACKEND_REPORT";
/// File that tests report to what they could not try: `name<TAB>reason`.
const SKIPS: &str = "RAGSTONE_SKIP_REPORT";

pub(crate) const GENERATION: GenerationId = GenerationId::from_uuid(Uuid::from_u128(1));

/// A server, the one that is named or a stand-in of its own, and a prefix that no other test uses.
pub(crate) struct Bench {
    pub(crate) config: QdrantConfig,
    /// What the tests run against, with its version.
    pub(crate) backend: String,
    /// Kept so that the server runs and its folder stays.
    pub(crate) stand_in: Option<(QdrantStandIn, TempDir)>,
}

/// Ids of one index among those of all processes that run tests.
#[derive(Debug)]
pub(crate) struct TestIds;

impl IdSource for TestIds {
    fn fresh(&self) -> Uuid {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u128((u128::from(std::process::id()) << 32) | u128::from(number))
    }
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let (config, stand_in) = if let Some(url) = variable(URL) {
            (named_server(&url), None)
        } else {
            let folder = TempDir::new().expect("a directory");
            let server = QdrantStandIn::start(StandInConfig::new(folder.path())).await.expect("starts");
            (QdrantConfig::try_new(&server.url()).expect("is a URL"), Some((server, folder)))
        };
        let kind = if stand_in.is_some() { "stand-in over the embedded engine" } else { "server" };
        let version = open(config.clone()).verify(&ctx()).await.expect("is a Qdrant server");
        let backend = format!("Qdrant {version} ({kind})");
        note(BACKENDS, &backend);
        let prefix = format!("test-{:x}", TestIds.fresh().as_u128());
        Self { config: config.with_prefix(&prefix).expect("is a prefix"), backend, stand_in }
    }

    pub(crate) fn open(&self) -> QdrantIndex {
        open(self.config.clone())
    }
}

fn named_server(url: &str) -> QdrantConfig {
    let config = QdrantConfig::try_new(url).expect("is a URL");
    match variable(KEY) {
        Some(key) => config.with_api_key(SecretString::from(key)).expect("is a key"),
        None => config,
    }
}

#[expect(clippy::disallowed_methods, reason = "tests find their server through the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Says in the output, and in the report that a variable names, what a test ran against or why it did not.
#[expect(clippy::print_stderr, reason = "what ran against what is printed")]
fn note(report: &str, text: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    eprintln!("{name}: {text}");
    if let Some(path) = variable(report) {
        let file = std::fs::File::options().create(true).append(true).open(path);
        writeln!(file.expect("opens the report"), "{name}\t{text}").expect("writes the report");
    }
}

/// Says that the test needs something that this server does not have.
pub(crate) fn skip(reason: &str) {
    note(SKIPS, &format!("skipped: {reason}"));
}

pub(crate) fn open(config: QdrantConfig) -> QdrantIndex {
    QdrantIndex::open(config, Handle::current(), Arc::new(SystemClock), &TestIds).expect("opens")
}

pub(crate) fn ctx() -> CallContext {
    CallContext::system()
}

pub(crate) fn target(number: u128) -> IndexTarget {
    IndexTarget::first_of(TenantId::default(), CollectionId::from_uuid(Uuid::from_u128(number)))
}

/// A document with one chunk for each list of terms.
pub(crate) fn replace(number: u128, version: u32, chunks: &[&[u32]]) -> IndexOperation {
    let chunk = |(position, terms): (usize, &&[u32])| IndexedChunk {
        id: chunk(number, version, position as u128),
        keyword: SparseVector::try_new(terms.to_vec(), vec![1.0; terms.len()]).expect("ascends"),
        dense: None,
    };
    IndexOperation::Replace {
        document: DocumentId::from_uuid(Uuid::from_u128(number)),
        version: DocumentVersion(version),
        attributes: plain_attributes(u32::try_from(number).expect("is small")),
        chunks: chunks.iter().enumerate().map(chunk).collect(),
    }
}

pub(crate) fn chunk(document: u128, version: u32, position: u128) -> ChunkId {
    ChunkId::from_uuid(Uuid::from_u128((document << 64) | (u128::from(version) << 32) | position))
}

/// Version of the document that a chunk is of.
pub(crate) fn version_of(chunk: ChunkId) -> u32 {
    u32::try_from((chunk.as_uuid().as_u128() >> 32) & u128::from(u32::MAX)).expect("32 bits")
}
