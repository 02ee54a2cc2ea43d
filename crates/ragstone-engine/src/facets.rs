//! Facets: the values of fields, counted by documents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use ragstone_core::answer::FacetedAnswer;
use ragstone_core::collection::Collection;
use ragstone_core::facet::{
    FacetCount, FacetField, FacetValue, FacetsAnswer, FacetsRequest, FieldFacet, Uncounted,
};
use ragstone_core::index::{FacetCounts, FacetQuery};
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope, SearchDefinition, Sequence};
use ragstone_observability::{field, span};
use tracing::{Instrument as _, debug_span, info_span};

use crate::answering::Answering;
use crate::engine::Engine;
use crate::projection::BEING_REBUILT;

/// Questions to indexes at the same time.
const CONCURRENT_QUESTIONS: usize = 8;
/// Most values of a field in one collection where several are counted together.
const MOST_VALUES: usize = 10_000;

/// The values of the fields in one collection, or why there are none.
type Counted = std::result::Result<Vec<FacetCounts>, Uncounted>;

impl Engine {
    /// Counts the documents that have each value of some fields, among those that the filter admits and the caller may
    /// read.
    ///
    /// Counts are exact. A collection whose index cannot answer is named in [`FacetsAnswer::incomplete`]; when none
    /// can, the call fails with `Unavailable`. Documents without a passage are not counted. Errors: `InvalidArgument`
    /// for a field that no document in scope has ever had, and for one with more than 10,000 values in several
    /// collections; `NotFound` for an unknown collection; `DeadlineExceeded` while waiting for `min_sequence`. Cost:
    /// one question to the index for each collection and field.
    pub async fn facets(&self, ctx: &CallContext, request: FacetsRequest) -> Result<FacetsAnswer> {
        ctx.principal().require(Scope::Read)?;
        let span = info_span!(span::FACETS, { field::TENANT_ID } = ctx.tenant().as_str());
        self.count_values(ctx, &request).instrument(span).await
    }

    /// Searches as a definition says, waiting for a write where one is named.
    ///
    /// It is what [`search_in_detail`](Self::search_in_detail) answers, with what [`facets`](Self::facets) counts where
    /// the definition names fields; errors and costs are theirs.
    pub async fn search_defined(
        &self,
        ctx: &CallContext,
        definition: &SearchDefinition,
        min_sequence: Option<Sequence>,
    ) -> Result<FacetedAnswer> {
        let query = definition.query()?.at_least(min_sequence);
        let counting = FacetsRequest::beside(&query, definition.facets.clone())?;
        let answer = self.search_in_detail(ctx, query, definition.detail).await?;
        let facets = match counting {
            Some(request) => Some(self.facets(ctx, request).await?),
            None => None,
        };
        Ok(FacetedAnswer { answer, facets })
    }

    async fn count_values(&self, ctx: &CallContext, request: &FacetsRequest) -> Result<FacetsAnswer> {
        if let Some(sequence) = request.min_sequence() {
            self.wait_indexed(ctx, sequence).instrument(debug_span!(span::SEARCH_WAIT)).await?;
        }
        let collections = self.named_or_all(ctx, request.collections()).await?;
        self.check_facets(ctx, request, &collections).await?;
        let limit = match collections.as_slice() {
            [_] => request.limit() as usize,
            _ => MOST_VALUES,
        };
        let asked = self.all_answering(&collections);
        let counted: Vec<Counted> = futures::stream::iter(asked.clone())
            .map(|answering| self.values_in(ctx, request, answering, limit))
            .buffered(CONCURRENT_QUESTIONS)
            .try_collect()
            .await?;
        let (mut whole, mut incomplete) = (Vec::with_capacity(counted.len()), Vec::new());
        for (outcome, answering) in counted.into_iter().zip(&asked) {
            match outcome {
                Ok(counts) => {
                    whole.push(counts);
                    incomplete.extend(self.partial(answering));
                }
                Err(missing) => incomplete.push(missing),
            }
        }
        if whole.is_empty() && !incomplete.is_empty() {
            return Err(unavailable(&incomplete));
        }
        let facets = merged(request, whole, asked.len() > 1)?;
        Ok(FacetsAnswer { facets, incomplete })
    }

    /// The values of every field in one collection.
    async fn values_in(
        &self,
        ctx: &CallContext,
        request: &FacetsRequest,
        answering: Answering,
        limit: usize,
    ) -> Result<Counted> {
        let mut counts = Vec::with_capacity(request.fields().len());
        for field in request.fields() {
            let question = FacetQuery {
                target: answering.target(),
                field: field.clone(),
                filter: request.filter().cloned(),
                reader: ctx.principal().reader(),
                limit,
            };
            match self.index().facet(ctx, &question).await {
                Ok(found) => counts.push(found),
                Err(error) => match self.uncounted(ctx, &answering.collection, error).await? {
                    Some(missing) => return Ok(Err(missing)),
                    None => counts.push(FacetCounts::NOTHING),
                },
            }
        }
        Ok(Ok(counts))
    }

    /// What is said of a collection whose index cannot answer; `None` where there is nothing in it.
    async fn uncounted(
        &self,
        ctx: &CallContext,
        collection: &Arc<Collection>,
        error: Error,
    ) -> Result<Option<Uncounted>> {
        if self.is_empty(ctx, collection, &error).await? {
            return Ok(None);
        }
        match self.reason_without(collection, &error) {
            Some(reason) => Ok(Some(Uncounted { collection: collection.name.clone(), reason })),
            None => Err(error),
        }
    }

    /// What is said of a collection whose index is still being filled.
    fn partial(&self, answering: &Answering) -> Option<Uncounted> {
        let Answering { collection, slot, .. } = answering;
        self.shared
            .projector
            .rebuilding()
            .contains((collection.id, *slot))
            .then(|| Uncounted { collection: collection.name.clone(), reason: BEING_REBUILT.to_owned() })
    }

    /// Refuses metadata keys that no document in scope has ever had, as far as the caller may know.
    pub(crate) async fn check_facets(
        &self,
        ctx: &CallContext,
        request: &FacetsRequest,
        collections: &[Arc<Collection>],
    ) -> Result<()> {
        let filtered = request.filter().map(|filter| filter.metadata_keys()).unwrap_or_default();
        self.check_keys(ctx, "filter", filtered, collections).await?;
        let counted = request.fields().iter().filter_map(|field| match field {
            FacetField::Metadata(key) => Some(key.as_str()),
            FacetField::Format | FacetField::Language | FacetField::Tag => None,
        });
        self.check_keys(ctx, "facets", counted.collect(), collections).await
    }
}

/// The values of each field over all collections.
fn merged(
    request: &FacetsRequest,
    collections: Vec<Vec<FacetCounts>>,
    are_several: bool,
) -> Result<Vec<FieldFacet>> {
    let mut columns: Vec<_> = collections.into_iter().map(Vec::into_iter).collect();
    let facet = |field: &FacetField| {
        let of_field: Vec<FacetCounts> = columns.iter_mut().filter_map(Iterator::next).collect();
        if are_several && of_field.iter().any(|counts| !counts.is_whole) {
            return Err(too_many_values(field));
        }
        let is_whole = of_field.iter().all(|counts| counts.is_whole);
        let mut sums: BTreeMap<FacetValue, u64> = BTreeMap::new();
        for count in of_field.into_iter().flat_map(|counts| counts.counts) {
            *sums.entry(count.value).or_default() += count.documents;
        }
        let counts = sums.into_iter().map(|(value, documents)| FacetCount { value, documents });
        let first = FacetCounts::first(counts.collect(), request.limit() as usize);
        Ok(FieldFacet { field: field.clone(), values: first.counts, is_whole: is_whole && first.is_whole })
    };
    request.fields().iter().map(facet).collect()
}

fn too_many_values(field: &FacetField) -> Error {
    let rule = format!("names a field with more than {MOST_VALUES} values in one of several collections");
    Error::invalid("facets", rule)
        .with_context("field", field)
        .with_help("count in one collection, or narrow the documents by a filter")
}

fn unavailable(incomplete: &[Uncounted]) -> Error {
    let reasons: BTreeSet<&str> = incomplete.iter().map(|missing| missing.reason.as_str()).collect();
    let reasons: Vec<&str> = reasons.into_iter().collect();
    Error::new(ErrorKind::Unavailable, "no index can count").with_detail(reasons.join("; "))
}
