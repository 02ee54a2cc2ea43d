//! Documents made to exhaust memory, stack or time, and documents that were cut off or changed.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use ragstone_text::{ExtractError, ExtractLimits, Extracted, Format, Input};

use super::archive::{pdf, root, stream, word, zip};
use super::documents;
use super::small::workbook;
use crate::extract;
use crate::real::data;

fn extract_within(limits: &ExtractLimits, name: &str, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    ragstone_text::extract(&Input { bytes, file_name: Some(name), media_type: None }, limits)
}

#[test]
fn archives_that_expand_too_far_are_refused() {
    let limits = ExtractLimits { max_expanded_bytes: 1024 * 1024, ..ExtractLimits::default() };
    let body = "<w:p><w:r><w:t>word </w:t></w:r></w:p>".repeat(100_000);
    let refused = ExtractError::TooExpanded { limit: limits.max_expanded_bytes };
    assert_eq!(extract_within(&limits, "a.docx", &word(&body)).unwrap_err(), refused);
    let rows = "<row><c t=\"inlineStr\"><is><t>x</t></is></c></row>".repeat(100_000);
    assert_eq!(extract_within(&limits, "a.xlsx", &workbook(&rows)).unwrap_err(), refused);
}

#[test]
fn archives_of_many_files_are_refused() {
    let limits = ExtractLimits { max_archive_entries: 10, ..ExtractLimits::default() };
    let names: Vec<String> = (0..20).map(|at| format!("word/document{at}.xml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let refused = ExtractError::TooMany { parts: "files", limit: 10 };
    assert_eq!(extract_within(&limits, "a.docx", &zip(&files)).unwrap_err(), refused);
}

#[test]
fn archives_in_archives_are_not_opened() {
    let inner = word("<w:p/>");
    let outer = zip(&[("inner.docx", &String::from_utf8_lossy(&inner))]);
    let found = extract("a.zip", &outer).unwrap_err();
    assert_eq!(found, ExtractError::Binary { detected: Some("application/zip") });
}

#[test]
fn entities_are_not_defined_by_documents() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>";
    let document = root("w:document", "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body>");
    for document in [document.replace("?><w:", &format!("?>{laughs}<w:")), document] {
        let bytes = zip(&[("[Content_Types].xml", ""), ("word/document.xml", &document)]);
        let found = extract("a.docx", &bytes);
        assert!(matches!(found, Err(ExtractError::Damaged { format: Format::Docx, .. })), "{found:?}");
    }
}

#[test]
fn elements_nest_no_deeper_than_the_limit() {
    let limits = ExtractLimits::default();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(5_000), close.repeat(5_000));
    for body in [
        deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        deep("<w:p><w:txbxContent>", "</w:txbxContent></w:p>"),
        deep("<w:sdt>", "</w:sdt>"),
    ] {
        let found = extract("a.docx", &word(&body)).unwrap_err();
        assert_eq!(found, ExtractError::TooDeep { limit: limits.max_nesting });
    }
}

#[test]
fn texts_are_no_longer_than_the_limit() {
    let limits = ExtractLimits { max_text_bytes: 1000, ..ExtractLimits::default() };
    let body = "<w:p><w:r><w:t>word</w:t></w:r></w:p>".repeat(1000);
    let refused = ExtractError::TooMuchText { limit: 1000 };
    assert_eq!(extract_within(&limits, "a.docx", &word(&body)).unwrap_err(), refused);
    let rtf = format!("{{\\rtf1 {}}}", "word\\par ".repeat(1000));
    assert_eq!(extract_within(&limits, "a.rtf", rtf.as_bytes()).unwrap_err(), refused);
}

#[test]
fn cells_far_apart_are_no_grid_between_them() {
    let cell = |place: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>x</t></is></c>");
    let rows = format!("<row r=\"1\">{}</row><row r=\"1048576\">{}</row>", cell("A1"), cell("XFD1048576"));
    let extracted = extract("a.xlsx", &workbook(&rows)).unwrap();
    assert!(extracted.text.len() < 100_000, "{}", extracted.text.len());
}

#[test]
fn strings_are_no_more_than_fit_in_their_table() {
    let strings = "<?xml version=\"1.0\"?><sst uniqueCount=\"99999999999\"><si><t>x</t></si></sst>";
    let files =
        [("[Content_Types].xml", ""), ("xl/workbook.xml", "<workbook/>"), ("xl/SharedStrings.XML", strings)];
    let found = extract("a.xlsx", &zip(&files));
    assert!(matches!(found, Err(ExtractError::Damaged { format: Format::Xlsx, .. })), "{found:?}");
}

#[test]
fn messages_nest_no_deeper_than_the_limit() {
    let mut message = String::from("Subject: x\r\n");
    for _ in 0..20_000 {
        message.push_str("Content-Type: message/rfc822\r\n\r\n");
    }
    let limits = ExtractLimits::default();
    let found = extract("a.eml", message.as_bytes()).unwrap_err();
    assert_eq!(found, ExtractError::TooDeep { limit: limits.max_nesting });
}

fn catalog() -> Vec<u8> {
    b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()
}

#[test]
fn trees_of_pages_that_loop_end() {
    let objects = [
        catalog(),
        b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>".to_vec(),
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>".to_vec(),
    ];
    let found = extract("a.pdf", &pdf(&objects)).unwrap_err();
    assert!(matches!(found, ExtractError::Damaged { format: Format::Pdf, .. }), "{found:?}");
}

#[test]
fn forms_that_multiply_are_stopped() {
    const LEVELS: usize = 12;
    let limits = ExtractLimits { max_operations: 100_000, ..ExtractLimits::default() };
    let mut objects = vec![
        catalog(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R \
          /Resources << /XObject << /X 5 0 R >> >> >>"
            .to_vec(),
        stream("", b"/X Do"),
    ];
    for level in 0..LEVELS {
        let next = 6 + level;
        let form = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        objects.push(stream(&form, b"/X Do /X Do /X Do /X Do"));
    }
    let found = extract_within(&limits, "a.pdf", &pdf(&objects)).unwrap_err();
    assert_eq!(found, ExtractError::TooMany { parts: "drawing operations", limit: limits.max_operations });
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn streams_that_expand_too_far_are_refused() {
    let limits = ExtractLimits { max_expanded_bytes: 1024 * 1024, ..ExtractLimits::default() };
    let once = packed(&vec![b' '; 8 * 1024 * 1024]);
    let twice = packed(&once);
    let without_header = once[2..].to_vec();
    for (filter, content) in
        [("/FlateDecode", once), ("[/FlateDecode /FlateDecode]", twice), ("/FlateDecode", without_header)]
    {
        let objects = [
            catalog(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
            stream(&format!("/Filter {filter}"), &content),
        ];
        let found = extract_within(&limits, "a.pdf", &pdf(&objects)).unwrap_err();
        assert_eq!(found, ExtractError::TooExpanded { limit: limits.max_expanded_bytes });
    }
}

#[test]
fn objects_that_nest_deeply_end() {
    let deep = format!("<< /Type /Pages /Kids {} /Count 1 >>", "[".repeat(200_000)).into_bytes();
    let content = "[".repeat(100_000) + &"<<".repeat(100_000);
    let page = [
        catalog(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        stream("", content.as_bytes()),
    ];
    for objects in [vec![catalog(), deep], page.to_vec()] {
        assert!(extract("a.pdf", &pdf(&objects)).is_err());
    }
}

#[test]
fn documents_that_are_cut_off_or_changed_are_read_or_refused() {
    /// Larger documents only take longer.
    const MAX_BYTES: usize = 60_000;
    let Some(root) = data("formats") else {
        return;
    };
    for path in documents(&root) {
        let bytes = fs::read(&path).unwrap();
        if bytes.len() > MAX_BYTES {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy();
        for part in 1..4 {
            let _read_or_refused = extract(&name, &bytes[..bytes.len() * part / 4]);
            let mut changed = bytes.clone();
            for at in (part * 97..changed.len()).step_by(1009) {
                changed[at] ^= 0x15;
            }
            let _read_or_refused = extract(&name, &changed);
        }
    }
}
