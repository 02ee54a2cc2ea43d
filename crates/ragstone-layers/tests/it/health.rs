//! The registry, and what each change of state leaves in metrics and logs.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, ErrorKind, Reader, Retry};
use ragstone_layers::{Around as _, BackendHealth, BackendPolicy, Breakers, Fault, FaultRule, Faults};
use ragstone_observability::{field, metric};
use ragstone_resilience::BreakerState;
use tracing::Level;

use crate::bench;
use crate::telemetry::observe;

const DOWN: Fault = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);

#[test]
fn every_change_of_state_is_one_metric_and_one_line() {
    let seen = observe(async {
        let backend = bench::backend();
        let faults = Arc::new(Faults::seeded(1).with_rule(FaultRule::new("count", DOWN)));
        let index = bench::index(Breakers::new(Arc::clone(&backend)).over(Arc::clone(&faults))).await;
        let (ctx, target) = (CallContext::system(), bench::target());
        let calls = async |times: usize| {
            for _ in 0..times {
                drop(index.count(&ctx, &target, None, &Reader::Everything).await);
            }
            tokio::time::advance(Duration::from_secs(5)).await;
        };
        calls(12).await; // opens
        calls(1).await; // probes, and opens again
        faults.set_rules(Vec::new());
        calls(2).await; // probes, and closes
        assert!(backend.status().is_healthy());
    });
    let entered = |state: BreakerState| {
        let key = format!("{}{{backend=index,state={state}}}", metric::BREAKER_TRANSITIONS.name);
        seen.counts.get(&key).copied()
    };
    assert_eq!(entered(BreakerState::Open), Some(2));
    assert_eq!(entered(BreakerState::HalfOpen), Some(2));
    assert_eq!(entered(BreakerState::Closed), Some(1));
    let gauge = format!("{}{{backend=index}}", metric::BREAKER_STATE.name);
    assert_eq!(seen.gauges.get(&gauge).copied().map(f64::to_bits), Some(0_f64.to_bits()));
    let lines: Vec<_> = seen
        .lines
        .iter()
        .map(|(level, fields)| (*level, fields.get(field::BREAKER_STATE).cloned().unwrap_or_default()))
        .collect();
    let line = |level, state: &str| (level, state.to_owned());
    assert_eq!(
        lines,
        [
            line(Level::ERROR, "open"),
            line(Level::INFO, "half_open"),
            line(Level::WARN, "open"),
            line(Level::INFO, "half_open"),
            line(Level::INFO, "closed"),
        ]
    );
    let (_, opened) = &seen.lines[0];
    assert_eq!(opened.get(field::BACKEND).map(String::as_str), Some("index"));
    assert!(opened.get(field::LAST_FAILURE).is_some_and(|reason| reason.contains("unavailable")));
    assert!(opened.contains_key(field::COOL_DOWN_MS));
}

#[test]
fn refused_calls_are_counted_by_reason() {
    let seen = observe(async {
        let faults = Faults::seeded(1).with_rule(FaultRule::new("count", DOWN));
        let index = bench::index(Breakers::new(bench::backend()).over(faults)).await;
        for _ in 0..20 {
            assert!(
                index
                    .count(&CallContext::system(), &bench::target(), None, &Reader::Everything)
                    .await
                    .is_err()
            );
        }
    });
    let key = format!("{}{{backend=index,reason=open}}", metric::BACKEND_REFUSALS.name);
    assert_eq!(seen.counts.get(&key), Some(&8));
}

#[tokio::test(start_paused = true)]
async fn the_registry_lists_backends_in_order_and_refuses_a_name_twice() {
    let health = BackendHealth::new(bench::clock());
    let policy = BackendPolicy::for_requests().expect("valid");
    for name in ["catalog", "index", "cache"] {
        assert!(health.register(name, policy).is_ok(), "{name}");
    }
    let again = health.clone().register("index", policy).map_err(|error| error.field);
    assert_eq!(again.err(), Some("name"));
    let statuses = health.statuses();
    assert_eq!(statuses.iter().map(|status| status.name).collect::<Vec<_>>(), ["catalog", "index", "cache"]);
    assert!(statuses.iter().all(|status| status.is_healthy() && status.last_failure.is_none()));
}

#[test]
fn a_senseless_limit_of_writes_is_refused() {
    let policy = BackendPolicy::for_requests().expect("valid");
    let built = policy.with_slow_writes(Duration::ZERO).map_err(|error| error.field);
    assert_eq!(built.err(), Some("slow_writes"));
}
