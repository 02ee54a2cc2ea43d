//! Saved searches.
//!
//! They have nothing to do with sequences. Who writes them takes a turn among those who hand sequences out nevertheless,
//! so that a tenant never has more than it may, however many save at once.

use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::SavedSearchStore;
use ragstone_core::saved_search::{
    MAX_SAVED_SEARCHES, NewSavedSearch, SaveEffect, SaveReceipt, SavedSearchEntry, StoredSearch, not_found,
    too_many,
};
use ragstone_core::{CallContext, Result, SavedSearchName, TenantId, Timestamp};

use crate::catalog::Catalog;
use crate::collections::page_of;
use crate::sql::{Connection as _, Database, Row, Statement, corrupt};
use crate::transaction::WriteTransaction;

impl<D: Database> SavedSearchStore for Catalog<D> {
    async fn save_search(&self, ctx: &CallContext, new: NewSavedSearch) -> Result<SaveReceipt> {
        let operation = "catalog.save_search";
        new.check().map_err(|error| error.with_operation(operation))?;
        let (tenant, saved_by) = (ctx.tenant().clone(), ctx.principal().name().to_owned());
        self.write_bound(ctx, operation, move |transaction| save(transaction, tenant, saved_by, new)).await
    }

    async fn saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<StoredSearch> {
        let operation = "catalog.saved_search";
        let statement = Statement::new(
            "SELECT name, description, query, saved_by, created_at, updated_at, form
             FROM saved_searches WHERE tenant = $1 AND name = $2",
        )
        .bind(ctx.tenant())
        .bind(name);
        let rows = self.read(ctx, operation, statement).await?;
        let mut row = rows.into_iter().next().ok_or_else(|| not_found(name).with_operation(operation))?;
        Ok(StoredSearch { entry: read_entry(&mut row)?, form: row.text()? })
    }

    async fn saved_searches(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<SavedSearchEntry>> {
        let statement = Statement::new(
            "SELECT name, description, query, saved_by, created_at, updated_at
             FROM saved_searches WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3",
        )
        .bind(ctx.tenant())
        .bind(page.after_key().unwrap_or_default())
        .bind(page.size() + 1);
        let rows = self.read(ctx, "catalog.saved_searches", statement).await?;
        page_of(rows, page, read_entry, |entry| entry.name.to_string())
    }

    async fn delete_saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<()> {
        let (operation, tenant, named) = ("catalog.delete_saved_search", ctx.tenant().clone(), name.clone());
        self.write_bound(ctx, operation, move |transaction| delete(transaction, tenant, named)).await
    }
}

async fn save(
    mut tx: WriteTransaction,
    tenant: TenantId,
    saved_by: String,
    new: NewSavedSearch,
) -> Result<SaveReceipt> {
    let replaced = created_at(&mut tx, &tenant, &new.name).await?;
    if replaced.is_none() && held(&mut tx, &tenant).await? >= u64::from(MAX_SAVED_SEARCHES) {
        return Err(too_many());
    }
    let now = tx.now();
    let NewSavedSearch { name, description, query, form } = new;
    let created_at = replaced.unwrap_or(now);
    let entry = SavedSearchEntry { name, description, query, saved_by, created_at, updated_at: now };
    let store = Statement::new(
        "INSERT INTO saved_searches
             (tenant, name, description, query, form, saved_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant, name) DO UPDATE SET
             description = excluded.description, query = excluded.query, form = excluded.form,
             saved_by = excluded.saved_by, updated_at = excluded.updated_at",
    )
    .bind(&tenant)
    .bind(&entry.name)
    .bind(entry.description.as_str())
    .bind(entry.query.as_str())
    .bind(form)
    .bind(entry.saved_by.as_str())
    .bind(entry.created_at)
    .bind(entry.updated_at);
    tx.execute(store).await?;
    let effect = replaced.map_or(SaveEffect::Created, |_| SaveEffect::Replaced);
    tx.commit_with(SaveReceipt { entry, effect }).await
}

/// When the search of a name was created; `None` where there is none.
async fn created_at(
    tx: &mut WriteTransaction,
    tenant: &TenantId,
    name: &SavedSearchName,
) -> Result<Option<Timestamp>> {
    let find = Statement::new("SELECT created_at FROM saved_searches WHERE tenant = $1 AND name = $2");
    let rows = tx.fetch(find.bind(tenant).bind(name)).await?;
    rows.into_iter().next().map(|mut row| row.timestamp()).transpose()
}

async fn held(tx: &mut WriteTransaction, tenant: &TenantId) -> Result<u64> {
    let count = Statement::new("SELECT count(*) FROM saved_searches WHERE tenant = $1").bind(tenant);
    let rows = tx.fetch(count).await?;
    rows.into_iter().next().ok_or_else(|| corrupt("a count has no row"))?.count()
}

async fn delete(mut tx: WriteTransaction, tenant: TenantId, name: SavedSearchName) -> Result<()> {
    let delete = Statement::new("DELETE FROM saved_searches WHERE tenant = $1 AND name = $2");
    if tx.execute(delete.bind(&tenant).bind(&name)).await? == 0 {
        return Err(not_found(&name));
    }
    tx.commit_with(()).await
}

fn read_entry(row: &mut Row) -> Result<SavedSearchEntry> {
    let invalid = |_| corrupt("a saved search holds a name that is not allowed");
    Ok(SavedSearchEntry {
        name: SavedSearchName::try_new(row.text()?).map_err(invalid)?,
        description: row.text()?,
        query: row.text()?,
        saved_by: row.text()?,
        created_at: row.timestamp()?,
        updated_at: row.timestamp()?,
    })
}
