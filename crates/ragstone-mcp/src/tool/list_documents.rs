//! The tool `list_documents`.

use std::collections::BTreeSet;

use ragstone_api::document::Document;
use ragstone_api::page::PageQuery;
use ragstone_core::{CollectionName, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::argument::default_collection;
use super::{Call, Tool, fit};

pub(super) struct ListDocuments;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the collection.
    #[serde(default = "default_collection")]
    collection: String,
    /// Most documents, 1 to 1,000; 50 if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    page_size: Option<u32>,
    /// `next_cursor` of the page before, to read on.
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// The documents, by source.
    documents: Vec<ListedDocument>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ListedDocument {
    /// Id; the same for all versions.
    id: String,
    /// Title.
    title: String,
    /// Where it comes from, as a URI.
    source: String,
    /// Format, such as `markdown`.
    format: String,
    /// Version, from 1.
    version: u32,
    /// Bytes of extracted text.
    text_len: u64,
    /// Labels.
    tags: BTreeSet<String>,
    /// When this version was stored (RFC 3339).
    updated_at: String,
}

impl From<Document> for ListedDocument {
    fn from(document: Document) -> Self {
        Self {
            id: document.id,
            title: document.title,
            source: document.source,
            format: document.format,
            version: document.version,
            text_len: document.text_len,
            tags: document.tags,
            updated_at: document.updated_at,
        }
    }
}

impl Tool for ListDocuments {
    const NAME: &'static str = "list_documents";
    const TITLE: &'static str = "List the documents of a collection";
    const DESCRIPTION: &'static str = "Lists the documents of a collection by source, page by page. Call it to see \
        what there is; call search to find something in it. Next: read_document with an id.";
    const OPERATION: &'static str = "documents.list";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let name = CollectionName::try_new(input.collection)?;
        let listing = format!("documents {name}");
        let query = PageQuery { page_size: input.page_size, cursor: input.cursor };
        let request = call.open_page(&listing, query)?;
        let page = call.engine.documents(&call.context, &name, &request).await?;
        let mut next = page.next;
        let scope = call.context.principal().scope();
        let listed = page.items.into_iter().map(|item| Document::new(&name, item, scope));
        let mut documents: Vec<_> = listed.map(ListedDocument::from).collect();
        // The cursor may take as much as the longest source.
        if fit(&mut documents, call.budget(None)?.quarters() / 2)? {
            next = documents.last().map(|document| document.source.clone());
        }
        Ok(Output { documents, next_cursor: call.seal(&listing, next) })
    }
}
