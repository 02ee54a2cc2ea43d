//! Running one law against one store.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::poll;
use ragstone_core::error::{ErrorKind, Result};

use crate::fixture::Fixture;

/// Longest time a law may take; it is generous because unoptimised engines run on small machines.
const LIMIT: Duration = Duration::from_mins(2);

/// What came of a law that was not broken; a broken one panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The law was tried and held.
    Held,
    /// The law asks for an ability that the store does not claim.
    NotApplicable(&'static str),
    /// There was no server to try the law on; whoever makes the fixture reports that as a skip.
    NotTried,
}

/// A law that is being tried.
pub type Tried = LocalBoxFuture<'static, Verdict>;

impl From<()> for Verdict {
    fn from((): ()) -> Self {
        Self::Held
    }
}

/// Makes a fixture and tries a law on it, on a runtime of its own.
///
/// A fixture may be optional: without one, because a server is not there, nothing was tried.
/// Panics when the law is broken or takes longer than two minutes.
pub fn check_law<P, M, O, L, F>(make: M, law: L) -> Verdict
where
    P: ?Sized,
    M: Future<Output = O>,
    O: Into<Option<Fixture<P>>>,
    L: FnOnce(Fixture<P>) -> F,
    F: Future<Output: Into<Verdict>>,
{
    try_law(make, law, |_| {})
}

/// Tries a law as [`check_law`] does, and tells what the store stands on before it does.
pub(crate) fn try_law<P, M, O, L, F>(make: M, law: L, on_backend: impl FnOnce(&str)) -> Verdict
where
    P: ?Sized,
    M: Future<Output = O>,
    O: Into<Option<Fixture<P>>>,
    L: FnOnce(Fixture<P>) -> F,
    F: Future<Output: Into<Verdict>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("starts a runtime");
    let trial = Box::pin(async {
        let Some(fixture) = make.await.into() else { return Verdict::NotTried };
        on_backend(&fixture.backend);
        law(fixture).await.into()
    });
    runtime.block_on(async { tokio::time::timeout(LIMIT, trial).await }).expect("the law ended in time")
}

/// Asserts that a call was refused for this reason.
#[track_caller]
pub(crate) fn assert_refused<T>(result: Result<T>, kind: ErrorKind, what: &str) {
    match result {
        Ok(_) => assert_eq!("success", kind.codes().reason, "{what} must be refused"),
        Err(error) => assert_eq!(error.kind(), kind, "{what} is refused with {error}"),
    }
}

/// Polls a future at most `polls` times and drops it; answers whether it was ready before.
pub(crate) async fn abandon<T>(future: impl Future<Output = T>, polls: u32) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        if poll!(future.as_mut()).is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}
