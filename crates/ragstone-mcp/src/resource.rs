//! Documents and passages as resources.

use ragstone_api::page::PageQuery;
use ragstone_core::document::Document;
use ragstone_core::page::PageRequest;
use ragstone_core::request::TextRange;
use ragstone_core::{ChunkId, CollectionName, DocumentId, Error, ErrorKind, Result};
use rmcp::model::{
    CacheScope, ListResourcesResult, MetaObject, ReadResourceResult, Resource, ResourceContents,
    ResourceTemplate,
};

use crate::budget::{self, TokenBudget};
use crate::tool::Call;

const DOCUMENTS: &str = "ragstone://documents/";
const CHUNKS: &str = "ragstone://chunks/";
const LISTING: &str = "resources";
const PAGE_SIZE: u32 = 100;
/// Separates collection and source in a cursor; neither can contain it.
const SEPARATOR: char = '\n';
/// Key of the URI of the rest of a long text.
const NEXT_META_KEY: &str = "ragstone/next";

// ---- Templates ----

/// The two kinds of resources.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(format!("{DOCUMENTS}{{id}}"), "document")
            .with_title("Document")
            .with_description(
                "Extracted text of a document. A long text is cut; _meta then holds the URI of the rest.",
            )
            .with_mime_type("text/plain"),
        ResourceTemplate::new(format!("{CHUNKS}{{id}}"), "chunk")
            .with_title("Passage")
            .with_description("Text of one passage, by the chunk id of a citation")
            .with_mime_type("text/plain"),
    ]
}

// ---- Listing ----

/// Lists the documents of one collection after the other.
///
/// A page holds documents of one collection, and may hold none where another page follows.
pub(crate) async fn list(call: &Call<'_>, cursor: Option<String>) -> Result<ListResourcesResult> {
    let query = PageQuery { page_size: Some(PAGE_SIZE), cursor };
    let request = call.open_page(LISTING, query)?;
    let position = request.after_key().and_then(|key| key.split_once(SEPARATOR));
    let (resources, next) = match position {
        Some((name, "")) => page_of(call, &CollectionName::try_new(name)?, None).await?,
        Some((name, source)) => page_of(call, &CollectionName::try_new(name)?, Some(source)).await?,
        None => match collection_after(call, None).await? {
            Some(first) => page_of(call, &first, None).await?,
            None => (Vec::new(), None),
        },
    };
    let mut result =
        ListResourcesResult::with_all_items(resources).with_ttl_ms(0).with_cache_scope(CacheScope::Private);
    result.next_cursor = call.seal(LISTING, next);
    Ok(result)
}

/// The documents behind `source`, and the key behind them.
async fn page_of(
    call: &Call<'_>,
    name: &CollectionName,
    source: Option<&str>,
) -> Result<(Vec<Resource>, Option<String>)> {
    let mut request = PageRequest::try_new(PAGE_SIZE)?;
    if let Some(source) = source {
        request = request.after(source);
    }
    let page = match call.engine.documents(&call.context, name, &request).await {
        Ok(page) => Some(page),
        // Deleted since the cursor was given out.
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let (documents, next) = page.map(|page| (page.items, page.next)).unwrap_or_default();
    let next = match next {
        Some(source) => Some(format!("{name}{SEPARATOR}{source}")),
        None => collection_after(call, Some(name)).await?.map(|following| format!("{following}{SEPARATOR}")),
    };
    Ok((documents.iter().map(listed).collect(), next))
}

async fn collection_after(call: &Call<'_>, name: Option<&CollectionName>) -> Result<Option<CollectionName>> {
    let mut request = PageRequest::try_new(1)?;
    if let Some(name) = name {
        request = request.after(name.as_str());
    }
    let page = call.engine.collections(&call.context, &request).await?;
    Ok(page.items.into_iter().next().map(|overview| overview.collection.name))
}

fn listed(document: &Document) -> Resource {
    Resource::new(format!("{DOCUMENTS}{}", document.id), document.source.as_str())
        .with_title(document.title.as_str())
        .with_description(format!("Version {} of a {} document", document.version, document.format))
        .with_mime_type(media_type(&document.format))
        .with_size(document.text_len)
}

// ---- Reading ----

/// Reads a resource; anything that is none is `NotFound`.
pub(crate) async fn read(call: &Call<'_>, uri: &str) -> Result<ReadResourceResult> {
    let contents = match Address::parse(uri).ok_or_else(not_found)? {
        Address::Document { id, start } => document(call, uri, id, start).await?,
        Address::Chunk(id) => {
            let passage = call.engine.passage(&call.context, id).await?;
            ResourceContents::text(passage.text, uri).with_mime_type(media_type(&passage.document.format))
        }
    };
    Ok(ReadResourceResult::new(vec![contents]).with_ttl_ms(0).with_cache_scope(CacheScope::Private))
}

async fn document(call: &Call<'_>, uri: &str, id: DocumentId, start: usize) -> Result<ResourceContents> {
    let range = TextRange { start, max_len: TokenBudget::MAX.quarters() };
    let part = call.engine.read_text(&call.context, id, range).await?;
    let kept = budget::prefix_len(&part.text, TokenBudget::MAX.quarters());
    let next = if kept < part.text.len() { Some(part.span.start() + kept) } else { part.next };
    let text = part.text.get(..kept).unwrap_or_default();
    let contents = ResourceContents::text(text, uri).with_mime_type(media_type(&part.document.format));
    let Some(next) = next else {
        return Ok(contents);
    };
    let mut meta = MetaObject::default();
    meta.insert(NEXT_META_KEY.to_owned(), format!("{DOCUMENTS}{id}?start={next}").into());
    Ok(contents.with_meta(meta))
}

fn not_found() -> Error {
    Error::new(ErrorKind::NotFound, "there is no such resource").with_help(format!(
        "resources are {DOCUMENTS}{{id}} and {CHUNKS}{{id}}, with ids from citations and listings"
    ))
}

fn media_type(format: &str) -> &'static str {
    match format {
        "markdown" => "text/markdown",
        "json" => "application/json",
        "csv" => "text/csv",
        _ => "text/plain",
    }
}

/// What a URI points at.
#[derive(Debug, PartialEq, Eq)]
enum Address {
    Document { id: DocumentId, start: usize },
    Chunk(ChunkId),
}

impl Address {
    fn parse(uri: &str) -> Option<Self> {
        if let Some(id) = uri.strip_prefix(CHUNKS) {
            return id.parse().ok().map(Self::Chunk);
        }
        let rest = uri.strip_prefix(DOCUMENTS)?;
        let (id, start) = match rest.split_once("?start=") {
            Some((id, start)) => (id, start.parse().ok()?),
            None => (rest, 0),
        };
        let id = id.parse().ok()?;
        Some(Self::Document { id, start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_strictly() {
        let id = "00000000-0000-0000-0000-000000000001";
        let document = |start| {
            let id = id.parse().expect("is an id");
            Some(Address::Document { id, start })
        };
        assert_eq!(Address::parse(&format!("{DOCUMENTS}{id}")), document(0));
        assert_eq!(Address::parse(&format!("{DOCUMENTS}{id}?start=7")), document(7));
        let chunk = id.parse().expect("is an id");
        assert_eq!(Address::parse(&format!("{CHUNKS}{id}")), Some(Address::Chunk(chunk)));
        for wrong in [
            "",
            "test://x",
            DOCUMENTS,
            "ragstone://documents/x",
            "ragstone://chunks/../x",
            "ragstone://documents/00000000-0000-0000-0000-000000000001?start=-1",
            "ragstone://documents/00000000-0000-0000-0000-000000000001?end=1",
        ] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }
}
