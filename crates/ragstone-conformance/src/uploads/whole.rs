//! Uploads that are whole.

use ragstone_core::ErrorKind::{FailedPrecondition, NotFound};
use ragstone_core::job::{EnqueueEffect, JobState};
use tokio::task::JoinSet;

use super::sender::{LONG, Sender, id, job, new};
use crate::UploadFixture;
use crate::law::assert_refused;

/// The job carries what came.
pub async fn whole_upload_becomes_a_job(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(6))).await;
    sender.append(1, 0, b"abc").await;
    sender.append(1, 3, b"def").await;
    let receipt = sender.finish(1).await;
    assert_eq!((receipt.effect, receipt.job.state), (EnqueueEffect::Enqueued, JobState::Queued));
    assert_eq!((receipt.job.id, receipt.job.created_by.as_str()), (job(1).id, "conformance"));
    assert_eq!(sender.upload(1).await.job, Some(receipt.job.id));
    assert_eq!(sender.attachment().await, (receipt.job.id, b"abcdef".to_vec()));
}

/// Finishing again, also at once and under another name, is the same job.
pub async fn upload_is_one_job_however_often_it_is_finished(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(3))).await;
    sender.append(1, 0, b"abc").await;
    let mut finishers = JoinSet::new();
    for number in 0..8 {
        let sender = sender.clone();
        finishers.spawn(async move {
            sender.store.finish_upload(&sender.ctx, id(1), job(100 + number)).await.expect("answers")
        });
    }
    let receipts = finishers.join_all().await;
    let enqueued = receipts.iter().filter(|receipt| receipt.effect == EnqueueEffect::Enqueued).count();
    assert_eq!(enqueued, 1);
    assert!(receipts.iter().all(|receipt| receipt.job.id == receipts[0].job.id));
    assert_eq!(sender.attachment().await, (receipts[0].job.id, b"abc".to_vec()));
}

/// A part of a document is not ingested.
pub async fn upload_that_is_not_whole_is_refused(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(6))).await;
    sender.begin(new(2, None)).await;
    sender.append(1, 0, b"abc").await;
    for number in [1, 2] {
        let refused = sender.store.finish_upload(&sender.ctx, id(number), job(number)).await;
        assert_refused(refused, FailedPrecondition, "an upload that is not whole");
    }
    sender.append(1, 3, b"def").await;
    sender.finish(1).await;
}

/// Where the length was not known, the end tells it.
pub async fn upload_of_unknown_length_is_whole_when_it_ends(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, None)).await;
    sender.append(1, 0, b"abc").await;
    sender.finish(1).await;
    assert_eq!(sender.attachment().await.1, b"abc");
}

/// What became a job does not change.
pub async fn finished_upload_takes_nothing_more(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, None)).await;
    sender.append(1, 0, b"abc").await;
    sender.finish(1).await;
    let late = sender.store.append_upload(&sender.ctx, id(1), 3, b"d".to_vec(), LONG).await;
    assert_refused(late, FailedPrecondition, "a part behind the end");
    assert_eq!(sender.attachment().await.1, b"abc");
}

/// Deleting an upload deletes no job.
pub async fn deleted_upload_is_gone_and_its_job_goes_on(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(3))).await;
    sender.append(1, 0, b"abc").await;
    sender.finish(1).await;
    sender.begin(new(2, Some(3))).await;
    sender.append(2, 0, b"xyz").await;
    for number in [1, 2] {
        sender.store.delete_upload(&sender.ctx, id(number)).await.expect("deletes");
        assert_refused(sender.store.upload(&sender.ctx, id(number)).await, NotFound, "a deleted upload");
        let again = sender.store.delete_upload(&sender.ctx, id(number)).await;
        assert_refused(again, NotFound, "deleting it again");
    }
    assert_eq!(sender.attachment().await.1, b"abc");
    sender.begin(new(2, Some(3))).await;
    assert_eq!(sender.upload(2).await.offset, 0);
}
