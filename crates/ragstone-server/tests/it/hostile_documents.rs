//! Documents made to exhaust time or memory: each ends as a failure with its kind, soon, and costs nobody else anything.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::packed::{Packed, pages, pdf, stream, zip};
use crate::server::Server;

/// Longest time for one document, and most memory of the server itself.
const LONGEST: Duration = Duration::from_secs(10);
const MOST_MEMORY_KB: u64 = 512 * 1024;

/// A document, and how it ends: the reason of its failure, or none where it is read after all.
struct Hostile {
    name: &'static str,
    bytes: Vec<u8>,
    reason: Option<&'static str>,
}

fn hostile(name: &'static str, bytes: impl Into<Vec<u8>>, reason: &'static str) -> Hostile {
    Hostile { name, bytes: bytes.into(), reason: Some(reason) }
}

fn harmless(name: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name, bytes: bytes.into(), reason: None }
}

const NAMESPACES: &str = "xmlns:w=\"w\" xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

fn word(document: Packed) -> Vec<u8> {
    zip(&[Packed::new("[Content_Types].xml", "<Types/>"), document])
}

fn workbook(sheet: Packed) -> Vec<u8> {
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relationship = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" Type=\"{kinds}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook {NAMESPACES}><sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
    );
    zip(&[
        Packed::new("[Content_Types].xml", "<Types/>"),
        Packed::new("_rels/.rels", &relationship("officeDocument", "xl/workbook.xml")),
        Packed::new("xl/workbook.xml", &book),
        Packed::new("xl/_rels/workbook.xml.rels", &relationship("worksheet", "worksheets/1.xml")),
        sheet,
    ])
}

/// Entities of which each stands for ten of the one before.
fn laughs(root: &str) -> String {
    let mut entities = String::new();
    for level in 1..12 {
        let inner = format!("&a{};", level - 1).repeat(10);
        write!(entities, "<!ENTITY a{level} \"{inner}\">").expect("written");
    }
    format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"ha\">{entities}]>{root}")
}

/// Pages that draw forms that draw forms: on each `fan` to the power of `levels` times a letter.
fn multiplying(count: usize, fan: usize, levels: usize) -> Vec<u8> {
    let form = |level: usize| {
        let resources = format!(
            "/XObject << /X {} 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
            5 + level
        );
        let content = if level + 1 < levels { "/X Do " } else { "BT /F 9 Tf (a) Tj ET " };
        let dictionary =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {resources} >>");
        stream(&dictionary, &content.repeat(fan))
    };
    let forms: Vec<String> = (0..levels).map(form).collect();
    pages(count, "/XObject << /X 4 0 R >>", "/X Do", &forms)
}

fn bombs() -> Vec<Hostile> {
    const EXPANDED: usize = 400 << 20;
    let paragraph = "<w:p><w:r><w:t>They clatter.</w:t></w:r></w:p>";
    let row = "<row><c t=\"inlineStr\"><is><t>They clatter.</t></is></c></row>";
    let document = Packed::endless(
        "word/document.xml",
        &format!("<w:document {NAMESPACES}><w:body>"),
        paragraph,
        EXPANDED,
    );
    let blank = Packed::endless("word/document.xml", "<w:document>", "                ", EXPANDED);
    let sheet = Packed::endless(
        "xl/worksheets/1.xml",
        &format!("<worksheet {NAMESPACES}><sheetData>"),
        row,
        EXPANDED,
    );
    vec![
        hostile("paragraphs.docx", word(document), "too_large"),
        hostile("blank.docx", word(blank), "too_large"),
        hostile("rows.xlsx", workbook(sheet), "too_large"),
    ]
}

fn loops() -> Vec<Hostile> {
    let tree = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>".to_owned(),
    ];
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>";
    let itself = pages(1, "/XObject << /X 4 0 R >>", "/X Do", &[stream(form, "/X Do /X Do")]);
    let deep = pages(1, "", &format!("{}{}", "[".repeat(2_000_000), "<<".repeat(1_000_000)), &[]);
    vec![
        hostile("tree.pdf", pdf(&tree), "invalid_argument"),
        hostile("itself.pdf", itself, "unsupported_media"),
        hostile("deep.pdf", deep, "unsupported_media"),
        hostile("forms.pdf", multiplying(1, 10, 9), "too_large"),
    ]
}

fn entities_and_nesting() -> Vec<Hostile> {
    let in_word = laughs(&format!(
        "<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>"
    ));
    let tables = format!("<w:document {NAMESPACES}><w:body>{}", "<w:tbl><w:tr><w:tc>".repeat(500_000));
    let groups = format!("{{\\rtf1 {}", "{\\b ".repeat(5_000_000));
    let message = format!("Subject: x\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(500_000));
    vec![
        hostile("laughs.docx", word(Packed::new("word/document.xml", &in_word)), "invalid_argument"),
        hostile("tables.docx", word(Packed::new("word/document.xml", &tables)), "invalid_argument"),
        hostile("groups.rtf", groups, "invalid_argument"),
        hostile("messages.eml", message, "invalid_argument"),
        hostile("deep.json", "[".repeat(5_000_000), "invalid_argument"),
        // Read as what they are: their entities are not expanded, and their elements are not nested.
        harmless("laughs.xml", laughs("<x>They clatter, &a11;</x>")),
        harmless("nested.html", format!("{}They clatter.", "<div>".repeat(2_000_000))),
        harmless("open.html", "<p><b><i><a href=x>They clatter.".repeat(300_000)),
    ]
}

/// Most memory that a process had, in KiB.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().split(' ').next()?.parse().ok()
}

fn ingest(server: &Server, path: &Path) -> Value {
    server.http.post("/api/v1/collections/default/ingest", &json!({ "paths": [path] })).ok()
}

/// Ingests a document, which must not take longer than any may.
fn ingest_soon(server: &Server, path: &Path) -> Value {
    #[expect(clippy::disallowed_methods, reason = "the time of another process has no clock to inject")]
    let start = Instant::now();
    let report = ingest(server, path);
    assert!(start.elapsed() < LONGEST, "{}: {:?}", path.display(), start.elapsed());
    report
}

/// Ingests each document alone and then all of them with others, which must be stored.
fn check(documents: Vec<Hostile>) {
    let folder = || tempfile::tempdir().expect("folder");
    let (data, root) = (folder(), folder());
    let root_path = root.path().canonicalize().expect("there");
    let server = Server::up(data.path(), root.path());
    let mut expected = Vec::new();
    for document in documents {
        let path = root_path.join(document.name);
        std::fs::write(&path, document.bytes).expect("written");
        let report = ingest_soon(&server, &path);
        let failure = &report["failed"][0];
        assert_eq!(failure["reason"].as_str(), document.reason, "{}: {report}", document.name);
        assert!(document.reason.is_none() || failure["help"].is_string(), "{report}");
        expected.extend(document.reason.map(|_| document.name));
    }
    for name in ["before.md", "zzz.md"] {
        std::fs::write(root_path.join(name), "# Herons\n\nHerons stand still.\n").expect("written");
    }
    let report = ingest(&server, &root_path);
    assert_eq!(report["created"], json!(2), "{report}");
    assert_eq!(report["failed_total"], json!(expected.len()), "{report}");
    assert_eq!(server.http.search_behind("herons", report["sequence"].as_u64()).len(), 2);
    if let Some(peak) = peak_memory(server.pid()) {
        assert!(peak < MOST_MEMORY_KB, "{peak} KiB");
    }
    server.stop();
}

#[test]
fn packages_that_expand_for_ever_are_too_large() {
    check(bombs());
}

#[test]
fn structures_that_loop_or_multiply_end() {
    check(loops());
}

#[test]
fn entities_and_nesting_do_not_multiply() {
    check(entities_and_nesting());
}

/// The bound on memory is one on what is mapped, and allocators map more than they need; one of a gibibyte at once made
/// about half of the readings of such a document fail.
#[test]
fn a_document_that_needs_little_memory_is_read_each_time() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("glyphs.pdf");
    std::fs::write(&file, multiplying(2, 8, 6)).expect("written");
    for time in 0..12 {
        let mut command = ragstone(folder.path());
        command.args(["text", "preview", "--json"]).arg(&file);
        let output = command.output().expect("starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "time {time}: {told}");
    }
}

/// What most documents need is far below the usual limit of time, so that it is set low here, for one that needs longer.
#[cfg(unix)]
#[test]
fn a_document_that_takes_too_long_is_refused_and_others_are_read() {
    const LIMIT: &str = "RAGSTONE_INGEST__DOCUMENT_SECONDS";
    let folder = || tempfile::tempdir().expect("folder");
    let (data, root) = (folder(), folder());
    let root_path = root.path().canonicalize().expect("there");
    let slow = root_path.join("slow.pdf");
    std::fs::write(&slow, multiplying(20, 8, 6)).expect("written");
    std::fs::write(root_path.join("good.md"), "# Herons\n\nHerons stand still.\n").expect("written");
    let mut command = ragstone(data.path());
    command.arg("up").arg(root.path()).env(LIMIT, "1");
    let mut server = Server::spawn(data.path(), &mut command);
    server.wait_for("Ctrl-C stops the server.");
    let report = ingest_soon(&server, &slow);
    let failure = &report["failed"][0];
    assert_eq!(failure["reason"], "too_large", "{report}");
    assert!(failure["detail"].as_str().is_some_and(|detail| detail.contains("time")), "{report}");
    assert!(
        failure["help"].as_str().is_some_and(|help| help.contains("ingest.document_seconds")),
        "{report}"
    );
    assert_eq!(server.http.search("herons").len(), 1, "{}", server.output());
    server.stop();

    let mut patient = ragstone(data.path());
    patient.args(["text", "preview", "--json"]).arg(&slow).env(LIMIT, "600");
    assert!(patient.output().expect("starts").status.success(), "with more time it is read");
}
