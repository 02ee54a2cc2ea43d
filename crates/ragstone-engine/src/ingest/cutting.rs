//! Cutting texts into chunks, by bytes or by tokens of the model that is to read them.

use std::sync::Arc;

use ragstone_core::collection::Collection;
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_text::chunk::estimated_tokens;
use ragstone_text::{ChunkOptions, Extracted, TextChunk, chunk, chunk_by};

use crate::config::Chunking;
use crate::embedded_text::MAX_CONTEXT;
use crate::engine::Engine;
use crate::semantics::Semantics;

/// Tokens of a model's window that are left to the context of a chunk: four bytes are about one token.
const CONTEXT_TOKENS: usize = MAX_CONTEXT / 4;

/// Cuts the texts of one collection.
pub(super) struct Cutter {
    options: ChunkOptions,
    unit: Unit,
}

enum Unit {
    Bytes,
    /// Tokens, where no tokenizer says how many there are.
    Estimated,
    /// Tokens of the collection's model.
    Counted(Arc<Semantics>),
}

impl Engine {
    /// What cuts the texts of a collection.
    ///
    /// `FailedPrecondition` where chunks are to be longer than what the collection's model reads, or the model that is
    /// to count them cannot be opened.
    pub(super) async fn cutter(&self, ctx: &CallContext, collection: &Collection) -> Result<Cutter> {
        let options = match self.config().chunking {
            Chunking::Bytes(options) => return Ok(Cutter { options, unit: Unit::Bytes }),
            Chunking::Tokens(options) => options,
        };
        let answering = self.answering(Arc::new(collection.clone()));
        let Some(semantics) = self.semantics(&answering).await? else {
            return Ok(Cutter { options, unit: Unit::Estimated });
        };
        let options = within(options, semantics.room(ctx).await?)?;
        let unit = if semantics.is_counting_exact() { Unit::Counted(semantics) } else { Unit::Estimated };
        Ok(Cutter { options, unit })
    }
}

impl Cutter {
    /// What cuts texts that no model is to read.
    pub(super) fn without_model(chunking: Chunking) -> Self {
        match chunking {
            Chunking::Bytes(options) => Self { options, unit: Unit::Bytes },
            Chunking::Tokens(options) => Self { options, unit: Unit::Estimated },
        }
    }

    /// Names what this does to a text.
    pub(super) fn recipe(&self) -> String {
        let (target, max, overlap) = (self.options.target(), self.options.max(), self.options.overlap());
        match &self.unit {
            Unit::Bytes if overlap == 0 => format!("chunk={target}/{max}"),
            Unit::Bytes => format!("chunk={target}/{max}+{overlap}"),
            Unit::Estimated => format!("chunk={target}/{max}+{overlap};tokens=estimate"),
            Unit::Counted(model) => format!("chunk={target}/{max}+{overlap};tokens={}", model.name()),
        }
    }

    /// Cuts a text. Blocks where a model has to count words that it has not counted before; fails as it does.
    pub(super) fn cut(&self, extracted: &Extracted) -> Result<Vec<TextChunk>> {
        Ok(match &self.unit {
            Unit::Bytes => chunk(extracted, &self.options),
            Unit::Estimated => chunk_by(extracted, &self.options, &estimated_tokens),
            Unit::Counted(model) => {
                let counted = model.count_words(&extracted.text)?;
                let tokens = |piece: &str| counted.get(piece).copied().unwrap_or(1) as usize;
                chunk_by(extracted, &self.options, &tokens)
            }
        })
    }
}

/// Sizes that leave room for the context in what a model reads.
fn within(options: ChunkOptions, room: usize) -> Result<ChunkOptions> {
    let most = room.saturating_sub(CONTEXT_TOKENS);
    if options.max() <= most {
        return Ok(options);
    }
    if options.target() > most {
        return Err(Error::new(ErrorKind::FailedPrecondition, "the model does not read such long chunks")
            .with_context("chunk_tokens", options.target())
            .with_context("most_tokens", most)
            .with_help(format!("set `ingest.chunk_tokens` to at most {most}")));
    }
    ChunkOptions::try_new(options.target(), most)?.with_overlap(options.overlap())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_leave_room_for_their_context() {
        let options = ChunkOptions::try_new(150, 200).expect("valid").with_overlap(20).expect("valid");
        assert_eq!(within(options, 510).ok(), Some(options));
        let narrow = within(options, 254).expect("fits");
        assert_eq!((narrow.target(), narrow.max(), narrow.overlap()), (150, 179, 20));
        let refused = within(options, 200).map_err(|error| error.kind());
        assert_eq!(refused.map(|_| ()), Err(ErrorKind::FailedPrecondition));
    }

    #[test]
    fn recipes_name_sizes_overlap_and_tokenizer() {
        let options = ChunkOptions::try_new(150, 200).expect("valid");
        let recipe = |options, unit| Cutter { options, unit }.recipe();
        assert_eq!(recipe(options, Unit::Bytes), "chunk=150/200");
        let overlapping = options.with_overlap(30).expect("valid");
        assert_eq!(recipe(overlapping, Unit::Estimated), "chunk=150/200+30;tokens=estimate");
    }
}
