//! Leases with one fault.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ragstone_core::clock::Clock;
use ragstone_core::id::HolderId;
use ragstone_core::lease::{FencingToken, Lease, LeaseName};
use ragstone_core::memory::MemoryLeases;
use ragstone_core::port::Leases;
use ragstone_core::{CallContext, ErrorKind, Result};

/// What the leases do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeaseFault {
    ForgetsTokens,
    RenewsAny,
    ReleasesAny,
    LeasesInTwoSteps,
}

/// The reference leases behind the fault.
#[derive(Debug)]
pub(super) struct FaultyLeases {
    inner: MemoryLeases,
    fault: Option<LeaseFault>,
    current: Mutex<Option<Lease>>,
}

impl FaultyLeases {
    pub(super) fn new(clock: Arc<dyn Clock>, fault: Option<LeaseFault>) -> Self {
        Self { inner: MemoryLeases::new(clock), fault, current: Mutex::default() }
    }

    fn has(&self, fault: LeaseFault) -> bool {
        self.fault == Some(fault)
    }

    fn current(&self) -> Option<Lease> {
        self.current.lock().expect("is whole").clone()
    }

    fn remember(&self, lease: Option<Lease>) {
        *self.current.lock().expect("is whole") = lease;
    }
}

impl Leases for FaultyLeases {
    async fn acquire(
        &self,
        ctx: &CallContext,
        name: &LeaseName,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<Lease>> {
        if self.has(LeaseFault::LeasesInTwoSteps) {
            let held = self.current().filter(|lease| lease.name == *name);
            tokio::time::sleep(Duration::from_millis(1)).await;
            if held.is_none() {
                let lease = Lease { name: name.clone(), holder, token: FencingToken(1), ttl };
                self.remember(Some(lease.clone()));
                return Ok(Some(lease));
            }
            return Ok(None);
        }
        let mut lease = self.inner.acquire(ctx, name, holder, ttl).await?;
        self.remember(lease.clone());
        if self.has(LeaseFault::ForgetsTokens) {
            lease = lease.map(|lease| Lease { token: FencingToken(1), ..lease });
        }
        Ok(lease)
    }

    async fn renew(&self, ctx: &CallContext, lease: &Lease, ttl: Duration) -> Result<Lease> {
        match self.inner.renew(ctx, lease, ttl).await {
            Err(error) if error.kind() == ErrorKind::Conflict && self.has(LeaseFault::RenewsAny) => {
                Ok(lease.clone())
            }
            renewed => renewed,
        }
    }

    async fn release(&self, ctx: &CallContext, lease: &Lease) -> Result<()> {
        let held = self.current().filter(|_| self.has(LeaseFault::ReleasesAny));
        self.inner.release(ctx, held.as_ref().unwrap_or(lease)).await
    }
}
