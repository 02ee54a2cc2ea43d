//! Showing less of a hit than its passage, or more.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _};
use ragstone_core::answer::{Hit, SearchAnswer};
use ragstone_core::detail::Detail;
use ragstone_core::{ByteSpan, CallContext, Digest, Error, ErrorKind, LineRange, Result, Scope, SearchQuery};
use ragstone_text::snippet;

use crate::context::SNIPPET_CHARS;
use crate::engine::Engine;

/// Most hits of which the documents are shown.
const MAX_FULL_HITS: u32 = 50;
/// Most bytes of a document that are shown.
const MAX_FULL_LEN: usize = 64 << 10;
/// Documents that are read at the same time.
const CONCURRENT_READS: usize = 8;

impl Engine {
    /// Searches, and shows of each hit as much as is wanted. Its citation covers exactly the text that is shown; where
    /// none is, the passage.
    ///
    /// [`Detail::Full`] shows up to 64 KiB of each document around its best hit, and leaves its other hits out. It is
    /// for up to 50 hits, and costs a catalog read for each document; more are `InvalidArgument`. Errors and costs
    /// are else those of [`search`](Self::search).
    pub async fn search_in_detail(
        &self,
        ctx: &CallContext,
        query: SearchQuery,
        detail: Detail,
    ) -> Result<SearchAnswer> {
        ctx.principal().require(Scope::Read)?;
        check_detail(&query, detail)?;
        let mut answer = self.search(ctx, query).await?;
        match detail {
            Detail::Passages => {}
            Detail::Ids => answer.hits.iter_mut().for_each(hide_text),
            Detail::Snippets => answer.hits.iter_mut().for_each(shorten),
            Detail::Full => answer.hits = self.whole(ctx, answer.hits).await?,
        }
        Ok(answer)
    }

    async fn whole(&self, ctx: &CallContext, hits: Vec<Hit>) -> Result<Vec<Hit>> {
        let mut seen = BTreeSet::new();
        let best = hits.into_iter().filter(|hit| seen.insert(hit.document.id));
        let best: Vec<Hit> = best.collect();
        futures::stream::iter(best)
            .map(|hit| self.widened(ctx, hit))
            .buffered(CONCURRENT_READS)
            .try_collect()
            .await
    }

    async fn widened(&self, ctx: &CallContext, mut hit: Hit) -> Result<Hit> {
        match self.catalog().document_content(ctx, hit.document.id).await {
            Ok(content) if content.document.version == hit.citation.version => {
                let window = window_around(&content.text, hit.citation.span);
                show(&mut hit, (&content.text, 0, 1), window);
                Ok(hit)
            }
            // Another version by now: the passage is shown as it was found.
            Ok(_) => Ok(hit),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(hit),
            Err(error) => Err(error),
        }
    }
}

/// Refuses to show more than can be shown of that many hits.
pub(crate) fn check_detail(query: &SearchQuery, detail: Detail) -> Result<()> {
    if detail == Detail::Full && query.limit() > MAX_FULL_HITS {
        let rule = format!("must be at most {MAX_FULL_HITS} to show whole documents");
        return Err(Error::invalid("limit", rule).with_help("ask for passages, or for fewer hits"));
    }
    Ok(())
}

fn hide_text(hit: &mut Hit) {
    hit.text = String::new();
    hit.highlights = Vec::new();
}

fn shorten(hit: &mut Hit) {
    let text = std::mem::take(&mut hit.text);
    let window = snippet(&text, &hit.highlights, SNIPPET_CHARS);
    let window = if window.is_empty() { ByteSpan::of(&text) } else { window };
    let (start, first) = (hit.citation.span.start(), hit.citation.lines.first());
    show(hit, (&text, start, first), window);
}

/// The document, or as much of it as is shown, with the passage in the middle.
fn window_around(text: &str, passage: ByteSpan) -> ByteSpan {
    if text.len() <= MAX_FULL_LEN {
        return ByteSpan::of(text);
    }
    let spare = MAX_FULL_LEN.saturating_sub(passage.len());
    let start = passage.start().saturating_sub(spare / 2).min(text.len() - MAX_FULL_LEN);
    let (start, end) = (text.ceil_char_boundary(start), text.floor_char_boundary(start + MAX_FULL_LEN));
    ByteSpan::try_new(start, end).unwrap_or(passage)
}

/// Shows a window of a text that begins at a byte and a line of its document.
fn show(hit: &mut Hit, (text, start, first_line): (&str, usize, u32), window: ByteSpan) {
    let Some(shown) = window.slice(text) else { return };
    let span = ByteSpan::try_new(start + window.start(), start + window.end());
    let first = first_line.saturating_add(line_breaks(text.get(..window.start()).unwrap_or_default()));
    let lines = LineRange::try_new(first, first.saturating_add(line_breaks(shown)));
    let (Some(span), Some(lines)) = (span, lines) else { return };
    let passage = hit.citation.span;
    let within = |mark: &ByteSpan| {
        let from = (passage.start() + mark.start()).checked_sub(span.start())?;
        let to = (passage.start() + mark.end()).checked_sub(span.start())?;
        ByteSpan::try_new(from, to).filter(|mark| mark.end() <= shown.len())
    };
    hit.highlights = hit.highlights.iter().filter_map(within).collect();
    shown.clone_into(&mut hit.text);
    hit.citation.span = span;
    hit.citation.lines = lines;
    hit.citation.pages = hit.citation.pages.filter(|_| passage.contains(span));
    hit.citation.text_digest = Digest::of(shown.as_bytes());
}

fn line_breaks(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}
