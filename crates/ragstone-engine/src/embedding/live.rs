//! The work that callers wait for: vectors of the generations that answer, and of those that may at any moment.

use std::collections::HashSet;
use std::sync::Arc;

use ragstone_core::generation::StandbyRole;
use ragstone_core::{CallContext, Result, Sequence};
use ragstone_observability::{field, span};
use tokio::sync::Notify;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::following::Follow;
use super::pass::{Pass, Series, follows};
use crate::background::Passes;
use crate::marks::Listed;
use crate::panics::caught;

pub(super) struct Live {
    pub(super) pass: Pass,
    /// Woken when there is something to build.
    pub(super) builder: Arc<Notify>,
}

impl Live {
    /// Opens what answers, so that the first search need not wait for it, and closes what nothing needs any more.
    async fn open(&self, collections: &[Listed]) {
        let models = &self.pass.models;
        let mut named = HashSet::new();
        for generations in collections.iter().filter_map(Listed::generations) {
            named.extend(generations.iter().map(|generation| generation.model.digest));
            let active = &generations.active;
            if self.pass.stop.is_cancelled() || !(active.is_chosen || models.configured().is_some()) {
                continue;
            }
            if let Err(error) = models.get(&active.model).await {
                tracing::debug!(%error, "a collection cannot be asked by meaning");
            }
        }
        models.keep(&named).await;
    }

    /// Whether a collection is asked by meaning: a model that nobody chose answers only while the configuration names
    /// one.
    fn is_asked(&self, listed: &Listed) -> bool {
        let is_chosen = listed.generations().is_some_and(|generations| generations.active.is_chosen);
        is_chosen || self.pass.models.configured().is_some()
    }

    /// A standby that has caught up is brought on first: so it has vectors of all that the active generation has any
    /// of, and can take its place at any moment. Its failures keep the active generation from nothing.
    ///
    /// False where the whole pass is over.
    async fn standby(&mut self, ctx: &CallContext, listed: &Listed) -> bool {
        let Some(standby) = listed.standby().filter(|_| follows(listed)) else { return true };
        let place = (listed.id(), standby.generation.slot);
        if !self.pass.allows(place) {
            return true;
        }
        let is_next = standby.role == StandbyRole::Next;
        let outcome = match Series::of(&self.pass, listed, &standby.generation).await {
            Ok(mut series) => caught(self.pass.embed(ctx, listed, &mut series)).await,
            Err(error) => Err(error),
        };
        if is_next && outcome.is_ok() {
            // It may be all that a switch waited for.
            self.pass.projector.notify_one();
        }
        self.pass.note(place, &outcome)
    }

    async fn active(&mut self, ctx: &CallContext, listed: &Listed) -> Result<()> {
        if !self.is_asked(listed) {
            return Ok(());
        }
        let mut series = match (listed.generations(), self.pass.models.configured()) {
            (Some(generations), _) => Series::of(&self.pass, listed, &generations.active).await?,
            (None, Some(semantics)) => Series::configured(listed, Arc::clone(semantics)),
            (None, None) => return Ok(()),
        };
        self.pass.embed(ctx, listed, &mut series).await
    }

    /// Brings every collection up to date, and says whether all are. `None` where the pass is over before its end.
    ///
    /// One failing collection does not stop the others.
    async fn all(&mut self, ctx: &CallContext, collections: &[Listed]) -> Option<bool> {
        let mut is_whole = true;
        for listed in collections {
            let place = (listed.id(), listed.active_slot());
            let round = tracing::debug_span!(span::EMBED, { field::COLLECTION_ID } = %listed.id());
            if !self.standby(ctx, listed).instrument(round.clone()).await {
                return None;
            }
            if self.pass.stop.is_cancelled() || !self.pass.allows(place) {
                is_whole = false;
                continue;
            }
            let outcome = caught(self.active(ctx, listed).instrument(round)).await;
            if !self.pass.note(place, &outcome) {
                return None;
            }
            is_whole &= outcome.is_ok();
        }
        self.pass.end();
        Some(is_whole)
    }
}

impl Passes for Live {
    type Reached = Sequence;

    /// Embeds what is new in every collection, or sees whether the process that does so is done.
    ///
    /// Answers up to where all passages have vectors of the model that answers, if they have.
    async fn run(&mut self) -> Option<Sequence> {
        let ctx = CallContext::system();
        let leads = self.pass.leads(&ctx).await;
        let (mut head, mut collections) = self.pass.collections(&ctx).await?;
        self.pass.troubles.keep(|id| collections.iter().any(|listed| listed.id() == id));
        if leads {
            let mut has_followed = false;
            for listed in &collections {
                has_followed |= Follow { pass: &self.pass, ctx: &ctx, listed }.run().await;
            }
            if has_followed {
                self.builder.notify_one();
                (head, collections) = self.pass.collections(&ctx).await?;
            }
        }
        self.open(&collections).await;
        if !leads {
            let awaits =
                |listed: &Listed| self.is_asked(listed) && listed.at(listed.active_slot()).is_behind();
            return (!collections.iter().any(awaits)).then_some(head);
        }
        self.all(&ctx, &collections).await?.then_some(head)
    }

    fn forget(&mut self) {
        self.pass.end();
    }

    fn next(&self) -> Option<Instant> {
        self.pass.again()
    }

    async fn resign(&self) {
        self.pass.resign().await;
    }
}
