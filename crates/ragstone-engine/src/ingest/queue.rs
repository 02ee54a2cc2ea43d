//! What is prepared and waits to be stored, so that files are read while others are written.

use std::pin::pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use ragstone_core::Result;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::reader::Outcome;
use crate::config::EngineConfig;

/// Where what is prepared goes.
pub(super) struct Prepared {
    queue: mpsc::Sender<(Result<Outcome>, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
    most_bytes: u32,
}

/// What is prepared, in the order in which it was.
pub(super) struct PreparedQueue(mpsc::Receiver<(Result<Outcome>, OwnedSemaphorePermit)>);

/// A queue of so many drafts, and of so many bytes of text, as make a batch: one is prepared while another one is
/// stored. What is larger goes alone.
pub(super) fn preparation_queue(config: &EngineConfig) -> (Prepared, PreparedQueue) {
    let (queue, waiting) = mpsc::channel(config.batch_documents);
    let most_bytes = u32::try_from(config.batch_bytes).unwrap_or(u32::MAX).max(1);
    let room = Arc::new(Semaphore::new(most_bytes as usize));
    (Prepared { queue, room, most_bytes }, PreparedQueue(waiting))
}

impl Prepared {
    /// Puts outcomes in until there are no more, or nobody wants them.
    pub(super) async fn fill(self, outcomes: impl Stream<Item = Result<Outcome>>) {
        let mut outcomes = pin!(outcomes);
        while let Some(outcome) = outcomes.next().await {
            let bytes = u32::try_from(text_len(&outcome)).unwrap_or(u32::MAX).clamp(1, self.most_bytes);
            let Ok(reserved) = Arc::clone(&self.room).acquire_many_owned(bytes).await else { return };
            if self.queue.send((outcome, reserved)).await.is_err() {
                return;
            }
        }
    }
}

impl PreparedQueue {
    pub(super) async fn next(&mut self) -> Option<Result<Outcome>> {
        self.0.recv().await.map(|(outcome, _)| outcome)
    }
}

fn text_len(outcome: &Result<Outcome>) -> usize {
    match outcome {
        Ok(Outcome::Changed(draft)) => draft.text.len(),
        _ => 1,
    }
}
