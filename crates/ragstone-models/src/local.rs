//! Models that run in this process: tokens, batches, threads, and the runtime that computes.

use std::num::NonZeroUsize;

use ragstone_core::embedding::Precision;
use ragstone_core::{Error, ErrorKind, Result};

use crate::folder::FolderError;

pub use self::embedder::LocalEmbedder;
#[cfg(feature = "ort")]
pub use self::ort::OnnxRuntime;
pub use self::reranker::LocalReranker;

mod batch;
mod embedder;
mod lanes;
mod model;
#[cfg(feature = "ort")]
mod ort;
mod reranker;
#[cfg(feature = "tract")]
mod tract;

/// What computes.
#[derive(Clone, Debug)]
pub enum Engine {
    /// The built-in runtime, which needs nothing.
    #[cfg(feature = "tract")]
    Tract,
    /// ONNX Runtime, opened from its shared library.
    #[cfg(feature = "ort")]
    OnnxRuntime(OnnxRuntime),
}

/// How a local model is run.
#[derive(Clone, Copy, Debug)]
pub struct LocalOptions {
    precision: Precision,
    threads: NonZeroUsize,
}

impl LocalOptions {
    /// Most threads.
    pub const MAX_THREADS: usize = 256;

    /// In 32-bit floating point, on all processors that there are.
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { precision: Precision::F32, threads }
    }

    /// Computes with other numbers; `Served` is refused.
    pub fn with_precision(mut self, precision: Precision) -> Result<Self> {
        if precision == Precision::Served {
            return Err(Error::invalid("precision", "must be f32 or int8 for a local model"));
        }
        self.precision = precision;
        Ok(self)
    }

    /// Uses this many threads for passages, up to [`Self::MAX_THREADS`]; queries have one more.
    #[must_use]
    pub fn with_threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads.min(NonZeroUsize::new(Self::MAX_THREADS).unwrap_or(NonZeroUsize::MAX));
        self
    }

    /// What numbers the model computes with.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// Threads for passages.
    pub const fn threads(&self) -> usize {
        self.threads.get()
    }
}

impl Default for LocalOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Sessions for queries and for passages, one for each thread.
type Sessions = (Vec<Box<dyn Session>>, Vec<Box<dyn Session>>);

/// One loaded network, which one thread runs.
trait Session: Send + 'static {
    /// Runs a batch; the answer has `width` numbers for each row.
    fn run(&mut self, batch: batch::TokenBatch) -> Result<Vec<f32>>;
}

/// The error of a runtime that failed on what it had accepted.
fn failed(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unexpected, "the model could not be run").with_detail(reason.to_string())
}

/// The error of a runtime that does not take the graph or is not there.
#[cfg_attr(not(feature = "ort"), expect(dead_code, reason = "only a runtime that is opened can be missing"))]
fn unusable(message: &'static str, reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::FailedPrecondition, message).with_detail(reason.to_string())
}

/// The error of a text that the tokenizer refused; the text is no part of it.
fn not_tokenised(_reason: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, "a text cannot be cut into tokens")
}

/// Bytes of a text are not stored here; errors of folders become those of ports.
fn of_folder(error: FolderError) -> Error {
    error.into()
}
