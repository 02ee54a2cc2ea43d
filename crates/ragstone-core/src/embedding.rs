//! Embeddings and judgements of relevance: what makes them, and what they are.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::id::Digest;

/// Most texts of one call.
pub const MAX_TEXTS: usize = 1024;

/// Most bytes of one text: 1 MiB.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// What a text is, for models that treat the two differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// What is looked for.
    Query,
    /// What is looked through.
    Passage,
}

/// Length of a model's vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimensions(u32);

impl Dimensions {
    /// Longest vectors.
    pub const MAX: u32 = 65_535;

    /// Checks and wraps a length, from 1 to [`Self::MAX`].
    pub fn try_new(length: usize) -> Result<Self> {
        match u32::try_from(length) {
            Ok(length) if (1..=Self::MAX).contains(&length) => Ok(Self(length)),
            _ => Err(Error::invalid("dimensions", format!("must be from 1 to {}", Self::MAX))),
        }
    }

    /// The length.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What numbers a model computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floating point.
    F32,
    /// 8-bit integers for weights and activations of the linear layers.
    Int8,
    /// Whatever the server of the model does.
    Served,
}

impl Precision {
    /// Name in fingerprints and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
            Self::Served => "served",
        }
    }

    /// The precision of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::F32, Self::Int8, Self::Served].into_iter().find(|precision| precision.as_str() == name)
    }
}

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// That of the first token.
    Cls,
    /// Whatever the server of the model does.
    Served,
    /// There is none: the model judges pairs.
    None,
}

impl Pooling {
    /// Name in fingerprints.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Cls => "cls",
            Self::Served => "served",
            Self::None => "none",
        }
    }
}

/// Identity of a model: two with the same fingerprint give the same answers to the same texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelFingerprint {
    name: Arc<str>,
    content: Digest,
    precision: Precision,
    pooling: Pooling,
}

impl ModelFingerprint {
    /// Names a model; `content` is a digest of weights, tokenizer, prefixes and whatever else decides its answers.
    pub fn new(name: impl Into<Arc<str>>, content: Digest, precision: Precision, pooling: Pooling) -> Self {
        Self { name: name.into(), content, precision, pooling }
    }

    /// Name for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Digest of what decides the answers.
    pub const fn content(&self) -> &Digest {
        &self.content
    }

    /// What numbers the model computes with.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// How the vectors of tokens become one.
    pub const fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// Key under which answers of this model are kept; the name is no part of it, since it changes no answer.
    pub fn digest(&self) -> Digest {
        let parts = format!("{}/{}/{}", self.precision.as_str(), self.pooling.as_str(), self.content);
        Digest::of(parts.as_bytes())
    }
}

impl fmt::Display for ModelFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = self.digest().to_string();
        let start = digest.get(..12).unwrap_or(&digest);
        write!(f, "{}@{}/{}/{start}", self.name, self.precision.as_str(), self.pooling.as_str())
    }
}

/// What an embedder says of its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddingModel {
    /// Identity of the model.
    pub fingerprint: ModelFingerprint,
    /// Length of its vectors.
    pub dimensions: Dimensions,
    /// Tokens of a text that it looks at, those it adds itself included; what comes behind is cut off.
    pub max_tokens: u32,
    /// Whether tokens are counted by the model's own tokenizer; estimates are made to err upwards.
    pub is_counting_exact: bool,
}

/// What a reranker says of its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RerankModel {
    /// Identity of the model.
    pub fingerprint: ModelFingerprint,
    /// Tokens of query and passage together that it looks at.
    pub max_tokens: u32,
}

/// Tokens of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenCount(pub u32);

impl fmt::Display for TokenCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The vector of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// Of the model's dimensions and of length 1.
    pub vector: Vec<f32>,
    /// Tokens of the whole text.
    pub tokens: TokenCount,
    /// Whether the text was cut off at the model's most tokens.
    pub is_truncated: bool,
}

/// How well one passage answers a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relevance {
    /// Greater is better. Comparable among the passages of one query only.
    pub score: f32,
    /// Whether the pair was cut off at the model's most tokens.
    pub is_truncated: bool,
}

/// Scales a vector to length 1; a vector without a direction, or with what is no number in it, is `Corrupt`.
pub fn normalise(vector: &mut [f32]) -> Result<()> {
    let sum: f64 = vector.iter().map(|value| f64::from(*value) * f64::from(*value)).sum();
    let length = sum.sqrt();
    if !length.is_finite() || length < 1e-12 {
        return Err(Error::new(ErrorKind::Corrupt, "the model gave a vector without a direction"));
    }
    for value in vector {
        #[expect(clippy::cast_possible_truncation, reason = "rounds a number of at most 1 to f32")]
        let scaled = (f64::from(*value) / length) as f32;
        *value = scaled;
    }
    Ok(())
}

/// Refuses more than [`MAX_TEXTS`] texts, or one of more than [`MAX_TEXT_BYTES`] bytes.
pub fn check_texts(texts: &[&str]) -> Result<()> {
    if texts.len() > MAX_TEXTS {
        return Err(Error::new(ErrorKind::TooLarge, "there are too many texts for one call")
            .with_context("texts", texts.len())
            .with_context("most_texts", MAX_TEXTS));
    }
    match texts.iter().map(|text| text.len()).max() {
        Some(bytes) if bytes > MAX_TEXT_BYTES => {
            Err(Error::new(ErrorKind::TooLarge, "a text is too long for a model")
                .with_context("bytes", bytes)
                .with_context("most_bytes", MAX_TEXT_BYTES))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(name: &str, precision: Precision) -> ModelFingerprint {
        ModelFingerprint::new(name, Digest::of(b"weights"), precision, Pooling::Mean)
    }

    #[test]
    fn names_do_not_decide_the_digest_and_precision_does() {
        assert_eq!(fingerprint("a", Precision::F32).digest(), fingerprint("b", Precision::F32).digest());
        assert_ne!(fingerprint("a", Precision::F32).digest(), fingerprint("a", Precision::Int8).digest());
    }

    #[test]
    fn fingerprints_are_shown_with_what_decides_them() {
        let shown = fingerprint("mini", Precision::Int8).to_string();
        assert!(shown.starts_with("mini@int8/mean/"), "{shown}");
    }

    #[test]
    fn vectors_are_scaled_to_length_one() {
        let mut vector = vec![3.0, 4.0];
        normalise(&mut vector).expect("has a direction");
        assert_eq!(vector, [0.6, 0.8]);
    }

    #[test]
    fn vectors_without_a_direction_are_refused() {
        for mut bad in [vec![0.0, 0.0], vec![f32::NAN, 1.0], vec![f32::INFINITY, 1.0]] {
            let refused = normalise(&mut bad).map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::Corrupt), "{bad:?}");
        }
    }

    #[test]
    fn batches_are_bounded() {
        assert!(check_texts(&vec![""; MAX_TEXTS]).is_ok());
        let many = check_texts(&vec![""; MAX_TEXTS + 1]).map_err(|error| error.kind());
        assert_eq!(many, Err(ErrorKind::TooLarge));
        let long = check_texts(&[&"a".repeat(MAX_TEXT_BYTES + 1)]).map_err(|error| error.kind());
        assert_eq!(long, Err(ErrorKind::TooLarge));
    }

    #[test]
    fn dimensions_are_bounded() {
        assert_eq!(Dimensions::try_new(384).map(Dimensions::get).ok(), Some(384));
        assert!(Dimensions::try_new(0).is_err());
        assert!(Dimensions::try_new(65_536).is_err());
    }
}
