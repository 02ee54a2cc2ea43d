//! Generations of a collection, and the vectors of their models.

use ragstone_core::collection::Collection;
use ragstone_core::embedded::{EmbeddedCount, EmbeddedDocument, EmbeddedScope};
use ragstone_core::embedding::{Dimensions, Precision};
use ragstone_core::error::ErrorKind::{Conflict, InvalidArgument, NotFound};
use ragstone_core::generation::{ChosenModel, Generation, Generations, ModelReference, Standby, StandbyRole};
use ragstone_core::id::{CollectionId, Digest, DocumentId, DocumentVersion, Sequence};
use ragstone_core::index::{DenseVector, IndexSlot};
use ragstone_core::page::PageRequest;

use crate::draft::{collection_name, fresh_collection_id, fresh_generation_id};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

fn model(name: &str) -> ChosenModel {
    ChosenModel {
        reference: ModelReference::try_new(format!("models/{name} 'é\""), Precision::Int8).expect("valid"),
        digest: Digest::of(name.as_bytes()),
        dimensions: Dimensions::try_new(3).expect("in range"),
    }
}

fn generation(slot: IndexSlot, name: &str, is_chosen: bool) -> Generation {
    Generation { slot, build: fresh_generation_id(), model: model(name), is_chosen }
}

/// One generation that answers, in the first slot.
fn alone(name: &str) -> Generations {
    Generations::of(generation(IndexSlot::First, name, false))
}

/// A second one is built beside it.
fn migrating(from: &str, to: &str) -> Generations {
    let generation = generation(IndexSlot::Second, to, true);
    let standby = Standby { generation, role: StandbyRole::Next, since: Sequence(7) };
    Generations { standby: Some(standby), ..alone(from) }
}

impl CatalogDriver {
    async fn set(
        &self,
        collection: CollectionId,
        expected: Option<&Generations>,
        new: &Generations,
    ) -> Sequence {
        let set = self.catalog.set_generations(&self.ctx, collection, expected.cloned(), new.clone()).await;
        set.expect("writes generations")
    }

    async fn collection(&self, name: &str) -> Collection {
        let found = self.catalog.collection(&self.ctx, &collection_name(name)).await;
        found.expect("finds a collection")
    }

    async fn embed_by(&self, document: DocumentId, by: &str) {
        let vector = DenseVector::try_new(vec![1.0, 0.0, 0.0]).expect("has a length");
        let vectors = vec![(Digest::of(b"one"), vector.clone()), (Digest::of(b"two"), vector)];
        let embedded = EmbeddedDocument { document, version: DocumentVersion(1), vectors };
        let put = self.catalog.put_embeddings(&self.ctx, &Digest::of(by.as_bytes()), vec![embedded]).await;
        assert!(matches!(put.expect("stores vectors").as_slice(), [Some(_)]));
    }

    async fn count_of(&self, collection: CollectionId, by: &str) -> (u64, u64) {
        let digest = Digest::of(by.as_bytes());
        let counted = self.catalog.count_embeddings(&self.ctx, collection, &digest).await;
        let EmbeddedCount { documents, vectors } = counted.expect("counts vectors");
        (documents, vectors)
    }

    async fn has_vectors(&self, document: DocumentId, by: &str) -> bool {
        let (scope, digest) = (EmbeddedScope::Document(document), Digest::of(by.as_bytes()));
        let found = self.catalog.embeddings(&self.ctx, scope, &digest, &[Digest::of(b"one")]).await;
        found.expect("reads vectors")[0].is_some()
    }

    async fn forget(&self, collection: CollectionId) {
        let mut is_done = false;
        for _ in 0..8 {
            let forgotten = self.catalog.forget_unused_embeddings(&self.ctx, collection).await;
            is_done |= forgotten.expect("forgets vectors");
        }
        assert!(is_done, "there is always something left to forget");
    }
}

/// Generations come back as they were written, wherever the collection does; a new collection has none.
pub async fn written_generations_are_found_with_the_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    assert_eq!(driver.collection("notes").await.generations, None);
    let first = alone("a");
    driver.set(id, None, &first).await;
    assert_eq!(driver.collection("notes").await.generations.as_ref(), Some(&first));
    let both = Generations { is_untidy: true, ..migrating("a", "b") };
    driver.set(id, Some(&first), &both).await;
    let mut held = both.clone();
    held.standby.as_mut().expect("is there").role = StandbyRole::Held;
    driver.set(id, Some(&both), &held).await;
    let switched = held.clone().switched();
    for (before, now) in [(&held, &switched), (&switched, &first)] {
        driver.set(id, Some(before), now).await;
        assert_eq!(driver.collection("notes").await.generations.as_ref(), Some(now));
        let page = PageRequest::try_new(10).expect("a page");
        let listed = driver.catalog.collections(&driver.ctx, &page).await.expect("lists");
        assert_eq!(listed.items[0].generations.as_ref(), Some(now));
        let projection = ragstone_core::change::ProjectionName::new("p");
        let projected = driver.catalog.projected_collections(&driver.ctx, projection).await.expect("lists");
        assert_eq!(projected[0].collection.generations.as_ref(), Some(now));
        let told = driver.catalog.projected(&driver.ctx, projection, &[id]).await.expect("tells");
        assert_eq!(told, projected);
    }
}

/// Where other generations are stored than the expected ones, nothing is written.
pub async fn generations_are_compared_before_they_are_written(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let (first, both) = (alone("a"), migrating("a", "b"));
    let set = |expected: Option<Generations>, new: Generations| {
        driver.catalog.set_generations(&driver.ctx, id, expected, new)
    };
    assert_refused(
        set(Some(first.clone()), both.clone()).await,
        Conflict,
        "generations where there are none",
    );
    driver.set(id, None, &first).await;
    let head = driver.head().await;
    let untidy = Generations { is_untidy: true, ..first.clone() };
    for expected in [None, Some(alone("a")), Some(untidy), Some(both.clone())] {
        assert_refused(set(expected, both.clone()).await, Conflict, "other generations");
    }
    assert_eq!(driver.head().await, head);
    assert_eq!(driver.collection("notes").await.generations, Some(first));
}

/// Two generations with one slot or one model are refused, and generations of a missing collection are not found.
pub async fn bad_generations_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut same_slot = migrating("a", "b");
    same_slot.active.slot = IndexSlot::Second;
    for wrong in [same_slot, migrating("a", "a")] {
        let refused = driver.catalog.set_generations(&driver.ctx, id, None, wrong).await;
        assert_refused(refused, InvalidArgument, "generations that cannot be told apart");
    }
    let missing = driver.catalog.set_generations(&driver.ctx, fresh_collection_id(), None, alone("a")).await;
    assert_refused(missing, NotFound, "a missing collection");
    let name = collection_name("notes");
    driver.catalog.delete_collection(&driver.ctx, &name).await.expect("deletes");
    let deleted = driver.catalog.set_generations(&driver.ctx, id, None, alone("a")).await;
    assert_refused(deleted, NotFound, "a deleted collection");
}

/// Another tenant cannot write them, and a new collection of the name has none.
pub async fn generations_belong_to_their_tenant_and_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.set(id, None, &alone("a")).await;
    let other = driver.as_tenant("second");
    let stored = driver.collection("notes").await.generations;
    let refused = other.catalog.set_generations(&other.ctx, id, stored.clone(), alone("b")).await;
    assert_refused(refused, NotFound, "a collection of another tenant");
    assert_eq!(driver.collection("notes").await.generations, stored);
    driver.catalog.delete_collection(&driver.ctx, &collection_name("notes")).await.expect("deletes");
    driver.create("notes").await;
    assert_eq!(driver.collection("notes").await.generations, None);
    driver.catalog.purge_collection(&driver.ctx, id).await.expect("purges");
    assert_eq!(driver.collection("notes").await.generations, None);
}

/// Writing generations raises the head of the collection and moves none of its documents.
pub async fn generations_are_a_change_of_no_document(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put(id, DraftBuilder::new("text:a").build()).await;
    let before = driver.changes(id, Sequence::ZERO).await;
    let sequence = driver.set(id, None, &alone("a")).await;
    assert!(before.iter().all(|change| change.sequence < sequence));
    assert_eq!(driver.head().await, sequence);
    assert_eq!(driver.changes(id, Sequence::ZERO).await, before);
    let projection = ragstone_core::change::ProjectionName::new("p");
    let told = driver.catalog.projected(&driver.ctx, projection, &[id]).await.expect("tells");
    assert_eq!(told[0].head, sequence);
    driver.audit(id).await;
}

/// Vectors are counted by collection and model, and documents that have some.
pub async fn vectors_are_counted_by_model(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let [here, there] = [driver.create("here").await.id, driver.create("there").await.id];
    let [one, two] = ["text:a", "text:b"].map(|uri| DraftBuilder::new(uri).build());
    let (one, two) = (driver.put(here, one).await.document, driver.put(here, two).await.document);
    driver.embed_by(one, "m").await;
    driver.embed_by(one, "other").await;
    driver.embed_by(two, "m").await;
    assert_eq!(driver.count_of(here, "m").await, (2, 4));
    assert_eq!(driver.count_of(here, "other").await, (1, 2));
    assert_eq!(driver.count_of(there, "m").await, (0, 0));
    assert_eq!(driver.as_tenant("second").count_of(here, "m").await, (0, 0));
    driver.delete(one).await;
    assert_eq!(driver.count_of(here, "m").await, (1, 2));
    assert_eq!(driver.count_of(fresh_collection_id(), "m").await, (0, 0));
}

/// Vectors of models that no generation has are dropped, in this collection alone; then it is tidy.
pub async fn vectors_of_dropped_models_are_forgotten(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let [here, there] = [driver.create("here").await.id, driver.create("there").await.id];
    let mine = driver.put(here, DraftBuilder::new("text:a").build()).await.document;
    let theirs = driver.put(there, DraftBuilder::new("text:a").build()).await.document;
    for by in ["m", "next", "dropped"] {
        driver.embed_by(mine, by).await;
        driver.embed_by(theirs, by).await;
    }
    let both = Generations { is_untidy: true, ..migrating("m", "next") };
    driver.set(here, None, &both).await;
    let before = (driver.head().await, driver.changes(here, Sequence::ZERO).await);
    let other = driver.as_tenant("second");
    other.forget(here).await;
    assert!(driver.has_vectors(mine, "dropped").await, "another tenant drops nothing");
    driver.forget(here).await;
    let kept = [("m", true), ("next", true), ("dropped", false)];
    for (by, is_kept) in kept {
        assert_eq!(driver.has_vectors(mine, by).await, is_kept, "{by}");
        assert!(driver.has_vectors(theirs, by).await, "{by} of another collection");
    }
    let tidy = Generations { is_untidy: false, ..both };
    assert_eq!(driver.collection("here").await.generations, Some(tidy));
    assert_eq!((driver.head().await, driver.changes(here, Sequence::ZERO).await), before);
    driver.forget(here).await;
    driver.forget(fresh_collection_id()).await;
}

/// Where there are generations, vectors of other models are left out, and the document stays where it is.
pub async fn vectors_of_models_that_no_generation_has_are_not_stored(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = driver.put(id, DraftBuilder::new("text:a").build()).await.document;
    driver.set(id, None, &migrating("m", "next")).await;
    driver.embed_by(document, "m").await;
    driver.embed_by(document, "next").await;
    let head = driver.head().await;
    let vector = DenseVector::try_new(vec![1.0, 0.0, 0.0]).expect("has a length");
    let vectors = vec![(Digest::of(b"one"), vector)];
    let embedded = EmbeddedDocument { document, version: DocumentVersion(1), vectors };
    let put = driver.catalog.put_embeddings(&driver.ctx, &Digest::of(b"dropped"), vec![embedded]).await;
    assert_eq!(put.expect("answers"), [None]);
    assert_eq!(driver.count_of(id, "dropped").await, (0, 0));
    assert_eq!(driver.head().await, head);
}

/// Without generations it is not known which models are in use, so everything stays.
pub async fn vectors_of_a_collection_without_generations_stay(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = driver.put(id, DraftBuilder::new("text:a").build()).await.document;
    driver.embed_by(document, "m").await;
    driver.forget(id).await;
    assert!(driver.has_vectors(document, "m").await);
}
