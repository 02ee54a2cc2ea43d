//! The change feed: the documents table itself, read in the order of sequences.
//!
//! There is no separate outbox that grows. Each document has one row, which carries the sequence of its last
//! write and stays as a tombstone after a deletion, so the feed is an outbox that is compacted all the time:
//! reading it from the start costs one row for each document that ever was, however often it changed.
//! Tombstones stay as long as their collection: they keep the version counter, so that the ids of chunks, which
//! are derived from the version, never come back with another text.

use std::collections::HashMap;

use ragstone_core::change::{Change, ChangeKind, ProjectedCollection, ProjectionMark, ProjectionName};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::port::ChangeFeed;
use ragstone_core::{CallContext, CollectionId, Error, ErrorKind, Result, Sequence};

use crate::catalog::Catalog;
use crate::collections::{collection_columns, not_found, read_collection};
use crate::sql::{Connection, Database, Row, Statement, Value};
use crate::transaction::{WriteTransaction, head_of, head_statement};

/// Values of the column `deleted`; 1 is a document that was deleted, but not for good.
const LIVE: i64 = 0;
pub(crate) const PURGED: i64 = 2;
/// Documents whose rows one transaction of a purge removes.
const PURGE_BATCH: u32 = 256;
/// Words that one transaction of a purge removes.
const PURGED_WORDS: u32 = 4096;
/// Collections that one statement tells of.
const PROJECTED_BATCH: usize = 256;

/// Columns for [`read_projected`], for the projection `$1`.
macro_rules! select_projected {
    () => {
        concat!(
            "SELECT ",
            collection_columns!(),
            ", k.deleted_sequence, k.head, m.generation, m.watermark, m.average_length, m.model
             FROM collections k
             LEFT JOIN collection_generations g ON g.collection = k.id
             LEFT JOIN projection_marks m ON m.collection = k.id AND m.projection = $1"
        )
    };
}

const SELECT_PROJECTED: &str = select_projected!();

impl<D: Database> ChangeFeed for Catalog<D> {
    async fn head(&self, ctx: &CallContext) -> Result<Sequence> {
        let head = head_of(self.read(ctx, "catalog.head", head_statement()).await?)?;
        self.horizon().raise(head);
        Ok(head)
    }

    async fn projected_collections(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
    ) -> Result<Vec<ProjectedCollection>> {
        let statement =
            Statement::joined(SELECT_PROJECTED, " ORDER BY k.created_sequence").bind(projection.as_str());
        let rows = self.read(ctx, "catalog.projected_collections", statement).await?;
        let projected: Vec<ProjectedCollection> =
            rows.into_iter().map(read_projected).collect::<Result<_>>()?;
        for one in &projected {
            self.horizon().raise(one.head);
        }
        Ok(projected)
    }

    async fn projected(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collections: &[CollectionId],
    ) -> Result<Vec<ProjectedCollection>> {
        let mut told = Vec::with_capacity(collections.len());
        for part in collections.chunks(PROJECTED_BATCH) {
            let statement =
                Statement::with_list(concat!(select_projected!(), " WHERE k.id IN "), 2, part.len(), "")
                    .bind(projection.as_str())
                    .bind_all(part.iter().copied().map(Value::from));
            let rows = self.read(ctx, "catalog.projected", statement).await?;
            let part = rows.into_iter().map(read_projected).collect::<Result<Vec<_>>>()?;
            for one in &part {
                self.horizon().raise(one.head);
            }
            told.extend(part);
        }
        let mut told: HashMap<CollectionId, ProjectedCollection> =
            told.into_iter().map(|one| (one.collection.id, one)).collect();
        Ok(collections.iter().filter_map(|id| told.remove(id)).collect())
    }

    async fn changes(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        after: Sequence,
        limit: u32,
    ) -> Result<Vec<Change>> {
        let statement = Statement::new(
            "SELECT sequence, id, deleted FROM documents
             WHERE collection = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        )
        .bind(collection)
        .bind(after)
        .bind(limit);
        let rows = self.read(ctx, "catalog.changes", statement).await?;
        rows.into_iter().map(read_change).collect()
    }

    async fn mark(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collection: CollectionId,
        mark: ProjectionMark,
    ) -> Result<()> {
        self.write(ctx, "catalog.mark", move |transaction| {
            move_mark(transaction, projection, collection, mark)
        })
        .await
    }

    /// Removes the rows of a deleted collection in transactions of bounded size.
    ///
    /// A call that ends early leaves a smaller deleted collection; calling again goes on.
    async fn purge_collection(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        loop {
            let is_gone = self
                .write(ctx, "catalog.purge_collection", move |transaction| {
                    purge_some(transaction, collection)
                })
                .await?;
            if is_gone {
                return Ok(());
            }
        }
    }
}

fn read_projected(mut row: Row) -> Result<ProjectedCollection> {
    let collection = read_collection(&mut row)?;
    let is_deleted = row.optional_integer()?.is_some();
    let head = row.sequence()?;
    let mark = match row.optional_generation()? {
        None => None,
        Some(generation) => {
            let (watermark, average_length) = (row.sequence()?, row.real()?);
            Some(ProjectionMark { generation, watermark, average_length, model: row.optional_digest()? })
        }
    };
    Ok(ProjectedCollection { collection, is_deleted, head, mark })
}

fn read_change(mut row: Row) -> Result<Change> {
    Ok(Change {
        sequence: row.sequence()?,
        document: row.document_id()?,
        kind: match row.integer()? {
            LIVE => ChangeKind::Stored,
            PURGED => ChangeKind::Purged,
            _ => ChangeKind::Deleted,
        },
    })
}

async fn move_mark(
    mut tx: WriteTransaction,
    projection: ProjectionName,
    collection: CollectionId,
    mark: ProjectionMark,
) -> Result<()> {
    let exists = Statement::new("SELECT 1 FROM collections WHERE id = $1").bind(collection);
    if tx.fetch(exists).await?.is_empty() {
        return Err(not_found(collection));
    }
    let upsert = Statement::new(
        "INSERT INTO projection_marks (projection, collection, generation, watermark, average_length, model)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (projection, collection) DO UPDATE SET
             generation = excluded.generation,
             watermark = CASE
                 WHEN projection_marks.generation = excluded.generation
                     AND projection_marks.watermark > excluded.watermark
                 THEN projection_marks.watermark ELSE excluded.watermark END,
             average_length = excluded.average_length, model = excluded.model",
    )
    .bind(projection.as_str())
    .bind(collection)
    .bind(mark.generation)
    .bind(mark.watermark)
    .bind(mark.average_length)
    .bind(mark.model.as_ref());
    tx.execute(upsert).await?;
    reach(FailPoint::CatalogMarkCommit)?;
    tx.commit().await?;
    reach(FailPoint::CatalogMarkCommitted)
}

/// Removes one batch of documents or of words, or the collection itself when there are none; says whether nothing is left.
async fn purge_some(mut tx: WriteTransaction, collection: CollectionId) -> Result<bool> {
    let find = Statement::new("SELECT deleted_sequence FROM collections WHERE id = $1").bind(collection);
    let Some(mut row) = tx.fetch(find).await?.into_iter().next() else {
        tx.abandon().await?;
        return Ok(true);
    };
    if row.optional_integer()?.is_none() {
        return Err(Error::new(ErrorKind::FailedPrecondition, "the collection is not deleted")
            .with_context("collection", collection)
            .with_help("delete the collection first"));
    }
    let some = Statement::new("SELECT id FROM documents WHERE collection = $1 LIMIT $2")
        .bind(collection)
        .bind(PURGE_BATCH);
    let rows = tx.fetch(some).await?;
    let documents: Vec<_> = rows.into_iter().map(|mut row| row.document_id()).collect::<Result<_>>()?;
    let is_last = documents.is_empty() && purge_words(&mut tx, collection).await? == 0;
    if is_last {
        purge_rest(&mut tx, collection).await?;
    } else if !documents.is_empty() {
        for delete in [
            "DELETE FROM kept_versions WHERE id IN ",
            "DELETE FROM chunks WHERE document IN ",
            "DELETE FROM document_texts WHERE document IN ",
            "DELETE FROM embeddings WHERE document IN ",
            "DELETE FROM document_versions WHERE document IN ",
            "DELETE FROM documents WHERE id IN ",
        ] {
            let ids = documents.iter().copied().map(Value::from);
            tx.execute(Statement::with_list(delete, 1, documents.len(), "").bind_all(ids)).await?;
        }
    }
    reach(FailPoint::CatalogPurgeCommit)?;
    tx.commit().await?;
    Ok(is_last)
}

/// Removes one batch of words and counts it.
async fn purge_words(tx: &mut WriteTransaction, collection: CollectionId) -> Result<u64> {
    let delete = Statement::new(
        "DELETE FROM words WHERE collection = $1
             AND word IN (SELECT word FROM words WHERE collection = $1 LIMIT $2)",
    );
    tx.execute(delete.bind(collection).bind(PURGED_WORDS)).await
}

async fn purge_rest(tx: &mut WriteTransaction, collection: CollectionId) -> Result<()> {
    for delete in [
        "DELETE FROM metadata_keys WHERE collection = $1",
        "DELETE FROM projection_marks WHERE collection = $1",
        "DELETE FROM collection_generations WHERE collection = $1",
        "DELETE FROM collections WHERE id = $1",
    ] {
        tx.execute(Statement::new(delete).bind(collection)).await?;
    }
    Ok(())
}
