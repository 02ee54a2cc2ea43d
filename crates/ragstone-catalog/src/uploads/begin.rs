//! Beginning an upload.

use ragstone_core::upload::{NewUpload, Upload, UploadLimits, not_found, too_many};
use ragstone_core::{Error, ErrorKind, Result, Timestamp};

use super::row::{Locked, Owner, delete, insert};
use crate::sql::{Dialect, Statement, Transaction, Value, corrupt};

pub(super) async fn begin(
    mut tx: Box<dyn Transaction>,
    dialect: &'static Dialect,
    owner: Owner,
    new: NewUpload,
    limits: UploadLimits,
) -> Result<Upload> {
    if let Some(known) = Locked::find(&mut *tx, dialect, new.id).await? {
        if known.upload.expires_at > known.now {
            tx.rollback().await?;
            return if known.is_own(&owner) { Ok(known.upload) } else { Err(not_found(new.id)) };
        }
        delete(&mut *tx, &[new.id]).await?;
    }
    let now = check_room(&mut *tx, dialect, &owner, &new, limits).await?;
    let upload = Upload {
        id: new.id,
        tenant: owner.tenant,
        created_by: owner.principal,
        payload: new.payload,
        length: new.length,
        offset: 0,
        expires_at: now.saturating_add(new.ttl),
        job: None,
    };
    if tx.execute(insert(&upload)).await? == 0 {
        tx.rollback().await?;
        return Err(Error::new(ErrorKind::Unavailable, "the upload was begun elsewhere just now")
            .with_help("try again"));
    }
    tx.commit().await?;
    Ok(upload)
}

/// Refuses an upload where the tenant has no room; answers with the time.
///
/// Of two that begin in the same moment on PostgreSQL both may find the last place free.
async fn check_room(
    tx: &mut dyn Transaction,
    dialect: &'static Dialect,
    owner: &Owner,
    new: &NewUpload,
    limits: UploadLimits,
) -> Result<Timestamp> {
    let now = dialect.now_millis;
    let count = Statement::of_parts(&[
        "SELECT ",
        now,
        ", count(*), CAST(coalesce(sum(coalesce(length, received)), 0) AS BIGINT) FROM uploads
         WHERE tenant = $1 AND job IS NULL AND expires_at > ",
        now,
    ])
    .bind(Value::from(owner.tenant.as_str().to_owned()));
    let row = tx.fetch(count).await?.into_iter().next();
    let mut row = row.ok_or_else(|| corrupt("a count has no row"))?;
    let (now, open, bytes) = (row.timestamp()?, row.count()?, row.count()?);
    let bytes = bytes.saturating_add(new.length.unwrap_or(0));
    if open >= u64::from(limits.most_open) || bytes > limits.most_bytes {
        return Err(too_many());
    }
    Ok(now)
}
