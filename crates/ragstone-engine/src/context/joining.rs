//! Chunks that stand side by side, or share a part, become one extract.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use ragstone_core::{
    ByteSpan, CallContext, DocumentId, DocumentVersion, ErrorKind, LineRange, PageRange, Result,
};

use super::extract::Extract;
use crate::engine::Engine;

/// Longest white space between two chunks that are read as one.
const MAX_GAP: usize = 64;
/// Runs that are read at the same time.
const CONCURRENT_READS: usize = 8;

/// An extract with its place in the ranking.
type Ranked = (usize, Extract);

impl Engine {
    /// Joins extracts of one version of a document that overlap, or between which only white space stands; what two of them
    /// share comes once. The joined one takes the
    /// place of the best of them. Costs a catalog read for each run of neighbours.
    pub(super) async fn joined(&self, ctx: &CallContext, extracts: Vec<Extract>) -> Result<Vec<Extract>> {
        let runs = futures::stream::iter(neighbours(extracts));
        let joined: Vec<Vec<Ranked>> =
            runs.map(|run| self.joined_run(ctx, run)).buffered(CONCURRENT_READS).try_collect().await?;
        let mut joined: Vec<Ranked> = joined.into_iter().flatten().collect();
        joined.sort_by_key(|(rank, _)| *rank);
        Ok(joined.into_iter().map(|(_, extract)| extract).collect())
    }

    async fn joined_run(&self, ctx: &CallContext, run: Vec<Ranked>) -> Result<Vec<Ranked>> {
        let Some((document, span)) = reach(&run) else { return Ok(run) };
        match self.catalog().document_text(ctx, document, span).await {
            Ok(text) => Ok(joined_in(&text, span.start(), run)),
            // The document has changed since it was found: what was read then is shown as it was.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidArgument) => Ok(run),
            Err(error) => Err(error),
        }
    }
}

/// Runs of extracts whose spans are near each other, in the order of the text.
fn neighbours(extracts: Vec<Extract>) -> Vec<Vec<Ranked>> {
    let mut documents: BTreeMap<(DocumentId, DocumentVersion), Vec<Ranked>> = BTreeMap::new();
    for (rank, extract) in extracts.into_iter().enumerate() {
        documents.entry((extract.document.id, extract.document.version)).or_default().push((rank, extract));
    }
    let mut runs: Vec<Vec<Ranked>> = Vec::new();
    for mut of in documents.into_values() {
        of.sort_by_key(|(_, extract)| extract.span);
        let mut end: Option<usize> = None;
        for (rank, extract) in of {
            let span = extract.span;
            let is_near = end.is_some_and(|end| span.start().saturating_sub(end) <= MAX_GAP);
            match runs.last_mut() {
                Some(run) if is_near => run.push((rank, extract)),
                _ => runs.push(vec![(rank, extract)]),
            }
            end = end.max(Some(span.end()));
        }
    }
    runs
}

/// What a run of more than one covers.
fn reach(run: &[Ranked]) -> Option<(DocumentId, ByteSpan)> {
    let [(_, first), _, ..] = run else { return None };
    let end = run.iter().map(|(_, extract)| extract.span.end()).max()?;
    Some((first.document.id, ByteSpan::try_new(first.span.start(), end)?))
}

/// Joins what the text, which begins at `start` of its document, shows to be side by side.
fn joined_in(text: &str, start: usize, run: Vec<Ranked>) -> Vec<Ranked> {
    let within = |from: usize, to: usize| text.get(from.checked_sub(start)?..to.checked_sub(start)?);
    // A version that was stored meanwhile reads otherwise, and nothing is joined.
    if run.iter().any(|(_, one)| within(one.span.start(), one.span.end()) != Some(&*one.text)) {
        return run;
    }
    let mut joined: Vec<Ranked> = Vec::new();
    for (rank, next) in run {
        let last = joined.last_mut().filter(|(_, last)| {
            let (end, start) = (last.span.end(), next.span.start());
            start <= end || within(end, start).is_some_and(|gap| gap.trim().is_empty())
        });
        let together = last.and_then(|last| both(&last.1, &next).map(|both| (last, both)));
        match together {
            Some((last, both)) => *last = (last.0.min(rank), both),
            None => joined.push((rank, next)),
        }
    }
    for (_, extract) in &mut joined {
        within(extract.span.start(), extract.span.end()).unwrap_or_default().clone_into(&mut extract.text);
    }
    joined
}

/// Two neighbours as one, but for the text; their headings are what both have in common.
fn both(left: &Extract, right: &Extract) -> Option<Extract> {
    let common = left.headings.iter().zip(&right.headings).take_while(|(left, right)| left == right);
    Some(Extract {
        document: Arc::clone(&left.document),
        chunk: left.chunk,
        headings: common.map(|(heading, _)| heading.clone()).collect(),
        span: ByteSpan::try_new(left.span.start(), left.span.end().max(right.span.end()))?,
        lines: LineRange::try_new(left.lines.first(), left.lines.last().max(right.lines.last()))?,
        pages: left
            .pages
            .zip(right.pages)
            .and_then(|(left, right)| PageRange::try_new(left.first(), left.last().max(right.last()))),
        text: String::new(),
    })
}
