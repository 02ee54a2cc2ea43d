//! Words of a query that no passage has, and the words that they may have been meant to be.
//!
//! A vocabulary proposes, and the index decides: a word is looked for, or shown, where the caller finds it in a passage
//! that the caller may read ([`proof`](super::proof)), and not otherwise.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ragstone_core::collection::{AnalyzerChoice, Collection};
use ragstone_core::{ByteSpan, CallContext, Filter, Result, SearchMode, SearchQuery};
use ragstone_text::surface_words;

use super::lexicon::{Lexicon, Proposal};
use super::respelling::{Candidate, Respelling, Respellings};
use crate::analyzers::analyzer;
use crate::engine::Engine;

/// Fewest letters of a word that may be misspelt: shorter ones are near too many others.
const LEAST_LETTERS: usize = 4;
/// Fewest letters of a word that may have two mistakes.
const LEAST_LETTERS_OF_TWO: usize = 8;
/// Words of a query that are looked at, the first ones: a text that was pasted is no misspelt query.
const MOST_WORDS: usize = 8;
/// Spellings of a word that are looked for.
const MOST_CANDIDATES: usize = 3;
/// Spellings of a word that the index is asked for, of those that open documents have had, and as many of the others.
const MOST_PROPOSALS: usize = 64;

/// A word that no vocabulary knows from a document that everybody may read.
#[derive(Debug)]
pub(super) struct Unknown {
    pub(super) word: String,
    /// Where it stands in the text.
    pub(super) spans: Vec<ByteSpan>,
}

/// How the words of a text are spelt, by the vocabularies of the collections in scope.
#[derive(Default)]
pub(super) struct Spelling {
    pub(super) lexicon: Lexicon,
    /// In the order of the text.
    pub(super) unknown: Vec<Unknown>,
}

impl Spelling {
    /// What the spelling of the words depends on; nothing where all of them are known.
    pub(super) fn state(&self) -> Vec<u8> {
        if self.unknown.is_empty() { Vec::new() } else { self.lexicon.state() }
    }
}

impl Engine {
    /// How the words of a query are spelt; nothing where only the words themselves are looked for.
    pub(super) async fn spelling_of(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
        collections: &[Arc<Collection>],
    ) -> Result<Spelling> {
        if query.mode() == SearchMode::Semantic || query.options().typo_tolerance == Some(false) {
            return Ok(Spelling::default());
        }
        self.spelling(ctx, collections, query.text(), query.parsed().loose()).await
    }

    /// Looks up the words at some places of a text. Costs no call where the vocabularies are in memory.
    pub(super) async fn spelling(
        &self,
        ctx: &CallContext,
        collections: &[Arc<Collection>],
        text: &str,
        places: &[ByteSpan],
    ) -> Result<Spelling> {
        let words = words_at(text, places);
        if words.is_empty() {
            return Ok(Spelling::default());
        }
        let lexicon = self.lexicon(ctx, collections).await?;
        let unknown =
            words.into_iter().filter(|unknown| !lexicon.knows(&unknown.word)).take(MOST_WORDS).collect();
        Ok(Spelling { lexicon, unknown })
    }

    /// Other spellings of the unknown words that no passage has which the caller may read.
    ///
    /// Candidates are words of passages that `filter` admits. Costs a question to each index in scope for each unknown
    /// word, and for each word of no passage one for each proposal, and a read of passages.
    pub(super) async fn respelt(
        &self,
        ctx: &CallContext,
        spelling: &Spelling,
        filter: Option<&Filter>,
    ) -> Result<Respellings> {
        let mut respellings = Vec::new();
        for unknown in &spelling.unknown {
            if self.is_held(ctx, &spelling.lexicon, &unknown.word).await? {
                continue;
            }
            let candidates = self.candidates_for(ctx, spelling, &unknown.word, filter).await?;
            if !candidates.is_empty() {
                let (word, count) = (unknown.word.clone(), unknown.spans.len());
                respellings.push(Respelling { word, count, candidates });
            }
        }
        Ok(Respellings::new(respellings))
    }

    /// The likeliest words of the least distance at which there is one: by how far they begin alike, by the passages that
    /// have them, by the alphabet.
    ///
    /// Proposals that begin alike as far as each other are asked for together, so that what a caller may not read never
    /// decides between those that the caller may.
    async fn candidates_for(
        &self,
        ctx: &CallContext,
        spelling: &Spelling,
        word: &str,
        filter: Option<&Filter>,
    ) -> Result<Vec<Candidate>> {
        let (mut candidates, mut terms): (Vec<Candidate>, _) = (Vec::new(), BTreeSet::new());
        for ((distance, _), proposals) in self.proposals(&spelling.lexicon, word) {
            let is_farther = candidates.last().is_some_and(|nearest| nearest.distance < distance);
            if is_farther || candidates.len() >= MOST_CANDIDATES {
                break;
            }
            let mut proven = self.proven(ctx, &spelling.lexicon, proposals, filter).await?;
            proven.sort_by(|left, right| {
                right.passages.cmp(&left.passages).then_with(|| left.text.cmp(&right.text))
            });
            for proven in proven {
                // Words of one term find the same.
                if terms.insert(spelling.lexicon.terms(&proven.text)) {
                    candidates.push(Candidate { text: proven.text, distance });
                }
            }
        }
        candidates.truncate(MOST_CANDIDATES);
        Ok(candidates)
    }

    /// Words that are spelt nearly like another one and begin as it does, by distance and by how far they begin alike.
    fn proposals(&self, lexicon: &Lexicon, word: &str) -> BTreeMap<(u8, Reverse<usize>), Vec<String>> {
        let most = if letters(word) >= LEAST_LETTERS_OF_TWO { 2 } else { 1 };
        let automaton = self.shared.vocabularies.automata.near(word, most);
        let mut ranked: BTreeSet<(u8, Reverse<usize>, Proposal)> = BTreeSet::new();
        lexicon.near(&automaton, |proposal, distance| {
            if distance > 0 && begins_alike(word, &proposal.text) {
                ranked.insert((distance, Reverse(common_start(word, &proposal.text)), proposal));
            }
        });
        let (mut open, mut guarded) = (0, 0);
        let mut groups: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for (distance, start, proposal) in ranked {
            let count = if proposal.is_open { &mut open } else { &mut guarded };
            *count += 1;
            if *count <= MOST_PROPOSALS {
                groups.entry((distance, start)).or_default().push(proposal.text);
            }
        }
        groups
    }
}

/// Words that may be misspelt, each once.
fn words_at(text: &str, places: &[ByteSpan]) -> Vec<Unknown> {
    let analyzer = analyzer(AnalyzerChoice::English);
    let mut words: Vec<Unknown> = Vec::new();
    for place in places {
        for found in surface_words(analyzer, place.slice(text).unwrap_or_default()) {
            let (start, end) = (place.start() + found.span.start(), place.start() + found.span.end());
            let Some(span) = ByteSpan::try_new(start, end) else { continue };
            match words.iter_mut().find(|known| known.word == found.text) {
                Some(known) => known.spans.push(span),
                None if letters(&found.text) >= LEAST_LETTERS => {
                    words.push(Unknown { word: found.text, spans: vec![span] });
                }
                None => {}
            }
        }
    }
    words
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

/// Whether both begin with the same letter, or with the same two in another order: few mistakes are made in the first.
fn begins_alike(left: &str, right: &str) -> bool {
    let start = |word: &str| {
        let mut letters = word.chars();
        (letters.next(), letters.next())
    };
    let (left, right) = (start(left), start(right));
    left.0 == right.0 || (left.0 == right.1 && left.1 == right.0)
}

/// Letters with which both begin.
fn common_start(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}
