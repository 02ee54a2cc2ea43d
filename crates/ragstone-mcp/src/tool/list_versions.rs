//! The tool `list_versions`.

use ragstone_api::history::StoredVersion;
use ragstone_api::page::PageQuery;
use ragstone_core::history::{DeletionKey, version_key};
use ragstone_core::page::Page;
use ragstone_core::{CollectionName, DocumentId, DocumentVersion, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Tool, fit};

pub(super) struct ListVersions;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of a document, which may be deleted, to list its versions. Give either this or deleted_in.
    #[serde(default)]
    document: Option<String>,
    /// Name of a collection, to list its deleted documents in the version they were deleted with.
    #[serde(default)]
    deleted_in: Option<String>,
    /// Most versions, 1 to 1,000; 50 if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    page_size: Option<u32>,
    /// `next_cursor` of the page before, to read on.
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// The versions, the newest first; of deleted documents the last deleted first.
    versions: Vec<ListedVersion>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ListedVersion {
    /// Id of the document.
    document: String,
    /// Version, from 1.
    version: u32,
    /// Title.
    title: String,
    /// Where it comes from, as a URI.
    source: String,
    /// Bytes of extracted text.
    text_len: u64,
    /// When this version was stored (RFC 3339).
    stored_at: String,
    /// When another version or a deletion followed; left out of the current version.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Position in the listing.
    #[serde(skip)]
    key: String,
}

impl Tool for ListVersions {
    const NAME: &'static str = "list_versions";
    const TITLE: &'static str = "List versions of a document, or deleted documents";
    const DESCRIPTION: &'static str = "Lists the versions of a document that are kept, or the deleted documents of a \
        collection. Call it to see what a document was, or what can be brought back. Next: compare_versions to see what \
        changed, restore_document to bring one back.";
    const OPERATION: &'static str = "documents.list_versions";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let query = PageQuery { page_size: input.page_size, cursor: input.cursor };
        let (listing, page) = match (input.document, input.deleted_in) {
            (Some(document), None) => of_document(call, query, document.parse()?).await?,
            (None, Some(collection)) => deleted(call, query, CollectionName::try_new(collection)?).await?,
            _ => return Err(Error::invalid("document", "give either document or deleted_in")),
        };
        let Page { items: mut versions, mut next } = page;
        if fit(&mut versions, call.budget(None)?.quarters() / 2)? {
            next = versions.last().map(|version| version.key.clone());
        }
        Ok(Output { versions, next_cursor: call.seal(&listing, next) })
    }
}

async fn of_document(
    call: &Call<'_>,
    query: PageQuery,
    id: DocumentId,
) -> Result<(String, Page<ListedVersion>)> {
    let listing = format!("versions {id}");
    let request = call.open_page(&listing, query)?;
    let (collection, page) = call.engine.document_versions(&call.context, id, &request).await?;
    let scope = call.context.principal().scope();
    let listed = page.map(|version| {
        let key = version_key(version.document.version);
        ListedVersion::new(StoredVersion::new(&collection, version, scope), key)
    });
    Ok((listing, listed))
}

async fn deleted(
    call: &Call<'_>,
    query: PageQuery,
    collection: CollectionName,
) -> Result<(String, Page<ListedVersion>)> {
    let listing = format!("deleted documents {collection}");
    let request = call.open_page(&listing, query)?;
    let page = call.engine.deleted_documents(&call.context, &collection, &request).await?;
    let scope = call.context.principal().scope();
    let listed = page.map(|version| {
        let key = version.ended_at.map(|at| DeletionKey::new(at, version.document.id).to_string());
        ListedVersion::new(StoredVersion::new(&collection, version, scope), key.unwrap_or_default())
    });
    Ok((listing, listed))
}

impl ListedVersion {
    fn new(version: StoredVersion, key: String) -> Self {
        let StoredVersion { document, ended_at } = version;
        Self {
            document: document.id,
            version: document.version,
            title: document.title,
            source: document.source,
            text_len: document.text_len,
            stored_at: document.updated_at,
            ended_at,
            key,
        }
    }
}

/// A version as an argument.
pub(super) fn version(number: u32) -> Result<DocumentVersion> {
    number.to_string().parse()
}
