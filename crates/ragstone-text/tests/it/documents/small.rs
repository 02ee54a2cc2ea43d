//! Small documents of each format, and exactly what is read from them.

use ragstone_text::{ChunkOptions, ExtractError, chunk};

use super::archive::{pdf, relationships, root, stream, word, zip};
use crate::extract;

fn text(name: &str, bytes: &[u8]) -> String {
    extract(name, bytes).unwrap().text
}

#[test]
fn word_has_paragraphs_tables_and_nothing_that_is_hidden_or_deleted() {
    let body = "<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>\
        <w:p><w:r><w:t>Shown &amp; kept</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>\
        <w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>.</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>wide</w:t></w:r></w:p>\
        <w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let extracted = extract("a.docx", &word(body)).unwrap();
    assert_eq!(extracted.text, "# Title\n\nShown & kept.\n\n| a | b |\n| wide cell |\n");
    assert_eq!(extracted.title.as_deref(), Some("Title"));
    assert!(extracted.pages.starts().is_empty());
}

#[test]
fn word_counts_lists_and_puts_notes_after_their_paragraph() {
    let item = |text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"7\"/></w:numPr></w:pPr>\
             <w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let note = "<w:p><w:r><w:t>Said</w:t><w:footnoteReference w:id=\"2\"/></w:r></w:p>";
    let document = root("w:document", &format!("<w:body>{}{}{note}</w:body>", item("one"), item("two")));
    let numbering = root(
        "w:numbering",
        "<w:abstractNum w:abstractNumId=\"3\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"4\"/>\
         <w:numFmt w:val=\"lowerRoman\"/><w:lvlText w:val=\"%1)\"/></w:lvl></w:abstractNum>\
         <w:num w:numId=\"7\"><w:abstractNumId w:val=\"3\"/></w:num>",
    );
    let footnotes = root(
        "w:footnotes",
        "<w:footnote w:id=\"0\" w:type=\"separator\"><w:p/></w:footnote>\
         <w:footnote w:id=\"2\"><w:p><w:r><w:t>where</w:t></w:r></w:p></w:footnote>",
    );
    let parts = relationships(&[("1", "numbering", "numbering.xml"), ("2", "footnotes", "footnotes.xml")]);
    let files = [
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &*document),
        ("word/_rels/document.xml.rels", &parts),
        ("word/numbering.xml", &numbering),
        ("word/footnotes.xml", &footnotes),
    ];
    assert_eq!(text("a.docx", &zip(&files)), "iv) one\nv) two\n\nSaid[^2]\n\n[^2]: where\n");
}

#[test]
fn slides_are_pages_with_notes_and_hidden_ones_are_left_out() {
    let shape = |kind: &str, text: &str| {
        format!(
            "<p:sp><p:nvPr><p:ph type=\"{kind}\"/></p:nvPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p>\
             </p:txBody></p:sp>"
        )
    };
    let slide = |text: &str| root("p:sld", &(shape("title", text) + &shape("body", "point")));
    let hidden = slide("secret").replacen("<p:sld ", "<p:sld show=\"0\" ", 1);
    let ids =
        "<p:sldId id=\"256\" r:id=\"b\"/><p:sldId id=\"257\" r:id=\"a\"/><p:sldId id=\"258\" r:id=\"c\"/>";
    let files = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("ppt/presentation.xml", root("p:presentation", ids)),
        (
            "ppt/_rels/presentation.xml.rels",
            relationships(&[
                ("a", "slide", "slides/1.xml"),
                ("b", "slide", "slides/2.xml"),
                ("c", "slide", "/ppt/slides/3.xml"),
            ]),
        ),
        ("ppt/slides/1.xml", slide("Second")),
        ("ppt/slides/2.xml", slide("First")),
        ("ppt/slides/3.xml", hidden),
        ("ppt/slides/_rels/1.xml.rels", relationships(&[("n", "notesSlide", "../notes.xml")])),
        ("ppt/notes.xml", root("p:notes", &shape("body", "say this"))),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, content)| (*name, content.as_str())).collect();
    let extracted = extract("a.pptx", &zip(&files)).unwrap();
    assert_eq!(extracted.text, "# First\n\n- point\n\n# Second\n\n- point\n\nNote: say this\n");
    assert_eq!(extracted.pages.starts().len(), 2);
    let chunks = chunk(&extracted, &ChunkOptions::default());
    let pages: Vec<String> =
        chunks.iter().filter_map(|chunk| chunk.pages).map(|pages| pages.to_string()).collect();
    assert_eq!(pages, ["1-2"]);
}

/// A workbook with a sheet of these rows, and a hidden sheet.
pub(super) fn workbook(rows: &str) -> Vec<u8> {
    let sheets = "<sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"a\"/>\
        <sheet name=\"Secret\" sheetId=\"2\" state=\"hidden\" r:id=\"a\"/></sheets>";
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let named = |name: &str, content: &str| root(name, content).replacen(name, &format!("{name} {main}"), 1);
    let workbook = named("workbook", sheets);
    let sheet = named("worksheet", &format!("<sheetData>{rows}</sheetData>"));
    let parts = relationships(&[("a", "worksheet", "worksheets/1.xml")]);
    let package = relationships(&[("m", "officeDocument", "xl/workbook.xml")]);
    zip(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &package),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &parts),
        ("xl/worksheets/1.xml", &sheet),
    ])
}

#[test]
fn sheets_are_sections_of_rows_under_their_columns() {
    let cell =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}<c r=\"C2\"><v>0.30000000000000004</v></c></row>",
        cell("A1", "Name"),
        cell("C1", "Size"),
        cell("A2", "oak")
    );
    let extracted = extract("a.xlsx", &workbook(&rows)).unwrap();
    assert_eq!(extracted.text, "# Data\n\n| Name | | Size |\n| oak | | 0.3 |\n");
    let chunks = chunk(&extracted, &ChunkOptions::default());
    assert_eq!(chunks[0].headings, ["Data"]);
}

fn open_document(kind: &str, body: &str) -> Vec<u8> {
    let content = root("office:document-content", &format!("<office:body>{body}</office:body>"));
    let meta = root("office:document-meta", "<dc:title>Named</dc:title><dc:creator>Ann</dc:creator>");
    let media_type = format!("application/vnd.oasis.opendocument.{kind}");
    zip(&[("mimetype", &media_type), ("content.xml", &content), ("meta.xml", &meta)])
}

#[test]
fn open_documents_have_headings_lists_notes_and_properties() {
    let body = "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>\
        <text:h text:outline-level=\"2\">Part</text:h>\
        <text:p>One<text:s text:c=\"3\"/>two<text:note><text:note-citation>1</text:note-citation>\
        <text:note-body><text:p>aside</text:p></text:note-body></text:note></text:p>\
        <text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p>\
        </text:list-item></text:list></text:list-item></text:list></office:text>";
    let extracted = extract("a.bin", &open_document("text", body)).unwrap();
    assert_eq!(extracted.text, "## Part\n\nOne two[^1]\n\n[^1]: aside\n\n- a\n  - b\n");
    assert_eq!(extracted.title.as_deref(), Some("Named"));
    assert_eq!(extracted.properties.authors, ["Ann"]);
}

#[test]
fn open_sheets_repeat_cells_and_end_at_the_last_one() {
    let body = "<office:spreadsheet><table:table table:name=\"S\"><table:table-row>\
        <table:table-cell table:number-columns-repeated=\"2\"><text:p>x</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell/></table:table-row>\
        </table:table></office:spreadsheet>";
    assert_eq!(text("a.ods", &open_document("spreadsheet", body)), "# S\n\n| x | x |\n");
}

#[test]
fn books_have_chapters_named_by_their_navigation() {
    let package = "<package><metadata><dc:title>Book</dc:title><dc:creator>Ann</dc:creator></metadata>\
        <manifest><item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
        <item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
        <spine><itemref idref=\"b\"/><itemref idref=\"a\"/></spine></package>";
    let navigation = "<html><body><nav epub:type=\"toc\"><a href=\"b.xhtml\">One</a>\
        <a href=\"a.xhtml#x\">Two</a></nav></body></html>";
    let files = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", "<container><rootfile full-path=\"in/p.opf\"/></container>"),
        ("in/p.opf", &root("x", package)),
        ("in/nav.xhtml", navigation),
        ("in/a.xhtml", "<html><body><h1>Two</h1><p>later&nbsp;on</p></body></html>"),
        ("in/b.xhtml", "<html><body><p>first</p><h2>Inside</h2><p>more</p></body></html>"),
    ];
    let extracted = extract("a.zip", &zip(&files)).unwrap();
    assert_eq!(extracted.text, "# One\n\nfirst\n\n## Inside\n\nmore\n\n# Two\n\nlater\u{a0}on\n");
    assert_eq!(extracted.title.as_deref(), Some("Book"));
    assert_eq!(extracted.properties.authors, ["Ann"]);
}

#[test]
fn messages_have_headers_text_and_attachments() {
    let message = "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
        Date: Tue, 5 Mar 2024 10:00:00 +0100\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n\
        --y\r\nContent-Type: text/plain\r\n\r\nPlain words.\r\n\
        --y\r\nContent-Type: text/html\r\n\r\n<p>Marked words.</p>\r\n--y--\r\n\
        --x\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=t.csv\r\n\r\na,b\r\n1,2\r\n\
        --x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=p.png\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n\
        --x\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner\r\n\r\nDeep words.\r\n--x--\r\n";
    let extracted = extract("a.eml", message.as_bytes()).unwrap();
    let expected = "# Grüße\n\nFrom: Ann <ann@example.org>\nTo: bob@example.org\nDate: 2024-03-05T10:00:00+01:00\n\n\
        Plain words.\n\nAttachment: t.csv\n\na,b\n1,2\n\nAttachment: p.png\n\nAttached message:\n\n\
        ## Inner\n\nDeep words.\n";
    assert_eq!(extracted.text.replace("\r\n", "\n"), expected);
    assert_eq!(extracted.title.as_deref(), Some("Grüße"));
    assert_eq!(extracted.properties.recipients, ["bob@example.org"]);
}

/// A PDF with a page for each content.
fn pages(contents: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..contents.len()).map(|at| format!("{} 0 R", 4 + at * 2)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    for (at, content) in contents.iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R \
             /Resources << /Font << /F 3 0 R >> >> >>",
            5 + at * 2
        );
        objects.push(page.into_bytes());
        objects.push(stream("", content.as_bytes()));
    }
    pdf(&objects)
}

#[test]
fn pages_of_a_pdf_have_headings_paragraphs_and_tables() {
    let first = "BT /F 20 Tf 50 700 Td (A heading) Tj /F 10 Tf 0 -40 Td (Some words that go) Tj 0 -12 Td \
        (on in the next line.) Tj ET";
    let second =
        "BT /F 10 Tf 50 700 Td (Name) Tj 100 0 Td (Size) Tj -100 -12 Td (oak) Tj 100 0 Td (12) Tj ET";
    let extracted = extract("a.pdf", &pages(&[first, second])).unwrap();
    let expected =
        "# A heading\n\nSome words that go on in the next line.\n\n| Name | Size |\n| oak | 12 |\n";
    assert_eq!(extracted.text, expected);
    let chunks = chunk(&extracted, &ChunkOptions::try_new(64, 64).unwrap());
    let last = chunks.last().and_then(|chunk| chunk.pages).unwrap();
    assert_eq!((last.first(), last.last()), (2, 2));
}

#[test]
fn pages_without_text_are_no_empty_document() {
    let found = extract("a.pdf", &pages(&["0 0 100 100 re f", ""]));
    assert_eq!(found.unwrap_err(), ExtractError::NoTextLayer { pages: 2 });
}
