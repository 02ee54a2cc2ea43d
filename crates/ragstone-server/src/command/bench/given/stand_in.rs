//! Stands in for the model: reads the vectors of passages and queries from files, so that every program that is
//! compared searches the same ones.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::embedding::{
    Dimensions, Embedding, EmbeddingModel, InputKind, ModelFingerprint, Pooling, Precision, TokenCount,
};
use ragstone_core::port::{DynEmbedder, Embedder};
use ragstone_core::{CallContext, Digest, Error, ErrorKind, Result};
use serde::Deserialize;

use super::super::broken;

/// Bytes of a number in the files.
const WIDTH: usize = size_of::<f32>();

/// Vectors by the number of their passage, which is the last word of its heading, or by the text of their query.
pub(super) struct StandIn {
    facts: Facts,
    passages: Rows,
    query_vectors: Rows,
    /// Places of queries by their texts.
    queries: HashMap<String, u64>,
    model: Option<Arc<dyn DynEmbedder>>,
    /// Whether the model embeds queries too, for the time that it takes.
    asks_model: AtomicBool,
}

#[derive(Clone, Copy, Deserialize)]
struct Facts {
    passages: u64,
    dimensions: usize,
}

impl StandIn {
    /// Reads the queries and opens the vectors; what is missing or of another form is `InvalidArgument`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let facts = std::fs::read_to_string(folder.join("facts.json")).map_err(broken)?;
        let facts: Facts = serde_json::from_str(&facts)
            .map_err(|source| Error::invalid("given", "has other facts than expected").with_source(source))?;
        Ok(Self {
            facts,
            passages: Rows::open(&folder.join("passages.f32"), facts.dimensions)?,
            query_vectors: Rows::open(&folder.join("queries.f32"), facts.dimensions)?,
            queries: queries(folder)?.into_iter().zip(0..).collect(),
            model: None,
            asks_model: AtomicBool::new(false),
        })
    }

    /// Puts a model behind it.
    pub(super) fn before(self, model: Option<Arc<dyn DynEmbedder>>) -> Self {
        Self { model, ..self }
    }

    pub(super) const fn passages(&self) -> u64 {
        self.facts.passages
    }

    pub(super) const fn has_model(&self) -> bool {
        self.model.is_some()
    }

    /// From now on the model embeds queries too, or does not.
    pub(super) fn ask_model(&self, is_asked: bool) {
        self.asks_model.store(is_asked, Ordering::Relaxed);
    }

    fn vector(&self, kind: InputKind, text: &str) -> Result<Vec<f32>> {
        let unknown = || Error::new(ErrorKind::NotFound, "there is no vector for the text");
        match kind {
            InputKind::Query => self.query_vectors.row(*self.queries.get(text).ok_or_else(unknown)?),
            InputKind::Passage => {
                let heading = text.lines().next().unwrap_or_default();
                self.passages.row(number(heading).ok_or_else(unknown)?)
            }
        }
    }
}

/// Texts of the queries, one a line.
pub(super) fn queries(folder: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(folder.join("queries.txt")).map_err(broken)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Number of a passage: the last word of its heading.
pub(super) fn number(heading: &str) -> Option<u64> {
    heading.rsplit(' ').next()?.parse().ok()
}

impl Embedder for StandIn {
    fn model(&self) -> EmbeddingModel {
        EmbeddingModel {
            fingerprint: ModelFingerprint::new("given", Digest::of(b"given"), Precision::F32, Pooling::None),
            dimensions: self.passages.dimensions,
            max_tokens: 512,
            is_counting_exact: false,
        }
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        if let Some(model) = &self.model
            && kind == InputKind::Query
            && self.asks_model.load(Ordering::Relaxed)
        {
            model.embed(ctx, kind, texts).await?;
        }
        texts
            .iter()
            .map(|text| {
                let vector = self.vector(kind, text)?;
                Ok(Embedding { vector, tokens: words(text), is_truncated: false })
            })
            .collect()
    }

    async fn count_tokens(
        &self,
        _ctx: &CallContext,
        _kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        Ok(texts.iter().map(|text| words(text)).collect())
    }
}

fn words(text: &str) -> TokenCount {
    TokenCount(u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX))
}

/// A file of vectors, one after the other, little-endian.
struct Rows {
    file: Mutex<File>,
    dimensions: Dimensions,
}

impl Rows {
    fn open(path: &Path, dimensions: usize) -> Result<Self> {
        let file = Mutex::new(File::open(path).map_err(broken)?);
        Ok(Self { file, dimensions: Dimensions::try_new(dimensions)? })
    }

    /// Reads one vector: microseconds while the file is in memory.
    fn row(&self, number: u64) -> Result<Vec<f32>> {
        let mut bytes = vec![0; self.dimensions.get() * WIDTH];
        let start = number.saturating_mul(bytes.len() as u64);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes)).map_err(broken)?;
        let (numbers, _) = bytes.as_chunks::<WIDTH>();
        Ok(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
    }
}
