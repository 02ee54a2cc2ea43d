//! The tool `list_saved_searches`.

use ragstone_api::page::PageQuery;
use ragstone_api::saved_search::{SavedSearchEntry, SavedSearchPage};
use ragstone_core::Result;

use super::{Call, Tool, fit};

const LISTING: &str = "searches";

pub(super) struct ListSavedSearches;

impl Tool for ListSavedSearches {
    const NAME: &'static str = "list_saved_searches";
    const TITLE: &'static str = "List the saved searches";
    const DESCRIPTION: &'static str = "Lists the searches that people keep under a name, with what each is for and \
        what it looks for. Next: run_saved_search with a name.";
    const OPERATION: &'static str = "searches.list";
    type Input = PageQuery;
    type Output = SavedSearchPage;

    async fn run(call: &Call<'_>, input: PageQuery) -> Result<SavedSearchPage> {
        let request = call.open_page(LISTING, input)?;
        let page = call.engine.saved_searches(&call.context, &request).await?;
        let mut next = page.next;
        let mut searches: Vec<_> = page.items.into_iter().map(SavedSearchEntry::from).collect();
        if fit(&mut searches, call.budget(None)?.quarters() / 2)? {
            next = searches.last().map(|search| search.name.clone());
        }
        Ok(SavedSearchPage { searches, next_cursor: call.seal(LISTING, next) })
    }
}
