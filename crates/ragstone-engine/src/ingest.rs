//! Ingest: from texts, files and folders to stored documents.
//!
//! A file passes through three stages that run at the same time: the walk finds it, workers read, compare,
//! extract and cut it, and the writer stores batches. An acknowledged batch is durable.

pub use self::extractor::{Extractor, InProcess};
pub use self::progress::{IngestProgress, NoProgress};

mod extractor;
mod files;
mod folder;
mod preparation;
mod progress;
mod roots;
mod source;
mod text;
mod walker;
mod writer;
