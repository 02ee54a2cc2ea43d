//! Many holders at the same time, and dropped calls.

use ragstone_core::lease::FencingToken;
use tokio::task::JoinSet;

use super::holders::{LONG, Worker, name};
use crate::LeaseFixture;
use crate::law::abandon;

/// Of many holders that ask at the same time one gets the lease.
pub async fn one_of_many_holders_wins(fixture: LeaseFixture) {
    for round in 0..10 {
        let job = format!("job/{round}");
        let mut takes = JoinSet::new();
        for number in 0..16 {
            let worker = Worker::new(&fixture, number);
            let job = job.clone();
            takes.spawn(async move { worker.try_take(&job, LONG).await });
        }
        let given = takes.join_all().await;
        assert_eq!(given.iter().flatten().count(), 1, "round {round}");
    }
}

/// However holders take turns, no two leases share a token and later ones have greater tokens.
pub async fn holders_take_turns_with_growing_tokens(fixture: LeaseFixture) {
    let mut turns = JoinSet::new();
    for number in 0..8 {
        let worker = Worker::new(&fixture, number);
        turns.spawn(async move {
            let mut tokens: Vec<FencingToken> = Vec::new();
            for _ in 0..40 {
                if let Some(lease) = worker.try_take("job", LONG).await {
                    assert!(tokens.last().is_none_or(|last| lease.token > *last));
                    tokens.push(lease.token);
                    worker.release(&lease).await;
                }
                tokio::task::yield_now().await;
            }
            tokens
        });
    }
    let mut all = turns.join_all().await.concat();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count, "no two leases share a token");
    assert!(count > 0, "somebody had a turn");
}

/// A holder whose call was dropped asks again; nobody else is shut out for longer than the lease.
pub async fn dropped_acquisition_is_found_again(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    for polls in 0..24 {
        let job = name("job");
        abandon(first.leases.acquire(&first.ctx, &job, first.holder, LONG), polls).await;
        let lease = first.take("job", LONG).await;
        assert_eq!(second.try_take("job", LONG).await, None);
        // What was dropped may still arrive, and then the lease of it counts.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let lease = match first.leases.renew(&first.ctx, &lease, LONG).await {
            Ok(lease) => lease,
            Err(_) => first.take("job", LONG).await,
        };
        first.release(&lease).await;
        let theirs = second.take("job", LONG).await;
        assert!(theirs.token > lease.token);
        second.release(&theirs).await;
    }
}
