//! A caller of an index that expects success and keeps the oracle beside it.

use std::sync::Arc;

use ragstone_core::facet::FacetField;
use ragstone_core::id::{CollectionId, GenerationId, Sequence, TenantId};
use ragstone_core::index::{
    Accuracy, DenseVector, FacetCounts, FacetQuery, IndexHit, IndexOperation, IndexQuery, IndexSchema,
    IndexState, IndexTarget, Likeness, SparseVector,
};
use ragstone_core::port::DynChunkIndex;
use ragstone_core::{CallContext, Filter, Reader};

use super::model::Model;
use crate::draft::{fresh_collection_id, fresh_generation_id};
use crate::fixture::IndexFixture;

/// Calls an index for one target; every method panics where the call fails.
#[derive(Clone)]
pub struct IndexDriver {
    /// The index.
    pub index: Arc<dyn DynChunkIndex>,
    /// Context of every call.
    pub ctx: CallContext,
    /// The target.
    pub target: IndexTarget,
    /// What the target must hold.
    pub model: Model,
}

impl std::fmt::Debug for IndexDriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexDriver").field("target", &self.target).finish_non_exhaustive()
    }
}

/// A target of a tenant.
pub fn target(tenant: &str, collection: CollectionId) -> IndexTarget {
    IndexTarget::first_of(TenantId::try_new(tenant).expect("is a tenant"), collection)
}

impl IndexDriver {
    /// Drives a target that was not created yet.
    pub fn new(fixture: &IndexFixture) -> Self {
        Self::at(fixture, target("first", fresh_collection_id()))
    }

    /// Drives a given target, of which the model is empty.
    pub fn at(fixture: &IndexFixture, target: IndexTarget) -> Self {
        Self { index: fixture.store(), ctx: CallContext::system(), target, model: Model::default() }
    }

    /// Drives a target that was just created.
    pub async fn created(fixture: &IndexFixture) -> Self {
        let driver = Self::new(fixture);
        driver.create(fresh_generation_id()).await;
        driver
    }

    /// Creates the target without dense vectors; the model is the caller's affair.
    pub async fn create(&self, generation: GenerationId) {
        self.create_with(generation, IndexSchema::default()).await;
    }

    /// Creates the target; the model is the caller's affair.
    pub async fn create_with(&self, generation: GenerationId, schema: IndexSchema) {
        let created = self.index.create(&self.ctx, &self.target, generation, schema).await;
        created.expect("creates a target");
    }

    /// Applies operations to index and model.
    pub async fn apply(&mut self, operations: Vec<IndexOperation>) {
        self.model.apply(&operations);
        self.apply_to_index(operations).await;
    }

    /// Applies operations to the index alone.
    pub async fn apply_to_index(&self, operations: Vec<IndexOperation>) {
        let applied = self.index.apply(&self.ctx, &self.target, operations).await;
        applied.expect("applies operations");
    }

    /// Flushes with a checkpoint.
    pub async fn flush(&self, checkpoint: Sequence) {
        let flushed = self.index.flush(&self.ctx, &self.target, checkpoint).await;
        flushed.expect("flushes");
    }

    /// What the index remembers.
    pub async fn state(&self) -> Option<IndexState> {
        let state = self.index.state(&self.ctx, &self.target).await;
        state.expect("knows its state")
    }

    /// Drives the same target for another reader; the model is of what is there now.
    #[must_use]
    pub fn reading_as(&self, reader: Reader) -> Self {
        Self { model: self.model.clone().reading_as(reader), ..self.clone() }
    }

    /// A question to the target.
    pub fn query(&self, likeness: Likeness, filter: Option<&Filter>, limit: usize) -> IndexQuery {
        let (target, filter, reader) = (self.target.clone(), filter.cloned(), self.model.reader().clone());
        IndexQuery { target, likeness, filter, reader, limit }
    }

    /// Searches.
    pub async fn search(
        &self,
        keyword: &SparseVector,
        filter: Option<&Filter>,
        limit: usize,
    ) -> Vec<IndexHit> {
        let query = self.query(Likeness::Keyword(keyword.clone()), filter, limit);
        let found = self.index.search(&self.ctx, &query).await;
        found.expect("searches")
    }

    /// Searches by meaning.
    pub async fn search_dense(
        &self,
        direction: &DenseVector,
        accuracy: Accuracy,
        filter: Option<&Filter>,
        limit: usize,
    ) -> Vec<IndexHit> {
        let likeness = Likeness::Dense(direction.clone(), accuracy);
        let query = self.query(likeness, filter, limit);
        let found = self.index.search(&self.ctx, &query).await;
        found.expect("searches")
    }

    /// Asserts that an exact search by meaning agrees with the model.
    pub async fn check_dense(&self, direction: &DenseVector, filter: Option<&Filter>, limit: usize) {
        let hits = self.search_dense(direction, Accuracy::Exact, filter, limit).await;
        self.model.assert_nearest(direction, filter, limit, &hits);
    }

    /// Counts.
    pub async fn count(&self, filter: Option<&Filter>) -> u64 {
        let counted = self.index.count(&self.ctx, &self.target, filter, self.model.reader()).await;
        counted.expect("counts")
    }

    /// Counts the values of a field.
    pub async fn facet(&self, field: &FacetField, filter: Option<&Filter>, limit: usize) -> FacetCounts {
        let (target, reader) = (self.target.clone(), self.model.reader().clone());
        let query = FacetQuery { target, field: field.clone(), filter: filter.cloned(), reader, limit };
        let counted = self.index.facet(&self.ctx, &query).await;
        counted.expect("counts values")
    }

    /// Asserts that the values of a field, of which there are at most `limit`, agree with the model.
    pub async fn check_facet(&self, field: &FacetField, filter: Option<&Filter>, limit: usize) {
        let mut expected = self.model.values(field, filter);
        let found = self.facet(field, filter, limit).await;
        assert_eq!(found.is_whole, expected.len() <= limit, "{field} {filter:?}");
        expected.truncate(limit);
        assert_eq!(found.counts.len(), expected.len(), "{field} {filter:?}: {found:?}");
        for (count, (value, documents)) in found.counts.iter().zip(&expected) {
            let is_same = count.value.value().equals(value) && count.documents == *documents;
            assert!(is_same, "{field} {filter:?}: {count:?} is not {documents} of {value:?}");
        }
    }

    /// Asserts that a search and a count agree with the model.
    pub async fn check(&self, keyword: &SparseVector, filter: Option<&Filter>, limit: usize) {
        let hits = self.search(keyword, filter, limit).await;
        self.model.assert_hits(keyword, filter, limit, &hits);
        assert_eq!(self.count(filter).await, self.model.count(filter), "{filter:?}");
    }

    /// Asserts that the whole content agrees with the model, seen through each of these terms.
    pub async fn check_terms(&self, terms: std::ops::Range<u32>) {
        for term in terms {
            let keyword = SparseVector::try_new(vec![term], vec![1.0]).expect("is a vector");
            self.check(&keyword, None, 10_000).await;
        }
    }
}
