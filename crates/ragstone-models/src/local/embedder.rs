//! The embedder over a local model.

use std::sync::Arc;

use ragstone_core::embedding::{
    Dimensions, Embedding, EmbeddingModel, InputKind, ModelFingerprint, TokenCount, check_texts, normalise,
};
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, Clock, Result};

use super::lanes::Lane;
use super::model::{LocalModel, pooling};
use super::{Engine, LocalOptions, not_tokenised, of_folder};
use crate::folder::{ModelFolder, Prefixes, Tokens};
use crate::onnx::Head;

/// A sentence-embedding model that runs in this process.
///
/// It owns its threads: one for queries, and as many for passages as [`LocalOptions`] says. Dropping it waits for
/// what they compute, a few texts at most. Its methods need a runtime of tokio with time.
#[derive(Debug)]
pub struct LocalEmbedder {
    model: LocalModel,
    about: EmbeddingModel,
    prefixes: Prefixes,
}

impl LocalEmbedder {
    /// Loads a model; blocks for about a second, and for a moment needs about four times the size of its weights.
    ///
    /// A model that cannot be used is refused by the kinds of [`FolderError`](crate::FolderError).
    pub fn open(
        folder: &ModelFolder,
        engine: &Engine,
        options: LocalOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let head = Head::Pool(folder.pooling());
        let content = folder.digest().map_err(of_folder)?;
        let about = EmbeddingModel {
            fingerprint: ModelFingerprint::new(folder.name(), content, options.precision(), pooling(head)),
            dimensions: Dimensions::try_new(folder.config().hidden)?,
            max_tokens: folder.max_tokens(),
            is_counting_exact: true,
        };
        let model = LocalModel::open(folder, engine, options, head, clock)?;
        Ok(Self { model, about, prefixes: folder.prefixes().clone() })
    }

    fn prefixed(&self, kind: InputKind, texts: &[&str]) -> Vec<String> {
        let prefix = self.prefixes.of(kind);
        texts.iter().map(|text| format!("{prefix}{text}")).collect()
    }

    async fn vectors(&self, lane: Lane, mut texts: Vec<String>) -> Result<Vec<Embedding>> {
        if let [text] = &mut *texts {
            let (tokens, vector) = self.model.single(lane, std::mem::take(text)).await?;
            return Ok(vec![embedding(&about(&tokens), vector)?]);
        }
        let cut = |tokenizer: &crate::folder::TextTokenizer, text: &str| {
            tokenizer.tokens(text).map_err(not_tokenised)
        };
        let tokens = self.model.on_tokenizer(lane, texts, cut).await?;
        let facts: Vec<Facts> = tokens.iter().map(about).collect();
        let vectors = self.model.outputs(lane, tokens).await?;
        facts.iter().zip(vectors).map(|(facts, vector)| embedding(facts, vector)).collect()
    }
}

struct Facts {
    tokens: TokenCount,
    is_truncated: bool,
}

fn about(tokens: &Tokens) -> Facts {
    Facts { tokens: TokenCount(tokens.total), is_truncated: tokens.is_truncated }
}

fn embedding(facts: &Facts, mut vector: Vec<f32>) -> Result<Embedding> {
    normalise(&mut vector)?;
    Ok(Embedding { vector, tokens: facts.tokens, is_truncated: facts.is_truncated })
}

const fn lane_of(kind: InputKind) -> Lane {
    match kind {
        InputKind::Query => Lane::Query,
        InputKind::Passage => Lane::Passage,
    }
}

impl Embedder for LocalEmbedder {
    fn model(&self) -> EmbeddingModel {
        self.about.clone()
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        check_texts(texts)?;
        self.model.within(ctx, self.vectors(lane_of(kind), self.prefixed(kind, texts))).await
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        check_texts(texts)?;
        let count = |tokenizer: &crate::folder::TextTokenizer, text: &str| {
            tokenizer.count(text).map(TokenCount).map_err(not_tokenised)
        };
        let counted = self.model.on_tokenizer(lane_of(kind), self.prefixed(kind, texts), count);
        self.model.within(ctx, counted).await
    }
}
