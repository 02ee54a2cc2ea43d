//! The work that nobody waits for: vectors of models that are to answer later, and tidying up after those that did.

use std::sync::Arc;

use ragstone_core::{CallContext, Result, Sequence};
use ragstone_observability::{field, span};
use tokio::sync::Notify;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::pass::{Pass, Series, follows, last_but_one};
use crate::background::Passes;
use crate::marks::Listed;
use crate::panics::caught;
use crate::projection::tenant_context;

pub(super) struct Build {
    pass: Pass,
    /// Woken when something is built, which it has to take the last step for.
    live: Arc<Notify>,
    /// There is more to do at once.
    has_more: bool,
}

impl Build {
    pub(super) const fn new(pass: Pass, live: Arc<Notify>) -> Self {
        Self { pass, live, has_more: false }
    }

    /// Does a part for one collection; whether there is more.
    async fn part(&mut self, ctx: &CallContext, listed: &Listed) -> Result<bool> {
        let Some(generations) = listed.generations() else { return Ok(false) };
        let mut has_more = false;
        if generations.is_untidy {
            self.pass.step(ctx).await?;
            let ctx = tenant_context(listed.collection());
            has_more = !self.pass.catalog().forget_unused_embeddings(&ctx, listed.id()).await?;
        }
        let (Some(standby), Some(enough)) = (&generations.standby, last_but_one(listed)) else {
            return Ok(has_more);
        };
        if follows(listed) {
            return Ok(has_more);
        }
        let mut series = Series::of(&self.pass, listed, &standby.generation).await?;
        self.pass.embed_some(ctx, listed, &mut series, enough).await?;
        if series.reached >= enough {
            self.live.notify_one();
        }
        Ok(true)
    }
}

impl Passes for Build {
    type Reached = Sequence;

    /// Does a part of what there is to do in every collection.
    async fn run(&mut self) -> Option<Sequence> {
        let ctx = CallContext::system();
        self.has_more = false;
        if !self.pass.leads(&ctx).await {
            return None;
        }
        let (head, collections) = self.pass.collections(&ctx).await?;
        let mut has_more = false;
        for listed in &collections {
            let slot =
                listed.standby().map_or(listed.active_slot().other(), |standby| standby.generation.slot);
            let place = (listed.id(), slot);
            if self.pass.stop.is_cancelled() || !self.pass.allows(place) {
                continue;
            }
            let round = tracing::debug_span!(span::EMBED, { field::COLLECTION_ID } = %listed.id());
            let outcome = caught(self.part(&ctx, listed).instrument(round)).await;
            has_more |= outcome.as_ref().is_ok_and(|has_more| *has_more);
            let has_work = listed.generations().is_some_and(|held| held.is_untidy || held.standby.is_some());
            if has_work && !self.pass.note(place, &outcome.map(drop)) {
                return None;
            }
        }
        self.pass.end();
        self.has_more = has_more;
        Some(head)
    }

    fn forget(&mut self) {
        self.pass.end();
    }

    fn next(&self) -> Option<Instant> {
        self.has_more.then(Instant::now).into_iter().chain(self.pass.again()).min()
    }

    async fn resign(&self) {
        self.pass.resign().await;
    }
}
