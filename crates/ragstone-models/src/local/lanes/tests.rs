//! What the lanes promise: queries pass, the dropped never begins, a panic ends one call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use futures::poll;
use ragstone_core::ErrorKind;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::{Lane, Lanes};

/// One thread for queries and one for passages.
fn lanes() -> Arc<Lanes<()>> {
    Arc::new(Lanes::start(vec![()], vec![()]).expect("starts"))
}

/// Holds a thread of the lane until the sender is dropped; answers when it is held.
async fn hold(lanes: &Arc<Lanes<()>>, lane: Lane) -> (mpsc::Sender<()>, JoinSet<()>) {
    let (release, held) = mpsc::channel::<()>();
    let (began, beginning) = oneshot::channel();
    let lanes = Arc::clone(lanes);
    let job = move |(): &mut ()| {
        began.send(()).expect("is awaited");
        let _released = held.recv();
        Ok(())
    };
    let mut task = JoinSet::new();
    task.spawn(async move { lanes.run(lane, job).await.expect("runs") });
    beginning.await.expect("began");
    (release, task)
}

#[tokio::test]
async fn a_query_does_not_wait_for_passages() {
    let lanes = lanes();
    let (release, held) = hold(&lanes, Lane::Passage).await;
    let waiting = lanes.run(Lane::Passage, |()| Ok(1));
    let mut waiting = std::pin::pin!(waiting);
    assert!(poll!(waiting.as_mut()).is_pending());
    assert_eq!(lanes.run(Lane::Query, |()| Ok(2)).await.expect("runs"), 2);
    assert!(poll!(waiting.as_mut()).is_pending(), "the passages still wait");
    drop(release);
    assert_eq!(waiting.await.expect("runs"), 1);
    held.join_all().await;
}

#[tokio::test]
async fn a_second_query_takes_a_thread_of_the_passages() {
    let lanes = lanes();
    let (release, held) = hold(&lanes, Lane::Query).await;
    assert_eq!(lanes.run(Lane::Query, |()| Ok(2)).await.expect("runs"), 2);
    drop(release);
    held.join_all().await;
}

#[tokio::test]
async fn what_is_dropped_before_its_turn_never_begins() {
    let lanes = lanes();
    let (release, held) = hold(&lanes, Lane::Passage).await;
    let began = Arc::new(AtomicUsize::new(0));
    {
        let counter = Arc::clone(&began);
        let dropped = lanes.run(Lane::Passage, move |()| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        let mut dropped = std::pin::pin!(dropped);
        assert!(poll!(dropped.as_mut()).is_pending());
    }
    drop(release);
    held.join_all().await;
    lanes.run(Lane::Passage, |()| Ok(())).await.expect("comes behind the dropped one");
    assert_eq!(began.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_panic_fails_one_call() {
    let lanes = lanes();
    let failed = lanes.run::<(), _>(Lane::Passage, |()| panic!("as a runtime might")).await;
    assert_eq!(failed.map_err(|error| error.kind()), Err(ErrorKind::Unexpected));
    assert_eq!(lanes.run(Lane::Passage, |()| Ok(3)).await.expect("runs"), 3);
}

#[tokio::test]
async fn many_jobs_are_all_answered() {
    let lanes = Lanes::start(vec![()], vec![(), (), ()]).expect("starts");
    let jobs = (0..500).map(|number| {
        let lane = if number % 5 == 0 { Lane::Query } else { Lane::Passage };
        lanes.run(lane, move |()| Ok(number))
    });
    let answers = futures::future::try_join_all(jobs).await.expect("all run");
    assert_eq!(answers, (0..500).collect::<Vec<_>>());
}
