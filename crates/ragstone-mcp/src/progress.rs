//! Progress of an ingest, passed on to a client that asked for it.

use std::time::Duration;

use ragstone_engine::IngestProgress;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use tokio::sync::watch;

/// Least time between two notifications.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    discovered: u64,
    processed: u64,
}

/// Takes the engine's reports; cheap, and never waits.
#[derive(Debug)]
pub(crate) struct ProgressFeed {
    state: watch::Sender<State>,
}

impl ProgressFeed {
    pub(crate) fn new() -> Self {
        Self { state: watch::Sender::default() }
    }

    /// Runs `work` and meanwhile sends what it reports, if the request carries a progress token.
    ///
    /// Dropping the future drops `work`.
    pub(crate) async fn during<T>(
        &self,
        request: &RequestContext<RoleServer>,
        work: impl Future<Output = T> + Send,
    ) -> T {
        let Some(token) = request.meta.get_progress_token() else {
            return work.await;
        };
        let mut notifier = Notifier { peer: &request.peer, token, last: 0 };
        let result = tokio::select! {
            result = work => result,
            never = self.send_changes(&mut notifier) => match never {},
        };
        let last = *self.state.borrow();
        notifier.send(last).await;
        result
    }

    async fn send_changes(&self, notifier: &mut Notifier<'_>) -> std::convert::Infallible {
        let mut changes = self.state.subscribe();
        loop {
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
            let state = *changes.borrow_and_update();
            notifier.send(state).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl IngestProgress for ProgressFeed {
    fn discovered(&self, files: u64, _bytes: u64) {
        self.state.send_modify(|state| state.discovered = state.discovered.max(files));
    }

    fn processed(&self, files: u64, _bytes: u64) {
        self.state.send_modify(|state| state.processed = state.processed.max(files));
    }
}

struct Notifier<'a> {
    peer: &'a Peer<RoleServer>,
    token: ProgressToken,
    last: u64,
}

impl Notifier<'_> {
    /// Sends progress that is greater than the last; a client that does not listen is no failure of the work.
    #[expect(clippy::cast_precision_loss, reason = "the protocol counts in floating point")]
    async fn send(&mut self, state: State) {
        if state.processed <= self.last {
            return;
        }
        self.last = state.processed;
        let total = state.discovered.max(state.processed);
        let notification = ProgressNotificationParam::new(self.token.clone(), state.processed as f64)
            .with_total(total as f64)
            .with_message(format!("{} of {total} files", state.processed));
        if let Err(error) = self.peer.notify_progress(notification).await {
            tracing::debug!(error = %error, "progress not delivered");
        }
    }
}
