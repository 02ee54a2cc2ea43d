//! PDF: the text of its pages in reading order, with tables, headings and page numbers.
//!
//! A page says where each glyph stands and nothing else. Glyphs become lines, lines that stand beside one another
//! become columns or tables, and what is set larger than the rest becomes headings.

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use self::canvas::Canvas;
use self::paragraph::{Paragraphs, Style};
use super::writer::Writer;
use crate::document::Source;
use crate::extract::{ExtractError, Extracted};

mod canvas;
mod column;
mod expansion;
mod glyph;
mod line;
mod metadata;
mod paragraph;
mod script;

/// Reads what is shown and the hidden text that lies over scanned pictures.
///
/// # Errors
/// `Encrypted` unless the empty password opens it, and `NoTextLayer` where the pages are only pictures.
pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    expansion::check(source)?;
    let pdf = Pdf::new(source.bytes.to_vec()).map_err(|error| refusal(source, error))?;
    expansion::check_encrypted(&pdf, source)?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(source.damaged("it has no pages"));
    }
    if count > source.limits.max_pages {
        return Err(ExtractError::TooMany { parts: "pages", limit: source.limits.max_pages });
    }
    let mut pages = Vec::with_capacity(count);
    let mut canvas = Canvas::new(&pdf, source);
    for page in pdf.pages().iter() {
        let glyphs = canvas.draw(page)?;
        pages.push(column::blocks(line::lines(glyphs)));
    }
    let style = Style::of(pages.iter().flatten());
    let mut writer = Writer::new(source);
    for page in &pages {
        writer.page()?;
        Paragraphs::new(&style, &mut writer).write(page)?;
    }
    let (title, properties) = metadata::read(pdf.metadata());
    let extracted = writer.finish(title, properties);
    if extracted.text.trim().is_empty() {
        return Err(ExtractError::NoTextLayer { pages: count });
    }
    Ok(extracted)
}

fn refusal(source: Source<'_>, error: LoadPdfError) -> ExtractError {
    match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => ExtractError::Encrypted { format: source.format },
        LoadPdfError::Decryption(_) => source.damaged("its encryption cannot be read"),
        LoadPdfError::Invalid => source.damaged("its objects cannot be found"),
    }
}
