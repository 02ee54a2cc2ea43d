//! What documents say of themselves, as metadata that can be filtered by.

use ragstone_core::date::instant;
use ragstone_core::metadata::{MAX_METADATA_KEYS, Metadata, MetadataValue};
use ragstone_text::Extracted;

/// Longest text in bytes.
const MAX_TEXT: usize = 512;

/// Adds to metadata what a document says of itself: under keys that no caller has used, as many as there is room for.
pub(super) fn add(metadata: &mut Metadata, extracted: &Extracted) {
    for (key, value) in found(extracted) {
        if metadata.len() >= MAX_METADATA_KEYS {
            return;
        }
        metadata.entry(key.to_owned()).or_insert(value);
    }
}

fn found(extracted: &Extracted) -> impl Iterator<Item = (&'static str, MetadataValue)> {
    let properties = &extracted.properties;
    let pages = i64::try_from(extracted.pages.starts().len()).ok().filter(|pages| *pages > 0);
    let found = [
        ("document_author", text(Some(&properties.authors.join("; ")))),
        ("document_created", date(properties.created.as_deref())),
        ("document_keywords", text(properties.keywords.as_deref())),
        ("document_language", text(properties.language.as_deref())),
        ("document_modified", date(properties.modified.as_deref())),
        ("document_pages", pages.map(MetadataValue::Integer)),
        ("document_recipients", text(Some(&properties.recipients.join("; ")))),
        ("document_subject", text(properties.subject.as_deref())),
    ];
    found.into_iter().filter_map(|(key, value)| Some((key, value?)))
}

fn text(text: Option<&str>) -> Option<MetadataValue> {
    let text = text?.trim();
    let kept = text.get(..text.floor_char_boundary(MAX_TEXT))?.trim_end();
    let is_said = !kept.is_empty() && !kept.contains('\0');
    is_said.then(|| MetadataValue::Text(kept.to_owned()))
}

/// A date as filters compare it; one without an offset is taken for UTC, and what is no date is left out.
fn date(text: Option<&str>) -> Option<MetadataValue> {
    let text = text?.trim();
    let with_offset = [text.to_owned(), format!("{text}Z")];
    with_offset.into_iter().find(|text| instant(text).is_some()).map(MetadataValue::Text)
}

#[cfg(test)]
mod tests {
    use ragstone_text::{ExtractLimits, Input, Properties, extract};

    use super::*;

    fn extracted(properties: Properties) -> Extracted {
        let input = Input { bytes: b"text", file_name: None, media_type: None };
        Extracted { properties, ..extract(&input, &ExtractLimits::default()).expect("is text") }
    }

    fn added(properties: Properties, mut metadata: Metadata) -> Metadata {
        add(&mut metadata, &extracted(properties));
        metadata
    }

    #[test]
    fn properties_become_metadata_with_types() {
        let metadata = added(
            Properties {
                authors: vec!["Ann".to_owned(), "Bob".to_owned()],
                created: Some("2026-01-31T12:00:00+01:00".to_owned()),
                modified: Some("2026-02-01T08:00:00".to_owned()),
                subject: Some("  Bees  ".to_owned()),
                ..Properties::default()
            },
            Metadata::new(),
        );
        let text = |key: &str| match metadata.get(key) {
            Some(MetadataValue::Text(text)) => text.as_str(),
            _ => "",
        };
        assert_eq!(text("document_author"), "Ann; Bob");
        assert_eq!(text("document_created"), "2026-01-31T12:00:00+01:00");
        assert_eq!(text("document_modified"), "2026-02-01T08:00:00Z");
        assert_eq!(text("document_subject"), "Bees");
        assert_eq!(metadata.len(), 4);
    }

    #[test]
    fn what_is_no_date_or_nothing_is_left_out_and_long_texts_are_cut() {
        let properties = Properties {
            created: Some("last spring".to_owned()),
            modified: Some("2019".to_owned()),
            keywords: Some(" ".to_owned()),
            subject: Some("é".repeat(1000)),
            ..Properties::default()
        };
        let metadata = added(properties, Metadata::new());
        let keys: Vec<_> = metadata.keys().map(String::as_str).collect();
        assert_eq!(keys, ["document_subject"]);
        assert_eq!(metadata.get("document_subject"), Some(&MetadataValue::Text("é".repeat(256))));
    }

    #[test]
    fn what_a_caller_says_stays_and_the_number_of_keys_is_bounded() {
        let properties = || Properties {
            authors: vec!["Ann".to_owned()],
            subject: Some("Bees".to_owned()),
            ..Properties::default()
        };
        let said = Metadata::from([("document_author".to_owned(), MetadataValue::Integer(7))]);
        let metadata = added(properties(), said);
        assert_eq!(metadata.get("document_author"), Some(&MetadataValue::Integer(7)));
        assert_eq!(metadata.len(), 2);
        let full: Metadata =
            (0..MAX_METADATA_KEYS).map(|key| (format!("k{key}"), MetadataValue::Boolean(true))).collect();
        assert_eq!(added(properties(), full.clone()), full);
    }

    /// The page of the book names every key that is set here, and no other.
    #[test]
    fn the_book_lists_the_keys() {
        let page = include_str!("../../../../docs/book/src/reference/properties.md");
        let listed = page.lines().filter_map(|line| line.strip_prefix("| `document_")?.split('`').next());
        let properties = Properties {
            authors: vec!["a".to_owned()],
            recipients: vec!["a".to_owned()],
            subject: Some("a".to_owned()),
            keywords: Some("a".to_owned()),
            language: Some("en".to_owned()),
            created: Some("2026-01-31".to_owned()),
            modified: Some("2026-01-31".to_owned()),
        };
        let mut set: Vec<String> = added(properties, Metadata::new()).into_keys().collect();
        set.push("document_pages".to_owned());
        set.sort_unstable();
        assert_eq!(listed.map(|key| format!("document_{key}")).collect::<Vec<_>>(), set);
    }
}
