//! Listens to what other processes forget.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::invalidation::{Invalidation, Subscription};
use ragstone_core::port::DynInvalidations;
use ragstone_core::{CallContext, TenantId};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::Tiers;

/// First and longest pause between two attempts to subscribe.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// Stands between namespace and tenant; neither can hold it.
const SEPARATOR: u8 = b'\n';

/// The listening task; ends when dropped.
pub(super) struct Follower(JoinHandle<()>);

impl Follower {
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(super) fn start(tiers: Arc<Tiers>, invalidations: Arc<dyn DynInvalidations>) -> Self {
        Self(tokio::spawn(async move { follow(&tiers, &*invalidations).await }))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(super) fn payload(namespace: &str, tenant: &TenantId) -> Vec<u8> {
    let mut payload = namespace.as_bytes().to_vec();
    payload.push(SEPARATOR);
    payload.extend(tenant.as_str().as_bytes());
    payload
}

async fn follow(tiers: &Tiers, invalidations: &dyn DynInvalidations) {
    let (mut pause, longest) = PAUSES;
    loop {
        match invalidations.subscribe(&CallContext::system(), tiers.topic()).await {
            Ok(subscription) => {
                // What was said before was not heard.
                tiers.forget_everything().await;
                hear(tiers, subscription).await;
                pause = PAUSES.0;
            }
            Err(error) => tracing::debug!(%error, "the invalidations of a cache cannot be heard yet"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// Obeys until the subscription ends.
async fn hear(tiers: &Tiers, mut subscription: Subscription) {
    while let Some(item) = subscription.next().await {
        let meant = match &item {
            Invalidation::Message(payload) => read(payload),
            Invalidation::Gap => None,
        };
        match meant {
            Some((namespace, tenant)) => tiers.forget_here(namespace, tenant).await,
            // A gap, or words of another version.
            None => tiers.forget_everything().await,
        }
    }
}

fn read(payload: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(payload).ok()?.split_once(char::from(SEPARATOR))
}
