//! A graph as a row.

use ragstone_core::graph::{
    GraphEntry, GraphKind, GraphVersion, MAX_GRAPHS, NewGraph, exists, not_found, too_many,
};
use ragstone_core::{GraphId, GraphName, Result, TenantId};

use super::log;
use crate::sql::{Connection as _, Row, Statement, Value, corrupt};
use crate::transaction::WriteTransaction;

/// Selects what [`read`] reads.
pub(super) const SELECT: &str =
    "SELECT id, tenant, name, description, is_directed, is_multigraph, version, nodes, edges,
     log_len, mark, created_by, created_at, updated_at FROM graphs";

pub(super) fn find(tenant: &TenantId, name: &GraphName) -> Statement<'static> {
    Statement::joined(SELECT, " WHERE tenant = $1 AND name = $2")
        .bind(tenant.as_str().to_owned())
        .bind(name.as_str().to_owned())
}

/// The graph of an id. Nobody else writes it until the transaction ends: who writes takes turns.
pub(super) async fn own(tx: &mut WriteTransaction, (tenant, id): &(TenantId, GraphId)) -> Result<GraphEntry> {
    let find = Statement::joined(SELECT, " WHERE tenant = $1 AND id = $2").bind(tenant).bind(*id);
    first(tx.fetch(find).await?)?.ok_or_else(|| not_found(id))
}

pub(super) fn first(rows: Vec<Row>) -> Result<Option<GraphEntry>> {
    rows.into_iter().next().map(|mut row| read(&mut row)).transpose()
}

pub(super) fn read(row: &mut Row) -> Result<GraphEntry> {
    let invalid = |_| corrupt("a graph holds a name that is not allowed");
    Ok(GraphEntry {
        id: row.graph_id()?,
        tenant: TenantId::try_new(row.text()?).map_err(invalid)?,
        name: GraphName::try_new(row.text()?).map_err(invalid)?,
        description: row.text()?,
        kind: GraphKind { is_directed: row.flag()?, is_multigraph: row.flag()? },
        version: GraphVersion(row.count()?),
        nodes: row.count()?,
        edges: row.count()?,
        log_len: row.count()?,
        mark: row.optional_text()?,
        created_by: row.text()?,
        created_at: row.timestamp()?,
        updated_at: row.timestamp()?,
    })
}

pub(super) async fn create(
    mut tx: WriteTransaction,
    tenant: TenantId,
    created_by: String,
    new: NewGraph,
) -> Result<GraphEntry> {
    if !tx.fetch(find(&tenant, &new.name)).await?.is_empty() {
        return Err(exists(&new.name));
    }
    let count = Statement::new("SELECT count(*) FROM graphs WHERE tenant = $1").bind(&tenant);
    let held =
        tx.fetch(count).await?.into_iter().next().ok_or_else(|| corrupt("a count has no row"))?.count()?;
    if held >= u64::from(MAX_GRAPHS) {
        return Err(too_many());
    }
    let entry = GraphEntry::new(tenant, created_by, &new, tx.now());
    tx.execute(insert(&entry)).await?;
    let content = new.content.unwrap_or_default();
    log::insert_snapshot(&mut tx, entry.id, entry.version, &content.parts).await?;
    tx.commit_with(entry).await
}

fn insert(entry: &GraphEntry) -> Statement<'_> {
    Statement::new(
        "INSERT INTO graphs (id, tenant, name, description, is_directed, is_multigraph, version, nodes, edges, log_len,
             created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(entry.id)
    .bind(&entry.tenant)
    .bind(&entry.name)
    .bind(entry.description.as_str())
    .bind(entry.kind.is_directed)
    .bind(entry.kind.is_multigraph)
    .bind(Value::count(entry.version.0))
    .bind(Value::count(entry.nodes))
    .bind(Value::count(entry.edges))
    .bind(Value::count(entry.log_len))
    .bind(entry.created_by.as_str())
    .bind(entry.created_at)
    .bind(entry.updated_at)
}

/// Writes back what changes.
pub(super) async fn store(tx: &mut WriteTransaction, entry: &GraphEntry) -> Result<()> {
    let update = Statement::new(
        "UPDATE graphs SET name = $2, version = $3, nodes = $4, edges = $5, log_len = $6, mark = $7, updated_at = $8
         WHERE id = $1",
    )
    .bind(entry.id)
    .bind(&entry.name)
    .bind(Value::count(entry.version.0))
    .bind(Value::count(entry.nodes))
    .bind(Value::count(entry.edges))
    .bind(Value::count(entry.log_len))
    .bind(entry.mark.as_deref())
    .bind(entry.updated_at);
    tx.execute(update).await.map(|_| ())
}

pub(super) async fn rename(
    mut tx: WriteTransaction,
    tenant: TenantId,
    name: GraphName,
    to: GraphName,
) -> Result<GraphEntry> {
    let mut entry = first(tx.fetch(find(&tenant, &name)).await?)?.ok_or_else(|| not_found(&name))?;
    if name != to && !tx.fetch(find(&tenant, &to)).await?.is_empty() {
        return Err(exists(&to));
    }
    entry.name = to;
    store(&mut tx, &entry).await?;
    tx.commit_with(entry).await
}

pub(super) async fn delete(mut tx: WriteTransaction, tenant: TenantId, name: GraphName) -> Result<()> {
    let entry = first(tx.fetch(find(&tenant, &name)).await?)?.ok_or_else(|| not_found(&name))?;
    for delete in ["DELETE FROM graph_parts WHERE graph = $1", "DELETE FROM graphs WHERE id = $1"] {
        tx.execute(Statement::new(delete).bind(entry.id)).await?;
    }
    tx.commit_with(()).await
}
