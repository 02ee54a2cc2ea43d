//! Passages of a text in one line each, for comparison with what is expected.

use std::fmt::Write;

use ragstone_text::{ChunkOptions, chunk};

use crate::extract;

/// Compares the passages of a text, as `lines [heading path] first line … last line`.
#[track_caller]
pub(crate) fn check(file_name: &str, text: &str, max_bytes: usize, expected: &str) {
    let extracted = extract(file_name, text.as_bytes()).unwrap();
    assert!(extracted.is_verbatim && extracted.text == text);
    let options = ChunkOptions::try_new(64, max_bytes).unwrap();
    let mut found = String::new();
    for chunk in chunk(&extracted, &options) {
        let passage = chunk.span.slice(text).unwrap();
        let first = passage.lines().next().unwrap_or_default().trim();
        let last = passage.lines().last().unwrap_or_default().trim();
        write!(found, "{} [{}] {first}", chunk.lines, chunk.headings.join(" > ")).unwrap();
        writeln!(found, "{}", if passage.contains('\n') { format!(" … {last}") } else { String::new() })
            .unwrap();
    }
    assert!(found.trim_end() == expected.trim(), "{file_name}\n{found}");
}
