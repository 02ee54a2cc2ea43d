//! Named graphs.
//!
//! They have nothing to do with sequences. Who writes them takes a turn among those who hand sequences out nevertheless:
//! their names are counted, and a change may be bound to a keyed request.

use ragstone_core::graph::{
    GraphEntry, GraphVersion, NewGraph, NewPart, PartPlace, StoredPart, check_limit, check_snapshot,
    not_found,
};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::GraphStore;
use ragstone_core::{CallContext, GraphId, GraphName, Result};

use crate::catalog::Catalog;
use crate::collections::page_of;
use crate::sql::{Database, Statement, Value};

mod log;
mod row;

impl<D: Database> GraphStore for Catalog<D> {
    async fn create_graph(&self, ctx: &CallContext, new: NewGraph) -> Result<GraphEntry> {
        const OPERATION: &str = "catalog.create_graph";
        new.check().map_err(|error| error.with_operation(OPERATION))?;
        let (tenant, created_by) = (ctx.tenant().clone(), ctx.principal().name().to_owned());
        self.write_bound(ctx, OPERATION, move |tx| row::create(tx, tenant, created_by, new)).await
    }

    async fn graph(&self, ctx: &CallContext, name: &GraphName) -> Result<GraphEntry> {
        const OPERATION: &str = "catalog.graph";
        let rows = self.read(ctx, OPERATION, row::find(ctx.tenant(), name)).await?;
        row::first(rows)?.ok_or_else(|| not_found(name).with_operation(OPERATION))
    }

    async fn graphs(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<GraphEntry>> {
        let statement =
            Statement::joined(row::SELECT, " WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3")
                .bind(ctx.tenant())
                .bind(page.after_key().unwrap_or_default())
                .bind(page.size() + 1);
        let rows = self.read(ctx, "catalog.graphs", statement).await?;
        page_of(rows, page, row::read, |entry| entry.name.to_string())
    }

    async fn rename_graph(&self, ctx: &CallContext, name: &GraphName, to: &GraphName) -> Result<GraphEntry> {
        let (tenant, name, to) = (ctx.tenant().clone(), name.clone(), to.clone());
        self.write_bound(ctx, "catalog.rename_graph", move |tx| row::rename(tx, tenant, name, to)).await
    }

    async fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> Result<()> {
        let (tenant, name) = (ctx.tenant().clone(), name.clone());
        self.write_bound(ctx, "catalog.delete_graph", move |tx| row::delete(tx, tenant, name)).await
    }

    async fn append_to_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        base: GraphVersion,
        part: NewPart,
    ) -> Result<GraphEntry> {
        const OPERATION: &str = "catalog.append_to_graph";
        part.check().map_err(|error| error.with_operation(OPERATION))?;
        let tenant = ctx.tenant().clone();
        self.write_bound(ctx, OPERATION, move |tx| log::append(tx, (tenant, id), base, part)).await
    }

    async fn graph_parts(
        &self,
        ctx: &CallContext,
        id: GraphId,
        after: Option<PartPlace>,
        limit: u32,
    ) -> Result<Vec<StoredPart>> {
        const OPERATION: &str = "catalog.graph_parts";
        let limit = check_limit(limit).map_err(|error| error.with_operation(OPERATION))?;
        let (version, block) = after.map_or((-1, 0), |after| {
            (i64::try_from(after.version.0).unwrap_or(i64::MAX), i64::from(after.block))
        });
        let statement = Statement::new(
            "SELECT p.version, p.block, p.is_snapshot, p.bytes
             FROM graphs g LEFT JOIN graph_parts p ON p.graph = g.id AND (p.version, p.block) > ($3, $4)
             WHERE g.tenant = $1 AND g.id = $2 ORDER BY p.version, p.block LIMIT $5",
        )
        .bind(ctx.tenant())
        .bind(id)
        .bind(Value::Integer(version))
        .bind(Value::Integer(block))
        .bind(limit);
        let rows = self.read(ctx, OPERATION, statement).await?;
        if rows.is_empty() {
            return Err(not_found(&id).with_operation(OPERATION));
        }
        rows.into_iter().filter_map(|row| log::read(row).transpose()).collect()
    }

    async fn compact_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        through: GraphVersion,
        snapshot: Vec<Vec<u8>>,
    ) -> Result<()> {
        const OPERATION: &str = "catalog.compact_graph";
        check_snapshot(&snapshot).map_err(|error| error.with_operation(OPERATION))?;
        let tenant = ctx.tenant().clone();
        self.write(ctx, OPERATION, move |tx| log::compact(tx, (tenant, id), through, snapshot)).await
    }
}
