//! The words of some documents of one collection.

use std::collections::{BTreeMap, HashSet};

use ragstone_core::change::{Change, ChangeKind};
use ragstone_core::collection::Collection;
use ragstone_core::document::DocumentContent;
use ragstone_core::port::DynCatalog;
use ragstone_core::word::Word;
use ragstone_core::{CallContext, CollectionId, Error, ErrorKind, Principal, Result};
use ragstone_text::Analyzer;
use ragstone_text::surface::each_surface_word;

use super::known::Known;
use crate::analyzers::analyzer_of;

/// New words that are held before they are stored.
const HELD: usize = 8192;

/// What is gathered in one collection.
pub(super) struct Gathering {
    collection: CollectionId,
    ctx: CallContext,
    analyzer: &'static Analyzer,
    /// New words, and whether an open document has them.
    words: BTreeMap<String, bool>,
    /// Those that have been stored since.
    stored: Vec<(String, bool)>,
}

impl Gathering {
    pub(super) fn of(collection: &Collection) -> Self {
        Self {
            collection: collection.id,
            ctx: CallContext::new(Principal::system_of(collection.tenant.clone())),
            analyzer: analyzer_of(collection),
            words: BTreeMap::new(),
            stored: Vec::new(),
        }
    }

    /// Takes in the words of a document as it is now, unless it has gone.
    pub(super) async fn take(
        &mut self,
        catalog: &dyn DynCatalog,
        known: &Known,
        change: Change,
    ) -> Result<()> {
        if change.kind != ChangeKind::Stored {
            return Ok(());
        }
        let content = match catalog.document_content(&self.ctx, change.document).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            outcome => outcome?,
        };
        let is_open = content.document.access.is_open();
        let analyzer = self.analyzer;
        let words = tokio::task::spawn_blocking(move || words_of(analyzer, &content)).await;
        let words = words.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot read the words of a document").with_source(source)
        })?;
        for word in words.into_iter().filter(|word| !known.has(self.collection, word, is_open)) {
            *self.words.entry(word).or_default() |= is_open;
        }
        if self.words.len() >= HELD {
            self.add(catalog).await?;
        }
        Ok(())
    }

    /// Stores what is held, and notes it.
    pub(super) async fn store(&mut self, catalog: &dyn DynCatalog, known: &mut Known) -> Result<()> {
        self.add(catalog).await?;
        for (word, is_open) in self.stored.drain(..) {
            known.note(self.collection, &word, is_open);
        }
        Ok(())
    }

    /// A collection that has gone meanwhile needs no words.
    async fn add(&mut self, catalog: &dyn DynCatalog) -> Result<()> {
        if self.words.is_empty() {
            return Ok(());
        }
        let word = |(text, is_open): (&String, &bool)| Word { text: text.clone(), is_open: *is_open };
        let words = self.words.iter().map(word).collect();
        match catalog.add_words(&self.ctx, self.collection, words).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => self.stored.extend(std::mem::take(&mut self.words)),
        }
        Ok(())
    }
}

/// The words that a document is found by: those of its title, its headings and its text.
fn words_of(analyzer: &Analyzer, content: &DocumentContent) -> HashSet<String> {
    let DocumentContent { document, text, chunks } = content;
    let mut words = HashSet::new();
    let mut headings: Vec<&String> = chunks.iter().flat_map(|chunk| &chunk.headings).collect();
    headings.sort_unstable();
    headings.dedup();
    for part in headings.into_iter().chain([&document.title, text]) {
        each_surface_word(analyzer, part, |word, _, _| {
            if !words.contains(word) {
                words.insert(word.to_owned());
            }
        });
    }
    words
}
