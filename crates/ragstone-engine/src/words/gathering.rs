//! The words of some documents of one collection.

use std::collections::{BTreeMap, HashSet};

use ragstone_core::collection::Collection;
use ragstone_core::document::DocumentContent;
use ragstone_core::port::DynCatalog;
use ragstone_core::word::Word;
use ragstone_core::{CallContext, CollectionId, DocumentId, Error, ErrorKind, Principal, Result};
use ragstone_text::Analyzer;
use ragstone_text::surface::each_surface_word;
use tokio::runtime::Handle;

use super::known::Known;
use crate::analyzers::analyzer_of;
use crate::contents::{Part, next_part};

/// New words that are held before they are stored.
const HELD: usize = 8192;

/// What is gathered in one collection.
pub(super) struct Gathering {
    collection: CollectionId,
    ctx: CallContext,
    analyzer: &'static Analyzer,
    bulk: Handle,
    /// New words, and whether an open document has them.
    words: BTreeMap<String, bool>,
    /// Those that have been stored since.
    stored: Vec<(String, bool)>,
}

impl Gathering {
    pub(super) fn of(collection: &Collection, bulk: Handle) -> Self {
        Self {
            collection: collection.id,
            ctx: CallContext::new(Principal::system_of(collection.tenant.clone())),
            analyzer: analyzer_of(collection),
            bulk,
            words: BTreeMap::new(),
            stored: Vec::new(),
        }
    }

    /// Takes in the words of the first ones of some documents as they are now, and answers with the others.
    pub(super) async fn take<'d>(
        &mut self,
        catalog: &dyn DynCatalog,
        known: &Known,
        documents: &'d [DocumentId],
    ) -> Result<&'d [DocumentId]> {
        let Part { contents, rest, .. } = next_part(catalog, &self.ctx, documents).await?;
        let analyzer = self.analyzer;
        let gathering = move || {
            let words =
                |content: &DocumentContent| (words_of(analyzer, content), content.document.access.is_open());
            contents.iter().map(words).collect::<Vec<_>>()
        };
        let words = self.bulk.spawn_blocking(gathering).await.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot read the words of documents").with_source(source)
        })?;
        for (words, is_open) in words {
            for word in words.into_iter().filter(|word| !known.has(self.collection, word, is_open)) {
                *self.words.entry(word).or_default() |= is_open;
            }
        }
        if self.words.len() >= HELD {
            self.add(catalog).await?;
        }
        Ok(rest)
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
