//! The bounds of extraction.

/// Bounds that extraction refuses to pass; reaching one is an error, and nothing is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "transport", derive(serde::Serialize, serde::Deserialize))]
pub struct ExtractLimits {
    /// Largest input.
    pub max_bytes: usize,
    /// Deepest nesting of JSON containers.
    pub max_json_depth: usize,
    /// Longest text that is read from a document.
    pub max_text_bytes: usize,
    /// Most that the files or streams in a document are unpacked to, all together.
    pub max_expanded_bytes: usize,
    /// Most files in a document, parts of a message, or objects of a PDF that hold streams.
    pub max_archive_entries: usize,
    /// Most pages or slides.
    pub max_pages: usize,
    /// Most glyphs, paths and groups that the pages of a PDF draw, all together.
    pub max_operations: usize,
    /// Deepest nesting of elements, groups or messages in a document.
    pub max_nesting: usize,
}

impl Default for ExtractLimits {
    fn default() -> Self {
        Self {
            max_bytes: 32 * 1024 * 1024,
            max_json_depth: 128,
            max_text_bytes: 64 * 1024 * 1024,
            max_expanded_bytes: 256 * 1024 * 1024,
            max_archive_entries: 50_000,
            max_pages: 10_000,
            max_operations: 10_000_000,
            max_nesting: 256,
        }
    }
}
