//! Previews: what a file is taken for, and each of its chunks with its place.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use ragstone_core::Result;

use super::hit::printable;
use crate::command::text::{PreviewOfChunk, PreviewOfFile};

/// Prints a preview.
pub(crate) fn preview(preview: &PreviewOfFile<'_>) -> Result<()> {
    let mut out = head(preview);
    for chunk in &preview.chunks {
        let _ = write!(out, "\n{}", entry(chunk));
    }
    super::text(&out)
}

fn head(preview: &PreviewOfFile<'_>) -> String {
    let language = preview.language.map_or_else(String::new, |language| format!(" in {language}"));
    let places = if preview.is_verbatim { "as in the file" } else { "of the extracted text" };
    let facts = format!(
        "{} ({}){language} · {} bytes, {} of text · places {places}",
        preview.format, preview.media_type, preview.bytes, preview.text_len
    );
    let count = preview.chunks.len();
    let sizes = format!(
        "{count} {} of about {} {}, at most {}",
        if count == 1 { "chunk" } else { "chunks" },
        preview.chunk_target,
        preview.chunk_unit,
        preview.chunk_max
    );
    let mut out = format!("{}\n{}\n", printable(preview.title).bold(), preview.source);
    for line in [facts, sizes].into_iter().chain(properties(preview)) {
        let _ = writeln!(out, "{}", line.dimmed());
    }
    out
}

fn properties(preview: &PreviewOfFile<'_>) -> impl Iterator<Item = String> {
    let properties = &preview.properties;
    let joined = |values: &[String]| (!values.is_empty()).then(|| values.join(", "));
    let owned = |value: Option<&str>| value.map(str::to_owned);
    [
        ("authors", joined(properties.authors)),
        ("recipients", joined(properties.recipients)),
        ("subject", owned(properties.subject)),
        ("keywords", owned(properties.keywords)),
        ("language", owned(properties.language)),
        ("created", owned(properties.created)),
        ("modified", owned(properties.modified)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name}: {}", printable(&value?).replace('\n', " "))))
}

fn entry(chunk: &PreviewOfChunk<'_>) -> String {
    let range = |first: u32, last: u32| {
        if first == last { format!(" {first}") } else { format!("s {first}-{last}") }
    };
    let pages =
        chunk.pages.map_or_else(String::new, |pages| format!(" · page{}", range(pages.first, pages.last)));
    let place = format!(
        "bytes {}..{} · line{}{pages} · {} characters",
        chunk.span.start,
        chunk.span.end,
        range(chunk.lines.first, chunk.lines.last),
        chunk.characters
    );
    let mut out = format!("{} {}\n", format!("#{}", chunk.ordinal).bold(), place.cyan());
    if !chunk.headings.is_empty() {
        let _ = writeln!(out, "{}", printable(&chunk.headings.join(" > ")).bold());
    }
    let _ = writeln!(out, "{}", printable(chunk.text));
    out
}
