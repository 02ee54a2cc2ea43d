#![doc = include_str!("../README.md")]

pub mod analysis;
pub mod bm25;
pub mod boundary;
pub mod chunk;
mod document;
pub mod duplicate;
pub mod extract;
pub mod format;
pub mod highlight;
pub mod language;
pub mod outline;
pub mod phrase;
pub mod signature;
pub mod snippet;
pub mod surface;
pub mod walk;
pub mod words;

pub use crate::analysis::{Analyzer, AnalyzerKind, Token};
pub use crate::bm25::{Bm25, TermCounts, TermVector, query_vector, term_id};
pub use crate::chunk::{ChunkOptions, TextChunk, chunk, chunk_by};
pub use crate::document::check_claims;
pub use crate::duplicate::Duplicates;
pub use crate::extract::{ExtractError, ExtractLimits, Extracted, Input, Pages, Properties, extract};
pub use crate::format::{CodeLanguage, Format};
pub use crate::highlight::{best_window, highlights};
pub use crate::language::language;
pub use crate::phrase::WordSequence;
pub use crate::signature::signature;
pub use crate::snippet::snippet;
pub use crate::surface::{SurfaceWord, surface_words};
pub use ragstone_core::{ByteSpan, LineRange, PageRange};

pub use crate::walk::{FileEntry, WalkError, WalkOptions, WalkReason, folders, walk, walk_places};
pub use crate::words::WordCounter;
