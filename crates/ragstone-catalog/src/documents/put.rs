//! Writing of documents: compare with what is stored, then write in few statements of many rows.

use std::collections::{BTreeMap, HashMap};

use ragstone_core::document::{WriteEffect, WriteReceipt};
use ragstone_core::duplicate::Signature;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::stamp::SourceStamp;
use ragstone_core::{
    AccessList, ChunkId, CollectionId, Digest, DocumentId, DocumentVersion, PageRange, Reader, Result,
    Sequence, TenantId, Timestamp,
};

use super::access::read_access;
use super::draft::PreparedDraft;
use super::keeping;
use super::text::BLOCK;
use crate::collections::{live_collection, not_found};
use crate::sql::{Connection, Row, Rows, Statement, Value};
use crate::transaction::WriteTransaction;

pub(super) async fn put_documents(
    mut tx: WriteTransaction,
    tenant: TenantId,
    reader: Reader,
    collection: CollectionId,
    (drafts, kept_versions): (Vec<PreparedDraft>, u32),
) -> Result<Vec<WriteReceipt>> {
    if tx.fetch(live_collection(collection, &tenant)).await?.is_empty() {
        return Err(not_found(collection));
    }
    let stored = stored_documents(&mut tx, &drafts).await?;
    let mut plan = Plan::default();
    for draft in &drafts {
        if let Some(stored) = stored.get(&draft.id).filter(|stored| !stored.is_deleted) {
            stored.access.check_overwrite(&reader, &draft.draft.source)?;
        }
        plan.add(&mut tx, draft, stored.get(&draft.id));
    }
    if plan.writes.is_empty() {
        return tx.end_with(plan.receipts).await;
    }
    keeping::keep(&mut tx, &plan.replaced, kept_versions).await?;
    keeping::raise(&mut tx, &plan.raised).await?;
    remove_contents(&mut tx, &plan.replaced).await?;
    reach(FailPoint::CatalogPutRemoved)?;
    write_records(&mut tx, collection, &plan.writes).await?;
    reach(FailPoint::CatalogPutRecorded)?;
    write_versions(&mut tx, &plan.writes).await?;
    write_texts(&mut tx, &plan.writes).await?;
    write_chunks(&mut tx, &plan.writes).await?;
    write_metadata_keys(&mut tx, collection, &plan.writes).await?;
    count(&mut tx, collection, &plan).await?;
    reach(FailPoint::CatalogPutCommit)?;
    let receipts = tx.commit_with(plan.receipts).await?;
    reach(FailPoint::CatalogPutCommitted)?;
    Ok(receipts)
}

// ---- What is stored ----

/// What a document, live or buried, looked like before this transaction.
#[derive(Debug)]
struct StoredDocument {
    is_deleted: bool,
    version: DocumentVersion,
    sequence: Sequence,
    content_digest: Digest,
    recipe: String,
    title: String,
    tags: String,
    metadata: String,
    access: AccessList,
    created_at: Timestamp,
    sizes: Sizes,
}

impl StoredDocument {
    fn is_same(&self, draft: &PreparedDraft) -> bool {
        !self.is_deleted
            && self.content_digest == draft.draft.content_digest
            && self.recipe == draft.draft.recipe
            && self.title == draft.draft.title
            && self.tags == draft.tags
            && self.metadata == draft.metadata
            && self.access == draft.draft.access
    }
}

async fn stored_documents(
    tx: &mut WriteTransaction,
    drafts: &[PreparedDraft],
) -> Result<HashMap<DocumentId, StoredDocument>> {
    let mut stored = HashMap::with_capacity(drafts.len());
    for batch in Rows::of(drafts) {
        let statement = Statement::with_list(
            "SELECT id, deleted, version, sequence, content_digest, recipe, title, tags, metadata,
                 allowed, denied, created_at, chunk_count, text_len, terms
             FROM documents WHERE id IN ",
            1,
            batch.len(),
            "",
        )
        .bind_all(batch.iter().map(|draft| draft.id.into()));
        for mut row in tx.fetch(statement).await? {
            stored.insert(row.document_id()?, read_stored(&mut row)?);
        }
    }
    Ok(stored)
}

fn read_stored(row: &mut Row) -> Result<StoredDocument> {
    Ok(StoredDocument {
        is_deleted: row.flag()?,
        version: row.version()?,
        sequence: row.sequence()?,
        content_digest: row.digest()?,
        recipe: row.text()?,
        title: row.text()?,
        tags: row.text()?,
        metadata: row.text()?,
        access: read_access(row)?,
        created_at: row.timestamp()?,
        sizes: Sizes {
            documents: 1,
            chunks: row.integer()?,
            text_bytes: row.integer()?,
            terms: row.integer()?,
        },
    })
}

// ---- What is to be written ----

/// Sizes of one or many documents, or the difference of two of them.
#[derive(Clone, Copy, Debug, Default)]
struct Sizes {
    documents: i64,
    chunks: i64,
    text_bytes: i64,
    terms: i64,
}

impl Sizes {
    fn of(draft: &PreparedDraft) -> Self {
        let capped = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        Self {
            documents: 1,
            chunks: capped(draft.draft.chunks.len()),
            text_bytes: capped(draft.draft.text.len()),
            terms: i64::try_from(draft.terms).unwrap_or(i64::MAX),
        }
    }

    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.chunks += other.chunks;
        self.text_bytes += other.text_bytes;
        self.terms += other.terms;
    }

    fn subtract(&mut self, other: Self) {
        self.documents -= other.documents;
        self.chunks -= other.chunks;
        self.text_bytes -= other.text_bytes;
        self.terms -= other.terms;
    }
}

/// One new version.
#[derive(Debug)]
struct Write<'a> {
    draft: &'a PreparedDraft,
    sizes: Sizes,
    version: DocumentVersion,
    sequence: Sequence,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The receipts of all drafts and the writes of those that changed.
#[derive(Debug, Default)]
struct Plan<'a> {
    receipts: Vec<WriteReceipt>,
    writes: Vec<Write<'a>>,
    replaced: Vec<DocumentId>,
    /// Documents that were deleted and are there again.
    raised: Vec<DocumentId>,
    growth: Sizes,
}

impl<'a> Plan<'a> {
    fn add(&mut self, tx: &mut WriteTransaction, draft: &'a PreparedDraft, stored: Option<&StoredDocument>) {
        if let Some(same) = stored.filter(|stored| stored.is_same(draft)) {
            self.receipts.push(WriteReceipt {
                document: draft.id,
                effect: WriteEffect::Unchanged,
                version: same.version,
                sequence: same.sequence,
            });
            return;
        }
        let live = stored.filter(|stored| !stored.is_deleted);
        if let Some(live) = live {
            self.replaced.push(draft.id);
            self.growth.subtract(live.sizes);
        }
        if stored.is_some_and(|stored| stored.is_deleted) {
            self.raised.push(draft.id);
        }
        let write = Write {
            draft,
            sizes: Sizes::of(draft),
            version: DocumentVersion(stored.map_or(0, |stored| stored.version.0) + 1),
            sequence: tx.next_sequence(),
            created_at: live.map_or(tx.now(), |live| live.created_at),
            updated_at: tx.now(),
        };
        self.growth.add(write.sizes);
        self.receipts.push(WriteReceipt {
            document: draft.id,
            effect: if live.is_some() { WriteEffect::Updated } else { WriteEffect::Created },
            version: write.version,
            sequence: write.sequence,
        });
        self.writes.push(write);
    }
}

// ---- Statements ----

async fn remove_contents(tx: &mut WriteTransaction, documents: &[DocumentId]) -> Result<()> {
    for batch in Rows::of(documents) {
        for delete in
            ["DELETE FROM chunks WHERE document IN ", "DELETE FROM document_texts WHERE document IN "]
        {
            let ids = batch.iter().copied().map(Value::from);
            tx.execute(Statement::with_list(delete, 1, batch.len(), "").bind_all(ids)).await?;
        }
    }
    Ok(())
}

async fn write_records(
    tx: &mut WriteTransaction,
    collection: CollectionId,
    writes: &[Write<'_>],
) -> Result<()> {
    for batch in Rows::of(writes) {
        let statement = Statement::with_rows(
            "INSERT INTO documents
                 (id, collection, deleted, sequence, version, source, title, format, content_digest, recipe,
                  is_verbatim, text_len, chunk_count, terms, tags, metadata, allowed, denied, language,
                  created_at, updated_at, stamp, signature)
             VALUES ",
            batch.len(),
            23,
            " ON CONFLICT (id) DO UPDATE SET
                 deleted = excluded.deleted, sequence = excluded.sequence, version = excluded.version,
                 source = excluded.source, title = excluded.title, format = excluded.format,
                 content_digest = excluded.content_digest, recipe = excluded.recipe,
                 is_verbatim = excluded.is_verbatim, text_len = excluded.text_len,
                 chunk_count = excluded.chunk_count, terms = excluded.terms, tags = excluded.tags,
                 metadata = excluded.metadata, allowed = excluded.allowed, denied = excluded.denied,
                 language = excluded.language,
                 created_at = excluded.created_at, updated_at = excluded.updated_at,
                 stamp = excluded.stamp, signature = excluded.signature",
        );
        let values = batch.iter().flat_map(|write| record_values(collection, write));
        tx.execute(statement.bind_all(values)).await?;
    }
    Ok(())
}

fn record_values<'a>(collection: CollectionId, write: &Write<'a>) -> [Value<'a>; 23] {
    let prepared = write.draft;
    let draft = &prepared.draft;
    [
        prepared.id.into(),
        collection.into(),
        false.into(),
        write.sequence.into(),
        write.version.into(),
        (&draft.source).into(),
        draft.title.as_str().into(),
        draft.format.as_str().into(),
        (&draft.content_digest).into(),
        draft.recipe.as_str().into(),
        draft.is_verbatim.into(),
        write.sizes.text_bytes.into(),
        write.sizes.chunks.into(),
        write.sizes.terms.into(),
        prepared.tags.as_str().into(),
        prepared.metadata.as_str().into(),
        prepared.allowed.as_str().into(),
        prepared.denied.as_str().into(),
        draft.language.as_deref().unwrap_or_default().into(),
        write.created_at.into(),
        write.updated_at.into(),
        draft.stamp.as_ref().map_or("", SourceStamp::as_str).into(),
        draft
            .signature
            .as_ref()
            .map(Signature::to_bytes)
            .map_or(Value::Null, |bytes| Value::Bytes(bytes.into())),
    ]
}

async fn write_versions(tx: &mut WriteTransaction, writes: &[Write<'_>]) -> Result<()> {
    for batch in Rows::of(writes) {
        let statement = Statement::with_rows(
            "INSERT INTO document_versions (document, version, content_digest, text_len, stored_at, sequence)
             VALUES ",
            batch.len(),
            6,
            "",
        );
        let values = batch.iter().flat_map(|write| {
            [
                write.draft.id.into(),
                write.version.into(),
                (&write.draft.draft.content_digest).into(),
                write.sizes.text_bytes.into(),
                write.updated_at.into(),
                write.sequence.into(),
            ]
        });
        tx.execute(statement.bind_all(values)).await?;
    }
    Ok(())
}

async fn write_texts(tx: &mut WriteTransaction, writes: &[Write<'_>]) -> Result<()> {
    let blocks: Vec<(DocumentId, usize, &[u8])> = writes
        .iter()
        .flat_map(|write| {
            let blocks = write.draft.draft.text.as_bytes().chunks(BLOCK).enumerate();
            blocks.map(|(block, bytes)| (write.draft.id, block, bytes))
        })
        .collect();
    for batch in Rows::of(&blocks) {
        let insert = "INSERT INTO document_texts (document, block, bytes) VALUES ";
        let values = batch
            .iter()
            .flat_map(|&(document, block, bytes)| [document.into(), Value::length(block), bytes.into()]);
        tx.execute(Statement::with_rows(insert, batch.len(), 3, "").bind_all(values)).await?;
    }
    Ok(())
}

async fn write_chunks(tx: &mut WriteTransaction, writes: &[Write<'_>]) -> Result<()> {
    let chunks: Vec<[Value<'_>; 11]> = writes.iter().flat_map(chunk_values).collect();
    for batch in Rows::of(&chunks) {
        let statement = Statement::with_rows(
            "INSERT INTO chunks
                 (document, ordinal, id, start_byte, end_byte, first_line, last_line, headings, terms,
                  first_page, last_page)
             VALUES ",
            batch.len(),
            11,
            "",
        );
        tx.execute(statement.bind_all(batch.iter().flatten().cloned())).await?;
    }
    Ok(())
}

fn chunk_values<'a>(write: &Write<'a>) -> impl Iterator<Item = [Value<'a>; 11]> + use<'a> {
    let (document, version) = (write.draft.id, write.version);
    let chunks = write.draft.draft.chunks.iter().zip(&write.draft.headings);
    chunks.enumerate().map(move |(ordinal, (chunk, headings))| {
        [
            document.into(),
            Value::length(ordinal),
            ChunkId::derive(document, version, chunk.span).into(),
            Value::length(chunk.span.start()),
            Value::length(chunk.span.end()),
            chunk.lines.first().into(),
            chunk.lines.last().into(),
            headings.as_str().into(),
            chunk.terms.into(),
            chunk.pages.map_or(0, PageRange::first).into(),
            chunk.pages.map_or(0, PageRange::last).into(),
        ]
    })
}

async fn write_metadata_keys(
    tx: &mut WriteTransaction,
    collection: CollectionId,
    writes: &[Write<'_>],
) -> Result<()> {
    let mut keys: BTreeMap<&str, bool> = BTreeMap::new();
    for draft in writes.iter().map(|write| &write.draft.draft) {
        for key in draft.metadata.keys() {
            *keys.entry(key).or_default() |= draft.access.is_open();
        }
    }
    let keys: Vec<(&str, bool)> = keys.into_iter().collect();
    for batch in Rows::of(&keys) {
        let insert = "INSERT INTO metadata_keys (collection, key, is_open) VALUES ";
        let values = batch
            .iter()
            .flat_map(|&(key, is_open)| [collection.into(), Value::from(key), Value::from(is_open)]);
        let open = " ON CONFLICT (collection, key) DO UPDATE SET is_open = 1
             WHERE metadata_keys.is_open < excluded.is_open";
        let statement = Statement::with_rows(insert, batch.len(), 3, open);
        tx.execute(statement.bind_all(values)).await?;
    }
    Ok(())
}

async fn count(tx: &mut WriteTransaction, collection: CollectionId, plan: &Plan<'_>) -> Result<()> {
    let head = plan.writes.last().map_or(Sequence::ZERO, |write| write.sequence);
    let statement = Statement::new(
        "UPDATE collections SET documents = documents + $2, chunks = chunks + $3,
             text_bytes = text_bytes + $4, terms = terms + $5, head = $6
         WHERE id = $1",
    )
    .bind(collection)
    .bind(plan.growth.documents)
    .bind(plan.growth.chunks)
    .bind(plan.growth.text_bytes)
    .bind(plan.growth.terms)
    .bind(head);
    tx.execute(statement).await?;
    Ok(())
}
