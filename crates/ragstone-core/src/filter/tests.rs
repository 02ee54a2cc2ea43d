//! Tests of filters: what is parsed, what is refused, what matches.

use std::collections::BTreeSet;

use super::*;
use crate::error::ErrorKind;
use crate::id::SourceUri;
use crate::metadata::Metadata;

fn attributes() -> IndexAttributes {
    let mut metadata = Metadata::new();
    metadata.insert("year".to_owned(), MetadataValue::Integer(2021));
    metadata.insert("score".to_owned(), MetadataValue::Float(0.5));
    metadata.insert("draft".to_owned(), MetadataValue::Boolean(false));
    metadata.insert("author".to_owned(), MetadataValue::Text("Ada \"L\"".to_owned()));
    IndexAttributes {
        source: SourceUri::try_new("file:///a.md").expect("valid"),
        format: "markdown".to_owned(),
        tags: BTreeSet::from(["rust".to_owned(), "book".to_owned()]),
        metadata,
        access: crate::AccessList::OPEN,
    }
}

#[track_caller]
fn check(text: &str, expected: bool) {
    let filter = Filter::parse(text).expect("parses");
    let document = DocumentId::from_uuid(uuid::Uuid::nil());
    assert_eq!(filter.matches(document, &attributes()), expected, "{text}");
}

#[track_caller]
fn check_refused(text: &str) {
    assert_eq!(Filter::parse(text).map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument), "{text}");
}

#[test]
fn conditions_match_by_value() {
    check(r#"tag = "rust""#, true);
    check(r#"tag != "rust""#, false);
    check(r#"tag in ("x", "book")"#, true);
    check(r#"format = "html""#, false);
    check(r#"source = "file:///a.md""#, true);
    check(r#"document = "00000000-0000-0000-0000-000000000000""#, true);
    check("metadata.year = 2021", true);
    check("metadata.year = 2021.0", true);
    check(r#"metadata.year = "2021""#, false);
    check("metadata.score >= 0.5", true);
    check("metadata.score > 0.5", false);
    check("metadata.year<2022", true);
    check("metadata.year <= 2020", false);
    check("metadata.draft = false", true);
    check(r#"metadata.author = "Ada \"L\"""#, true);
    check("metadata.author > 1", false);
}

#[test]
fn absence_is_neither_equal_nor_within() {
    check("metadata.missing exists", false);
    check("not metadata.missing exists", true);
    check("metadata.missing = 1", false);
    check("metadata.missing != 1", true);
    check("metadata.missing < 1", false);
}

#[test]
fn and_binds_tighter_than_or() {
    check(r#"tag = "rust" or tag = "x" and tag = "y""#, true);
    check(r#"(tag = "rust" or tag = "x") and tag = "y""#, false);
    check(r#"NOT tag = "x" AND format = "markdown""#, true);
}

#[test]
fn bad_filters_are_refused() {
    for text in [
        "",
        "tag",
        "tag =",
        r#"tag = "x"#,
        r#"tag = "x" tag"#,
        "(tag exists",
        "year = 1",
        "metadata. = 1",
        "metadata.year >= x",
        "metadata.year >= nan",
        "metadata.year = inf",
        "tag in ()",
        r#"tag in ("a" "b")"#,
        r#"tag = "\n""#,
        "tag == 1",
        "and",
        "not",
        "metadata.year >= \"2020\"",
    ] {
        check_refused(text);
    }
}

#[test]
fn limits_of_a_filter_hold() {
    check_refused(&format!("{}tag exists{}", "(".repeat(10_000), ")".repeat(10_000)));
    check_refused(&format!("{}tag exists", "not ".repeat(5_000)));
    check_refused(&vec!["tag exists"; MAX_FILTER_CONDITIONS + 1].join(" or "));
    check_refused(&format!("metadata.a in ({})", vec!["1"; MAX_FILTER_VALUES + 1].join(",")));
    check_refused(&"x".repeat(MAX_FILTER_LEN + 1));
}

#[test]
fn metadata_keys_are_listed_once() {
    let filter =
        Filter::parse("metadata.b = 1 or not (metadata.a exists and metadata.b < 3)").expect("parses");
    assert_eq!(filter.metadata_keys(), ["a", "b"]);
}
