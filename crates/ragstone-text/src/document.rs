//! Documents whose text has to be found first: office formats, PDF, books and messages.
//!
//! Every reader writes Markdown-like text with its outline, is bounded by [`ExtractLimits`], and reports what it
//! cannot read as an [`ExtractError`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::extract::{ExtractError, ExtractLimits, Extracted, Input};
use crate::format::Format;

pub use self::claims::check_claims;
pub(crate) use self::signature::find;

mod claims;
mod signature;

#[cfg(any(feature = "office", feature = "epub"))]
#[cfg_attr(
    not(all(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf")),
    allow(dead_code, reason = "each reader uses a part of it")
)]
mod archive;
#[cfg(any(feature = "office", feature = "rtf"))]
#[cfg_attr(
    not(all(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf")),
    allow(dead_code, reason = "each reader uses a part of it")
)]
mod block;
#[cfg(feature = "office")]
mod blocks;
#[cfg(feature = "epub")]
mod book;
#[cfg(feature = "office")]
mod chart;
#[cfg(feature = "email")]
mod message;
#[cfg(feature = "office")]
mod open_document;
#[cfg(feature = "office")]
mod package;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "office")]
mod presentation;
#[cfg(feature = "rtf")]
mod rich_text;
#[cfg(feature = "office")]
mod word;
#[cfg(feature = "office")]
mod workbook;
#[cfg(any(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf"))]
#[cfg_attr(
    not(all(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf")),
    allow(dead_code, reason = "each reader uses a part of it")
)]
mod writer;
#[cfg(any(feature = "office", feature = "epub"))]
#[cfg_attr(
    not(all(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf")),
    allow(dead_code, reason = "each reader uses a part of it")
)]
mod xml;

/// A document to read, and what bounds the reading.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(any(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf")),
    expect(dead_code, reason = "readers are features")
)]
pub(crate) struct Source<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) format: Format,
    pub(crate) limits: &'a ExtractLimits,
}

#[cfg(any(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf"))]
#[cfg_attr(
    not(all(feature = "pdf", feature = "office", feature = "epub", feature = "email", feature = "rtf")),
    allow(dead_code, reason = "each reader uses a part of it")
)]
impl Source<'_> {
    const fn damaged(&self, reason: &'static str) -> ExtractError {
        ExtractError::Damaged { format: self.format, reason }
    }
}

/// Reads an input that [`find`] took for `format`.
///
/// # Errors
/// A panic of a parser that is not ours is `Damaged`, like anything else that it cannot read.
pub(crate) fn read(
    input: &Input<'_>,
    format: Format,
    limits: &ExtractLimits,
) -> Result<Extracted, ExtractError> {
    let source = Source { bytes: input.bytes, format, limits };
    let extracted = catch_unwind(AssertUnwindSafe(|| read_format(source)))
        .unwrap_or(Err(ExtractError::Damaged { format, reason: "its parser gave up" }))?;
    if extracted.text.trim().is_empty() {
        return Err(ExtractError::Empty);
    }
    Ok(extracted)
}

fn read_format(source: Source<'_>) -> Result<Extracted, ExtractError> {
    match source.format {
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::read(source),
        #[cfg(feature = "office")]
        Format::Docx => word::read(source),
        #[cfg(feature = "office")]
        Format::Pptx => presentation::read(source),
        #[cfg(feature = "office")]
        Format::Xlsx | Format::Xlsb | Format::Xls => workbook::read(source),
        #[cfg(feature = "office")]
        Format::Odt | Format::Ods | Format::Odp => open_document::read(source),
        #[cfg(feature = "epub")]
        Format::Epub => book::read(source),
        #[cfg(feature = "rtf")]
        Format::Rtf => rich_text::read(source),
        #[cfg(feature = "email")]
        Format::Email => message::read(source),
        format => Err(ExtractError::NotBuilt { format }),
    }
}
