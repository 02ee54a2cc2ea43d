//! The embedder over a server.

use std::future::Future;
use std::sync::Arc;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use ragstone_core::embedding::{
    Embedding, EmbeddingModel, InputKind, ModelFingerprint, Pooling, Precision, TokenCount, check_texts,
    normalise,
};
use ragstone_core::id::Digest;
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use reqwest::{Client, header};
use secrecy::ExposeSecret as _;

use super::estimate::{Estimate, estimate};
use super::{RemoteConfig, wire};
use crate::http::{Cut, body, broken, client, refused};

/// Requests of one call at a time.
const AT_ONCE: usize = 4;
/// Bytes of one number of an answer, at most.
const BYTES_PER_NUMBER: usize = 32;
/// Bytes of an answer around its numbers, at most.
const BYTES_AROUND: usize = 64 << 10;

/// A model behind a server.
///
/// It repeats nothing and breaks no circuit: that is done by the layers around the port. Tokens are estimated, and
/// texts are cut by the estimate, so that a cut is never a server's secret. Redirects are not followed, because they
/// would take the key along.
#[derive(Debug)]
pub struct RemoteEmbedder {
    config: RemoteConfig,
    client: Client,
    clock: Arc<dyn Clock>,
    about: EmbeddingModel,
}

impl RemoteEmbedder {
    /// Prepares calls; the server is not asked.
    pub fn try_new(config: RemoteConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let content = format!(
            "{}\0{}\0{}\0{}\0{}\0{}",
            config.protocol.as_str(),
            config.model,
            config.dimensions,
            config.max_tokens,
            config.query_prefix,
            config.passage_prefix
        );
        let content = Digest::of(content.as_bytes());
        let about = EmbeddingModel {
            fingerprint: ModelFingerprint::new(&*config.model, content, Precision::Served, Pooling::Served),
            dimensions: config.dimensions,
            max_tokens: config.max_tokens,
            is_counting_exact: false,
        };
        Ok(Self { config, client: client(0)?, clock, about })
    }

    fn prefixed(&self, kind: InputKind, text: &str) -> String {
        let prefix = match kind {
            InputKind::Query => &self.config.query_prefix,
            InputKind::Passage => &self.config.passage_prefix,
        };
        // Servers refuse texts that are empty.
        if text.is_empty() && prefix.is_empty() { " ".to_owned() } else { format!("{prefix}{text}") }
    }

    async fn batch(&self, texts: &[Estimate<'_>]) -> Result<Vec<Embedding>> {
        let input: Vec<&str> = texts.iter().map(|text| text.kept).collect();
        let vectors = self.ask(&input).await?;
        texts.iter().zip(vectors).map(|(text, vector)| self.embedding(text, vector)).collect()
    }

    fn embedding(&self, text: &Estimate<'_>, mut vector: Vec<f32>) -> Result<Embedding> {
        let expected = self.config.dimensions.get();
        if vector.len() != expected {
            let error = Error::new(ErrorKind::FailedPrecondition, "the server's model has other dimensions");
            return Err(error
                .with_context("expected", expected)
                .with_context("found", vector.len())
                .with_help("name the model's dimensions in the configuration, or name another model"));
        }
        normalise(&mut vector)?;
        Ok(Embedding { vector, tokens: TokenCount(text.tokens), is_truncated: text.is_truncated })
    }

    async fn ask(&self, input: &[&str]) -> Result<Vec<Vec<f32>>> {
        let RemoteConfig { protocol, model, dimensions, .. } = &self.config;
        let request =
            self.client.post(self.config.endpoint.clone()).json(&wire::request(*protocol, model, input)?);
        let request = match &self.config.key {
            Some(key) => request.header(header::AUTHORIZATION, bearer(key.expose_secret())?),
            None => request,
        };
        let response = request.send().await.map_err(broken)?;
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        // Room for twice the dimensions, so that a model with others is named as such.
        let most = BYTES_AROUND + input.len() * dimensions.get() * 2 * BYTES_PER_NUMBER;
        let body = body(response, most, Cut::Refuse).await?;
        wire::vectors(*protocol, &body, input.len())
    }

    /// Ends with the caller's deadline, or with the longest time of a request.
    async fn within<T>(&self, ctx: &CallContext, work: impl Future<Output = Result<T>>) -> Result<T> {
        let left = ctx.remaining(&*self.clock)?;
        let limit = left.map_or(self.config.longest, |left| left.min(self.config.longest));
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            let kind = if left.is_some_and(|left| left <= self.config.longest) {
                ErrorKind::DeadlineExceeded
            } else {
                ErrorKind::Unavailable
            };
            Err(Error::new(kind, "the server did not answer in time"))
        })
    }
}

/// A header that no log of headers shows.
fn bearer(key: &str) -> Result<header::HeaderValue> {
    let value = header::HeaderValue::try_from(format!("Bearer {key}"));
    let mut value = value.map_err(|_| Error::invalid("key", "has characters that no header can hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

impl Embedder for RemoteEmbedder {
    fn model(&self) -> EmbeddingModel {
        self.about.clone()
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        check_texts(texts)?;
        let texts: Vec<String> = texts.iter().map(|text| self.prefixed(kind, text)).collect();
        let texts: Vec<Estimate<'_>> =
            texts.iter().map(|text| estimate(text, self.config.max_tokens)).collect();
        let batches: Vec<_> = texts.chunks(self.config.batch).map(|batch| self.batch(batch)).collect();
        let batches = stream::iter(batches).buffered(AT_ONCE).try_collect::<Vec<_>>();
        let batches = self.within(ctx, batches).await?;
        Ok(batches.into_iter().flatten().collect())
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        check_texts(texts)?;
        ctx.remaining(&*self.clock)?;
        let count = |text: &&str| estimate(&self.prefixed(kind, text), self.config.max_tokens).tokens;
        Ok(texts.iter().map(count).map(TokenCount).collect())
    }
}
