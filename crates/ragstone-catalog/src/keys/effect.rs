//! What a bound write did, as JSON in the row of its request.

use ragstone_core::collection::{Collection, KeywordSettings};
use ragstone_core::document::{WriteEffect, WriteReceipt};
use ragstone_core::graph::{GraphEntry, GraphKind, GraphVersion};
use ragstone_core::idempotency::Effect;
use ragstone_core::saved_search::{SaveEffect, SaveReceipt, SavedSearchEntry};
use ragstone_core::{
    CollectionId, CollectionName, DocumentId, DocumentVersion, GraphId, GraphName, JobId, Result,
    SavedSearchName, Sequence, TenantId, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::collections::{analyzer_name, analyzer_of};
use crate::sql::corrupt;

/// Variants and fields only ever come behind the others, with a default: the way back to a version is open for as long as
/// no write is bound that it does not know.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Stored(Vec<StoredForm>),
    Deleted(Sequence),
    Created(CollectionForm),
    Saved(SavedForm),
    Dropped,
    Queued(JobId),
    Graphed(GraphForm),
}

#[derive(Serialize, Deserialize)]
struct StoredForm {
    document: DocumentId,
    effect: WriteForm,
    version: DocumentVersion,
    sequence: Sequence,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WriteForm {
    Created,
    Updated,
    Unchanged,
}

#[derive(Serialize, Deserialize)]
struct CollectionForm {
    id: CollectionId,
    tenant: TenantId,
    name: CollectionName,
    description: String,
    analyzer: String,
    k1: f32,
    b: f32,
    created_at: i64,
}

#[derive(Serialize, Deserialize)]
struct SavedForm {
    name: SavedSearchName,
    description: String,
    query: String,
    saved_by: String,
    created_at: i64,
    updated_at: i64,
    is_new: bool,
}

#[derive(Serialize, Deserialize)]
struct GraphForm {
    id: GraphId,
    tenant: TenantId,
    name: GraphName,
    description: String,
    is_directed: bool,
    is_multigraph: bool,
    version: u64,
    nodes: u64,
    edges: u64,
    log_len: u64,
    mark: Option<String>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

pub(super) fn write(effect: &Effect) -> Result<String> {
    let form = match effect {
        Effect::Stored(receipts) => Form::Stored(receipts.iter().map(stored_form).collect()),
        Effect::Deleted(sequence) => Form::Deleted(*sequence),
        Effect::Created(collection) => Form::Created(collection_form(collection)),
        Effect::Saved(receipt) => Form::Saved(saved_form(receipt)),
        Effect::Dropped => Form::Dropped,
        Effect::Queued(job) => Form::Queued(*job),
        Effect::Graphed(entry) => Form::Graphed(graph_form(entry)),
    };
    serde_json::to_string(&form).map_err(|error| corrupt(error.to_string()))
}

pub(super) fn read(text: &str) -> Result<Effect> {
    let form = serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
    Ok(match form {
        Form::Stored(receipts) => Effect::Stored(receipts.into_iter().map(stored).collect()),
        Form::Deleted(sequence) => Effect::Deleted(sequence),
        Form::Created(form) => Effect::Created(Box::new(collection(form)?)),
        Form::Saved(form) => Effect::Saved(saved(form)),
        Form::Dropped => Effect::Dropped,
        Form::Queued(job) => Effect::Queued(job),
        Form::Graphed(form) => Effect::Graphed(Box::new(graph(form))),
    })
}

fn stored_form(receipt: &WriteReceipt) -> StoredForm {
    let effect = match receipt.effect {
        WriteEffect::Created => WriteForm::Created,
        WriteEffect::Updated => WriteForm::Updated,
        WriteEffect::Unchanged => WriteForm::Unchanged,
    };
    let WriteReceipt { document, version, sequence, .. } = *receipt;
    StoredForm { document, effect, version, sequence }
}

fn stored(form: StoredForm) -> WriteReceipt {
    let effect = match form.effect {
        WriteForm::Created => WriteEffect::Created,
        WriteForm::Updated => WriteEffect::Updated,
        WriteForm::Unchanged => WriteEffect::Unchanged,
    };
    let StoredForm { document, version, sequence, .. } = form;
    WriteReceipt { document, effect, version, sequence }
}

fn collection_form(collection: &Collection) -> CollectionForm {
    CollectionForm {
        id: collection.id,
        tenant: collection.tenant.clone(),
        name: collection.name.clone(),
        description: collection.description.clone(),
        analyzer: analyzer_name(collection.keyword.analyzer).to_owned(),
        k1: collection.keyword.k1,
        b: collection.keyword.b,
        created_at: collection.created_at.as_millis(),
    }
}

fn collection(form: CollectionForm) -> Result<Collection> {
    Ok(Collection {
        id: form.id,
        tenant: form.tenant,
        name: form.name,
        description: form.description,
        keyword: KeywordSettings { analyzer: analyzer_of(&form.analyzer)?, k1: form.k1, b: form.b },
        created_at: Timestamp::from_millis(form.created_at),
        generations: None,
    })
}

fn saved_form(receipt: &SaveReceipt) -> SavedForm {
    let SaveReceipt { entry, effect } = receipt.clone();
    SavedForm {
        name: entry.name,
        description: entry.description,
        query: entry.query,
        saved_by: entry.saved_by,
        created_at: entry.created_at.as_millis(),
        updated_at: entry.updated_at.as_millis(),
        is_new: effect == SaveEffect::Created,
    }
}

fn saved(form: SavedForm) -> SaveReceipt {
    let entry = SavedSearchEntry {
        name: form.name,
        description: form.description,
        query: form.query,
        saved_by: form.saved_by,
        created_at: Timestamp::from_millis(form.created_at),
        updated_at: Timestamp::from_millis(form.updated_at),
    };
    SaveReceipt { entry, effect: if form.is_new { SaveEffect::Created } else { SaveEffect::Replaced } }
}

fn graph_form(entry: &GraphEntry) -> GraphForm {
    let GraphEntry {
        id,
        tenant,
        name,
        description,
        kind,
        version,
        nodes,
        edges,
        log_len,
        mark,
        created_by,
        ..
    } = entry.clone();
    GraphForm {
        id,
        tenant,
        name,
        description,
        is_directed: kind.is_directed,
        is_multigraph: kind.is_multigraph,
        version: version.0,
        nodes,
        edges,
        log_len,
        mark,
        created_by,
        created_at: entry.created_at.as_millis(),
        updated_at: entry.updated_at.as_millis(),
    }
}

fn graph(form: GraphForm) -> GraphEntry {
    GraphEntry {
        id: form.id,
        tenant: form.tenant,
        name: form.name,
        description: form.description,
        kind: GraphKind { is_directed: form.is_directed, is_multigraph: form.is_multigraph },
        version: GraphVersion(form.version),
        nodes: form.nodes,
        edges: form.edges,
        log_len: form.log_len,
        mark: form.mark,
        created_by: form.created_by,
        created_at: Timestamp::from_millis(form.created_at),
        updated_at: Timestamp::from_millis(form.updated_at),
    }
}
