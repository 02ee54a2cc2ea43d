//! Documents that arrive in parts.
//!
//! They have nothing to do with sequences. Each part is a transaction that locks the row of its upload; the last one moves
//! the blocks to the attachment of the job, so that an upload is one job however often it is finished.

use std::time::Duration;

use ragstone_core::job::{JobReceipt, NewJob};
use ragstone_core::lease::check_ttl;
use ragstone_core::port::UploadStore;
use ragstone_core::upload::{NewUpload, Upload, UploadLimits, not_found};
use ragstone_core::{CallContext, Result, UploadId};

use self::row::{Locked, Owner, delete};
use crate::catalog::Catalog;
use crate::sql::{Database, Statement, Transaction};

mod begin;
mod finish;
mod row;

impl<D: Database> UploadStore for Catalog<D> {
    async fn begin_upload(&self, ctx: &CallContext, new: NewUpload, limits: &UploadLimits) -> Result<Upload> {
        const OPERATION: &str = "catalog.begin_upload";
        new.check().map_err(|error| error.with_operation(OPERATION))?;
        let (dialect, owner, limits) = (self.dialect(), Owner::of(ctx), *limits);
        self.beside(ctx, OPERATION, move |tx| begin::begin(tx, dialect, owner, new, limits)).await
    }

    async fn append_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        offset: u64,
        part: Vec<u8>,
        ttl: Duration,
    ) -> Result<Upload> {
        const OPERATION: &str = "catalog.append_upload";
        check_ttl(ttl).map_err(|error| error.with_operation(OPERATION))?;
        let (dialect, owner) = (self.dialect(), Owner::of(ctx));
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let mut locked = Locked::own(&mut *tx, dialect, &owner, id).await?;
            locked.upload.check_part(offset, part.len())?;
            row::store_blocks(&mut *tx, id, offset, &part).await?;
            locked.upload.offset += part.len() as u64;
            locked.upload.expires_at = locked.now.saturating_add(ttl);
            locked.store(&mut *tx).await?;
            tx.commit().await?;
            Ok(locked.upload)
        };
        self.beside(ctx, OPERATION, body).await
    }

    async fn upload(&self, ctx: &CallContext, id: UploadId) -> Result<Upload> {
        const OPERATION: &str = "catalog.upload";
        let owner = Owner::of(ctx);
        let rows = self.read(ctx, OPERATION, row::find(self.dialect(), id, "")).await?;
        let locked = rows.into_iter().next().map(Locked::read).transpose()?;
        let own = locked.filter(|locked| locked.is_own(&owner)).map(|locked| locked.upload);
        own.ok_or_else(|| not_found(id).with_operation(OPERATION))
    }

    async fn finish_upload(&self, ctx: &CallContext, id: UploadId, job: NewJob) -> Result<JobReceipt> {
        const OPERATION: &str = "catalog.finish_upload";
        job.check().map_err(|error| error.with_operation(OPERATION))?;
        let (dialect, caller) = (self.dialect(), ctx.clone());
        self.beside(ctx, OPERATION, move |tx| finish::finish(tx, dialect, caller, id, job)).await
    }

    async fn delete_upload(&self, ctx: &CallContext, id: UploadId) -> Result<()> {
        let (dialect, owner) = (self.dialect(), Owner::of(ctx));
        let body = move |mut tx: Box<dyn Transaction>| async move {
            Locked::own(&mut *tx, dialect, &owner, id).await?;
            delete(&mut *tx, &[id]).await?;
            tx.commit().await
        };
        self.beside(ctx, "catalog.delete_upload", body).await
    }

    async fn forget_uploads(&self, ctx: &CallContext, most: u32) -> Result<u64> {
        const OPERATION: &str = "catalog.forget_uploads";
        let dialect = self.dialect();
        let expired = move |lock, most: u32| {
            let parts = [
                "SELECT id FROM uploads WHERE expires_at <= ",
                dialect.now_millis,
                " ORDER BY expires_at LIMIT $1",
                lock,
            ];
            Statement::of_parts(&parts).bind(most)
        };
        if self.read(ctx, OPERATION, expired("", 1)).await?.is_empty() {
            return Ok(0);
        }
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let rows = tx.fetch(expired(dialect.lock_free_rows, most)).await?;
            let ids = rows.into_iter().map(|mut row| row.upload_id()).collect::<Result<Vec<_>>>()?;
            delete(&mut *tx, &ids).await?;
            tx.commit().await?;
            Ok(ids.len() as u64)
        };
        self.beside(ctx, OPERATION, body).await
    }
}
