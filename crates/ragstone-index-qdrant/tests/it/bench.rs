//! The server that the tests run against, and small inputs for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_core::index::{
    IndexAttributes, IndexOperation, IndexQuery, IndexTarget, IndexedChunk, SparseVector,
};
use ragstone_core::metadata::Metadata;
use ragstone_core::{
    CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, GenerationId, IdSource, SourceUri,
    SystemClock, TenantId,
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

pub(crate) const GENERATION: GenerationId = GenerationId::from_uuid(Uuid::from_u128(1));

/// A server, the one that is named or a stand-in of its own, and a prefix that no other test uses.
pub(crate) struct Bench {
    pub(crate) config: QdrantConfig,
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
        Uuid::from_u128(u128::from(std::process::id()) << 64 | u128::from(number))
    }
}

impl Bench {
    #[expect(clippy::print_stdout, reason = "what ran against what is printed")]
    pub(crate) async fn start() -> Self {
        let prefix = format!("test-{:x}", TestIds.fresh().as_u128());
        #[expect(clippy::disallowed_methods, reason = "tests read which server to use")]
        let (url, key) = (std::env::var(URL).ok(), std::env::var(KEY).ok());
        let (config, stand_in) = match url {
            Some(url) => {
                println!("backend: qdrant server of {URL}");
                let config = QdrantConfig::try_new(&url).expect("is a URL");
                let config = key.into_iter().fold(config, |config, key| {
                    config.with_api_key(SecretString::from(key)).expect("is a key")
                });
                (config, None)
            }
            None => {
                println!("backend: qdrant stand-in over the embedded engine");
                let folder = TempDir::new().expect("a directory");
                let server = QdrantStandIn::start(StandInConfig::new(folder.path())).await.expect("starts");
                (QdrantConfig::try_new(&server.url()).expect("is a URL"), Some((server, folder)))
            }
        };
        let prefix: String = prefix.chars().take(32).collect();
        Self { config: config.with_prefix(&prefix).expect("is a prefix"), stand_in }
    }

    pub(crate) fn open(&self) -> QdrantIndex {
        open(self.config.clone())
    }
}

pub(crate) fn open(config: QdrantConfig) -> QdrantIndex {
    QdrantIndex::open(config, Handle::current(), Arc::new(SystemClock), &TestIds).expect("opens")
}

pub(crate) fn ctx() -> CallContext {
    CallContext::system()
}

pub(crate) fn target(number: u128) -> IndexTarget {
    IndexTarget { tenant: TenantId::default(), collection: CollectionId::from_uuid(Uuid::from_u128(number)) }
}

/// A document with one chunk for each list of terms.
pub(crate) fn replace(number: u128, version: u32, chunks: &[&[u32]]) -> IndexOperation {
    let chunk = |(position, terms): (usize, &&[u32])| IndexedChunk {
        id: chunk(number, position as u128),
        keyword: SparseVector::try_new(terms.to_vec(), vec![1.0; terms.len()]).expect("ascends"),
    };
    IndexOperation::Replace {
        document: DocumentId::from_uuid(Uuid::from_u128(number)),
        version: DocumentVersion(version),
        attributes: IndexAttributes {
            source: SourceUri::try_new(format!("text:{number}")).expect("a source"),
            format: "text".to_owned(),
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
        },
        chunks: chunks.iter().enumerate().map(chunk).collect(),
    }
}

pub(crate) fn chunk(document: u128, position: u128) -> ChunkId {
    ChunkId::from_uuid(Uuid::from_u128((document << 64) | position))
}

pub(crate) fn query(target: &IndexTarget, terms: &[u32]) -> IndexQuery {
    IndexQuery {
        target: target.clone(),
        keyword: SparseVector::try_new(terms.to_vec(), vec![1.0; terms.len()]).expect("ascends"),
        filter: None,
        limit: 100,
    }
}
