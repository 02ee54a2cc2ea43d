//! Collections: the port's methods and the rows behind them.

use std::collections::BTreeSet;

use ragstone_core::collection::{
    AnalyzerChoice, Collection, CollectionStatistics, KeywordSettings, NewCollection,
};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::generation::Generations;
use ragstone_core::metadata::Metadata;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::CollectionStore;
use ragstone_core::{
    CallContext, CollectionId, CollectionName, Error, ErrorKind, Reader, Result, Sequence, TenantId,
};

use crate::catalog::Catalog;
use crate::documents::record::decode;
use crate::sql::{Connection, Database, Row, Statement, corrupt};
use crate::transaction::WriteTransaction;

pub(crate) mod generations;
mod statistics;

impl<D: Database> CollectionStore for Catalog<D> {
    async fn create_collection(&self, ctx: &CallContext, new: NewCollection) -> Result<Collection> {
        new.check().map_err(|error| error.with_operation("catalog.create_collection"))?;
        let tenant = ctx.tenant().clone();
        self.write_bound(ctx, "catalog.create_collection", move |transaction| {
            create(transaction, tenant, new)
        })
        .await
    }

    async fn collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Collection> {
        let statement = Statement::joined(
            SELECT_COLLECTION,
            " WHERE k.tenant = $1 AND k.name = $2 AND k.deleted_sequence IS NULL",
        )
        .bind(ctx.tenant())
        .bind(name);
        let rows = self.read(ctx, "catalog.collection", statement).await?;
        let mut row = rows.into_iter().next().ok_or_else(|| name_not_found(name))?;
        read_collection(&mut row)
    }

    async fn collections(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<Collection>> {
        let statement = Statement::joined(
            SELECT_COLLECTION,
            " WHERE k.tenant = $1 AND k.name > $2 AND k.deleted_sequence IS NULL ORDER BY k.name LIMIT $3",
        )
        .bind(ctx.tenant())
        .bind(page.after_key().unwrap_or_default())
        .bind(page.size() + 1);
        let rows = self.read(ctx, "catalog.collections", statement).await?;
        page_of(rows, page, read_collection, |collection| collection.name.as_str().to_owned())
    }

    async fn delete_collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Sequence> {
        let (tenant, name) = (ctx.tenant().clone(), name.clone());
        self.write_bound(ctx, "catalog.delete_collection", move |transaction| {
            delete(transaction, tenant, name)
        })
        .await
    }

    async fn set_generations(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        expected: Option<Generations>,
        new: Generations,
    ) -> Result<Sequence> {
        let (operation, tenant) = ("catalog.set_generations", ctx.tenant().clone());
        new.check().map_err(|error| error.with_operation(operation))?;
        self.write(ctx, operation, move |transaction| {
            generations::set(transaction, tenant, collection, expected, new)
        })
        .await
    }

    async fn statistics(&self, ctx: &CallContext, collection: CollectionId) -> Result<CollectionStatistics> {
        let statement = statistics::sizes(collection, ctx.tenant(), &ctx.principal().reader());
        let rows = self.read(ctx, "catalog.statistics", statement).await?;
        let mut row = rows.into_iter().next().ok_or_else(|| not_found(collection))?;
        Ok(CollectionStatistics {
            documents: row.count()?,
            chunks: row.count()?,
            text_bytes: row.count()?,
            terms: row.count()?,
        })
    }

    async fn metadata_keys(&self, ctx: &CallContext, collection: CollectionId) -> Result<Vec<String>> {
        let (operation, reader) = ("catalog.metadata_keys", ctx.principal().reader());
        let rows = self.read(ctx, operation, statistics::keys(collection, ctx.tenant(), &reader)).await?;
        if rows.is_empty() {
            return Err(not_found(collection).with_operation(operation));
        }
        let mut keys: BTreeSet<String> =
            rows.into_iter().filter_map(|mut row| row.optional_text().transpose()).collect::<Result<_>>()?;
        if reader != Reader::Everything {
            let guarded = statistics::guarded_metadata(collection, &reader);
            for mut row in self.read(ctx, operation, guarded).await? {
                keys.extend(decode::<Metadata>(&row.text()?)?.into_keys());
            }
        }
        Ok(keys.into_iter().collect())
    }
}

async fn create(mut tx: WriteTransaction, tenant: TenantId, new: NewCollection) -> Result<Collection> {
    let sequence = tx.next_sequence();
    let created_at = tx.now();
    let insert = Statement::new(
        "INSERT INTO collections
             (id, tenant, name, description, analyzer, k1, b, created_at, created_sequence, head)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(&tenant)
    .bind(&new.name)
    .bind(new.description.as_str())
    .bind(analyzer_name(new.keyword.analyzer))
    .bind(new.keyword.k1)
    .bind(new.keyword.b)
    .bind(created_at)
    .bind(sequence);
    if tx.execute(insert).await? == 0 {
        return Err(Error::new(ErrorKind::AlreadyExists, "a collection of this name exists")
            .with_context("collection", new.name));
    }
    reach(FailPoint::CatalogCollectionCreated)?;
    let collection = Collection {
        id: new.id,
        tenant,
        name: new.name,
        description: new.description,
        keyword: new.keyword,
        created_at,
        generations: None,
    };
    tx.commit_with(collection).await
}

/// Hides a collection; its rows go when it is purged.
async fn delete(mut tx: WriteTransaction, tenant: TenantId, name: CollectionName) -> Result<Sequence> {
    let sequence = tx.next_sequence();
    let hide = Statement::new(
        "UPDATE collections SET deleted_sequence = $1, head = $1
         WHERE tenant = $2 AND name = $3 AND deleted_sequence IS NULL",
    )
    .bind(sequence)
    .bind(&tenant)
    .bind(&name);
    if tx.execute(hide).await? == 0 {
        return Err(name_not_found(&name));
    }
    reach(FailPoint::CatalogCollectionHidden)?;
    tx.commit_with(sequence).await
}

/// Columns for [`read_collection`], of the table aliases `k` and `g`.
macro_rules! collection_columns {
    () => {
        "k.id, k.tenant, k.name, k.description, k.analyzer, k.k1, k.b, k.created_at,
         g.active_slot, g.active_build, g.active_model, g.active_dimensions, g.active_name,
         g.active_precision, g.active_is_chosen, g.standby_role, g.standby_since, g.standby_build,
         g.standby_model, g.standby_dimensions, g.standby_name, g.standby_precision, g.standby_is_chosen,
         g.is_untidy"
    };
}
pub(crate) use collection_columns;

const SELECT_COLLECTION: &str = concat!(
    "SELECT ",
    collection_columns!(),
    " FROM collections k LEFT JOIN collection_generations g ON g.collection = k.id"
);

pub(crate) fn read_collection(row: &mut Row) -> Result<Collection> {
    let invalid = |_| corrupt("a collection holds a name that is not allowed");
    Ok(Collection {
        id: row.collection_id()?,
        tenant: TenantId::try_new(row.text()?).map_err(invalid)?,
        name: CollectionName::try_new(row.text()?).map_err(invalid)?,
        description: row.text()?,
        keyword: KeywordSettings { analyzer: analyzer_of(&row.text()?)?, k1: row.real()?, b: row.real()? },
        created_at: row.timestamp()?,
        generations: generations::read(row)?,
    })
}

pub(crate) const fn analyzer_name(analyzer: AnalyzerChoice) -> &'static str {
    match analyzer {
        AnalyzerChoice::English => "english",
        AnalyzerChoice::Simple => "simple",
    }
}

pub(crate) fn analyzer_of(name: &str) -> Result<AnalyzerChoice> {
    match name {
        "english" => Ok(AnalyzerChoice::English),
        "simple" => Ok(AnalyzerChoice::Simple),
        _ => Err(corrupt("a collection holds an unknown analyzer")),
    }
}

/// The statement that finds a row where a live collection of the tenant exists.
pub(crate) fn live_collection(collection: CollectionId, tenant: &TenantId) -> Statement<'_> {
    Statement::new("SELECT 1 FROM collections WHERE id = $1 AND tenant = $2 AND deleted_sequence IS NULL")
        .bind(collection)
        .bind(tenant)
}

pub(crate) fn not_found(collection: CollectionId) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such collection").with_context("collection", collection)
}

fn name_not_found(name: &CollectionName) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such collection").with_context("collection", name)
}

/// Makes a page from rows that were asked for with one more than the page's size.
pub(crate) fn page_of<T>(
    rows: Vec<Row>,
    page: &PageRequest,
    mut read: impl FnMut(&mut Row) -> Result<T>,
    key: impl FnOnce(&T) -> String,
) -> Result<Page<T>> {
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    let items: Vec<T> = rows.into_iter().take(size).map(|mut row| read(&mut row)).collect::<Result<_>>()?;
    let next = items.last().filter(|_| has_more).map(key);
    Ok(Page { items, next })
}
