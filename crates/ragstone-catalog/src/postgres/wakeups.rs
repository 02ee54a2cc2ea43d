//! What somebody waits on who wants to know of commits.

use ragstone_core::Sequence;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Tells of commits by any process that uses the database.
///
/// A hint to look, not a feed: several commits may be told as one, and after a lost connection there is one wakeup
/// more, for what may have been missed. Who waits here should also look once in a while on his own; a notification
/// that was lost then costs no more than that while.
#[derive(Debug)]
pub struct Wakeups {
    changed: watch::Receiver<Sequence>,
    stop: CancellationToken,
}

impl Wakeups {
    pub(super) fn new(changed: watch::Receiver<Sequence>, stop: CancellationToken) -> Self {
        Self { changed, stop }
    }

    /// Waits for the next one; `None` when the catalog is closed.
    ///
    /// Answers with the greatest sequence that was told, 0 where none was yet. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Sequence> {
        tokio::select! {
            () = self.stop.cancelled() => None,
            changed = self.changed.changed() => changed.ok().map(|()| *self.changed.borrow_and_update()),
        }
    }
}
