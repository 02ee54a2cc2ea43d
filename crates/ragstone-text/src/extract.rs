//! From the bytes of a file to its text, its title and its outline.

use crate::document;
use crate::format::{self, Format};
use crate::outline::{BlockKind, Outline, asciidoc, json, latex, markdown, org, plain, rst, toml, yaml};

pub use self::error::ExtractError;
pub use self::limits::ExtractLimits;
pub use self::pages::Pages;
pub use self::properties::Properties;

pub(crate) use self::binary::kind_of as kind_of_binary;

mod binary;
mod converted;
mod encoding;
mod error;
mod limits;
mod pages;
mod properties;
#[cfg(feature = "transport")]
mod transport;

/// A file as it was found, with what is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The content.
    pub bytes: &'a [u8],
    /// Name or path, of which the extension is a hint.
    pub file_name: Option<&'a str>,
    /// Media type with or without parameters; its `charset` is a hint too.
    pub media_type: Option<&'a str>,
}

impl Input<'_> {
    /// Whether the content is a document such as PDF, which is read by parsers of formats that are for programs.
    pub fn is_document(&self) -> bool {
        matches!(document::find(self), Ok(Some(_)))
    }
}

/// Text of an input with its structure; the argument of [`chunk`](crate::chunk()).
#[derive(Clone, Debug)]
pub struct Extracted {
    /// What all spans refer to: the decoded file itself, or what was made of one that is for programs to read.
    pub text: String,
    /// Whether spans in `text` are also spans in the input: it was UTF-8, and nothing was converted.
    pub is_verbatim: bool,
    /// What the input was taken for.
    pub format: Format,
    /// Title from properties, front matter, `<title>` or its like, the first heading or a first line that stands alone.
    pub title: Option<String>,
    /// Where blocks begin and which headings are above them; belongs to `text` as it is now.
    pub outline: Outline,
    /// Where pages or slides begin; belongs to `text` too.
    pub pages: Pages,
    /// What the document says of itself.
    pub properties: Properties,
}

/// Decodes an input, finds its format and reads its structure.
///
/// The content of documents such as PDF tells their format, whatever they are called. Else the format is what the
/// media type says, else what the name says, else what the text begins like, such as HTML or a script with its
/// interpreter, else plain text. Source code without the feature `code` is plain text cut at lines.
///
/// Cost: linear in the input, or in what a document expands to, with bounded recursion; source code larger than 128 KiB, or that costs its parser too
/// many steps, is cut at lines.
///
/// # Errors
/// One variant of [`ExtractError`] per reason for which the input is refused.
pub fn extract(input: &Input<'_>, limits: &ExtractLimits) -> Result<Extracted, ExtractError> {
    if input.bytes.len() > limits.max_bytes {
        return Err(ExtractError::TooLarge { limit: limits.max_bytes, actual: input.bytes.len() });
    }
    if input.bytes.is_empty() {
        return Err(ExtractError::Empty);
    }
    if let Some(format) = document::find(input)? {
        return document::read(input, format, limits);
    }
    let decoded = encoding::decode(input)?;
    if is_blank(&decoded.text) {
        return Err(ExtractError::Empty);
    }
    let format = Format::from_hints(input.file_name, input.media_type)
        .filter(|format| !format.is_document())
        .unwrap_or_else(|| format::sniff(&decoded.text));
    read(decoded.text, decoded.is_verbatim, format, input.file_name, limits)
}

/// Whether there is nothing to read: white space and byte order marks only.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

fn read(
    text: String,
    is_verbatim: bool,
    format: Format,
    file_name: Option<&str>,
    limits: &ExtractLimits,
) -> Result<Extracted, ExtractError> {
    let (outline, title) = match format {
        Format::Markdown => markdown::outline(&text),
        Format::AsciiDoc => asciidoc::outline(&text),
        Format::ReStructuredText => rst::outline(&text),
        Format::Latex => latex::outline(&text),
        Format::Org => org::outline(&text),
        Format::Html => return read_html(&text),
        Format::Notebook => return converted::notebook(&text),
        Format::Subtitles => return Ok(converted::subtitles(text, is_verbatim)),
        Format::Xml => return converted::xml(text, is_verbatim),
        Format::PlainText if format::is_prose(file_name, &text) => {
            (plain::outline(&text, BlockKind::Text), plain::title(&text))
        }
        Format::PlainText => (plain::outline(&text, BlockKind::Lines), None),
        Format::Json => {
            let outline = json::outline(&text, limits.max_json_depth)
                .map_err(|error| ExtractError::from_json(error, &text, limits.max_json_depth))?;
            (outline, None)
        }
        Format::Csv => (crate::outline::csv::outline(&text), None),
        Format::Yaml => (yaml::outline(&text), None),
        Format::Toml => (toml::outline(&text, toml::Dialect::Toml), None),
        Format::Ini => (toml::outline(&text, toml::Dialect::Ini), None),
        Format::Code(language) => (read_code(&text, language), None),
        format => return Err(ExtractError::NotBuilt { format }),
    };
    Ok(Extracted {
        text,
        is_verbatim,
        format,
        title,
        outline,
        pages: Pages::default(),
        properties: Properties::default(),
    })
}

#[cfg(feature = "html")]
fn read_html(html: &str) -> Result<Extracted, ExtractError> {
    converted::page(crate::outline::html::read_article(html), Format::Html)
}

#[cfg(not(feature = "html"))]
fn read_html(_html: &str) -> Result<Extracted, ExtractError> {
    Err(ExtractError::NotBuilt { format: Format::Html })
}

#[cfg(feature = "code")]
fn read_code(text: &str, language: format::CodeLanguage) -> Outline {
    crate::outline::code::outline(text, language).unwrap_or_else(|| plain::outline(text, BlockKind::Lines))
}

#[cfg(not(feature = "code"))]
fn read_code(text: &str, _language: format::CodeLanguage) -> Outline {
    plain::outline(text, BlockKind::Lines)
}
