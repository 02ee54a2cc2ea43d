//! Words in the in-memory catalog.

use super::MemoryCatalog;
use super::catalog::{is_behind, page_of};
use crate::context::CallContext;
use crate::error::Result;
use crate::id::CollectionId;
use crate::page::{Page, PageRequest};
use crate::port::WordStore;
use crate::word::Word;

impl WordStore for MemoryCatalog {
    async fn add_words(&self, ctx: &CallContext, collection: CollectionId, words: Vec<Word>) -> Result<()> {
        let words = Word::distinct(words)?;
        let mut state = self.state();
        let entry = state.live_mut(ctx, collection)?;
        for Word { text, is_open } in words {
            *entry.words.entry(text).or_default() |= is_open;
        }
        Ok(())
    }

    async fn forget_words(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        self.state().live_mut(ctx, collection)?.words.clear();
        Ok(())
    }

    async fn words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Word>> {
        let state = self.state();
        let words = state.live(ctx, collection)?.words.iter().filter(|(text, _)| is_behind(page, text));
        let words = words.map(|(text, is_open)| Word { text: text.clone(), is_open: *is_open });
        Ok(page_of(words, page, |word| word.text.clone()))
    }
}
