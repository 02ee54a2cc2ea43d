//! Answers that are kept: which, under which key, and for whom.
//!
//! A key names everything that an answer depends on: the tenant, all that decides what the caller may read, the
//! request, and of each collection the build of its index, its model and the last change in it; where a word of the
//! request may be misspelt, the words of the collections, too. An answer is kept only
//! where the index of every collection has seen the collection's last change, so what is found under a key was
//! computed from exactly what is acknowledged now, and whoever writes changes the key.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::answer::{Correction, Degradation, Hit};
use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_core::change::ProjectedCollection;
use ragstone_core::explanation::Explanation;
use ragstone_core::index::{Accuracy, IndexSlot};
use ragstone_core::port::{DynReadThrough, Loaded};
use ragstone_core::{CallContext, Error, ErrorKind, Result, SearchQuery};

use super::asking::Asking;
use super::kept::KeptAnswer;
use super::ordering::minute;
use super::spelling::Spelling;
use crate::answering::Answering;
use crate::engine::Engine;
use crate::marks::Marks;
use crate::projection::CHUNK_INDEX;

/// Names the form of what is kept; another form needs another name.
pub(crate) const NAMESPACE: &str = "search-answer-5";
/// Another version may rank, cut or cite differently.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What was found.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    pub(super) hits: Vec<Hit>,
    pub(super) corrections: Vec<Correction>,
    pub(super) degraded: Vec<Degradation>,
    /// Never kept.
    pub(super) explanation: Option<Explanation>,
}

impl Engine {
    /// Asks the collections, or finds what they answered before.
    ///
    /// Costs one catalog read more than asking, where answers are kept. An explanation is of what happens now, and so
    /// neither kept nor found.
    pub(super) async fn found_in(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        asked: Vec<Answering>,
    ) -> Result<Found> {
        let collections: Vec<_> = asked.iter().map(|answering| Arc::clone(&answering.collection)).collect();
        let spelling = self.spelling_of(ctx, asking.query, &collections).await?;
        let kept = self.shared.stores.answers.as_ref().filter(|_| !asking.query.is_explained());
        let Some(answers) = kept else {
            return self.ask(ctx, asking, asked, &spelling).await;
        };
        let Some(key) = self.answer_key(ctx, asking.query, &asked, &spelling).await else {
            return self.ask(ctx, asking, asked, &spelling).await;
        };
        let mut own = None;
        let source = async {
            let found = self.ask(ctx, asking, asked.clone(), &spelling).await?;
            let loaded = load(&found)?;
            own = Some(found);
            Ok(loaded)
        };
        let value = answers.read_through(ctx, &key, Box::pin(source)).await?;
        if let Some(found) = own {
            return Ok(found);
        }
        if let Some(found) = read(&value) {
            return Ok(found);
        }
        tracing::warn!(%key, "a kept answer cannot be read");
        self.ask(ctx, asking, asked, &spelling).await
    }

    /// The key of the answer; `None` where it depends on what is still being indexed.
    async fn answer_key(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
        asked: &[Answering],
        spelling: &Spelling,
    ) -> Option<CacheKey> {
        let states = match self.states(ctx, asked).await {
            Ok(states) => states?,
            Err(error) => {
                tracing::debug!(%error, "the state of the index is not known");
                return None;
            }
        };
        let fingerprint = ctx.principal().read_fingerprint();
        let filter = query.filter().map(|filter| format!("{filter:?}")).unwrap_or_default();
        let (text, limit) = (normal(query.text()), query.limit().to_le_bytes());
        let (mode, options) = (self.mode_of(query), self.options_of(query));
        let parts: [&[u8]; 9] = [
            VERSION.as_bytes(),
            fingerprint.as_bytes(),
            &states,
            text.as_bytes(),
            &limit,
            filter.as_bytes(),
            &mode,
            options.as_bytes(),
            &spelling.state(),
        ];
        Some(CacheKey::new(NAMESPACE, ctx.tenant().clone(), &parts))
    }

    /// What an answer depends on of each collection, in order; `None` where that is not to be kept.
    async fn states(&self, ctx: &CallContext, asked: &[Answering]) -> Result<Option<Vec<u8>>> {
        let marks = Marks::of_index(CHUNK_INDEX);
        let mut told = HashMap::new();
        for slot in IndexSlot::ALL {
            let in_slot = asked.iter().filter(|answering| answering.slot == slot);
            let ids: Vec<_> = in_slot.map(|answering| answering.collection.id).collect();
            if !ids.is_empty() {
                let projected = self.catalog().projected(ctx, marks.of(slot), &ids).await?;
                told.extend(projected.into_iter().map(|one| (one.collection.id, one)));
            }
        }
        let mut states = Vec::new();
        for answering in asked {
            let id = answering.collection.id;
            let is_filled = self.shared.projector.rebuilding().contains((id, answering.slot));
            let Some(state) = told.get(&id).filter(|_| !is_filled).and_then(state) else { return Ok(None) };
            states.extend(state);
            states.extend(answering.model().map_or([0; 32], |model| *model.as_bytes()));
        }
        Ok(Some(states))
    }

    /// Which legs look for hits, how closely and with which weights.
    fn mode_of(&self, query: &SearchQuery) -> Vec<u8> {
        let mut mode = query.mode().as_str().as_bytes().to_vec();
        mode.extend(self.config().semantic_weight.to_bits().to_le_bytes());
        mode.push(match self.config().semantic_accuracy {
            Accuracy::Approximate => 0,
            Accuracy::Exact => 1,
        });
        mode
    }

    /// How hits are scored, ordered and cut; where age counts, the minute from which it is counted.
    fn options_of(&self, query: &SearchQuery) -> String {
        let options = query.options();
        let now = options.half_life_days.map(|_| minute(self.clock().now()).as_millis());
        let reranker = self.shared.stores.reranker.as_ref().filter(|_| options.is_reranked);
        let reranker = reranker.map(|reranker| reranker.model().fingerprint.digest());
        format!("{options:?} {now:?} {reranker:?}")
    }

    /// Drops what is kept for a tenant; what cannot be reached ends with its time.
    pub(crate) async fn forget_answers(&self, ctx: &CallContext) {
        let Some(answers) = &self.shared.stores.answers else { return };
        if let Err(error) = DynReadThrough::forget(&**answers, ctx, NAMESPACE, ctx.tenant()).await {
            tracing::warn!(%error, "kept answers of the tenant could not be forgotten everywhere");
        }
    }
}

/// What an answer over a collection depends on; `None` while its index has not seen its last change.
fn state(projected: &ProjectedCollection) -> Option<Vec<u8>> {
    let mark = projected.mark.filter(|_| !projected.is_behind())?;
    let mut state = Vec::with_capacity(44);
    state.extend(projected.collection.id.as_uuid().as_bytes());
    state.extend(mark.generation.as_uuid().as_bytes());
    state.extend(mark.watermark.0.to_le_bytes());
    // Weights may be computed again with another average without a change in the collection.
    state.extend(mark.average_length.to_bits().to_le_bytes());
    Some(state)
}

/// White space does not matter to any analyzer.
pub(super) fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer with a part missing is for those who ask now.
fn load(found: &Found) -> Result<Loaded> {
    let bytes = serde_json::to_vec(&KeptAnswer::from(found))
        .map_err(|error| Error::new(ErrorKind::Unexpected, "an answer cannot be kept").with_source(error))?;
    let value = CacheValue::from(bytes);
    Ok(if found.degraded.is_empty() { Loaded::Keep(value) } else { Loaded::Use(value) })
}

/// What was kept; `None` where another form was.
fn read(value: &[u8]) -> Option<Found> {
    serde_json::from_slice::<KeptAnswer>(value).ok()?.into_found()
}

#[cfg(test)]
mod tests {
    use ragstone_core::change::ProjectionMark;
    use ragstone_core::collection::{Collection, KeywordSettings};
    use ragstone_core::{
        Clock as _, CollectionId, CollectionName, GenerationId, Sequence, SystemClock, TenantId,
    };
    use uuid::Uuid;

    use super::*;

    fn projected(number: u128, head: u64, mark: Option<(u128, u64, f32)>) -> ProjectedCollection {
        let mark = mark.map(|(generation, watermark, average_length)| ProjectionMark {
            generation: GenerationId::from_uuid(Uuid::from_u128(generation)),
            watermark: Sequence(watermark),
            average_length,
            model: None,
        });
        let collection = Collection {
            id: CollectionId::from_uuid(Uuid::from_u128(number)),
            tenant: TenantId::default(),
            name: CollectionName::default(),
            description: String::new(),
            keyword: KeywordSettings::default(),
            created_at: SystemClock.now(),
            generations: None,
        };
        ProjectedCollection { collection, is_deleted: false, head: Sequence(head), mark }
    }

    #[test]
    fn state_changes_with_everything_it_is_made_of() {
        let states = [
            state(&projected(1, 5, Some((1, 5, 1.0)))),
            state(&projected(2, 5, Some((1, 5, 1.0)))),
            state(&projected(1, 5, Some((2, 5, 1.0)))),
            state(&projected(1, 6, Some((1, 6, 1.0)))),
            state(&projected(1, 5, Some((1, 5, 2.0)))),
        ];
        let distinct: std::collections::BTreeSet<_> = states.into_iter().flatten().collect();
        assert_eq!(distinct.len(), 5);
    }

    #[test]
    fn index_that_is_behind_has_no_state() {
        assert_eq!(state(&projected(1, 6, Some((1, 5, 1.0)))), None);
        assert_eq!(state(&projected(1, 5, None)), None);
        let deleted = ProjectedCollection { is_deleted: true, ..projected(1, 5, Some((1, 5, 1.0))) };
        assert_eq!(state(&deleted), None);
    }

    #[test]
    fn white_space_does_not_matter() {
        assert_eq!(normal("  a \n b\tc "), "a b c");
        assert_ne!(normal("a b"), normal("ab"));
    }
}
