//! Vectors of documents' texts.

use std::collections::HashMap;

use ragstone_core::embedded::{EmbeddedCount, EmbeddedDocument, EmbeddedScope};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::generation::Generations;
use ragstone_core::index::DenseVector;
use ragstone_core::port::EmbeddingStore;
use ragstone_core::{CallContext, CollectionId, Digest, DocumentId, Result, Sequence, TenantId};

use crate::catalog::Catalog;
use crate::collections::generations;
use crate::sql::{Connection, Database, Row, Rows, Statement, Value, corrupt};
use crate::transaction::WriteTransaction;

/// Texts that one statement looks up.
const BATCH: usize = 256;
/// Vectors that one transaction drops.
const FORGET_BATCH: u32 = 4096;
/// Bytes of one component.
const COMPONENT: usize = 4;

impl<D: Database> EmbeddingStore for Catalog<D> {
    async fn embeddings(
        &self,
        ctx: &CallContext,
        scope: EmbeddedScope,
        model: &Digest,
        texts: &[Digest],
    ) -> Result<Vec<Option<DenseVector>>> {
        let mut found: HashMap<Digest, DenseVector> = HashMap::new();
        for batch in texts.chunks(BATCH) {
            let statement = look_up(ctx.tenant(), scope, model, batch);
            for mut row in self.read(ctx, "catalog.embeddings", statement).await? {
                found.insert(row.digest()?, read_vector(&mut row)?);
            }
        }
        Ok(texts.iter().map(|text| found.get(text).cloned()).collect())
    }

    async fn put_embeddings(
        &self,
        ctx: &CallContext,
        model: &Digest,
        documents: Vec<EmbeddedDocument>,
    ) -> Result<Vec<Option<Sequence>>> {
        let operation = "catalog.put_embeddings";
        EmbeddedDocument::check_distinct(&documents).map_err(|error| error.with_operation(operation))?;
        let (tenant, model) = (ctx.tenant().clone(), *model);
        self.write(ctx, operation, move |transaction| put(transaction, tenant, model, documents)).await
    }

    async fn count_embeddings(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        model: &Digest,
    ) -> Result<EmbeddedCount> {
        let statement = Statement::new(
            "SELECT count(DISTINCT e.document), count(*) FROM embeddings e
             JOIN collections k ON k.id = e.collection
             WHERE k.tenant = $1 AND k.deleted_sequence IS NULL AND e.collection = $2 AND e.model = $3",
        )
        .bind(ctx.tenant())
        .bind(collection)
        .bind(model);
        let rows = self.read(ctx, "catalog.count_embeddings", statement).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(EmbeddedCount::default()) };
        Ok(EmbeddedCount { documents: row.count()?, vectors: row.count()? })
    }

    async fn forget_unused_embeddings(&self, ctx: &CallContext, collection: CollectionId) -> Result<bool> {
        let tenant = ctx.tenant().clone();
        self.write(ctx, "catalog.forget_unused_embeddings", move |transaction| {
            forget(transaction, tenant, collection)
        })
        .await
    }
}

// ---- Reading ----

/// The list is filled up to a power of two with its last text, which lets a prepared statement serve many lengths.
fn look_up<'q>(
    tenant: &'q TenantId,
    scope: EmbeddedScope,
    model: &'q Digest,
    texts: &'q [Digest],
) -> Statement<'q> {
    let (select, id) = match scope {
        EmbeddedScope::Document(document) => (
            "SELECT e.text_digest, e.vector FROM embeddings e
             JOIN documents d ON d.id = e.document JOIN collections k ON k.id = d.collection
             WHERE k.tenant = $1 AND k.deleted_sequence IS NULL AND d.deleted = 0
                 AND e.document = $2 AND e.model = $3 AND e.text_digest IN ",
            Value::from(document),
        ),
        EmbeddedScope::Collection(collection) => (
            "SELECT e.text_digest, e.vector FROM embeddings e
             JOIN documents d ON d.id = e.document JOIN collections k ON k.id = d.collection
             WHERE k.tenant = $1 AND k.deleted_sequence IS NULL AND d.deleted = 0
                 AND e.collection = $2 AND e.model = $3 AND e.text_digest IN ",
            Value::from(collection),
        ),
    };
    let size = texts.len().next_power_of_two();
    let last = std::iter::repeat_n(texts.last(), size - texts.len()).flatten();
    Statement::with_list(select, 4, size, "")
        .bind(tenant)
        .bind_all([id])
        .bind(model)
        .bind_all(texts.iter().chain(last).map(Value::from))
}

fn read_vector(row: &mut Row) -> Result<DenseVector> {
    let bytes = row.bytes()?;
    let (components, rest) = bytes.as_chunks::<COMPONENT>();
    if !rest.is_empty() {
        return Err(corrupt("a vector does not consist of whole components"));
    }
    let components: Vec<f32> = components.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    DenseVector::try_new(components).map_err(|error| corrupt("a vector is none").with_source(error))
}

// ---- Writing ----

/// A document that is there at the version whose vectors come.
struct Write {
    collection: CollectionId,
    document: DocumentId,
    sequence: Sequence,
    vectors: Vec<(Digest, Vec<u8>)>,
}

async fn put(
    mut tx: WriteTransaction,
    tenant: TenantId,
    model: Digest,
    documents: Vec<EmbeddedDocument>,
) -> Result<Vec<Option<Sequence>>> {
    let mut sequences = Vec::with_capacity(documents.len());
    let mut heads: HashMap<CollectionId, Sequence> = HashMap::new();
    for embedded in documents {
        let write = prepare(&mut tx, &tenant, &model, embedded).await?;
        sequences.push(write.as_ref().map(|write| write.sequence));
        let Some(write) = write else { continue };
        heads.insert(write.collection, write.sequence);
        store(&mut tx, &model, &write).await?;
    }
    if heads.is_empty() {
        tx.abandon().await?;
        return Ok(sequences);
    }
    for (collection, head) in heads {
        let raise = Statement::new("UPDATE collections SET head = $2 WHERE id = $1");
        tx.execute(raise.bind(collection).bind(head)).await?;
    }
    reach(FailPoint::CatalogEmbeddingsCommit)?;
    tx.commit().await?;
    reach(FailPoint::CatalogEmbeddingsCommitted)?;
    Ok(sequences)
}

/// Drops one batch; where there is none, the collection is tidy.
async fn forget(mut tx: WriteTransaction, tenant: TenantId, collection: CollectionId) -> Result<bool> {
    let Some(Some(generations)) = generations::stored(&mut tx, &tenant, collection).await? else {
        tx.abandon().await?;
        return Ok(true);
    };
    let used: Vec<Digest> = generations.iter().map(|generation| generation.model.digest).collect();
    let drop = Statement::with_list(
        "DELETE FROM embeddings WHERE (document, model, text_digest) IN (
             SELECT document, model, text_digest FROM embeddings
             WHERE collection = $1 AND model NOT IN ",
        3,
        used.len(),
        " LIMIT $2)",
    )
    .bind(collection)
    .bind(FORGET_BATCH)
    .bind_all(used.iter().map(Value::from));
    if tx.execute(drop).await? > 0 {
        tx.commit().await?;
        return Ok(false);
    }
    if generations.is_untidy {
        let tidy = Generations { is_untidy: false, ..generations };
        generations::write(&mut tx, collection, &tidy).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn prepare(
    tx: &mut WriteTransaction,
    tenant: &TenantId,
    model: &Digest,
    embedded: EmbeddedDocument,
) -> Result<Option<Write>> {
    let EmbeddedDocument { document, version, vectors } = embedded;
    let find = Statement::new(
        "SELECT d.collection FROM documents d JOIN collections k ON k.id = d.collection
             LEFT JOIN collection_generations g ON g.collection = k.id
         WHERE d.id = $1 AND d.version = $2 AND d.deleted = 0
             AND k.tenant = $3 AND k.deleted_sequence IS NULL
             AND (g.collection IS NULL OR g.active_model = $4 OR g.standby_model = $4)",
    )
    .bind(document)
    .bind(version)
    .bind(tenant)
    .bind(model);
    let Some(mut row) = tx.fetch(find).await?.into_iter().next() else { return Ok(None) };
    let collection = row.collection_id()?;
    let mut distinct: HashMap<Digest, Vec<u8>> = HashMap::with_capacity(vectors.len());
    for (text, vector) in vectors {
        distinct.insert(text, vector.values().iter().flat_map(|value| value.to_le_bytes()).collect());
    }
    let vectors = distinct.into_iter().collect();
    Ok(Some(Write { collection, document, sequence: tx.next_sequence(), vectors }))
}

async fn store(tx: &mut WriteTransaction, model: &Digest, write: &Write) -> Result<()> {
    let Write { collection, document, sequence, vectors } = write;
    let forget = Statement::new("DELETE FROM embeddings WHERE document = $1 AND model = $2");
    tx.execute(forget.bind(*document).bind(model)).await?;
    for batch in Rows::of(vectors) {
        let insert = "INSERT INTO embeddings (document, model, text_digest, collection, vector) VALUES ";
        let values = batch.iter().flat_map(|(text, vector)| {
            [
                (*document).into(),
                model.into(),
                text.into(),
                (*collection).into(),
                Value::from(vector.as_slice()),
            ]
        });
        tx.execute(Statement::with_rows(insert, batch.len(), 5, "").bind_all(values)).await?;
    }
    let place = Statement::new("UPDATE documents SET sequence = $2 WHERE id = $1");
    tx.execute(place.bind(*document).bind(*sequence)).await?;
    Ok(())
}
