//! Tests of identifiers.

use super::*;

fn collection() -> CollectionId {
    CollectionId::from_uuid(Uuid::from_u128(7))
}

#[test]
fn names_are_slugs() {
    for good in ["a", "0", "rust-book", "a_b", &"x".repeat(64)] {
        assert!(CollectionName::try_new(good).is_ok(), "{good}");
    }
    for bad in ["", "-a", "_a", "A", "a b", "ä", "a/b", "..", &"x".repeat(65)] {
        assert!(CollectionName::try_new(bad).is_err(), "{bad}");
    }
}

#[test]
fn document_id_is_frozen() {
    let source = SourceUri::try_new("file:///a.md").expect("valid");
    assert_eq!(DocumentId::derive(collection(), &source).to_string(), "dd7e7425-814a-8949-aeab-f8454e2b14e7");
}

#[test]
fn document_id_depends_on_collection_and_source() {
    let source = SourceUri::try_new("file:///a.md").expect("valid");
    let other = SourceUri::try_new("file:///b.md").expect("valid");
    let elsewhere = CollectionId::from_uuid(Uuid::from_u128(8));
    let id = DocumentId::derive(collection(), &source);
    assert_eq!(id, DocumentId::derive(collection(), &source));
    assert_ne!(id, DocumentId::derive(collection(), &other));
    assert_ne!(id, DocumentId::derive(elsewhere, &source));
}

#[test]
fn chunk_id_depends_on_version_and_span() {
    let document = DocumentId::derive(collection(), &SourceUri::try_new("file:///a.md").expect("valid"));
    let span = ByteSpan::try_new(0, 10).expect("ordered");
    let longer = ByteSpan::try_new(0, 11).expect("ordered");
    let id = ChunkId::derive(document, DocumentVersion(1), span);
    assert_eq!(id.as_uuid().as_bytes()[..8], document.as_uuid().as_bytes()[..8]);
    assert_ne!(id, ChunkId::derive(document, DocumentVersion(2), span));
    assert_ne!(id, ChunkId::derive(document, DocumentVersion(1), longer));
}

#[test]
fn source_uri_refuses_control_characters_and_excess_length() {
    for bad in ["", "a\nb", "a\0b"] {
        assert!(SourceUri::try_new(bad).is_err(), "{bad:?}");
    }
    assert!(SourceUri::try_new("x".repeat(SourceUri::MAX_LEN + 1)).is_err());
}

#[test]
fn digest_round_trips_through_text() {
    let digest = Digest::of(b"ragstone");
    assert_eq!(digest.to_string().parse::<Digest>().expect("hex"), digest);
    assert!("zz".parse::<Digest>().is_err());
}
