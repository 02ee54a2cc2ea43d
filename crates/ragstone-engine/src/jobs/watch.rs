//! Following a job: a look at it now, and one after each change, until it ends.

use ragstone_core::report::{JobOverview, Readiness};
use ragstone_core::{CallContext, JobId, Result, Scope};

use super::LOOK;
use crate::engine::{CALL, Engine};

/// Follows a job; see [`Engine::watch_job`].
#[derive(Clone, Debug)]
pub struct JobWatch {
    engine: Engine,
    ctx: CallContext,
    id: JobId,
    seen: Option<JobOverview>,
}

impl Engine {
    /// Follows a job; a missing one is `NotFound`.
    pub async fn watch_job(&self, ctx: &CallContext, id: JobId) -> Result<JobWatch> {
        ctx.principal().require(Scope::Write)?;
        self.job(ctx, id).await?;
        Ok(JobWatch { engine: self.clone(), ctx: ctx.clone(), id, seen: None })
    }
}

impl JobWatch {
    /// Looks at the job when it is another one than at the last look; `None` behind its end, and when the engine drains.
    ///
    /// Two changes in half a second may be one. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Option<JobOverview>> {
        loop {
            if self.seen.as_ref().is_some_and(|seen| seen.job.state.is_final()) {
                return Ok(None);
            }
            let ctx = self.ctx.clone().with_timeout(self.engine.clock(), CALL);
            let now = self.engine.job(&ctx, self.id).await?;
            if self.seen.as_ref() != Some(&now) {
                self.seen = Some(now.clone());
                return Ok(Some(now));
            }
            if self.engine.readiness() == Readiness::Draining {
                return Ok(None);
            }
            tokio::select! {
                () = self.engine.shared.workers.ended() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}
