//! The tool `list_collections`.

use ragstone_api::collection::{Collection, CollectionPage};
use ragstone_api::page::PageQuery;
use ragstone_core::Result;

use super::{Call, Tool, fit};

const LISTING: &str = "collections";

pub(super) struct ListCollections;

impl Tool for ListCollections {
    const NAME: &'static str = "list_collections";
    const TITLE: &'static str = "List the collections";
    const DESCRIPTION: &'static str = "Lists the collections by name with their descriptions and sizes: what the \
        knowledge base covers. Next: search, or list_documents with a name as collection.";
    const OPERATION: &'static str = "collections.list";
    type Input = PageQuery;
    type Output = CollectionPage;

    async fn run(call: &Call<'_>, input: PageQuery) -> Result<CollectionPage> {
        let request = call.open_page(LISTING, input)?;
        let page = call.engine.collections(&call.context, &request).await?;
        let mut next = page.next;
        let mut collections: Vec<_> = page.items.into_iter().map(Collection::from).collect();
        if fit(&mut collections, call.budget(None)?.quarters() / 2)? {
            next = collections.last().map(|collection| collection.name.clone());
        }
        Ok(CollectionPage { collections, next_cursor: call.seal(LISTING, next) })
    }
}
