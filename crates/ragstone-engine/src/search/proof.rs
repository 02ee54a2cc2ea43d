//! The proof that a caller can find a word, without which none is shown.
//!
//! The index is asked for the term of the word as the caller, and a passage that it finds must have the word itself: other
//! words share its term, and may be all that the caller can read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use ragstone_core::collection::Collection;
use ragstone_core::{CallContext, ChunkId, ErrorKind, Filter, Result};

use super::leg::is_of_the_index;
use super::lexicon::Lexicon;
use crate::analyzers::analyzer_of;
use crate::engine::Engine;

/// Passages of a collection that are looked at for a word: as many as tell rare words from frequent ones.
const PASSAGES: usize = 8;
/// Passages that are looked at for a word in all collections together.
const PASSAGES_IN_ALL: usize = 24;
/// Questions that are asked at the same time.
const CONCURRENT_QUESTIONS: usize = 8;

/// A term that is asked for in a collection.
struct Question {
    /// Number of the word.
    at: usize,
    collection: Arc<Collection>,
    term: u32,
}

/// A word that the caller can find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proven {
    pub(super) text: String,
    /// Passages that have it, of those that were looked at.
    pub(super) passages: usize,
}

impl Engine {
    /// Whether any passage that the caller may read has a word of the same term.
    pub(super) async fn is_held(&self, ctx: &CallContext, lexicon: &Lexicon, word: &str) -> Result<bool> {
        let places = lexicon.collections().map(|collection| (0, collection)).collect();
        let held = self.holders(ctx, lexicon, &[word.to_owned()], places, None).await?;
        Ok(!held.is_empty())
    }

    /// Those of the words that stand in a passage that the caller may read and the filter admits.
    ///
    /// Costs a question to the index for each word and collection that may have it, eight at a time, and one read of the
    /// passages. A collection that cannot answer is missing.
    pub(super) async fn proven(
        &self,
        ctx: &CallContext,
        lexicon: &Lexicon,
        words: Vec<String>,
        filter: Option<&Filter>,
    ) -> Result<Vec<Proven>> {
        let mut places = Vec::new();
        for (at, word) in words.iter().enumerate() {
            places.extend(lexicon.having(word).map(|collection| (at, collection)));
        }
        let held = self.holders(ctx, lexicon, &words, places, filter).await?;
        let chunks: BTreeSet<ChunkId> = held.values().flatten().copied().collect();
        let passages = self.catalog().passages(ctx, &chunks.into_iter().collect::<Vec<_>>()).await?;
        let wanted: BTreeSet<&str> = words.iter().map(String::as_str).collect();
        let read = passages.iter().map(|passage| (passage.chunk.id, lexicon.words_of(passage, &wanted)));
        let read: HashMap<ChunkId, BTreeSet<String>> = read.collect();
        let has = |chunk: &ChunkId, word: &String| read.get(chunk).is_some_and(|words| words.contains(word));
        let proven = words.iter().enumerate().map(|(at, word)| {
            let passages = held.get(&at).into_iter().flatten().filter(|chunk| has(chunk, word)).count();
            Proven { text: word.clone(), passages }
        });
        Ok(proven.filter(|proven| proven.passages > 0).collect())
    }

    /// Chunks that have the terms of words, by the number of the word, in the collections where each is asked for.
    async fn holders(
        &self,
        ctx: &CallContext,
        lexicon: &Lexicon,
        words: &[String],
        places: Vec<(usize, &Arc<Collection>)>,
        filter: Option<&Filter>,
    ) -> Result<BTreeMap<usize, Vec<ChunkId>>> {
        let questions: Vec<Question> = places
            .into_iter()
            .filter_map(|(at, collection)| {
                let term = analyzer_of(collection).term_of(words.get(at)?)?;
                Some(Question { at, collection: Arc::clone(collection), term })
            })
            .collect();
        let answers: Vec<(usize, Vec<ChunkId>)> = futures::stream::iter(questions)
            .map(|question| self.holder(ctx, lexicon, question, filter))
            .buffered(CONCURRENT_QUESTIONS)
            .try_collect()
            .await?;
        let mut held: BTreeMap<usize, Vec<ChunkId>> = BTreeMap::new();
        for (at, chunks) in answers.into_iter().filter(|(_, chunks)| !chunks.is_empty()) {
            let known = held.entry(at).or_default();
            let room = PASSAGES_IN_ALL.saturating_sub(known.len());
            known.extend(chunks.into_iter().take(room));
        }
        Ok(held)
    }

    /// Chunks that have the term of one word in one collection; none where the collection cannot answer.
    async fn holder(
        &self,
        ctx: &CallContext,
        lexicon: &Lexicon,
        question: Question,
        filter: Option<&Filter>,
    ) -> Result<(usize, Vec<ChunkId>)> {
        let Question { at, collection, term } = question;
        match self.chunks_with(ctx, &collection, term, filter, PASSAGES).await {
            Ok(chunks) => Ok((at, chunks)),
            Err(error) if is_of_the_index(&error) => {
                if error.kind() == ErrorKind::Corrupt {
                    self.shared.projector.doubts().raise(collection.id);
                }
                lexicon.miss(&collection, error.kind());
                Ok((at, Vec::new()))
            }
            Err(error) => Err(error),
        }
    }
}
