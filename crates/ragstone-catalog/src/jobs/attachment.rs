//! Data that a job works on, in blocks, so that no row is large.

use ragstone_core::{JobId, Result};

use crate::sql::{Rows, Statement, Transaction, Value};

const BLOCK: usize = 256 * 1024;

pub(super) async fn store(tx: &mut dyn Transaction, job: JobId, attachment: &[u8]) -> Result<()> {
    let blocks: Vec<(usize, &[u8])> = attachment.chunks(BLOCK).enumerate().collect();
    for rows in Rows::of(&blocks) {
        let values = rows
            .iter()
            .flat_map(|(block, bytes)| [Value::from(job), Value::length(*block), Value::from(*bytes)]);
        let insert = "INSERT INTO job_attachments (job, block, bytes) VALUES ";
        tx.execute(Statement::with_rows(insert, rows.len(), 3, "").bind_all(values)).await?;
    }
    Ok(())
}

pub(super) async fn read(tx: &mut dyn Transaction, job: JobId) -> Result<Vec<u8>> {
    let find = Statement::new("SELECT bytes FROM job_attachments WHERE job = $1 ORDER BY block").bind(job);
    let blocks: Vec<Vec<u8>> =
        tx.fetch(find).await?.into_iter().map(|mut row| row.bytes()).collect::<Result<_>>()?;
    Ok(blocks.concat())
}

pub(super) async fn delete(tx: &mut dyn Transaction, job: JobId) -> Result<()> {
    let delete = Statement::new("DELETE FROM job_attachments WHERE job = $1").bind(job);
    tx.execute(delete).await.map(|_| ())
}
