//! Formats whose text is made from the input, because the input itself is for programs to read.

use super::{ExtractError, Extracted, Pages, Properties, is_blank};
use crate::format::Format;
use crate::outline::{BlockKind, Page, plain, subtitles};

/// What was made of an input of a format.
///
/// # Errors
/// `Empty` where nothing was.
pub(super) fn page(page: Page, format: Format) -> Result<Extracted, ExtractError> {
    if is_blank(&page.text) {
        return Err(ExtractError::Empty);
    }
    Ok(Extracted {
        text: page.text,
        is_verbatim: false,
        format,
        title: page.title,
        outline: page.outline,
        pages: Pages::default(),
        properties: Properties::default(),
    })
}

/// The input itself as lines, where there is nothing better to be made of it.
fn lines(text: String, is_verbatim: bool, format: Format) -> Extracted {
    let outline = plain::outline(&text, BlockKind::Lines);
    Extracted {
        text,
        is_verbatim,
        format,
        title: None,
        outline,
        pages: Pages::default(),
        properties: Properties::default(),
    }
}

/// Subtitles in passages; lines where there are no cues.
pub(super) fn subtitles(text: String, is_verbatim: bool) -> Extracted {
    subtitles::read(&text)
        .and_then(|found| page(found, Format::Subtitles).ok())
        .unwrap_or_else(|| lines(text, is_verbatim, Format::Subtitles))
}

/// # Errors
/// `Malformed` and `Empty`.
#[cfg(feature = "notebook")]
pub(super) fn notebook(json: &str) -> Result<Extracted, ExtractError> {
    let found = crate::outline::notebook::read(json).map_err(|error| ExtractError::Malformed {
        format: Format::Notebook,
        reason: error.reason,
        line: u32::try_from(error.line).unwrap_or(u32::MAX),
    })?;
    page(found, Format::Notebook)
}

#[cfg(not(feature = "notebook"))]
pub(super) fn notebook(_json: &str) -> Result<Extracted, ExtractError> {
    Err(ExtractError::NotBuilt { format: Format::Notebook })
}

/// A feed as a page, another document as its text; lines where it is broken or has hardly any text.
///
/// # Errors
/// `Empty`.
#[cfg(feature = "xml")]
pub(super) fn xml(text: String, is_verbatim: bool) -> Result<Extracted, ExtractError> {
    #[cfg(feature = "html")]
    if let Some(html) = crate::outline::xml::feed::page(&text) {
        return page(crate::outline::html::read(&html), Format::Xml);
    }
    match crate::outline::xml::read(&text) {
        Some(found) if !is_blank(&found.text) => page(found, Format::Xml),
        _ => Ok(lines(text, is_verbatim, Format::Xml)),
    }
}

#[cfg(not(feature = "xml"))]
pub(super) fn xml(_text: String, _is_verbatim: bool) -> Result<Extracted, ExtractError> {
    Err(ExtractError::NotBuilt { format: Format::Xml })
}
