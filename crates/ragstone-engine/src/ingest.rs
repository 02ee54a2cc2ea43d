//! Ingest: from texts, files, folders, archives and repositories to stored documents.
//!
//! A file passes through three stages that run at the same time: the walk finds it, workers read, compare,
//! extract and cut it, and the writer stores batches. An acknowledged batch is durable.

pub use self::extractor::{Extractor, InProcess};
pub use self::preview::Preview;
pub use self::progress::{IngestProgress, NoProgress};

mod budget;
mod cutting;
mod extractor;
mod found;
mod paths;
mod preparation;
mod preview;
mod progress;
mod properties;
mod queue;
mod reader;
mod removal;
mod roots;
mod run;
pub(crate) mod source;
mod stamp;
mod target;
mod text;
mod walker;
mod writer;
