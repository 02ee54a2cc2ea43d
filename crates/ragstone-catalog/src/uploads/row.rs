//! An upload as a row, and what has come of it as blocks.

use ragstone_core::upload::{Upload, not_found};
use ragstone_core::{CallContext, JobId, Result, TenantId, Timestamp, UploadId};

use crate::sql::{Dialect, Row, Rows, Statement, Transaction, Value, corrupt};

const BLOCK: usize = 256 * 1024;
const UPLOAD: &str = "id, tenant, created_by, payload, length, received, expires_at, job";

/// Whose upload it is.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) tenant: TenantId,
    pub(super) principal: String,
}

impl Owner {
    pub(super) fn of(ctx: &CallContext) -> Self {
        Self { tenant: ctx.tenant().clone(), principal: ctx.principal().name().to_owned() }
    }
}

/// An upload with the time at which it was read, by the clock of the database.
pub(super) struct Locked {
    pub(super) upload: Upload,
    pub(super) now: Timestamp,
}

impl Locked {
    pub(super) fn read(mut row: Row) -> Result<Self> {
        let now = row.timestamp()?;
        let upload = Upload {
            id: row.upload_id()?,
            tenant: TenantId::try_new(row.text()?)
                .map_err(|_| corrupt("an upload holds a name that is not allowed"))?,
            created_by: row.text()?,
            payload: row.text()?,
            length: row.optional_integer()?.map(i64::unsigned_abs),
            offset: row.count()?,
            expires_at: row.timestamp()?,
            job: row.optional_uuid()?.map(JobId::from_uuid),
        };
        Ok(Self { upload, now })
    }

    pub(super) fn is_own(&self, owner: &Owner) -> bool {
        let Upload { tenant, created_by, expires_at, .. } = &self.upload;
        *tenant == owner.tenant && *created_by == owner.principal && *expires_at > self.now
    }

    /// The upload of an id, whoever's it is and however old.
    pub(super) async fn find(
        tx: &mut dyn Transaction,
        dialect: &'static Dialect,
        id: UploadId,
    ) -> Result<Option<Self>> {
        tx.fetch(find(dialect, id, dialect.lock_rows)).await?.into_iter().next().map(Self::read).transpose()
    }

    /// An upload of the caller that is not forgotten.
    pub(super) async fn own(
        tx: &mut dyn Transaction,
        dialect: &'static Dialect,
        owner: &Owner,
        id: UploadId,
    ) -> Result<Self> {
        let found = Self::find(tx, dialect, id).await?;
        found.filter(|locked| locked.is_own(owner)).ok_or_else(|| not_found(id))
    }

    /// Writes back all that ever changes.
    pub(super) async fn store(&self, tx: &mut dyn Transaction) -> Result<()> {
        let Upload { id, offset, expires_at, job, .. } = &self.upload;
        let update =
            Statement::new("UPDATE uploads SET received = $2, expires_at = $3, job = $4 WHERE id = $1")
                .bind(*id)
                .bind(Value::count(*offset))
                .bind(*expires_at)
                .bind(job.map_or(Value::Null, Value::from));
        tx.execute(update).await.map(|_| ())
    }
}

pub(super) fn find(dialect: &'static Dialect, id: UploadId, lock: &'static str) -> Statement<'static> {
    let parts = ["SELECT ", dialect.now_millis, ", ", UPLOAD, " FROM uploads WHERE id = $1", lock];
    Statement::of_parts(&parts).bind(id)
}

pub(super) fn insert(upload: &Upload) -> Statement<'_> {
    Statement::new(
        "INSERT INTO uploads (id, tenant, created_by, payload, length, received, expires_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING",
    )
    .bind(upload.id)
    .bind(&upload.tenant)
    .bind(upload.created_by.as_str())
    .bind(upload.payload.as_str())
    .bind(upload.length.map_or(Value::Null, Value::count))
    .bind(upload.expires_at)
}

/// Stores a part behind what has come; blocks are named by their offsets.
pub(super) async fn store_blocks(
    tx: &mut dyn Transaction,
    id: UploadId,
    offset: u64,
    part: &[u8],
) -> Result<()> {
    let blocks: Vec<(u64, &[u8])> =
        part.chunks(BLOCK).zip((offset..).step_by(BLOCK)).map(|(bytes, at)| (at, bytes)).collect();
    for rows in Rows::of(&blocks) {
        let values =
            rows.iter().flat_map(|(at, bytes)| [Value::from(id), Value::count(*at), Value::from(*bytes)]);
        let insert = "INSERT INTO upload_blocks (upload, block, bytes) VALUES ";
        tx.execute(Statement::with_rows(insert, rows.len(), 3, "").bind_all(values)).await?;
    }
    Ok(())
}

/// Removes uploads with what came of them.
pub(super) async fn delete(tx: &mut dyn Transaction, ids: &[UploadId]) -> Result<()> {
    for batch in ids.chunks(64) {
        for delete in ["DELETE FROM upload_blocks WHERE upload IN ", "DELETE FROM uploads WHERE id IN "] {
            let ids = batch.iter().copied().map(Value::from);
            tx.execute(Statement::with_list(delete, 1, batch.len(), "").bind_all(ids)).await?;
        }
    }
    Ok(())
}
