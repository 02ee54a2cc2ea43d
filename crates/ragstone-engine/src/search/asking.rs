//! One search that runs: its query, the other spellings of its words, and what is noted for an explanation.

use std::sync::{Mutex, OnceLock, PoisonError};

use ragstone_core::SearchQuery;
use ragstone_core::collection::Collection;
use ragstone_core::explanation::LegYield;

use super::leg::LegOutcome;
use super::respelling::Respellings;
use crate::stage::StageTimes;

/// A search that runs.
pub(super) struct Asking<'a> {
    pub(super) query: &'a SearchQuery,
    respellings: OnceLock<Respellings>,
    notes: Option<Notes>,
}

/// What an explanation is made of.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) times: StageTimes,
    yields: Mutex<Vec<LegYield>>,
}

impl<'a> Asking<'a> {
    /// Takes notes where an explanation is asked for.
    pub(super) fn new(query: &'a SearchQuery) -> Self {
        let notes = query.is_explained().then(Notes::default);
        Self { query, respellings: OnceLock::new(), notes }
    }

    /// Looks for other spellings too; the first ones count.
    pub(super) fn respell(&self, respellings: Respellings) {
        self.respellings.get_or_init(|| respellings);
    }

    /// The other spellings that are looked for.
    pub(super) fn respellings(&self) -> &Respellings {
        self.respellings.get_or_init(Respellings::default)
    }

    /// What was noted; `None` where nothing is to be explained.
    pub(super) const fn notes(&self) -> Option<&Notes> {
        self.notes.as_ref()
    }

    /// Notes how many candidates a leg gave.
    pub(super) fn note(&self, collection: &Collection, outcome: &LegOutcome) {
        if let (Some(notes), Some(found)) = (&self.notes, &outcome.found) {
            let (leg, collection) = (outcome.leg, collection.name.clone());
            let one = LegYield { leg, collection, candidates: found.len() };
            notes.yields.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        }
    }
}

impl Notes {
    /// Candidates by collection and leg.
    pub(super) fn yields(&self) -> Vec<LegYield> {
        let mut yields = self.yields.lock().unwrap_or_else(PoisonError::into_inner).clone();
        yields.sort_by(|left, right| (&left.collection, left.leg).cmp(&(&right.collection, right.leg)));
        yields
    }
}
