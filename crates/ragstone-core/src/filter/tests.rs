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
    metadata.insert("published".to_owned(), MetadataValue::Text("2025-06-01T02:00:00+02:00".to_owned()));
    IndexAttributes {
        source: SourceUri::try_new("file:///a.md").expect("valid"),
        format: "markdown".to_owned(),
        language: Some("de".to_owned()),
        updated: date::instant("2026-01-01").expect("is a date"),
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
fn dates_are_compared_as_instants() {
    check(r#"updated >= "2026-01-01""#, true);
    check(r#"updated > "2026-01-01""#, false);
    check(r#"updated < "2026-01-01T00:00:00.001Z""#, true);
    check(r#"updated <= "2026-01-01T00:00:00+01:00""#, false);
    check("updated exists", true);
    check(r#"metadata.published >= "2025-06-01" and metadata.published < "2026-01-01""#, true);
    check(r#"metadata.published < "2025-06-01""#, false);
    check(r#"metadata.author >= "2025-06-01""#, false);
    check(r#"metadata.year >= "2001-01-01""#, false);
    check(r#"metadata.missing < "2026-01-01""#, false);
    check("metadata.published > 0", false);
}

#[test]
fn sources_lie_below_places_and_match_globs() {
    check(r#"source under "file:///""#, true);
    check(r#"source under "file:""#, true);
    check(r#"source under "file:///a.md""#, false);
    check(r#"source glob "**/*.md""#, true);
    check(r#"not source glob "*.md""#, true);
    check(r#"language = "de""#, true);
    check(r#"language in ("en", "fr")"#, false);
    check("language exists", true);
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (text, expected) in [
        ("titel = 1", "names an unknown field at byte 0"),
        ("tag exists and titel = 1", "names an unknown field at byte 15"),
        (r#"updated >= "yesterday""#, "at byte 11"),
        (r#"metadata.day < "2025-02-30""#, "at byte 15"),
        ("updated >= 5", "at byte 11"),
        (r#"updated = "2026-01-01""#, "at byte 8"),
        (r#"source glob "[ab]""#, "byte=12"),
        (r#"tag under "file:///""#, "byte=9"),
        (r#"tag >= "2025-01-01""#, "at byte 7"),
    ] {
        let error = Filter::parse(text).expect_err(text);
        assert!(error.public_message().contains(expected), "{text}: {}", error.public_message());
        assert!(error.help().is_some(), "{text}");
    }
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
        "metadata.year >= \"2020-01-01",
        "source under",
        "source under 5",
        "source under \"\"",
        "source glob \"a?\"",
        "source glob \"**/a/**/b/**\"",
        "document glob \"*\"",
        "updated in (\"2020-01-01\")",
        "updated != \"2020-01-01\"",
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
