//! What a file would become, with nothing stored.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ragstone_core::collection::AnalyzerChoice;
use ragstone_core::metadata::Metadata;
use ragstone_core::{AccessList, Clock, Error, Result, SourceUri};
use ragstone_text::{Extracted, TextChunk};

use super::cutting::Cutter;
use super::preparation::{Hints, Preparation, Reading};
use super::reader::{bytes_of, name_of, not_a_file};
use super::roots::unreadable;
use super::source;
use crate::analyzers::analyzer;
use crate::config::EngineConfig;

/// A file as an ingest reads and cuts it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Where the document comes from.
    pub source: SourceUri,
    /// Bytes of the file.
    pub bytes: u64,
    /// Title for people; the name of the file where it has none.
    pub title: String,
    /// Its language, where that is known.
    pub language: Option<String>,
    /// Text, format and what the document says of itself.
    pub extracted: Extracted,
    /// The chunks, in order.
    pub chunks: Vec<TextChunk>,
}

impl Preview {
    /// Reads and cuts the file at an absolute path as [`Engine::ingest_paths`](crate::Engine::ingest_paths) does under
    /// `config`; needs no engine and no stores.
    ///
    /// No collection is named, so that tokens are estimated where chunks are measured in them. The roots are not looked at: whoever calls may read the file.
    /// Refuses what an ingest of this file refuses, with the same errors, and a folder as `InvalidArgument`.
    /// Blocks, for as long as `config.extractor` takes.
    pub fn of_file(path: &Path, config: &EngineConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let source = source::of_file(path)?;
        let metadata = path.metadata().map_err(|source| unreadable(path, source))?;
        if metadata.is_dir() {
            return Err(Error::invalid("path", "must be a file, and is a folder")
                .with_help("name one of the files in it"));
        }
        // Before it is opened: a pipe would wait for a writer.
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        let preparation = Preparation {
            clock,
            analyzer: analyzer(AnalyzerChoice::default()),
            cutter: Cutter::without_model(config.chunking),
            limits: config.extraction,
            extractor: Arc::clone(&config.extractor),
            has_properties: config.has_properties,
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
        };
        let bytes = bytes_of(path, config.extraction.max_bytes)?;
        let name = name_of(path);
        let hints = Hints::of_file(source.clone(), &name);
        let Reading { extracted, title, language } = preparation.read(&bytes, hints)?;
        let chunks = preparation.pieces(&extracted)?;
        Ok(Self { source, bytes: bytes.len() as u64, title, language, extracted, chunks })
    }
}
