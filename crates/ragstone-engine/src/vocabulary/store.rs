//! The vocabularies that searches use, read from the catalog when they are first needed.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use ragstone_core::change::ProjectedCollection;
use ragstone_core::collection::Collection;
use ragstone_core::page::{MAX_PAGE_SIZE, PageRequest};
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, CollectionId, ErrorKind, Principal, Result, Sequence};
use tokio::time::Instant;

use super::{Automata, Builder, Vocabulary};
use crate::analyzers::analyzer_of;
use crate::words::WORDS;

/// Most words of all vocabularies in memory; those that were used least lately make room.
const MOST_IN_MEMORY: u64 = 4 << 20;
/// Pause before a vocabulary that could not be read is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// The vocabularies in memory, and what is needed to search them.
pub(crate) struct Vocabularies {
    catalog: Arc<dyn DynCatalog>,
    kept: Cache<CollectionId, Arc<Vocabulary>>,
    pub(crate) automata: Automata,
}

impl Vocabularies {
    pub(crate) fn new(catalog: Arc<dyn DynCatalog>) -> Self {
        let weigh = |_: &CollectionId, kept: &Arc<Vocabulary>| {
            u32::try_from(kept.words.len().max(1)).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().max_capacity(MOST_IN_MEMORY).weigher(weigh).build();
        Self { catalog, kept, automata: Automata::default() }
    }

    /// The vocabulary of a collection, as it was read last; the kind of the error where it cannot be read.
    ///
    /// Costs nothing where it is in memory; else a catalog read for each thousand words, which callers share.
    pub(crate) async fn of(
        &self,
        ctx: &CallContext,
        collection: &Collection,
    ) -> Result<Arc<Vocabulary>, ErrorKind> {
        if let Some(vocabulary) = self.kept.get(&collection.id).await {
            return Ok(vocabulary);
        }
        let mut system = CallContext::new(Principal::system_of(collection.tenant.clone()));
        if let Some(deadline) = ctx.deadline() {
            system = system.with_deadline(deadline);
        }
        let reading = async {
            self.read(&system, collection).await.map(Arc::new).map_err(|error| {
                tracing::warn!(collection = %collection.name, %error, "the words of a collection cannot be read");
                error.kind()
            })
        };
        self.kept.try_get_with(collection.id, reading).await.map_err(|kind| *kind)
    }

    /// Reads again what has grown, and forgets what is gone; the earliest time at which one that has grown may be read.
    pub(crate) async fn refresh(&self, listed: &[ProjectedCollection]) -> Option<Instant> {
        let listed: HashMap<CollectionId, &ProjectedCollection> =
            listed.iter().map(|projected| (projected.collection.id, projected)).collect();
        let mut pending: Option<Instant> = None;
        let kept: Vec<_> = self.kept.iter().collect();
        for (id, vocabulary) in kept {
            let Some(projected) = listed.get(&*id) else {
                self.kept.invalidate(&*id).await;
                continue;
            };
            if projected.mark.is_none_or(|mark| mark.watermark <= vocabulary.watermark) {
                continue;
            }
            let later = if vocabulary.rested <= Instant::now() {
                self.read_again(&projected.collection).await
            } else {
                Some(vocabulary.rested)
            };
            pending = pending.into_iter().chain(later).min();
        }
        pending
    }

    /// Puts a newer vocabulary in the place of the one that is kept; when to try again where it cannot be read.
    async fn read_again(&self, collection: &Collection) -> Option<Instant> {
        let ctx = CallContext::new(Principal::system_of(collection.tenant.clone()));
        match self.read(&ctx, collection).await {
            Ok(vocabulary) => {
                self.kept.insert(collection.id, Arc::new(vocabulary)).await;
                None
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.kept.invalidate(&collection.id).await;
                None
            }
            Err(error) => {
                tracing::warn!(collection = %collection.name, %error, "the words of a collection cannot be read");
                Some(Instant::now() + PAUSE)
            }
        }
    }

    async fn read(&self, ctx: &CallContext, collection: &Collection) -> Result<Vocabulary> {
        // Before the words, so that what comes meanwhile is read again rather than missed.
        let projected = self.catalog.projected(ctx, WORDS, &[collection.id]).await?;
        let mark = projected.into_iter().find_map(|one| one.mark);
        let mut builder = Builder::new(analyzer_of(collection));
        let mut page = PageRequest::try_new(MAX_PAGE_SIZE)?;
        'reading: loop {
            let listed = self.catalog.words(ctx, collection.id, &page).await?;
            for word in &listed.items {
                if !builder.take(&word.text, word.is_open)? {
                    tracing::warn!(collection = %collection.name, "a collection has more words than are used");
                    break 'reading;
                }
            }
            let Some(next) = listed.next else { break };
            page = page.after(next);
        }
        Ok(builder.build(mark.map_or(Sequence::ZERO, |mark| mark.watermark)))
    }
}

impl fmt::Debug for Vocabularies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vocabularies").field("kept", &self.kept.entry_count()).finish_non_exhaustive()
    }
}
