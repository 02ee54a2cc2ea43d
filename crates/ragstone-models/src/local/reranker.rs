//! The reranker over a local cross-encoder.

use std::sync::Arc;

use ragstone_core::embedding::{ModelFingerprint, Relevance, RerankModel, check_texts};
use ragstone_core::port::Reranker;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};

use super::lanes::Lane;
use super::model::{LocalModel, pooling};
use super::{Engine, LocalOptions, not_tokenised, of_folder};
use crate::folder::{ModelFolder, TextTokenizer};
use crate::onnx::Head;

/// A cross-encoder with one output that runs in this process.
///
/// The score is the network's number as it is. Threads are as those of [`LocalEmbedder`](super::LocalEmbedder).
#[derive(Debug)]
pub struct LocalReranker {
    model: LocalModel,
    about: RerankModel,
}

impl LocalReranker {
    /// Loads a model; costs and errors are as those of [`LocalEmbedder::open`](super::LocalEmbedder::open).
    pub fn open(
        folder: &ModelFolder,
        engine: &Engine,
        options: LocalOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let head = Head::Score;
        let content = folder.digest().map_err(of_folder)?;
        let fingerprint = ModelFingerprint::new(folder.name(), content, options.precision(), pooling(head));
        let model = LocalModel::open(folder, engine, options, head, clock)?;
        Ok(Self { model, about: RerankModel { fingerprint, max_tokens: folder.max_tokens() } })
    }

    async fn scores(&self, query: String, passages: Vec<String>) -> Result<Vec<Relevance>> {
        let cut = move |tokenizer: &TextTokenizer, passage: &str| {
            tokenizer.pair(&query, passage).map_err(not_tokenised)
        };
        let pairs = self.model.on_tokenizer(Lane::Query, passages, cut).await?;
        let truncated: Vec<bool> = pairs.iter().map(|pair| pair.is_truncated).collect();
        let scores = self.model.outputs(Lane::Query, pairs).await?;
        let judged = truncated.into_iter().zip(scores).map(|(is_truncated, numbers)| match numbers[..] {
            [score] if score.is_finite() => Ok(Relevance { score, is_truncated }),
            _ => Err(Error::new(ErrorKind::Corrupt, "the model gave a score that is no number")),
        });
        judged.collect()
    }
}

impl Reranker for LocalReranker {
    fn model(&self) -> RerankModel {
        self.about.clone()
    }

    async fn rerank(&self, ctx: &CallContext, query: &str, passages: &[&str]) -> Result<Vec<Relevance>> {
        check_texts(&[query])?;
        check_texts(passages)?;
        let passages = passages.iter().map(|passage| (*passage).to_owned()).collect();
        self.model.within(ctx, self.scores(query.to_owned(), passages)).await
    }
}
