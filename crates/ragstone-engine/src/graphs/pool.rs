//! Threads for computations on graphs, apart from those that answer requests.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use ragstone_graph::{Interruption, Watch};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::config::GraphsConfig;
use super::error;
use crate::panics::of_panic;

/// A pool of its own. Computations beyond the number of its threads wait for their turn.
pub(super) struct GraphPool {
    threads: Arc<ThreadPool>,
    turns: Arc<Semaphore>,
    max_bytes: u64,
}

impl GraphPool {
    /// Starts the threads; `Unavailable` where the system gives none.
    pub(super) fn start(config: &GraphsConfig) -> Result<Self> {
        let threads = config.threads.map_or_else(spare_threads, NonZeroUsize::get);
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("graph-{number}"))
            .build()
            .map_err(|source| {
                Error::new(ErrorKind::Unavailable, "cannot start the threads of graphs").with_source(source)
            })?;
        let turns = Arc::new(Semaphore::new(threads));
        Ok(Self { threads: Arc::new(pool), turns, max_bytes: config.max_working_bytes })
    }

    /// Runs a computation; dropping the future, or the deadline, ends it at its next look at the watch.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        ctx: &CallContext,
        clock: &Arc<dyn Clock>,
        work: impl FnOnce(&Watch) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.turn(ctx, clock).await?;
        let caller = Caller::default();
        let watch = caller.watch(ctx, clock).with_max_bytes(self.max_bytes);
        let (answer, answered) = oneshot::channel();
        self.threads.spawn(move || {
            // Given back by the work: one that nobody waits for any more still takes a thread until it has noticed.
            let _turn = turn;
            let work = std::panic::AssertUnwindSafe(|| {
                watch.check().map_err(|interruption| error::of_analysis(interruption.into()))?;
                work(&watch)
            });
            let outcome = std::panic::catch_unwind(work);
            // Nobody may wait any more.
            let _ = answer.send(outcome.unwrap_or_else(|panic| Err(of_panic(panic.as_ref()))));
        });
        let gone = |_| Error::new(ErrorKind::Unexpected, "a computation on a graph ended without an answer");
        answered.await.map_err(gone)?
    }

    async fn turn(&self, ctx: &CallContext, clock: &Arc<dyn Clock>) -> Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = match ctx.remaining(&**clock)? {
            Some(left) => tokio::time::timeout(left, turn).await.map_err(|_| too_busy())?,
            None => turn.await,
        };
        turn.map_err(|_| Error::new(ErrorKind::Unavailable, "the engine is stopping"))
    }
}

/// Who waits for the answer; when dropped, nobody does.
#[derive(Default)]
struct Caller {
    is_gone: Arc<AtomicBool>,
}

impl Caller {
    fn watch(&self, ctx: &CallContext, clock: &Arc<dyn Clock>) -> Watch {
        let (is_gone, clock, deadline) = (Arc::clone(&self.is_gone), Arc::clone(clock), ctx.deadline());
        Watch::unbounded().with_interruption(move || {
            if is_gone.load(Ordering::Relaxed) {
                return Some(Interruption::Cancelled);
            }
            deadline.filter(|deadline| *deadline <= clock.instant()).map(|_| Interruption::Deadline)
        })
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }
}

/// All processors but one, which answers requests.
fn spare_threads() -> usize {
    let all = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    all.saturating_sub(1).max(1)
}

fn too_busy() -> Error {
    Error::new(ErrorKind::DeadlineExceeded, "other computations on graphs took all the time there was")
        .with_help("ask again later, or with more time")
}
