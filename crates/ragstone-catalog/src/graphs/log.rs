//! The log of a graph.

use ragstone_core::graph::{GraphEntry, GraphVersion, NewPart, PartPlace, StoredPart, check_through};
use ragstone_core::{GraphId, Result, TenantId};

use super::row::{own, store};
use crate::sql::{Connection as _, Row, Statement, Value};
use crate::transaction::WriteTransaction;

/// Reads a part; a row of nothing says that there are none.
pub(super) fn read(mut row: Row) -> Result<Option<StoredPart>> {
    let Some(version) = row.optional_integer()? else { return Ok(None) };
    let place = PartPlace { version: GraphVersion(version.unsigned_abs()), block: row.small_count()? };
    Ok(Some(StoredPart { place, is_snapshot: row.flag()?, bytes: row.bytes()? }))
}

pub(super) async fn append(
    mut tx: WriteTransaction,
    graph: (TenantId, GraphId),
    base: GraphVersion,
    part: NewPart,
) -> Result<GraphEntry> {
    let entry = own(&mut tx, &graph).await?.appended(base, &part, tx.now())?;
    let place = PartPlace { version: entry.version, block: 0 };
    tx.execute(insert(entry.id, place, false, &part.bytes)).await?;
    store(&mut tx, &entry).await?;
    tx.commit_with(entry).await
}

pub(super) async fn compact(
    mut tx: WriteTransaction,
    graph: (TenantId, GraphId),
    through: GraphVersion,
    snapshot: Vec<Vec<u8>>,
) -> Result<()> {
    let mut entry = own(&mut tx, &graph).await?;
    check_through(entry.version, last_snapshot(&mut tx, entry.id).await?, through)?;
    let forget = Statement::new("DELETE FROM graph_parts WHERE graph = $1 AND version <= $2");
    tx.execute(forget.bind(entry.id).bind(Value::count(through.0))).await?;
    insert_snapshot(&mut tx, entry.id, through, &snapshot).await?;
    entry.log_len = log_len(&mut tx, entry.id).await?;
    store(&mut tx, &entry).await?;
    tx.commit().await
}

pub(super) async fn insert_snapshot(
    tx: &mut WriteTransaction,
    graph: GraphId,
    version: GraphVersion,
    parts: &[Vec<u8>],
) -> Result<()> {
    for (block, bytes) in (0..).zip(parts) {
        tx.execute(insert(graph, PartPlace { version, block }, true, bytes)).await?;
    }
    Ok(())
}

fn insert(graph: GraphId, place: PartPlace, is_snapshot: bool, bytes: &[u8]) -> Statement<'_> {
    Statement::new(
        "INSERT INTO graph_parts (graph, version, block, is_snapshot, bytes) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(graph)
    .bind(Value::count(place.version.0))
    .bind(place.block)
    .bind(is_snapshot)
    .bind(bytes)
}

async fn last_snapshot(tx: &mut WriteTransaction, graph: GraphId) -> Result<Option<GraphVersion>> {
    let find = Statement::new("SELECT max(version) FROM graph_parts WHERE graph = $1 AND is_snapshot = 1");
    let row = tx.fetch(find.bind(graph)).await?.into_iter().next();
    let version = row.map(|mut row| row.optional_integer()).transpose()?.flatten();
    Ok(version.map(|version| GraphVersion(version.unsigned_abs())))
}

async fn log_len(tx: &mut WriteTransaction, graph: GraphId) -> Result<u64> {
    let sum = Statement::new("SELECT CAST(sum(length(bytes)) AS BIGINT) FROM graph_parts WHERE graph = $1");
    let row = tx.fetch(sum.bind(graph)).await?.into_iter().next();
    row.map_or(Ok(0), |mut row| row.count())
}
