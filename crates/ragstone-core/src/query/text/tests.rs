//! What is an operator, and what only looks like one.

use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;
use crate::query::SearchQuery;

/// Words, then phrases in `"…"`, exclusions in `-"…"` and fields in `[…]`.
fn shown(text: &str) -> String {
    let parsed = QueryText::parse(text).expect("valid");
    let phrases = parsed.phrases().iter().map(|phrase| format!(" \"{phrase}\""));
    let exclusions = parsed.exclusions().iter().map(|words| format!(" -\"{words}\""));
    let fields = parsed.fields().iter().map(|field| format!(" [{field}]"));
    parsed.words().to_owned() + &phrases.chain(exclusions).chain(fields).collect::<String>()
}

#[test]
fn operators_are_taken_out_of_the_words() {
    for (text, expected) in [
        (r#""exact phrase""#, r#"exact phrase "exact phrase""#),
        (r#"before "in between" after"#, r#"before in between after "in between""#),
        (r#""one" "two words""#, r#"one two words "one" "two words""#),
        (r#"what does "move" mean?"#, r#"what does move mean? "move""#),
        (r#"about "borrowing", please"#, r#"about borrowing , please "borrowing""#),
        ("water -fish", r#"water -"fish""#),
        ("-fish water", r#"water -"fish""#),
        ("water\n\t-fish", r#"water -"fish""#),
        (r#"water -"salt lake" bird"#, r#"water bird -"salt lake""#),
        ("water -foo-bar", r#"water -"foo-bar""#),
        ("water -ёлка", r#"water -"ёлка""#),
        ("borrow tag:rust", "borrow [tag:rust]"),
        ("format:markdown borrow", "borrow [format:markdown]"),
        ("borrow format:markdown, tag:rust", "borrow , [format:markdown] [tag:rust]"),
        ("borrow source:file:///a/b.md", "borrow [source:file:///a/b.md]"),
        ("borrow source:text:note-1", "borrow [source:text:note-1]"),
        ("borrow metadata.year:2020", "borrow [metadata.year:2020]"),
        ("borrow metadata.low:-5.5", "borrow [metadata.low:-5.5]"),
        (r#"borrow tag:"two words""#, r#"borrow [tag:"two words"]"#),
        ("borrow -tag:draft", "borrow [-tag:draft]"),
        (
            "borrow document:00000000-0000-0000-0000-000000000001",
            "borrow [document:00000000-0000-0000-0000-000000000001]",
        ),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn loose_words_are_those_of_no_operator() {
    for (text, expected) in [
        ("some words", vec!["some words"]),
        ("  some words ", vec!["  some words "]),
        (r#"before "in between" after -not tag:rust end"#, vec!["before", "after", "end"]),
        (r#""all of it""#, vec![]),
    ] {
        let parsed = QueryText::parse(text).expect("valid");
        let loose: Vec<&str> = parsed.loose().iter().filter_map(|span| span.slice(text)).collect();
        assert_eq!(loose, expected, "{text}");
    }
    let literal = QueryText::literal("a \"b c\"");
    assert_eq!(literal.loose(), [ByteSpan::of("a \"b c\"")]);
}

#[test]
fn what_only_looks_like_an_operator_is_words() {
    for text in [
        "C++",
        "-1",
        "- 1",
        "below -40 degrees",
        "http://x",
        "http://example.com/?q=\"a\"",
        "foo-bar",
        "foo - bar",
        "foo -- bar",
        "--flag",
        "-",
        "a lone \" quote",
        "a lone \"quote",
        "\"",
        "\"\"",
        "\"...\" dots",
        "6\" and 8\" pipes",
        "print(\"hello world\")",
        "it's -'x'",
        "-\"unclosed words",
        "\"glued\"together words",
        "std::vec",
        "tag::Name",
        "tag:",
        "tag: rust",
        "tag:\"\"",
        "tag:\"open",
        "format://x",
        "source:/path",
        "document:one",
        "colour:red",
        "Tag:rust",
        "metadata:year",
        "metadata.:x",
        "metadata.a.b:x",
        "12:30",
        "(tag:rust)",
        "note: -1 and -2",
        "  two   spaces ",
    ] {
        let parsed = QueryText::parse(text).expect("valid");
        assert_eq!(parsed.words(), text, "stays as it is written");
        assert_eq!(parsed.operators(), 0, "{text}");
    }
}

#[test]
fn a_literal_text_is_all_words() {
    let text = r#""a phrase" -word tag:rust"#;
    let query = SearchQuery::literal(text, 1).expect("valid");
    assert_eq!((query.parsed().words(), query.parsed().operators(), query.filter()), (text, 0, None));
}

#[test]
fn fields_are_conditions() {
    for (text, filter) in [
        ("x tag:rust", r#"tag = "rust""#),
        ("x -format:pdf", r#"not format = "pdf""#),
        ("x metadata.year:2020", r#"metadata.year in (2020, "2020")"#),
        ("x metadata.share:0.5", r#"metadata.share in (0.5, "0.5")"#),
        ("x metadata.draft:true", r#"metadata.draft in (true, "true")"#),
        ("x metadata.year:\"2020\"", r#"metadata.year = "2020""#),
        ("x metadata.team:core", r#"metadata.team = "core""#),
        ("x tag:2020", r#"tag = "2020""#),
        ("x tag:a tag:b", r#"tag = "a" and tag = "b""#),
    ] {
        let narrowed = QueryText::parse(text).expect("valid").narrowed(None);
        assert_eq!(narrowed, Some(Filter::parse(filter).expect("valid")), "{text}");
    }
}

#[test]
fn fields_narrow_the_filter() {
    let filter = Filter::parse(r#"format = "pdf""#).expect("valid");
    let parsed = QueryText::parse("x tag:rust").expect("valid");
    let both = Filter::parse(r#"tag = "rust" and format = "pdf""#).expect("valid");
    assert_eq!(parsed.narrowed(Some(filter.clone())), Some(both));
    let plain = QueryText::parse("x").expect("valid");
    assert_eq!((plain.narrowed(Some(filter.clone())), plain.narrowed(None)), (Some(filter), None));
}

#[test]
fn queries_that_look_for_nothing_are_refused_with_help() {
    let many = format!("x {}", "-word ".repeat(MAX_QUERY_OPERATORS + 1));
    for text in ["-word", "-\"two words\"", "tag:rust", "-a tag:rust -\"b\" ...", many.as_str()] {
        let refused = QueryText::parse(text).expect_err(text);
        assert_eq!(refused.kind(), ErrorKind::InvalidArgument, "{text}");
        assert!(refused.help().is_some(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in r#"([-":. a-zé]|tag:|metadata\.a:){0,40}"#) {
        if let Ok(parsed) = QueryText::parse(&text) {
            prop_assert!(parsed.operators() > 0 || parsed.words() == text);
        }
    }
}
