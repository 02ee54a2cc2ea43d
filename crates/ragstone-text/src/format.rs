//! The formats that are understood, and how a format is told from a file name, a media type or the text.

use std::fmt;

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

/// Languages whose symbols are found; every other language is plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeLanguage {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript with or without JSX.
    JavaScript,
    /// Go.
    Go,
    /// Java.
    Java,
    /// C, and headers that do not say otherwise.
    C,
    /// C++.
    Cpp,
}

/// File name extensions, lower case, and what they stand for.
const EXTENSIONS: &[(&str, Format)] = &[
    ("c", Format::Code(CodeLanguage::C)),
    ("cc", Format::Code(CodeLanguage::Cpp)),
    ("cjs", Format::Code(CodeLanguage::JavaScript)),
    ("cpp", Format::Code(CodeLanguage::Cpp)),
    ("csv", Format::Csv),
    ("cts", Format::Code(CodeLanguage::TypeScript)),
    ("cxx", Format::Code(CodeLanguage::Cpp)),
    ("docm", Format::Docx),
    ("docx", Format::Docx),
    ("dotx", Format::Docx),
    ("eml", Format::Email),
    ("epub", Format::Epub),
    ("geojson", Format::Json),
    ("go", Format::Code(CodeLanguage::Go)),
    ("h", Format::Code(CodeLanguage::C)),
    ("hh", Format::Code(CodeLanguage::Cpp)),
    ("hpp", Format::Code(CodeLanguage::Cpp)),
    ("htm", Format::Html),
    ("html", Format::Html),
    ("hxx", Format::Code(CodeLanguage::Cpp)),
    ("java", Format::Code(CodeLanguage::Java)),
    ("js", Format::Code(CodeLanguage::JavaScript)),
    ("json", Format::Json),
    ("jsonc", Format::Json),
    ("jsonl", Format::Json),
    ("jsx", Format::Code(CodeLanguage::JavaScript)),
    ("markdown", Format::Markdown),
    ("md", Format::Markdown),
    ("mdx", Format::Markdown),
    ("mjs", Format::Code(CodeLanguage::JavaScript)),
    ("mkd", Format::Markdown),
    ("mts", Format::Code(CodeLanguage::TypeScript)),
    ("ndjson", Format::Json),
    ("odp", Format::Odp),
    ("ods", Format::Ods),
    ("odt", Format::Odt),
    ("ott", Format::Odt),
    ("pdf", Format::Pdf),
    ("potx", Format::Pptx),
    ("ppsx", Format::Pptx),
    ("pptm", Format::Pptx),
    ("pptx", Format::Pptx),
    ("py", Format::Code(CodeLanguage::Python)),
    ("pyi", Format::Code(CodeLanguage::Python)),
    ("pyw", Format::Code(CodeLanguage::Python)),
    ("rs", Format::Code(CodeLanguage::Rust)),
    ("rtf", Format::Rtf),
    ("ts", Format::Code(CodeLanguage::TypeScript)),
    ("tsv", Format::Csv),
    ("tsx", Format::Code(CodeLanguage::Tsx)),
    ("xhtml", Format::Html),
    ("xls", Format::Xls),
    ("xlsb", Format::Xlsb),
    ("xlsm", Format::Xlsx),
    ("xlsx", Format::Xlsx),
    ("xltx", Format::Xlsx),
];

/// Extensions of running prose; the text of every other extension is cut at lines rather than sentences.
const PROSE_EXTENSIONS: &[&str] = &["", "adoc", "asciidoc", "org", "rst", "rtf", "tex", "text", "txt"];

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

/// Media types without parameters, and what they stand for.
const MEDIA_TYPES: &[(&str, Format)] = &[
    ("application/epub+zip", Format::Epub),
    ("application/javascript", Format::Code(CodeLanguage::JavaScript)),
    ("application/json", Format::Json),
    ("application/ld+json", Format::Json),
    ("application/pdf", Format::Pdf),
    ("application/rtf", Format::Rtf),
    ("application/vnd.ms-excel", Format::Xls),
    ("application/vnd.ms-excel.sheet.binary.macroenabled.12", Format::Xlsb),
    ("application/vnd.ms-excel.sheet.macroenabled.12", Format::Xlsx),
    ("application/vnd.ms-powerpoint.presentation.macroenabled.12", Format::Pptx),
    ("application/vnd.ms-word.document.macroenabled.12", Format::Docx),
    ("application/vnd.oasis.opendocument.presentation", Format::Odp),
    ("application/vnd.oasis.opendocument.spreadsheet", Format::Ods),
    ("application/vnd.oasis.opendocument.text", Format::Odt),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", Format::Pptx),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Format::Xlsx),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Format::Docx),
    ("application/x-ndjson", Format::Json),
    ("application/xhtml+xml", Format::Html),
    ("message/rfc822", Format::Email),
    ("text/csv", Format::Csv),
    ("text/html", Format::Html),
    ("text/javascript", Format::Code(CodeLanguage::JavaScript)),
    ("text/markdown", Format::Markdown),
    ("text/rtf", Format::Rtf),
    ("text/tab-separated-values", Format::Csv),
    ("text/x-c", Format::Code(CodeLanguage::C)),
    ("text/x-c++", Format::Code(CodeLanguage::Cpp)),
    ("text/x-go", Format::Code(CodeLanguage::Go)),
    ("text/x-java", Format::Code(CodeLanguage::Java)),
    ("text/x-markdown", Format::Markdown),
    ("text/x-python", Format::Code(CodeLanguage::Python)),
    ("text/x-rust", Format::Code(CodeLanguage::Rust)),
    ("text/x-typescript", Format::Code(CodeLanguage::TypeScript)),
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

    /// Format that the hints stand for; a specific media type outranks the extension.
    ///
    /// `None` where neither says anything: the extension is unknown or missing and the media type is
    /// missing, unknown or as unspecific as `text/plain`.
    pub fn from_hints(file_name: Option<&str>, media_type: Option<&str>) -> Option<Self> {
        let by_media_type = media_type.and_then(|media_type| {
            let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            lookup(MEDIA_TYPES, &essence)
        });
        by_media_type.or_else(|| lookup(EXTENSIONS, &extension(file_name?)))
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
        plain.into_iter().chain(CodeLanguage::ALL.into_iter().map(Self::Code)).chain(DOCUMENTS)
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

impl CodeLanguage {
    /// Every language.
    pub const ALL: [Self; 9] = [
        Self::Rust,
        Self::Python,
        Self::TypeScript,
        Self::Tsx,
        Self::JavaScript,
        Self::Go,
        Self::Java,
        Self::C,
        Self::Cpp,
    ];

    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::JavaScript => "javascript",
            Self::Go => "go",
            Self::Java => "java",
            Self::C => "c",
            Self::Cpp => "cpp",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Rust => "text/x-rust",
            Self::Python => "text/x-python",
            Self::TypeScript | Self::Tsx => "text/x-typescript",
            Self::JavaScript => "text/javascript",
            Self::Go => "text/x-go",
            Self::Java => "text/x-java",
            Self::C => "text/x-c",
            Self::Cpp => "text/x-c++",
        }
    }
}

/// Whether sentences are the natural units of a plain text of this name.
pub(crate) fn is_prose(file_name: Option<&str>) -> bool {
    file_name.is_none_or(|name| PROSE_EXTENSIONS.contains(&extension(name).as_str()))
}

/// Guesses the format of text without useful hints: HTML where it begins like HTML, else plain text.
pub(crate) fn sniff(text: &str) -> Format {
    let head = text.trim_start_matches('\u{feff}').trim_start();
    let head: String = head.chars().take(15).collect::<String>().to_ascii_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        Format::Html
    } else {
        Format::PlainText
    }
}

/// The extension in lower case; empty where the name has none or only begins with a dot.
fn extension(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

fn lookup(table: &[(&str, Format)], key: &str) -> Option<Format> {
    let at = table.binary_search_by(|(name, _)| name.cmp(&key)).ok()?;
    table.get(at).map(|(_, format)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_binary_search() {
        assert!(EXTENSIONS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(MEDIA_TYPES.is_sorted_by(|a, b| a.0 < b.0));
    }

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
    fn media_type_of_every_language_leads_back_to_it() {
        for language in CodeLanguage::ALL {
            let found = Format::from_hints(None, Some(Format::Code(language).media_type()));
            let expected = if language == CodeLanguage::Tsx { CodeLanguage::TypeScript } else { language };
            assert_eq!(found, Some(Format::Code(expected)));
        }
    }

    #[test]
    fn name_and_media_type_of_every_document_lead_back_to_it() {
        for format in DOCUMENTS {
            assert_eq!(Format::from_hints(None, Some(format.media_type())), Some(format));
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
    }

    #[test]
    fn html_without_hints_is_recognised() {
        assert_eq!(sniff("\n<!DOCTYPE html><p>x"), Format::Html);
        assert_eq!(sniff("a < b"), Format::PlainText);
    }
}
