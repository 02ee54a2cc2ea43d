//! Vectors of documents' texts.

use std::collections::HashMap;

use ragstone_core::embedded::{EmbeddedDocument, EmbeddedScope};
use ragstone_core::index::DenseVector;
use ragstone_core::port::EmbeddingStore;
use ragstone_core::{CallContext, CollectionId, Digest, DocumentId, Result, Sequence, TenantId};

use crate::catalog::Catalog;
use crate::sql::{Connection, Database, Row, Rows, Statement, Value, corrupt};
use crate::transaction::WriteTransaction;

/// Texts that one statement looks up.
const BATCH: usize = 256;
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
        let write = prepare(&mut tx, &tenant, embedded).await?;
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
    tx.commit().await?;
    Ok(sequences)
}

async fn prepare(
    tx: &mut WriteTransaction,
    tenant: &TenantId,
    embedded: EmbeddedDocument,
) -> Result<Option<Write>> {
    let EmbeddedDocument { document, version, vectors } = embedded;
    let find = Statement::new(
        "SELECT d.collection FROM documents d JOIN collections k ON k.id = d.collection
         WHERE d.id = $1 AND d.version = $2 AND d.deleted = 0
             AND k.tenant = $3 AND k.deleted_sequence IS NULL",
    )
    .bind(document)
    .bind(version)
    .bind(tenant);
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
