//! Input made to exhaust the stack, the memory or the time of its parser; every test ends, or the suite hangs.

use std::fmt::Write;

use ragstone_text::{Analyzer, AnalyzerKind, ByteSpan, ChunkOptions, Format, best_window, chunk, highlights};

use crate::extract;

/// Repetitions that nest, look back or backtrack in one format or another.
const UNITS: [&str; 46] = [
    "[",
    "]",
    "(",
    "{",
    "}",
    "{\"a\":",
    "[[]",
    "<",
    "<a ",
    "<div>",
    "<!--",
    "&",
    "> ",
    "- ",
    "* a\n",
    "*a_",
    "**",
    "`",
    "``a",
    "~",
    "|",
    "[a](",
    "[^a]:",
    "![",
    "\\",
    "#",
    "    ",
    "\t",
    "\"",
    "a,",
    "/*",
    "if(a){",
    "impl A { fn b() {",
    "\u{301}",
    "-",
    "- - ",
    "a: ",
    "=",
    "== ",
    ".. a::",
    "\\section{",
    "\\begin{a}",
    "[[a.",
    "\"\"\"",
    "00:01 --> 00:02\n",
    "#+begin_a\n",
];

const FILE_NAMES: [&str; 35] = [
    "a.md", "a.html", "a.txt", "a.json", "a.csv", "a.rs", "a.py", "a.ts", "a.tsx", "a.js", "a.go", "a.java",
    "a.c", "a.cpp", "a.rb", "a.php", "a.sh", "a.lua", "a.ex", "a.r", "a.zig", "a.dart", "a.ps1", "a.tf",
    "a.proto", "a.adoc", "a.rst", "a.tex", "a.org", "a.yaml", "a.toml", "a.ini", "a.ipynb", "a.vtt", "a.xml",
];

/// Kept small enough for an unoptimised build, in which the parsers of code are very slow.
fn bytes(file_name: &str) -> usize {
    let format = Format::from_hints(Some(file_name), None);
    if matches!(format, Some(Format::Code(_))) { 1024 } else { 16 * 1024 }
}

fn check(file_name: &str, text: &str) {
    if let Ok(extracted) = extract(file_name, text.as_bytes()) {
        let chunks = chunk(&extracted, &ChunkOptions::default());
        assert!(!chunks.is_empty(), "{file_name}");
        assert!(chunks.iter().all(|chunk| chunk.span.len() <= ChunkOptions::default().max()));
    }
}

#[test]
fn repeated_openings_end_for_every_format() {
    for file_name in FILE_NAMES {
        for unit in UNITS {
            check(file_name, &unit.repeat(bytes(file_name) / unit.len()));
        }
    }
}

#[test]
fn repeated_openings_on_lines_end_for_every_format() {
    for file_name in FILE_NAMES {
        for unit in UNITS {
            let unit = format!("{unit}x\n");
            check(file_name, &unit.repeat(bytes(file_name) / unit.len()));
        }
    }
}

#[test]
fn growing_indentation_ends() {
    let (mut list, mut nested) = (String::new(), String::new());
    for depth in 0..200 {
        writeln!(list, "{}- a", " ".repeat(depth * 2)).unwrap();
        writeln!(nested, "{}class A:", " ".repeat(depth)).unwrap();
    }
    check("a.md", &list);
    check("a.py", &nested);
}

#[test]
fn long_lines_are_cut() {
    for text in ["x".repeat(300_000), "é".repeat(150_000), "word ".repeat(60_000)] {
        for file_name in
            ["a.md", "a.txt", "a.csv", "a.yaml", "a.rs", "a.adoc", "a.rst", "a.tex", "a.org", "a.toml"]
        {
            check(file_name, &text);
        }
    }
}

#[test]
fn tags_and_arguments_without_ends_cost_linear_time() {
    for (file_name, unit) in [
        ("a.vtt", "<"),
        ("a.vtt", "{\\"),
        ("a.vtt", "{"),
        ("a.tex", "\\section{\n"),
        ("a.tex", "\\section[\n"),
        ("a.xml", "<a b='"),
        ("a.xml", "&"),
        ("a.yaml", "a:b"),
        ("a.yaml", "- "),
        ("a.toml", "[a."),
        ("a.adoc", "a\n-\n"),
        ("a.rst", "a\n=\n"),
    ] {
        check(file_name, &format!("00:01 --> 00:02\n{}", unit.repeat(1_000_000 / unit.len())));
    }
}

#[test]
fn huge_headings_are_not_repeated_with_every_chunk() {
    let text = format!("# {}\n\n{}", "heading ".repeat(20_000), "paragraph of text\n\n".repeat(5_000));
    let chunks = chunk(&extract("a.md", text.as_bytes()).unwrap(), &ChunkOptions::default());
    assert!(chunks.iter().flat_map(|chunk| &chunk.headings).all(|heading| heading.len() < 300));
}

#[test]
fn analysis_of_repetitions_ends() {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    for unit in UNITS.iter().chain(&[
        "a.",
        "a/",
        "a::",
        "a_",
        "aB",
        "a'",
        "1,000",
        "é'",
        "é_",
        "東",
        "a\u{200d}",
        "🇩🇪",
        "👩\u{200d}",
    ]) {
        let text = unit.repeat(200_000 / unit.len());
        let counts = analyzer.count(&text);
        assert!(counts.distinct() <= 200_000);
        let places = highlights(&analyzer, "a b 東 1000", &text);
        assert!(best_window(&text, &places, 300).len() <= 300);
    }
}

#[test]
fn spans_of_another_text_do_not_panic() {
    let mut extracted = extract("a.md", "# Täst\n\nüüüüüüüü\n\n## x\n\ny".as_bytes()).unwrap();
    extracted.text = "é".repeat(9);
    chunk(&extracted, &ChunkOptions::default());
    let far = ByteSpan::try_new(50, 60).unwrap();
    assert!(best_window("é é é é", &[far], 3).slice("é é é é").is_some());
}
