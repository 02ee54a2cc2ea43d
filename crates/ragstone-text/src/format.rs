//! The formats that are understood, and how a format is told from a file name, a media type or the text.

use std::fmt;

pub use self::code::CodeLanguage;
pub(crate) use self::hint::{is_named_text, is_prose, sniff};
use self::table::{EXTENSIONS, MEDIA_TYPES, lookup};

mod code;
mod hint;
mod table;

/// Format of an input, which decides how it is cut into chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// CommonMark with tables, footnotes and front matter.
    Markdown,
    /// HTML, of which the readable text is kept.
    Html,
    /// Any other text.
    PlainText,
    /// JSON, JSON with comments, or a sequence of JSON values such as JSON Lines.
    Json,
    /// Rows with a header row; the delimiter is found in the first line.
    Csv,
    /// AsciiDoc.
    AsciiDoc,
    /// reStructuredText.
    ReStructuredText,
    /// LaTeX.
    Latex,
    /// Org mode.
    Org,
    /// YAML, of one document or several.
    Yaml,
    /// TOML.
    Toml,
    /// Settings as keys and values, with or without sections: INI and Java properties.
    Ini,
    /// Jupyter notebook, of which cells and the text of their outputs are kept.
    Notebook,
    /// Subtitles with their times: WebVTT and SubRip.
    Subtitles,
    /// XML, of which the text is kept; RSS and Atom among it.
    Xml,
    /// Source code with symbols.
    Code(CodeLanguage),
    /// PDF with a text layer.
    Pdf,
    /// Word documents of Office Open XML.
    Docx,
    /// Presentations of Office Open XML.
    Pptx,
    /// Workbooks of Office Open XML.
    Xlsx,
    /// Workbooks of Office Open XML in its binary form.
    Xlsb,
    /// Workbooks of Excel 97 to 2003.
    Xls,
    /// Text documents of OpenDocument.
    Odt,
    /// Spreadsheets of OpenDocument.
    Ods,
    /// Presentations of OpenDocument.
    Odp,
    /// Books in EPUB 2 and 3.
    Epub,
    /// Rich Text Format.
    Rtf,
    /// A message with its headers and attachments.
    Email,
}

/// Formats of whole documents, in the order in which they are listed.
const DOCUMENTS: [Format; 12] = [
    Format::Pdf,
    Format::Docx,
    Format::Pptx,
    Format::Xlsx,
    Format::Xlsb,
    Format::Xls,
    Format::Odt,
    Format::Ods,
    Format::Odp,
    Format::Epub,
    Format::Rtf,
    Format::Email,
];

impl Format {
    /// Media type for a response that carries the original.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::PlainText => "text/plain",
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::AsciiDoc => "text/x-asciidoc",
            Self::ReStructuredText => "text/x-rst",
            Self::Latex => "text/x-tex",
            Self::Org => "text/x-org",
            Self::Yaml => "application/yaml",
            Self::Toml => "application/toml",
            Self::Ini => "text/x-ini",
            Self::Notebook => "application/x-ipynb+json",
            Self::Subtitles => "text/vtt",
            Self::Xml => "application/xml",
            Self::Code(language) => language.media_type(),
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xlsb => "application/vnd.ms-excel.sheet.binary.macroenabled.12",
            Self::Xls => "application/vnd.ms-excel",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
            Self::Epub => "application/epub+zip",
            Self::Rtf => "application/rtf",
            Self::Email => "message/rfc822",
        }
    }

    /// Stable lower-case name, such as `markdown` or `rust`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::PlainText => "text",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::AsciiDoc => "asciidoc",
            Self::ReStructuredText => "restructuredtext",
            Self::Latex => "latex",
            Self::Org => "org",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Ini => "ini",
            Self::Notebook => "notebook",
            Self::Subtitles => "subtitles",
            Self::Xml => "xml",
            Self::Code(language) => language.name(),
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Pptx => "pptx",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Epub => "epub",
            Self::Rtf => "rtf",
            Self::Email => "email",
        }
    }

    /// Format that the hints stand for; a specific media type outranks the name, and a well-known name, such as
    /// `Gemfile`, its extension.
    ///
    /// `None` where none says anything: the name is unknown or missing and the media type is missing, unknown
    /// or as unspecific as `text/plain`.
    pub fn from_hints(file_name: Option<&str>, media_type: Option<&str>) -> Option<Self> {
        let by_media_type = media_type.and_then(|media_type| {
            let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            lookup(MEDIA_TYPES, &essence)
        });
        by_media_type.or_else(|| {
            let name = hint::last_part(file_name?);
            hint::well_known(name).or_else(|| lookup(EXTENSIONS, &hint::extension(name)))
        })
    }
}

impl Format {
    /// Format of a name that [`Format::name`] gives; `None` for an unknown one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [Self::Markdown, Self::Html, Self::PlainText, Self::Json, Self::Csv];
        let marked_up = [Self::AsciiDoc, Self::ReStructuredText, Self::Latex, Self::Org];
        let settings = [Self::Yaml, Self::Toml, Self::Ini];
        let converted = [Self::Notebook, Self::Subtitles, Self::Xml];
        plain
            .into_iter()
            .chain(marked_up)
            .chain(settings)
            .chain(converted)
            .chain(CodeLanguage::ALL.into_iter().map(Self::Code))
            .chain(DOCUMENTS)
    }

    /// Whether the original is text, which can be given as a string.
    pub fn is_textual(self) -> bool {
        !self.is_document() || matches!(self, Self::Rtf | Self::Email)
    }

    /// Whether the text has to be found in the original first, which tells its format itself.
    pub(crate) fn is_document(self) -> bool {
        DOCUMENTS.contains(&self)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_decides_where_the_media_type_is_unspecific() {
        for media_type in [None, Some("text/plain"), Some("application/octet-stream"), Some("")] {
            assert_eq!(Format::from_hints(Some("docs/README.MD"), media_type), Some(Format::Markdown));
        }
        assert_eq!(Format::from_hints(Some("page.md"), Some("text/html; charset=utf-8")), Some(Format::Html));
        assert_eq!(Format::from_hints(Some(".csv"), None), None);
        assert_eq!(Format::from_hints(Some("dir.rs/notes"), None), None);
    }

    #[test]
    fn media_type_of_every_format_leads_back_to_it() {
        for format in Format::all() {
            let found = Format::from_hints(None, Some(format.media_type()));
            let expected = match format {
                Format::PlainText => None,
                Format::Code(CodeLanguage::Tsx) => Some(Format::Code(CodeLanguage::TypeScript)),
                format => Some(format),
            };
            assert_eq!(found, expected);
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
    }
}
