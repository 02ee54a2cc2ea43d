//! A target for each reader of texts and documents.

use ragstone_text::{Extracted, Input};

use crate::target::Target;
use crate::{code, laws, named, package, passages};

/// Every target of the binary `readers`.
pub const TARGETS: &[Target] = &[
    Target { name: "asciidoc", run: |bytes| text("a.adoc", bytes) },
    Target { name: "csv", run: |bytes| text("a.csv", bytes) },
    Target { name: "html", run: |bytes| text("a.html", bytes) },
    Target { name: "ini", run: |bytes| text("a.ini", bytes) },
    Target { name: "json", run: |bytes| text("a.json", bytes) },
    Target { name: "latex", run: |bytes| text("a.tex", bytes) },
    Target { name: "markdown", run: |bytes| text("a.md", bytes) },
    Target { name: "notebook", run: |bytes| text("a.ipynb", bytes) },
    Target { name: "org", run: |bytes| text("a.org", bytes) },
    Target { name: "plain", run: |bytes| text("a.txt", bytes) },
    Target { name: "restructuredtext", run: |bytes| text("a.rst", bytes) },
    Target { name: "subtitles", run: |bytes| text("a.vtt", bytes) },
    Target { name: "toml", run: |bytes| text("a.toml", bytes) },
    Target { name: "xml", run: |bytes| text("a.xml", bytes) },
    Target { name: "yaml", run: |bytes| text("a.yaml", bytes) },
    Target { name: "email", run: |bytes| text("a.eml", bytes) },
    Target { name: "pdf", run: |bytes| text("a.pdf", bytes) },
    Target { name: "rtf", run: |bytes| text("a.rtf", bytes) },
    Target { name: "docx", run: |bytes| archive("a.docx", bytes) },
    Target { name: "epub", run: |bytes| archive("a.epub", bytes) },
    Target { name: "open_document", run: |bytes| archive("a.odt", bytes) },
    Target { name: "pptx", run: |bytes| archive("a.pptx", bytes) },
    Target { name: "workbook", run: |bytes| archive("a.xlsx", bytes) },
    Target { name: "code", run: code::run },
    Target { name: "hints", run: hints },
    Target { name: "transport", run: transport },
    Target { name: "analysis", run: passages::analysis },
    Target { name: "highlights", run: passages::highlights },
    Target { name: "boundaries", run: passages::boundaries },
];

fn text(file_name: &str, bytes: &[u8]) {
    laws::read(&Input { bytes, file_name: Some(file_name), media_type: None });
}

fn archive(file_name: &str, bytes: &[u8]) {
    if let Some(bytes) = package::pack(bytes) {
        text(file_name, &bytes);
    }
}

/// The first line is the name of a file, the second a media type: what decides how the rest is read.
fn hints(bytes: &[u8]) {
    let (file_name, rest) = named::split(bytes);
    let (media_type, bytes) = named::split(rest);
    laws::read(&Input { bytes, file_name, media_type });
}

/// What a process that was taken over may answer.
fn transport(bytes: &[u8]) {
    if let Some(extracted) = Extracted::from_json(bytes)
        && !extracted.text.trim().is_empty()
    {
        laws::check(&extracted);
    }
}
