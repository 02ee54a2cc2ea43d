//! The crate from outside: refusals, encodings, structures, hostile input and real documents.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(all(
    feature = "office",
    feature = "pdf",
    feature = "epub",
    feature = "email",
    feature = "rtf",
    feature = "html"
))]
mod documents;
mod encodings;
mod hostile;
#[cfg(feature = "code")]
mod languages;
mod markup;
mod measure;
#[cfg(feature = "html")]
mod pages;
mod passages;
mod real;
mod references;
mod refusals;
mod settings;

use ragstone_text::{ExtractError, ExtractLimits, Extracted, Input};

/// Extracts under the default limits, with a file name as the only hint.
fn extract(file_name: &str, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let input = Input { bytes, file_name: Some(file_name), media_type: None };
    ragstone_text::extract(&input, &ExtractLimits::default())
}
