//! Requests that a caller may repeat: each is done once, and answered as often as it is sent.
//!
//! A request with a key is taken up under a claim and done in a task of its own, so that a caller who leaves, and comes back,
//! finds it done. Its write is bound to the claim, and the store keeps what it did with it; the answer is kept afterwards.
//! Between the two the process may vanish: whoever takes the request up then does the rest, and the write answers as it
//! did. What is not bound bears being done again: an ingest of files brings a collection in line with what is there, a job
//! that is asked for has the id of the request, a cancelled job stays cancelled, and generations change hands only where
//! they are the expected ones.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures::FutureExt as _;
use ragstone_core::idempotency::{KeptAnswer, KeyClaim, KeyState, KeyedRequest, answer_not_kept, under_way};
use ragstone_core::{CallContext, Error, ErrorKind, HolderId, KeyedRequestId, Result, Retry, Scope};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::config::KeysConfig;
use crate::engine::Engine;

/// Pause between looks at a request that another process may do.
const LOOK: Duration = Duration::from_millis(250);
/// Time that is left of a deadline for saying that a request is under way.
const MARGIN: Duration = Duration::from_millis(250);
/// Attempts at keeping an answer.
const TELLINGS: u32 = 4;

/// What came of the work of a keyed request.
#[derive(Debug)]
pub enum Done<T> {
    /// It was done: this is kept, and this is for the caller who waits.
    Keep(KeptAnswer, T),
    /// It changed nothing, or may be tried again; this is for the caller who waits.
    Forget(T),
}

/// The answer to a keyed request.
#[derive(Debug)]
pub enum Once<T> {
    /// It was done for this call.
    Fresh(T),
    /// It was done before, and answered so.
    Replayed(KeptAnswer),
}

/// The keyed requests that this process does.
#[derive(Debug)]
pub(crate) struct Requests {
    ended: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    room: Semaphore,
}

impl Requests {
    pub(crate) fn new(config: &KeysConfig) -> Self {
        Self {
            ended: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            room: Semaphore::new(config.running),
        }
    }

    /// Gives back what is under way, and waits for it.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Engine {
    /// Does a request once, however often it is sent with its key: in parallel, again, and after a crash.
    ///
    /// `work` does it under the context that it is given, in a task that goes on when the call is dropped. A call that finds the request
    /// under way waits for its answer: as long as the deadline and [`KeysConfig::patience`] allow, and is then
    /// `AlreadyExists` with the time to come back. A key that was used for another request, or whose answer was too long to keep, is
    /// `FailedPrecondition`; a tenant without room for another key, or a process without room for another request, is
    /// `RateLimited` or `Unavailable`. Keys belong to callers who may write.
    pub async fn once<T, F>(
        &self,
        ctx: &CallContext,
        request: KeyedRequest,
        work: impl FnOnce(CallContext) -> F + Send + 'static,
    ) -> Result<Once<T>>
    where
        T: Send + 'static,
        F: Future<Output = Done<T>> + Send + 'static,
    {
        ctx.principal().require(Scope::Write)?;
        let requests = &self.shared.requests;
        let ids = &self.shared.stores.ids;
        let call = Begin {
            engine: self.clone(),
            ctx: ctx.clone(),
            request,
            id: KeyedRequestId::from_uuid(ids.fresh()),
            holder: HolderId::from_uuid(ids.fresh()),
        };
        let patience = self.patience(ctx)?;
        let mut work = work;
        loop {
            let mut ended = pin!(requests.ended.notified());
            ended.as_mut().enable();
            if requests.tasks.is_closed() {
                return Err(stopping());
            }
            // In a task, so that nobody leaves between taking the request up and doing it.
            let attempt = requests.tasks.spawn(call.clone().attempt(work).in_current_span());
            match attempt.await.map_err(vanished)?? {
                Attempt::Ended(once) => return Ok(once),
                Attempt::UnderWay(again) => work = again,
            }
            tokio::select! {
                () = ended => {}
                () = tokio::time::sleep(LOOK) => {}
                () = tokio::time::sleep_until(patience) => return Err(under_way()),
                () = requests.stop.cancelled() => return Err(stopping()),
            }
        }
    }

    /// When a call waits no longer for a request that is under way.
    fn patience(&self, ctx: &CallContext) -> Result<Instant> {
        let patience = self.config().keys.patience;
        let left = ctx.remaining(self.clock())?;
        Ok(Instant::now() + left.map_or(patience, |left| left.saturating_sub(MARGIN).min(patience)))
    }
}

/// What came of an attempt to take a request up; the work is given back where another call does it.
enum Attempt<T, W> {
    Ended(Once<T>),
    UnderWay(W),
}

/// A call that asks for a request.
#[derive(Clone)]
struct Begin {
    engine: Engine,
    ctx: CallContext,
    request: KeyedRequest,
    id: KeyedRequestId,
    holder: HolderId,
}

impl Begin {
    async fn attempt<T, F, W>(self, work: W) -> Result<Attempt<T, W>>
    where
        F: Future<Output = Done<T>> + Send,
        W: FnOnce(CallContext) -> F,
    {
        let Self { engine, ctx, request, id, holder } = self;
        let policy = engine.config().keys.policy();
        let claim = match engine.catalog().begin_request(&ctx, &request, id, holder, &policy).await? {
            KeyState::Claimed(claim) => claim,
            KeyState::Answered(Some(answer)) => return Ok(Attempt::Ended(Once::Replayed(answer))),
            KeyState::Answered(None) => return Err(answer_not_kept()),
            KeyState::UnderWay => return Ok(Attempt::UnderWay(work)),
        };
        let Ok(_room) = engine.shared.requests.room.try_acquire() else {
            release(&engine, &claim).await;
            return Err(Error::new(ErrorKind::Unavailable, "too many requests with keys are under way"));
        };
        let outcome = run(&engine, &claim, work(ctx.with_claim(claim.clone()))).await;
        engine.shared.requests.ended.notify_waiters();
        outcome.map(|value| Attempt::Ended(Once::Fresh(value)))
    }
}

fn vanished(lost: tokio::task::JoinError) -> Error {
    Error::new(ErrorKind::Unexpected, "a keyed request did not reach its end").with_source(lost)
}

/// What ended the work first.
enum End<T> {
    Done(Done<T>),
    Panicked,
    Lost,
    Stopped,
}

/// Does the work of a claim, keeps the claim meanwhile, and keeps the answer.
async fn run<T>(engine: &Engine, claim: &KeyClaim, work: impl Future<Output = Done<T>> + Send) -> Result<T> {
    let end = tokio::select! {
        biased;
        done = AssertUnwindSafe(work).catch_unwind() => done.map_or(End::Panicked, End::Done),
        () = hold(engine, claim) => End::Lost,
        () = engine.shared.requests.stop.cancelled() => End::Stopped,
    };
    match end {
        End::Done(Done::Keep(answer, value)) => {
            keep(engine, claim, answer).await;
            Ok(value)
        }
        End::Done(Done::Forget(value)) => {
            release(engine, claim).await;
            Ok(value)
        }
        End::Panicked => {
            release(engine, claim).await;
            Err(Error::new(ErrorKind::Unexpected, "the work of a keyed request panicked"))
        }
        End::Lost => {
            tracing::warn!(request = %claim.request, "the claim of a keyed request was lost; another process may do it");
            Err(Error::new(ErrorKind::Unavailable, "the keyed request could not be held")
                .with_help("send the same request with the same key again"))
        }
        End::Stopped => {
            release(engine, claim).await;
            Err(stopping())
        }
    }
}

/// Renews the claim until it is lost.
async fn hold(engine: &Engine, claim: &KeyClaim) {
    let hold = engine.config().keys.hold;
    let mut renewed = Instant::now();
    loop {
        tokio::time::sleep(hold / 4).await;
        let begun = Instant::now();
        match engine.catalog().renew_request(&engine.own_call(), claim, hold).await {
            Ok(()) => renewed = begun,
            Err(error) if error.kind() == ErrorKind::Conflict => return,
            Err(error) if renewed.elapsed() < hold => {
                tracing::debug!(%error, request = %claim.request, "a claim could not be renewed");
            }
            Err(_) => return,
        }
    }
}

/// Where the answer cannot be kept, the request is taken up again when it is repeated: its write then answers as it did.
async fn keep(engine: &Engine, claim: &KeyClaim, answer: KeptAnswer) {
    let is_short = answer.check().is_ok() && answer.len() <= engine.config().keys.longest_answer;
    let answer = is_short.then_some(answer);
    for attempt in 1..=TELLINGS {
        match engine.catalog().finish_request(&engine.own_call(), claim, answer.clone()).await {
            Ok(()) => return,
            Err(error) if error.kind() != ErrorKind::Conflict && attempt < TELLINGS => {
                tokio::time::sleep(Duration::from_millis(100) * attempt).await;
            }
            Err(error) => {
                tracing::warn!(%error, request = %claim.request, "the answer of a keyed request could not be kept");
                return;
            }
        }
    }
}

async fn release(engine: &Engine, claim: &KeyClaim) {
    if let Err(error) = engine.catalog().release_request(&engine.own_call(), claim).await {
        tracing::debug!(%error, request = %claim.request, "a keyed request could not be given back");
    }
}

fn stopping() -> Error {
    Error::new(ErrorKind::Unavailable, "the engine is stopping").with_retry(Retry::Backoff)
}
