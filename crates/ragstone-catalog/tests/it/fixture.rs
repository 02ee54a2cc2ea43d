//! A catalog in a directory of its own, and drafts for it.

use std::path::PathBuf;
use std::sync::Arc;

use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::collection::NewCollection;
use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::port::CollectionStore;
use ragstone_core::{
    ByteSpan, CallContext, CollectionId, CollectionName, Digest, LineRange, PageRange, Principal, Scope,
    SourceUri, SystemClock, TenantId,
};
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) struct Fixture {
    pub(crate) catalog: Arc<SqliteCatalog>,
    pub(crate) ctx: CallContext,
    pub(crate) collection: CollectionId,
    folder: TempDir,
}

impl Fixture {
    /// A catalog with the collection `notes` of tenant `acme`.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let catalog = open(folder.path().join("catalog.sqlite")).await;
        let ctx = context_of("acme");
        let collection = create(&catalog, &ctx, "notes", 1).await;
        Self { catalog: Arc::new(catalog), ctx, collection, folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("catalog.sqlite")
    }

    /// Closes the catalog and opens its file again.
    pub(crate) async fn reopen(&mut self) {
        self.catalog.close().await;
        self.catalog = Arc::new(open(self.path()).await);
    }
}

pub(crate) async fn open(path: PathBuf) -> SqliteCatalog {
    SqliteCatalog::open(path, SqliteConfig::default(), Arc::new(SystemClock))
        .await
        .expect("the catalog opens")
}

/// Name and version of the SQLite that is linked.
pub(crate) async fn sqlite() -> String {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.expect("connected");
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await.expect("a version");
    format!("SQLite {version}")
}

pub(crate) fn context_of(tenant: &str) -> CallContext {
    let tenant = TenantId::try_new(tenant).expect("a tenant");
    CallContext::new(Principal::new("tester", tenant, Scope::Admin))
}

pub(crate) fn new_collection(name: &str, id: u128) -> NewCollection {
    NewCollection {
        id: CollectionId::from_uuid(Uuid::from_u128(id)),
        name: CollectionName::try_new(name).expect("a name"),
        description: format!("about {name}"),
        keyword: ragstone_core::collection::KeywordSettings::default(),
    }
}

pub(crate) async fn create(
    catalog: &impl CollectionStore,
    ctx: &CallContext,
    name: &str,
    id: u128,
) -> CollectionId {
    catalog.create_collection(ctx, new_collection(name, id)).await.expect("created").id
}

/// A draft with a chunk for each line.
pub(crate) fn draft(source: &str, text: &str) -> DocumentDraft {
    let mut start = 0;
    let mut chunks = Vec::new();
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let end = start + line.len();
        chunks.push(ChunkDraft {
            span: ByteSpan::try_new(start, end).expect("a span"),
            lines: LineRange::try_new(number, number).expect("lines"),
            pages: PageRange::try_new(number, number + 1),
            headings: vec!["Top".to_owned(), format!("Line \"{number}\"")],
            terms: 2,
        });
        start = end;
    }
    DocumentDraft {
        source: SourceUri::try_new(source).expect("a source"),
        title: format!("Title of {source}"),
        format: "text".to_owned(),
        language: None,
        content_digest: Digest::of(text.as_bytes()),
        recipe: "lines v1".to_owned(),
        is_verbatim: true,
        text: text.to_owned(),
        chunks,
        signature: None,
        stamp: None,
        tags: ["a", "b"].map(str::to_owned).into(),
        metadata: [("year".to_owned(), ragstone_core::metadata::MetadataValue::Integer(2026))].into(),
        access: ragstone_core::AccessList::OPEN,
    }
}
