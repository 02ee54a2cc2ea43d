//! Parts, one behind the other.

use std::time::Duration;

use ragstone_core::ErrorKind::{AlreadyExists, NotFound};
use ragstone_core::{CallContext, Principal, Scope, TenantId};
use tokio::task::JoinSet;

use super::sender::{LONG, Sender, id, job, limits, new};
use crate::law::{abandon, assert_refused};
use crate::{UploadFixture, Verdict};

/// An upload is stored with all that it was begun with.
pub async fn begun_upload_is_read_back(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    let begun = sender.begin(new(1, Some(10))).await;
    assert_eq!((begun.id, begun.length, begun.offset, begun.job), (id(1), Some(10), 0, None));
    assert_eq!((&begun.payload, &begun.created_by), (&new(1, None).payload, &"conformance".to_owned()));
    assert_eq!((&begun.tenant, sender.upload(1).await), (sender.ctx.tenant(), begun.clone()));
    assert_refused(sender.store.upload(&sender.ctx, id(2)).await, NotFound, "a missing upload");
}

/// Beginning again is finding what there is.
pub async fn same_id_is_the_same_upload(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(10))).await;
    let appended = sender.append(1, 0, b"abc").await;
    assert_eq!(sender.begin(new(1, Some(99))).await, appended);
}

/// The offset is what has come, also of empty parts and of large ones.
pub async fn parts_are_counted(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, None)).await;
    let large = vec![7; 600_000];
    let mut offset = 0;
    for part in [&b"abc"[..], b"", &large, b"d"] {
        let upload = sender.append(1, offset, part).await;
        offset += part.len() as u64;
        assert_eq!((upload.offset, sender.upload(1).await.offset), (offset, offset));
    }
    sender.finish(1).await;
    assert_eq!(sender.attachment().await.1, [&b"abc"[..], &large, b"d"].concat());
}

/// A part that leaves a gap, or that came before, changes nothing.
pub async fn part_elsewhere_is_refused(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(10))).await;
    sender.append(1, 0, b"abc").await;
    for offset in [0, 2, 4, u64::MAX] {
        let refused = sender.store.append_upload(&sender.ctx, id(1), offset, b"x".to_vec(), LONG).await;
        assert_refused(refused, AlreadyExists, "a part elsewhere");
    }
    assert_eq!(sender.upload(1).await.offset, 3);
}

/// Of many who send the same part at once one stores it.
pub async fn one_of_many_equal_parts_is_stored(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(6))).await;
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let sender = sender.clone();
        senders.spawn(async move {
            sender.store.append_upload(&sender.ctx, id(1), 0, b"abc".to_vec(), LONG).await.is_ok()
        });
    }
    let stored = senders.join_all().await;
    assert_eq!(
        (stored.iter().filter(|is_stored| **is_stored).count(), sender.upload(1).await.offset),
        (1, 3)
    );
}

/// Whenever a sender leaves, a part is there or not, and the rest follows.
pub async fn dropped_part_is_all_or_nothing(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    let part = vec![5; 300_000];
    sender.begin(new(1, None)).await;
    let mut sent = 0;
    for polls in 0..12 {
        abandon(sender.store.append_upload(&sender.ctx, id(1), sent, part.clone(), LONG), polls).await;
        let whole = sent + part.len() as u64;
        // The next one says where the upload is; one that was dropped may still arrive, but not behind it.
        let next = sender.store.append_upload(&sender.ctx, id(1), sent, part.clone(), LONG).await;
        assert!(next.is_ok() || next.is_err_and(|error| error.kind() == AlreadyExists));
        sent = sender.upload(1).await.offset;
        assert_eq!(sent, whole);
    }
    sender.finish(1).await;
    assert_eq!(sender.attachment().await.1.len() as u64, sent);
}

/// Nobody else sees an upload, or adds to it.
pub async fn uploads_belong_to_who_began_them(fixture: UploadFixture) {
    let sender = Sender::new(&fixture);
    sender.begin(new(1, Some(3))).await;
    sender.append(1, 0, b"abc").await;
    let context = |name: &str, tenant: &str| {
        let tenant = TenantId::try_new(tenant).expect("is a tenant");
        CallContext::new(Principal::new(name, tenant, Scope::Admin))
    };
    for ctx in [context("conformance", "second"), context("somebody", "first")] {
        let other = sender.with_context(ctx);
        let (store, ctx) = (&other.store, &other.ctx);
        assert_refused(store.upload(ctx, id(1)).await, NotFound, "another's upload");
        assert_refused(store.begin_upload(ctx, new(1, Some(3)), &limits()).await, NotFound, "another's id");
        let part = store.append_upload(ctx, id(1), 3, b"d".to_vec(), LONG).await;
        assert_refused(part, NotFound, "a part of another's upload");
        assert_refused(store.finish_upload(ctx, id(1), job(1)).await, NotFound, "finishing another's upload");
        assert_refused(store.delete_upload(ctx, id(1)).await, NotFound, "deleting another's upload");
    }
    assert_eq!(sender.upload(1).await.offset, 3);
}

/// What was acknowledged of an upload outlives the process that took it.
pub async fn uploads_survive_reopening(mut fixture: UploadFixture) -> Verdict {
    if !fixture.can_reopen() {
        return Verdict::NotApplicable("the store keeps nothing");
    }
    {
        let sender = Sender::new(&fixture);
        sender.begin(new(1, Some(6))).await;
        sender.append(1, 0, b"abc").await;
        sender.begin(new(2, Some(1))).await;
        sender.append(2, 0, b"x").await;
        sender.finish(2).await;
    }
    fixture.reopen().await;
    let sender = Sender::new(&fixture);
    assert_eq!(sender.upload(1).await.offset, 3);
    assert_eq!(sender.attachment().await.1, b"x");
    sender.append(1, 3, b"def").await;
    sender.finish(1).await;
    fixture.pass(Duration::from_millis(1)).await;
    assert_eq!(sender.attachment().await.1, b"abcdef");
    Verdict::Held
}
