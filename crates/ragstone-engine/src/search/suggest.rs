//! Suggestions for a query that is being written.

use std::cmp::Reverse;
use std::sync::Arc;

use ragstone_core::answer::Degradation;
use ragstone_core::collection::Collection;
use ragstone_core::query::QueryText;
use ragstone_core::suggestion::{SuggestQuery, Suggestions};
use ragstone_core::{ByteSpan, CallContext, Result, Scope};

use super::lexicon::{Lexicon, Proposal};
use crate::engine::Engine;

/// Words that the index is asked for, for each completion that is wanted, of those that open documents have had, and as
/// many of the others.
const PROPOSALS_FOR_EACH: usize = 2;
/// The same, at least.
const LEAST_PROPOSALS: usize = 16;
/// The same, at most.
const MOST_PROPOSALS: usize = 64;

impl Engine {
    /// Completes the last word of a text, and tells how the text may have been meant.
    ///
    /// Every word that is shown stands in a passage that the caller may read. Errors: `NotFound` for an unknown
    /// collection, `DeadlineExceeded`; a collection whose index cannot be asked is named in
    /// [`Suggestions::degraded`]. Cost: a question to the index for each word that may be shown, up to some hundred, and
    /// a read of passages for each kind of suggestion.
    pub async fn suggest(&self, ctx: &CallContext, query: SuggestQuery) -> Result<Suggestions> {
        ctx.principal().require(Scope::Read)?;
        let collections = self.named_or_all(ctx, query.collections()).await?;
        let text = query.text();
        // What is being written may not be a query yet.
        let parsed = QueryText::parse(text).unwrap_or_else(|_| QueryText::literal(text));
        let last = last_word(text, parsed.loose());
        let lexicon = self.lexicon(ctx, &collections).await?;
        let completions = match last.and_then(|span| span.slice(text)) {
            Some(prefix) => self.completions(ctx, &lexicon, prefix, query.limit() as usize).await?,
            None => Vec::new(),
        };
        // A word that can be completed is not misspelt, but not at its end.
        let unfinished = last.filter(|_| !completions.is_empty());
        let (did_you_mean, mut degraded) =
            self.did_you_mean(ctx, &collections, text, &places(parsed.loose(), unfinished)).await?;
        degraded.extend(lexicon.degraded());
        degraded.sort_by(|left, right| left.collection.cmp(&right.collection));
        degraded.dedup_by(|left, right| left.collection == right.collection);
        Ok(Suggestions { completions, did_you_mean, degraded })
    }

    /// The words that begin with `prefix`, by the passages that have them, then the shortest first.
    async fn completions(
        &self,
        ctx: &CallContext,
        lexicon: &Lexicon,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<String>> {
        let prefix = prefix.to_lowercase();
        let most = (limit * PROPOSALS_FOR_EACH).clamp(LEAST_PROPOSALS, MOST_PROPOSALS);
        let mut words: Vec<Proposal> = lexicon.beginning(&prefix);
        words.retain(|proposal| proposal.text != prefix);
        words.sort_by_cached_key(|proposal| proposal.text.chars().count());
        let (open, guarded): (Vec<_>, Vec<_>) = words.into_iter().partition(|proposal| proposal.is_open);
        let proposals = open.into_iter().take(most).chain(guarded.into_iter().take(most));
        let proposals = proposals.map(|proposal| proposal.text).collect();
        let mut proven = self.proven(ctx, lexicon, proposals, None).await?;
        proven.sort_by_cached_key(|proven| {
            (Reverse(proven.passages), proven.text.chars().count(), proven.text.clone())
        });
        Ok(proven.into_iter().take(limit).map(|proven| proven.text).collect())
    }

    /// The text with the likeliest spelling of each word that nothing has; `None` where there is no other one.
    async fn did_you_mean(
        &self,
        ctx: &CallContext,
        collections: &[Arc<Collection>],
        text: &str,
        places: &[ByteSpan],
    ) -> Result<(Option<String>, Vec<Degradation>)> {
        let spelling = self.spelling(ctx, collections, text, places).await?;
        let respellings = self.respelt(ctx, &spelling, None).await?;
        let mut replaced: Vec<(ByteSpan, &str)> = Vec::new();
        for unknown in &spelling.unknown {
            if let Some(likeliest) = respellings.likeliest(&unknown.word) {
                replaced.extend(unknown.spans.iter().map(|span| (*span, likeliest)));
            }
        }
        replaced.sort_by_key(|(span, _)| span.start());
        let text = (!replaced.is_empty()).then(|| with(text, &replaced));
        Ok((text, spelling.lexicon.degraded()))
    }
}

/// The letters at the end of a text, where they belong to no operator.
fn last_word(text: &str, loose: &[ByteSpan]) -> Option<ByteSpan> {
    let letters = text.trim_end_matches(char::is_alphabetic).len();
    let span = ByteSpan::try_new(letters, text.len()).filter(|span| !span.is_empty())?;
    loose.iter().any(|place| place.contains(span)).then_some(span)
}

/// The places without what is unfinished at the end.
fn places(loose: &[ByteSpan], unfinished: Option<ByteSpan>) -> Vec<ByteSpan> {
    let Some(unfinished) = unfinished else { return loose.to_vec() };
    let rest = loose.iter().filter_map(|place| {
        ByteSpan::try_new(place.start(), place.end().min(unfinished.start()).max(place.start()))
    });
    rest.collect()
}

/// The text with others in place of some of its words, which ascend and are apart.
fn with(text: &str, replaced: &[(ByteSpan, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, word) in replaced {
        out.push_str(text.get(at..span.start()).unwrap_or_default());
        out.push_str(word);
        at = span.end();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(text: &str) -> Option<&str> {
        let parsed = QueryText::parse(text).unwrap_or_else(|_| QueryText::literal(text));
        last_word(text, parsed.loose())?.slice(text)
    }

    #[test]
    fn the_last_word_is_what_is_being_written() {
        for (text, expected) in [
            ("own", Some("own")),
            ("the borrow chec", Some("chec")),
            ("ёлк", Some("ёлк")),
            (r#"the "borrow chec"#, Some("chec")),
            ("std::syn", Some("syn")),
            ("own ", None),
            ("own?", None),
            (r#"the "borrow checker""#, None),
            ("owner tag:rus", None),
            ("owner -chec", None),
            ("42", None),
        ] {
            assert_eq!(last(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_replaced_in_their_places() {
        let text = "the ownershp, of valeus";
        let span = |word: &str| {
            let start = text.find(word).expect("is there");
            ByteSpan::try_new(start, start + word.len()).expect("in order")
        };
        let replaced = [(span("ownershp"), "ownership"), (span("valeus"), "values")];
        assert_eq!(with(text, &replaced), "the ownership, of values");
        let unfinished = places(&[ByteSpan::of(text)], Some(span("valeus")));
        assert_eq!(
            unfinished.iter().filter_map(|place| place.slice(text)).collect::<Vec<_>>(),
            ["the ownershp, of "]
        );
    }
}
