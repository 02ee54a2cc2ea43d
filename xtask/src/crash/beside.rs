//! Sites that crash beside each other: most of a round is waiting.

use std::thread;

use anyhow::{Result, anyhow};

/// Does a piece of work for each number below `count`, each on a thread of its own.
pub(super) fn side_by_side<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        let outcomes = threads.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| Err(anyhow!("what watches a server has panicked")))
        });
        outcomes.collect()
    })
}
