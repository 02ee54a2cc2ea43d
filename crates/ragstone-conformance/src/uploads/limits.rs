//! What a tenant may have under way, and how long.

use std::time::Duration;

use ragstone_core::ErrorKind::{InvalidArgument, NotFound, RateLimited, TooLarge};
use ragstone_core::upload::{MAX_PART_LEN, MAX_UPLOAD_LEN, NewUpload, UploadLimits};

use super::sender::{LONG, Sender, id, limits, new};
use crate::UploadFixture;
use crate::draft::tenant_context;
use crate::law::assert_refused;

/// No more uploads are open than allowed; what became a job, or is gone, makes room.
pub async fn tenant_has_room_for_so_many_uploads(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    let few = UploadLimits { most_open: 2, ..limits() };
    let begin = |number| sender.store.begin_upload(&sender.ctx, new(number, Some(1)), &few);
    begin(1).await.expect("begins");
    begin(2).await.expect("begins");
    assert_refused(begin(3).await, RateLimited, "one upload more than allowed");
    begin(2).await.expect("is there already");
    let other = sender.with_context(tenant_context("second"));
    other.store.begin_upload(&other.ctx, new(4, Some(1)), &few).await.expect("is of another tenant");
    sender.append(1, 0, b"x").await;
    sender.finish(1).await;
    begin(3).await.expect("has room");
    sender.store.delete_upload(&sender.ctx, id(2)).await.expect("deletes");
    begin(5).await.expect("has room");
}

/// No more bytes are announced, or have come, than allowed.
pub async fn tenant_has_room_for_so_many_bytes(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    let little = UploadLimits { most_bytes: 10, ..limits() };
    let begin = |number, length| sender.store.begin_upload(&sender.ctx, new(number, length), &little);
    begin(1, Some(4)).await.expect("begins");
    begin(2, None).await.expect("begins");
    sender.append(2, 0, b"abc").await;
    assert_refused(begin(3, Some(4)).await, RateLimited, "more bytes than allowed");
    begin(3, Some(3)).await.expect("has room");
}

/// The length is a promise.
pub async fn more_than_was_announced_is_refused(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(4))).await;
    sender.append(1, 0, b"abc").await;
    let long = sender.store.append_upload(&sender.ctx, id(1), 3, b"de".to_vec(), LONG).await;
    assert_refused(long, TooLarge, "more than was announced");
    let part = vec![0; MAX_PART_LEN + 1];
    sender.begin(new(2, None)).await;
    assert_refused(
        sender.store.append_upload(&sender.ctx, id(2), 0, part, LONG).await,
        TooLarge,
        "a part that is too long",
    );
    assert_eq!((sender.upload(1).await.offset, sender.upload(2).await.offset), (3, 0));
}

/// Sizes and times out of range are refused.
pub async fn bad_uploads_are_refused(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    let begin = |new| {
        sender.store.begin_upload(&sender.ctx, new, &UploadLimits { most_open: 9, most_bytes: u64::MAX })
    };
    assert_refused(begin(new(1, Some(0))).await, InvalidArgument, "an empty upload");
    assert_refused(begin(new(1, Some(MAX_UPLOAD_LEN + 1))).await, TooLarge, "a long upload");
    for bad in [
        NewUpload { ttl: Duration::ZERO, ..new(1, None) },
        NewUpload { payload: "\0".to_owned(), ..new(1, None) },
    ] {
        assert_refused(begin(bad).await, InvalidArgument, "an upload out of range");
    }
}

/// An upload that nobody goes on with is forgotten, first to its sender and then by the store.
pub async fn upload_is_forgotten_after_its_time(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    let brief = Duration::from_millis(500);
    for number in 1..=3 {
        sender.begin(NewUpload { ttl: brief, ..new(number, Some(9)) }).await;
        sender.store.append_upload(&sender.ctx, id(number), 0, b"a".to_vec(), brief).await.expect("stores");
    }
    sender.begin(new(4, Some(9))).await;
    fixture.pass(Duration::from_secs(1)).await;
    assert_refused(sender.store.upload(&sender.ctx, id(1)).await, NotFound, "an old upload");
    let late = sender.store.append_upload(&sender.ctx, id(1), 1, b"b".to_vec(), LONG).await;
    assert_refused(late, NotFound, "a part of an old upload");
    let forget = |most| sender.store.forget_uploads(&sender.ctx, most);
    let forgotten = [forget(2).await, forget(9).await, forget(9).await];
    assert_eq!(forgotten.map(|count| count.expect("answers")), [2, 1, 0]);
    assert_eq!(sender.begin(new(1, Some(9))).await.offset, 0);
    assert_eq!(sender.upload(4).await.offset, 0);
}

/// Whoever goes on sending is not forgotten.
pub async fn part_keeps_an_upload(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(NewUpload { ttl: Duration::from_secs(2), ..new(1, Some(9)) }).await;
    sender.append(1, 0, b"a").await;
    fixture.pass(Duration::from_secs(3)).await;
    assert_eq!(sender.append(1, 1, b"b").await.offset, 2);
}
