//! Context for models: searches, and packs what is found into a budget of tokens.

use ragstone_core::answer::{Hit, SearchAnswer};
use ragstone_core::model_context::{ContextAnswer, ContextCursor, ContextDetail, ContextRequest};
use ragstone_core::{CallContext, Digest, Error, ErrorKind, Result, Scope};
use ragstone_text::{Duplicates, snippet};

use self::extract::Extract;
use self::packing::{Packed, Packer};
use crate::engine::Engine;

mod extract;
mod joining;
mod packing;
mod rendering;

/// Most characters of a snippet.
pub(crate) const SNIPPET_CHARS: usize = 320;

/// What a context is made of, best first.
struct Passages {
    extracts: Vec<Extract>,
    duplicates: u32,
}

impl Engine {
    /// Packs the passages that answer a query best into a budget of tokens, with numbered citations.
    ///
    /// Chunks that nearly repeat a better one are left out, neighbours are joined, and what does not fit is cut behind
    /// a sentence or a line. All of the text counts, and each citation covers exactly what is shown. With the cursor
    /// of a part, the same request is answered with the next one; budget and counter may be others.
    ///
    /// Errors: those of [`search`](Self::search); `InvalidArgument` for the cursor of another request and for a budget
    /// without room for anything, `Conflict` where what is found has changed since the part before, `Unsupported` and
    /// `FailedPrecondition` for a counter that there is not. Cost: a search for each part, a catalog read for each run
    /// of neighbours, and about thirty counts of a text of the budget's size.
    pub async fn context(&self, ctx: &CallContext, request: ContextRequest) -> Result<ContextAnswer> {
        ctx.principal().require(Scope::Read)?;
        let counter = self.counter(request.counter)?;
        let binding = binding(&request);
        if request.cursor.is_some_and(|cursor| cursor.request != binding) {
            return Err(of_another_request());
        }
        let SearchAnswer { hits, corrections, degraded, .. } =
            self.search(ctx, request.query.clone()).await?;
        let Passages { extracts, duplicates } = self.passages_of(ctx, hits, request.detail).await?;
        let start = Place::of(request.cursor, binding, &extracts)?;
        let rest = start.rest(&extracts).ok_or_else(of_another_request)?;
        let packer = Packer { ctx, clock: self.clock(), counter: &*counter, budget: request.budget };
        let part = packer.pack(&rest, start.0.citations).await?;
        let cursor = start.behind(&part).filter(|cursor| (cursor.passage as usize) < extracts.len());
        let Packed { text, citations, tokens, .. } = part;
        Ok(ContextAnswer { text, citations, tokens, cursor, duplicates, corrections, degraded })
    }

    /// What there is to show of hits, each text once.
    async fn passages_of(
        &self,
        ctx: &CallContext,
        hits: Vec<Hit>,
        detail: ContextDetail,
    ) -> Result<Passages> {
        let found = hits.len();
        let mut extracts: Vec<Extract> = hits.into_iter().map(|hit| extract(hit, detail)).collect();
        let mut texts = Duplicates::default();
        extracts.retain(|extract| !texts.is_repeated(&extract.text));
        let duplicates = u32::try_from(found - extracts.len()).unwrap_or(u32::MAX);
        Ok(Passages { extracts: self.joined(ctx, extracts).await?, duplicates })
    }
}

fn extract(hit: Hit, detail: ContextDetail) -> Extract {
    let window = match detail {
        ContextDetail::Passages => None,
        ContextDetail::Snippets => Some(snippet(&hit.text, &hit.highlights, SNIPPET_CHARS)),
    };
    let whole = Extract::from(hit);
    window.and_then(|window| whole.part(window.start(), window.end())).unwrap_or(whole)
}

// ---- Places ----

/// Where a part begins.
struct Place(ContextCursor);

impl Place {
    /// The place of a cursor, or the beginning; `Conflict` where the cursor is of other passages.
    fn of(cursor: Option<ContextCursor>, request: u64, extracts: &[Extract]) -> Result<Self> {
        let passages = fingerprint(extracts);
        match cursor {
            None => Ok(Self(ContextCursor { request, passages, passage: 0, offset: 0, citations: 0 })),
            Some(cursor) if cursor.passages == passages => Ok(Self(cursor)),
            Some(_) => {
                Err(Error::new(ErrorKind::Conflict, "what is found has changed since the part before")
                    .with_help("ask for the first part again, without a cursor"))
            }
        }
    }

    /// What comes behind the place; `None` where there is no such place.
    fn rest(&self, extracts: &[Extract]) -> Option<Vec<Extract>> {
        let mut rest = extracts.get(self.0.passage as usize..)?.to_vec();
        if let (Some(first), 1..) = (rest.first_mut(), self.0.offset) {
            *first = first.part(self.0.offset as usize, first.text.len())?;
        }
        Some(rest)
    }

    /// The place behind a part; `None` beyond what a cursor can name.
    fn behind(&self, packed: &Packed) -> Option<ContextCursor> {
        let passages = u32::try_from(packed.extracts).ok()?;
        let offset = u32::try_from(packed.offset).ok()?;
        let before = if passages == 0 { self.0.offset } else { 0 };
        Some(ContextCursor {
            passage: self.0.passage.checked_add(passages)?,
            offset: before.checked_add(offset)?,
            citations: self.0.citations.checked_add(u32::try_from(packed.citations.len()).ok()?)?,
            ..self.0
        })
    }
}

/// Names everything in a request that decides which passages there are.
fn binding(request: &ContextRequest) -> u64 {
    let query = request.query.clone().at_least(None);
    start_of(Digest::of(format!("{query:?} {:?}", request.detail).as_bytes()))
}

/// Names the passages that were found, in their order.
fn fingerprint(extracts: &[Extract]) -> u64 {
    let name = |extract: &Extract| {
        let Extract { document, span, .. } = extract;
        format!("{} {} {span}\n", document.id, document.version)
    };
    start_of(Digest::of(extracts.iter().map(name).collect::<String>().as_bytes()))
}

fn start_of(digest: Digest) -> u64 {
    digest.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn of_another_request() -> Error {
    Error::invalid("cursor", "was given out for another request")
        .with_help("leave the cursor out to start from the first part")
}
