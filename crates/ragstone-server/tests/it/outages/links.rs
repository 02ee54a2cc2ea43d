//! Every fault of a network, one after another, at each store.

use std::collections::BTreeSet;
use std::time::Duration;

use ragstone_testkit::proxy::{FaultProxy, Garbage, LinkFaults, ProxyFaults};

use super::load::{Load, Seen, recover};
use super::site::{REQUEST_TIMEOUT, Site};
use super::{OUTAGE, RECOVERY, SLACK, sources, tell};

fn faults() -> Vec<(&'static str, ProxyFaults)> {
    let garbage = Garbage { after: 0, length: 64 };
    vec![
        ("refused", ProxyFaults::refusal()),
        ("stalled", ProxyFaults::stall()),
        ("1 s late", ProxyFaults::slowness(Duration::from_secs(1))),
        ("10 s late", ProxyFaults::slowness(Duration::from_secs(10))),
        ("30 % dropped", ProxyFaults { drop_permille: 300, ..ProxyFaults::default() }),
        ("blackhole", ProxyFaults::blackhole()),
        ("reset", ProxyFaults::responses(LinkFaults { reset_after: Some(20), ..LinkFaults::default() })),
        ("garbage", ProxyFaults::responses(LinkFaults { garbage: Some(garbage), ..LinkFaults::default() })),
    ]
}

/// Every fault at one store, one after another; `is_vital` says whether callers may see failures.
fn survives(test: &str, choose: impl Fn(&Site) -> &FaultProxy, is_vital: bool) {
    let Some(site) = Site::start(test) else { return };
    recover(&site.server.http);
    let mut acknowledged = BTreeSet::new();
    for (name, faults) in faults() {
        let proxy = choose(&site);
        let mut seen = Load::BUSY.run(&site.server, || {
            std::thread::sleep(Duration::from_millis(300));
            proxy.set(faults);
            // What holds for connections only from their first byte on must meet new ones.
            proxy.cut();
            std::thread::sleep(OUTAGE);
            assert_eq!(site.server.http.get("/health/live").status, 200, "{name}");
            proxy.clear();
            proxy.cut();
        });
        let recovery = recover(&site.server.http);
        let Seen { answered, failed, slowest, .. } = seen;
        tell(&format!(
            "{name}: {answered} answered, {failed} failed, slowest {slowest:.1?}, back after {recovery:.1?}"
        ));
        assert!(slowest <= REQUEST_TIMEOUT + SLACK, "{name}: {slowest:?}");
        assert!(recovery <= RECOVERY, "{name}: {recovery:?}");
        assert!(is_vital || failed == 0, "{name}: {failed} calls failed that need nothing of the store");
        assert!(answered > 0, "{name}");
        acknowledged.append(&mut seen.acknowledged);
    }
    let listed = sources(&site.server.http);
    let lost: Vec<&String> = acknowledged.difference(&listed).collect();
    assert!(lost.is_empty(), "{} acknowledged writes are lost: {lost:?}", lost.len());
    site.stop();
}

#[test]
fn the_catalog_may_misbehave() {
    survives("outages::links::the_catalog", |site| &site.catalog, true);
}

#[test]
fn the_index_may_misbehave() {
    survives("outages::links::the_index", |site| &site.index, true);
}

#[test]
fn redis_may_misbehave_and_nobody_notices() {
    survives("outages::links::redis", |site| &site.redis, false);
}
