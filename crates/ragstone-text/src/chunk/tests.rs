//! Goldens of chunks per format, and the laws that hold for any text.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::extract::{ExtractLimits, Input, extract};

/// Chunks of `text` as `lines [heading path] content`, one per line.
fn rendered(file_name: &str, text: &str, options: &ChunkOptions) -> String {
    let input = Input { bytes: text.as_bytes(), file_name: Some(file_name), media_type: None };
    let extracted = extract(&input, &ExtractLimits::default()).unwrap();
    let mut out = String::new();
    for chunk in chunk(&extracted, options) {
        let content = chunk.span.slice(&extracted.text).unwrap().replace('\n', "⏎");
        writeln!(out, "{} [{}] {content}", chunk.lines, chunk.headings.join(" > ")).unwrap();
    }
    out
}

#[track_caller]
fn check(file_name: &str, text: &str, target: usize, expected: &str) {
    let options = ChunkOptions::try_new(target, target * 3 / 2).unwrap();
    let found = rendered(file_name, text, &options);
    assert!(found.trim_end() == expected.trim(), "found:\n{found}\nexpected:\n{}", expected.trim());
}

#[test]
fn options_out_of_range_are_refused() {
    for (target, max) in [(63, 100), (200, 100), (1000, 2 * 1024 * 1024)] {
        assert!(ChunkOptions::try_new(target, max).is_err());
    }
}

#[test]
fn sections_of_markdown_are_chunks_with_their_heading_path() {
    check(
        "a.md",
        "---\ntitle: Front\n---\n# Book\n\nAn introduction that is long enough to stand.\n\n\
         Setext\n------\n\nText of the setext section, which is long too.\n\n\
         ### Deep `code` {#id}\n\nText of the deepest section, which is long too.\n",
        64,
        r"
1-3 [] ---⏎title: Front⏎---
4-6 [Book] # Book⏎⏎An introduction that is long enough to stand.
8-11 [Book > Setext] Setext⏎------⏎⏎Text of the setext section, which is long too.
13-15 [Book > Setext > Deep code] ### Deep `code` {#id}⏎⏎Text of the deepest section, which is long too.
",
    );
}

#[test]
fn small_sections_are_joined_under_their_common_heading() {
    check(
        "a.md",
        "# Top\n\n## A\n\none\n\n## B\n\ntwo\n",
        200,
        r"
1-9 [Top] # Top⏎⏎## A⏎⏎one⏎⏎## B⏎⏎two
",
    );
}

#[test]
fn lists_tables_and_fences_are_cut_only_where_they_do_not_fit() {
    check(
        "a.md",
        "Before.\n\n```rust\nfn main() {\n\n    work();\n}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\
         - first item of the list\n- second item of the list\n  - nested item\n- third item of the list\n",
        64,
        r"
1-8 [] Before.⏎⏎```rust⏎fn main() {⏎⏎    work();⏎}⏎```
10-14 [] | a | b |⏎|---|---|⏎| 1 | 2 |⏎⏎- first item of the list
15-16 [] - second item of the list⏎  - nested item
17 [] - third item of the list
",
    );
}

#[test]
fn long_paragraph_is_cut_at_sentences() {
    check(
        "a.txt",
        "One sentence is here. Another sentence is here. A third sentence is here. A fourth one is here. \
         A fifth sentence is here. The sixth one is here.",
        64,
        r"
1 [] One sentence is here. Another sentence is here.
1 [] A third sentence is here. A fourth one is here.
1 [] A fifth sentence is here. The sixth one is here.
",
    );
}

#[test]
fn paragraphs_of_plain_text_are_packed() {
    check(
        "a.txt",
        "Title\n\nfirst paragraph of text\n\nsecond paragraph of text\n\n\u{c}third paragraph after a page break",
        64,
        r"
1-5 [] Title⏎⏎first paragraph of text⏎⏎second paragraph of text
7 [] third paragraph after a page break
",
    );
}

#[test]
fn entries_of_json_are_kept_together() {
    check(
        "a.json",
        "{\n  \"name\": \"ragstone\",\n  \"scripts\": {\n    \"build\": \"cargo build --release\",\n    \"test\": \"cargo test\"\n  },\n  \
         \"files\": [\n    {\"path\": \"a/very/long/path/one\"},\n    {\"path\": \"a/very/long/path/two\"}\n  ]\n}\n",
        64,
        r#"
1-2 [] {⏎  "name": "ragstone",
3-6 [scripts]   "scripts": {⏎    "build": "cargo build --release",⏎    "test": "cargo test"⏎  },
7-8 [files]   "files": [⏎    {"path": "a/very/long/path/one"},
9-11 [files > [1]]     {"path": "a/very/long/path/two"}⏎  ]⏎}
"#,
    );
}

#[test]
fn rows_of_csv_stand_under_their_header() {
    check(
        "a.csv",
        "name;note\nann;\"likes\nlines\"\nbob;plain\ncarol;\"a rather long note about her\"\ndan;another long note about him\n",
        64,
        r#"
1-4 [name, note] name;note⏎ann;"likes⏎lines"⏎bob;plain
5 [name, note] carol;"a rather long note about her"
6 [name, note] dan;another long note about him
"#,
    );
}

#[cfg(feature = "code")]
#[test]
fn symbols_of_rust_are_chunks_with_their_path() {
    check(
        "a.rs",
        "//! Crate docs.\n\nuse std::fmt;\nuse std::io;\n\n/// Documented.\n#[derive(Debug)]\npub struct Foo {\n    a: u32,\n}\n\n\
         impl fmt::Display for Foo {\n    /// Writes it.\n    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {\n        f.write_str(\"foo\")\n    }\n\n    \
         fn other(&self) -> u32 { self.a + self.a + self.a + self.a }\n}\n\nmod tests {\n    fn works() {\n        assert_eq!(1 + 1, 2, \"arithmetic\");\n    }\n}\n",
        100,
        r#"
1-4 [] //! Crate docs.⏎⏎use std::fmt;⏎use std::io;
6-10 [struct Foo] /// Documented.⏎#[derive(Debug)]⏎pub struct Foo {⏎    a: u32,⏎}
12 [impl fmt::Display for Foo] impl fmt::Display for Foo {
13-16 [impl fmt::Display for Foo > fn fmt]     /// Writes it.⏎    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {⏎        f.write_str("foo")⏎    }
18-19 [impl fmt::Display for Foo > fn other]     fn other(&self) -> u32 { self.a + self.a + self.a + self.a }⏎}
21 [mod tests] mod tests {
22-25 [mod tests > fn works]     fn works() {⏎        assert_eq!(1 + 1, 2, "arithmetic");⏎    }⏎}
"#,
    );
}

#[cfg(feature = "code")]
#[test]
fn every_language_has_symbol_paths() {
    let sources = [
        (
            "a.py",
            "import os\n\n@decorator\nclass Foo(Bar):\n    \"\"\"Doc.\"\"\"\n    # note\n    def method(self):\n        return os.environ.get('A')\n\n\ndef function():\n    return 'a long enough body'\n",
        ),
        (
            "a.ts",
            "export interface Shape { area(): number; name: string }\n\nexport class Circle implements Shape {\n  /** Area. */\n  area(): number { return 3.14159 * this.r * this.r }\n}\n\nexport const make = (r: number) => new Circle(r, 'name', 0)\n",
        ),
        (
            "a.tsx",
            "export function App() {\n  return <div className=\"app\">hello, this is the app</div>\n}\n",
        ),
        (
            "a.js",
            "// Says hello.\nfunction hello() { return 'hello, hello, hello, hello' }\nclass A { go() { return 'going, going, going, gone' } }\n",
        ),
        (
            "a.go",
            "package main\n\n// Server serves.\ntype Server struct { addr string; name string }\n\n// Run runs.\nfunc (s *Server) Run() error { return s.listen(s.addr, s.name) }\n",
        ),
        (
            "a.java",
            "package a;\n\npublic class Foo {\n  /** Doc. */\n  public int bar(int x) { return x + x + x + x + x + x; }\n  enum Kind { A, B }\n}\n",
        ),
        (
            "a.c",
            "#ifdef X\n/* adds */\nstatic int add(int a, int b) { return a + b + a + b + a; }\n#endif\ntypedef struct { int x; int y; int z; int w; int v; } point_t;\n",
        ),
        (
            "a.cpp",
            "namespace ns {\ntemplate <typename T>\nclass Box {\n public:\n  T get() const { return value_ + value_ + value_; }\n};\nint Box_count(int a) { return a + a + a + a + a + a; }\n}\n",
        ),
    ];
    let options = ChunkOptions::try_new(64, 128).unwrap();
    let mut found = String::new();
    for (file_name, text) in sources {
        writeln!(found, "{file_name}\n{}", rendered(file_name, text, &options)).unwrap();
    }
    let expected = r#"
a.py
1 [] import os
3-5 [class Foo] @decorator⏎class Foo(Bar):⏎    """Doc."""
6-8 [class Foo > def method]     # note⏎    def method(self):⏎        return os.environ.get('A')
11-12 [def function] def function():⏎    return 'a long enough body'

a.ts
1 [interface Shape] export interface Shape { area(): number; name: string }
3 [class Circle] export class Circle implements Shape {
4-6 [class Circle > method area]   /** Area. */⏎  area(): number { return 3.14159 * this.r * this.r }⏎}
8 [const make] export const make = (r: number) => new Circle(r, 'name', 0)

a.tsx
1-3 [function App] export function App() {⏎  return <div className="app">hello, this is the app</div>⏎}

a.js
1-2 [function hello] // Says hello.⏎function hello() { return 'hello, hello, hello, hello' }
3 [class A] class A {
3 [class A > method go] go() { return 'going, going, going, gone' } }

a.go
1 [] package main
3-4 [type Server] // Server serves.⏎type Server struct { addr string; name string }
6-7 [func (s *Server) Run() error] // Run runs.⏎func (s *Server) Run() error { return s.listen(s.addr, s.name) }

a.java
1 [] package a;
3 [class Foo] public class Foo {
4-5 [class Foo > method bar]   /** Doc. */⏎  public int bar(int x) { return x + x + x + x + x + x; }
6-7 [class Foo > enum Kind]   enum Kind { A, B }⏎}

a.c
1 [] #ifdef X
2-4 [fn add] /* adds */⏎static int add(int a, int b) { return a + b + a + b + a; }⏎#endif
5 [typedef point_t] typedef struct { int x; int y; int z; int w; int v; } point_t;

a.cpp
1 [namespace ns] namespace ns {
2-4 [namespace ns > class Box] template <typename T>⏎class Box {⏎ public:
5-6 [namespace ns > class Box > fn get]   T get() const { return value_ + value_ + value_; }⏎};
7-8 [namespace ns > fn Box_count] int Box_count(int a) { return a + a + a + a + a + a; }⏎}
"#;
    assert!(found.trim_end() == expected.trim(), "found:\n{found}");
}

#[test]
fn chunks_of_one_section_begin_with_the_end_of_the_one_before() {
    let options = ChunkOptions::try_new(80, 120).unwrap().with_overlap(30).unwrap();
    let text = "# One\n\nA first sentence stands here. The second one follows. A third sentence stands here. \
                The fourth one ends it.\n\n# Two\n\nAnother section begins here and shares nothing.\n";
    let found = rendered("a.md", text, &options);
    let expected = "\
1-3 [One] # One⏎⏎A first sentence stands here.
3 [One] A first sentence stands here. The second one follows. A third sentence stands here. The fourth one ends it.
5-7 [Two] # Two⏎⏎Another section begins here and shares nothing.
";
    assert!(found == expected, "found:\n{found}");
}

#[cfg(feature = "code")]
#[test]
fn a_symbol_shares_nothing_with_the_one_before() {
    let options = ChunkOptions::try_new(64, 128).unwrap().with_overlap(32).unwrap();
    let text = "fn one() {\n    let first_of_all = call(1, 2, 3);\n    let second_of_all = call(4, 5, 6);\n\
                    let third_of_all = call(7, 8, 9);\n}\n\n/// Documented.\nfn two() {\n    call(10, 11, 12);\n}\n";
    let found = rendered("a.rs", text, &options);
    let second = found.lines().find(|line| line.contains("fn two")).unwrap();
    assert!(second.contains("[fn two] /// Documented.⏎fn two"), "{found}");
    assert_eq!(found.matches("let first_of_all =").count(), 2, "{found}");
}

#[test]
fn chunks_can_be_measured_in_words() {
    let text = "One sentence is here. Another sentence is here.\n\n".repeat(40);
    let input = Input { bytes: text.as_bytes(), file_name: Some("a.md"), media_type: None };
    let extracted = extract(&input, &ExtractLimits::default()).unwrap();
    let options = ChunkOptions::try_new(64, 80).unwrap();
    let words = |text: &str| text.split_whitespace().count();
    let chunks = chunk_by(&extracted, &options, &|_| 1);
    let sizes: Vec<usize> =
        chunks.iter().map(|chunk| words(chunk.span.slice(&extracted.text).unwrap())).collect();
    assert_eq!(sizes.iter().sum::<usize>(), words(&text));
    assert!(sizes.iter().all(|size| (32..=80).contains(size)), "{sizes:?}");
    let tenfold = chunk_by(&extracted, &options, &|_| 10);
    assert!(tenfold.len() > 5 * chunks.len(), "{} and {}", tenfold.len(), chunks.len());
}

/// Text that looks like the format now and then, so that its parser has something to find.
fn wild_text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        Just("# Heading\n\n"),
        Just("## Sub *x*\n"),
        Just("Setext\n===\n"),
        Just("- item\n"),
        Just("  - nested\n"),
        Just("> quote\n"),
        Just("```\ncode\n\n```\n"),
        Just("| a | b |\n|---|---|\n| 1 | 2 |\n"),
        Just("\n\n"),
        Just("    indented\n"),
        Just("---\n"),
        Just("---\ntitle: x\n---\n"),
        Just("fn f() {\n  x\n}\n"),
        Just("impl A {\n"),
        Just("}\n"),
        Just("class A:\n  def b(self):\n    pass\n"),
        Just("/// doc\n#[x]\n"),
        Just("a,b,c\n"),
        Just("\"q\nq\",1\n"),
        Just("\u{feff}"),
        Just("\u{c}"),
        Just("\r\n"),
        Just("é東🦀 "),
        Just("word word. Word! "),
        Just("<b>x</b>"),
        Just("<h2>t"),
        Just("<li>"),
        Just("<pre>\n y"),
        Just("&amp;"),
        Just(
            "<main><div class='comment'>Words, with commas, of a sentence that is long enough to be one of an article.</div>"
        ),
        Just("<table><tr><td>"),
        Just("<p data-readability-score='4290772992'>"),
        Just("namespace n { struct S { int a; }; }\n"),
        Just("{\"a\": [1, {\"b\": \"c\"}]}\n"),
        Just("[^1]: note\n"),
        Just("= Title\n\n"),
        Just("----\nlisting\n----\n"),
        Just("|===\n|a\n|===\n"),
        Just("====\nTitle\n====\n"),
        Just(".. code-block:: x\n\n   y\n"),
        Just("\\section{A \\emph{b}}\n"),
        Just("\\begin{verbatim}\n"),
        Just("\\begin{document}\n"),
        Just("* NEXT Head :tag:\n"),
        Just("#+begin_src x\n"),
        Just("key:\n"),
        Just("  - name: value\n"),
        Just("[a.b]\n"),
        Just("[[c]]\nk = \"\"\"\n"),
        Just("WEBVTT\n\n"),
        Just("00:01.000 --> 00:02.000\n<v A>words\n\n"),
        Just("<a id=\"é\"><b>x</b>"),
        Just("<?xml version=\"1.0\"?><rss><item><title>t"),
        Just("defmodule A do\n def b, do: 1\nend\n"),
        Just("module A\n  class B\n"),
        Just("const A = struct { fn b() void {} };\n"),
    ];
    let text = proptest::collection::vec(fragment, 0..40).prop_map(|parts| parts.concat());
    prop_oneof![4 => text, 1 => any::<String>(), 1 => "[ab\n .]{0,2000}", 1 => "[é東]{0,900}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1200))]

    #[test]
    fn chunks_obey_their_laws(
        text in wild_text(),
        format in proptest::sample::select(vec!["md", "html", "txt", "json", "csv", "rs", "py", "tsx", "js", "go", "java", "c", "cpp", "rb", "php", "sh", "lua", "ex", "r", "zig", "dart", "ps1", "tf", "proto", "adoc", "rst", "tex", "org", "yaml", "toml", "ini", "ipynb", "vtt", "xml", "log"]),
        target in 64_usize..300,
        spare in 0_usize..200,
        overlap in 0_usize..=32,
        is_measured in any::<bool>(),
    ) {
        let file_name = format!("a.{format}");
        let input = Input { bytes: text.as_bytes(), file_name: Some(&file_name), media_type: None };
        let Ok(extracted) = extract(&input, &ExtractLimits::default()) else { return Ok(()) };
        if extracted.is_verbatim {
            prop_assert_eq!(&extracted.text, &text);
        }
        let options = ChunkOptions::try_new(target, target + spare).unwrap().with_overlap(overlap).unwrap();
        let (chunks, ruler) = if is_measured {
            let ruler = Ruler::of_pieces(&extracted.text, &estimated_tokens);
            (chunk_by(&extracted, &options, &estimated_tokens), ruler)
        } else {
            (chunk(&extracted, &options), Ruler::Bytes(&extracted.text))
        };
        let (mut covered_to, mut last_start) = (0, None);
        for (chunk, ordinal) in chunks.iter().zip(0..) {
            prop_assert_eq!(chunk.ordinal, ordinal);
            let content = chunk.span.slice(&extracted.text);
            prop_assert!(content.is_some_and(|content| !content.trim().is_empty()), "{:?}", chunk);
            prop_assert!(ruler.len(chunk.span) <= options.max(), "{:?}", chunk);
            let (start, end) = (chunk.span.start(), chunk.span.end());
            prop_assert!(last_start.is_none_or(|last| start > last) && end > covered_to, "{:?}", chunk);
            prop_assert!(ruler.between(start, covered_to) <= overlap, "{:?}", chunk);
            let between = extracted.text.get(covered_to..start).unwrap_or_default();
            prop_assert!(between.chars().all(split::is_blank));
            let line = 1 + extracted.text[..start].matches('\n').count();
            prop_assert_eq!(chunk.lines.first() as usize, line);
            prop_assert_eq!(chunk.lines.last() as usize, line + content.unwrap_or_default().matches('\n').count());
            (covered_to, last_start) = (end, Some(start));
        }
        prop_assert!(extracted.text[covered_to..].chars().all(split::is_blank));
        prop_assert!(!chunks.is_empty());
    }
}
