//! What a bulk ingest does to searches: their times with and without one, at the same rate.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::files::Pages;
use super::{BULK, bring, serve, wait_until_found};
use crate::bench::report::Measurement;
use crate::bench::serving::Serving;

/// Searches begin at this rate, whether or not the ones before are answered.
const EVERY: Duration = Duration::from_millis(20);
/// Connections, so that a slow answer does not keep the next search waiting.
const CONNECTIONS: u32 = 8;
/// How long the server is asked while it does nothing else.
const IDLE: Duration = Duration::from_secs(20);
/// The index has merged what it merges.
const AT_REST: Duration = Duration::from_secs(8);

/// Times searches over as many files as are then ingested beside them.
pub(super) fn measure(binary: &Path, pages: &Pages) -> Result<Vec<Measurement>> {
    let data = tempfile::tempdir()?;
    let (first, second) = (pages.write(0, BULK)?, pages.write(BULK, BULK)?);
    let root = tempfile::tempdir()?;
    std::fs::rename(first.path(), root.path().join("first"))?;
    let folder = pages.write(2 * BULK, 100)?;
    std::fs::rename(second.path(), folder.path().join("bulk"))?;
    let server = serve(binary, data.path(), &folder)?;
    let sequence = bring(&server, &folder, BULK + 100)?;
    wait_until_found(&server, &sequence)?;
    thread::sleep(AT_REST);
    let start = Instant::now();
    let idle = searches(&server, pages, || start.elapsed() > IDLE)?;

    std::fs::rename(root.path().join("first"), folder.path().join("more"))?;
    let is_done = AtomicBool::new(false);
    let busy = thread::scope(|scope| {
        let ingest = scope.spawn(|| {
            let mut connection = server.connect()?;
            let body = json!({ "paths": [folder.path().join("more")] });
            let done = server.call(&mut connection, "POST", "/api/v1/collections/default/ingest", &body);
            is_done.store(true, Ordering::Release);
            done.map(drop)
        });
        let times = searches(&server, pages, || is_done.load(Ordering::Acquire));
        ingest.join().unwrap_or_else(|_| anyhow::bail!("the ingest panicked"))?;
        times
    })?;
    server.stop()?;
    Ok(report(&idle, &busy))
}

/// Searches at a steady rate until the end; the times from when each should have begun to its answer, in order.
fn searches(server: &Serving, pages: &Pages, is_over: impl Fn() -> bool + Sync) -> Result<Vec<Duration>> {
    let start = Instant::now();
    let ask = |first: u32| -> Result<Vec<Duration>> {
        let mut connection = server.connect()?;
        let (mut times, mut number) = (Vec::new(), first);
        while !is_over() {
            let due = start + EVERY * number;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let body = json!({ "query": pages.question(number), "limit": 10 });
            server.call(&mut connection, "POST", "/api/v1/search", &body)?;
            times.push(due.elapsed());
            number += CONNECTIONS;
        }
        Ok(times)
    };
    let mut times = thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|first| scope.spawn(move || ask(first))).collect();
        let times = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Ok(Vec::new())));
        times.collect::<Result<Vec<_>>>().map(|times| times.concat())
    })?;
    times.sort_unstable();
    ensure!(times.len() > 100, "only {} searches were answered", times.len());
    Ok(times)
}

fn report(idle: &[Duration], busy: &[Duration]) -> Vec<Measurement> {
    let of = |times: &[Duration], share: usize| -> f64 {
        let place = (times.len() * share / 1000).min(times.len() - 1);
        times[place].as_secs_f64() * 1e3
    };
    let figure = |name: &str, value: f64, unit: &str| Measurement {
        name: format!("{name}, 50 searches a second, {BULK} files there"),
        value,
        unit: unit.to_owned(),
    };
    vec![
        figure("idle, p50", of(idle, 500), "ms"),
        figure("idle, p99", of(idle, 990), "ms"),
        figure("beside a bulk ingest, p50", of(busy, 500), "ms"),
        figure("beside a bulk ingest, p99", of(busy, 990), "ms"),
        figure("p99 beside a bulk ingest to idle", of(busy, 990) / of(idle, 990), "×"),
    ]
}
