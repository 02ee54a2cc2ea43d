//! Documents that tests pack or write themselves.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Namespaces that the small documents use.
const NAMESPACES: &str = "xmlns:w=\"w\" xmlns:a=\"a\" xmlns:p=\"p\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:text=\"text\" \
    xmlns:office=\"office\" xmlns:table=\"table\" xmlns:dc=\"dc\"";

/// What the kinds of relationships begin with.
const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A zip archive with these files; the first is not compressed, as `mimetype` must not be.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, (name, content)) in files.iter().enumerate() {
        let method = if at == 0 { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An element around content, with all namespaces.
pub(crate) fn root(name: &str, content: &str) -> String {
    format!("<?xml version=\"1.0\"?><{name} {NAMESPACES}>{content}</{name}>")
}

/// A part of relationships: id, kind and target of each.
pub(crate) fn relationships(all: &[(&str, &str, &str)]) -> String {
    let mut content = String::new();
    for (id, kind, target) in all {
        write!(content, "<Relationship Id=\"{id}\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"/>").unwrap();
    }
    root("Relationships", &content)
}

/// A Word document with this body.
pub(crate) fn word(body: &str) -> Vec<u8> {
    let document = root("w:document", &format!("<w:body>{body}</w:body>"));
    zip(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &document)])
}

/// A PDF of these objects, the first of which is the catalog; streams stand in them as they are.
pub(crate) fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        writeln!(table, "{place:010} 00000 n ").unwrap();
    }
    write!(table, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    bytes.extend_from_slice(table.as_bytes());
    bytes
}

/// A stream with more in its dictionary.
pub(crate) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} {dictionary} >>\nstream\n", content.len()).into_bytes();
    object.extend_from_slice(content);
    object.extend_from_slice(b"\nendstream");
    object
}
