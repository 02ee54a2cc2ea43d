//! Work in the background: one task that makes passes over the catalog.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::panics::of_panic;
use crate::patience::Patience;

/// The work of a task.
pub(crate) trait Passes: Send + 'static {
    /// How far a pass came.
    type Reached: Copy + Send + Sync + 'static;

    /// Makes a pass; `None` where it cannot be said how far it came.
    fn run(&mut self) -> impl Future<Output = Option<Self::Reached>> + Send;

    /// Drops what passes leave to the next, because one has panicked and may have left a part.
    fn forget(&mut self);

    /// When the next pass should begin, if not at the usual time.
    fn next(&self) -> Option<Instant>;

    /// Gives back what other processes may be waiting for.
    fn resign(&self) -> impl Future<Output = ()> + Send;
}

/// Handle of a task; the task ends after its current batch when this is dropped.
#[derive(Debug)]
pub(crate) struct Background<R> {
    /// For the log.
    name: &'static str,
    wake: Arc<Notify>,
    stop: CancellationToken,
    reached: watch::Receiver<R>,
    has_panicked: Arc<AtomicBool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl<R: Copy + Send + Sync + 'static> Background<R> {
    /// Starts a task on the current runtime; it begins with a first pass. `stop`, which the passes know, ends it.
    pub(crate) fn start(
        name: &'static str,
        stop: CancellationToken,
        interval: Duration,
        start: R,
        passes: impl Passes<Reached = R>,
    ) -> Self {
        Self::start_woken_by(Arc::new(Notify::new()), name, stop, (interval, start), passes)
    }

    /// The same with what wakes the task, which others may know before it starts.
    pub(crate) fn start_woken_by(
        wake: Arc<Notify>,
        name: &'static str,
        stop: CancellationToken,
        (interval, start): (Duration, R),
        passes: impl Passes<Reached = R>,
    ) -> Self {
        let (publish, reached) = watch::channel(start);
        let has_panicked = Arc::new(AtomicBool::new(false));
        let run = Run {
            name,
            passes,
            wake: Arc::clone(&wake),
            stop: stop.clone(),
            interval,
            publish,
            has_panicked: Arc::clone(&has_panicked),
        };
        #[expect(clippy::disallowed_methods, reason = "the handle owns the task and `stop` joins it")]
        let task = Mutex::new(Some(tokio::spawn(run.follow())));
        Self { name, wake, stop, reached, has_panicked, task }
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// What wakes the task.
    pub(crate) fn wakeup(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// The name of the task if its last pass panicked; it is tried again.
    pub(crate) fn panicked(&self) -> Option<&'static str> {
        self.has_panicked.load(Ordering::Acquire).then_some(self.name)
    }

    /// How far the passes have come.
    pub(crate) fn reached(&self) -> &watch::Receiver<R> {
        &self.reached
    }

    /// Wakes the task and waits until it has come far enough; `late` says what was not there by the deadline.
    pub(crate) async fn wait(
        &self,
        ctx: &CallContext,
        clock: &dyn Clock,
        is_enough: impl FnMut(&R) -> bool,
        late: impl FnOnce() -> Error,
    ) -> Result<R> {
        self.wake();
        let mut reached = self.reached.clone();
        let reached = reached.wait_for(is_enough);
        let outcome = match ctx.remaining(clock)? {
            Some(left) => tokio::time::timeout(left, reached).await.map_err(|_| late())?,
            None => reached.await,
        };
        outcome
            .map(|reached| *reached)
            .map_err(|_| Error::new(ErrorKind::Unavailable, "the engine is stopping"))
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the {} ended badly", self.name);
        }
    }
}

impl<R> Drop for Background<R> {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What the task owns.
struct Run<P: Passes> {
    name: &'static str,
    passes: P,
    wake: Arc<Notify>,
    stop: CancellationToken,
    interval: Duration,
    publish: watch::Sender<P::Reached>,
    has_panicked: Arc<AtomicBool>,
}

impl<P: Passes> Run<P> {
    /// Makes a pass at start, whenever woken, once in each interval, and when a pass asks for the next one.
    ///
    /// A pass that panics is made again, from what the stores say, after a pause that grows.
    async fn follow(mut self) {
        let mut patience = Patience::default();
        while !self.stop.is_cancelled() {
            match AssertUnwindSafe(self.passes.run()).catch_unwind().await {
                Ok(reached) => {
                    patience.succeeded(());
                    self.has_panicked.store(false, Ordering::Release);
                    if let Some(reached) = reached {
                        self.publish.send_replace(reached);
                    }
                }
                Err(panic) => {
                    let error = of_panic(panic.as_ref());
                    tracing::error!(%error, "the {} panicked and begins anew", self.name);
                    self.has_panicked.store(true, Ordering::Release);
                    self.passes.forget();
                    patience.failed(());
                    pause(&self.stop, &patience).await;
                    continue;
                }
            }
            let interval = Instant::now() + self.interval;
            let next = self.passes.next().map_or(interval, |next| next.min(interval));
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
        self.passes.resign().await;
    }
}

/// Waits until the next attempt, however often the task is woken.
async fn pause(stop: &CancellationToken, patience: &Patience<()>) {
    let next = patience.next().unwrap_or_else(Instant::now);
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep_until(next) => {}
    }
}
