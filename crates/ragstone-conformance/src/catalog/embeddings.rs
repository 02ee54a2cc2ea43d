//! Vectors of documents' texts.

use ragstone_core::change::{Change, ChangeKind};
use ragstone_core::embedded::{EmbeddedDocument, EmbeddedScope};
use ragstone_core::error::ErrorKind::InvalidArgument;
use ragstone_core::id::{CollectionId, Digest, DocumentId, DocumentVersion, Sequence};
use ragstone_core::index::DenseVector;

use crate::draft::{fresh_collection_id, source};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

fn model(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn text(number: u32) -> Digest {
    Digest::of(&number.to_le_bytes())
}

/// A vector that says which text it is of.
fn vector(number: u32) -> DenseVector {
    let angle = f64::from(number) / 10.0;
    #[expect(clippy::cast_possible_truncation, reason = "any components do")]
    let components = vec![angle.sin() as f32, angle.cos() as f32, 0.0];
    DenseVector::try_new(components).expect("has a length")
}

fn embedded(document: DocumentId, version: u32, texts: &[u32]) -> EmbeddedDocument {
    let vectors = texts.iter().map(|number| (text(*number), vector(*number))).collect();
    EmbeddedDocument { document, version: DocumentVersion(version), vectors }
}

impl CatalogDriver {
    /// Puts vectors of one document.
    async fn embed(&self, by: &str, embedded: EmbeddedDocument) -> Option<Sequence> {
        let put = self.catalog.put_embeddings(&self.ctx, &model(by), vec![embedded]).await;
        put.expect("stores vectors")[0]
    }

    /// Which of these texts have their vector.
    async fn known(&self, scope: EmbeddedScope, by: &str, texts: &[u32]) -> Vec<u32> {
        let digests: Vec<Digest> = texts.iter().map(|number| text(*number)).collect();
        let found = self.catalog.embeddings(&self.ctx, scope, &model(by), &digests).await;
        let found = found.expect("reads vectors");
        assert_eq!(found.len(), texts.len(), "there is an answer for each text");
        let known = texts.iter().zip(found).filter_map(|(number, found)| {
            let found = found?;
            assert!((found.cosine(&vector(*number)) - 1.0).abs() < 1e-5, "{number} has its own vector");
            assert_eq!(found.values(), vector(*number).values(), "components come back bit for bit");
            Some(*number)
        });
        known.collect()
    }
}

async fn stored(driver: &CatalogDriver, collection: CollectionId, uri: &str) -> DocumentId {
    driver.put(collection, DraftBuilder::new(uri).build()).await.document
}

/// Vectors come back bit for bit, in the order asked, for their own document, collection and model alone.
pub async fn vectors_are_found_by_text(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let [here, there] = [driver.create("here").await.id, driver.create("there").await.id];
    let first = stored(&driver, here, "text:a").await;
    let second = stored(&driver, here, "text:b").await;
    assert!(driver.embed("m", embedded(first, 1, &[1, 2])).await.is_some());
    assert!(driver.embed("m", embedded(second, 1, &[2, 3])).await.is_some());
    assert!(driver.embed("other", embedded(first, 1, &[9])).await.is_some());
    let asked = [3, 1, 4, 2, 1];
    let of = EmbeddedScope::Document;
    assert_eq!(driver.known(of(first), "m", &asked).await, [1, 2, 1]);
    assert_eq!(driver.known(of(second), "m", &asked).await, [3, 2]);
    assert_eq!(driver.known(EmbeddedScope::Collection(here), "m", &asked).await, [3, 1, 2, 1]);
    assert_eq!(driver.known(EmbeddedScope::Collection(there), "m", &asked).await, []);
    assert_eq!(driver.known(of(first), "other", &[1, 9]).await, [9]);
    assert_eq!(driver.known(of(first), "m", &[]).await, []);
    assert_eq!(driver.known(EmbeddedScope::Collection(fresh_collection_id()), "m", &asked).await, []);
}

/// Hundreds of vectors are stored and found in one call.
pub async fn many_vectors_are_kept_at_once(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = stored(&driver, id, "text:a").await;
    let texts: Vec<u32> = (0..700).collect();
    driver.embed("m", embedded(document, 1, &texts)).await.expect("the document is there");
    assert_eq!(driver.known(EmbeddedScope::Document(document), "m", &texts).await, texts);
}

/// Vectors of a model replace those that it gave before, and leave other models' alone.
pub async fn vectors_are_replaced_as_a_whole(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = stored(&driver, id, "text:a").await;
    driver.embed("m", embedded(document, 1, &[1, 2])).await;
    driver.embed("other", embedded(document, 1, &[1])).await;
    driver.embed("m", embedded(document, 1, &[2, 3])).await;
    let scope = EmbeddedScope::Document(document);
    assert_eq!(driver.known(scope, "m", &[1, 2, 3]).await, [2, 3]);
    assert_eq!(driver.known(scope, "other", &[1, 2, 3]).await, [1]);
    driver.embed("m", embedded(document, 1, &[])).await;
    assert_eq!(driver.known(scope, "m", &[1, 2, 3]).await, []);
}

/// A document whose vectors were stored is a change again, at a greater sequence, of the same version.
pub async fn vectors_are_a_change_of_their_document(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = stored(&driver, id, "text:a").await;
    let other = driver.put(id, DraftBuilder::new("text:b").build()).await;
    let sequence = driver.embed("m", embedded(document, 1, &[1])).await.expect("the document is there");
    assert!(sequence > other.sequence);
    assert_eq!(driver.head().await, sequence);
    let change = |sequence, document| Change { sequence, document, kind: ChangeKind::Stored };
    let expected = [change(other.sequence, other.document), change(sequence, document)];
    assert_eq!(driver.changes(id, Sequence::ZERO).await, expected);
    let found = driver.document(document).await;
    assert_eq!((found.version, found.sequence), (DocumentVersion(1), sequence));
    driver.audit(id).await;
}

/// A document that is missing, or at another version, is left alone, and so is everything of it.
pub async fn vectors_of_another_version_are_not_stored(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = stored(&driver, id, "text:a").await;
    driver.embed("m", embedded(document, 1, &[1])).await;
    driver.put(id, DraftBuilder::new("text:a").with_text("another").build()).await;
    let head = driver.head().await;
    let missing = DocumentId::derive(id, &source("text:missing"));
    let batch = vec![embedded(document, 1, &[2]), embedded(missing, 1, &[3])];
    let put = driver.catalog.put_embeddings(&driver.ctx, &model("m"), batch).await;
    assert_eq!(put.expect("answers"), [None, None]);
    assert_eq!(driver.head().await, head, "nothing was written");
    // The vectors of the version before are kept, so that an unchanged text is found.
    assert_eq!(driver.known(EmbeddedScope::Document(document), "m", &[1, 2, 3]).await, [1]);

    let kept = stored(&driver, id, "text:b").await;
    let batch = vec![embedded(missing, 1, &[3]), embedded(kept, 1, &[4])];
    let put = driver.catalog.put_embeddings(&driver.ctx, &model("m"), batch).await;
    assert!(matches!(put.expect("answers").as_slice(), [None, Some(_)]), "the others of a batch are stored");
    let twice = vec![embedded(kept, 1, &[5]), embedded(kept, 1, &[6])];
    let refused = driver.catalog.put_embeddings(&driver.ctx, &model("m"), twice).await;
    assert_refused(refused, InvalidArgument, "a document twice in a batch");
}

/// Vectors end with their document and with their collection.
pub async fn vectors_end_with_their_document(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let [gone, kept] = [stored(&driver, id, "text:a").await, stored(&driver, id, "text:b").await];
    driver.embed("m", embedded(gone, 1, &[1])).await;
    driver.embed("m", embedded(kept, 1, &[2])).await;
    driver.delete(gone).await;
    assert_eq!(driver.known(EmbeddedScope::Collection(id), "m", &[1, 2]).await, [2]);
    // The document created again has none of them.
    let again = stored(&driver, id, "text:a").await;
    assert_eq!(driver.known(EmbeddedScope::Document(again), "m", &[1]).await, []);

    let name = crate::draft::collection_name("notes");
    driver.catalog.delete_collection(&driver.ctx, &name).await.expect("deletes");
    assert_eq!(driver.known(EmbeddedScope::Collection(id), "m", &[1, 2]).await, []);
    driver.catalog.purge_collection(&driver.ctx, id).await.expect("purges");
    assert_eq!(driver.known(EmbeddedScope::Document(kept), "m", &[2]).await, []);
}

/// Another tenant neither reads nor writes the vectors.
pub async fn vectors_belong_to_their_tenant(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = stored(&driver, id, "text:a").await;
    driver.embed("m", embedded(document, 1, &[1])).await;
    let other = driver.as_tenant("second");
    assert_eq!(other.known(EmbeddedScope::Document(document), "m", &[1]).await, []);
    assert_eq!(other.known(EmbeddedScope::Collection(id), "m", &[1]).await, []);
    assert_eq!(other.embed("m", embedded(document, 1, &[2])).await, None);
    assert_eq!(driver.known(EmbeddedScope::Document(document), "m", &[1, 2]).await, [1]);
}

/// The vectors of a document that is deleted stay with another one of the same content, as of a file that was renamed.
pub async fn vectors_stay_with_a_document_of_the_same_content(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |uri: &str| DraftBuilder::new(uri).with_text("same").build();
    let before = driver.put(id, draft("text:before")).await.document;
    stored(&driver, id, "text:other").await;
    driver.embed("m", embedded(before, 1, &[1, 2])).await;
    let after = driver.put(id, draft("text:after")).await.document;
    driver.embed("m", embedded(after, 1, &[2])).await;
    driver.catalog.delete_document(&driver.ctx, before, None).await.expect("deletes");
    assert_eq!(driver.known(EmbeddedScope::Document(after), "m", &[1, 2]).await, [1, 2]);
    driver.catalog.delete_document(&driver.ctx, after, None).await.expect("deletes");
    assert_eq!(driver.known(EmbeddedScope::Collection(id), "m", &[1, 2]).await, []);
}
