//! A cancellation storm: calls of many tenants, dropped at random points, on several threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ragstone_conformance::draft::{DraftBuilder, collection_name, new_collection, tenant_context};
use ragstone_core::memory::MemoryCatalog;
use ragstone_core::page::PageRequest;
use ragstone_core::port::DynCatalog;
use ragstone_core::{ByteSpan, CallContext, Clock, CollectionId, DocumentId, ErrorKind, SystemClock};
use ragstone_layers::{
    Backend, BackendHealth, BackendPolicy, Fault, FaultRule, Faults, Layered, StackPolicy, standard_catalog,
};
use ragstone_resilience::{FairPolicy, HedgePolicy, Jitter};
use tokio::task::JoinSet;
use tokio::time::timeout;

const TENANTS: usize = 50;
const CALLS: usize = 20_000;
const CLIENTS: usize = 100;
const PLACES: usize = 16;

struct Tenant {
    ctx: CallContext,
    collection: CollectionId,
    document: DocumentId,
    canary: String,
}

struct Storm {
    catalog: Arc<dyn DynCatalog>,
    tenants: Vec<Tenant>,
    jitter: Jitter,
    next: AtomicUsize,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    answered: usize,
    failed: usize,
    dropped: usize,
    foreign: usize,
}

impl Storm {
    fn random(&self, bound: usize) -> usize {
        usize::try_from(self.jitter.below(u64::try_from(bound).expect("small"))).expect("small")
    }

    /// One call of one tenant; says whether what came back is its own. `None` for a failure.
    async fn call(&self, number: usize) -> Option<bool> {
        let tenant = &self.tenants[number % TENANTS];
        let other = &self.tenants[self.random(TENANTS)];
        let clock: &dyn Clock = &SystemClock;
        let ctx = tenant.ctx.clone().with_timeout(clock, Duration::from_secs(1));
        match self.random(4) {
            0 => {
                let span = ByteSpan::try_new(0, tenant.canary.len()).expect("valid");
                let text = self.catalog.document_text(&ctx, tenant.document, span).await.ok()?;
                Some(text == tenant.canary)
            }
            1 => {
                let page = PageRequest::try_new(100).expect("valid");
                let listed = self.catalog.documents(&ctx, tenant.collection, &page).await.ok()?;
                Some(listed.items.iter().all(|document| document.title.contains(&tenant.canary)))
            }
            2 => {
                let text = format!("{} {number}", tenant.canary);
                let draft = DraftBuilder::new(&format!("text:{}", number % 200))
                    .with_title(&text)
                    .with_text(&text)
                    .build();
                let stored = self.catalog.put_documents(&ctx, tenant.collection, vec![draft]).await.ok()?;
                Some(stored.len() == 1)
            }
            _ => match self.catalog.document_content(&ctx, other.document).await {
                Ok(content) => Some(content.text.contains(&tenant.canary)),
                Err(error) => (error.kind() == ErrorKind::NotFound).then_some(!std::ptr::eq(tenant, other)),
            },
        }
    }

    async fn client(self: Arc<Self>) -> Tally {
        let mut tally = Tally::default();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= CALLS {
                return tally;
            }
            let patience = self.jitter.up_to(Duration::from_millis(4));
            match timeout(patience, self.call(number)).await {
                Ok(Some(true)) => tally.answered += 1,
                Ok(Some(false)) => tally.foreign += 1,
                Ok(None) => tally.failed += 1,
                Err(_) => tally.dropped += 1,
            }
        }
    }
}

async fn tenant(catalog: &dyn DynCatalog, number: usize) -> Tenant {
    let ctx = tenant_context(&format!("tenant-{number}"));
    let canary = format!("canary-{number:02}-{:016x}", Jitter::seeded(number as u64).draw());
    let new = new_collection("notes");
    assert_eq!(new.name, collection_name("notes"));
    let collection = catalog.create_collection(&ctx, new).await.expect("creates").id;
    let draft = DraftBuilder::new("text:first").with_title(&canary).with_text(&canary).build();
    let stored = catalog.put_documents(&ctx, collection, vec![draft]).await.expect("stores");
    Tenant { ctx, collection, document: stored[0].document, canary }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_thousand_dropped_calls_leak_no_answer_and_no_place() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let memory = Arc::new(MemoryCatalog::new(Arc::clone(&clock)));
    let mut tenants = Vec::new();
    for number in 0..TENANTS {
        tenants.push(tenant(&*memory, number).await);
    }
    let busy = Fault::Fail(ErrorKind::Unavailable, ragstone_core::Retry::Backoff);
    let faults = Faults::seeded(5)
        .with_rule(FaultRule::new("*", busy).with_chance(30))
        .with_rule(FaultRule::new("*", Fault::LoseAnswer).with_chance(20))
        .with_rule(FaultRule::new("*", Fault::Delay(Duration::from_millis(1))).with_chance(500))
        .with_rule(FaultRule::new("*", Fault::Hang).with_chance(2));
    let faults = Arc::new(faults);
    let memory: Arc<dyn DynCatalog> =
        Arc::new(Layered::new(memory as Arc<dyn DynCatalog>, Arc::clone(&faults)));

    let health = BackendHealth::new(Arc::clone(&clock));
    let bulkhead =
        FairPolicy::try_new(PLACES, 2).and_then(|policy| policy.with_queue(100, 90)).expect("valid");
    let policy = BackendPolicy::for_requests().expect("valid").with_bulkhead(bulkhead);
    let backend = health.register("catalog", policy).expect("a new name");
    let hedges = HedgePolicy::after(Duration::from_millis(2)).expect("valid");
    let stack = StackPolicy::for_requests(clock, Arc::clone(&backend)).expect("valid").with_hedges(hedges);
    let catalog = standard_catalog(memory, &stack);

    let storm = Arc::new(Storm { catalog, tenants, jitter: Jitter::seeded(9), next: AtomicUsize::new(0) });
    let mut clients = JoinSet::new();
    (0..CLIENTS).for_each(|_| drop(clients.spawn(Arc::clone(&storm).client())));
    let total = clients.join_all().await.into_iter().fold(Tally::default(), |sum, one| Tally {
        answered: sum.answered + one.answered,
        failed: sum.failed + one.failed,
        dropped: sum.dropped + one.dropped,
        foreign: sum.foreign + one.foreign,
    });
    println!("{total:?} {:?}", backend.status());
    assert_eq!(total.foreign, 0, "{total:?}");
    assert_eq!(total.answered + total.failed + total.dropped, CALLS);
    assert!(total.answered > 2000 && total.dropped > 2000, "{total:?}");
    let status = backend.status();
    assert_eq!((status.running, status.waiting), (0, 0), "{status:?}");
    assert_whole(&storm, &faults, &backend).await;
}

/// Every place of the bulkhead can still be taken, and every probe and place comes back.
async fn assert_whole(storm: &Arc<Storm>, faults: &Faults, backend: &Backend) {
    faults.set_rules(vec![FaultRule::new("*", Fault::Hang)]);
    let mut calls = JoinSet::new();
    for number in 0..TENANTS {
        let storm = Arc::clone(storm);
        calls.spawn(async move {
            let tenant = &storm.tenants[number];
            let page = PageRequest::try_new(1).expect("valid");
            let call = storm.catalog.documents(&tenant.ctx, tenant.collection, &page);
            timeout(Duration::from_millis(300), call).await.is_err()
        });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(backend.status().running, PLACES);
    drop(calls.join_all().await);
    let status = backend.status();
    assert_eq!((status.running, status.waiting), (0, 0), "{status:?}");
}
